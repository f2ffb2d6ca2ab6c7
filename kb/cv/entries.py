"""A section of records (work, study) cut into entries by its dates and its layout.

Each entry has one main date; how many heading-like lines stand above the first date of a section
is how many stand above every other. What follows as bullets or sentences is the entry's body.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kb.cv import dates as cv_dates
from kb.cv.dates import Dates
from kb.cv.lines import Line
from kb.text import fold, sentences

_MOST_BEFORE = 3
_DURATION = re.compile(
    r"[·•|,(]?\s*\(?\b\d{1,2}\s*(?:años?|meses|mes|years?|yrs?|months?|mos?)\b\.?"
    r"(?:\s*(?:,|y|and)?\s*\d{1,2}\s*(?:meses|mes|months?|mos?)\b\.?)?\)?",
    re.I,
)
_LEAD = re.compile(
    r"(?:\b(?:desde|de|del|since|from|entre|between|a partir de)\s*|[\s(\[,;:|–—\-·]+)$", re.I
)
_TAIL = re.compile(r"^(?:[\s)\],.;:|–—\-·]+)")
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+")
_SENTENCE = 13  # words: a longer line without a date is prose


@dataclass(slots=True)
class Entry:
    """`head`: pieces of the heading lines, dates off, a list of pieces a line; `body`: the rest."""

    dates: Dates | None = None
    head: list[list[Line]] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def cut(lines: Sequence[Line]) -> list[Entry]:
    """Entries in the order of the lines."""
    listed = _paired(_whole_dates(_opened(lines)))
    marks = [_anchor(line) for line in listed]
    plain = [d if not line.bullet else None for line, d in zip(listed, marks, strict=True)]
    if any(plain):
        marks = plain
    anchors = [i for i, d in enumerate(marks) if d]
    if not anchors:
        return [_entry(group, None) for group in _undated(listed)]
    before = min(_heads_before(listed, anchors[0], 0), _MOST_BEFORE)
    marked = _is_marked(listed[max(0, anchors[0] - before)])
    starts: list[int] = []
    for n, anchor in enumerate(anchors):
        floor = anchors[n - 1] + 1 if n else 0
        starts.append(_start(listed, anchor, floor, before, marked=marked))
    entries = [_entry(group, None) for group in _undated(listed[: starts[0]])] if starts[0] else []
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(listed)
        entries.append(_entry(listed[start:end], anchors[n] - start, marks[anchors[n]]))
    return entries


def _anchor(line: Line) -> Dates | None:
    """The main date of a line, if it has one that dates an entry."""
    found = cv_dates.find(line.text)
    if not found:
        return None
    words = len(line.text.split())
    ranges = [d for d in found if not d.single]
    if ranges:
        first = ranges[0]
        if words > 30 and first.at > 12 and first.to < len(line.text) - 12:
            return None
        return first
    if line.text.endswith(".") and words > 5 and not line.bullet:
        return None
    single = found[0] if found[0].at <= 2 else found[-1]
    at_edge = single.at <= 2 or not re.search(r"[^\W_]", line.text[single.to :])
    bracketed = line.text[: single.at].rstrip().endswith(("(", ","))
    if (at_edge or bracketed) and words <= 28:
        return single
    return None


def head_like(line: Line) -> bool:
    """True for a line that may be part of an entry's heading."""
    if line.bullet:
        return False
    words = line.text.split()
    if len(words) > _SENTENCE and not line.bold:
        return False
    return not (line.text.endswith(".") and len(words) > 2 and not _abbreviated(line.text))


def _abbreviated(text: str) -> bool:
    return bool(re.search(r"(?:[A-Z]\.|\b(?:Inc|Ltd|Co|Corp|Ing|Lic|EE\. UU))\.?$", text))


def _is_marked(line: Line) -> bool:
    return line.bold or line.heading


def _heads_before(lines: Sequence[Line], anchor: int, floor: int) -> int:
    count = 0
    i = anchor - 1
    while i >= floor and head_like(lines[i]) and lines[i].row == lines[anchor].row:
        count += 1
        i -= 1
    return count


def _start(lines: Sequence[Line], anchor: int, floor: int, before: int, *, marked: bool) -> int:
    if lines[anchor].row >= 0:
        start = anchor
        while start > floor and lines[start - 1].row == lines[anchor].row:
            start -= 1
        return start
    reach = max(floor, anchor - max(before, 0))
    start = anchor
    while start > reach and head_like(lines[start - 1]):
        start -= 1
    if marked and before:
        candidates = [i for i in range(start, anchor + 1) if _is_marked(lines[i])]
        if candidates:
            return candidates[0]
    if not before:
        # a heading of the layout above a date line opens the entry whatever the first one did
        while start > floor and _is_marked(lines[start - 1]) and not _is_marked(lines[anchor]):
            start -= 1
    return start


def _undated(lines: Sequence[Line]) -> list[list[Line]]:
    """Groups of lines without dates: a row, a bullet or a heading-like line opens each."""
    groups: list[list[Line]] = []
    any_head = any(head_like(line) for line in lines)
    marked = any(_is_marked(line) for line in lines)
    for line in lines:
        if line.row >= 0:
            opens = not groups or groups[-1][-1].row != line.row
        elif marked:
            opens = _is_marked(line)
        elif any_head:
            opens = head_like(line)
        else:
            opens = True
        if opens or not groups:
            groups.append([])
        groups[-1].append(line)
    return groups


