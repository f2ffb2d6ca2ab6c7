"""What a person offers to do, told from cues of offering with the negations that take them back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kb.cv import lexicon
from kb.text import fold

ACTIONS = (
    "mentor", "host_interns", "evaluate_projects", "give_talks", "collaborate_research",
    "co_supervise", "advise_companies", "advise_government", "teach", "soft_landing", "invest",
)  # fmt: skip
_CLAUSE = re.compile(r"[.;:\n•]|\s[–—]\s")


@cache
def _actions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for action in ACTIONS:
        shapes = []
        for lang in lexicon.LANGS:
            phrases, verbs, objects = (
                _beginnings(lexicon.phrases("willing", "actions", action, key, lang=lang))
                for key in ("phrases", "verbs", "objects")
            )
            shapes.append(phrases)
            if verbs and objects:
                shapes.append(rf"{verbs}\s+(?:[^\s.;:]+\s+){{0,6}}?{objects}")
        found.append((action, re.compile("|".join(s for s in shapes if s))))
    return tuple(found)


def _beginnings(phrases: Sequence[str]) -> str:
    """Beginnings of words: each word of a phrase may go on."""
    if not phrases:
        return ""
    ordered = sorted(phrases, key=len, reverse=True)
    inner = "|".join(
        r"[^\W_]*\s+".join(re.escape(word) for word in phrase.split()) for phrase in ordered
    )
    return rf"(?<![^\W_])(?:{inner})[^\W_]*"


@cache
def _cues() -> re.Pattern[str]:
    inner = "|".join(
        re.escape(c).replace(r"\ ", r"\s+")
        for c in sorted(lexicon.phrases("willing", "cues"), key=len, reverse=True)
    )
    return re.compile(rf"(?<![^\W_])(?:{inner})")


@cache
def _negations() -> re.Pattern[str]:
    return lexicon.matcher("willing", "negations")


@cache
def _breaks() -> re.Pattern[str]:
    return lexicon.matcher("willing", "breaks")


def read(text: str, *, offered: bool) -> list[str]:
    """Actions offered in a text. `offered`: its section is one of offers and needs no cue."""
    found: dict[str, None] = {}
    refused: set[str] = set()
    for clause in _CLAUSE.split(fold(text)):
        if not clause.strip() or not (offered or _cues().search(clause)):
            continue
        for part, negated in _parts(clause):
            for action in actions(part):
                if negated:
                    refused.add(action)
                else:
                    found[action] = None
    return [action for action in found if action not in refused]


def _parts(clause: str) -> list[tuple[str, bool]]:
    """(part, whether it is denied): a denial reaches to "but" or the end of its clause."""
    pieces = [p for p in _breaks().split(clause) if p.strip(" ,")]
    found: list[tuple[str, bool]] = []
    for piece in pieces:
        match = _negations().search(piece)
        if match is None or re.match(r"\s*(?:solo|only|problem|doubt|dud)", piece[match.end() :]):
            found.append((piece, False))
            continue
        before, after = piece[: match.start()], piece[match.start() :]
        # "puedo ser mentora, no recibir practicantes": what stands before the comma holds;
        # "mentoring is not possible": what stands before the "not" is what is denied
        if re.search(r",\s*(?:pero\s*)?$", before) or match.group() in (
            "sin", "excepto", "salvo", "menos", "without", "except", "other than", "rather than",
        ) or (_cues().search(before) and actions(before) and actions(after)):  # fmt: skip
            found.extend([(before, False), (after, True)])
        else:
            found.append((piece, True))
    return found


def actions(part: str) -> list[str]:
    """Actions named in a folded text, in the order of the contract."""
    return [action for action, shape in _actions() if shape.search(part)]


def of_labels(values: Sequence[str]) -> list[str]:
    """Ids or words of a field that lists offers."""
    found: dict[str, None] = {}
    for value in values:
        low = fold(value).strip()
        key = re.sub(r"[\s-]+", "_", low)
        if key in ACTIONS:
            found[key] = None
        else:
            found.update(dict.fromkeys(read(value, offered=True)))
    return list(found)
