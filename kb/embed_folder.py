"""What lies in a folder of sentence-transformers' format, read without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_NEEDED = ("config.json", "modules.json", "model.safetensors", "tokenizer.json")
_MODULES = ["Transformer", "Pooling", "Normalize"]


def read_json(path: Path) -> Any:
    """The file's content; {} where there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def is_plain_bert(folder: Path) -> bool:
    """Whether the model in `folder` is the kind that `kb.embed_graph` draws: BERT with absolute
    positions and GELU, mean pooling, unit length."""
    if not all((folder / name).is_file() for name in _NEEDED):
        return False
    config, modules = read_json(folder / "config.json"), read_json(folder / "modules.json")
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds != _MODULES or config.get("model_type") != "bert":
        return False
    pooling = read_json(folder / modules[1]["path"] / "config.json")
    modes = {
        name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True
    }
    return (
        config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and (modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean")
    )


def weights(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Every float tensor of model.safetensors by name, as float32."""
    import numpy as np
    from safetensors.numpy import load_file

    return {
        name.removeprefix("bert."): value.astype(np.float32)
        for name, value in load_file(folder / "model.safetensors").items()
        if value.dtype.kind == "f"
    }


def tokenizer(folder: Path) -> Tokenizer:
    """The folder's tokenizer; cuts at the model's longest text, pads nothing."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    longest = read_json(folder / "config.json")["max_position_embeddings"]
    for file, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("tokenizer_config.json", "model_max_length"),
    ):
        # The second holds 10**30 where its writer knew of no limit.
        if limit := read_json(folder / file).get(key):
            longest = min(longest, int(limit))
            break
    found.enable_truncation(longest)
    found.no_padding()
    return found


def batches(lengths: Sequence[int], *, tokens: int) -> list[list[int]]:
    """Places of texts that are worked on together: of one length, so that none is padded, and of
    about `tokens` in all; the longest first, so that the threads end at about the same time."""
    found: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        last = found[-1] if found else None
        if last and lengths[last[0]] == lengths[i] and lengths[i] * (len(last) + 1) <= tokens:
            last.append(i)
        else:
            found.append([i])
    return found
