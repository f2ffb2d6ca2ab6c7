"""Printed lines in reading order -> blocks: paragraphs, list items, headings, footnotes.

A paragraph goes on over a line end, a column or a page unless something says that it ends: white
space, an indent, a list mark, other type, or a last line that had room for the next word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kb.datatypes import Block, BlockKind, Box, Span, Style
from kb.readers.cleaning import clean
from kb.readers.furniture import is_note
from kb.readers.hyphens import HYPHENS, Mender
from kb.readers.layout import BULLETS, Line

_BULLET = re.compile(rf"^(?:[{BULLETS}\uf000-\uf0ff»→]+|[*–—\-o](?=\s))\s*")
_NUMBERED = re.compile(
    r"^(?:\(?\d{1,2}[.)]|\(?[a-z][.)]|\(?[ivx]{1,5}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s+(?=\S)"
)
_CAPTION = re.compile(
    r"^(?:tabla|table|cuadro|figura|figure|fig\.|gr[áa]fic[ao]|chart|mapa|map|ilustraci[óo]n|box|recuadro)"
    r"\s*(?:\d{1,3}|[ivx]{1,4})(?:[.:\-–—]|$|\s+[A-ZÁÉÍÓÚÑ])",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\S+@\S+\.\S+|(?:https?://|www\.)\S+|(?:tel\.?:?\s*)?\+?[\d\s().\-]{7,}", re.I
)
_HANGS = re.compile(
    r"[–—(&/|,]$|\b(?:de|del|la|el|los|las|y|e|en|con|para|por|al|of|the|and|in|for|with|to|at|on|a)$"
)
_LABEL = re.compile(r"^\w+\.?\s+[\dIVXivx]+\s*[.:\-–—]?$")
_ENDS = re.compile(r"[.!?:;…][\"'»”’)\]]*$")


@dataclass(slots=True)
class Draft:
    """A block being built: lines in order, and what they are."""

    kind: BlockKind
    lines: list[Line]
    level: int = 0
    cells: tuple[tuple[str, str], ...] = ()
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    marked: bool = False  # begins with a list mark
    inner: bool = False  # stands beside a section's name in a form: no section of its own

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]


def span(line: Line, start: int, end: int) -> Span:
    x0, y0, x1, y1 = (round(value, 1) for value in line.box)
    return Span(start, end, line.page, Box(line.page, x0, y0, x1, y1))


def write(draft: Draft, mender: Mender) -> None:
    """Fill the text and spans of a draft from its lines."""
    text = ""
    starts: list[tuple[int, Line]] = []
    for number, line in enumerate(draft.lines):
        piece = clean(line.text)
        if number == 0 and draft.kind == "list_item":
            piece = _BULLET.sub("", piece)
        if not piece:
            continue
        text, start = mender.join(text, piece)
        starts.append((min(start, len(text)), line))
    draft.text = text.rstrip("\u00ad")
    ends = [start for start, _ in starts[1:]] + [len(draft.text)]
    draft.spans = [
        span(line, start, end)
        for (start, line), end in zip(starts, ends, strict=False)
        if end > start
    ]


def block(draft: Draft) -> Block:
    line = draft.first
    style = Style(round(line.size, 1), line.bold, line.italic, line.column)
    return Block(draft.text, draft.kind, draft.level, tuple(draft.spans), style, draft.cells)


def leading(lines: Sequence[Line]) -> dict[float, float]:
    """The usual distance of baselines for each size of type."""
    counts: dict[float, Counter[float]] = {}
    for above, line in pairwise(lines):
        step = line.base - above.base
        if above.region == line.region and above.page == line.page and 0.7 < step / line.size < 3:
            key = round(line.size * 2) / 2
            counts.setdefault(key, Counter())[round(step * 2) / 2] += 1
    usual: dict[float, float] = {}
    for key, steps in counts.items():
        # The smallest step that is not rare: paragraph spacing may be as frequent as lines.
        need = 0.25 * sum(steps.values())
        for step in sorted(steps):
            near = {s: n for s, n in steps.items() if step <= s <= step + 1}
            if sum(near.values()) >= need:
                usual[key] = sum(s * n for s, n in near.items()) / sum(near.values())
                break
    return usual


def narrow(lines: Sequence[Line], usual: dict[float, float]) -> None:
    """Set the right edge of blocks that are narrower than their region (abstracts, quotations)."""
    run: list[Line] = []
    for line in [*lines, None]:
        if run and line is not None:
            last = run[-1]
            step = line.base - last.base
            if (
                line.region == last.region
                and line.page == last.page
                and abs(line.size - last.size) < 0.5
                and 0 < step < 1.3 * usual.get(round(line.size * 2) / 2, 1.25 * line.size) + 0.6
            ):
                run.append(line)
                continue
        if len(run) >= 4:
            right = max(one.x1 for one in run)
            ends = sum(right - one.x1 < 3 * one.size for one in run)
            if right < run[0].right - 2 * run[0].size and ends >= 0.6 * len(run):
                for one in run:
                    one.right = right
        run = [line] if line is not None else []


def hanging(lines: Sequence[Line]) -> frozenset[tuple[int, int]]:
    """Regions whose entries begin at the margin and go on indented, as reference lists do."""
    counts: dict[tuple[int, int], list[int]] = {}
    for above, line in pairwise(lines):
        key = (line.page, line.region)
        if (above.page, above.region) != key or is_item(above, clean(above.text)):
            continue
        em = line.size
        tally = counts.setdefault(key, [0, 0, 0])
        tally[0] += 1
        if line.left + 0.7 * em < line.x0 < line.left + 6 * em:
            tally[1] += 1
            tally[2] += above.x0 < line.left + 0.5 * em and _room(above, line, line.text)
    return frozenset(
        key
        for key, (total, indented, roomy) in counts.items()
        if indented >= max(2, 0.35 * total) and roomy <= 0.3 * indented
    )


@dataclass(slots=True)
class Joiner:
    """Groups lines into drafts. Lines of recognised pages are measured less exactly."""

    usual: dict[float, float]
    body: float
    scanned: frozenset[int] = frozenset()  # pages of recognised text: wider tolerances
    hanging: frozenset[tuple[int, int]] = frozenset()  # (page, region) with hanging indents

    def group(self, lines: Sequence[Line]) -> list[Draft]:
        drafts: list[Draft] = []
        flow: Draft | None = None  # the last running text: may go on after a column or a page
        main: Draft | None = None  # the last text of body size: a box may stand in its middle
        for line in lines:
            if line.kind:
                drafts.append(Draft("table_row", [line]))
                continue  # `flow` stays: a table may stand in the middle of a paragraph
            text = clean(line.text)
            if not text:
                continue
            marked = is_item(line, text) and not (
                flow is not None and _inline(flow.last, line, text)
            )
            if flow is not None and not marked:
                if self._goes_on(flow, line, text, drafts[-1]):
                    flow.lines.append(line)
                    continue
                if main is not None and main is not flow and self._resumes(main, line, text):
                    main.lines.append(line)
                    flow = main
                    continue
            kind: BlockKind = "list_item" if marked else "paragraph"
            if _CAPTION.match(text):
                kind = "caption"
            flow = Draft(kind, [line], marked=marked)
            drafts.append(flow)
            if abs(line.size - self.body) < 0.06 * self.body and kind != "caption":
                main = flow
        return drafts

    def _goes_on(self, flow: Draft, line: Line, text: str, newest: Draft) -> bool:
        last = flow.last
        tolerance = 0.22 if line.page in self.scanned else 0.07
        if abs(last.size - line.size) > tolerance * max(last.size, line.size):
            return False
        if last.turn != line.turn:
            return False
        before = clean(last.text)
        cut = before[-1:] in HYPHENS and len(before) > 1 and before[-2].isalpha()
        near = last.page == line.page and newest is flow
        if near and last.region != line.region:  # the last, short line of a block over columns
            near = (
                0.3 * line.size < line.base - last.base < 1.6 * line.size
                and abs(line.x0 - last.x0) < line.size
            )
        if near:
            return self._same_region(flow, last, line, text, before, cut=cut)
        if _all_bold(flow) != line.bold and not cut:
            return False
        return self._over_a_break(flow, last, line, text, before, cut=cut)

    def _resumes(self, main: Draft, line: Line, text: str) -> bool:
        """Running text goes on after a box, a caption or a heading that stood in between."""
        last = main.last
        before = clean(last.text)
        return (
            0 <= line.page - last.page <= 1
            and abs(last.size - line.size) <= 0.07 * line.size
            and last.bold == line.bold
            and (last.page, last.region) != (line.page, line.region)
            and text[0].islower()
            and not _ENDS.search(before)
            and _full(last, slack=6.0)
        )

    def _same_region(
        self, flow: Draft, last: Line, line: Line, text: str, before: str, *, cut: bool
    ) -> bool:
        step = line.base - last.base
        usual = self.usual.get(round(line.size * 2) / 2, 1.25 * line.size)
        slack = 1.45 if line.page in self.scanned else 1.25
        if step > slack * usual + 0.6 or step < 0.3 * line.size:
            return False
        if cut:
            return True
        em = line.size
        indent = line.x0 - last.x0
        if flow.kind == "caption":
            return len(flow.lines) == 1 and (
                _LABEL.match(before) is not None or not _room(last, line, text)
            )
        goes_on = line.bold and text[0].islower() and not _ENDS.search(before)
        large = last.size > (1.12 if goes_on else 1.25) * self.body
        if large and last.bold == line.bold and (
            abs(indent) < em or (self._centred(last) and self._centred(line))
        ):  # fmt: skip
            return len(flow.lines) < 4
        if flow.kind == "list_item":
            home = flow.first.region == line.region and flow.first.page == line.page
            if indent < -0.8 * em and (len(flow.lines) > 1 or last.x0 != flow.first.x0):
                return False
            if home and line.x0 < flow.first.x0 - 0.5 * em:
                return False
            hanging = home and abs(line.x0 - _text_start(flow.first)) < 0.6 * em
            done = _ENDS.search(before) and _room(last, line, text)
            if hanging and line.bold == last.bold and line.italic == last.italic and not done:
                return True
        elif (line.page, line.region) in self.hanging:
            if line.x0 < line.left + 0.5 * em:
                return False
        elif 0.7 * em < indent < 5 * em:
            if len(flow.lines) > 1 or last.x0 <= last.left + 0.3 * em:
                return False
        elif indent < -0.7 * em and len(flow.lines) > 1:
            return False
        if _other_type(flow, last, line, before):
            return False
        if text[0] in "–—" and flow.kind != "list_item":
            return True
        if _CONTACT.fullmatch(text) and _CONTACT.fullmatch(before):
            return False
        if not _room(last, line, text) or _HANGS.search(before):
            return True
        # A line that was broken by hand in the middle of a sentence.
        return (
            text[0].islower() and before[-1:].isalpha() and line.bold == last.bold
            and abs(indent) < 0.5 * em and len(last.words) >= 3
        )  # fmt: skip

    def _centred(self, line: Line) -> bool:
        left, right = line.x0 - line.left, line.right - line.x1
        return abs(left - right) < 2 * line.size

    def _over_a_break(
        self, flow: Draft, last: Line, line: Line, text: str, before: str, *, cut: bool
    ) -> bool:
        if cut and text[:1].islower():
            return True
        if line.size > 1.15 * self.body or flow.kind == "caption":
            return False
        if _ENDS.search(before) and before[-1] != ";":
            return False
        if not _full(last, slack=6.0):
            return text[:1].islower() and line.bold == last.bold
        if text[:1].islower() or text[:1] in "(«“\"'":
            return True
        if line.bold or flow.first.bold:
            return False
        # A sentence that goes on with a name or a number.
        return bool(len(before) > 40 and len(text) > 20)


def _inline(last: Line, line: Line, text: str) -> bool:
    """A number or dash at the start of a line in the middle of running text: no list mark."""
    if not (_NUMBERED.match(text) or text[0] in "–—-"):
        return False
    if last.page != line.page or last.region != line.region:
        return False
    before = clean(last.text)
    return (
        abs(line.x0 - last.x0) < 0.4 * line.size
        and _full(last)
        and before[-1:] not in ".!?:"
        and not is_item(last, before)
        and line.bold == last.bold
    )


def _other_type(flow: Draft, last: Line, line: Line, before: str) -> bool:
    """Weight or slant changes between the lines as it does between two blocks."""
    if line.bold and not last.bold and _ENDS.search(before):
        return True  # a heading after a full last line
    whole = all(word.italic for one in flow.lines for word in one.words)
    if whole and not line.words[0].italic and not _HANGS.search(before):
        return len(flow.lines) <= 3
    return flow.first.bold and _all_bold(flow) and line.italic and not line.bold


def _all_bold(draft: Draft) -> bool:
    return all(line.bold for line in draft.lines)


def _full(line: Line, *, slack: float = 3.0) -> bool:
    return line.right - line.x1 < slack * line.size


def _text_start(line: Line) -> float:
    """Where the text of a list item begins, after its mark."""
    return line.words[1].x0 if len(line.words) > 1 else line.x0


def _room(last: Line, line: Line, text: str) -> bool:
    """The line above ended although the next word would have fitted."""
    first = line.words[0]
    width = first.x1 - first.x0
    if len(first.text) > 3 and "-" in first.text[1:-1]:
        width *= 0.6
    return bool(last.right - last.x1 > width + 0.9 * line.size)


def is_item(line: Line, text: str) -> bool:
    """The line begins with a list mark."""
    if len(text) < 2:
        return False
    raw = line.words[0].text
    if _BULLET.match(line.text) and (
        len(raw) == 1 or raw[0] in BULLETS or "\uf000" <= raw[0] <= "\uf0ff"
    ):
        if raw in "o-–—*" and len(line.words) > 1:
            return line.words[1].x0 - line.words[0].x1 > (0.5 if raw == "o" else 0.2) * line.size
        return len(line.words) > 1 or len(raw) > 1
    return bool(_NUMBERED.match(text)) and not re.match(r"^[ivx]\.?\s", text)


def group_notes(lines: Sequence[Line], mender: Mender) -> list[Draft]:
    """Footnotes, one draft each; one that runs over a page is joined."""
    drafts: list[Draft] = []
    for line in lines:
        if drafts and not is_note(line):
            drafts[-1].lines.append(line)
        else:
            drafts.append(Draft("footnote", [line]))
    for draft in drafts:
        write(draft, mender)
    return drafts
