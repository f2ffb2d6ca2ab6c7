"""The tree of a SkillsPassport as a record in the shape of JSON Resume."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from kb.readers import europass_more
from kb.readers.europass_values import (
    as_dict,
    as_list,
    code_of,
    contacts_of,
    date_of,
    dicts_of,
    filled,
    iso_code,
    period_of,
    place_of,
    prose,
    stamp,
    within,
    words,
)  # fmt: skip
from kb.readers.pieces import tidy

_SKILLS = ("Communication", "Organisational", "JobRelated", "Computer", "Other")


def record_of(tree: dict[str, Any]) -> dict[str, Any]:
    """basics, work, education, languages, skills, ...; {} if the passport tells of nobody."""
    info = as_dict(tree.get("LearnerInfo"))
    record: dict[str, Any] = {"basics": _basics(info)}
    record["work"] = [_job(item) for item in dicts_of(info.get("WorkExperience"))]
    record["education"] = [_study(item) for item in dicts_of(info.get("Education"))]
    skills = as_dict(info.get("Skills"))
    record["languages"] = _languages(as_dict(skills.get("Linguistic")))
    record["skills"] = _skills(skills)
    driving = as_list(as_dict(skills.get("Driving")).get("Description"))
    record["driving"] = [{"name": words(as_dict(item).get("Licence", item))} for item in driving]
    record["certificates"] = [*europass_more.certificates(skills)]
    record["projects"] = [
        europass_more.stay(item) for item in dicts_of(info.get("LearningExperience"))
    ]
    for item in dicts_of(info.get("Achievement")):
        section, entries = europass_more.achievement(item)
        record.setdefault(section, []).extend(entries)
    document = as_dict(tree.get("DocumentInfo")) or as_dict(tree.get("VerifiableDocumentInfo"))
    record["as_of"] = stamp(document.get("LastUpdateDate")) or stamp(document.get("CreationDate"))
    cleaned = {key: filled(value) for key, value in record.items()}
    found = {key: value for key, value in cleaned.items() if value}
    return found if found.keys() - {"as_of"} else {}  # a date alone tells of nobody


def _basics(info: dict[str, Any]) -> dict[str, Any]:
    person = as_dict(info.get("Identification"))
    named = as_dict(person.get("PersonName"))
    contact = as_dict(person.get("ContactInfo"))
    given, surname = words(named.get("FirstName")), words(named.get("Surname"))
    emails = contacts_of(contact.get("Email"))
    phones = contacts_of(contact.get("Telephone"))
    urls = contacts_of(contact.get("Website"))
    born = as_dict(person.get("Demographics"))
    headline = as_dict(info.get("Headline"))
    kind = str(code_of(headline.get("Type")))
    text = prose(headline.get("Description"))
    is_statement = kind == "personal_statement" or len(text) > 150
    label = ("" if is_statement else tidy(text)) or words(info.get("Occupation"))
    parts = (text if is_statement else "", prose(info.get("ProfileSummary")))
    nations = [item for item in as_list(born.get("Nationality")) if words(item)]
    return {
        "name": " ".join(filter(None, (given, surname))),
        "given": given,
        "surname": surname,
        "label": label,
        "email": emails[0] if emails else "",
        "emails": emails,
        "phone": phones[0] if phones else "",
        "phones": phones,
        "url": urls[0] if urls else "",
        "urls": urls,
        "summary": "\n".join(filter(None, parts)),
        "birth": date_of(born.get("Birthdate")),
        "nationality": ", ".join(map(words, nations)),
        "nationalities": [iso_code(code_of(item)) or words(item) for item in nations],
        "location": place_of(contact),
        "profiles": [
            {"network": words(im.get("Use")), "username": words(im.get("Contact"))}
            for im in dicts_of(contact.get("InstantMessaging"))
        ],
    }


def _job(item: dict[str, Any]) -> dict[str, Any]:
    employer = as_dict(item.get("Employer"))
    return {
        "position": words(item.get("Position")),
        "name": words(employer.get("Name")),
        **place_of(as_dict(employer.get("ContactInfo"))),
        "url": next(iter(contacts_of(as_dict(employer.get("ContactInfo")).get("Website"))), ""),
        "sector": words(employer.get("Sector")),
        **period_of(item.get("Period")),
        "summary": prose(item.get("Activities")),
    }


def _study(item: dict[str, Any]) -> dict[str, Any]:
    school = as_dict(item.get("Organisation"))
    level = words(item.get("Level"))
    return {
        "studyType": words(item.get("Title")),
        "institution": words(school.get("Name")),
        "area": words(item.get("Field")),
        "level": f"EQF {level}" if re.fullmatch(r"[1-8]", level) else level,
        **place_of(as_dict(school.get("ContactInfo"))),
        **period_of(item.get("Period")),
        "summary": prose(item.get("Activities")),
    }


def _languages(linguistic: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in dicts_of(linguistic.get("MotherTongue")):
        described = item.get("Description", item)
        found.append(
            {"language": words(described), "code": code_of(described), "fluency": "native"}
        )
    for item in dicts_of(linguistic.get("ForeignLanguage")):
        described = item.get("Description", item)
        told = as_dict(item.get("ProficiencyLevel"))
        told = as_dict(told.get("Evaluation")) or told
        levels = {key: words(value) for key, value in told.items() if words(value)}
        lived = [
            prose(one.get("Description")) for one in within(item, "AcquiredDuring", "Experience")
        ]
        found.append(
            {
                "language": words(described),
                "code": code_of(described),
                "fluency": overall(list(levels.values())),
                "levels": levels,
                "summary": "\n".join(filter(None, lived)),
            }
        )
    return found


def overall(levels: list[str]) -> str:
    """The level that most of the five skills have; of equals the lower."""
    counts = Counter(level.upper() for level in levels)
    if not counts:
        return ""
    most = max(counts.values())
    return min(level for level, count in counts.items() if count == most)


def _skills(skills: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for key in _SKILLS:
        for item in as_list(skills.get(key)):
            inner = as_dict(as_dict(item).get("Skill")) or item
            described = inner.get("Description") if isinstance(inner, dict) else inner
            lines = [tidy(line.lstrip("-•* ")) for line in prose(described).split("\n")]
            keywords = [line for line in lines if line]
            if keywords:
                found.append({"category": key, "keywords": keywords})
    return found
