"""Questions to people: evidence gathered per person, conditions weighed, reasons shown.

A person's score is the cosine of the best passage, a little more for further good passages
(votes, after Macdonald & Ounis 2006), and for each condition of the question that the profile
meets. Passages on posts of long ago keep a share of their cosine. Names carry no weight, except
that a question that is a name finds its bearer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb import text as texts
from kb.conditions import bearers, conditions, is_excluded, meets_hard, share_met
from kb.crowd import crowd_of
from kb.datatypes import (
    ExpertHit,
    ExpertResult,
    FacetValue,
    Filters,
    Profile,
    Understood,
)
from kb.hits import named_facet
from kb.question import named_things, understand
from kb.reasons import asked_for, reasons
from kb.search import Ranking, Searcher, check_paging
from kb.statements import Told, stems, told_by

VOTE_WEIGHT = 0.15  # of each of the next best passages
VOTERS = 3
CONDITION_WEIGHT = 0.2  # of the share of conditions met
EXCLUDED_PENALTY = 1.0  # more than any cosine: they come after everybody else
CANDIDATES = 1000  # passages that are ranked
SHORTLIST = 25  # people whose CVs are looked at sentence by sentence
_NO_WORDS: frozenset[str] = frozenset()
NAMED = 1.0 + CONDITION_WEIGHT
PROPER_WEIGHT = 0.2  # of the share of the question's proper names that the CV holds
LEXICAL_FIRST = 10  # passages best by words whose people are looked at in any case
_PROPER = re.compile(r"(?<![.?!¿¡:])(?<=\s)(?:[A-ZÁÉÍÓÚÑ][\w-]+|\w*\d\w*)|\b[A-ZÑ]{2,}\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A person's passages for a question, best first, as (row, score)."""

    profile_id: str
    passages: tuple[tuple[int, float], ...]

    @property
    def first(self) -> list[int]:
        """Rows of the passages that say most."""
        return [row for row, _ in self.passages[:VOTERS]]

    @property
    def votes(self) -> float:
        if not self.passages:
            return 0.0
        best = self.passages[0][1]
        others = [score for _, score in self.passages[1 : 1 + VOTERS]]
        return best + VOTE_WEIGHT * sum(others)


