"""What pypdf tells of a PDF beside its text: properties, XMP, labels, outline, files inside.

Only what the catalog names is opened. Files that pypdf cannot read, that go beyond its limits, or
whose catalog lies among thousands of packed objects (which it would parse all) give None: the
caller asks pdfium, which knows no XMP and no associated files.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from kb.readers.cleaning import clean

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import EmbeddedFile

Outline = tuple[tuple[int, str, int | None], ...]
_MAX_PACKED = 500  # objects packed beside the catalog that are worth their parsing: 30 ms
_MAX_LABELLED, _MAX_OUTLINE, _MAX_DEPTH = 5000, 3000, 8
MAX_ATTACHED, MAX_ATTACHMENT = 20, 5_000_000
_MAX_INFLATED = 20_000_000  # bytes of any stream that is opened here
_MORE = re.compile(rb"/Subtype\s*/XML\b|/EmbeddedFile\b|/AF\b")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
#: (name that we keep, namespaces, local name)
_XMP = (
    ("dc:title", (_DC,), "title"),
    ("dc:creator", (_DC,), "creator"),
    ("dc:language", (_DC,), "language"),
    ("dc:publisher", (_DC,), "publisher"),
    ("dc:identifier", (_DC,), "identifier"),
    ("dc:date", (_DC,), "date"),
    *(
        (f"prism:{name}", tuple(
            f"http://prismstandard.org/namespaces/basic/{version}/"
            for version in ("1.2", "2.0", "2.1", "2.2", "3.0")
        ), name)
        for name in ("publicationDate", "coverDate", "publicationName", "doi", "url")
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalog:
    """`info` and `xmp` are pairs of names and values; a name may come again in `xmp`."""

    info: tuple[tuple[str, str], ...] = ()
    xmp: tuple[tuple[str, str], ...] = ()
    lang: str | None = None
    page_labels: tuple[str, ...] = ()
    outline: Outline = ()
    attachments: tuple[tuple[str, bytes], ...] = ()
    encryption: str | None = None


def read_catalog(data: bytes, *, password: str | None = None) -> Catalog | None:
    """Everything that pypdf tells; None when it cannot, or only at a price."""
    if b"startxref" not in data[-2048:]:
        return None  # pypdf would look for objects in the whole file
    import pypdf

    with _quiet(), pypdf.apply_configuration(
        zlib_maximum_output_length=_MAX_INFLATED,
        lzw_maximum_output_length=_MAX_INFLATED,
        run_length_maximum_output_length=_MAX_INFLATED,
        page_tree_maximum_entries=20_000,
        outline_maximum_entries=_MAX_OUTLINE,
        named_destinations_maximum_entries=20_000,
    ):  # fmt: skip
        try:
            reader = pypdf.PdfReader(io.BytesIO(data), root_object_recovery_limit=1000)
            if reader.is_encrypted and not reader.decrypt(password or ""):
                return None
            if _packed(reader) > _MAX_PACKED and not _MORE.search(data):
                return None
            return _read(reader)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - damage shows as any error there is; pdfium is asked
            return None


@contextmanager
def _quiet() -> Iterator[None]:
    """pypdf tells the log of every fault that it mends: we do not pass that on."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _packed(reader: PdfReader) -> int:
    """How many objects share a stream with the catalog or the properties: it is parsed whole."""
    streams = {
        reader.xref_objStm[number][0]
        for key in ("/Root", "/Info")
        if (number := getattr(reader.trailer.get(key) and reader.trailer.raw_get(key), "idnum", 0))
        in reader.xref_objStm
    }
    return sum(stream in streams for stream, _ in reader.xref_objStm.values())


def _read(reader: PdfReader) -> Catalog:
    root = reader.root_object
    labels: tuple[str, ...] = ()
    if "/PageLabels" in root and len(reader.pages) <= _MAX_LABELLED:
        labels = tuple(clean(label) for label in reader.page_labels)
    lang = root.get("/Lang")
    return Catalog(
        info=tuple(_info(reader)),
        xmp=tuple(_xmp(reader)) if "/Metadata" in root else (),
        lang=clean(str(lang)) or None if isinstance(lang, str) else None,
        page_labels=labels if any(labels) else (),
        outline=tuple(islice(_outline(reader, reader.outline), _MAX_OUTLINE))
        if "/Outlines" in root
        else (),
        attachments=tuple(_attachments(reader)),
        encryption=_encryption(reader),
    )


