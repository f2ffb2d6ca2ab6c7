"""BM25 on the sets of an encoder: words alone, the line to be above.

Robertson & Zaragoza 2009 with k1 = 1.2, b = 0.75 and idf = ln(1 + (N - n + 0.5) / (n + 0.5)).
Each language is an index of its own with its own stems (Snowball, accents folded); the stop words
of a question do not count. This is the lexical channel of the product without its extra fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kb import text as texts
from kb.index.lexical import stem
from kb.stopwords import is_stopword

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1, B = 1.2, 0.75


class Bm25:
    """Scores of questions and passages; it has no vectors."""

    def scores(
        self, questions: Sequence[str], passages: Sequence[str], *, langs: Sequence[str]
    ) -> NDArray[np.float32]:
        """(questions, passages); passages of different languages are scored apart, and those that
        share no word with the question are not found (-inf)."""
        found = np.zeros((len(questions), len(passages)), dtype=np.float32)
        for lang in sorted(set(langs)):
            rows = [i for i, name in enumerate(langs) if name == lang]
            found[:, rows] = _scores(questions, [passages[i] for i in rows], lang=lang)
        found[found <= 0.0] = -np.inf
        return found

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """There are none."""
        raise NotImplementedError("words have no vectors")


def _scores(questions: Sequence[str], passages: Sequence[str], *, lang: str) -> NDArray[np.float32]:
    counts = [Counter(stem(word, lang=lang) for word in texts.words(p)) for p in passages]
    length = np.array([count.total() for count in counts], dtype=np.float64)
    norm = K1 * (1.0 - B + B * length / length.mean())
    postings: dict[str, list[int]] = {}
    for row, count in enumerate(counts):
        for term in count:
            postings.setdefault(term, []).append(row)
    found = np.zeros((len(questions), len(passages)), dtype=np.float32)
    for number, question in enumerate(questions):
        words = texts.words(question)
        carrying = [word for word in words if not is_stopword(word)] or list(words)
        for term in {stem(word, lang=lang) for word in carrying}:
            rows = postings.get(term)
            if not rows:
                continue
            held = len(rows)
            idf = np.log(1.0 + (len(passages) - held + 0.5) / (held + 0.5))
            often = np.array([counts[row][term] for row in rows], dtype=np.float64)
            found[number, rows] += idf * often * (K1 + 1.0) / (often + norm[rows])
    return found
