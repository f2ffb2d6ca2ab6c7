"""Running heads, feet, page numbers and footnotes: what stands around the text of a page.

Heads and feet are found by repetition at one height (the digits of their text aside) and by page
numbers that count with the pages; footnotes by small type at the foot of a page that begins with
a number or stands under a rule.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kb.readers.layout import Line, rows

_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"^(?:(?P<before>.{0,60}?)[\s\-–—|·•.]*?)??"
    r"(?:(?:p[áa]g(?:ina|\.)?|page|p\.|folio|hoja|slide)\s*)?"
    r"[-–—|·\[(]?\s*(?P<n>\d{1,4})(?:\s*(?:/|de|of|\|)\s*\d{1,4})?\s*[-–—|·\])]?$",
    re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(
    r"^[-–—|·]?\s*(?P<n>\d{1,4})(?:\s*(?:/|de|of)\s*\d{1,4})?(?:[\s\-–—|·•]+(?P<after>\D.{0,100}))?$"
)
_ROMAN_EDGE = re.compile(r"^[ivxlc]{1,7}\b(?=\W|$)|(?<!\S)[ivxlc]{1,7}$")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$", re.IGNORECASE)
_NOTE = re.compile(r"^(?:\[?\d{1,3}[\].)]?|[*†‡§]{1,3}|[a-z]\))$")
_EDGE = 4  # rows from the top and from the foot of a page that may be furniture


@dataclass(slots=True)
class PageRows:
    """A page on its way: rows of segments from top to bottom, and what was taken out of them."""

    number: int
    width: float
    height: float
    rows: list[list[Line]]
    rules: list[tuple[float, float, float, float]]
    heads: list[list[Line]] = field(default_factory=list)
    feet: list[list[Line]] = field(default_factory=list)
    notes: list[list[Line]] = field(default_factory=list)
    label: str | None = None


def page_rows(
    number: int,
    width: float,
    height: float,
    segs: Sequence[Line],
    rules: list[tuple[float, float, float, float]],
) -> PageRows:
    return PageRows(number, width, height, rows(segs), rules)


def row_text(row: Sequence[Line]) -> str:
    return " ".join(line.text for line in row)


def body_size(pages: Sequence[PageRows], cells: Iterable[Line] = ()) -> float:
    """The size that most characters of the document have, in points.

    `cells`, lines inside of tables, count where they are most of the text, as in a form.
    """
    counts = _sizes(line for page in pages for row in page.rows for line in row if not line.kind)
    inside = _sizes(cells)
    if inside.total() > 1.5 * counts.total():
        counts += inside
    return max(counts, key=lambda size: (counts[size], size)) if counts else 10.0


def _sizes(lines: Iterable[Line]) -> Counter[float]:
    """Characters by size of type."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(line.size * 2) / 2] += len(line.text)
    return counts


def take_furniture(pages: Sequence[PageRows], size: float, *, labels: Sequence[str] = ()) -> None:
    """Move heads and feet out of `rows`; note the printed page numbers as labels.

    `labels` are those that the file states, one a page: a row that is its page's label is one.
    """
    offset_top = _page_numbers(pages, size, top=True)
    offset_foot = _page_numbers(pages, size, top=False)
    # A first page may carry at its foot the number that the others have at their head.
    for top, offset in (
        (True, offset_foot if offset_top is None else offset_top),
        (False, offset_top if offset_foot is None else offset_foot),
    ):
        repeated = _repeated(pages, size, top=top)
        for page in pages:
            stated = labels[page.number - 1] if page.number <= len(labels) else ""
            _take(page, repeated[page.number], offset, size, stated, top=top)


def _edge(page: PageRows, *, top: bool) -> list[list[Line]]:
    """Rows near an edge, from the edge inward."""
    found = page.rows[:_EDGE] if top else page.rows[-_EDGE:][::-1]
    for index, row in enumerate(found):
        if row[0].kind:  # a table
            found = found[:index]
            break
    limit = 0.2 * page.height
    if top:
        return [row for row in found if row[0].y0 < limit]
    return [row for row in found if row[0].y1 > page.height - limit]


