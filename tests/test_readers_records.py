"""Tables of members, Europass and archives: rows and members as documents of their own."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime
from html import escape
from io import BytesIO

import pytest

from kb import entities, ingest, profiles
from kb.config import Settings
from kb.datatypes import Profile, RawDocument, ReadResult
from kb.readers import read_bytes
from kb.readers import table_columns as columns
from tests.readers_files import docx_of, par, xlsx_of, zip_of

SETTINGS = Settings()


def read(
    data: bytes | str, name: str = "members.csv", *, mapping: dict[str, str] | None = None,
    password: str | None = None,
) -> ReadResult:  # fmt: skip
    raw = data.encode() if isinstance(data, str) else data
    return read_bytes(raw, name=name, settings=SETTINGS, mapping=mapping, password=password)


def records(result: ReadResult) -> dict[str, dict[str, object]]:
    assert not result.failures, result.failures
    return {doc.member: dict(doc.record or {}) for doc in result.documents}


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_is_a_person_numbered_as_in_the_sheet(delimiter: str) -> None:
    """Header in row 1, blank rows counted, a line break in a cell not."""
    text = (
        'Correo electrónico (institucional);NOMBRE COMPLETO;pais de residencia;Mascota\n'
        'ines@example.org;Inés Arce;Perú;"gato\nnegro"\n'
        ";;;\n"
        "leo@example.org;Leo Paz;Chile;\n"
    ).replace(";", delimiter)  # fmt: skip
    assert records(read(text)) == {
        "#2": {
            "email": "ines@example.org",
            "name": "Inés Arce",
            "country": "Perú",
            "other": {"Mascota": "gato\nnegro"},
        },
        "#4": {"email": "leo@example.org", "name": "Leo Paz", "country": "Chile"},
    }


def test_row_blocks_hold_all_that_the_row_says() -> None:
    """The name is the title; each other cell stands under its header, unknown ones too."""
    long = "Trabaja en óptica. " * 12
    result = read(f"First name,Last name,Bio,Shoe size\nInés,Arce,{long},38\n")
    [doc] = result.documents
    assert [(b.kind, b.text) for b in doc.blocks] == [
        ("title", "Inés Arce"),
        ("paragraph", "Shoe size: 38"),
        ("heading", "Bio"),
        ("paragraph", long.strip()),
    ]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-mail", "email"),
        ("CorreoElectronico", "email"),
        ("País de origen", "origin"),
        ("País", "country"),
        ("country_of_residence", "country"),
        ("Highest degree", "degree"),
        ("Último grado de estudios", "degree"),
        ("Institución", "organisation"),
        ("Teléfono celular", "phone"),
        ("Capítulo", "chapter"),
        ("Willing to…", "willing_to"),
        ("Research interests", "field"),
    ],
)
def test_column_names_in_both_languages(header: str, field: str) -> None:
    """Case, accents, separators and further words do not matter."""
    assert columns.match(["Nombre", header]).fields[1] == field


def test_given_map_wins() -> None:
    """A map of columns given by a person decides over the names known."""
    result = read("Quién,Dónde\nInés Arce,Lima\n", mapping={"Quién": "name", "Dónde": "city"})
    assert records(result) == {"#2": {"name": "Inés Arce", "city": "Lima"}}
    odd = read("nombre,x\nInés,1\n", mapping={"x": "shoe"})
    assert [w.code for w in odd.warnings] == ["mapping_unknown"]


def test_table_of_programmes_is_a_document_of_rows() -> None:
    """A table that is not about people is one document, row by row with its headers."""
    [doc] = read("Nombre del programa,Año,Monto\nBeca Uno,2005,10\nBeca Dos,2007,12\n").documents
    assert doc.record is None
    assert [b.text for b in doc.blocks] == [
        "Nombre del programa: Beca Uno; Año: 2005; Monto: 10",
        "Nombre del programa: Beca Dos; Año: 2007; Monto: 12",
    ]


def test_directory_of_organisations() -> None:
    """A directory of partners gives organisations."""
    [doc] = read(
        "Nombre de la institución,País,Sitio web\nFundación Faro,Chile,faro.example\n"
    ).documents
    assert doc.kind_hint == "organisation"
    assert doc.record is not None
    assert (doc.record["name"], doc.record["type"]) == ("Fundación Faro", "organisation")


def test_formula_cells_stay_text() -> None:
    """A cell that a spreadsheet would run is the text that it is."""
    found = records(read('nombre,país\n"=1+1",Perú\n"@SUM(1)",Chile\n"-3.5",Chile\n'))
    assert [record["name"] for record in found.values()] == ["=1+1", "@SUM(1)", "-3.5"]


def test_workbook_with_titles_dates_and_sheets() -> None:
    """Rows above the header, dates, whole numbers and further sheets are read as they show."""
    data = xlsx_of(
        {
            "Socios": [
                ["Red de prueba", None, None],
                [],
                ["Nombre", "Actualizado", "Teléfono"],
                ["Inés Arce", datetime(2024, 5, 6), 5551234567.0],
            ],
            "More": [["Name", "Since"], ["Leo Paz", date(2020, 1, 2)]],
            "Cifras": [["Año", "Miembros"], [2010, 12], [2011, 15]],
        }
    )
    result = read(data, "red.xlsx")
    by_member = {doc.member: doc for doc in result.documents}
    assert by_member.keys() == {"", "#4", "#More!2"}
    assert by_member["#4"].record == {
        "name": "Inés Arce",
        "as_of": "2024-05-06",
        "phone": "5551234567",
    }
    assert by_member["#4"].year == 2024
    assert "Año: 2010; Miembros: 12" in [b.text for b in by_member[""].blocks]


# --- Europass ------------------------------------------------------------------------------------

EUROPASS = """<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="es"><LearnerInfo>
<Identification><PersonName><FirstName>Inés</FirstName><Surname>Arce Luz</Surname></PersonName>
<ContactInfo><Address><Contact><Municipality>Leeds</Municipality><Country><Code>UK</Code>
<Label>Reino Unido</Label></Country></Contact></Address><Email><Contact>ines@example.org</Contact>
</Email><TelephoneList><Telephone><Contact>+44 1</Contact></Telephone><Telephone><Contact>+44 2
</Contact></Telephone></TelephoneList></ContactInfo></Identification>
<WorkExperienceList><WorkExperience><Period><From year="2010" month="--03"/><Current>true</Current>
</Period><Position><Label>Profesora</Label></Position><Activities>&lt;ul&gt;&lt;li&gt;Óptica
&lt;/li&gt;&lt;li&gt;Láseres&lt;/li&gt;&lt;/ul&gt;</Activities>
<Employer><Name>Universidad Faro</Name></Employer>
</WorkExperience></WorkExperienceList>
<Skills><Linguistic><MotherTongueList><MotherTongue><Description><Code>es</Code>
<Label>español</Label></Description></MotherTongue></MotherTongueList><ForeignLanguageList>
<ForeignLanguage><Description><Code>en</Code><Label>inglés</Label></Description><ProficiencyLevel>
<Listening>C1</Listening><Reading>C2</Reading><SpokenInteraction>C1</SpokenInteraction>
</ProficiencyLevel></ForeignLanguage></ForeignLanguageList></Linguistic></Skills>
<AchievementList><Achievement><Title><Code>publications</Code><Label>Publicaciones</Label></Title>
<Description>Arce (2011). Luz.</Description></Achievement></AchievementList>
</LearnerInfo></SkillsPassport>"""


def test_europass_is_a_record_in_one_shape() -> None:
    """XML of Europass gives the shape of JSON Resume, dates and country codes made normal."""
    [doc] = read(EUROPASS, "cv.xml").documents
    record = dict(doc.record or {})
    assert (doc.record_format, doc.lang, doc.title) == ("europass", "es", "Inés Arce Luz")
    assert record["basics"]["location"]["countryCode"] == "GB"
    assert record["basics"]["phones"] == ["+44 1", "+44 2"]
    assert record["work"] == [
        {
            "position": "Profesora",
            "name": "Universidad Faro",
            "startDate": "2010-03",
            "endDate": "present",
            "summary": "- Óptica\n- Láseres",
        }
    ]
    assert [(x["code"], x["fluency"]) for x in record["languages"]] == [
        ("es", "native"),
        ("en", "C1"),
    ]
    assert record["publications"] == [{"name": "Arce (2011). Luz."}]
    assert "Experiencia profesional" in [b.text for b in doc.blocks if b.kind == "heading"]


def test_europass_json_gives_the_same_as_xml() -> None:
    """The JSON form of the same content gives the same record."""
    learner = {
        "Identification": {
            "PersonName": {"FirstName": "Inés", "Surname": "Arce"},
            "ContactInfo": {"Telephone": [{"Contact": "+44 1"}]},
        },
        "WorkExperience": [
            {"Period": {"From": {"Year": 2010, "Month": 3}}, "Position": {"Label": "Profesora"}}
        ],
    }
    [doc] = read(json.dumps({"SkillsPassport": {"LearnerInfo": learner, "Locale": "en"}})).documents
    record = dict(doc.record or {})
    assert record["basics"]["name"] == "Inés Arce"
    assert record["work"] == [{"position": "Profesora", "startDate": "2010-03"}]


def test_candidate_of_the_newer_portal() -> None:
    """A Candidate (HR-XML) gives name, contact and positions in the same shape."""
    xml = """<Candidate xmlns="http://www.europass.eu/1.0" xmlns:o="http://www.openapplications.org/oagis/9"
    xmlns:h="http://www.hr-xml.org/3"><CandidatePerson><PersonName><o:GivenName>Inés</o:GivenName>
    <h:FamilyName>Arce</h:FamilyName></PersonName><Communication><ChannelCode>Email</ChannelCode>
    <o:URI>ines@example.org</o:URI></Communication></CandidatePerson><CandidateProfile>
    <EmploymentHistory><EmployerHistory><h:OrganizationName>Faro</h:OrganizationName><PositionHistory>
    <PositionTitle>Física</PositionTitle><EmploymentPeriod><StartDate><h:FormattedDateTime>2019-02
    </h:FormattedDateTime></StartDate><h:CurrentIndicator>true</h:CurrentIndicator></EmploymentPeriod>
    </PositionHistory></EmployerHistory></EmploymentHistory></CandidateProfile></Candidate>"""
    [doc] = read(xml, "cv.xml").documents
    record = dict(doc.record or {})
    assert record["basics"]["email"] == "ines@example.org"
    assert record["work"] == [
        {"position": "Física", "name": "Faro", "startDate": "2019-02", "endDate": "present"}
    ]


def _passport(info: str, *, more: str = "", head: str = "") -> str:
    return (
        f'<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="en">{head}'
        f"<LearnerInfo>{info}</LearnerInfo>{more}</SkillsPassport>"
    )


NAMED = (
    "<Identification><PersonName><FirstName>Leo</FirstName><Surname>Paz</Surname></PersonName>"
    "<Demographics><NationalityList><Nationality><Code>EL</Code><Label>Hellenic</Label>"
    "</Nationality><Nationality><Code>ES</Code><Label>Spanish</Label></Nationality>"
    "</NationalityList></Demographics></Identification>"
)


def _profile(data: str, name: str = "cv.xml") -> Profile:
    [raw] = read(data, name).documents
    doc = ingest.assemble(raw, source=name, sha256="0" * 64, doc_id="d1")
    return profiles.parse_profile(doc, entities.extract(doc))


def _achievement(code: str, text: str) -> str:
    return (
        f"<Achievement><Title><Code>{code}</Code></Title><Description>{escape(text)}</Description>"
        "</Achievement>"
    )


def test_europass_lists_are_entries_each() -> None:
    """Each item of a list of publications or awards is one; a text without list marks is whole."""
    info = NAMED + "<AchievementList>" + "".join((
        _achievement("publications", "<ul><li>Slow light, 2014</li><li>Fast light, 2016</li></ul>"),
        _achievement("publications", "Luz. Puebla, 2017<br/>Sombra. Lima, 2018"),
        _achievement("honors_awards", "Prize of the Faro,<br/>given for optics"),
    )) + "</AchievementList>"  # fmt: skip
    profile = _profile(_passport(info))
    assert profile.publications == (
        "Slow light, 2014", "Fast light, 2016", "Luz. Puebla, 2017", "Sombra. Lima, 2018",
    )  # fmt: skip
    assert profile.awards == ("Prize of the Faro, given for optics",)


def test_europass_states_its_date_and_the_nationalities() -> None:
    """The date of the last change and every nationality come into the profile."""
    head = "<DocumentInfo><LastUpdateDate>2019-04-05T10:00:00Z</LastUpdateDate></DocumentInfo>"
    profile = _profile(_passport(NAMED, head=head))
    assert profile.as_of == "2019-04-05"
    assert [(c.code, c.role) for c in profile.countries] == [("GR", "origin"), ("ES", "origin")]
    empty = read(_passport("", head=head), "cv.xml")
    assert [p.code for p in empty.failures] == ["europass_empty"]


def test_europass_languages_are_known_by_their_code() -> None:
    """A label in a third language, or one that holds another's name, does not mislead."""
    spoken = "".join(
        f"<ForeignLanguage><Description><Code>{code}</Code><Label>{label}</Label></Description>"
        f"<ProficiencyLevel><Evaluation><Reading>{level}</Reading></Evaluation></ProficiencyLevel>"
        "<VerifiedBy><Certificate><Title>Diploma of the Faro</Title></Certificate></VerifiedBy>"
        "</ForeignLanguage>"
        for code, label, level in (("en", "Angol", "B2"), ("grc", "Ancient Greek", "C1"))
    )
    licence = "<Driving><Description><Licence>B</Licence></Description></Driving>"
    body = f"<Linguistic><ForeignLanguageList>{spoken}</ForeignLanguageList></Linguistic>"
    info = f"{NAMED}<Skills>{body}{licence}"
    xml = _passport(f"{info}</Skills>")
    profile = _profile(xml)
    assert [(x.lang, x.level) for x in profile.languages] == [("en", "B2"), ("grc", "C1")]
    [doc] = read(xml, "cv.xml").documents
    texts = [b.text for b in doc.blocks]
    assert texts[texts.index("Driving licence") + 1] == "B"
    assert "Diploma of the Faro" in texts


