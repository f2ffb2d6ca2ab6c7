"""Private data of curricula: left out of everything that is kept, told by kind and number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st
from support_store import bytes_below

from kb import build, ingest, messages, readers
from kb.config import Settings
from kb.datatypes import Block, Box, Document, Kind, RawDocument, Span
from kb.index import open_index
from kb.wire import to_plain

SETTINGS = Settings(index=Path("nowhere"), encoder="hash")
CURP = "NUAL800503MPLXRC09"
RFC = "NUAL800503AB1"
HEAD = "Lucía Núñez Arrieta\nIngeniera en energía solar\nlucia.nunez@example.org\n"
REST = (
    "\n\nExperiencia\n\nInvestigadora, Instituto del Sol, 2017 - presente\n\nFormación\n\n"
    "Doctorado en Ingeniería Eléctrica, Universidad de Guanajuato, 2016\n\nIdiomas\n\n"
    "Español (nativo), inglés (C2)\n"
)


def assembled(raw: RawDocument, *, kind: Kind | None = "profile") -> Document:
    return ingest.assemble(raw, source="cv", sha256="0", doc_id="d0", kind=kind)


def read(data: str | bytes, name: str = "cv.txt", *, kind: Kind | None = "profile") -> Document:
    data = data.encode() if isinstance(data, str) else data
    [raw] = readers.read_bytes(data, name=name, settings=SETTINGS).documents
    return assembled(raw, kind=kind)


def told(doc: Document, lang: str = "en") -> str:
    """What the warning says, "" where there is none; never are there two."""
    found = [w for w in doc.warnings if w.code == "private_left_out"]
    assert len(found) <= 1
    return messages.render_problem(found[0], lang=lang)["error"] if found else ""


def lines(*texts: str) -> RawDocument:
    return RawDocument(tuple(Block(text) for text in texts), format="text")


# --- what goes -----------------------------------------------------------------------------------

#: line, what must be gone, what must stay, kind as the warning calls it
GONE = [
    ("Fecha de nacimiento: 3 de mayo de 1980", "1980|mayo", "", "birth"),
    ("FECHA DE NACIMIENTO 03/05/1980", "1980", "", "birth"),
    ("Fecha de nac. (dd/mm/aaaa): 03-05-80", "03-05", "", "birth"),
    ("fechaNacimiento: 1980-05-03", "1980", "", "birth"),
    ("Fecha de nacimiento: tres de mayo de mil novecientos ochenta", "ochenta|mayo", "", "birth"),
    ("Fecha de nacimiento / Date of birth: 3 May 1980", "1980|May", "", "birth"),
    ("Date of birth: May 3rd, 1980 (age 45)", "1980|45", "", "birth"),
    ("D.O.B. 1980/05/03", "1980", "", "birth"),
    ("Born: May 3, 1980", "1980|May", "", "birth"),
    ("Born 3 May 1980 in Puebla", "1980|May", "Born in Puebla", "birth"),
    ("I was born in Puebla, Mexico, on 3 May 1980.", "1980", "born in Puebla, Mexico", "birth"),
    ("Nacida el 3 de mayo de 1980 en Puebla, México.", "1980|mayo", "Nacida en Puebla", "birth"),
    ("Nació en 1980 en Puebla", "1980", "Nació en Puebla", "birth"),
    ("Nací el 3 de mayo de 1980 y estudié física.", "1980", "estudié física", "birth"),
    ("Lugar y fecha de nacimiento: Puebla, Pue., 3 de mayo de 1980", "1980", "Puebla", "birth"),
    ("Fecha y lugar de nacimiento: 3 de mayo de 1980, Puebla", "1980", "Puebla", "birth"),
    ("Lucía Núñez Arrieta (Puebla, 1980) estudia el sol.", "1980", "(Puebla) estudia", "birth"),
    ("Lucía Núñez Arrieta (n. 1980) estudia el sol.", "1980", "estudia el sol", "birth"),
    ("Nacida en Oaxaca (1975), estudia el sol", "1975", "Nacida en Oaxaca, estudia", "birth"),
    ("Oaxaqueña, nacida en 1975", "1975", "Oaxaqueña", "birth"),
    ("Nac.: 12/12/1975", "1975", "", "birth"),
    ("Edad: 45 años", "45", "", "birth"),
    ("I am 45 years old.", "45", "", "birth"),
    (f"CURP: {CURP}", CURP, "", "CURP"),
    (f"Clave única {CURP[:4]} {CURP[4:10]} {CURP[10:16]} {CURP[16:]}", "800503|09", "", "CURP"),
    (f"{CURP} · Freiburg", CURP, "Freiburg", "CURP"),
    (f"RFC {RFC} | Freiburg", RFC, "Freiburg", "RFC"),
    ("R.F.C.: NUAL-800503-AB1", "800503|AB1", "", "RFC"),
    (f"{RFC}", RFC, "", "RFC"),
    ("Pasaporte mexicano No. G12345678", "12345678", "", "passport"),
    ("Passport number: 533401234", "533401234", "", "passport"),
    ("Clave de elector: NXARLC80050321M100", "800503|M100", "", "identity"),
    ("INE: 1234567890123", "1234567890123", "", "identity"),
    ("DNI: 12345678Z", "12345678", "", "identity"),
    ("N.I.E. X-1234567-L", "1234567", "", "identity"),
    ("Cédula de identidad: V-12.345.678", "12.345.678", "", "identity"),
    ("Cédula de ciudadanía 1.020.304.050 de Bogotá", "1.020", "Bogotá", "identity"),
    ("NSS: 12 34 56 7890 1", "7890", "", "social"),
    ("No. de seguridad social (IMSS): 12-34-56-7890-1", "7890|No. de", "", "social"),
    ("IMSS 12345678901", "12345678901", "", "social"),
    ("Social Security Number: 123-45-6789", "6789", "", "social"),
    ("National Insurance No: QQ 12 34 56 C", "12 34", "", "social"),
    ("Estado civil: casada", "casada", "", "marital"),
    ("Estado civil: Casada, con dos hijos", "asada|hijos", "", "marital"),
    ("Estado civil: Soltero(a)", "oltero|(a)", "", "marital"),
    ("Estado civil: alianza", "alianza", "", "marital"),
    ("Estado civil: Casada (2 hijos)", "asada|hijos", "", "marital"),
    ("Marital status: Single", "Single", "", "marital"),
    ("She is married with two children.", "married|children", "", "marital"),
    ("Mexicana, casada, 45 años", "casada|45", "Mexicana", "marital"),
    ("Sexo: F · Nacionalidad: mexicana", "Sexo", "Nacionalidad: mexicana", "sex"),
    ("Gender: female", "female", "", "sex"),
    ("Religión: católica", "católica", "", "religion"),
    ("Religión: Cristiana evangélica", "ristiana|evang", "", "religion"),
    ("Religion: Roman Catholic", "Catholic", "", "religion"),
    ("![Foto](data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==)", "iVBOR|base64", "", "photo"),
    ("Foto: /9j/" + 40 * "4AAQSkZJRg", "4AAQSkZJRg", "", "photo"),
]


@pytest.mark.parametrize(("line", "gone", "stays", "kind"), GONE, ids=[g[0][:40] for g in GONE])
def test_private_data_of_a_line_goes(line: str, gone: str, stays: str, kind: str) -> None:
    """In either language, with label or by its form; what stands beside it stays."""
    doc = read(HEAD + line + REST)
    before, _, rest = doc.text.partition("Experiencia")
    for secret in gone.split("|"):
        assert secret not in before
    assert stays in before
    assert "lucia.nunez@example.org" in before
    assert "2017 - presente" in rest
    assert kind in told(doc)
    assert "(1)" in told(doc)


@pytest.mark.parametrize(
    "line",
    [
        "Cédula profesional: 12345678",
        "Cédula profesional 1234567 y 7654321, Dirección General de Profesiones",
        "Profesor de religión comparada, Universidad Católica, 2010 - 2015",
        "Religión: historia y teoría, Editorial del Valle, 1999",
        "Single-crystal X-ray diffraction of perovskites",
        "Single molecule, double helix and married couples: a study, 1998",
        "Identidad nacional y memoria, 1910-1940",
        "Líneas de investigación: género, identidad, estado civil en el Registro de 1859",
        "Género: mujeres y trabajo",
        "ORCID: 0000-0002-1825-0097",
        "Scopus Author ID: 57201234567",
        "Proyecto PAPIIT IN210419, CONACYT CB-2015-01-254789",
        "Patente MXPA05012345A, Instituto del Sol, 2005",
        "Instituto Mexicano del Seguro Social (IMSS), 2012-2015",
        "INE 2010-2015, RFC 2616, ISSN 1234-5679, ISBN 978-607-02-1234-5",
        "doi:10.1038/s41586-020-2649-2",
        "Fundó la Red de Talentos, que nació en 2005 en Houston",
        "La empresa nació el 3 de mayo de 2019 en Toronto",
        "Max Born Institute, Berlin, 2010",
        "“Born in 1965: a cohort study”, Journal of Cohorts, 1998",
        "The 1958 birth cohort: born in 1958, adults aged 45, 2003",
        "The Sociology of Religion: Catholic Europe, 2010",
        "Coordinadora de pasaportes, 2003 – 2005: expidió 120000 pasaportes en 2004",
        "Premio Nacional de Física, 12 de noviembre de 1999",
        "Social Security Administration, SSN matching system, 2005–2008",
        "Born and raised in Puebla",
        "Tengo 20 años de experiencia en minería",
        "Pacientes de 45 años de edad con diabetes",
        "Adults aged 45 and over",
        "Titulación: 3 de mayo de 2003",
        "Children: Rights and policy, 2010",
        "US social security reform, 2010-2012",
        "Teléfono: 5512345678 · +49 761 555 0137 · (222) 123-45-6789",
        "RFC del instituto: ISO010203AB1",
    ],
)
def test_what_looks_like_it_and_is_not_stays(line: str) -> None:
    """Under the name and under a section alike: licences, research, years, phones, projects."""
    for text in (HEAD + line + REST, HEAD + REST + "\nOtros datos\n\n" + line + "\n"):
        doc = read(text)
        assert line in doc.text
        assert told(doc) == ""


_YEARS = st.integers(1950, 2026)
_LINES = st.one_of(
    st.builds("{}-{} Investigadora, Universidad de Sonora".format, _YEARS, _YEARS),
    st.builds("Maestría en Física, UNAM, {}".format, _YEARS),
    st.builds("{}/{} – present: Engineer, Lakeside Works".format, st.integers(1, 12), _YEARS),
    st.builds("BSc in Mathematics, June {}".format, _YEARS),
    st.builds("+52 55 {:04d} {:04d}".format, st.integers(0, 9999), st.integers(0, 9999)),
    st.builds("Tel. ({}) {:03d}-{:04d}".format, st.integers(200, 999), st.integers(0, 999),
              st.integers(0, 9999)),
    st.builds("https://doi.org/10.{}/s{}-{}".format, st.integers(1000, 9999),
              st.integers(10000, 99999), st.integers(0, 999)),
    st.builds("Núñez L (2011) Sol y sal. Energía {}({}):{}-{}".format, st.integers(1, 99),
              st.integers(1, 12), st.integers(1, 999), st.integers(1000, 9999)),
    st.builds("Proyecto CB-{}-{}".format, _YEARS, st.integers(10000, 999999)),
    st.builds("Cédula profesional {}".format, st.integers(1000000, 12345678)),
)  # fmt: skip


@limited(deadline=None, max_examples=60)
@given(st.lists(_LINES, min_size=1, max_size=12))
def test_ordinary_lines_come_through_unchanged(some: list[str]) -> None:
    """Years, telephones, DOIs, project and licence numbers: word for word, without a warning."""
    doc = assembled(lines("Lucía Núñez Arrieta", *some))
    assert doc.text == "\n\n".join(["Lucía Núñez Arrieta", *some])
    assert told(doc) == ""


# --- where it stands -----------------------------------------------------------------------------


def test_a_label_may_stand_above_its_value_or_in_the_cell_beside_it() -> None:
    """One line below, a column of labels before its values, cells of a row, a header's column."""
    below = read(HEAD + "Fecha de nacimiento\n3 de mayo de 1980\nEstado civil\nCasada" + REST)
    columns = read(
        HEAD + "Fecha de nacimiento:\nEstado civil:\nPasaporte:\nNacionalidad:\n3 de mayo de 1980\n"
        "Casada\nG12345678\nMexicana" + REST
    )
    table = read(
        "<html><body><h1>Lucía Núñez Arrieta</h1><table>"
        "<tr><td>Nombre</td><td>Lucía Núñez Arrieta</td></tr>"
        "<tr><td>Fecha de nacimiento</td><td>3 de mayo de 1980</td></tr>"
        "<tr><td>Estado civil</td><td>Casada</td></tr>"
        "<tr><td>Nacionalidad</td><td>Mexicana</td></tr></table></body></html>",
        "cv.html",
    )
    for doc in (below, columns, table):
        assert "1980" not in doc.text
        assert "asada" not in doc.text
        assert "date of birth or age (1)" in told(doc)
        assert "marital status or family (1)" in told(doc)
    assert "12345678" not in columns.text
    assert "passport (1)" in told(columns)
    assert "Mexicana" in columns.text
    assert "Mexicana" in table.text
    assert all(
        "asada" not in cell for block in table.blocks for pair in block.cells for cell in pair
    )


