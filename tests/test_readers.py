"""Readers through their front door: what each format gives, told by content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import messages
from kb.config import Settings
from kb.datatypes import Block, RawDocument, ReadResult
from kb.readers import read_bytes, read_path
from kb.readers.encodings import decode
from kb.readers.sniff import sniff
from tests.readers_files import STYLES, docx_of, par, tbl, zip_of

SETTINGS = Settings()
PROSE = "La señora Núñez volvió a Logroño con ocho cajas y una pregunta sobre el exilio."


def read(data: bytes | str, name: str = "file") -> ReadResult:
    raw = data.encode() if isinstance(data, str) else data
    return read_bytes(raw, name=name, settings=SETTINGS)


def one(data: bytes | str, name: str = "file") -> RawDocument:
    result = read(data, name)
    assert not result.failures, result.failures
    [doc] = result.documents
    return doc


def texts(doc: RawDocument, kind: str = "") -> list[str]:
    return [block.text for block in doc.blocks if kind in ("", block.kind)]


# --- what a file is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\xff\xd8\xff\xe0 JFIF", "picture:JPEG"),
        (b"{\\rtf1 hola}", "rtf"),
        (bytes(range(256)) * 20, "unsupported:binary"),
        (b"<!doctype html><p>hola", "html"),
        (b"<h1>Ana</h1><p>Hola.</p>", "html"),
        (b'<?xml version="1.0"?><SkillsPassport/>', "europass"),
        (b'<?xml version="1.0"?><feed/>', "xml"),
        (b'{"basics": {}}', "json_resume"),
        (b'{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}', "jsonl"),
        (b'{"a": [1]}', "json"),
        (b"name,email,country\nAna,a@example.org,MX\n", "csv"),
        (b"nombre;pa\xc3\xads\nAna;Chile\n", "csv"),
        ("# Título\n\n## Parte\n\nHola.".encode(), "markdown"),
        (PROSE.encode(), "text"),
        (zip_of({"a.txt": "hola"}), "zip"),
        (docx_of(par("hola")), "docx"),
    ],
)
def test_type_is_told_by_content(data: bytes, kind: str) -> None:
    """The bytes decide what a file is, under any name."""
    assert sniff(data, name="wrong.bin") == kind


def test_prose_with_commas_is_no_table() -> None:
    """Sentences and lists of places with the same number of commas stay text."""
    lines = "\n".join(["Llegó, vio, y venció.", "Madrid, España, 2010", "Cali, Colombia, 2012"])
    assert sniff(lines.encode(), name="a.csv.txt") == "text"
    assert sniff(("\n\n".join([PROSE, PROSE])).encode()) == "text"


def test_every_failure_has_a_message_in_both_languages() -> None:
    """Each code that the readers' files define renders in es and en with the same params."""
    for data in (b"", b"{\\rtf1}", b"\x89PNG\r\n\x1a\n", b'{"a": broken', b"PK\x03\x04broken"):
        [problem] = read(data).failures
        rendered = {lang: messages.render_problem(problem, lang=lang) for lang in ("es", "en")}
        assert rendered["es"]["error"] != rendered["en"]["error"]
    assert messages.catalogue("es").keys() == messages.catalogue("en").keys()


def test_unreadable_path_is_a_problem(tmp_path: Path) -> None:
    """A file that is not there is reported, not raised."""
    [problem] = read_path(tmp_path / "nada.txt", settings=SETTINGS).failures
    assert (problem.source, problem.code) == ("nada.txt", "file_not_opened")


# --- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_spanish_survives_every_encoding(codec: str) -> None:
    """ñ and accents are right whatever the encoding, with or without BOM."""
    assert decode(PROSE.encode(codec)).text == PROSE


def test_damaged_utf8_stays_utf8() -> None:
    """One bad byte does not turn a UTF-8 text into windows-1252 mojibake."""
    data = PROSE.encode() + b" \xff fin " + PROSE.encode()
    decoded = decode(data)
    assert decoded.encoding == "utf-8"
    assert decoded.bad == 1
    assert decoded.text.count("Núñez") == 2


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_round_trip(text: str) -> None:
    """Any UTF-8 text without controls decodes to itself."""
    decoded = decode(text.encode())
    assert decoded.text == text.removeprefix("\ufeff")


@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.csv", "a.html", "a.json", "a"]))
@settings(deadline=None)
def test_no_bytes_raise(data: bytes, name: str) -> None:
    """Whatever the bytes, reading gives documents or problems."""
    result = read_bytes(data, name=name, settings=SETTINGS)
    assert result.documents or result.failures


