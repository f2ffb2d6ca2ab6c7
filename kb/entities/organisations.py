"""Institutions and programmes that no list holds, by the shape of their names.

A head noun (Universidad, Ministry, Programa ...) with capitalised words joined by de, of, y ...
High precision is wanted: a name made of general words alone is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from kb.datatypes import Label
from kb.entities.catalogue import load, places, slug
from kb.text import fold

_UP = "A-ZÁÉÍÓÚÑÜÀÈÌÒÙÂÊÎÔÛÄËÏÖÇŚŞŠŻŁÅØ"
_CAP = rf"(?:[{_UP}][\w'’&/-]*(?:\w|[’'](?=\s[A-Z]))|[{_UP}](?=[\s,)]))"
_MOST = 110  # characters of a name


class Found(NamedTuple):
    start: int
    end: int
    label: Label
    small: bool = False  # told by a head noun in small letters beside it


@cache
def _words() -> dict[str, Any]:
    return dict(load("organisations.yaml"))


def _either(values: list[str]) -> str:
    return "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))


def _spanish(heads: list[str], *, joins: list[str]) -> str:
    """Head, then capitalised words, each after up to three joining words."""
    chain = rf"(?:\s(?:(?:{_either(joins)})\s){{0,3}}{_CAP})"
    row = rf"(?:(?:,\s{_CAP}(?:\s(?:de|del)\s{_CAP})?){{1,3}},?\s[ye]\s{_CAP})"
    return rf"\b(?:{_either(heads)}){chain}{{1,9}}{row}?"


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], Label, str], ...]:
    es, en = _words()["es"], _words()["en"]
    joins = _either(en["joins"])
    closing = rf"(?:{_CAP}\s(?:(?:of|for|and|&)\s(?:the\s)?)?){{1,6}}"
    tail = rf"(?:\s(?:of|for|on)\s(?:the\s)?{_CAP}(?:\s(?:(?:{joins})\s){{0,2}}{_CAP}){{0,6}})"
    ordinal = r"(?:(?:[IVX]+|Primer|Primera|Segunda|Segundo|Tercera|Tercer|Cuarta|Quinta)\s)?"
    named = r"\b(?:Programa|programa|Proyecto|Program|Programme)\s"
    conference = _spanish(es["conference"], joins=es["joins"])
    few = rf"{_CAP}(?:\s{_CAP}){{0,3}}"
    small = "programme|program|scheme|fellowship|scholarship|initiative|network"
    quoted = r"[“\"«]([^”\"»\n]{4,60})[”\"»]"
    return (
        (re.compile(_spanish(es["institution"], joins=es["joins"])), "INSTITUTION", "es"),
        (re.compile(rf"\b{closing}(?:{_either(en['institution'])})\b{tail}?"), "INSTITUTION", "en"),
        (re.compile(rf"\b(?:{_either(en['opening'])}){tail}"), "INSTITUTION", "en"),
        (
            re.compile(rf"\b{_CAP}(?:\s(?:(?:de|del|y|of|and|&)\s)?{_CAP}){{0,5}},?\s(?:{_either(_words()['legal_forms'])})(?!\w)"),
            "INSTITUTION",
            "company",
        ),
        (re.compile(_spanish(es["program"], joins=es["joins"])), "PROGRAM", "es"),
        (re.compile(rf"\b{closing}(?:{_either(en['program'])})\b"), "PROGRAM", "en"),
        (re.compile(named + quoted), "PROGRAM", "quoted"),
        (re.compile(rf"\b(?:programa|proyecto|red|beca|premio)\s({few})"), "PROGRAM", "small"),
        (re.compile(rf"\b({_CAP}(?:\s{_CAP}){{1,3}})\s(?:{small})\b"), "PROGRAM", "small"),
        (re.compile(rf"{quoted}\s(?:Program|Programme|Network|Initiative)\b"), "PROGRAM", "quoted"),
        (re.compile(ordinal + conference), "PROGRAM", "es-conference"),
        (
            re.compile(rf"\b(?:{_CAP}\s){{1,4}}(?:{_either(en['conference'])})(?:\s(?:on|of)\s(?:the\s)?{_CAP}(?:\s(?:(?:{joins})\s){{0,2}}{_CAP}){{0,8}})"),
            "PROGRAM",
            "en-conference",
        ),
    )  # fmt: skip


@cache
def _heads() -> re.Pattern[str]:
    """Where a new name begins after a joining word."""
    es, en = _words()["es"], _words()["en"]
    heads = [*es["institution"], *es["program"], *en["opening"], "Universidad"]
    return re.compile(
        rf"\s(?:y|e|and|en|in|at|de|del|of)\s(?:el\s|la\s|los\s|las\s|the\s)?(?=(?:{_either(heads)})\b)"
    )


def found_in(text: str, *, conferences: bool = True) -> Iterator[Found]:
    """Names of organisations and programmes in a passage; they may overlap."""
    for shape, label, kind in _shapes():
        if kind.endswith("conference") and not conferences:
            continue
        for match in shape.finditer(text):
            group = 1 if kind in ("quoted", "small") else 0
            span = _trimmed(text, match.start(group), match.end(group), kind=kind)
            if span is None:
                continue
            start, end = span
            if _is_name(text[start:end], label=label, kind=kind):
                yield Found(start, end, label, kind == "small")


def _trimmed(text: str, start: int, end: int, *, kind: str) -> tuple[int, int] | None:
    """Leading function words off, cut where a further name begins."""
    leading = set(_words()["leading"])
    while (word := re.match(r"(\w+)\s", text[start:end])) and word.group(1) in leading:
        start += word.end()
    if (
        kind == "en"
        and (opening := _first().search(text, start, end))
        and (text[: opening.start()].rstrip().rsplit(" ", 1)[-1] not in ("of", "for", "and", "the"))
    ):
        start = opening.start()
    start, end = _possessive(text, start, end, kind=kind)
    first_word = re.match(r"\w+(?:-\w+)?", text[start:end])
    inner = start + (first_word.end() if first_word else 0)
    cut = _heads().search(text, inner, end) if kind != "company" else None
    # "Centro de Investigación en Materiales" has no head inside, "X y la Secretaría" has.
    if cut and any(joint in cut.group() for joint in (" y ", " and ", " en ")):
        end = cut.start()
    if end - start > _MOST or end <= start:
        return None
    return start, end


def _possessive(text: str, start: int, end: int, *, kind: str) -> tuple[int, int]:
    """Of "X Academy's Linkage Programme" the part that holds the head noun."""
    parts = re.split(r"['’]s\s", text[start:end])
    if len(parts) == 1 or not kind.startswith("en"):
        return start, end
    head = re.compile(
        rf"\b(?:{_either([*_words()['en']['institution'], *_words()['en']['program']])})\b"
    )
    if head.search(parts[-1]):
        return end - len(parts[-1]), end
    return start, start + len(parts[0])


@cache
def _vague(lang: str) -> frozenset[str]:
    """Folded words that make no name by themselves."""
    table = _words()[lang]
    heads = [*table["institution"], *table["program"], *table["conference"], *table["generic"]]
    return frozenset(fold(word) for head in heads for word in head.split())


def _is_name(name: str, *, label: Label, kind: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name)
    if kind == "quoted":
        return bool(words) and len(words) <= 8 and words[0][0].isupper()
    if kind == "small":
        # "the Ari Tun programme": capitals alone must make a name, no vague word among them.
        vague = _vague("es") | _vague("en")
        return len(words) >= 2 and not any(fold(word) in vague for word in words)
    if len(words) < 2:
        return False
    if name.isupper() and len(words) > 4:
        return False
    lang = "en" if kind.startswith("en") else "es"
    vague = _vague(lang)
    telling = [word for word in words if word[0].isupper() and fold(word) not in vague]
    if kind == "es" and len(words) > 1 and words[1] in _words()["es"]["not_after"]:
        return False
    if kind == "company" or (words[0] in _words()["ministries"] and len(words) > 1):
        return True
    if label == "PROGRAM" and kind == "es" and len(words) == 2 and words[0] in ("Plan", "Red"):
        return False
    return len(telling) >= 1


@cache
def _first() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_either(_words()['first'])})\b")


def is_name(name: str, *, label: Label) -> bool:
    """Whether a name cut out of a longer one still is one: it holds a head noun and more."""
    for kind in ("es", "en"):
        heads = {word for head in _words()[kind][label.lower()] for word in head.split()}
        if heads & set(re.findall(r"[^\W\d_]+", name)) and _is_name(name, label=label, kind=kind):
            return True
    return False


@cache
def _place_names() -> dict[str, str]:
    return {fold(place.es): place.en for place in reversed(places())}


def identifier(name: str) -> str:
    """An id that a Spanish and an English name of one university share."""
    folded = fold(name)
    rest = re.sub(r"\b(?:universidad|university|universitat)\b", " ", folded)
    if rest == folded:
        return slug(name)
    rest = re.sub(r"\b(?:the|of|at|de|del|la|las|los|el|en|in)\b", " ", rest)
    plain = " ".join(rest.split())
    plain = plain.replace("autonoma", "autonomous").replace("tecnica", "technical")
    plain = (
        plain.replace("tecnologica", "technology")
        .replace("politecnica", "polytechnic")
        .replace("nacional", "national")
    )
    plain = plain.replace("catolica", "catholic").replace("estatal", "state")
    for es, en in _place_names().items():
        if es in plain and re.search(rf"\b{re.escape(es)}\b", plain):
            plain = re.sub(rf"\b{re.escape(es)}\b", fold(en), plain)
            break
    return slug("university " + " ".join(sorted(plain.split())))


@cache
def _after_whom() -> re.Pattern[str]:
    heads = [*_words()["es"]["institution"], *_words()["es"]["program"]]
    return re.compile(rf"(?:{_either(heads)})\b[^,;:()\n]*\s$")


def named_after(before: str) -> bool:
    """Whether a person's name right after `before` belongs to it: "Hospital", "Beca"."""
    return _after_whom().match(before) is not None


def is_head(word: str) -> bool:
    """Whether a word is what English names of organisations and programmes end in."""
    return word in _words()["en"]["institution"] or word in _words()["en"]["program"]


def acronym_after(text: str, end: int, name: str) -> tuple[int, int] | None:
    """Offsets of the acronym in brackets that follows a name, if its letters begin the name's."""
    match = re.compile(r"\s\(([A-ZÁÉÍÓÚÑ][\w@&+-]{1,11})\)").match(text, end)
    if match is None:
        return None
    acronym = match.group(1)
    if sum(char.isupper() for char in acronym) < 2:
        return None
    initials = {word[0] for word in re.findall(r"[^\W\d_]+", fold(name))}
    letters = [fold(char) for char in acronym if char.isupper()]
    hits = sum(char in initials for char in letters)
    return match.span(1) if hits >= 0.6 * len(letters) else None


@cache
def ministries() -> re.Pattern[str]:
    """The names that foreign ministries share, with ids settled by country."""
    return re.compile(rf"\b(?:{_either(_words()['ministry_of_foreign_affairs'])})\b")
