"""Profiles like these ones, or like a CV that is given and never stored.

Two people are alike when what they say is near (cosine of the mean vectors of their passages) and
when their sectors, skills, level and degree agree. Passages on contact and tongues do not count,
those on schools and old posts count little, and what all CVs of a language have in common is
taken off, so that neither a template nor a language nor a university makes people alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb import text as texts
from kb.crowd import Crowd, crowd_of
from kb.datatypes import ExpertHit, Filters, Profile, SimilarResult, Understood
from kb.errors import ReadError, UsageError
from kb.experts import expert_hit
from kb.reasons import asked_for, reasons
from kb.search import Searcher, check_paging
from kb.statements import Told, told_by, told_of
from kb.store import StoredPassage

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.datatypes import Vectors

TEXT_WEIGHT = 0.6
SECTOR_WEIGHT = 0.2
LEVEL_WEIGHT = 0.1
SKILL_WEIGHT = 0.1
UNLIKE_WEIGHT = 0.5
ALIKE_ENOUGH = 0.27
SHORTLIST = 60  # people who are compared passage by passage, by what each passage says
SAYS = 0.8  # passages that keep at least this share say what a person does
_LEVELS = ("student", "junior", "mid", "senior", "lead", "executive")


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a person is compared by: vectors float32 (n, dim) of the passages that say what the
    person does, and their weighed mean (dim,), of unit length.

    `rows` name the passages; those of a CV that is not stored count from 0.
    """

    profile: Profile
    rows: tuple[int, ...]
    vectors: Vectors
    mean: Vectors
    told: Told
    stored: bool = True


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
    crowd = crowd_of(searcher)
    everybody = searcher.people()
    asked_ids = [store.known("profile", value) for value in profile_ids]
    unlike_ids = [store.known("profile", value) for value in unlike]
    asked = _portraits(searcher, crowd, [everybody[pid] for pid in asked_ids])
    if file is not None:
        if settings is None:
            raise TypeError("similar(file=...) needs settings")
        asked.append(portrait_of_file(searcher, file, settings=settings))
    if not asked:
        raise UsageError("nothing_given", what="PROFILE_ID / --file CV")
    against = _portraits(searcher, crowd, [everybody[pid] for pid in unlike_ids])
    out = {*asked_ids, *unlike_ids}
    given = set().union(*(_keys(one.profile) for one in asked if not one.stored))
    others = {
        pid: person
        for pid, person in searcher.people(filters).items()
        if pid not in out and not given & _keys(person)
    }
    first = _nearest(crowd, asked, others)[: max(SHORTLIST, 2 * k)]
    scored = []
    for other in _portraits(searcher, crowd, [others[pid] for pid in first]):
        score = sum(likeness(one, other) for one in asked) / len(asked)
        if against:
            score -= UNLIKE_WEIGHT * sum(likeness(one, other) for one in against) / len(against)
        scored.append((score, other.profile.profile_id, other))
    scored.sort(key=lambda item: (-item[0], item[1]))
    page = scored[:k]
    return SimilarResult(
        answered=bool(page) and page[0][0] >= ALIKE_ENOUGH,
        hits=tuple(
            _hit(asked, other, rank=rank, score=min(1.0, max(0.0, score)))
            for rank, (score, _, other) in enumerate(page, 1)
        ),
    )


def _nearest(crowd: Crowd, asked: Sequence[Portrait], others: Mapping[str, Profile]) -> list[str]:
    """Ids of `others`, those first whose passages come nearest to those asked about."""
    import numpy as np

    ids = [pid for pid in others if pid in crowd.spans]
    apart = [pid for pid in others if pid not in crowd.spans]
    if not ids:
        return apart
    order = sorted(ids, key=lambda pid: crowd.spans[pid])
    rows = np.concatenate([np.arange(*crowd.spans[pid]) for pid in order])
    sizes = [crowd.spans[pid][1] - crowd.spans[pid][0] for pid in order]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    means = np.add.reduceat(crowd.centred[rows], starts, axis=0)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    total = sum((means @ one.mean for one in asked), np.zeros(len(order), dtype=np.float32))
    nearest = sorted(range(len(order)), key=lambda i: (-total[i], order[i]))
    return [order[i] for i in nearest] + apart


