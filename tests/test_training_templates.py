"""Parallel text from templates: the same each time, whole, agreeing, with the same numbers."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from training.data import Pair
from training.templates import Scene, read_block, read_templates, templated, written
from training.templates_grammar import (
    HERE,
    articled,
    english_plural,
    gender_of,
    gerund,
    tidy_en,
    tidy_es,
    unaccented,
)
from training.templates_values import Values

ESCO = """\
occupation\tu\t2166\ttechnical director\tdirector técnico/directora técnica
occupation\tu\t2141\tindustrial engineer\tingeniero industrial/ingeniera industrial
occupation\tu\t2422\tpolicy officer\tresponsable de políticas
occupation\tu\t7512\tbaker\tpanadero/panadera
skill\tu\tskill/competence\tmanage budgets\tgestionar presupuestos
skill\tu\tskill/competence\tplan events\tplanificar actos
skill\tu\tskill/competence\tdesign sensors\tdiseñar sensores
skill\tu\tskill/competence\tteach chemistry\tenseñar química
skill\tu\tknowledge\tinternal auditing\tauditoría interna
skill\tu\tknowledge\tPython\tPython
skill\tu\tknowledge\tScala\tScala
skill\tu\tknowledge\tHaskell\tHaskell
"""


@pytest.fixture(scope="module")
def taxonomies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taxonomies")
    (folder / "esco.tsv").write_text(ESCO, encoding="utf-8")
    (folder / "eurovoc.id-en-es.tsv").write_text(
        "1\tdomestic trade\tcomercio interior\n2\tÅrhus\tÅrhus\n", encoding="utf-8"
    )
    (folder / "unesco.code-en-es.tsv").write_text(
        "25\tHydrology\tHidrología\n11\tOther (specify)\tOtras\n12\tAlgebra\tÁlgebra\n",
        encoding="utf-8",
    )
    (folder / "iso3166.a2-a3-en-es.tsv").write_text(
        "FJ\tFJI\tFiji\tFiji\nTG\tTGO\tTogo\tTogo\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def pairs(taxonomies: Path) -> list[Pair]:
    return list(templated(taxonomies, 6000, seed=4))


def numbers(text: str) -> Counter[str]:
    """Digits of every number, separators of thousands and decimals apart."""
    joined = re.sub(r"(?<=\d)[.,](?=\d)|(?<=\d) (?=\d{3}\b)", "", text)
    return Counter(re.findall(r"\d+", joined))


def test_same_seed_same_text(taxonomies: Path, pairs: list[Pair]) -> None:
    assert list(islice(templated(taxonomies, 6000, seed=4), 300)) == pairs[:300]
    assert list(templated(taxonomies, 300, seed=5)) != pairs[:300]


def test_count_and_no_duplicates(pairs: list[Pair]) -> None:
    assert len(pairs) == 6000
    assert len({pair.en for pair in pairs}) == 6000
    assert len({pair.es for pair in pairs}) > 5900


def test_no_slot_left(pairs: list[Pair]) -> None:
    left = [p for p in pairs if re.search(r"[{}|]|\(n\)|  ", p.en + p.es) or not (p.en and p.es)]
    assert left == []


def test_same_numbers(pairs: list[Pair]) -> None:
    assert [p for p in pairs if numbers(p.en) != numbers(p.es)] == []


def test_spanish_contractions(pairs: list[Pair]) -> None:
    # lower-cased questions may have "de el salvador"
    wrong = [p.es for p in pairs if re.search(r"\b(de|a) el (?!salvador|cairo)[a-z]", p.es)]
    assert wrong == []
    assert [p.es for p in pairs if re.search(r"\by i[^aeou]|\bo o", p.es)] == []


def test_every_template_can_be_written(taxonomies: Path) -> None:
    import random

    from training.templates_words import load_words

    words, rng = load_words(HERE, taxonomies), random.Random(3)
    groups = read_templates(HERE)
    assert sum(len(templates) for _, templates in groups) >= 350
    for _, templates in groups:
        for template in templates:
            pair = written(template, Scene(words, rng))
            assert pair.en
            assert "{" not in pair.en + pair.es


def test_paragraphs_are_a_share(pairs: list[Pair]) -> None:
    long = sum(len(pair.en.split()) >= 45 for pair in pairs)
    assert 0.1 < long / len(pairs) < 0.4


def test_person_agrees(taxonomies: Path) -> None:
    import random

    from training.templates_words import load_words

    words, rng = load_words(HERE, taxonomies), random.Random(8)
    block = "{p:He/She}, {p:he/she} {job} | {p:Él/Ella}, {p:él/ella} {job}"
    seen = set()
    for _ in range(60):
        scene = Scene(words, rng)
        scene.words.terms["job"][:] = [t for t in words.terms["job"] if "bak" in t.text.en]
        seen.add(written(read_block(block), scene) if scene.term("p") else None)
    assert seen == {
        Pair("He, he baker", "Él, él panadero"),
        Pair("She, she baker", "Ella, ella panadera"),
    }


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("el fin de el programa", "El fin del programa"),
        ("invita a el ministerio", "Invita al ministerio"),
        ("viaja de El Salvador a El Cairo", "Viaja de El Salvador a El Cairo"),
        ("física y ingeniería", "Física e ingeniería"),
        ("padres y hijos", "Padres e hijos"),
        ("agua y hierro", "Agua y hierro"),
        ("uno o otro", "Uno u otro"),
        ("siete o ocho", "Siete u ocho"),
        ("¿cómo va?", "¿Cómo va?"),
    ],
)
def test_tidy_es(text: str, tidy: str) -> None:
    assert tidy_es(text) == tidy


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("as a(n) engineer", "As an engineer"),
        ("as a(n) university professor", "As a university professor"),
        ("as a(n) unemployed nurse", "As an unemployed nurse"),
        ("a(n) ICT manager", "An ICT manager"),
        ("a(n) PhD student", "A PhD student"),
        ("a(n) honorary consul", "An honorary consul"),
        ("a(n) urban planner", "An urban planner"),
    ],
)
def test_tidy_en(text: str, tidy: str) -> None:
    assert tidy_en(text) == tidy


@pytest.mark.parametrize(
    ("label", "gender"),
    [
        ("gestión del agua", 1),
        ("sistemas de control", 2),
        ("bellas artes", 3),
        ("artes plásticas", 3),
        ("análisis de datos", 0),
        ("aplicaciones de la lógica", 3),
        ("derecho privado", 0),
        ("salud pública", 1),
        ("redes neuronales", 3),
    ],
)
def test_gender(label: str, gender: int) -> None:
    assert gender_of(label) == gender


def test_own_article_tells_gender_and_acronym() -> None:
    term = articled(Pair("the National Water Council", "el Consejo Nacional de Agua"))
    assert term.gender == 0
    assert term.form("bare") == Pair("National Water Council", "Consejo Nacional de Agua")
    assert term.form("ac") == Pair("the CNA", "el CNA")
    assert articled(Pair("a grant", "una beca")).gender == 1


def test_english_forms() -> None:
    assert [gerund(v) for v in ("manage teams", "plan trips", "tie knots")] == [
        "managing teams",
        "planning trips",
        "tying knots",
    ]
    assert english_plural("changes of government")
    assert not english_plural("genomics")


def test_unaccented_keeps_enye() -> None:
    assert unaccented("¿Cuántos años?") == "¿Cuantos años?"


def test_amounts_say_the_same() -> None:
    import random

    for seed in range(200):
        values = Values(random.Random(seed), (["Ana"], ["Eva"]), ["Ruiz"])
        for pair in (values.money(), values.fee(), values.big(), values.pct(), values.dur()):
            assert numbers(pair.en) == numbers(pair.es)
        assert int(values.y().en) <= int(values.y().en)
