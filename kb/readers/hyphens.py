"""Words cut at line ends: which hyphens go and which stay, decided by vocabulary.

The document's own words speak first (a word that stands unbroken elsewhere), then the word lists
of pyspellchecker, loaded only when they are needed. Inside addresses nothing is taken away.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

HYPHENS = "-\u2010\u2011\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+", re.UNICODE)
_TAIL = re.compile(rf"([^\W\d_]+)[{HYPHENS}]$", re.UNICODE)
_HEAD = re.compile(r"^([^\W\d_]+)", re.UNICODE)
_ADDRESS = re.compile(r"(?:https?:|ftp:|www\.|doi\.org|://|\w@\w)[^\s]*$", re.IGNORECASE)
#: English compounds keep their hyphen after these; Spanish writes such words in one.
_PREFIXES = frozenset(
    ("co", "non", "self", "ex", "well", "post", "anti", "pro", "semi", "all", "cross", "multi")
)
_ENGLISH = ("the", "of", "and", "to", "in", "is", "that", "with")
_SPANISH = ("de", "la", "el", "los", "que", "en", "las", "para")
_COMMON = 500  # in the word lists' counts: a word that everybody writes
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("s", ("",)), ("es", ("",)), ("ciones", ("ción",)), ("siones", ("sión",)), ("ces", ("z",)),
    ("a", ("o",)), ("as", ("o",)), ("mente", ("", "o")), ("amente", ("o",)),
    ("ed", ("", "e")), ("ing", ("", "e")),
)  # fmt: skip
#: Halves that are words by themselves and yet make one word with what they stand beside.
_SPANISH_PREFIXES = frozenset(
    ("extra", "inter", "macro", "micro", "multi", "anti", "mini", "auto", "mono", "tele", "radio")
)
_JOINING = frozenset(
    ["sobre", "contra", "entre", "super", "mente", "parte", "partes", "bien", "para"]
)


class Mender:
    """Joins the text of printed lines. `texts` are the document's lines, `links` its addresses."""

    def __init__(self, texts: Iterable[str], *, links: Iterable[str] = ()) -> None:
        self.words: Counter[str] = Counter()
        self.compounds: Counter[str] = Counter()
        cut = False
        for text in texts:
            folded = text.casefold()
            found = _WORD.findall(folded)
            if found and cut:
                found.pop(0)  # fragments are no words
            cut = text[-1:] in HYPHENS
            if found and cut:
                found.pop()
            self.words.update(found)
            if "-" in folded:
                self.compounds.update(_COMPOUND.findall(folded.rstrip(HYPHENS)))
        self.links = tuple(dict.fromkeys(links))
        self.english = sum(self.words[w] for w in _ENGLISH) > sum(self.words[w] for w in _SPANISH)

    def join(self, left: str, right: str) -> tuple[str, int]:
        """`left` and `right` as one text, and where `right` starts in it."""
        if not left:
            return right, 0
        if not right:
            return left, len(left)
        end = left[-400:].rsplit(None, 1)[-1] if not left[-1].isspace() else ""
        found = _ADDRESS.search(end)
        whole = self._address(left, right, found.group()) if found else None
        if whole is not None:
            return whole
        tail = _TAIL.search(end)
        head = _HEAD.match(right)
        if tail and head:
            if left[-1] == "\u00ad" or not self._keeps(tail[1], head[1], left):
                return left[:-1] + right, len(left) - 1
            return left + right, len(left)
        if left[-1] in HYPHENS and len(left) > 1 and left[-2].isalnum():
            return left + right, len(left)  # 2005-2006, COVID-19
        if left.endswith("/") and not left.endswith(" /"):
            return left + right, len(left)
        return f"{left} {right}", len(left) + 1

    def _address(self, left: str, right: str, piece: str) -> tuple[str, int] | None:
        """Both joined as a link annotation, or the dots of an address, say they belong."""
        start = right.split(maxsplit=1)[0]
        for link in self.links:
            plain = _plain(link)
            for kept in (piece, piece[:-1] if piece[-1] in HYPHENS else piece):
                # The next line may run past the address's end: compare what is there.
                joined = _plain(kept + start)
                if joined and (plain.startswith(joined) or joined.rstrip(".,;)").startswith(plain)):
                    if len(_plain(kept)) >= len(plain.rstrip("/")):
                        continue
                    return left[: len(left) - len(piece)] + kept + right, len(left) - len(
                        piece
                    ) + len(kept)
        if self.links and any(_plain(link) == _plain(piece.rstrip(".,;)")) for link in self.links):
            return None
        if piece[-1] in "-/_=&?#%" or piece.endswith("://"):
            return left + right, len(left)
        if (
            "/" in piece.rsplit("://", maxsplit=1)[-1]
            and re.match(r"[\w\-]*[/_=%.]\w", start)
            and start[0].islower()
        ):
            return left + right, len(left)
        return None

    def _keeps(self, a: str, b: str, left: str) -> bool:
        """Whether the hyphen between the fragments `a` and `b` belongs to the word."""
        joined = (a + b).casefold()
        compound = f"{a}-{b}".casefold()
        if self.compounds[compound] and self.compounds[compound] >= self.words[joined]:
            return True
        if self.words[joined]:
            return False
        if left[: len(left) - len(a) - 1].endswith("-") and known(b.casefold()):
            return True  # state-of-the-
        if b[0].isupper() and not a.isupper():
            return True  # México-Estados
        if known(joined):
            return False
        first, second = a.casefold(), b.casefold()
        if self.english and first in _PREFIXES:
            return True
        if not self.english and first in _SPANISH_PREFIXES:
            return False
        return all(
            len(half) > 2 and half not in _JOINING and common(half, "en" if self.english else "es")
            for half in (first, second)
        )


def _plain(address: str) -> str:
    return re.sub(r"^(?:mailto:|https?://)", "", address).rstrip("/").casefold()


def known(word: str) -> bool:
    """A word of the Spanish or English lists, its plural or its feminine form."""
    forms = [word]
    for end, others in _ENDINGS:
        if word.endswith(end) and len(word) > len(end) + 3:
            forms += [word[: -len(end)] + other for other in others]
    return any(form in _listed(lang) for lang in ("es", "en") for form in forms)


def common(word: str, lang: str) -> bool:
    """A word that is often written in `lang`."""
    return _listed(lang).get(word, 0) >= _COMMON


@lru_cache(maxsize=4)
def _listed(lang: str) -> dict[str, int]:
    """Words of a language with their counts in film subtitles, as pyspellchecker brings them."""
    import spellchecker

    path = Path(spellchecker.__file__).parent / "resources" / f"{lang}.json.gz"
    counts: dict[str, int] = json.loads(gzip.decompress(path.read_bytes()))
    return counts