def test_nuls_are_reported() -> None:
    """NULs inside a text are taken out with a warning, and the rest is whole."""
    doc = one(PROSE.replace(" ", "\0 ", 2).encode() + b"\0" * 50)
    assert texts(doc) == [PROSE]
    assert [(w.code, dict(w.params)["count"]) for w in doc.warnings] == [("nuls_removed", 52)]


# --- plain text ----------------------------------------------------------------------------------


def test_wrapped_lines_are_one_paragraph_and_short_lines_are_not() -> None:
    """Prose broken at a width is joined; lines of a CV each stay a block."""
    wrapped = (
        "Las redes de talento en el exterior necesitan una oficina que las\n"
        "acompañe, porque quienes las forman tienen otro trabajo y poco tiem-\n"
        "po para reuniones. Sin ella se apagan en pocos años y nadie sabe bien\n"
        "por qué."
    )
    [block] = one(wrapped).blocks
    assert "las acompañe" in block.text
    assert "tiempo para" in block.text
    cv = "Inés Arce\n\nEXPERIENCIA\nProfesora, UNAM\n2010-2015\n\n- Óptica\n- Láseres"
    assert [(b.kind, b.text) for b in one(cv).blocks] == [
        ("title", "Inés Arce"),
        ("heading", "EXPERIENCIA"),
        ("paragraph", "Profesora, UNAM"),
        ("paragraph", "2010-2015"),
        ("list_item", "Óptica"),
        ("list_item", "Láseres"),
    ]


