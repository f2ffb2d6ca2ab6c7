"""Tables of office files: rows of cells to table rows, or to what they lay out on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.datatypes import Block, Style
from kb.readers.pieces import table_blocks

_LONG_CELL = 600  # characters


@dataclass(frozen=True, slots=True)
class Cell:
    """Blocks of a cell; how many columns it takes; whether the cell above it goes on in it."""

    blocks: tuple[Block, ...] = ()
    span: int = 1
    merged_down: bool = False

    @property
    def text(self) -> str:
        return " ".join(block.text for block in self.blocks)


def grid_blocks(
    rows: Sequence[Sequence[Cell]], *, header_rows: int | None = None, layout: bool = True
) -> list[Block]:
    """Blocks of a table; with `layout` one that only arranges a page gives its cells' own blocks.

    `header_rows` None: not stated; a bold first row over others names the columns, else it is
    guessed.
    """
    grid = [row for row in rows if any(cell.blocks or cell.merged_down for cell in row)]
    if not any(cell.blocks for row in grid for cell in row):
        return []
    if layout and _is_layout(grid):
        return _laid_out(grid)
    if header_rows is not None and not 0 < header_rows < len(grid):
        header_rows = None
    if header_rows is None and len(grid) > 1 and _bold(grid[0]) and not _bold(grid[1]):
        header_rows = 1
    return table_blocks(_texts(grid), header_rows=header_rows)


def _texts(grid: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Texts by column; a merged cell stands in each place that it covers."""
    rows: list[list[str]] = []
    above: list[str] = []
    for row in grid:
        texts: list[str] = []
        for cell in row:
            text = cell.text
            if cell.merged_down and len(texts) < len(above):
                text = above[len(texts)]
            texts += [text] * cell.span
        rows.append(texts)
        above = texts
    return rows


def _is_layout(grid: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table only arranges a page: one row or column, headings, lists, long cells."""
    if len(grid) == 1 or max(len(row) for row in grid) == 1:
        return True
    for row in grid:
        for cell in row:
            kinds = [block.kind for block in cell.blocks]
            if {"heading", "title", "table_row"} & set(kinds) or len(kinds) > 3:
                return True
            if kinds.count("list_item") > 1 or len(cell.text) > _LONG_CELL:
                return True
    return False


def _laid_out(grid: Sequence[Sequence[Cell]]) -> list[Block]:
    return [
        replace(block, style=replace(block.style or Style(), column=column))
        for row in grid
        for column, cell in enumerate(row)
        for block in cell.blocks
    ]


def _bold(row: Sequence[Cell]) -> bool:
    blocks = [block for cell in row for block in cell.blocks]
    return bool(blocks) and all(block.style is not None and block.style.bold for block in blocks)
