"""Where private data stands in the lines of a curriculum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kb import kinds, private_ids
from kb.private_birth import births, possible, year_of
from kb.private_ids import Hit
from kb.private_words import (
    CLOSE,
    GAP,
    OPEN,
    PIECE_END,
    age,
    any_of,
    date,
    kind_of_key,
    label,
    listed,
    opens,
)
from kb.text import fold

_PICTURE = re.compile(
    r"!?\[[^\]]{0,80}\]\(\s*data:image/[^)]*\)|data:image/[\w.+-]+;base64,[\w+/=\s-]*|"
    r"(?<![\w/+])(?:/9j/|iVBORw0KGgo|R0lGOD|UklGR)[\w+/]{60}[\w+/=]*(?:\s[\w+/=]{60,})*"
)
_BREAK = re.compile(r"[\n\v]")
_PIECES = re.compile(r" ?[|·•;,] ?| [–—-] |[.:](?= |$)")
_FIRST_LINES = 15  # without headings the personal lines are among these
_FORM_LINES = 14  # a column of labels is followed by its values within so many lines


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of private data: [start, end) goes, label included; the value begins at `value`."""

    kind: str
    start: int
    end: int
    value: int


def find(text: str, *, name: str = "", page: bool = True) -> list[Found]:
    """All of it in reading order, apart from each other.

    In `text` line ends are "\\n", those that wrap a paragraph "\\v". `name` is the person's.
    `page`: it is a document, whose first lines speak of the person; else one field of a record.
    """
    low = fold(text)
    kept: list[Found] = []
    taken = bytearray(len(text))

    def keep(hits: Iterator[Hit]) -> None:
        for kind, start, end, value in hits:
            if start < end and not any(taken[start:end]):
                kept.append(Found(kind, start, end, value))
                taken[start:end] = b"\1" * (end - start)

    keep(("photo", m.start(), m.end(), m.start()) for m in _PICTURE.finditer(text))
    keep(private_ids.labelled(low))
    keep(private_ids.unmistakable(text))
    keep(births(text, low, fold(name)))
    keep(_told(low))
    if page:
        keep(_form(low, taken))
        for start, end in _personal(text):
            keep(_line(low, start, end, taken))
    return sorted(kept, key=lambda found: found.start)


# --- family, sex, religion, age ------------------------------------------------------------------


@cache
def _children() -> str:
    counts, young = any_of(listed("counts")), any_of(listed("children"))
    tie = any_of(listed("with"))
    return rf"(?:[\s,(]{{1,3}}(?:{tie}\s){{0,3}}(?:(?:\d\d?|{counts})\s)?{young}{CLOSE}\)?)"


@cache
def _phrases() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """(kind, only where a piece begins, pattern): group `value` where the value begins."""

    def value(key: str) -> str:
        return rf"(?P<value>{any_of(listed(key))}){CLOSE}(?:\s?[/(][ao]\)?{CLOSE})?"

    civil, counts = any_of(listed("civil_plain")), any_of(listed("counts"))
    said = any_of(p for p in listed("civil_said"))
    who = any_of(listed("pronouns"))
    old, surely = any_of(listed("years_old")), any_of(listed("surely_old"))
    faith, devout = any_of(listed("religion")), any_of(listed("practising"))
    named = r"(?:\s(?:con|to)(?:\s[^\W\d_]+){1,4}?(?=[.,;\n]|\s(?:y|and|con|with)\b|\Z))?"
    rows = (
        ("civil", False, rf"{label('civil')}{GAP}{value('civil')}{_children()}?{PIECE_END}"),
        ("civil", True, rf"{label('family')}\s?:\s?(?P<value>\d\d?|{counts}){PIECE_END}"),
        ("civil", True, rf"{label('spouse')}\s?:\s?(?P<value>[^\n\v;|·•:]{{1,40}}){PIECE_END}"),
        ("civil", False,
         rf"(?:(?:\s?,)?\s(?:y|and)\s|(?:(?<=\n)|(?<=\.[ \v])|\A)(?:{who}\s)?)(?:{said}\s){{1,2}}"
         rf"(?P<value>{civil}){CLOSE}{named}{_children()}?(?=\s?[.,;\n]|\s(?:y|and)\s|\Z)"),
        ("civil", False, rf"{OPEN}(?P<value>{civil}){CLOSE}{_children()}"),
        ("gender", True, rf"{label('gender')}{GAP}{value('gender')}{PIECE_END}"),
        ("religion", True, rf"{label('religion')}{GAP}{value('religion')}(?:\s{faith})?"
                           rf"(?:\s{devout})?{PIECE_END}"),
        ("religion", False, rf"{OPEN}(?P<value>{faith}\s{devout}|{devout}\s{faith}){CLOSE}"),
        ("birth", True, rf"{label('age')}{GAP}(?P<value>\d\d)(?:\s?{old})?{PIECE_END}"),
        ("birth", False, rf"{OPEN}(?:tengo|i am|i'm)\s(?P<value>\d\d\s{old}){CLOSE}"
                         rf"(?=\s?[.,;)\n]|\s(?:y|and)\s|\Z)"),
        ("birth", True, rf"{OPEN}(?P<value>\d\d\s{surely}){CLOSE}{PIECE_END}"),
    )  # fmt: skip
    return tuple((kind, opening, re.compile(pattern)) for kind, opening, pattern in rows)


