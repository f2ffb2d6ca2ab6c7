"""Reading order, paragraphs, furniture, notes, tables: PDFs typeset here, read by `pdf.read`."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from kb.config import Settings
from kb.datatypes import Block, RawDocument
from kb.readers import pdf
from kb.readers.cleaning import narrowed

LOREM = (
    "Las personas que trabajan lejos de su país de origen conservan lazos con la comunidad que "
    "las formó y buscan maneras de contribuir a su desarrollo sin dejar el lugar donde viven. "
    "Los programas que duran son los que piden tareas pequeñas y responden pronto a quien se "
    "ofrece, porque el entusiasmo de los primeros meses no resiste el silencio de una oficina. "
)
ENGLISH = (
    "People who work far from home keep ties with the places that trained them and look for "
    "ways to be useful without leaving the country in which they live. The programmes that last "
    "ask for small tasks and answer soon, since early enthusiasm does not outlive a silent office. "
)


def made(draw: Callable[[Canvas], None], *, size: tuple[float, float] = A4, **info: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for name, value in info.items():
        getattr(canvas, f"set{name.title()}")(value)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def column(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    width: float,
    *,
    size: float = 10,
    font: str = "Times-Roman",
    indent: float = 0,
) -> float:
    """Set ragged lines of `text` from (x, y) downwards; return the y below the last."""
    canvas.setFont(font, size)
    line, left = "", x + indent
    for word in text.split():
        if left + stringWidth(f"{line} {word}", font, size) > x + width:
            canvas.drawString(left, y, line.strip())
            y -= 1.2 * size
            line, left = "", x
        line = f"{line} {word}"
    canvas.drawString(left, y, line.strip())
    return y - 1.2 * size


def read(data: bytes, **options: Any) -> RawDocument:
    return pdf.read(data, name="made.pdf", settings=Settings(ocr="off"), **options)


def of_kind(doc: RawDocument, *kinds: str) -> list[Block]:
    return [block for block in doc.blocks if block.kind in kinds]


def norm(text: str) -> str:
    return " ".join(text.split())


def test_two_columns_are_read_one_after_the_other() -> None:
    """A paragraph goes on from the foot of one column to the head of the next."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 18)
        canvas.drawString(60, 780, "Redes que duran")
        canvas.setFont("Times-Roman", 10)
        words = (LOREM * 4).split()
        half = len(words) // 2 + 3
        # The right column is drawn first: only places tell the order.
        column(canvas, " ".join(words[half:]), 310, 740, 220)
        column(canvas, " ".join(words[:half]), 60, 740, 220)

    blocks = read(made(draw)).blocks
    assert [block.kind for block in blocks] == ["title", "paragraph"]
    assert blocks[1].text == norm(LOREM * 4)
    xs = {span.box.x0 > 300 for span in blocks[1].spans if span.box is not None}
    assert xs == {True, False}


def test_every_printed_line_has_its_place() -> None:
    """Spans cover the text of a block in order, with boxes from the top left of the page."""

    def draw(canvas: Canvas) -> None:
        column(canvas, LOREM, 60, 800, 300)

    (block,) = read(made(draw)).blocks
    first = block.spans[0]
    assert block.text[first.start : first.end].startswith("Las personas")
    assert block.spans[0].start == 0
    assert block.spans[-1].end == len(block.text)
    assert all(a.end == b.start for a, b in zip(block.spans, block.spans[1:], strict=False))
    top = block.spans[0].box
    assert top is not None
    assert top.x0 == pytest.approx(60, abs=1)
    assert 841.9 - 812 < top.y0 < 841.9 - 800 < top.y1
    tops = [span.box.y0 for span in block.spans if span.box is not None]
    assert tops == sorted(tops)


