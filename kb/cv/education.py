"""Entries of study: degree, level, field, institution, country, dates, and whether it was ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kb.cv import entries, lexicon, segments
from kb.cv.dates import year_of
from kb.cv.entries import Entry
from kb.cv.lines import Line
from kb.cv.segments import Known, Segment
from kb.datatypes import Education
from kb.text import fold

LEVELS = ("bachelor", "master", "md", "phd")
_NAMES = ("phd", "md", "master", "bachelor", "none")


@dataclass(frozen=True, slots=True)
class Degree:
    """A degree in a text: `phrase` as written, its level (None: none of the four), `to` its end."""

    phrase: str
    level: str | None
    at: int
    to: int


@cache
def _levels() -> dict[str, str]:
    found: dict[str, str] = {}
    for level in _NAMES:
        for phrase in lexicon.phrases("degrees", level):
            found.setdefault(phrase, level)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    inner = "|".join(
        re.escape(p).replace(r"\ ", r"\s+") for p in sorted(_levels(), key=len, reverse=True)
    )
    return re.compile(rf"(?<![^\W_])(?:{inner})(?![^\W_])")


def degree_at(text: str, *, anywhere: bool = False) -> Degree | None:
    """The degree that opens a text (or, `anywhere`, the first that stands in it)."""
    low = fold(text)
    for match in _pattern().finditer(low):
        if not anywhere and match.start() > 0 and not _opener(low[: match.start()]):
            return None
        phrase = text[match.start() : match.end()]
        if not _written_as_degree(phrase):
            continue
        level = _levels()[re.sub(r"\s+", " ", match.group())]
        return Degree(phrase, None if level == "none" else level, match.start(), match.end())
    return None


def _opener(before: str) -> bool:
    """Words that may stand before a degree: "Estudios de", "Título de", "Executive"."""
    return bool(
        re.fullmatch(
            r"[\s\"'(]*(?:(?:estudios|titulo|grado|programa|candidat[oa]|estudiante|pasante|"
            r"studies|degree|second|segunda?|double|doble|joint|integrated|professional|executive|"
            r"post-?graduate|combined|international|european|part-time|egresad[oa]|"
            r"honou?rs|i\.)\s*(?:de|del|al|of|in|a|for|the|en)?\s*(?:la|un|una)?\s*)",
            before,
        )
    )


def _written_as_degree(phrase: str) -> bool:
    """Short abbreviations count only as capitals: MSc, BA, MEd; not "as", "med", "ms"."""
    letters = [c for c in phrase if c.isalpha()]
    if len(letters) <= 4 and "." not in phrase.strip("."):
        low = fold(phrase)
        if low in ("mir", "tsu", "mvz", "qfb"):
            return phrase.isupper()
        return sum(c.isupper() for c in letters) >= 2
    return True


def read(lines: Sequence[Line], *, known: Known, today: int) -> list[Education]:
    """Entries of a section of studies, as they stand."""
    found: list[Education] = []
    for entry in entries.cut(lines):
        found.extend(_parts(entry, known, today))
    return found


def _parts(entry: Entry, known: Known, today: int) -> list[Education]:
    record = one(entry, known=known, today=today)
    return [record] if record else []


def one(entry: Entry, *, known: Known, today: int) -> Education | None:
    """The record of one entry; None when it holds neither degree nor institution."""
    listed = segments.read(entry.head, known=known, degrees=True)
    listed = [piece for s in listed for piece in _opened(s, known)]
    listed = [_fields_are_no_firms(s, known) for s in _one_degree(listed)]
    degree = next((s for s in listed if s.kind == "degree"), None)
    orgs = [s for s in listed if s.kind == "org"]
    parts = [s for s in listed if s.kind == "part"]
    spots = [s.place for s in listed if s.kind == "place" and s.place]
    loose = [s for s in listed if s.kind in ("other", "title") and not _status_only(s.text)]
    field = next((s.text for s in listed if s.kind == "field"), None)
    institution = _whole_name(listed, orgs[0]) if orgs else None
    if institution is None and parts:
        institution = parts[0].text
    whole, level = (None, None)
    if degree is not None:
        told = degree_at(degree.text) or degree_at(degree.text, anywhere=True)
        whole = _clean(degree.text)
        level = told.level if told else ("bachelor" if _profession(degree.text) else None)
        if told and field is None:
            field = _field(degree.text, told)
        if field is None:
            field = _next_field(listed, degree, loose)
            if field and whole:
                whole = f"{whole}, {field}"
    if institution is None:
        rest = [s for s in loose if s.text != field]
        institution = rest[0].text if rest and degree is not None else None
    if degree is None and institution is None:
        return None
    if degree is None and field is None and loose:
        field = None
    dates = entry.dates
    start, end = (dates.start, dates.end) if dates else (None, None)
    status = _status(entry, end, expected=bool(dates and dates.expected), today=today)
    country = next((p.country for p in spots if p.country), None)
    return Education(whole, level, _clean(field), _clean(institution), country, start, end, status)


def _fields_are_no_firms(segment: Segment, known: Known) -> Segment:
    """ "Mechanical Engineering" names a firm among posts, a field among studies."""
    if segment.kind != "org" or segment.label or segments.is_school(segment.text):
        return segment
    is_known = segment.start >= 0 and known(segment.start, segment.start + len(segment.text))
    if is_known or segments.named_firm(segment.text):
        return segment
    return replace(segment, kind="other")


def _whole_name(listed: Sequence[Segment], org: Segment) -> str:
    """ "Secretaría de Salud, Residencia de Epidemiología, México": the name up to the place."""
    texts = [org.text]
    for follower in listed[listed.index(org) + 1 :]:
        if follower.group != org.group or follower.kind not in ("org", "part", "other"):
            break
        if _status_only(follower.text):
            break
        texts.append(follower.text)
    return ", ".join(texts)


def _one_degree(listed: Sequence[Segment]) -> list[Segment]:
    """The first degree stays one; "Química" after it is its field. A lone professional title
    ("Farmacéutica", "Ingeniera agrónoma") is the degree that gives it."""
    found: list[Segment] = []
    seen = False
    for segment in listed:
        if segment.kind == "degree" and seen:
            segment = replace(segment, kind="other")
        seen = seen or segment.kind == "degree"
        found.append(segment)
    if not seen:
        for i, segment in enumerate(found):
            if segment.kind == "title" and _profession(segment.text):
                found[i] = replace(segment, kind="degree")
                break
    return found


def _profession(text: str) -> bool:
    words = fold(text).split()
    return (
        bool(words)
        and len(words) <= 4
        and words[0] in lexicon.phrase_set("roles", "mid", lang="es")
    )


def _opened(segment: Segment, known: Known) -> list[Segment]:
    """A segment "Doctorado en Física por la Universidad X" as degree and institution."""
    if segment.kind != "degree":
        return [segment]
    low = fold(segment.text)
    for match in re.finditer(
        r"\s+(?:por|at|from|en|in|de|of|,)\s+(?:(?:la|el|the)\s+)?(?=[^\W\d_])", low
    ):
        right = segment.text[match.end() :]
        if not right[:1].isupper() or match.start() < 2:
            continue
        start = segment.start + match.end() if segment.start >= 0 else -1
        first = segments.kind_of(right)
        is_known = start >= 0 and known(start, start + len(right))
        opens = segments.is_school(right) and segments.opens_organisation(right)
        firm = match.group().split()[0] in ("por", "at", "from")
        if is_known or opens or (firm and first != "title"):
            return [
                replace(segment, text=segment.text[: match.start()]),
                replace(segment, text=right, kind="org", start=start),
            ]
    return [segment]


def _field(text: str, told: Degree) -> str | None:
    """What stands after the degree's phrase and "en", "in", "of"."""
    rest = text[told.to :]
    inner = re.search(r"\s(?:en|in)\s+(.+)$", told.phrase)
    if inner:
        return f"{inner.group(1)}{rest}".strip(" ,;:()-–—.") or None
    low = fold(rest)
    bracket = re.match(r"\s*\(([^)]{3,})\)\s*$", rest)
    if bracket:
        return bracket.group(1)
    joins = "|".join(
        re.escape(j) for j in sorted(lexicon.phrases("degrees", "joins"), key=len, reverse=True)
    )
    match = re.match(
        rf"\s*(?:[,:–—-]\s*)?(?:(?:en ciencias|of science|of arts|of engineering|degree)\s+)?"
        rf"(?:(?:{joins})\s+)?",
        low,
    )
    rest = rest[match.end() :] if match else rest
    rest = re.sub(r"\s*\((?:[A-Z][\w.\s]{0,8})\)", "", rest).strip(" ,;:()-–—.")
    if not rest or not re.search(r"[^\W\d_]{3,}", rest) or _status_only(rest):
        return None
    return rest


