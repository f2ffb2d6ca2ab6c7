"""Blocks back to the lines that a person set: a CV's layout is in its line ends.

Readers join the lines of a paragraph; in a CV the lines of one block may be a title, a firm and a
date. A line end counts as meant when the next line's first word would have fitted on the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.datatypes import Block, Box, Span

_BULLET = re.compile(r"^\s*(?:[•▪●◦‣■□▸►➢✓✔*·∙⁃o]|[-–—])\s+(?=\S)")
_ROOM = 0.93  # a line that fills this share of the width has run full


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `start` is its offset in the document's text, -1 when not known."""

    text: str
    start: int = -1
    kind: str = "paragraph"
    level: int = 0
    size: float = 0.0
    bold: bool = False
    column: int = 0
    box: Box | None = None
    page: int | None = None
    block: int = 0
    first: bool = True  # first of its block
    bullet: bool = False
    cells: tuple[tuple[str, str], ...] = ()
    row: int = -1  # number of the table row it is a cell of

    @property
    def heading(self) -> bool:
        return self.kind in ("heading", "title")

    def cut(self, start: int, end: int | None = None) -> Line:
        """The line without what stands before `start` and from `end`, blanks off."""
        part = self.text[start:end]
        shift = start + len(part) - len(part.lstrip())
        moved = self.start + shift if self.start >= 0 else -1
        return replace(self, text=part.strip(), start=moved, cells=())


def lines_of(blocks: Iterable[Block]) -> list[Line]:
    """Lines in reading order, blank ones left out."""
    listed = list(blocks)
    widths = _widths(listed)
    found: list[Line] = []
    for number, block in enumerate(listed):
        if block.kind == "contents":
            continue
        style = block.style
        base = Line(
            text="", kind=block.kind, level=block.level, block=number,
            size=style.size if style else 0.0, bold=style.bold if style else False,
            column=style.column if style else 0,
        )  # fmt: skip
        if block.kind == "table_row" and block.cells:
            found.extend(_cells(block, base, number))
            continue
        first = True
        for start, end, span in _pieces(block, widths):
            line = _line(block, base, start, end, span, first=first)
            if line.text:
                found.append(line)
                first = False
    return found


def _line(
    block: Block, base: Line, start: int, end: int, span: Span | None, *, first: bool
) -> Line:
    text = block.text[start:end]
    mark = _BULLET.match(text)
    bullet = block.kind == "list_item" or (mark is not None and block.kind == "paragraph")
    if mark and bullet:
        start += mark.end()
        text = text[mark.end() :]
    start += len(text) - len(text.lstrip())
    return replace(
        base,
        text=text.strip(),
        start=block.start + start if block.start >= 0 else -1,
        bullet=bullet,
        box=span.box if span else None,
        page=(span.page or (span.box.page if span.box else None)) if span else None,
        first=first,
    )


def _cells(block: Block, base: Line, number: int) -> list[Line]:
    """A table row as the lines of its cells; each remembers the row and its header."""
    page = block.spans[0].page if block.spans else None
    found: list[Line] = []
    at = 0
    for header, cell in block.cells:
        for part in cell.split("\n"):
            text = part.strip()
            if not text:
                continue
            where = block.text.find(text, at)
            start = block.start + where if block.start >= 0 and where >= 0 else -1
            at = where + len(text) if where >= 0 else at
            mark = _BULLET.match(part)
            found.append(
                replace(
                    base, text=text[mark.end() :] if mark else text, start=start, page=page,
                    bullet=mark is not None, row=number, cells=((header, cell),),
                    first=not found,
                )  # fmt: skip
            )
    return found


def _pieces(block: Block, widths: dict[tuple[int, int], float]) -> list[tuple[int, int, Span | None]]:
    """(start, end, span) of the lines of a block whose ends were meant."""
    text = block.text
    if "\n" in text:
        found: list[tuple[int, int, Span | None]] = []
        at = 0
        for part in text.split("\n"):
            found.append((at, at + len(part), _span_at(block, at)))
            at += len(part) + 1
        return found
    spans = [s for s in block.spans if 0 <= s.start < s.end <= len(text)]
    if len(spans) < 2 or block.kind in ("list_item", "heading", "title"):
        return [(0, len(text), spans[0] if spans else None)]
    pieces: list[tuple[int, int, Span | None]] = []
    start, opened = 0, spans[0]
    for before, after in zip(spans, spans[1:], strict=False):
        if _meant(text, before, after, block, widths):
            pieces.append((start, after.start, opened))
            start, opened = after.start, after
    pieces.append((start, len(text), opened))
    return pieces


def _span_at(block: Block, at: int) -> Span | None:
    for span in block.spans:
        if span.start <= at < span.end:
            return span
    return None


def _meant(
    text: str, before: Span, after: Span, block: Block, widths: dict[tuple[int, int], float]
) -> bool:
    """True when the first word of the next line would have fitted on this one."""
    if before.page != after.page or (
        before.box and after.box and after.box.y0 < before.box.y0 - 2
    ):
        return False
    if not text[after.start - 1 : after.start].isspace():
        return False  # a word mended over the line end
    line = text[before.start : before.end].strip()
    word = text[after.start : after.end].split(None, 1)
    if not line or not word:
        return True
    if before.box and after.box:
        column = block.style.column if block.style else 0
        right = widths.get((before.box.page, column), before.box.x1)
        per_char = (before.box.x1 - before.box.x0) / max(1, len(line))
        return before.box.x1 + (len(word[0]) + 1.5) * per_char < right
    width = widths.get((0, 0), 0.0)
    return len(line) + 1 + len(word[0]) < width * _ROOM


def _widths(blocks: list[Block]) -> dict[tuple[int, int], float]:
    """Right edge of the text by (page, column); under (0, 0) the longest line in characters."""
    edges: dict[tuple[int, int], float] = {}
    longest = 60.0
    for block in blocks:
        column = block.style.column if block.style else 0
        for span in block.spans:
            if span.box:
                key = (span.box.page, column)
                edges[key] = max(edges.get(key, 0.0), span.box.x1)
            elif len(block.spans) > 1:
                longest = max(longest, float(min(span.end - span.start, 110)))
    edges[(0, 0)] = longest
    return edges
