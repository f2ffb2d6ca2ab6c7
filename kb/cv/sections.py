"""A CV's lines by section: what stands under "Experiencia", "Education", "Idiomas / Languages".

A heading is told by its words (kb/data/cv/*/sections.yaml) and, where the layout marks it as a
heading, by the beginnings of its words; a line "Idiomas: español, inglés" is a section of one line.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kb.cv import dates as cv_dates
from kb.cv import lexicon, segments
from kb.cv.lines import Line
from kb.text import fold

HEADER = "header"
_EDGES = re.compile(r"^[\W_]*(?:(?:[ivx]{1,4}|[a-h]|\d{1,2})(?:\.\d+)*[.)]\s+)?[\W_]*|[\W_]+$")
_SPLIT = re.compile(r"\s*(?:/|\||·|•|–|—|\s-\s|\()\s*")
_SPACED = re.compile(r"(?:\w\s){3,}\w")
#: Sections whose unknown headings are entries of theirs rather than the start of another section.
_RECORDS = ("experience", "education", "projects", "memberships", "awards", "courses")


@dataclass(slots=True)
class Section:
    """`kind` as in sections.yaml, "header" before the first heading, "unknown" for others."""

    kind: str
    heading: str = ""
    lang: str | None = None
    level: int = 0
    size: float = 0.0
    column: int = 0
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heading:
    kind: str
    lang: str | None
    sure: bool = True


def heading_of(text: str, *, marked: bool) -> Heading | None:
    """The section that a line opens. `marked`: the layout says that the line is a heading."""
    if len(text) > 90:
        return None
    low = _plain(fold(text))
    if not low:
        return None
    if found := _whole(low):
        return found
    pieces = [_plain(p) for p in _SPLIT.split(low) if _plain(p)]
    if len(pieces) > 1:
        kinds = [_whole(p) for p in pieces]
        known = [k for k in kinds if k]
        if known and len(known) == len(kinds) and len({k.kind for k in known}) == 1:
            langs = {k.lang for k in known}
            return Heading(known[0].kind, langs.pop() if len(langs) == 1 else None)
        if marked and known and len(known) == len(kinds):
            return known[0]
    joined = re.sub(r"\s*(?:&|\+)\s*", " ", low)
    halves = re.split(r"\s*,?\s+(?:y|e|and|und)\s+|\s*,\s*", joined)
    if 1 < len(halves) <= 4:
        kinds = [_whole(p) for p in halves]
        if all(kinds):
            return kinds[0]
    if marked and len(low.split()) <= 7:
        return _by_stem(low)
    return None


@cache
def _qualifiers() -> re.Pattern[str]:
    return lexicon.matcher("sections", "qualifiers")


def _plain(low: str) -> str:
    if _SPACED.fullmatch(low):
        low = low.replace(" ", "")
    previous = None
    while previous != low:
        previous = low
        low = _EDGES.sub("", low)
    return re.sub(r"\s+", " ", low)


@cache
def _known() -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    for phrase, kind in lexicon.by_phrase("sections", "phrases").items():
        lang = lexicon.phrase_lang("sections", kind, "phrases").get(phrase)
        found[_plain(phrase)] = Heading(kind, lang)
    return found


def _whole(low: str) -> Heading | None:
    """The heading of a phrase, with words such as "selected" or "mis" off if need be."""
    if found := _known().get(low):
        return found
    bare = re.sub(r"\s+", " ", _qualifiers().sub(" ", low)).strip(" ,")
    return _known().get(bare) if bare != low else None


@cache
def _stems() -> list[tuple[re.Pattern[str], str]]:
    kinds = lexicon.raw("sections", "es")
    return [
        (re.compile(r"(?<![^\W_])(?:" + "|".join(
            re.escape(s) for s in lexicon.phrases("sections", kind, "stems")) + ")"), kind)
        for kind in kinds
        if lexicon.phrases("sections", kind, "stems")
    ]  # fmt: skip


def _by_stem(low: str) -> Heading | None:
    best: tuple[int, str] | None = None
    for stems, kind in _stems():
        if (match := stems.search(low)) and (best is None or match.start() < best[0]):
            best = (match.start(), kind)
    if best is None or re.search(r"\d", low):
        return None
    return Heading(best[1], None, sure=False)


def split(lines: Sequence[Line]) -> list[Section]:
    """Sections in reading order; the first is the header, perhaps empty."""
    current = Section(HEADER)
    found = [current]
    by_column: dict[int, Section] = {}
    columns = not _alternates(lines)
    shapes = _heading_shapes(lines)
    for n, line in enumerate(lines):
        if columns and line.column != current.column and line.row < 0:
            by_column[current.column] = current
            resumed = by_column.get(line.column)
            if resumed is None or resumed.kind == HEADER:
                current = Section(HEADER, column=line.column)
                found.append(current)
            else:
                current = resumed
        label = _labelled(line, current)
        if label is not None:
            found.insert(len(found) - 1 if current.kind == HEADER else len(found), label)
            continue
        opened = _opens(line, current)
        if (
            opened is not None
            and opened.kind == "unknown"
            and current.kind in _RECORDS
            and (_entry_like(lines, n))
        ):
            opened = None
        if opened is None and _shape(line) in shapes and _bare_heading(lines, n, current):
            opened = Section("unknown", line.text, None, line.level, line.size, line.column)
        if opened is not None:
            current = opened
            found.append(current)
            continue
        if line.kind not in ("head", "foot"):
            current.lines.append(line)
    return found


def _alternates(lines: Sequence[Line]) -> bool:
    """True when "columns" are the cells of a layout table, left and right by turns."""
    turns = sum(a.column != b.column for a, b in itertools.pairwise(lines) if a.row < 0 > b.row)
    pages = max((line.page or 1 for line in lines), default=1)
    return turns > 3 * pages


def _shape(line: Line) -> tuple[object, ...]:
    return (
        line.kind, line.level, line.bold, line.italic, round(line.size), line.column,
        line.text.isupper(), line.bullet,
    )  # fmt: skip


def _heading_shapes(lines: Sequence[Line]) -> set[tuple[object, ...]]:
    """How the known headings of this CV look, where that tells them from running text."""
    shapes = Counter(
        _shape(line) for line in lines
        if not line.bullet and (line.bold or line.text.isupper())
        and (found := heading_of(line.text, marked=False)) and found.sure
    )  # fmt: skip
    return {shape for shape, count in shapes.items() if count >= 2}


def _entry_like(lines: Sequence[Line], n: int) -> bool:
    """A marked line that is the title of an entry: its words say so, or a date beside it."""
    text = lines[n].text
    if segments.kind_of(text) in ("title", "org") or segments.is_degree(text):
        return True
    near = [*lines[max(0, n - 1) : n], *lines[n + 1 : n + 3]]
    return any(cv_dates.find(line.text) and len(line.text.split()) <= 16 for line in near)


def _bare_heading(lines: Sequence[Line], n: int, current: Section) -> bool:
    """An unknown heading by its looks alone: short, no date in it or in the two lines after."""
    line = lines[n]
    if line.row >= 0 or len(line.text.split()) > 6 or re.search(r"[\d@:,]|\.$", line.text):
        return False
    if current.kind == HEADER and n < 3:
        return False
    if current.kind not in _RECORDS:
        return True
    return not any(cv_dates.find(other.text) for other in lines[n + 1 : n + 3])


def _opens(line: Line, current: Section) -> Section | None:
    text = line.text
    numbered = re.match(r"(?:\d{1,2}|[IVX]{1,4}|[A-H])[.)]\s", text)
    if line.kind in ("head", "foot", "footnote") or (
        line.bullet and not line.heading and not numbered
    ):
        return None
    if _SPACED.fullmatch(fold(text)):
        text = text.replace(" ", "")
    words = text.split()
    if not words or len(words) > 10:
        return None
    if line.row >= 0:
        return _row_heading(line)
    capitals = text.isupper() and len(text) > 3
    marked = line.heading or capitals or (line.bold and len(words) <= 5)
    if current.kind in _RECORDS and not line.heading and not capitals and text.endswith("."):
        return None
    heading = heading_of(text, marked=marked)
    if heading is None and marked and (dated := _dated_heading(line)):
        return dated
    if (
        heading
        and not heading.sure
        and current.kind in _RECORDS
        and (_deeper(line, current) or not (line.heading or capitals))
    ):
        heading = None  # "Education Officer" in bold is an entry of the section
    if heading:
        return Section(heading.kind, text, heading.lang, line.level, line.size, line.column)
    if not line.heading or line.kind == "title":
        return None
    if current.kind == HEADER or _deeper(line, current) or re.search(r"\d{4}", text):
        return None
    if current.kind in _RECORDS and not capitals and line.level == 0:
        return None
    return Section("unknown", text, None, line.level, line.size, line.column)


def _row_heading(line: Line) -> Section | None:
    """The first cell of a table row may be a heading, with the first date behind it."""
    heading = heading_of(line.text, marked=False)
    if heading and (line.first or line.bold):
        return Section(heading.kind, line.text, heading.lang, line.level, line.size, line.column)
    return _dated_heading(line) if line.first else None


def _dated_heading(line: Line) -> Section | None:
    """ "Experiencia laboral 2019–hoy": the heading and the first entry's date on one line."""
    found = cv_dates.find(line.text)
    if not found or found[0].to < len(line.text.rstrip()):
        return None
    heading = heading_of(line.text[: found[0].at], marked=False)
    if heading is None:
        return None
    rest = line.cut(found[0].at)
    return Section(
        heading.kind, line.text, heading.lang, line.level, line.size, line.column, [rest]
    )


def _deeper(line: Line, current: Section) -> bool:
    if line.level and current.level and line.level > current.level:
        return True
    return bool(line.size and current.size and line.size < current.size - 0.4)


def _labelled(line: Line, current: Section) -> Section | None:
    """ "Idiomas: español, inglés" as a section of its own; the line after it is not in it."""
    head, colon, rest = line.text.partition(":")
    if not colon or not rest.strip() or len(head) > 48 or line.heading:
        return None
    if current.kind in ("experience", "education", "publications", "references") and (
        line.bullet or line.row >= 0
    ):
        return None
    heading = heading_of(head, marked=False)
    if heading is None or heading.kind in ("contact", "other", "projects", "unknown"):
        return None
    if heading.kind in ("experience", "education") and not re.search(r"\d{4}", rest):
        return None
    if current.kind == heading.kind and heading.kind not in ("languages", "willing", "summary"):
        return None
    at = len(head) + 1
    return Section(
        heading.kind, head, heading.lang, lines=[replace(line.cut(at), bullet=False)],
        column=line.column,
    )  # fmt: skip
