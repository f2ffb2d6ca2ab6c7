"""Imported for its effect: what every child needs is loaded once, before children are forked.

Catalogues, pipelines and word lists are made when first used; a forked child would make them anew
for each file. So one document of each kind in each language is taken through the whole analysis.
"""

from __future__ import annotations

import gc
import importlib
import logging

from kb import readers
from kb.build_parsing import analyse
from kb.config import Settings

log = logging.getLogger(__name__)

_POLICY_ES = """# Redes de talento en el exterior

La Red de Talentos Mexicanos (2005) abrió doce capítulos en Canadá y en los Estados Unidos con
apoyo del CONACYT, S.A. de C.V.; costó 46.5% más que en 2008. Lección: una red necesita oficina
propia. Se recomienda que el gobierno dé seguimiento, pues se corre el riesgo de perderla.
"""
_POLICY_EN = """# How Scotland runs its network

GlobalScot was founded in 2001 by Scottish Enterprise and asks 600 members for a few hours a
year. Lesson: a network should stay small. We recommend that governments fund an office; without
one there is a risk that members leave. Success depends on the ministry of foreign affairs.
"""
_CV_ES = """Ana Solís Vega
Ingeniera · Berlín, Alemania · ana.solis@example.org · +49 30 5550137

EXPERIENCIA
Taller del Lago, Berlín — Investigadora, enero de 2017 - presente
Diseña turbinas; mentora de estudiantes.

FORMACIÓN
Doctorado en Ingeniería, Universidad de Guanajuato, 2016

IDIOMAS
Español (nativo), alemán (C1)
"""
_CV_EN = """Tom Lake Rivers
Engineer, Toronto, Canada | tom@example.org | +1 416 555 0137

EXPERIENCE
March 2015 - present  Senior Engineer, Lakeside Works, Toronto
Designs turbines and mentors students.

EDUCATION
PhD in Engineering, University of Toronto, 2014

LANGUAGES
English (native), Spanish (B2)
"""
_FILES = (
    ("a.md", _POLICY_ES), ("b.md", _POLICY_EN), ("c.txt", _CV_ES), ("d.txt", _CV_EN),
    ("e.html", "<!doctype html><html lang='en'><body><h1>Lake</h1><p>A lake.</p></body></html>"),
    ("f.csv", "name,email\nAna Solís Vega,ana@example.org\nTom Lake,tom@example.org\n"),
)  # fmt: skip


def _warm() -> None:
    for name in readers.PRELOAD:
        importlib.import_module(name)
    settings = Settings()
    for name, text in _FILES:
        found = readers.read_bytes(text.encode(), name=name, settings=settings)
        for raw in found.documents:
            try:
                analyse(raw, source=name, sha256="", salt="")
            except Exception:
                log.exception("warming up with %s", name)
    gc.freeze()  # pages shared with the children stay shared


_warm()