def test_rows_of_a_table_lose_their_private_columns() -> None:
    """Columns that announce private data go whole, also from the fields of the profile."""
    table = (
        "Nombre,Correo,País,Fecha de nacimiento,Estado civil,CURP,Especialidad\n"
        f"Lucía Núñez,lucia@example.org,Alemania,1980-05-03,unida,{CURP},Energía solar\n"
        "Tomás Ruiz,tomas@example.org,Francia,29344,s/d,en trámite,Agua\n"
    )
    result = readers.read_bytes(table.encode(), name="miembros.csv", settings=SETTINGS)
    first, second = (assembled(raw, kind=None) for raw in result.documents)
    for doc in (first, second):
        for secret in ("1980", "unida", CURP, "29344", "s/d", "trámite"):
            assert secret not in doc.text
            assert secret not in json.dumps(doc.record, ensure_ascii=False)
        assert "date of birth or age (1), CURP (1), marital status or family (1)" in told(doc)
    assert "Energía solar" in first.text
    assert "Agua" in second.text


def test_blocks_keep_valid_spans_and_lose_the_boxes_of_lines_that_are_gone() -> None:
    """Offsets of what is left still name it; an emptied block is dropped."""
    texts = ["Ingeniera en energía solar", "Fecha de nacimiento: 3 de mayo", "de 1980", "Freiburg"]
    spans, at = [], 0
    for i, text in enumerate(texts):
        spans.append(Span(at, at + len(text), 1, Box(1, 50, 100 + 14 * i, 300, 112 + 14 * i)))
        at += len(text) + 1
    raw = RawDocument(
        (
            Block("Lucía Núñez Arrieta", "title"),
            Block(" ".join(texts), spans=tuple(spans)),
            Block(f"CURP {CURP}", spans=(Span(0, 23, 1, Box(1, 50, 200, 300, 212)),)),
            Block(f"Núñez Arrieta · {CURP} · 1", "foot"),
        ),
        pages=1,
    )
    doc = assembled(raw)
    block = doc.blocks[1]
    assert block.text == "Ingeniera en energía solar Freiburg"
    assert [block.text[s.start : s.end].strip() for s in block.spans] == [texts[0], texts[3]]
    assert [s.box and s.box.y0 for s in block.spans] == [100, 142]
    assert [b.text for b in doc.blocks[2:]] == ["Núñez Arrieta · 1"]
    for passage in doc.passages:
        assert doc.text[passage.start : passage.end] == passage.text
    assert "CURP (2)" in told(doc)


