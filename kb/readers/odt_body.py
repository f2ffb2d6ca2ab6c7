"""Paragraphs, lists, tables, text boxes and notes of an OpenDocument text, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kb.datatypes import Block, BlockKind
from kb.errors import ReadError
from kb.readers.grids import Cell, grid_blocks
from kb.readers.inked import paragraph_blocks
from kb.readers.odt_styles import DRAW, OFFICE, TABLE, TEXT, XLINK, Look, Styles
from kb.readers.pieces import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_DEPTH = 60
_WIDEST = 60  # columns that one cell may be repeated over
_KINDS: dict[str, BlockKind] = {
    "title": "title", "heading": "heading", "contents": "contents", "caption": "caption",
    "paragraph": "paragraph",
}  # fmt: skip
_INDEXES = frozenset(
    f"{TEXT}{name}-index" for name in ("alphabetical", "illustration", "object", "table", "user")
) | {f"{TEXT}table-of-content"}
#: Deleted text, comments, forms, the source of an index, the mark of a note, reading aids.
_LEFT_OUT = frozenset(
    [
        *(f"{TEXT}{name}" for name in ("tracked-changes", "note-citation", "ruby-text")),
        *(f"{OFFICE}{name}" for name in ("annotation", "annotation-end", "forms", "event-listeners",
                                         "binary-data", "scripts")),
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}desc",
    ]
)  # fmt: skip
_BOXES = frozenset(
    f"{DRAW}{name}"
    for name in (
        "frame", "g", "a", "custom-shape", "rect", "ellipse", "circle", "line", "polyline",
        "polygon", "path", "connector", "caption", "regular-polygon", "text-box",
    )
)  # fmt: skip


class BodyReader:
    """`links`: addresses in order; `notes`: foot and end notes; `hidden`: places left out."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.links: list[str] = []
        self.notes: list[Block] = []
        self.hidden = 0
        self._boxes: list[_Element] = []

    def blocks(self, parent: _Element, *, depth: int = 0, kind: str = "") -> list[Block]:
        """Blocks of everything below `parent`; `kind` is what an index makes of its lines."""
        if depth > _MAX_DEPTH:
            raise ReadError("too_deep")
        return [
            block
            for child in _children(parent)
            for block in self._element(child, depth=depth, kind=kind)
        ]

    def _element(self, child: _Element, *, depth: int, kind: str = "") -> list[Block]:
        name = child.tag
        if name in (f"{TEXT}p", f"{TEXT}h"):
            return self._paragraph(child, depth=depth, kind=kind)
        if name == f"{TEXT}list":
            return self._list(child, depth=depth + 1, level=1, marked=True)
        if name == f"{TABLE}table":
            return self._table(child, depth=depth + 1)
        if self._is_hidden(child):
            self.hidden += bool("".join(child.itertext()).strip())
            return []
        if name in _INDEXES or name == f"{TEXT}bibliography":
            lines = "reference" if name == f"{TEXT}bibliography" else "contents"
            bodies = child.iterchildren(f"{TEXT}index-body")
            return [b for body in bodies for b in self.blocks(body, depth=depth + 1, kind=lines)]
        return self.blocks(child, depth=depth + 1, kind=kind)

    def _is_hidden(self, element: _Element) -> bool:
        return element.tag == f"{TEXT}section" and (
            element.get(f"{TEXT}display") == "none"
            or element.get(f"{TEXT}is-hidden") == "true"
            or self._styles.hides_section(element.get(f"{TEXT}style-name"))
        )

    # --- paragraphs ---

    def _paragraph(self, paragraph: _Element, *, depth: int, kind: str = "") -> list[Block]:
        look = self._styles.paragraph(paragraph.get(f"{TEXT}style-name"))
        before, self._boxes = self._boxes, []
        runs = list(self._runs(paragraph, look, depth=depth + 1))
        boxes, self._boxes = self._boxes, before
        beside = [block for box in boxes for block in self.blocks(box, depth=depth + 1)]
        hides = paragraph.find(f".//{TEXT}hidden-paragraph[@{TEXT}is-hidden='true']")
        if hides is not None and "".join(text for text, _ in runs).strip():
            self.hidden += 1
            return beside
        if paragraph.tag == f"{TEXT}h" and not kind:
            level = paragraph.get(f"{TEXT}outline-level", "1")
            if look.kind != "title":
                deep = int(level) if level.isdigit() and len(level) < 3 else 1
                look = look._replace(kind="heading", level=min(6, max(1, deep)))
        shape: BlockKind = "contents" if kind == "contents" else _KINDS[look.kind]
        if kind == "reference" and shape != "heading":
            shape = "reference"
        inked = [(text, mark.ink) for text, mark in runs]
        return [*paragraph_blocks(inked, shape, look.level if shape == "heading" else 0), *beside]

    def _runs(self, parent: _Element, look: Look, *, depth: int) -> Iterator[tuple[str, Look]]:
        """(text, look) of what stands in a paragraph."""
        if depth > _MAX_DEPTH:
            raise ReadError("too_deep")
        yield self._shown(parent.text, look)
        for child in parent:
            if isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
                yield from self._run(child, look, depth=depth)
            yield self._shown(child.tail, look)

    def _run(self, child: _Element, look: Look, *, depth: int) -> Iterator[tuple[str, Look]]:
        name = child.tag
        if name == f"{TEXT}s":
            yield " ", look
        elif name == f"{TEXT}tab":
            yield "\t", look
        elif name == f"{TEXT}line-break":
            yield "\n", look
        elif name == f"{TEXT}note":
            self._note(child, depth)
        elif name in _BOXES:
            self._boxes.append(child)
        elif name == f"{TEXT}hidden-text" and child.get(f"{TEXT}is-hidden") != "false":
            self.hidden += 1
        else:
            if name == f"{TEXT}a" and (address := child.get(f"{XLINK}href")):
                self.links.append(address)
            style = child.get(f"{TEXT}style-name") if name == f"{TEXT}span" else None
            inner = self._styles.run(style, look) if style else look
            yield from self._runs(child, inner, depth=depth + 1)

    def _shown(self, text: str | None, look: Look) -> tuple[str, Look]:
        """Line ends of the XML are spaces; hidden text is counted and left out."""
        shown = re.sub(r"\s+", " ", text or "")
        if shown.strip() and (look.hidden or 0 < look.size <= 1):
            self.hidden += 1
            return "", look
        return shown, look

    def _note(self, note: _Element, depth: int) -> None:
        for body in note.iterchildren(f"{TEXT}note-body"):
            text = tidy(" ".join(block.text for block in self.blocks(body, depth=depth + 1)))
            if text:
                self.notes.append(Block(text, "footnote"))

    # --- lists and tables ---

    def _list(self, listed: _Element, *, depth: int, level: int, marked: bool) -> list[Block]:
        """Items with their depth; headings that are numbered as a list stay headings."""
        if depth > _MAX_DEPTH:
            raise ReadError("too_deep")
        style = listed.get(f"{TEXT}style-name")
        marked = marked if style is None else self._styles.marked(style)
        found: list[Block] = []
        for item in _children(listed):
            first = marked and item.tag == f"{TEXT}list-item"
            for child in _children(item):
                if child.tag == f"{TEXT}list":
                    found += self._list(child, depth=depth + 1, level=level + 1, marked=marked)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    blocks = self._paragraph(child, depth=depth + 1)
                    if first and blocks and blocks[0].kind in ("paragraph", "list_item"):
                        head = blocks[0]
                        blocks[0] = Block(head.text, "list_item", level, style=head.style)
                    first = first and not blocks
                    found += blocks
                else:
                    found += self._element(child, depth=depth + 1)
        return found

    def _table(self, table: _Element, *, depth: int) -> list[Block]:
        rows: list[list[Cell]] = []
        heads = 0
        owed: dict[int, int] = {}  # column -> rows that a cell above still covers
        for row, is_head in _rows(table):
            cells, column = [], 0
            for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                covered = cell.tag == f"{TABLE}covered-table-cell"
                for _ in range(_number(cell, "number-columns-repeated", most=_WIDEST)):
                    down = covered and owed.get(column, 0) > 0
                    if down:
                        owed[column] -= 1
                    blocks = [] if covered else self.blocks(cell, depth=depth + 1)
                    wide = _number(cell, "number-columns-spanned", most=_WIDEST)
                    tall = _number(cell, "number-rows-spanned", most=10_000)
                    if not covered or down:
                        cells.append(Cell(tuple(blocks), 1 if covered else wide, down))
                    if not covered and tall > 1:
                        owed.update({column + i: tall - 1 for i in range(wide)})
                    column += 1
            if any(cell.blocks or cell.merged_down for cell in cells):
                rows.append(cells)
                heads += is_head
        return grid_blocks(rows, header_rows=heads or None)


def _rows(table: _Element) -> Iterator[tuple[_Element, bool]]:
    """Rows in order, whether each is of the head; rows of tables inside are not among them."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child, False
        elif child.tag == f"{TABLE}table-header-rows":
            yield from ((row, True) for row, _ in _rows(child))
        elif child.tag in (f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from _rows(child)


def _number(element: _Element, name: str, *, most: int) -> int:
    value = element.get(f"{TABLE}{name}", "1")
    return min(most, max(1, int(value))) if value.isdigit() and len(value) < 9 else 1


def _children(parent: _Element) -> Iterator[_Element]:
    """Elements below; entities and what is never text left out."""
    return (c for c in parent if isinstance(c.tag, str) and c.tag not in _LEFT_OUT)
