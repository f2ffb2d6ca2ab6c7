"""Fit the weights that decide `answered` (kb/data/calibration.yaml) on our own questions.

    python -m bench.calibrate

Questions: bench/questions (policy, experts) and bench/questions/unanswerable.yaml, over corpus/.
Half of the questions, by hash of their id, is fitted on; the other half only reports.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path
from typing import Any

from bench.common import ROOT, record
from bench.retrieval import index_of
from kb.calibration import signs_of
from kb.evaluate import load_questions
from kb.experts import gather
from kb.search import Searcher

QUESTIONS = ROOT / "bench" / "questions"
Row = tuple[str, list[float], bool]


def rows_of(searcher: Searcher, mode: str) -> list[Row]:
    """(id, signs, has an answer) of every question of a mode."""
    asked = load_questions(QUESTIONS / ("policy.yaml" if mode == "passages" else "experts.yaml"))
    extra = [
        q for q in load_questions(QUESTIONS / "unanswerable.yaml") if q["mode"] in (mode, "both")
    ]
    rows = []
    for question in [*asked, *extra]:
        text = str(question["text"])
        if mode == "people":
            ranking, evidence = gather(searcher, text, searcher.people())
            best = max(evidence, key=lambda item: item.votes)
            top = [row for row, _ in best.passages[:3]]
        else:
            ranking = searcher.rank(text)
            top = [row for row, _ in ranking.rows[:5]]
        signs = signs_of(ranking, searcher.store.passages(top))
        values = [signs.cosine, signs.coverage, signs.across]
        rows.append((str(question["id"]), values, bool(question.get("gold"))))
    return rows


def fit(rows: list[Row]) -> dict[str, float]:
    """Logistic regression, classes weighed alike, slightly regularised."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, class_weight={True: 2.0, False: 1.0}, max_iter=2000)
    model.fit([values for _, values, _ in rows], [answered for *_, answered in rows])
    cosine, coverage, across = (float(value) for value in model.coef_[0])
    bias = float(model.intercept_[0])
    weights = {"bias": bias, "cosine": cosine, "coverage": coverage, "across": across}
    return {name: round(value, 2) for name, value in weights.items()}


def judge(rows: list[Row], weights: dict[str, float]) -> dict[str, str]:
    """Refused among unanswerable, false alarms among answerable questions."""

    def says_yes(values: list[float]) -> bool:
        names = ("cosine", "coverage", "across")
        z = weights["bias"] + sum(weights[n] * v for n, v in zip(names, values, strict=True))
        return z >= 0

    none = [values for _, values, answered in rows if not answered]
    some = [values for _, values, answered in rows if answered]
    return {
        "refused": f"{sum(not says_yes(v) for v in none)}/{len(none)}",
        "false_alarms": f"{sum(not says_yes(v) for v in some)}/{len(some)}",
    }


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as tmp:
        searcher = index_of([ROOT / "corpus" / "policy", ROOT / "corpus" / "profiles"], Path(tmp))
        for mode in ("passages", "people"):
            rows = rows_of(searcher, mode)
            chosen = [row for row in rows if hashlib.sha256(row[0].encode()).digest()[0] % 2]
            rest = [row for row in rows if row not in chosen]
            half = fit(chosen)
            whole = fit(rows)
            figures[mode] = {
                "weights_of_half": half,
                "fitted_half": judge(chosen, half),
                "other_half": judge(rest, half),
                "weights_of_all": whole,
                "all": judge(rows, whole),
            }
        record("calibrate", figures, model=searcher.encoder.model, corpus=ROOT / "corpus")


if __name__ == "__main__":
    main()
