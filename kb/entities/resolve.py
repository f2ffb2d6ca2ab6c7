"""A filter's value to an id: id, name, alias or acronym, in es or en, accents and case aside."""

from __future__ import annotations

import difflib
from functools import cache

from kb.datatypes import Label
from kb.entities import countries
from kb.entities.catalogue import by_label
from kb.entities.gazetteer import load_degrees, load_sectors, tokens
from kb.errors import UnknownValueError, UsageError

FIELDS: dict[str, Label] = {
    "country": "COUNTRY",
    "program": "PROGRAM",
    "sector": "SECTOR",
    "institution": "INSTITUTION",
    "speaks": "LANGUAGE",
    "degree": "DEGREE",
    "place": "PLACE",
}


def key(text: str) -> str:
    """Folded letters and digits, one blank between: what names are compared by."""
    return " ".join(part for part in tokens(text) if part.isalnum())


@cache
def _known(field: str) -> dict[str, str]:
    """Every id, name, alias of a field by key, those of earlier entries first."""
    found: dict[str, str] = {}
    entries = by_label(FIELDS[field])
    for entry in entries.values():
        found.setdefault(key(entry.id), entry.id)
    for entry in entries.values():
        dated = tuple(name.name for name in entry.names)
        for text in (entry.es, entry.en, *dated, *entry.also):
            plain = text[3:] if text[:3] in ("es:", "en:") else text
            found.setdefault(key(plain.lstrip("!")), entry.id)
    if field == "sector":
        for id, item in load_sectors().items():
            for text in (*item["strong"], *item["terms"]):
                found.setdefault(key(text.lstrip("!")), id)
    if field == "degree":
        for id, item in load_degrees().items():
            for text in item["also"]:
                found.setdefault(key(text.lstrip("!")), id)
    if field == "country":
        for made in countries.forms():
            found.setdefault(key(made.text), made.entry.id)
    return found


def resolve(field: str, value: str) -> str:
    """The id that `value` means in `field` (country, program, sector, institution, speaks ...).

    Raises UnknownValueError, with the nearest names, for a value that nothing bears.
    """
    if field not in FIELDS:
        raise UsageError(
            "unknown_value", field="field", value=field, nearest=", ".join(sorted(FIELDS))
        )
    known = _known(field)
    wanted = key(value)
    if wanted in known:
        return known[wanted]
    if field == "country" and len(wanted) == 3 and (code := countries.alpha3(wanted)):
        return code
    raise UnknownValueError(
        "unknown_value", field=field, value=value, nearest="; ".join(nearest(field, value))
    )


def nearest(field: str, value: str) -> list[str]:
    """Up to five values that look most like `value`, as "id (nombre / name)"."""
    known = _known(field)
    close = difflib.get_close_matches(key(value), known, n=12, cutoff=0.5)
    ids = list(dict.fromkeys(known[name] for name in close))[:5]
    return [_shown(field, id) for id in ids or sorted(by_label(FIELDS[field]))[:5]]


def _shown(field: str, id: str) -> str:
    entry = by_label(FIELDS[field])[id]
    by_key = {key(name): name for name in (entry.en, entry.es) if name}
    names = " / ".join(reversed(by_key.values()))
    return f"{id} ({names})" if names and names != id else id
