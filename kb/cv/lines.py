"""Blocks back to the lines that a person set: a CV's layout is in its line ends.

Readers join the lines of a paragraph; in a CV the lines of one block may be a title, a firm and a
date. A line end counts as meant when the next line's first word would have fitted on the line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.cv.wraps import Room, meant, unwrapped
from kb.datatypes import Block, Box, Span

_INDENT = 24.0  # points: lines that begin nearer than this belong to one cell
_BULLET = re.compile(r"^\s*(?:[•▪●◦‣■□▸►➢✓✔*·∙⁃o+]|[-–—])\s+(?=\S)")


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
    italic: bool = False
    end: Box | None = None  # where its last printed line stands
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
    room = Room(listed)
    found: list[Line] = []
    for number, block in enumerate(listed):
        if block.kind == "contents":
            continue
        style = block.style
        base = Line(
            text="", kind=block.kind, level=block.level, block=number,
            size=style.size if style else 0.0, bold=style.bold if style else False,
            italic=style.italic if style else False, column=style.column if style else 0,
        )  # fmt: skip
        if block.kind == "table_row" and block.cells:
            if len(block.spans) > 1 and all(span.box for span in block.spans):
                found.extend(_printed_cells(block, base, number))
            else:
                found.extend(_cells(block, base, number))
            continue
        first = True
        for start, end, span in _pieces(block, room, number):
            line = _line(block, base, start, end, span, first=first)
            if line.text:
                found.append(line)
                first = False
    return unwrapped(found, room)


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
        end=_last_box(block, end),
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
                    base,
                    text=text[mark.end() :] if mark else text,
                    start=start,
                    page=page,
                    bullet=mark is not None,
                    row=number,
                    cells=((header, cell),),
                    first=not found,
                )
            )
    return found


def _printed_cells(block: Block, base: Line, number: int) -> list[Line]:
    """A table row of a page by its printed lines, each given to the cell it stands under."""
    found: list[Line] = []
    lefts: list[float] = []
    for span in block.spans:
        assert span.box
        text = block.text[span.start : span.end].strip(" ;")
        if not text:
            continue
        if not any(abs(span.box.x0 - left) < _INDENT for left in lefts):
            lefts.append(span.box.x0)
        mark = _BULLET.match(block.text[span.start : span.end])
        if (
            found
            and found[-1].box
            and not mark
            and not found[-1].text.endswith((".", ":"))
            and text[:1].islower()
            and abs(found[-1].box.x0 - span.box.x0) < _INDENT
        ):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {text}")
            continue
        header = _header_of(block, text)
        found.append(replace(
            base, text=text[mark.end() :].strip() if mark else text, page=span.page, box=span.box,
            start=block.start + span.start if block.start >= 0 else -1, bullet=mark is not None,
            row=number, cells=((header, text),) if header else (), first=not found,
        ))  # fmt: skip
    return found


def _header_of(block: Block, text: str) -> str:
    return next((header for header, cell in block.cells if header and text in cell), "")


def _last_box(block: Block, end: int) -> Box | None:
    inside = [s.box for s in block.spans if s.start < end and s.box]
    return inside[-1] if inside else None


def _pieces(block: Block, room: Room, number: int) -> list[tuple[int, int, Span | None]]:
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
    for before, after in itertools.pairwise(spans):
        if meant(block, before, after, room.right(number, before)):
            pieces.append((start, after.start, opened))
            start, opened = after.start, after
    pieces.append((start, len(text), opened))
    return pieces


def _span_at(block: Block, at: int) -> Span | None:
    for span in block.spans:
        if span.start <= at < span.end:
            return span
    return None
