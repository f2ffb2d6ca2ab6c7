"""Where a word may be broken at a line end.

Spanish: its syllables (RAE, Ortografía 2010, ch. V). English: before a few endings, after a few
beginnings and between some consonants, where dictionaries agree as a rule.
"""

from __future__ import annotations

import re
from itertools import pairwise

_STRONG = "aeoáéíóú"
_VOWELS = "aeiouáéíóúü"
_PAIRS = {a + b for a in "bcdfgkpt" for b in "lr"} - {"dl"} | {"ch", "ll", "rr"}
_EN_ENDS = re.compile(r"^(.{3,}?)(tions?|sions?|ments?|ness|ships?|less|fully?|wards?)$")
_EN_DOUBLE = re.compile(r"([bcdfgmnprst])(?=\1[aeiou](?!ng|d$|r$|rs$|st$)\w{2})")
_EN_STARTS = re.compile(r"^(inter|under|over|trans|super|counter|multi)(.{4,})$")
_EN_PAIRS = re.compile(r"[aeiouy]([bcdlmnprt])(?=([bcdfglmnprstvw])[aeiou](?!ng|d$|rs?$|st$)\w{2})")
_EN_CLUSTERS = {
    "bl", "br", "ch", "ck", "cl", "cr", "dg", "dr", "gl", "gr", "ld", "lf", "lm", "mb", "ng",
    "ls", "pl", "pr", "ps", "rl", "rm", "rn", "rd", "rt", "rs", "tl", "tr", "ts", "tw",
    "cs", "ds", "ms",
}  # fmt: skip


def _nuclei(word: str) -> list[tuple[int, int]]:
    """Vowel groups that form one syllable each."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(word):
        char = word[at]
        silent = (
            char == "u" and word[at - 1 : at] in {"q", "g"} and word[at + 1 : at + 2] in set("eiéí")
        )
        if char not in _VOWELS or silent:
            at += 1
            continue
        end = at + 1
        while end < len(word) and word[end] in _VOWELS:
            if word[end] in _STRONG and word[end - 1] in _STRONG:
                break
            end += 1
        spans.append((at, end))
        at = end
    return spans


def spanish(word: str) -> list[int]:
    """Offsets at which a Spanish word may be broken, at least two letters on each side."""
    low = word.lower()
    nuclei = _nuclei(low)
    cuts: list[int] = []
    for (_, end), (start, _) in pairwise(nuclei):
        between = low[end:start]
        if not between:
            continue  # a break between two vowels is correct, but looks poor
        if len(between) == 1 or (between[-1] == "u" and len(between) == 2):
            cut = end
        else:
            onset = 2 if between[-2:] in _PAIRS else 1
            onset += between[-1] == "u"
            cut = start - onset
        cuts.append(cut)
    return [c for c in cuts if 2 <= c <= len(word) - 2]


def english(word: str) -> list[int]:
    """Offsets at which an English word may surely be broken."""
    low = word.lower()
    cuts = []
    start = _EN_STARTS.match(low)
    if start:
        cuts.append(len(start[1]))
    end = _EN_ENDS.match(low)
    if end:
        cuts.append(len(end[1]))
    cuts += [m.end() for m in _EN_DOUBLE.finditer(low)]
    pairs = (m for m in _EN_PAIRS.finditer(low) if m[1] + m[2] not in _EN_CLUSTERS)
    cuts += [m.end() for m in pairs if m[1] != m[2]]
    return sorted({c for c in cuts if 2 <= c <= len(word) - 3})


def breaks(token: str, lang: str) -> list[tuple[str, str]]:
    """The ways to break a token, the latest first: (with its hyphen, rest). None for addresses."""
    if any(mark in token for mark in ("/", "@", "www")):
        return []
    found: list[tuple[int, str]] = [
        (m.end(), "") for m in re.finditer(r"[a-záéíóúñü]{2}[-–](?=[a-záéíóúñüA-ZÁÉÍÓÚ]{3})", token)
    ]
    for match in re.finditer(r"[a-záéíóúñü]{6,}", token):
        if match.start() and token[match.start() - 1].isupper():
            word, offset = token[match.start() - 1 : match.end()], match.start() - 1
        else:
            word, offset = match[0], match.start()
        cuts = spanish(word) if lang == "es" else english(word)
        found += [(offset + cut, "-") for cut in cuts]
    return [(token[:at] + hyphen, token[at:]) for at, hyphen in sorted(found, reverse=True)]
