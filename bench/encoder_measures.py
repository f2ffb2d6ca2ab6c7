"""The measures of an encoder, on score matrices: no model, no files.

`scores` is always (questions, candidates), higher is nearer. The rank of a candidate is one more
than the number of candidates that score strictly higher, so equal scores do not hurt. A candidate
of score -inf was not found: it has no rank and earns nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]

RRF = 60
_NEVER = 1 << 40


def ranks(scores: Array, gold: Sequence[int]) -> NDArray[np.int64]:
    """The rank of candidate `gold[i]` for question i: (questions,), from 1; past the last one
    where it was not found."""
    own = scores[np.arange(len(gold)), np.asarray(gold)]
    place = (scores > own[:, None]).sum(axis=1) + 1
    found: NDArray[np.int64] = np.where(np.isneginf(own), _NEVER, place)
    return found


def ndcg10(scores: Array, gold: Sequence[int]) -> float:
    """Mean nDCG@10 with one right candidate each: 1 / log2(rank + 1), 0 below place ten
    (Järvelin & Kekäläinen 2002; the ideal gain is 1)."""
    place = ranks(scores, gold)
    return float(np.where(place <= 10, 1.0 / np.log2(place + 1.0), 0.0).mean())


def mean_average_precision(scores: Array, gold: Sequence[Sequence[int]]) -> float:
    """Mean over questions of AP = (1/m) sum_i i / r_i, r_1 < ... < r_m the ranks of the m right.

    Right candidates of equal score take places after one another.
    """
    found = []
    for row, right in zip(scores, gold, strict=True):
        places = sorted(int((row > row[i]).sum()) + 1 for i in right if row[i] > -np.inf)
        last, total = 0, 0.0
        for number, place in enumerate(places, 1):
            last = max(place, last + 1)
            total += number / last
        found.append(total / len(right))
    return float(np.mean(found))


def accuracy(scores: Array) -> tuple[float, float]:
    """Share of rows whose best column is their own number, and of columns whose best row is."""
    own = np.arange(len(scores))
    there, back = scores.argmax(axis=1) == own, scores.argmax(axis=0) == own
    return float(there.mean()), float(back.mean())


def pool_accuracy(first: Array, second: Array) -> tuple[float, float]:
    """Share of texts whose translation is the nearest of all texts of both languages but itself.

    `first` and `second`: unit vectors (n, dim) of the same n texts in two languages. What
    prefers its own language fails here though it passes `accuracy`.
    """
    own = np.arange(len(first))
    across = first @ second.T
    found = []
    for vectors, between in ((first, across), (second, across.T)):
        within = vectors @ vectors.T
        within[own, own] = -np.inf
        best = between.argmax(axis=1) == own
        found.append(float((best & (between[own, own] > within.max(axis=1))).mean()))
    return found[0], found[1]


def spearman(left: Sequence[float] | Array, right: Sequence[float] | Array) -> float:
    """Pearson correlation of the ranks; equal values share the mean of their ranks."""
    return float(np.corrcoef(_mean_ranks(left), _mean_ranks(right))[0, 1])


def _mean_ranks(values: Sequence[float] | Array) -> Array:
    _, where, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = counts.cumsum()
    shared: Array = (last - (counts - 1) / 2.0)[where]
    return shared


def votes(
    scores: Array, people: Sequence[Sequence[int]], *, judged: Collection[int], without: int
) -> list[int]:
    """Judged people, best first, by reciprocal ranks: sum over their documents of 1 / (60 + rank)
    (Cormack et al. 2009; the votes of Macdonald & Ounis 2006).

    `scores` (documents,) for one question; document `without` does not vote and takes no rank.
    People of equal score stand in the order of `judged`.
    """
    total = dict.fromkeys(judged, 0.0)
    order = np.argsort(-scores, kind="stable").tolist()
    order = [i for i in order if i != without and scores[i] > -np.inf]
    for rank, document in enumerate(order, 1):
        for person in people[document]:
            if person in total:
                total[person] += 1.0 / (RRF + rank)
    return sorted(total, key=lambda person: -total[person])


def experts(ranked: Sequence[int], right: Collection[int]) -> Mapping[str, float]:
    """AP, P@5 and the reciprocal rank (MRR once averaged) of one ranking of people."""
    hits = [person in right for person in ranked]
    places = [place for place, hit in enumerate(hits, 1) if hit]
    return {
        "AP": sum(i / place for i, place in enumerate(places, 1)) / max(1, len(right)),
        "P@5": sum(hits[:5]) / 5.0,
        "MRR": 1.0 / places[0] if places else 0.0,
    }
