"""What a PDF says of itself: metadata, language, outline, page labels, attached files.

All of it is a hint: a Spanish file may say en-US, an author may be an institute.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kb.readers.paragraphs import clean

_NO_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|odt|pptx?|qxd|tex)$|^(?:cv$|curriculum vitae$|untitled|microsoft"
    r"|sin t[íi]tulo|documento?\s*\d*$|presentaci[óo]n\s*(?:\d*$|de))",
    re.IGNORECASE,
)
_MAX_OUTLINE, _MAX_ATTACHED, _MAX_ATTACHMENT = 3000, 20, 5_000_000


@dataclass(frozen=True, slots=True)
class About:
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    lang: str | None = None
    page_labels: tuple[str, ...] = ()
    outline: tuple[tuple[int, str, int | None], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()


def read_about(document: Any) -> About:
    """Everything that pdfium tells of an open document; what is absent stays empty."""
    pairs = []
    for key, value in document.get_metadata_dict().items():
        if text := clean(str(value)):
            pairs.append((str(key), text[:2000]))
    values = dict(pairs)
    title = values.get("Title")
    if title and (_NO_TITLE.search(title) or not any(char.isalpha() for char in title)):
        title = None
    year = re.match(r"(?:D:)?((?:19|20)\d\d)", values.get("CreationDate", ""))
    return About(
        title=title,
        authors=_authors(values.get("Author", "")),
        year=int(year[1]) if year else None,
        lang=_lang(document),
        page_labels=_page_labels(document),
        outline=tuple(_outline(document)),
        metadata=tuple(pairs),
        attachments=tuple(_attachments(document)),
    )


def _authors(text: str) -> tuple[str, ...]:
    """Names parted by semicolons, or by commas when each part is a whole name."""
    parts = re.split(r"\s*;\s*", text)
    if len(parts) == 1:
        parts = re.split(r"\s*,\s*(?:y\s+|and\s+|&\s*)?|\s+(?:y|and|&)\s+", text)
        if any(len(part.split()) < 2 for part in parts):
            parts = [text]
    return tuple(part for part in parts if part)


def _lang(document: Any) -> str | None:
    import pypdfium2.raw as pdfium_c

    get = getattr(pdfium_c, "FPDFCatalog_GetLanguage", None)  # since pdfium 7000
    if get is None:
        return None
    length = get(document.raw, None, 0)
    if length <= 2:
        return None
    buffer = (ctypes.c_ushort * (length // 2))()
    get(document.raw, buffer, length)
    text = bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")
    return text.split("-")[0].lower() or None


def _page_labels(document: Any) -> tuple[str, ...]:
    """Labels that the file states; () when it states none."""
    count = len(document)
    if count > 5000:
        return ()
    labels = tuple(clean(document.get_page_label(index) or "") for index in range(count))
    return labels if any(labels) else ()


def _outline(document: Any) -> Iterator[tuple[int, str, int | None]]:
    for number, mark in enumerate(document.get_toc(max_depth=8)):
        if number >= _MAX_OUTLINE:
            return
        destination = mark.get_dest()
        index = destination.get_index() if destination is not None else None
        yield mark.level + 1, clean(mark.get_title()), None if index is None else index + 1


def _attachments(document: Any) -> Iterator[tuple[str, bytes]]:
    """Files carried inside, such as the XML of a Europass CV."""
    import pypdfium2 as pdfium

    for index in range(min(document.count_attachments(), _MAX_ATTACHED)):
        attached = document.get_attachment(index)
        try:
            data = bytes(attached.get_data())
        except pdfium.PdfiumError:  # named, but without content
            continue
        if len(data) <= _MAX_ATTACHMENT:
            yield clean(attached.get_name()), data
