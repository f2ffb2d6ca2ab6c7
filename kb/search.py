"""Questions to passages: both languages in one list, filters hard, every score a cosine.

`Searcher` holds what an open index offers and is made once; `search` is the function behind
`kb search`. People, lessons and answers stand on `Searcher.rank`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb import text as texts
from kb.datatypes import (
    Encoder,
    Entity,
    Filters,
    Label,
    Profile,
    SearchResult,
)
from kb.errors import UsageError
from kb.fusion import USUAL_SPREAD, fuse
from kb.hits import LANGS, facets, hits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kb.config import Settings
    from kb.index import Opened
    from kb.store import Store

DENSE_CANDIDATES = 200
LEXICAL_CANDIDATES = 100
LANGUAGE_CANDIDATES = 50  # of each language at least
MEAN_SAMPLE = 2000
SPREAD_SAMPLE = 400
FEWEST_PAIRS = 100
#: Off the cosine of what is not the text itself: a list of titles is near to every question.
NOTE_PENALTY = {"footnote": 0.05, "reference": 0.15}
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
    allowed: Sequence[int] | None = None  # rows that filters and phrases leave; None: all
    pool: int = 0  # how many passages could be listed


@dataclass(slots=True)
class Seen:
    """What was read from one version of the store; a later version starts anew."""

    version: int
    profiles: dict[str, Profile] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    entities: dict[str, tuple[Entity, ...]] = field(default_factory=dict)
    notes: dict[int, str] | None = None  # role by row, of footnotes and references
    by_lang: dict[str, Sequence[int]] = field(default_factory=dict)  # searched rows
    means: dict[str, NDArray[np.float32]] = field(default_factory=dict)  # (dim,) by language
    spread: float | None = None  # deviation of the passages' cosines with each other


class Searcher:
    """An open index and its encoder; reads only, safe to keep for many questions."""

    def __init__(
        self, opened: Opened, load: Callable[[], Encoder], *, loaded: Encoder | None = None
    ) -> None:
        self.opened = opened
        self.store: Store = opened.store
        self.vectors = opened.vectors
        self.lexical = opened.lexical
        self._load = load
        self._loaded = loaded
        self._seen = Seen(self.store.version())

    def fresh(self) -> Searcher:
        """This one, or one over the newest generation of the indexes if there is a newer."""
        if self.opened.is_current():
            return self
        from kb.index import open_generation

        opened = open_generation(self.store, self.opened.folder)
        return Searcher(opened, self._load, loaded=self._loaded)

    def close(self) -> None:
        self.store.close()

    @property
    def seen(self) -> Seen:
        """Records read before, as long as the store has not changed."""
        version = self.store.version()
        if self._seen.version != version:
            self._seen = Seen(version)
        return self._seen

    def people(self, filters: Filters | None = None) -> dict[str, Profile]:
        """The people and organisations that the filters leave, by id, in the store's order."""
        seen = self.seen.profiles
        if not seen:
            seen.update({profile.profile_id: profile for profile in self.store.profiles()})
        if filters is None or filters == Filters():
            return dict(seen)
        return {pid: seen[pid] for pid in self.store.profile_ids(filters) if pid in seen}

    def owners(self) -> dict[int, str]:
        """Profile id by row, of every passage that belongs to somebody."""
        seen = self.seen
        if not seen.owners:
            seen.owners.update(self.store.profile_of(self.store.passage_rows()))
        return seen.owners

    def entities(self, doc_id: str) -> tuple[Entity, ...]:
        """The entities of a document, kept once read."""
        seen = self.seen.entities
        if doc_id not in seen:
            seen[doc_id] = self.store.entities(doc_id)
        return seen[doc_id]

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded when first asked for."""
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def rank(
        self,
        query: str,
        *,
        allowed: Sequence[int] | None = None,
        candidates: int = DENSE_CANDIDATES,
    ) -> Ranking:
        """Rank the passages of `allowed` rows (None: all that are searched) for a question."""
        query = texts.normalise(query)
        lang = texts.question_language(query)
        plain = _PHRASE.sub(lambda m: next(g for g in m.groups() if g), query).strip()
        allowed = self._with_phrases(query, allowed)
        if not plain or (allowed is not None and not allowed):
            return Ranking(query, lang)
        vector = self.encoder.encode([plain], query=True)[0]
        dense = self._nearest(vector, k=candidates, allowed=allowed)
        lexical: dict[int, float] = {}
        for channel in LANGS:
            words = plain if channel == lang else f"{plain} {names_in(channel, plain, lang=lang)}"
            for row, score in self.lexical.search(
                words, k=LEXICAL_CANDIDATES, lang=channel, allowed=allowed
            ):
                lexical[row] = max(score, lexical.get(row, 0.0))
        if missing := [row for row in lexical if row not in dense]:
            for row, value in zip(missing, self._cosines(missing, vector), strict=True):
                dense[row] = value
        langs = self.store.langs(list(dense))
        dense = {row: value for row, value in dense.items() if row in langs}
        notes = self._notes()
        penalty = {row: NOTE_PENALTY[notes[row]] for row in dense if row in notes}
        ordered = self.fused(dense, lexical, langs, question_lang=lang, penalty=penalty)
        pool = len(self.vectors) if allowed is None else len(allowed)
        return Ranking(query, lang, tuple(ordered), dense, lexical, vector, allowed, pool)

    def fused(
        self,
        dense: Mapping[int, float],
        lexical: Mapping[int, float],
        langs: Mapping[int, str],
        *,
        question_lang: str,
        penalty: Mapping[int, float] | None = None,
    ) -> list[tuple[int, float]]:
        """`kb.fusion.fuse` with what it must know of this index."""
        return fuse(
            dense,
            lexical,
            langs,
            question_lang=question_lang,
            passages={lang: self.lexical.frequencies((), lang=lang)[0] for lang in LANGS},
            penalty=penalty,
            spread=self._spread(),
        )

    def further(self, ranking: Ranking, count: int) -> list[tuple[int, float]]:
        """The first `count` of a ranking, past its candidates by cosine alone: what stands
        before never changes with how far one looks."""
        ranked = list(ranking.rows)
        if count > len(ranked) and ranking.vector is not None:
            seen = {row for row, _ in ranked}
            least = ranked[-1][1] if ranked else 1.0
            # All of them: which of several equal cosines make the first n is for FAISS to say.
            found = self.vectors.search(ranking.vector, k=ranking.pool, allowed=ranking.allowed)
            there = self.store.langs([row for row, _ in found])
            ranked += [
                (row, min(score, least)) for row, score in found if row in there and row not in seen
            ]
        return ranked[:count]

    def _nearest(
        self, vector: NDArray[np.float32], *, k: int, allowed: Sequence[int] | None
    ) -> dict[int, float]:
        """The k nearest rows, and enough of each language for it to be ranked."""
        found = dict(self.vectors.search(vector, k=k, allowed=allowed))
        if len(found) < k:
            return found  # that was all
        langs = self.store.langs(list(found))
        among = None if allowed is None else set(allowed)
        for lang, rows in self._rows_by_lang().items():
            if sum(value == lang for value in langs.values()) >= LANGUAGE_CANDIDATES:
                continue
            wanted = rows if among is None else [row for row in rows if row in among]
            found |= dict(self.vectors.search(vector, k=LANGUAGE_CANDIDATES, allowed=wanted))
        return found

    def _notes(self) -> dict[int, str]:
        seen = self.seen
        if seen.notes is None:
            seen.notes = self.store.notes()
        return seen.notes

    def _rows_by_lang(self) -> dict[str, Sequence[int]]:
        seen = self.seen
        if not seen.by_lang:
            langs = self.store.langs(self.store.passage_rows())
            held = set(self.vectors.rows())
            for lang in LANGS:
                seen.by_lang[lang] = [r for r, name in langs.items() if name == lang and r in held]
        return seen.by_lang

    def _means(self) -> dict[str, NDArray[np.float32]]:
        """The mean vector of each language's passages (of an even sample of them)."""
        seen = self.seen
        if not seen.means:
            for lang, rows in self._rows_by_lang().items():
                # Row ids are hashes: the smallest are as good a sample as any, and a steady one.
                if sample := sorted(rows)[:MEAN_SAMPLE]:
                    seen.means[lang] = self.vectors.vectors(sample).mean(axis=0)
        return seen.means

    def _spread(self) -> float:
        """The standard deviation of the cosines of the passages of a language with each other."""
        import numpy as np

        seen = self.seen
        if seen.spread is None:
            found: list[NDArray[np.float32]] = []
            for rows in self._rows_by_lang().values():
                sample = self.vectors.vectors(sorted(rows)[:SPREAD_SAMPLE])
                above = np.triu_indices(len(sample), k=1)
                found.append((sample @ sample.T)[above])
            cosines = np.concatenate(found)
            seen.spread = float(cosines.std()) if len(cosines) >= FEWEST_PAIRS else USUAL_SPREAD
        return seen.spread

    def usual(self, ranking: Ranking) -> float:
        """The mean cosine of a question with the passages of its own language."""
        mean = self._means().get(ranking.lang)
        return 0.0 if mean is None or ranking.vector is None else float(mean @ ranking.vector)

    def _cosines(self, rows: Sequence[int], vector: NDArray[np.float32]) -> list[float]:
        return [float(value) for value in self.vectors.vectors(rows) @ vector]

    def _with_phrases(self, query: str, allowed: Sequence[int] | None) -> Sequence[int] | None:
        """Only rows that hold every phrase in quotation marks."""
        for match in _PHRASE.finditer(query):
            phrase = next(group for group in match.groups() if group)
            found = set(self.lexical.search_phrase(phrase))
            allowed = sorted(found if allowed is None else found & set(allowed))
        return allowed


