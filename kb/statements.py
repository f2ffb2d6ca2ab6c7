"""What a CV says, sentence by sentence: where it stands, of which field, how recent.

Made once for each person that a question brings up and kept beside the searcher. Contact lines,
headings, bare dates and the person's own name say nothing for anybody and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from kb import text as texts
from kb.datatypes import Entity, Position, Profile
from kb.hits import LANGS, passage_entities
from kb.search import Searcher
from kb.stopwords import is_stopword
from kb.store import StoredPassage

#: Sections of a CV (kb/data/cv/*/sections.yaml) by the field that a reason shows.
FIELDS = {
    "summary": "summary", "experience": "position", "education": "education",
    "courses": "education", "skills": "skill", "languages": "skill",
    "publications": "publication", "awards": "award", "memberships": "programme",
}  # fmt: skip
#: How much of its score a passage keeps, by the field of the best that it says.
FIELD_WEIGHT = {"education": 0.9, "award": 0.9, "publication": 0.95}
SILENT = 0.75  # of a passage that says nothing for anybody: contact, languages
#: (years since a post ended, share of the score that it keeps).
AGES = ((2, 1.0), (6, 0.93), (12, 0.86))
OLD = 0.8
MIN_LETTERS = 12
TITLE = 6  # letters that may stand beside a name as titles
_CONTACT = re.compile(r"@|https?://|www\.|\+?\d[\d ()./-]{7,}\d|linkedin|orcid|\btel\.|skype", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATE_WORDS = re.compile(
    r"\b(?:ene|feb|mar|abr|apr|may|jun|jul|ago|aug|sep|set|oct|nov|dic|dec|jan|present|presente"
    r"|actual|actualidad|hoy|today|now|since|desde)\w*"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or entry line of a CV. `now`: 1.0 today, less for what is long over."""

    row: int
    text: str
    source: str
    page: int | None
    field: str
    ids: frozenset[str]  # of the entities in it; of a place, its country
    now: float
    kind: str  # of section: see FIELDS; "" where none is told
    bare: bool  # names an employer or a school with its place and dates, no more

    @property
    def stems(self) -> frozenset[str]:
        """As the function `stems`: made when asked for, since few people come to be shown."""
        return stems(self.text)


@dataclass(frozen=True, slots=True)
class Told:
    """All that a person's CV says, and the share of its score that each passage keeps."""

    statements: tuple[Statement, ...]
    weights: dict[int, float]
    mixed: dict[int, tuple[Statement, ...]]  # of passages that tell of posts now and long ago

    def weight(self, row: int, words: frozenset[str]) -> float:
        """The share of its score that a passage keeps for a question of these stems: where posts
        of different age stand in it, that of those that hold the question's words."""
        usual = self.weights.get(row, 1.0)
        held = [(len(item.stems & words), item.now) for item in self.mixed.get(row, ())]
        shared = sum(count for count, _ in held)
        return min(usual, sum(n * now for n, now in held) / shared) if shared else usual


_KEPT: WeakKeyDictionary[Searcher, tuple[object, dict[str, Told]]] = WeakKeyDictionary()


def told_by(
    searcher: Searcher, people: Sequence[Profile], rows: Mapping[str, Sequence[int]]
) -> dict[str, Told]:
    """What each of `people` says in the passages `rows` (by profile id), kept once read."""
    seen = searcher.seen
    kept = _KEPT.get(searcher)
    if kept is None or kept[0] is not seen:
        kept = (seen, {})
        _KEPT[searcher] = kept
    known = kept[1]
    new = [person for person in people if person.profile_id not in known]
    stored = searcher.store.passages([row for p in new for row in rows.get(p.profile_id, ())])
    for person in new:
        own = [stored[row] for row in rows.get(person.profile_id, ()) if row in stored]
        own.sort(key=lambda item: item.passage.start)
        entities = searcher.entities(person.doc_id) if own else ()
        known[person.profile_id] = told_of(person, own, entities)
    return {person.profile_id: known[person.profile_id] for person in people}


def told_of(person: Profile, passages: Sequence[StoredPassage], entities: Sequence[Entity]) -> Told:
    """What a CV says in its passages; `entities` are the whole document's."""
    year = _as_of(person)
    told: list[Statement] = []
    weights: dict[int, float] = {}
    post: Position | None = None
    for stored in passages:
        passage = stored.passage
        section = field_of_section(passage.section)
        named = passage_entities(entities, passage.start, passage.end)
        best = 0.0
        for start, end in texts.sentences(passage.text):
            text = passage.text[start:end].strip()
            post = _post_of(text, person.positions) or post
            label = _label_of(text)
            field, kind = _field(text, label or section, person)
            if not speaks(text, passage.section, person):
                continue
            age = _age_weight(post, year) if field == "position" else 1.0
            within = [ent for ent in named if start <= ent.start < end]
            if field == "other" and _covered(within, ("LANGUAGE",)) > len(text) / 3:
                kind = "languages"
            if field == "other" and any(ent.label == "PROGRAM" for ent in within):
                field = "programme"
            if kind != "languages":
                best = max(best, age * FIELD_WEIGHT.get(field, 1.0))
            told.append(
                Statement(
                    row=stored.row,
                    text=text,
                    source=stored.source,
                    page=passage.page,
                    field=field,
                    ids=frozenset(ent.country or ent.id for ent in within),
                    now=age,
                    kind=kind,
                    bare=_is_bare(text, within, person),
                )
            )
        weights[stored.row] = best or SILENT
    mixed: dict[int, tuple[Statement, ...]] = {}
    for row in weights:
        said = tuple(item for item in told if item.row == row)
        if len({item.now for item in said}) > 1:
            mixed[row] = said
    return Told(tuple(told), weights, mixed)


