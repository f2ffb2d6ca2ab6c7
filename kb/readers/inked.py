"""Runs of a paragraph of an office file, each with its look, to blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kb.datatypes import Block, BlockKind, Style
from kb.readers.pieces import bullet, tidy

#: Kinds of paragraphs in which a line break is a space.
_SINGLE = ("title", "heading", "contents", "reference", "caption")


class Ink(NamedTuple):
    """The look of a run; the size is in points."""

    size: float = 12.0
    bold: bool = False
    italic: bool = False


def paragraph_blocks(
    runs: Sequence[tuple[str, Ink]], kind: BlockKind = "paragraph", level: int = 0
) -> list[Block]:
    """Blocks of a paragraph: one a line where breaks make lines of their own.

    A typed list mark makes a paragraph a list item; what tabs part is also in `cells`.
    """
    inks = [ink for text, ink in runs if text.strip()]
    if not inks:
        return []
    style = Style(
        size=max(ink.size for ink in inks),
        bold=all(ink.bold for ink in inks),
        italic=all(ink.italic for ink in inks),
    )
    whole = "".join(text for text, _ in runs)
    blocks: list[Block] = []
    for line in [whole.replace("\n", " ")] if kind in _SINGLE else lines(whole):
        shown, marked = bullet(line) if kind == "paragraph" else (line, False)
        text = tidy(shown)
        if not re.search(r"\w", text):
            continue
        if marked:
            blocks.append(Block(text, "list_item", 1, style=style))
            continue
        parts = [part for piece in shown.split("\t") if (part := tidy(piece))]
        cells = tuple(("", part) for part in parts) if len(parts) > 1 else ()
        cells = () if kind in _SINGLE else cells
        blocks.append(Block(text, kind, level, style=style, cells=cells))
    return blocks


def lines(text: str) -> list[str]:
    """Lines that a break made; one that goes on in lower case belongs to the line before."""
    found: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip()
        if found and stripped[:1].islower() and not re.search(r"[.:;!?]\s*$", found[-1]):
            found[-1] += " " + stripped
        elif stripped:
            found.append(line)
    return found
