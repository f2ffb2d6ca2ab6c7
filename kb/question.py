"""What a question asks for besides its topic: places, sectors, languages, degree, willingness ...

Rules over entities and the cues of kb/data/question/{es,en}.yaml. What is understood is soft
(it lifts who matches) unless the question says "only"; the topic is what remains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb import text as texts
from kb.datatypes import Entity, Understood
from kb.stopwords import is_stopword

ACADEMIA = "academia"

_FOLDER = Path(__file__).parent / "data" / "question"
_YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
_EXCLUDED_REACH = 14  # folded characters between "fuera de" and what it excludes
_SPOKEN_REACH = 40  # folded characters between "speaks" and the language
_JOINED = re.compile(
    r"\s*(?:,|,?\s(?:y|e|o|u|ni|and|or|nor)\s)\s*(?:(?:en|in|de|la|el|los|the)\s)*"
)
_PROPER = r"[A-ZÁÉÍÓÚÑ][\w.-]+"
_CHAPTER_AFTER = re.compile(
    rf"\s+(?:(?:de|del|en|of|in|for)\s+)?(?:(?:la|el|los|las|the)\s+)?({_PROPER}(?:\s{_PROPER})*)"
)
_CHAPTER_BEFORE = re.compile(rf"({_PROPER}(?:\s{_PROPER})*)\s+$")


@lru_cache(maxsize=1)
def _cues() -> dict[str, Any]:
    """The cues of both languages together: a question of three words may be told wrong."""
    import yaml

    raw = [
        yaml.safe_load((_FOLDER / f"{lang}.yaml").read_text(encoding="utf-8"))
        for lang in ("es", "en")
    ]

    def pattern(*values: Any) -> re.Pattern[str]:
        parts = [
            part for value in values for part in (value if isinstance(value, list) else [value])
        ]
        return re.compile(r"\b(?:" + "|".join(parts) + r")\b")

    return {
        name: {key: pattern(*(one[name][key] for one in raw)) for key in raw[0][name]}
        if isinstance(raw[0][name], dict)
        else pattern(*(one[name] for one in raw))
        for name in raw[0]
    }


@dataclass(frozen=True, slots=True)
class Place:
    """A place, region or institution kind that a question names, by offsets into its text."""

    start: int
    end: int
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def _regions() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    import yaml

    listed = yaml.safe_load((_FOLDER / "regions.yaml").read_text(encoding="utf-8"))
    codes = {word: tuple(item["codes"].split()) for item in listed for word in item["words"]}
    longest = sorted(codes, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b"), codes


def regions_in(folded: str) -> list[Place]:
    """Regions such as "Latin America" in a folded text, with their countries."""
    pattern, codes = _regions()
    return [Place(m.start(), m.end(), codes[m.group()]) for m in pattern.finditer(folded)]


def understand(query: str, *, lang: str | None = None) -> Understood:
    """Read the conditions of a question in es or en."""
    from kb import entities

    lang = lang or texts.question_language(query)
    cues = _cues()
    folded = cues["not_only"].sub(lambda m: " " * len(m.group()), texts.fold(query))
    found = entities.extract_text(query, lang=lang)
    chapters = _chapters(query, folded, found, cues)
    spoken: list[tuple[Entity | Place, str]] = [
        *((ent, code) for ent in found if (code := _tongue(folded, ent, cues))),
        *_speakers(query, folded, cues),
    ]
    # "who reads Portuguese" asks for the language, not for people in Portugal.
    taken = [(ent.start, ent.end) for ent, _ in spoken] + [(c.start, c.end) for c in chapters]
    named = [ent for ent in found if not _overlaps(ent, taken)]
    regions = [
        region
        for region in regions_in(folded)
        if not _overlaps(region, taken)
        and not any(
            ent.label in _NAMES and _overlaps(region, [(ent.start, ent.end)]) for ent in found
        )
    ]
    reaches = _reaches(folded, [*named, *regions], cues)
    barred = [ent for ent in named if _reached(ent, reaches)]
    barred_regions = [region for region in regions if _reached(region, reaches)]
    kept = [ent for ent in named if ent not in barred]
    academia = [
        match
        for match in cues["academia"].finditer(folded)
        if any(0 <= match.start() - end <= _EXCLUDED_REACH for end in reaches)
    ]
    countries = [
        (ent.start, (ent.id if ent.label == "COUNTRY" else ent.country,))
        for ent in kept
        if ent.label in ("COUNTRY", "PLACE")
    ] + [(region.start, region.codes) for region in regions if region not in barred_regions]
    studying = cues["studying"].sub(" ", folded)
    understood = Understood(
        topic=_topic(
            query,
            folded,
            [(thing.start, thing.end) for thing, _ in spoken]
            + [(e.start, e.end) for e in found if e.label in ("COUNTRY", "PLACE", "LANGUAGE")]
            + [(r.start, r.end) for r in (*regions, *chapters)]
            + [m.span() for m in academia],
            cues,
        ),
        countries=_unique(code for _, codes in sorted(countries, key=_first_of) for code in codes),
        sectors=_unique(ent.id for ent in kept if ent.label == "SECTOR"),
        programs=_unique(ent.id for ent in kept if ent.label == "PROGRAM"),
        languages=_unique(code for _, code in spoken),
        degree=_first(cues["degree"], studying),
        seniority=_last(cues["seniority"], cues["without"].sub(" ", folded)),
        willing=_willing(folded, cues),
        years=tuple(sorted({int(m.group()) for m in _YEAR.finditer(folded)})),
        chapters=_unique(query[c.start : c.end] for c in chapters),
        excluded=_unique(
            [
                *(ent.country if ent.label == "PLACE" else ent.id for ent in barred),
                *(code for region in barred_regions for code in region.codes),
                *(ACADEMIA for _ in academia[:1]),
            ]
        ),
    )
    if not cues["only"].search(folded):
        return understood
    return replace(understood, only=_hardened(understood, folded, kept, cues))


#: Entities whose names may hold the name of a region: "Bank of America", "Universidad Europea".
_NAMES = ("INSTITUTION", "PROGRAM", "COUNTRY", "PERSON")


def _first_of(pair: tuple[int, object]) -> int:
    return pair[0]


def _overlaps(thing: Entity | Place, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < thing.end and thing.start < end for start, end in spans)


def _reaches(folded: str, things: Sequence[Entity | Place], cues: Mapping[str, Any]) -> list[int]:
    """Where what is excluded may begin: behind "outside", and behind an "or" after it."""
    ends = [match.end() for match in cues["outside"].finditer(folded)]
    for thing in sorted(things, key=lambda item: item.start):
        joined = _JOINED.match(folded, thing.end)
        if joined and _reached(thing, ends):
            ends.append(joined.end())
    return ends


def _reached(thing: Entity | Place, reaches: Iterable[int]) -> bool:
    """Whether a thing stands just after one of the ends of "outside", "not in"."""
    return any(0 <= thing.start - end <= _EXCLUDED_REACH for end in reaches)


def _willing(folded: str, cues: Mapping[str, Any]) -> tuple[str, ...]:
    """Offers of help that a question asks for; told as CVs tell them where no cue is found."""
    from kb.cv.willingness import actions

    asked = tuple(key for key, cue in cues["willing"].items() if cue.search(folded))
    return asked or tuple(actions(folded))


def _tongue(folded: str, ent: Entity, cues: Mapping[str, Any]) -> str | None:
    """The language that "who reads Portuguese", "German-speaking" ask for."""
    from kb import entities
    from kb.errors import UnknownValueError

    if ent.label not in ("LANGUAGE", "COUNTRY"):
        return None
    before = folded[max(0, ent.start - _SPOKEN_REACH) : ent.start]
    verbs = [m.group().split()[-1] for m in cues["speaks"].finditer(before)]
    if ent.label == "COUNTRY":  # "with Mexican suppliers" asks for no language
        verbs = [verb for verb in verbs if verb not in ("con", "with")]
    behind = cues["speaking"].match(folded[ent.end :])
    if not verbs and not behind:
        return None
    if ent.label == "LANGUAGE":
        return ent.id
    try:
        return entities.resolve("speaks", ent.text)
    except UnknownValueError:
        return None


def _speakers(query: str, folded: str, cues: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Languages before "-speaking" that no entity was made of."""
    from kb import entities
    from kb.errors import UnknownValueError

    told = []
    for match in cues["speaking"].finditer(folded):
        before = re.search(r"[\w]+$", folded[: match.start()])
        if before is None:
            continue
        try:
            code = entities.resolve("speaks", query[before.start() : before.end()])
        except UnknownValueError:
            continue
        told.append((Place(before.start(), before.end(), ()), code))
    return told


