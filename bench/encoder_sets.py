"""The sets that an encoder is measured on: for each, figures by the name of their row.

A set takes the folder with `es_en/` and `expert_dblp/` and an `Encode`; those of `BM25` also take
words in place of vectors. Questions and sentences go in as questions (`query=True`), passages
and documents as passages, so that an encoder's prefixes are used as its makers mean them.
Both parts of a sentence pair go in as questions.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bench import encoder_measures as measures
from training.heldout import is_heldout

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANGS = ("en", "es")
ROOT = Path(__file__).resolve().parent.parent
#: A question document of each topic of expert_dblp: the set names its topics, its questions not.
#: Told by the words of the topics' questions and of their experts' abstracts.
TOPICS = {
    "information_extraction": 1023,
    "intelligent_agents": 32,
    "machine_learning": 1028,
    "natural_language_processing": 375,
    "planning": 1432,
    "semantic_web": 780,
    "support_vector_machine": 846,
}
CHOSEN_ON = ("information_extraction", "machine_learning", "semantic_web")

Figures = dict[str, float]


class Scorer(Protocol):
    """What gives (questions, passages) scores, and may give vectors."""

    def scores(
        self, questions: Sequence[str], passages: Sequence[str], *, langs: Sequence[str]
    ) -> NDArray[np.float32]:
        """(questions, passages), higher is nearer; `langs` the language of each passage."""
        ...

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Unit vectors (texts, dim)."""
        ...


def lines(path: Path) -> list[str]:
    """The lines of a text file; only a line feed ends a line."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def paragraphs(folder: Path, name: str, lang: str) -> Iterator[dict[str, Any]]:
    """The paragraphs of a file in SQuAD's form."""
    data = json.loads((folder / "es_en" / f"{name}.{lang}.json").read_text(encoding="utf-8"))
    for article in data["data"]:
        yield from article["paragraphs"]


def xquad_texts(folder: Path, lang: str) -> tuple[list[str], list[str], list[int]]:
    """Passages, questions, and the number of the passage that answers each question."""
    found = list(paragraphs(folder, "xquad", lang))
    asked = [(qa["question"], i) for i, p in enumerate(found) for qa in p["qas"]]
    return [p["context"] for p in found], [q for q, _ in asked], [i for _, i in asked]


def xquad(folder: Path, scorer: Scorer) -> Figures:
    """240 paragraphs of one language: nDCG@10, question-passage languages crossed; then all 480
    in one pool, both parallel paragraphs right: mAP by question language."""
    texts = {lang: xquad_texts(folder, lang) for lang in LANGS}
    passages = {lang: texts[lang][0] for lang in LANGS}
    asked = {lang: texts[lang][1:] for lang in LANGS}
    return crossed("xquad", scorer, passages, asked)


def crossed(
    name: str,
    scorer: Scorer,
    passages: Mapping[str, list[str]],
    asked: Mapping[str, tuple[list[str], list[int]]],
) -> Figures:
    """nDCG@10 of each direction and mAP in one pool, over parallel passages."""
    figures: Figures = {}
    size = len(passages["en"])
    for asking, (questions, gold) in asked.items():
        langs = [lang for lang in passages for _ in range(size)]
        pool = [text for lang in passages for text in passages[lang]]
        for held in passages:
            scores = scorer.scores(questions, passages[held], langs=[held] * size)
            figures[f"{name} {asking}-{held} nDCG@10"] = measures.ndcg10(scores, gold)
        scores = scorer.scores(questions, pool, langs=langs)
        figures[f"{name} pool {asking} mAP"] = measures.mean_average_precision(
            scores, [[g, g + size] for g in gold]
        )
    return figures


def xquad_r(folder: Path, scorer: Scorer) -> Figures:
    """LAReQA's sentences of en and es in one pool; the one that holds the answer's first letter
    is right, in both languages: mAP by question language."""
    pool: list[str] = []
    langs: list[str] = []
    right: dict[str, list[int]] = {}
    asked: dict[str, dict[str, str]] = {lang: {} for lang in LANGS}
    for lang in LANGS:
        for paragraph in paragraphs(folder, "xquad-r", lang):
            for qa in paragraph["qas"]:
                at = qa["answers"][0]["answer_start"]
                breaks = enumerate(paragraph["sentence_breaks"])
                number = next(i for i, (start, end) in breaks if start <= at <= end)
                right.setdefault(qa["id"], []).append(len(pool) + number)
                asked[lang][qa["id"]] = qa["question"]
            pool += paragraph["sentences"]
            langs += [lang] * len(paragraph["sentences"])
    return {
        f"xquad-r pool {lang} mAP": measures.mean_average_precision(
            scorer.scores(list(found.values()), pool, langs=langs), [right[i] for i in found]
        )
        for lang, found in asked.items()
    }


def pairs(name: str, scorer: Scorer, en: list[str], es: list[str]) -> Figures:
    """Accuracy of the nearest sentence of the other language, both ways."""
    spanish, english = scorer.encode(es, query=True), scorer.encode(en, query=True)
    there, back = measures.accuracy(spanish @ english.T)
    return {f"{name} es-en accuracy": there, f"{name} en-es accuracy": back}


def tatoeba(folder: Path, scorer: Scorer) -> Figures:
    """LASER's 1,000 pairs."""
    base = folder / "es_en"
    en, es = (lines(base / f"tatoeba.spa-eng.{name}") for name in ("eng", "spa"))
    return pairs("tatoeba", scorer, en, es)


