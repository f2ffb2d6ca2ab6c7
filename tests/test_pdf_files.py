"""Damaged, locked, bloated, unreadable PDFs: what is read, what is refused, and what is said."""

from __future__ import annotations

import io
import re
import zlib

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kb.config import Settings
from kb.datatypes import RawDocument
from kb.errors import ReadError
from kb.messages import render
from kb.readers import pdf
from kb.readers.hyphens import Mender
from kb.readers.legible import garbled
from kb.readers.pdf_open import inflates_beyond, ranges

LINES = [
    "La red pide a cada miembro una sola tarea al año y la agradece por escrito.",
    "Quien responde pronto a una oferta de ayuda conserva a la persona que la hizo.",
    "Los capítulos que duran son los que pueden explicar en una frase para qué sirven.",
]


def made(pages: list[list[str]], **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for lines in pages:
        canvas.setFont("Helvetica", 10)
        for index, line in enumerate(lines):
            canvas.drawString(60, 780 - 30 * index, line)
        canvas.showPage()
    canvas.save()
    data = out.getvalue()
    if not options:
        return data
    with pikepdf.open(io.BytesIO(data)) as whole:
        locked = io.BytesIO()
        whole.save(locked, **options)
        return locked.getvalue()


def read(
    data: bytes, *, password: str | None = None, settings: Settings | None = None
) -> RawDocument:
    return pdf.read(data, name="a.pdf", settings=settings or Settings(ocr="off"), password=password)


def refusal(data: bytes, *, password: str | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, password=password)
    for lang in ("es", "en"):
        assert "{" not in caught.value.text(lang)
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pdf_empty"),
        (b"\xff\xd8\xff\xe0 a picture", "pdf_is_picture"),
        (b"%PDF-1.7\nnothing else", "pdf_damaged"),
    ],
)
def test_what_is_no_pdf_is_refused_by_name(data: bytes, code: str) -> None:
    """An empty file, a picture and a stump of a PDF each get their own message."""
    assert refusal(data) == code


def test_a_password_is_asked_for() -> None:
    """Without it the file is refused, a wrong one is named as such, the right one opens."""
    data = made([LINES], encryption=pikepdf.Encryption(user="secreto", owner="otra", R=6))
    assert refusal(data) == "pdf_password"
    assert refusal(data, password="falsa") == "pdf_password_wrong"
    assert [b.text for b in read(data, password="secreto").blocks] == LINES


def test_an_owner_password_alone_asks_nothing() -> None:
    """Files that only forbid printing are read."""
    data = made([LINES], encryption=pikepdf.Encryption(user="", owner="otra", R=4))
    assert [b.text for b in read(data).blocks] == LINES


def test_a_lost_tail_is_repaired_and_said() -> None:
    """A file without its end is rebuilt, and the reader is told."""
    data = made([LINES])
    cut = data[: data.rindex(b"xref")]
    doc = read(cut)
    assert [b.text for b in doc.blocks] == LINES
    assert {w.code for w in doc.warnings} <= {"pdf_repaired"}


def test_pages_without_text_are_named() -> None:
    """Blank pages among written ones are a warning with their numbers."""
    doc = read(made([LINES, [], [], LINES[:1], []]))
    assert [(w.code, dict(w.params)["pages"]) for w in doc.warnings] == [
        ("pdf_pages_without_text", "2-3, 5")
    ]
    assert refusal(made([[], []])) == "pdf_no_text"


def test_a_page_that_inflates_beyond_measure_is_left_out() -> None:
    """The bloated page is named, the others are read."""
    with pikepdf.open(io.BytesIO(made([LINES, LINES[:2]]))) as whole:
        bloated = zlib.compress(b" " * 70_000_000 + b"BT ET", 9)
        whole.pages[0].Contents = pikepdf.Stream(whole, b"")
        whole.pages[0].Contents.write(bloated, filter=pikepdf.Name.FlateDecode)
        out = io.BytesIO()
        whole.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    doc = read(out.getvalue())
    assert [b.text for b in doc.blocks] == LINES[:2]
    assert [w.code for w in doc.warnings] == ["pdf_page_too_large"]


def test_inflating_is_counted_through_layers() -> None:
    """Two layers of deflation are opened as the reader would; broken data is no bomb."""
    twice = zlib.compress(zlib.compress(b"\0" * 5_000_000))
    assert inflates_beyond(twice, 4_000_000, layers=2)
    assert not inflates_beyond(twice, 6_000_000, layers=2)
    assert not inflates_beyond(twice, 4_000_000, layers=1)
    assert not inflates_beyond(b"nothing deflated", 10)


