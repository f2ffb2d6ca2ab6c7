"""Segments of a page -> lines in reading order: columns, bands, labels beside their entries.

Where a white gutter has segments on both sides, the region is cut into columns; a segment that
crosses the gutter parts it into bands; so a page is read band by band, column by column (a
recursive cut in x and y, after Nagy and Seth 1984, with the order of drawing as witness where the
geometry leaves two readings).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kb.readers.layout import BULLETS, Line, make_line, row_line, rows

_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|^\(?\d{1,2}/\d{2,4}"
    r"|\b(?:present|actual(?:idad|mente)?|hoy|current|today|ongoing|fecha)\b",
    re.IGNORECASE,
)


def reading_order(segs: list[Line]) -> list[Line]:
    """Segments of one page in the order in which a person reads them, rows merged."""
    if not segs:
        return []
    leaves: list[_Leaf] = []
    _cut(segs, 0, max(seg.x1 for seg in segs), leaves, 0)
    result: list[Line] = []
    for region, leaf in enumerate(leaves):
        lines = [line for group in rows(leaf.segs) for line in _row(group)]
        left = min(line.x0 for line in lines)
        right = max(line.x1 for line in lines)
        full = sum(right - line.x1 < 1.2 * line.size for line in lines)
        nearly = sum(right - line.x1 < 3 * line.size for line in lines)
        prose = full >= 0.45 * len(lines) or (len(lines) >= 8 and nearly >= 0.25 * len(lines))
        if not prose:  # short lines do not tell how wide the column is
            right = max(right, leaf.bound)
        for line in lines:
            line.column, line.region, line.left, line.right = leaf.column, region, left, right
        result += lines
    return result


@dataclass(slots=True)
class _Leaf:
    """A region with no gutter; `bound` is the x that its lines could reach."""

    column: int
    bound: float
    segs: list[Line]


def _row(group: list[Line]) -> list[Line]:
    """The segments of a row as one line; apart where a wide white parts two texts."""
    if len(group) == 1:
        return group
    parts = [[group[0]]]
    for line in group[1:]:
        last = parts[-1][-1]
        if line.kind or last.kind:
            parts.append([line])
            continue
        wide = line.x0 - last.x1 > 3 * max(line.size, last.size)
        if wide and not (_dated(line) or _dated(last) or last.text.endswith(":")):
            parts.append([line])
        else:
            parts[-1].append(line)
    return [row_line(part) for part in parts]


def _dated(line: Line) -> bool:
    return len(line.words) <= 6 and bool(_DATE.search(line.text))


def _cut(segs: list[Line], column: int, bound: float, leaves: list[_Leaf], depth: int) -> int:
    """Append the leaves of `segs` in reading order; return the highest column number used."""
    gutter = _gutter(segs) if len(segs) >= 4 and depth < 6 else None
    if gutter is None:
        if segs:
            leaves.append(_Leaf(column, bound, _with_labels(segs)))
        return column
    highest = column
    for band in _bands(segs, *gutter):
        if len(band) == 1:
            highest = max(highest, _cut(band[0], column, bound, leaves, depth + 1))
            continue
        before, lefts, rights = band
        if before:
            _cut(before, column, bound, leaves, depth + 1)
        last = _cut(lefts, column, gutter[0] - gutter[1], leaves, depth + 1)
        last = _cut(rights, last + 1, bound, leaves, depth + 1)
        highest = max(highest, last)
    return highest


def _sides(
    segs: Sequence[Line], x: float, white: float
) -> tuple[list[Line], list[Line], list[Line]]:
    lefts: list[Line] = []
    rights: list[Line] = []
    across: list[Line] = []
    for seg in segs:
        if seg.x0 >= x - 1.5:
            rights.append(seg)
        elif seg.x1 <= x - white:
            lefts.append(seg)
        else:
            across.append(seg)
    return lefts, rights, across


def _gutter(segs: list[Line]) -> tuple[float, float] | None:
    """The x where a right column begins and the white needed before it; None for one column."""
    size = median([seg.size for seg in segs])
    white = max(0.7 * size, 5.0)
    starts: list[float] = []
    for x in sorted(seg.x0 for seg in segs):
        if not starts or x - starts[-1] > 3:
            starts.append(x)
    best: tuple[float, float] | None = None
    best_score = 0.0
    for x in starts[1:]:
        lefts, rights, across = _sides(segs, x, white)
        if len(lefts) < 2 or len(rights) < 2:
            continue
        score = 0.0
        for _, lft, rgt in _groups(lefts, rights, across):
            pairs = _beside(lft, rgt)
            if pairs >= 2 and _columns(lft, rgt):
                score += pairs + 0.05 * (len(lft) + len(rgt))
        score -= 0.02 * len(across)
        if score > best_score:
            best, best_score = (x, white), score
    return best if best_score >= 2 else None


def _groups(
    lefts: list[Line], rights: list[Line], across: list[Line]
) -> list[tuple[list[Line], list[Line], list[Line]]]:
    """(crossing, left, right) from top to bottom: crossing segments part the columns."""
    cuts = sorted(across, key=lambda seg: seg.base)
    groups: list[tuple[list[Line], list[Line], list[Line]]] = [([], [], [])]
    events = sorted(
        [(seg.base, 0, seg) for seg in cuts]
        + [(seg.base, 1, seg) for seg in lefts]
        + [(seg.base, 2, seg) for seg in rights],
        key=lambda event: (event[0], event[1]),
    )
    for _, side, seg in events:
        crossing, lft, rgt = groups[-1]
        if side == 0:
            if lft or rgt:
                groups.append(([seg], [], []))
            else:
                crossing.append(seg)
        elif side == 1:
            lft.append(seg)
        else:
            rgt.append(seg)
    return groups


def _beside(lefts: list[Line], rights: list[Line]) -> int:
    """How many rows stand beside one on the other side (the smaller of both counts)."""
    if not lefts or not rights:
        return 0

    def count(ones: list[Line], others: list[Line]) -> int:
        found = index = 0
        for one in ones:
            while index < len(others) - 1 and others[index].y1 < one.y0:
                index += 1
            if others[index].y0 < one.y1 and others[index].y1 > one.y0:
                found += 1
        return found

    return min(count(lefts, rights), count(rights, lefts))


def _columns(lefts: list[Line], rights: list[Line]) -> bool:
    """Two columns of their own, rather than labels or cells whose rows belong together."""
    bases = sorted(seg.base for seg in rights)
    aligned = [seg for seg in lefts if _near(bases, seg.base, 0.2 * seg.size)]
    few, many = sorted((len(lefts), len(rights)))
    share = len(aligned) / max(1, few if len(lefts) > len(rights) else len(lefts))
    if share < 0.6:
        return True
    dated = max(sum(_dated(seg) for seg in side) / len(side) for side in (lefts, rights))
    if dated >= 0.6:
        return False
    if flows(lefts) and flows(rights):
        return True
    # Cells are drawn row by row, columns one after the other.
    drawn = sorted([(seg.order, 0) for seg in lefts] + [(seg.order, 1) for seg in rights])
    turns = sum(a[1] != b[1] for a, b in pairwise(drawn))
    return turns < 0.6 * few or (many > 3 * few and turns <= 2)


def flows(side: list[Line]) -> bool:
    """Running text: even steps, and lines that go on in the middle of a sentence."""
    if len(side) < 3:
        return False
    lines = sorted(side, key=lambda seg: seg.base)
    steps = [b.base - a.base for a, b in pairwise(lines)]
    if max(steps) > 1.35 * max(min(steps), 1.0):
        return False
    on = sum(
        b.text[:1].islower() and a.text[-1:] not in ".:;" and len(a.words) >= 3
        for a, b in pairwise(lines)
    )
    return on >= 0.5 * len(steps)


def _with_labels(segs: list[Line]) -> list[Line]:
    """Dates that stand in a column of their own joined to the line that each belongs to.

    A date of two lines (`01/2018 –` above `today`) goes whole before its entry, and the dots of a
    time line between both go.
    """
    if len(segs) < 4:
        return segs
    size = median([seg.size for seg in segs])
    left = min(seg.x0 for seg in segs)
    right = max(seg.x1 for seg in segs)
    for x in sorted(
        {round(seg.x0) for seg in segs if left + 3 * size < seg.x0 < left + 0.55 * (right - left)}
    ):
        lefts, rights, _ = _sides(segs, x, max(0.5 * size, 4.0))
        at_home = [
            (label, home)
            for label in _labels(lefts)
            if (home := _level_with(label[0], rights)) is not None
        ]
        dated = [(label, home) for label, home in at_home if _is_date(label)]
        if len(dated) < 2 or len(dated) < 0.6 * len(at_home):
            continue
        joined: dict[int, Line] = {}
        gone: set[int] = set()
        for label, home in dated:
            if id(home) in joined:
                continue
            words = home.words
            if len(words) > 1 and words[0].text in BULLETS:
                words = words[1:]
            entry = make_line([w for seg in label for w in seg.words] + words, home.page)
            entry.base, entry.bold, entry.italic = home.base, home.bold, home.italic
            joined[id(home)] = entry
            gone |= {id(seg) for seg in label}
        if len(joined) >= 2:
            return [joined.get(id(seg), seg) for seg in segs if id(seg) not in gone]
    return segs


def _level_with(label: Line, rights: list[Line]) -> Line | None:
    """The first segment at the right on the baseline of a label."""
    level = [seg for seg in rights if abs(seg.base - label.base) <= 0.3 * seg.size]
    return min(level, key=lambda seg: seg.x0, default=None)


def _labels(lefts: list[Line]) -> list[list[Line]]:
    """Segments of a label column, those of one label together."""
    labels: list[list[Line]] = []
    for seg in sorted(lefts, key=lambda one: one.base):
        last = labels[-1][-1] if labels else None
        if last is not None and seg.base - last.base < 1.45 * seg.size and len(labels[-1]) < 3:
            labels[-1].append(seg)
        else:
            labels.append([seg])
    return labels


def _is_date(label: list[Line]) -> bool:
    return sum(len(seg.words) for seg in label) <= 8 and bool(
        _DATE.search(" ".join(seg.text for seg in label))
    )


def _near(bases: list[float], base: float, tolerance: float) -> bool:
    index = bisect_left(bases, base)
    return any(abs(bases[i] - base) <= tolerance for i in (index - 1, index) if 0 <= i < len(bases))


def _bands(segs: list[Line], x: float, white: float) -> list[tuple[list[Line], ...]]:
    """The region from top to bottom: (lines,) or (before, left, right)."""
    lefts, rights, across = _sides(segs, x, white)
    bands: list[tuple[list[Line], ...]] = []
    plain: list[Line] = []
    for crossing, lft, rgt in _groups(lefts, rights, across):
        plain += crossing
        if _beside(lft, rgt) < 2 or not _columns(lft, rgt):
            plain += lft + rgt
            continue
        if plain:
            bands.append((plain,))
            plain = []
        lft, tail = _after(lft, rgt)
        rgt, head = _before(lft, rgt)
        bands.append((head, lft, rgt))
        plain = tail
    if plain:
        bands.append((plain,))
    return bands


def _after(lefts: list[Line], rights: list[Line]) -> tuple[list[Line], list[Line]]:
    """Left segments below the right column that were drawn after it stand under both columns."""
    floor = max(seg.y1 for seg in rights) - 1
    drawn = max(seg.order for seg in rights)
    tail = [seg for seg in lefts if seg.y0 >= floor]
    kept = [seg for seg in lefts if seg.y0 < floor]
    if tail and kept and min(s.order for s in tail) > drawn > max(s.order for s in kept):
        return kept, tail
    return lefts, []


def _before(lefts: list[Line], rights: list[Line]) -> tuple[list[Line], list[Line]]:
    """Right segments above the left column that were drawn before it stand over both columns."""
    roof = min(seg.y0 for seg in lefts) + 1
    drawn = min(seg.order for seg in lefts)
    head = [seg for seg in rights if seg.y1 <= roof]
    kept = [seg for seg in rights if seg.y1 > roof]
    if head and kept and max(s.order for s in head) < drawn < min(s.order for s in kept):
        return kept, head
    return rights, []
