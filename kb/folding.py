"""Case and accents folded away without moving a character; the word lists of both languages."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

#: Letters that no accent can be stripped from, and marks with a plain twin.
_TWINS = {
    "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "ẞ": "ß",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "„": '"',
    "‐": "-", "‑": "-", "\u00a0": " ", "\u202f": " ",
}  # fmt: skip


class _Fold(dict[int, str]):
    """Table of `str.translate` that works out each character once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if char in _TWINS:
        return _TWINS[char]
    parts = unicodedata.normalize("NFD", char)
    if len(parts) > 1 and all(unicodedata.combining(mark) for mark in parts[1:]):
        if parts[0] in "nN" and "\u0303" in parts:
            return "ñ"
        char = parts[0]
    lower = char.casefold()
    return lower if len(lower) == 1 else char


_FOLD = _Fold()


def fold(text: str) -> str:
    """NFC, case folded, accents off but for ñ; as long as the NFC form of `text`."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


@cache
def word_list(lang: str, key: str) -> frozenset[str]:
    """The words of `lang` (es, en) under `key`: function, starters, titles, numbered, closing."""
    return frozenset(_word_file(lang)[key].split())


@cache
def _word_file(lang: str) -> dict[str, str]:
    import yaml

    path = Path(__file__).parent / "data" / "words" / f"{lang}.yaml"
    loaded: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
