"""Why a person is named: the sentences of the CV that speak for them, with page and field."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kb.datatypes import Profile, Understood, Why
from kb.statements import Statement, Told, stems

REASONS = 3
MAX_CHARS = 320
NEAR_BEST = 0.5  # a further reason is shown when its worth is this share of the best one's
ID_WORTH = 0.35
COSINE_WORTH = 1.5  # of the distance between a passage's cosine and the person's best
PAST_COST = 0.6
SHORT_COST = 0.1
MANY_WORDS = 16  # a question of more words is met by a sentence that holds as many of them
#: What a sentence is worth by itself: the work done speaks more than a medal does.
FIELD_WORTH = {"position": 0.12, "summary": 0.12, "skill": 0.06, "publication": 0.04}
ASKED_FOR = 0.3  # more for the section in which the question's condition would stand


@dataclass(frozen=True, slots=True)
class Question:
    """What sentences are weighed by: the question's stems with their rarity, ids, conditions."""

    rarity: Mapping[str, float]
    ids: frozenset[str]
    kinds: frozenset[str]  # of the sections in which conditions of the question would stand
    languages: frozenset[str]


def asked_for(query: str, understood: Understood, told: Mapping[str, Told]) -> Question:
    """Weigh the words of a question by how rare they are in what these people say."""
    words = stems(query)
    held = Counter(
        word for one in told.values() for item in one.statements for word in words & item.stems
    )
    many = 1 + sum(len(one.statements) for one in told.values())
    rarity = {word: math.log(many / (1 + held[word])) for word in words}
    kinds = {
        kind
        for kind, condition in (
            ("willing", understood.willing),
            ("education", understood.degree),
            ("languages", understood.languages),
            ("memberships", understood.programs or understood.chapters),
        )
        if condition
    }
    ids = {*understood.sectors, *understood.countries, *understood.programs, *understood.languages}
    return Question(rarity, frozenset(ids), frozenset(kinds), frozenset(understood.languages))


def shared(question: Question, statement: Statement, *, name: frozenset[str]) -> float:
    """The share of the question's words, weighed by rarity, that a sentence holds.

    The words of the person's `name` do not count: they speak for nobody.
    """
    total = sum(sorted(question.rarity.values())[-MANY_WORDS:])
    words = (statement.stems & question.rarity.keys()) - name
    return min(1.0, sum(question.rarity[word] for word in words) / total) if total > 0 else 0.0


def reasons(
    person: Profile,
    told: Told,
    cosines: Mapping[int, float],
    question: Question,
    *,
    fields: frozenset[str] | None = None,
) -> tuple[Why, ...]:
    """Up to three sentences out of a CV, of these `fields` alone if given, best first.

    A sentence counts for the words of the question that it holds, for naming a sector, place or
    programme that was asked for, and for standing in a passage that is near to the question:
    the last two speak across languages, where no word is shared.
    """
    name = stems(person.name or "")
    best = max((cosines.get(item.row, -1.0) for item in told.statements), default=0.0)
    weighed: list[tuple[float, int, Statement]] = []
    for place, item in enumerate(told.statements):
        if item.kind == "languages" and not item.ids & question.languages:
            continue
        if fields is not None and item.field not in fields:
            continue
        met = shared(question, item, name=name)
        named = len(item.ids & question.ids) / max(1, len(question.ids))
        if item.bare and not met and not named:
            continue
        worth = (
            met
            + ID_WORTH * named
            + COSINE_WORTH * (cosines.get(item.row, -1.0) - best)
            + FIELD_WORTH.get(item.field, 0.0)
            + (ASKED_FOR if item.kind in question.kinds else 0.0)
            - PAST_COST * (1.0 - item.now)
            - (SHORT_COST if item.bare or len(item.text.split()) < 4 else 0.0)
        )
        weighed.append((worth, place, item))
    weighed.sort(key=lambda entry: (-entry[0], entry[1]))
    chosen: list[Why] = []
    for worth, _, item in weighed:
        if chosen and worth < NEAR_BEST * weighed[0][0]:
            break
        why = Why(cut(item.text), item.source, item.page, item.field)
        if all(why.text != other.text for other in chosen):
            chosen.append(why)
        if len(chosen) == REASONS:
            break
    if not chosen and person.headline:
        return (Why(person.headline, person.source, None, "summary"),)
    return tuple(chosen)


def cut(text: str) -> str:
    """A sentence of at most MAX_CHARS characters, whole words."""
    if len(text) <= MAX_CHARS:
        return text
    return text[:MAX_CHARS].rsplit(" ", 1)[0] + " …"
