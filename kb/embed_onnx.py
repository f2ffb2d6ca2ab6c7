"""A BERT sentence encoder run by onnxruntime: no torch, milliseconds a question.

The vectors of int8 differ a little from those of sentence-transformers (cosine above .99) but
serve the same index: both bear the weights' revision.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kb.embed_folder import batches, tokenizer
from kb.embed_int8 import arithmetic, ready

if TYPE_CHECKING:
    from kb.datatypes import Vectors

#: Tokens worked on at once by a thread: what stays in its core's caches.
_TOKENS = 512


class OnnxEncoder:
    """Texts to float32 (n, dim), rows of unit length.

    A text's vector does not depend on the texts beside it: batches are of one length, nothing is
    padded, and the scales of int8 are fixed.
    """

    def __init__(self, folder: Path, digest: str, *, threads: int = 0) -> None:
        """`digest`: sha256 of the weights; `threads`: batches at a time, 0 for all cores."""
        self.threads = threads or os.cpu_count() or 1
        self.session = ready(folder, digest)
        self.tokenizer = tokenizer(folder)
        self.runs_on = f"onnxruntime {arithmetic(self.session)}"
        self.dim = self.encode([""]).shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, in their order."""
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        ids = [encoded.ids for encoded in self.tokenizer.encode_batch(list(texts))]
        places = batches([len(one) for one in ids], tokens=_TOKENS)

        def work(batch: list[int]) -> Vectors:
            given = np.array([ids[i] for i in batch], dtype=np.int64)
            vectors: Vectors = self.session.run(["vector"], {"ids": given})[0]
            return vectors

        if len(places) == 1:  # one question: a pool would cost more than it gives
            parts = [work(places[0])]
        else:  # one session on all cores would leave them idle between its steps
            with ThreadPoolExecutor(self.threads) as pool:
                parts = list(pool.map(work, places))
        vectors: Vectors = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
        for batch, part in zip(places, parts, strict=True):
            vectors[batch] = part
        return vectors
