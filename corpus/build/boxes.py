"""Boxed texts: over the width of the column, or in the margin beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brief_source import Block, runs
from reportlab.lib.colors import HexColor
from typeset import Line, Style, lines

if TYPE_CHECKING:
    from layout import Press


def _box_lines(press: Press, block: Block, width: float) -> list[Line]:
    face = "sans" if press.sheet.body.face == "serif" else press.sheet.body.face
    size = max(8.6, press.sheet.body.size * 0.8)
    small = Style(face, size, size * 1.3, lang=None)
    title = small.but(bold=True, size=size * 1.07, colour=press.sheet.accent)
    out = lines(runs(block.text), title, width)
    for part in block.parts:
        mark = "•" if part.mark == "-" else part.mark
        style = small.but(left=size * 1.3, mark=mark) if mark else small
        out += lines(runs(part.text), style, width)
    return out


def _frame_box(press: Press, x: float, y: float, width: float, height: float) -> None:
    press.canvas.setFillColor(HexColor(press.sheet.box_fill))
    press.canvas.setStrokeColor(HexColor(press.sheet.accent))
    press.canvas.setLineWidth(0.6)
    press.canvas.rect(x, y, width, height, fill=1, stroke=1)


def _draw_box(press: Press, set_lines: list[Line], x: float, y: float) -> None:
    for line in set_lines:
        y -= line.style.leading + (3 if line.first else 0)
        if line.mark:
            press.write(line.mark, x, y, line.style.but(left=0, mark=""), 60)
        press.draw(line, x, y)


def _height(set_lines: list[Line]) -> float:
    return sum(line.style.leading + (3 if line.first else 0) for line in set_lines)


def boxed(press: Press, block: Block) -> None:
    """A framed box over the width of the column, never broken."""
    set_lines = _box_lines(press, block, press.frame.width - 20)
    height = _height(set_lines) + 14
    if not press.room(height + 8):
        press.next_column()
    press.y -= 4
    _frame_box(press, press.frame.x, press.y - height, press.frame.width, height)
    _draw_box(press, set_lines, press.frame.x + 10, press.y - 4)
    press.y -= height + 10
    press.fresh = False


def side(press: Press, block: Block) -> None:
    """A box in the margin, level with the text that it goes with."""
    place = press.sheet.margin_box
    assert place is not None
    set_lines = _box_lines(press, block, place.width - 14)
    height = _height(set_lines) + 14
    top = min(press.box_y, max(press.y, place.bottom + height))
    if top - height < place.bottom:
        press.next_page()
        top = place.top
    _frame_box(press, place.x, top - height, place.width, height)
    _draw_box(press, set_lines, place.x + 7, top - 4)
    press.box_y = top - height - 12
