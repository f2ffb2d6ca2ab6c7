"""When is a question answered? A decision over the best passages, calibrated per encoder.

What speaks for an answer, and against it:

- cosine: of the best place, above the question's mean cosine with the passages of its own
  language: how near it is to anything at all, which differs by encoder and language;
- coverage: the share of the question's content words that the best passages hold between them,
  each word weighed by its rarity in the collection (inverse document frequency, Robertson &
  Spärck Jones 1976);
- unknown: the share of them that no passage of the question's language holds, believed the less
  the smaller the collection is;
- across: 1 where the best passage is in the other language, which shares few words;
- unnamed: the share of the countries, programmes, institutions and proper names of the question
  that none of the best passages names. Ids are the same in both languages.

kb/data/calibration.yaml has a weight for each and a bias, fitted by `bench/calibrate.py` on
questions with and without an answer; a model that is not listed uses `default`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.search import Ranking, Searcher
    from kb.store import StoredPassage

_FILE = Path(__file__).parent / "data" / "calibration.yaml"
_NAMED = ("COUNTRY", "PLACE", "PROGRAM", "INSTITUTION")
#: A word in capitals inside a sentence, or one with a figure: a name, in either language.
_PROPER = re.compile(r"(?<=[\w,;] )[A-ZÁÉÍÓÚÑ][\w-]+|\b[A-ZÑ]{2,}\b")
HALF_TRUST = 500  # passages of a language at which an unknown word is believed by half


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer, and against it; see the module."""

    cosine: float = 0.0
    coverage: float = 0.0
    unknown: float = 0.0
    across: float = 0.0
    unnamed: float = 0.0


SIGNS = tuple(item.name for item in fields(Signs))


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, dict[str, float]]]:
    import yaml

    table: dict[str, dict[str, dict[str, float]]] = yaml.safe_load(
        _FILE.read_text(encoding="utf-8")
    )
    return table


def probability(signs: Signs, *, model: str, mode: str) -> float:
    """Logistic estimate that the question is answered; `mode` is passages or people."""
    table = _table()
    weights = table.get(model, table["default"])[mode]
    z = weights["bias"] + sum(weights[name] * getattr(signs, name) for name in SIGNS)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def signs_of(
    searcher: Searcher,
    ranking: Ranking,
    passages: Mapping[int, StoredPassage],
    *,
    cosine: float | None = None,
    usual: float | None = None,
) -> Signs:
    """The signs of the best passages (`passages`: the first few of the ranking, by row).

    Of people, `cosine` is what the first one's evidence comes to, and `usual` the question's
    mean cosine with their passages.
    """
    if not passages or not ranking.rows:
        return Signs()
    top = ranking.rows[0][1] if cosine is None else cosine
    first = next((passages[row] for row, _ in ranking.rows if row in passages), None)
    lang = first.passage.lang if first is not None else ranking.lang
    coverage, unknown = _words_found(searcher, ranking, passages)
    return Signs(
        cosine=top - (searcher.usual(ranking) if usual is None else usual),
        coverage=coverage,
        unknown=unknown,
        across=float(lang in ("es", "en") and lang != ranking.lang),
        unnamed=_unnamed(searcher, ranking, passages),
    )


def _words_found(
    searcher: Searcher, ranking: Ranking, passages: Mapping[int, StoredPassage]
) -> tuple[float, float]:
    """(coverage, unknown) of the question's content words."""
    from kb import text as texts
    from kb.index.lexical import stem
    from kb.stopwords import is_stopword

    wanted = [w for w in dict.fromkeys(texts.words(ranking.query)) if not is_stopword(w)]
    if not wanted:
        return 0.0, 0.0
    total, held_by = searcher.lexical.frequencies(wanted, lang=ranking.lang)
    rarity = {w: math.log(1 + (total - held_by[w] + 0.5) / (held_by[w] + 0.5)) for w in wanted}
    found: set[str] = set()
    for stored in passages.values():
        lang = stored.passage.lang if stored.passage.lang in ("es", "en") else ranking.lang
        held = {stem(word, lang=lang) for word in texts.words(stored.passage.text)}
        found.update(word for word in wanted if stem(word, lang=lang) in held)
    coverage = sum(rarity[word] for word in found) / sum(rarity.values())
    unknown = sum(not held_by[word] for word in wanted) / len(wanted)
    return coverage, unknown * total / (total + HALF_TRUST)


def _unnamed(searcher: Searcher, ranking: Ranking, passages: Mapping[int, StoredPassage]) -> float:
    """The share of the question's names that none of the passages holds; 0 where it has none."""
    from kb import entities
    from kb import text as texts

    found = entities.extract_text(ranking.query, lang=ranking.lang)
    named = [ent for ent in found if ent.label in _NAMED]
    proper = {
        texts.fold(match.group())
        for match in _PROPER.finditer(ranking.query)
        if not any(ent.start < match.end() and match.start() < ent.end for ent in found)
    }
    if not named and not proper:
        return 0.0
    words: set[str] = set()
    ids: set[str] = set()
    for stored in passages.values():
        passage = stored.passage
        words.update(texts.words(f"{stored.title or ''} {' '.join(passage.section)}"))
        words.update(texts.words(passage.text))
        for ent in searcher.entities(passage.doc_id):
            if passage.start <= ent.start < passage.end:
                ids.update((ent.id, ent.country or ""))
    missing = sum(
        ent.id not in ids
        and (ent.country or ent.id) not in ids
        and not set(texts.words(ent.text)) <= words
        for ent in named
    )
    missing += sum(not set(texts.words(word)) <= words for word in proper)
    return missing / (len(named) + len(proper))


def answers(
    searcher: Searcher,
    ranking: Ranking,
    passages: Mapping[int, StoredPassage],
    *,
    mode: str = "passages",
    cosine: float | None = None,
    usual: float | None = None,
) -> bool:
    """Whether what was found deserves to be shown as an answer."""
    if not passages:
        return False
    signs = signs_of(searcher, ranking, passages, cosine=cosine, usual=usual)
    return probability(signs, model=searcher.encoder.model, mode=mode) >= 0.5
