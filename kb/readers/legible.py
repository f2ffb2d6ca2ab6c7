"""Is the text of a page language, or what a font without a letter table left behind?

Private-use characters tell at once. Letters put for other letters show only in the words: neither
the small words of any common language of Latin script nor words of the lists are there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TOKEN = re.compile(r"[^\W\d_]{2,}")
_SMALL = frozenset(
    # es en fr pt it ca de nl sv da no fi pl cs hu ro tr id, the commonest words of each
    "de la el en los las que por con para un una del se al es su como más no y o "
    "the of and to in is for on with that by as at from are or be this it was an not "
    "le les des et du est dans pour par sur une au aux ne pas qui plus ce il "
    "da do dos das em um uma os na nos são com não ao foi mais "
    "di che il per non gli dei della nel sono con alla delle dal "
    "els amb dels i va són aquest "
    "der die das und ist von den mit zu im für auf dem nicht ein eine des sich "
    "het een van en op te dat zijn met voor niet aan "
    "och att det som på är av för den med till inte "
    "af til er ikke fra ved jeg har "
    "ja on ei se että oli ovat "
    "nie na się do jest że od oraz przez "
    "se že je pro jako nebo byl "
    "az és hogy nem egy is meg volt "
    "în și la cu din pe nu este care sau "
    "ve bir bu ile için olarak da "
    "dan yang di untuk dengan ini dari pada".split()
)  # fmt: skip
_LISTS = ("es", "en", "fr", "pt", "it", "de")


def garbled(text: str) -> bool:
    """The text is no language: characters of no script, or letters in place of others."""
    visible = [char for char in text if not char.isspace()]
    if len(visible) < 20:
        return False
    odd = sum(
        unicodedata.category(char) in ("Co", "Cn", "Cc", "Cs") or char == "\ufffd"
        for char in visible
    )
    if odd > 0.2 * len(visible):
        return True
    if sum(char > "\u02ff" and char.isalpha() for char in visible) > 0.3 * len(visible):
        return False  # another script: these statistics say nothing of it
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    if len(tokens) < 12:
        return False
    small = sum(token in _SMALL for token in tokens) / len(tokens)
    if small >= 0.08:
        return False
    longer = [token for token in tokens if len(token) >= 4]
    if len(longer) < 10:
        # Letters and digits mixed in words, as `3FMBDJPOFT`, and no small word at all.
        return small < 0.02 and _mixed(text)
    found = sum(token in _words() for token in longer) / len(longer)
    return found < (0.2 if len(tokens) >= 25 else 0.1)


def _mixed(text: str) -> bool:
    tokens = text.split()
    odd = sum(bool(re.search(r"[^\W\d_]\d+[^\W\d_]|[a-z][A-Z]{2}", token)) for token in tokens)
    return odd > 0.3 * len(tokens)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Words of six languages; loaded only for pages that look suspicious."""
    import gzip
    import json
    from pathlib import Path

    import spellchecker

    folder = Path(spellchecker.__file__).parent / "resources"
    found: set[str] = set()
    for lang in _LISTS:
        path = folder / f"{lang}.json.gz"
        if path.is_file():
            found.update(json.loads(gzip.decompress(path.read_bytes())))
    return frozenset(found)
