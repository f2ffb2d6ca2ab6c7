"""Dense and lexical scores of one pool in two languages, made one ranking.

Cosines of the dense channel compare across languages; BM25 scores do not: each language has its
own index, vocabulary and scale, and a question shares words with its own language only. So:

1. within each language, the order is by  cosine + w * s * s / r,  where s is BM25 and r what the
   rarest word can weigh in that index, ln(1 + (n - 1/2) / (3/2)) for n passages: s / r is how
   many such words are shared. As it is a square, many rare words together count and a single
   common one does not. w is LEXICAL, and less with an encoder whose cosines lie closer together
   (`spread`: the standard deviation of those of the collection's passages with each other);
2. the languages are merged by giving every language the places that its passages hold in the
   dense ranking of the whole pool. The lexical channel thus reorders a language and can never
   lift one language above another; the score shown is the cosine of the place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

#: w: what one rarest word, shared once, is worth in cosine for each nat that it weighs.
LEXICAL = 0.011
#: The spread for which LEXICAL was fitted.
USUAL_SPREAD = 0.12


def group_of(lang: str, *, question_lang: str) -> str:
    """The language group a passage is ranked in: mixed and unknown ones go with the question."""
    return question_lang if lang in ("mixed", "und", "") else lang


def rarest(passages: int) -> float:
    """The inverse document frequency, as BM25 has it, of a word that one passage of so many has
    (Robertson & Zaragoza 2009, with the one that keeps it above zero)."""
    return math.log(1 + (max(passages, 1) - 0.5) / 1.5)


def fuse(
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
    langs: Mapping[int, str],
    *,
    question_lang: str,
    passages: Mapping[str, int],
    penalty: Mapping[int, float] | None = None,
    spread: float = USUAL_SPREAD,
) -> list[tuple[int, float]]:
    """Rows in fused order with the cosine of the place that each holds.

    `dense` and `langs` have every candidate row; `lexical` those that share a word with the
    question (BM25 of the row's own language channel, missing means none shared). `passages`:
    how many the lexical index of each language has. `penalty` is taken off the cosine of a row
    (of a footnote, say).
    """
    less = penalty or {}
    place = {row: value - less.get(row, 0.0) for row, value in dense.items()}
    groups: dict[str, list[int]] = {}
    for row in dense:
        groups.setdefault(group_of(langs[row], question_lang=question_lang), []).append(row)
    weight = LEXICAL * min(1.0, spread / USUAL_SPREAD)
    turn = {
        lang: iter(_within(rows, place, lexical, weight / rarest(passages.get(lang, 1))))
        for lang, rows in groups.items()
    }
    return [
        (next(turn[group_of(langs[row], question_lang=question_lang)]), place[row])
        for row in sorted(place, key=lambda row: (-place[row], row))
    ]


def _within(
    rows: Sequence[int], place: Mapping[int, float], lexical: Mapping[int, float], weight: float
) -> list[int]:
    score = {row: place[row] + weight * lexical.get(row, 0.0) ** 2 for row in rows}
    return sorted(rows, key=lambda row: (-score[row], row))