def _portraits(searcher: Searcher, crowd: Crowd, people: Sequence[Profile]) -> list[Portrait]:
    told = told_by(searcher, people, {p.profile_id: crowd.rows_of(p.profile_id) for p in people})
    return [
        _portrait(
            person,
            crowd.rows_of(person.profile_id),
            crowd.centred_of(person.profile_id),
            told[person.profile_id],
        )
        for person in people
    ]


def _portrait(
    person: Profile, rows: Sequence[int], vectors: Vectors, told: Told, *, stored: bool = True
) -> Portrait:
    """Only the passages that say what the person does; all where none does."""
    import numpy as np

    weights = np.array([told.weights.get(row, 0.0) for row in rows], dtype=np.float32)
    kept = [i for i, weight in enumerate(weights) if weight >= SAYS] or list(range(len(rows)))
    if not kept:
        return Portrait(person, (), vectors, np.zeros(vectors.shape[1:], "f4"), told, stored)
    mean = (vectors[kept] * np.maximum(weights[kept], 1e-6)[:, None]).sum(axis=0)
    mean /= max(float(np.linalg.norm(mean)), 1e-9)
    return Portrait(person, tuple(rows[i] for i in kept), vectors[kept], mean, told, stored)


def portrait_of_file(searcher: Searcher, path: Path, *, settings: Settings) -> Portrait:
    """Read a CV without storing anything. Raises ReadError when it is none or cannot be read."""
    from kb import build
    from kb.embed import passage_text

    if not path.is_file():
        raise UsageError("file_unreadable", path=str(path), detail="no such file")
    parsed, problems = build.parse_file(path, settings=settings, kind="profile")
    one = next((item for item in parsed if item.profile is not None), None)
    if one is None or one.profile is None:
        first = problems[0] if problems else None
        if first is not None:
            raise ReadError(first.code, **dict(first.params))
        raise ReadError("not_a_profile", path=str(path))
    doc = one.document
    body = [p for p in doc.passages if p.role == "body"] or list(doc.passages)
    passages = [
        StoredPassage(row, passage, doc.source, doc.title, doc.authors, doc.year, doc.kind, None)
        for row, passage in enumerate(body)
    ]
    vectors = searcher.encoder.encode([passage_text(p, doc.title) for p in body])
    return _portrait(
        one.profile,
        range(len(body)),
        crowd_of(searcher).centre(vectors, [p.lang for p in body]),
        told_of(one.profile, passages, one.entities),
        stored=False,
    )


def likeness(one: Portrait, other: Portrait) -> float:
    """-1 to 1, seldom below 0: how alike two people are by what they do and at what level."""
    text = float(one.mean @ other.mean)
    return (
        TEXT_WEIGHT * text
        + SECTOR_WEIGHT * _overlap(one.profile.sectors[:3], other.profile.sectors[:3])
        + LEVEL_WEIGHT * _level(one.profile, other.profile)
        + SKILL_WEIGHT * _overlap(_skills(one.profile), _skills(other.profile))
    )


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


def _hit(asked: Sequence[Portrait], other: Portrait, *, rank: int, score: float) -> ExpertHit:
    """A person like those asked about, with what they have in common."""
    one = [portrait.profile for portrait in asked]
    common = Understood(
        sectors=tuple(s for s in other.profile.sectors if any(s in p.sectors for p in one)),
        programs=tuple(p for p in other.profile.programs if any(p in q.programs for q in one)),
        degree=other.profile.degree if any(other.profile.degree == p.degree for p in one) else None,
        seniority=other.profile.seniority
        if any(other.profile.seniority == p.seniority for p in one)
        else None,
    )
    does = [item.text for p in asked for item in p.told.statements if item.field in DOING]
    nearest = {
        row: max(
            (float((p.vectors @ other.vectors[i]).max()) for p in asked if len(p.vectors)),
            default=0.0,
        )
        for i, row in enumerate(other.rows)
    }
    topic = " ".join(filter(None, (*(p.headline for p in one), *does)))
    question = asked_for(topic, Understood(sectors=common.sectors), {"": other.told})
    why = reasons(other.profile, other.told, nearest, question, fields=DOING)
    hit = expert_hit(other.profile, rank=rank, score=score, why=why, understood=common)
    return replace(hit, score_kind="likeness")


DOING = frozenset({"summary", "position", "skill", "publication"})
