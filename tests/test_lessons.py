"""Which sentences teach, of what type, about which programmes and countries."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kb import ingest, lessons
from kb.datatypes import Block, Document, Entity, Label, Lesson, RawDocument


def _paper(*blocks: Block, kind: str = "policy") -> Document:
    raw = RawDocument(blocks=blocks)
    return ingest.assemble(raw, source="x.md", sha256="0", doc_id="d0", kind=kind)  # type: ignore[arg-type]


def _named(doc: Document, *names: tuple[str, Label, str]) -> tuple[Entity, ...]:
    found = []
    for text, label, value in names:
        start = doc.text.index(text)
        found.append(Entity(text, label, value, text, text, start, start + len(text)))
    return tuple(found)


def _find(*blocks: Block) -> tuple[Lesson, ...]:
    return lessons.find_lessons(_paper(*blocks), ())


@pytest.mark.parametrize(
    ("sentence", "type_"),
    [
        ("La experiencia de los consulados muestra que un boletín mensual une poco.", "lesson"),
        ("No basta con abrir un portal para que la gente vuelva a escribir.", "lesson"),
        ("The case of the northern chapters shows that annual dinners build trust.", "lesson"),
        ("A lesson from the second phase is that small grants go further.", "lesson"),
        ("El consulado debería nombrar a una persona de enlace en cada ciudad.", "recommendation"),
        ("Es necesario medir cada año cuántos mentores siguen activos.", "recommendation"),
        ("Embassies should name a liaison officer for every chapter.", "recommendation"),
        ("It is essential to publish the budget of the programme.", "recommendation"),
        ("Give every newcomer a small task, and thank them in public.", "recommendation"),
        ("Gracias a las becas puente, doce laboratorios lograron contratar egresados.",
         "good_practice"),
        ("The seed fund has helped forty firms and proved effective for young teams.",
         "good_practice"),
        ("Sin un presupuesto estable, el programa corre el riesgo de desaparecer.", "risk"),
        ("The scheme failed because the lack of staff left requests unanswered.", "risk"),
        ("El éxito del programa depende de que la universidad firme el convenio.", "condition"),
        ("The matching only works if the host names a supervisor beforehand.", "condition"),
    ],
)  # fmt: skip
def test_a_sentence_that_teaches_is_found_and_typed(sentence: str, type_: str) -> None:
    """In either language, by what the sentence itself says."""
    found = _find(Block(sentence))
    assert [(lesson.statement, lesson.type) for lesson in found] == [(sentence, type_)]


@pytest.mark.parametrize(
    "sentence",
    [
        "La red fue creada en 2005 y cuenta con 80 miembros en 12 ciudades.",
        "Se estima que 31 millones de personas de ese origen viven en 70 países.",
        "El propósito de esta reunión fue favorecer el intercambio de buenas prácticas.",
        "This session will highlight the risks and challenges faced by migrants.",
        "The next forum, to be held in Lima, will focus on strategies for effective partnerships.",
        "The network was founded in 2001 and has about 700 members.",
        "La red organiza una cena anual en cada ciudad y publica un boletín.",
        "The office supports a newsletter, a website and a yearly dinner.",
        "¿Qué debe hacer un consulado con las solicitudes que recibe?",
    ],
)
def test_background_stays_out(sentence: str) -> None:
    """Facts, agendas, aims of the paper and questions teach nothing."""
    assert _find(Block(sentence)) == ()


def test_the_opening_of_a_list_types_its_items() -> None:
    """Items lean on "deben:" or "lessons:" above them, and so are found without cues."""
    found = _find(
        Block("Los consulados deben:"),
        Block("llevar un registro de las personas que ofrecen su tiempo", "list_item", 1),
        Block("The director drew these lessons:"),
        Block("the second year decides whether the members stay together", "list_item", 1),
    )
    assert [lesson.type for lesson in found] == ["recommendation", "lesson"]


def test_headings_speak_for_what_stands_under_them() -> None:
    """The same bare item is a recommendation or a risk by its section, and nothing elsewhere."""
    item = "Un registro único de contactos en manos de la oficina central"
    for heading, type_ in (("Recomendaciones", "recommendation"), ("Riesgos", "risk")):
        found = _find(Block(heading, "heading", 1), Block(item, "list_item", 1))
        assert [lesson.type for lesson in found] == [type_]
    assert _find(Block("Antecedentes", "heading", 1), Block(item, "list_item", 1)) == ()


def test_a_statement_that_leans_takes_the_sentence_before() -> None:
    """ "Esto", "Otherwise": the statement is both sentences, word for word."""
    text = "Cada sede elige a su dirigente. Esto ha permitido sortear tres cambios de gobierno."
    (lesson,) = _find(Block(f"La red tiene nueve sedes. {text}"))
    assert lesson.statement == text


def test_a_statement_knows_its_place() -> None:
    """Statement, offsets, passage and identifiers agree."""
    doc = _paper(
        Block("Recommendations", "heading", 1),
        *[Block(f"Embassies should keep list number {name} up to date.") for name in "abc"],
    )
    found = lessons.find_lessons(doc, ())
    assert len(found) == 3
    assert len({lesson.lesson_id for lesson in found}) == 3
    passages = {p.passage_id: p for p in doc.passages}
    for lesson in found:
        passage = passages[lesson.passage_id]
        assert doc.text[lesson.start : lesson.end] == lesson.statement
        assert passage.start <= lesson.start < passage.end
        assert lesson.lesson_id.startswith(f"{passage.passage_id}.l")


def test_what_a_statement_is_about() -> None:
    """Its own entities; else its heading's; a general conclusion is about none."""
    doc = _paper(
        Block("Kea en Nueva Zelanda", "heading", 1),
        Block("Gracias al censo se logró ubicar a los ingenieros. "
              "En Escocia conviene otra cosa y se recomienda invitar a pocos."),
        Block("Conclusiones", "heading", 1),
        Block("Las redes deben rendir cuentas a sus miembros."),
    )  # fmt: skip
    entities = _named(
        doc, ("Kea", "PROGRAM", "kea"), ("Nueva Zelanda", "COUNTRY", "NZ"),
        ("Escocia", "COUNTRY", "GB"),
    )  # fmt: skip
    found = lessons.find_lessons(doc, entities)
    assert [(lesson.programs, lesson.countries) for lesson in found] == [
        (("kea",), ("NZ",)),
        ((), ("GB",)),
        ((), ()),
    ]


@pytest.mark.parametrize("kind", ["profile", "organisation"])
def test_a_curriculum_teaches_nothing(kind: str) -> None:
    """Only policy papers hold lessons."""
    doc = _paper(Block("Networks should be small and must be cared for."), kind=kind)
    assert lessons.find_lessons(doc, ()) == ()


def test_both_languages_have_the_same_cues() -> None:
    """What Spanish has, English has."""
    folder = Path(lessons.__file__).parent / "data" / "lessons"
    es, en = (yaml.safe_load((folder / f"{lang}.yaml").read_text("utf-8")) for lang in ("es", "en"))
    assert es.keys() == en.keys()
    assert es["headings"].keys() == en["headings"].keys()
    assert {k: (c.get("weights"), c.get("doubt")) for k, c in es["cues"].items()} == {
        k: (c.get("weights"), c.get("doubt")) for k, c in en["cues"].items()
    }
