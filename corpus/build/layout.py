"""Sets the blocks of a brief on pages: columns, notes at their foot, tables, boxes, furniture.

A `Sheet` says what the pages of one design look like; `Press` fills them, line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO

from brief_source import Block, Brief, Run, plain, runs
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from typeset import FACES, Line, Style, lines

Furniture = Callable[["Press"], None]


@dataclass(frozen=True)
class Frame:
    """A column: left edge, top, width, bottom; points from the lower left of the page."""

    x: float
    top: float
    width: float
    bottom: float


@dataclass(frozen=True)
class Sheet:
    """What every page of a design has. `label` turns a physical page (from 1) into the printed."""

    size: tuple[float, float]
    columns: tuple[Frame, ...]
    first: tuple[Frame, ...]
    body: Style
    headings: tuple[Style, ...]
    note: Style
    label: Callable[[int], str] = str
    furniture: Furniture | None = None
    after: Furniture | None = None
    bullet: str = "•"
    numbered: bool = False
    rules: bool = True
    repeat_header: bool = True
    heading_page: bool = False
    accent: str = "#000000"
    margin_box: Frame | None = None
    box_fill: str = "#eeeeee"
    outline: bool = False
    table_size: float = 9.0
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TocEntry:
    """A line of the contents."""

    text: str
    level: int
    page: str


class Press:
    """A canvas and a place on it. Everything goes on line by line, in reading order."""

    def __init__(self, brief: Brief, sheet: Sheet, *, bare: set[int] | None = None) -> None:
        self.brief, self.sheet = brief, sheet
        self.data = BytesIO()
        self.canvas = Canvas(
            self.data, pagesize=sheet.size, invariant=1, pageCompression=0,
            lang=sheet.meta.get("lang"),
        )  # fmt: skip
        if "title" in sheet.meta:
            self.canvas.setTitle(sheet.meta["title"])
        if "author" in sheet.meta:
            self.canvas.setAuthor(sheet.meta["author"])
        if "keywords" in sheet.meta:
            self.canvas.setKeywords(sheet.meta["keywords"])
        self.canvas.setCreator(sheet.meta.get("creator", "kb sample corpus"))
        self.page = 1
        self.toc: list[TocEntry] = []
        self.counts = [0, 0, 0]
        self.bare = bare or set()
        self.section = ""
        self.following = ""
        self.held: list[tuple[int, list[Line]]] = []
        self._enter(sheet.first)

    # --- pages and columns -----------------------------------------------------------------

    @property
    def label(self) -> str:
        return self.sheet.label(self.page)

    @property
    def frame(self) -> Frame:
        return self.frames[self.column]

    @property
    def floor(self) -> float:
        """The lowest baseline that is free: above the notes of this column."""
        height = sum(len(note) for _, note in self.held) * self.sheet.note.leading
        return self.frame.bottom + height + (12.0 if self.held else 0.0)

    def _enter(self, frames: tuple[Frame, ...]) -> None:
        self.frames, self.column = frames, 0
        self.y = self.frame.top
        self.fresh = True
        self.box_y = self.sheet.margin_box.top if self.sheet.margin_box else 0.0
        if self.sheet.furniture and self.page not in self.bare:
            self.sheet.furniture(self)

    def _notes(self) -> None:
        """The notes of a column, below a short rule at its foot."""
        if not self.held:
            return
        y = self.frame.bottom + sum(len(n) for _, n in self.held) * self.sheet.note.leading
        self.canvas.setLineWidth(0.5)
        self.canvas.setStrokeColor(HexColor("#000000"))
        self.canvas.line(self.frame.x, y + 4, self.frame.x + 60, y + 4)
        for _, note in self.held:
            for line in note:
                y -= line.style.leading
                self._draw(line, self.frame.x, y)
        self.held = []

    def next_column(self) -> None:
        """On to the next column, or page."""
        self._notes()
        if self.column + 1 < len(self.frames):
            self.column += 1
            self.y, self.fresh = self.frame.top, True
        else:
            self.next_page()

    def next_page(self) -> None:
        self.end_page()
        self.page += 1
        self._enter(self.sheet.columns)

    def end_page(self) -> None:
        self._notes()
        if self.sheet.after and self.page not in self.bare:
            self.sheet.after(self)
        self.canvas.showPage()

    def room(self, height: float) -> bool:
        return self.y - height >= self.floor

    # --- lines -----------------------------------------------------------------------------

    def _draw(self, line: Line, x: float, y: float) -> None:
        text = self.canvas.beginText(x + line.x, y)
        text.setFillColor(HexColor(line.style.colour))
        text.setWordSpace(line.space)
        for piece in line.pieces:
            text.setFont(piece.font, piece.size)
            text.setRise(piece.rise)
            text.textOut(piece.text)
        self.canvas.drawText(text)

    def write(self, text: str, x: float, y: float, style: Style, width: float = 500.0) -> float:
        """Text at a place, outside the flow (furniture, covers); the baseline after it."""
        for line in lines(runs(text), style, width):
            self._draw(line, x, y)
            y -= style.leading
        return y

    def put(self, line: Line) -> None:
        """One line of the flow; moves on when it, or the notes that it calls, would not fit."""
        notes = [self._note(n) for n in line.notes]
        tall = sum(len(n) for n in notes) * self.sheet.note.leading + (12.0 if notes else 0.0)
        if not self.room(line.style.leading + tall) and not self.fresh:
            self.next_column()
        self.held += list(zip(line.notes, notes, strict=True))
        self.y -= line.style.leading
        if line.mark:
            mark = replace(line, pieces=lines([Run(line.mark)], replace(
                line.style, left=0.0, first=0.0, mark="", align="left"), 99)[0].pieces, space=0.0)
            self._draw(replace(mark, x=line.style.left - 14), self.frame.x, self.y)
        self._draw(line, self.frame.x, self.y)
        self.fresh = False

    def _note(self, number: int) -> list[Line]:
        style = self.sheet.note
        call = Run(str(number), note=number)
        text = [Run(" "), *runs(self.brief.notes[number])]
        first = style.but(first=0.0)
        set_lines = lines([call, *text], first, self.frame.width)
        return [replace(ln, notes=()) for ln in set_lines]

    def para(self, text: str | list[Run], style: Style, keep: int = 1) -> None:
        """A paragraph; at least `keep` of its lines stand where it begins."""
        set_lines = lines(runs(text) if isinstance(text, str) else text, style, self.frame.width)
        if not self.fresh:
            self.y -= style.before
        if not self.room(min(keep, len(set_lines)) * style.leading) and not self.fresh:
            self.next_column()
        for line in set_lines:
            self.put(line)
        self.y -= style.after

    # --- blocks ----------------------------------------------------------------------------

    def heading(self, block: Block) -> None:
        level = block.level - 1
        style = self.sheet.headings[level]
        self.counts[level] += 1
        self.counts[level + 1 :] = [0] * (len(self.counts) - level - 1)
        number = ".".join(str(n) for n in self.counts[: level + 1])
        unnumbered = block.text in {"Referencias", "References", "Fuentes", "Sources"}
        shown = self.sheet.numbered and not unnumbered
        text = f"{number}. {block.text}" if shown else block.text
        if self.sheet.heading_page and level == 0:
            if self.page > 1 or not self.fresh:
                self.next_page()
            self.section = text
            self.toc.append(TocEntry(text, level, self.label))
            self._outline(text, level)
            return
        tall = style.before + style.leading + 3 * self.sheet.body.leading
        if self.following == "heading":
            tall += 2.5 * self.sheet.headings[-1].leading
        if not self.room(tall) and not self.fresh:
            self.next_column()
        if level == 0:
            self.section = text
        self.toc.append(TocEntry(text, level, self.label))
        self._outline(text, level)
        self.para(text, style, keep=1)

    def _outline(self, text: str, level: int) -> None:
        if self.sheet.outline:
            key = f"s{len(self.toc)}"
            self.canvas.bookmarkPage(key)
            self.canvas.addOutlineEntry(plain(text), key, level=level, closed=False)

    def flow(self, blocks: tuple[Block, ...]) -> None:
        """All blocks in turn; a heading looks ahead so as not to end a page."""
        for n, block in enumerate(blocks):
            self.following = blocks[n + 1].kind if n + 1 < len(blocks) else ""
            self.block(block)

    def block(self, block: Block) -> None:
        body = self.sheet.body
        if block.kind == "heading":
            self.heading(block)
        elif block.kind == "paragraph":
            self.para(block.text, body, keep=2)
        elif block.kind == "item":
            mark = self.sheet.bullet if block.mark == "-" else block.mark
            self.para(block.text, body.but(
                left=body.left + 18, first=0.0, mark=mark, after=body.after * 0.6))
        elif block.kind == "table":
            self.table(block.rows)
        elif block.kind == "caption":
            self.y -= 4
            if not self.room(6 * body.leading):
                self.next_column()
            self.para(block.text, body.but(
                bold=True, size=self.sheet.table_size, align="left", first=0.0, after=4, lang=None))
        elif block.kind == "source":
            self.para(block.text, body.but(
                italic=True, size=self.sheet.table_size - 1, align="left", first=0.0, lang=None))
        elif block.kind == "abstract":
            self.abstract(block)
        elif self.sheet.margin_box:
            self.side(block)
        else:
            self.boxed(block)

    def abstract(self, block: Block) -> None:
        body = self.sheet.body
        small = body.but(size=body.size - 1, leading=body.leading - 1.5, left=24, right=24, first=0.0)
        self.para(block.text, small.but(bold=True, align="left", after=2, before=6), keep=3)
        lang = "en" if block.text in {"Abstract", "Summary"} else "es"
        for part in block.parts:
            self.para(part.text, small.but(after=4, lang=small.lang and lang))
        self.y -= 6

    def _box_lines(self, block: Block, width: float) -> list[Line]:
        face = "sans" if self.sheet.body.face == "serif" else self.sheet.body.face
        small = Style(face, 8.6, 11.2, lang=None)
        out = lines(runs(block.text), small.but(bold=True, size=9.2, colour=self.sheet.accent), width)
        for part in block.parts:
            style = small.but(left=10, mark="•" if part.mark == "-" else part.mark) if part.mark else small
            out += lines(runs(part.text), style, width)
        return out

    def _frame_box(self, x: float, y: float, width: float, height: float) -> None:
        self.canvas.setFillColor(HexColor(self.sheet.box_fill))
        self.canvas.setStrokeColor(HexColor(self.sheet.accent))
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(x, y, width, height, fill=1, stroke=1)

    def _draw_box(self, set_lines: list[Line], x: float, y: float) -> None:
        for line in set_lines:
            y -= line.style.leading + (3 if line.first else 0)
            if line.mark:
                self.write(line.mark, x, y, line.style.but(left=0, mark=""), 60)
            self._draw(line, x, y)

    @staticmethod
    def _height(set_lines: list[Line]) -> float:
        return sum(line.style.leading + (3 if line.first else 0) for line in set_lines)

    def boxed(self, block: Block) -> None:
        """A framed box over the width of the column, never broken."""
        set_lines = self._box_lines(block, self.frame.width - 20)
        height = self._height(set_lines) + 14
        if not self.room(height + 8):
            self.next_column()
        self.y -= 4
        self._frame_box(self.frame.x, self.y - height, self.frame.width, height)
        self._draw_box(set_lines, self.frame.x + 10, self.y - 4)
        self.y -= height + 10
        self.fresh = False

    def side(self, block: Block) -> None:
        """A box in the margin, level with the text that it goes with."""
        place = self.sheet.margin_box
        assert place is not None
        set_lines = self._box_lines(block, place.width - 14)
        height = self._height(set_lines) + 14
        top = min(self.box_y, max(self.y, place.bottom + height))
        if top - height < place.bottom:
            self.next_page()
            top = place.top
        self._frame_box(place.x, top - height, place.width, height)
        self._draw_box(set_lines, place.x + 7, top - 4)
        self.box_y = top - height - 12

    # --- tables ----------------------------------------------------------------------------

    def _cell(self, text: str, width: float, *, bold: bool) -> list[Line]:
        size = self.sheet.table_size
        face = "sans" if self.sheet.body.face == "serif" else self.sheet.body.face
        style = Style(face, size, size + 2.4, bold=bold)
        return [replace(ln, notes=()) for ln in lines(runs(text), style, width - 8)]

    def _widths(self, rows: tuple[tuple[str, ...], ...]) -> list[float]:
        """Columns as wide as the square root of their longest cell."""
        weights = [max(len(row[n]) for row in rows) ** 0.5 for n in range(len(rows[0]))]
        size = self.sheet.table_size
        least = [
            8.5 + max(
                pdfmetrics.stringWidth(w, FACES["sans"][1], size) for row in rows for w in row[n].split() or [""]
            )
            for n in range(len(rows[0]))
        ]
        free = self.frame.width - sum(least)
        return [a + free * w / sum(weights) for a, w in zip(least, weights, strict=True)]

    def table(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Ruled rows; a row may break over a page between its lines."""
        widths = self._widths(rows)
        self._row(rows[0], widths, None, bold=True)
        for row in rows[1:]:
            self._row(row, widths, rows[0] if self.sheet.repeat_header else None, bold=False)
        self.y -= 10

    def _row(
        self, row: tuple[str, ...], widths: list[float], header: tuple[str, ...] | None, *, bold: bool
    ) -> None:
        cells = [self._cell(text, w, bold=bold) for text, w in zip(row, widths, strict=True)]
        step = self.sheet.table_size + 2.4
        done, total = 0, max(len(cell) for cell in cells)
        while done < total:
            fit = int((self.y - self.floor - 6) / step)
            if fit < min(2, total - done) and not self.fresh:
                self.next_column()
                if header:
                    self._row(header, widths, None, bold=True)
                continue
            take = min(fit, total - done)
            self._stripe([cell[done : done + take] for cell in cells], widths, take * step + 6, bold)
            done += take

    def _stripe(self, cells: list[list[Line]], widths: list[float], height: float, bold: bool) -> None:
        x, top = self.frame.x, self.y
        canvas = self.canvas
        if bold:
            canvas.setFillColor(HexColor(self.sheet.box_fill))
            canvas.rect(x, top - height, sum(widths), height, fill=1, stroke=0)
        canvas.setStrokeColor(HexColor("#555555"))
        canvas.setLineWidth(0.5)
        canvas.line(x, top, x + sum(widths), top)
        canvas.line(x, top - height, x + sum(widths), top - height)
        for cell, width in zip(cells, widths, strict=True):
            if self.sheet.rules:
                canvas.line(x, top, x, top - height)
            y = top - 2
            for line in cell:
                y -= line.style.leading
                self._draw(line, x + 4, y + 1)
            x += width
        if self.sheet.rules:
            canvas.line(x, top, x, top - height)
        self.y -= height
        self.fresh = False

    # --- contents --------------------------------------------------------------------------

    def contents(self, entries: list[TocEntry], style: Style) -> None:
        """Dot leaders from each heading to its printed page."""
        width = self.frame.width
        for entry in entries:
            face = style.but(bold=entry.level == 0, left=14.0 * entry.level)
            font = FACES[face.face][face.bold]
            room = width - face.left
            for text in (ln.pieces[0].text for ln in lines([Run(plain(entry.text))], face, width - 40)):
                last = text
            free = room - pdfmetrics.stringWidth(f"{last}  {entry.page}", font, face.size)
            dots = "." * int(free / pdfmetrics.stringWidth(".", font, face.size))
            self.para([Run(f"{plain(entry.text)} {dots} {entry.page}")], face)

    def finish(self) -> bytes:
        self.end_page()
        self.canvas.save()
        return self.data.getvalue()
