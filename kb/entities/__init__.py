"""Countries, places, programmes, institutions, sectors, people, figures: found, named, resolved.

Blank spaCy pipelines with rulers over kb/data, and rules; nothing is downloaded. One id whatever
the language or alias: Escocia, Scotland and escocés are GB.
"""

from __future__ import annotations

from kb.datatypes import Label
from kb.entities.catalogue import (
    Entry,
    by_label,
    degrees,
    institutions,
    names,
    places,
    programs,
    sectors,
    slug,
)
from kb.entities.extract import extract, extract_text
from kb.entities.resolve import nearest, resolve
from kb.entities.sectors import sector_weights, sectors_of

__all__ = [
    "Entry",
    "by_label",
    "degrees",
    "describe",
    "extract",
    "extract_text",
    "institutions",
    "names",
    "nearest",
    "places",
    "programs",
    "resolve",
    "sector_weights",
    "sectors",
    "sectors_of",
    "slug",
    "warm",
]


def describe(id: str, label: Label) -> tuple[str, str]:
    """Names (es, en) of an id, as facets show them."""
    return names(label, id)


def warm() -> None:
    """Build all that extraction needs, so that forked children share it."""
    from kb.entities import pipeline

    for lang in ("es", "en"):
        pipeline.matches("México y Canadá", lang=lang)
    extract_text("energía en Alemania", lang="es")