def test_a_sidebar_is_read_apart_from_the_text_beside_it() -> None:
    """The lines of a narrow column never mix with those of the wide one."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(220, 790, "Elvira Montejo Ruz")
        y = 760.0
        for text in ("Contacto", "elvira@example.org", "Idiomas", "Español nativo", "Inglés C1"):
            canvas.setFont("Helvetica-Bold" if text in ("Contacto", "Idiomas") else "Helvetica", 9)
            canvas.drawString(40, y, text)
            y -= 14
        canvas.setFont("Helvetica-Bold", 12)
        canvas.drawString(220, 755, "Perfil")
        column(canvas, LOREM, 220, 735, 320, font="Helvetica")

    doc = read(made(draw))
    name, *rest = doc.blocks
    side = [b.text for b in rest if b.style is not None and b.style.column == 0]
    main = [b.text for b in doc.blocks if b.style is not None and b.style.column == 1]
    assert name.text == "Elvira Montejo Ruz"
    assert side == ["Contacto", "elvira@example.org", "Idiomas", "Español nativo", "Inglés C1"]
    assert main[-2:] == ["Perfil", norm(LOREM)]


def test_dates_in_a_column_of_their_own_stay_with_their_entries() -> None:
    """A date of two lines stands whole before the entry at its right."""

    def draw(canvas: Canvas) -> None:
        y = 780.0
        for first, second, post, place in (
            ("2015 –", "actualidad", "Directora de energía", "Instituto del Norte, Quito"),
            ("2009 –", "2014", "Ingeniera de planta", "Cementos del Sur, Lima"),
            ("2005 –", "2008", "Becaria", "Universidad del Lago, Cuenca"),
        ):
            canvas.setFont("Helvetica", 10)
            canvas.drawString(60, y, first)
            canvas.drawString(60, y - 12, second)
            canvas.setFont("Helvetica-Bold", 10)
            canvas.drawString(160, y, post)
            canvas.setFont("Helvetica-Oblique", 10)
            canvas.drawString(160, y - 12, place)
            y -= 40

    texts = [block.text for block in read(made(draw)).blocks]
    assert texts == [
        "2015 – actualidad Directora de energía", "Instituto del Norte, Quito",
        "2009 – 2014 Ingeniera de planta", "Cementos del Sur, Lima",
        "2005 – 2008 Becaria", "Universidad del Lago, Cuenca",
    ]  # fmt: skip


def test_heads_feet_and_page_numbers_are_no_text() -> None:
    """Alternating running heads and printed numbers are set apart; numbers become labels."""

    def draw(canvas: Canvas) -> None:
        for number in range(41, 46):
            canvas.setFont("Times-Italic", 8)
            head = "Revista del Sur" if number % 2 else "Redes y regreso"
            canvas.drawString(60, 805, f"{number} · {head}" if number % 2 else f"{head} · {number}")
            column(canvas, f"En el año {number} hubo cambios. {LOREM}", 60, 770, 400)
            canvas.showPage()

    doc = read(made(draw))
    assert len(of_kind(doc, "head")) == 5
    assert doc.page_labels == ("41", "42", "43", "44", "45")
    body = " ".join(block.text for block in of_kind(doc, "paragraph"))
    assert "Revista" not in body
    assert "Redes y regreso" not in body
    assert "En el año 43 hubo cambios." in body


def test_titles_of_slides_that_come_again_are_no_running_heads() -> None:
    """Large type at one place on every page is a title, whatever its order of drawing."""

    def draw(canvas: Canvas) -> None:
        for point in ("Primero: medir antes", "Segundo: pedir poco", "Tercero: responder"):
            canvas.setFont("Helvetica", 20)
            canvas.drawString(80, 300, point)
            canvas.setFont("Helvetica-Bold", 30)
            canvas.drawString(60, 470, "I. Numeralia")
            canvas.showPage()

    doc = read(made(draw, size=(720, 540)))
    assert [b.text for b in doc.blocks if b.kind == "heading"] == ["I. Numeralia"] * 3
    assert doc.blocks[0].text == "I. Numeralia"
    assert not of_kind(doc, "head", "foot")


def test_a_paragraph_goes_on_over_a_page_with_notes_and_foot_between() -> None:
    """A word cut by the page's end is made whole; the note is a block of its own."""
    before = "Los estudios hablan de redes que fueron creciendo de manera poco vistosa y trasna-"
    after = "cionales en sus efectos, como se vio después. Las redes trasnacionales duran más."

    def draw(canvas: Canvas) -> None:
        y = column(canvas, LOREM, 60, 780, 300)
        column(canvas, before, 60, y - 10, 380)
        canvas.line(60, 120, 160, 120)
        canvas.setFont("Times-Roman", 5)
        canvas.drawString(60, 111, "1")
        column(canvas, "Véase la memoria de la conferencia, sección tercera.", 64, 108, 300, size=8)
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(290, 40, "1")
        canvas.showPage()
        column(canvas, after, 60, 780, 380)
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(290, 40, "2")

    doc = read(made(draw))
    (whole,) = [block for block in doc.blocks if "trasnacionales en sus" in block.text]
    assert {span.page for span in whole.spans} == {1, 2}
    (note,) = of_kind(doc, "footnote")
    assert note.text == "1 Véase la memoria de la conferencia, sección tercera."
    assert [block.text for block in of_kind(doc, "foot")] == ["1", "2"]


