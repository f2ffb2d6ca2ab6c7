"""The name of the person: as one writes it, whole, titles off, capitals made normal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from kb.cv import lexicon
from kb.cv.lines import Line
from kb.cv.sections import heading_of
from kb.text import fold

_TOKEN = re.compile(r"(?:[^\W\d_]|['’.\-‐‑·])+")
_LETTERS = re.compile(r"[^\W\d_]")


def tidy(text: str) -> str | None:
    """A name in normal form, or None when the text is no name.

    "Dra. GARCÍA-LUNA, María José" -> "María José García-Luna".
    """
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip(" ,;:|·•-–—*\t")
    text = re.sub(r"\((?!he|she|they)[^)]*\)", " ", text) if "(" in text else text
    text = _off(text)
    if text.count(",") == 1:
        family, given = (part.strip() for part in text.split(","))
        if not given:
            text = family
        elif _name_like(given) and _name_like(family):
            text = f"{_off(given)} {family}"
        else:
            return None
    words = text.split()
    words = _turned(words)
    if not _name_like(" ".join(words)) or not 2 <= len(words) <= 8:
        return None
    return " ".join(_cased(words))


def _off(text: str) -> str:
    """Titles before and post-nominals after the name taken off."""
    titles, posts = _titles(), _posts()
    previous = None
    while previous != text:
        previous = text
        if match := titles.match(fold(text)):
            text = text[match.end() :].lstrip(" .,")
        if match := posts.search(fold(text)):
            text = text[: match.start()].rstrip(" ,;-–—|(")
    return text


@cache
def _titles() -> re.Pattern[str]:
    inner = "|".join(
        re.escape(t) for t in sorted(lexicon.phrases("names", "titles"), key=len, reverse=True)
    )
    return re.compile(
        rf"(?:{inner})(?=[\s.,]|$)\.?\s+(?=\S)|(?:dr|dra|ing|lic|prof|mtro|mtra)\.(?=\w)"
    )


@cache
def _posts() -> re.Pattern[str]:
    inner = "|".join(
        re.escape(t) for t in sorted(lexicon.phrases("names", "post"), key=len, reverse=True)
    )
    # a two-letter degree counts as one only after a comma or the like: "Ma" is a name too
    return re.compile(
        rf"(?:\s*[,;|–—(]\s*|\s+-\s+)(?:{inner})(?:[\s,;/)]+(?:{inner}))*\)?\s*$"
        rf"|\s+(?:ph\.?\s?d\.?|m\.?sc\.?|mba|m\.d\.|b\.?sc\.?|dr\.-ing\.|\((?:she|he|they)/[^)]*\))\s*$"
    )


def _name_like(text: str) -> bool:
    words = text.split()
    if not words or len(words) > 8 or re.search(r"[\d@/\\|:;_=+<>{}\[\]&!?%#]", text):
        return False
    for word in words:
        if not _TOKEN.fullmatch(word.rstrip(",")):
            return False
    particles = lexicon.phrase_set("names", "particles")
    large = [w for w in words if fold(w) not in particles]
    if not large or not all(_upper_start(w) for w in large):
        return False
    return not any(w.endswith(".") and len(w.rstrip(".")) > 3 for w in words)


def _upper_start(word: str) -> bool:
    letters = _LETTERS.findall(word)
    if not letters:
        return False
    return letters[0].isupper() or (len(letters) > 1 and letters[1].isupper())


def _turned(words: Sequence[str]) -> list[str]:
    """ "GARCÍA LUNA María José" has its surname first: capitals before mixed case."""
    words = list(words)
    capital = [_all_caps(w) for w in words]
    if all(capital) or not capital or not capital[0]:
        return words
    particles = lexicon.phrase_set("names", "particles")
    cut = 0
    while cut < len(words) and (capital[cut] or fold(words[cut]) in particles):
        cut += 1
    rest = words[cut:]
    if (
        rest
        and not any(_all_caps(w) for w in rest if len(w.strip(".")) > 1)
        and any(capital[i] and len(words[i].strip(".")) > 1 for i in range(cut))
    ):
        return [*rest, *words[:cut]]
    return words


def _all_caps(word: str) -> bool:
    letters = _LETTERS.findall(word)
    return len(letters) > 1 and all(c.isupper() for c in letters)


def _cased(words: Sequence[str]) -> list[str]:
    particles = lexicon.phrase_set("names", "particles")
    capital = lexicon.phrase_set("names", "capital")
    shouting = all(_all_caps(w) or len(w.strip(".")) < 2 for w in words)
    found: list[str] = []
    for i, word in enumerate(words):
        low = fold(word)
        plain = low.strip(".")
        if (
            low in particles
            and low not in capital
            and 0 < i < len(words) - 1
            and (shouting or _all_caps(word) or word.islower())
        ):
            # the "O" of "de la O" is a surname, not the particle
            found.append(word.lower())
        elif _all_caps(word) and "." not in word:
            found.append(_proper(word))
        elif len(plain) == 1 and i < len(words) - 1:
            found.append(word.upper() if low not in particles else word)
        else:
            found.append(word)
    return found


def _proper(word: str) -> str:
    """One word of capitals: GARCÍA-LUNA, O'BRIEN, MCDONALD."""
    parts = re.split(r"([-‐‑'’])", word)
    shaped = [p[:1].upper() + p[1:].lower() if p else p for p in parts]
    text = "".join(shaped)
    if len(text) > 4 and text.startswith("Mc"):
        text = "Mc" + text[2].upper() + text[3:]
    return text


