"""English texts with words of the whole vocabulary put in, to keep English where the teacher is.

The public pairs are about few subjects, and a student that reads only those forgets the others'
words. As the teacher reads any English, texts without a translation can be made: sentences of the
pairs in which some words are replaced by words of the teacher's vocabulary, and lists of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

#: Share of the words of a sentence that are replaced, and share of the texts that are mere lists.
REPLACED = 0.3
LISTS = 0.3
_SHORTEST, _LONGEST = 5, 40  # words of a sentence


def exchanged(
    sentences: Sequence[str], vocabulary: Mapping[str, int], count: int, *, seed: int = 0
) -> Iterator[str]:
    """`count` texts, the same for the same seed; `vocabulary` is a WordPiece tokenizer's."""
    chosen = random.Random(seed)  # noqa: S311
    words = sorted(
        word for word in vocabulary if len(word) > 2 and word.isascii() and word.isalpha()
    )
    fit = [text.split() for text in sentences if _SHORTEST <= len(text.split()) <= _LONGEST]
    for _ in range(count):
        if chosen.random() < LISTS:
            yield " ".join(chosen.choices(words, k=chosen.randint(1, 6)))
        else:
            yield " ".join(
                chosen.choice(words) if chosen.random() < REPLACED else word
                for word in chosen.choice(fit)
            )
