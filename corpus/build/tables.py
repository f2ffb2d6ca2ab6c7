"""Tables whose rows may break over a page between their lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from brief_source import runs
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from typeset import FACES, Line, Style, lines

if TYPE_CHECKING:
    from layout import Press


def _cell(press: Press, text: str, width: float, *, bold: bool) -> list[Line]:
    size = press.sheet.table_size
    face = "sans" if press.sheet.body.face == "serif" else press.sheet.body.face
    style = Style(face, size, size + 2.4, bold=bold)
    return [replace(ln, notes=()) for ln in lines(runs(text), style, width - 8)]


def _widths(press: Press, rows: tuple[tuple[str, ...], ...]) -> list[float]:
    """Columns as wide as the square root of their longest cell."""
    weights = [max(len(row[n]) for row in rows) ** 0.5 for n in range(len(rows[0]))]
    size = press.sheet.table_size
    face = press.sheet.body.face
    bold = FACES["sans" if face == "serif" else face][1]
    least = [
        8.5
        + max(pdfmetrics.stringWidth(w, bold, size) for row in rows for w in row[n].split() or [""])
        for n in range(len(rows[0]))
    ]
    free = press.frame.width - sum(least)
    return [a + free * w / sum(weights) for a, w in zip(least, weights, strict=True)]


def table(press: Press, rows: tuple[tuple[str, ...], ...]) -> None:
    """Ruled rows; a row may break over a page between its lines."""
    widths = _widths(press, rows)
    _row(press, rows[0], widths, None, bold=True)
    for row in rows[1:]:
        _row(press, row, widths, rows[0] if press.sheet.repeat_header else None, bold=False)
    press.y -= 10


def _row(
    press: Press,
    row: tuple[str, ...],
    widths: list[float],
    header: tuple[str, ...] | None,
    *,
    bold: bool,
) -> None:
    cells = [_cell(press, text, w, bold=bold) for text, w in zip(row, widths, strict=True)]
    step = press.sheet.table_size + 2.4
    done, total = 0, max(len(cell) for cell in cells)
    while done < total:
        fit = int((press.y - press.floor - 6) / step)
        if fit < min(2, total - done) and not press.fresh:
            press.next_column()
            if header:
                _row(press, header, widths, None, bold=True)
            continue
        take = min(fit, total - done)
        _stripe(press, [cell[done : done + take] for cell in cells], widths, take * step + 6, bold)
        done += take


def _stripe(
    press: Press, cells: list[list[Line]], widths: list[float], height: float, bold: bool
) -> None:
    x, top = press.frame.x, press.y
    canvas = press.canvas
    if bold:
        canvas.setFillColor(HexColor(press.sheet.box_fill))
        canvas.rect(x, top - height, sum(widths), height, fill=1, stroke=0)
    canvas.setStrokeColor(HexColor("#555555"))
    canvas.setLineWidth(0.5)
    canvas.line(x, top, x + sum(widths), top)
    canvas.line(x, top - height, x + sum(widths), top - height)
    for cell, width in zip(cells, widths, strict=True):
        if press.sheet.rules:
            canvas.line(x, top, x, top - height)
        y = top - 2
        for line in cell:
            y -= line.style.leading
            press.draw(line, x + 4, y + 1)
        x += width
    if press.sheet.rules:
        canvas.line(x, top, x, top - height)
    press.y -= height
    press.fresh = False
