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


def table(*, angle: float = 0.0) -> Image.Image:
    """A table of three columns with thin lines, its head light on dark, and two list marks."""
    page = Image.new("L", (1240, 800), 240)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=26)
    xs, y = (90, 330, 570, 1120), 80
    for row in TABLE:
        draw.rectangle((xs[0], y, xs[-1], y + 90), fill=40 if y == 80 else 240)
        for left, right, cell in zip(xs, xs[1:], row, strict=False):
            draw.rectangle((left, y, right, y + 90), outline=150, width=2)
            for at, line in enumerate(cell.split("/")):
                fill = 250 if y == 80 else 20
                draw.text((left + 10, y + 8 + 36 * at), line, fill=fill, font=font)
        y += 90
    for at, line in enumerate(("Revisar cada compromiso.", "Nombrar a un relevo.")):
        draw.ellipse((120, y + 62 + 60 * at, 132, y + 74 + 60 * at), fill=20)
        draw.text((160, y + 50 + 60 * at), line, fill=20, font=font)
    return page.rotate(-angle, fillcolor=240, resample=Image.Resampling.BICUBIC)


TABLE = (
    ("Programa", "Sede", "Resultado"),
    ("Red del/Norte", "Monterrey", "Mentores que responden/cartas de estudiantes"),
    ("Red del/Sur", "Puebla y/Oaxaca", "Talleres de verano en/escuelas rurales"),
)


@pytest.mark.parametrize("angle", [0.0, 0.6])
def test_the_lines_of_a_scanned_table_are_found(angle: float) -> None:
    """Four lines level and four upright, and nothing in the letters."""
    rules = ocr.straighten(table(angle=angle), 1, 595, 384, 0.48).rules
    upright = {round((x0 + x1) / 2 / 24) for x0, _, x1, _ in rules if x1 - x0 < 1}
    level = {round((y0 + y1) / 2 / 12) for x0, y0, x1, y1 in rules if x1 - x0 >= 40}
    assert len(upright) == 4
    assert len(level) == 4
    assert ocr.straighten(picture(angle=angle), 1, 595, 384, 0.48).rules == ()


@pytest.mark.ocr
def test_a_scanned_table_is_read_cell_by_cell() -> None:
    """Cells of two lines are whole, rows are rows, and marks of lists are no letters."""
    doc = pdf.read(scanned(table(angle=0.6)), name="scan.pdf", settings=Settings())
    rows = [[text for _, text in b.cells] for b in doc.blocks if b.kind == "table_row"]
    assert rows[-2:] == [[cell.replace("/", " ") for cell in row] for row in TABLE[1:]]
    items = [block.text for block in doc.blocks if block.kind == "list_item"]
    assert items == ["Revisar cada compromiso.", "Nombrar a un relevo."]
