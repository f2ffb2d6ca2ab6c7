"""Questions to passages: both languages in one list, filters hard, every score a cosine.

`Searcher` holds what an open index offers and is made once; `search` is the function behind
`kb search`. People, lessons and answers stand on `Searcher.rank`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb import text as texts
from kb.datatypes import Encoder, Entity, FacetValue, Filters, Hit, SearchResult
from kb.errors import UsageError
from kb.fusion import Weights, fuse
from kb.stopwords import is_stopword

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kb.index import TantivyIndex
    from kb.index.vectors import FaissIndex
    from kb.store import Store, StoredPassage

DENSE_CANDIDATES = 200
LEXICAL_CANDIDATES = 100
LANGS = ("es", "en")
_PHRASE = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»')


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a question brought up: rows in order with their score, and the evidence behind it."""

    query: str
    lang: str
    rows: tuple[tuple[int, float], ...] = ()
    dense: Mapping[int, float] | None = None  # cosine of every candidate
    lexical: Mapping[int, float] | None = None  # BM25 of those that share a word
    vector: NDArray[np.float32] | None = None  # the question's, (dim,)


class Searcher:
    """An open index and its encoder; reads only, safe to keep for many questions."""

    def __init__(
        self,
        store: Store,
        vectors: FaissIndex,
        lexical: TantivyIndex,
        encoder: Encoder | Callable[[], Encoder],
    ) -> None:
        self.store = store
        self.vectors = vectors
        self.lexical = lexical
        self._encoder = encoder

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded when first asked for."""
        if not hasattr(self._encoder, "encode"):
            self._encoder = self._encoder()
        return self._encoder

    def rank(
        self,
        query: str,
        *,
        allowed: Sequence[int] | None = None,
        candidates: int = DENSE_CANDIDATES,
        weights: Weights | None = None,
    ) -> Ranking:
        """Rank the passages of `allowed` rows (None: all that are searched) for a question."""
        lang = texts.question_language(query)
        plain = _PHRASE.sub(lambda m: next(g for g in m.groups() if g), query).strip()
        allowed = self._with_phrases(query, allowed)
        if not plain or (allowed is not None and not allowed):
            return Ranking(query, lang)
        vector = self.encoder.encode([plain], query=True)[0]
        dense = dict(self.vectors.search(vector, k=candidates, allowed=allowed))
        lexical: dict[int, float] = {}
        for channel in LANGS:
            for row, score in self.lexical.search(
                plain, k=LEXICAL_CANDIDATES, lang=channel, allowed=allowed
            ):
                lexical[row] = max(score, lexical.get(row, 0.0))
        if missing := [row for row in lexical if row not in dense]:
            for row, value in zip(missing, self._cosines(missing, vector), strict=True):
                dense[row] = value
        langs = self.store.langs(list(dense))
        dense = {row: value for row, value in dense.items() if row in langs}
        ordered = fuse(dense, lexical, langs, question_lang=lang, weights=weights)
        return Ranking(query, lang, tuple(ordered), dense, lexical, vector)

    def _cosines(self, rows: Sequence[int], vector: NDArray[np.float32]) -> list[float]:
        return [float(value) for value in self.vectors.vectors(rows) @ vector]

    def _with_phrases(self, query: str, allowed: Sequence[int] | None) -> Sequence[int] | None:
        """Only rows that hold every phrase in quotation marks."""
        for match in _PHRASE.finditer(query):
            phrase = next(group for group in match.groups() if group)
            found = set(self.lexical.search_phrase(phrase))
            allowed = sorted(found if allowed is None else found & set(allowed))
        return allowed


def search(
    searcher: Searcher,
    query: str,
    *,
    k: int = 10,
    offset: int = 0,
    filters: Filters | None = None,
) -> SearchResult:
    """Passages for a question. An empty question browses what the filters leave, in store order.

    Raises UsageError for k < 1 or offset < 0.
    """
    check_paging(k, offset)
    filters = filters or Filters()
    allowed = searcher.store.allowed(filters)
    if not query.strip():
        rows = searcher.store.browse(filters)
        ranked: list[tuple[int, float]] = [(row, 0.0) for row in rows]
        ranking = Ranking(query, texts.question_language(query) if query else "und", tuple(ranked))
        answered = bool(ranked)
    else:
        ranking = searcher.rank(query, allowed=allowed, candidates=max(DENSE_CANDIDATES, k + offset))
        ranked = list(ranking.rows)
        answered = is_answered(searcher, ranking)
    page = ranked[offset : offset + k]
    return SearchResult(
        query=query,
        lang=ranking.lang,
        answered=answered,
        total=len(ranked),
        facets=facets(searcher.store, [row for row, _ in ranked]),
        hits=hits(searcher, page, ranking=ranking, first_rank=offset + 1),
    )


def check_paging(k: int, offset: int = 0) -> None:
    """Raise UsageError unless k >= 1 and offset >= 0."""
    if k < 1:
        raise UsageError("bad_number", field="k", want=">= 1", value=k)
    if offset < 0:
        raise UsageError("bad_number", field="offset", want=">= 0", value=offset)


def is_answered(searcher: Searcher, ranking: Ranking) -> bool:
    """Whether the best passages deserve to be shown as an answer (see kb.calibration)."""
    from kb.calibration import answers

    top = [row for row, _ in ranking.rows[:5]]
    return answers(ranking, searcher.store.passages(top), model=searcher.encoder.model)


def facets(store: Store, rows: Sequence[int]) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of passages by country, programme, sector and the like, named in both languages."""
    return {
        field: tuple(named_facet(field, value, count) for value, count in counts)
        for field, counts in store.facets(rows).items()
    }


