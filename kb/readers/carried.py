"""Files carried inside a PDF: the data of a CV, as Europass attaches its XML, join the printed CV.

Other documents inside are named, not read.
"""

from __future__ import annotations

import importlib
from dataclasses import replace

from kb.config import Settings
from kb.datatypes import RawDocument
from kb.errors import ReadError
from kb.readers.pieces import warn
from kb.readers.sniff import sniff

_READERS = {
    "europass": ("europass", "read"),
    "europass_json": ("europass", "read_json"),
    "json_resume": ("json_resume", "read"),
}


#: Attachments of these types are documents that somebody may miss.
_DOCUMENTS = frozenset(("pdf", "docx", "xlsx", "zip"))


def with_record(doc: RawDocument, *, name: str, settings: Settings) -> RawDocument:
    """The document with the record of the CV that it carries; of several CVs none is taken.

    Text, pages and places stay those that are printed; a document without text gets the record's.
    What is carried and not read is named in a warning.
    """
    found: list[RawDocument] = []
    warnings = list(doc.warnings)
    for attached, content in doc.attachments:
        kind = sniff(content, name=attached)
        if kind in _DOCUMENTS:
            warnings.append(warn(name, "pdf_attachment_left", member=attached))
        if kind not in _READERS:
            continue
        module, function = _READERS[kind]
        read = getattr(importlib.import_module(f"kb.readers.{module}"), function)
        inside = f"{name}!/{attached}"
        try:
            found.append(read(content, name=inside, settings=settings))
        except ReadError as error:
            warnings.append(error.problem(inside))
    if len(found) != 1:
        if found:
            warnings.append(warn(name, "pdf_several_records", count=len(found)))
        return replace(doc, warnings=tuple(warnings))
    inner = found[0]
    return replace(
        doc,
        blocks=doc.blocks or inner.blocks,
        title=inner.title or doc.title,
        authors=inner.authors or doc.authors,
        lang=inner.lang or doc.lang,
        links=tuple(dict.fromkeys((*doc.links, *inner.links))),
        record=inner.record,
        record_format=inner.record_format,
        kind_hint=inner.kind_hint,
        warnings=(*warnings, *inner.warnings),
    )
