"""Europass CVs of versions 1 and 2 (`learnerinfo`) as the tree of a SkillsPassport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.readers.pieces import tidy
from kb.readers.xml_tree import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SKILLS = {
    "social": "Communication", "organisational": "Organisational", "technical": "JobRelated",
    "computer": "Computer", "artistic": "Other", "other": "Other",
}  # fmt: skip
_LEVELS = ("listening", "reading", "spokeninteraction", "spokenproduction", "writing")


def tree_of(root: Element) -> dict[str, Any]:
    """What `europass_record.record_of` reads, from the names of before 2013."""
    person = _first(root, "identification")
    contact = _first(person, "contactinfo")
    skills: dict[str, Any] = {"Linguistic": _languages(root)}
    for item in _all(root, "skill"):
        key = _SKILLS.get(_kind(item))
        if key and (text := _lines(item)):
            skills.setdefault(key, []).append({"Description": text})
        elif _kind(item) == "driving" and (text := _text(item)):
            skills.setdefault("Driving", {"Description": []})["Description"].append(text)
    info = {
        "Identification": {
            "PersonName": {
                "FirstName": _text(_first(person, "firstname")),
                "Surname": _text(_first(person, "lastname")),
            },
            "ContactInfo": {
                "Address": {"Contact": _address(_first(contact, "address"))},
                "Telephone": [_text(_first(contact, key)) for key in ("telephone", "mobile")],
                "Email": _text(_first(contact, "email")),
            },
            "Demographics": {"Nationality": [_labelled(_first(person, "nationality"))]},
        },
        "Headline": {"Description": _labelled(_first(root, "application"))},
        "WorkExperience": [_job(item) for item in _all(root, "workexperience")],
        "Education": [_study(item) for item in _all(root, "education")],
        "Skills": skills,
        "Achievement": [
            {"Description": _lines(item)} for item in _all(root, "misc") if _text(item)
        ],
    }
    issued = _text(_first(_first(root, "docinfo"), "issuedate"))
    return {"LearnerInfo": info, "DocumentInfo": {"LastUpdateDate": issued}}


def _job(item: Element) -> dict[str, Any]:
    house = _first(item, "employer")
    return {
        "Period": _period(item),
        "Position": _labelled(_first(item, "position")),
        "Activities": _lines(_first(item, "activities")),
        "Employer": {**_house(house), "Sector": _labelled(_first(item, "sector"))},
    }


def _study(item: Element) -> dict[str, Any]:
    return {
        "Period": _period(item),
        "Title": _text(_first(item, "title")),
        "Activities": _lines(_first(item, "skills")),
        "Organisation": _house(_first(item, "organisation")),
        "Field": _labelled(_first(item, "educationalfield")),
        "Level": _labelled(_first(item, "level")),
    }


def _house(house: Element | None) -> dict[str, Any]:
    """A name with an address; where both are one text, its first line is the name."""
    named = _first(house, "name")
    first, _, rest = _lines(house).partition("\n")
    place = _address(_first(house, "address")) if named is not None else {"AddressLine": rest}
    return {
        "Name": _text(named) if named is not None else first,
        "ContactInfo": {"Address": {"Contact": place}},
    }


def _address(item: Element | None) -> dict[str, Any]:
    if item is None or not len(item):
        return {"AddressLine": _text(item)}
    names = {"AddressLine": "addressLine", "Municipality": "municipality"}
    found: dict[str, Any] = {key: _text(_first(item, name)) for key, name in names.items()}
    found["PostalCode"] = _text(_first(item, "postalCode"))
    return {**found, "Country": _labelled(_first(item, "country"))}


def _languages(root: Element) -> dict[str, Any]:
    spoken: dict[str, list[dict[str, Any]]] = {"MotherTongue": [], "ForeignLanguage": []}
    for item in _all(root, "language"):
        name = _first(item, "label") if _first(item, "name") is None else _first(item, "name")
        told = {"Code": _text(_first(item, "code")), "Label": _text(name)}
        if not any(told.values()):
            continue
        levels = {key: _text(_first(item, key)).upper() for key in _LEVELS}
        mother = _kind(item) == "mother"
        spoken["MotherTongue" if mother else "ForeignLanguage"].append(
            {"Description": told, "ProficiencyLevel": levels}
        )
    return spoken


def _period(item: Element) -> dict[str, Any]:
    period = _first(item, "period")
    parts = ("year", "month", "day")
    return {
        key: {part: _text(_first(_first(period, key.lower()), part)) for part in parts}
        for key in ("From", "To")
    }


def _kind(item: Element) -> str:
    """The type of a skill or a language: `type` or `xsi:type`, with or without a prefix."""
    told = (value for key, value in item.attrib.items() if key.rpartition("}")[2] == "type")
    return next(told, "").rpartition(":")[2].lower()


def _labelled(item: Element | None) -> dict[str, str] | str:
    label = _text(_first(item, "label"))
    code = _text(_first(item, "code"))
    return {"Code": code, "Label": label} if label or code else _text(item)


def _all(item: Element | None, name: str) -> list[Element]:
    return [] if item is None else [one for one in item.iter() if local(one) == name]


def _first(item: Element | None, name: str) -> Element | None:
    return next((one for one in _all(item, name) if one is not item), None)


def _text(item: Element | None) -> str:
    return "" if item is None else tidy(" ".join(item.itertext()))


def _lines(item: Element | None) -> str:
    if item is None:
        return ""
    lines = (tidy(line) for line in " ".join(item.itertext()).split("\n"))
    return "\n".join(line for line in lines if line)
