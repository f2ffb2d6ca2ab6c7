"""Seven designs of a CV: classic, modern, two columns, sidebar left or right, table, timeline."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from profiles_data import Person
from profiles_pdf import (
    Flow,
    Look,
    body_flow,
    doc_options,
    foot,
    lines_flow,
    look_of,
    page_size,
    para,
    section_flow,
)
from profiles_sheet import Entry, Section, Sheet
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

Design = Callable[[Person, Sheet, io.BytesIO], None]


def _simple(person: Person, buffer: io.BytesIO, flow: Flow, *, margin: float = 56) -> None:
    doc = SimpleDocTemplate(
        buffer,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=46,
        bottomMargin=44,
        **doc_options(person),
    )
    draw = foot(person)
    doc.build(flow, onFirstPage=draw, onLaterPages=draw)


def _header(sheet: Sheet, look: Look) -> Flow:
    return [
        para(sheet.name, look.name),
        para(sheet.headline, look.headline),
        para(" · ".join(sheet.contact), look.contact),
    ]


def classic(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """One column, header in the middle, a rule under each heading."""
    look = look_of(person, centred=True)
    flow = _header(sheet, look)
    for section in sheet.sections:
        flow += section_flow(section, look, rule=True)
    _simple(person, buffer, flow)


def modern(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """One column, header at the left, dates before the post, skills in running text."""
    look = look_of(person)
    flow = [*_header(sheet, look), HRFlowable(width="100%", thickness=2.2, color=look.colour)]
    for section in sheet.sections:
        flow += section_flow(section, look, inline=True, dates_first=True)
    _simple(person, buffer, flow, margin=50)


def two_columns(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """Header across the page, then all sections in two columns."""
    look = look_of(person, size=8.8)
    width, height = page_size(person)
    margin, gap = 40.0, 20.0
    header = [*_header(sheet, look), HRFlowable(width="100%", thickness=1, color=look.colour)]
    tall = sum(part.wrap(width - 2 * margin - 12, height)[1] for part in header) + 22
    column = (width - 2 * margin - gap) / 2
    right = margin + column + gap

    def frames(top: float) -> list[Frame]:
        return [Frame(x, 38, column, top - 38, id=f"c{x:.0f}") for x in (margin, right)]

    head = Frame(margin, height - 36 - tall, width - 2 * margin, tall, id="header")
    draw = foot(person)
    doc = BaseDocTemplate(buffer, **doc_options(person))
    doc.addPageTemplates(
        [
            PageTemplate("first", [head, *frames(height - 40 - tall)], onPage=draw),
            PageTemplate("later", frames(height - 40), onPage=draw),
        ]
    )
    flow: Flow = [NextPageTemplate("later"), *header, FrameBreak()]
    for section in sheet.sections:
        flow += section_flow(section, look)
    doc.build(flow)


def _white(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name}-white", parent=style, textColor=colors.white)


def _sidebar(person: Person, sheet: Sheet, buffer: io.BytesIO, *, left: bool) -> None:
    """Contact and short sections in a band of colour; name and career beside it."""
    look = look_of(person, size=9.2)
    width, height = page_size(person)
    band = 190.0
    x = 0.0 if left else width - band
    side = look_of(person, size=8.4)
    side = _on_band(side) if sum(look.colour.rgb()) < 1.4 else _dark_headings(side)
    draw_foot = foot(person)

    def paint(canvas: Any, doc: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(look.colour)
        canvas.rect(x, 0, band, height, stroke=0, fill=1)
        canvas.restoreState()
        draw_foot(canvas, doc)

    main = (band + 14, width - 34) if left else (34.0, width - band - 14)
    frames = [
        Frame(x + 8, 30, band - 16, height - 66, id="side"),
        Frame(main[0], 34, main[1] - main[0], height - 68, id="main"),
    ]
    doc = BaseDocTemplate(buffer, **doc_options(person))
    doc.addPageTemplates(
        [
            PageTemplate("first", frames, onPage=paint),
            PageTemplate("later", [frames[1]], onPage=paint),
        ]
    )
    contact = "Contacto" if sheet.lang == "es" else "Contact"
    flow: Flow = [NextPageTemplate("later"), para(contact, side.heading)]
    flow += [para(line, side.contact) for line in sheet.contact]
    for section in sheet.sections:
        if section.key in person.print.side:
            flow += section_flow(section, side)
    flow += [FrameBreak(), para(sheet.name, _ink(look)), para(sheet.headline, look.headline)]
    ink = _dark_headings(look)
    for section in sheet.sections:
        if section.key not in person.print.side:
            flow += section_flow(section, ink, rule=True)
    doc.build(flow)


def _on_band(look: Look) -> Look:
    """White on a dark band."""
    return replace(
        look,
        heading=_white(look.heading),
        contact=_white(look.contact),
        body=_white(look.body),
        bullet=_white(look.bullet),
    )


def _ink(look: Look) -> ParagraphStyle:
    return ParagraphStyle("ink", parent=look.name, textColor=colors.black)


def _dark_headings(look: Look) -> Look:
    """Pale bands keep black headings in the main column."""
    if sum(look.colour.rgb()) < 1.4:
        return look
    heading = ParagraphStyle("heading-ink", parent=look.heading, textColor=colors.black)
    return replace(look, heading=heading)


def sidebar_left(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """A band of colour at the left."""
    _sidebar(person, sheet, buffer, left=True)


def sidebar_right(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """A band of colour at the right."""
    _sidebar(person, sheet, buffer, left=False)


def _rows(section: Section, look: Look) -> list[list[Any]]:
    """Rows of the table design: dates or heading at the left, text at the right."""
    rows: list[list[Any]] = []
    label = Paragraph(f"<b>{escape(section.heading)}</b>", look.body)
    if section.lines:
        return [[label, lines_flow(section, look, inline=True)]]
    for number, entry in enumerate(section.entries):
        cell: Flow = [para(entry.head, look.head), para(entry.sub, look.sub)]
        left: Flow = [label] if number == 0 else []
        rows.append([[*left, para(entry.dates, look.body)], cell + body_flow(entry.body, look)])
    return rows


def table(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """A ruled table of two columns, as offices hand out."""
    look = look_of(person, size=9.2)
    contact = Table(
        [[para(line, look.contact)] for line in sheet.contact], colWidths=[None], hAlign="LEFT"
    )
    contact.setStyle([("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)])
    flow: Flow = [para(sheet.name, look.name), para(sheet.headline, look.headline), contact]
    rows = [row for section in sheet.sections for row in _rows(section, look)]
    width = page_size(person)[0] - 96
    grid = Table(rows, colWidths=[118, width - 118], splitInRow=1)
    grid.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (0, -1), colors.HexColor("#eeeeee")),
        ]
    )
    _simple(person, buffer, [*flow, Spacer(1, 8), grid], margin=48)


def _stop(entry: Entry, look: Look, width: float) -> Table:
    """One stop on the line: dates, a dot, the text."""
    cell: Flow = [para(entry.head, look.head), para(entry.sub, look.sub)]
    cell += body_flow(entry.body, look)
    dot = Paragraph("•", look.name)
    row = Table([[para(entry.dates, look.body), dot, cell]], colWidths=[82, 20, width - 102])
    row.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBEFORE", (2, 0), (2, -1), 1.2, look.colour),
            ("TOPPADDING", (1, 0), (1, 0), -6),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return row


def timeline(person: Person, sheet: Sheet, buffer: io.BytesIO) -> None:
    """Posts and degrees along a line with dots, dates at its left."""
    look = look_of(person)
    margin = 50.0
    width = page_size(person)[0] - 2 * margin - 12
    flow = _header(sheet, look)
    for section in sheet.sections:
        if not section.entries:
            flow += section_flow(section, look, inline=True)
            continue
        stops: Flow = [_stop(entry, look, width) for entry in section.entries]
        flow += [para(section.heading, look.heading), *stops]
    _simple(person, buffer, flow, margin=margin)


DESIGNS: dict[str, Design] = {
    "classic": classic,
    "modern": modern,
    "two_columns": two_columns,
    "sidebar_left": sidebar_left,
    "sidebar_right": sidebar_right,
    "table": table,
    "timeline": timeline,
}