def test_europass_says_what_it_leaves_unread() -> None:
    """A cover letter beside a CV and enclosed documents are named in a warning."""
    more = (
        "<AttachmentList><Attachment><Name>title.pdf</Name><Data>QUJD</Data></Attachment>"
        "</AttachmentList><CoverLetter><Letter>Dear all</Letter></CoverLetter>"
    )
    result = read(_passport(NAMED, more=more), "cv.xml")
    [doc] = result.documents
    assert [(w.code, dict(w.params)) for w in doc.warnings] == [
        ("europass_left", {"parts": "CoverLetter, title.pdf"})
    ]
    assert "QUJD" not in str(doc)


def test_a_cover_letter_in_json_is_text() -> None:
    """A letter by itself is no CV: its text is read, markup off, and nobody gets a profile."""
    letter = {"Letter": {"Body": {"MainBody": "<p>I build lasers.</p>"}}}
    tree = {"DocumentInfo": {"DocumentType": "ECL"}, "CoverLetter": letter}
    [doc] = read(json.dumps({"SkillsPassport": tree}), "letter.json").documents
    assert doc.record is None
    assert "MainBody: I build lasers." in [b.text for b in doc.blocks]


def test_a_passport_inside_another_object_is_found() -> None:
    """The editor's answer to an upload wraps the passport; it is read all the same."""
    person = {"Identification": {"PersonName": {"FirstName": "Leo", "Surname": "Paz"}}}
    wrapped = {"Uploaded": {"SkillsPassport": {"LearnerInfo": person}}}
    [doc] = read(json.dumps(wrapped), "cv.json").documents
    assert (doc.record_format, doc.title) == ("europass", "Leo Paz")


