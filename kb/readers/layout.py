"""Words of a page -> segments: runs of words on one baseline, without a wide gap.

Raised numbers (footnote calls) are marked, letter-spaced words made whole, list marks put to the
text that they stand before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from kb.readers.pdf_drawing import Word

BULLETS = "•●▪■□◦‣∙·○◆◇►▸▶➢➤✓✔❖★☆⁃⚫"
MARK = re.compile(
    rf"^(?:[{BULLETS}\uf000-\uf0ff*–—\-o→»]|\(?[0-9]{{1,3}}[.)°]|\(?[a-zA-Z][.)]|\(?[ivxIVX]{{1,5}}[.)])$"
)
_LONE_CALL = re.compile(r"^(?:\d{1,3}(?:[,;]\d{1,3})*|[*†‡§]{1,3})[.,;:)]?$")


@dataclass(slots=True)
class Line:
    """A printed line (or a part of one): words from left to right, and the region it stands in.

    `left`, `right` are the edges of its region; `turn` is the direction of writing.
    """

    words: list[Word]
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool
    italic: bool
    order: int
    column: int = 0
    region: int = 0
    left: float = 0.0
    right: float = 0.0
    turn: int = 0
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    kind: str = ""
    _text: str | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = line_text(self.words)
        return self._text

    def changed(self) -> None:
        self._text = None


def make_line(words: list[Word], page: int) -> Line:
    """A line of `words`; its size, weight and baseline are those of most of its characters."""
    if len(words) == 1:
        w = words[0]
        return Line(words, page, w.x0, w.y0, w.x1, w.y1, w.base, w.size, w.bold, w.italic, w.order)
    sizes: dict[float, int] = {}
    bases: dict[float, int] = {}
    bold = italic = total = 0
    first = words[0]
    x0, y0, x1, y1, order = first.x0, first.y0, first.x1, first.y1, first.order
    for w in words:
        n = len(w.text)
        total += n
        if w.bold:
            bold += n
        if w.italic:
            italic += n
        if w.x0 < x0:
            x0 = w.x0
        if w.y0 < y0:
            y0 = w.y0
        if w.x1 > x1:
            x1 = w.x1
        if w.y1 > y1:
            y1 = w.y1
        if w.order < order:
            order = w.order
        if not w.raised:
            key = w.size
            sizes[key] = sizes.get(key, 0) + n
            bases[w.base] = bases.get(w.base, 0) + n
    size = first.size
    if len(sizes) == 1:
        (size,) = sizes
        size = round(size * 4) / 4
    elif sizes:
        rounded: dict[float, int] = {}
        for one, n in sizes.items():
            key = round(one * 4) / 4
            rounded[key] = rounded.get(key, 0) + n
        size = max(rounded, key=lambda s: (rounded[s], s))
    base = max(bases, key=lambda b: (bases[b], b)) if bases else first.base
    return Line(
        words, page, x0, y0, x1, y1,
        base, size, bold > 0.6 * total, italic > 0.6 * total, order,
    )  # fmt: skip


def placeholder(box: tuple[float, float, float, float], page: int) -> Line:
    """A line that holds the place of a table in the reading order."""
    x0, y0, x1, y1 = box
    return Line([], page, x0, y0, x1, y1, y0 + 1, 99.0, False, False, 0, kind="table")


def line_text(words: Sequence[Word]) -> str:
    """The text of a line: footnote calls left out, letter-spaced words joined, single spaces."""
    parts: list[str] = []
    previous: Word | None = None
    dropped = False
    for word in _unspaced(words):
        if word.raised and previous is not None and _LONE_CALL.match(word.text):
            dropped = True
            continue
        if previous is not None:
            gap = (word.x0 - previous.x1) / max(word.size, 1.0)
            glued = word.glued or (
                -0.5 < gap < 0.8 and word.text[0] in ".,;:)]?!»”%" if dropped else -0.5 < gap < 0.04
            )
            if not glued:
                parts.append(" ")
        parts.append(word.text)
        previous, dropped = word, False
    return "".join(parts)


def _unspaced(words: Sequence[Word]) -> list[Word]:
    """Letter-spaced words (`P O L I C Y`) joined; a wider gap is a space."""
    if sum(len(w.text) == 1 for w in words) < 4:
        return list(words)
    result: list[Word] = []
    run: list[Word] = []
    for word in [*words, None]:
        if word is not None and len(word.text) == 1 and (word.text.isalnum() or run):
            run.append(word)
            continue
        if len(run) >= 4 and sum(w.text.isalpha() for w in run) >= 0.7 * len(run):
            result += _joined(run)
        else:
            result += run
        run = []
        if word is not None:
            result.append(word)
    return result


def _joined(run: list[Word]) -> list[Word]:
    gaps = [b.x0 - a.x1 for a, b in pairwise(run)]
    middle = median(gaps)
    size = run[0].size
    if middle > 0.9 * size:
        return run
    joined: list[Word] = []
    for index, letter in enumerate(run):
        if index and gaps[index - 1] <= max(1.45 * middle, middle + 0.12 * size):
            last = joined[-1]
            joined[-1] = Word(
                last.text + letter.text, last.x0, min(last.y0, letter.y0), letter.x1,
                max(last.y1, letter.y1), last.base, last.size, last.bold, last.italic, last.order,
            )  # fmt: skip
        else:
            joined.append(letter)
    # All gaps alike: letters of a table or of a formula are single words, not a spaced one.
    return joined if len(joined) < len(run) else run


# --- segments ------------------------------------------------------------------------------------


def segments(words: Sequence[Word], page: int) -> list[Line]:
    """Runs of words on one baseline with no wide gap."""
    chunks: list[list[Word]] = []
    base = size = edge = 0.0
    for word in words:
        if chunks:
            gap = word.x0 - edge
            rise = base - word.base
            em = max(size, word.size)
            if word.glued or (abs(rise) <= 0.2 * em and -0.6 * em < gap < 1.5 * em):
                joins = True
            elif word.size < 0.86 * size:  # raised or lowered small type
                joins = -0.35 * em < rise < 0.75 * em and -0.3 * em < gap < 0.6 * em
                if joins and rise > 0.12 * em:
                    word.raised = True
            elif size < 0.86 * word.size and len(chunks[-1]) == 1:  # a footnote's own number
                joins = 0.08 * em < -rise < 0.75 * em and -0.3 * em < gap < 0.9 * em
                if joins:
                    base, size = word.base, word.size
            else:
                joins = False
            if joins:
                chunks[-1].append(word)
                edge = max(edge, word.x1)
                if not word.raised and word.size > size:
                    size, base = word.size, word.base
                continue
        chunks.append([word])
        base, size, edge = word.base, word.size, word.x1
    return _merge([make_line(chunk, page) for chunk in chunks])


def rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines grouped by baseline, top to bottom, each group from left to right."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.base, one.x0)):
        if groups and abs(line.base - groups[-1][0].base) <= 0.25 * min(
            max(line.size, 4.0), max(groups[-1][0].size, 4.0)
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        group.sort(key=lambda one: one.x0)
    return groups


def _merge(chunks: list[Line]) -> list[Line]:
    """Chunks that touch on a baseline, and list marks with the text at their right."""
    merged: list[Line] = []
    for group in rows(chunks):
        current = group[0]
        for line in group[1:]:
            gap = line.x0 - current.x1
            em = max(current.size, line.size)
            is_mark = len(current.words) == 1 and MARK.match(current.words[0].text)
            if -0.6 * em < gap < 0.5 * em or (is_mark and -0.3 * em < gap < 4 * em):
                current = make_line([*current.words, *line.words], current.page)
            else:
                merged.append(current)
                current = line
        merged.append(current)
    return merged


def row_line(group: list[Line]) -> Line:
    """All segments of a row as one line."""
    if len(group) == 1:
        return group[0]
    return make_line([w for line in group for w in line.words], group[0].page)
