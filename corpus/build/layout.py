"""Sets the blocks of a brief on pages: columns, notes at their foot, tables, boxes, furniture.

A `Sheet` says what the pages of one design look like; `Press` fills them, line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import md5
from io import BytesIO

import boxes
import tables
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
        self.canvas.setTitle(sheet.meta.get("title", ""))
        self.canvas.setAuthor(sheet.meta.get("author", ""))
        self.canvas.setKeywords(sheet.meta.get("keywords", ""))
        self.canvas.setSubject(sheet.meta.get("subject", ""))
        # The canvas has no door for its date, and the year 2000 would be a lie in every file.
        self.canvas._doc._timeStamp.YMDhms = (int(brief.meta["year"]), 6, 15, 12, 0, 0)
        digest = md5(brief.name.encode(), usedforsecurity=False).hexdigest()
        self.canvas._doc._ID = (
            f"[<{digest}> <{digest}>]".encode()
        )  # else SOURCE_DATE_EPOCH is in it
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
                self.draw(line, self.frame.x, y)
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

    def draw(self, line: Line, x: float, y: float) -> None:
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
            self.draw(line, x, y)
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
            mark = replace(
                line,
                pieces=lines(
                    [Run(line.mark)],
                    replace(line.style, left=0.0, first=0.0, mark="", align="left"),
                    99,
                )[0].pieces,
                space=0.0,
            )
            self.draw(
                replace(mark, x=line.style.left - line.style.size * 1.35), self.frame.x, self.y
            )
        self.draw(line, self.frame.x, self.y)
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
            self.para(
                block.text,
                body.but(
                    left=body.left + body.size * 1.75, first=0.0, mark=mark, after=body.after * 0.6
                ),
            )
        elif block.kind == "table":
            tables.table(self, block.rows)
        elif block.kind == "caption":
            self.y -= 4
            if not self.room(6 * body.leading):
                self.next_column()
            self.para(
                block.text,
                body.but(
                    bold=True,
                    size=self.sheet.table_size,
                    align="left",
                    first=0.0,
                    after=4,
                    lang=None,
                ),
            )
        elif block.kind == "source":
            self.para(
                block.text,
                body.but(
                    italic=True, size=self.sheet.table_size - 1, align="left", first=0.0, lang=None
                ),
                keep=3,
            )
        elif block.kind == "abstract":
            self.abstract(block)
        elif self.sheet.margin_box:
            boxes.side(self, block)
        else:
            boxes.boxed(self, block)

    def abstract(self, block: Block) -> None:
        body = self.sheet.body
        small = body.but(
            size=body.size - 1, leading=body.leading - 1.5, left=24, right=24, first=0.0
        )
        self.para(block.text, small.but(bold=True, align="left", after=2, before=6), keep=3)
        lang = "en" if block.text in {"Abstract", "Summary"} else "es"
        for part in block.parts:
            self.para(part.text, small.but(after=4, lang=small.lang and lang))
        self.y -= 6

    # --- contents --------------------------------------------------------------------------

    def contents(self, entries: list[TocEntry], style: Style) -> None:
        """Dot leaders from each heading to its printed page."""
        width = self.frame.width
        for entry in entries:
            face = style.but(bold=entry.level == 0, left=14.0 * entry.level)
            font = FACES[face.face][face.bold]
            room = width - face.left
            for text in (
                ln.pieces[0].text for ln in lines([Run(plain(entry.text))], face, width - 40)
            ):
                last = text
            free = room - pdfmetrics.stringWidth(f"{last}  {entry.page}", font, face.size)
            dots = "." * int(free / pdfmetrics.stringWidth(".", font, face.size))
            self.para([Run(f"{plain(entry.text)} {dots} {entry.page}")], face)

    def finish(self) -> bytes:
        self.end_page()
        self.canvas.save()
        return self.data.getvalue()