def test_a_number_told_once_is_left_out_wherever_it_stands() -> None:
    """A passport named with its label is not kept in a line or a title that names it bare."""
    raw = lines("Lucía Núñez Arrieta", "Pasaporte: G12345678", "Experiencia", "G12345678 / 2")
    doc = assembled(RawDocument(raw.blocks, title="Lucía Núñez G12345678"))
    assert "12345678" not in doc.text
    assert "12345678" not in (doc.title or "")


# --- records -------------------------------------------------------------------------------------


def test_a_json_resume_loses_private_fields_and_their_warnings() -> None:
    """Unknown fields are told by name and value: not these, whose kinds alone are told."""
    resume = {
        "basics": {
            "name": "Lucía Núñez Arrieta", "label": "Ingeniera", "birthDate": "1980-05-03",
            "gender": "femenino", "maritalStatus": "unida", "shoe": "38 y medio",
            "image": "data:image/png;base64,iVBORw0KGgo", "photo": {"data": "/9j/4AAQSkZJRg"},
            "summary": f"Nací en Puebla el 3 de mayo de 1980. Mi CURP es {CURP}. Estudio el sol.",
        },
        "personal": {"dateOfBirth": "1980-05-03"},
        "work": [{"name": "Lakeside", "position": "Engineer", "startDate": "1999-09-01"}],
    }  # fmt: skip
    doc = read(json.dumps(resume), "cv.json", kind=None)
    kept = doc.text + json.dumps(doc.record, ensure_ascii=False)
    notes = json.dumps([to_plain(w, lang=lang) for w in doc.warnings for lang in ("es", "en")])
    for secret in ("1980", "femenino", "unida", CURP, "iVBOR", "4AAQ"):
        assert secret not in kept + notes
    assert "Nací en Puebla" in kept
    assert "Estudio el sol" in kept
    assert "1999-09-01" in doc.text
    assert doc.record is not None
    assert doc.record["work"][0]["startDate"] == "1999-09-01"
    assert "38 y medio" in notes
    for kind in ("birth or age (3)", "CURP (1)", "marital", "sex", "photograph (1)"):
        assert kind in told(doc)


