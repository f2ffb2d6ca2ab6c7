"""The words that announce private data, as patterns over folded text, and how dates are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kb.text import fold

LANGS = ("es", "en")
#: What may stand between a label and its value, line ends included.
GAP = r"[\s:;=.,|·•*_–—-]{0,6}"
#: A word does not begin or end inside another; an underscore parts words.
OPEN, CLOSE = r"(?<![^\W_])", r"(?![^\W_])"
#: Behind a value that is one of a few words: its piece ends, or the next label begins.
PIECE_END = r"(?=\s*(?:\Z|[\n\v,;|·•./()–—-]|(?:[^\W\d_]+[\s_]){0,4}[^\W\d_]+\s*:))"
_KINDS = {
    "age": "birth", "family": "civil", "spouse": "civil", "identity_body": "identity",
    "social_body": "social",
}  # fmt: skip


@cache
def _data(lang: str) -> Mapping[str, Any]:
    import yaml

    path = Path(__file__).parent / "data" / "words" / "private" / f"{lang}.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@cache
def names(lang: str) -> Mapping[str, str]:
    """What each kind is called, in the order in which they are told."""
    found: Mapping[str, str] = _data(lang)["names"]
    return found


@cache
def listed(*keys: str) -> tuple[str, ...]:
    """The folded phrases of both languages under a path of keys."""
    found: list[str] = []
    for lang in LANGS:
        value: Any = _data(lang)
        for key in keys:
            value = value.get(key, ())
        found += [fold(phrase) for phrase in value]
    return tuple(dict.fromkeys(found))


def any_of(phrases: Iterable[str]) -> str:
    """A pattern of alternatives, the longest first, their words parted by anything small."""
    return "(?:" + "|".join(map(_phrase, sorted(phrases, key=len, reverse=True))) + ")"


def _phrase(phrase: str) -> str:
    parts = [part for part in re.split(r"[\s_.-]+", phrase) if part]
    least = 1 if any(len(part) == 1 for part in parts) and len(parts) < 3 else 0
    return (rf"[\s_.'’/()-]{{{least},3}}").join(map(re.escape, parts))


@cache
def label(*keys: str) -> str:
    """A label of one of the kinds, "(a)" and a hint such as "(dd/mm/aaaa)" behind it, and the same
    in the other language beside it."""
    one = any_of(phrase for key in keys for phrase in listed("labels", key))
    one = rf"{OPEN}{one}(?:[/(]\w{{1,2}}\)?)?\.?{CLOSE}"
    hint = r"(?:\s?\((?!\s?\d)[^()\n]{1,30}\))?"
    number = rf"(?:{OPEN}{any_of(listed('numbers'))}\s?[.:º°]{{0,2}}\s?(?:de\s|del\s|of\s)?)?"
    return rf"{number}{one}(?:\s?[/|(]\s?{one}\)?)?{hint}"


def squashed(text: str) -> str:
    """Letters alone: "Fecha de nacimiento", "fecha_nacimiento" and "birthDate" as keys."""
    return "".join(re.findall(r"[^\W\d_]+", fold(re.sub(r"\([^()]*\)", "", text))))


@cache
def _keys() -> Mapping[str, str]:
    kinds = {key for lang in LANGS for key in _data(lang)["labels"]}
    found = {
        squashed(phrase): _KINDS.get(key, key)
        for key in kinds
        if not key.endswith("_body")
        for phrase in listed("labels", key)
    }
    for kind in names("en"):
        found |= {squashed(phrase): kind for phrase in listed("columns", kind)}
    return found


def kind_of_key(text: str) -> str | None:
    """The kind that a key of a record or a table's header announces; None for all others."""
    return _keys().get(squashed(text)) if 0 < len(text) <= 80 else None


@cache
def months() -> str:
    found = [fold(name) for lang in LANGS for month in _data(lang)["months"] for name in month]
    return any_of(dict.fromkeys(found)) + r"\.?"


@cache
def date() -> str:
    """A date as a pattern: group `full` has day, month and year, `part` less."""
    month, of = months(), any_of(listed("date_joints"))
    day = r"(?:[0-2]?\d|3[01])(?:st|nd|rd|th|er|ro|[oº°])?\.?"
    year, short = r"(?:19|20)\d\d", r"(?:(?:19|20)\d\d|['’]?\d\d)"
    words = any_of(listed("number_words"))
    said = rf"{words}(?:\s{words}){{0,6}}"
    join = rf"(?:\s?(?:{of})\s|\s?[-/.,]\s?|\s)"
    full = "|".join((
        rf"{day}{join}{month}{join}(?:{of}\s)?{short}",
        rf"{month}\s(?:the\s)?{day}(?:\s?,\s?|\s{of}\s|\s){year}",
        rf"{year}\s?[-/.,]?\s?{month}\s?[-/.]?\s?{day}",
        rf"{year}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?\d{{1,2}}(?:t[\d:.z+-]{{4,}})?",
        rf"\d{{1,2}}\s?[-/.]\s?(?:\d{{1,2}}|[ivx]{{1,4}})\s?[-/.]\s?{short}",
        rf"\d\d\s\d\d\s{year}", rf"{year}\d{{4}}|\d{{4}}{year}",
        rf"(?:{said}|{day})\s{of}\s{month}\s{of}\s(?:{year}|{said})",
    ))  # fmt: skip
    part = "|".join((
        rf"{month}{join}(?:{of}\s)?{year}", rf"\d{{1,2}}\s?[-/]\s?{year}", year,
        rf"(?P<day>{day}{join}{month}{CLOSE}|{month}\s{day})",
    ))  # fmt: skip
    week = rf"(?:{any_of(listed('weekdays'))},?\s)?"
    ranged = r"(?!\d|\s?[-–—/]\s?\d)"
    return rf"{week}(?:(?P<full>{full})(?!\d)|(?P<part>{part}){ranged})"


@cache
def age() -> str:
    """An age behind a date of birth."""
    old, key = any_of(listed("years_old")), any_of(listed("labels", "age"))
    said = rf"\s?[,;–—-]?\s?\(?\s?(?:{key}\s?:?\s?)?\d{{1,3}}\s?{old}{CLOSE}\)?"
    return rf"(?:{said}|\s?\({key}:?\s?\d\d\))"


def opens(low: str, at: int) -> bool:
    """Whether a piece of a line begins at `at`."""
    before = low[max(0, at - 4) : at].rstrip(" *_")
    return not before or before[-1] in "\n\v,;|·•.:()/–—-▪●◦✓►"
