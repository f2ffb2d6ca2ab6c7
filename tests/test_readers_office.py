"""ODT, RTF and PPTX through the front door of the readers."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import messages
from kb.config import Limits, Settings
from kb.datatypes import RawDocument, ReadResult
from kb.readers import read_bytes
from kb.readers.sniff import sniff
from tests.office_files import ODF, ODT_TYPE, odt_of, odt_parts, pptx_of, rels, shape, slide_of
from tests.readers_files import zip_of

SETTINGS = Settings()
RTF = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}"
RTF += r"{\f2\fcharset2 Symbol;}{\f3\fcharset128 Mincho;}}"


def read(data: bytes, name: str = "file", *, given: Settings = SETTINGS) -> ReadResult:
    return read_bytes(data, name=name, settings=given)


def one(data: bytes, name: str = "file") -> RawDocument:
    result = read(data, name)
    assert not result.failures, result.failures
    [doc] = result.documents
    return doc


def failure(data: bytes, *, given: Settings = SETTINGS) -> str:
    [problem] = read(data, given=given).failures
    for lang in ("es", "en"):
        assert messages.render_problem(problem, lang=lang)["error"]
    return problem.code


def shown(doc: RawDocument) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.text) for block in doc.blocks]


def texts(doc: RawDocument, kind: str = "") -> list[str]:
    return [block.text for block in doc.blocks if kind in ("", block.kind)]


def codes(doc: RawDocument) -> list[str]:
    for warning in doc.warnings:
        for lang in ("es", "en"):
            assert messages.render_problem(warning, lang=lang)["error"]
    return [warning.code for warning in doc.warnings]


def rtf(body: str, *, head: str = RTF) -> bytes:
    return f"{head}{body}}}".encode("latin-1")


# --- what a file is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (odt_of("<text:p>Hola</text:p>"), "odt"),
        (zip_of({"mimetype": ODT_TYPE + "-template", "content.xml": ""}), "odt"),
        (
            zip_of({"content.xml": "", "META-INF/manifest.xml": f'<m media-type="{ODT_TYPE}"/>'}),
            "odt",
        ),
        (
            zip_of({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "unsupported:ODS",
        ),
        (
            zip_of({"mimetype": "application/vnd.oasis.opendocument.presentation"}),
            "unsupported:ODP",
        ),
        (
            f'<?xml version="1.0"?><office:document {ODF} office:mimetype="{ODT_TYPE}"/>'.encode(),
            "odt",
        ),
        (b"\r\n{\\rtf1 hola}", "rtf"),
        (pptx_of([slide_of(shape("Hola"))]), "pptx"),
    ],
)
def test_office_files_are_told_by_content(data: bytes, kind: str) -> None:
    """The bytes decide, under any name."""
    assert sniff(data, name="wrong.bin") == kind


# --- ODT -----------------------------------------------------------------------------------------


def test_odt_gives_headings_lists_tables_and_notes() -> None:
    """Headings keep their level, items their depth, a table its headers, a note its place apart."""
    doc = one(
        odt_of(
            '<text:p text:style-name="Title">Redes de talento</text:p>'
            '<text:h text:outline-level="2">Antecedentes<text:s text:c="3"/>generales</text:h>'
            '<text:p>La señora Núñez<text:note text:note-class="footnote"><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>Véase el anexo.</text:p>"
            "</text:note-body></text:note> volvió.</text:p>"
            "<text:list><text:list-item><text:p>Uno</text:p><text:list><text:list-item>"
            "<text:p>Uno bis</text:p></text:list-item></text:list></text:list-item></text:list>"
            "<table:table><table:table-header-rows><table:table-row>"
            "<table:table-cell><text:p>País</text:p></table:table-cell>"
            "<table:table-cell><text:p>Año</text:p></table:table-cell></table:table-row>"
            "</table:table-header-rows><table:table-row>"
            '<table:table-cell table:number-rows-spanned="2"><text:p>Perú</text:p>'
            "</table:table-cell><table:table-cell><text:p>2019</text:p></table:table-cell>"
            "</table:table-row><table:table-row><table:covered-table-cell/>"
            "<table:table-cell><text:p>2020</text:p></table:table-cell></table:table-row>"
            "</table:table>",
            styles='<style:style style:name="Title" style:family="paragraph"/>',
        )
    )
    assert shown(doc) == [
        ("title", 0, "Redes de talento"),
        ("heading", 2, "Antecedentes generales"),
        ("paragraph", 0, "La señora Núñez volvió."),
        ("list_item", 1, "Uno"),
        ("list_item", 2, "Uno bis"),
        ("table_row", 0, "País: Perú; Año: 2019"),
        ("table_row", 0, "País: Perú; Año: 2020"),
        ("footnote", 0, "Véase el anexo."),
    ]


def test_odt_keeps_heads_boxes_links_and_properties() -> None:
    """Page heads are marked, a text box is read after its paragraph, properties are taken."""
    doc = one(
        odt_of(
            "<text:p>Antes<draw:frame><draw:text-box><text:p>En la caja</text:p></draw:text-box>"
            '</draw:frame> <text:a xlink:href="https://example.org/x">enlace</text:a></text:p>',
            margins="<style:header><text:p>Informe anual</text:p></style:header>"
            "<style:footer><text:p><text:page-number>3</text:page-number></text:p></style:footer>",
            meta="<dc:title>Informe</dc:title><dc:creator>Otra</dc:creator>"
            "<meta:initial-creator>Inés Ibáñez</meta:initial-creator><dc:language>es-MX"
            "</dc:language><meta:creation-date>2018-05-01T10:00:00</meta:creation-date>",
        )
    )
    assert shown(doc) == [
        ("head", 0, "Informe anual"),
        ("paragraph", 0, "Antes enlace"),
        ("paragraph", 0, "En la caja"),
    ]
    assert (doc.title, doc.authors, doc.year, doc.lang) == ("Informe", ("Inés Ibáñez",), 2018, "es")
    assert doc.links == ("https://example.org/x",)


def test_odt_leaves_out_what_is_not_shown() -> None:
    """Deleted text, comments and hidden text are not read; hidden text is told of."""
    doc = one(
        odt_of(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>borrado</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
            "<text:p>Visto<office:annotation><text:p>comentario</text:p></office:annotation>"
            '<text:span text:style-name="H"> oculto</text:span></text:p>'
            '<text:section text:display="none"><text:p>apartado oculto</text:p></text:section>',
            styles='<style:style style:name="H" style:family="text">'
            '<style:text-properties text:display="none"/></style:style>',
        )
    )
    assert texts(doc) == ["Visto"]
    assert [dict(w.params)["count"] for w in doc.warnings if w.code == "hidden_text"] == [2]


def test_odt_headings_by_looks() -> None:
    """Bold short lines that head paragraphs are headings where no style says so."""
    bold = '<style:style style:name="B" style:family="paragraph"><style:text-properties '
    bold += 'fo:font-weight="bold"/></style:style>'
    body = "".join(
        f'<text:p text:style-name="B">{head}</text:p><text:p>{line} en una empresa.</text:p>'
        for head, line in (("Experiencia", "Trabajó"), ("Formación", "Estudió"))
    )
    assert texts(one(odt_of(body, styles=bold)), "heading") == ["Experiencia", "Formación"]


def test_flat_odt_is_read_like_a_packed_one() -> None:
    """One XML file with all parts gives the same text."""
    flat = (
        f'<?xml version="1.0"?><office:document {ODF} office:mimetype="{ODT_TYPE}"><office:meta>'
        "<dc:title>Plano</dc:title></office:meta><office:body><office:text><text:p>Año</text:p>"
        "</office:text></office:body></office:document>"
    )
    doc = one(flat.encode())
    assert (texts(doc), doc.title) == (["Año"], "Plano")


def test_a_locked_odt_says_so() -> None:
    """A file under a password is no damaged file."""
    parts = odt_parts("<text:p>x</text:p>")
    parts["META-INF/manifest.xml"] = "<manifest:encryption-data/>"
    assert failure(zip_of(parts)) == "office_locked"


# --- RTF -----------------------------------------------------------------------------------------


def test_rtf_keeps_accents_of_every_kind() -> None:
    """Bytes of the code page, numbers with a fallback, other fonts and characters in two halves."""
    doc = one(
        rtf(
            r"La se\'f1ora N\u250\'fa\u241?ez \uc2\u225\'c3\'a1rbol\uc0\u243 n\uc1  "
            r"{\f1 \'cc\'ee\'f1\'ea\'e2\'e0} {\f3 \'93\'fa\'96\'7b} \u-10179?\u-8704? fin\par"
        )
    )
    assert texts(doc) == ["La señora Núñez árbolón Москва 日本 😀 fin"]


def test_rtf_written_in_utf8_against_the_rules_is_read() -> None:
    """Raw UTF-8, as some programs write it, is told by itself; raw windows-1252 too."""
    assert texts(one("{\\rtf1\\ansi Año de Logroño}".encode())) == ["Año de Logroño"]
    assert texts(one("{\\rtf1\\ansi Año de Logroño}".encode("cp1252"))) == ["Año de Logroño"]


def test_rtf_gives_headings_lists_tables_and_notes() -> None:
    """Styles and outline levels make headings; a table keeps its cells; heads and notes apart."""
    doc = one(
        rtf(
            r"{\stylesheet{\ql Normal;}{\s1\b{\*\soutlvl} T\'edtulo 1;}{\*\cs9 heading 2;}}"
            r"{\info{\title Informe}{\author Ana Ib\'e1\'f1ez}{\creatim\yr2017\mo2}}"
            r"{\header\pard Red de talento\par}{\footer\pard{\field{\*\fldinst PAGE}"
            r"{\fldrslt 3}}\par}"
            r"\pard\plain\s1\fs24 Formaci\'f3n\par\pard\plain\outlinelevel1 Grados\par"
            r"\pard\plain Texto{\footnote\pard\plain Nota al pie.} con {\field{\*\fldinst"
            r'{HYPERLINK "https://example.org/a"}}{\fldrslt{\ul enlace}}}.\par'
            r"{\listtext\pard\plain\f2\'b7\tab}\pard\ilvl0\ls1 Uno\par"
            r"{\listtext\pard\plain\f2\'b7\tab}\pard\ilvl1\ls1 Uno bis\par"
            r"\trowd\trhdr\cellx1\cellx2\pard\intbl Pa\'eds\cell A\'f1o\cell\row"
            r"\trowd\clvmgf\cellx1\cellx2\pard\intbl Per\'fa\cell 2019\cell\row"
            r"\trowd\clvmrg\cellx1\cellx2\pard\intbl\cell 2020\cell\row\pard Fin\par"
        )
    )
    assert shown(doc) == [
        ("head", 0, "Red de talento"),
        ("heading", 1, "Formación"),
        ("heading", 2, "Grados"),
        ("paragraph", 0, "Texto con enlace."),
        ("list_item", 1, "Uno"),
        ("list_item", 2, "Uno bis"),
        ("table_row", 0, "País: Perú; Año: 2019"),
        ("table_row", 0, "País: Perú; Año: 2020"),
        ("paragraph", 0, "Fin"),
        ("footnote", 0, "Nota al pie."),
    ]
    assert (doc.title, doc.authors, doc.year) == ("Informe", ("Ana Ibáñez",), 2017)
    assert doc.links == ("https://example.org/a",)


def test_a_table_inside_a_cell_of_rtf_keeps_its_rows() -> None:
    """Cells of an inner table stay together by row, between what stands around it."""
    row = r"{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}{\nonesttables\par}"
    doc = one(
        rtf(
            r"\trowd\cellx1\pard\intbl Antes\par\pard\intbl\itap2 Pa\'eds\nestcell A\'f1o\nestcell"
            rf"{row}\pard\intbl\itap2 Per\'fa\nestcell 2019\nestcell{row}"
            r"\pard\intbl\itap1 Tras\cell\row\pard Fin\par"
        )
    )
    assert texts(doc) == ["Antes", "País: Perú; Año: 2019", "Tras", "Fin"]


def test_rtf_leaves_out_what_is_not_shown() -> None:
    r"""Hidden, deleted and unknown groups, pictures and their bytes are no text."""
    body = rb"{\rtf1 Visto{\v oculto}{\deleted borrado}{\*\nada x}{\pict 0102}{\pict\bin5 }{}\\}"
    body += (
        rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard Caja\par}}{\shprslt no}} fin\par}tras"
    )
    doc = one(body)
    assert texts(doc) == ["Visto fin", "Caja"]
    assert codes(doc) == ["hidden_text"]


def test_a_cut_rtf_gives_what_is_there() -> None:
    """A file without its end is read as far as it goes, with a warning; an empty one fails."""
    doc = one(rtf(r"\pard Primera l\'ednea.\par Segunda l\'ednea")[:-1])
    assert texts(doc) == ["Primera línea.", "Segunda línea"]
    assert codes(doc) == ["rtf_cut"]
    assert failure(b"{\\rtf1\\ansi{\\fonttbl{\\f0 Ar") == "damaged"
    assert failure(b"{\\rtf1\\ansi }") == "no_text"


def test_damaged_zips_of_office_files_are_told_as_such() -> None:
    """Bytes changed in the text or the type give the damage of that part, never a crash."""
    parts = odt_parts("<text:p>" + "Año de la red de talento. " * 9 + "</text:p>")
    whole = zip_of({**parts, "META-INF/manifest.xml": f'<m media-type="{ODT_TYPE}"/>'})
    for start in (b"content.xml", b"mimetype"):
        at = whole.index(start) + len(start) + 3
        broken = whole[:at] + b"\xff\x00\xff" + whole[at + 3 :]
        result = read(broken)
        told = [p.code for p in result.failures] + [w for d in result.documents for w in codes(d)]
        assert set(told) <= {"damaged", "part_damaged"}, told


def test_groups_without_end_are_refused() -> None:
    """Braces nested without measure are an error, not a crash."""
    assert failure(b"{\\rtf1 " + b"{" * 100_000) == "too_deep"


@given(st.text(alphabet=st.characters(min_codepoint=33, blacklist_categories=["Cs", "Cc", "Cf"])))
@settings(deadline=None, max_examples=40)
def test_rtf_by_numbers_round_trips(text: str) -> None:
    """Any text written by numbers, as programs do outside ASCII, is that text again."""
    units = memoryview(f"a{text}".encode("utf-16-le")).cast("H")
    body = "".join(f"\\u{unit - 0x10000 if unit > 0x7FFF else unit}?" for unit in units)
    [found] = texts(one(rtf(body)))
    [wanted] = texts(
        one(f"<p>{''.join(f'&#{ord(c)};' for c in f'a{text}')}</p>".encode(), "a.html")
    )
    assert found.replace("\ufffd", "") == wanted.replace("\ufffd", "")


# --- PPTX ----------------------------------------------------------------------------------------


def test_a_slide_is_a_page_in_the_order_of_the_show() -> None:
    """The list of slides gives the order, not their files' names; blocks bear their page."""
    title = 'type="ctrTitle"'
    doc = one(
        pptx_of(
            [
                slide_of(shape("Diásporas", holder=title)),
                slide_of(shape("Oculta"), attributes='show="0"'),
                slide_of(
                    shape(["Uno", '<a:p><a:pPr lvl="1"/><a:r><a:t>Uno bis</a:t></a:r></a:p>'],
                          holder='type="body" idx="1"')
                    + shape("Retos", holder='type="title"')
                ),
            ]
        )
    )  # fmt: skip
    assert shown(doc) == [
        ("title", 0, "Diásporas"),
        ("heading", 1, "Retos"),
        ("list_item", 1, "Uno"),
        ("list_item", 2, "Uno bis"),
    ]
    assert [block.spans[0].page for block in doc.blocks] == [1, 3, 3, 3]
    assert (doc.pages, doc.title, codes(doc)) == (3, "Diásporas", ["hidden_slides"])


