"""Headings that a Word file shows by their looks alone: bold, larger or capital short lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kb.datatypes import Block

_NOT_HEADING = re.compile(r"[@\d]|https?:|[.,;]$")
_DATES = re.compile(r"^\D{0,14}(?:19|20)\d\d\b.{0,24}$")
_MOST_WORDS = 9


def marked(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a title and headings told by looks where no style says so."""
    found = list(blocks)
    body = _body_size(found)
    if not any(block.kind == "title" for block in found):
        _mark_title(found, body)
    if sum(block.kind == "heading" for block in found) < 2:
        _mark_headings(found, body)
    return found


def _body_size(blocks: Sequence[Block]) -> float:
    """The size in which most text is set, in points."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.style:
            sizes[block.style.size] += len(block.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _mark_title(blocks: list[Block], body: float) -> None:
    """The one line that is larger than all others, near the start."""
    largest = max((b.style.size for b in blocks if b.style), default=0.0)
    at = [i for i, b in enumerate(blocks) if b.style and b.style.size == largest]
    if largest >= 1.25 * body and len(at) == 1 and at[0] < 30 and len(blocks) > 1:
        block = blocks[at[0]]
        if block.kind in ("paragraph", "heading") and len(block.text.split()) <= 25:
            blocks[at[0]] = replace(block, kind="title", level=0)


def _mark_headings(blocks: list[Block], body: float) -> None:
    """Groups of short lines of one look, each followed by text of another look."""
    groups: dict[tuple[float, bool, bool], list[int]] = {}
    for i, block in enumerate(blocks[:-1]):
        dated = i > 0 and _DATES.match(blocks[i - 1].text)  # what follows names a post
        if block.kind == "paragraph" and not dated and _stands_out(block, body):
            groups.setdefault(_look(block), []).append(i)
    kept: dict[tuple[float, bool, bool], list[int]] = {}
    for look, places in groups.items():
        heading = [i for i in places if _look(blocks[i + 1]) != look]
        if len(heading) >= 2 and len(heading) >= 0.8 * len(places):
            kept[look] = heading
    # Capitals head what bold heads, at one size.
    ranked = sorted(kept, key=lambda look: (-look[0], not look[2], not look[1]))
    for level, look in enumerate(ranked, start=1):
        for i in kept[look]:
            blocks[i] = replace(blocks[i], kind="heading", level=min(level, 6), cells=())


def _look(block: Block) -> tuple[float, bool, bool]:
    """(size, bold, capitals)."""
    size, bold = (block.style.size, block.style.bold) if block.style else (0.0, False)
    return size, bold, block.text.isupper()


def _stands_out(block: Block, body: float) -> bool:
    size, bold, capitals = _look(block)
    return (
        (bold or capitals or size >= 1.12 * body)
        and size >= 0.95 * body
        and not block.cells
        and 2 < len(block.text) <= 70
        and len(block.text.split()) <= _MOST_WORDS
        and not _NOT_HEADING.search(block.text)
    )