def _printed_numbers(line: Line, text: str) -> list[tuple[int, bool]]:
    """Numbers at the ends of a row's text, each with whether the row holds nothing else."""
    if len(text) > 130 or _lifted(line):
        return []
    found = []
    if match := _NUMBER.match(text):
        found.append((int(match["n"]), not (match["before"] or "").strip()))
    if match := _NUMBER_FIRST.match(text):
        found.append((int(match["n"]), not match["after"]))
    return found


def _page_numbers(pages: Sequence[PageRows], size: float, *, top: bool) -> int | None:
    """The difference between printed and physical numbers, if pages are numbered here."""
    offsets: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    heights: dict[int, list[float]] = defaultdict(list)
    for page in pages:
        seen: set[int] = set()
        for row in _edge(page, top=top)[:3]:
            for number, bare in _printed_numbers(row[0], row_text(row)):
                offset = number - page.number
                if offset in seen:
                    continue
                seen.add(offset)
                offsets[offset] += 1
                alone[offset] += bare or (max(line.size for line in row) < 0.85 * size)
                heights[offset].append(row[0].base)
    if not offsets:
        return None
    offset, count = max(offsets.items(), key=lambda item: (item[1], -abs(item[0])))
    if len(pages) == 1:
        return 0 if alone[0] else None
    if count < 2 or count < 0.3 * len(pages):
        return None
    ys = sorted(heights[offset])
    middle = ys[len(ys) // 2]
    steady = sum(abs(y - middle) < 8 for y in ys)
    return offset if steady >= 0.6 * count or count >= 5 else None


def _repeated(pages: Sequence[PageRows], size: float, *, top: bool) -> dict[int, set[int]]:
    """For each page the rows (by id) whose text comes again at the same height elsewhere."""
    groups: dict[str, list[tuple[int, list[Line]]]] = defaultdict(list)
    for page in pages:
        for row in _edge(page, top=top):
            key = _ROMAN_EDGE.sub("#", _DIGITS.sub("#", row_text(row).casefold()).strip())
            if len(key) <= 160:
                groups[key].append((page.number, row))
    found: dict[int, set[int]] = defaultdict(set)
    total = len(pages)
    for key, members in groups.items():
        if len(members) < 2:
            continue
        wide = max(line.size for _, row in members for line in row)
        if wide > 1.12 * size and not _small_margin(members, pages, top=top):
            continue  # titles of slides come again, and are no running heads
        for number, row in members:
            same = {
                other
                for other, twin in members
                if abs(twin[0].base - row[0].base) < 5 and abs(twin[0].size - row[0].size) < 0.6
            }
            enough = len(same) >= 3 or (
                total <= 5
                and len(same) >= 2
                and (key == "#" or _set_apart(row, size, pages, number, top=top))
            )
            if enough:
                found[number].add(id(row))
    return found


def _small_margin(
    members: Sequence[tuple[int, list[Line]]], pages: Sequence[PageRows], *, top: bool
) -> bool:
    """Large type in the outer 5 % of nearly all pages: a banner."""
    heights = {page.number: page.height for page in pages}
    if len({number for number, _ in members}) < 0.8 * len(pages) or len(pages) < 3:
        return False
    return all(
        (row[0].y1 < 0.08 * heights[number]) if top else (row[0].y0 > 0.92 * heights[number])
        for number, row in members
    )


def _set_apart(
    row: list[Line], size: float, pages: Sequence[PageRows], number: int, *, top: bool
) -> bool:
    """Smaller than the text, or with white between it and the text."""
    page = next(page for page in pages if page.number == number)
    if max(line.size for line in row) < 0.95 * size:
        return True
    at = next((i for i, one in enumerate(page.rows) if one is row), None)
    if at is None:
        return False
    beside = at + 1 if top else at - 1
    if not 0 <= beside < len(page.rows):
        return True
    other = page.rows[beside]
    gap = abs(other[0].base - row[0].base)
    return gap > 2.2 * max(other[0].size, row[0].size)


def _take(
    page: PageRows,
    repeated: set[int],
    offset: int | None,
    size: float,
    stated: str,
    *,
    top: bool,
) -> None:
    """Take rows from the edge inward as long as they are furniture."""
    edge = _edge(page, top=top)
    last = -1
    for index, row in enumerate(edge):
        text = row_text(row)
        number = next(
            (
                n
                for n, bare in _printed_numbers(row[0], text)
                if offset is not None
                and n - page.number == offset
                and (bare or id(row) in repeated or (len(text.split()) <= 14 and index == 0))
                and max(line.size for line in row) <= 1.3 * size
            ),
            None,
        )
        roman = len(row) == 1 and len(row[0].words) == 1 and bool(_ROMAN.match(text)) and index == 0
        named = bool(stated) and text.casefold().strip(" -–—|·[]()") == stated.casefold()
        if number is not None or id(row) in repeated or named or (roman and offset is not None):
            last = index
            if number is not None:
                page.label = str(number)
            elif roman and page.label is None:
                page.label = text
        elif index - last >= 2:
            break
    while last >= 0 and _runs_on(page, edge[last], top=top):
        last -= 1
    taken = edge[: last + 1]
    gone = {id(row) for row in taken}
    page.rows = [row for row in page.rows if id(row) not in gone]
    if top:
        page.heads += taken
    else:
        page.feet += taken[::-1]


def _runs_on(page: PageRows, row: list[Line], *, top: bool) -> bool:
    """The row is followed, without white or other type, by text: it is text itself."""
    at = next(i for i, one in enumerate(page.rows) if one is row)
    beside = at + 1 if top else at - 1
    if not 0 <= beside < len(page.rows):
        return False
    a, b = row[0], page.rows[beside][0]
    if b.kind or (a.bold, a.italic) != (b.bold, b.italic) or abs(a.size - b.size) > 0.05 * b.size:
        return False
    return abs(a.base - b.base) < 1.6 * b.size and len(row_text(row)) > 6


def take_notes(pages: Sequence[PageRows], size: float) -> None:
    """Move the footnotes at the foot of each page out of `rows`."""
    if size > 15:  # slides
        return
    before = False  # the page before ended with notes: one may go on here
    for page in pages:
        index = _notes_start(page, size, going_on=before)
        if index is not None:
            page.notes = page.rows[index:]
            page.rows = page.rows[:index]
        before = index is not None


def _notes_start(page: PageRows, size: float, *, going_on: bool) -> int | None:
    start = len(page.rows)
    while start > 0 and all(line.size <= 0.93 * size for line in page.rows[start - 1]):
        start -= 1
    if start in (0, len(page.rows)):
        return None
    if not any(line.size > 0.93 * size for row in page.rows[:start] for line in row):
        return None
    for index in range(start, len(page.rows)):
        row = page.rows[index]
        if row[0].y0 < 0.3 * page.height:
            continue
        ruled = _ruled(page, index)
        if _lifted(row[0]) or (ruled and (is_note(row[0]) or (going_on and index == start))):
            return index
    return None


def _lifted(line: Line) -> bool:
    """The line begins with a raised or smaller number: surely a note."""
    if len(line.words) < 2:
        return False
    first = line.words[0]
    return is_note(line) and (first.raised or first.size < 0.9 * line.size)


def column_notes(lines: list[Line], page: PageRows, size: float) -> list[Line]:
    """Take the notes that stand at the foot of each column out of `lines`; return them."""
    if size > 15:
        return []
    found: list[Line] = []
    for region in dict.fromkeys(line.region for line in lines):
        members = [line for line in lines if line.region == region]
        start = len(members)
        while start > 0 and members[start - 1].size <= 0.93 * size and not members[start - 1].kind:
            start -= 1
        for index in range(start, len(members)):
            if members[index].y0 > 0.3 * page.height and _lifted(members[index]):
                found += members[index:]
                break
    gone = {id(line) for line in found}
    lines[:] = [line for line in lines if id(line) not in gone]
    return found


def is_note(line: Line) -> bool:
    """The line begins with a note's number or sign."""
    first = line.words[0]
    return bool(_NOTE.match(first.text)) and (
        first.raised or first.size < 0.9 * line.size or len(line.words) > 1
    )


def _ruled(page: PageRows, index: int) -> bool:
    """A horizontal rule stands between this row and the one above."""
    top = page.rows[index - 1][0].base - 1
    foot = page.rows[index][0].y0 + 4
    left = min(line.x0 for line in page.rows[index])
    return any(
        y1 - y0 <= 3 and top < (y0 + y1) / 2 < foot and x1 - x0 > 25 and abs(x0 - left) < 40
        for x0, y0, x1, y1 in page.rules
    )
