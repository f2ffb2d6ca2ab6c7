"""Is the text of a page language, or what a font without a letter table left behind?

Private-use characters tell at once. Letters put for other letters show only in the words: neither
the small words of any common language of Latin script nor words of the lists are there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ODD = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\uf8ff\ufffd-\uffff\U000f0000-\U0010ffff]")
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u2c00-\ud7ff\uf900-\ufdff]")
_TOKEN = re.compile(r"[^\W\d_]{2,}")
#: The commonest words of languages in Latin script, from Spanish and English to Indonesian.
_SMALL_WORDS = """
de la el en los las que por con para un una del se al es su como más no y o the of and
to in is for on with that by as at from are or be this it was an not le les des et du
est dans pour par sur une au aux ne pas qui plus ce il da do dos das em um uma os na nos
são com não ao foi mais di che per non gli dei della nel sono alla delle dal els amb
dels i va són aquest der die und ist von den mit zu im für auf dem nicht ein eine sich
het een van op te dat zijn met voor niet aan och att det som på är av för med till inte
af til er ikke fra ved jeg har ja ei että oli ovat nie się jest że od oraz przez že je
pro jako nebo byl az és hogy nem egy meg volt în și cu din pe nu este care sau ve bir bu
ile için olarak dan yang untuk dengan ini dari pada
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_LISTS = ("es", "en", "fr", "pt", "it", "de")


def garbled(text: str) -> bool:
    """The text is no language: characters of no script, or letters in place of others."""
    return bool(garbled_pages({0: text}))


def garbled_pages(texts: Mapping[int, str]) -> list[int]:
    """Those of the pages whose text is no language. Word lists are loaded only on suspicion."""
    wrong: list[int] = []
    suspects: dict[int, list[str]] = {}
    limits: dict[int, float] = {}
    for page, text in texts.items():
        verdict, words, limit = _suspicion(text)
        if verdict:
            wrong.append(page)
        elif words:
            suspects[page], limits[page] = words, limit
    best = dict.fromkeys(suspects, 0.0)
    for lang in _LISTS if suspects else ():
        listed = _words(lang)
        for page, words in suspects.items():
            best[page] = max(best[page], sum(word in listed for word in words) / len(words))
    return sorted([*wrong, *(page for page in suspects if best[page] < limits[page])])


def _suspicion(text: str) -> tuple[bool, list[str], float]:
    """(is garbled for sure, words to look up, the share of them that must be found)."""
    visible = sum(map(len, text.split()))
    if visible < 20:
        return False, [], 0
    if len(_ODD.findall(text)) > 0.2 * visible:
        return True, [], 0
    if len(_OTHER_SCRIPT.findall(text)) > 0.3 * visible:
        return False, [], 0  # another script: these statistics say nothing of it
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    if len(tokens) < 12:
        return False, [], 0
    small = sum(token in _SMALL for token in tokens) / len(tokens)
    if small >= 0.08:
        return False, [], 0
    longer = [token for token in tokens if len(token) >= 4]
    if len(set(tokens)) < 8:
        return False, [], 0  # a stamp or a test page: the same few words
    if len(longer) < 10:
        # Letters and digits mixed in words, as `3FMBDJPOFT`, and no small word at all.
        return small < 0.02 and _mixed(text), [], 0
    return False, longer, 0.15 if len(tokens) >= 25 else 0.1


def _mixed(text: str) -> bool:
    tokens = text.split()
    odd = sum(bool(re.search(r"[^\W\d_]\d+[^\W\d_]|[a-z][A-Z]{2}", token)) for token in tokens)
    return odd > 0.3 * len(tokens)


def _words(lang: str) -> dict[str, int]:
    """Words of a language, as pyspellchecker brings them; not kept, six lists are large."""
    import gzip
    import json
    from pathlib import Path

    import spellchecker

    path = Path(spellchecker.__file__).parent / "resources" / f"{lang}.json.gz"
    if not path.is_file():
        return {}
    found: dict[str, int] = json.loads(gzip.decompress(path.read_bytes()))
    return found