def _chapters(
    query: str, folded: str, found: Sequence[Entity], cues: Mapping[str, Any]
) -> list[Place]:
    """Places that "capítulo de Boston", "the Boston chapter" name: no place of residence."""
    told = []
    for match in cues["chapter"].finditer(folded):
        after = _CHAPTER_AFTER.match(query, match.end())
        before = _CHAPTER_BEFORE.search(query[: match.start()])
        near = [
            ent
            for ent in found
            if ent.label in ("COUNTRY", "PLACE") and 0 <= ent.start - match.end() <= _EXCLUDED_REACH
        ]
        if near:
            told.append(Place(near[0].start, near[0].end, ()))
        elif after:
            told.append(Place(after.start(1), after.end(1), ()))
        elif before and not is_stopword(texts.fold(before.group(1))):
            told.append(Place(before.start(1), before.end(1), ()))
    return told


def named_things(
    query: str,
    *,
    labels: tuple[str, ...] = (
        "COUNTRY",
        "PLACE",
        "LANGUAGE",
        "INSTITUTION",
        "PROGRAM",
        "SECTOR",
    ),
) -> list[tuple[int, int]]:
    """Where a question names a place, language, institution, programme or sector."""
    from kb import entities

    found = entities.extract_text(query, lang=texts.question_language(query))
    return [(ent.start, ent.end) for ent in found if ent.label in labels]