def test_calls_of_notes_leave_the_word() -> None:
    """A raised number goes, digits of the same size and ordinals stay."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        x = 60.0
        for text, raised in (
            ("La experiencia Chilena", "2"), (" de 19473 casos, según Aggarwall", "4"),
            (", cerró el 31", "st"), (" de agosto.", ""),
        ):  # fmt: skip
            canvas.setFont("Times-Roman", 11)
            canvas.drawString(x, 700, text)
            x += stringWidth(text, "Times-Roman", 11)
            canvas.setFont("Times-Roman", 6.5)
            canvas.drawString(x, 704, raised)
            x += stringWidth(raised, "Times-Roman", 6.5)

    (block,) = read(made(draw)).blocks
    assert block.text == (
        "La experiencia Chilena de 19473 casos, según Aggarwall, cerró el 31st de agosto."
    )


def test_ruled_tables_are_read_row_by_row_under_their_headers() -> None:
    """Cells of two lines stay in their row; a table that goes on keeps its headers."""
    rows = [("Programa", "Resultado"), ("Caldas", "Contactos y publicaciones"),
            ("R@ICES", "Retorno de personas y viajes cortos")]  # fmt: skip

    def grid(canvas: Canvas, rows: list[tuple[str, str]], top: float, *, head: bool) -> None:
        xs = (60, 180, 300)
        for index, row in enumerate(rows):
            y = top - 30 * index
            canvas.rect(xs[0], y - 30, xs[1] - xs[0], 30)
            canvas.rect(xs[1], y - 30, xs[2] - xs[1], 30)
            for x, cell in zip(xs, row, strict=False):
                bold = head and index == 0
                font = "Helvetica-Bold" if bold else "Helvetica"
                column(canvas, cell, x + 4, y - 11, 100, size=9, font=font)

    def draw(canvas: Canvas) -> None:
        column(canvas, ENGLISH, 60, 800, 400)
        grid(canvas, rows, 120, head=True)
        canvas.showPage()
        grid(canvas, [("TiE", "Mentores en muchas ciudades")], 820, head=False)
        grid(canvas, [("Kea", "Censo")], 790, head=False)
        column(canvas, LOREM, 60, 600, 400)

    found = of_kind(read(made(draw)), "table_row")
    assert [row.text for row in found] == [
        "Programa: Caldas; Resultado: Contactos y publicaciones",
        "Programa: R@ICES; Resultado: Retorno de personas y viajes cortos",
        "Programa: TiE; Resultado: Mentores en muchas ciudades",
        "Programa: Kea; Resultado: Censo",
    ]
    assert found[0].cells == (("Programa", "Caldas"), ("Resultado", "Contactos y publicaciones"))


def test_tables_without_rules_are_read_row_by_row() -> None:
    """Cells under each other's left edge make rows, headers named; text columns do not."""

    def draw(canvas: Canvas) -> None:
        y = column(canvas, ENGLISH, 60, 780, 400) - 20
        for index, row in enumerate(
            (("Red", "Inicio", "Miembros"), ("Caldas", "1991", "Mil"), ("Kea", "2001", "Muchos"),
             ("TiE", "1992", "Miles"))
        ):  # fmt: skip
            canvas.setFont("Helvetica-Bold" if index == 0 else "Helvetica", 10)
            for x, cell in zip((60, 180, 300), row, strict=True):
                canvas.drawString(x, y, cell)
            y -= 16
        column(canvas, LOREM, 60, y - 20, 400)

    found = of_kind(read(made(draw)), "table_row")
    assert [row.text for row in found] == [
        "Red: Caldas; Inicio: 1991; Miembros: Mil",
        "Red: Kea; Inicio: 2001; Miembros: Muchos",
        "Red: TiE; Inicio: 1992; Miembros: Miles",
    ]

    def prose(canvas: Canvas) -> None:
        for x in (40, 220, 400):
            column(canvas, LOREM * 2, x, 780, 150)

    assert not of_kind(read(made(prose)), "table_row")


