"""Text as such: one form of characters, folding, words, sentences, language.

Offsets count code points. `fold` maps code point by code point on NFC text, so that a place in
`fold(text)` is the same place in `text`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kb.folding import fold, word_list
from kb.language import of_passage as language
from kb.language import of_question as question_language

__all__ = ["fold", "language", "normalise", "question_language", "sentences", "word_list", "words"]

_SPACES = {0x09, 0x0B, 0x0C, 0x85, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)}
_DROPPED = {
    0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF,
    *range(0x202A, 0x202F), *range(0x2066, 0x206A),
}  # fmt: skip
#: Bullets of symbol fonts in the private use area, as word processors write them.
_BULLETS = (0xF076, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0FC)
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st",
}  # fmt: skip


class _Tidy(dict[int, str | None]):
    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kept: str | None = char
        if unicodedata.category(char) == "Cc" and char != "\n":
            kept = None
        elif 0xD800 <= code < 0xE000:
            kept = "\ufffd"
        self[code] = kept
        return kept


_TIDY = _Tidy(
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_DROPPED)
    | dict.fromkeys(_BULLETS, "•")
    | _LIGATURES
    | dict.fromkeys((0x0D, 0x2028, 0x2029), "\n")
)
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Folded runs of letters and digits."""
    return _WORD.findall(fold(text))


def normalise(text: str) -> str:
    """NFC; ligatures opened; every blank a space, one at a time; soft hyphens, zero-width and
    control characters dropped; line ends are "\\n" without blanks before or after them."""
    text = text.replace("\r\n", "\n").translate(_TIDY)
    text = unicodedata.normalize("NFC", text)
    return re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text)).strip(" ")


# --- sentences -----------------------------------------------------------------------------------

_STOP = re.compile(r"(?:\.{3}|[.!?…])[.!?…]*[\"'”’»)\]]*")
_CALL = re.compile(r"\[?\d{1,3}\]?(?=\s)")
_BEFORE = re.compile(r"[^\s(\[\"“«¿¡—–/]+$")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_OPENERS = "\"'“‘«¿¡([—–-•*"


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of the sentences, blanks around them left out.

    A line end always ends a sentence; a stop does unless it belongs to an abbreviation, an
    initial, a number or the number of a list.
    """
    found: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in _STOP.finditer(text, line.start(), line.end()):
            if stop.start() < start:
                continue
            end = stop.end()
            call = _CALL.match(text, end, line.end())
            if call and not text[stop.start() - 1 : stop.start()].isdigit():
                end = call.end()
            if _ends(text, start, stop.start(), end, line.end()):
                _add(found, text, start, end)
                start = end
        _add(found, text, start, line.end())
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))


def _ends(text: str, start: int, stop: int, end: int, limit: int) -> bool:
    """Whether the stop at `stop`, whose marks run to `end`, ends the sentence begun at `start`."""
    if end >= limit:
        return True
    if not text[end].isspace():
        return False
    after = end
    while after < limit and (text[after].isspace() or text[after] in _OPENERS):
        after += 1
    following = text[after] if after < limit else ""
    if following.islower():
        return False
    if text[stop] != ".":
        return True
    if _ENUMERATOR.match(text[start:stop].strip()):
        return False
    before = _BEFORE.search(text, max(start, stop - 20), stop)
    word = before.group().lower().rstrip(".") if before else ""
    if word in _listed("titles") or (following.isdigit() and word in _listed("numbered")):
        return False
    if word in _listed("closing") or _INITIALS.fullmatch(word):
        begun = _WORD.match(text, after)
        return begun is not None and begun.group().lower() in _listed("starters")
    return True


@cache
def _listed(key: str) -> frozenset[str]:
    """The words of both languages under a key of kb/data/words."""
    return word_list("es", key) | word_list("en", key)
