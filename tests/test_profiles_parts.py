"""Dates, names, offers, records: the parts of a profile through its door, and odd input."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import entities
from kb.cv import dates, names, willingness
from kb.datatypes import Block, Box, Document, LanguageSkill, Profile, Span, Style
from kb.profiles import parse_profile


def made(
    *texts: str | Block,
    record: dict[str, Any] | None = None,
    record_format: str | None = None,
    kind: Any = "profile",
) -> Document:
    """A document of the given blocks, placed in one text as assembling would."""
    from dataclasses import replace

    blocks: list[Block] = []
    at = 0
    for item in texts:
        block = item if isinstance(item, Block) else Block(item)
        blocks.append(replace(block, start=at, end=at + len(block.text)))
        at += len(block.text) + 2
    return Document(
        doc_id="d0123456789ab", source="cv.pdf", kind=kind, title=None, authors=(), year=None,
        publisher=None, url=None, lang="es", pages=None, sha256="0" * 64,
        text="\n\n".join(b.text for b in blocks), blocks=tuple(blocks), record=record,
        record_format=record_format,
    )  # fmt: skip


def parsed(*texts: str | Block, **options: Any) -> Profile:
    doc = made(*texts, **options)
    return parse_profile(doc, entities.extract(doc))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("enero 2015 – marzo 2018", "2015-01", "2018-03"),
        ("ene. 2015 - actualidad", "2015-01", "present"),
        ("Jan 2015–present", "2015-01", "present"),
        ("01/2015 – 03/2018", "2015-01", "2018-03"),
        ("2015–18", "2015", "2018"),
        ("2010-12", "2010", "2012"),
        ("1999–03", "1999", "2003"),
        ("2015-01 – 2018-03", "2015-01", "2018-03"),
        ("desde marzo de 2015", "2015-03", "present"),
        ("since 2015", "2015", "present"),
        ("2019 –", "2019", "present"),
        ("mayo–agosto 2015", "2015-05", "2015-08"),
        ("15.03.2015–31.12.2016", "2015-03-15", "2016-12-31"),
        ("octubre 2021 al presente", "2021-10", "present"),
        ("Feb '15 – Mar '16", "2015-02", "2016-03"),
        ("hasta 2019", None, "2019"),
        ("March 12, 2015", None, "2015-03-12"),
        ("12 de marzo de 2015", None, "2015-03-12"),
        ("03/04/2015", None, "2015"),
        ("Sept. 2015", None, "2015-09"),
    ],
)
def test_dates(text: str, start: str | None, end: str | None) -> None:
    """Dates of both languages become ISO; a day and month that could be either are left out."""
    found = dates.find(text)
    assert [(d.start, d.end) for d in found] == [(start, end)]


@pytest.mark.parametrize("text", ["ISO 9001:2015", "$2015", "12015", "2015%", "no date"])
def test_numbers_that_are_no_dates(text: str) -> None:
    """Numbers of standards, money and shares are no years."""
    assert dates.find(text) == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("GARCÍA-LUNA, María José", "María José García-Luna"),
        ("Dra. María José García-Luna", "María José García-Luna"),
        ("MARÍA DE LA O GARCÍA-LUNA", "María de la O García-Luna"),
        ("PIETER VAN DER BERG", "Pieter van der Berg"),
        ("Dr.-Ing. Hans von Müller, MBA", "Hans von Müller"),
        ("José Luis Ortega y Gasset", "José Luis Ortega y Gasset"),
        ("GARCÍA LUNA María José", "María José García Luna"),
        ("O'BRIEN, Siobhán", "Siobhán O'Brien"),
        ("MCDONALD, Ian", "Ian McDonald"),
        ("Rosa Ma. Treviño", "Rosa Ma. Treviño"),
        ("Curso de 2015", None),
        ("ana@example.org", None),
    ],
)
def test_names(written: str, name: str | None) -> None:
    """A name in normal form: titles off, turned round, capitals made normal, particles small."""
    assert names.tidy(written) == name


def test_heading_is_no_name() -> None:
    """Neither the title of the document nor an employer is taken for the person's name."""
    profile = parsed(
        Block("Curriculum Vitae", "title"), "Universidad Nacional", "Experiencia Profesional"
    )
    assert profile.name is None
    assert [w.code for w in profile.warnings] == ["profile_no_name", "profile_no_records"]


