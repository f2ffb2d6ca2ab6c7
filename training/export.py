"""The trained student as a folder that sentence-transformers loads, weights in fp16."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.student import to_bert

if TYPE_CHECKING:
    import torch

#: Pieces of a text in the training, and of one that the model is given: a passage of 220 Spanish
#: words has about 300.
LONGEST, READ = 256, 384
_MODULES = [
    {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
    for i, (path, kind) in enumerate(
        (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    )
]


def export(
    state: dict[str, torch.Tensor], tokenizer: dict[str, Any], folder: Path, *, heads: int = 12
) -> None:
    """Write `state` (an `Encoder`'s weights) and its tokenizer.json into `folder`."""
    import torch
    from safetensors.torch import save_file

    weights = {name: value.to(torch.float16) for name, value in to_bert(state).items()}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    rows, dim = weights["embeddings.word_embeddings.weight"].shape
    wide = weights["encoder.layer.0.intermediate.dense.weight"].shape[0]
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": dim,
        "intermediate_size": wide,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": weights["embeddings.position_embeddings.weight"].shape[0],
        "num_attention_heads": heads,
        "num_hidden_layers": sum(name.endswith("intermediate.dense.weight") for name in weights),
        "pad_token_id": tokenizer["model"]["vocab"]["[PAD]"],
        "position_embedding_type": "absolute",
        "dtype": "float32",
        "type_vocab_size": 2,
        "vocab_size": rows,
    }
    marks = {name: f"[{name[:3].upper()}]" for name in ("unk_token", "sep_token", "cls_token")}
    files = {
        "config.json": config,
        "modules.json": _MODULES,
        "sentence_bert_config.json": {"max_seq_length": READ, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "", "document": ""},
            "similarity_fn_name": "cosine",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": True,
            "strip_accents": None,
            "model_max_length": READ,
            "pad_token": "[PAD]",
            "mask_token": "[MASK]",
            **marks,
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": dim,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
    }
    files["2_Normalize/config.json"] = {}  # a folder that git keeps
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
