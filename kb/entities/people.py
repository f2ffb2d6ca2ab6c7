"""People in prose, by titles, given names and roles; precision first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from kb.entities.catalogue import load
from kb.text import fold

_UP = "A-ZÁÉÍÓÚÑÜÀÈÌÒÙÂÊÎÔÛÄËÏÖÇŚŞŠŻŁÅØ"
_LOW = "a-zß-öø-ÿāćčēęěğıłńňōőřśşšťūůűųźżž"
_NAME = (
    rf"(?:[{_UP}][{_LOW}'’]+(?:-?[{_UP}][{_LOW}]+)*|[{_UP}]\."
    rf"|(?:O|D)['’][{_UP}][{_LOW}]+|Mc[{_UP}][{_LOW}]+)"
)
_JOIN = (
    r"(?:(?:de la|de las|de los|de|del|da|do|dos|van der|van den|van|von|der|den|di|el|El|al|bin|"
    r"ben)\s)"
)
_ROLE_STOP = re.compile(
    r"[.;\n()]|,\s(?:y|and|quien|who)\b|\s(?:y|and)\s(?=[A-ZÁÉÍÓÚ][a-zá-ú]+\s[A-ZÁÉÍÓÚ])"
)


class Person(NamedTuple):
    start: int
    end: int
    role: str | None


@cache
def _data() -> dict[str, Any]:
    return dict(load("given_names.yaml"))


@cache
def given_names() -> frozenset[str]:
    """Folded given names."""
    return frozenset(fold(name) for name in _data()["names"].split())


@cache
def _loose_titles() -> str:
    return "|".join(re.escape(title) for title in _data()["loose_titles"])


@cache
def _roles() -> frozenset[str]:
    return frozenset(fold(word) for word in _data()["roles"])


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    titles = "|".join(re.escape(t) for t in sorted(_data()["titles"], key=len, reverse=True))
    before = "|".join(re.escape(word) for word in _data()["before"])
    full = rf"{_NAME}(?:\s{_JOIN}?{_NAME}){{1,5}}"
    return (
        (re.compile(rf"\b(?:(?:{titles})\s)+({_NAME}(?:\s{_JOIN}?{_NAME}){{0,5}})"), "title"),
        (re.compile(rf"\b({full})"), "given"),
        (re.compile(rf"\b(?:{before})\s({_NAME}(?:\s{_JOIN}?{_NAME}){{1,3}})"), "cue"),
    )


@cache
def _common() -> frozenset[str]:
    """Folded words that stand in names of organisations and places and in headings."""
    from kb.entities.gazetteer import patterns

    organisations = load("organisations.yaml")
    words = {
        fold(word)
        for lang in ("es", "en")
        for key in ("institution", "program", "conference", "generic")
        for head in organisations[lang][key]
        for word in head.split()
    }
    words |= {fold(word) for word in organisations["leading"]}
    words |= _roles()
    for pattern in patterns():
        if len(pattern.tokens) == 1 and any(
            made.entry.label in ("COUNTRY", "LANGUAGE", "SECTOR", "DEGREE")
            for made in pattern.forms
        ):
            words.add(pattern.tokens[0])
    return frozenset(words) - given_names()


def people(text: str) -> Iterator[Person]:
    """People of a passage with the role that the text gives them, first to last."""
    taken: list[tuple[int, int]] = []
    for shape, kind in _shapes():
        place = 0
        while match := shape.search(text, place):
            place = match.end()
            span = _name_span(text, match.start(1), match.end(1), kind=kind)
            if span is None or any(a < span[1] and span[0] < b for a, b in taken):
                continue
            taken.append(span)
            place = span[1]  # a list without commas goes on with the next person
            yield Person(*span, role_after(text, span[1]))


def _name_span(text: str, start: int, end: int, *, kind: str) -> tuple[int, int] | None:
    """The part of a run of capitalised words that is a person's name."""
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"[^\s]+", text[start:end])]
    folded = [fold(text[a:b]).strip(".") for a, b in words]
    common = _common()
    # A run ends where a word begins that offices and organisations are named with.
    last = len(words)
    for number, word in enumerate(folded):
        whole = text[words[number][0] : words[number][1]]
        joining = len(word) <= 3 or whole.islower()
        if number and not joining and word in common and word not in _surname_like():
            last = number
            break
        if number >= 3 and word in given_names() and not text[words[number - 1][0]].islower():
            # A list without commas: the next person begins.
            last = number
            break
    words, folded = words[:last], folded[:last]
    while folded and (len(folded[-1]) <= 3 and text[words[-1][0]].islower()):
        words, folded = words[:-1], folded[:-1]
    known = given_names()
    if kind == "given":
        first = next((n for n, word in enumerate(folded[:2]) if word in known), None)
        if first is None:
            return None
        if first == 1 and (folded[0] in common or len(folded) < 3):
            words, folded = words[1:], folded[1:]
        if len([word for word in folded if len(word) > 1]) < 2:
            return None
        if all(word in common for word in folded[1:]):
            return None
    elif kind == "cue":
        if len(folded) < 2 or any(word in common for word in folded):
            return None
    elif (
        not folded
        or folded[0] in common
        # "Ing. Industrial" is nobody: a given name is asked for.
        or (
            re.search(rf"(?:{_loose_titles()})\.?\s$", text[max(0, start - 12) : start])
            and not any(word in known for word in folded[:2])
        )
    ):
        return None
    if not words:
        return None
    return words[0][0], words[-1][1]


def _surname_like() -> frozenset[str]:
    """Demonyms and places that are surnames as well."""
    return frozenset({"aleman", "catalan", "israel", "jordan", "frances", "ingles", "moreno"})


def role_after(text: str, end: int) -> str | None:
    """The office that follows a name: ", Directora Ejecutiva de X", "(director)", "es miembro"."""
    match = re.compile(r"\s?[,(–-]\s?|\s(?:es|is|was|fue)\s(?:el\s|la\s|the\s|an?\s)?|\s").match(
        text, end
    )
    if match is None:
        return None
    begin = match.end()
    word = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?").match(text, begin)
    if word is None or fold(word.group()) not in _roles():
        return None
    stop = _ROLE_STOP.search(text, begin, min(len(text), begin + 120))
    limit = stop.start() if stop else min(len(text), begin + 120)
    comma = text.find(",", begin, limit)
    limit = comma if comma > 0 else limit
    role = text[begin:limit].strip(" ,:-")
    return role or None


def before_is_given(text: str, start: int) -> bool:
    """Whether the word before a place or country is a given name ("Israel", "Miguel Alemán")."""
    match = re.search(r"([^\W\d_]+)\.?\s$", text[max(0, start - 24) : start])
    return (
        bool(match)
        and match is not None
        and match.group(1)[0].isupper()
        and (fold(match.group(1)) in given_names())
    )
