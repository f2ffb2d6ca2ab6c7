"""Cited answers: sentences of the sources word for word, and lessons for a question."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kb import text as texts
from kb.datatypes import (
    Answer,
    AnswerSentence,
    Filters,
    Hit,
    Lesson,
    LessonHit,
    LessonResult,
)
from kb.hits import Highlighter, hits
from kb.search import Ranking, Searcher, check_paging, is_answered
from kb.statements import stems
from kb.stopwords import is_stopword

if TYPE_CHECKING:
    from kb.datatypes import Vectors
    from kb.store import StoredPassage

PASSAGES = 4  # passages that an answer may quote
SENTENCES = 5
MIN_WORDS = 5
NEAR_BEST = 0.82  # a further sentence is quoted when its worth is this share of the best one's
PLACE_COST = 0.02  # of each passage that stands before
WORD_WORTH = 0.08
LESSON_WORDS = 0.3  # of the share of the question's words, by rarity, that a statement holds
LESSON_NAMES = 0.1  # of the share of the question's programmes and countries that it is about
LESSON_DOUBT = 0.2  # of what a lesson lacks to full confidence
LESSON_POOL = 60  # passages whose lessons are weighed one by one
_ENDS = re.compile(r"[.!?…][\"”»’)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that may be quoted; `place` is its passage's, `start` counts in the document."""

    place: int
    start: int
    sentence: AnswerSentence


def answer(searcher: Searcher, query: str, *, filters: Filters | None = None) -> Answer:
    """Two to five sentences that answer, or none when nothing found deserves it.

    They stand as in their sources: those of one document together and in its order.
    """
    query = texts.normalise(query)
    ranking = searcher.rank(query, allowed=searcher.store.allowed(filters or Filters()))
    if ranking.vector is None or not is_answered(searcher, ranking):
        return Answer(query, ranking.lang, answered=False)
    stored = searcher.store.passages([row for row, _ in ranking.rows[:PASSAGES]])
    found = [
        quote
        for place, (row, _) in enumerate(ranking.rows[:PASSAGES])
        if row in stored and stored[row].passage.role == "body"
        for quote in _quotes(stored[row], place)
    ]
    if not found:
        return Answer(query, ranking.lang, answered=False)
    worth = _worth(searcher, query, ranking.vector, [quote.sentence.text for quote in found])
    ranked = [(w - PLACE_COST * quote.place, quote) for w, quote in zip(worth, found, strict=True)]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].place, pair[1].start))
    enough = NEAR_BEST * ranked[0][0]
    chosen: dict[str, Quote] = {}
    for value, quote in ranked:
        if len(chosen) == SENTENCES or (len(chosen) >= 2 and value < enough):
            break
        chosen.setdefault(texts.fold(quote.sentence.text), quote)
    first: dict[str, int] = {}
    for quote in chosen.values():
        doc = quote.sentence.doc_id
        first[doc] = min(quote.place, first.get(doc, quote.place))
    ordered = sorted(chosen.values(), key=lambda q: (first[q.sentence.doc_id], q.start))
    return Answer(query, ranking.lang, answered=True, sentences=tuple(q.sentence for q in ordered))


def _quotes(stored: StoredPassage, place: int) -> list[Quote]:
    """The whole sentences of a passage: no headings, no cells of a table, no broken ends."""
    passage = stored.passage
    return [
        Quote(
            place,
            passage.start + start,
            AnswerSentence(
                text=passage.text[start:end],
                lang=passage.lang,
                passage_id=passage.passage_id,
                doc_id=passage.doc_id,
                source=stored.source,
                page=passage.page,
                page_label=passage.page_label,
            ),
        )
        for start, end in texts.sentences(passage.text)
        if is_whole(passage.text[start:end], passage.section)
    ]


def is_whole(text: str, section: Sequence[str] = ()) -> bool:
    """Whether a text is a sentence: it begins like one, ends like one and is no heading."""
    stripped = text.strip()
    first = next((char for char in stripped if char.isalnum()), "")
    return (
        len(texts.words(stripped)) >= MIN_WORDS
        and bool(_ENDS.search(stripped))
        and not first.islower()
        and stripped not in section
        and "|" not in stripped
        and "\t" not in stripped
    )


_VECTORS: WeakKeyDictionary[Searcher, tuple[object, dict[str, Vectors]]] = WeakKeyDictionary()


