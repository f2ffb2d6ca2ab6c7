"""What a PDF says of itself: metadata, outline, page labels, links."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kb.readers.paragraphs import clean
from kb.readers.pdf_open import Opened


@dataclass(frozen=True, slots=True)
class About:
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    lang: str | None = None
    page_labels: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    outline: tuple[tuple[int, str, int | None], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


_NO_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|odt|pptx?|qxd|tex)$|^(?:untitled|microsoft|sin t[íi]tulo|documento?\d*$|presentaci[óo]n de)",
    re.IGNORECASE,
)


def read_about(opened: Opened) -> About:
    """Metadata, outline, labels by pypdf; addresses of link annotations.

    What pypdf cannot read of a damaged file stays empty: these are hints, the text is not here.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(opened.data), password=opened.password)
        if reader.is_encrypted and not reader.decrypt(opened.password or ""):
            return About()
        if len(opened.document) > 2000:
            return _metadata(reader)
        about = _metadata(reader)
        return About(
            about.title, about.authors, about.year, about.lang,
            _page_labels(reader), _links(reader), tuple(_outline(reader)), about.metadata,
        )  # fmt: skip
    except (
        PyPdfError,
        RecursionError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OSError,
    ):
        return About()


def _metadata(reader: Any) -> About:
    info = reader.metadata or {}
    pairs = []
    for key, value in info.items():
        text = clean(str(value))
        if text:
            pairs.append((str(key).lstrip("/"), text[:2000]))
    values = dict(pairs)
    title = values.get("Title")
    if title and _NO_TITLE.search(title):
        title = None
    authors = tuple(a for a in re.split(r"\s*;\s*|\s+(?:y|and)\s+", values.get("Author", "")) if a)
    year = re.match(r"D:((?:19|20)\d\d)", values.get("CreationDate", ""))
    lang = reader.root_object.get("/Lang")
    return About(
        title, authors, int(year[1]) if year else None,
        str(lang).split("-")[0].lower() if lang else None, metadata=tuple(pairs),
    )  # fmt: skip


def _page_labels(reader: Any) -> tuple[str, ...]:
    """Labels that /PageLabels states; () when it is absent."""
    if "/PageLabels" not in reader.root_object:
        return ()
    return tuple(str(label) for label in reader.page_labels)


def _links(reader: Any) -> tuple[str, ...]:
    """Addresses of link annotations, in order, each once."""
    found: dict[str, None] = {}
    for page in reader.pages:
        notes = page.get("/Annots")
        notes = notes.get_object() if notes is not None else None
        for note in notes or ():
            action = note.get_object().get("/A")
            uri = action.get_object().get("/URI") if action is not None else None
            if isinstance(uri, str | bytes):
                found[uri if isinstance(uri, str) else uri.decode("latin-1")] = None
    return tuple(found)


def _outline(reader: Any) -> Iterator[tuple[int, str, int | None]]:
    yield from _items(reader, reader.outline, 1)


def _items(reader: Any, items: Any, level: int) -> Iterator[tuple[int, str, int | None]]:
    for item in items:
        if isinstance(item, list):
            yield from _items(reader, item, level + 1)
        else:
            number = reader.get_destination_page_number(item)
            page = number + 1 if number is not None and number >= 0 else None
            yield level, clean(str(item.title)), page
