"""Wire types of the HTTP service: the shapes of the JSON contract, for OpenAPI and validation."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """Base: unknown keys are a programming error, not something to drop in silence."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Box(Wire):
    """A rectangle on a page, PDF points from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class DatedName(Wire):
    name: str
    lang: str | None
    from_: int | None = Field(alias="from")
    to: int | None


class Entity(Wire):
    text: str
    label: str
    id: str
    name_es: str
    name_en: str
    start: int
    end: int
    page: int | None
    names: list[DatedName] | None = None
    country: str | None = None
    value: float | None = None
    unit: str | None = None
    year: int | None = None
    role: str | None = None


class WarningNote(Wire):
    source: str
    code: str
    error: str
    remedy: str


class Passage(Wire):
    passage_id: str
    doc_id: str
    start: int
    end: int
    text: str
    lang: str
    section: list[str]
    page: int | None
    pages: list[int]
    page_label: str | None
    boxes: list[Box]
    role: str


class Document(Wire):
    doc_id: str
    source: str
    kind: str
    title: str | None
    authors: list[str]
    year: int | None
    publisher: str | None
    url: str | None
    lang: str
    pages: int | None
    sha256: str
    text: str
    passages: list[Passage]
    warnings: list[WarningNote]


class Hit(Wire):
    rank: int
    score: float
    passage_id: str
    doc_id: str
    source: str
    title: str | None
    authors: list[str]
    year: int | None
    section: list[str]
    page: int | None
    pages: list[int]
    page_label: str | None
    lang: str
    kind: str
    text: str
    highlights: list[tuple[int, int]]
    entities: list[Entity]
    score_kind: str


class LessonHit(Hit):
    lesson_id: str
    type: str
    statement: str
    programs: list[str]
    countries: list[str]


class Why(Wire):
    text: str
    source: str
    page: int | None
    field: str


class ExpertHit(Wire):
    rank: int
    score: float
    profile_id: str
    type: str
    source: str
    name: str | None
    headline: str | None
    country: str | None
    sectors: list[str]
    why: list[Why]
    matched: dict[str, Any]
    missing: dict[str, Any]
    score_kind: str


class FacetValue(Wire):
    value: str
    count: int
    name_es: str | None
    name_en: str | None


class Understood(Wire):
    topic: str
    countries: list[str]
    sectors: list[str]
    programs: list[str]
    languages: list[str]
    degree: str | None
    seniority: str | None
    willing: list[str]
    years: list[int]
    chapters: list[str]
    excluded: list[str]
    only: list[str]


class SearchResult(Wire):
    query: str
    lang: str
    answered: bool
    total: int
    facets: dict[str, list[FacetValue]]
    hits: list[Hit]


class ExpertResult(Wire):
    query: str
    lang: str
    understood: Understood
    answered: bool
    total: int
    facets: dict[str, list[FacetValue]]
    hits: list[ExpertHit]


class LessonResult(Wire):
    query: str
    lang: str
    answered: bool
    hits: list[LessonHit]


class SimilarResult(Wire):
    answered: bool
    hits: list[ExpertHit]


class AnswerSentence(Wire):
    text: str
    lang: str
    passage_id: str
    doc_id: str
    source: str
    page: int | None
    page_label: str | None


class Answer(Wire):
    query: str
    lang: str
    answered: bool
    sentences: list[AnswerSentence]


class LanguageSkill(Wire):
    lang: str
    level: str | None


class Education(Wire):
    degree: str | None
    level: str | None
    field: str | None
    institution: str | None
    country: str | None
    start: str | None
    end: str | None
    status: str | None


class Position(Wire):
    title: str | None
    organisation: str | None
    country: str | None
    city: str | None
    start: str | None
    end: str | None
    summary: str | None


class Skill(Wire):
    text: str
    id: str | None


class CountryRole(Wire):
    code: str
    role: str


class Profile(Wire):
    profile_id: str
    type: str
    source: str
    name: str | None
    headline: str | None
    emails: list[str]
    phones: list[str]
    links: list[str]
    country: str | None
    city: str | None
    summary: str | None
    languages: list[LanguageSkill]
    degree: str | None
    education: list[Education]
    positions: list[Position]
    sectors: list[str]
    skills: list[Skill]
    programs: list[str]
    awards: list[str]
    publications: list[str]
    willing_to: list[str]
    countries: list[CountryRole]
    chapters: list[str]
    seniority: str | None
    as_of: str | None
    warnings: list[WarningNote]
    doc_id: str


class ProfileText(BaseModel):
    """A CV as plain text, compared and never stored."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=200_000)


class Problem(BaseModel):
    """Problem details (RFC 9457) in the language of the request."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None


class Health(Wire):
    status: str
