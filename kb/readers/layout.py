"""Words of a page -> printed lines in reading order.

Words that follow each other on a baseline are segments. Where a white gutter has segments on both
sides, the region is cut into columns; a segment that crosses the gutter parts it into bands; so a
page is read band by band, column by column (a recursive cut in x and y, after Nagy and Seth 1984,
with the order of drawing as witness where the geometry leaves two readings).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from kb.readers.pdf_words import Word

BULLETS = "•●▪■□◦‣∙·○◆◇►▸▶➢➤✓✔❖★☆⁃⚫"
MARK = re.compile(
    rf"^(?:[{BULLETS}\uf000-\uf0ff*–—\-o→»]|\(?[0-9]{{1,3}}[.)°]|\(?[a-zA-Z][.)]|\(?[ivxIVX]{{1,5}}[.)])$"
)
_LONE_CALL = re.compile(r"^(?:\d{1,3}(?:[,;]\d{1,3})*|[*†‡§]{1,3})[.,;:)]?$")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|^\(?\d{1,2}/\d{2,4}"
    r"|\b(?:present|actual(?:idad|mente)?|hoy|current|today|ongoing|fecha)\b",
    re.IGNORECASE,
)


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
    for w in words:
        n = len(w.text)
        total += n
        if w.bold:
            bold += n
        if w.italic:
            italic += n
        if not w.raised:
            key = round(w.size * 4) / 4
            sizes[key] = sizes.get(key, 0) + n
            bases[w.base] = bases.get(w.base, 0) + n
    size = max(sizes, key=lambda s: (sizes[s], s)) if sizes else words[0].size
    base = max(bases, key=lambda b: (bases[b], b)) if bases else words[0].base
    return Line(
        words, page,
        min(w.x0 for w in words), min(w.y0 for w in words),
        max(w.x1 for w in words), max(w.y1 for w in words),
        base, size, bold > 0.6 * total, italic > 0.6 * total, min(w.order for w in words),
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
    gaps = [b.x0 - a.x1 for a, b in zip(run, run[1:], strict=False)]
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


# --- reading order -------------------------------------------------------------------------------


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
        if full < 0.45 * len(lines):  # short lines do not tell how wide the column is
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


def row_line(group: list[Line]) -> Line:
    """All segments of a row as one line."""
    if len(group) == 1:
        return group[0]
    return make_line([w for line in group for w in line.words], group[0].page)


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
    # Cells are drawn row by row, columns one after the other.
    drawn = sorted([(seg.order, 0) for seg in lefts] + [(seg.order, 1) for seg in rights])
    turns = sum(a[1] != b[1] for a, b in zip(drawn, drawn[1:], strict=False))
    return turns < 0.6 * few or (many > 3 * few and turns <= 2)


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
        {round(seg.x0) for seg in segs if left + 3 * size < seg.x0 < left + 0.4 * (right - left)}
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
            joined[id(home)] = make_line([w for seg in label for w in seg.words] + words, home.page)
            joined[id(home)].base = home.base
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
    from bisect import bisect_left

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
