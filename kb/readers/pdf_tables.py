"""Tables drawn with rules or filled cells: grid, cells, rows, headers.

The edges of lines and boxes that touch each other make a grid; words fall into its cells by their
middle; a cell without an edge between it and its neighbour is one with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.readers.columns import reading_order
from kb.readers.layout import Line, segments
from kb.readers.pdf_drawing import Word

Rule = tuple[float, float, float, float]
_TOUCH = 3.5
_MAX_RULES = 2500


@dataclass(slots=True)
class Cell:
    """Lines of a cell in reading order; `column` is the first column that it covers."""

    column: int
    lines: list[Line]
    span: int = 1


@dataclass(slots=True)
class Table:
    """Rows of cells from top to bottom; `edges` are the x of the columns' borders."""

    page: int
    box: tuple[float, float, float, float]
    edges: tuple[float, ...]
    rows: list[list[Cell]] = field(default_factory=list)
    header: list[Cell] | None = None


def find_tables(
    words: list[Word], rules: Sequence[Rule], page: int
) -> tuple[list[Table], list[Word]]:
    """The tables of a page, and the words that stand in none."""
    tables: list[Table] = []
    rest = words
    for group in _components(rules):
        grid = _grid(group)
        if grid is None:
            continue
        table, rest = _fill(grid, rest, page)
        if table is not None:
            tables.append(table)
    return tables, rest


@dataclass(slots=True)
class _Grid:
    xs: list[float]
    ys: list[float]
    across: list[Rule]
    upright: list[Rule]


def _components(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch each other, largest groups first."""
    unique = sorted({(round(a), round(b), round(c), round(d)) for a, b, c, d in rules})
    if len(unique) < 4 or len(unique) > _MAX_RULES:
        return []
    parent = list(range(len(unique)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    open_: list[int] = []
    for i, (x0, y0, _, y1) in enumerate(unique):  # by x0: a sweep from left to right
        open_ = [j for j in open_ if unique[j][2] + _TOUCH >= x0]
        for j in open_:
            if unique[j][1] - _TOUCH <= y1 and y0 <= unique[j][3] + _TOUCH:
                parent[root(i)] = root(j)
        open_.append(i)
    groups: dict[int, list[Rule]] = {}
    for i, rule in enumerate(unique):
        groups.setdefault(root(i), []).append(rule)
    return sorted((g for g in groups.values() if len(g) >= 4), key=len, reverse=True)


def _grid(rules: list[Rule]) -> _Grid | None:
    across = [r for r in rules if r[3] - r[1] <= 3 and r[2] - r[0] > 8]
    upright = [r for r in rules if r[2] - r[0] <= 3 and r[3] - r[1] > 5]
    xs = _clusters([(r[0] + r[2]) / 2 for r in upright])
    ys = _clusters([(r[1] + r[3]) / 2 for r in across])
    if len(xs) < 3 or len(ys) < 3 or len(xs) > 40 or len(ys) > 200:
        return None
    return _Grid(xs, ys, across, upright)


def _clusters(values: list[float]) -> list[float]:
    """Values that lie within 4 points of each other, as one."""
    found: list[list[float]] = []
    for value in sorted(values):
        if found and value - found[-1][-1] <= 4:
            found[-1].append(value)
        else:
            found.append([value])
    return [sum(group) / len(group) for group in found]


def _fill(grid: _Grid, words: list[Word], page: int) -> tuple[Table | None, list[Word]]:
    xs, ys = grid.xs, grid.ys
    slots: dict[tuple[int, int], list[Word]] = {}
    rest: list[Word] = []
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            home = _home(grid, bisect_right(ys, y) - 1, bisect_right(xs, x) - 1)
            slots.setdefault(home, []).append(word)
        else:
            rest.append(word)
    rows: dict[int, list[Cell]] = {}
    for (i, j), inside in sorted(slots.items()):
        lines = reading_order(segments(inside, page))
        for line in lines:  # no cell goes on with another
            line.region += 1000 * (1 + i * len(xs) + j)
        rows.setdefault(i, []).append(Cell(j, lines, _span(grid, i, j)))
    full = sum(len(row) >= 2 for row in rows.values())
    columns = {cell.column for row in rows.values() for cell in row}
    longest = max((len(c.lines) for row in rows.values() for c in row), default=0)
    if full < 2 or len(columns) < 2 or longest > 45:
        return None, words
    if _is_chart(rows):
        return None, words
    box = (xs[0], ys[0], xs[-1], ys[-1])
    table = Table(page, box, tuple(xs), [rows[i] for i in sorted(rows)])
    table.header = header_row(table)
    return table, rest


def _is_chart(rows: dict[int, list[Cell]]) -> bool:
    """Axes and grid lines of a drawing: numbers alone in scattered cells."""
    texts = [line.text for row in rows.values() for cell in row for line in cell.lines]
    return not any(char.isalpha() for text in texts for char in text)


def _home(grid: _Grid, i: int, j: int) -> tuple[int, int]:
    """The first row and column of the cell that slot (i, j) belongs to."""
    while j > 0 and not _upright(grid, i, j):
        j -= 1
    while i > 0 and not _across(grid, i, j):
        i -= 1
    return i, j


def _span(grid: _Grid, i: int, j: int) -> int:
    end = j + 1
    while end < len(grid.xs) - 1 and not _upright(grid, i, end):
        end += 1
    return end - j


def _upright(grid: _Grid, i: int, j: int) -> bool:
    """An edge stands left of slot (i, j)."""
    x, y = grid.xs[j], (grid.ys[i] + grid.ys[i + 1]) / 2
    return any(abs((r[0] + r[2]) / 2 - x) <= 4 and r[1] - 1 <= y <= r[3] + 1 for r in grid.upright)


def _across(grid: _Grid, i: int, j: int) -> bool:
    """An edge lies above slot (i, j)."""
    y, x = grid.ys[i], (grid.xs[j] + grid.xs[j + 1]) / 2
    return any(abs((r[1] + r[3]) / 2 - y) <= 4 and r[0] - 1 <= x <= r[2] + 1 for r in grid.across)


def header_row(table: Table) -> list[Cell] | None:
    """The first row, when it names columns: bold alone, or words above numbers."""
    if len(table.rows) < 2:
        return None
    first, others = table.rows[0], table.rows[1:]
    if len(first) < 2 or len(first) < max(len(row) for row in others) - 1:
        return None
    if sum(len(cell.lines) for cell in first) > 4 * len(first):
        return None

    def bold(cells: list[Cell]) -> bool:
        return all(line.bold for cell in cells for line in cell.lines)

    if bold(first) and not any(bold(row) for row in others if len(row) > 1):
        return first
    texts = ["".join(line.text for line in cell.lines) for cell in first]
    if any(char.isdigit() for text in texts for char in text):
        return None
    below = ["".join(line.text for line in cell.lines) for row in others for cell in row[1:]]
    numeric = sum(any(char.isdigit() for char in text) for text in below)
    return first if below and numeric >= 0.7 * len(below) else None


def same_columns(one: Table, other: Table) -> bool:
    """Both have the same borders: the second goes on with the first on the next page."""
    return len(one.edges) == len(other.edges) and all(
        abs((a - one.edges[0]) - (b - other.edges[0])) <= 4
        for a, b in zip(one.edges, other.edges, strict=True)
    )
