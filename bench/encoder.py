"""What an encoder is worth, on every set: one table, and one JSON line an encoder.

    python -m bench.encoder --shared DIR [--encoder NAME_OR_FOLDER ...] [--dev | --test]
                            [--sets a,b] [--runtime auto|onnx|sentence-transformers] [--threads N]

Encoders are loaded as the product loads them, so what is measured is what is shipped. Dev sets
are for choosing (tico19, newstest, sts-dev, policy-dev, written); test sets for reports only
(xquad, xquad-r, tatoeba, ntrex, sts, dblp, xquad-hybrid); speed is a set of its own. The sets are
defined in bench/encoder_sets.py, the measures in bench/encoder_measures.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import retrieval
from bench.common import need_shared, record, shared_option
from bench.encoder_bm25 import Bm25
from bench.encoder_sets import BM25, DEV, TEST, Figures, Measure
from bench.encoder_speed import speed
from kb import config
from kb.embed import identity, load_encoder
from training.teacher import TEACHER, teacher_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kb.datatypes import Encoder

DENSE: Mapping[str, Measure] = {**TEST, **DEV}
DEV_SETS = (*DEV, "policy-dev")
TEST_SETS = (*TEST, "xquad-hybrid")
ALL_SETS = (*DEV_SETS, *TEST_SETS, "speed")
RUNTIMES = ("auto", "onnx", "sentence-transformers")


@dataclass(slots=True)
class Dense:
    """Scores by cosine; what was encoded once in this run is kept."""

    encoder: Encoder
    _kept: dict[bytes, NDArray[np.float32]] = field(default_factory=dict)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Unit vectors (texts, dim)."""
        digest = blake2b(bytes([query]), digest_size=16)
        for text in texts:
            digest.update(text.encode("utf-8") + b"\0")
        key = digest.digest()
        if key not in self._kept:
            self._kept[key] = self.encoder.encode(texts, query=query)
        return self._kept[key]

    def scores(
        self, questions: Sequence[str], passages: Sequence[str], *, langs: Sequence[str]
    ) -> NDArray[np.float32]:
        """Cosines (questions, passages)."""
        del langs
        found: NDArray[np.float32] = self.encode(questions, query=True) @ self.encode(passages).T
        return found


def place_of(name: str) -> str:
    """The folder of the teacher where it is asked for by its package's name, else `name`."""
    return str(teacher_folder()) if name == TEACHER else name


def policy_dev(shared: Path, given: Mapping[str, Any]) -> Figures:
    """The dev questions over the real documents, passages as the product makes them: MRR@10 where
    question and answer share a language and where they do not, dense alone and as shipped."""
    from kb.evaluate import load_questions

    questions = load_questions(shared / "bench" / "policy_dev" / "questions.yaml")
    paths = sorted((shared / "corpus" / "pdf").glob("*.pdf"))
    with tempfile.TemporaryDirectory() as tmp:
        searcher = retrieval.index_of(paths, Path(tmp), **given)
        found = retrieval.over_documents(searcher, questions)
        searcher.close()
    return {
        f"policy-dev {told} {cell} MRR@10": found[system][cell]["MRR@10"]
        for system, told in (("dense", "dense"), ("ours", "shipped"))
        for cell in ("same", "across")
    }


def xquad_hybrid(folder: Path, given: Mapping[str, Any]) -> Figures:
    """XQuAD asked of the product itself: four directions, then both languages in one index."""
    apart = retrieval.xquad(folder, systems=["ours"], **given)["ours"]
    pooled = retrieval.xquad_pool(folder, systems=["ours"], **given)["ours"]
    return {
        **{f"xquad-hybrid {a.replace('->', '-')} nDCG@10": v for a, v in sorted(apart.items())},
        **{f"xquad-hybrid pool {lang} mAP": value for lang, value in pooled.items()},
    }


def measured(
    name: str, sets: Sequence[str], shared: Path, *, runtime: str, threads: int
) -> tuple[Figures, dict[str, Any]]:
    """Figures of one encoder, and what tells this run from others."""
    given = {"encoder": place_of(name), "threads": threads, "encoder_runtime": runtime}
    settings = config.load(**given)
    encoder = load_encoder(settings)
    dense = Dense(encoder)
    folder = shared / "bench"
    figures: Figures = {}
    for one in sets:
        print(f"{name}: {one}", file=sys.stderr, flush=True)
        if one in DENSE:
            figures |= DENSE[one](folder, dense)
        elif one == "policy-dev":
            figures |= policy_dev(shared, given)
        elif one == "xquad-hybrid":
            figures |= xquad_hybrid(folder, given)
        else:
            place = str(identity(settings).folder or name)
            figures |= speed(folder, encoder, place, threads=threads)
    core = getattr(encoder, "core", encoder)
    told = {
        "revision": encoder.revision,
        "runtime": runtime,
        "runs_on": getattr(encoder, "runs_on", None) or type(core).__name__,
    }
    return figures, told


def table(columns: Mapping[str, Figures]) -> str:
    """Markdown: a row a figure, a column an encoder, - where there is none."""
    rows = list(dict.fromkeys(row for figures in columns.values() for row in figures))
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        cells = [_told(figures[row]) if row in figures else "-" for figures in columns.values()]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _told(value: float) -> str:
    return f"{value:.1f}" if abs(value) > 1 else f"{value:.3f}".replace("0.", ".", 1)


def chosen(args: argparse.Namespace) -> list[str]:
    """The names of the sets to measure, in their order."""
    if args.sets:
        wanted = args.sets.split(",")
        if unknown := sorted(set(wanted) - set(ALL_SETS)):
            raise SystemExit(f"--sets: no {', '.join(unknown)}; there are {', '.join(ALL_SETS)}")
        return [one for one in ALL_SETS if one in wanted]
    if args.dev:
        return list(DEV_SETS)
    return [*TEST_SETS, "speed"] if args.test else list(ALL_SETS)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared_option(parser)
    parser.add_argument("--encoder", nargs="+", default=[config.DEFAULT_ENCODER])
    parser.add_argument("--sets", help=", ".join(ALL_SETS))
    parser.add_argument("--runtime", choices=RUNTIMES, default="auto")
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--dev", action="store_true", help="only the sets for choosing")
    part.add_argument("--test", action="store_true", help="only the sets for reports, and speed")
    args = parser.parse_args()
    sets = chosen(args)
    folder = need_shared(args.shared, "bench", "es_en")
    columns: dict[str, Figures] = {}
    if words := [one for one in sets if one in BM25]:
        columns["BM25"] = {}
        for one in words:
            columns["BM25"] |= DENSE[one](args.shared / "bench", Bm25())
        record("encoder", {"figures": _rounded(columns["BM25"])}, model="BM25", corpus=folder)
    for name in args.encoder:
        figures, told = measured(
            name, sets, args.shared, runtime=args.runtime, threads=args.threads
        )
        title = Path(name).name if Path(name).name not in columns else name
        columns[title] = figures
        record("encoder", {**told, "figures": _rounded(figures)}, model=title, corpus=folder)
    print(table(columns))


def _rounded(figures: Figures) -> Figures:
    return {row: round(value, 4) for row, value in figures.items()}


if __name__ == "__main__":
    main()