def test_europass_loses_birth_and_sex_and_keeps_nationality() -> None:
    """In XML and in JSON."""
    xml = """<?xml version="1.0"?><SkillsPassport
xmlns="http://europass.cedefop.europa.eu/Europass" locale="es"><LearnerInfo><Identification>
<PersonName><FirstName>Lucía</FirstName><Surname>Núñez</Surname></PersonName>
<Demographics><Birthdate year="1980" month="--05" day="---03"/><Gender><Code>F</Code></Gender>
<NationalityList><Nationality><Code>MX</Code><Label>México</Label></Nationality></NationalityList>
</Demographics><Photo><MimeType>image/jpeg</MimeType><Data>/9j/4AAQSkZJRg</Data></Photo>
</Identification></LearnerInfo></SkillsPassport>"""
    tree = {"SkillsPassport": {"LearnerInfo": {"Identification": {
        "PersonName": {"FirstName": "Lucía", "Surname": "Núñez"},
        "Demographics": {"Birthdate": {"Year": 1980, "Month": 5, "Day": 3},
                         "Nationality": [{"Code": "MX", "Label": "México"}]}}}}}  # fmt: skip
    for doc in (read(xml, "cv.xml", kind=None), read(json.dumps(tree), "cv.json", kind=None)):
        kept = doc.text + json.dumps(doc.record, ensure_ascii=False)
        assert "1980" not in kept
        assert "4AAQ" not in kept
        assert doc.record is not None
        assert doc.record["basics"]["nationality"] == "México"
        assert "date of birth or age (1)" in told(doc)


