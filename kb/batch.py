"""Many questions of a .jsonl file, answered in order, one JSON object a line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import KBError, UsageError
from kb.filters import FILTER_NAMES, resolve_filters
from kb.search import Searcher, search
from kb.wire import to_plain

if TYPE_CHECKING:
    from kb.config import Settings


def run(
    searcher: Searcher, path: Path, *, mode: str, k: int = 10, settings: Settings
) -> Iterator[dict[str, Any]]:
    """Yield `{id, answered, ms, hits}` for each line `{id, text|profile_id|file, filters...}`.

    The whole file is checked before the first answer, so that a broken line stops nothing
    half-way. Raises UsageError naming the line.
    """
    for question in _questions(path, mode):
        filters = resolve_filters(
            {name: question[name] for name in FILTER_NAMES if question.get(name)},
            store=searcher.store,
        )
        started = time.perf_counter()
        result = _ask(searcher, question, mode=mode, k=k, filters=filters, settings=settings)
        yield {
            "id": question["id"],
            "answered": result.answered,
            "ms": round(1000 * (time.perf_counter() - started), 2),
            "hits": to_plain(result.hits, lang=settings.ui_lang),
        }


def _questions(path: Path, mode: str) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("file_unreadable", path=str(path), detail=str(error)) from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError("batch_line", line=number, path=str(path), detail=error.msg) from error
        wanted = ("profile_id", "file") if mode == "similar" else ("text",)
        if not isinstance(question, dict) or "id" not in question:
            detail = "id"
        elif not any(question.get(name) is not None for name in wanted):
            detail = " / ".join(wanted)
        else:
            questions.append(question)
            continue
        raise UsageError("batch_line", line=number, path=str(path), detail=detail)
    return questions


def _ask(
    searcher: Searcher,
    question: dict[str, Any],
    *,
    mode: str,
    k: int,
    filters: Any,
    settings: Settings,
) -> Any:
    if mode == "search":
        return search(searcher, str(question["text"]), k=k, filters=filters)
    if mode == "experts":
        from kb.experts import experts

        return experts(searcher, str(question["text"]), k=k, filters=filters)
    if mode == "lessons":
        from kb.answer import lessons

        return lessons(
            searcher, str(question["text"]), k=k, types=question.get("type", ()), filters=filters
        )
    if mode == "similar":
        from kb.similar import similar

        ids = question.get("profile_id") or ()
        return similar(
            searcher,
            [ids] if isinstance(ids, str) else list(ids),
            file=Path(question["file"]) if question.get("file") else None,
            k=k,
            filters=filters,
            settings=settings,
        )
    raise KBError("unknown_value", field="mode", value=mode, nearest="search, experts, lessons")
