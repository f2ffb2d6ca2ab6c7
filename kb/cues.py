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
_REMEMBERED = 20_000  # words
_GAP = 7  # a `~` may stand for 0 to 6 words


@dataclass(frozen=True, slots=True)
class Cue:
    """What a group of phrases speaks for: a weight by lesson type, or doubt against all."""

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class _Slot:
    """The alternatives of one place of a phrase, sorted by how they are looked up."""

    words: frozenset[str]
    stems: tuple[str, ...]
    runs: tuple[tuple[str, ...], ...]  # of several words
    empty: bool
    gap: bool
    number: bool


_Entry = tuple[str, tuple[str, ...], tuple[_Slot, ...]]  # key, first words, the slots behind


class Matcher:
    """Finds which keys have a phrase in a sentence."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """`phrases`: (key, phrase) pairs."""
        self._exact: dict[str, list[_Entry]] = {}
        self._stems: dict[str, list[_Entry]] = {}
        self._known: dict[str, list[_Entry]] = {}
        for key, phrase in phrases:
            for first, rest in _openings(phrase):
                word = first[0]
                table, head = (self._stems, word[:3]) if word[-1] == "*" else (self._exact, word)
                table.setdefault(head, []).append((key, first, rest))

    def found(self, tokens: Sequence[str], *, within: int | None = None) -> dict[str, int]:
        """Keys with a phrase that begins among the first `within` words -> at how many places."""
        hits: dict[str, int] = {}
        for at, token in enumerate(tokens[:within], start=1):
            here: set[str] = set()
            for key, tail, rest in self._entries(token):
                if (
                    key not in here
                    and (not tail or _run(tail, tokens, at))
                    and _rest(rest, 0, tokens, at + len(tail))
                ):
                    here.add(key)
                    hits[key] = hits.get(key, 0) + 1
        return hits

    def _entries(self, token: str) -> list[_Entry]:
        """The phrases that may begin with `token`, without that first word; remembered."""
        known = self._known.get(token)
        if known is not None:
            return known
        entries = [
            (key, first[1:], rest)
            for key, first, rest in (
                *self._exact.get(token, ()),
                *self._stems.get(token[:3], ()),
            )
            if _run(first[:1], [token], 0)
        ]
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = entries
        return entries


def _openings(phrase: str) -> Iterable[tuple[tuple[str, ...], tuple[_Slot, ...]]]:
    """Each way to begin the phrase, with the slots that follow it."""
    choices = [
        [tuple(part.split()) for part in (choice.split("|") if choice else [word])]
        for choice, word in _SLOT.findall(phrase)
    ]
    slots = tuple(_slot(parts) for parts in choices)
    for i, parts in enumerate(choices):
        yield from ((part, slots[i + 1 :]) for part in parts if part)
        if all(parts):
            return


def _slot(parts: Sequence[tuple[str, ...]]) -> _Slot:
    single = [part[0] for part in parts if len(part) == 1]
    return _Slot(
        words=frozenset(word for word in single if word[-1] != "*"),
        stems=tuple(word[:-1] for word in single if word[-1] == "*" and word != "\\d*"),
        runs=tuple(part for part in parts if len(part) > 1),
        empty=() in parts,
        gap="~" in single,
        number="\\d*" in single,
    )


def _rest(slots: Sequence[_Slot], i: int, tokens: Sequence[str], at: int) -> bool:
    """Whether the slots from `i` on match the words from `at` on."""
    if i == len(slots):
        return True
    slot = slots[i]
    if at < len(tokens):
        token = tokens[at]
        if (
            token in slot.words
            or (slot.stems and token.startswith(slot.stems))
            or (slot.number and token.isdigit())
        ) and _rest(slots, i + 1, tokens, at + 1):
            return True
        for run in slot.runs:
            if _run(run, tokens, at) and _rest(slots, i + 1, tokens, at + len(run)):
                return True
    if slot.gap:
        return any(_rest(slots, i + 1, tokens, at + skip) for skip in range(_GAP))
    return slot.empty and _rest(slots, i + 1, tokens, at)


def _run(pattern: Sequence[str], tokens: Sequence[str], at: int) -> bool:
    if at + len(pattern) > len(tokens):
        return False
    return all(
        token.startswith(word[:-1]) if word[-1] == "*" else token == word
        for word, token in zip(pattern, tokens[at:], strict=False)
    )


@dataclass(frozen=True, slots=True)
class CueBook:
    """The cues of a language with their matchers."""

    cues: Mapping[str, Cue]
    sentence: Matcher
    heading: Matcher  # keys: lesson types and "instruments"
    leaning: Matcher  # keys: anaphora, linking
    bids: re.Pattern[str]  # the first word of a list item that bids
    orders: re.Pattern[str]  # the first words of a sentence that does


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
        leaning=Matcher((key, data[key]) for key in ("anaphora", "linking")),
        bids=re.compile(data["bids"]),
        orders=re.compile(rf"{data['orders']}\b(?! (?:is|are|was|were|from|for|of|has|by)\b)"),
    )
