"""Small values of a SkillsPassport: labels, texts, places, periods, dates.

XML and JSON forms differ in small ways (attributes against capitalised keys, "--03" against 3);
both are taken here.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from kb.readers.pieces import tidy

_BREAK = re.compile(r"<\s*(?:br|/p|/li|/ul|/ol|/div)\s*/?>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def words(value: Any) -> str:
    """A leaf as one line; of an object its label, contact or text."""
    if isinstance(value, dict):
        for key in ("Label", "Contact", "text", "Name", "Code"):
            if value.get(key):
                return words(value[key])
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(words, value)))
    if value is None or isinstance(value, bool):
        return ""
    return tidy(_TAG.sub(" ", unescape(str(value))))


def prose(value: Any) -> str:
    """A longer text, its HTML taken for lines and list marks."""
    if isinstance(value, dict):
        value = value.get("Label") or value.get("text") or value.get("Description") or ""
    if not isinstance(value, (str, int, float)):
        return ""
    html = str(value)
    if _TAG.search(html):
        html = re.sub(r"\s+", " ", html)  # line ends of the source mean nothing beside tags
    html = _ITEM.sub("\n- ", _BREAK.sub("\n", html))
    lines = (tidy(line) for line in unescape(_TAG.sub("", html)).split("\n"))
    return "\n".join(line for line in lines if line and line != "-")


def code_of(value: Any) -> str:
    return words(value.get("Code")) if isinstance(value, dict) else ""


def contacts_of(value: Any) -> list[str]:
    return [text for text in (words(item) for item in as_list(value)) if text]


def place_of(contact: dict[str, Any]) -> dict[str, Any]:
    address = as_dict(as_dict(contact.get("Address")).get("Contact"))
    country = address.get("Country")
    code = code_of(country)
    return {
        "address": ", ".join(
            filter(None, (words(address.get("AddressLine")), words(address.get("AddressLine2"))))
        ),
        "postalCode": words(address.get("PostalCode")),
        "city": words(address.get("Municipality")),
        "region": words(address.get("Region")),
        "country": words(country.get("Label")) if isinstance(country, dict) else words(country),
        "countryCode": iso_code(code),
    }


def iso_code(code: str) -> str:
    """Europass writes UK and EL where ISO 3166 has GB and GR."""
    return {"UK": "GB", "EL": "GR"}.get(code.upper(), code.upper())


def period_of(value: Any) -> dict[str, Any]:
    period = as_dict(value)
    current = str(period.get("Current", "")).lower() == "true"
    return {
        "startDate": date_of(period.get("From")),
        "endDate": "present" if current else date_of(period.get("To")),
    }


def date_of(value: Any) -> str:
    """{Year, Month, Day} or attributes "--03", "---10" as "YYYY-MM-DD"."""
    if not isinstance(value, dict):
        return ""
    lower = {str(key).lower(): str(item) for key, item in value.items()}
    numbers = [re.sub(r"\D", "", lower.get(key, "")) for key in ("year", "month", "day")]
    if len(numbers[0]) != 4:
        return ""
    parts = [numbers[0]]
    for number, most in zip(numbers[1:], (12, 31), strict=True):
        if not 1 <= len(number) <= 2 or not 1 <= int(number) <= most:
            break
        parts.append(f"{int(number):02d}")
    return "-".join(parts)


def stamp(value: Any) -> str:
    """The day of a time stamp."""
    found = re.match(r"\d{4}-\d\d-\d\d", words(value))
    return found.group() if found else ""


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def dicts_of(value: Any) -> list[dict[str, Any]]:
    return [item for item in as_list(value) if isinstance(item, dict)]


def filled(value: Any) -> Any:
    """The value without what is empty."""
    if isinstance(value, dict):
        kept = {key: filled(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", [], {}, None)}
    if isinstance(value, list):
        return [item for item in map(filled, value) if item not in ("", [], {}, None)]
    return value


def within(item: dict[str, Any], outer: str, name: str) -> list[dict[str, Any]]:
    """Objects of a name in `item` or in its branch `outer`."""
    branches = (item, *dicts_of(item.get(outer)))
    return [found for branch in branches for found in dicts_of(branch.get(name))]