def test_list_marks_drawn_after_the_text_come_to_their_items() -> None:
    """Bullets that arrive in a heap are put to their lines by place."""

    def draw(canvas: Canvas) -> None:
        items = ("Medir antes de crecer.", "Pedir una sola cosa.", "Responder pronto.")
        canvas.setFont("Helvetica", 10)
        for index, item in enumerate(items):
            canvas.drawString(90, 700 - 16 * index, item)
        for index in range(3):
            canvas.drawString(76, 700 - 16 * index, "•")

    blocks = read(made(draw)).blocks
    assert [(b.kind, b.text) for b in blocks] == [
        ("list_item", "Medir antes de crecer."),
        ("list_item", "Pedir una sola cosa."),
        ("list_item", "Responder pronto."),
    ]


def test_letter_spaced_words_are_whole() -> None:
    """`P O L I C Y` is one word, and the wider gap is a space."""

    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(60, 700)
        text.setFont("Helvetica-Bold", 11)
        text.setCharSpace(5)
        text.textOut("POLICY DOCUMENT")
        canvas.drawText(text)
        column(canvas, ENGLISH, 60, 650, 400)

    assert read(made(draw)).blocks[0].text == "POLICY DOCUMENT"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_read_as_upright_ones(turn: int) -> None:
    """/Rotate changes boxes, not the text."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        column(canvas, LOREM, 60, 500, 300)

    def sideways(canvas: Canvas) -> None:
        canvas.translate(300, 350)
        canvas.rotate(turn)
        column(canvas, LOREM, 0, 0, 200, size=8)

    for drawing in (draw, sideways):
        (block,) = read(made(drawing, size=(700, 700))).blocks
        assert block.text == norm(LOREM)
        for span in block.spans:
            assert span.box is not None
            assert 0 <= span.box.x0 < span.box.x1 <= 700
            assert 0 <= span.box.y0 < span.box.y1 <= 700


def test_outline_and_size_give_levels_of_headings() -> None:
    """A heading that the outline names has the outline's level."""

    def draw(canvas: Canvas) -> None:
        for level, size, title in ((0, 15, "Introducción"), (1, 12, "Contexto regional")):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            canvas.setFont("Helvetica-Bold", size)
            canvas.drawString(60, 750 - 200 * level, title)
            column(canvas, LOREM, 60, 730 - 200 * level, 300)
        canvas.setFont("Helvetica-Bold", 22)
        canvas.drawString(60, 790, "Un título mayor")

    doc = read(made(draw, title="informe.docx"))
    assert [(b.text, b.level) for b in of_kind(doc, "heading")] == [
        ("Introducción", 1), ("Contexto regional", 2),
    ]  # fmt: skip
    assert doc.title == "Un título mayor"
    assert doc.outline == ((1, "Introducción", 1), (2, "Contexto regional", 1))