def _entry(lines: Sequence[Line], anchor: int | None, found: Dates | None = None) -> Entry:
    entry = Entry(found, lines=list(lines))
    after = 0
    for i, line in enumerate(lines):
        if anchor is not None and i == anchor:
            assert found is not None
            pieces, rest = _first_sentence(_without(line, found))
            if pieces:
                entry.head.append(pieces)
            entry.body.extend(rest)
            continue
        past = anchor is None or i > anchor
        if not past:
            entry.head.append(_without(line, None))
            continue
        if anchor is None and i == 0:
            entry.head.append(_without(line, None))
        elif not entry.body and after < 3 and head_like(line):
            entry.head.append(_without(line, None))
            after += 1
        else:
            entry.body.append(line)
    entry.head = [pieces for pieces in entry.head if pieces]
    return entry


def _first_sentence(pieces: list[Line]) -> tuple[list[Line], list[Line]]:
    """A long dated line is its heading as far as the first stop; the rest is body."""
    for n, piece in enumerate(pieces):
        if len(piece.text.split()) <= _SENTENCE:
            continue
        ends = sentences(piece.text)
        if len(ends) > 1:
            cut = ends[0][1]
            return [*pieces[:n], piece.cut(0, cut)], [piece.cut(cut), *pieces[n + 1 :]]
    return pieces, []


def _without(line: Line, found: Dates | None) -> list[Line]:
    """The pieces of a line left and right of its date, durations and empty brackets off."""
    parts = [line] if found is None else [line.cut(0, found.at), line.cut(found.to)]
    pieces: list[Line] = []
    for part in parts:
        if number := _NUMBER.match(part.text):
            part = part.cut(number.end())
        text = _DURATION.sub(" ", part.text)
        start = 0
        if match := _TAIL.match(text):
            start = match.end()
        text = text[start:]
        previous = None
        while previous != text:
            previous = text
            if found is not None:
                text = _LEAD.sub("", text)
            text = re.sub(r"\(\s*\)|\[\s*\]", "", text).strip(" ,;|·–—-\t")
            if text.count("(") > text.count(")") and text.endswith("("):
                text = text[:-1]
        text = text.rstrip()
        if re.search(r"[^\W\d_]", text):
            shift = part.text.find(text)
            pieces.append(
                part.cut(max(0, shift), max(0, shift) + len(text))
                if shift >= 0
                else Line(text, part.start, part.kind, bold=part.bold, block=part.block)
            )
    return pieces


def _opened(lines: Sequence[Line]) -> list[Line]:
    """A text of several entries, each after its dates ("2014–2018: ..."), cut before each."""
    found: list[Line] = []
    for line in lines:
        starts = [
            d.at
            for d in cv_dates.find(line.text)
            if not d.single and re.match(r"\s*[:,]", line.text[d.to :])
            and (d.at == 0 or re.search(r"[.;:]\s+$", line.text[: d.at]))
        ]  # fmt: skip
        if len(starts) < 2 and not (starts and len(line.text.split()) > _SENTENCE):
            found.append(line)
            continue
        edges = [0, *[s for s in starts if s], len(line.text)]
        for start, end in itertools.pairwise(edges):
            part = line.cut(start, end)
            if part.text:
                found.append(replace(part, bullet=False))
    return found


def _whole_dates(lines: list[Line]) -> list[Line]:
    """A range cut by the end of a narrow column ("ene. 2018 –", then "actualidad") made whole.

    The second half may stand one line later, the title having been read in between.
    """
    found = list(lines)
    for i in range(len(found)):
        for j in (i + 1, i + 2):
            if i >= len(found) or j >= len(found):
                break
            joined = _joined(found[i], found[j], near=j == i + 1)
            if joined:
                found[i], rest = joined
                found[j : j + 1] = [rest] if re.search(r"[^\W\d_]", rest.text) else []
                break
    return found


def _joined(line: Line, after: Line, *, near: bool) -> tuple[Line, Line] | None:
    """A first half of a range with the second half that opens `after`, and the rest of it."""
    tail = _half(after.text)
    if not tail:
        return None
    alone = tail >= len(after.text.rstrip())
    if after.bullet and not (alone and near):
        return None
    halves = [d for d in cv_dates.find(line.text) if d.single or d.end == "present"]
    if not halves:
        return None
    half = halves[-1]
    end = half.to
    if not half.single:
        if not re.search(r"[-–—]\s*$", line.text[half.at : half.to]):
            return None
        end = half.at + len(line.text[half.at : half.to].rstrip(" -–—"))
    dash = re.match(r"\s*(?:[-–—]|\ba\b|\bto\b)\s*(?=$|[•·●|]|[^\W\d_])", line.text[end:])
    at_end = not line.text[end:].strip()
    if not (dash or (at_end and alone and near)):
        return None
    second = after.text[:tail].strip(" -–—")
    skip = end + (dash.end() if dash else 0)
    text = f"{line.text[:end]} – {second} {line.text[skip:]}".strip()
    return replace(line, text=text), after.cut(tail)


def _half(text: str) -> int:
    """Length of a date or a word for now that opens a text, 0 if none does."""
    low = fold(text)
    if present := cv_dates.present_at(low):
        return present
    dates = cv_dates.find(text, folded=low)
    return dates[0].to if dates and dates[0].at == 0 and dates[0].single else 0


def _paired(lines: list[Line]) -> list[Line]:
    """A column of dates read before its column of entries: each date put before its own line."""
    run = 0
    while run < len(lines) and _date_only(lines[run]):
        run += 1
    if run < 2:
        return lines
    dated, rest = lines[:run], lines[run:]
    if all(line.box for line in dated) and all(line.box for line in rest):
        return sorted(lines, key=_position)
    return lines


def _position(line: Line) -> tuple[int, int, float]:
    assert line.box
    return (line.box.page, round((line.box.y0 + line.box.y1) / 2 / 6), line.box.x0)


def _date_only(line: Line) -> bool:
    found = cv_dates.find(line.text, folded=fold(line.text))
    return len(found) == 1 and cv_dates.is_only(line.text, found[0])
