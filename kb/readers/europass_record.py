"""The tree of a SkillsPassport as a record in the shape of JSON Resume.

XML and JSON forms differ in small ways (attributes against capitalised keys, "--03" against 3);
both are taken here.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any

from kb.readers.pieces import tidy

_SKILLS = ("Communication", "Organisational", "JobRelated", "Computer", "Other")
_SECTIONS = {
    "publications": ("publication", "publicacion", "paper", "artículo", "articulo"),
    "awards": ("honor", "award", "premio", "distinci", "reconocimiento"),
    "projects": ("project", "proyecto"),
    "memberships": ("membership", "afiliaci", "membres", "asociaci"),
    "certificates": ("certific", "course", "curso"),
    "references": ("reference", "referencia", "recommendation"),
}
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/ul|/ol|/div)\s*/?>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def record_of(tree: dict[str, Any]) -> dict[str, Any]:
    """basics, work, education, languages, skills, ...; {} if the passport tells of nobody."""
    info = _dict(tree.get("LearnerInfo"))
    record: dict[str, Any] = {"basics": _basics(info)}
    record["work"] = [_job(item) for item in _dicts(info.get("WorkExperience"))]
    record["education"] = [_study(item) for item in _dicts(info.get("Education"))]
    skills = _dict(info.get("Skills"))
    record["languages"] = _languages(_dict(skills.get("Linguistic")))
    record["skills"] = _skills(skills)
    for item in _dicts(info.get("Achievement")):
        section, entry = _achievement(item)
        record.setdefault(section, []).append(entry)
    cleaned = {key: _filled(value) for key, value in record.items()}
    return {key: value for key, value in cleaned.items() if value}


def _basics(info: dict[str, Any]) -> dict[str, Any]:
    person = _dict(info.get("Identification"))
    named = _dict(person.get("PersonName"))
    contact = _dict(person.get("ContactInfo"))
    given, surname = words(named.get("FirstName")), words(named.get("Surname"))
    emails = _contacts(contact.get("Email"))
    phones = _contacts(contact.get("Telephone"))
    urls = _contacts(contact.get("Website"))
    born = _dict(person.get("Demographics"))
    headline = _dict(info.get("Headline"))
    kind = str(_code(headline.get("Type")))
    text = prose(headline.get("Description"))
    is_statement = kind == "personal_statement" or len(text) > 150
    return {
        "name": " ".join(filter(None, (given, surname))),
        "given": given,
        "surname": surname,
        "label": "" if is_statement else tidy(text),
        "email": emails[0] if emails else "",
        "emails": emails,
        "phone": phones[0] if phones else "",
        "phones": phones,
        "url": urls[0] if urls else "",
        "urls": urls,
        "summary": text if is_statement else "",
        "birth": _date(born.get("Birthdate")),
        "nationality": ", ".join(_label(n) for n in _list(born.get("Nationality"))),
        "location": _place(contact),
        "profiles": [
            {"network": _label(im.get("Use")), "username": words(im.get("Contact"))}
            for im in _dicts(contact.get("InstantMessaging"))
        ],
    }


def _job(item: dict[str, Any]) -> dict[str, Any]:
    employer = _dict(item.get("Employer"))
    return {
        "position": _label(item.get("Position")),
        "name": words(employer.get("Name")),
        **_place(_dict(employer.get("ContactInfo"))),
        "sector": _label(employer.get("Sector")),
        **_period(item.get("Period")),
        "summary": prose(item.get("Activities")),
    }


def _study(item: dict[str, Any]) -> dict[str, Any]:
    school = _dict(item.get("Organisation"))
    return {
        "studyType": words(item.get("Title")),
        "institution": words(school.get("Name")),
        "area": _label(item.get("Field")),
        "level": _label(item.get("Level")),
        **_place(_dict(school.get("ContactInfo"))),
        **_period(item.get("Period")),
        "summary": prose(item.get("Activities")),
    }


def _languages(linguistic: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in _dicts(linguistic.get("MotherTongue")):
        described = item.get("Description", item)
        found.append({"language": _label(described), "code": _code(described), "fluency": "native"})
    for item in _dicts(linguistic.get("ForeignLanguage")):
        described = item.get("Description", item)
        levels: dict[str, str] = {
            key: words(value)
            for key, value in _dict(item.get("ProficiencyLevel")).items()
            if words(value)
        }
        found.append(
            {
                "language": _label(described),
                "code": _code(described),
                "fluency": _overall(list(levels.values())),
                "levels": levels,
            }
        )
    return found


def _overall(levels: list[str]) -> str:
    """The level that most of the five skills have; of equals the lower."""
    counts = Counter(level.upper() for level in levels)
    if not counts:
        return ""
    most = max(counts.values())
    return min(level for level, count in counts.items() if count == most)


def _skills(skills: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for key in _SKILLS:
        for item in _list(skills.get(key)):
            described = item.get("Description") if isinstance(item, dict) else item
            lines = [tidy(line.lstrip("-•* ")) for line in prose(described).split("\n")]
            keywords = [line for line in lines if line]
            if keywords:
                found.append({"category": key, "keywords": keywords})
    return found


def _achievement(item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    title, text = _label(item.get("Title")), prose(item.get("Description"))
    mark = f"{_code(item.get('Title'))} {title}".lower()
    for section, starts in _SECTIONS.items():
        if any(start in mark for start in starts):
            key = {"awards": "title", "references": "reference"}.get(section, "name")
            return section, {key: tidy(text) or title}
    return "other", {"name": title, "summary": text}


# --- small values --------------------------------------------------------------------------------


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


def _label(value: Any) -> str:
    return words(value)


def _code(value: Any) -> str:
    return words(value.get("Code")) if isinstance(value, dict) else ""


def _contacts(value: Any) -> list[str]:
    return [text for text in (words(item) for item in _list(value)) if text]


def _place(contact: dict[str, Any]) -> dict[str, Any]:
    address = _dict(_dict(contact.get("Address")).get("Contact"))
    country = address.get("Country")
    code = _code(country).upper()
    return {
        "address": ", ".join(
            filter(None, (words(address.get("AddressLine")), words(address.get("AddressLine2"))))
        ),
        "postalCode": words(address.get("PostalCode")),
        "city": words(address.get("Municipality")),
        "region": words(address.get("Region")),
        "country": words(country.get("Label")) if isinstance(country, dict) else words(country),
        # Europass writes UK and EL where ISO 3166 has GB and GR.
        "countryCode": {"UK": "GB", "EL": "GR"}.get(code, code),
    }


def _period(value: Any) -> dict[str, Any]:
    period = _dict(value)
    current = str(period.get("Current", "")).lower() == "true"
    return {
        "startDate": _date(period.get("From")),
        "endDate": "present" if current else _date(period.get("To")),
    }


def _date(value: Any) -> str:
    """{Year, Month, Day} or attributes "--03", "---10" as "YYYY-MM-DD"."""
    if not isinstance(value, dict):
        return ""
    lower = {str(key).lower(): str(item) for key, item in value.items()}
    numbers = [re.sub(r"\D", "", lower.get(key, "")) for key in ("year", "month", "day")]
    if len(numbers[0]) != 4:
        return ""
    parts = [numbers[0]]
    for number, most in zip(numbers[1:], (12, 31), strict=True):
        if not number or not 1 <= int(number) <= most:
            break
        parts.append(f"{int(number):02d}")
    return "-".join(parts)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _filled(value: Any) -> Any:
    """The value without what is empty."""
    if isinstance(value, dict):
        kept = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", [], {}, None)}
    if isinstance(value, list):
        return [item for item in map(_filled, value) if item not in ("", [], {}, None)]
    return value
