"""Questions to people: evidence gathered per person, conditions weighed, reasons shown.

A person's score is the cosine of the best passage, a little more for further good passages
(votes, after Macdonald & Ounis 2006), and for each condition of the question that the profile
meets. Names carry no weight, except that a question that is a name finds its bearer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb import text as texts
from kb.datatypes import (
    ExpertHit,
    ExpertResult,
    FacetValue,
    Filters,
    Profile,
    Understood,
)
from kb.question import understand
from kb.search import Ranking, Searcher, check_paging, named_facet
from kb.stopwords import is_stopword

VOTE_WEIGHT = 0.1  # of the mean of the next best passages
VOTERS = 3
CONDITION_WEIGHT = 0.15  # of the share of conditions met
EXCLUDED_PENALTY = 0.5
CANDIDATES = 400
#: How much each condition counts beside the others.
IMPORTANCE = {
    "countries": 1.0, "sectors": 0.7, "programs": 1.0, "languages": 0.8, "degree": 0.6,
    "seniority": 0.6, "willing": 1.0, "chapters": 0.8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """A person's passages for a question, best first, as (row, score)."""

    profile_id: str
    passages: tuple[tuple[int, float], ...]

    @property
    def votes(self) -> float:
        best = self.passages[0][1]
        others = [score for _, score in self.passages[1 : 1 + VOTERS]]
        return best + VOTE_WEIGHT * sum(others) / VOTERS


def experts(
    searcher: Searcher, query: str, *, k: int = 10, offset: int = 0, filters: Filters | None = None
) -> ExpertResult:
    """People for a question; an empty question lists those whom the filters leave.

    Raises UsageError for k < 1 or offset < 0.
    """
    check_paging(k, offset)
    query = texts.normalise(query)
    filters = filters or Filters()
    understood = understand(query)
    people = {
        pid: profile
        for pid, profile in searcher.people(filters).items()
        if meets_hard(profile, understood)
    }
    bearers = [p for p in people.values() if bears_name(p, query)]
    ranking, evidence = gather(searcher, query, people)
    scored = sorted(
        (
            (_score(item, people[item.profile_id], understood), item)
            for item in evidence
            if item.profile_id not in {p.profile_id for p in bearers}
        ),
        key=lambda pair: (-pair[0], pair[1].profile_id),
    )
    ordered: list[tuple[float, Evidence]] = [
        (1.0 + CONDITION_WEIGHT, Evidence(p.profile_id, _passages_of(evidence, p.profile_id)))
        for p in bearers
    ] + scored
    if not query.strip():
        ordered = [(0.0, Evidence(pid, ())) for pid in sorted(people)]
    page = ordered[offset : offset + k]
    from kb.reasons import reasons

    why = reasons(
        searcher,
        ranking,
        [item.passages for _, item in page],
        [people[item.profile_id] for _, item in page],
        understood,
    )
    return ExpertResult(
        query=query,
        lang=ranking.lang,
        understood=understood,
        answered=bool(bearers)
        or (bool(people) and not query.strip())
        or _answered(searcher, ranking, scored),
        total=len(ordered),
        facets=people_facets([people[item.profile_id] for _, item in ordered]),
        hits=tuple(
            expert_hit(
                people[item.profile_id],
                rank=offset + 1 + i,
                score=score,
                why=why[i],
                understood=understood,
            )
            for i, (score, item) in enumerate(page)
        ),
    )


def gather(
    searcher: Searcher, query: str, people: Mapping[str, Profile]
) -> tuple[Ranking, list[Evidence]]:
    """Rank the passages of `people` and gather them per person, best person first."""
    owner = {row: pid for row, pid in searcher.owners().items() if pid in people}
    if not owner or not query.strip():
        return Ranking(query, texts.question_language(query) if query.strip() else "und"), []
    ranking = searcher.rank(query, allowed=sorted(owner), candidates=CANDIDATES)
    by_person: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row, score in ranking.rows:
        by_person[owner[row]].append((row, score))
    return ranking, [Evidence(pid, tuple(rows)) for pid, rows in by_person.items()]


def _passages_of(evidence: Iterable[Evidence], profile_id: str) -> tuple[tuple[int, float], ...]:
    return next((item.passages for item in evidence if item.profile_id == profile_id), ())


def _score(item: Evidence, profile: Profile, understood: Understood) -> float:
    matched, missing = conditions(profile, understood)
    met = sum(IMPORTANCE[name] for name in matched)
    asked = met + sum(IMPORTANCE[name] for name in missing if name not in matched)
    share = met / asked if asked else 0.0
    score = item.votes + CONDITION_WEIGHT * share
    return score - (EXCLUDED_PENALTY if is_excluded(profile, understood) else 0.0)