def experts(
    searcher: Searcher, query: str, *, k: int = 10, offset: int = 0, filters: Filters | None = None
) -> ExpertResult:
    """People for a question; an empty question lists those whom the filters leave.

    Raises UsageError for k < 1 or offset < 0.
    """
    check_paging(k, offset)
    query = texts.normalise(query)
    understood = understand(query)
    people = {
        pid: profile
        for pid, profile in searcher.people(filters).items()
        if meets_hard(profile, understood)
    }
    ranking, evidence = gather(searcher, query, people)
    proper = _proper_names(query)
    best = max((item.votes for item in evidence), default=0.0) if understood.topic else 0.0
    told = _told(searcher, [people[e.profile_id] for e in evidence[:SHORTLIST]] if proper else [])
    ordered = [
        (
            item.votes
            + _lift(people[item.profile_id], understood, near=item.votes / best if best else 1.0)
            + _holds(people[item.profile_id], told.get(item.profile_id), proper),
            item,
        )
        for item in evidence
    ]
    ordered.sort(key=lambda pair: (-pair[0], pair[1].profile_id))
    named = bearers(people, query) if query.strip() else []
    if named:
        found = {item.profile_id: item for _, item in ordered}
        ordered = [(NAMED, found.get(pid, Evidence(pid, ()))) for pid in named] + [
            pair for pair in ordered if pair[1].profile_id not in named
        ]
    if not query.strip():
        ordered = [(0.0, Evidence(pid, ())) for pid in sorted(people)]
    page = ordered[offset : offset + k]
    shown = [people[item.profile_id] for _, item in page]
    why = _reasons(searcher, ranking, shown, understood, named)
    return ExpertResult(
        query=query,
        lang=ranking.lang,
        understood=understood,
        answered=bool(named)
        or (bool(people) and not query.strip())
        or _answered(searcher, ranking, evidence),
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
    """Rank the passages of `people` and gather them per person, best person first.

    Cosines are centred by language (`Crowd.cosines`), so that people whose CV is in the other
    language are not behind for that alone.
    """
    crowd = crowd_of(searcher)
    allowed = sorted(row for pid in people for row in crowd.rows_of(pid))
    if not allowed or not query.strip():
        return Ranking(query, texts.question_language(query) if query.strip() else "und"), []
    ranking = searcher.rank(query, allowed=allowed, candidates=CANDIDATES)
    if not ranking.rows or ranking.vector is None:
        return ranking, []
    cosines = crowd.cosines(ranking.vector, people)
    if any(mark in query for mark in '"“«'):  # a phrase leaves only rows that hold it
        cosines = {row: cosines[row] for row in ranking.dense or {} if row in cosines}
    lexical = {row: score for row, score in (ranking.lexical or {}).items() if row in cosines}
    best = sorted(cosines, key=lambda row: (-cosines[row], row))[:CANDIDATES]
    pool = {row: cosines[row] for row in (*best, *lexical)}
    langs = {row: crowd.lang_of(row) for row in pool}
    owners = searcher.owners()
    ordered = searcher.fused(pool, lexical, langs, question_lang=ranking.lang)
    ranking = replace(ranking, rows=tuple(ordered), dense=cosines, lexical=lexical)
    wordy = sorted(lexical, key=lambda row: (-lexical[row], row))[:LEXICAL_FIRST]
    return ranking, _per_person(searcher, query, ordered, people, {owners[row] for row in wordy})


def _per_person(
    searcher: Searcher,
    query: str,
    ordered: Sequence[tuple[int, float]],
    people: Mapping[str, Profile],
    in_any_case: Collection[str],
) -> list[Evidence]:
    """Evidence of each person; that of the first SHORTLIST weighed by field and age."""
    owners = searcher.owners()
    by_person: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row, score in ordered:
        by_person[owners[row]].append((row, score))
    found = [Evidence(pid, tuple(rows)) for pid, rows in by_person.items()]
    found.sort(key=lambda item: (item.profile_id not in in_any_case, -item.votes, item.profile_id))
    first = [people[item.profile_id] for item in found[:SHORTLIST]]
    told = _told(searcher, first)
    crowd = crowd_of(searcher)
    # Words that a passage in the other language shares are chance.
    words_in = {texts.question_language(query): stems(query)}
    weighed = []
    for item in found[:SHORTLIST]:
        own = told[item.profile_id]
        rows = [
            (
                row,
                score
                - (1.0 - own.weight(row, words_in.get(crowd.lang_of(row), _NO_WORDS)))
                * max(score, 0.0),
            )
            for row, score in item.passages
        ]
        rows.sort(key=lambda pair: (-pair[1], pair[0]))
        weighed.append(Evidence(item.profile_id, tuple(rows)))
    weighed.sort(key=lambda item: (-item.votes, item.profile_id))
    return weighed + sorted(found[SHORTLIST:], key=lambda item: (-item.votes, item.profile_id))


def _told(searcher: Searcher, people: Sequence[Profile]) -> dict[str, Told]:
    crowd = crowd_of(searcher)
    return told_by(searcher, people, {p.profile_id: crowd.rows_of(p.profile_id) for p in people})


def _lift(profile: Profile, understood: Understood, *, near: float) -> float:
    """What conditions add. `near`: votes as a share of the best; who meets the conditions alone
    and is far from the topic gains little."""
    lift = CONDITION_WEIGHT * min(1.0, max(0.0, near)) * share_met(profile, understood)
    return lift - (EXCLUDED_PENALTY if is_excluded(profile, understood) else 0.0)


def _proper_names(query: str) -> frozenset[str]:
    """Stems of the proper names of a question: written alike in both languages, so that they
    count whatever the language of the CV. Names of places are conditions already."""
    places = named_things(query, labels=("COUNTRY", "PLACE", "LANGUAGE"))
    return frozenset().union(
        *(
            stems(match.group())
            for match in _PROPER.finditer(query)
            if not any(start < match.end() and match.start() < end for start, end in places)
        )
    )


def _holds(profile: Profile, told: Told | None, proper: frozenset[str]) -> float:
    """The lift for the proper names of the question that a CV holds, its owner's name aside."""
    if told is None or not proper:
        return 0.0
    said = frozenset().union(*(item.stems for item in told.statements))
    held = (said & proper) - stems(profile.name or "")
    return PROPER_WEIGHT * len(held) / len(proper)


def _reasons(
    searcher: Searcher,
    ranking: Ranking,
    people: Sequence[Profile],
    understood: Understood,
    named: Collection[str],
) -> list[tuple[Any, ...]]:
    told = _told(searcher, people)
    question = asked_for(ranking.query, understood, told)
    return [
        reasons(person, told[person.profile_id], ranking.dense or {}, question) for person in people
    ]


def _answered(searcher: Searcher, ranking: Ranking, evidence: Sequence[Evidence]) -> bool:
    """Whether the best evidence, conditions aside, deserves to be shown as an answer."""
    from kb.calibration import answers

    if not evidence or ranking.vector is None:
        return False
    return answers(
        searcher,
        ranking,
        searcher.store.passages(evidence[0].first),
        mode="people",
        cosine=evidence[0].votes,
        usual=crowd_of(searcher).usual(ranking.vector),
    )


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
