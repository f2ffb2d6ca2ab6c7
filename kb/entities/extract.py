"""From a text to its entities: forms found, traps avoided, rules applied, overlaps settled."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kb import config
from kb.config import Settings
from kb.datatypes import Document, Entity, Label
from kb.entities import figures, gazetteer, organisations, people
from kb.entities.catalogue import Form, by_label, slug
from kb.entities.context import Reading
from kb.entities.gazetteer import Match
from kb.entities.whole import Stretch, ministries, plain, settled_ministries, share_acronyms

_SKIPPED = ("head", "foot", "contents")


def extract(doc: Document, *, settings: Settings | None = None) -> tuple[Entity, ...]:
    """The entities of a document, offsets into `doc.text`, in document order.

    No two of one label overlap. Heads, feet and tables of contents are left out; references are
    searched for what is known by name alone. `settings` (default: the environment's) may name
    installed spaCy pipelines for more people and organisations.
    """
    from kb.entities import pipeline

    settings = settings or config.load()
    stretches = list(_stretches(doc))
    matched = [
        pipeline.matches(doc.text[stretch.start : stretch.end], lang=stretch.lang)
        for stretch in stretches
    ]
    told = _told(matched)
    for stretch, matches in zip(stretches, matched, strict=True):
        text = doc.text[stretch.start : stretch.end]
        ner = settings.ner_en if stretch.lang == "en" else settings.ner_es
        named = pipeline.named(text, pipeline=ner) if ner and stretch.rules else []
        stretch.found = _entities(text, matches, stretch, named=named, told=told)
    share_acronyms(doc.text, stretches)
    pages = _Pages(doc)
    countries = Counter(
        ent.id for stretch in stretches for ent in stretch.found if ent.label == "COUNTRY"
    )
    main = countries.most_common(1)[0][0] if countries else None
    entities = []
    for stretch in stretches:
        for ent in settle(settled_ministries(stretch.found, main)):
            start = ent.start + stretch.start
            entities.append(
                replace(ent, start=start, end=ent.end + stretch.start, page=pages.at(start))
            )
    return tuple(sorted(entities, key=_order))


def extract_text(text: str, *, lang: str) -> tuple[Entity, ...]:
    """The entities of a question or another short text in `lang`; small letters do as well."""
    text = unicodedata.normalize("NFC", text)
    stretch = Stretch(0, len(text), lang, conferences=False)
    found = _entities(text, gazetteer.match_text(text), stretch, loose=True)
    return tuple(sorted(settle(settled_ministries(found, None)), key=_order))


def _order(ent: Entity) -> tuple[int, int, str]:
    return (ent.start, -ent.end, ent.label)


def _stretches(doc: Document) -> Iterator[Stretch]:
    prose = doc.kind != "profile"
    if not doc.passages:
        yield Stretch(0, len(doc.text), doc.lang, conferences=prose)
    for passage in doc.passages:
        if passage.role not in _SKIPPED:
            lang = passage.lang if passage.lang in ("es", "en") else doc.lang
            yield Stretch(
                passage.start, passage.end, lang, passage.role != "reference", conferences=prose
            )


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


def _told(matched: Iterable[Sequence[Match]]) -> Counter[str]:
    """How often the names of one country, or of a place in it alone, stand in the document."""
    told: Counter[str] = Counter()
    for matches in matched:
        for match in matches:
            codes = {
                made.entry.country
                for made in match.forms
                if made.entry.label in ("COUNTRY", "PLACE") and made.cue != "demonym_es"
            }
            if len(codes) == 1 and (code := codes.pop()):
                told[code] += 1
    return told


# --- one passage ---------------------------------------------------------------------------------


def _entities(
    text: str,
    matches: Sequence[Match],
    stretch: Stretch,
    *,
    loose: bool = False,
    named: Iterable[tuple[int, int, str]] = (),
    told: Mapping[str, int] | None = None,
) -> list[Entity]:
    persons = _no_places(people.people(text), matches) if stretch.rules else []
    spans = [(person.start, person.end) for person in persons]
    read = Reading(
        text, lang=stretch.lang, loose=loose, matches=matches, people_spans=spans, countries=told
    )
    found = [_listed(text, match, made) for match, made in read.chosen()]
    if not stretch.rules:
        return [ent for ent in found if not _is_demonym(ent)]
    known = [ent for ent in found if ent.label in ("INSTITUTION", "PROGRAM")]
    shaped = [] if loose else list(_shaped(text, found, persons, stretch))
    found += shaped
    for person in persons:
        if not any(e.start < person.end and person.start < e.end for e in (*known, *shaped)):
            found.append(_person(text, person))
    if not loose:
        found += ministries(text, found)
    for figure in figures.figures(text, lang=stretch.lang):
        found.append(_figure(text, figure))
    for date in figures.dates(text):
        found.append(plain(text, date.start, date.end, "DATE", date.id))
    taken = [(ent.start, ent.end) for ent in found if ent.label in ("PERSON", "INSTITUTION")]
    for start, end, label in named:
        if not any(a < end and start < b for a, b in taken):
            found.append(_by_model(text, start, end, label))
    return _without_words_of_names(settle(found))


def _no_places(persons: Iterable[people.Person], matches: Sequence[Match]) -> list[people.Person]:
    """People but for "Carolina del Norte", "San Francisco" and the like."""
    places = [
        (match.start, match.end)
        for match in matches
        if any(
            made.entry.label in ("PLACE", "COUNTRY") and " " in made.text for made in match.forms
        )
    ]
    return [
        person
        for person in persons
        if not any(start <= person.start and person.end <= end for start, end in places)
    ]


def _without_words_of_names(found: Sequence[Entity]) -> list[Entity]:
    """ "Secretaría de Salud" names no sector by itself, nor "Victoria University" a city."""
    seconds = by_label("PLACE")
    names = [(ent.start, ent.end) for ent in found if ent.label in ("INSTITUTION", "PERSON")]
    return [
        ent
        for ent in found
        if not (
            ent.label in ("SECTOR", "DEGREE")
            or (ent.label == "PLACE" and seconds[ent.id].kind == "second")
        )
        or not any(start <= ent.start and ent.end <= end for start, end in names)
    ]


def _listed(text: str, match: Match, made: Form) -> Entity:
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


def _is_demonym(ent: Entity) -> bool:
    return ent.label == "COUNTRY" and ent.text[0].islower()


def _person(text: str, person: people.Person) -> Entity:
    name = text[person.start : person.end]
    made = plain(text, person.start, person.end, "PERSON", slug(name))
    return replace(made, role=person.role)


def _figure(text: str, figure: figures.Figure) -> Entity:
    made = plain(text, figure.start, figure.end, "FIGURE", f"{figure.value:g}")
    unit = figure.unit or None
    return replace(made, value=figure.value, unit=unit, year=figure.year)


def _by_model(text: str, start: int, end: int, label: str) -> Entity:
    kept: Label = "PERSON" if label == "PERSON" else "INSTITUTION"
    return plain(text, start, end, kept, slug(text[start:end]))


def _shaped(
    text: str, found: Sequence[Entity], persons: Sequence[people.Person], stretch: Stretch
) -> Iterator[Entity]:
    """Names by shape; where a listed name stands within one, only what precedes it."""
    known = [ent for ent in found if ent.label in ("INSTITUTION", "PROGRAM")]
    others = {ent.start for ent in found if ent.label in ("COUNTRY", "PLACE", "LANGUAGE")}
    shapes = list(organisations.found_in(text, conferences=stretch.conferences))
    programs = [(shape.start, shape.end) for shape in shapes if shape.label == "PROGRAM"]
    for shape in shapes:
        start, end = shape.start, shape.end
        inner = [ent for ent in known if ent.start < end and start < ent.end]
        if any(ent.start <= start + 4 for ent in inner):
            continue
        if inner:
            end = start + len(_JOINED.sub("", text[start : min(ent.start for ent in inner)]))
        end = _without_people(text, start, end, persons)
        if end != shape.end and (
            not organisations.is_name(text[start:end], label=shape.label)
            or len(text[start:end].split()) < 3
        ):
            continue
        if end <= start or organisations.ministries().match(text, start):
            continue
        if shape.small and start in others:
            continue
        if shape.label == "INSTITUTION" and any(a <= start and end < b for a, b in programs):
            # "Education Trust Fund" is a fund, no trust.
            continue
        yield plain(text, start, end, shape.label, organisations.identifier(text[start:end]))


_JOINED = re.compile(r"(?:[\s,(–-]|\b(?:de|del|la|el|of|the|at|in|en|y|and)\b)+$")


def _without_people(text: str, start: int, end: int, persons: Sequence[people.Person]) -> int:
    """Where a name ends: before a person, unless it is named after that person."""
    for person in persons:
        if person.end <= start or end <= person.start:
            continue
        if person.start > start and organisations.named_after(text[start : person.start]):
            continue
        if organisations.is_head(text[person.end : end].strip()):
            continue
        return start + len(text[start : max(start, person.start)].rstrip(" ,–-("))
    return end


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
