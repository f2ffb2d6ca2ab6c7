"""RTF by a parser of our own: code pages, characters by number, styles, tables, notes, heads.

Packages that strip RTF to text lose what makes a CV readable (headings, bold, page heads, the
author), and give hidden text as if it were shown.
"""

from __future__ import annotations

from kb.config import Settings
from kb.datatypes import Problem, RawDocument
from kb.errors import ReadError
from kb.readers import docx_look
from kb.readers.pieces import mark_references, plain_year, title_of, warn
from kb.readers.properties import real_authors, real_title
from kb.readers.rtf_groups import Groups


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of an RTF file with what its properties say."""
    groups = Groups(data)
    groups.run()
    body = mark_references(docx_look.marked(groups.body.finished()))
    if not body and not groups.notes:
        if groups.cut:
            raise ReadError("damaged", name=name, detail="RTF")
        raise ReadError("no_text")
    heads = [block for block in groups.margins if block.kind == "head"]
    feet = [block for block in groups.margins if block.kind == "foot"]
    blocks = (*heads, *body, *groups.notes, *feet)
    warnings: list[Problem] = []
    if groups.cut:
        warnings.append(warn(name, "rtf_cut"))
    if groups.hidden:
        warnings.append(warn(name, "hidden_text", count=groups.hidden))
    return RawDocument(
        blocks,
        format="rtf",
        title=title_of(blocks) or real_title(groups.properties.get("title")),
        authors=real_authors(groups.properties.get("author")),
        year=plain_year(groups.properties.get("created")),
        links=tuple(dict.fromkeys(groups.links)),
        metadata=tuple(sorted(groups.properties.items())),
        warnings=tuple(warnings),
    )