def test_columns_of_a_slide_are_read_one_after_the_other() -> None:
    """Where shapes stand decides, not their order in the file; a line over both comes first."""
    doc = one(
        pptx_of(
            [
                slide_of(
                    shape("Derecha abajo", at=(500, 400, 400, 200))
                    + shape("Izquierda abajo", at=(0, 400, 400, 200))
                    + shape("Derecha arriba", at=(500, 200, 400, 190))
                    + shape("Izquierda arriba", at=(0, 200, 400, 190))
                    + shape("Sobre todo", at=(0, 0, 900, 150))
                )
            ]
        )
    )
    assert texts(doc) == [
        "Sobre todo", "Izquierda arriba", "Izquierda abajo", "Derecha arriba", "Derecha abajo",
    ]  # fmt: skip


def test_places_and_marks_come_from_the_layout() -> None:
    """A placeholder without a place of its own stands where its layout says, marked as it says."""
    layout = slide_of(
        shape("", holder='type="body" idx="7"', at=(0, 500, 100, 100)).replace(
            "<a:bodyPr/>", "<a:bodyPr/><a:lstStyle><a:lvl1pPr><a:buNone/></a:lvl1pPr></a:lstStyle>"
        )
        + shape("", holder='type="body" idx="8"', at=(0, 100, 100, 100))
    )
    slide = slide_of(shape("Abajo", holder='idx="7"') + shape("Arriba", holder='idx="8"'))
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": rels(
            ("r1", "slideLayout", "../slideLayouts/slideLayout1.xml")
        ),
        "ppt/slideLayouts/slideLayout1.xml": layout,
    }
    assert shown(one(pptx_of([slide], parts=parts))) == [
        ("list_item", 1, "Arriba"),
        ("paragraph", 0, "Abajo"),
    ]


