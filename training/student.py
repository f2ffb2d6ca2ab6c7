"""BERT in torch, small enough to read and quick enough to train on two cores.

The same network as `BertModel` of transformers (Devlin et al. 2019), without dropout, attention
written out: on a processor, for texts of twenty pieces, that is twice as fast as the fused kernel.
Numbers are bfloat16 where the processor multiplies them natively, float32 elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

_PARTS = {
    "attention.output.dense": "mix",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "widen",
    "output.dense": "narrow",
    "output.LayerNorm": "norm2",
}
_OUTER = {
    "embeddings.word_embeddings.weight": "words.weight",
    "embeddings.position_embeddings.weight": "places.weight",
    "embeddings.LayerNorm.weight": "norm.weight",
    "embeddings.LayerNorm.bias": "norm.bias",
}


def fast_type() -> torch.dtype:
    """bfloat16 where the processor or a GPU has it, else float32 (bfloat16 would be slower)."""
    if torch.cuda.is_available():
        return torch.bfloat16
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(encoding="utf-8") if cpuinfo.is_file() else ""
    return torch.bfloat16 if "avx512_bf16" in flags or "amx_bf16" in flags else torch.float32


class Layer(nn.Module):
    """Self-attention and feed-forward, each followed by its norm: (b, n, dim) to (b, n, dim)."""

    def __init__(self, dim: int, heads: int, wide: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.mix = nn.Linear(dim, dim)
        self.norm1 = nn.LayerNorm(dim, eps=1e-12)
        self.widen = nn.Linear(dim, wide)
        self.narrow = nn.Linear(wide, dim)
        self.norm2 = nn.LayerNorm(dim, eps=1e-12)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        b, n, dim = x.shape
        size = dim // self.heads
        parts = self.qkv(x).view(b, n, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        query, key, value = parts.reshape(3, b * self.heads, n, size).unbind(0)
        scores = torch.bmm(query * size**-0.5, key.transpose(1, 2)).view(b, self.heads, n, n)
        shares = (scores + hidden).softmax(dim=-1).view(b * self.heads, n, n)
        heads = torch.bmm(shares, value).view(b, self.heads, n, size)
        x = self.norm1(x + self.mix(heads.transpose(1, 2).reshape(b, n, dim)))
        return self.norm2(x + self.narrow(functional.gelu(self.widen(x))))


class Encoder(nn.Module):
    """Pieces to unit vectors: (b, n) to (b, dim)."""

    def __init__(
        self, rows: int, *, dim: int = 384, heads: int = 12, wide: int = 1536, layers: int = 6
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(rows, dim, sparse=True)
        self.places = nn.Embedding(512, dim)
        self.norm = nn.LayerNorm(dim, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dim, heads, wide) for _ in range(layers))

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`mask` (b, n): True where there is a piece, False where there is padding."""
        x = self.norm(self.words(pieces) + self.places.weight[: pieces.shape[1]])
        x = x.to(self.layers[0].mix.weight.dtype)  # type: ignore[union-attr]
        hidden = torch.zeros(mask.shape, dtype=x.dtype, device=x.device)
        hidden = hidden.masked_fill(~mask, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, hidden)
        share = mask.float()[:, :, None]
        return functional.normalize((x.float() * share).sum(dim=1) / share.sum(dim=1), dim=1)

    def in_fast_layers(self) -> Encoder:
        """This encoder with its layers in the quick number type; embeddings stay float32."""
        self.layers.to(fast_type())
        return self


def load(folder: Path, *, rows: int | None = None) -> Encoder:
    """The encoder of a sentence-transformers folder. With `rows` the table of word pieces is left
    empty, of so many rows: the caller fills it. The row of token type 0 is added to the places."""
    weights = {
        name.removeprefix("bert."): value.float()
        for name, value in load_file(folder / "model.safetensors").items()
        if value.is_floating_point()
    }
    table = weights["embeddings.word_embeddings.weight"]
    layers = sum(name.endswith("intermediate.dense.weight") for name in weights)
    wide = len(weights["encoder.layer.0.intermediate.dense.weight"])
    model = Encoder(rows or len(table), dim=table.shape[1], wide=wide, layers=layers)
    state = model.state_dict()
    for theirs, ours in _OUTER.items():
        if rows is None or ours != "words.weight":
            state[ours] = weights[theirs]
    state["places.weight"] = (
        state["places.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    )
    for n in range(layers):
        for kind in ("weight", "bias"):
            for theirs, ours in _PARTS.items():
                state[f"layers.{n}.{ours}.{kind}"] = weights[f"encoder.layer.{n}.{theirs}.{kind}"]
            state[f"layers.{n}.qkv.{kind}"] = torch.cat(
                [
                    weights[f"encoder.layer.{n}.attention.self.{part}.{kind}"]
                    for part in ("query", "key", "value")
                ]
            )
    model.load_state_dict(state)
    return model


def to_bert(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of an `Encoder` under the names of transformers' BertModel."""
    found = {theirs: state[ours] for theirs, ours in _OUTER.items()}
    found["embeddings.token_type_embeddings.weight"] = torch.zeros(
        2, state["words.weight"].shape[1]
    )
    layers = sum(name.endswith("qkv.weight") for name in state)
    for n in range(layers):
        for kind in ("weight", "bias"):
            for theirs, ours in _PARTS.items():
                found[f"encoder.layer.{n}.{theirs}.{kind}"] = state[f"layers.{n}.{ours}.{kind}"]
            for part, value in zip(
                ("query", "key", "value"), state[f"layers.{n}.qkv.{kind}"].chunk(3), strict=True
            ):
                found[f"encoder.layer.{n}.attention.self.{part}.{kind}"] = value
    return {name: value.float().contiguous() for name, value in found.items()}