LEARNER = """<e:learnerinfo xmlns:e="http://europass.cedefop.europa.eu/Europass/V1.2" locale="es_ES"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><docinfo><issuedate>2009-03-04T10:00:00
</issuedate></docinfo><identification><firstname>Inés</firstname><lastname>Arce</lastname>
<contactinfo><address><municipality>Lima</municipality><country><code>PE</code></country></address>
<mobile>+51 987 654 321</mobile><email>ines@example.org</email></contactinfo><demographics>
<nationality><code>ES</code><label>española</label></nationality></demographics>
<photo type="JPEG">QUJDREVGR0g=</photo></identification><application>Física</application>
<workexperiencelist><workexperience><period><from><year>2004</year><month>--09</month></from><to>
<year>2005</year></to></period><position>Profesora</position><employer>Universidad Faro
Calle Luz 3</employer></workexperience></workexperiencelist><educationlist><education><period><to>
<year>2003</year></to></period><title>Doctorado en Física</title><organisation><name>Universidad Sol
</name></organisation></education></educationlist><languagelist><language xsi:type="e:mother">
<code>es</code></language><language type="foreign"><name>Inglés</name><level><reading>c1</reading>
</level></language></languagelist><skilllist><skill type="computer">Python</skill></skilllist>
</e:learnerinfo>"""


