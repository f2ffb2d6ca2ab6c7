"""Frozen settings; the one reader of the environment and of kb.toml.

Order: what a caller passes, then the environment (KB_...), then kb.toml in the current folder
(or the file that KB_CONFIG names), then the defaults below.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from kb.errors import UsageError

#: The model that comes with the product, in kb/model.
DEFAULT_ENCODER = "kb-es-en"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds, bytes of memory of its process, bytes once inflated."""

    seconds: float = 55.0
    seconds_per_ocr_page: float = 20.0
    memory: int = 1_200_000_000
    inflated: int = 300_000_000
    output: int = 64_000_000  # characters of text taken from one file
    ocr_pages: int = 300  # pages recognised unasked; above, --ocr always


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `index` is a folder; `encoder` a name or folder of a model."""

    index: Path = Path("indexes/default")
    encoder: str = DEFAULT_ENCODER
    encoder_batch: int = 32
    encoder_runtime: Literal["auto", "onnx", "sentence-transformers"] = "auto"
    query_prefix: str | None = None
    passage_prefix: str | None = None
    ner_es: str | None = None  # an installed spaCy pipeline for people and organisations
    ner_en: str | None = None
    ocr: Literal["auto", "off", "always"] = "auto"
    workers: int = 2
    ui_lang: Literal["es", "en"] = "en"
    threads: int = 0  # of the encoder; 0: all cores
    limits: Limits = Limits()


def load(*, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment and kb.toml; keyword arguments that are not None win."""
    env = os.environ if environ is None else environ
    values: dict[str, Any] = {"workers": min(8, os.cpu_count() or 1), "ui_lang": _locale(env)}
    path = Path(env.get("KB_CONFIG", "kb.toml"))
    if path.is_file():
        values |= _from_toml(path)
    elif "KB_CONFIG" in env:
        raise UsageError("config_missing", path=str(path))
    known = {f.name for f in fields(Settings)} - {"limits"}
    for name in known:
        if (text := env.get(f"KB_{name.upper()}")) is not None:
            values[name] = text
    values |= {name: value for name, value in given.items() if value is not None}
    return _checked(values)


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("config_unreadable", path=str(path), detail=str(error)) from error
    known = {f.name for f in fields(Settings)}
    for name in values:
        if name not in known:
            raise UsageError(
                "config_unknown", path=str(path), name=name, choices=", ".join(sorted(known))
            )
    return values


def _checked(values: dict[str, Any]) -> Settings:
    values["index"] = Path(values.get("index", Settings().index))
    for name in ("workers", "encoder_batch", "threads"):
        if name in values:
            try:
                values[name] = int(values[name])
            except (TypeError, ValueError):
                raise UsageError(
                    "bad_number", field=name, want="a whole number", value=str(values[name])
                ) from None
            if values[name] < (0 if name == "threads" else 1):
                raise UsageError("bad_number", field=name, want="at least 1", value=values[name])
    for name, choices in (
        ("ocr", ("auto", "off", "always")),
        ("ui_lang", ("es", "en")),
        ("encoder_runtime", ("auto", "onnx", "sentence-transformers")),
    ):
        if name in values and values[name] not in choices:
            raise UsageError(
                "unknown_value", field=name, value=str(values[name]), nearest=", ".join(choices)
            )
    limits = values.pop("limits", None)
    settings = Settings(**values)
    if isinstance(limits, Limits):
        return replace(settings, limits=limits)
    if limits:
        try:
            return replace(settings, limits=Limits(**limits))
        except TypeError as error:
            raise UsageError("config_unreadable", path="limits", detail=str(error)) from error
    return settings


def _locale(env: Mapping[str, str]) -> str:
    """es or en as the locale says (LC_ALL, LC_MESSAGES, LANG in that order)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            return "es" if value.lower().startswith("es") else "en"
    return "en"