_FACET_LABELS = {
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
        _hit(searcher.store, stored[row], score, first_rank + i, marker)
        for i, (row, score) in enumerate((r, s) for r, s in page if r in stored)
    )


def _hit(store: Store, stored: StoredPassage, score: float, rank: int, marker: Highlighter) -> Hit:
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
        entities=passage_entities(store, passage.doc_id, passage.start, passage.end),
        score_kind="cosine_of_place",
    )


def passage_entities(store: Store, doc_id: str, start: int, end: int) -> tuple[Entity, ...]:
    """The document's entities that stand wholly in [start, end), offsets moved to the passage."""
    return tuple(
        replace(ent, start=ent.start - start, end=ent.end - start)
        for ent in store.entities(doc_id)
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


# --- filters -------------------------------------------------------------------------------------

CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": ("policy", "profile", "organisation"),
    "degree": ("bachelor", "master", "phd", "md"),
    "seniority": ("student", "junior", "mid", "senior", "lead", "executive"),
    "willing": (
        "mentor", "host_interns", "evaluate_projects", "give_talks", "collaborate_research",
        "co_supervise", "advise_companies", "advise_government", "teach", "soft_landing", "invest",
    ),
    "who": ("person", "organisation", "any"),
}  # fmt: skip
_RESOLVED = ("country", "program", "sector", "institution", "speaks")
FILTER_NAMES = (
    "country", "program", "sector", "institution", "lang", "kind", "doc", "year",
    "speaks", "degree", "seniority", "chapter", "willing", "who",
)  # fmt: skip


def resolve_filters(
    given: Mapping[str, Sequence[str] | str], *, store: Store | None = None
) -> Filters:
    """Filter values as people write them (ids, names, aliases, acronyms) to ids.

    Raises UnknownValueError with the nearest values; `doc` and `chapter` are checked against
    `store` where one is given.
    """
    from kb import entities
    from kb.errors import UnknownValueError

    values: dict[str, object] = {}
    for name, items in given.items():
        if name not in FILTER_NAMES:
            raise UnknownValueError(
                "unknown_value", field="filter", value=name, nearest=", ".join(FILTER_NAMES)
            )
        listed = [items] if isinstance(items, str) else list(items)
        if not listed:
            continue
        if name in _RESOLVED:
            values[name] = tuple(dict.fromkeys(entities.resolve(name, item) for item in listed))
        elif name == "year":
            values[name] = tuple(_years(str(item)) for item in listed)
        elif name == "lang":
            values[name] = tuple(_language(item) for item in listed)
        elif name in CHOICES:
            chosen = tuple(_choice(name, item) for item in listed)
            values[name] = chosen[-1] if name == "who" else chosen
        elif name == "doc":
            values[name] = tuple(_document(item, store) for item in listed)
        else:
            values[name] = tuple(_chapter(item, store) for item in listed)
    return Filters(**values)  # type: ignore[arg-type]


def _choice(name: str, value: str) -> str:
    from kb.errors import UnknownValueError

    folded = texts.fold(value).strip().replace(" ", "_").replace("-", "_")
    if folded not in CHOICES[name]:
        raise UnknownValueError(
            "unknown_value", field=name, value=value, nearest=", ".join(CHOICES[name])
        )
    return folded


def _language(value: str) -> str:
    from kb import entities

    folded = texts.fold(value).strip()
    return folded if folded in ("mixed", "und") else entities.resolve("speaks", value)


def _years(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{4})?\s*(\.\.)?\s*(\d{4})?\s*", value)
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise UsageError("bad_number", field="year", want="2015 / 2015..2020", value=value)
    if not match[2]:
        return int(match[1]), int(match[1])
    first, last = int(match[1] or 0), int(match[3] or 9999)
    if first > last:
        raise UsageError("bad_number", field="year", want="2015 / 2015..2020", value=value)
    return first, last


def _document(value: str, store: Store | None) -> str:
    return value if store is None else store.known("doc", value)


def _chapter(value: str, store: Store | None) -> str:
    return value if store is None else store.known("chapter", value)
