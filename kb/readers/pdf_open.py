"""Opening a PDF: cheap checks first, the password, repair by qpdf when pdfium refuses."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kb.datatypes import Problem
from kb.errors import ReadError

_STREAM = re.compile(rb"stream\r?\n")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_SUSPECT = 60_000  # bytes of a stream below which one inflation cannot cost much
PAGE_CONTENT = 64_000_000  # bytes of one page's drawing once inflated


@dataclass(slots=True)
class Opened:
    """`document` is pypdfium2's; `too_large` holds indexes of pages not to be touched."""

    document: Any
    warnings: list[Problem] = field(default_factory=list)
    too_large: frozenset[int] = frozenset()


@contextmanager
def open_pdf(data: bytes, *, name: str, password: str | None = None) -> Iterator[Opened]:
    """Open, repairing if need be. Raises ReadError with what to do."""
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError("pdf_empty")
    if data.startswith(_PICTURES):
        raise ReadError("pdf_is_picture")
    opened = _open(data, name, password)
    try:
        if _bloated(data):
            opened.too_large = _large_pages(data, password)
        yield opened
    finally:
        opened.document.close()


def _open(data: bytes, name: str, password: str | None) -> Opened:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data, password=password)
        if len(document) > 0:
            return Opened(document)
        document.close()
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise _password(password) from error
    mended = _repaired(data, password)
    try:
        document = pdfium.PdfDocument(mended)
    except pdfium.PdfiumError as error:
        raise ReadError("pdf_damaged", detail=str(error)) from error
    if len(document) == 0:
        document.close()
        raise ReadError("pdf_damaged", detail="0 pages")
    return Opened(document, [Problem(name, "pdf_repaired")])


def _password(given: str | None) -> ReadError:
    return ReadError("pdf_password_wrong" if given else "pdf_password")


def _repaired(data: bytes, password: str | None) -> bytes:
    """The file as qpdf rebuilds it. Raises ReadError when it cannot."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), password=password or "") as pdf:
            if len(pdf.pages) == 0:
                raise ReadError("pdf_damaged", detail="0 pages")
            out = io.BytesIO()
            pdf.save(out)
            return out.getvalue()
    except pikepdf.PasswordError as error:
        raise _password(password) from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        detail = re.sub(r"^stream <[^>]*>:\s*", "", str(error))[:200]
        raise ReadError("pdf_damaged", detail=detail) from error


# --- streams that inflate beyond measure ----------------------------------------------------------


def inflates_beyond(data: bytes, limit: int, *, layers: int = 1) -> bool:
    """Whether deflated `data` opens to more than `limit` bytes; holds 1 MB of it at most."""
    total = 0
    steps = [zlib.decompressobj() for _ in range(layers)]

    def feed(chunk: bytes, layer: int) -> None:
        nonlocal total
        step = steps[layer]
        while chunk and total <= limit and not step.eof:
            out = step.decompress(chunk, 1_000_000)
            chunk = step.unconsumed_tail
            if layer + 1 < layers:
                feed(out, layer + 1)
            else:
                total += len(out)

    try:
        feed(data, 0)
    except zlib.error:
        return False  # encrypted, or not what it says: the reader will find nothing either
    return total > limit


def _bloated(data: bytes) -> bool:
    """A quick look at the raw file: does a stream that is no picture open to too much?"""
    for found in _STREAM.finditer(data):
        start = found.end()
        if data[found.start() - 3 : found.start()] == b"end":
            continue
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        head = data[max(0, found.start() - 1500) : found.start()]
        head = head[head.rfind(b" obj") + 1 :]
        layers = head.count(b"FlateDecode") + len(re.findall(rb"/Fl\b", head))
        if not layers or (layers == 1 and end - start < _SUSPECT):
            continue
        if b"/Image" in head or b"/DCTDecode" in head:
            continue
        if inflates_beyond(data[start:end], PAGE_CONTENT, layers=min(layers, 4)):
            return True
    return False


def _large_pages(data: bytes, password: str | None) -> frozenset[int]:
    """Indexes of the pages whose drawing opens to too much. Raises ReadError if that is unclear."""
    import pikepdf

    large: set[int] = set()
    try:
        with pikepdf.open(io.BytesIO(data), password=password or "") as pdf:
            for index, page in enumerate(pdf.pages):
                if any(_is_large(stream) for stream in _drawings(page, pikepdf)):
                    large.add(index)
            count = len(pdf.pages)
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise ReadError(
            "pdf_page_too_large", pages="?", megabytes=PAGE_CONTENT // 1_000_000
        ) from error
    if not large or len(large) == count:
        raise ReadError(
            "pdf_page_too_large",
            pages=ranges(sorted(index + 1 for index in large)) or "?",
            megabytes=PAGE_CONTENT // 1_000_000,
        )
    return frozenset(large)


def _drawings(page: Any, pikepdf: Any, depth: int = 3) -> Iterator[Any]:
    """Content streams of a page and of the forms that it draws."""
    contents = page.get("/Contents")
    if isinstance(contents, pikepdf.Array):
        yield from contents
    elif contents is not None:
        yield contents
    resources = page.get("/Resources")
    forms = resources.get("/XObject") if resources is not None else None
    if forms is None or depth == 0:
        return
    for form in forms.values():
        if form.get("/Subtype") == "/Form":
            yield form
            yield from _drawings(form, pikepdf, depth - 1)


def _is_large(stream: Any) -> bool:
    filters = str(stream.get("/Filter", ""))
    layers = filters.count("FlateDecode") + len(re.findall(r"/Fl\b", filters))
    return bool(layers) and inflates_beyond(
        stream.read_raw_bytes(), PAGE_CONTENT, layers=min(layers, 4)
    )


def ranges(pages: list[int]) -> str:
    """1, 2, 3, 7 as `1-3, 7`."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][1] + 1:
            parts[-1][1] = page
        else:
            parts.append([page, page])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in parts]
    return ", ".join(shown[:40]) + (", …" if len(shown) > 40 else "")
