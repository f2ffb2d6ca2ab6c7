"""Sentences of policy papers that teach: lesson, recommendation, good practice, risk, condition.

Each sentence collects weights from cue phrases, from the headings above it and from the sentence
that opens its list; the type with most wins if all of it together passes a threshold. Statements
about the paper itself and bare facts carry doubt and stay out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from kb import language
from kb.cues import book
from kb.datatypes import Block, Document, Entity, Lesson, LessonType, Passage
from kb.text import fold, sentences, words

TYPES: tuple[LessonType, ...] = get_args(LessonType)
THRESHOLD = 1.6
_HEADING, _CLOSING, _INTRO, _ITEM, _INSTRUMENTS = 1.2, 1.0, 2.0, 0.6, 0.8
_UNTOLD, _BID, _ORDER = 0.3, 1.2, 1.6
#: Sections that rarely teach, and those that never do.
_NOTHING = {"background": -0.4, "none": -2.0}
_REPEATED = 0.3  # of a cue's weight for its second and third place in a sentence
_FEWEST, _MOST = 6, 75  # words of a sentence; of a statement of two
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|por ciento|per ?cent|mil\b|mill|billion)|\b\d{2,}\b")
_MEETING = re.compile(r"\b(?:conference|forum|meeting|summit|congress|workshop)\b")
_NUMBERED = re.compile(r"^\W*(?:\d{1,2}|[a-z])[.)]\s+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence in its place; `scores` by type, `doubt` against all."""

    start: int
    end: int
    block: int
    size: int
    passage: Passage
    scores: dict[LessonType, float]
    doubt: float
    leans: bool  # on the sentence before: does not stand alone
    links: bool  # to the sentence before: stands alone if need be

    @property
    def type(self) -> LessonType:
        return max(TYPES, key=lambda kind: (self.scores.get(kind, 0.0), -TYPES.index(kind)))

    @property
    def evidence(self) -> float:
        best = self.scores.get(self.type, 0.0)
        rest = sum(self.scores.values()) - best
        return best + 0.35 * rest - self.doubt


def find_lessons(doc: Document, entities: Sequence[Entity]) -> tuple[Lesson, ...]:
    """The lessons of a policy paper in document order; none of a profile or an entry."""
    if doc.kind != "policy":
        return ()
    about = _About(doc, entities)
    found: list[Lesson] = []
    count: Counter[str] = Counter()
    for group in _grouped(list(_said(doc))):
        first, last = group[0], group[-1]
        told = last if last.evidence >= THRESHOLD else first
        programs, countries = about.of(first.start, last.end, first.block)
        passage = told.passage
        count[passage.passage_id] += 1
        found.append(
            Lesson(
                lesson_id=f"{passage.passage_id}.l{count[passage.passage_id]}",
                passage_id=passage.passage_id,
                doc_id=doc.doc_id,
                type=told.type,
                statement=doc.text[first.start : last.end],
                start=first.start,
                end=last.end,
                programs=programs,
                countries=countries,
                confidence=round(min(1.0, 0.4 + 0.15 * told.evidence), 2),
            )
        )
    return tuple(found)


def _said(doc: Document) -> Iterator[_Said]:
    """Every sentence of the body with what speaks for and against it."""
    passages = [p for p in doc.passages if p.role == "body"]
    starts = [p.start for p in passages]
    intro = ""
    for i, block in enumerate(doc.blocks):
        if block.kind not in ("paragraph", "list_item", "table_row"):
            if block.kind in ("heading", "title"):
                intro = ""
            continue
        at = bisect_right(starts, block.start) - 1
        if at < 0 or passages[at].end <= block.start:
            continue
        spans = [(0, len(block.text))] if block.kind == "table_row" else sentences(block.text)
        listed = block.kind == "list_item"
        for start, end in spans:
            text = block.text[start:end]
            here = passages[max(0, bisect_right(starts, block.start + start) - 1)]
            opens = text.endswith(":")
            said = _judge(text, here, block, intro=intro if listed else "")
            if opens:
                intro = text
            elif said is not None:
                scores, doubt, leaning = said
                size = len(text.split())
                yield _Said(
                    block.start + start, block.start + end, i, size, here, scores, doubt,
                    "anaphora" in leaning and start > 0, "linking" in leaning and start > 0,
                )  # fmt: skip
        if not listed and not (spans and block.text.endswith(":")):
            intro = ""


def _judge(
    text: str, passage: Passage, block: Block, *, intro: str
) -> tuple[dict[LessonType, float], float, Collection[str]] | None:
    """Scores by type, doubt, and how the sentence leans on the one before."""
    tokens = words(_NUMBERED.sub("", text))
    if len(tokens) < _FEWEST:
        return None
    lang = passage.lang
    if lang not in ("es", "en"):
        lang = "es" if language.spanish_over_english(text) > 0 else "en"
    cues = book(lang)
    scores: dict[LessonType, float] = {}
    doubt = 0.0
    for name, places in cues.sentence.found(tokens).items():
        cue = cues.cues[name]
        doubt += cue.doubt
        for kind in TYPES:
            if weight := cue.weights.get(kind):
                repeated = 1 + _REPEATED * (min(places, 3) - 1)
                scores[kind] = scores.get(kind, 0.0) + weight * repeated
    listed = block.kind == "list_item"
    if cues.orders.match(" ".join(tokens[:3])) and text[-1] in ".;!":
        scores["recommendation"] = scores.get("recommendation", 0.0) + _ORDER
    elif listed and cues.bids.fullmatch(tokens[0]):
        scores["recommendation"] = scores.get("recommendation", 0.0) + _BID
    for told, weight in _context(passage.section, intro, listed=listed).items():
        if told is None:  # a lesson unless the sentence says otherwise
            scores["lesson"] = scores.get("lesson", 0.0) + _UNTOLD
            doubt -= weight - _UNTOLD
        else:
            scores[told] = scores.get(told, 0.0) + weight
    if text.endswith("?") or _titled(text):
        doubt += 1.5
    if _YEAR.search(text):
        doubt += 0.4
    doubt += 0.3 * min(3, len(_NUMBER.findall(text)))
    return scores, doubt, cues.leaning.found(tokens, within=1)