def test_tables_groups_notes_and_feet_of_slides() -> None:
    """A table keeps its headers, notes stand apart as footnotes, a foot is told once."""
    rows = "".join(
        "<a:tr>"
        + "".join(
            f"<a:tc><a:txBody><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>"
            for cell in row
        )
        + "</a:tr>"
        for row in (("País", "Año"), ("Perú", "2019"))
    )
    table = (
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow='1'/>"
        f"{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    group = f"<p:grpSp><p:grpSpPr/>{shape('En el grupo')}</p:grpSp>"
    foot = shape("Red 2019", holder='type="ftr"') + shape("4", holder='type="sldNum"')
    notes = slide_of(shape("Decir esto.", holder='type="body"')).replace("p:sld", "p:notes")
    doc = one(
        pptx_of(
            [slide_of(table + group + foot), slide_of(shape("Otra") + foot)],
            parts={
                "ppt/slides/_rels/slide2.xml.rels": rels(
                    ("r1", "notesSlide", "../notesSlides/notesSlide1.xml")
                ),
                "ppt/notesSlides/notesSlide1.xml": notes,
            },
        )
    )
    assert shown(doc) == [
        ("table_row", 0, "País: Perú; Año: 2019"),
        ("paragraph", 0, "En el grupo"),
        ("footnote", 0, "Decir esto."),
        ("paragraph", 0, "Otra"),
        ("foot", 0, "Red 2019"),
    ]


def test_slides_of_pictures_are_named() -> None:
    """A slide that only shows a picture is told of; a show of such slides fails with the reason."""
    picture = slide_of("<p:pic/>")
    doc = one(pptx_of([picture, slide_of(shape("Texto"))]))
    assert [dict(w.params)["slides"] for w in doc.warnings] == ["1"]
    assert failure(pptx_of([picture])) == "slides_pictures"
    assert failure(pptx_of([slide_of(shape("x"), attributes='show="0"')])) == "slides_all_hidden"


def test_a_slide_that_is_not_there_does_not_stop_the_others() -> None:
    """A list that names a lost slide gives the others and says which is missing."""
    whole = pptx_of([slide_of(shape("Uno")), slide_of(shape("Dos"))])
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        members = {n: archive.read(n) for n in archive.namelist() if not n.endswith("slide2.xml")}
    doc = one(zip_of(members))
    assert texts(doc) == ["Dos"]
    assert codes(doc) == ["slides_missing"]


# --- hostile files -------------------------------------------------------------------------------


def _bomb(kind: str) -> bytes:
    if kind == "odt":
        return zip_of({**odt_parts("<text:p>x</text:p>"), "styles.xml": " " * 6_000_000})
    return pptx_of([slide_of(shape("x"))], parts={"ppt/media/a.xml": " " * 6_000_000})


@pytest.mark.parametrize("kind", ["odt", "pptx"])
def test_bombs_are_refused(kind: str) -> None:
    """What would inflate beyond the limit is refused by its stated size."""
    small = Settings(limits=Limits(inflated=5_000_000))
    assert failure(_bomb(kind), given=small) == "too_large_inflated"


@pytest.mark.parametrize("kind", ["odt", "pptx"])
def test_entities_are_left_out_and_told_of(kind: str, tmp_path: Path) -> None:
    """Neither a local file nor an entity of entities gets into the text; what follows does."""
    secret = tmp_path / "secreto.txt"
    secret.write_text("CONTENIDO", encoding="utf-8")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "ja">]>'
    doc = one(_with_text(kind, "antes &x; &y; &z; después", head))
    assert " ".join(texts(doc)).split() == ["antes", "después"]
    assert codes(doc) == ["external_entity"]


