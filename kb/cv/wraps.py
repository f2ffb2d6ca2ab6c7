"""Line ends that were meant told from those where a line ran full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.datatypes import Block, Span
from kb.text import fold

if TYPE_CHECKING:
    from kb.cv.lines import Line

_WINDOW = 12  # blocks before and after that tell how wide the text is set
_GAP = 1.5  # of the usual pitch of lines: more is a new paragraph
_FULL = 0.93  # of the longest line, where lengths are counted in characters
_LONGEST = 120  # characters of a line wrapped by hand
_SHORTEST = 50  # characters: a shorter line of a plain text has not run full
_ENDS = re.compile(
    r"(?:[,|–—-]|\s(?:de|del|la|el|los|las|of|the|and|y|e|en|in|for|para|with|con|a))$"
)


class Room:
    """How far lines may run: right edges on pages, characters in plain text."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        sizes = [len(b.text) for b in blocks if not b.spans and b.kind == "paragraph"]
        # a text with longer lines was not wrapped by hand: its line ends are all meant
        self.characters = max(sizes, default=0) if max(sizes, default=0) <= _LONGEST else 0
        self._spans = max(
            (s.end - s.start for b in blocks if len(b.spans) > 1 for s in b.spans if not s.box),
            default=0,
        )
        self._known: dict[tuple[int, int, int], float] = {}

    def right(self, number: int, span: Span) -> float:
        """The right edge for a line: the longest near it that begin where it does.

        Paragraphs of several lines tell it; only where none is near do single lines.
        """
        if span.box is None:
            return float(max(self._spans, 60)) * _FULL
        key = (number, span.box.page, round(span.box.x0 / 8))
        if key not in self._known:
            self._known[key] = self._edge(number, span)
        return self._known[key]

    def _edge(self, number: int, span: Span) -> float:
        assert span.box
        several: list[float] = []
        single: list[float] = []
        for block in self._blocks[max(0, number - _WINDOW) : number + _WINDOW + 1]:
            boxes = [s.box for s in block.spans if s.box and s.box.page == span.box.page]
            near = [b.x1 for b in boxes if abs(b.x0 - span.box.x0) < 25]
            (several if len(boxes) > 2 else single).extend(near)
        return max(several or single or [span.box.x1])


def meant(block: Block, before: Span, after: Span, right: float) -> bool:
    """True when a line of a block ended though the next one's first word would have fitted."""
    text = block.text
    if before.page != after.page or (before.box and after.box and after.box.y0 < before.box.y0 - 2):
        return False
    if not text[after.start - 1 : after.start].isspace():
        return False  # a word mended over the line end
    line = text[before.start : before.end].strip()
    word = text[after.start : after.end].split(None, 1)
    if not line or not word:
        return True
    if before.box and after.box:
        pitches = [
            b.box.y0 - a.box.y0
            for a, b in zip(block.spans, block.spans[1:], strict=False)
            if a.box and b.box and b.box.y0 > a.box.y0
        ]
        if pitches and after.box.y0 - before.box.y0 > _GAP * min(pitches):
            return True
        return fits(line, before.box.x0, before.box.x1, word[0], right)
    return len(line) + 1 + len(word[0]) < right


def fits(line: str, x0: float, x1: float, word: str, right: float) -> bool:
    """Whether `word` would have fitted behind `line`, by the mean width of its characters."""
    per_char = (x1 - x0) / max(1, len(line))
    return x1 + (len(word) + 1.5) * per_char < right


def unwrapped(lines: Sequence[Line], room: Room) -> list[Line]:
    """Neighbouring paragraphs that are one sentence, cut where a line ran full, joined."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and _continues(last, line, room):
            found[-1] = replace(last, text=f"{last.text} {line.text}", end=line.end or last.end)
        else:
            found.append(line)
    return found


def _continues(last: Line, line: Line, room: Room) -> bool:
    if (
        last.kind != "paragraph" or line.kind != "paragraph" or last.block == line.block
        or (line.block != last.block + 1 and line.box is not None)
        or last.bold != line.bold or last.italic != line.italic or abs(last.size - line.size) > 0.3
        or last.column != line.column or line.bullet or last.row >= 0 or line.row >= 0
        or last.text.endswith((".", ":", "!", "?"))
    ):  # fmt: skip
        return False
    from kb.cv import dates
    from kb.cv.sections import heading_of

    word = line.text.split(None, 1)[0]
    flows = bool(
        line.text[:1].islower() or _ENDS.search(fold(last.text)) or line.text[:1] in "(|–"
        or _one_name(last.text, line.text)
    )  # fmt: skip
    if last.end is not None and line.box is not None:
        pitch = line.box.y0 - last.end.y0
        height = max(1.0, last.end.y1 - last.end.y0)
        if last.end.page != line.box.page or not 0 < pitch < 1.6 * height:
            return False
        right = room.right(line.block, Span(0, 0, line.box.page, line.box))
        return flows and not fits(last.text[-90:], last.end.x0, last.end.x1, word, right)
    if line.box is not None or last.end is not None:
        return False
    if not room.characters or len(last.text) < _SHORTEST:
        return False
    return flows or (
        len(last.text.split()) > 8
        and len(last.text) % room.characters + len(word) > room.characters * _FULL
        and not dates.find(last.text)
        and not dates.find(line.text)
        and heading_of(line.text, marked=True) is None
    )


def _one_name(first: str, second: str) -> bool:
    """ "Países" + "Bajos": a country or city written over a line end."""
    from kb.cv import places

    a, b = first.split(), re.split(r"\s*[|,;(]\s*", second, maxsplit=1)[0].split()
    for left in (1, 2):
        for right in (1, 2):
            if len(a) >= left and len(b) >= right:
                name = " ".join([*a[-left:], *b[:right]])
                if re.search(r"[^\w\s.'-]|\d", name):
                    continue
                if places.country(name) or (places.city(name) and not places.city(a[-1])):
                    return True
    return False
