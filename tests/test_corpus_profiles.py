"""The invented people of corpus/: complete, varied, at reserved addresses, set byte for byte."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
sys.path.insert(0, str(CORPUS / "build"))

if TYPE_CHECKING:
    from profiles_data import Person

SECTORS = {
    "cooperation", "agrifood_biotech", "ict", "nanomaterials", "energy", "automotive",
    "environment", "health", "education", "creative", "finance", "social_policy", "aerospace",
    "semiconductors",
}  # fmt: skip
WILLING = {
    "mentor", "host_interns", "evaluate_projects", "give_talks", "collaborate_research",
    "co_supervise", "advise_companies", "advise_government", "teach", "soft_landing", "invest",
}  # fmt: skip
SENIORITY = {"student", "junior", "mid", "senior", "lead", "executive"}
RESERVED = re.compile(r"^(example\.(org|com|net)|[a-z0-9.-]+\.example)$")


@pytest.fixture(scope="module")
def people() -> tuple[Person, ...]:
    from profiles_data import read_people

    return read_people()


@pytest.fixture(scope="module")
def files(people: tuple[Person, ...]) -> dict[str, bytes]:
    from profiles import typeset

    return typeset(people)


def test_sixty_people_thirty_es_twentyfour_en_six_mixed(people: tuple[Person, ...]) -> None:
    """There are sixty people with the promised languages, names and files all different."""
    assert Counter(p.lang for p in people) == {"es": 30, "en": 24, "mixed": 6}
    assert len({p.name for p in people}) == len({p.file for p in people}) == 60
    assert len({e for p in people for e in p.emails}) == sum(len(p.emails) for p in people)


def test_countries_sectors_seniority_and_willingness_are_all_there(
    people: tuple[Person, ...],
) -> None:
    """Thirty or more countries of residence, every sector, seniority and kind of help."""
    assert len({p.country for p in people}) >= 30
    assert {s for p in people for s in p.sectors} == SECTORS
    assert {p.seniority for p in people} == SENIORITY
    assert {w for p in people for w in p.willing_to} == WILLING
    assert {p.degree for p in people} >= {"bachelor", "master", "phd"}


def test_every_format_that_is_read_has_its_people(people: tuple[Person, ...]) -> None:
    """Formats and designs are as many as promised, with a zip of two and two tables of three."""
    formats = Counter(p.format for p in people)
    assert formats == {
        "pdf": 26, "docx": 11, "html": 4, "md": 3, "txt": 3, "json": 4, "xml": 3,
        "csv": 3, "xlsx": 3,
    }  # fmt: skip
    designs = Counter(p.layout for p in people if p.format == "pdf")
    assert len({d for d in designs if not d.startswith("scan_")}) >= 7
    assert sum(n for d, n in designs.items() if d.startswith("scan_")) == 2
    assert sum("!/" in p.file for p in people) == 2
    assert {p.layout for p in people if p.format == "txt"} == {
        "windows1252",
        "utf16_double",
        "utf8",
    }


def test_addresses_and_numbers_reach_nobody(people: tuple[Person, ...]) -> None:
    """Mail and web addresses are of reserved domains; numbers are valid E.164."""
    import phonenumbers

    for person in people:
        assert person.emails, person.file
        hosts = [mail.partition("@")[2] for mail in person.emails]
        hosts += [link.partition("://")[2].partition("/")[0] for link in person.links]
        assert all(RESERVED.match(host) for host in hosts), (person.file, hosts)
        for phone in person.phones:
            number = phonenumbers.parse(phone)
            assert phonenumbers.is_valid_number(number), (person.file, phone)
            assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone


def test_printed_numbers_are_those_of_the_truth(people: tuple[Person, ...]) -> None:
    """A number as printed, local or international, has the digits of the true one."""
    for person in people:
        for printed, true in zip(person.print.phones, person.phones, strict=True):
            digits = re.sub(r"\D", "", printed.partition(" (")[0] if "(P" in printed else printed)
            assert re.sub(r"\D", "", true).endswith(digits.lstrip("0")), (person.file, printed)


def test_truth_agrees_with_itself(people: tuple[Person, ...]) -> None:
    """Countries and the highest degree of a source follow from its posts and studies."""
    for person in people:
        roles = set(person.countries)
        assert (person.country, "residence") in roles
        assert {(p.country, "worked") for p in person.positions if p.country} <= roles
        assert {(e.country, "studied") for e in person.education if e.country} <= roles
        done = {e.level for e in person.education if e.status == "finished" and e.level}
        highest = [level for level in ("phd", "md", "master", "bachelor") if level in done]
        assert person.degree == (highest[0] if highest else None), person.file
        assert len(person.positions) >= 2, person.file


def test_the_name_is_the_printed_one(people: tuple[Person, ...]) -> None:
    """Every part of a name stands in the CV's heading: no given name where it prints an initial."""
    for person in people:
        printed = set(re.findall(r"[\w-]+", person.print.name.casefold()))
        assert set(re.findall(r"[\w-]+", person.name.casefold())) <= printed, person.file


