"""The records that travel between the rooms of `kb`.

Frozen dataclasses and protocols only: nothing here knows SQLite, FAISS, JSON or a file format.
Field names of public records are those of the JSON contract; a field whose metadata says
``internal`` never leaves the process, one that says ``optional`` is left out of JSON when empty.

Conventions: `start`, `end` count code points; boxes are PDF points from the top left of the page;
pages are physical, from 1; vectors: float32 (n, dim), rows of unit length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

Kind = Literal["policy", "profile", "organisation"]
BlockKind = Literal[
    "title", "heading", "paragraph", "list_item", "table_row", "caption",
    "footnote", "reference", "contents", "head", "foot",
]  # fmt: skip
Role = Literal["body", "footnote", "reference", "contents", "head", "foot"]
Label = Literal[
    "COUNTRY", "PLACE", "PROGRAM", "INSTITUTION", "SECTOR", "PERSON",
    "DATE", "FIGURE", "DEGREE", "LANGUAGE", "SKILL",
]  # fmt: skip
LessonType = Literal["lesson", "recommendation", "good_practice", "risk", "condition"]

#: Passages of these roles are searched; heads, feet and contents are kept but never found.
SEARCHED_ROLES: tuple[Role, ...] = ("body", "footnote", "reference")

_INTERNAL: Mapping[str, Any] = {"internal": True}
_OPTIONAL: Mapping[str, Any] = {"optional": True}


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: PDF points from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Span:
    """One printed line of a block: `start`, `end` into the block's text, and where it stands."""

    start: int
    end: int
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How a block looks: font size in points, weight, slant, the column it stands in (from 0)."""

    size: float = 0.0
    bold: bool = False
    italic: bool = False
    column: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like unit in reading order, mended: no line ends, no broken words in `text`.

    A paragraph that runs over columns or pages is one block with spans on each.
    `level` is 1-6 for headings, list depth (from 1) for list items, else 0.
    A table row reads "header: cell; header: cell" when the table has headers, else "cell; cell".
    `cells` holds the cells of a table row as (header, text) pairs.
    `start`, `end` are offsets into the document's text, set when the document is assembled.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    spans: tuple[Span, ...] = ()
    style: Style | None = None
    cells: tuple[tuple[str, str], ...] = ()
    lang: str | None = None  # declared by the format (HTML lang), a hint
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know about a file: rendered by `kb.messages` in es or en.

    `params` fill the message; codes and texts live in kb/data/messages.
    """

    source: str
    code: str
    params: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader returns: blocks in reading order and what the format says of itself.

    `member` names the part of a file: "" for a whole file, "!/b.pdf" inside a zip,
    "#5" for row 5 of a table, "#id" for a line of .jsonl. `ready` marks blocks that are
    passages as they stand (never split or joined). `record` is the structured content of a
    CV format ("json_resume", "europass", "table_row"), None for prose.
    """

    blocks: tuple[Block, ...]
    member: str = ""
    format: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str | None = None
    url: str | None = None
    lang: str | None = None
    pages: int | None = None
    page_labels: tuple[str, ...] = ()  # printed label of page i+1
    links: tuple[str, ...] = ()  # whole addresses of link annotations, in order
    outline: tuple[tuple[int, str, int | None], ...] = ()  # (level, title, page)
    metadata: tuple[tuple[str, str], ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()  # files carried inside: (name, content)
    record: Mapping[str, Any] | None = None
    record_format: str | None = None
    ready: bool = False
    kind_hint: Kind | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadResult:
    """All that one file gave: documents, and the parts that could not be read."""

    documents: tuple[RawDocument, ...] = ()
    failures: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


# --- knowledge -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """About 60-220 words of one section; `text == doc.text[start:end]`."""

    passage_id: str
    doc_id: str
    start: int
    end: int
    text: str
    lang: str
    section: tuple[str, ...] = ()
    page: int | None = None
    pages: tuple[int, ...] = ()
    page_label: str | None = None
    boxes: tuple[Box, ...] = ()
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class Document:
    """One work as read. `passages`, furniture included, cover every non-blank of `text`."""

    doc_id: str
    source: str
    kind: Kind
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    publisher: str | None
    url: str | None
    lang: str
    pages: int | None
    sha256: str
    text: str
    passages: tuple[Passage, ...] = ()
    warnings: tuple[Problem, ...] = ()
    blocks: tuple[Block, ...] = field(default=(), metadata=_INTERNAL)
    links: tuple[str, ...] = field(default=(), metadata=_INTERNAL)
    record: Mapping[str, Any] | None = field(default=None, metadata=_INTERNAL)
    record_format: str | None = field(default=None, metadata=_INTERNAL)


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name that an institution or programme bore; years are None when not known."""

    name: str
    lang: str | None = None
    from_: int | None = None  # "from" in JSON
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing at `start`, `end` of its document's text (of the passage's text in a hit)."""

    text: str
    label: Label
    id: str
    name_es: str
    name_en: str
    start: int
    end: int
    page: int | None = None
    names: tuple[DatedName, ...] = field(default=(), metadata=_OPTIONAL)
    country: str | None = field(default=None, metadata=_OPTIONAL)
    value: float | None = field(default=None, metadata=_OPTIONAL)
    unit: str | None = field(default=None, metadata=_OPTIONAL)
    year: int | None = field(default=None, metadata=_OPTIONAL)
    role: str | None = field(default=None, metadata=_OPTIONAL)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence or two, word for word, that teach something about programmes and countries."""

    lesson_id: str
    passage_id: str
    doc_id: str
    type: LessonType
    statement: str
    start: int
    end: int
    programs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class LanguageSkill:
    lang: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Education:
    degree: str | None = None
    level: str | None = None
    field: str | None = None
    institution: str | None = None
    country: str | None = None
    start: str | None = None
    end: str | None = None
    status: str | None = None  # finished, in_progress, unfinished


