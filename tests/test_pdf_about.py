"""What a PDF says of itself, and the files that it carries."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from kb.config import Settings
from kb.datatypes import RawDocument, ReadResult
from kb.messages import render
from kb.readers import pdf, pdf_catalog, read_path

LINES = (
    "La red pide a cada miembro una tarea al año.",
    "Quien responde pronto conserva a la persona que ofreció su ayuda.",
    "Los capítulos que duran saben decir para qué sirven.",
)
EUROPASS = """<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="es">
  <DocumentInfo><DocumentType>ECV</DocumentType></DocumentInfo>
  <LearnerInfo>
    <Identification>
      <PersonName><FirstName>Irene</FirstName><Surname>Zaldívar Ocampo</Surname></PersonName>
    </Identification>
    <WorkExperienceList><WorkExperience>
      <Period><From year="2016" month="--03"/><Current>true</Current></Period>
      <Position><Label>Hidróloga</Label></Position>
      <Employer><Name>Instituto del Agua de Delft</Name></Employer>
    </WorkExperience></WorkExperienceList>
  </LearnerInfo>
</SkillsPassport>"""
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="uuid:1" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" prism:doi="10.5555/redes.12">
<dc:title><rdf:Alt><rdf:li xml:lang="en">Networks</rdf:li>
  <rdf:li xml:lang="x-default">Redes que duran</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ada Luz Merino</rdf:li>
  <rdf:li>Tomás Arce</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>es-MX</rdf:li></rdf:Bag></dc:language>
<dc:publisher><rdf:Bag><rdf:li>Casa de las Redes</rdf:li></rdf:Bag></dc:publisher>
<prism:publicationDate>2017-04-02</prism:publicationDate>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def paper(pages: int = 3, *, text: bool = True) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle("informe_final.docx")
    for number in range(pages):
        if text:
            canvas.drawString(72, 700 - 9 * number, f"{LINES[number]}")
        canvas.bookmarkPage(f"p{number}")
        canvas.addOutlineEntry(f"Parte {number + 1}", f"p{number}", level=min(number, 1))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def attached(whole: pikepdf.Pdf, name: str, content: bytes) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        whole, content, filename=name, description="", mime_type="", creation_date="", mod_date=""
    )


def changed(
    data: bytes,
    *,
    packed: bool = False,
    xmp: str = "",
    labels: bool = False,
    files: Mapping[str, bytes] | None = None,
    beside: Mapping[str, bytes] | None = None,
    lock: pikepdf.Encryption | bool = False,
) -> bytes:
    """The file with XMP, page labels, files in the name tree or associated (`beside`), locked."""
    with pikepdf.open(io.BytesIO(data)) as whole:
        if xmp:
            stream = pikepdf.Stream(whole, xmp.encode(), Type=pikepdf.Name.Metadata)
            stream.Subtype = pikepdf.Name.XML
            whole.Root.Metadata = whole.make_indirect(stream)
        if labels:
            roman = pikepdf.Dictionary(S=pikepdf.Name.r)
            plain = pikepdf.Dictionary(S=pikepdf.Name.D, St=21)
            whole.Root.PageLabels = pikepdf.Dictionary(Nums=[0, roman, 1, plain])
        for name, content in (files or {}).items():
            whole.attachments[name] = attached(whole, name, content)
        for name, content in (beside or {}).items():
            spec = attached(whole, name, content)
            whole.Root.AF = pikepdf.Array([whole.make_indirect(spec.obj)])
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        out = io.BytesIO()
        whole.save(out, object_stream_mode=mode, encryption=lock)
        return out.getvalue()


def read(data: bytes, *, password: str | None = None) -> RawDocument:
    return pdf.read(data, name="a.pdf", settings=Settings(ocr="off"), password=password)


def through_the_door(data: bytes, tmp_path: Path) -> ReadResult:
    path = tmp_path / "cv.pdf"
    path.write_bytes(data)
    return read_path(path, settings=Settings(ocr="off"))


@pytest.mark.parametrize("packed", [False, True])
def test_xmp_speaks_before_the_properties(packed: bool) -> None:
    """Title, authors, language, year, publisher and address come from the XMP where it has them."""
    doc = read(changed(paper(), xmp=XMP, labels=True, packed=packed))
    assert doc.title == "Redes que duran"
    assert doc.authors == ("Ada Luz Merino", "Tomás Arce")
    assert (doc.lang, doc.year, doc.publisher) == ("es", 2017, "Casa de las Redes")
    assert doc.url == "https://doi.org/10.5555/redes.12"
    assert doc.page_labels == ("i", "21", "22")
    assert doc.outline == ((1, "Parte 1", 1), (2, "Parte 2", 2), (2, "Parte 3", 3))
    assert ("dc:language", "es-MX") in doc.metadata


def test_broken_xmp_leaves_the_properties() -> None:
    """XMP that is no XML takes nothing away."""
    doc = read(changed(paper(), xmp="<x:xmpmeta no xml", labels=True))
    assert doc.title is None
    assert doc.page_labels == ("i", "21", "22")


def test_pdfium_tells_what_pypdf_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels, outline and attached files are the same from either reader."""
    data = changed(paper(), labels=True, files={"nota.txt": b"Nota."})
    by_pypdf = read(data)
    monkeypatch.setattr(pdf_catalog, "_read", lambda reader: reader.no_such_thing)
    by_pdfium = read(data)
    assert by_pypdf.attachments == (("nota.txt", b"Nota."),)
    for field in ("page_labels", "outline", "attachments", "lang", "year"):
        assert getattr(by_pdfium, field) == getattr(by_pypdf, field)


