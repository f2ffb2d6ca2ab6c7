"""PDF -> blocks in reading order, with the place of every printed line.

    bytes -> pdf_open (limits, password, repair) -> pdf_words (words with places)
          -> furniture (heads, feet, notes) -> layout (columns, lines) -> paragraphs, headings

Pages without usable text go through `ocr` where it may run; what stays unread is named.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import radians, sin

from kb.config import Settings
from kb.datatypes import Block, RawDocument
from kb.errors import ReadError
from kb.readers import (
    cleaning,
    columns,
    furniture,
    headings,
    layout,
    paragraphs,
    pdf_pages,
    table_drafts,
)
from kb.readers.aligned import aligned_tables
from kb.readers.furniture import PageRows
from kb.readers.hyphens import Mender
from kb.readers.layout import Line
from kb.readers.pdf_about import About, read_about
from kb.readers.pdf_drawing import PageText, Word
from kb.readers.pdf_open import open_pdf
from kb.readers.pdf_tables import Table, find_tables
from kb.readers.pdf_words import SLANTED


@dataclass(slots=True)
class _Page:
    """One page's lines by direction of writing; `rows` of the main direction."""

    text: PageText
    turn: int
    rows: PageRows
    others: list[Line] = field(default_factory=list)
    slanted: list[Line] = field(default_factory=list)  # watermarks
    tables: dict[int, Table] = field(default_factory=dict)  # by id of the line that holds its place


def read(data: bytes, *, name: str, settings: Settings, password: str | None = None) -> RawDocument:
    """Read a PDF. Raises ReadError, codes `pdf_...`, when nothing of it can be read.

    One without text that carries files has no blocks, and the reason among its warnings.
    """
    with _no_collection():
        return _read(data, name=name, settings=settings, password=password)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Words and lines make no cycles, and looking for some costs a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(data: bytes, *, name: str, settings: Settings, password: str | None) -> RawDocument:
    with open_pdf(data, name=name, password=password) as opened:
        about = read_about(opened.document, data, password=password)
        try:
            pages = pdf_pages.read_pages(opened, data, name=name, settings=settings)
        except ReadError as error:
            if not about.attachments:
                raise
            pages = pdf_pages.Pages(problems=[error.problem(name)])
        count = len(opened.document) - pages.repeated
    links = tuple(dict.fromkeys(link for text in pages.texts for link in text.links))
    blocks, labels = build(
        pages.texts,
        outline=about.outline,
        links=links,
        scanned=pages.recognised,
        stated=about.page_labels,
    )
    if not blocks and not about.attachments:
        raise ReadError("pdf_no_text", pages=count)
    if not blocks and not pages.problems:
        pages.problems.append(ReadError("pdf_no_text", pages=count).problem(name))
    return RawDocument(
        tuple(blocks),
        format="pdf",
        title=_title(about.title, blocks),
        authors=about.authors,
        year=about.year,
        publisher=about.publisher,
        url=about.url,
        lang=about.lang,
        pages=count,
        page_labels=_labels(about, labels, count),
        links=links,
        outline=about.outline,
        metadata=about.metadata,
        attachments=about.attachments,
        warnings=tuple(pages.problems),
    )


def _title(stated: str | None, blocks: Sequence[Block]) -> str | None:
    """The title that the metadata state; the printed one where they state none, or cut it."""
    printed = next((block.text for block in blocks if block.kind == "title"), None)
    if stated is None or (printed and printed.casefold().startswith(stated.casefold())):
        return printed or stated
    return stated


def _labels(about: About, printed: dict[int, str], pages: int) -> tuple[str, ...]:
    """Labels that the file states; else the printed numbers, gaps filled where they count on."""
    if about.page_labels:
        return about.page_labels
    if not printed:
        return ()
    numbers = {page: int(label) for page, label in printed.items() if label.isdigit()}
    offsets = [number - page for page, number in numbers.items()]
    offset = max(set(offsets), key=offsets.count) if offsets else None
    labels = []
    for page in range(1, pages + 1):
        label = printed.get(page)
        if label is None and offset is not None and page + offset > 0:
            label = str(page + offset)
        labels.append(label or "")
    return tuple(labels)