def _answered(
    searcher: Searcher, ranking: Ranking, scored: Sequence[tuple[float, Evidence]]
) -> bool:
    from kb.calibration import answers

    if not scored:
        return False
    best = [row for row, _ in scored[0][1].passages[:3]]
    return answers(
        ranking, searcher.store.passages(best), model=searcher.encoder.model, mode="people"
    )


# --- conditions ----------------------------------------------------------------------------------

_DEGREE_RANK = {"bachelor": 1, "master": 2, "phd": 3, "md": 3}


def conditions(profile: Profile, understood: Understood) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the question's conditions the profile meets, and what it does not show."""
    held = {
        "countries": {role.code for role in profile.countries if role.role != "origin"}
        | ({profile.country} if profile.country else set()),
        "sectors": set(profile.sectors),
        "programs": set(profile.programs) | set(profile.awards),
        "languages": {skill.lang for skill in profile.languages},
        "willing": set(profile.willing_to),
        "chapters": set(profile.chapters),
    }
    matched: dict[str, Any] = {}
    missing: dict[str, Any] = {}
    for name, has in held.items():
        wanted = getattr(understood, name)
        if met := [value for value in wanted if value in has]:
            matched[name] = met
        if unmet := [value for value in wanted if value not in has]:
            missing[name] = unmet
    if wanted := understood.degree:
        has_degree = _DEGREE_RANK.get(profile.degree or "", 0) >= _DEGREE_RANK[wanted]
        if wanted == "md" or profile.degree == "md":
            has_degree = profile.degree == wanted
        (matched if has_degree else missing)["degree"] = wanted
    if wanted := understood.seniority:
        (matched if _senior_enough(profile.seniority, wanted) else missing)["seniority"] = wanted
    return matched, missing


def _senior_enough(has: str | None, wanted: str) -> bool:
    order = ("student", "junior", "mid", "senior", "lead", "executive")
    if has is None:
        return False
    if wanted in ("student", "junior"):
        return has == wanted
    return order.index(has) >= order.index(wanted)


def meets_hard(profile: Profile, understood: Understood) -> bool:
    """Whether the conditions that the question made hard by "only" hold."""
    if not understood.only:
        return True
    matched, _ = conditions(profile, understood)
    residence_only = "countries" not in understood.only or profile.country in understood.countries
    return residence_only and all(name in matched for name in understood.only)


def is_excluded(profile: Profile, understood: Understood) -> bool:
    """Whether the question asked for people who are not such ones (by residence or sector)."""
    return profile.country in understood.excluded or any(
        sector in understood.excluded for sector in profile.sectors[:1]
    )


def bears_name(profile: Profile, query: str) -> bool:
    """Whether the question is (part of) the person's name: two words of it, or one that is rare."""
    asked = [word for word in texts.words(query) if not is_stopword(word)]
    name = texts.words(profile.name or "")
    return len(asked) >= 2 and bool(name) and all(word in name for word in asked)


# --- results -------------------------------------------------------------------------------------


def expert_hit(
    profile: Profile,
    *,
    rank: int,
    score: float,
    why: Sequence[Any] = (),
    understood: Understood | None = None,
) -> ExpertHit:
    """A person as the contract shows one."""
    matched, missing = conditions(profile, understood or Understood())
    return ExpertHit(
        rank=rank,
        score=round(score, 6),
        profile_id=profile.profile_id,
        type=profile.type,
        source=profile.source,
        name=profile.name,
        headline=profile.headline,
        country=profile.country,
        sectors=profile.sectors,
        why=tuple(why),
        matched=matched,
        missing=missing,
    )


def people_facets(people: Sequence[Profile]) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of people by residence, sector, language, degree, seniority, willingness, chapter."""
    counts: dict[str, Counter[str]] = {
        name: Counter()
        for name in ("country", "sector", "speaks", "degree", "seniority", "willing", "chapter")
    }
    for profile in people:
        counts["country"].update([profile.country] if profile.country else [])
        counts["sector"].update(profile.sectors)
        counts["speaks"].update({skill.lang for skill in profile.languages})
        counts["degree"].update([profile.degree] if profile.degree else [])
        counts["seniority"].update([profile.seniority] if profile.seniority else [])
        counts["willing"].update(profile.willing_to)
        counts["chapter"].update(profile.chapters)
    return {
        field: tuple(
            named_facet(field, value, count)
            for value, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        )
        for field, counter in counts.items()
    }