def _info(reader: PdfReader) -> Iterator[tuple[str, str]]:
    for key, value in islice((reader.metadata or {}).items(), 100):
        if isinstance(value, str) and (text := clean(value)):
            yield str(key).removeprefix("/"), text[:2000]


def _xmp(reader: PdfReader) -> Iterator[tuple[str, str]]:
    from pypdf.errors import PyPdfError

    try:
        found = reader.xmp_metadata
    except (PyPdfError, ValueError):  # broken XML: the properties are left
        return
    if found is None:
        return
    for name, spaces, local in _XMP:
        for space in spaces:
            for text in _values(found.rdf_root, space, local):
                yield name, text[:2000]


def _values(root: Any, space: str, local: str) -> Iterator[str]:
    """Texts of a property, whether attribute, element or list; the default language first."""
    for place in root.getElementsByTagNameNS(_RDF, "Description"):
        if text := clean(place.getAttributeNS(space, local)):
            yield text
    for element in root.getElementsByTagNameNS(space, local):
        items = element.getElementsByTagNameNS(_RDF, "li") or [element]
        items = sorted(items[:50], key=lambda item: item.getAttribute("xml:lang") != "x-default")
        for item in items:
            text = "".join(n.data for n in item.childNodes if n.nodeType in (3, 4))
            if text := clean(text):
                yield text


def _outline(
    reader: PdfReader, marks: Any, level: int = 1
) -> Iterator[tuple[int, str, int | None]]:
    for mark in marks:
        if isinstance(mark, list):
            if level < _MAX_DEPTH:
                yield from _outline(reader, mark, level + 1)
            continue
        index = reader.get_destination_page_number(mark)
        yield level, clean(str(mark.title or "")), None if index is None or index < 0 else index + 1


def _attachments(reader: PdfReader) -> Iterator[tuple[str, bytes]]:
    """Files of the name tree, then those associated with the document, each content once."""
    from pypdf.errors import PyPdfError

    seen: set[bytes] = set()
    for entry in islice(_entries(reader), MAX_ATTACHED):
        try:
            size = entry.size or 0
            content = entry.content if size <= MAX_ATTACHMENT else b""
            name = clean(str(entry.alternative_name or entry.name))
        except (PyPdfError, KeyError, AttributeError, TypeError, ValueError):
            continue  # named, but without content, or beyond the limits
        if content and len(content) <= MAX_ATTACHMENT and content not in seen:
            seen.add(content)
            yield name, content


def _entries(reader: PdfReader) -> Iterator[EmbeddedFile]:
    from pypdf.generic import ArrayObject, DictionaryObject, EmbeddedFile

    root = reader.root_object
    if "/Names" in root:
        yield from reader.attachment_list
    associated = root.get("/AF")
    associated = associated.get_object() if associated is not None else None
    if isinstance(associated, ArrayObject):
        for reference in associated:
            entry = reference.get_object()
            if isinstance(entry, DictionaryObject):
                yield EmbeddedFile("", entry)


def _encryption(reader: PdfReader) -> str | None:
    """How the file is locked, such as `V5 R6 256 bit AESV3`."""
    if not reader.is_encrypted:
        return None
    lock = reader.trailer["/Encrypt"]
    parts = [f"V{lock.get('/V', 0)}", f"R{lock.get('/R', 0)}"]  # type: ignore[attr-defined]
    filters = lock.get("/CF", {}).get("/StdCF", {})  # type: ignore[attr-defined]
    bits = lock.get("/Length", 40)  # type: ignore[attr-defined]
    parts += [f"{bits} bit", str(filters.get("/CFM", "/RC4")).removeprefix("/")]
    return " ".join(parts)
