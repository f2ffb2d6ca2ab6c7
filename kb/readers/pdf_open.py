"""Opening a PDF: cheap checks first, the password, repair by qpdf when pdfium refuses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kb.config import Settings
from kb.datatypes import Problem
from kb.errors import ReadError

_STREAM = re.compile(rb"stream\r?\n")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_SUSPECT = 60_000  # bytes of a stream below which inflating it cannot cost much
_PAGE_CONTENT = 64_000_000  # bytes of one page's drawing once inflated


@dataclass(slots=True)
class Opened:
    """`document` is pypdfium2's; `data` the bytes that it reads (repaired ones, if so)."""

    document: Any
    data: bytes
    password: str | None
    warnings: list[Problem] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)  # page index -> why


@contextmanager
def open_pdf(
    data: bytes, *, name: str, settings: Settings, password: str | None = None
) -> Iterator[Opened]:
    """Open, repairing if need be. Raises ReadError with what to do."""
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError("pdf_empty")
    if data.startswith(_PICTURES):
        raise ReadError("pdf_is_picture")
    opened = _open(data, name, password)
    try:
        yield opened
    finally:
        opened.document.close()


def _open(data: bytes, name: str, password: str | None) -> Opened:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data, password=password)
        if len(document) > 0:
            return Opened(document, data, password)
        document.close()
    except pdfium.PdfiumError as error:
        _ask_password(error, password)
    mended = _repaired(data, password)
    try:
        document = pdfium.PdfDocument(mended)
    except pdfium.PdfiumError as error:
        raise ReadError("pdf_damaged", detail=str(error)) from error
    if len(document) == 0:
        document.close()
        raise ReadError("pdf_damaged", detail="no pages")
    return Opened(document, mended, None, [Problem(name, "pdf_repaired")])


def _ask_password(error: Exception, password: str | None) -> None:
    if "password" in str(error).lower():
        raise ReadError("pdf_password_wrong" if password else "pdf_password") from error


def _repaired(data: bytes, password: str | None) -> bytes:
    """The file as qpdf rebuilds it. Raises ReadError when it cannot."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), password=password or "") as pdf:
            if len(pdf.pages) == 0:
                raise ReadError("pdf_damaged", detail="no pages")
            out = io.BytesIO()
            pdf.save(out)
            return out.getvalue()
    except pikepdf.PasswordError as error:
        raise ReadError("pdf_password_wrong" if password else "pdf_password") from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise ReadError("pdf_damaged", detail=str(error)) from error
