"""Filters and facets of the store as SQL.

A passage satisfies country, program, sector and institution if an entity in it (of a place: the
place's country) has the id; every passage of a profile also bears the profile's own residence,
sectors and programmes. The filters that only people have (speaks, degree, ...) leave passages of
matching profiles. Asked about people, a filter is held against the profile as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from kb.datatypes import Entity, Filters, Profile

PASSAGE_FIELDS = ("country", "program", "sector", "institution")
PEOPLE_FIELDS = ("speaks", "degree", "seniority", "chapter", "willing")
FACETS = (*PASSAGE_FIELDS, "lang", "kind", "year")
_ENTITY_FIELDS = {
    "COUNTRY": "country",
    "PROGRAM": "program",
    "SECTOR": "sector",
    "INSTITUTION": "institution",
}

Params = list[str | int]


def entity_value(ent: Entity) -> tuple[str, str] | None:
    """The filter field and value that an entity gives to the passage it stands in."""
    if ent.label == "PLACE":
        return ("country", ent.country) if ent.country else None
    field = _ENTITY_FIELDS.get(ent.label)
    return (field, ent.id) if field and ent.id else None


def profile_values(profile: Profile, entities: Iterable[Entity]) -> set[tuple[str, str]]:
    """All (field, value) pairs by which a person or organisation can be filtered."""
    pairs: set[tuple[str, str]] = {("type", profile.type)}
    pairs |= {("country", profile.country)} if profile.country else set()
    pairs |= {("sector", value) for value in profile.sectors}
    pairs |= {("program", value) for value in profile.programs}
    pairs |= {("speaks", skill.lang) for skill in profile.languages}
    pairs |= {("degree", profile.degree)} if profile.degree else set()
    pairs |= {("seniority", profile.seniority)} if profile.seniority else set()
    pairs |= {("chapter", value) for value in profile.chapters}
    pairs |= {("willing", value) for value in profile.willing_to}
    for ent in entities:
        pair = entity_value(ent)
        if pair and pair[0] in ("program", "institution"):
            pairs.add(pair)
    return pairs


def passage_condition(
    filters: Filters, *, roles: Sequence[str], people: bool = False
) -> tuple[str, Params]:
    """A WHERE over `passages p JOIN documents d LEFT JOIN profiles f`, and its parameters."""
    clauses, params = ["p.role IN (SELECT value FROM json_each(?))"], _list(roles)
    if people:
        clauses.append("f.profile_id IS NOT NULL")
    for field in PASSAGE_FIELDS:
        if values := getattr(filters, field):
            table = (
                "f.profile_id IN (SELECT profile_id FROM profile_values"
                if people
                else "p.row IN (SELECT row FROM passage_values"
            )
            clauses.append(
                f"{table} WHERE field = ? AND value IN (SELECT value FROM json_each(?)))"
            )
            params += [field, *_list(values)]
    if filters.lang:
        clauses.append("p.lang IN (SELECT value FROM json_each(?))")
        params += _list(filters.lang)
    more, more_params = _document_clauses(filters)
    return " AND ".join(clauses + more), params + more_params


def profile_condition(filters: Filters) -> tuple[str, Params]:
    """A WHERE over `profiles f JOIN documents d`: the people that satisfy the filters.

    `lang` holds for a person with at least one passage in that language.
    """
    clauses: list[str] = []
    params: Params = []
    for field in PASSAGE_FIELDS:
        if values := getattr(filters, field):
            clauses.append(_profile_clause())
            params += [field, *_list(values)]
    if filters.lang:
        clauses.append(
            "d.doc_id IN (SELECT doc_id FROM passages WHERE lang IN"
            " (SELECT value FROM json_each(?)))"
        )
        params += _list(filters.lang)
    more, more_params = _document_clauses(filters)
    return " AND ".join(clauses + more) or "1", params + more_params


def is_empty(filters: Filters | None) -> bool:
    """Whether nothing is asked for."""
    return filters is None or filters == Filters()


def _document_clauses(filters: Filters) -> tuple[list[str], Params]:
    clauses: list[str] = []
    params: Params = []
    for column, values in (("d.kind", filters.kind), ("d.doc_id", filters.doc)):
        if values:
            clauses.append(f"{column} IN (SELECT value FROM json_each(?))")
            params += _list(values)
    if filters.year:
        clauses.append("(" + " OR ".join("d.year BETWEEN ? AND ?" for _ in filters.year) + ")")
        params += [year for pair in filters.year for year in pair]
    for field in PEOPLE_FIELDS:
        if values := getattr(filters, field):
            clauses.append(_profile_clause())
            params += [field, *_list(values)]
    if filters.who != "any":
        clauses.append("f.type = ?")
        params.append(filters.who)
    return clauses, params


def _profile_clause() -> str:
    return (
        "f.profile_id IN (SELECT profile_id FROM profile_values"
        " WHERE field = ? AND value IN (SELECT value FROM json_each(?)))"
    )


def _list(values: Iterable[str]) -> Params:
    return [json.dumps(list(values))]
