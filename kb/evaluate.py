"""Measures of ranking by ir_measures over questions with graded answers.

A questions file is YAML: `queries: [{id, lang, cell?, text, gold: [...]}]` or the list alone.
Gold of passages is `{doc|file, snippet, grade}`: a passage answers when its letters and digits
hold those of the snippet; gold of people is `{file, grade}`: the profile whose source ends so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb import text as texts
from kb.errors import UsageError
from kb.search import Searcher, search

MEASURES = ("success@1", "MRR@10", "recall@5", "nDCG@10", "MAP")
DEPTH = 50
Run = Callable[[Mapping[str, Any]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Means over the questions of one cell (all, same, across, es-en ...)."""

    cell: str
    queries: int
    measures: Mapping[str, float]


def squeeze(text: str) -> str:
    """Letters and digits alone, folded: hyphens, quotes and line ends then do not matter."""
    return "".join(texts.words(text))


def load_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a YAML file. Raises UsageError when it is none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (safe)
    except (OSError, yaml.YAMLError) as error:
        raise UsageError("file_unreadable", path=str(path), detail=str(error)) from error
    questions = loaded.get("queries") if isinstance(loaded, dict) else loaded
    if not isinstance(questions, list):
        raise UsageError("file_unreadable", path=str(path), detail="queries: [...]")
    return questions


def passage_qrels(
    questions: Sequence[Mapping[str, Any]], passages: Sequence[tuple[str, str, str]]
) -> dict[str, dict[str, int]]:
    """Grades by question and passage; `passages` are (passage_id, source, text)."""
    squeezed = [(pid, source, squeeze(text)) for pid, source, text in passages]
    qrels: dict[str, dict[str, int]] = {}
    for question in questions:
        grades: dict[str, int] = {}
        for gold in question.get("gold") or ():
            wanted = squeeze(gold["snippet"])
            name = str(gold.get("doc") or gold.get("file"))
            for pid, source, text in squeezed:
                if _names(source, name) and wanted in text:
                    grades[pid] = max(grades.get(pid, 0), int(gold["grade"]))
        qrels[str(question["id"])] = grades
    return qrels


def people_qrels(
    questions: Sequence[Mapping[str, Any]], people: Sequence[tuple[str, str, str | None]]
) -> dict[str, dict[str, int]]:
    """Grades by question and profile; `people` are (profile_id, source, name).

    A file that holds several people (zip, table) is told apart by the name.
    """
    qrels: dict[str, dict[str, int]] = {}
    for question in questions:
        grades: dict[str, int] = {}
        for gold in question.get("gold") or ():
            named = squeeze(str(gold.get("name") or ""))
            for pid, source, name in people:
                several = "!" in source or "#" in source
                if _names(source, str(gold["file"])) and (
                    not several or squeeze(name or "") == named
                ):
                    grades[pid] = int(gold["grade"])
        qrels[str(question["id"])] = grades
    return qrels


def _names(source: str, name: str) -> bool:
    """Whether a source is the file that a gold entry names, with or without folder and ending.

    An entry may name the part of a zip or table too (a.zip!/b.pdf, members.csv#5).
    """
    if source == name or source.endswith("/" + name):
        return True
    base = source.partition("!")[0].partition("#")[0].rsplit("/", 1)[-1]
    wanted = name.partition("!")[0].partition("#")[0].rsplit("/", 1)[-1]
    return wanted in (base, base.rsplit(".", 1)[0])


