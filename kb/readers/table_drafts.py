"""Tables -> drafts of kind table_row: one a row, each cell under its header.

A table that goes on over a page keeps its headers; a row that a page cut in two is one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from kb.datatypes import Span
from kb.readers.hyphens import Mender
from kb.readers.layout import Line
from kb.readers.paragraphs import Draft, Joiner, write
from kb.readers.pdf_tables import Cell, Table, same_columns


def join_pages(tables: Sequence[tuple[int, Table]]) -> None:
    """Give headers on, and close rows that a page end cut.

    `tables` are (place among the lines, table) in reading order; a table goes on with the one
    before when nothing stands between them.
    """
    for (place, before), (next_place, table) in pairwise(tables):
        if next_place != place + 1 or table.page != before.page + 1:
            continue
        if not same_columns(before, table):
            continue
        if before.header is not None and table.rows:
            if _same(table.rows[0], before.header):
                table.header = table.rows[0]
            elif table.header is None or not _same(table.header, before.header):
                table.header = [*before.header]
        first = table.rows[0] if table.rows else []
        last = before.rows[-1] if before.rows else []
        if first and last and min(c.column for c in first) > min(c.column for c in last) == 0:
            for cell in first:
                home = next((c for c in last if c.column == cell.column), None)
                if home is None:
                    last.append(cell)
                else:
                    home.lines += cell.lines
            table.rows.pop(0)


def _same(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    def texts(cells: Sequence[Cell]) -> list[str]:
        return [" ".join(line.text for line in cell.lines) for cell in cells]

    return texts(one) == texts(other)


def row_drafts(table: Table, joiner: Joiner, mender: Mender) -> list[Draft]:
    """The rows of a table as drafts, text and spans written."""
    if is_form(table):
        return [draft for row in table.rows for draft in _form_row(row, joiner, mender)]
    names: dict[int, str] = {}
    for cell in table.header or ():
        name, _ = _cell(cell, joiner, mender)
        for column in range(cell.column, cell.column + cell.span):
            names[column] = name
    drafts = []
    for row in table.rows:
        if row is table.header:
            continue
        draft = _row(row, names, joiner, mender)
        if draft.text:
            drafts.append(draft)
    return drafts


def is_form(table: Table) -> bool:
    """Names of sections at the left and their text at the right, as CV forms have."""
    if len(table.edges) != 3 or table.header is not None:
        return False
    lefts = [cell for row in table.rows for cell in row if cell.column == 0 and cell.span == 1]
    named = sum(
        cell.lines[0].bold and not any(char.isdigit() for char in cell.lines[0].text)
        for cell in lefts
    )
    rights = [cell for row in table.rows for cell in row if cell.column == 1]
    longest = max((len(cell.lines) for cell in rights), default=0)
    return named >= 0.5 * len(table.rows) and longest >= 3


def _form_row(row: list[Cell], joiner: Joiner, mender: Mender) -> list[Draft]:
    """The cells of a row one after the other as ordinary text, each a column."""
    drafts = []
    for cell in row:
        for line in cell.lines:
            line.kind = ""
        parts = [list(same) for _, same in groupby(cell.lines, key=lambda line: line.bold)]
        for draft in (d for part in parts for d in joiner.group(part)):
            draft.inner = cell.column > 0
            write(draft, mender)
            if draft.text:
                drafts.append(draft)
    return drafts


def _row(row: list[Cell], names: dict[int, str], joiner: Joiner, mender: Mender) -> Draft:
    draft = Draft("table_row", [line for cell in row for line in cell.lines])
    cells = []
    for cell in row:
        text, spans = _cell(cell, joiner, mender)
        if not any(char.isalnum() for char in text):  # empty, or an arrow between two cells
            continue
        name = names.get(cell.column, "")
        if draft.text:
            draft.text += "; "
        if name:
            draft.text += f"{name}: "
        shift = len(draft.text)
        draft.text += text
        draft.spans += [replace(s, start=s.start + shift, end=s.end + shift) for s in spans]
        cells.append((name, text))
    draft.cells = tuple(cells)
    return draft


def _cell(cell: Cell, joiner: Joiner, mender: Mender) -> tuple[str, list[Span]]:
    """The text of a cell, its paragraphs parted by semicolons, and the spans of its lines."""
    text = ""
    spans: list[Span] = []
    for draft in joiner.group(_continuous(cell.lines)):
        write(draft, mender)
        if not draft.text:
            continue
        if text:
            text += " " if text[-1] in ".:;,?!" else "; "
        shift = len(text)
        text += draft.text
        spans += [replace(s, start=s.start + shift, end=s.end + shift) for s in draft.spans]
    return text, spans


def _continuous(lines: list[Line]) -> list[Line]:
    """Cells are narrow: without a mark or other type, a short line is no paragraph's end."""
    right = min((line.x1 for line in lines), default=0.0)
    for line in lines:
        line.right = right
    return lines
