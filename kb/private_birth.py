"""Dates of birth, behind a label or in a sentence: the date goes, the place of birth stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from kb import kinds
from kb.private_ids import Hit
from kb.private_words import CLOSE, GAP, OPEN, age, any_of, date, label, listed, opens

_BREAK = re.compile(r"[\n\v]")
_YOUNGEST, _OLDEST = 14, 110  # years: who writes a curriculum


@cache
def _born() -> tuple[re.Pattern[str], re.Pattern[str]]:
    joint = rf"(?:\s?,)?\s*(?:{OPEN}{any_of(listed('joints'))}[:\s]\s*)?"
    place = r"(?P<place>[^\n:;|\d]{2,60}?)"
    when = rf"{joint}(?P<open>\()?(?P<date>{date()})(?(open)\)){age()}?"
    marks = any_of(listed("birth_marks"))
    line_marks = any_of(mark for mark in listed("birth_marks") if len(mark) > 1)
    verb = rf"{OPEN}(?:{any_of(listed('auxiliaries'))}\s)?{any_of(listed('verbs'))}(?:[/(]a\)?)?"
    near = rf"\s{any_of(listed('place_joints'))}\s"
    return (
        re.compile(rf"(?P<label>{label('birth')}){GAP}(?:{place})??(?P<when>{when})"),
        re.compile(
            rf"(?P<label>{verb}{CLOSE}|(?<=\(){marks}\.?(?=\s)|"
            rf"(?:(?<=[\n\v])|\A){line_marks}\.?(?=[:\s])|(?<![^\s(])\*)"
            rf"(?:(?={near}){place})??(?P<when>[\s:,]{{0,2}}{when})"
        ),
    )


def births(text: str, low: str, name: str) -> Iterator[Hit]:
    """Dates of birth behind a label or a verb; the place stays, with the words before it."""
    by_label, by_verb = _born()
    for found in by_verb.finditer(low):
        place = found["place"]
        if place and not _is_place(re.sub(r"^\s*\w+\s", "", text[slice(*found.span("place"))])):
            continue
        year = year_of(found["date"])
        if (year is None and found["day"] is None) or (year is not None and not possible(year)):
            continue
        if found["full"] is None and not _of_person(low, found.start(), found["label"], name):
            continue
        yield "birth", *_extent(text, found, by_label=False), found.start("date")
    for found in by_label.finditer(low):
        place = found["place"]
        if place and not _is_place(text[found.start("place") : found.end("place")]):
            continue
        stated = ":" in low[found.end("label") : found.end("label") + 2] or "\n" in found[0]
        if found["full"] is None and not (stated and opens(low, found.start())):
            continue
        yield "birth", *_extent(text, found, by_label=True), found.start("date")
    if name:
        place = r"(?:[^\n\v()\d]{2,40}[,;]\s?)?"
        pattern = rf"{OPEN}{re.escape(name)}\s\((?P<place>{place})(?P<date>{date()})\)"
        for found in re.finditer(pattern, low):
            year = year_of(found["date"])
            if year and possible(year):
                start = found.start("date")
                yield "birth", start, found.end("date"), start


def _extent(text: str, found: re.Match[str], *, by_label: bool) -> tuple[int, int]:
    """What goes: the date alone where a place stands beside it, else its label too."""
    start, end = found.span("when")
    if found["place"]:
        return start, end
    line = _BREAK.split(text[end : end + 120])[0] if by_label else text[end : end + 120]
    beside = re.match(r"(\s?,)?\s*(?:(?:en|in|at)\s+(?:the\s+)?)?(?=[A-ZÁÉÍÓÚÑ])", line)
    joined = beside is not None and (bool(beside[1]) or bool(beside[0].strip()))
    both = by_label and re.search(r"lugar|ciudad|pais|place|city", found["label"])
    if beside and (joined or both) and not re.match(r"[\s,]*[^:;,.|·•\n]{2,40}:", line):
        return start, end + len(beside[1] or "")
    if by_label:
        return found.start(), end
    if line.startswith(","):
        return found.start(), end + 1
    stops = line.lstrip(" ")[:1] in ("", *".;)|·•\n\v")
    return (found.start(), end) if stops else (start, end)


def _is_place(text: str) -> bool:
    """Capitalised words with particles between, as names of places are."""
    words = re.findall(r"[^\W\d_]+", text)
    small = kinds.named("particles") | {"the", "of", "en", "in", "at"}
    named = any(word[0].isupper() for word in words)
    return named and all(word[0].isupper() or word.lower() in small for word in words)


def _of_person(low: str, at: int, verb: str, name: str) -> bool:
    """Whether the sentence before `at` names the person or nobody: networks are born too."""
    if verb.startswith(("naci ", "i ")) or verb == "naci":
        return True
    before = re.split(r"[.\n;!?(|•·]", low[max(0, at - 80) : at])[-1]
    if re.search(r"[\"“«‘']\s*$", before):  # the title of a work
        return False
    if re.fullmatch(r"\s*\w+,\s*", before):  # "Oaxaqueña, nacida en 1975"
        return True
    known = {*name.split(), *listed("pronouns"), *listed("auxiliaries"), "dr", "dra"}
    return all(word in known for word in re.findall(r"[^\W\d_]+", before))


def year_of(date_text: str) -> int | None:
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", date_text)
    if years:
        return int(years[0])
    short = re.search(r"(\d\d)$", date_text)
    return 1900 + int(short[1]) if short and int(short[1]) > 20 else None


def possible(year: int) -> bool:
    return _YOUNGEST <= datetime.now(tz=UTC).year - year <= _OLDEST
