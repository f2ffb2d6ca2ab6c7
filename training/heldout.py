"""Which lines of training/written are learned from and which are kept for choosing."""

from __future__ import annotations

from hashlib import blake2b


def is_heldout(line_en: str) -> bool:
    """Whether the line with this English text is kept back: one in ten, by a hash of the text.

    The 512-bit BLAKE2b digest of its UTF-8 bytes, read as a big-endian number, modulo 10 is 0.
    """
    return int.from_bytes(blake2b(line_en.encode("utf-8")).digest(), "big") % 10 == 0