def _vectors(searcher: Searcher, sentences: Sequence[str]) -> list[Vectors]:
    """Vectors (dim,) of sentences, kept as long as the store does not change."""
    seen = searcher.seen
    kept = _VECTORS.get(searcher)
    if kept is None or kept[0] is not seen:
        kept = (seen, {})
        _VECTORS[searcher] = kept
    known = kept[1]
    new = list(dict.fromkeys(text for text in sentences if text not in known))
    if new:
        known.update(zip(new, searcher.encoder.encode(new), strict=True))
    return [known[text] for text in sentences]


def _worth(searcher: Searcher, query: str, asked: Vectors, sentences: Sequence[str]) -> list[float]:
    """Cosine of each sentence with the question, a little more for each shared word."""
    marker = Highlighter(query)
    return [
        float(vector @ asked)
        + WORD_WORTH * len({text[a:b].casefold() for a, b in marker.spans(text)})
        for text, vector in zip(sentences, _vectors(searcher, sentences), strict=True)
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

    A lesson stands by its passage, and by the words and names of the question in its own
    statement. Raises UsageError for k < 1 or offset < 0.
    """
    check_paging(k, offset)
    query = texts.normalise(query)
    found = searcher.store.lessons(filters=filters or Filters(), types=tuple(types))
    by_passage: dict[str, list[Lesson]] = {}
    for lesson in found:
        by_passage.setdefault(lesson.passage_id, []).append(lesson)
    rows = searcher.store.rows_of(list(by_passage))
    if not query.strip():
        ranking = Ranking(query, "und")
        scored = [(0.0, rows[lesson.passage_id], lesson) for lesson in found]
    else:
        passage_of = {row: passage_id for passage_id, row in rows.items()}
        ranking = searcher.rank(query, allowed=sorted(passage_of))
        weigh = _Weigher(searcher, ranking)
        scored = []
        for place, (row, score) in enumerate(ranking.rows):
            for lesson in by_passage[passage_of[row]]:
                own = weigh(lesson) if place < LESSON_POOL else -LESSON_DOUBT
                scored.append((score + own, row, lesson))
        scored.sort(key=lambda item: (-item[0], item[2].doc_id, item[2].start))
    page = _once(scored, offset + k)[offset:]
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


class _Weigher:
    """What a lesson's own statement adds to its passage for a question."""

    def __init__(self, searcher: Searcher, ranking: Ranking) -> None:
        from kb import entities

        words = [w for w in dict.fromkeys(texts.words(ranking.query)) if not is_stopword(w)]
        total, held = searcher.lexical.frequencies(words, lang=ranking.lang)
        self.rarity = [
            (stems(word), math.log(1 + (total - held[word] + 0.5) / (held[word] + 0.5)))
            for word in words
        ]
        named = entities.extract_text(ranking.query, lang=ranking.lang)
        self.names = {
            ent.country or ent.id for ent in named if ent.label in ("PROGRAM", "COUNTRY", "PLACE")
        }

    def __call__(self, lesson: Lesson) -> float:
        held = stems(lesson.statement)
        total = sum(rarity for _, rarity in self.rarity)
        shared = sum(rarity for word, rarity in self.rarity if word & held)
        about = self.names & {*lesson.programs, *lesson.countries}
        return (
            (LESSON_WORDS * shared / total if total else 0.0)
            + (LESSON_NAMES * len(about) / len(self.names) if self.names else 0.0)
            - LESSON_DOUBT * (1.0 - lesson.confidence)
        )


def _once(
    scored: Sequence[tuple[float, int, Lesson]], count: int
) -> list[tuple[float, int, Lesson]]:
    """The first `count`, each statement once: not the same words, no part of one shown before."""
    kept: list[tuple[float, int, Lesson]] = []
    said: set[tuple[str, ...]] = set()
    taken: dict[str, list[tuple[int, int]]] = {}
    for score, row, lesson in scored:
        words = tuple(texts.words(lesson.statement))
        spans = taken.setdefault(lesson.doc_id, [])
        if words in said or any(a < lesson.end and lesson.start < b for a, b in spans):
            continue
        said.add(words)
        spans.append((lesson.start, lesson.end))
        kept.append((score, row, lesson))
        if len(kept) == count:
            break
    return kept
