"""Words of a question that say nothing of its topic, in Spanish and English, accents folded."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data" / "stopwords"


@lru_cache(maxsize=2)
def of(lang: str) -> frozenset[str]:
    """The stop words of es or en."""
    return frozenset((_FOLDER / f"{lang}.txt").read_text(encoding="utf-8").split())


def is_stopword(word: str) -> bool:
    """Whether a folded word is a stop word of either language, or a single letter."""
    return len(word) < 2 or word in of("es") or word in of("en")