def _told(low: str) -> Iterator[Hit]:
    for kind, opening, pattern in _phrases():
        for found in pattern.finditer(low):
            if not opening or opens(low, found.start()):
                yield kind, found.start(), found.end(), found.start("value")


# --- lines without labels ------------------------------------------------------------------------


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in (*(m.start() for m in _BREAK.finditer(text)), len(text)):
        yield start, end
        start = end + 1


def _personal(text: str) -> Iterator[tuple[int, int]]:
    """Lines above the first section, and those under a heading like "Datos personales"."""
    inside, headed = True, False
    for number, (start, end) in enumerate(_lines(text)):
        line = kinds.heading_name(text[start:end]) if end - start < 60 else ""
        if line in listed("personal"):
            inside = headed = True
        elif line in kinds.named("cv"):
            inside = False
        elif inside and (headed or number < _FIRST_LINES):
            yield start, end


@cache
def _plain() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What a value looks like that fills a line or a piece of one."""
    old = any_of(listed("years_old"))
    return (
        ("civil", re.compile(rf"{any_of(listed('civil'))}{_children()}?")),
        ("gender", re.compile(any_of(listed("gender")))),
        ("religion", re.compile(any_of(listed("religion")))),
        ("birth", re.compile(rf"{date()}{age()}?|(?P<old>\d\d\s{old})")),
        ("social", re.compile(r"\d{3}-\d\d-\d{4}|\d\d-\d\d-\d\d-\d{4}-\d")),
        ("passport", re.compile(r"[a-z]{1,3}[\s-]?\d{6,9}[a-z]?")),
        (
            "identity",
            re.compile(r"\d{8}[\s-]?[a-z]|[a-z][\s-]?\d{7}[\s-]?[a-z]|\d{1,4}(?:\.\d{3}){2}"),
        ),
    )


@cache
def _stated() -> re.Pattern[str]:
    """Among personal lines what is not in the lists counts too: "Estado civil: alianza"."""
    labels = rf"(?:(?P<civil>{label('civil')})|{label('religion')})"
    return re.compile(rf"{labels}\s?:\s?(?P<value>[^\d|·•;,:]{{1,40}})(?=\Z|[|·•;,])")


def _form(low: str, taken: bytearray) -> Iterator[Hit]:
    """A column of labels, then a column of their values: each label's first fitting line."""
    shapes = dict(_plain())
    lines = [(s, e, low[s:e].strip(" \t.*•·")) for s, e in _lines(low)]
    used: set[int] = set()
    for number, (start, end, line) in enumerate(lines):
        kind = kind_of_key(line.rstrip(" :")) if 2 < len(line) < 60 else None
        if kind not in shapes or any(taken[start:end]):
            continue
        for other in range(number + 1, min(number + 1 + _FORM_LINES, len(lines))):
            s, e, value = lines[other]
            if len(value.split()) > 8 or kinds.heading_name(value) in kinds.named("cv"):
                break
            fits = None if other in used or any(taken[s:e]) else shapes[kind].fullmatch(value)
            if fits and (kind != "birth" or fits["full"] or fits["old"]):
                used.add(other)
                yield kind, s, e, s
                break


def _line(low: str, start: int, end: int, taken: bytearray) -> Iterator[Hit]:
    """Pieces of a personal line that say it without a label: "casada", "femenino", "45 años"."""
    line = low[start:end]
    if len(line.split()) > 15:
        return
    edges = [0, *(at for m in _PIECES.finditer(line) for at in m.span()), len(line)]
    pieces = [
        (a, b, line[a:b].strip(" .*()")) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    known = any(taken[start:end])
    for a, b, piece in pieces:
        if piece in listed("civil_plain"):
            known = True
            yield "civil", start + a, start + b, start + a
        elif piece in listed("gender_plain"):
            known = True
            yield "gender", start + a, start + b, start + a
    for stated in _stated().finditer(line):
        if len(stated["value"].split()) <= 2 and opens(low, start + stated.start()):
            kind = "civil" if stated["civil"] else "religion"
            yield kind, start + stated.start(), start + stated.end(), start + stated.start("value")
    old = any_of(listed("years_old"))
    for a, b, piece in pieces:
        alone = re.fullmatch(rf"[1-9]\d\s{old}", piece)
        if (alone and (known or len(pieces) == 1)) or (known and piece in listed("religion")):
            kind = "birth" if alone else "religion"
            yield kind, start + a, start + b, start + a
    for kind, first, last, value in private_ids.spanish(line):
        yield kind, start + first, start + last, start + value
    whole = re.fullmatch(date(), line.strip(" ."))
    year = year_of(whole["full"]) if whole and whole["full"] else None
    if year and possible(year) and possible(year + 4):
        yield "birth", start, end, start
