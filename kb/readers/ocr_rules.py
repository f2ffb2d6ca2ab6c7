"""Ruled lines and edges of boxes on a page picture: what makes the grid of a scanned table.

A pixel belongs to a rule when it is darker or lighter than both of its sides, or when one side is
much darker than the other; long straight runs of such pixels are rules, letters have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

Rule = tuple[float, float, float, float]
_SIDE = 1200  # pixels of the longer side at which lines are looked for
_REACH = 3  # pixels from the middle of a line to what lies beside it
_LINE, _EDGE = 18, 45  # tones by which a line, an edge, differs
_ACROSS, _UPRIGHT = 40.0, 14.0  # points: the shortest rules
_MOST = 600


def find_rules(picture: Image, scale: float) -> list[Rule]:
    """Rules of a gray picture set straight, in points; `scale` is points a pixel of it."""
    import numpy as np

    shrink = max(1, max(picture.size) // _SIDE)
    gray = np.asarray(picture.reduce(shrink) if shrink > 1 else picture, dtype=np.int16)
    unit = scale * shrink
    if min(gray.shape) < 8 * _REACH:
        return []
    across = _runs(_marked(gray), _ACROSS / unit)
    upright = _runs(_marked(gray.T), _UPRIGHT / unit)
    if len(across) + len(upright) > _MOST:  # a photograph
        return []
    return [(a * unit, y * unit, b * unit, y * unit) for y, a, b in across] + [
        (x * unit, a * unit, x * unit, b * unit) for x, a, b in upright
    ]


def _marked(gray: Any) -> Any:
    """Where a level line or edge passes; a drift by one pixel does not break it."""
    import numpy as np

    found = np.zeros(gray.shape, dtype=bool)
    above, middle, below = gray[: -2 * _REACH], gray[_REACH:-_REACH], gray[2 * _REACH :]
    dark = middle < np.minimum(above, below) - _LINE
    light = middle > np.maximum(above, below) + _LINE  # between the cells of a filled head
    found[_REACH:-_REACH] = dark | light | (np.abs(above - below) > _EDGE)
    found[1:] |= found[:-1].copy()
    return found


def _runs(marked: Any, least: float) -> list[tuple[float, int, int]]:
    """(row, start, end) of long runs, those of neighbouring rows as one in their middle."""
    import numpy as np

    padded = np.zeros((marked.shape[0], marked.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = marked
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    long = ends - starts >= least
    groups: list[list[int]] = []  # first row, last row, start, end
    for row, start, end in zip(
        rows[long].tolist(), starts[long].tolist(), ends[long].tolist(), strict=True
    ):
        for group in reversed(groups[-60:]):
            if row - group[1] <= 2 and start < group[3] and group[2] < end:
                group[1] = row
                group[2], group[3] = min(group[2], start), max(group[3], end)
                break
        else:
            groups.append([row, row, start, end])
    return [((a + b) / 2, start, end) for a, b, start, end in groups if b - a <= 4 * _REACH]
