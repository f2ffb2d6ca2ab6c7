"""Nothing of a test set is learned: the check that the training command makes.

Two texts are the same if their letters and digits are, case and accents aside; texts of fewer
than six such characters ("Yes.") are nobody's. A test set's paragraphs count whole and sentence
by sentence, and so do the texts that are learned.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SHORTEST = 6


def key(text: str) -> str:
    """Letters and digits of `text`, folded; "" where there are fewer than six."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    found = "".join(char for char in plain if char.isalnum())
    return found if len(found) >= _SHORTEST else ""


def keys(text: str) -> Iterator[str]:
    """The key of the whole text and of each of its sentences."""
    for part in {text, *_SENTENCE.split(text)}:
        if found := key(part):
            yield found


def keys_of_tests(folder: Path) -> frozenset[str]:
    """Keys of all texts of the test sets in `folder` (XQuAD, XQuAD-R, Tatoeba, NTREX, STS)."""
    return frozenset(found for text in _test_texts(folder) for found in keys(text))


def leaks(texts: Iterable[str], tests: frozenset[str]) -> list[str]:
    """Those of `texts` that are, or hold a sentence that is, in a test set."""
    return [text for text in texts if any(found in tests for found in keys(text))]


def _test_texts(folder: Path) -> Iterator[str]:
    for lang in ("en", "es"):
        for name in ("xquad", "xquad-r"):
            for article in json.loads((folder / f"{name}.{lang}.json").read_text("utf-8"))["data"]:
                for paragraph in article["paragraphs"]:
                    yield paragraph["context"]
                    yield from paragraph.get("sentences", ())
                    yield from (qa["question"] for qa in paragraph["qas"])
        with (folder / f"stsb-{lang}-test.csv").open(encoding="utf-8") as rows:
            for row in csv.reader(rows):
                yield from row[:2]
    for pattern in ("tatoeba.*", "newstest2019-*"):
        for path in sorted(folder.glob(pattern)):
            yield from path.read_text(encoding="utf-8").splitlines()