_NAMED: tuple[Label, ...] = ("COUNTRY", "PLACE", "PROGRAM", "INSTITUTION", "LANGUAGE", "DEGREE")


def names_in(channel: str, query: str, *, lang: str) -> str:
    """The names that the countries, programmes ... of a question bear in another language.

    Escocia in a question becomes Scotland for the English passages: all that words alone can
    carry across.
    """
    from kb import entities

    found = (ent for ent in entities.extract_text(query, lang=lang) if ent.label in _NAMED)
    return " ".join(dict.fromkeys(ent.name_es if channel == "es" else ent.name_en for ent in found))


def open_searcher(settings: Settings) -> Searcher:
    """The index that the settings name, ready to be asked.

    Raises NoIndexError, IndexMismatchError, IndexBusyError or StoreError with the remedy.
    """
    from kb.embed import load_encoder
    from kb.index import open_index

    return Searcher(open_index(settings), lambda: load_encoder(settings))


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
        ranking = searcher.rank(query, allowed=allowed)
        ranked = list(ranking.rows)
        answered = is_answered(searcher, ranking)
    page = searcher.further(ranking, offset + k)[offset:] if query.strip() else ranked[offset:]
    return SearchResult(
        query=query,
        lang=ranking.lang,
        answered=answered,
        total=max(len(ranked), ranking.pool),
        facets=facets(searcher.store, [row for row, _ in ranked]),
        hits=hits(searcher, page[:k], ranking=ranking, first_rank=offset + 1),
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
    return answers(searcher, ranking, searcher.store.passages(top))
