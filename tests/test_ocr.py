"""Text of page pictures: recognised, put in reading order, with its place on the page."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kb import build
from kb.config import Limits, Settings
from kb.readers import ocr, pdf

LEFT = [
    "Las redes de personas",
    "calificadas duran si",
    "responden a quien les",
    "ofrece su ayuda.",
]
RIGHT = [
    "Cada grupo pide una",
    "tarea menor por mes",
    "y la agradece en una",
    "carta breve y clara.",
]


def picture(*, angle: float = 0.0) -> Image.Image:
    """Two columns of text at 150 dpi on gray paper, turned clockwise by `angle` degrees."""
    page = Image.new("L", (1240, 800), 245)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=34)
    for x, lines in ((90, LEFT), (690, RIGHT)):
        for index, line in enumerate(lines):
            draw.text((x, 120 + 56 * index), line, fill=20, font=font)
    return page.rotate(-angle, fillcolor=245, resample=Image.Resampling.BICUBIC)


def scanned(*pages: Image.Image | None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 384))
    for page in pages:
        if page is not None:
            canvas.drawImage(ImageReader(page), 0, 0, 595, 384)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("angle", [-1.4, 0.0, 0.8])
def test_the_turn_of_a_scan_is_measured(angle: float) -> None:
    """The angle of the lines is found to a fifth of a degree."""
    assert ocr.skew(picture(angle=angle)) == pytest.approx(angle, abs=0.2)


@pytest.mark.ocr
def test_a_scan_is_read_column_by_column_with_places() -> None:
    """A turned scan gives its words in order, on their page, with boxes; the page is named."""
    doc = pdf.read(scanned(picture(angle=0.8)), name="scan.pdf", settings=Settings())
    text = "".join(block.text for block in doc.blocks)
    assert text.replace(" ", "") == "".join(LEFT + RIGHT).replace(" ", "")
    assert [(w.code, dict(w.params)["pages"]) for w in doc.warnings] == [("pdf_ocr", "1")]
    box = doc.blocks[0].spans[0].box
    assert box is not None
    assert box.x0 == pytest.approx(90 * 595 / 1240, abs=8)
    assert box.y0 == pytest.approx(120 * 384 / 800, abs=10)


@pytest.mark.ocr
def test_pages_beyond_the_limit_are_named_and_blank_ones_left_alone() -> None:
    """No more pages than allowed are recognised unasked; what is left is said."""
    settings = replace(Settings(), limits=Limits(ocr_pages=1))
    doc = pdf.read(scanned(picture(), None, picture()), name="scan.pdf", settings=settings)
    told = {w.code: dict(w.params).get("pages") for w in doc.warnings}
    assert told == {"pdf_ocr": "1", "pdf_ocr_limit": "3", "pdf_pages_without_text": "2-3"}


@pytest.mark.ocr
def test_a_scanned_cv_is_read_in_the_limited_process() -> None:
    """The child process may run tesseract: a scan of the sample corpus gives its profile."""
    scan = Path(__file__).resolve().parent.parent / "corpus" / "profiles" / "kilbride_scan.pdf"
    parsed, problems = build.parse_file(scan, settings=Settings())
    assert [problem.code for problem in problems] == []
    profile = parsed[0].profile
    assert profile is not None
    assert (profile.name, profile.emails) == ("Aoife Kilbride", ("aoife.kilbride@example.com",))
    assert [warning.code for warning in parsed[0].document.warnings] == ["pdf_ocr"]


def test_without_recognition_scans_are_named() -> None:
    """Recognition switched off leaves a scan unread, and says so with what to do."""
    with pytest.raises(pdf.ReadError) as caught:
        pdf.read(scanned(picture()), name="scan.pdf", settings=Settings(ocr="off"))
    assert caught.value.code == "pdf_no_text"
    assert "tesseract" in caught.value.text("es")
