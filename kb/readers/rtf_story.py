"""What one flow of RTF (body, page head, note, text box) gives: paragraphs and tables to blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.datatypes import Block, BlockKind
from kb.readers.grids import Cell, grid_blocks
from kb.readers.inked import Ink, paragraph_blocks
from kb.readers.rtf_codes import PLAIN, Named

_KINDS: dict[str, BlockKind] = {
    "title": "title", "heading": "heading", "contents": "contents", "caption": "caption",
    "reference": "reference", "paragraph": "paragraph",
}  # fmt: skip


@dataclass(slots=True)
class Layout:
    r"""What \pard resets: style, place in an outline or a list, whether it stands in a table."""

    named: Named = PLAIN
    outline: int | None = None
    depth: int = 0  # \ilvl
    in_table: bool = False
    nested: int = 0  # \itap: 2 and more in a table inside a cell


@dataclass(slots=True)
class RowShape:
    """What \\trowd begins: (goes on from above, goes on from the left) of each cell."""

    cells: list[tuple[bool, bool]] = field(default_factory=list)
    down: bool = False
    left: bool = False
    is_head: bool = False

    def word(self, word: str) -> None:
        if word == "cellx":
            self.cells.append((self.down, self.left))
            self.down = self.left = False
        elif word == "trhdr":
            self.is_head = True
        elif word == "clvmrg":
            self.down = True
        elif word == "clmrg":
            self.left = True


class Story:
    """Gathers runs until a paragraph, cell, row or table ends."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.shape = RowShape()
        self.row_open = False  # between \\trowd and \\row, where some leave \\intbl out
        self.listed = False  # the paragraph bears a mark of a list
        self.beside: list[Block] = []  # text boxes anchored in this paragraph
        self._runs: list[tuple[str, Ink]] = []
        self._blocks: list[Block] = []
        self._cell: list[Block] = []
        self._row: list[tuple[Block, ...]] = []
        self._rows: list[list[Cell]] = []
        self._heads = 0
        self._inner: list[Block] = []
        self._inner_row: list[Cell] = []
        self._inner_rows: list[list[Cell]] = []

    def add(self, text: str, ink: Ink) -> None:
        if text:
            self._runs.append((text, ink))

    def word(self, word: str, value: int | None, styles: Mapping[int, Named]) -> None:
        """Take in a word about paragraphs and tables; others are passed over."""
        if word in ("par", "sect"):
            self.end_paragraph()
        elif word == "pard":
            self.layout = Layout()
        elif word == "s":
            self.layout.named = styles.get(value or 0, PLAIN)
        elif word == "outlinelevel":
            self.layout.outline = value
        elif word == "ilvl":
            self.layout.depth = max(0, value or 0)
        elif word == "intbl":
            self.layout.in_table = True
        elif word == "trowd":
            self.shape, self.row_open = RowShape(), True
        elif word in ("trhdr", "clvmrg", "clmrg", "cellx"):
            self.shape.word(word)
        elif word == "cell":
            self.end_cell()
        elif word == "row":
            self.end_row()
        elif word == "itap":
            self.layout.nested = value or 0
        elif word == "nestcell":
            self.layout.nested = max(2, self.layout.nested)
            self.end_paragraph()
            self._inner_row.append(Cell(tuple(self._inner)))
            self._inner = []

    def end_inner_row(self) -> None:
        """A row of a table inside a cell."""
        if self._inner_row:
            self._inner_rows.append(self._inner_row)
            self._inner_row = []

    def end_paragraph(self) -> None:
        blocks = [*_blocks_of(self._runs, self.layout, listed=self.listed), *self.beside]
        self._runs, self.beside, self.listed = [], [], False
        if self.layout.nested > 1:
            self._inner += blocks
            return
        self._end_inner_table()
        if self.layout.in_table or self.row_open:
            self._cell += blocks
        else:
            self._end_table()
            self._blocks += blocks

    def end_cell(self) -> None:
        self.layout.in_table, self.layout.nested = True, 0
        self.end_paragraph()
        self._row.append(tuple(self._cell))
        self._cell = []

    def end_row(self) -> None:
        """A row; a cell that goes on from the left widens the one before it."""
        if self._cell or any(text.strip() for text, _ in self._runs):
            self.end_cell()
        self._runs, self.row_open = [], False
        cells: list[Cell] = []
        for i, blocks in enumerate(self._row):
            down, left = self.shape.cells[i] if i < len(self.shape.cells) else (False, False)
            if left and cells and not blocks:
                cells[-1] = Cell(cells[-1].blocks, cells[-1].span + 1, cells[-1].merged_down)
            else:
                cells.append(Cell(blocks, merged_down=down and not blocks))
        self._row = []
        if any(cell.blocks or cell.merged_down for cell in cells):
            self._rows.append(cells)
            self._heads += self.shape.is_head

    def _end_inner_table(self) -> None:
        """What a table inside the cell gave stands in it before what follows."""
        if self._inner:
            self._inner_row.append(Cell(tuple(self._inner)))
            self._inner = []
        self.end_inner_row()
        if self._inner_rows:
            self._cell += grid_blocks(self._inner_rows)
            self._inner_rows = []

    def finished(self) -> list[Block]:
        """All blocks; the story can be asked once."""
        self.end_paragraph()
        self._end_inner_table()
        self._end_table()
        return self._blocks

    def _end_table(self) -> None:
        if self._cell or self._row:  # the file lost the end of the row
            self._row.append(tuple(self._cell))
            self._cell = []
            self.end_row()
        self._blocks += grid_blocks(self._rows, header_rows=self._heads or None)
        self._rows, self._heads = [], 0


def _blocks_of(runs: list[tuple[str, Ink]], layout: Layout, *, listed: bool) -> list[Block]:
    kind, level = _KINDS[layout.named.kind], layout.named.level
    if kind == "paragraph" and layout.outline is not None and 0 <= layout.outline < 6:
        kind, level = "heading", layout.outline + 1
    if kind == "paragraph" and listed:
        kind, level = "list_item", 1 + min(8, layout.depth)
    return paragraph_blocks(_joined(runs), kind, level)


def _joined(runs: list[tuple[str, Ink]]) -> list[tuple[str, Ink]]:
    """The runs with characters that \\u writes in two halves made whole; a half alone becomes
    U+FFFD."""
    if not any(re.search("[\ud800-\udfff]", text) for text, _ in runs):
        return runs
    whole = "".join(text for text, _ in runs).encode("utf-16-le", "surrogatepass")
    return [(whole.decode("utf-16-le", "replace"), runs[0][1])]
