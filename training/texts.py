"""Texts as word pieces, and batches of like length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.student import Encoder

#: Pieces worked on at once, padding included.
PIECES = 4096
#: Lengths that texts are padded to. Few, because the matrix library compiles a kernel for every
#: new shape, which takes longer than the batch.
LENGTHS = (8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256)


class Pieces:
    """The word pieces of many texts, in one array."""

    def __init__(self, tokenizer: Any, texts: Sequence[str], *, longest: int) -> None:
        tokenizer.enable_truncation(longest)
        tokenizer.no_padding()
        parts: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for at in range(0, len(texts), 20_000):
            for found in tokenizer.encode_batch(list(texts[at : at + 20_000])):
                parts.append(np.asarray(found.ids, dtype=np.int32))
                lengths.append(len(found.ids))
        self.flat = np.concatenate(parts)
        self.lengths = np.asarray(lengths)
        self.starts = np.cumsum(self.lengths) - self.lengths

    def __len__(self) -> int:
        return len(self.lengths)

    def batch(
        self, chosen: NDArray[np.int64], device: str = "cpu"
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(b, n) pieces, padded by 0 to one of `LENGTHS`, and the mask of where they are."""
        lengths = self.lengths[chosen]
        mask = np.arange(padded(int(lengths.max())))[None] < lengths[:, None]
        rows = np.zeros(mask.shape, dtype=np.int64)
        rows[mask] = np.concatenate(
            [self.flat[self.starts[i] : self.starts[i] + self.lengths[i]] for i in chosen]
        )
        return torch.from_numpy(rows).to(device), torch.from_numpy(mask).to(device)


def padded(length: int) -> int:
    """The least of `LENGTHS` that holds `length` pieces."""
    return LENGTHS[bisect_left(LENGTHS, length)]


def batches(
    lengths: NDArray[np.int64], *, order: np.random.Generator | None = None, pieces: int = PIECES
) -> list[NDArray[np.int64]]:
    """Places of texts, in batches of like length; with `order` both texts and batches at random.

    All batches of a length have the same number of texts: the last one is filled up by texts
    of its beginning again.
    """
    kinds = np.searchsorted(LENGTHS, lengths)
    made = []
    for kind, length in enumerate(LENGTHS):
        places = np.flatnonzero(kinds == kind)
        if order is not None:
            places = order.permutation(places)
        size = max(1, pieces // length)
        for at in range(0, len(places), size):
            made.append(np.resize(places[at : at + size], size))
    if order is not None:
        made = [made[i] for i in order.permutation(len(made))]
    return made


@torch.no_grad()
def encode(model: Encoder, texts: Pieces, device: str = "cpu") -> NDArray[np.float32]:
    """Unit vectors of all texts, float32 (n, dim), in their order."""
    out = np.zeros((len(texts), model.words.embedding_dim), dtype=np.float32)
    for chosen in batches(texts.lengths):
        pieces, mask = texts.batch(chosen, device)
        out[chosen] = model(pieces, mask).float().cpu().numpy()
    return out
