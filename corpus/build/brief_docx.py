"""A brief as a Word file: headings, lists, tables, real footnotes; the same bytes every time."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from brief_source import Block, Brief, Run, runs
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STAMP = (2025, 1, 1, 0, 0, 0)


def _notes_xml(notes: dict[int, str]) -> bytes:
    """word/footnotes.xml: the two separators that Word wants, then ours."""
    parts = [
        f'<w:footnote w:type="{kind}" w:id="{n}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
        for n, (kind, tag) in enumerate(
            [("separator", "separator"), ("continuationSeparator", "continuationSeparator")],
            start=-1,
        )
    ]
    for number, text in sorted(notes.items()):
        inner = "".join(
            f"<w:r><w:rPr>{'<w:i/>' if run.italic else ''}<w:sz w:val='18'/></w:rPr>"
            f'<w:t xml:space="preserve">{escape(run.text)}</w:t></w:r>'
            for run in runs(text)
        )
        parts.append(
            f'<w:footnote w:id="{number}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/>'
            '</w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>'
            f"{inner}</w:p></w:footnote>"
        )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:footnotes xmlns:w="{W}">{"".join(parts)}</w:footnotes>'.encode()


def _run(paragraph: Any, run: Run) -> None:
    made = paragraph.add_run("" if run.note else run.text)
    made.bold, made.italic = run.bold or None, run.italic or None
    if run.note:
        made.font.superscript = True
        call = OxmlElement("w:footnoteReference")
        call.set(qn("w:id"), str(run.note))
        made._r.append(call)


def _paragraph(document: Any, text: str, style: str | None = None) -> Any:
    paragraph = document.add_paragraph(style=style)
    for run in runs(text):
        _run(paragraph, run)
    return paragraph


def _table(document: Any, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for n, row in enumerate(block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            for run in runs(text):
                _run(
                    paragraph,
                    Run(run.text, bold=not n or run.bold, italic=run.italic, note=run.note),
                )


def _add(document: Any, block: Block) -> None:
    if block.kind == "heading":
        document.add_heading(block.text, level=block.level)
    elif block.kind == "item":
        _paragraph(document, block.text, "List Bullet" if block.mark == "-" else "List Number")
    elif block.kind == "table":
        _table(document, block)
    elif block.kind == "caption":
        _paragraph(document, block.text, "Caption")
    elif block.kind == "paragraph":
        _paragraph(document, block.text)
    else:
        if block.text:
            _paragraph(document, block.text, "Intense Quote")
        for part in block.parts:
            _add(document, part)


def _settled(data: bytes) -> bytes:
    """The package again with fixed times and a fixed order."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, STAMP)
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, old.read(name))
    return out.getvalue()


def build(brief: Brief) -> bytes:
    """The bytes of the DOCX."""
    document = Document()
    core = document.core_properties
    core.title = brief.meta.get("pdf_title", brief.title)
    core.author = brief.meta.get("pdf_author", brief.meta["authors"])
    core.language = brief.meta.get("pdf_lang", brief.lang)
    core.comments = ""
    core.created = core.modified = datetime(*STAMP)
    core.last_modified_by = "kb sample corpus"
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    section = document.sections[0]
    section.header.paragraphs[0].text = brief.meta["head_left"]
    section.footer.paragraphs[0].text = brief.meta["publisher"]
    document.add_heading(brief.title, level=0)
    _paragraph(document, f"{brief.meta['authors']}, {brief.meta['year']}", "Subtitle")
    for block in brief.blocks:
        _add(document, block)
    if brief.notes:
        part = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            _notes_xml(brief.notes), document.part.package,
        )  # fmt: skip
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    data = BytesIO()
    document.save(data)
    return _settled(data.getvalue())
