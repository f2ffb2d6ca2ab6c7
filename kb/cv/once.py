"""Records that a CV gives twice (its second language, a list of highlights) kept once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from kb.datatypes import Education, Position
from kb.text import words

T = TypeVar("T", Education, Position)


def positions(found: Sequence[Position], same_firm: Callable[[str, str], bool]) -> list[Position]:
    """Posts once: the same span of years at what may be the same organisation."""

    def same(a: Position, b: Position) -> bool:
        if not _dates_agree(a.start, a.end, b.start, b.end):
            return False
        if a.organisation and b.organisation:
            return _alike(a.organisation, b.organisation) or same_firm(
                a.organisation, b.organisation
            )
        return bool(a.title and b.title and _alike(a.title, b.title))

    return _merged(found, same)


def education(found: Sequence[Education], same_firm: Callable[[str, str], bool]) -> list[Education]:
    """Studies once: the same level, or the same dates, at what may be the same institution."""

    def same(a: Education, b: Education) -> bool:
        if a.level != b.level and a.level and b.level:
            return False
        if not _dates_agree(a.start, a.end, b.start, b.end):
            return False
        if a.institution and b.institution:
            return _alike(a.institution, b.institution) or same_firm(a.institution, b.institution)
        return bool(a.degree and b.degree and _alike(a.degree, b.degree))

    return _merged(found, same)


def _dates_agree(start: str | None, end: str | None, start2: str | None, end2: str | None) -> bool:
    """Ends agree to the shorter form; a start that one does not tell is no difference."""
    if end is None or end2 is None or not _agree(end, end2):
        return False
    return start is None or start2 is None or _agree(start, start2)


def _agree(first: str, second: str) -> bool:
    size = min(len(first), len(second))
    return first[:size] == second[:size]


def _alike(first: str, second: str) -> bool:
    """Two writings of a name: the words of the shorter are most of the longer's."""
    a, b = set(words(first)), set(words(second))
    if not a or not b:
        return False
    return len(a & b) >= 0.75 * min(len(a), len(b))


def _merged(found: Sequence[T], same: Callable[[T, T], bool]) -> list[T]:
    kept: list[T] = []
    for record in found:
        for i, have in enumerate(kept):
            if same(have, record):
                gaps = {
                    f.name: getattr(record, f.name)
                    for f in fields(have)
                    if getattr(have, f.name) is None and getattr(record, f.name) is not None
                }
                kept[i] = replace(have, **gaps)
                break
        else:
            kept.append(record)
    return kept


def translated(
    groups: Sequence[tuple[str | None, Sequence[T]]],
) -> list[T]:
    """Sections of one kind under headings of two languages: the second repeats the first.

    A record of the second language with the dates of one of the first is that one again.
    """
    first_lang = next((lang for lang, _ in groups if lang), None)
    kept: list[T] = [r for lang, rs in groups for r in rs if lang == first_lang or lang is None]
    for lang, records in groups:
        if lang is None or lang == first_lang:
            continue
        pool = list(kept)
        for record in records:
            twin = next(
                (
                    h
                    for h in pool
                    if h.end
                    and record.end
                    and _dates_agree(h.start, h.end, record.start, record.end)
                ),
                None,
            )
            if twin is None:
                kept.append(record)
            else:
                pool.remove(twin)
    return kept