# --- HTML and Markdown ---------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="es-MX"><head><title>Redes | Sitio</title>
<meta name="author" content="Inés Arce"><meta name="dc.date" content="2019-05-01">
<style>.nota{display:none} @media print{.visible{display:none}}</style></head><body>
<nav>Inicio Contacto</nav><header><a href="/">Sitio</a></header>
<main><h1>Redes</h1><p>Primera<sup><a href="#n1">1</a></sup> parte.<br>Segunda línea.</p>
<script>alert(1)</script><p class="nota">oculto</p><p class="visible">a la vista</p>
<p style="display: none">también oculto</p>
<h2>Cuadro</h2><table><caption>Becas</caption><tr><th>País</th><th>Becas</th></tr>
<tr><td rowspan="2">Chile</td><td>12</td></tr><tr><td>14</td></tr></table>
<div lang="en"><p>An English paragraph.</p></div>
<ul><li>uno<ul><li>dos</li></ul></li></ul>
<aside><a href="/x">Más notas</a></aside></main>
<footer>Aviso legal</footer></body></html>"""


def test_html_gives_what_a_visitor_reads() -> None:
    """Content in order; navigation, scripts and hidden parts left out, metadata kept."""
    doc = one(PAGE, "page.txt")
    assert [(b.kind, b.level, b.text, b.lang) for b in doc.blocks] == [
        ("head", 0, "Sitio", "es"),
        ("title", 0, "Redes", "es"),
        ("paragraph", 0, "Primera parte.", "es"),
        ("paragraph", 0, "Segunda línea.", "es"),
        ("paragraph", 0, "a la vista", "es"),
        ("heading", 2, "Cuadro", "es"),
        ("caption", 0, "Becas", "es"),
        ("table_row", 0, "País: Chile; Becas: 12", "es"),
        ("table_row", 0, "País: Chile; Becas: 14", "es"),
        ("paragraph", 0, "An English paragraph.", "en"),
        ("list_item", 1, "uno", "es"),
        ("list_item", 2, "dos", "es"),
        ("foot", 0, "Aviso legal", "es"),
    ]
    assert (doc.title, doc.authors, doc.year, doc.lang) == ("Redes", ("Inés Arce",), 2019, "es")
    assert [(w.code, dict(w.params)) for w in doc.warnings] == [("hidden_text", {"count": 2})]


def test_html_charset_is_taken_from_the_bytes() -> None:
    """A page that says utf-8 and is windows-1252 is read right."""
    page = f'<html><head><meta charset="utf-8"></head><body><p>{PROSE}</p></body></html>'
    assert texts(one(page.encode("cp1252"))) == [PROSE]


def test_side_column_of_a_cv_is_content() -> None:
    """A header with the name and an aside with skills are part of a CV."""
    page = """<html><body><header><h1>Inés Arce</h1><p>ines@example.org</p></header>
    <aside><h2>Idiomas</h2><p>Inglés C1</p></aside><div>Publicidad</div>
    <main><h2>Perfil</h2><p>Física de láseres en Lima, antes en Cusco y en Quito.</p></main>
    </body></html>"""
    doc = one(page)
    found = texts(doc)
    assert doc.title == "Inés Arce"
    assert "Publicidad" not in found
    assert {"Inés Arce", "ines@example.org", "Inglés C1"} <= set(found)


def test_markdown_front_matter_tables_and_footnotes() -> None:
    """Front matter is metadata; tables are rows; footnotes are marked."""
    doc = one(
        "---\ntitle: Redes\nauthor: [Inés Arce, Leo Paz]\ndate: 2020-01-02\nlang: es\n---\n"
        "# Redes\n\nTexto[^1] **fuerte**.\n\n| País | Año |\n|---|---|\n| Chile | 2005 |\n\n"
        "[^1]: Una nota.\n\n## Referencias\n\n- Paz (2010). Libro.\n- Arce (2012). Otro.\n"
    )
    assert (doc.format, doc.title, doc.year, doc.lang) == ("markdown", "Redes", 2020, "es")
    assert doc.authors == ("Inés Arce", "Leo Paz")
    assert [(b.kind, b.text) for b in doc.blocks] == [
        ("title", "Redes"),
        ("paragraph", "Texto fuerte."),
        ("table_row", "País: Chile; Año: 2005"),
        ("heading", "Referencias"),
        ("reference", "Paz (2010). Libro."),
        ("reference", "Arce (2012). Otro."),
        ("footnote", "Una nota."),
    ]


def test_referees_of_a_cv_are_no_references() -> None:
    """People who recommend someone stand under "Referencias" too, and stay text."""
    doc = one("# Inés Arce\n\n## Referencias\n\n- Leo Paz, jefe\n- Eva Ríos, colega\n")
    assert texts(doc, "list_item") == ["Leo Paz, jefe", "Eva Ríos, colega"]


# --- DOCX ----------------------------------------------------------------------------------------


def test_docx_headings_lists_notes_and_metadata() -> None:
    """Styles by name and inheritance, numbering, footnotes, page heads and core properties."""
    number = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>'
    call = '<w:p><w:r><w:t>Con nota</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    doc = one(
        docx_of(
            par("Mi informe", style="Ttulo") + par("Índice ... 3", style="TDC1")
            + par("Uno", style="Ttulo1") + par("Uno punto uno", style="Mi")
            + call + par("punto", props=number) + par("borrado", run="<w:vanish/>")
            + "<w:p><w:del><w:r><w:delText>quitado</w:delText></w:r></w:del></w:p>",
            parts={
                "word/styles.xml": STYLES,
                "word/footnotes.xml": f'<w:footnotes {w}><w:footnote w:type="separator">'
                f'{par("x")}</w:footnote><w:footnote w:id="2">{par("La nota.")}</w:footnote>'
                "</w:footnotes>",
                "word/header1.xml": f'<w:hdr {w}>{par("Inés Arce, CV")}{par("3")}</w:hdr>',
                "docProps/core.xml": '<c:p xmlns:c="c" xmlns:dc="d" xmlns:t="t">'
                "<dc:creator>Inés Arce; Leo Paz</dc:creator><t:created>2021-03-04T00:00:00Z"
                "</t:created><dc:language>es-MX</dc:language></c:p>",
            },
        )
    )  # fmt: skip
    assert [(b.kind, b.level, b.text) for b in doc.blocks] == [
        ("head", 0, "Inés Arce, CV"),
        ("title", 0, "Mi informe"),
        ("contents", 0, "Índice ... 3"),
        ("heading", 1, "Uno"),
        ("heading", 2, "Uno punto uno"),
        ("paragraph", 0, "Con nota"),
        ("list_item", 2, "punto"),
        ("footnote", 0, "La nota."),
    ]
    assert (doc.title, doc.year, doc.lang) == ("Mi informe", 2021, "es")
    assert doc.authors == ("Inés Arce", "Leo Paz")
    assert [w.code for w in doc.warnings] == ["hidden_text"]


def test_docx_headings_by_their_looks() -> None:
    """Without styles, the largest line is the title and bold short lines are headings."""
    bold, big = "<w:b/>", '<w:sz w:val="40"/>'
    doc = one(
        docx_of(
            par("Inés Arce", run=big) + par("Perfil", run=bold) + par(PROSE)
            + par("Experiencia", run=bold) + par("2010–2015") + par("Profesora", run=bold)
            + par("Dio clases de óptica en Lima.")
        )
    )  # fmt: skip
    assert [(b.kind, b.text) for b in doc.blocks] == [
        ("title", "Inés Arce"),
        ("heading", "Perfil"),
        ("paragraph", PROSE),
        ("heading", "Experiencia"),
        ("paragraph", "2010–2015"),
        ("paragraph", "Profesora"),
        ("paragraph", "Dio clases de óptica en Lima."),
    ]


def test_docx_data_table_and_layout_table() -> None:
    """A grid of short cells is rows with headers; a page arranged by a table is read by cells."""
    data = tbl([["País", "Becas"], ["Chile", "12"], ["Perú", "9"]])
    left = par("CONTACTO") + par("ines@example.org") + par("+34 600 000 000") + par("Logroño")
    layout = tbl([[left, par("Perfil", style="Ttulo1") + par(PROSE)]])
    doc = one(docx_of(data + layout, parts={"word/styles.xml": STYLES}))
    assert texts(doc, "table_row") == ["País: Chile; Becas: 12", "País: Perú; Becas: 9"]
    columns = {b.text: b.style.column for b in doc.blocks if b.style and b.kind != "table_row"}
    assert columns["Logroño"] == 0
    assert columns[PROSE] == 1


def test_docx_text_box_is_read_once() -> None:
    """A text box stands in two alternatives for old and new programs; it is read once."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{par('En la caja')}</w:txbxContent>"
    run = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice><w:drawing>{box}</w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
        "</w:r></w:p>"
    )
    assert texts(one(docx_of(run))) == ["En la caja"]