def ntrex(folder: Path, scorer: Scorer) -> Figures:
    """All 1,997 sentences of NTREX-128 with each of its Spanish translations."""
    base = folder / "es_en"
    en = lines(base / "newstest2019-src.eng.txt")
    figures: Figures = {}
    for name in ("ref.spa", "ref-2.spa", "ref.spa-MX"):
        es = lines(base / f"newstest2019-{name}.txt")
        figures |= pairs(f"ntrex {name.removeprefix('ref.')}", scorer, en, es)
    return figures


def sts(folder: Path, scorer: Scorer, *, part: str = "test") -> Figures:
    """Spearman of cosines with the grades of the STS benchmark."""
    figures: Figures = {}
    for lang in reversed(LANGS):
        with (folder / "es_en" / f"stsb-{lang}-{part}.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if len(row) == 3]
        left, right = (scorer.encode([r[i] for r in rows], query=True) for i in (0, 1))
        cosines = (left * right).sum(axis=1)
        grades = [float(row[2]) for row in rows]
        figures[f"sts {part} {lang} Spearman"] = measures.spearman(cosines, grades)
    return figures


def dblp(folder: Path, scorer: Scorer) -> Figures:
    """People for a document by RRF-60 votes of the others: AP, P@5, MRR on all 114 questions and
    on those whose topics are all among the four that nothing was chosen on."""
    base = folder / "expert_dblp"
    documents = [json.loads(line) for line in lines(base / "documents.jsonl")]
    judged = json.loads((base / "judgements.json").read_text(encoding="utf-8"))
    place = {document["id"]: i for i, document in enumerate(documents)}
    right = {q["query_document"]: frozenset(q["experts"]) for q in judged["queries"]}
    seen = [right[TOPICS[topic]] for topic in CHOSEN_ON]
    texts = [document["text"] for document in documents]
    asked = list(right)
    scores = scorer.scores([texts[place[i]] for i in asked], texts, langs=["en"] * len(texts))
    every: list[Mapping[str, float]] = []
    report: list[Mapping[str, float]] = []
    for row, document in zip(scores, asked, strict=True):
        ranked = measures.votes(
            row,
            [d["candidates"] for d in documents],
            judged=judged["judged_candidates"],
            without=place[document],
        )
        found = measures.experts(ranked, right[document])
        every.append(found)
        if not any(topic <= right[document] for topic in seen):
            report.append(found)
    return {
        f"dblp {name} {measure}": float(np.mean([one[measure] for one in group]))
        for name, group in (("all", every), ("report topics", report))
        for measure in ("AP", "P@5", "MRR")
    }


def tico19(folder: Path, scorer: Scorer) -> Figures:
    """TICO-19's 3,071 sentences: accuracy and nDCG@10 both ways among those of the other
    language, and accuracy in one pool of both languages."""
    rows = [line.split("\t") for line in lines(folder / "es_en" / "tico19.en-es-419.tsv")]
    en, es = ([row[i] for row in rows] for i in (0, 1))
    english, spanish = scorer.encode(en, query=True), scorer.encode(es, query=True)
    own = list(range(len(rows)))
    english_pool, spanish_pool = measures.pool_accuracy(english, spanish)
    return {
        **pairs("tico19", scorer, en, es),
        "tico19 es-en nDCG@10": measures.ndcg10(spanish @ english.T, own),
        "tico19 en-es nDCG@10": measures.ndcg10(english @ spanish.T, own),
        "tico19 pool en accuracy": english_pool,
        "tico19 pool es accuracy": spanish_pool,
    }


def newstest(folder: Path, scorer: Scorer) -> Figures:
    """WMT's news pairs of 2012 and 2013, the marks of their tokeniser taken back."""
    figures: Figures = {}
    for year in ("2012", "2013"):
        en, es = (
            [html.unescape(t).replace(" @-@ ", "-") for t in lines(path)]
            for path in (folder / "es_en" / f"newstest{year}.{lang}" for lang in LANGS)
        )
        figures |= pairs(f"newstest{year}", scorer, en, es)
    return figures


def sts_dev(folder: Path, scorer: Scorer) -> Figures:
    """The STS benchmark's dev part."""
    return sts(folder, scorer, part="dev")


def written(folder: Path, scorer: Scorer) -> Figures:
    """Questions of the lines of training/written that training leaves out, against all passages
    there: few lines are held out, and among themselves they are too easy to tell apart."""
    del folder
    found = [
        json.loads(line)
        for path in sorted((ROOT / "training" / "written").glob("*.jsonl"))
        for line in lines(path)
        if line.strip()
    ]
    passages = {lang: [line[lang] for line in found] for lang in LANGS}
    kept = [(q, i) for i, p in enumerate(found) if is_heldout(p["en"]) for q in p["questions"]]
    if not kept:
        return {}
    asked = {lang: ([q[lang] for q, _ in kept], [i for _, i in kept]) for lang in LANGS}
    return crossed("written", scorer, passages, asked)


Measure = Callable[[Path, Scorer], Figures]
TEST: Mapping[str, Measure] = {
    "xquad": xquad,
    "xquad-r": xquad_r,
    "tatoeba": tatoeba,
    "ntrex": ntrex,
    "sts": sts,
    "dblp": dblp,
}
DEV: Mapping[str, Measure] = {
    "tico19": tico19,
    "newstest": newstest,
    "sts-dev": sts_dev,
    "written": written,
}
#: Sets that words alone can be measured on.
BM25 = ("xquad", "xquad-r", "dblp", "written")