@lru_cache(maxsize=1)
def about_words() -> frozenset[str]:
    """Words that ask for a person's data ("CV of ...") and are no part of a name."""
    import yaml

    return frozenset(
        texts.fold(word)
        for lang in ("es", "en")
        for word in yaml.safe_load((_FOLDER / f"{lang}.yaml").read_text(encoding="utf-8"))["about"]
    )


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _first(cues: Mapping[str, re.Pattern[str]], folded: str) -> str | None:
    return next((key for key, cue in cues.items() if cue.search(folded)), None)


def _last(cues: Mapping[str, re.Pattern[str]], folded: str) -> str | None:
    return next((key for key, cue in reversed(list(cues.items())) if cue.search(folded)), None)


def _hardened(
    understood: Understood, folded: str, kept: list[Entity], cues: Mapping[str, Any]
) -> tuple[str, ...]:
    """The fields that "only" makes hard: those whose words stand nearest after it."""
    match = cues["only"].search(folded)
    at = match.end() if match else 0
    fields = {"COUNTRY": "countries", "PLACE": "countries", "SECTOR": "sectors",
              "PROGRAM": "programs", "LANGUAGE": "languages"}  # fmt: skip
    after = [ent for ent in kept if ent.label in fields and ent.start >= at]
    if after:
        return (fields[min(after, key=lambda ent: ent.start).label],)
    named = ("countries", "sectors", "programs", "languages", "degree", "seniority")
    return tuple(name for name in named if getattr(understood, name))[:1]


def _topic(query: str, folded: str, dropped: list[tuple[int, int]], cues: Mapping[str, Any]) -> str:
    """The content words that are no place, language or cue."""
    for name in ("speaks", "speaking", "outside", "only", "living", "chapter"):
        dropped += [m.span() for m in cues[name].finditer(folded)]
    for group in ("willing", "seniority", "degree"):
        dropped += [m.span() for cue in cues[group].values() for m in cue.finditer(folded)]
    words = [
        query[m.start() : m.end()]
        for m in re.finditer(r"[\w-]+", folded)
        if not is_stopword(m.group())
        and not any(start < m.end() and m.start() < end for start, end in dropped)
    ]
    return " ".join(words)
