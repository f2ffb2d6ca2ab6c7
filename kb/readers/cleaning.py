"""Printed characters -> plain text: ligatures, odd spaces and invisible characters mended."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WIDE = re.compile(r"[\uff01-\uff5e]")  # Latin letters as wide as Chinese ones
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPECIAL = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u2060": "",
    "\u2028": " ", "\u2029": " ", "\u00a0": " ", "\t": " ", "\u2011": "-", "\u2010": "-",
}  # fmt: skip
_TABLE = str.maketrans(_SPECIAL)
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff\u2000-\u200a\u202f\u205f\u3000]+")
_TO_MEND = re.compile(f"{_ODD.pattern}|[{''.join(_SPECIAL)}]")


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """NFC, ligatures opened, single plain spaces, no private-use or control characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    end = "\u00ad" if text.endswith("\u00ad") else ""
    if _TO_MEND.search(text):
        text = _ODD.sub(" ", text.translate(_TABLE))
    return unicodedata.normalize("NFC", " ".join(text.split())) + end


def narrowed(text: str) -> str:
    """Letters and signs as wide as Chinese ones as plain ones; the length stays."""
    return text.translate(_NARROW) if _WIDE.search(text) else text
