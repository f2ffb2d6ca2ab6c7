"""A CV to a Profile: who, where, what studied and done, in which languages, willing to do what.

What a CV does not say stays None or (); nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from kb.cv import (
    chapters,
    contact,
    dates,
    education,
    languages,
    listed,
    once,
    person,
    positions,
    records,
    residence,
    seniority,
)  # fmt: skip
from kb.cv.lines import Line, lines_of
from kb.cv.records import Draft
from kb.cv.sections import HEADER, Section, split
from kb.datatypes import Document, Education, Entity, Position, Problem, Profile, Skill
from kb.text import fold

_CONTACT = (HEADER, "contact")
_PROSE = (HEADER, "contact", "summary", "willing", "memberships")
_MIN_COVER = 0.6
_LEAST_SECTOR = 2.0  # weight of terms below which a sector is not named
_SECTOR_SHARE = 0.25  # of the strongest sector's weight
#: Sectors that almost every CV of a network of the highly skilled touches.
_BROAD = ("science_technology", "business", "manufacturing", "electronics")
_BROAD_WEIGHT = 0.3


def parse_profile(doc: Document, entities: Sequence[Entity]) -> Profile:
    """The profile that a CV's blocks, record and text tell; never raises for odd input."""
    lines = lines_of(doc.blocks)
    if not lines and doc.text:
        lines = [Line(part.strip()) for part in doc.text.split("\n") if part.strip()]
    sections = split(lines)
    today = _today(doc, lines)
    known = _known(entities)
    draft = _of_text(doc, lines, sections, known, today)
    if doc.record is not None and doc.record_format:
        given = records.read(doc.record, doc.record_format, today=today)
        draft = _filled(given, draft)
    return _profile(doc, entities, draft, sections, today)


def _today(doc: Document, lines: Sequence[Line]) -> int:
    """The year from which "in the future" is told: the CV's own date, else the clock's."""
    stated = dates.year_of(listed.as_of(lines))
    return stated or datetime.now(UTC).year


def _known(entities: Sequence[Entity]) -> Callable[[int, int], bool]:
    spans = [(e.start, e.end) for e in entities if e.label == "INSTITUTION"]

    def known(start: int, end: int) -> bool:
        need = _MIN_COVER * (end - start)
        return any(min(end, e) - max(start, s) >= need for s, e in spans)

    return known


def _of_kind(sections: Sequence[Section], *kinds: str) -> list[Line]:
    return [line for s in sections if s.kind in kinds for line in s.lines]


def _of_text(
    doc: Document,
    lines: Sequence[Line],
    sections: Sequence[Section],
    known: Callable[[int, int], bool],
    today: int,
) -> Draft:
    draft = Draft()
    header = _of_kind(sections, *_CONTACT)
    prose = _of_kind(sections, "summary", "willing")
    own = [line.text for s in sections if s.kind != "references" for line in s.lines]
    own += [line.text for line in lines if line.kind in ("head", "foot", "footnote")]
    draft.emails = contact.emails([*own, *(k[7:] for k in doc.links if k.startswith("mailto:"))])
    draft.name = person.name_of(doc, lines, header, draft.emails)
    place = residence.residence(header, prose)
    if place:
        draft.country, draft.city = place.country, place.city
    draft.origin = residence.origin(header, prose)
    draft.phones = list(dict.fromkeys([
        *contact.phones([line.text for line in header], region=draft.country, bare=True),
        *contact.phones(own, region=draft.country),
    ]))  # fmt: skip
    draft.links = contact.links(own, doc.links)
    draft.headline = person.headline(header, draft.name)
    draft.summary = person.summary(sections, header, draft)
    draft.languages = languages.read(_of_kind(sections, "languages"))
    if not draft.languages:
        draft.languages = languages.mentioned("\n".join(line.text for line in [*prose, *header]))
    person.name_unknown(sections)
    same = _same_firm(doc)
    studies = [
        (s.lang, education.read(s.lines, known=known, today=today))
        for s in sections
        if s.kind == "education"
    ]
    draft.education = once.education(once.translated(studies), same)
    posts = [
        (s.lang, positions.read(s.lines, known=known)) for s in sections if s.kind == "experience"
    ]
    draft.positions = once.positions(once.translated(posts), same)
    draft.skills = listed.skills(_of_kind(sections, "skills"))
    if not draft.skills:
        # "En qué puedo ayudar" over a list of short items that offer nothing: fields of work
        draft.skills = [s for lines in person.plain_lists(sections) for s in listed.skills(lines)]
    draft.awards = listed.items(_of_kind(sections, "awards"))
    draft.publications = listed.items(_of_kind(sections, "publications"))
    draft.willing_to = person.offers(sections)
    draft.chapters = chapters.read([line.text for s in sections for line in s.lines])
    draft.as_of = listed.as_of(lines) or listed.closing_date(lines)
    return draft


def _same_firm(doc: Document) -> Callable[[str, str], bool]:
    """Whether two names are one institution of the catalogue."""

    def ids(text: str) -> frozenset[str]:
        from kb import entities

        return frozenset(
            e.id for e in entities.extract_text(text, lang="es") if e.label == "INSTITUTION"
        )

    def same(first: str, second: str) -> bool:
        return bool(ids(first) & ids(second))

    return same


