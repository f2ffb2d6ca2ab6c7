"""The sectors of a text, ranked by how much its words say of each."""

from __future__ import annotations

import math
from collections import Counter

from kb.entities import gazetteer
from kb.entities.catalogue import Form
from kb.entities.gazetteer import Match

_LEAST = 2.0  # weight below which a sector is not named
_SHARE = 0.25  # of the weight of the first sector


def sectors_of(text: str, *, lang: str) -> tuple[str, ...]:
    """Sector ids of `text` in `lang`, the strongest first; () when nothing is said clearly."""
    weights = sector_weights(text, lang=lang)
    least = max(_LEAST, _SHARE * max(weights.values(), default=0.0))
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return tuple(id for id, weight in ranked if weight >= least)


def sector_weights(text: str, *, lang: str) -> dict[str, float]:
    """What each sector's terms weigh in `text`: a term found n times counts log2(1 + n) times."""
    counts: Counter[Form] = Counter(made for _, made in _terms(text, lang=lang))
    totals: dict[str, float] = {}
    for made, count in counts.items():
        id = made.entry.id
        totals[id] = totals.get(id, 0.0) + made.weight * math.log2(1 + count)
    return totals


def _terms(text: str, *, lang: str) -> list[tuple[Match, Form]]:
    """The sector terms of a text; of terms within one another the longest alone."""
    found = [
        (match, made)
        for match in gazetteer.match_text(text)
        for made in match.forms
        if made.entry.label == "SECTOR"
        and gazetteer.accepts(made, text[match.start : match.end], lang=lang, loose=False)
    ]
    found.sort(key=lambda item: (item[0].start, -item[0].end))
    kept: list[tuple[Match, Form]] = []
    for match, made in found:
        last = kept[-1][0] if kept else None
        if last is None or match.start >= last.end or match[:2] == last[:2]:
            kept.append((match, made))
    return kept
