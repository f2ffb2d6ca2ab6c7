"""Ids and codes as words of the reader's language, and text made safe for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kb.messages import catalogue
from kb.messages import render as message

_LABELS = {
    "countries": "COUNTRY", "country": "COUNTRY", "sectors": "SECTOR", "programs": "PROGRAM",
    "languages": "LANGUAGE", "awards": "PROGRAM",
}  # fmt: skip
_CODED = ("degree", "level", "seniority", "willing", "kind", "role", "lang_level")


def word(code: str, lang: str, **params: str | int | float) -> str:
    """A word or sentence of the terminal's interface."""
    return message(code, lang=lang, **params).error


def known_word(code: str, lang: str, otherwise: str) -> str:
    """The same, or `otherwise` where there is no such word."""
    return word(code, lang) if code in catalogue(lang) else otherwise


def name_of(label: str, id: str, lang: str) -> str:
    """The name of a catalogue's id in `lang`; the id itself where the catalogue has none."""
    from kb import entities

    return entities.names(label, id)[0 if lang == "es" else 1] or id  # type: ignore[arg-type]


def country(code: str | None, lang: str) -> str:
    return name_of("COUNTRY", code, lang) if code else ""


def told(field: str, value: Any, lang: str) -> str:
    """A value of a profile or a condition, ids as names, lists with commas."""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, (told(field, item, lang) for item in value)))
    if value is None:
        return ""
    if field in _LABELS:
        return name_of(_LABELS[field], str(value), lang)
    if field in _CODED:
        return known_word(f"ui_{field}_{str(value).lower()}", lang, str(value))
    return str(value)


def field_name(field: str, lang: str) -> str:
    """What a field is called: a condition of a question, a part of a profile or of a report."""
    return known_word(f"ui_field_{field}", lang, field.replace("_", " "))


def place(hit: dict[str, Any], lang: str) -> str:
    """source, p. 7 (printed 71)"""
    parts = [hit["source"]]
    if hit.get("page"):
        page = word("ui_page", lang, page=hit["page"])
        if hit.get("page_label") and hit["page_label"] != str(hit["page"]):
            page += " " + word("ui_printed", lang, label=hit["page_label"])
        parts.append(page)
    return ", ".join(parts)


def joined(parts: Iterable[str | None], mark: str = " · ") -> str:
    return mark.join(part for part in parts if part)


def safe(text: str | None) -> str:
    """Text of a source is never markup nor a command of the terminal."""
    from rich.markup import escape

    shown = "".join(char for char in text or "" if char.isprintable() or char in " \n")
    # A backslash at the end would escape the markup that follows.
    return escape(shown) if not shown.endswith("\\") else escape(shown + " ")
