"""All people's passages at once: vectors in one matrix, a person's rows side by side.

Made once for a version of the store and kept beside its searcher, so that a question about
people costs one product of matrices instead of a query for each person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kb.fusion import group_of
from kb.hits import LANGS
from kb.search import Searcher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kb.datatypes import Vectors

HALF_TRUST = 10  # passages of a language whose mean is believed by half


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """`vectors` float32 (n, dim); `spans` are each person's first row and the one after its last.

    `centres` holds the mean vector of the passages in each language.
    """

    rows: tuple[int, ...]
    place: dict[int, int]  # of each row
    langs: tuple[str, ...]
    vectors: Vectors
    spans: dict[str, tuple[int, int]]
    centres: dict[str, Vectors]
    centred: Vectors  # of unit length again, what a language has in common taken off

    def usual(self, vector: Vectors) -> float:
        """The mean cosine of a question's vector with a passage, whatever its language."""
        if not self.centres:
            return float((self.vectors @ vector).mean()) if len(self.vectors) else 0.0
        return sum(float(centre @ vector) for centre in self.centres.values()) / len(self.centres)

    def lang_of(self, row: int) -> str:
        return self.langs[self.place[row]]

    def rows_of(self, profile_id: str) -> tuple[int, ...]:
        first, end = self.spans.get(profile_id, (0, 0))
        return self.rows[first:end]

    def centred_of(self, profile_id: str) -> Vectors:
        """float32 (passages of the person, dim), centred by language."""
        first, end = self.spans.get(profile_id, (0, 0))
        part: Vectors = self.centred[first:end]
        return part

    def centre(self, vectors: Vectors, langs: Sequence[str]) -> Vectors:
        """Take off vectors (n, dim) what the passages of their language have in common."""
        return _centred(vectors, langs, self.centres)

    def cosines(self, vector: Vectors, people: Iterable[str]) -> dict[int, float]:
        """Cosine by row with a question's vector (dim,), the leaning of its language set right.

        An encoder puts texts of one language nearer to each other than their meaning is. The
        mean cosine with all passages of a language says by how much; it is taken off, and the
        mean over both put back (centring by language, after Libovický, Rosa & Fraser 2020).
        """
        values = self.vectors @ vector
        leaning = {lang: float(centre @ vector) for lang, centre in self.centres.items()}
        middle = sum(leaning.values()) / len(leaning) if leaning else 0.0
        return {
            self.rows[i]: float(values[i]) - leaning.get(self.langs[i], middle) + middle
            for pid in people
            for i in range(*self.spans.get(pid, (0, 0)))
        }


_KEPT: WeakKeyDictionary[Searcher, tuple[object, Crowd]] = WeakKeyDictionary()


def crowd_of(searcher: Searcher) -> Crowd:
    """The crowd of what the searcher now sees."""
    seen = searcher.seen
    kept = _KEPT.get(searcher)
    if kept is None or kept[0] is not seen:
        kept = (seen, _made(searcher))
        _KEPT[searcher] = kept
    return kept[1]


def _made(searcher: Searcher) -> Crowd:
    indexed = set(searcher.vectors.rows())
    by_person: dict[str, list[int]] = {}
    for row, pid in searcher.owners().items():
        if row in indexed:
            by_person.setdefault(pid, []).append(row)
    spans: dict[str, tuple[int, int]] = {}
    rows: list[int] = []
    for pid in sorted(by_person):
        spans[pid] = (len(rows), len(rows) + len(by_person[pid]))
        rows += sorted(by_person[pid])
    vectors = searcher.vectors.vectors(rows)
    told = searcher.store.langs(rows)
    langs = tuple(group_of(told.get(row, "und"), question_lang="") for row in rows)
    place = {row: i for i, row in enumerate(rows)}
    centres = _centres(langs, vectors)
    centred = _centred(vectors, langs, centres)
    return Crowd(tuple(rows), place, langs, vectors, spans, centres, centred)


def _centred(vectors: Vectors, langs: Sequence[str], centres: dict[str, Vectors]) -> Vectors:
    import numpy as np

    if not centres or not len(vectors):
        return vectors
    middle = sum(centres.values(), np.zeros(vectors.shape[1], dtype=np.float32)) / len(centres)
    moved = vectors - np.stack([centres.get(lang, middle) for lang in langs])
    unit: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return unit.astype(np.float32)


def _centres(langs: tuple[str, ...], vectors: NDArray[np.float32]) -> dict[str, Vectors]:
    """Mean vector of es and en, drawn towards zero where one of them has few passages."""
    import numpy as np

    named = np.array(langs)
    counts = {lang: int((named == lang).sum()) for lang in LANGS}
    fewest = min(counts.values())
    if fewest == 0:
        return {}
    trust = fewest / (fewest + HALF_TRUST)
    return {lang: trust * vectors[named == lang].mean(axis=0) for lang in LANGS}
