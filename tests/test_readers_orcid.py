"""ORCID records of invented people, in XML and JSON, as profiles."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kb import entities, ingest, profiles
from kb.config import Settings
from kb.datatypes import Profile, RawDocument
from kb.readers import read_bytes
from kb.readers.sniff import sniff

SETTINGS = Settings()
PUBLIC = {"visibility": "public"}
ATTRIBUTES = ("visibility", "display-index", "primary", "path")  # in XML


def value(text: str | None) -> dict[str, str] | None:
    return None if text is None else {"value": text}


def date(year: str, month: str | None = None, day: str | None = None) -> dict[str, Any]:
    return {"year": value(year), "month": value(month), "day": value(day)}


def post(
    role: str | None, house: str, department: str | None = None, *,
    start: dict[str, Any] | None = None, end: dict[str, Any] | None = None,
    city: str | None = None, country: str = "MX", seen_by: str = "public",
) -> dict[str, Any]:  # fmt: skip
    place = {"city": city, "region": None, "country": country}
    return {
        "created-date": {"value": 1500000000000}, "put-code": 7, "path": "/x",
        "source": {"source-orcid": None, "source-name": {"value": "A source"}},
        "department-name": department, "role-title": role, "start-date": start, "end-date": end,
        "organization": {"name": house, "address": place, "disambiguated-organization": None},
        "url": None, "external-ids": None, "display-index": "0", "visibility": seen_by,
    }  # fmt: skip


def group(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    groups = [
        {"external-ids": {"external-id": []}, "summaries": [{f"{kind}-summary": item}]}
        for item in items
    ]
    return {"last-modified-date": None, "affiliation-group": groups, "path": "/x"}


def work(
    title: str, year: str | None, journal: str | None = None, doi: str | None = None, *,
    index: str = "0", seen_by: str = "public", relation: str = "self",
) -> dict[str, Any]:  # fmt: skip
    told = {
        "external-id-type": "doi", "external-id-value": doi, "external-id-normalized": None,
        "external-id-url": None, "external-id-relationship": relation,
    }  # fmt: skip
    return {
        "put-code": 1, "title": {"title": value(title), "subtitle": None, "translated-title": None},
        "external-ids": {"external-id": [told] if doi else []}, "url": None,
        "type": "journal-article", "publication-date": date(year, "05") if year else None,
        "journal-title": value(journal), "display-index": index, "visibility": seen_by,
    }  # fmt: skip


RECORD: dict[str, Any] = {
    "orcid-identifier": {
        "uri": "https://orcid.org/0000-0001-2345-678X", "path": "0000-0001-2345-678X",
        "host": "orcid.org",
    },
    "preferences": {"locale": "en"},
    "history": {"claimed": True, "source": None, "last-modified-date": {"value": 1614643200000}},
    "person": {
        "name": {
            "given-names": {"value": "Inés"}, "family-name": {"value": "Arce Luz"},
            "credit-name": {"value": "I. Arce-Luz"}, "source": None, **PUBLIC,
        },
        "other-names": {"other-name": [{"content": "Inés Arce", **PUBLIC}]},
        "biography": {"content": "Estudio láseres.\n\nDirijo un laboratorio.", **PUBLIC},
        "researcher-urls": {"researcher-url": [
            {"url-name": "Grupo", "url": {"value": "https://luz.example.org/"}, **PUBLIC},
            {"url-name": "Mal", "url": {"value": "javascript:alert(1)"}, **PUBLIC},
        ]},
        "emails": {"email": [
            {"email": "otra@example.org", "primary": False, **PUBLIC},
            {"email": "ines@example.org", "primary": True, **PUBLIC},
            {"email": "secreta@example.org", "primary": False, "visibility": "limited"},
        ]},
        "addresses": {"address": [
            {"country": {"value": "CL"}, "display-index": 1, **PUBLIC},
            {"country": {"value": "MX"}, "display-index": 2, **PUBLIC},
        ]},
        "keywords": {"keyword": [
            {"content": "óptica cuántica", **PUBLIC}, {"content": "láseres, fibras", **PUBLIC},
        ]},
        "external-identifiers": {"external-identifier": [{
            "external-id-type": "Scopus Author ID", "external-id-value": "570000001",
            "external-id-url": {"value": "https://scopus.example.com/?id=570000001"},
            "external-id-relationship": "self", **PUBLIC,
        }]},
        "path": "/0000-0001-2345-678X/person",
    },
    "activities-summary": {
        "employments": group(
            "employment",
            post("Profesora titular", "Universidad Faro", "Instituto de Óptica",
                 start=date("2015", "09"), city="Puebla"),
            post("Investigadora", "Laboratorio Sal", start=date("2010"), end=date("2015", "08"),
                 city="Lima", country="PE"),
            post("Asesora secreta", "Casa Negra", start=date("2012"), seen_by="private"),
        ),
        "invited-positions": group(
            "invited-position",
            post("Visiting professor", "Leeds College", start=date("2018"), end=date("2019"),
                 country="GB"),
        ),
        "educations": group(
            "education",
            post("Doctorado en Física", "Universidad Sol", "Facultad de Ciencias",
                 start=date("2005"), end=date("2009", "12", "01"), country="ES", city="Madrid"),
        ),
        "qualifications": group(
            "qualification",
            post("Diplomado en patentes", "Escuela Norte", end=date("2011"), country="AR"),
        ),
        "distinctions": group("distinction", post("Premio Prisma", "Red Luz", start=date("2016"))),
        "memberships": group("membership", post("Socia", "Sociedad del Color", start=date("2012"))),
        "services": group("service", post("Editora", "Revista Fotón", start=date("2017"))),
        "fundings": {"group": [{"external-ids": None, "funding-summary": [{
            "title": {"title": {"value": "Fibras para todos"}, "translated-title": None},
            "type": "grant", "start-date": date("2019"), "end-date": None,
            "organization": {"name": "Fondo Alba", "address": {"city": "X", "country": "MX"}},
            **PUBLIC,
        }]}]},
        "works": {"group": [
            {"external-ids": {"external-id": []}, "work-summary": [
                work("Luz lenta (copia)", "2014", index="0"),
                work("Luz lenta", "2014", "Fotónica", "https://doi.org/10.9/LUZ", index="1"),
            ]},
            {"work-summary": [work("Capítulo", None, None, "10.9/libro", relation="part-of")]},
            {"work-summary": [work("Oculta", "2013", seen_by="limited")]},
        ]},
        "peer-reviews": {"group": [{"peer-review-group": [{"peer-review-summary": [
            {"completion-date": date("2019"), "reviewer-role": "reviewer",
             "convening-organization": {"name": "Revista Fotón"}, **PUBLIC},
            {"completion-date": date("2021"), "reviewer-role": "reviewer",
             "convening-organization": {"name": "Revista Fotón"}, **PUBLIC},
        ]}]}]},
        "research-resources": None,
    },
}  # fmt: skip


def as_xml(value: Any, name: str = "record", *, open_: str = "") -> str:
    """The same record as the API writes it in XML: namespaces, attributes, no nulls."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(as_xml(item, name) for item in value)
    if not isinstance(value, dict):
        text = str(value).replace("&", "&amp;").replace("<", "&lt;")
        return f"<c:{name}>{text}</c:{name}>"
    attributes = "".join(
        f' {key}="{str(value[key]).lower()}"' for key in ATTRIBUTES if key in value
    )
    if name == "orcid-identifier":
        attributes = ""
    inner = str(value.get("value", "")) + "".join(
        as_xml(item, key)
        for key, item in value.items()
        if key not in ("value", "summaries", *ATTRIBUTES)
        or (key == "path" and name == "orcid-identifier")
    )
    for item in value.get("summaries", ()):  # XML has no element around them
        inner += "".join(as_xml(below, key) for key, below in item.items())
    return f"<c:{name}{open_}{attributes}>{inner}</c:{name}>"


