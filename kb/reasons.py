"""Why a person is named: the sentences of the CV that speak for them, with page and field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from kb import text as texts
from kb.datatypes import Profile, Understood, Why
from kb.search import Highlighter, Ranking, Searcher
from kb.store import StoredPassage

REASONS = 3
MAX_CHARS = 320
_FIELDS = Path(__file__).parent / "data" / "question" / "fields.yaml"


def reasons(
    searcher: Searcher,
    ranking: Ranking,
    passages: Sequence[Sequence[tuple[int, float]]],
    people: Sequence[Profile],
    understood: Understood,
) -> list[tuple[Why, ...]]:
    """For each person up to three sentences out of their best passages, best first.

    A sentence counts for the words of the question that it holds (in either language, by stem)
    and for naming a sector, place or programme that was asked for; one from a better passage
    wins a tie.
    """
    stored = searcher.store.passages([row for rows in passages for row, _ in rows[:REASONS]])
    marker = Highlighter(ranking.query)
    wanted = {*understood.sectors, *understood.countries, *understood.programs,
              *understood.languages}  # fmt: skip
    return [
        _of_person(searcher, rows, stored, marker, wanted, person)
        for rows, person in zip(passages, people, strict=True)
    ]


def _of_person(
    searcher: Searcher,
    rows: Sequence[tuple[int, float]],
    stored: Mapping[int, StoredPassage],
    marker: Highlighter,
    wanted: set[str],
    person: Profile,
) -> tuple[Why, ...]:
    scored: list[tuple[float, Why]] = []
    for place, (row, _) in enumerate(rows[:REASONS]):
        if row not in stored:
            continue
        found = stored[row]
        entities = searcher.entities(found.passage.doc_id)
        for start, end in texts.sentences(found.passage.text):
            text = found.passage.text[start:end].strip()
            if len(text) < 25 or text in found.passage.section:
                continue
            named = {
                ent.country or ent.id
                for ent in entities
                if start <= ent.start - found.passage.start < end
            }
            words = {text[a:b].casefold() for a, b in marker.spans(text)}
            worth = len(words) + 0.7 * len(named & wanted) - 0.4 * place
            scored.append(
                (
                    worth,
                    Why(_cut(text), found.source, found.passage.page, field_of(found)),
                )
            )
    scored.sort(key=lambda pair: -pair[0])
    chosen = [why for _, why in scored[:REASONS]]
    if not chosen and person.headline:
        chosen = [Why(person.headline, person.source, None, "summary")]
    return tuple(chosen)


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    return text[:MAX_CHARS].rsplit(" ", 1)[0] + " …"


@lru_cache(maxsize=1)
def _heading_words() -> dict[str, str]:
    import yaml

    table = yaml.safe_load(_FIELDS.read_text(encoding="utf-8"))
    return {texts.fold(word): field for field, words in table.items() for word in words}


def field_of(stored: StoredPassage) -> str:
    """summary, position, education, skill, publication, award, programme or other, by section."""
    for heading in reversed(stored.passage.section):
        words = texts.words(heading)
        for word in words:
            if field := _heading_words().get(word):
                return field
    return "other"
