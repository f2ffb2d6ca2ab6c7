"""What a question asks of a person besides the topic, held against a profile."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kb import text as texts
from kb.datatypes import Profile, Understood
from kb.question import ACADEMIA, about_words, named_things, regions_in
from kb.stopwords import is_stopword

#: How much each condition counts beside the others.
IMPORTANCE = {
    "countries": 1.0, "sectors": 0.7, "programs": 1.0, "languages": 0.8, "degree": 0.6,
    "seniority": 0.6, "willing": 1.0, "chapters": 0.8,
}  # fmt: skip
#: Who lives there meets "in Germany" best; who studied there, least.
BY_ROLE = {"residence": 1.0, "worked": 0.7, "studied": 0.5}
MAIN_SECTORS = 2  # the first of a profile's sectors are the person's work, the others touch it
SIDE_SECTOR = 0.6
FEW = 3  # countries that a question may name one by one; more are a region
_DEGREE_RANK = {"bachelor": 1, "master": 2, "phd": 3, "md": 3}
_SENIORITY = ("student", "junior", "mid", "senior", "lead", "executive")
_ACADEMIC = re.compile(
    r"\b(?:universi|college\b|faculta|facult|escuela superior|polytechnic|politecnic"
    r"|institute of technology|hochschule|professor|profesor|lecturer|catedratic|posdoc|postdoc)"
)


def conditions(profile: Profile, understood: Understood) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the question's conditions the profile meets, and what it does not show."""
    matched: dict[str, Any] = {}
    missing: dict[str, Any] = {}
    for name, has in _held(profile, understood).items():
        wanted = getattr(understood, name)
        if met := [value for value in wanted if value in has]:
            matched[name] = met
        if name == "countries" and met and len(wanted) > FEW:
            continue  # a region: one of its countries is enough
        if unmet := [value for value in wanted if value not in has]:
            missing[name] = unmet
    if wanted := understood.degree:
        (matched if _has_degree(profile.degree, wanted) else missing)["degree"] = wanted
    if wanted := understood.seniority:
        (matched if _senior_enough(profile.seniority, wanted) else missing)["seniority"] = wanted
    if barred := _barred(profile, understood):
        missing["excluded"] = barred
    return matched, missing


def share_met(profile: Profile, understood: Understood) -> float:
    """0 to 1: how much of what was asked the profile meets; 0 where nothing was asked."""
    held = _held(profile, understood)
    met = asked = 0.0
    for name, has in held.items():
        wanted = getattr(understood, name)
        if not wanted:
            continue
        asked += IMPORTANCE[name]
        found = [has[value] for value in wanted if value in has]
        # Places, tongues, sectors are alternatives; offers of help are wanted all.
        share = sum(found) / len(wanted) if name == "willing" else max(found, default=0.0)
        met += IMPORTANCE[name] * share
    if understood.degree:
        asked += IMPORTANCE["degree"]
        met += IMPORTANCE["degree"] * _has_degree(profile.degree, understood.degree)
    if understood.seniority:
        asked += IMPORTANCE["seniority"]
        met += IMPORTANCE["seniority"] * _senior_enough(profile.seniority, understood.seniority)
    return met / asked if asked else 0.0


def _held(profile: Profile, understood: Understood) -> Mapping[str, Mapping[str, float]]:
    """The values that a profile has in each field, and how fully."""
    countries: dict[str, float] = {}
    for role in profile.countries:
        if weight := BY_ROLE.get(role.role):
            countries[role.code] = max(weight, countries.get(role.code, 0.0))
    if profile.country:
        countries[profile.country] = 1.0
    return {
        "countries": countries,
        "sectors": {
            sector: 1.0 if place < MAIN_SECTORS else SIDE_SECTOR
            for place, sector in enumerate(profile.sectors)
        },
        "programs": dict.fromkeys((*profile.programs, *profile.awards), 1.0),
        "languages": {skill.lang: 1.0 for skill in profile.languages},
        "willing": dict.fromkeys(profile.willing_to, 1.0),
        "chapters": {
            asked: 1.0
            for asked in understood.chapters
            if any(_same_chapter(asked, chapter) for chapter in profile.chapters)
        },
    }