# --- JSON ----------------------------------------------------------------------------------------

RESUME = {
    "basics": {"name": "Inés Arce", "email": "ines@example.org", "location": {"city": "Lima"}},
    "work": [
        {"name": "UNAM", "position": "Profesora", "startDate": "2010-1", "endDate": "present"}
    ],
    "skills": [{"name": "Óptica", "keywords": ["láser"]}],
}


def test_json_resume_is_record_and_text() -> None:
    """A sound resume gives its record, typed, and the same content as readable blocks."""
    doc = one(json.dumps(RESUME))
    assert doc.record_format == "json_resume"
    assert doc.record is not None
    assert doc.record["work"][0]["startDate"] == "2010-01"
    assert doc.title == "Inés Arce"
    assert not doc.warnings
    assert "ines@example.org" in texts(doc)
    assert any("Profesora, UNAM" in text for text in texts(doc))


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"basics": {"name": 42, "label": "Física"}}, "json_field_wrong"),
        ({"work": [{"name": "UNAM", "startDate": "2015-13"}]}, "json_bad_date"),
        ({"basics": {"name": "Inés", "url": "javascript:alert(1)"}}, "json_bad_address"),
        ({"work": {"name": "UNAM"}}, "json_field_read_as"),
        ({"skills": "óptica, láser"}, "json_field_read_as"),
    ],
)
def test_one_wrong_field_costs_one_field(patch: dict[str, object], code: str) -> None:
    """Each wrong field is a warning of its own; the rest of the resume is kept."""
    doc = one(json.dumps(RESUME | patch))
    assert code in {warning.code for warning in doc.warnings}
    assert doc.record is not None
    assert {"skills", "work"} <= doc.record.keys()


def test_jsonl_lines_are_ready_passages() -> None:
    """One document a line; bad lines and repeated ids are named and stop nothing."""
    lines = ['{"id": "a", "text": "Uno  dos", "lang": "es", "title": "T"}', "{bad", '{"id": "b"}',
             '{"id": "a", "text": "otra vez"}', '{"text": "sin id"}']  # fmt: skip
    result = read("\n".join(lines))
    assert [(d.member, d.ready, d.title) for d in result.documents] == [
        ("#a", True, "T"),
        ("#5", True, None),
    ]
    assert result.documents[0].blocks == (Block("Uno  dos", lang="es"),)
    assert [(w.code, dict(w.params)["line"]) for w in result.warnings] == [
        ("jsonl_bad_line", 2),
        ("jsonl_no_text", 3),
        ("jsonl_same_id", 4),
    ]


def test_lines_of_markdown_that_someone_ended_stay_lines() -> None:
    """A record a line is several; wrapped prose and sentences behind each other are one."""
    text = """# Lía Sol

## Formación

Doctorado en Física, Universidad de Guanajuato, 2016
Licenciatura en Física, Universidad de Guanajuato, 2010.
Diplomado en Óptica

## Experiencia

Dirige pruebas de baterías.
Es mentora de estudiantes.
"""
    assert texts(one(text, "cv.md")) == [
        "Lía Sol", "Formación", "Doctorado en Física, Universidad de Guanajuato, 2016",
        "Licenciatura en Física, Universidad de Guanajuato, 2010.", "Diplomado en Óptica",
        "Experiencia", "Dirige pruebas de baterías. Es mentora de estudiantes.",
    ]  # fmt: skip
    prose = """# Redes

La red que depende solo de voluntarios se apaga en tres años, y quienes la
fundaron en 2003 lo cuentan con pena en cada aniversario de su país, México,
España o el
Reino Unido. Otros no
vuelven.
"""
    assert len(texts(one(prose, "red.md"))) == 2
