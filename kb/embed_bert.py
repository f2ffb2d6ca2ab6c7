"""A BERT sentence encoder in numpy: the same vectors as sentence-transformers, without torch.

Importing torch costs seconds; one question needs milliseconds. `BertEncoder` reads the files of
a sentence-transformers folder (model.safetensors, tokenizer.json and the configurations) of the
plain kind: BERT with absolute positions, mean pooling, unit length. `fits` says whether a folder
is of that kind. The forward pass follows Devlin et al. 2019 (BERT): post-norm layers of
self-attention, softmax(QK'/sqrt(d))V, and GELU feed-forward; the sentence is the mean of its
tokens' last states (Reimers & Gurevych 2019).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kb.datatypes import Vectors

    Array = NDArray[np.float32]

_NEEDED = ("config.json", "modules.json", "model.safetensors", "tokenizer.json")
_MODULES = ["Transformer", "Pooling", "Normalize"]
#: Tokens (padding included) worked on at once: what stays in the caches (4096 is a third slower).
_TOKENS = 384


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def fits(folder: Path) -> bool:
    """Whether the model in `folder` is one that `BertEncoder` computes."""
    if not all((folder / name).is_file() for name in _NEEDED):
        return False
    config, modules = _json(folder / "config.json"), _json(folder / "modules.json")
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds != _MODULES or config.get("model_type") != "bert":
        return False
    pooling = _json(folder / modules[1]["path"] / "config.json")
    modes = {
        name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True
    }
    return (
        config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and (modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean")
    )


class BertEncoder:
    """Texts to float32 (n, dim), rows of unit length; deterministic, reads `folder` only."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """`threads`: batches worked on at a time; 0 for as many as there are cores."""
        import numpy as np
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self.threads = threads or os.cpu_count() or 1
        config = _json(folder / "config.json")
        sizes = folder / "sentence_bert_config.json"
        longest = _json(sizes).get("max_seq_length") if sizes.is_file() else None
        self.longest = min(longest or 512, config["max_position_embeddings"])
        self.heads = int(config["num_attention_heads"])
        self.layers = int(config["num_hidden_layers"])
        self.dim = int(config["hidden_size"])
        self.epsilon = float(config["layer_norm_eps"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(self.longest)
        self.tokenizer.no_padding()
        self.weights: dict[str, Array] = {
            name.removeprefix("bert."): value.astype(np.float32)
            for name, value in load_file(folder / "model.safetensors").items()
            if value.dtype.kind == "f"
        }

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, in their order."""
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        ids = [encoded.ids for encoded in self.tokenizer.encode_batch(list(texts))]
        vectors: Vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        batches = list(_batches([len(one) for one in ids]))

        def work(batch: list[int]) -> None:
            vectors[batch] = self._forward([ids[i] for i in batch])

        # A thread a batch, one BLAS thread each: most steps are element by element and would
        # leave the other cores idle, and BLAS threads that wait for a busy core spin.
        with _blas().limit(limits=1):
            if len(batches) == 1:  # one question: a pool would cost more than it gives
                work(batches[0])
            else:
                with ThreadPoolExecutor(self.threads) as pool:
                    list(pool.map(work, batches))
        return vectors

    def _forward(self, batch: Sequence[Sequence[int]]) -> Vectors:
        """(b, n) token ids, padded here, to (b, dim)."""
        import numpy as np

        longest = max(len(ids) for ids in batch)
        tokens = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros((len(batch), longest), dtype=np.float32)
        for i, ids in enumerate(batch):
            tokens[i, : len(ids)] = ids
            mask[i, : len(ids)] = 1.0
        w = self.weights
        x = (
            w["embeddings.word_embeddings.weight"][tokens]
            + w["embeddings.position_embeddings.weight"][:longest]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        hidden = ((1.0 - mask) * np.float32(-1e9))[:, None, None, :]
        for layer in range(self.layers):
            x = self._layer(x, hidden, f"encoder.layer.{layer}")
        mean = (x * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: Vectors = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
        return unit

    def _layer(self, x: Array, hidden: Array, name: str) -> Array:
        """(b, n, dim) to (b, n, dim)."""
        import numpy as np

        b, n, dim = x.shape
        size = dim // self.heads

        def split(part: str) -> Array:
            return (
                self._linear(x, f"{name}.attention.self.{part}")
                .reshape(b, n, self.heads, size)
                .transpose(0, 2, 1, 3)
            )

        scores: Array = split("query") @ split("key").transpose(0, 1, 3, 2)
        scores *= np.float32(size**-0.5)
        scores += hidden
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        context: Array = (scores @ split("value")).transpose(0, 2, 1, 3).reshape(b, n, dim)
        x = self._norm(
            x + self._linear(context, f"{name}.attention.output.dense"),
            f"{name}.attention.output.LayerNorm",
        )
        wide = gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(
            x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _linear(self, x: Array, name: str) -> Array:
        flat = x.reshape(-1, x.shape[-1]) @ self.weights[f"{name}.weight"].T
        flat += self.weights[f"{name}.bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def _norm(self, x: Array, name: str) -> Array:
        x = x - x.mean(axis=-1, keepdims=True)
        x *= (mean_square(x) + self.epsilon) ** -0.5
        x *= self.weights[f"{name}.weight"]
        x += self.weights[f"{name}.bias"]
        return x


@lru_cache(maxsize=1)
def _blas() -> Any:
    """What sets the threads of BLAS; finding the libraries takes longer than a question."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts that are worked on together: of like length, so that little is padded."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batch and lengths[i] * (len(batch) + 1) > _TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def mean_square(x: Array) -> Array:
    """Mean of squares over the last axis, kept: (..., n) to (..., 1)."""
    import numpy as np

    found: Array = (np.einsum("...i,...i->...", x, x) / np.float32(x.shape[-1]))[..., None]
    return found


def gelu(x: Array) -> Array:
    """x * (1 + erf(x / sqrt 2)) / 2, in place.

    erf by Abramowitz & Stegun 7.1.26: a polynomial whose error is below 1.5e-7.
    """
    import numpy as np

    z = np.abs(x)
    z *= np.float32(0.5**0.5)
    t = 1.0 / (1.0 + np.float32(0.3275911) * z)
    poly = np.float32(1.061405429) * t
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        poly += np.float32(factor)
        poly *= t
    np.square(z, out=z)
    np.negative(z, out=z)
    np.exp(z, out=z)
    poly *= z  # erfc(|x| / sqrt 2)
    half = np.where(x > 0, 2.0 - poly, poly).astype(np.float32)
    half *= np.float32(0.5)
    half *= x
    return half
