"""A tiny BERT folder with random weights, and its vectors computed by hand in float64."""

from __future__ import annotations

import json
from math import erf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WORDS = [*"abcdefghijklmnopqrstuvwxyz", "red", "talento", "network", "energy", "energía", "¿", "?"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *(f"##{c}" for c in WORDS[:26])]
HEADS, DIM, WIDE, LAYERS, LONGEST = 4, 32, 64, 2, 24


def write_bert(
    folder: Path, *, seed: int = 0, largest: float = 8.0
) -> dict[str, NDArray[np.float32]]:
    """Writes the folder; returns its weights. One channel of each norm is `largest` times as
    large as the rest, as in trained models."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    rng = np.random.default_rng(seed)
    weights = {}

    def linear(name: str, out: int, into: int) -> None:
        weights[f"{name}.weight"] = rng.normal(0, into**-0.5, (out, into))
        weights[f"{name}.bias"] = rng.normal(0, 0.1, out)

    def norm(name: str) -> None:
        weights[f"{name}.weight"] = rng.uniform(0.8, 1.2, DIM)
        weights[f"{name}.weight"][3] *= largest
        weights[f"{name}.bias"] = rng.normal(0, 0.1, DIM)

    for name, rows in (("word", len(PIECES)), ("position", 64), ("token_type", 2)):
        weights[f"embeddings.{name}_embeddings.weight"] = rng.normal(0, 0.5, (rows, DIM))
    norm("embeddings.LayerNorm")
    for i in range(LAYERS):
        name = f"encoder.layer.{i}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            linear(f"{name}.attention.{part}", DIM, DIM)
        norm(f"{name}.attention.output.LayerNorm")
        linear(f"{name}.intermediate.dense", WIDE, DIM)
        linear(f"{name}.output.dense", DIM, WIDE)
        norm(f"{name}.output.LayerNorm")
    stored = {name: value.astype(np.float32) for name, value in weights.items()}

    folder.mkdir(parents=True, exist_ok=True)
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer = Tokenizer(
        models.WordPiece({piece: i for i, piece in enumerate(PIECES)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    kinds = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    files = {
        "config.json": {
            "model_type": "bert", "architectures": ["BertModel"], "hidden_act": "gelu",
            "hidden_size": DIM, "intermediate_size": WIDE, "num_attention_heads": HEADS,
            "num_hidden_layers": LAYERS, "max_position_embeddings": 64, "type_vocab_size": 2,
            "vocab_size": len(PIECES), "layer_norm_eps": 1e-12, "pad_token_id": 0,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (kind, path) in enumerate(kinds.items())
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": DIM, "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": LONGEST, "do_lower_case": False},
        "tokenizer_config.json": {
            "tokenizer_class": "BertTokenizer", "model_max_length": 512, "do_lower_case": True,
            "strip_accents": False, "unk_token": "[UNK]", "cls_token": "[CLS]",
            "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[UNK]",
        },
    }  # fmt: skip
    for place, content in files.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(json.dumps(content), encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return stored


def vector(w: dict[str, NDArray[np.float32]], ids: list[int]) -> NDArray[np.float64]:
    """The unit vector of one text, token by token and head by head: (dim,)."""

    def norm(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-12)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return x @ w[f"{name}.weight"].astype(float).T + w[f"{name}.bias"]

    x = np.array(
        [
            w["embeddings.word_embeddings.weight"][token]
            + w["embeddings.position_embeddings.weight"][place]
            + w["embeddings.token_type_embeddings.weight"][0]
            for place, token in enumerate(ids)
        ],
        dtype=float,
    )
    x = norm(x, "embeddings.LayerNorm")
    size = DIM // HEADS
    for i in range(LAYERS):
        name = f"encoder.layer.{i}"
        q, k, v = (linear(x, f"{name}.attention.self.{p}") for p in ("query", "key", "value"))
        context = np.zeros_like(x)
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            power = np.exp(q[:, part] @ k[:, part].T / size**0.5)
            context[:, part] = power / power.sum(1, keepdims=True) @ v[:, part]
        y = norm(
            x + linear(context, f"{name}.attention.output.dense"),
            f"{name}.attention.output.LayerNorm",
        )
        wide = linear(y, f"{name}.intermediate.dense")
        wide = wide * (1 + np.vectorize(erf)(wide / 2**0.5)) / 2
        x = norm(y + linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
