"""How fast is an ingest, embedding aside, against a plain sentence-transformers loop?

    python -m bench.ingest_speed [--files 200] [--folder DIR] [--rounds 3]

Each round ingests a folder into a new index with the encoder "hash", which costs next to nothing
(reading, analysis, store and indexes remain), then ingests it again unchanged. The baseline, in
the same run: `SentenceTransformer.encode` over passages of the same index, batch 32. Without
`--folder`, invented papers and CVs in Markdown and HTML are written for the purpose.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.common import record
from kb import build
from kb.config import DEFAULT_ENCODER, Settings
from kb.embed import identity, load_encoder

_ES = (
    "La red de {place} reúne a investigadoras y empresarios desde {year}.",
    "El programa costó {n} millones de pesos y llegó a {m} personas.",
    "Se recomienda que la oficina dé seguimiento a cada proyecto durante {m} meses.",
    "Sin presupuesto propio, los nodos de {place} corren el riesgo de apagarse.",
    "Una lección de {year} es que los voluntarios necesitan apoyo estable.",
)
_EN = (
    "The network of {place} has brought researchers and founders together since {year}.",
    "The programme cost {n} million dollars and reached {m} people.",
    "Governments should follow up every project for {m} months.",
    "Without a budget of their own, the chapters of {place} are at risk.",
    "One lesson of {year} is that volunteers need steady support.",
)
_PLACES = ("Canadá", "Alemania", "Japan", "Chile", "Scotland", "Francia", "Brazil", "India")


def write_papers(folder: Path, number: int) -> None:
    """Invented papers, half Spanish and half English, about a dozen passages each."""
    rng = random.Random(5)
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(number):
        pool = _EN if i % 2 else _ES
        sections = []
        for part in range(12):
            lines = [
                rng.choice(pool).format(
                    place=rng.choice(_PLACES), year=rng.randint(1990, 2025),
                    n=rng.randint(2, 90), m=rng.randint(3, 900),
                )
                for _ in range(9)
            ]  # fmt: skip
            sections.append((f"{part + 1}. {rng.choice(_PLACES)}", " ".join(lines)))
        if i % 4 == 3:
            body = "".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in sections)
            page = f"<!doctype html><html><body><h1>Paper {i}</h1>{body}</body></html>"
            (folder / f"paper-{i:04d}.html").write_text(page, encoding="utf-8")
        else:
            body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
            (folder / f"paper-{i:04d}.md").write_text(f"# Paper {i}\n\n{body}\n", encoding="utf-8")


def _sentence_transformers() -> Callable[[list[str]], object]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(identity(Settings()).folder), local_files_only=True)
    return lambda texts: model.encode(texts, batch_size=32, show_progress_bar=False)


def _rate(work: Callable[[], object], count: int) -> float:
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200, help="papers to invent")
    parser.add_argument("--folder", type=Path, help="ingest this folder instead")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=96, help="passages for the baseline")
    args = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="kb-speed-"))
    try:
        folder = args.folder or place / "papers"
        if args.folder is None:
            write_papers(folder, args.files)
        warm: list[float] = []
        loop: list[float] = []
        ours: list[float] = []
        workers = min(8, os.cpu_count() or 1)
        settings = Settings(index=place / "first", encoder="hash", workers=workers)
        report = build.ingest([folder], settings=settings)
        first = report.passages / report.seconds  # starts the server that children come from
        again = build.ingest([folder], settings=settings).seconds
        store = build.open_store(settings)
        stored = store.passages(store.passage_rows()).values()
        texts = [one.passage.text for one in stored]
        store.close()
        sample = random.Random(3).sample(texts, min(args.sample, len(texts)))
        plain, own = _sentence_transformers(), load_encoder(Settings())
        for encode in (plain, own.encode):
            encode(sample[:8])
        for number in range(args.rounds):  # by turns: what else runs here slows all alike
            settings = Settings(index=place / f"{number}", encoder="hash", workers=workers)
            report = build.ingest([folder], settings=settings)
            warm.append(report.passages / report.seconds)
            loop.append(_rate(lambda: plain(sample), len(sample)))
            ours.append(_rate(lambda: own.encode(sample), len(sample)))
        median = statistics.median
        ratios = [a / b for a, b in zip(warm, loop, strict=True)]
        record(
            "ingest_speed",
            {
                "passages": report.passages,
                "ingest_per_s": round(median(warm), 1),
                "ingest_per_s_first": round(first, 1),
                "unchanged_s": round(again, 3),
                "sentence_transformers_per_s": round(median(loop), 1),
                "own_encoder_per_s": round(median(ours), 1),
                "ratio": round(median(ratios), 1),
                "ratio_spread": [round(min(ratios), 1), round(max(ratios), 1)],
                "ratio_first": round(first / median(loop), 1),
            },
            model=DEFAULT_ENCODER,
            corpus=args.folder,
        )
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