def test_two_columns_stay_apart() -> None:
    """A sidebar read before the main column keeps its sections; the main column has its own."""

    def block(text: str, column: int, y: float, **options: Any) -> Block:
        x = 40.0 if column == 0 else 220.0
        box = Box(1, x, y, x + 5.0 * len(text), y + 11)
        return Block(
            text, spans=(Span(0, len(text), 1, box),),
            style=Style(10.0, bold=options.pop("bold", False), column=column), **options,
        )  # fmt: skip

    profile = parsed(
        block("Contacto", 0, 100, bold=True, kind="heading", level=2),
        block("Viena, Austria", 0, 115),
        block("ines.lara@example.org", 0, 130),
        block("Idiomas", 0, 160, bold=True, kind="heading", level=2),
        block("Español: nativo", 0, 175),
        block("Alemán: C1", 0, 190),
        block("Inés Lara Quiñones", 1, 40, kind="title"),
        block("Ingeniera ambiental", 1, 60),
        block("Experiencia", 1, 100, bold=True, kind="heading", level=2),
        block("Ingeniera de aguas, Donau Wasser GmbH, Viena, Austria, 2016 – actualidad", 1, 115),
    )
    assert profile.name == "Inés Lara Quiñones"
    assert (profile.country, profile.city) == ("AT", "Viena")
    assert profile.languages == (LanguageSkill("es", "native"), LanguageSkill("de", "C1"))
    assert [(p.title, p.organisation) for p in profile.positions] == [
        ("Ingeniera de aguas", "Donau Wasser GmbH")
    ]


def test_lines_of_a_block_are_told_by_their_ends() -> None:
    """Lines that a reader joined into one block come apart where they ended short."""
    lines = ["Jefa de laboratorio", "Instituto Boreal, Oslo, Noruega", "2015 – 2020"]
    long = "Dirigió el laboratorio de corrosión marina y formó a doce técnicas en nueve años."
    spans, at = [], 0
    for n, line in enumerate(lines):
        box = Box(1, 50, 100 + 12 * n, 50 + 4.5 * len(line), 110 + 12 * n)
        spans.append(Span(at, at + len(line), 1, box))
        at += len(line) + 1
    body = Block(long, spans=(Span(0, len(long), 1, Box(1, 50, 140, 480, 150)),))
    profile = parsed(
        "Marta Olea Ruiz", Block("Experiencia", "heading", 2),
        Block(" ".join(lines), spans=tuple(spans)), body,
    )  # fmt: skip
    post = profile.positions[0]
    assert (post.title, post.organisation, post.city, post.country, post.start, post.end) == (
        "Jefa de laboratorio", "Instituto Boreal", "Oslo", "NO", "2015", "2020",
    )  # fmt: skip
    assert post.summary == long


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Puedo ser mentora, pero no recibir practicantes.", ["mentor"]),
        ("Available for talks; not available for mentoring.", ["give_talks"]),
        ("Happy to advise startups and to review grant proposals.",
         ["evaluate_projects", "advise_companies"]),
        ("Dispuesto a codirigir tesis y a asesorar a gobiernos estatales.",
         ["co_supervise", "advise_government"]),
        ("Me interesa invertir en startups y ayudar a empresas a entrar al mercado alemán.",
         ["advise_companies", "soft_landing", "invest"]),
        ("Trabajó como mentora en 2010.", []),
    ],
)  # fmt: skip
def test_offers(text: str, expected: list[str]) -> None:
    """An offer needs a cue of offering; a denial takes back its own clause alone."""
    found = willingness.read(text, offered=False)
    assert [a for a in willingness.ACTIONS if a in found] == expected


