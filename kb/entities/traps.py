"""Words that mean an entity only in the right company: kb/data/traps.yaml, compiled."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from kb.entities.catalogue import load

_FUNCTION = r"(?:and|or|but|with|at|to|from|as|for|is|was|y|e|o)\b"
#: An English noun follows: "German universities".
ATTRIBUTED = re.compile(rf"\s(?!{_FUNCTION})[a-z]")
#: "in German universities" speaks of no language, "in German" does.
IN = re.compile(r"(?<!fluent )(?<!proficient )\b(?:en|in)\s(?:el |the )?$")


@cache
def _data() -> dict[str, Any]:
    return dict(load("traps.yaml"))


@cache
def _compiled() -> dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    """Per word: what must not stand before it, what must not follow."""
    found = {}
    for word, sides in _data()["traps"].items():
        before, after = sides.get("before"), sides.get("after")
        found[word] = (
            re.compile(rf"(?:^|[^a-zñ])(?:{'|'.join(before)})\s?$") if before else None,
            re.compile("|".join(after)) if after else None,
        )
    return found


def sprung(word: str, before: str, after: str) -> bool:
    """Whether a folded word between folded texts means something else."""
    not_before, not_after = _compiled().get(word, (None, None))
    return bool(
        (not_before and not_before.search(before)) or (not_after and not_after.match(after))
    )


@cache
def _speaking() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = _data()["speaking_before"].replace("| ", "|")
    after = _data()["speaking_after"].replace("| ", "|")
    return (
        re.compile(rf"\b(?:{before})[\s:(]+(?:el |the )?$"),
        re.compile(rf"\s?(?:\(|[-–:]\s?)?\s?(?:{after})"),
    )


def speaking_before(before: str) -> bool:
    return _speaking()[0].search(before) is not None


def speaking_after(after: str) -> bool:
    return _speaking()[1].match(after) is not None


@cache
def borne() -> tuple[frozenset[str], frozenset[str]]:
    """Folded names of countries that are given names, and that are surnames."""
    return frozenset(_data()["given"]), frozenset(_data()["surnames"])


@cache
def no_surname() -> frozenset[str]:
    return frozenset(_data()["no_surname"])


def prefers_place(word: str, around: str) -> bool:
    """Whether a name of both a country and a city or state means the latter."""
    rival = _data()["rivals"].get(word)
    if rival is None:
        return False
    if "country" in rival:
        return re.search(rival["country"], around) is None
    return re.search(rival["place"], around) is not None


def is_heading(word: str, before: str, after: str) -> bool:
    """Whether a word that is no entity as a heading stands alone on its line."""
    return (
        word in _data()["headings"]
        and (not before or before[-1] == "\n")
        and re.match(r":?(?:\n|$)", after) is not None
    )


@cache
def _plain_words() -> frozenset[str]:
    return frozenset(_data()["plain_words"])


def plain_word(surface: str) -> bool:
    """Whether what a question has in small letters is rather a word than a name."""
    return surface.islower() and surface in _plain_words()


def beside(word: str) -> str | None:
    """The country that must be named nearby for a word to count."""
    code: str | None = _data()["beside"].get(word)
    return code
