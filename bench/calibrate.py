"""Fit the weights that decide `answered` (kb/data/calibration.yaml) on our own questions.

    python -m bench.calibrate [--shared DIR]

Questions: bench/questions (policy, experts, answerable, unanswerable), over corpus/; with --shared
also those of policy_dev over real papers, which are all about one subject: there every passage is
near every question, and weights that were fitted without them refuse most answers.
Half of the questions, by hash of their id, is fitted on; the other half only reports.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path
from typing import Any

from bench.common import ROOT, record, shared_option
from bench.retrieval import index_of
from kb import config
from kb.calibration import SIGNS, signs_of
from kb.crowd import crowd_of
from kb.evaluate import load_questions
from kb.experts import gather
from kb.search import Searcher, open_searcher

QUESTIONS = ROOT / "bench" / "questions"
Row = tuple[str, list[float], bool]
ALARMS = 0.05  # share of answerable questions that may be refused where it is fitted


def rows_of(searcher: Searcher, mode: str) -> list[Row]:
    """(id, signs, has an answer) of every question of a mode."""
    asked = load_questions(QUESTIONS / ("policy.yaml" if mode == "passages" else "experts.yaml"))
    more = [*load_questions(QUESTIONS / "unanswerable.yaml")]
    more += load_questions(QUESTIONS / "answerable.yaml")
    return signs_of_all(searcher, [*asked, *(q for q in more if q["mode"] in (mode, "both"))], mode)


def signs_of_all(searcher: Searcher, questions: list[dict[str, Any]], mode: str) -> list[Row]:
    """A row for each of `questions`."""
    rows = []
    for question in questions:
        text = str(question["text"])
        if mode == "people":
            ranking, evidence = gather(searcher, text, searcher.people())
            best = evidence[0]
            if ranking.vector is None:
                raise SystemExit(f"{question['id']}: nothing was ranked")
            signs = signs_of(
                searcher,
                ranking,
                searcher.store.passages(best.first),
                cosine=best.votes,
                usual=crowd_of(searcher).usual(ranking.vector),
            )
        else:
            ranking = searcher.rank(text)
            top = [row for row, _ in ranking.rows[:5]]
            signs = signs_of(searcher, ranking, searcher.store.passages(top))
        values = [float(getattr(signs, name)) for name in SIGNS]
        answered = bool(question.get("gold") or question.get("file"))
        rows.append((str(question["id"]), values, answered))
    return rows


def papers(shared: Path) -> list[Row]:
    """Rows of the dev questions over real papers."""
    asked = load_questions(shared / "bench" / "policy_dev" / "questions.yaml")
    with tempfile.TemporaryDirectory() as tmp:
        searcher = index_of([shared / "corpus" / "pdf"], Path(tmp))
        rows = signs_of_all(searcher, asked, "passages")
        searcher.close()
    return rows


def fit(rows: list[Row]) -> dict[str, float]:
    """Logistic regression, slightly regularised; the bias then set so that at most ALARMS of the
    questions with an answer are refused."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    model = LogisticRegression(C=3.0, class_weight={True: 2.0, False: 1.0}, max_iter=5000)
    model.fit([values for _, values, _ in rows], [answered for *_, answered in rows])
    weights = dict(zip(SIGNS, (float(value) for value in model.coef_[0]), strict=True))
    some = [
        sum(weights[n] * v for n, v in zip(SIGNS, values, strict=True))
        for _, values, answered in rows
        if answered
    ]
    bias = -float(np.quantile(some, ALARMS))
    return {name: round(value, 2) for name, value in {"bias": bias, **weights}.items()}


def judge(rows: list[Row], weights: dict[str, float]) -> dict[str, str]:
    """Refused among unanswerable, false alarms among answerable questions."""

    def says_yes(values: list[float]) -> bool:
        z = weights["bias"] + sum(weights[n] * v for n, v in zip(SIGNS, values, strict=True))
        return z >= 0

    none = [values for _, values, answered in rows if not answered]
    some = [values for _, values, answered in rows if answered]
    return {
        "refused": f"{sum(not says_yes(v) for v in none)}/{len(none)}",
        "false_alarms": f"{sum(not says_yes(v) for v in some)}/{len(some)}",
    }


def folds(rows: list[Row], count: int = 10) -> dict[str, str]:
    """Every question judged by weights that were fitted without its fold, by hash of its id."""
    told = {"refused": [0, 0], "false_alarms": [0, 0]}
    fold_of = {row[0]: hashlib.sha256(row[0].encode()).digest()[1] % count for row in rows}
    for fold in range(count):
        weights = fit([row for row in rows if fold_of[row[0]] != fold])
        for name, share in judge([row for row in rows if fold_of[row[0]] == fold], weights).items():
            part, whole = share.split("/")
            told[name][0] += int(part)
            told[name][1] += int(whole)
    return {name: f"{part}/{whole}" for name, (part, whole) in told.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="an index over corpus/ that stands already")
    shared_option(parser)
    args = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as tmp:
        corpus = [ROOT / "corpus" / "policy", ROOT / "corpus" / "profiles"]
        searcher = (
            open_searcher(config.load(index=args.index))
            if args.index
            else index_of(corpus, Path(tmp))
        )
        for mode in ("passages", "people"):
            rows = rows_of(searcher, mode)
            if args.shared and mode == "passages":
                rows += papers(args.shared)
            chosen = [row for row in rows if hashlib.sha256(row[0].encode()).digest()[0] % 2]
            rest = [row for row in rows if row not in chosen]
            half = fit(chosen)
            whole = fit(rows)
            figures[mode] = {
                "out_of_fold": folds(rows),
                "weights_of_half": half,
                "fitted_half": judge(chosen, half),
                "other_half": judge(rest, half),
                "weights_of_all": whole,
                "all": judge(rows, whole),
            }
        record("calibrate", figures, model=searcher.encoder.model, corpus=ROOT / "corpus")


if __name__ == "__main__":
    main()
