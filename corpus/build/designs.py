"""The page designs: article, report, numbered, bilingual, slides, sidebar; each takes a brief.

A brief's front matter may set: face, accent, start (first printed number), labels (yes: also in
the PDF), head_left, head_right, pdf_title, pdf_author, pdf_lang, pdf_keywords (what the metadata
say; absent: they say nothing).
"""

from __future__ import annotations

from collections.abc import Callable

from brief_source import Brief, plain
from layout import Frame, Press, Sheet, TocEntry
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from typeset import Style

MM = 72 / 25.4
CONTENTS = {"es": "Índice", "en": "Contents"}


def _meta(brief: Brief) -> dict[str, str]:
    """The PDF's own metadata, true or not."""
    found = {key[4:]: value for key, value in brief.meta.items() if key.startswith("pdf_")}
    if "creator" not in found:
        found["creator"] = "kb sample corpus"
    return found


def _start(brief: Brief) -> Callable[[int], str]:
    first = int(brief.meta.get("start", "1"))
    return lambda page: str(page + first - 1)


def _labels(press: Press) -> None:
    """Printed numbers as PDF page labels, if the brief asks for them."""
    if press.brief.meta.get("labels") == "True":
        press.canvas.addPageLabel(0, style="ARABIC", start=int(press.brief.meta["start"]))


def _rule(press: Press, y: float, x0: float, x1: float, width: float = 0.5) -> None:
    press.canvas.setStrokeColor(HexColor(press.sheet.accent))
    press.canvas.setLineWidth(width)
    press.canvas.line(x0, y, x1, y)


def _band(press: Press, x: float, y: float, width: float, height: float) -> None:
    press.canvas.setFillColor(HexColor(press.sheet.accent))
    press.canvas.rect(x, y, width, height, fill=1, stroke=0)


def _flow(press: Press) -> bytes:
    press.flow(press.brief.blocks)
    return press.finish()


def _body(brief: Brief, **options: object) -> Style:
    return Style(brief.meta.get("face", "serif")).but(**options)


# --- article: two justified columns, notes at the foot, heads that alternate -------------------


def article(brief: Brief) -> bytes:
    """A journal article; its first page has the title over both columns."""
    wide, tall = 176 * MM, 250 * MM
    left, gap, foot = 46.0, 18.0, 56.0
    column = (wide - 2 * left - gap) / 2

    def frames(top: float) -> tuple[Frame, ...]:
        return tuple(Frame(left + n * (column + gap), top, column, foot) for n in range(2))

    def furniture(press: Press) -> None:
        small = Style("serif", 8.5, 10)
        if press.page == 1:
            press.write(press.label, 0, 40, small.but(align="centre"), wide)
        elif press.page % 2:
            press.write(brief.meta["head_right"], left, tall - 44, small.but(italic=True))
            press.write(press.label, left, tall - 44, small.but(align="right"), wide - 2 * left)
            _rule(press, tall - 49, left, wide - left)
        else:
            press.write(press.label, left, tall - 44, small)
            press.write(
                brief.meta["head_left"],
                left,
                tall - 44,
                small.but(italic=True, align="right"),
                wide - 2 * left,
            )
            _rule(press, tall - 49, left, wide - left)

    body = _body(brief, size=9.8, leading=12.2, align="justify", first=12, after=0, lang=brief.lang)
    head = body.but(first=0, align="left", bold=True, before=10, after=4, lang=None)
    sheet = Sheet(
        (wide, tall), frames(tall - 64), frames(tall - 190), body,
        (head.but(size=11, leading=13.5), head.but(italic=True, bold=False)),
        body.but(size=7.8, leading=9.4, first=0), _start(brief), furniture,
        table_size=7.6, outline=True, meta=_meta(brief), accent="#333333",
    )  # fmt: skip
    press = Press(brief, sheet)
    _labels(press)
    y = press.write(
        brief.meta.get("journal", ""), left, tall - 60, Style("serif", 9, 12, italic=True)
    )
    y = press.write(brief.title, left, y - 22, Style("serif", 18, 22, bold=True), wide - 2 * left)
    press.write(brief.meta["authors"], left, y - 4, Style("serif", 11, 14), wide - 2 * left)
    return _flow(press)


# --- report: cover, contents with dot leaders, roman front matter -------------------------------


