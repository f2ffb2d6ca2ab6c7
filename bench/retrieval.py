"""Does a question find its passage? Ours beside BM25 alone and dense alone, in the same run.

python -m bench.retrieval --shared DIR            dev questions over the real documents
python -m bench.retrieval --own                   questions of bench/questions over corpus/
python -m bench.retrieval --xquad --shared DIR    XQuAD paragraphs (test only), four directions and
                                                  both languages in one pool
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.common import ROOT, need_shared, record, shared_option
from bench.encoder_sets import xquad_texts
from kb import build, config
from kb.evaluate import DEPTH, load_questions, measure, passage_qrels, with_cells
from kb.hits import LANGS
from kb.search import Searcher, is_answered, open_searcher

System = Callable[[Searcher, str], Sequence[int]]


def ours(searcher: Searcher, query: str) -> list[int]:
    return [row for row, _ in searcher.rank(query).rows[:DEPTH]]


def dense(searcher: Searcher, query: str) -> list[int]:
    vector = searcher.encoder.encode([query], query=True)[0]
    return [row for row, _ in searcher.vectors.search(vector, k=DEPTH)]


def bm25(searcher: Searcher, query: str) -> list[int]:
    best: dict[int, float] = {}
    for lang in LANGS:
        for row, score in searcher.lexical.search(query, k=DEPTH, lang=lang):
            best[row] = max(score, best.get(row, 0.0))
    return sorted(best, key=lambda row: -best[row])[:DEPTH]


SYSTEMS: Mapping[str, System] = {"ours": ours, "dense": dense, "bm25": bm25}


def index_of(paths: Sequence[Path], folder: Path, **given: Any) -> Searcher:
    """The index of some paths in `folder`; `given` are settings, such as the encoder."""
    settings = config.load(index=folder, **given)
    report = build.ingest(list(paths), settings=settings)
    print(f"ingested: {report.added} documents, {report.passages} passages, {report.seconds} s")
    return open_searcher(settings)


def over_documents(searcher: Searcher, questions: list[dict[str, Any]]) -> dict[str, Any]:
    sources = {d.doc_id: d.source for d in searcher.store.documents()}
    passages = searcher.store.all_passages()
    qrels = passage_qrels(questions, [(p.passage_id, sources[p.doc_id], p.text) for p in passages])
    questions = with_cells(questions, qrels, {p.passage_id: p.lang for p in passages})
    ids = {
        row: pid for pid, row in searcher.store.rows_of([p.passage_id for p in passages]).items()
    }
    missing = [q["id"] for q in questions if q.get("gold") and not qrels[str(q["id"])]]
    figures: dict[str, Any] = {"gold_not_found": missing}
    for name, system in SYSTEMS.items():
        ranked = {str(q["id"]): [ids[r] for r in system(searcher, q["text"])] for q in questions}
        figures[name] = {
            cell.cell: {
                "queries": cell.queries,
                **{m: round(v, 3) for m, v in cell.measures.items()},
            }
            for cell in measure(questions, qrels, ranked)
        }
    none = [q for q in questions if not q.get("gold")]
    some = [q for q in questions if q.get("gold")]
    decide = {q["id"]: is_answered(searcher, searcher.rank(q["text"])) for q in questions}
    figures["refused"] = f"{sum(not decide[q['id']] for q in none)}/{len(none)}"
    figures["false_alarms"] = f"{sum(not decide[q['id']] for q in some)}/{len(some)}"
    return figures


def ours_whole(searcher: Searcher, query: str) -> list[int]:
    ranking = searcher.rank(query)
    return [row for row, _ in searcher.further(ranking, len(searcher.vectors))]


def dense_whole(searcher: Searcher, query: str) -> list[int]:
    vector = searcher.encoder.encode([query], query=True)[0]
    return [row for row, _ in searcher.vectors.search(vector, k=len(searcher.vectors))]


_WHOLE: Mapping[str, System] = {"ours": ours_whole, "dense": dense_whole}


def xquad_index(folder: Path, langs: Sequence[str], tmp: Path, **given: Any) -> Searcher:
    """An index of the paragraphs of some languages, each a line {"id": "en-0", "text"}."""
    paths = []
    for lang in langs:
        paths.append(tmp / f"xquad-{lang}.jsonl")
        lines = [
            json.dumps({"id": f"{lang}-{i}", "text": text})
            for i, text in enumerate(xquad_texts(folder, lang)[0])
        ]
        paths[-1].write_text("\n".join(lines), encoding="utf-8")
    return index_of(paths, tmp / "index", **given)


def numbers(searcher: Searcher) -> dict[int, str]:
    """The id of the line that each row stands for. A passage is a whole line here."""
    return {
        row: document.source.rpartition("#")[2]
        for document in searcher.store.documents()
        for row in searcher.store.passage_rows(document.doc_id)
    }


def xquad(folder: Path, *, systems: Sequence[str] = tuple(SYSTEMS), **given: Any) -> dict[str, Any]:
    """nDCG@10, passages of one language at a time, question and passage languages crossed."""
    import ir_measures
    from ir_measures import nDCG

    figures: dict[str, Any] = {}
    for held in LANGS:
        with tempfile.TemporaryDirectory() as tmp:
            searcher = xquad_index(folder, [held], Path(tmp), **given)
            number = numbers(searcher)
            for asked in LANGS:
                _, questions, gold = xquad_texts(folder, asked)
                qrels = {str(n): {f"{held}-{g}": 1} for n, g in enumerate(gold)}
                for name in systems:
                    run = {
                        str(n): _scored(SYSTEMS[name](searcher, text), number)
                        for n, text in enumerate(questions)
                    }
                    value = ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10]
                    figures.setdefault(name, {})[f"{asked}->{held}"] = round(value, 3)
            searcher.close()
    return figures


def xquad_pool(
    folder: Path, *, systems: Sequence[str] = ("ours", "dense"), **given: Any
) -> dict[str, Any]:
    """mAP over the whole ranking, paragraphs of both languages in one index, both parallel
    paragraphs right, by question language: as shipped and dense alone."""
    import ir_measures
    from ir_measures import AP

    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as tmp:
        searcher = xquad_index(folder, LANGS, Path(tmp), **given)
        number = numbers(searcher)
        for asked in LANGS:
            _, questions, gold = xquad_texts(folder, asked)
            qrels = {str(n): {f"{lang}-{g}": 1 for lang in LANGS} for n, g in enumerate(gold)}
            for name in systems:
                whole = _WHOLE[name]
                run = {
                    str(n): _scored(whole(searcher, text), number)
                    for n, text in enumerate(questions)
                }
                value = ir_measures.calc_aggregate([AP], qrels, run)[AP]
                figures.setdefault(name, {})[asked] = round(value, 3)
        searcher.close()
    return figures


def _scored(rows: Sequence[int], number: Mapping[int, str]) -> dict[str, float]:
    """What ir_measures takes: falling scores in the order of `rows`, the first of a line alone."""
    order = dict.fromkeys(number[row] for row in rows)
    return {line: float(-place) for place, line in enumerate(order)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared_option(parser)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--xquad", action="store_true")
    args = parser.parse_args()
    if args.xquad:
        folder = need_shared(args.shared, "bench")
        figures = {**xquad(folder), "pool_map": xquad_pool(folder)}
        record("xquad", figures, model=config.load().encoder)
        return
    if args.own:
        corpus = ROOT / "corpus" / "policy"
        questions = load_questions(ROOT / "bench" / "questions" / "policy.yaml")
    else:
        corpus = need_shared(args.shared, "corpus", "pdf")
        questions = load_questions(args.shared / "bench" / "policy_dev" / "questions.yaml")
    with tempfile.TemporaryDirectory() as tmp:
        paths = [corpus] if args.own else sorted(corpus.glob("*.pdf"))
        searcher = index_of(paths, Path(tmp))
        figures = over_documents(searcher, questions)
        record(
            "policy_own" if args.own else "policy_dev",
            figures,
            model=searcher.encoder.model,
            corpus=corpus,
        )


if __name__ == "__main__":
    main()