def xml_of(record: dict[str, Any]) -> str:
    head = ' xmlns:c="http://www.orcid.org/ns/common"'
    body = as_xml(record, open_=head).replace("1614643200000", "2021-03-02T00:00:00.000Z")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'


def documents(data: str, name: str = "record.json") -> tuple[RawDocument, ...]:
    result = read_bytes(data.encode(), name=name, settings=SETTINGS)
    assert not result.failures, result.failures
    return result.documents


def failure(data: str) -> tuple[str, dict[str, object]]:
    result = read_bytes(data.encode(), name="record", settings=SETTINGS)
    assert not result.documents
    [problem] = result.failures
    return problem.code, dict(problem.params)


def profile_of(raw: RawDocument) -> Profile:
    doc = ingest.assemble(raw, source="record", sha256="0" * 64, doc_id="d1")
    return profiles.parse_profile(doc, entities.extract(doc))


SHAPES = pytest.mark.parametrize("shape", [json.dumps, xml_of], ids=["json", "xml"])


@SHAPES
def test_every_filled_field_comes_into_the_profile(shape: Any) -> None:
    """Both forms give one profile: name in full, public contacts, posts, studies, works."""
    [raw] = documents(shape(RECORD))
    assert (raw.format, raw.record_format, raw.kind_hint) == ("orcid", "orcid", "profile")
    profile = profile_of(raw)
    assert (profile.name, profile.country, profile.as_of) == ("Inés Arce Luz", "MX", "2021-03-02")
    assert profile.summary == "Estudio láseres.\n\nDirijo un laboratorio."
    assert profile.emails == ("ines@example.org", "otra@example.org")
    assert profile.links == (
        "https://orcid.org/0000-0001-2345-678X",
        "https://luz.example.org/",
        "https://scopus.example.com/?id=570000001",
    )
    assert [s.text for s in profile.skills] == ["óptica cuántica", "láseres", "fibras"]
    assert [
        (p.title, p.organisation, p.city, p.country, p.start, p.end, p.summary)
        for p in profile.positions
    ] == [
        ("Profesora titular", "Universidad Faro", "Puebla", "MX", "2015-09", "present",
         "Instituto de Óptica"),
        ("Investigadora", "Laboratorio Sal", "Lima", "PE", "2010", "2015-08", None),
        ("Visiting professor", "Leeds College", None, "GB", "2018", "2019", None),
        ("Editora", "Revista Fotón", None, "MX", "2017", "present", None),
    ]  # fmt: skip
    assert [
        (e.degree, e.level, e.institution, e.country, e.start, e.end) for e in profile.education
    ] == [
        ("Doctorado en Física", "phd", "Universidad Sol", "ES", "2005", "2009-12-01"),
        ("Diplomado en patentes", None, "Escuela Norte", "AR", None, "2011"),
    ]
    assert profile.education[0].field == "Física"
    assert (profile.degree, profile.willing_to) == ("phd", ())
    assert profile.awards == ("Premio Prisma, Red Luz, 2016",)
    assert profile.publications == ("Luz lenta, Fotónica, 2014-05, doi:10.9/LUZ", "Capítulo")


