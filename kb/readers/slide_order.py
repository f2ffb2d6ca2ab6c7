"""The order in which the shapes of a slide are read, by where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_SLACK = 0.15  # of the smaller of two shapes: how far they may overlap and still be apart


class Area(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int


def in_reading_order(areas: Sequence[Area | None]) -> list[int]:
    """Places of `areas` in reading order; those that stand nowhere come first, as given.

    The slide is cut where the widest empty strip leads through it, down or across, and each half
    likewise: columns are read one after the other, rows too (recursive XY cut, Nagy and Seth,
    ICPR 1984).
    """
    nowhere = [i for i, area in enumerate(areas) if area is None]
    stated = [(i, area) for i, area in enumerate(areas) if area is not None]
    return nowhere + _cut(stated)


def _cut(items: list[tuple[int, Area]]) -> list[int]:
    done: list[int] = []
    waiting = [items]
    while waiting:
        group = waiting.pop()
        if len(group) < 2:
            done += [i for i, _ in group]
            continue
        across = _widest([(a.top, a.bottom) for _, a in group])
        down = _widest([(a.left, a.right) for _, a in group])
        if across is None and down is None:
            done += [i for i, a in sorted(group, key=lambda item: (item[1].top, item[1].left))]
        elif down is not None and (across is None or down[0] >= across[0]):
            at = down[1]
            waiting.append([item for item in group if item[1].left + item[1].right > 2 * at])
            waiting.append([item for item in group if item[1].left + item[1].right <= 2 * at])
        elif across is not None:
            at = across[1]
            waiting.append([item for item in group if item[1].top + item[1].bottom > 2 * at])
            waiting.append([item for item in group if item[1].top + item[1].bottom <= 2 * at])
    return done


def _widest(edges: list[tuple[int, int]]) -> tuple[float, float] | None:
    """(width, middle) of the widest strip that parts the intervals; a small overlap, a strip of
    width below 0, still parts them."""
    ordered = sorted(edges)
    best: tuple[float, float] | None = None
    end, least = ordered[0][1], ordered[0][1] - ordered[0][0]
    for start, stop in ordered[1:]:
        gap = start - end
        if gap >= -_SLACK * min(least, stop - start) and (best is None or gap > best[0]):
            best = (gap, (start + end) / 2)
        end, least = max(end, stop), min(least, stop - start)
    return best