def test_json_resume_is_mapped_field_by_field() -> None:
    """The fields of a JSON Resume are taken as they stand, a post without an end is present."""
    record = {
        "basics": {
            "name": "ALDANA RIQUELME, Sofía", "label": "Data engineer",
            "email": "sofia@example.org", "phone": "+56 2 2555 0147",
            "location": {"city": "Valparaíso", "countryCode": "CL"},
            "profiles": [{"network": "GitHub", "username": "sofia-example"}],
        },
        "work": [{"name": "Faro Datos", "position": "Data engineer", "startDate": "2019-03"}],
        "education": [{
            "institution": "Universidad Austral", "studyType": "Magíster",
            "area": "Estadística", "startDate": "2014", "endDate": "2016",
        }],
        "languages": [{"language": "Spanish", "fluency": "Native speaker"}],
    }  # fmt: skip
    profile = parsed("Sofía Aldana Riquelme", record=record, record_format="json_resume")
    assert profile.name == "Sofía Aldana Riquelme"
    assert (profile.country, profile.city) == ("CL", "Valparaíso")
    assert profile.phones == ("+56225550147",)
    assert profile.links == ("https://github.com/sofia-example",)
    assert [(p.title, p.start, p.end) for p in profile.positions] == [
        ("Data engineer", "2019-03", "present")
    ]
    assert (profile.degree, profile.education[0].status) == ("master", "finished")
    assert profile.languages == (LanguageSkill("es", "native"),)


def test_table_row_is_mapped() -> None:
    """A row of a membership table gives a whole profile, in either language."""
    record = {
        "name": "Téllez Wong, Iván", "email": "ivan@example.org", "phone": "55 5555 0147",
        "country": "México", "city": "Ciudad de México", "position": "Investigador titular",
        "organisation": "Instituto del Agua", "start": "2012", "degree": "Doctorado en Hidrología",
        "institution": "Universidad de Sonora", "graduation": "2010",
        "languages": "Español nativo; Inglés C1",
        "willing_to": "mentor; give_talks", "chapter": "Red Global MX México",
    }  # fmt: skip
    profile = parsed("Iván Téllez Wong", record=record, record_format="table_row")
    assert profile.name == "Iván Téllez Wong"
    assert profile.country == "MX"
    assert profile.phones == ("+525555550147",)
    assert profile.degree == "phd"
    assert profile.willing_to == ("mentor", "give_talks")
    assert profile.chapters == ("Red Global MX México",)
    assert [(p.organisation, p.start, p.end) for p in profile.positions] == [
        ("Instituto del Agua", "2012", "present")
    ]


def test_same_document_same_profile() -> None:
    """Reading twice gives the same record, its id that of the document."""
    texts = ("Olga Ruiz Pardo", "Experiencia", "Chef, Casa Azul, Lima, Perú, 2010 – 2015")
    first, second = parsed(*texts), parsed(*texts)
    assert first == second
    assert first.profile_id == "p0123456789ab"


_texts = st.text(max_size=80) | st.sampled_from([
    "EXPERIENCIA", "Educación:", "2015 – 2018", "–", "((((", ", , ,", "Nombre:", "Idiomas: ,;",
    "PhD,", "Dr.", "@", "+49 (", "2019 –", "actualidad", "Residencia: ,", "[1]", "/ / /",
])  # fmt: skip
_boxes = st.builds(
    Box, st.integers(1, 3), st.floats(0, 600), st.floats(0, 800), st.floats(0, 600),
    st.floats(0, 800),
)  # fmt: skip


@st.composite
def _blocks(draw: st.DrawFn) -> Block:
    text = draw(_texts)
    kinds = st.sampled_from(["title", "heading", "paragraph", "list_item", "table_row", "foot"])
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=3))})
    spans = tuple(
        Span(a, b, draw(st.none() | st.integers(1, 3)), draw(st.none() | _boxes))
        for a, b in itertools.pairwise(cuts)
    )
    style = Style(
        draw(st.floats(0, 30)), draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 2))
    )
    cells = tuple((draw(_texts), draw(_texts)) for _ in range(draw(st.integers(0, 2))))
    kind: Any = draw(kinds)
    return Block(text, kind, draw(st.integers(0, 6)), spans, style, cells)


_junk = st.recursive(
    st.none() | st.integers() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["basics", "work", "education", "name", "location", "email", "startDate",
                         "languages", "degree", "phone", "position", "publication"]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.lists(_blocks(), max_size=12),
    st.none()
    | st.dictionaries(
        st.sampled_from(["basics", "work", "name", "degree", "phone", "publication"]), _junk
    ),
    st.sampled_from(["json_resume", "europass", "table_row"]),
)
def test_odd_input_never_raises(
    blocks: list[Block], record: dict[str, Any] | None, form: str
) -> None:
    """Whatever the blocks and the record hold, a profile comes back."""
    doc = made(*blocks, record=record, record_format=form)
    profile = parse_profile(doc, ())
    assert profile.profile_id == "p0123456789ab"
    assert all(phone.startswith("+") for phone in profile.phones)