def test_references_and_contents_are_marked() -> None:
    """Entries under References are references, lines with leaders are contents."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(60, 780, "Contents")
        canvas.setFont("Helvetica", 10)
        for index, title in enumerate(("One beginning", "Two middles", "Three ends")):
            canvas.drawString(60, 750 - 16 * index, f"{title} {'.' * 60} {index + 2}")
        canvas.showPage()
        column(canvas, ENGLISH, 60, 780, 400)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(60, 600, "References")
        y = 580.0
        for entry in ("Alvear, M. (2019). On leaving and coming back, with a preface by the author "
                      "and a second part about cities. Quito: Lago.",
                      "Brun, T. (2021). Networks of engineers in five harbours of the north and of "
                      "the south, a comparison. Oslo: Nord."):  # fmt: skip
            column(canvas, entry, 60, y, 300, indent=0)
            y -= 40

    doc = read(made(draw))
    assert len(of_kind(doc, "contents")) == 4
    assert [b.text[:7] for b in of_kind(doc, "reference")] == ["Alvear,", "Brun, T"]


def test_a_form_sets_what_stands_beside_a_section_below_it() -> None:
    """In a form the bold titles at the right are no sections like the names at the left."""
    rows = [
        (["Experiencia", "2019-2024"], ["Ingeniera de procesos", "Cervecera del Norte", "Bajó la"
         " merma a la mitad."]),
        (["2014-2019"], ["Analista de calidad", "Lácteos del Valle", "Montó el laboratorio."]),
        (["Idiomas"], ["Español nativo, inglés avanzado", "y algo de neerlandés"]),
    ]  # fmt: skip

    def draw(canvas: Canvas) -> None:
        for number, (left, right) in enumerate(rows):
            top = 740 - 60 * number
            canvas.rect(60, top - 46, 110, 60)
            canvas.rect(170, top - 46, 360, 60)
            for at, line in enumerate(left):
                canvas.setFont("Helvetica" if line[0].isdigit() else "Helvetica-Bold", 10)
                canvas.drawString(66, top - 12 * at, line)
            for at, line in enumerate(right):
                bold = at == 0 and number < 2
                canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 10)
                canvas.drawString(176, top - 12 * at, line)

    doc = read(made(draw))
    levels = {b.text: b.level for b in doc.blocks if b.kind == "heading"}
    assert levels["Experiencia"] == levels["Idiomas"] == 1
    assert levels["Ingeniera de procesos"] == levels["Analista de calidad"] == 2
    texts = [block.text for block in doc.blocks]
    assert texts.index("2014-2019") < texts.index("Analista de calidad")


def test_the_title_of_a_slide_is_one_heading_over_two_lines() -> None:
    """A centred title goes on where its second line begins with a small letter."""

    def draw(canvas: Canvas) -> None:
        for title in (("Retos de las redes de", "personas en el exterior"), ("Avances", "")):
            canvas.setFont("Helvetica-Bold", 26)
            canvas.drawCentredString(360, 480, title[0])
            canvas.drawCentredString(360, 448, title[1])
            canvas.setFont("Helvetica", 22)
            for at, line in enumerate(LOREM.split(". ")[:4]):
                canvas.drawString(60, 380 - 60 * at, line[:60])
            canvas.showPage()

    found = [b.text for b in read(made(draw, size=(720, 540))).blocks if b.style and b.style.bold]
    assert found == ["Retos de las redes de personas en el exterior", "Avances"]


def test_wide_letters_are_read_as_plain_ones() -> None:
    """Latin letters set as wide as Chinese ones are the letters that a search asks for."""
    assert narrowed("\uff32\uff45\uff44 \uff12\uff10") == "Red 20"