@dataclass(frozen=True, slots=True)
class Position:
    title: str | None = None
    organisation: str | None = None
    country: str | None = None
    city: str | None = None
    start: str | None = None
    end: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    text: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class CountryRole:
    code: str
    role: str  # residence, worked, studied, origin


@dataclass(frozen=True, slots=True)
class Profile:
    """A person (or organisation) as its CV tells; what was not found is None or ()."""

    profile_id: str
    type: Literal["person", "organisation"]
    source: str
    name: str | None = None
    headline: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    country: str | None = None
    city: str | None = None
    summary: str | None = None
    languages: tuple[LanguageSkill, ...] = ()
    degree: str | None = None
    education: tuple[Education, ...] = ()
    positions: tuple[Position, ...] = ()
    sectors: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    programs: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    willing_to: tuple[str, ...] = ()
    countries: tuple[CountryRole, ...] = ()
    chapters: tuple[str, ...] = ()
    seniority: str | None = None
    as_of: str | None = None
    warnings: tuple[Problem, ...] = ()
    doc_id: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that is known of one document before vectors: what the store takes in at once."""

    document: Document
    entities: tuple[Entity, ...] = ()
    profile: Profile | None = None
    lessons: tuple[Lesson, ...] = ()


# --- asking --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard conditions: values of one field are alternatives, fields must all hold.

    Values are ids (countries alpha-2) once resolved by `kb.search.resolve_filters`.
    `year` holds inclusive (from, to) pairs.
    """

    country: tuple[str, ...] = ()
    program: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    doc: tuple[str, ...] = ()
    year: tuple[tuple[int, int], ...] = ()
    speaks: tuple[str, ...] = ()
    degree: tuple[str, ...] = ()
    seniority: tuple[str, ...] = ()
    chapter: tuple[str, ...] = ()
    willing: tuple[str, ...] = ()
    who: str = "any"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is higher when better; `score_kind` says what it measures."""

    rank: int
    score: float
    passage_id: str
    doc_id: str
    source: str
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    section: tuple[str, ...]
    page: int | None
    pages: tuple[int, ...]
    page_label: str | None
    lang: str
    kind: str
    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    entities: tuple[Entity, ...] = ()
    score_kind: str = "fused"


@dataclass(frozen=True, slots=True)
class LessonHit(Hit):
    """A Hit on a lesson; `statement` stands word for word in `text`."""

    lesson_id: str = ""
    type: str = "lesson"
    statement: str = ""
    programs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """A reason to name a person: a sentence of the CV, where it stands, the kind of field."""

    text: str
    source: str
    page: int | None
    field: str  # summary, position, education, skill, publication, award, programme, other


@dataclass(frozen=True, slots=True)
class Understood:
    """What was read from the question, soft unless the question says "only"."""

    topic: str = ""
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    degree: str | None = None
    seniority: str | None = None
    willing: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    chapters: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    only: tuple[str, ...] = ()  # names of the fields above that the question made hard


@dataclass(frozen=True, slots=True)
class ExpertHit:
    """A person found, with reasons; `matched`, `missing` use the keys of Understood."""

    rank: int
    score: float
    profile_id: str
    type: str
    source: str
    name: str | None
    headline: str | None
    country: str | None
    sectors: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()
    matched: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, Any] = field(default_factory=dict)
    score_kind: str = "votes"


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int
    name_es: str | None = None
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: str
    lang: str
    answered: bool
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class ExpertResult:
    query: str
    lang: str
    understood: Understood
    answered: bool
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    hits: tuple[ExpertHit, ...]


@dataclass(frozen=True, slots=True)
class LessonResult:
    query: str
    lang: str
    answered: bool
    hits: tuple[LessonHit, ...]


@dataclass(frozen=True, slots=True)
class SimilarResult:
    answered: bool
    hits: tuple[ExpertHit, ...]


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of a source, word for word, with where to find it."""

    text: str
    lang: str
    passage_id: str
    doc_id: str
    source: str
    page: int | None
    page_label: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    query: str
    lang: str
    answered: bool
    sentences: tuple[AnswerSentence, ...] = ()


# --- what building reports -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Numbers count documents (a row of a table and a file in a zip are documents)."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    seconds: float = 0.0
    failed: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something `kb verify` found; `repaired` says whether it was mended."""

    code: str
    detail: str
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class VerifyReport:
    ok: bool
    problems: tuple[Fault, ...] = ()


# --- protocols -----------------------------------------------------------------------------------


class Encoder(Protocol):
    """Texts to vectors. `model`, `revision` name the weights: the key of every stored vector.
    `runs_on` says by what and where they are worked out, for people."""

    model: str
    revision: str
    dim: int
    runs_on: str

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return float32 (len(texts), dim), rows of unit length, in the order of `texts`."""
        ...


class VectorIndex(Protocol):
    """Nearest rows by inner product; rows are keyed by the store's row ids, not by position."""

    def add(self, rows: Sequence[int], vectors: Vectors) -> None: ...
    def remove(self, rows: Sequence[int]) -> int: ...
    def search(
        self, vector: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]: ...
    def __len__(self) -> int: ...


class LexicalIndex(Protocol):
    """Words to rows by BM25; `lang` picks the stemmer of the channel that is asked."""

    def add(self, entries: Sequence[tuple[int, Passage, str]]) -> None: ...
    def remove(self, rows: Sequence[int]) -> int: ...
    def search(
        self, query: str, *, k: int, lang: str, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]: ...
    def __len__(self) -> int: ...