def test_a_page_list_that_goes_in_circles_is_left_to_pdfium() -> None:
    """A recursive page list costs neither the outline nor the time."""
    data = changed(paper(1), labels=True)
    with pikepdf.open(io.BytesIO(data)) as whole:
        whole.Root.Pages.Kids.append(whole.Root.Pages)
        out = io.BytesIO()
        whole.save(out)
    assert read(out.getvalue()).blocks[0].text.startswith("La red pide")


def test_encryption_is_told() -> None:
    """How a locked file is locked stands in its metadata, and its catalog is read all the same."""
    lock = pikepdf.Encryption(user="llave", owner="dueña", R=6)
    doc = read(changed(paper(), labels=True, lock=lock), password="llave")
    assert dict(doc.metadata)["Encryption"] == "V5 R6 256 bit AESV3"
    assert doc.page_labels[0] == "i"


@pytest.mark.parametrize("place", ["files", "beside"])
@pytest.mark.parametrize("text", [True, False])
def test_the_europass_inside_gives_the_record(tmp_path: Path, place: str, text: bool) -> None:
    """A Europass XML in the name tree or associated gives the record; the text stays printed."""
    inside = {"attachment.xml": EUROPASS.encode()}
    data = changed(
        paper(1, text=text),
        files=inside if place == "files" else None,
        beside=inside if place == "beside" else None,
    )
    (doc,) = through_the_door(data, tmp_path).documents
    assert doc.record is not None
    assert doc.record["work"][0]["position"] == "Hidróloga"
    assert (doc.record_format, doc.kind_hint, doc.lang) == ("europass", "profile", "es")
    assert doc.title == "Irene Zaldívar Ocampo"
    if text:
        assert [block.text for block in doc.blocks] == [
            "La red pide a cada miembro una tarea al año."
        ]
    else:
        assert any("Hidróloga" in block.text for block in doc.blocks)


def test_what_is_carried_and_not_read_is_named(tmp_path: Path) -> None:
    """A document inside, and a CV of which there are two, are said; small change is not."""
    second = EUROPASS.replace("Irene", "Julia")
    files = {
        "anexo.pdf": paper(1),
        "a.xml": EUROPASS.encode(),
        "b.xml": second.encode(),
        "nota.txt": b"Nota.",
    }
    result = through_the_door(changed(paper(1), files=files), tmp_path)
    assert result.failures == ()
    (doc,) = result.documents
    assert doc.record is None
    assert sorted(p.code for p in doc.warnings) == ["pdf_attachment_left", "pdf_several_records"]
    for problem in doc.warnings:
        for lang in ("es", "en"):
            assert "{" not in render(problem.code, lang=lang, **dict(problem.params)).error


def test_attachments_beyond_measure_stay_closed() -> None:
    """A file inside that opens to far more than it weighs is not taken."""
    big = b"a" * (pdf_catalog.MAX_ATTACHMENT + 1)
    doc = read(changed(paper(1), files={"big.txt": big, "nota.txt": b"Nota."}))
    assert [name for name, _ in doc.attachments] == ["nota.txt"]


def test_roman_page_numbers_of_front_matter_are_no_text() -> None:
    """A number that the file states as the page's label is furniture, on a single page too."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, line in enumerate(LINES):
        canvas.drawString(72, 700 - 9 * number, line)
        canvas.drawString(290, 40, "i" if number == 0 else str(20 + number))
        canvas.showPage()
    canvas.save()
    doc = read(changed(out.getvalue(), labels=True))
    assert [b.text for b in doc.blocks if b.kind == "paragraph"] == list(LINES)
    assert [b.text for b in doc.blocks if b.kind == "foot"] == ["i", "21", "22"]
