"""What a PDF says of itself: metadata, language, outline, page labels, attached files.

pypdf is asked (`pdf_catalog`); where it cannot read the file, pdfium. All of it is a hint: a
Spanish file may say en-US, an author may be an institute.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.readers.cleaning import clean
from kb.readers.pdf_catalog import MAX_ATTACHED, MAX_ATTACHMENT, Catalog, read_catalog

_NO_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|odt|pptx?|qxd|tex)$|^(?:cv$|curriculum vitae$|untitled|microsoft"
    r"|sin t[íi]tulo|documento?\s*\d*$|presentaci[óo]n\s*(?:\d*$|de))",
    re.IGNORECASE,
)
_MAX_OUTLINE = 3000
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")


@dataclass(frozen=True, slots=True)
class About:
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str | None = None
    url: str | None = None
    lang: str | None = None
    page_labels: tuple[str, ...] = ()
    outline: tuple[tuple[int, str, int | None], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()


def read_about(document: Any, data: bytes, *, password: str | None = None) -> About:
    """Everything that the file tells; what is absent stays empty. `document` is pypdfium2's."""
    catalog = read_catalog(data, password=password) or _by_pdfium(document)
    info = dict(catalog.info)
    xmp: dict[str, list[str]] = {}
    for key, value in catalog.xmp:
        xmp.setdefault(key, []).append(value)
    lang = catalog.lang or next(iter(xmp.get("dc:language", ())), None)
    pairs = [*catalog.info, *catalog.xmp]
    if catalog.encryption:
        pairs.append(("Encryption", catalog.encryption))
    return About(
        title=_title([*xmp.get("dc:title", ()), info.get("Title", "")]),
        authors=_named(xmp.get("dc:creator", ()), info.get("Author", "")),
        year=_year(xmp, info),
        publisher=next(iter(xmp.get("dc:publisher", ())), None),
        url=_url(xmp),
        lang=re.split(r"[-_]", lang)[0].lower() or None if lang else None,
        page_labels=catalog.page_labels,
        outline=catalog.outline,
        metadata=tuple(pairs),
        attachments=catalog.attachments,
    )


def _by_pdfium(document: Any) -> Catalog:
    pairs = []
    for key, value in document.get_metadata_dict().items():
        if text := clean(str(value)):
            pairs.append((str(key), text[:2000]))
    return Catalog(
        info=tuple(pairs),
        lang=_lang(document),
        page_labels=_page_labels(document),
        outline=tuple(_outline(document)),
        attachments=tuple(_attachments(document)),
    )


def _title(stated: Iterable[str]) -> str | None:
    """The first that is a title: names of files and of programs are none."""
    for title in stated:
        if any(char.isalpha() for char in title) and not _NO_TITLE.search(title):
            return title
    return None


def _named(creators: Sequence[str], author: str) -> tuple[str, ...]:
    """Authors of the XMP, or of the properties where those name more."""
    listed = tuple(creators) if len(creators) > 1 else _authors("".join(creators))
    stated = _authors(author)
    return stated if len(stated) > len(listed) else listed


def _year(xmp: Mapping[str, Sequence[str]], info: Mapping[str, str]) -> int | None:
    """The year of publication where the XMP states it, else that of the file's making."""
    dates = [
        *(xmp[key][0] for key in ("prism:publicationDate", "prism:coverDate") if key in xmp),
        *xmp.get("dc:date", ()),
        info.get("CreationDate", ""),
    ]
    for date in dates:
        if found := re.match(r"(?:D:)?((?:19|20)\d\d)", date):
            return int(found[1])
    return None


def _url(xmp: Mapping[str, Sequence[str]]) -> str | None:
    for key in ("prism:doi", "dc:identifier"):
        for value in xmp.get(key, ()):
            if found := _DOI.search(value):
                return f"https://doi.org/{found.group()}"
    return next((v for v in xmp.get("prism:url", ()) if v.startswith("http")), None)


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
    return text or None


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

    for index in range(min(document.count_attachments(), MAX_ATTACHED)):
        attached = document.get_attachment(index)
        try:
            data = bytes(attached.get_data())
        except pdfium.PdfiumError:  # named, but without content
            continue
        if len(data) <= MAX_ATTACHMENT:
            yield clean(attached.get_name()), data