def build(
    texts: Sequence[PageText],
    *,
    outline: headings.Outline = (),
    links: Sequence[str] = (),
    scanned: frozenset[int] = frozenset(),
    stated: Sequence[str] = (),
) -> tuple[list[Block], dict[int, str]]:
    """Blocks of all pages in reading order, and the printed page numbers found.

    `stated` are the labels of the pages by the file's own word.
    """
    cleaning.clean.cache_clear()  # lines of one document come again, those of another do not
    pages = [_page(text) for text in texts if text.words]
    rows = [page.rows for page in pages]
    size = furniture.body_size(
        rows,
        (
            line
            for page in pages
            for table in page.tables.values()
            for row in table.rows
            for cell in row
            for line in cell.lines
        ),
    )
    furniture.take_furniture(rows, size, labels=stated)
    furniture.take_notes(rows, size)
    lines: list[Line] = []
    around: list[tuple[str, Line]] = []
    notes: list[Line] = []
    tables: dict[int, Table] = {}
    notes_and_cells: list[Line] = []
    for page in pages:
        main = [line for row in page.rows.rows for line in row]
        ordered = columns.reading_order(main)
        beneath = furniture.column_notes(ordered, page.rows, size)
        for line in [*ordered, *page.others]:
            line.box = _shown(line, page)
            if line.kind:
                table = page.tables[id(line)]
                tables[id(line)] = table
                inside = [one for row in table.rows for cell in row for one in cell.lines]
                for one in inside:
                    one.box = _shown(one, page)
                notes_and_cells += inside
        lines += [*ordered, *page.others]
        for kind, taken in (("head", page.rows.heads), ("foot", page.rows.feet)):
            for row in taken:
                line = layout.row_line(row)
                line.box = _shown(line, page)
                around.append((kind, line))
        for line in page.slanted:
            line.box = _shown(line, page)
            around.append(("foot", line))
        below = columns.reading_order([line for row in page.rows.notes for line in row])
        for line in [*beneath, *below]:
            line.box = _shown(line, page)
            notes.append(line)
    notes_and_cells += notes
    every = [line for line in [*lines, *notes_and_cells] if not line.kind]
    mender = Mender([cleaning.clean(line.text) for line in every], links=links)
    usual = paragraphs.leading(every)
    paragraphs.narrow(lines, usual)
    joiner = paragraphs.Joiner(usual, size, scanned=scanned, hanging=paragraphs.hanging(lines))
    drafts = joiner.group(lines)
    for draft in drafts:
        paragraphs.write(draft, mender)
    table_drafts.join_pages(
        [(place, tables[id(line)]) for place, line in enumerate(lines) if line.kind]
    )
    drafts = [
        one
        for draft in drafts
        for one in (
            table_drafts.row_drafts(tables[id(draft.first)], joiner, mender)
            if draft.first.kind
            else [draft]
        )
    ]
    headings.find_headings(drafts, size, outline, mender)
    headings.mark_sections(drafts)
    drafts = headings.join_references(drafts, mender)
    note_drafts = paragraphs.group_notes(notes, mender)
    furniture_drafts = []
    for kind, line in around:
        draft = paragraphs.Draft("head" if kind == "head" else "foot", [line])
        paragraphs.write(draft, mender)
        furniture_drafts.append(draft)
    blocks = [
        paragraphs.block(draft)
        for draft in _woven(drafts, note_drafts, furniture_drafts)
        if draft.text
    ]
    return blocks, {row.number: row.label for row in rows if row.label is not None}


def _woven(
    drafts: list[paragraphs.Draft],
    notes: list[paragraphs.Draft],
    around: list[paragraphs.Draft],
) -> list[paragraphs.Draft]:
    """Heads before, notes and feet after the blocks that begin on their page."""
    pages: dict[int, list[list[paragraphs.Draft]]] = {}
    for place, group in ((1, drafts), (2, notes)):
        for draft in group:
            pages.setdefault(draft.first.page, [[], [], [], []])[place].append(draft)
    for draft in around:
        place = 0 if draft.kind == "head" else 3
        pages.setdefault(draft.first.page, [[], [], [], []])[place].append(draft)
    return [draft for page in sorted(pages) for group in pages[page] for draft in group]


def _page(text: PageText) -> _Page:
    """Segments of the page, words of its main direction turned upright first."""
    turn = max(text.words, key=lambda one: len(text.words[one]))
    width, height = (text.height, text.width) if turn in (90, 270) else (text.width, text.height)
    main = [_turned(word, turn, text) for word in text.words[turn]] if turn else text.words[0]
    if turn == SLANTED:  # nothing is level: the order of drawing is all there is
        slanted = layout.make_line(main, text.number)
        return _Page(text, 0, furniture.page_rows(text.number, width, height, [slanted], []))
    rules = text.rules if turn == 0 else []
    tables, main = find_tables(main, rules, text.number)
    segs = layout.segments(main, text.number)
    loose, segs = aligned_tables(segs, text.number)
    tables += loose
    places = [layout.placeholder(table.box, text.number) for table in tables]
    rows = furniture.page_rows(text.number, width, height, [*segs, *places], rules)
    page = _Page(text, turn, rows)
    page.tables = {id(place): table for place, table in zip(places, tables, strict=True)}
    for other, words in text.words.items():
        if other == SLANTED:
            page.slanted.append(layout.make_line(words, text.number))
        elif other != turn:
            found = layout.segments([_turned(w, other, text) for w in words], text.number)
            for line in columns.reading_order(found):
                line.turn = other
                line.region += 1000 + other
                page.others.append(line)
    return page


def _turned(word: Word, turn: int, text: PageText) -> Word:
    """The word on the page turned so that its writing runs from left to right."""
    if turn in (0, SLANTED):
        return word
    x0, y0, x1, y1, base = word.x0, word.y0, word.x1, word.y1, word.base
    if turn == 90:  # writing runs downwards
        word.x0, word.y0, word.x1, word.y1 = y0, text.width - x1, y1, text.width - x0
        word.base = text.width - base
    elif turn == 270:  # writing runs upwards
        word.x0, word.y0, word.x1, word.y1 = text.height - y1, x0, text.height - y0, x1
    else:
        word.x0, word.x1 = text.width - x1, text.width - x0
        word.y0, word.y1 = text.height - y1, text.height - y0
        word.base = text.height - base
    return word


def _shown(line: Line, page: _Page) -> tuple[float, float, float, float]:
    """The line's box on the page as it is shown."""
    turn = line.turn or page.turn
    text = page.text
    x0, y0, x1, y1 = line.x0, line.y0, line.x1, line.y1
    if text.skew:  # where the line was before the scan was set straight
        angle = radians(text.skew)
        dx, dy = (x0 + x1 - text.width) / 2, (y0 + y1 - text.height) / 2
        left, down = -dy * sin(angle), dx * sin(angle)
        return x0 + left, y0 + down, x1 + left, y1 + down
    if turn == 90:
        return text.width - y1, x0, text.width - y0, x1
    if turn == 270:
        return y0, text.height - x1, y1, text.height - x0
    if turn == 180:
        return text.width - x1, text.height - y1, text.width - x0, text.height - y0
    return x0, y0, x1, y1
