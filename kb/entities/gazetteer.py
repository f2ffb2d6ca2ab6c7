"""Finding the forms of the catalogue in a text, twice the same way.

Documents go through blank spaCy pipelines whose ruler is a PhraseMatcher on folded tokens
(`kb.entities.pipeline`); a question goes through the small trie here, so that asking from the
shell does not pay for importing spaCy. Both cut and fold a text alike, and a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from kb.entities import countries
from kb.entities.catalogue import (
    Entry,
    Form,
    degrees,
    form,
    institutions,
    load,
    places,
    programs,
    sectors,
)
from kb.text import fold

#: A token is a run of letters, a run of digits, or one other character that is no blank.
TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_|\n")
#: Where a whole word is cut further (spaCy's infixes).
INFIX = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|[^\w\s]|_")
#: What a longer name stands for that holds a country's name and means none.
NOTHING = Entry("", "SKILL", "", "")
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "«": '"', "»": '"'})


class Match(NamedTuple):
    """Forms that one stretch of the text may be: `start`, `end` count code points."""

    start: int
    end: int
    forms: tuple[Form, ...]


class Pattern(NamedTuple):
    tokens: tuple[str, ...]
    forms: tuple[Form, ...]


def norm(text: str) -> str:
    """Folded, with one kind of dash and quote; as long as `text`."""
    return fold(text).translate(_DASHES)


def tokens(text: str) -> list[str]:
    return TOKEN.findall(norm(text))


def _all_forms() -> Iterator[Form]:
    yield from countries.forms()
    yield from countries.language_forms()
    for text in countries._raw()["not_countries"]:
        yield Form(text, NOTHING, "any")
    for entry in (*programs(), *institutions(), *places()):
        dated = (name.name for name in entry.names)
        for text in dict.fromkeys((entry.es, entry.en, *dated, *entry.also)):
            yield form(text, entry)
    for entry in sectors():
        item = load_sectors()[entry.id]
        for key, weight in (("strong", 3.0), ("terms", 2.0)):
            for text in item[key]:
                yield form(text, entry, weight=weight)
                for plural in _plurals(text):
                    yield form(plural, entry, weight=weight)
        for text in item.get("weak", ()):
            # Counted when the sectors of a text are ranked, never an entity.
            yield form(text, entry, weight=0.5, cue="weak")
    for entry in degrees():
        for text in load_degrees()[entry.id]["also"]:
            yield form(text, entry)


def _plurals(text: str) -> Iterator[str]:
    """Plurals of a term, English and Spanish; those that do not exist stand in no text."""
    if not text.islower() or text.endswith("s") or ":" in text:
        return
    yield text + ("es" if text[-1] in "lrnzd" else "s")
    first, blank, rest = text.partition(" ")
    if blank and len(first) > 3 and first[-1] in "aeo":
        yield f"{first}s {rest}"
        yield f"{first}s {rest}s"


@cache
def load_sectors() -> dict[str, dict[str, list[str]]]:
    return dict(load("sectors.yaml"))


@cache
def load_degrees() -> dict[str, dict[str, list[str]]]:
    return dict(load("degrees.yaml"))


def _variants(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield parts
    if "-" in parts[1:-1]:
        yield tuple(part for part in parts if part != "-")


@cache
def patterns() -> tuple[Pattern, ...]:
    """Every form by its folded tokens; one pattern may stand for several entries."""
    found: dict[tuple[str, ...], list[Form]] = {}
    for made in _all_forms():
        parts = tuple(tokens(made.text))
        for variant in _variants(parts):
            kept = found.setdefault(variant, [])
            if all(
                (made.entry.label, made.entry.id, made.case, made.lang)
                != (other.entry.label, other.entry.id, other.case, other.lang)
                for other in kept
            ):
                kept.append(made)
    return tuple(Pattern(parts, tuple(forms)) for parts, forms in found.items() if parts)


_LEAF = ""
_Node = dict[str, "int | _Node"]


@cache
def _trie() -> _Node:
    root: _Node = {}
    for number, pattern in enumerate(patterns()):
        node = root
        for part in pattern.tokens:
            following = node.setdefault(part, {})
            assert isinstance(following, dict)
            node = following
        node[_LEAF] = number
    return root


def match_text(text: str) -> list[Match]:
    """All matches in `text`, overlapping ones included, by start."""
    spans = [(m.start(), m.end(), m.group()) for m in TOKEN.finditer(norm(text))]
    known = patterns()
    found: list[Match] = []
    root = _trie()
    for first, (start, _, _) in enumerate(spans):
        node = root
        for _, end, part in spans[first:]:
            following = node.get(part)
            if not isinstance(following, dict):
                break
            node = following
            number = node.get(_LEAF)
            if isinstance(number, int):
                found.append(Match(start, end, known[number].forms))
    return found


def initials_agree(surface: str, written: str) -> bool:
    """Whether `surface` has capitals wherever the form `written` begins a word with one."""
    if surface.isupper() and len(surface) > 3:
        return True
    ours, theirs = _initials(surface), _initials(written)
    return len(ours) != len(theirs) or all(
        a.isupper() or not b.isupper() for a, b in zip(ours, theirs, strict=True)
    )


def _initials(text: str) -> Sequence[str]:
    return [m.group()[0] for m in TOKEN.finditer(text) if m.group()[0].isalpha()]


def accepts(made: Form, surface: str, *, lang: str, loose: bool) -> bool:
    """Whether `surface`, in a passage of `lang`, is a way to write this form.

    `loose` is for questions, which people type in small letters.
    """
    if made.lang and lang in ("es", "en") and made.lang != lang:
        return False
    if " " in surface and " " not in made.text:
        # "Tejada, M. A." is no M.A.
        return False
    if made.case == "exact":
        asked = loose and len(surface) > 2 and surface.lower() == made.text.lower()
        return surface == made.text or asked
    if made.case == "upper":
        upper = surface.upper() == surface
        return upper or (loose and sum(char.isalpha() for char in surface) >= 4)
    if made.case == "any" or loose:
        return True
    if made.entry.label in ("PROGRAM", "INSTITUTION") and surface.count(" ") >= 3:
        return True
    return initials_agree(surface, made.text)
