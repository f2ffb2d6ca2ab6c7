"""How senior a person is: the words of the present post, then the years of work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kb.cv import lexicon
from kb.cv.positions import years_of_work
from kb.datatypes import Education, Position
from kb.text import fold

VALUES = ("student", "junior", "mid", "senior", "lead", "executive")
_NAMED = ("student", "junior", "mid", "manager", "senior", "lead", "executive")
_RANK = {value: n for n, value in enumerate(_NAMED)}
_JUNIOR_YEARS = 3
_SENIOR_YEARS = 10
_LONG_YEARS = 15  # in posts whose title names no rung
_GROWN_YEARS = 8  # after which a fellow or assistant is no beginner


@cache
def _phrases() -> dict[str, str]:
    found: dict[str, str] = {}
    for value in _NAMED:
        for lang in lexicon.LANGS:
            for phrase in lexicon.phrases("roles", value, lang=lang):
                found[phrase] = found.get(phrase, value)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(lexicon.pattern(_phrases()))


@cache
def _spanish() -> frozenset[str]:
    return frozenset(p for value in _NAMED for p in lexicon.phrases("roles", value, lang="es"))


def of_title(title: str) -> str | None:
    """The rung that a job title names, None for one without a known word."""
    low = fold(title)
    hits = list(_pattern().finditer(low))
    if not hits:
        return None
    values = [(h, _phrases()[re.sub(r"\s+", " ", h.group())]) for h in hits]
    if any(v == "student" for _, v in values):
        return "student"
    first = values[0]
    if first[0].group() in _spanish() and first[0].start() <= 12:
        chosen = first[1]
        joined = [v for h, v in values[1:] if re.search(r"(?:,|\sy|/|;|\se)\s*$", low[: h.start()])]
        chosen = max([chosen, *joined], key=_RANK.__getitem__)
    else:
        # the head noun of English comes last before "of", "for", a comma
        pieces = re.split(r"\s+(?:of|for|to|in|at)\s+|[,/;&|]|\sand\s", low)
        best: list[str] = []
        for piece in pieces[:1] + [p for p in pieces[1:] if _joined(low, p)]:
            inner = list(_pattern().finditer(piece))
            if inner:
                best.append(_phrases()[re.sub(r"\s+", " ", inner[-1].group())])
        chosen = max(best, key=_RANK.__getitem__) if best else values[0][1]
    if lexicon.matcher("roles", "lower_junior").search(low) and chosen in ("mid", "senior"):
        return "junior"
    if lexicon.matcher("roles", "raise_senior").search(low) and chosen in ("mid", "manager"):
        return "senior" if chosen == "mid" else "lead"
    return chosen


def _joined(low: str, piece: str) -> bool:
    at = low.find(piece)
    return bool(re.search(r"(?:[,/;&|]|\sand\s)\s*$", low[:at]))


def of_person(
    headline: str | None,
    records: Sequence[Position],
    education: Sequence[Education],
    *,
    today: int,
) -> str | None:
    """The rung of the present (else the latest) post; "mid" turns junior or senior by years."""
    titles = [p.title for p in _latest(records) if p.title]
    rungs = [r for r in map(of_title, titles) if r]
    studying = any(e.status == "in_progress" and e.level for e in education)
    rung = max(rungs, key=_RANK.__getitem__) if rungs else None
    if rung is None and headline:
        rung = of_title(headline)
    if studying and (rung in (None, "student", "junior")) and not _long(records, today):
        return "student" if rung != "junior" or _assists(titles) else rung
    if rung is None:
        return None
    years = years_of_work(records, today)
    if rung == "manager":
        return "senior" if years >= _SENIOR_YEARS else "mid"
    if rung == "mid":
        if years >= _LONG_YEARS:
            return "senior"
        if 0 < years < _JUNIOR_YEARS:
            return "junior"
    if rung == "junior" and years >= _GROWN_YEARS:
        return "mid"
    return rung


def _assists(titles: Sequence[str]) -> bool:
    return all(re.search(r"assist|ayudant|becari|asist|auxiliar|intern", fold(t)) for t in titles)


def _long(records: Sequence[Position], today: int) -> bool:
    return years_of_work(records, today) >= _SENIOR_YEARS


def _latest(records: Sequence[Position]) -> list[Position]:
    """Posts held now; when none is, the one that ended last."""
    now = [p for p in records if p.end == "present"]
    if now:
        return now
    dated = [p for p in records if p.end or p.start]
    if dated:
        last = max((p.end or p.start or "")[:4] for p in dated)
        return [p for p in dated if (p.end or p.start or "")[:4] == last][:1]
    return list(records[:1])
