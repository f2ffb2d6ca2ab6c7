"""Cited answers: sentences of the sources word for word, and lessons for a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from kb import text as texts
from kb.datatypes import (
    Answer,
    AnswerSentence,
    Filters,
    Hit,
    LessonHit,
    LessonResult,
)
from kb.hits import Highlighter, hits
from kb.search import Ranking, Searcher, check_paging, is_answered

if TYPE_CHECKING:
    from kb.datatypes import Vectors

PASSAGES = 4  # passages that an answer may quote
SENTENCES = 5
MIN_WORDS = 5
NEAR_BEST = 0.82  # a further sentence is quoted when its worth is this share of the best one's
OWN_WORTH = 0.5  # weight of a lesson's statement beside its passage
WORD_WORTH = 0.08


def answer(searcher: Searcher, query: str, *, filters: Filters | None = None) -> Answer:
    """Two to five sentences that answer, or none when nothing found deserves it."""
    query = texts.normalise(query)
    ranking = searcher.rank(query, allowed=searcher.store.allowed(filters or Filters()))
    if not ranking.rows or not is_answered(searcher, ranking):
        return Answer(query, ranking.lang, answered=False)
    top = ranking.rows[:PASSAGES]
    stored = searcher.store.passages([row for row, _ in top])
    found: list[tuple[float, int, int, AnswerSentence]] = []
    for place, (row, _) in enumerate(top):
        if row not in stored:
            continue
        item = stored[row]
        for number, (start, end) in enumerate(texts.sentences(item.passage.text)):
            text = item.passage.text[start:end]
            if len(texts.words(text)) < MIN_WORDS or text in item.passage.section:
                continue
            sentence = AnswerSentence(
                text=text,
                lang=item.passage.lang,
                passage_id=item.passage.passage_id,
                doc_id=item.passage.doc_id,
                source=item.source,
                page=item.passage.page,
                page_label=item.passage.page_label,
            )
            found.append((0.0, place, number, sentence))
    if not found:
        return Answer(query, ranking.lang, answered=False)
    worth = _worth(searcher, ranking, [item[3].text for item in found])
    ranked = sorted(
        ((value - 0.02 * item[1], *item[1:]) for value, item in zip(worth, found, strict=True)),
        key=lambda item: -item[0],
    )
    best = ranked[0][0]
    chosen = [item for item in ranked if item[0] >= NEAR_BEST * best][:SENTENCES]
    if len(chosen) < 2:
        chosen = ranked[:2]
    chosen.sort(key=lambda item: (item[1], item[2]))
    return Answer(query, ranking.lang, answered=True, sentences=tuple(i[3] for i in chosen))


def _worth(searcher: Searcher, ranking: Ranking, sentences: Sequence[str]) -> list[float]:
    """Cosine of each sentence with the question, a little more for each shared word."""
    marker = Highlighter(ranking.query)
    vectors: Vectors = searcher.encoder.encode(list(sentences))
    return [
        float(vector @ ranking.vector)
        + WORD_WORTH * len({text[a:b].casefold() for a, b in marker.spans(text)})
        for text, vector in zip(sentences, vectors, strict=True)
    ]


def lessons(
    searcher: Searcher,
    query: str,
    *,
    k: int = 10,
    offset: int = 0,
    types: Sequence[str] = (),
    filters: Filters | None = None,
) -> LessonResult:
    """Lessons for a question; an empty question lists those that types and filters leave.

    Raises UsageError for k < 1 or offset < 0.
    """
    check_paging(k, offset)
    query = texts.normalise(query)
    found = searcher.store.lessons(filters=filters or Filters(), types=tuple(types))
    by_passage: dict[str, list[int]] = {}
    for place, lesson in enumerate(found):
        by_passage.setdefault(lesson.passage_id, []).append(place)
    rows = searcher.store.rows_of(list(by_passage))
    passage_of = {row: passage_id for passage_id, row in rows.items()}
    if not query.strip():
        ranking = Ranking(query, "und")
        scored = [(0.0, rows[lesson.passage_id], lesson) for lesson in found]
    else:
        ranking = searcher.rank(query, allowed=sorted(passage_of))
        marker = Highlighter(query)
        scored = []
        for row, score in ranking.rows:
            for place in by_passage[passage_of[row]]:
                lesson = found[place]
                words = {
                    lesson.statement[a:b].casefold() for a, b in marker.spans(lesson.statement)
                }
                scored.append((score + OWN_WORTH * WORD_WORTH * len(words), row, lesson))
        scored.sort(key=lambda item: -item[0])
    page = scored[offset : offset + k]
    base = {
        hit.passage_id: hit
        for hit in hits(searcher, [(row, score) for score, row, _ in page], ranking=ranking)
    }
    answered = bool(found) if not query.strip() else is_answered(searcher, ranking)
    return LessonResult(
        query=query,
        lang=ranking.lang,
        answered=answered,
        hits=tuple(
            LessonHit(
                **{
                    **{f.name: getattr(base[lesson.passage_id], f.name) for f in fields(Hit)},
                    "rank": rank,
                    "score": round(score, 6),
                },
                lesson_id=lesson.lesson_id,
                type=lesson.type,
                statement=lesson.statement,
                programs=lesson.programs,
                countries=lesson.countries,
            )
            for rank, (score, _, lesson) in enumerate(page, offset + 1)
        ),
    )
