"""Runs of text -> lines of a given width: faces, justification, line-end hyphens, note calls."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import reportlab
from brief_source import Run
from hyphens import breaks
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

#: face -> regular, bold, italic, bold italic. Vera is free to embed and comes with reportlab.
FACES = {
    "serif": ("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"),
    "sans": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique"),
    "vera": ("Vera", "VeraBd", "VeraIt", "VeraBI"),
}


def register_fonts() -> None:
    """Make the embedded faces known."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in FACES["vera"]:
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


@dataclass(frozen=True)
class Style:
    """How a paragraph looks; lengths in points. `lang` switches hyphenation on."""

    face: str = "serif"
    size: float = 10.5
    leading: float = 13.5
    align: str = "left"
    first: float = 0.0
    left: float = 0.0
    right: float = 0.0
    before: float = 0.0
    after: float = 6.0
    bold: bool = False
    italic: bool = False
    colour: str = "#000000"
    lang: str | None = None
    mark: str = ""

    def but(self, **changes: Any) -> Style:
        return replace(self, **changes)


@dataclass(frozen=True)
class Piece:
    """Text in one font."""

    text: str
    font: str
    size: float
    rise: float = 0.0

    @property
    def width(self) -> float:
        return float(pdfmetrics.stringWidth(self.text, self.font, self.size))


@dataclass
class Word:
    """Pieces without a blank between them, and the notes that they call."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)

    @property
    def width(self) -> float:
        return sum(piece.width for piece in self.pieces)


@dataclass(frozen=True)
class Line:
    """A set line: pieces with blanks inside them, the stretch of a blank, x offset, notes."""

    pieces: tuple[Piece, ...]
    space: float
    x: float
    style: Style
    notes: tuple[int, ...] = ()
    mark: str = ""
    first: bool = False
    last: bool = False


def _font(style: Style, run: Run) -> str:
    bold, italic = style.bold or run.bold, style.italic != run.italic
    return FACES[style.face][bold + 2 * italic]


def words(runs: list[Run], style: Style) -> list[Word]:
    """Words of runs; a note call sticks to the word before it."""
    out: list[Word] = []
    glue = False
    for run in runs:
        font = _font(style, run)
        if run.note is not None:
            if not out:
                out.append(Word())
            out[-1].pieces.append(Piece(run.text, font, style.size * 0.62, style.size * 0.34))
            out[-1].notes.append(run.note)
            glue = True
            continue
        for n, token in enumerate(run.text.split(" ")):
            if token:
                if not (n == 0 and glue and out):
                    out.append(Word())
                out[-1].pieces.append(Piece(token, font, style.size))
        glue = not run.text.endswith(" ")
    return out


def _break(word: Word, room: float, lang: str) -> tuple[Word, Word] | None:
    """The longest beginning of a word that fits, with its hyphen, and the rest."""
    head = word.pieces[0]
    if head.rise:
        return None
    for left, right in breaks(head.text, lang):
        piece = replace(head, text=left)
        if piece.width <= room:
            rest = [replace(head, text=right), *word.pieces[1:]]
            return Word([piece]), Word(rest, word.notes)
    return None


def _line(held: list[Word], style: Style, width: float, *, first: bool, last: bool) -> Line:
    """One line: neighbours in one font share a piece, so that blanks are real characters."""
    blank = pdfmetrics.stringWidth(" ", FACES[style.face][0], style.size)
    pieces: list[Piece] = []
    for n, word in enumerate(held):
        for m, piece in enumerate(word.pieces):
            text = (" " if n and not m else "") + piece.text
            before = pieces[-1] if pieces else None
            if before and (before.font, before.size, before.rise) == (
                piece.font,
                piece.size,
                piece.rise,
            ):
                pieces[-1] = replace(before, text=before.text + text)
            else:
                pieces.append(replace(piece, text=text))
    natural = sum(piece.width for piece in pieces)
    gaps = sum(piece.text.count(" ") for piece in pieces)
    space, x = 0.0, 0.0
    if style.align == "justify" and not last and gaps:
        space = (width - natural) / gaps
        space = space if space < 4 * blank else 0.0
    elif style.align == "centre":
        x = (width - natural) / 2
    elif style.align == "right":
        x = width - natural
    notes = tuple(note for word in held for note in word.notes)
    return Line(tuple(pieces), space, x, style, notes, first=first, last=last)


def lines(runs: list[Run], style: Style, width: float) -> list[Line]:
    """Greedy line breaking; a justified paragraph's last line is not stretched."""
    width -= style.left + style.right
    todo = words(runs, style)
    out: list[Line] = []
    blank = pdfmetrics.stringWidth(" ", FACES[style.face][0], style.size)
    hyphened = 0
    while todo:
        room = width - (style.first if not out else 0.0)
        held: list[Word] = []
        used = 0.0
        broke = False
        while todo and not broke:
            gap = blank if held else 0.0
            if used + gap + todo[0].width <= room:
                used += gap + todo[0].width
                held.append(todo.pop(0))
                continue
            split = None
            if style.lang and hyphened < 3 and room - used > 3.5 * blank:
                split = _break(todo[0], room - used - gap, style.lang)
            if split:
                held.append(split[0])
                todo[0] = split[1]
            elif not held:
                held.append(todo.pop(0))
            broke = True
            hyphened = hyphened + 1 if split else 0
        line = _line(held, style, room, first=not out, last=not todo)
        shift = style.left + (style.first if not out else 0.0)
        out.append(replace(line, x=line.x + shift, mark=style.mark if not out else ""))
    return out
