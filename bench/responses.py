"""How long a person waits: kb --help, kb search from the shell, a question inside kb batch.

    python -m bench.responses --index DIR

Whole processes, medians of `--runs` after one warm-up; `python -c pass` in the same run is what
any Python program costs here.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.common import ROOT, record
from kb import config
from kb.evaluate import load_questions

KB = [sys.executable, "-m", "kb.cli"]


def seconds(command: list[str], *, runs: int) -> dict[str, float]:
    """Median, least and most of whole-process wall times."""
    taken = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        taken.append(time.perf_counter() - started)
    kept = taken[1:]
    return {
        "median": round(statistics.median(kept), 3),
        "min": round(min(kept), 3),
        "max": round(max(kept), 3),
    }


def batch(index: str, mode: str, questions: list[dict[str, str]]) -> dict[str, float]:
    """Milliseconds a question, warm, as kb batch reports them."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, question in enumerate(questions * 2):
            file.write(json.dumps({"id": number, "text": question["text"]}) + "\n")
        file.flush()
        command = [*KB, "batch", file.name, "--mode", mode, "--index", index]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    warm = [json.loads(line)["ms"] for line in done.stdout.splitlines()][len(questions) :]
    return {
        "median_ms": round(statistics.median(warm), 1),
        "p95_ms": round(sorted(warm)[int(0.95 * len(warm))], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="indexes/demo")
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    questions = load_questions(ROOT / "bench" / "questions" / "policy.yaml")
    people = load_questions(ROOT / "bench" / "questions" / "experts.yaml")
    search = [*KB, "search", "redes de talento", "--index", args.index, "--json"]
    record(
        "responses",
        {
            "python": seconds([sys.executable, "-c", "pass"], runs=args.runs),
            "help": seconds([*KB, "--help"], runs=args.runs),
            "search": seconds(search, runs=args.runs),
            "batch_search": batch(args.index, "search", questions),
            "batch_experts": batch(args.index, "experts", people),
            "batch_lessons": batch(args.index, "lessons", questions),
        },
        model=config.load().encoder,
        corpus=Path(ROOT / "corpus"),
    )


if __name__ == "__main__":
    main()