def _report(brief: Brief, toc: list[TocEntry]) -> Press:
    wide, tall = A4
    left = 70.0
    face = brief.meta.get("face", "sans")

    def label(page: int) -> str:
        return ["i", "ii", "iii"][page - 1] if page <= 3 else str(page - 3)

    def furniture(press: Press) -> None:
        small = Style(face, 8, 10, colour="#555555")
        press.write(brief.meta.get("head_left", brief.title), left, tall - 40, small)
        _rule(press, tall - 46, left, wide - left)

    def after(press: Press) -> None:
        small = Style(face, 8, 10, colour="#555555")
        press.write(brief.meta["publisher"], left, 36, small)
        press.write(press.label, left, 36, small.but(align="right"), wide - 2 * left)

    leading = float(brief.meta.get("leading", "15"))
    body = _body(brief, face=face, size=10.4, leading=leading, after=8, align="left")
    accent = brief.meta.get("accent", "#1f4e79")
    head = body.but(bold=True, colour=accent, before=14, after=6)
    frame = (Frame(left, tall - 70, wide - 2 * left, 62),)
    sheet = Sheet(
        A4, frame, frame, body, (head.but(size=16, leading=20), head.but(size=12, leading=15)),
        body.but(size=8, leading=10), label, furniture, after, numbered=True,
        repeat_header=brief.meta.get("repeat_header") != "False", accent=accent,
        box_fill="#e8eef5", outline=True, meta=_meta(brief),
        table_size=float(brief.meta.get("table_size", "9")),
    )  # fmt: skip
    press = Press(brief, sheet, bare={1, 2})
    press.canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    press.canvas.addPageLabel(3, style="ARABIC", start=1)
    _cover(press, accent, face)
    press.next_page()
    imprint = body.but(size=9, leading=13)
    for text in brief.meta["imprint"].split(" / "):
        press.para(text, imprint)
    press.next_page()
    press.para(CONTENTS[brief.lang], head.but(size=16, leading=22))
    press.contents(toc, body.but(after=2))
    press.next_page()
    press.flow(brief.blocks)
    return press


def _cover(press: Press, accent: str, face: str) -> None:
    brief = press.brief
    wide, tall = press.sheet.size
    _band(press, 0, tall - 300, wide, 300)
    white = Style(face, 26, 32, bold=True, colour="#ffffff")
    y = press.write(brief.title, 70, tall - 150, white, wide - 140)
    press.write(
        brief.meta.get("subtitle", ""),
        70,
        y - 6,
        white.but(size=13, leading=17, bold=False),
        wide - 140,
    )
    press.write(brief.meta["authors"], 70, 200, Style(face, 12, 16), wide - 140)
    press.write(
        f"{brief.meta['publisher']}, {brief.meta['year']}", 70, 180, Style(face, 10, 14), wide - 140
    )


def report(brief: Brief) -> bytes:
    """Set twice: the contents need the pages of the headings."""
    first = _report(brief, [])
    while True:
        second = _report(brief, first.toc)
        if [e.page for e in second.toc] == [e.page for e in first.toc]:
            return second.finish()
        first = second


# --- numbered: one column, numbered headings, boxes over the width -------------------------------


def numbered(brief: Brief) -> bytes:
    """A working paper on Letter: title block, numbered sections, page number below."""
    wide, tall = LETTER
    left = 90.0

    def after(press: Press) -> None:
        small = _body(brief, size=8.5, leading=10, align="centre", colour="#444444")
        press.write(press.label, left, 40, small, wide - 2 * left)
        if press.page > 1:
            press.write(
                brief.meta["head_left"], left, tall - 44, small.but(align="right"), wide - 2 * left
            )

    body = _body(brief, size=11, leading=15, after=8)
    accent = brief.meta.get("accent", "#000000")
    head = body.but(bold=True, before=12, after=5, colour=accent)
    frame = (Frame(left, tall - 72, wide - 2 * left, 66),)
    sheet = Sheet(
        LETTER, frame, frame, body, (head.but(size=13.5, leading=17), head.but(italic=True)),
        body.but(size=8.8, leading=11), _start(brief), after=after, numbered=True, accent=accent,
        box_fill="#f3f1ea", outline=brief.meta.get("outline") == "True", meta=_meta(brief),
    )  # fmt: skip
    press = Press(brief, sheet)
    _labels(press)
    press.para(brief.title, body.but(size=20, leading=25, bold=True, after=6, colour=accent))
    press.para(brief.meta["authors"], body.but(italic=True, after=2))
    press.para(f"{brief.meta['publisher']} · {brief.meta['year']}", body.but(after=14, size=9.5))
    return _flow(press)


# --- bilingual: a small journal page with abstracts in both languages ---------------------------


def bilingual(brief: Brief) -> bytes:
    """170 x 240 mm, one justified column, the head of even pages names the journal."""
    wide, tall = 170 * MM, 240 * MM
    left = 58.0

    def furniture(press: Press) -> None:
        small = Style("serif", 8.5, 10)
        width = wide - 2 * left
        if press.page == 1:
            return
        if press.page % 2:
            press.write(
                f"{brief.meta['head_right']}   {press.label}",
                left,
                tall - 40,
                small.but(align="right"),
                width,
            )
        else:
            press.write(f"{press.label}   {brief.meta['head_left']}", left, tall - 40, small, width)

    body = _body(
        brief, size=10.6, leading=13.4, align="justify", first=16, after=0, lang=brief.lang
    )
    head = body.but(first=0, align="left", lang=None, before=13, after=5)
    frame = (Frame(left, tall - 60, wide - 2 * left, 50),)
    sheet = Sheet(
        (wide, tall), frame, frame, body, (head.but(size=11, bold=True), head.but(italic=True)),
        body.but(size=8.4, leading=10.2, first=0), _start(brief), furniture, table_size=8.2,
        meta=_meta(brief),
    )  # fmt: skip
    press = Press(brief, sheet)
    _labels(press)
    press.para(brief.title, head.but(size=15, leading=19, bold=True, align="centre", after=4))
    if "title_en" in brief.meta:
        press.para(
            brief.meta["title_en"],
            head.but(size=11.5, leading=15, italic=True, align="centre", after=4),
        )
    press.para(brief.meta["authors"], head.but(align="centre", before=4, after=8))
    return _flow(press)


