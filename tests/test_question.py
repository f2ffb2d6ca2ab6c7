"""What a question asks for besides its topic, in Spanish and English."""

from __future__ import annotations

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
