"""CVs as DOCX: plain, with a table for the whole layout, or with dates in a table.

python-docx stamps the time of writing into the parts and the zip: both are set to one date.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor
from profiles_data import Person
from profiles_sheet import Entry, Section, Sheet, sheet_of

STAMP = (2024, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")  # openpyxl writes the time of saving


def fixed_zip(data: bytes) -> bytes:
    """The same zip with one time for every member and for the document, in the same order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            info = zipfile.ZipInfo(item.filename, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            content = old.read(item.filename)
            if item.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2024-01-01T00:00:00Z", content)
            new.writestr(info, content)
    return out.getvalue()


def _head(cell: Any, text: str, *, size: float = 10.5, colour: str = "#000000") -> None:
    run = cell.add_paragraph().add_run(text)
    run.bold = True
    run.font.size = Pt(size)
    run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())


def _entry(target: Any, entry: Entry, *, dates: bool = True) -> None:
    paragraph = target.add_paragraph()
    paragraph.add_run(entry.head).bold = True
    if dates and entry.dates:
        paragraph.add_run(f"\t{entry.dates}")
    if entry.sub:
        target.add_paragraph().add_run(entry.sub).italic = True
    _body(target, entry.body)


def _body(target: Any, body: tuple[str, ...]) -> None:
    for line in body:
        target.add_paragraph(line, style="List Bullet" if len(body) > 1 else None)


def _lines(target: Any, section: Section) -> None:
    if section.key in {"skills", "languages"}:
        target.add_paragraph("; ".join(section.lines))
        return
    for line in section.lines:
        target.add_paragraph(line, style="List Bullet" if section.listed else None)


def _plain(doc: Any, person: Person, sheet: Sheet) -> None:
    title = doc.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(sheet.name)
    run.bold, run.font.size = True, Pt(18)
    for text in (sheet.headline, "  •  ".join(sheet.contact)):
        doc.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for section in sheet.sections:
        doc.add_heading(section.heading, level=1)
        _lines(doc, section)
        for entry in section.entries:
            _entry(doc, entry)


def _bare(doc: Any, person: Person, sheet: Sheet) -> None:
    """No heading styles: headings are bold capitals, as people type them."""
    _head(doc, sheet.name, size=16, colour=person.print.colour)
    doc.add_paragraph(sheet.headline)
    for line in sheet.contact:
        doc.add_paragraph(line)
    for section in sheet.sections:
        _head(doc, section.heading.upper(), size=11.5, colour=person.print.colour)
        _lines(doc, section)
        for entry in section.entries:
            _entry(doc, entry)


def _grid(doc: Any, person: Person, sheet: Sheet) -> None:
    """Name and contact as paragraphs, then one ruled table of labels and contents."""
    doc.add_heading(sheet.name, level=0)
    doc.add_paragraph(sheet.headline)
    table = doc.add_table(rows=0, cols=2, style="Table Grid")
    label = "Datos de contacto" if sheet.lang == "es" else "Contact details"
    _row(table, label, sheet.contact)
    for section in sheet.sections:
        cells = table.add_row().cells
        cells[0].merge(cells[1])
        cells[0].paragraphs[0].add_run(section.heading).bold = True
        if section.lines:
            cells = table.add_row().cells
            cells[0].merge(cells[1])
            _lines(cells[0], section)
        for entry in section.entries:
            cells = table.add_row().cells
            cells[0].text = entry.dates
            _entry(cells[1], entry, dates=False)


def _row(table: Any, label: str, lines: tuple[str, ...]) -> None:
    cells = table.add_row().cells
    cells[0].text = label
    cells[1].text = lines[0]
    for line in lines[1:]:
        cells[1].add_paragraph(line)


def _side(doc: Any, person: Person, sheet: Sheet) -> None:
    """An invisible table of one row: contact and short sections left, career right."""
    left, right = doc.add_table(rows=1, cols=2).rows[0].cells
    _head(left, "Contacto" if sheet.lang == "es" else "Contact", size=12)
    for line in sheet.contact:
        left.add_paragraph(line)
    _head(right, sheet.name, size=18, colour=person.print.colour)
    right.add_paragraph(sheet.headline)
    for section in sheet.sections:
        target = left if section.key in person.print.side else right
        _head(target, section.heading, size=12, colour=person.print.colour)
        if target is left:
            for line in section.lines:
                target.add_paragraph(line)
        else:
            _lines(target, section)
        for entry in section.entries:
            _entry(target, entry)


LAYOUTS = {"plain": _plain, "bare": _bare, "grid": _grid, "side": _side}


def typeset_docx(person: Person) -> bytes:
    """The CV in the layout that its source names."""
    doc = Document()
    stamp = datetime.datetime(*STAMP)
    properties = doc.core_properties
    properties.author, properties.title = person.name, f"CV {person.name}"
    properties.created = properties.modified = stamp
    if person.print.font == "serif":
        doc.styles["Normal"].font.name = "Times New Roman"
    LAYOUTS[person.layout](doc, person, sheet_of(person))
    buffer = io.BytesIO()
    doc.save(buffer)
    return fixed_zip(buffer.getvalue())