def _next_field(listed: Sequence[Segment], degree: Segment, loose: Sequence[Segment]) -> str | None:
    """ "MSc, Chemical Engineering, TU Delft": the loose part right after the degree."""
    at = listed.index(degree)
    if at + 1 < len(listed) and listed[at + 1] in loose:
        follower = listed[at + 1]
        has_org = any(s.kind in ("org", "part") for s in listed)
        apart = follower.group != degree.group and len(loose) < 2
        if follower.line == degree.line and has_org and not apart:
            return follower.text
    return None


def _status_only(text: str) -> bool:
    low = fold(text).strip(" .()")
    return any(
        low in lexicon.phrase_set("degrees", key)
        for key in ("in_progress", "unfinished", "finished")
    ) or bool(re.fullmatch(r"(?:promedio|gpa|average|nota).{0,20}", low))


def _status(entry: Entry, end: str | None, *, expected: bool, today: int) -> str | None:
    text = fold(" \n ".join(line.text for line in entry.lines[:5]))
    if lexicon.matcher("degrees", "unfinished").search(text):
        return "unfinished"
    if end == "present" or expected:
        return "in_progress"
    head = fold(" \n ".join(line.text for line in entry.lines[:3]))
    going = lexicon.matcher("degrees", "in_progress").search(head)
    year = year_of(end)
    if going and (year is None or year >= today):
        return "in_progress"
    if year is not None and year > today:
        return "in_progress"
    if year is not None or lexicon.matcher("degrees", "finished").search(head):
        return "finished"
    return None


def _clean(text: str | None) -> str | None:
    if text is None:
        return None
    status = "|".join(
        re.escape(p)
        for key in ("in_progress", "unfinished")
        for p in lexicon.phrases("degrees", key)
    )
    low = fold(text)
    tail = re.search(rf"[\s,(–—-]+(?:{status})\)?\s*$", low)
    if tail and tail.start() > 2:
        text = text[: tail.start()]
    return text.strip(" ,;:.-–—") or None


def highest(records: Sequence[Education]) -> str | None:
    """The highest level that is not told to be under way or left."""
    best = -1
    for record in records:
        if record.level in LEVELS and record.status in ("finished", None):
            best = max(best, LEVELS.index(record.level))
    return LEVELS[best] if best >= 0 else None
