"""Paragraphs, tables and text boxes of a Word part to blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kb.datatypes import Block, BlockKind, Style
from kb.readers.docx_seen import Sight
from kb.readers.docx_styles import Look, Styles
from kb.readers.grids import Cell, grid_blocks
from kb.readers.inked import lines
from kb.readers.ooxml import MC, R, W, on
from kb.readers.pieces import bullet, tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_DEPTH = 40
_KINDS: dict[str, BlockKind] = {
    "title": "title", "heading": "heading", "contents": "contents", "caption": "caption",
    "list_item": "list_item", "reference": "reference", "paragraph": "paragraph",
}  # fmt: skip


class BodyReader:
    """`links`: addresses in order; `sight` counts the runs of hidden text that are left out."""

    def __init__(self, styles: Styles, targets: dict[str, str], *, sight: Sight) -> None:
        self._styles = styles
        self._targets = targets
        self._sight = sight
        self.links: list[str] = []
        self._boxes: list[_Element] = []

    def blocks(self, parent: _Element, *, depth: int = 0) -> list[Block]:
        """Blocks of everything below `parent` (body, cell, text box, note)."""
        found: list[Block] = []
        if depth > _MAX_DEPTH:
            return found
        for child in _children(parent):
            if child.tag == f"{W}p":
                found += self._paragraph(child)
                found += self._text_boxes(depth)
            elif child.tag == f"{W}tbl":
                found += self._table(child, depth)
            else:
                found += self.blocks(child, depth=depth + 1)
        return found

    def _text_boxes(self, depth: int) -> list[Block]:
        boxes, self._boxes = self._boxes, []
        return [block for box in boxes for block in self.blocks(box, depth=depth + 1)]

    # --- paragraphs ---

    def _paragraph(self, paragraph: _Element) -> list[Block]:
        properties = paragraph.find(f"{W}pPr")
        look = self._styles.look(properties)
        runs = list(self._runs(paragraph, properties))
        text = "".join(run for run, _ in runs)
        if not text.strip():
            return []
        inked = [mark for run, mark in runs if run.strip()]
        bold = look.bold or all(mark.bold for mark in inked)
        size = max((mark.size for mark in inked if mark.size), default=look.size)
        style = Style(size=size, bold=bold, italic=look.italic)
        blocks = []
        one = look.kind in ("title", "heading", "contents")
        for line in [text.replace("\n", " ")] if one else lines(text):
            shown, marked = bullet(line) if look.kind == "paragraph" else (line, False)
            tidied = tidy(shown)
            if not re.search(r"\w", tidied):
                continue
            if marked:
                blocks.append(Block(tidied, "list_item", 1, style=style))
                continue
            level = look.level if look.kind in ("heading", "list_item") else 0
            parts = [tidy(part) for part in shown.split("\t") if tidy(part)]
            tabbed = tuple(("", part) for part in parts) if len(parts) > 1 else ()
            blocks.append(Block(tidied, _KINDS[look.kind], level, style=style, cells=tabbed))
        return blocks

    def _runs(
        self, parent: _Element, around: _Element | None, *, depth: int = 0
    ) -> Iterator[tuple[str, Look]]:
        """(text, look) of the runs of a paragraph; deleted, hidden and field code left out."""
        if depth > _MAX_DEPTH:
            return
        for child in _children(parent):
            name = child.tag
            if name == f"{W}r":
                yield self._run(child, around)
            elif name in (f"{W}del", f"{W}moveFrom", f"{W}pPr"):
                continue
            else:
                if name == f"{W}hyperlink" and child.get(f"{R}id") in self._targets:
                    self.links.append(self._targets[str(child.get(f"{R}id"))])
                yield from self._runs(child, around, depth=depth + 1)

    def _run(self, run: _Element, around: _Element | None) -> tuple[str, Look]:
        properties = run.find(f"{W}rPr")
        look = Look()
        if properties is not None:
            size = properties.find(f"{W}sz")
            points = str(size.get(f"{W}val")) if size is not None else ""
            look = Look(
                size=int(points) / 2 if points.isdigit() else 0.0,
                bold=on(properties.find(f"{W}b")),
            )
        hidden = self._sight.hides(run, around)
        if hidden == "all":
            return "", look
        parts: list[str] = []
        for child in _children(run):
            name = child.tag
            if hidden == "text" and name in (f"{W}t", f"{W}tab", f"{W}ptab", f"{W}noBreakHyphen"):
                continue
            if name == f"{W}t":
                parts.append(_own_text(child))
            elif name in (f"{W}tab", f"{W}ptab"):
                parts.append("\t")
            elif name in (f"{W}br", f"{W}cr"):
                parts.append(" " if child.get(f"{W}type") in ("page", "column") else "\n")
            elif name == f"{W}noBreakHyphen":
                parts.append("-")
            elif name in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._boxes += _outermost(child)
        return "".join(parts), look

    # --- tables ---

    def _table(self, table: _Element, depth: int) -> list[Block]:
        grid = [self._row(row, depth) for row in _rows(table)]
        grid = [row for row in grid if any(cell.blocks for cell in row)]
        stated = sum(on(row.find(f"{W}trPr/{W}tblHeader")) for row in _rows(table))
        return grid_blocks(grid, header_rows=stated)

    def _row(self, row: _Element, depth: int) -> list[Cell]:
        cells = []
        for cell in _cells(row):
            properties = cell.find(f"{W}tcPr")
            span, merged = 1, False
            if properties is not None:
                wide = properties.find(f"{W}gridSpan")
                value = str(wide.get(f"{W}val")) if wide is not None else ""
                span = min(50, max(1, int(value))) if value.isdigit() else 1
                down = properties.find(f"{W}vMerge")
                merged = down is not None and down.get(f"{W}val") != "restart"
            cells.append(Cell(tuple(self.blocks(cell, depth=depth + 1)), span, merged))
        return cells


def _own_text(element: _Element) -> str:
    """The text of w:t; an entity inside is left out, what follows it is kept."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _children(parent: _Element) -> Iterator[_Element]:
    """Elements below, the newer of two alternatives alone; comments and entities left out."""
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        if child.tag == f"{MC}AlternateContent":
            chosen = child.find(f"{MC}Choice")
            if chosen is None:
                chosen = child.find(f"{MC}Fallback")
            if chosen is not None:
                yield from _children(chosen)
        elif child.tag in (f"{W}sdt", f"{W}customXml", f"{W}sdtContent", f"{W}ins"):
            yield from _children(child)
        elif child.tag not in (f"{W}sdtPr", f"{W}sdtEndPr"):
            yield child


def _outermost(drawing: _Element) -> list[_Element]:
    """Text boxes of a drawing, each once: not those within another or kept for old programs."""
    boxes = []
    for box in drawing.iter(f"{W}txbxContent"):
        above = set()
        for parent in box.iterancestors():
            if parent is drawing:
                break
            above.add(parent.tag)
        if not above & {f"{W}txbxContent", f"{MC}Fallback"}:
            boxes.append(box)
    return boxes


def _rows(table: _Element) -> Iterator[_Element]:
    return (child for child in _children(table) if child.tag == f"{W}tr")


def _cells(row: _Element) -> Iterator[_Element]:
    return (child for child in _children(row) if child.tag == f"{W}tc")
