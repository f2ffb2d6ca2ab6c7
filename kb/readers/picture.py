"""A picture of pages: made into a PDF in memory and read as a scanned one."""

from __future__ import annotations

import io
from dataclasses import replace

from kb.config import Settings
from kb.datatypes import RawDocument
from kb.errors import ReadError

_PAGE_WIDTH = 8.27  # inches: a picture that does not state its size is taken for A4
_MAX_PIXELS = 120_000_000
_MAX_PAGES = 300


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Recognised text of a JPEG, PNG, TIFF, ...; ReadError if it is no sound picture."""
    from kb.readers import pdf

    sheet = _as_pdf(data)
    found = pdf.read(sheet, name=name, settings=replace(settings, ocr="always"))
    return replace(found, format="picture", metadata=())


def _as_pdf(data: bytes) -> bytes:
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise ReadError("picture_too_large", limit=_MAX_PIXELS // 1_000_000)
            pages = []
            for frame in ImageSequence.Iterator(picture):
                pages.append(ImageOps.exif_transpose(frame).convert("L"))
                if len(pages) == _MAX_PAGES:
                    break
            resolution = max(72.0, pages[0].width / _PAGE_WIDTH)
            sheet = io.BytesIO()
            pages[0].save(
                sheet, "PDF", resolution=resolution, save_all=True, append_images=pages[1:]
            )
    except Image.DecompressionBombError as error:
        raise ReadError("picture_too_large", limit=_MAX_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ReadError("damaged", detail=str(error)[:120]) from error
    return sheet.getvalue()