@SHAPES
def test_the_text_says_what_no_field_holds(shape: Any) -> None:
    """Other names, memberships, fundings and reviews can be searched under their headings."""
    [raw] = documents(shape(RECORD))
    texts = [block.text for block in raw.blocks]
    assert "Otros nombres: I. Arce-Luz; Inés Arce" in texts
    assert "Socia. Sociedad del Color. 2012" in texts
    assert "Fibras para todos. Fondo Alba. 2019" in texts
    assert texts[2:6] == ["ines@example.org", "otra@example.org", "México", "Chile"]
    assert sum("0000-0001-2345-678X" in text for text in texts) == 1
    assert texts[texts.index("Revisión por pares") + 1] == "Revista Fotón. 2019 – 2021"


@SHAPES
def test_what_is_not_public_is_left_out_and_counted(shape: Any) -> None:
    """Limited and private entries are nowhere in the document; a warning counts them."""
    [raw] = documents(shape(RECORD))
    everything = json.dumps(raw.record, ensure_ascii=False) + " ".join(b.text for b in raw.blocks)
    for hidden in ("secreta", "Casa Negra", "Oculta"):
        assert hidden not in everything
    assert [(w.code, dict(w.params)["count"]) for w in raw.warnings] == [("orcid_not_public", 3)]


