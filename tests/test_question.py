"""What a question asks for besides its topic, in Spanish and English."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.question import understand


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("¿Quién nos ayuda con almacenamiento de energía en Alemania?",
         {"countries": ("DE",), "sectors": ("energy",)}),
        ("who can help us with energy storage in Germany?",
         {"countries": ("DE",), "sectors": ("energy",)}),
        ("peer reviewer for a nanomaterials project who reads Portuguese",
         {"languages": ("pt",), "countries": (), "willing": ("evaluate_projects",)}),
        ("evaluador de proyectos de nanomateriales que lea portugués",
         {"languages": ("pt",), "countries": (), "willing": ("evaluate_projects",)}),
        ("mentora con doctorado en biotecnología", {"degree": "phd", "willing": ("mentor",)}),
        ("a mentor with a PhD in biotechnology", {"degree": "phd", "willing": ("mentor",)}),
        ("directores generales de empresas chilenas", {"seniority": "executive"}),
        ("an experienced executive of a Chilean company", {"seniority": "executive"}),
        ("especialistas en vacunas fuera de Canadá", {"countries": (), "excluded": ("CA",)}),
        ("vaccine specialists outside Canada", {"countries": (), "excluded": ("CA",)}),
        ("solo personas en Japón", {"countries": ("JP",), "only": ("countries",)}),
        ("only people in Japan", {"countries": ("JP",), "only": ("countries",)}),
        ("ingenieros en los países nórdicos", {"countries": ("DK", "FI", "IS", "NO", "SE")}),
        ("engineers in the Nordic countries", {"countries": ("DK", "FI", "IS", "NO", "SE")}),
        ("químicas que no estén en Francia ni Italia", {"countries": (), "excluded": ("FR", "IT")}),
        ("chemists outside France and Italy", {"countries": (), "excluded": ("FR", "IT")}),
        ("fuera de Centroamérica",
         {"countries": (), "excluded": ("BZ", "CR", "SV", "GT", "HN", "NI", "PA")}),
        ("no solo en Japón", {"countries": ("JP",), "only": (), "excluded": ()}),
        ("capítulo de Boston", {"chapters": ("Boston",), "countries": ()}),
        ("members of the Boston chapter", {"chapters": ("Boston",), "countries": ()}),
        ("físicos que no trabajen en la academia", {"excluded": ("academia",)}),
        ("physicists not in academia", {"excluded": ("academia",)}),
        ("a French-speaking lawyer", {"languages": ("fr",), "countries": ()}),
        ("abogada que hable francés", {"languages": ("fr",), "countries": ()}),
        ("a lawyer with French clients", {"languages": (), "countries": ("FR",)}),
        ("estudiantes de doctorado en óptica", {"degree": None, "seniority": "student"}),
        ("PhD students in optics", {"degree": None, "seniority": "student"}),
        ("quién codirige tesis de óptica", {"willing": ("co_supervise",)}),
        ("who takes interns from Latin America", {"willing": ("host_interns",)}),
    ],
)  # fmt: skip
def test_conditions_are_read_in_both_languages(query: str, expected: dict[str, object]) -> None:
    """The same question in es and en is understood alike."""
    understood = understand(query)
    assert {name: getattr(understood, name) for name in expected} == expected


def test_the_topic_is_what_remains() -> None:
    """Places, degrees and willingness are no topic."""
    topic = understand("mentor con doctorado en semiconductores en Irlanda").topic.casefold()
    assert "semiconductores" in topic
    assert "irlanda" not in topic
    assert "mentor" not in topic


def test_every_region_holds_countries_that_exist() -> None:
    """The table of regions has ISO codes alone, and no name for two regions."""
    import pycountry
    import yaml

    from kb import question

    folder = Path(question.__file__).parent / "data" / "question"
    listed = yaml.safe_load((folder / "regions.yaml").read_text(encoding="utf-8"))
    codes = {code for item in listed for code in item["codes"].split()}
    assert codes - {"XK"} <= {country.alpha_2 for country in pycountry.countries}
    words = [word for item in listed for word in item["words"]]
    assert len(words) == len(set(words))
