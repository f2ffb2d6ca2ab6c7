"""From blocks to a document: text, passages, roles, places, front matter, kind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import ingest
from kb.datatypes import Block, Box, Document, RawDocument, Span, Style

ES = "La oficina acompaña a los capítulos y anota lo que cada uno pide al gobierno de su país."
EN = "The office helps every chapter and writes down what each of them asks of its government."


def _assemble(*blocks: Block, source: str = "paper.pdf", **given_: object) -> Document:
    raw = RawDocument(blocks=blocks, **given_)  # type: ignore[arg-type]
    return ingest.assemble(raw, source=source, sha256="0" * 64, doc_id="d" + "0" * 12)


def _sizes(doc: Document) -> list[int]:
    return [len(p.text.split()) for p in doc.passages]


_TEXTS = st.lists(
    st.sampled_from([ES, EN, "Uno. Dos? Tres!", "palabra", "1. Two words.", "a  b\u00ad c\x07"]),
    min_size=1,
    max_size=25,
).map(" ".join)
_BLOCKS = st.lists(
    st.builds(
        Block,
        text=_TEXTS | st.text(max_size=40),
        kind=st.sampled_from(
            ["title", "heading", "paragraph", "paragraph", "list_item", "table_row", "caption",
             "footnote", "reference", "contents", "head", "foot"]
        ),
        level=st.integers(0, 3),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(_BLOCKS, st.booleans())
def test_passages_cover_the_text_in_order(blocks: list[Block], ready: bool) -> None:
    """Every passage is its range of the text; ranges do not overlap; blanks alone lie between."""
    doc = _assemble(*blocks, ready=ready)
    at = 0
    for passage in doc.passages:
        assert doc.text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
        assert not doc.text[at : passage.start].strip()
        assert passage.start >= at
        at = passage.end
    assert not doc.text[at:].strip()
    assert [doc.text[b.start : b.end] for b in doc.blocks] == [b.text for b in doc.blocks]
    assert doc == _assemble(*blocks, ready=ready)
    if not ready:
        loose = [p for p in doc.passages if p.role == "body"]
        single = {
            b.text for b in doc.blocks if b.kind in ("table_row", "caption", "heading", "title")
        }
        for passage in loose:
            if not any(part in single for part in passage.text.split("\n\n")):
                assert len(passage.text.split()) <= 220


@pytest.mark.parametrize("count", [5, 14, 40])
def test_passages_are_neither_long_nor_short(count: int) -> None:
    """A section of many sentences gives passages of 60 to 220 words that end with a sentence."""
    doc = _assemble(Block("Redes", "heading", 1), Block(" ".join([ES] * count)))
    assert all(60 <= size <= 220 for size in _sizes(doc))
    assert all(p.text.endswith(".") for p in doc.passages)


def test_a_passage_never_crosses_a_section() -> None:
    """Short sections stay apart, each beginning with its heading lines."""
    doc = _assemble(
        Block("Casos", "heading", 1),
        Block("Chile", "heading", 2),
        Block(ES),
        Block("Irlanda", "heading", 2),
        Block(ES),
    )
    assert [p.section for p in doc.passages] == [("Casos", "Chile"), ("Casos", "Irlanda")]
    assert doc.passages[0].text == f"Casos\n\nChile\n\n{ES}"
    assert doc.passages[1].text.startswith("Irlanda\n\n")


def test_a_list_stays_with_the_sentence_that_opens_it() -> None:
    """An introduction ending in a colon and its items share a passage."""
    items = [Block(f"{i}. {ES}", "list_item", 1) for i in range(1, 5)]
    doc = _assemble(Block(" ".join([ES] * 6)), Block("Los capítulos deben:"), *items)
    holder = next(p for p in doc.passages if "deben:" in p.text)
    assert items[0].text in holder.text
    assert all(any(item.text in p.text for p in doc.passages) for item in items)


def test_a_table_row_is_never_cut() -> None:
    """Rows stay whole, several share a passage under the limit."""
    rows = [Block("; ".join([f"País: {i}", *["Instrumento: beca corta"] * 9]), "table_row")
            for i in range(12)]  # fmt: skip
    doc = _assemble(*rows)
    assert len(doc.passages) > 1
    assert all(size <= 220 for size in _sizes(doc))
    assert sum(p.text.count("País:") for p in doc.passages) == 12
    assert all(any(row.text in p.text for p in doc.passages) for row in rows)


def test_furniture_leaves_the_passage_whole() -> None:
    """A foot, a footnote and a head between two short paragraphs move behind their passage."""
    doc = _assemble(
        Block("Casos", "heading", 1),
        Block("Foro 3", "foot"),
        Block(ES),
        Block("1 Acta de 2006.", "footnote"),
        Block("Memoria", "head"),
        Block(" ".join([ES] * 4)),
    )
    assert [p.role for p in doc.passages] == ["body", "foot", "footnote", "head"]
    assert doc.passages[0].text.startswith("Casos\n\nLa oficina")


def test_a_change_of_language_splits() -> None:
    """Resumen and abstract in one paragraph, or in paragraphs side by side, come apart."""
    doc = _assemble(Block(" ".join([ES] * 4 + [EN] * 4)))
    assert [p.lang for p in doc.passages] == ["es", "en"]
    parallel = _assemble(*[Block(" ".join([s] * 2)) for s in (ES, EN, ES, EN)])
    assert [p.lang for p in parallel.passages] == ["es", "en", "es", "en"]
    assert parallel.lang == "mixed"


def test_a_quoted_name_does_not_split() -> None:
    """A few words of the other language stay in their passage."""
    doc = _assemble(Block(f"{ES} Se llama The World Class New Zealand Network. {ES} {ES}"))
    assert [p.lang for p in doc.passages] == ["es"]


def test_references_and_contents_are_marked_by_heading() -> None:
    """What stands under Referencias is reference, and its heading with it."""
    doc = _assemble(
        Block("Índice", "heading", 1),
        Block("1. Introducción ........ 5"),
        Block("Introducción", "heading", 1),
        Block(" ".join([ES] * 5)),
        Block("Referencias", "heading", 1),
        Block("Núñez, A. (2008). Redes que se apagan. Editorial Inventada."),
    )
    assert [p.role for p in doc.passages] == ["contents", "body", "reference"]
    assert doc.passages[2].text.startswith("Referencias\n\nNúñez")


def _lines(text: str, *, page: int, y: float) -> Span:
    return Span(0, len(text), page, Box(page, 50, y, 250, y + 10))


def test_a_passage_knows_pages_label_and_boxes() -> None:
    """Only the lines that the passage touches give pages and boxes; neighbouring lines merge."""
    first = " ".join([ES] * 6)
    second = " ".join([ES] * 6)
    text = f"{first} {second}"
    half = len(first) // 2
    spans = (
        Span(0, half, 3, Box(3, 50, 700, 250, 710)),
        Span(half, len(first), 3, Box(3, 50, 712, 250, 722)),
        Span(len(first) + 1, len(text), 4, Box(4, 50, 60, 250, 70)),
    )
    doc = _assemble(Block(text, spans=spans), pages=4, page_labels=("i", "ii", "1", "2"))
    one, two = doc.passages
    assert (one.page, one.pages, one.page_label) == (3, (3,), "1")
    assert one.boxes == (Box(3, 50, 700, 250, 722),)
    assert (two.page, two.pages, two.page_label) == (4, (4,), "2")


def test_ready_blocks_are_passages_as_they_stand() -> None:
    """Lines of ready passages are neither split nor joined nor touched."""
    texts = ["uno  dos\u00ad", " ".join([ES] * 30)]
    doc = _assemble(*map(Block, texts), ready=True)
    assert [p.text for p in doc.passages] == texts


def _styled(text: str, size: float, kind: str = "heading") -> Block:
    box = Box(1, 50, 90, 250, 100)
    return Block(text, kind, 1, (Span(0, len(text), 1, box),), Style(size=size))  # type: ignore[arg-type]


def test_a_title_that_is_a_file_name_gives_way_to_the_page() -> None:
    """Metadata like "Microsoft Word - x.doc" loses against the largest line of page one."""
    page = (_styled("SERIE DE NOTAS", 11), _styled("Redes que se apagan", 24))
    for hint in ("Microsoft Word - nota_v3.doc", "nota_final.pdf", "Untitled", None):
        assert _assemble(*page, Block(ES), title=hint).title == "Redes que se apagan"
    assert _assemble(Block(ES), title="Redes que se apagan").title == "Redes que se apagan"


def _line(text: str, y: float, kind: str = "heading", page: int = 1) -> Block:
    box = Box(page, 50, y, 250, y + 15)
    span = Span(0, len(text), page, box)
    return Block(text, kind, 2, (span,), Style(size=20))  # type: ignore[arg-type]


def test_a_heading_of_two_lines_is_one_section() -> None:
    """Two printed lines of one heading make one name in the section path."""
    doc = _assemble(_line("Redes de talento en el", 90), _line("exterior", 114), Block(ES))
    assert [p.section for p in doc.passages] == [("Redes de talento en el exterior",)]


def test_an_empty_slide_keeps_its_page() -> None:
    """Headings of pages without text do not run together into one passage."""
    doc = _assemble(_line("Visitantes", 90, page=1), _line("Optimistas", 90, page=2), Block(ES))
    assert [(p.pages, p.section) for p in doc.passages] == [
        ((1,), ("Visitantes",)),
        ((2,), ("Optimistas",)),
    ]


def test_spans_follow_when_text_is_normalised() -> None:
    """Soft hyphens and double blanks leave the text; the lines' places stay right."""
    text = f"co\u00adoperar  siempre {ES}"
    cut = text.index(ES)
    spans = (
        Span(0, cut, 1, Box(1, 0, 0, 9, 9)),
        Span(cut, len(text), 2, Box(2, 0, 0, 9, 9)),
    )
    doc = _assemble(Block(text, spans=spans))
    (block,) = doc.blocks
    assert block.text == f"cooperar siempre {ES}"
    assert block.text[block.spans[1].start : block.spans[1].end] == ES


