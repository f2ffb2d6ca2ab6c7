"""Does staff find the person, and who is like whom? Over corpus/profiles, graded beforehand.

    python -m bench.people

People by best passage of BM25 alone and of dense alone stand beside ours, in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.common import ROOT, record
from bench.retrieval import bm25, dense, index_of
from kb.evaluate import DEPTH, load_questions, measure, people_qrels, with_cells
from kb.experts import experts
from kb.search import Searcher
from kb.similar import similar

QUESTIONS = ROOT / "bench" / "questions"


def best_passage(system: Callable[[Searcher, str], Any]) -> Callable[[Searcher, str], list[str]]:
    def rank(searcher: Searcher, query: str) -> list[str]:
        owners = searcher.owners()
        found = (owners[row] for row in system(searcher, query) if row in owners)
        return list(dict.fromkeys(found))

    return rank


def ours(searcher: Searcher, query: str) -> list[str]:
    return [hit.profile_id for hit in experts(searcher, query, k=DEPTH).hits]


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    corpus = ROOT / "corpus" / "profiles"
    systems = {"ours": ours, "dense": best_passage(dense), "bm25": best_passage(bm25)}
    with tempfile.TemporaryDirectory() as tmp:
        searcher = index_of([corpus], Path(tmp))
        people = searcher.people()
        known = [(p.profile_id, p.source, p.name) for p in people.values()]
        docs = {d.doc_id: d.lang for d in searcher.store.documents()}
        langs = {p.profile_id: docs[p.doc_id] for p in people.values()}
        questions = load_questions(QUESTIONS / "experts.yaml")
        qrels = people_qrels(questions, known)
        questions = with_cells(questions, qrels, langs)
        figures: dict[str, Any] = {
            "gold_not_found": [q["id"] for q in questions if q.get("gold") and not qrels[q["id"]]]
        }
        for name, system in systems.items():
            ranked = {q["id"]: system(searcher, q["text"]) for q in questions}
            figures[name] = cells(questions, qrels, ranked)
        none = [q for q in questions if not q.get("gold")]
        some = [q for q in questions if q.get("gold")]
        decide = {q["id"]: experts(searcher, q["text"]).answered for q in questions}
        figures["refused"] = f"{sum(not decide[q['id']] for q in none)}/{len(none)}"
        figures["false_alarms"] = f"{sum(not decide[q['id']] for q in some)}/{len(some)}"
        figures["similar"] = alike(searcher, known)
        record("people_own", figures, model=searcher.encoder.model, corpus=corpus)


def alike(searcher: Searcher, known: list[tuple[str, str, str | None]]) -> dict[str, Any]:
    asked = load_questions(QUESTIONS / "similar.yaml")
    for number, item in enumerate(asked):
        item.setdefault("id", f"s{number:02d}")
        item["lang"] = "es"
    qrels = people_qrels(asked, known)
    ranked: dict[str, list[str]] = {}
    missing: list[str] = []
    for item in asked:
        self_ids = people_qrels([{**item, "gold": [{**item, "grade": 1}]}], known)[item["id"]]
        if not self_ids:
            missing.append(f"{item['file']} {item['name']}")
            continue
        found = similar(searcher, list(self_ids), k=DEPTH)
        ranked[item["id"]] = [hit.profile_id for hit in found.hits]
    return {"asked_not_found": missing, **cells(asked, qrels, ranked)}


def cells(questions: Any, qrels: Any, ranked: Any) -> dict[str, Any]:
    return {
        cell.cell: {"queries": cell.queries, **{m: round(v, 3) for m, v in cell.measures.items()}}
        for cell in measure(questions, qrels, ranked)
    }


if __name__ == "__main__":
    main()