def measure(
    questions: Sequence[Mapping[str, Any]],
    qrels: Mapping[str, Mapping[str, int]],
    ranked: Mapping[str, Sequence[str]],
) -> list[Measured]:
    """Means by cell. Questions without gold (nothing answers them) are left out here.

    success@1 and MRR@10 ask for the highest grade of the question; recall@5 counts grades 2 and
    3; nDCG@10 uses the grades (Järvelin & Kekäläinen 2002); MAP counts every grade.
    """
    import ir_measures
    from ir_measures import AP, RR, R, Success, nDCG

    graded = [q for q in questions if qrels.get(str(q["id"]))]
    per_query: dict[str, dict[str, float]] = {}
    for question in graded:
        qid = str(question["id"])
        grades = dict(qrels[qid])
        run = {qid: {pid: float(DEPTH - i) for i, pid in enumerate(ranked.get(qid, ()))}}
        if not run[qid]:
            run[qid] = {"-": 0.0}
        top = max(grades.values())
        wanted = {
            "success@1": (Success @ 1, {p: int(g == top) for p, g in grades.items()}),
            "MRR@10": (RR @ 10, {p: int(g == top) for p, g in grades.items()}),
            "recall@5": (R @ 5, {p: int(g >= min(2, top)) for p, g in grades.items()}),
            "nDCG@10": (nDCG @ 10, grades),
            "MAP": (AP, dict.fromkeys(grades, 1)),
        }
        per_query[qid] = {
            name: float(ir_measures.calc_aggregate([m], {qid: judged}, run)[m])
            for name, (m, judged) in wanted.items()
        }
    cells: dict[str, list[str]] = {"all": [str(q["id"]) for q in graded]}
    for question in graded:
        cell = str(question.get("cell") or "")
        if "-" in cell:
            asked, _, answering = cell.partition("-")
            cells.setdefault(cell, []).append(str(question["id"]))
            side = "same" if asked == answering else "across"
            cells.setdefault(side, []).append(str(question["id"]))
    return [
        Measured(
            cell,
            len(ids),
            {name: sum(per_query[i][name] for i in ids) / len(ids) for name in MEASURES},
        )
        for cell, ids in sorted(cells.items(), key=lambda item: (item[0] != "all", item[0]))
        if ids
    ]


def with_cells(
    questions: Sequence[Mapping[str, Any]],
    qrels: Mapping[str, Mapping[str, int]],
    langs: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Questions with `cell` set from the language of their best-graded answers, where missing."""
    told = []
    for question in questions:
        item = dict(question)
        grades = qrels.get(str(item["id"])) or {}
        if not item.get("cell") and grades:
            best = max(grades.values())
            answering = {langs.get(pid, "und") for pid, grade in grades.items() if grade == best}
            if len(answering) == 1 and (lang := answering.pop()) in ("es", "en"):
                item["cell"] = f"{item['lang']}-{lang}"
        told.append(item)
    return told


def evaluate_files(searcher: Searcher, paths: Sequence[Path]) -> dict[str, Any]:
    """Measure an open index on questions files; people where gold has no snippets.

    Refusals: the share of unanswerable questions that got `answered: false`, and of answerable
    ones that got it wrongly (false alarms).
    """
    if not paths:
        raise UsageError("nothing_given", what="--questions FILE")
    return {str(path): _evaluate(searcher, load_questions(path)) for path in paths}


def _evaluate(searcher: Searcher, questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    from kb.experts import experts

    store = searcher.store
    people = not any("snippet" in gold for q in questions for gold in q.get("gold") or ())
    ranked: dict[str, list[str]] = {}
    answered: dict[str, bool] = {}
    for question in questions:
        qid, text = str(question["id"]), str(question["text"])
        if people:
            found = experts(searcher, text, k=DEPTH)
            ranked[qid] = [hit.profile_id for hit in found.hits]
            answered[qid] = found.answered
        else:
            result = search(searcher, text, k=DEPTH)
            ranked[qid] = [hit.passage_id for hit in result.hits]
            answered[qid] = result.answered
    if people:
        profiles = store.profiles()
        qrels = people_qrels(questions, [(p.profile_id, p.source, p.name) for p in profiles])
        docs = {d.doc_id: d.lang for d in store.documents()}
        langs = {p.profile_id: docs.get(p.doc_id, "und") for p in profiles}
    else:
        sources = {d.doc_id: d.source for d in store.documents()}
        passages = store.all_passages()
        qrels = passage_qrels(
            questions, [(p.passage_id, sources[p.doc_id], p.text) for p in passages]
        )
        langs = {p.passage_id: p.lang for p in passages}
    cells = measure(with_cells(questions, qrels, langs), qrels, ranked)
    none = [str(q["id"]) for q in questions if not q.get("gold")]
    some = [str(q["id"]) for q in questions if q.get("gold")]
    return {
        "over": "people" if people else "passages",
        "cells": [
            {
                "cell": c.cell,
                "queries": c.queries,
                **{n: round(v, 4) for n, v in c.measures.items()},
            }
            for c in cells
        ],
        "refused": _share(none, answered, want=False),
        "false_alarms": _share(some, answered, want=False),
        "gold_not_found": sorted(qid for qid in some if not qrels[qid]),
    }


def _share(ids: Sequence[str], answered: Mapping[str, bool], *, want: bool) -> float | None:
    return round(sum(answered[i] is want for i in ids) / len(ids), 4) if ids else None