def test_the_title_of_a_curriculum_is_the_name() -> None:
    """Not the first section's heading, and without "CV"."""
    lines = (Block("Perfil", "heading", 1), Block(ES))
    doc = _assemble(*lines, title="CV Lucía Núñez Arrieta", kind_hint="profile")
    assert doc.title == "Lucía Núñez Arrieta"
    assert _assemble(*lines, kind_hint="profile").title is None
    assert _assemble(*_CV_ES).title == "Lucía Núñez Arrieta"


def test_authors_come_from_the_byline() -> None:
    """ "Elaborado por" wins over the institute of the metadata, which becomes the publisher."""
    doc = _assemble(
        _styled("Redes que se apagan", 24),
        Block(" ".join([ES] * 30)),
        Block("Elaborado por:"),
        Block("Ana Ruiz Peña"),
        Block("Luis de la O Mora"),
        authors=("Instituto de Redes",),
        kind_hint="policy",
    )
    assert doc.authors == ("Ana Ruiz Peña", "Luis de la O Mora")
    assert doc.publisher == "Instituto de Redes"


def test_the_year_is_of_the_page_or_the_name_before_the_metadata() -> None:
    """The day a file was typeset is the last thing to trust."""
    body = Block(f"{' '.join([ES] * 5)} Así fue hasta 2010.")
    given: dict[str, Any] = {"year": 2024, "format": "pdf"}
    assert _assemble(Block("Junio de 2009"), body, **given).year == 2009
    assert _assemble(body, source="redes-2011.pdf", **given).year == 2011
    assert _assemble(body, year=2011, format="pdf").year == 2011
    assert _assemble(body, **given).year is None  # typeset again long after
    assert _assemble(body, year=2024, format="html").year == 2024
    assert _assemble(body).year is None


