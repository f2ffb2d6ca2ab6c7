"""Certificates, stays abroad and achievements of a SkillsPassport."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kb.readers.europass_values import (
    as_dict,
    code_of,
    date_of,
    dicts_of,
    period_of,
    prose,
    within,
    words,
)  # fmt: skip
from kb.readers.pieces import tidy

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SECTIONS = {
    "publications": ("publication", "publicacion", "paper", "artículo", "articulo"),
    "awards": ("honor", "award", "premio", "distinci", "reconocimiento"),
    "projects": ("project", "proyecto"),
    "memberships": ("membership", "afiliaci", "membres", "asociaci"),
    "certificates": ("certific", "course", "curso"),
    "references": ("reference", "referencia", "recommendation"),
}


def certificates(skills: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Certificates of languages and of computing; 3.x names the branch in two ways."""
    linguistic = as_dict(skills.get("Linguistic"))
    for item in (*dicts_of(linguistic.get("ForeignLanguage")), *dicts_of(skills.get("Computer"))):
        for one in within(item, "VerifiedBy", "Certificate"):
            yield {
                "name": words(one.get("Title")),
                "issuer": words(one.get("AwardingBody")),
                "date": date_of(one.get("Date")),
                "level": words(one.get("Level")),
            }


def stay(item: dict[str, Any]) -> dict[str, Any]:
    """A stay abroad, as the mobility document tells it."""
    house = as_dict(item.get("Organisation"))
    paid = as_dict(item.get("SponsoredBy"))
    texts = (prose(item.get("Activities")), prose(item.get("Outcomes")))
    return {
        "name": words(as_dict(item.get("Field")).get("Description")) or words(house.get("Name")),
        "entity": words(house.get("Name")),
        **period_of(item.get("Period")),
        "description": "\n".join(filter(None, texts)),
        "keywords": [words(paid.get("Programme")), words(paid.get("Project"))],
    }


def achievement(item: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    title, text = words(item.get("Title")), prose(item.get("Description"))
    mark = f"{code_of(item.get('Title'))} {title}".lower()
    for section, starts in _SECTIONS.items():
        if any(start in mark for start in starts):
            key = {"awards": "title", "references": "reference"}.get(section, "name")
            return section, [{key: one} for one in _items(text)] or [{key: title}]
    return "other", [{"name": title, "summary": text}]


def _items(text: str) -> list[str]:
    """The lines of a list, or lines that each bear a year; else the text as one."""
    lines = text.split("\n")
    listed = any(line.startswith("- ") for line in lines)
    if not listed and not (len(lines) > 1 and all(_YEAR.search(line) for line in lines)):
        lines = [text]
    found = (tidy(line.removeprefix("- ")) for line in lines)
    return [line for line in found if line]
