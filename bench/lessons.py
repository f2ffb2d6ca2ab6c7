"""Precision, recall and type accuracy of the lessons found in the two annotated papers.

    python -m bench.lessons --shared DIR [--show]

A gold statement counts as found where half of its snippet lies inside a statement of ours; a
statement of ours counts as right where it holds half of a gold snippet (or of one of its `also`).
Programmes and countries: share of the found gold statements whose countries are ours. One JSON
line; --show prints what was missed and what was found beside.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import yaml

from kb.config import Settings
from kb.datatypes import Document, Entity, Lesson
from kb.ingest import assemble
from kb.lessons import find_lessons
from kb.text import fold


def load(path: Path) -> Document:
    from kb.readers import pdf

    raw = pdf.read(path.read_bytes(), name=path.name, settings=Settings())
    return assemble(
        raw, source=path.name, sha256="0" * 64, doc_id="d" + path.name[:12], kind="policy"
    )


def entities_of(doc: Document) -> tuple[Entity, ...]:
    from kb.entities import extract

    return tuple(extract(doc))


class Letters:
    """A text by its letters and digits alone, each with its place."""

    def __init__(self, text: str) -> None:
        folded = fold(text)
        self.places = [i for i, char in enumerate(folded) if char.isalnum()]
        self.text = "".join(folded[i] for i in self.places)

    def find(self, snippet: str) -> list[tuple[int, int]]:
        """Every range of the text that holds the snippet."""
        wanted = "".join(char for char in fold(snippet) if char.isalnum())
        found, at = [], self.text.find(wanted)
        while at >= 0:
            found.append((self.places[at], self.places[at + len(wanted) - 1] + 1))
            at = self.text.find(wanted, at + 1)
        return found


def overlaps(lesson: Lesson, ranges: list[tuple[int, int]]) -> bool:
    return any(
        min(lesson.end, end) - max(lesson.start, start) >= 0.5 * (end - start)
        for start, end in ranges
    )


def measure(shared: Path, *, show: bool) -> dict[str, Any]:
    path = shared / "bench" / "policy_dev" / "lessons.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    result: dict[str, Any] = {"bench": "lessons"}
    total = {"found": 0, "right": 0, "gold": 0, "recalled": 0, "typed": 0, "countries": 0}
    for name in sorted({gold["doc"] for gold in data["lessons"]}):
        doc = load(shared / "corpus" / "pdf" / f"{name}.pdf")
        entities = entities_of(doc)
        times = []
        for _ in range(5):
            started = time.process_time()
            lessons = find_lessons(doc, entities)
            times.append(time.process_time() - started)
        letters = Letters(doc.text)
        golds = [gold for gold in data["lessons"] if gold["doc"] == name]
        places = {
            gold["id"]: [
                r for s in (gold["snippet"], *gold.get("also", ())) for r in letters.find(s)
            ]
            for gold in golds
        }
        right = [x for x in lessons if any(overlaps(x, ranges) for ranges in places.values())]
        mine = {
            gold["id"]: [x for x in lessons if overlaps(x, places[gold["id"]])] for gold in golds
        }
        recalled = [gold for gold in golds if mine[gold["id"]]]
        typed = [g for g in recalled if any(x.type == g["type"] for x in mine[g["id"]])]
        placed = [
            g for g in recalled
            if any(set(x.countries) == set(g["countries"]) for x in mine[g["id"]])
        ]  # fmt: skip
        near = [
            miss["id"] for miss in data["near_misses"] if miss["doc"] == name
            and any(overlaps(x, letters.find(miss["snippet"])) for x in lessons)
        ]  # fmt: skip
        counts = (lessons, right, golds, recalled, typed, placed)
        for key, items in zip(total, counts, strict=True):
            total[key] += len(items)
        result[name] = scores(*map(len, counts)) | {
            "near_misses_taken": near,
            "unlocated": [g["id"] for g in golds if not places[g["id"]]],
            "cpu_ms_a_page": round(1000 * statistics.median(times) / (doc.pages or 1), 2),
        }
        if show:
            print(f"== {name}: found beside the gold")
            for x in lessons:
                if x not in right:
                    print(f"  + {x.type} {x.confidence} {x.countries} {x.statement}")
            print(f"== {name}: missed")
            for gold in golds:
                if not mine[gold["id"]]:
                    print(f"  - {gold['id']} {gold['type']} w{gold['weight']} {gold['snippet']}")
            print(f"== {name}: other type or countries")
            for gold in recalled:
                got = [(x.type, x.countries, x.programs) for x in mine[gold["id"]]]
                if gold not in typed or gold not in placed:
                    want = (gold["type"], gold["countries"], gold["programmes"])
                    print(f"  ~ {gold['id']} {want} {got} {gold['snippet']}")
    return result | {"all": scores(*total.values())}


def scores(
    found: int, right: int, gold: int, recalled: int, typed: int, placed: int
) -> dict[str, Any]:
    return {
        "found": found,
        "precision": round(right / max(1, found), 3),
        "recall": round(recalled / max(1, gold), 3),
        "type": round(typed / max(1, recalled), 3),
        "countries": round(placed / max(1, recalled), 3),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    print(json.dumps(measure(args.shared, show=args.show)))