@lru_cache(maxsize=50_000)
def stems(text: str) -> frozenset[str]:
    """Stems in both languages of a text's words of content."""
    from kb.index.lexical import stem

    return frozenset(
        stem(word, lang=lang)
        for word in texts.words(text)
        if not is_stopword(word)
        for lang in LANGS
    )


def speaks(text: str, section: Sequence[str], person: Profile) -> bool:
    """Whether a line says something of the person: no contact, heading, name or bare date."""
    if text in section or _CONTACT.search(text) or _is_heading(text):
        return False
    folded = texts.fold(text)
    bare = _DATE_WORDS.sub("", _YEAR.sub("", folded))
    if sum(c.isalpha() for c in bare) < MIN_LETTERS:
        return False
    words = texts.words(text)
    name = set(texts.words(person.name or ""))
    places = set(texts.words(" ".join(filter(None, (person.city, person.country)))))
    others = [word for word in words if word not in name | places]
    if name and set(words) & name and sum(map(len, others)) <= TITLE:
        return False  # the name, with "Dr." before it
    return len(words) > 1 and bool(others)


def _covered(entities: Sequence[Entity], labels: Sequence[str]) -> int:
    """How many characters the entities of some labels cover."""
    return sum(ent.end - ent.start for ent in entities if ent.label in labels)


def _is_bare(text: str, entities: Sequence[Entity], person: Profile) -> bool:
    """Whether employer or school, place and dates are all that a line holds."""
    rest = texts.fold(text)
    known = [ent.text for ent in entities if ent.label in ("COUNTRY", "PLACE", "INSTITUTION")]
    known += [name for post in person.positions for name in (post.organisation, post.city) if name]
    known += [item.institution for item in person.education if item.institution]
    for name in sorted(known, key=len, reverse=True):
        rest = rest.replace(texts.fold(name), " ")
    rest = _DATE_WORDS.sub(" ", _YEAR.sub(" ", rest))
    words = [word for word in texts.words(rest) if not is_stopword(word) and not word.isdigit()]
    return sum(map(len, words)) < MIN_LETTERS // 2


def field_of_section(section: Sequence[str]) -> str:
    """The kind of section, as kb/data/cv/*/sections.yaml names it; "" where no heading says it."""
    for heading in section:
        if kind := _kind_of(heading):
            return kind
    return ""


@lru_cache(maxsize=4096)
def _kind_of(heading: str) -> str:
    from kb.cv.sections import heading_of

    found = heading_of(heading, marked=True)
    return found.kind if found else ""


@lru_cache(maxsize=8192)
def _is_heading(text: str) -> bool:
    from kb.cv.sections import heading_of

    return len(text) < 60 and heading_of(text, marked=False) is not None


@lru_cache(maxsize=8192)
def _label_of(text: str) -> str:
    """The kind of section that "Skills: welding, casting" names by itself."""
    from kb.cv.sections import heading_of

    head, colon, rest = text.partition(":")
    if not colon or not rest.strip() or len(head) > 40:
        return ""
    found = heading_of(head, marked=False)
    return found.kind if found else ""


def _field(text: str, kind: str, person: Profile) -> tuple[str, str]:
    """The field of a reason, and the kind of section; by the records where no section tells."""
    if kind and kind not in ("contact", "unknown", "other"):
        return FIELDS.get(kind, "other"), kind
    folded = texts.fold(text)
    if person.headline and texts.fold(person.headline) in folded:
        return "summary", kind
    if _post_of(text, person.positions) is not None:
        return "position", kind
    for item in person.education:
        if item.degree and texts.fold(item.degree) in folded:
            return "education", kind
    if person.summary and folded in texts.fold(person.summary):
        return "summary", kind
    return "other", kind


def _post_of(text: str, positions: Sequence[Position]) -> Position | None:
    """The post that a line names by its title, or else by the organisation and first year."""
    folded = texts.fold(text)
    for post in positions:
        if post.title and texts.fold(post.title) in folded:
            return post
    for post in positions:
        if post.summary and len(folded) > 30 and folded in texts.fold(post.summary):
            return post
    return None


def _as_of(person: Profile) -> int:
    """The latest year that the CV names: what "years ago" is counted from."""
    dates = [person.as_of, *(p.end for p in person.positions), *(p.start for p in person.positions)]
    years = [int(date[:4]) for date in dates if date and date[:4].isdigit()]
    return max(years, default=0)


def _age_weight(post: Position | None, year: int) -> float:
    if post is None or not post.end or not post.end[:4].isdigit():
        return 1.0
    gone = year - int(post.end[:4])
    return next((weight for years, weight in AGES if gone <= years), OLD)