def test_a_page_listed_twice_is_read_once() -> None:
    """A page list that names one page object twice gives its text once; equal pages stay."""
    data = re.sub(rb"/Count 1 /Kids \[ (\d+ 0 R) \]", rb"/Count 2 /Kids [ \1 \1 ]", made([LINES]))
    assert b"/Count 2" in data
    doc = read(data)
    assert [b.text for b in doc.blocks] == LINES
    assert [w.code for w in doc.warnings] == ["pdf_page_list_repeats"]
    assert doc.pages == 1
    assert len(read(made([LINES, LINES])).blocks) == 2 * len(LINES)


def test_text_of_wrong_letters_is_not_kept() -> None:
    """Letters put for other letters are no text: nothing of it is stored."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    wrong = str.maketrans(letters, letters[7:] + letters[:7])
    lines = [line.translate(wrong) for line in LINES * 3]
    assert refusal(made([lines])) == "pdf_nothing_readable"
    doc = read(made([lines, LINES * 2]))
    assert {span.page for b in doc.blocks for span in b.spans} == {2}
    assert [w.code for w in doc.warnings] == ["pdf_text_unreadable"]


@pytest.mark.parametrize(
    "text",
    [
        "Die Netzwerke der Ausgewanderten sind nicht von Dauer, wenn niemand auf ihre Angebote "
        "antwortet und die Ämter schweigen.",
        "Os programas que duram são os que pedem tarefas pequenas e respondem logo a quem se "
        "oferece para ajudar a sua terra.",
        "2015 1,204 33.5 2016 1,377 35.1 2017 1,502 36.0 2018 1,633 36.4 2019 1,801 37.2 2020",
        "Σύνδεσμοι με την πατρίδα διατηρούν όσοι ζουν μακριά και θέλουν να φανούν χρήσιμοι",
        "Garfield Menéndez Watson Kowalski Anderson Rodríguez Thompson González Hernández Miller "
        "Martínez Johnson Robertson Fernández Gutiérrez Patterson",
    ],
)
def test_other_languages_numbers_and_names_are_legible(text: str) -> None:
    """German, Portuguese, figures, Greek and lists of names are not taken for garbage."""
    assert not garbled(text)


def test_private_use_characters_are_garbled() -> None:
    """A font that maps every letter to the private-use area gives no text."""
    assert garbled("".join(chr(0xE000 + i % 60) for i in range(200)))


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("la calificación du-", "rante el año", "la calificación durante el año"),
        ("un enfoque teórico-", "práctico de redes", "un enfoque teórico-práctico de redes"),
        ("entre México-", "Estados Unidos", "entre México-Estados Unidos"),
        ("without co-", "optation of the", "without co-optation of the"),
        ("the programme of net-", "works abroad", "the programme of networks abroad"),
        ("entre 2005-", "2006 hubo", "entre 2005-2006 hubo"),
        (
            "véase https://a.example/wp-",
            "content/x.pdf",
            "véase https://a.example/wp-content/x.pdf",
        ),
        ("en https://", "revista.example/x.", "en https://revista.example/x."),
        ("la red de", "talentos", "la red de talentos"),
        ("suave\u00ad", "mente", "suavemente"),
    ],
)
def test_line_ends_are_mended(left: str, right: str, whole: str) -> None:
    """A hyphen at a line's end goes or stays by vocabulary; addresses lose nothing."""
    english = (
        "the of and is that the with in of co-creation and the network"
        if "the" in left + right
        else ""
    )
    mender = Mender(
        ["la red de los que en el país y para la", english],
        links=["https://revista.example/x"],
    )
    text, start = mender.join(left, right)
    assert text == whole
    assert text[start:].startswith(right[:4])


def test_the_words_of_the_document_decide_first() -> None:
    """A compound that stands whole elsewhere keeps its hyphen when it is cut."""
    mender = Mender(["El enfoque socio-histórico de la red", "la visión socio-", "histórica"])
    assert mender.join("un método socio-", "histórico")[0] == "un método socio-histórico"
    plain = Mender(["El enfoque sociohistórico de la red"])
    assert plain.join("un método socio-", "histórico")[0] == "un método sociohistórico"


def test_ranges_of_pages_read_well() -> None:
    """Runs of numbers are written as ranges."""
    assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
    assert render("pdf_no_text", lang="es", pages=3000).error.startswith("3000")
