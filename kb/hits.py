"""Ranked rows made into hits: what a person is shown of a passage, and facets of many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kb import text as texts
from kb.datatypes import Entity, FacetValue, Hit, Label
from kb.stopwords import is_stopword

if TYPE_CHECKING:
    from kb.search import Ranking, Searcher
    from kb.store import Store, StoredPassage

LANGS = ("es", "en")


def facets(store: Store, rows: Sequence[int]) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of passages by country, programme, sector and the like, named in both languages."""
    return {
        field: tuple(named_facet(field, value, count) for value, count in counts)
        for field, counts in store.facets(rows).items()
    }


_FACET_LABELS: Mapping[str, Label] = {
    "country": "COUNTRY", "program": "PROGRAM", "sector": "SECTOR",
    "institution": "INSTITUTION", "lang": "LANGUAGE", "speaks": "LANGUAGE",
}  # fmt: skip


def named_facet(field: str, value: str | int, count: int) -> FacetValue:
    """A facet value with its names where the catalogue has them."""
    from kb import entities

    label = _FACET_LABELS.get(field)
    if label is None or value in ("mixed", "und"):
        return FacetValue(str(value), count)
    name_es, name_en = entities.names(label, str(value))
    return FacetValue(str(value), count, name_es, name_en)


def hits(
    searcher: Searcher,
    page: Iterable[tuple[int, float]],
    *,
    ranking: Ranking,
    first_rank: int = 1,
) -> tuple[Hit, ...]:
    """Full hits of ranked rows, with highlights and entities counted in the passage's text."""
    page = list(page)
    stored = searcher.store.passages([row for row, _ in page])
    marker = Highlighter(ranking.query)
    return tuple(
        _hit(searcher, stored[row], score, first_rank + i, marker)
        for i, (row, score) in enumerate((r, s) for r, s in page if r in stored)
    )


def _hit(
    searcher: Searcher, stored: StoredPassage, score: float, rank: int, marker: Highlighter
) -> Hit:
    passage = stored.passage
    return Hit(
        rank=rank,
        score=round(score, 6),
        passage_id=passage.passage_id,
        doc_id=passage.doc_id,
        source=stored.source,
        title=stored.title,
        authors=stored.authors,
        year=stored.year,
        section=passage.section,
        page=passage.page,
        pages=passage.pages,
        page_label=passage.page_label,
        lang=passage.lang,
        kind=stored.kind,
        text=passage.text,
        highlights=marker.spans(passage.text),
        entities=passage_entities(searcher.entities(passage.doc_id), passage.start, passage.end),
        score_kind="cosine_of_place",
    )


def passage_entities(found: Sequence[Entity], start: int, end: int) -> tuple[Entity, ...]:
    """Those of a document's entities that stand in [start, end), offsets moved to the passage."""
    return tuple(
        replace(ent, start=ent.start - start, end=ent.end - start)
        for ent in found
        if start <= ent.start and ent.end <= end
    )


class Highlighter:
    """Marks the words of a text whose stem, in either language, is one of the question's."""

    _WORD = re.compile(r"\w+")

    def __init__(self, query: str) -> None:
        from kb.index.lexical import stem

        self._stem = stem
        self.stems = {
            stem(word, lang=lang)
            for word in texts.words(query)
            if not is_stopword(word)
            for lang in LANGS
        }

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Offsets of the matching words, in order."""
        if not self.stems:
            return ()
        folded = texts.fold(text)
        if len(folded) != len(text):
            folded = text.casefold() if len(text.casefold()) == len(text) else text
        return tuple(
            (m.start(), m.end())
            for m in self._WORD.finditer(folded)
            if not is_stopword(m.group())
            and any(self._stem(m.group(), lang=lang) in self.stems for lang in LANGS)
        )