@cache
def _not_names() -> re.Pattern[str]:
    organisations = lexicon.pattern(
        w
        for key in ("words", "parts")
        for w in lexicon.phrases("organisations", key)
        if len(w) > 3 or w in ("lab", "nhs")
    )  # fmt: skip
    roles = lexicon.pattern(phrase for phrase in lexicon.by_phrase("roles") if len(phrase) > 3)
    return re.compile(rf"{organisations}|{roles}")


def strip_heading(text: str) -> str | None:
    """The rest of "Curriculum Vitae de María Luna"; None when only the heading is there."""
    low = fold(text)
    pattern = lexicon.matcher("names", "headings")
    match = pattern.match(low.lstrip(" •-–—*")) if low else None
    if match:
        start = len(text) - len(text.lstrip(" •-–—*")) + match.end()
        rest = re.sub(r"^[\s:–—|·,.\-]*(?:de |of |for |: )?\s*", "", text[start:])
        return rest or None
    tail = re.search(
        r"[\s,:–—|·(-]+(?:curr[ií]culum vitae|curr[ií]culum|cv|r[ée]sum[ée]|hoja de vida)\)?\.?$",
        text,
        re.I,
    )
    return text[: tail.start()] if tail else text


def candidates(lines: Iterable[Line]) -> list[tuple[float, str]]:
    """(score, name) of what may be the name among the first lines, best first."""
    found: list[tuple[float, str]] = []
    listed = [line for line in lines if line.kind not in ("footnote",)]
    largest = max((line.size for line in listed), default=0.0)
    for position, line in enumerate(listed[:25]):
        for piece, penalty in _pieces(line.text):
            name = tidy(piece)
            if name is None or _refused(piece, name):
                continue
            score = 3.0 - 0.15 * position - penalty
            if line.kind == "title":
                score += 2.0
            elif line.kind == "heading":
                score += 1.0 if line.level <= 1 else 0.5
            if largest and line.size >= largest - 0.1 and line.size > 0:
                score += 1.5
            if line.kind in ("head", "foot"):
                score -= 1.0
            if line.bullet:
                score -= 1.5
            if len(name.split()) == 2:
                score -= 0.1
            found.append((score, name))
    return sorted(found, key=lambda pair: -pair[0])


def _pieces(text: str) -> list[tuple[str, float]]:
    stripped = strip_heading(text)
    if stripped is None:
        return []
    found = [(stripped, 0.0)]
    for separator in (r"\s+[|·•–—]\s+|\s+-\s+|\s{3,}", r",\s+", r"\s*\("):
        parts = re.split(separator, stripped, maxsplit=1)
        if len(parts) > 1:
            found.append((parts[0], 0.4))
    return found


def _refused(piece: str, name: str) -> bool:
    low = fold(name)
    if heading_of(piece, marked=False) or heading_of(name, marked=False):
        return True
    if low in lexicon.phrase_set("names", "headings"):
        return True
    return bool(_not_names().search(low))


def turned_by_email(name: str, emails: Iterable[str]) -> str:
    """A name of capitals with the surname first, put right where an address shows the order.

    "RAMÍREZ LUNA ANA LUCÍA" with analucia.ramirez@: the given names are the last words.
    """
    words = name.split()
    plain = [re.sub(r"[^a-z]", "", fold(w).replace("ñ", "n")) for w in words]
    for email in emails:
        first, dot, second = fold(email.split("@")[0]).partition(".")
        if not dot:
            first, dot, second = first.partition("_")
        if not dot or len(first) < 2:
            continue
        for cut in range(1, len(words)):
            given = plain[cut:]
            if first in ("".join(given), given[0]) and second.startswith(plain[0][:4]):
                return " ".join([*words[cut:], *words[:cut]])
    return name


def as_elsewhere(name: str, text: str) -> str:
    """The capitals of a surname as the text has them in running words ("De la O")."""
    words = name.split()
    low = fold(text)
    for size in range(len(words), 1, -1):
        tail = " ".join(words[-size:])
        for match in re.finditer(rf"(?<![^\W_]){re.escape(fold(tail))}(?![^\W_])", low):
            found = text[match.start() : match.end()]
            if not found.isupper() and any(c.isupper() for c in found) and found[:1].isupper():
                return " ".join([*words[:-size], found])
    return name


def agrees(name: str, hints: Iterable[str]) -> bool:
    """True when a word of the name (or initial and surname) stands in an address or file name."""
    words = [w for w in re.split(r"[^a-zñ]+", fold(name)) if w]
    plain = [w.replace("ñ", "n") for w in words]
    for hint in hints:
        target = hint.replace("ñ", "n")
        if any(len(w) > 2 and w in target for w in plain):
            return True
    return False