def _filled(given: Draft, read: Draft) -> Draft:
    """The record's fields, gaps from the text."""
    for field in (
        "name", "headline", "emails", "phones", "links", "summary", "languages", "education",
        "positions", "skills", "awards", "publications", "willing_to", "origin", "as_of",
        "chapters",
    ):  # fmt: skip
        if not getattr(given, field):
            setattr(given, field, getattr(read, field))
    if given.country is None:
        given.country, given.city = read.country, given.city or read.city
    if len(read.positions) > len(given.positions):
        given.positions = read.positions  # a row names the present post, its prose them all
    given.links = contact.links([], [*given.links, *read.links])
    return given


def _profile(
    doc: Document,
    entities: Sequence[Entity],
    draft: Draft,
    sections: Sequence[Section],
    today: int,
) -> Profile:
    organisation = doc.kind == "organisation"
    rung = draft.seniority or seniority.of_person(
        draft.headline, draft.positions, draft.education, today=today
    )
    warnings = []
    if draft.name is None:
        warnings.append(Problem(doc.source, "profile_no_name"))
    if not draft.positions and not draft.education and not organisation:
        warnings.append(Problem(doc.source, "profile_no_records"))
    studies = _placed(_specialists(draft.education), entities)
    draft.education = studies
    return Profile(
        profile_id="p" + doc.doc_id[1:],
        type="organisation" if organisation else "person",
        source=doc.source,
        name=draft.name or (doc.title if organisation else None),
        headline=draft.headline,
        emails=tuple(draft.emails),
        phones=tuple(draft.phones),
        links=tuple(draft.links),
        country=draft.country,
        city=draft.city,
        summary=draft.summary,
        languages=tuple(draft.languages),
        degree=None if organisation else education.highest(studies),
        education=tuple(studies),
        positions=tuple(draft.positions),
        sectors=_sectors(doc, draft),
        skills=tuple(dict.fromkeys(Skill(s.text, s.id) for s in draft.skills)),
        programs=_programs(entities),
        awards=tuple(a for a in draft.awards if a),
        publications=tuple(p for p in draft.publications if p),
        willing_to=tuple(draft.willing_to),
        countries=tuple(records.roles(draft)),
        chapters=tuple(draft.chapters),
        seniority=None if organisation else rung,
        as_of=draft.as_of,
        warnings=tuple(warnings),
        doc_id=doc.doc_id,
    )


def _specialists(found: Sequence[Education]) -> list[Education]:
    """A specialty of a physician is a medical degree, that of anyone else none of the four."""
    from dataclasses import replace

    physician = any(e.level == "md" for e in found)
    return [
        replace(e, level="md")
        if physician
        and e.level is None
        and re.match(r"(?:sub)?especiali[dz]a", fold(e.degree or ""))
        else e
        for e in found
    ]


def _placed(found: Sequence[Education], entities: Sequence[Entity]) -> list[Education]:
    """The country of an institution of the catalogue, where the CV names none."""
    from dataclasses import replace

    homes = {fold(e.text): e.country for e in entities if e.label == "INSTITUTION" and e.country}
    return [
        replace(e, country=next(
            (c for name, c in homes.items() if name in fold(e.institution or "")), None
        ))
        if e.country is None and e.institution
        else e
        for e in found
    ]  # fmt: skip


def _sectors(doc: Document, draft: Draft) -> tuple[str, ...]:
    """Sector ids by the weight of their terms: what one is now counts more than what one was.

    Weights and share were chosen on half of corpus/profiles (bench/profiles.py tells the others).
    """
    from kb.entities import sector_weights

    lang = doc.lang if doc.lang in ("es", "en") else "es"
    total: dict[str, float] = {}
    parts: list[tuple[float, str]] = [
        (2.0, draft.headline or ""),
        (1.0, draft.summary or ""),
        (0.7, ". ".join(s.text for s in draft.skills)),
        (2.0, ". ".join(draft.sector_words)),
        (0.5, ". ".join(filter(None, (e.field or e.degree for e in draft.education)))),
        (0.3, doc.text),
    ]
    ordered = sorted(draft.positions, key=_recency, reverse=True)
    for n, post in enumerate(ordered):
        text = ". ".join(filter(None, (post.title, post.organisation, post.summary)))
        parts.append((1.2 / (1 + 0.5 * n), text))
    for weight, text in parts:
        if text:
            for sector, value in sector_weights(text, lang=lang).items():
                broad = _BROAD_WEIGHT if sector in _BROAD else 1.0
                total[sector] = total.get(sector, 0.0) + weight * broad * value
    top = max(total.values(), default=0.0)
    ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return tuple(s for s, w in ranked if w >= max(_LEAST_SECTOR, _SECTOR_SHARE * top))[:3]


def _recency(post: Position) -> str:
    return "9999" if post.end == "present" else post.end or post.start or ""


def _programs(entities: Sequence[Entity]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.id for e in entities if e.label == "PROGRAM"))
