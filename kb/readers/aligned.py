"""Tables without rules: rows of three cells or more whose left edges stand under each other."""

from __future__ import annotations

from collections.abc import Sequence

from kb.readers.columns import flows
from kb.readers.layout import Line, rows
from kb.readers.pdf_tables import Cell, Table, header_row

_MIN_ROWS, _MIN_COLUMNS = 3, 3


def aligned_tables(segs: list[Line], page: int) -> tuple[list[Table], list[Line]]:
    """Tables of a page's segments, and the segments that stand in none."""
    tables: list[Table] = []
    gone: set[int] = set()
    for run in _runs(rows(segs)):
        table = _table(run, page)
        if table is not None:
            tables.append(table)
            gone |= {id(seg) for row in run for seg in row}
    return tables, [seg for seg in segs if id(seg) not in gone]


def _runs(grid: list[list[Line]]) -> list[list[list[Line]]]:
    """Rows that follow each other, of three segments or more; shorter ones may stand between."""
    runs: list[list[list[Line]]] = []
    run: list[list[Line]] = []
    for row in [*grid, []]:
        near = bool(run and row) and row[0].base - run[-1][0].base < 3.2 * row[0].size
        wide = len(row) >= _MIN_COLUMNS and not any(seg.kind for seg in row)
        inner = bool(near and row) and all(_under(seg, run[0]) for seg in row)
        if row and (wide or (len(row) < _MIN_COLUMNS and inner)) and (near or not run):
            run.append(row)
            continue
        while run and len(run[-1]) < 2:
            run.pop()
        if sum(len(one) >= _MIN_COLUMNS for one in run) >= _MIN_ROWS:
            runs.append(run)
        run = [row] if wide else []
    return runs


def _under(seg: Line, first: list[Line]) -> bool:
    """The segment begins at a column of the first row."""
    return any(abs(seg.x0 - head.x0) < 0.6 * seg.size for head in first)


def _table(run: list[list[Line]], page: int) -> Table | None:
    starts = _starts(run)
    if len(starts) < _MIN_COLUMNS:
        return None
    columns: list[list[Line]] = [[] for _ in starts]
    body: list[list[Cell]] = []
    for row in run:
        cells: dict[int, Cell] = {}
        for seg in row:
            at = max((i for i, x in enumerate(starts) if seg.x0 >= x - 0.6 * seg.size), default=0)
            columns[at].append(seg)
            seg.region = 1000 * (1 + at) + len(body)
            seg.left, seg.right = seg.x0, seg.x1
            cells.setdefault(at, Cell(at, [])).lines.append(seg)
        if body and 0 not in cells and len(cells) < len(starts):  # a cell of two lines
            for at, cell in cells.items():
                home = next((c for c in body[-1] if c.column == at), None)
                if home is None:
                    body[-1].append(cell)
                else:
                    home.lines += cell.lines
        else:
            body.append([cells[at] for at in sorted(cells)])
    if len(body) < _MIN_ROWS or all(flows(column) for column in columns if len(column) > 2):
        return None  # columns of running text
    box = (
        min(seg.x0 for row in run for seg in row), min(seg.y0 for seg in run[0]),
        max(seg.x1 for row in run for seg in row), max(seg.y1 for seg in run[-1]),
    )  # fmt: skip
    table = Table(page, box, (*starts, box[2]), body)
    table.header = header_row(table)
    return table


def _starts(run: Sequence[list[Line]]) -> list[float]:
    """Left edges that most rows share."""
    groups: list[list[float]] = []
    for x in sorted(seg.x0 for row in run for seg in row):
        if groups and x - groups[-1][-1] < 4:
            groups[-1].append(x)
        else:
            groups.append([x])
    return [group[0] for group in groups if len(group) >= 0.6 * len(run)]