def _titled(text: str) -> bool:
    """Whether a line without a stop is a heading that its document shows as text."""
    parts = [part for part in text.split() if len(part) > 3]
    return text[-1].isalnum() and sum(part[0].isupper() for part in parts) > 0.6 * len(parts)


def _context(
    section: tuple[str, ...], intro: str, *, listed: bool
) -> dict[LessonType | None, float]:
    """What the nearest telling heading and the opening of the list say: weights by type; under
    None the weight of a conclusion, whose type the sentence itself tells, or of a section that
    teaches nothing."""
    scores: dict[LessonType | None, float] = {}
    for name in reversed(section):
        kinds = _kinds_of(name)
        if told := [kind for kind in TYPES if kind in kinds]:
            share = (_HEADING + (_ITEM if listed else 0.0)) / len(told) ** 0.5
            scores = dict.fromkeys(told, share)
        if kinds & _NOTHING.keys() and not told:
            scores[None] = min(_NOTHING[kind] for kind in kinds & _NOTHING.keys())
        elif "closing" in kinds:
            scores[None] = _CLOSING + (_ITEM if listed else 0.0)
        if scores:
            break
    kinds = _kinds_of(intro) if intro else frozenset()
    for kind in TYPES:
        if kind in kinds:
            scores[kind] = scores.get(kind, 0.0) + _INTRO
    if "instruments" in kinds and not kinds & set(TYPES):
        scores["good_practice"] = scores.get("good_practice", 0.0) + _INSTRUMENTS
    return scores


@lru_cache(maxsize=4096)
def _kinds_of(heading: str) -> frozenset[str]:
    tokens = words(heading)
    return frozenset(k for lang in ("es", "en") for k in book(lang).heading.found(tokens))


def _grouped(said: Sequence[_Said]) -> Iterator[list[_Said]]:
    """Sentences that pass, each with the one it leans on or with its like beside it."""
    told = -1  # the last sentence given
    i = 0
    while i < len(said):
        one = said[i]
        if one.evidence < THRESHOLD:
            i += 1
            continue
        group = [one]
        after = said[i + 1] if i + 1 < len(said) else None
        if i and _beside(said[i - 1], one) and (one.leans or (one.links and told < i - 1)):
            group = [said[i - 1], one]
        elif (
            after is not None
            and after.evidence >= THRESHOLD
            and after.type == one.type
            and _beside(one, after)
        ):
            group = [one, after]
            i += 1
        yield group
        told = i
        i += 1


def _beside(one: _Said, two: _Said) -> bool:
    return one.block == two.block and one.size + two.size <= _MOST


_Range = tuple[int, int]


def _above(blocks: Sequence[Block]) -> Iterator[tuple[_Range | None, tuple[_Range, ...]]]:
    """For each block the sentence that opens its list, and its headings, the deepest first."""
    opening: _Range | None = None
    stack: list[tuple[int, _Range]] = []
    for block in blocks:
        if block.kind == "heading":
            stack = [item for item in stack if item[0] < block.level]
            stack.append((block.level, (block.start, block.end)))
            opening = None
        elif block.kind == "paragraph":
            opening = (block.start, block.end) if block.text.endswith(":") else None
        yield opening, tuple(place for _, place in reversed(stack))


class _About:
    """Which programmes and countries a statement is about."""

    def __init__(self, doc: Document, entities: Sequence[Entity]) -> None:
        kept = [e for e in entities if e.label in ("PROGRAM", "COUNTRY", "PLACE")]
        self._entities = sorted(kept, key=lambda e: (e.start, e.end))
        self._starts = [e.start for e in self._entities]
        self._blocks = doc.blocks
        self._above = list(_above(doc.blocks))

    def of(self, start: int, end: int, block: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(programmes, countries): of the statement; else of what governs it."""
        programs, countries = self._named(start, end)
        for low, high in self._governing(start, block):
            if programs and countries:
                break
            more_programs, more_countries = self._named(low, high, above=True)
            # A nearer programme is never mixed with a country from farther away, but its own.
            programs = programs or (more_programs if not countries else ())
            countries = countries or more_countries
        return programs, countries

    def _governing(self, start: int, block: int) -> Iterator[_Range]:
        """Ranges from near to far: the heading, the list's opening, earlier in the paragraph."""
        mine = self._blocks[block]
        opening, headings = self._above[block]
        if mine.kind == "list_item" and opening is not None:
            yield opening
        yield from headings[:1]
        yield mine.start, start
        yield from headings[1:]

    def _named(
        self, start: int, end: int, *, above: bool = False
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Programmes and countries in a range; from `above` a statement neither the cities nor
        the meetings at which it was made."""
        programs: list[str] = []
        countries: list[str] = []
        for i in range(bisect_right(self._starts, start - 1), len(self._entities)):
            entity = self._entities[i]
            if entity.start >= end:
                break
            if above and (entity.label == "PLACE" or _MEETING.search(fold(entity.name_en))):
                continue
            if entity.label == "PROGRAM":
                programs.append(entity.id)
            elif entity.label == "COUNTRY":
                countries.append(entity.id)
            elif entity.country:
                countries.append(entity.country)
        return tuple(dict.fromkeys(programs)), tuple(dict.fromkeys(countries))
