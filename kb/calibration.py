"""When is a question answered? A decision over the best passages, calibrated per encoder.

Two signs speak for an answer: the cosine of the best passage, and the share of the question's
content words (by stem) that the best passages of its own language hold. kb/data/calibration.yaml
has a weight for each and a bias, fitted by `bench/calibrate.py` on questions with and without
an answer; a model that is not listed uses `default`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.search import Ranking
    from kb.store import StoredPassage

_FILE = Path(__file__).parent / "data" / "calibration.yaml"


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer. `across`: 1.0 where the best passage is in the other language."""

    cosine: float = 0.0
    coverage: float = 0.0
    across: float = 0.0


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, dict[str, float]]]:
    import yaml

    table: dict[str, dict[str, dict[str, float]]] = yaml.safe_load(
        _FILE.read_text(encoding="utf-8")
    )
    return table


def probability(signs: Signs, *, model: str, mode: str) -> float:
    """Logistic estimate that the question is answered; `mode` is passages or people."""
    table = _table()
    weights = table.get(model, table["default"])[mode]
    z = (
        weights["bias"]
        + weights["cosine"] * signs.cosine
        + weights["coverage"] * signs.coverage
        + weights["across"] * signs.across
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def signs_of(ranking: Ranking, passages: Mapping[int, StoredPassage]) -> Signs:
    """The signs of the best passages (`passages`: the first few of the ranking, by row)."""
    from kb import text as texts
    from kb.index.lexical import stem
    from kb.stopwords import is_stopword

    wanted = [word for word in texts.words(ranking.query) if not is_stopword(word)]
    if not passages or not ranking.dense:
        return Signs()
    coverage = 0.0
    for stored in passages.values():
        lang = stored.passage.lang if stored.passage.lang in ("es", "en") else ranking.lang
        held = {stem(word, lang=lang) for word in texts.words(stored.passage.text)}
        if wanted:
            share = sum(stem(word, lang=lang) in held for word in wanted) / len(wanted)
            coverage = max(coverage, share)
    best = max(passages, key=lambda row: (ranking.dense or {}).get(row, -1.0))
    return Signs(
        cosine=ranking.dense.get(best, 0.0),
        coverage=coverage,
        across=float(passages[best].passage.lang not in (ranking.lang, "mixed", "und")),
    )


def answers(
    ranking: Ranking,
    passages: Mapping[int, StoredPassage],
    *,
    model: str,
    mode: str = "passages",
) -> bool:
    """Whether what was found deserves to be shown as an answer."""
    if not passages:
        return False
    return probability(signs_of(ranking, passages), model=model, mode=mode) >= 0.5