_CV_ES = [
    Block("Lucía Núñez Arrieta", "title"),
    Block("lucia@example.org · +49 761 555 0101"),
    Block("Experiencia", "heading", 2),
    Block("Investigadora, 2017–presente, Instituto Solar"),
    Block("Formación", "heading", 2),
    Block("Doctorado en Física, 2016"),
    Block("Idiomas", "heading", 2),
    Block("Español, alemán"),
]
_CV_EN = [
    Block("TOBIAS OKAFOR-LINDQVIST"),
    Block("Biostatistician. tobias@example.com"),
    Block("EXPERIENCE"),
    Block("2015 - present Lakeside Hospital, senior biostatistician"),
    Block("EDUCATION"),
    Block("PhD in Biostatistics, 2014"),
]
_BIO_EN = [
    Block("Dr. Amara Boateng Ruiz"),
    Block(
        "I am a chemical engineer in Leeds and I work on membranes for clean water. I hold a PhD "
        "from the University of Leeds. My research has been used by three utilities. "
        "Write to me: amara@example.net"
    ),
]
_ORG = [
    Block("Centro de Innovación del Bajío", "title"),
    Block("Quiénes somos", "heading", 2),
    Block("Somos una asociación sin fines de lucro fundada en 2003 que apoya a empresas."),
    Block("Qué ofrecemos", "heading", 2),
    Block("Ofrecemos laboratorios y mentores a nuestros socios."),
    Block("Contacto", "heading", 2),
    Block("hola@example.org"),
]
_PAPER = [
    Block("Redes que se apagan", "title"),
    Block("Introducción", "heading", 1),
    Block(" ".join([ES] * 30)),
    Block("Conclusiones", "heading", 1),
    Block(" ".join([ES] * 10)),
    Block("Contacto: redes@example.org"),
]


