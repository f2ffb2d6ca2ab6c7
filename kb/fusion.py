"""Dense and lexical scores of one pool in two languages, made one ranking.

Cosines of the dense channel compare across languages; BM25 scores do not: each language has its
own index, vocabulary and scale, and a question shares words with its own language only. So:

1. within each language, the order is by  z(cosine) + w * z(BM25)  with w = 1 where passage and
   question share the language and less where they do not (sum of standard scores, CombSUM of
   Fox & Shaw 1994 on z-scores);
2. the languages are merged by giving every language the places that its passages hold in the
   dense ranking of the whole pool. The lexical channel thus reorders a language and can never
   lift one language above another; the score shown is the cosine of the place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Weight of the lexical channel where passage and question share a language, or do not."""

    same: float = 0.3
    across: float = 0.2


def group_of(lang: str, *, question_lang: str) -> str:
    """The language group a passage is ranked in: mixed and unknown ones go with the question."""
    return question_lang if lang in ("mixed", "und", "") else lang


def standard_scores(
    values: Mapping[int, float], *, less: Mapping[int, float] | None = None
) -> dict[int, float]:
    """(x - mean) / deviation; all 0.0 where the values do not differ.

    `less` is taken off single values after mean and deviation are known.
    """
    if not values:
        return {}
    mean = math.fsum(values.values()) / len(values)
    deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in values.values()) / len(values))
    if deviation < 1e-9:
        return dict.fromkeys(values, 0.0)
    off = less or {}
    return {row: (x - off.get(row, 0.0) - mean) / deviation for row, x in values.items()}


def fuse(
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
    langs: Mapping[int, str],
    *,
    question_lang: str,
    penalty: Mapping[int, float] | None = None,
    weights: Weights | None = None,
) -> list[tuple[int, float]]:
    """Rows in fused order with the cosine of the place that each holds.

    `penalty` is taken off the cosine of a row (of a footnote, say).

    `dense` and `langs` have every candidate row; `lexical` those that share a word with the
    question (BM25 of the row's own language channel, missing means none shared).
    """
    weights = weights or Weights()
    groups: dict[str, list[int]] = {}
    for row in dense:
        groups.setdefault(group_of(langs[row], question_lang=question_lang), []).append(row)
    ordered = {
        lang: _within(
            rows,
            dense,
            lexical,
            penalty or {},
            weight=weights.same if lang == question_lang else weights.across,
        )
        for lang, rows in groups.items()
    }
    place = {row: dense[row] - (penalty or {}).get(row, 0.0) for row in dense}
    turn = {lang: iter(rows) for lang, rows in ordered.items()}
    return [
        (next(turn[group_of(langs[row], question_lang=question_lang)]), place[row])
        for row in sorted(place, key=lambda row: (-place[row], row))
    ]


def _within(
    rows: Sequence[int],
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
    penalty: Mapping[int, float],
    *,
    weight: float,
) -> list[int]:
    z_dense = standard_scores({row: dense[row] for row in rows}, less=penalty)
    z_lexical = standard_scores({row: lexical.get(row, 0.0) for row in rows})
    return sorted(rows, key=lambda row: (-(z_dense[row] + weight * z_lexical[row]), row))
