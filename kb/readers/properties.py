"""Titles and authors that a program or a template put into the properties are not real ones."""

from __future__ import annotations

import re

_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint)\b.*|power\s?point[- ].*|presentaci[oó]n(?: de powerpoint)?"
    r"\s*\d*|presentation\s*\d*|untitled.*|sin t[ií]tulo.*|documento?\s*\d*|title|t[ií]tulo|"
    r"slide\s*\d+|diapositiva\s*\d+)$|\.(?:docx?|odt|rtf|pptx?)$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"^(?:python-\w+|users?|usuari[oa]s?|admin\w*|windows user|usuario de windows|pc|hp|dell|"
    r"lenovo|acer|asus|microsoft\b.*|libreoffice\b.*|openoffice\b.*|author|autor|owner|"
    r"un-?named|unknown|desconocid[oa])$",
    re.IGNORECASE,
)


def real_title(value: str | None) -> str | None:
    """The title, None for one that a program gave."""
    return None if not value or _NO_TITLE.search(value) else value


def real_authors(value: str | None) -> tuple[str, ...]:
    """The authors in a property, parted by semicolons, without names of machines and programs."""
    parts = re.split(r"\s*;\s*", value or "")
    return tuple(part for part in parts if part and not _NO_AUTHOR.match(part))