# --- all the way ---------------------------------------------------------------------------------


def test_nothing_of_it_is_in_any_file_of_the_index(tmp_path: Path) -> None:
    """After an ingest neither store, nor index, nor export, nor report holds a value."""
    settings = Settings(index=tmp_path / "index", encoder="hash")
    private = (
        "Nacida el 3 de mayo de 1980 en Puebla, México\nEstado civil: casada\n"
        f"CURP: {CURP} | RFC: {RFC}\nPasaporte: G12345678\nNSS: 12345678901\n"
        "Religión: budista\nCédula profesional: 7654321\n"
    )
    folder = tmp_path / "cvs"
    folder.mkdir()
    (folder / "cv.txt").write_text(HEAD + private + REST, encoding="utf-8")
    report = build.ingest([folder], settings=settings)
    store = build.open_store(settings)
    [profile], [doc] = list(store.profiles()), list(store.documents())
    exported = json.dumps([to_plain(profile), to_plain(doc)], ensure_ascii=False)
    store.close()
    everything = bytes_below(settings.index) + exported.encode() + repr(report).encode()
    for secret in ("3 de mayo", "1980", "casada", CURP, RFC, "12345678", "budista"):
        assert secret.encode() not in everything
        assert secret.lower().encode() not in everything
    opened = open_index(settings)
    for secret in (CURP, RFC, "G12345678", "casada", "budista", "3 de mayo de 1980"):
        assert opened.lexical.search_phrase(secret) == []
    assert len(opened.lexical.search_phrase("cédula profesional")) == 1
    opened.store.close()
    assert "7654321" in doc.text
    assert ("MX", "origin") in [(c.code, c.role) for c in profile.countries]
    assert [w.code for w in report.warnings] == ["private_left_out"]


def test_the_warning_names_kinds_and_numbers_in_both_languages() -> None:
    """One warning a document; no language shows the words of the other, none shows a value."""
    doc = read(f"{HEAD}Estado civil: casada\nCURP: {CURP}\nDNI 12345678Z\nNIE X1234567L{REST}")
    assert told(doc, "es").endswith(
        ": CURP (1), documento de identidad (2), estado civil o familia (1)."
    )
    assert told(doc, "en").endswith(
        ": CURP (1), identity document (2), marital status or family (1)."
    )


def test_of_other_papers_only_identifiers_of_persons_go() -> None:
    """A policy paper keeps dates, unions and companies; no list of grants hands out a CURP."""
    text = (
        "La Red nació el 3 de mayo de 1980. Estado civil: casada. "
        f"Becaria {CURP}, RFC MXPA050123451 y {RFC}."
    )
    doc = assembled(lines(text), kind="policy")
    assert doc.text == text.replace(f" {CURP}", "")
    assert "CURP (1)" in told(doc)
    assert assembled(lines("Estado civil: casada"), kind="organisation").text.endswith("casada")
