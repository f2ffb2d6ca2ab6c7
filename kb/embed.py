"""Texts to vectors: float32 (n, dim), rows of unit length.

`load_encoder(settings)` takes any sentence-transformers model by name or folder. Folders of the
plain BERT kind, the default among them, run in int8 by onnxruntime (`kb.embed_onnx`): several
times as fast, without the seconds that torch takes to import. All others, and all where there is
a GPU, run in sentence-transformers. Both ways bear one revision: their vectors agree well enough
(cosine above .99) to serve the same index. The encoder called "hash" hashes words and needs no
model: for tests and for finding faults, never for answers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kb.config import Settings
from kb.datatypes import Encoder, Passage
from kb.errors import UsageError
from kb.text import words

if TYPE_CHECKING:
    from kb.datatypes import Vectors

HASH_ENCODER = "hash"
#: The model that comes with the product, by the name that settings give it.
OWN_MODEL = "kb-es-en"
_OWN_FOLDER = Path(__file__).parent / "model"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
#: There where NVIDIA's or AMD's driver is: what is looked at before torch is imported to ask it.
_GPU_DEVICES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


class _Core(Protocol):
    dim: int
    runs_on: str

    def encode(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Which weights, told without loading them. `folder` is None for a model of the hub;
    `digest` is the sha256 of a folder's weights."""

    model: str
    revision: str
    folder: Path | None = None
    digest: str = ""


def passage_text(passage: Passage, title: str | None) -> str:
    """What is embedded of a passage: its words; a document's title would make all of its
    passages alike."""
    return passage.text


def identity(settings: Settings) -> Identity:
    """The model that the settings name: our own, a folder, or a name of the hub.

    The revision of a folder is a hash of its weights, of a hub name the commit that lies in the
    cache. A passage prefix of one's own changes the vectors, therefore the revision.
    """
    name = settings.encoder
    if name == HASH_ENCODER:
        return Identity(name, "1")
    folder = _folder(name)
    digest = "" if folder is None else _weights_hash(folder, name=name)
    revision = _cached_commit(name) if folder is None else digest[:12]
    if settings.passage_prefix is not None:
        revision += "+" + blake2b(settings.passage_prefix.encode(), digest_size=4).hexdigest()
    model = name if folder is None or name == OWN_MODEL else folder.name
    return Identity(model, revision, folder, digest)


def load_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name.

    Raises UsageError where there is no such model.
    """
    who = identity(settings)
    if settings.encoder == HASH_ENCODER:
        return HashEncoder()
    query, passage = _prompts(who.folder)
    core = _core(who, settings)
    return PrefixedEncoder(
        core=core,
        model=who.model,
        revision=who.revision or "unknown",
        dim=core.dim,
        runs_on=core.runs_on,
        query_prefix=query if settings.query_prefix is None else settings.query_prefix,
        passage_prefix=passage if settings.passage_prefix is None else settings.passage_prefix,
    )


@dataclass(slots=True)
class PrefixedEncoder:
    """A model with what it wants before questions and before passages."""

    core: _Core
    model: str
    revision: str
    dim: int
    query_prefix: str = ""
    passage_prefix: str = ""
    runs_on: str = ""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """float32 (len(texts), dim), rows of unit length, in the order of `texts`."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        prefix = self.query_prefix if query else self.passage_prefix
        return self.core.encode([prefix + text for text in texts])


class HashEncoder:
    """Counts of folded words, each hashed to one of `dim` places: deterministic, no model."""

    model = HASH_ENCODER
    revision = "1"
    dim = 256
    runs_on = "python"

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """float32 (len(texts), dim), rows of unit length, in the order of `texts`."""
        import numpy as np

        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or [""]:
                digest = blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest, "big") % self.dim] += 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


class _SentenceTransformer:
    """A model run by sentence-transformers."""

    def __init__(self, place: str, *, batch: int, threads: int, offline: bool) -> None:
        from sentence_transformers import SentenceTransformer

        if threads:
            import torch

            torch.set_num_threads(threads)
        try:
            self.model = SentenceTransformer(place, local_files_only=offline)
        except (OSError, ValueError) as error:
            raise UsageError("encoder_unreadable", name=place, detail=str(error)) from error
        self.model.float()  # weights kept in float16 are slow on a processor
        self.runs_on = f"sentence-transformers {self.model.device.type}"
        self.batch = batch
        self.dim = self.encode([""]).shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = self.model.encode(
            list(texts),
            prompt="",  # prefixes are ours to set
            batch_size=self.batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def _core(who: Identity, settings: Settings) -> _Core:
    from kb.embed_folder import is_plain_bert

    runtime = settings.encoder_runtime
    plain = who.folder is not None and is_plain_bert(who.folder)
    if runtime == "onnx" and not plain:
        raise UsageError("encoder_not_onnx", name=settings.encoder)
    if plain and (runtime == "onnx" or (runtime == "auto" and not _has_gpu())):
        from kb.embed_onnx import OnnxEncoder

        assert who.folder is not None
        return OnnxEncoder(who.folder, who.digest, threads=settings.threads)
    return _SentenceTransformer(
        str(who.folder or settings.encoder),
        batch=settings.encoder_batch,
        threads=settings.threads,
        offline=who.folder is not None or bool(who.revision),
    )


def _has_gpu() -> bool:
    """Whether torch can compute on a GPU; torch is asked only where a driver is."""
    if not any(Path(device).exists() for device in _GPU_DEVICES):
        return False
    import torch

    return torch.cuda.is_available()


def _folder(name: str) -> Path | None:
    """Where the model lies: in this package, or at the path that `name` is."""
    if name == OWN_MODEL:
        return _OWN_FOLDER
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise UsageError("encoder_unreadable", name=name, detail="no such folder")
    return None


def _weights_hash(folder: Path, *, name: str) -> str:
    """sha256 of the weights in `folder`."""
    path = next((folder / file for file in _WEIGHTS if (folder / file).is_file()), None)
    if path is None:  # not ours to judge: sentence-transformers says what is wrong with it
        path = folder / "modules.json"
        if not path.is_file():
            raise UsageError("encoder_unreadable", name=name, detail="no modules.json")
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _cached_commit(name: str) -> str:
    """The commit of a hub model that lies in the cache; "" if none does yet."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, "modules.json")
    return Path(found).parent.name[:12] if isinstance(found, str) else ""


def _prompts(folder: Path | None) -> tuple[str, str]:
    """What the model's own configuration puts before questions and before passages."""
    path = None if folder is None else folder / "config_sentence_transformers.json"
    if path is None or not path.is_file():
        return "", ""
    prompts = json.loads(path.read_text(encoding="utf-8")).get("prompts") or {}
    return prompts.get("query") or "", prompts.get("passage") or prompts.get("document") or ""
