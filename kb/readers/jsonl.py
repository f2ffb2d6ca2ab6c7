""".jsonl of ready passages: one line `{id, text, lang?, title?}` is one passage, as it stands."""

from __future__ import annotations

import json
from typing import Any

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument, ReadResult
from kb.errors import ReadError
from kb.readers import encodings
from kb.readers.pieces import warn
from kb.readers.plain import notes

_KEPT = ("id", "text", "lang", "title")


def read(data: bytes, *, name: str, settings: Settings) -> ReadResult:
    """A document a line, member "#id"; a bad line is a warning that names it."""
    decoded = encodings.decode(data)
    warnings: list[Problem] = list(notes(decoded, name))
    documents: list[RawDocument] = []
    seen: set[str] = set()
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        found = _line(line, name=name, number=number, seen=seen)
        if isinstance(found, Problem):
            warnings.append(found)
        else:
            documents.append(found)
    if not documents:
        raise ReadError("no_text")
    return ReadResult(tuple(documents), warnings=tuple(warnings))


def _line(line: str, *, name: str, number: int, seen: set[str]) -> RawDocument | Problem:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError):
        return warn(name, "jsonl_bad_line", line=number)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return warn(name, "jsonl_no_text", line=number)
    text = value["text"]
    if not text.strip():
        return warn(name, "jsonl_no_text", line=number)
    key = value.get("id")
    if isinstance(key, bool) or not isinstance(key, (str, int, float)) or key == "":
        key = number
    key = str(key)
    if key in seen:
        return warn(name, "jsonl_same_id", line=number, id=key)
    seen.add(key)
    lang = value.get("lang") if isinstance(value.get("lang"), str) else None
    title = value.get("title") if isinstance(value.get("title"), str) else None
    return RawDocument(
        (Block(text, lang=lang),),
        member=f"#{key}",
        format="jsonl",
        title=title,
        lang=lang,
        metadata=tuple(
            (str(k), str(v)) for k, v in value.items()
            if k not in _KEPT and isinstance(v, (str, int, float))
        ),
        ready=True,
        kind_hint="policy",
    )  # fmt: skip
