"""A page as a scanner leaves it: a picture with slight noise, no text layer."""

from __future__ import annotations

import io

DPI = 150
SEED = 20260101


def scan(pdf: bytes) -> bytes:
    """Return a PDF of one grey JPEG, A4 or letter; the CV must fit one page."""
    import numpy as np
    import pypdfium2 as pdfium
    from PIL import Image, ImageFilter
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    source = pdfium.PdfDocument(pdf)
    if len(source) != 1:
        raise ValueError(f"A scanned CV is one page; this one has {len(source)}")
    width, height = source[0].get_size()
    page = source[0].render(scale=DPI / 72).to_pil().convert("L")
    page = page.rotate(0.35, resample=Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(0.45))
    noise = np.random.default_rng(SEED).normal(0.0, 4.0, (page.height, page.width))
    grey = np.clip(np.asarray(page, dtype=np.float64) * 0.96 + noise, 0, 255).astype(np.uint8)
    jpeg = io.BytesIO()
    Image.fromarray(grey).save(jpeg, "JPEG", quality=45, optimize=True)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height), invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(jpeg.getvalue())), 0, 0, width, height)
    canvas.save()
    return buffer.getvalue()
