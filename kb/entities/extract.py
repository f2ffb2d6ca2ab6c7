"""From a text to its entities: forms found, traps avoided, rules applied, overlaps settled."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kb.datatypes import Document, Entity, Label, Passage
from kb.entities import context, gazetteer
from kb.entities.catalogue import Form
from kb.entities.gazetteer import Match

_SKIPPED = ("head", "foot", "contents")


def extract(doc: Document) -> tuple[Entity, ...]:
    """The entities of a document, offsets into `doc.text`, in document order.

    No two of one label overlap. Heads, feet and tables of contents are left out.
    """
    from kb.entities import pipeline

    found: list[Entity] = []
    pages = _Pages(doc)
    for start, end, lang in _stretches(doc):
        text = doc.text[start:end]
        for ent in _entities(text, pipeline.matches(text, lang=lang), lang=lang, loose=False):
            at = ent.start + start
            found.append(replace(ent, start=at, end=ent.end + start, page=pages.at(at)))
    return tuple(found)


def extract_text(text: str, *, lang: str) -> tuple[Entity, ...]:
    """The entities of a question or another short text in `lang`; small letters do as well."""
    text = unicodedata.normalize("NFC", text)
    return tuple(_entities(text, gazetteer.match_text(text), lang=lang, loose=True))


def _stretches(doc: Document) -> Iterable[tuple[int, int, str]]:
    if not doc.passages:
        yield 0, len(doc.text), doc.lang
        return
    for passage in doc.passages:
        if passage.role not in _SKIPPED:
            lang = passage.lang if passage.lang in ("es", "en") else doc.lang
            yield passage.start, passage.end, lang


class _Pages:
    """The page of a place in the text, from the lines of the blocks or else the passages."""

    def __init__(self, doc: Document) -> None:
        lines = sorted(
            (block.start + span.start, span.page)
            for block in doc.blocks
            if block.start >= 0
            for span in block.spans
            if span.page is not None
        )
        if not lines:
            lines = sorted((p.start, p.page) for p in doc.passages if p.page is not None)
        self._starts = [start for start, _ in lines]
        self._pages = [page for _, page in lines]

    def at(self, place: int) -> int | None:
        if not self._starts:
            return None
        return self._pages[max(0, bisect_right(self._starts, place) - 1)]


def _entities(text: str, matches: Sequence[Match], *, lang: str, loose: bool) -> list[Entity]:
    read = context.Reading(text, lang=lang, loose=loose, matches=matches)
    found = [_entity(text, match, made) for match, made in read.chosen()]
    return sorted(settle(found), key=lambda ent: (ent.start, -ent.end, ent.label))


def _entity(text: str, match: Match, made: Form) -> Entity:
    entry = made.entry
    return Entity(
        text=text[match.start : match.end],
        label=entry.label,
        id=entry.id,
        name_es=entry.es,
        name_en=entry.en,
        start=match.start,
        end=match.end,
        names=entry.names,
        country=entry.country if entry.label != "COUNTRY" else None,
    )


def settle(found: Iterable[Entity]) -> list[Entity]:
    """Of entities of one label that overlap, the longest stays, then the first."""
    kept: list[Entity] = []
    taken: dict[Label, list[tuple[int, int]]] = {}
    for ent in sorted(found, key=lambda ent: (ent.start - ent.end, ent.start)):
        spans = taken.setdefault(ent.label, [])
        if not any(start < ent.end and ent.start < end for start, end in spans):
            spans.append((ent.start, ent.end))
            kept.append(ent)
    return kept


def passage_of(doc: Document, place: int) -> Passage | None:
    """The passage that holds a place of the text."""
    for passage in doc.passages:
        if passage.start <= place < passage.end:
            return passage
    return None
