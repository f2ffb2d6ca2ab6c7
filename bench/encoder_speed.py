"""How fast the product's way of running an encoder is, against sentence-transformers in float32.

Both run the same weights in this process on the same cores. Passages are the paragraphs of XQuAD
in both languages; runs alternate, so that what else the machine does hits both. Figures are
medians; only the ratio means anything on another machine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.encoder_sets import LANGS, Figures, xquad_texts
from kb.datatypes import Encoder

RUNS = 5
QUESTIONS = 200


def speed(folder: Path, encoder: Encoder, place: str, *, threads: int = 0) -> Figures:
    """Passages a second and milliseconds a question of both, and how far their vectors differ.

    `place` is the folder or name of the weights for sentence-transformers.
    """
    texts = {lang: xquad_texts(folder, lang) for lang in LANGS}
    passages = [text for lang in LANGS for text in texts[lang][0]]
    questions = [q for pair in zip(*(texts[lang][1] for lang in LANGS), strict=True) for q in pair]
    plain = _plain(place, threads=threads)
    before = getattr(encoder, "passage_prefix", "")

    def ours(some: Sequence[str]) -> Any:
        return encoder.encode(some)

    def theirs(some: Sequence[str]) -> Any:
        return plain.encode(
            [before + text for text in some], prompt="", normalize_embeddings=True, batch_size=32
        )

    first, second = ours(passages), theirs(passages)  # the warm-up
    taken: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(RUNS):
        taken["ours"].append(_seconds(ours, passages))
        taken["theirs"].append(_seconds(theirs, passages))
    asked: dict[str, list[float]] = {"ours": [], "theirs": []}
    for question in questions[:QUESTIONS]:
        asked["ours"].append(_seconds(lambda some: encoder.encode(some, query=True), [question]))
        asked["theirs"].append(_seconds(theirs, [question]))
    median = {name: statistics.median(times) for name, times in taken.items()}
    one = {name: 1000 * statistics.median(times) for name, times in asked.items()}
    return {
        "speed passages/s": len(passages) / median["ours"],
        "speed passages/s sentence-transformers fp32": len(passages) / median["theirs"],
        "speed ratio": median["theirs"] / median["ours"],
        "speed question ms": one["ours"],
        "speed question ms sentence-transformers fp32": one["theirs"],
        "speed least cosine to fp32": float((first * second).sum(axis=1).min()),
    }


def _plain(place: str, *, threads: int) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    if threads:
        torch.set_num_threads(threads)
    return SentenceTransformer(place, device="cpu").float()


def _seconds(work: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    work(texts)
    return time.perf_counter() - started
