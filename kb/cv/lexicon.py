"""The words of CVs in Spanish and English (kb/data/cv), folded and compiled once.

A CV may be in either language or both, so that the lists of both are asked together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kb.text import fold

LANGS = ("es", "en")
_ROOT = Path(__file__).parents[1] / "data" / "cv"


@cache
def raw(name: str, lang: str) -> Mapping[str, Any]:
    """One data file as written."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_ROOT / lang / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 (a safe loader)
    return loaded


@cache
def phrases(name: str, *keys: str, lang: str | None = None) -> tuple[str, ...]:
    """The folded phrases under a path of keys, of both languages unless one is named."""
    found: dict[str, None] = {}
    for code in (lang,) if lang else LANGS:
        part: Any = raw(name, code)
        for key in keys:
            part = part.get(key, {}) if isinstance(part, Mapping) else {}
        for phrase in part or ():
            found[fold(str(phrase))] = None
    return tuple(found)


@cache
def phrase_set(name: str, *keys: str, lang: str | None = None) -> frozenset[str]:
    return frozenset(phrases(name, *keys, lang=lang))


def pattern(items: Iterable[str]) -> str:
    """A regular expression of whole phrases, the longest first; blanks stand for any blanks."""
    ordered = sorted(items, key=len, reverse=True)
    if not ordered:
        return r"(?!)"
    inner = "|".join(re.escape(item).replace(r"\ ", r"\s+") for item in ordered)
    return rf"(?<![^\W_])(?:{inner})(?![^\W_])"


@cache
def matcher(name: str, *keys: str, lang: str | None = None) -> re.Pattern[str]:
    """Finds any phrase under a path of keys, as whole words, in folded text."""
    return re.compile(pattern(phrases(name, *keys, lang=lang)))


@cache
def by_phrase(name: str, part: str | None = None) -> Mapping[str, str]:
    """Folded phrase to the key it stands under; the first key wins."""
    found: dict[str, str] = {}
    for lang in LANGS:
        for key in raw(name, lang):
            keys = (key, part) if part else (key,)
            for phrase in phrases(name, *keys, lang=lang):
                found.setdefault(phrase, key)
    return found


@cache
def phrase_lang(name: str, key: str, part: str) -> Mapping[str, str]:
    """Folded phrase to its language, for phrases of one language alone."""
    both = {lang: phrase_set(name, key, part, lang=lang) for lang in LANGS}
    return {
        phrase: lang
        for lang in LANGS
        for phrase in both[lang]
        if not any(phrase in both[other] for other in LANGS if other != lang)
    }