# --- slides: landscape, a title each, numbers in the corner -------------------------------------


def slides(brief: Brief) -> bytes:
    """16:9 slides; every fourth draws its title after its body, as slide programs may do."""
    wide, tall = 720.0, 405.0
    face = brief.meta.get("face", "sans")
    accent = brief.meta.get("accent", "#7a1f3d")
    title_style = Style(face, 22, 26, bold=True, colour="#ffffff")

    def title(press: Press) -> None:
        press.write(press.section, 44, tall - 46, title_style, wide - 88)

    def furniture(press: Press) -> None:
        if press.page > 1:
            _band(press, 0, tall - 66, wide, 66)

    def after(press: Press) -> None:
        if press.page > 1:
            if press.page % 4 == 3:
                title(press)
            small = Style(face, 9, 11, colour="#666666")
            press.write(brief.meta["head_left"], 44, 18, small)
            press.write(press.label, 44, 18, small.but(align="right"), wide - 88)

    body = Style(face, 16.5, 21, after=8)
    frame = (Frame(44, tall - 82, wide - 88, 36),)
    sheet = Sheet(
        (wide, tall), frame, frame, body,
        (title_style, body.but(bold=True, colour=accent, before=2, after=3)),
        body.but(size=9, leading=11), str, furniture, after, heading_page=True, accent=accent,
        box_fill="#f4ebee", table_size=12, outline=True, meta=_meta(brief),
    )  # fmt: skip
    press = Press(brief, sheet)
    _band(press, 0, 0, 26, tall)
    y = press.write(brief.title, 70, 260, Style(face, 28, 34, bold=True, colour=accent), wide - 130)
    y = press.write(brief.meta.get("subtitle", ""), 70, y - 4, Style(face, 15, 20), wide - 130)
    press.write(f"{brief.meta['authors']} · {brief.meta['year']}", 70, y - 14, Style(face, 12, 16))
    press.fresh = False
    for block in brief.blocks:
        press.block(block)
        if block.kind == "heading" and block.level == 1 and press.page % 4 != 3:
            title(press)
    return press.finish()


# --- sidebar: one wide column and boxes in the margin --------------------------------------------


def sidebar(brief: Brief) -> bytes:
    """A brief with boxed texts beside the column; the foot alternates sides."""
    wide, tall = A4
    left, width, side = 56.0, 330.0, 128.0
    accent = brief.meta.get("accent", "#2f6b4f")

    def furniture(press: Press) -> None:
        if press.page > 1:
            small = _body(brief, size=8.5, leading=10, colour=accent)
            press.write(brief.meta["head_left"].upper(), left, tall - 42, small)

    def after(press: Press) -> None:
        small = _body(brief, size=9, leading=11)
        align = "right" if press.page % 2 else "left"
        press.write(press.label, left, 38, small.but(align=align), wide - 2 * left)

    body = _body(brief, size=10.4, leading=14, after=7)
    head = body.but(bold=True, colour=accent, before=10, after=4)
    columns = (Frame(left, tall - 66, width, 62),)
    margin = Frame(left + width + 24, tall - 70, side, 66)
    sheet = Sheet(
        A4, columns, (Frame(left, tall - 168, width, 62),), body,
        (head.but(size=13, leading=17), head),
        body.but(size=8.2, leading=10), _start(brief), furniture, after, accent=accent,
        margin_box=margin, box_fill="#eef5f0", outline=brief.meta.get("outline") == "True",
        meta=_meta(brief),
    )  # fmt: skip
    press = Press(brief, sheet)
    _labels(press)
    press.box_y = tall - 172
    _rule(press, tall - 58, left, wide - left, 2.0)
    y = press.write(
        plain(brief.title),
        left,
        tall - 88,
        body.but(size=21, leading=25, bold=True),
        wide - 2 * left,
    )
    press.write(
        f"{brief.meta['authors']} | {brief.meta['publisher']}, {brief.meta['year']}",
        left,
        y - 4,
        body.but(size=9.5, colour=accent),
        wide - 2 * left,
    )
    return _flow(press)


DESIGNS: dict[str, Callable[[Brief], bytes]] = {
    "article": article, "report": report, "numbered": numbered,
    "bilingual": bilingual, "slides": slides, "sidebar": sidebar,
}  # fmt: skip