@SHAPES
def test_a_minimal_record_is_a_person(shape: Any) -> None:
    """An identifier and a name are enough; nulls everywhere else are no fault."""
    record: dict[str, Any] = {
        "orcid-identifier": RECORD["orcid-identifier"],
        "preferences": None,
        "history": None,
        "person": {
            "name": {"given-names": {"value": "Leo"}, "family-name": None, "credit-name": None},
            "other-names": {"other-name": []}, "biography": None, "researcher-urls": None,
            "emails": {"email": []}, "addresses": None, "keywords": None,
            "external-identifiers": None,
        },
        "activities-summary": {"employments": {"affiliation-group": []}, "works": {"group": []}},
    }  # fmt: skip
    [raw] = documents(shape(record))
    profile = profile_of(raw)
    assert (profile.name, profile.country, profile.positions) == ("Leo", None, ())
    assert profile.links == ("https://orcid.org/0000-0001-2345-678X",)
    assert not raw.warnings


@SHAPES
@pytest.mark.parametrize("seen_by", ["private", "limited", "registered-only"])
def test_a_record_that_shows_nothing_is_refused(shape: Any, seen_by: str) -> None:
    """Of a person who shows nothing the identifier alone is no profile; the reason is told."""
    record = {
        "orcid-identifier": RECORD["orcid-identifier"],
        "person": {"name": {"given-names": {"value": "Leo"}, "visibility": seen_by}},
        "activities-summary": {},
    }
    assert failure(shape(record)) == ("orcid_not_public", {"count": 1})
    record["person"] = None  # type: ignore[assignment]
    assert failure(shape(record))[0] == "orcid_empty"


@SHAPES
def test_a_credit_name_in_full_is_the_name(shape: Any) -> None:
    """The published name stands before the given one, unless it has mere initials."""
    record = copy.deepcopy(RECORD)
    record["person"]["name"]["credit-name"] = {"value": "Inés Arce-Luz"}
    [raw] = documents(shape(record))
    assert raw.title == "Inés Arce-Luz"
    assert (raw.record or {})["basics"]["otherNames"] == ["Inés Arce Luz", "Inés Arce"]


def test_halves_of_a_record_are_read_too() -> None:
    """The API gives person and activities by themselves; nothing but the name may be missing."""
    [person] = documents(json.dumps(RECORD["person"]))
    assert person.title == "Inés Arce Luz"
    [activities] = documents(json.dumps(RECORD["activities-summary"]))
    assert "orcid_no_name" in [w.code for w in activities.warnings]
    assert len((activities.record or {})["work"]) == 3


def test_a_list_of_records_gives_a_person_each() -> None:
    """Each record of a list is a document; the one that shows nobody is named."""
    empty = {"orcid-identifier": {"path": "0000-0001-2345-678X"}, "person": None}
    result = read_bytes(json.dumps([RECORD, empty]).encode(), name="all.json", settings=SETTINGS)
    assert [doc.member for doc in result.documents] == ["#1"]
    assert [(p.source, p.code) for p in result.failures] == [("all.json#2", "orcid_empty")]


