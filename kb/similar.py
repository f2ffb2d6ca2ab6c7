"""Profiles like these ones, or like a CV that is given and never stored.

Two people are alike when the passages of one have near ones among those of the other (mean over
the asked person's passages of the best cosine, both ways) and when their sectors, skills, level
and degree agree. Employers, universities, languages of the CV and names carry no weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb import text as texts
from kb.datatypes import Filters, Profile, SimilarResult, Why
from kb.errors import ReadError, UsageError
from kb.experts import expert_hit
from kb.search import Searcher, check_paging

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.datatypes import Vectors

TEXT_WEIGHT = 0.7
SECTOR_WEIGHT = 0.15
LEVEL_WEIGHT = 0.1
SKILL_WEIGHT = 0.05
UNLIKE_WEIGHT = 0.5
ALIKE_ENOUGH = 0.35
_LEVELS = ("student", "junior", "mid", "senior", "lead", "executive")


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a person is compared by: the profile and its passages' vectors (n, dim)."""

    profile: Profile
    rows: tuple[int, ...]
    vectors: Vectors


def similar(
    searcher: Searcher,
    profile_ids: Sequence[str] = (),
    *,
    unlike: Sequence[str] = (),
    file: Path | None = None,
    k: int = 10,
    filters: Filters | None = None,
    settings: Settings | None = None,
) -> SimilarResult:
    """People like those asked about, themselves left out.

    Raises UnknownValueError for an id that nobody has, UsageError when nothing is given, and
    ReadError when the file cannot be read as a CV.
    """
    check_paging(k)
    store = searcher.store
    asked_ids = [store.known("profile", value) for value in profile_ids]
    unlike_ids = [store.known("profile", value) for value in unlike]
    asked = [_stored(searcher, _profile(searcher, value)) for value in asked_ids]
    if file is not None:
        if settings is None:
            raise TypeError("similar(file=...) needs settings")
        asked.append(portrait_of_file(searcher, file, settings=settings))
    if not asked:
        raise UsageError("nothing_given", what="PROFILE_ID / --file CV")
    against = [_stored(searcher, _profile(searcher, value)) for value in unlike_ids]
    out = {*asked_ids, *unlike_ids}
    given_names = _same_person_keys(asked) if file is not None else set()
    scored = []
    for profile in searcher.people(filters).values():
        if profile.profile_id in out or given_names & _keys(profile):
            continue
        other = _stored(searcher, profile)
        score = sum(likeness(one, other) for one in asked) / len(asked)
        if against:
            score -= UNLIKE_WEIGHT * sum(likeness(one, other) for one in against) / len(against)
        scored.append((score, profile.profile_id, other))
    scored.sort(key=lambda item: (-item[0], item[1]))
    page = scored[:k]
    return SimilarResult(
        answered=bool(page) and page[0][0] >= ALIKE_ENOUGH,
        hits=tuple(
            expert_hit(other.profile, rank=rank, score=score, why=_why(searcher, asked, other))
            for rank, (score, _, other) in enumerate(page, 1)
        ),
    )


def portrait_of_file(searcher: Searcher, path: Path, *, settings: Settings) -> Portrait:
    """Read a CV without storing anything. Raises ReadError when it is none or cannot be read."""
    from kb import build
    from kb.embed import passage_text

    if not path.is_file():
        raise UsageError("path_missing", path=str(path))
    parsed, problems = build.parse_file(path, settings=settings, kind="profile")
    one = next((item for item in parsed if item.profile is not None), None)
    if one is None or one.profile is None:
        first = problems[0] if problems else None
        if first is not None:
            raise ReadError(first.code, **dict(first.params))
        raise ReadError("not_a_profile", path=str(path))
    body = [p for p in one.document.passages if p.role == "body"]
    texts_ = [passage_text(passage, one.document.title) for passage in body]
    return Portrait(one.profile, (), searcher.encoder.encode(texts_ or [one.document.text]))


def likeness(one: Portrait, other: Portrait) -> float:
    """0 to about 1: how alike two people are by what they do and at what level."""
    text = 0.0
    if len(one.vectors) and len(other.vectors):
        cosines = one.vectors @ other.vectors.T
        text = float(cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2
    return (
        TEXT_WEIGHT * text
        + SECTOR_WEIGHT * _overlap(one.profile.sectors[:3], other.profile.sectors[:3])
        + LEVEL_WEIGHT * _level(one.profile, other.profile)
        + SKILL_WEIGHT * _overlap(_skills(one.profile), _skills(other.profile))
    )


def _stored(searcher: Searcher, profile: Profile) -> Portrait:
    rows = tuple(searcher.store.passage_rows(profile_id=profile.profile_id))
    return Portrait(profile, rows, searcher.vectors.vectors(rows))


def _profile(searcher: Searcher, profile_id: str) -> Profile:
    return searcher.people()[profile_id]


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Jaccard share of two sets, 0.0 where either is empty."""
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def _skills(profile: Profile) -> list[str]:
    return [skill.id or texts.fold(skill.text) for skill in profile.skills]


def _level(one: Profile, other: Profile) -> float:
    """1.0 for the same seniority and degree, less for each step apart, 0.5 where unknown."""
    if one.seniority is None or other.seniority is None:
        seniority = 0.5
    else:
        apart = abs(_LEVELS.index(one.seniority) - _LEVELS.index(other.seniority))
        seniority = max(0.0, 1.0 - apart / 3)
    degree = 1.0 if one.degree == other.degree else 0.5
    return 0.7 * seniority + 0.3 * degree


def _keys(profile: Profile) -> set[str]:
    """What tells that a given CV is somebody already here: an e-mail address, the same name."""
    keys = {email.casefold() for email in profile.emails}
    if profile.name:
        keys.add(" ".join(texts.words(profile.name)))
    return keys


def _same_person_keys(asked: Sequence[Portrait]) -> set[str]:
    return set().union(*(_keys(one.profile) for one in asked if not one.rows))


def _why(searcher: Searcher, asked: Sequence[Portrait], other: Portrait) -> tuple[Why, ...]:
    """The passages of the other person that come nearest to what was asked about."""
    from kb.reasons import MAX_CHARS, field_of

    if not other.rows:
        return ()
    nearest: Mapping[int, float] = {
        row: max(
            (float((one.vectors @ other.vectors[i]).max()) for one in asked if len(one.vectors)),
            default=0.0,
        )
        for i, row in enumerate(other.rows)
    }
    best = sorted(other.rows, key=lambda row: -nearest[row])[:2]
    stored = searcher.store.passages(best)
    told = []
    for row in best:
        if row in stored:
            found = stored[row]
            spans = texts.sentences(found.passage.text)
            longest = max(spans, key=lambda span: min(span[1] - span[0], MAX_CHARS), default=(0, 0))
            told.append(
                Why(
                    found.passage.text[slice(*longest)][:MAX_CHARS],
                    found.source,
                    found.passage.page,
                    field_of(found),
                )
            )
    return tuple(told)