def test_europass_of_before_2013_is_a_record_too() -> None:
    """Versions 1 and 2 have other names throughout; their CVs give the same fields."""
    profile = _profile(LEARNER)
    assert (profile.name, profile.headline, profile.as_of) == ("Inés Arce", "Física", "2009-03-04")
    assert (profile.country, profile.city, profile.phones) == ("PE", "Lima", ("+51987654321",))
    [post] = profile.positions
    assert (post.title, post.organisation, post.start, post.end) == (
        "Profesora", "Universidad Faro", "2004-09", "2005",
    )  # fmt: skip
    [study] = profile.education
    assert (study.level, study.institution, study.end) == ("phd", "Universidad Sol", "2003")
    assert [(x.lang, x.level) for x in profile.languages] == [("es", "native"), ("en", "C1")]
    assert [s.text for s in profile.skills] == ["Python"]
    assert "QUJDREVGR0g" not in str(read(LEARNER, "cv.xml"))


# --- ZIP -----------------------------------------------------------------------------------------


def test_members_are_read_by_content_and_named_by_path() -> None:
    """Each member is a document; rows of a table inside keep their numbers; bad ones are named."""
    data = zip_of(
        {
            "a/carta.bin": docx_of(par("Una carta.")),
            "socios.csv": "nombre,correo\nInés Arce,ines@example.org\n",
            "vacío.txt": "",
            "dentro.zip": zip_of({"x.txt": "x"}),
            "__MACOSX/._a": "ruido",
        }
    )
    result = read(data, "todo.zip")
    members = {doc.member: doc for doc in result.documents}
    assert members.keys() == {"!/a/carta.bin", "!/socios.csv#2"}
    assert {(p.source, p.code) for p in result.failures} == {
        ("todo.zip!/vacío.txt", "file_empty"),
        ("todo.zip!/dentro.zip", "zip_nested"),
    }