def test_all_of_the_truth_is_printed(people: tuple[Person, ...]) -> None:
    """Lists of a source have a heading to stand under, and offers a text that makes them."""
    for person in people:
        assert bool(person.willing_to) == bool(person.print.offer), person.file
        if person.format in {"json", "csv", "xlsx"}:
            continue
        listed = {"awards", "publications"}
        if person.format != "xml":
            listed |= {"languages", "skills"}
        unprinted = {key for key in listed if getattr(person, key)} - set(person.print.sections)
        assert not unprinted, (person.file, unprinted)


def test_truth_is_no_finer_than_print(people: tuple[Person, ...]) -> None:
    """A CV that prints years alone has no months in its truth."""
    for person in people:
        if person.print.dates == "years" and person.format not in {"json", "xml"}:
            dates = [d for x in (*person.positions, *person.education) for d in (x.start, x.end)]
            assert all(d is None or d == "present" or len(d) == 4 for d in dates), person.file


def test_two_typesettings_give_the_same_bytes(
    people: tuple[Person, ...], files: dict[str, bytes]
) -> None:
    """Nothing of the clock or of chance is in the files."""
    from profiles import typeset

    assert typeset(people) == files


def test_the_files_in_corpus_are_those_of_the_sources(files: dict[str, bytes]) -> None:
    """corpus/profiles is what `python corpus/build/profiles.py` writes, no more and no less."""
    there = {path.name: path.read_bytes() for path in (CORPUS / "profiles").iterdir()}
    assert sorted(there) == sorted(files)
    assert [name for name in files if there[name] != files[name]] == []


def test_scans_are_small_pictures_without_text(
    people: tuple[Person, ...], files: dict[str, bytes]
) -> None:
    """A scanned CV is one page, a picture, under 300 kB."""
    from pypdf import PdfReader

    scans = [p.file for p in people if p.layout.startswith("scan_")]
    for name in scans:
        reader = PdfReader(io.BytesIO(files[name]))
        assert len(files[name]) < 300_000
        assert len(reader.pages) == 1
        assert reader.pages[0].extract_text().strip() == ""
        assert len(reader.pages[0].images) == 1


def test_a_pdf_holds_the_words_of_its_source(
    people: tuple[Person, ...], files: dict[str, bytes]
) -> None:
    """The words of every prose field stand in the PDF, none lost at a frame's edge."""
    import pypdfium2

    for person in people:
        if person.format != "pdf" or person.layout.startswith("scan_") or "!/" in person.file:
            continue
        pdf = pypdfium2.PdfDocument(files[person.file])
        text = " ".join(page.get_textpage().get_text_range() for page in pdf)
        words = set(re.findall(r"\w+", text))
        wanted = [person.summary, *person.publications, *person.skills, *person.print.offer]
        wanted += [p.summary for p in person.positions]
        missing = set(re.findall(r"\w+", " ".join(wanted))) - words
        assert not missing, (person.file, missing)


def test_the_zip_holds_two_cvs(files: dict[str, bytes]) -> None:
    """The archive opens and has one PDF and one DOCX."""
    with zipfile.ZipFile(io.BytesIO(files["convocatoria-asia.zip"])) as archive:
        assert sorted(name.rpartition(".")[2] for name in archive.namelist()) == ["docx", "pdf"]


def _questions(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(
        (ROOT / "bench" / "questions" / name).read_text(encoding="utf-8")
    )
    return loaded


def test_expert_questions_are_balanced_and_name_people_of_the_corpus(
    people: tuple[Person, ...],
) -> None:
    """Twelve questions a language, four without an answer, half answered across languages."""
    names = {p.file: p for p in people}
    questions = _questions("experts.yaml")
    assert Counter(q["lang"] for q in questions) == {"es": 12, "en": 12}
    assert len({q["id"] for q in questions}) == 24
    assert sum(not q["gold"] for q in questions) == 4
    across = 0
    for question in questions:
        for gold in question["gold"]:
            assert names[gold["file"]].name == gold["name"]
            assert gold["grade"] in {1, 2, 3}
        best = [g["file"] for g in question["gold"] if g["grade"] == 3]
        assert best or not question["gold"], question["id"]
        other = [names[f].lang for f in best if names[f].lang != question["lang"]]
        across += bool(best) and len(other) * 2 >= len(best)
    assert across >= 10


def test_similar_gold_names_people_of_the_corpus(people: tuple[Person, ...]) -> None:
    """Ten people, each with graded neighbours, never oneself."""
    names = {p.file: p.name for p in people}
    rows = _questions("similar.yaml")
    assert len(rows) == 10
    for row in rows:
        assert names[row["file"]] == row["name"]
        assert row["gold"]
        assert all(names[g["file"]] == g["name"] for g in row["gold"])
        assert all(g["file"] != row["file"] for g in row["gold"])
