"""What runs where: versions, the encoder and its speed, text recognition, the index."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
import time
from typing import Any

from kb.config import Settings
from kb.errors import KBError
from kb.wire import to_plain

PACKAGES = (
    "spacy", "onnxruntime", "sentence-transformers", "torch", "faiss-cpu", "tantivy", "pypdf",
    "pypdfium2",
)  # fmt: skip


def examine(settings: Settings) -> dict[str, Any]:
    """Everything that a person would ask when something does not work."""
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "encoder": _encoder(settings),
        "ocr": _ocr(),
        "index": _index(settings),
        "settings": {
            "index": str(settings.index),
            "encoder": settings.encoder,
            "ocr": settings.ocr,
            "workers": settings.workers,
            "ui_lang": settings.ui_lang,
        },
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _encoder(settings: Settings) -> dict[str, Any]:
    from kb.embed import load_encoder

    try:
        encoder = load_encoder(settings)
        sample = ["Una red de talento necesita un propósito claro y un sostén propio. " * 8] * 8
        encoder.encode(sample[:1])
        started = time.perf_counter()
        encoder.encode(sample)
        passages = len(sample) / (time.perf_counter() - started)
        started = time.perf_counter()
        for _ in range(10):
            encoder.encode(["¿Quién sabe de baterías?"], query=True)
        query = 100 * (time.perf_counter() - started)
    except KBError as error:
        return {"model": settings.encoder, "error": error.text(settings.ui_lang)}
    return {
        "model": encoder.model,
        "revision": encoder.revision,
        "dim": encoder.dim,
        "runs_on": encoder.runs_on,
        "passages_per_second": round(passages, 1),
        "query_ms": round(query, 2),
    }


def _ocr() -> dict[str, Any]:
    program = shutil.which("tesseract")
    if program is None:
        return {"tesseract": None, "languages": []}
    shown = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    )
    langs = [line.strip() for line in shown.stdout.splitlines()[1:] if line.strip()]
    return {"tesseract": program, "languages": sorted(set(langs) & {"spa", "eng"})}


def _index(settings: Settings) -> dict[str, Any]:
    from kb.build import status

    try:
        found: dict[str, Any] = to_plain(status(settings))
        return found
    except KBError as error:
        return {"path": str(settings.index), "error": error.text(settings.ui_lang)}
