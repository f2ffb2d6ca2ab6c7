"""Bytes to text: BOM, then UTF-16 by its NULs, then UTF-8, then windows-1252.

Detectors that guess by letter statistics take Spanish windows-1252 for cp1250 (ñ becomes ń),
so what a file declares or resembles is not asked: the bytes decide.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose BOM it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]{1,3}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Decoded(NamedTuple):
    """`nuls` counts NUL characters that were taken out, `bad` bytes that fit no encoding."""

    text: str
    encoding: str
    nuls: int = 0
    bad: int = 0

    @property
    def is_text(self) -> bool:
        """False where control characters betray a binary file."""
        sample = self.text[:20_000]
        return len(_CONTROL.findall(sample)) <= 0.01 * len(sample) + 2


def decode(data: bytes) -> Decoded:
    """The text of `data`, without BOM and NULs; never raises."""
    for bom, marked in _BOMS:
        if data.startswith(bom):
            return _finished(data[len(bom) :], marked)
    if name := _utf16_by_nuls(data):
        return _finished(data, name)
    try:
        return _finished(data, "utf-8", strict=True)
    except UnicodeDecodeError:
        pass
    if len(_MULTIBYTE.findall(data)) > 3 * _stray_bytes(data):
        return _finished(data, "utf-8")  # UTF-8 with some damaged bytes
    return _finished(data, "windows-1252")


def _finished(data: bytes, name: str, *, strict: bool = False) -> Decoded:
    codec = "cp1252" if name == "windows-1252" else name
    try:
        text = data.decode(codec)
        bad = 0
    except UnicodeDecodeError:
        if strict:
            raise
        text = data.decode(codec, "replace")
        bad = text.count("\ufffd")
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
    return Decoded(text, name, nuls, bad)


def _utf16_by_nuls(data: bytes) -> str | None:
    """Western text in UTF-16 has NULs at every second place and hardly any at the others."""
    sample = data[:4096].rstrip(b"\0")
    if len(sample) < 4:
        return None
    half = len(sample) / 2
    even = sample[0::2].count(0) / half
    odd = sample[1::2].count(0) / half
    if even > 0.6 and odd < 0.05:
        return "utf-16-be"
    if odd > 0.6 and even < 0.05:
        return "utf-16-le"
    return None


def _stray_bytes(data: bytes) -> int:
    return data.decode("utf-8", "replace").count("\ufffd")
