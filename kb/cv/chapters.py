"""Chapters of a network that a person belongs to: "Red Global MX Alemania", "TiE Silicon Valley".

Whatever the words ("capítulo Alemania de la Red Global MX", "the Nordic chapter of Red Global MX"),
a chapter is written as the network's name and the place's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kb.cv import lexicon, places
from kb.entities import catalogue, countries
from kb.text import fold

_NAME = r"[A-ZÁÉÍÓÚÑÖÅ][\w.'’\-]*"
_PLACE = rf"(?P<place>{_NAME}(?:\s(?:(?:de|del|la|los|las|of|the)\s)?{_NAME}){{0,3}})"


@cache
def _networks() -> tuple[tuple[str, str], ...]:
    """(name as matched, name as written in a chapter) of networks that have chapters."""
    found: dict[str, str] = {}
    wanted = lexicon.phrase_set("chapters", "networks")
    for entry in catalogue.programs():
        names = [re.sub(r"^(?:es:|en:)?!?", "", n) for n in (entry.es, entry.en, *entry.also)]
        for name in names:
            if fold(name) in wanted:
                found[name] = name
    for lang in lexicon.LANGS:
        for name in lexicon.raw("chapters", lang)["networks"]:
            found.setdefault(str(name), str(name))
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    names = "|".join(re.escape(name) for name, _ in _networks())
    network = rf"(?P<network>{names})"
    word = r"(?:[Cc]ap[íi]tulo|[Cc]hapter|[Nn]odo|[Nn]ode)"
    return tuple(re.compile(shape) for shape in (
        rf"{network},?\s*\(?(?:el\s|the\s)?{word}\s(?:de\s|en\s|of\s|in\s)?(?:la\s|los\s)?{_PLACE}",
        rf"{word}\s(?:de\s|en\s|of\s|in\s)?(?:la\s|los\s|the\s)?{_PLACE},?\s"
        rf"(?:de\sla|de\s|del\s|of\sthe|of|de\sl)\s*{network}",
        rf"{_PLACE}\s{word},?\s(?:of\sthe|of|de\sla|de)\s{network}",
        rf"{network}[,:]?\s{_PLACE}\s{word}",
        rf"{network}(?:\sen\s|\sin\s|\s[–-]\s|,\s|\s\(|\s){_PLACE}",
    ))  # fmt: skip


def read(texts: Iterable[str]) -> list[str]:
    """Chapters named in the texts, in order, each once."""
    found: dict[str, str] = {}
    for text in texts:
        if not any(name in text for name, _ in _networks()):
            continue
        taken: list[tuple[int, int]] = []
        for n, shape in enumerate(_shapes()):
            for match in shape.finditer(text):
                if any(match.start() < end and start < match.end() for start, end in taken):
                    continue
                place = _place(match.group("place"), sure=n < 4)
                if place:
                    taken.append(match.span())
                    name = f"{match.group('network')} {place}"
                    found.setdefault(fold(name), name)
    return list(found.values())


def _place(text: str, *, sure: bool) -> str | None:
    """The place of a chapter: with the word "chapter" beside it any name, else a listed one."""
    words = text.strip(" .,").split()
    for size in range(len(words), 0, -1):
        name = " ".join(words[:size])
        if places.country(name) or places.city(name):
            return name
        if fold(name) in lexicon.phrase_set("chapters", "regions"):
            return name
        code = places.demonyms().get(fold(name))
        if code and sure:
            return dict(_country_names())[code] if name[:1].isupper() else None
    return " ".join(words) if sure else None


@cache
def _country_names() -> tuple[tuple[str, str], ...]:
    return tuple((entry.id, entry.en) for entry in countries.entries())
