"""Filter values as people write them, to the ids that the store is asked by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kb import text as texts
from kb.datatypes import Filters
from kb.errors import UnknownValueError, UsageError

if TYPE_CHECKING:
    from kb.store import Store

CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": ("policy", "profile", "organisation"),
    "degree": ("bachelor", "master", "phd", "md"),
    "seniority": ("student", "junior", "mid", "senior", "lead", "executive"),
    "willing": (
        "mentor", "host_interns", "evaluate_projects", "give_talks", "collaborate_research",
        "co_supervise", "advise_companies", "advise_government", "teach", "soft_landing", "invest",
    ),
    "who": ("person", "organisation", "any"),
    "type": ("lesson", "recommendation", "good_practice", "risk", "condition"),
}  # fmt: skip
_RESOLVED = ("country", "program", "sector", "institution", "speaks")
FILTER_NAMES = (
    "country", "program", "sector", "institution", "lang", "kind", "doc", "year",
    "speaks", "degree", "seniority", "chapter", "willing", "who",
)  # fmt: skip


def resolve_filters(
    given: Mapping[str, Sequence[str] | str], *, store: Store | None = None
) -> Filters:
    """Filter values as people write them (ids, names, aliases, acronyms) to ids.

    Raises UnknownValueError with the nearest values; `doc` and `chapter` are checked against
    `store` where one is given.
    """
    from kb import entities

    values: dict[str, object] = {}
    for name, items in given.items():
        if name not in FILTER_NAMES:
            raise UnknownValueError(
                "unknown_value", field="filter", value=name, nearest=", ".join(FILTER_NAMES)
            )
        listed = [items] if isinstance(items, str) else list(items)
        if not listed:
            continue
        if name in _RESOLVED:
            values[name] = tuple(dict.fromkeys(entities.resolve(name, item) for item in listed))
        elif name == "year":
            values[name] = tuple(_years(str(item)) for item in listed)
        elif name == "lang":
            values[name] = tuple(_language(item) for item in listed)
        elif name in CHOICES:
            chosen = tuple(_choice(name, item) for item in listed)
            values[name] = chosen[-1] if name == "who" else chosen
        elif name == "doc":
            values[name] = tuple(_document(item, store) for item in listed)
        else:
            values[name] = tuple(_chapter(item, store) for item in listed)
    return Filters(**values)  # type: ignore[arg-type]


def lesson_types(given: Sequence[str]) -> tuple[str, ...]:
    """Types of lessons as they are written in the store; UnknownValueError for any other."""
    return tuple(dict.fromkeys(_choice("type", item) for item in given))


def _choice(name: str, value: str) -> str:
    folded = texts.fold(value).strip().replace(" ", "_").replace("-", "_")
    if folded not in CHOICES[name]:
        raise UnknownValueError(
            "unknown_value", field=name, value=value, nearest=", ".join(CHOICES[name])
        )
    return folded


def _language(value: str) -> str:
    from kb import entities

    folded = texts.fold(value).strip()
    if folded in ("mixed", "und"):
        return folded
    try:
        return entities.resolve("speaks", value)
    except UnknownValueError as error:
        raise UnknownValueError(error.code, **(error.params | {"field": "lang"})) from error


def _years(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{4})?\s*(\.\.)?\s*(\d{4})?\s*", value)
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise UsageError("bad_number", field="year", want="2015 / 2015..2020", value=value)
    if not match[2]:
        return int(match[1]), int(match[1])
    first, last = int(match[1] or 0), int(match[3] or 9999)
    if first > last:
        raise UsageError("bad_number", field="year", want="2015 / 2015..2020", value=value)
    return first, last


def _document(value: str, store: Store | None) -> str:
    return value if store is None else store.known("doc", value)


def _chapter(value: str, store: Store | None) -> str:
    return value if store is None else store.known("chapter", value)