@pytest.mark.parametrize("kind", ["odt", "pptx"])
def test_an_entity_bomb_ends_the_reading_of_its_part(kind: str) -> None:
    """Entities of entities are not expanded; that text may be missing is told."""
    bomb = "".join(f'<!ENTITY b{i + 1} "{f"&b{i};" * 10}">' for i in range(9))
    head = f'<!DOCTYPE d [<!ENTITY b0 "ja">{bomb}]>'
    doc = one(_with_text(kind, "antes &b9; después", head))
    assert texts(doc)[0].split()[0] == "antes"
    assert "ja" not in " ".join(texts(doc))
    assert codes(doc) == ["external_entity", "part_damaged"]


def _with_text(kind: str, text: str, head: str) -> bytes:
    if kind == "odt":
        return odt_of(f"<text:p>{text}</text:p>", head=head)
    return pptx_of([slide_of(shape(text), head=head)])


@pytest.mark.parametrize(
    ("data", "main"),
    [
        (odt_of("<text:p>Uno</text:p><text:p>Dos</text:p>"), "content.xml"),
        (pptx_of([slide_of(shape("Uno") + shape("Dos"))]), "ppt/slides/slide1.xml"),
    ],
)
def test_a_damaged_part_gives_what_can_be_read(data: bytes, main: str) -> None:
    """A part cut short is read as far as it goes, with a warning; an empty one is a failure."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    cut = {**members, main: members[main][: members[main].index(b"Dos")]}
    doc = one(zip_of(cut))
    assert texts(doc) == ["Uno"]
    assert codes(doc) == ["part_damaged"]
    assert failure(zip_of({**members, main: b""})) == "damaged"
    assert failure(zip_of({**members, main: b"\x00\x01nothing"})) == "damaged"


@pytest.mark.parametrize("kind", ["odt", "pptx"])
def test_deep_nesting_is_an_error(kind: str) -> None:
    """Elements nested without measure are refused, or read as far as they go."""
    if kind == "odt":
        deep = odt_of("<text:section>" * 150 + "<text:p>x</text:p>" + "</text:section>" * 150)
    else:
        inner = "<p:grpSp><p:grpSpPr/>" * 100 + shape("x") + "</p:grpSp>" * 100
        deep = pptx_of([slide_of(inner)])
    assert failure(deep) == "too_deep"


def test_outside_parts_are_named_not_fetched() -> None:
    """A picture elsewhere is told by its address; a link that a reader follows is none."""
    doc = one(
        odt_of(
            '<text:p>Hola <text:a xlink:href="https://example.org/">x</text:a><draw:frame>'
            '<draw:image xlink:href="http://example.invalid/a.png"/></draw:frame></text:p>'
        )
    )
    [warning] = doc.warnings
    assert (warning.code, dict(warning.params)["addresses"]) == (
        "external_part",
        "http://example.invalid/a.png",
    )


@given(st.binary(max_size=300), st.integers(0, 2))
@settings(deadline=None, max_examples=60)
def test_no_bytes_raise(data: bytes, which: int) -> None:
    """Whatever stands in such a file, reading gives documents or clear problems."""
    whole = (
        b"{\\rtf1 " + data,
        zip_of({"mimetype": ODT_TYPE, "content.xml": data}),
        pptx_of([slide_of(shape("x"))], parts={"ppt/slides/slide1.xml": data.decode("latin-1")}),
    )[which]
    result = read(whole)
    assert result.documents or result.failures
    assert "reader_failed" not in [problem.code for problem in result.failures]
