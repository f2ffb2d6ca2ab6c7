"""CVs as PDF by reportlab: the parts that all designs share, and the choice of the design.

`invariant=1` and a fixed title keep the bytes the same from run to run.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from profiles_data import Person
from profiles_sheet import Entry, Section, Sheet, sheet_of
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import HRFlowable, Paragraph, Spacer

FONTS = {
    "sans": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "serif": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}
Flow = list[Any]  # reportlab flowables
#: reportlab dates what is invariant 2000-01-01; a CV of that date would seem old. Same length.
_INVARIANT_DATE, _DATE = b"D:20000101000000", b"D:20240115090000"


@dataclass(frozen=True, slots=True)
class Look:
    """Paragraph styles of one CV, sizes in points."""

    name: ParagraphStyle
    headline: ParagraphStyle
    contact: ParagraphStyle
    heading: ParagraphStyle
    head: ParagraphStyle
    sub: ParagraphStyle
    body: ParagraphStyle
    bullet: ParagraphStyle
    colour: Any
    fonts: tuple[str, str, str]


def register_fonts() -> None:
    """Bitstream Vera comes with reportlab and is embedded, so it looks the same everywhere."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in FONTS["vera"]:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def look_of(person: Person, *, size: float = 9.6, centred: bool = False) -> Look:
    """Styles from the source's font, colour and a base size."""
    register_fonts()
    fonts = FONTS[person.print.font]
    plain, bold, slanted = fonts
    if person.print.font == "serif":
        size += 0.9
    if person.print.font == "vera":
        size -= 0.8
    colour = colors.HexColor(person.print.colour)
    alignment = {"alignment": TA_CENTER} if centred else {}
    kept = {"keepWithNext": 1}  # nested KeepTogether would break the page

    def style(name: str, font: str, points: float, **options: Any) -> ParagraphStyle:
        return ParagraphStyle(
            name, fontName=font, fontSize=points, leading=points * 1.28, **options
        )

    return Look(
        name=style("name", bold, size * 2, textColor=colour, **alignment),
        headline=style("headline", slanted, size * 1.15, spaceAfter=3, **alignment),
        contact=style("contact", plain, size * 0.93, **alignment),
        heading=style(
            "heading", bold, size * 1.2, textColor=colour, spaceBefore=9, spaceAfter=3, **kept
        ),
        head=style("head", bold, size, spaceBefore=4, **kept),
        sub=style("sub", slanted, size),
        body=style("body", plain, size, spaceAfter=2),
        bullet=style("bullet", plain, size, leftIndent=10, bulletIndent=1, spaceAfter=1),
        colour=colour,
        fonts=fonts,
    )


def para(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph; a letter outside windows-1252 would print as a black box and is an error."""
    text.encode("cp1252")
    return Paragraph(escape(text), style)


def bullets(lines: tuple[str, ...], look: Look) -> Flow:
    return [Paragraph(escape(line), look.bullet, bulletText="•") for line in lines]


def body_flow(body: tuple[str, ...], look: Look) -> Flow:
    """One paragraph is prose; several are duties with bullets."""
    return [para(body[0], look.body)] if len(body) == 1 else bullets(body, look)


def entry_flow(entry: Entry, look: Look, *, dates_first: bool = False) -> Flow:
    """Head, organisation and dates, then the text; the first lines stay together."""
    first = f"{entry.dates}  {entry.head}" if dates_first else entry.head
    second = entry.sub if dates_first else "  |  ".join(x for x in (entry.sub, entry.dates) if x)
    top: Flow = [para(first, look.head)]
    if second:
        top.append(para(second, look.sub))
    return top + body_flow(entry.body, look)


def lines_flow(section: Section, look: Look, *, inline: bool = False) -> Flow:
    """Lines of a section: paragraphs, bullets, or short ones joined by a mid dot."""
    if inline and section.key in {"skills", "languages"}:
        return [para(" · ".join(section.lines), look.body)]
    if section.listed:
        return bullets(section.lines, look)
    return [para(line, look.body) for line in section.lines]


def section_flow(
    section: Section, look: Look, *, rule: bool = False, inline: bool = False, **options: bool
) -> Flow:
    """Heading and content of one section; the heading never stands alone at a page end."""
    content: Flow = lines_flow(section, look, inline=inline) if section.lines else []
    for entry in section.entries:
        content += entry_flow(entry, look, **options)
    top: Flow = [para(section.heading, look.heading)]
    if rule:
        line = HRFlowable(width="100%", thickness=0.6, color=look.colour, spaceAfter=3)
        line.keepWithNext = 1
        top.append(line)
    return [*top, *content, Spacer(1, 2)]


def page_size(person: Person) -> tuple[float, float]:
    size: tuple[float, float] = LETTER if person.print.paper == "letter" else A4
    return size


def foot(person: Person) -> Callable[[Any, Any], None]:
    """Draw the running foot, if the source has one: "{page}" is the page's number."""

    def draw(canvas: Any, doc: Any) -> None:
        if not person.print.footer:
            return
        canvas.saveState()
        canvas.setFont(FONTS[person.print.font][0], 7.5)
        canvas.setFillColor(colors.grey)
        text = person.print.footer.replace("{page}", str(canvas.getPageNumber()))
        canvas.drawCentredString(page_size(person)[0] / 2, 22, text)
        canvas.restoreState()

    return draw


def doc_options(person: Person) -> dict[str, Any]:
    """Options for every DocTemplate: the metadata that a word processor would leave."""
    return {
        "pagesize": page_size(person),
        "invariant": 1,
        "title": f"CV {person.name}",
        "author": person.name,
        "lang": person.print.words,
    }


def typeset_pdf(person: Person) -> bytes:
    """The CV in the design that its source names."""
    from profiles_pdf_designs import DESIGNS
    from profiles_pdf_scan import scan

    design = person.layout.removeprefix("scan_")
    if design not in DESIGNS:
        raise ValueError(f"{person.file}: no design {design!r}; there are {', '.join(DESIGNS)}")
    buffer = io.BytesIO()
    sheet: Sheet = sheet_of(person)
    DESIGNS[design](person, sheet, buffer)
    pdf = scan(buffer.getvalue()) if person.layout.startswith("scan_") else buffer.getvalue()
    return pdf.replace(_INVARIANT_DATE, _DATE)
