"""Phrases that tell what a sentence does, read from kb/data/lessons and matched word by word.

A phrase is a row of slots; `(a|b c|)` offers alternatives, `word*` any ending, `~` up to six
words between, `\\d*` a number. Phrases are found by their first word, so that a sentence costs
microseconds however many phrases there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_SLOT = re.compile(r"\(([^()]*)\)|(\S+)")
_GAP = ("~",)

Slot = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """What a group of phrases speaks for: a weight by lesson type, or doubt against all."""

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    doubt: float = 0.0


class Matcher:
    """Finds which keys have a phrase in a sentence."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """`phrases`: (key, phrase) pairs."""
        self._exact: dict[str, list[tuple[str, tuple[Slot, ...]]]] = {}
        self._stems: dict[str, list[tuple[str, tuple[Slot, ...]]]] = {}
        for key, phrase in phrases:
            slots = tuple(_slots(phrase))
            for word in sorted(set(_first_words(slots))):
                table, head = (self._stems, word[:3]) if word[-1] == "*" else (self._exact, word)
                table.setdefault(head, []).append((key, slots))

    def found(self, tokens: Sequence[str], *, within: int | None = None) -> dict[str, int]:
        """Keys with a phrase that begins among the first `within` words -> its first place."""
        hits: dict[str, int] = {}
        for at, token in enumerate(tokens[:within]):
            for key, slots in (*self._exact.get(token, ()), *self._stems.get(token[:3], ())):
                if key not in hits and _matches(slots, 0, tokens, at):
                    hits[key] = at
        return hits


def _slots(phrase: str) -> Iterable[Slot]:
    for choice, word in _SLOT.findall(phrase):
        yield tuple(tuple(part.split()) for part in (choice.split("|") if choice else [word]))


def _first_words(slots: Sequence[Slot]) -> Iterable[str]:
    for slot in slots:
        yield from (part[0] for part in slot if part)
        if all(slot):
            return


def _matches(slots: Sequence[Slot], i: int, tokens: Sequence[str], at: int) -> bool:
    if i == len(slots):
        return True
    for part in slots[i]:
        if part == _GAP:
            if any(_matches(slots, i + 1, tokens, at + skip) for skip in range(7)):
                return True
            continue
        end = at + len(part)
        if (
            end <= len(tokens)
            and all(map(_same, part, tokens[at:end]))
            and _matches(slots, i + 1, tokens, end)
        ):
            return True
    return False


def _same(pattern: str, token: str) -> bool:
    if pattern == "\\d*":
        return token.isdigit()
    if pattern[-1] == "*":
        return token.startswith(pattern[:-1])
    return pattern == token


@dataclass(frozen=True, slots=True)
class CueBook:
    """The cues of a language with their matchers."""

    cues: Mapping[str, Cue]
    sentence: Matcher
    heading: Matcher  # keys: lesson types and "instruments"
    anaphora: Matcher


@cache
def book(lang: str) -> CueBook:
    """The cue book of `lang` (es or en)."""
    import yaml

    path = Path(__file__).parent / "data" / "lessons" / f"{lang}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return CueBook(
        cues={
            name: Cue(name, dict(cue.get("weights") or {}), float(cue.get("doubt", 0.0)))
            for name, cue in data["cues"].items()
        },
        sentence=Matcher((name, p) for name, cue in data["cues"].items() for p in cue["phrases"]),
        heading=Matcher([*data["headings"].items(), ("instruments", data["instruments"])]),
        anaphora=Matcher([("anaphora", data["anaphora"])]),
    )
