"""The texts that are learned: sentences, paragraphs put together from them, templates, and what
was written for the training, each in both languages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.data import SOURCES, Pair, Written, public_pairs, written_passages, written_sentences
from training.exchanged import exchanged
from training.heldout import is_heldout
from training.leakage import keys_of_tests, leaks
from training.templates import templated

#: Templated texts taken, and how often a text that was written by hand comes again in one pass.
TEMPLATED = 60_000
AGAIN = 3
#: Of the English texts of a pass so many are read.
ENGLISH_SHARE = 0.67
#: English texts with exchanged words, which have no translation.
EXCHANGED = 150_000


@dataclass(frozen=True, slots=True)
class Mixture:
    """What one pass reads. `weights[i]`: how often pair i comes in a pass; `english`: texts that
    have no translation."""

    pairs: list[Pair]
    weights: list[int]
    english: list[str]
    passages: list[Written]
    counts: dict[str, int]
    refused: int


def mixture(
    public: Path, taxonomies: Path, tests: Path, *, vocabulary: Mapping[str, int], seed: int = 0
) -> Mixture:
    """All texts, without those that hold a text of the test sets in `tests`, and without the
    written passages that are held out for choosing. `vocabulary`: the teacher's word pieces."""
    known = keys_of_tests(tests)
    found = public_pairs(public, seed=seed)
    clean = {
        name: [pair for pair in pairs if not leaks(pair, known)]
        for name, pairs in (
            *found.items(),
            ("written_sentences", list(written_sentences())),
            ("templated", list(templated(taxonomies, TEMPLATED, seed=seed))),
        )
    }
    passages = [
        one
        for one in written_passages()
        if not is_heldout(one.passage.en)
        and not any(leaks(pair, known) for pair in (one.passage, *one.questions))
    ]
    refused = sum(len(pairs) - len(clean[name]) for name, pairs in found.items())
    clean["paragraphs"] = list(_paragraphs(clean, random.Random(seed)))  # noqa: S311
    clean["written_passages"] = [one.passage for one in passages]
    clean["written_questions"] = [pair for one in passages for pair in one.questions]
    every = [pair for pairs in clean.values() for pair in pairs]
    made = dict.fromkeys(exchanged([pair.en for pair in every], vocabulary, EXCHANGED, seed=seed))
    english = [text for text in made if not leaks((text,), known)]
    return Mixture(
        pairs=every,
        weights=[
            AGAIN if name.startswith("written") else 1
            for name, pairs in clean.items()
            for _ in pairs
        ],
        english=english,
        passages=passages,
        counts={name: len(pairs) for name, pairs in clean.items()} | {"exchanged": len(english)},
        refused=refused,
    )


def _paragraphs(clean: dict[str, list[Pair]], chosen: random.Random) -> Iterator[Pair]:
    """Texts of 200 to 800 characters: neighbouring sentences where the source keeps its order,
    else sentences of the same source."""
    for source in SOURCES.values():
        pairs = [pair for pair in clean[source.name] if len(pair.en) > 25]
        for _ in range(source.paragraphs if len(pairs) > 60 else 0):
            at = chosen.randrange(len(pairs) - 50)
            run = pairs[at : at + 50] if source.in_order else chosen.choices(pairs, k=50)
            goal = chosen.randint(200, 800)
            english: list[str] = []
            spanish: list[str] = []
            for pair in run:
                english.append(_ended(pair.en))
                spanish.append(_ended(pair.es))
                if sum(map(len, english)) > goal:
                    break
            yield Pair(" ".join(english), " ".join(spanish))


def _ended(text: str) -> str:
    return text if text[-1] in ".?!:" else text + "."