@pytest.mark.parametrize(
    ("blocks", "kind"),
    [
        (_CV_ES, "profile"),
        (_CV_EN, "profile"),
        (_BIO_EN, "profile"),
        (_ORG, "organisation"),
        (_PAPER, "policy"),
        ([Block(EN)], "policy"),
    ],
)
def test_the_kind_is_told_by_content(blocks: list[Block], kind: str) -> None:
    """CVs with headings, in capitals, as a short life; an organisation's entry; a paper."""
    assert ingest.detect_kind(RawDocument(tuple(blocks))) == kind


def test_a_structured_record_is_a_profile() -> None:
    """JSON Resume, Europass and table rows need no guessing; a hint of the reader wins."""
    raw = RawDocument((Block("x"),), record={}, record_format="table_row")
    assert ingest.detect_kind(raw) == "profile"
    raw = RawDocument((Block("x"),), record={}, record_format="table_row", kind_hint="organisation")
    assert ingest.detect_kind(raw) == "organisation"


def test_a_file_without_text_says_so() -> None:
    """An empty document has no passages and a warning that both languages can show."""
    doc = _assemble(Block("  "), Block(""))
    assert doc.passages == ()
    assert [w.code for w in doc.warnings] == ["ingest_no_text"]


def test_a_year_that_the_text_tells_of_is_not_the_year_of_the_work() -> None:
    """Neither of a table's row nor of a short first sentence."""
    row = Block("Capítulo: Toronto; Año: 2013", "table_row")
    assert _assemble(Block("Capítulos", "title"), row).year is None
    told = Block("GlobalScot was founded in 2001 by Scottish Enterprise.")
    assert _assemble(Block("GlobalScot", "title"), told).year is None
    assert _assemble(Block("Quito, 12 de junio de 2009."), told).year == 2009


def test_a_work_that_is_all_heads_and_feet_has_them_as_its_text() -> None:
    """Otherwise nothing of it could be found."""
    doc = _assemble(Block("Una red pequeña y senior.", "head"), Block("Segunda línea.", "foot"))
    assert {p.role for p in doc.passages} == {"body"}
    kept = _assemble(Block("Informe 2011", "head"), Block("Una red pequeña y senior."))
    assert {p.role for p in kept.passages} == {"head", "body"}
