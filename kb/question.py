"""What a question asks for besides its topic: places, sectors, languages, degree, willingness ...

Rules over entities and the cues of kb/data/question/{es,en}.yaml. What is understood is soft
(it lifts who matches) unless the question says "only"; the topic is what remains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb import text as texts
from kb.datatypes import Entity, Understood
from kb.stopwords import is_stopword

_FOLDER = Path(__file__).parent / "data" / "question"
_YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
_EXCLUDED_REACH = 14  # folded characters between "fuera de" and what it excludes


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


def understand(query: str, *, lang: str | None = None) -> Understood:
    """Read the conditions of a question in es or en."""
    from kb import entities

    lang = lang or texts.question_language(query)
    cues = _cues()
    folded = texts.fold(query)
    found = entities.extract_text(query, lang=lang)
    excluded_spans = _excluded(folded, found, cues)
    kept = [ent for ent in found if ent not in excluded_spans]
    spoken = [ent for ent in kept if ent.label == "LANGUAGE" and _spoken(folded, ent, cues)]
    # "who reads Portuguese" asks for the language, not for people in Portugal.
    at = {ent.start for ent in spoken}
    countries = _unique(
        (ent.id if ent.label == "COUNTRY" else ent.country)
        for ent in kept
        if ent.label in ("COUNTRY", "PLACE") and ent.start not in at
    )
    only = bool(cues["only"].search(folded))
    understood = Understood(
        topic=_topic(query, folded, kept, cues),
        countries=countries,
        sectors=_unique(ent.id for ent in kept if ent.label == "SECTOR"),
        programs=_unique(ent.id for ent in kept if ent.label == "PROGRAM"),
        languages=_unique(ent.id for ent in spoken),
        degree=_first(cues["degree"], folded),
        seniority=_last(cues["seniority"], folded),
        willing=tuple(key for key, cue in cues["willing"].items() if cue.search(folded)),
        years=tuple(sorted({int(m.group()) for m in _YEAR.finditer(folded)})),
        excluded=_unique(
            ent.id if ent.label != "PLACE" else (ent.country or ent.id) for ent in excluded_spans
        ),
    )
    if not only:
        return understood
    return Understood(
        **{
            **{name: getattr(understood, name) for name in Understood.__dataclass_fields__},
            "only": _hardened(understood, folded, kept, cues),
        }
    )


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


def _spoken(folded: str, ent: Entity, cues: Mapping[str, Any]) -> bool:
    """A language is asked for when a verb of speaking stands before it, or it is no demonym."""
    before = folded[max(0, ent.start - 40) : ent.start]
    return bool(cues["speaks"].search(before))


def _excluded(folded: str, found: tuple[Entity, ...], cues: Mapping[str, Any]) -> list[Entity]:
    spans = []
    for match in cues["outside"].finditer(folded):
        for ent in found:
            if 0 <= ent.start - match.end() <= _EXCLUDED_REACH:
                spans.append(ent)
    return spans


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


def _topic(query: str, folded: str, kept: list[Entity], cues: Mapping[str, Any]) -> str:
    """The content words that are no place, language or cue."""
    dropped = [
        (ent.start, ent.end) for ent in kept if ent.label in ("COUNTRY", "PLACE", "LANGUAGE")
    ]
    dropped += [m.span() for name in ("speaks", "outside") for m in cues[name].finditer(folded)]
    for group in ("willing", "seniority", "degree"):
        dropped += [m.span() for cue in cues[group].values() for m in cue.finditer(folded)]
    words = [
        query[m.start() : m.end()]
        for m in re.finditer(r"[\w-]+", folded)
        if not is_stopword(m.group())
        and not any(start < m.end() and m.start() < end for start, end in dropped)
    ]
    return " ".join(words)
