"""Hostile files, made here: a clear message, nothing written or run, the good part kept."""

from __future__ import annotations

import json
import stat
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from kb.config import Limits, Settings
from kb.datatypes import ReadResult
from kb.readers import read_bytes
from tests.readers_files import docx_of, par, xlsx_of, zip_of

SETTINGS = Settings()


def read(data: bytes, name: str = "file", *, settings: Settings = SETTINGS) -> ReadResult:
    return read_bytes(data, name=name, settings=settings)


def codes(result: ReadResult) -> list[str]:
    return [problem.code for problem in result.failures]


def words(result: ReadResult) -> str:
    return " ".join(block.text for doc in result.documents for block in doc.blocks)


@pytest.mark.parametrize("member", ["word/document.xml", "xl/workbook.xml", "a.txt"])
def test_bombs_are_refused_before_they_inflate(member: str) -> None:
    """What would inflate beyond the limit is refused by its stated size."""
    bomb = zip_of({"[Content_Types].xml": "<Types/>", member: b" " * 6_000_000})
    small = Settings(limits=Limits(inflated=5_000_000))
    assert codes(read(bomb, settings=small)) == ["too_large_inflated"]


def test_a_ratio_gives_a_bomb_away() -> None:
    """Below the limit of bytes, a ratio that no text has is refused."""
    assert codes(read(zip_of({"a.txt": b"a" * 21_000_000}))) == ["too_large_inflated"]


def test_many_documents_of_much_text_meet_the_limit_of_output() -> None:
    """Text taken from one file is limited."""
    small = Settings(limits=Limits(output=1000))
    assert codes(read(b"palabra " * 500, settings=small)) == ["output_too_large"]


def test_entities_of_a_docx_are_left_out_and_reported(tmp_path: Path) -> None:
    """A local file named by an entity never gets into the text; what follows it does."""
    secret = tmp_path / "secreto.txt"
    secret.write_text("CONTENIDO", encoding="utf-8")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "inflado">]>'
    result = read(docx_of(par("antes &x; &y; después"), head=head))
    assert words(result).split() == ["antes", "después"]
    assert [w.code for w in result.documents[0].warnings] == ["external_entity"]


def test_outside_parts_of_a_docx_are_named_not_fetched() -> None:
    """A template elsewhere is reported by its address."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://x/attachedTemplate" TargetMode="External" '
        'Target="http://example.invalid/t.dotm"/></Relationships>'
    )
    result = read(docx_of(par("Hola."), parts={"word/_rels/settings.xml.rels": rels}))
    [warning] = result.documents[0].warnings
    assert warning.code == "external_part"
    assert "example.invalid" in str(dict(warning.params)["addresses"])


def test_entities_of_a_workbook_are_refused() -> None:
    """A sheet that defines entities is not read."""
    members = {}
    with zipfile.ZipFile(BytesIO(xlsx_of({"A": [["Nombre", "País"], ["Inés", "Perú"]]}))) as book:
        for info in book.infolist():
            members[info.filename] = book.read(info)
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE w [<!ENTITY a "b">]>' + sheet
    assert codes(read(zip_of(members))) == ["entities_refused"]


def test_laughing_europass_is_refused() -> None:
    """Entity definitions in a Europass file are refused at once."""
    levels = "".join(f'<!ENTITY r{n} "{f"&r{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE SkillsPassport [<!ENTITY r0 "ja">{levels}]>'
    xml = f"{head}<SkillsPassport>&r9;</SkillsPassport>"
    assert codes(read(xml.encode())) == ["entities_refused"]


def test_zip_that_would_escape() -> None:
    """Paths that leave the archive, links and repeated names are refused each by name."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("../mal.txt", "/tmp/mal.txt", "..\\mal.txt", "C:/mal.txt", "bien.txt"):
            archive.writestr(name, "Un texto bueno.")
        link = zipfile.ZipInfo("enlace")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/hostname")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("bien.txt", "Otro.")
    result = read(buffer.getvalue(), "z.zip")
    assert [doc.member for doc in result.documents] == ["!/bien.txt"]
    assert [(p.source, p.code) for p in result.failures] == [
        ("z.zip!/../mal.txt", "zip_path_escape"),
        ("z.zip!//tmp/mal.txt", "zip_path_escape"),
        ("z.zip!/..\\mal.txt", "zip_path_escape"),
        ("z.zip!/C:/mal.txt", "zip_path_escape"),
        ("z.zip!/enlace", "zip_link"),
        ("z.zip!/bien.txt", "zip_same_name"),
    ]


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.95])
def test_cut_archives_are_damaged_not_fatal(cut: float) -> None:
    """Half an archive is a problem with a code, in every format that is one."""
    for whole in (docx_of(par("Hola.")), xlsx_of({"A": [["a"]]}), zip_of({"a.txt": "hola" * 99})):
        assert codes(read(whole[: int(cut * len(whole))]))[0] in ("zip_damaged", "damaged")


def test_an_archive_whose_directory_points_before_its_start_is_damaged() -> None:
    """An offset that leads nowhere is the archive's fault, not the reader's."""
    data = bytearray(zip_of({"a.txt": "hola" * 99}))
    place = data.index(b"PK\x05\x06") + 16  # where the directory says that it begins
    begins = int.from_bytes(data[place : place + 4], "little")
    data[place : place + 4] = (begins + 9).to_bytes(4, "little")
    assert codes(read(bytes(data), "z.zip")) == ["zip_damaged"]


def test_picture_under_the_name_of_a_pdf() -> None:
    """A picture is named as one, with the offer of recognition."""
    assert codes(read(b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500), "x.pdf")) == ["picture_not_pdf"]


def test_deep_nesting_is_refused() -> None:
    """Thousands of nested elements or lists end in a problem, not in a crash."""
    assert codes(read(b'{"a":' * 100_000)) != []
    deep = read(b"<html><body>" + b"<div>" * 3_000 + b"hola" + b"</div>" * 3_000)
    assert codes(deep) in ([], ["too_deep"])
    nested = "<w:sdt><w:sdtContent>" * 200 + par("hola") + "</w:sdtContent></w:sdt>" * 200
    assert words(read(docx_of(nested))) in ("", "hola")


def test_locked_office_file_says_what_to_do() -> None:
    """An encrypted Office file is told from a damaged one."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert codes(read(ole, "x.docx")) == ["office_locked"]


def test_broken_csv_quotes_keep_the_rows() -> None:
    """A stray quote costs a warning, not the table."""
    result = read(b'nombre,correo\n"In"\xc3\xa9s",i@example.org\nLeo,l@example.org\n', "a.csv")
    assert len(result.documents) == 2
    assert [w.code for w in result.warnings] == ["csv_quotes"]


def test_scripted_links_of_a_resume_are_dropped() -> None:
    """An address that runs code is left out with its reason."""
    for address in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"):
        value = {"basics": {"name": "Inés Arce", "url": address}}
        [doc] = read(json.dumps(value).encode()).documents
        assert [w.code for w in doc.warnings] == ["json_bad_address"]
        assert "url" not in dict(doc.record or {})["basics"]