@lru_cache(maxsize=4096)
def _same_chapter(asked: str, chapter: str) -> bool:
    """Whether a chapter ("Red Global MX Alemania") is the one asked for ("Germany")."""
    if set(texts.words(asked)) <= set(texts.words(chapter)):
        return True
    codes = _countries_in(asked)
    return bool(codes) and codes == _countries_in(chapter)


@lru_cache(maxsize=4096)
def _countries_in(text: str) -> frozenset[str]:
    from kb import entities

    regions = regions_in(texts.fold(text))
    if regions:
        return frozenset(regions[-1].codes)
    found = entities.extract_text(text, lang="en") + entities.extract_text(text, lang="es")
    return frozenset(ent.id for ent in found if ent.label == "COUNTRY")


def _has_degree(has: str | None, wanted: str) -> bool:
    if "md" in (wanted, has):
        return has == wanted
    return _DEGREE_RANK.get(has or "", 0) >= _DEGREE_RANK[wanted]


def _senior_enough(has: str | None, wanted: str) -> bool:
    if has is None:
        return False
    if wanted in ("student", "junior"):
        return has == wanted
    return _SENIORITY.index(has) >= _SENIORITY.index(wanted)


def meets_hard(profile: Profile, understood: Understood) -> bool:
    """Whether the conditions that the question made hard by "only" hold."""
    if not understood.only:
        return True
    matched, _ = conditions(profile, understood)
    residence_only = "countries" not in understood.only or profile.country in understood.countries
    return residence_only and all(name in matched for name in understood.only)


def is_excluded(profile: Profile, understood: Understood) -> bool:
    """Whether the question asked for people who are not such ones."""
    return bool(_barred(profile, understood))


def _barred(profile: Profile, understood: Understood) -> list[str]:
    """What the question excludes and the person is: by residence, main sector or employer."""
    is_so = {profile.country, *profile.sectors[:1]}
    if ACADEMIA in understood.excluded and _is_academic(profile):
        is_so.add(ACADEMIA)
    return [value for value in understood.excluded if value in is_so]


def _is_academic(profile: Profile) -> bool:
    """Whether the post held now, or the last one, is at a university."""
    posts = [post for post in profile.positions if post.end == "present"] or profile.positions[:1]
    told = [f"{post.title or ''} {post.organisation or ''}" for post in posts]
    return any(_ACADEMIC.search(texts.fold(item)) for item in told)


# --- names ---------------------------------------------------------------------------------------

RARE = 3  # a surname that more people bear names nobody


def bearers(people: Mapping[str, Profile], query: str) -> list[str]:
    """Ids of those whose name the question is, or names in so many words; in stable order.

    Two words of the name are needed, or the whole question is one word that few people bear.
    """
    asked = [
        word for word in texts.words(query) if not is_stopword(word) and word not in about_words()
    ]
    if not asked:
        return []
    names = {pid: texts.words(person.name or "") for pid, person in people.items()}
    if len(asked) == 1:
        found = [pid for pid, name in names.items() if asked[0] in name[1:]]
        return found if len(found) <= RARE and not named_things(query) else []
    whole = [pid for pid, name in names.items() if name and all(word in name for word in asked)]
    if whole:
        return whole
    pairs = _capital_pairs(query)
    return [
        pid
        for pid, name in names.items()
        if any(
            (name[i], name[j]) in pairs for i in range(len(name)) for j in range(i + 1, len(name))
        )
    ]


def _capital_pairs(query: str) -> set[tuple[str, str]]:
    """Neighbouring words in capitals that are part of no place, institution or programme."""
    taken = named_things(query)
    found = [
        match
        for match in re.finditer(r"[^\W\d_]+", query)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    return {
        (texts.fold(one.group()), texts.fold(two.group()))
        for one, two in itertools.pairwise(found)
        if one.group()[0].isupper()
        and two.group()[0].isupper()
        and query[one.end() : two.start()] in (" ", "-")
        and not is_stopword(texts.fold(one.group()))
    }
