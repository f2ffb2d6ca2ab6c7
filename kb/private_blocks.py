"""Blocks as one text to search in, and pieces cut out of blocks with spans and cells kept right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.datatypes import Block, Span
from kb.private_words import kind_of_key
from kb.text import normalise

_MARKS = ",;|·•/–—-"
_SHUT = ".)"
_Places = list[tuple[int, int, int] | None] | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a block's text, from `offset` on, that stands at `start` of the flat text.

    `header` is the kind of private data that the header of this table cell announces.
    """

    start: int
    end: int
    block: int
    offset: int
    header: str | None = None


def flat(blocks: Sequence[Block]) -> tuple[str, list[Piece]]:
    """All blocks as one text: "\\n" between blocks, cells and lines, "\\v" where a line wraps.

    The header of a cell is left out unless it announces private data, so that a label in one cell
    meets its value in the next.
    """
    parts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for number, block in enumerate(blocks):
        shown = _wrapped(block)
        for start, end, header in _runs(block):
            parts.append(shown[start:end])
            pieces.append(Piece(at, at + end - start, number, start, header))
            at += end - start + 1
    return "\n".join(parts), pieces


def _wrapped(block: Block) -> str:
    chars = list(block.text)
    for span in block.spans:
        if 0 < span.start <= len(chars) and chars[span.start - 1] == " ":
            chars[span.start - 1] = "\v"
    return "".join(chars)


def _runs(block: Block) -> Iterator[tuple[int, int, str | None]]:
    places = cell_places(block)
    if places is None:
        yield 0, len(block.text), None
        return
    for (header, _), place in zip(block.cells, places, strict=True):
        if place:
            kind = kind_of_key(header)
            told = kind is not None or len(block.cells) == 1
            yield place[0] if told else place[1], place[2], kind


def cell_places(block: Block) -> _Places:
    """(start of the header, of the cell, its end) for each cell, None for an empty one.

    None where the block has no cells, or its text is not put together from them.
    """
    found: list[tuple[int, int, int] | None] = []
    at = 0
    for header, cell in block.cells:
        cell = normalise(cell)
        if not cell:
            found.append(None)
            continue
        lead = f"{normalise(header)}: " if header else ""
        start = block.text.find(lead + cell, at)
        if start < 0:
            lead, start = "", block.text.find(cell, at)
        if start < 0 or block.text[at:start].strip(" ;:\n"):
            return None
        at = start + len(lead) + len(cell)
        found.append((start, start + len(lead), at))
    return found if found and not block.text[at:].strip(" ;") else None


def cut(block: Block, ranges: Sequence[tuple[int, int]]) -> Block | None:
    """The block without `ranges` of its text; None if nothing that reads is left."""
    places = cell_places(block)
    for start, end in reversed(_merged([*ranges, *_headers(places, ranges)])):
        first, last = tidy_hole(block.text, start, end)
        block, places = _without(block, first, last), _moved(places, first, last)
    if not any(char.isalnum() for char in block.text):
        return None
    if not block.cells:
        return block
    cells = []
    for i, (header, cell) in enumerate(block.cells):
        place = places[i] if places is not None else None
        if place is not None:
            cell = block.text[place[1] : place[2]].strip(" ;,")
        elif places is None and normalise(cell) not in block.text:
            cell = ""
        if cell or not block.cells[i][1]:
            cells.append((header, cell))
    return replace(block, cells=tuple(cells))


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done


def _headers(places: _Places, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Headers of the cells that go whole."""
    return [
        (place[0], place[2])
        for place in places or ()
        if place and any(s <= place[1] and e >= place[2] for s, e in ranges)
    ]


def _without(block: Block, start: int, end: int) -> Block:
    """Without text[start:end]; a line that is gone whole goes with its box."""

    def moved(at: int) -> int:
        return at if at <= start else max(start, at - (end - start))

    text = block.text[:start] + block.text[end:]
    spans: list[Span] = []
    for span in block.spans:
        shifted = replace(span, start=moved(span.start), end=min(len(text), moved(span.end)))
        if text[shifted.start : shifted.end].strip(" .,;:|·•-–—"):
            spans.append(shifted)
    if block.spans and not spans:
        spans = [replace(block.spans[0], start=0, end=len(text))]
    return replace(block, text=text, spans=tuple(spans))


def _moved(places: _Places, start: int, end: int) -> _Places:
    if places is None:
        return None

    def moved(at: int) -> int:
        return at if at <= start else max(start, at - (end - start))

    return [place and (moved(place[0]), moved(place[1]), moved(place[2])) for place in places]


def tidy_hole(text: str, start: int, end: int) -> tuple[int, int]:
    """The hole [start, end) grown over blanks, marks and brackets that would be left over."""
    while start < end and text[start] in " \v":
        start += 1
    while start < end and text[end - 1] in " \v":
        end -= 1
    while True:
        left, right = start, end
        while left and text[left - 1] in " \v":
            left -= 1
        while right < len(text) and text[right] in " \v":
            right += 1
        before, after = text[left - 1 : left], text[right : right + 1]
        first, last = before in ("", "\n"), after in ("", "\n")
        if before in tuple("([") and after in tuple(")]"):
            start, end = left - 1, right + 1
        elif after and after in _MARKS and (first or before in _MARKS + ":(["):
            start, end = left if first else start, right + 1
        elif before and before in _MARKS and (last or after in _SHUT):
            start = left - 1
        elif after == "." and (first or before in ".!?"):
            end = right + 1
        else:
            break
    if first and last:
        return (left, right + 1) if after else (max(0, left - 1), right)
    if first:
        return left, right
    if last or after in ".,;:)":
        return left, right if last else end
    return (start, right) if left < start else (start, end)