def _locked(name: str, text: bytes, password: bytes) -> bytes:
    """A ZIP with one stored member under the old ZIP encryption (zipfile cannot)."""
    import zlib
    from itertools import count

    table = [0] * 256
    for n in range(256):
        value = n
        for _ in range(8):
            value = (value >> 1) ^ 0xEDB88320 if value & 1 else value >> 1
        table[n] = value
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 255]
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 255]

    for byte in password:
        update(byte)
    crc = zlib.crc32(text)
    out = bytearray()
    for byte, _ in zip(bytes(11) + bytes([crc >> 24]) + text, count(), strict=False):
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (((mask * (mask ^ 1)) >> 8) & 255))
        update(byte)
    data = bytearray(zip_of({name: bytes(len(out))}))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, bytes(out))
    data = bytearray(buffer.getvalue())
    central = data.index(b"PK\x01\x02")
    for flags, sum_at, size_at in ((6, 14, 22), (central + 8, central + 16, central + 24)):
        data[flags] |= 1
        data[sum_at : sum_at + 4] = crc.to_bytes(4, "little")
        data[size_at : size_at + 4] = len(text).to_bytes(4, "little")
    return bytes(data)


def test_locked_members_ask_for_the_password() -> None:
    """A locked member is read with the right password; else the code says what is wanted."""
    data = _locked("secreta.txt", "Una página secreta.".encode(), b"clave")

    def codes(password: str | None) -> list[str]:
        return [p.code for p in read(data, "z.zip", password=password).failures]

    assert codes(None) == ["password_needed"]
    assert codes("otra") == ["password_wrong"]
    docs: tuple[RawDocument, ...] = read(data, "z.zip", password="clave").documents
    assert [b.text for doc in docs for b in doc.blocks] == ["Una página secreta."]