MESSAGE = """<orcid-message xmlns="http://www.orcid.org/ns/orcid"><message-version>1.2
</message-version><orcid-profile type="user"><orcid-identifier><path>0000-0001-2345-678X</path>
</orcid-identifier><orcid-bio><personal-details><given-names>Leo</given-names>
<family-name>Paz</family-name><other-names visibility="limited"><other-name>Lobo</other-name>
</other-names></personal-details><biography visibility="public">Physicist.</biography>
<contact-details><email primary="true" visibility="public">leo@example.org</email><address>
<country visibility="public">CL</country></address></contact-details><keywords
visibility="public"><keyword>optics</keyword></keywords></orcid-bio><orcid-activities><affiliations>
<affiliation visibility="public"><type>employment</type><role-title>Engineer</role-title>
<start-date><year>2014</year><month>12</month></start-date><organization><name>Faro</name><address>
<city>Lima</city><country>PE</country></address></organization></affiliation><affiliation
visibility="public"><type>education</type><role-title>MSc Optics</role-title><organization>
<name>Sol University</name></organization></affiliation></affiliations><orcid-works>{works}
</orcid-works><funding-list><funding visibility="public"><funding-type>grant</funding-type>
<funding-title><title>Fibres</title></funding-title><organization><name>Alba Fund</name>
</organization></funding></funding-list></orcid-activities></orcid-profile></orcid-message>"""
OLD_WORK = """<orcid-work visibility="public"><work-title><title>Slow light</title></work-title>
<publication-date><year>2015</year></publication-date><work-external-identifiers>
<work-external-identifier><work-external-identifier-type>doi</work-external-identifier-type>
<work-external-identifier-id>10.9/SLOW</work-external-identifier-id></work-external-identifier>
</work-external-identifiers></orcid-work>"""


def test_messages_of_version_1_2() -> None:
    """The older form tells posts and studies by a type; a work that two sources tell is one."""
    [raw] = documents(MESSAGE.format(works=OLD_WORK + OLD_WORK.replace("SLOW", "slow")), "leo.xml")
    profile = profile_of(raw)
    assert (profile.name, profile.country, profile.summary) == ("Leo Paz", "CL", "Physicist.")
    assert [(p.title, p.country, p.start) for p in profile.positions] == [
        ("Engineer", "PE", "2014-12")
    ]
    assert [(e.degree, e.level) for e in profile.education] == [("MSc Optics", "master")]
    assert profile.publications == ("Slow light, 2015, doi:10.9/SLOW",)
    assert (raw.record or {})["projects"][0]["entity"] == "Alba Fund"
    assert "Lobo" not in str(raw.record)


def test_broken_and_hostile_files_are_refused() -> None:
    """A cut file names line and column; entities and endless nesting are refused."""
    code, where = failure(json.dumps(RECORD, indent=1)[:2000])
    assert code == "json_broken"
    assert int(str(where["line"])) > 20
    assert failure(xml_of(RECORD)[:3000])[0] == "xml_broken"
    bomb = '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + xml_of(RECORD).split("\n", 1)[1]
    assert failure(bomb)[0] == "entities_refused"
    head = '<c:record xmlns:c="http://www.orcid.org/ns/record">'
    assert failure(f"{head}{'<c:a>' * 200}{'</c:a>' * 200}</c:record>")[0] == "too_deep"
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"a": deep}
    assert failure(json.dumps({"orcid-identifier": {}, "person": deep}))[0] == "too_deep"


@pytest.mark.parametrize("odd", [None, [], "x", 5, {"name": 3}, [[1]], {"emails": ["a"]}])
def test_odd_values_are_no_fault(odd: Any) -> None:
    """Wrong types cost their field alone."""
    record = copy.deepcopy(RECORD)
    record["person"]["emails"] = odd
    record["activities-summary"]["employments"] = odd
    record["activities-summary"]["works"] = odd
    [raw] = documents(json.dumps(record))
    assert raw.title == "Inés Arce Luz"
    assert "education" in (raw.record or {})


def test_other_xml_and_json_stay_what_they_are() -> None:
    """A root called person or a key called person alone is no ORCID record."""
    assert sniff(b'<?xml version="1.0"?><person><name>x</name></person>') == "xml"
    assert sniff(b'{"person": {"name": "x"}, "works": []}') == "json"
    assert sniff(b'{"name": "x", "education": [], "work": []}') == "json_resume"
