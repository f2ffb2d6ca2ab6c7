"""What the tests of several rooms share: a small corpus and an encoder without a model."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from kb.text import words

if TYPE_CHECKING:
    from kb.datatypes import Vectors

_DOCUMENTS = {
    "policy/redes-de-talento.md": """# Redes de talento en el exterior

## Antecedentes

Entre 2005 y 2011 el instituto abrió doce capítulos de la Red de Talentos Mexicanos en Canadá,
España y los Estados Unidos. Cada capítulo reúne a investigadores, empresarias y estudiantes.

## Lecciones

La red que depende solo de voluntarios se apaga en tres años. Es necesario que una oficina con
presupuesto propio acompañe a los capítulos y dé seguimiento a cada proyecto.
""",
    "policy/globalscot.md": """# How Scotland runs a network of senior people

GlobalScot was founded in 2001 by Scottish Enterprise. It invites a few hundred senior executives
and asks each of them for a few hours a year.

## Lessons learned

A network should stay small enough for the office to know every member. Networks that grow by
open registration lose the trust of their most senior members.
""",
    "policy/chileglobal.html": """<!doctype html><html lang="es"><head><title>ChileGlobal</title>
</head><body><h1>Pasantías con ChileGlobal</h1><p>ChileGlobal nació en 2005 bajo el amparo de la
Fundación Chile. Sus integrantes reciben a estudiantes de posgrado en empresas de California.</p>
<h2>Riesgos</h2><p>Si la fundación retira su apoyo, los mentores pierden el vínculo con las
universidades y el programa corre el riesgo de desaparecer.</p></body></html>
""",
    "policy/kea.html": """<!doctype html><html lang="en"><head><title>Kea New Zealand</title></head>
<body><h1>Counting a diaspora: Kea New Zealand</h1><p>Kea surveyed eighteen thousand New Zealanders
abroad in 2006. The answers told the government where its engineers and scientists lived.</p>
<h2>Recommendations</h2><ul><li>Governments should count their diaspora before they design a
programme for it.</li><li>The census should be repeated every five years.</li></ul></body></html>
""",
    "policy/red-caldas.txt": """La Red Caldas, 1991-2000

Colombia creó en 1991 la Red Caldas para unir a sus investigadores en el exterior. Tuvo nodos en
veinticinco países. La red se apagó porque Colciencias dejó de financiarla y ningún nodo tenía
fondos propios.
""",
    "policy/vajra.txt": """The VAJRA scheme of India

The VAJRA scheme brings scientists who live abroad to Indian laboratories for one to three months.
Short visits have proved easier to fund than permanent return. The host laboratory must name a
partner scientist; otherwise the project ends with the visit.
""",
    "policy/resumen-bilingue.md": """# Circulación de talento

## Resumen

Este trabajo estudia cómo la circulación de talento ayuda a los países de origen. Se revisan las
políticas de cuatro gobiernos y se proponen indicadores para medir sus resultados.

## Abstract

This paper studies how the circulation of talent helps the countries of origin. It reviews the
policies of four governments and proposes indicators to measure what they achieve.
""",
    "policy/tres-por-uno.txt": """Programa Tres por Uno para Migrantes

Por cada peso que aporta un club de migrantes, los gobiernos federal, estatal y municipal ponen
otro. En 2008 el programa financió 2,457 obras en 27 estados, con 46.5% de ellas en Zacatecas.
""",
    "profiles/nunez-arrieta.md": """# Lucía Núñez Arrieta

Ingeniera en energía solar · Freiburg, Alemania · lucia.nunez@example.org

## Experiencia

**Instituto Fraunhofer ISE** — Investigadora, 2017–presente
Dirige pruebas de almacenamiento de energía con baterías de sodio.

## Formación

Doctorado en Ingeniería Eléctrica, Universidad de Guanajuato, 2016
Licenciatura en Física, Universidad de Guanajuato, 2010

## Idiomas

Español (nativo), alemán (C1), inglés (C2)
""",
    "profiles/okafor-lindqvist.txt": """TOBIAS OKAFOR-LINDQVIST
Biostatistician, Toronto, Canada
tobias.okafor@example.com | +1 416 555 0137

EXPERIENCE
2015 - present  Senior Biostatistician, Lakeside Hospital Research Institute, Toronto
Designs vaccine trials and mentors young statisticians from Latin America.

EDUCATION
PhD in Biostatistics, University of Toronto, 2014
BSc in Mathematics, University of Ibadan, 2008

LANGUAGES
English (native), Spanish (B2)
""",
}


# The same examples in every run of CI: a change is judged by itself, not by luck. People's runs
# go on looking for new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that need tesseract are skipped by name where it is missing; in CI they fail."""
    if item.get_closest_marker("ocr"):
        from kb.readers import ocr

        if set(ocr.languages()) != {"spa", "eng"}:
            told = "needs tesseract with spa and eng: bash scripts/setup-system.sh"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(told)


@pytest.fixture
def tiny_corpus(tmp_path: Path) -> Path:
    """A folder of ten short documents in es and en, two of them invented CVs, beside an empty
    file (vacio.txt) and a broken PDF (roto.pdf)."""
    return _written(tmp_path / "corpus")


@pytest.fixture(scope="session")
def tiny_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the small corpus made with the hash encoder; to be read, not changed."""
    from kb import build, config

    folder = tmp_path_factory.mktemp("tiny")
    settings = config.load(environ={}, index=folder / "index", encoder="hash")
    build.ingest([_written(folder / "corpus")], settings=settings)
    return settings.index


def _written(folder: Path) -> Path:
    for name, text in _DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "policy" / "vacio.txt").write_bytes(b"")
    (folder / "policy" / "roto.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<</Type /Cat")
    return folder


class HashEncoder:
    """Counts of folded words hashed into `dim` places, rows of unit length; no model."""

    model = "hash"
    revision = "1"
    dim = 64

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        import numpy as np

        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest, "big") % self.dim] += 1.0
        vectors: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return vectors


@pytest.fixture
def hash_encoder() -> HashEncoder:
    return HashEncoder()
