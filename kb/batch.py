"""Many questions of a .jsonl file, answered in order, one JSON object a line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import messages
from kb.errors import KBError, ReadError, UsageError
from kb.filters import FILTER_NAMES, lesson_types, resolve_filters
from kb.search import Searcher, check_paging, search
from kb.wire import to_plain

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.datatypes import Filters


def run(
    searcher: Searcher, path: Path, *, mode: str, k: int = 10, settings: Settings
) -> Iterator[dict[str, Any]]:
    """Yield `{id, answered, ms, hits}` for each line `{id, text|profile_id|file, filters...}`.

    The whole file is checked before the first answer, so that a broken line stops nothing
    half-way. A CV that cannot be read is answered by no hits and an `error` on its line.
    Raises UsageError naming the line.
    """
    check_paging(k)
    asked = []
    for number, question in _questions(path, mode):
        try:
            asked.append((question, _filters(searcher, question, mode=mode)))
        except UsageError as error:
            detail = error.text(settings.ui_lang).rstrip(".")
            raise UsageError("batch_line", line=number, path=str(path), detail=detail) from error
    for question, filters in asked:
        started = time.perf_counter()
        failed: dict[str, Any] = {}
        try:
            result = _ask(searcher, question, mode=mode, k=k, filters=filters, settings=settings)
            answered, found = result.answered, result.hits
        except ReadError as error:
            answered, found = False, ()
            told = messages.render(error.code, lang=settings.ui_lang, **error.params)
            failed["error"] = {"code": error.code, "error": told.error, "remedy": told.remedy}
        yield {
            "id": question["id"],
            "answered": answered,
            "ms": round(1000 * (time.perf_counter() - started), 2),
            "hits": to_plain(found, lang=settings.ui_lang),
            **failed,
        }


def _filters(searcher: Searcher, question: Mapping[str, Any], *, mode: str) -> Filters:
    """The filters of a line; UsageError for those, ids and files that are not there."""
    given: dict[str, list[str] | str] = {}
    for name in FILTER_NAMES:
        if listed := _listed(question, name):
            given[name] = listed[-1] if name == "who" else listed
    lesson_types(_listed(question, "type"))
    for value in _listed(question, "profile_id") if mode == "similar" else ():
        searcher.store.known("profile", value)
    if mode == "similar" and question.get("file") and not Path(str(question["file"])).is_file():
        raise UsageError("path_missing", path=str(question["file"]))
    return resolve_filters(given, store=searcher.store)


def _questions(path: Path, mode: str) -> list[tuple[int, dict[str, Any]]]:
    try:
        # Only "\n" ends a line: JSON may hold other line ends, such as U+2028, unescaped.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        raise UsageError("path_missing", path=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise UsageError("file_unreadable", path=str(path), detail=detail) from error
    questions: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except (ValueError, RecursionError) as error:
            detail = getattr(error, "msg", type(error).__name__)
            raise UsageError("batch_line", line=number, path=str(path), detail=detail) from error
        wanted = ("profile_id", "file") if mode == "similar" else ("text",)
        if not isinstance(question, dict) or "id" not in question:
            detail = "id"
        elif not any(question.get(name) is not None for name in wanted):
            detail = " / ".join(wanted)
        else:
            questions.append((number, question))
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
            searcher,
            str(question["text"]),
            k=k,
            types=lesson_types(_listed(question, "type")),
            filters=filters,
        )
    if mode == "similar":
        from kb.similar import similar

        return similar(
            searcher,
            _listed(question, "profile_id"),
            file=Path(str(question["file"])) if question.get("file") else None,
            k=k,
            filters=filters,
            settings=settings,
        )
    raise KBError("unknown_value", field="mode", value=mode, nearest="search, experts, lessons")


def _listed(question: Mapping[str, Any], name: str) -> list[str]:
    value = question.get(name)
    if value is None or value == "":
        return []
    return [str(item) for item in (value if isinstance(value, list) else [value])]
