"""The tree of an ORCID record as a record in the shape of JSON Resume."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kb.readers import orcid_works
from kb.readers.europass_values import filled
from kb.readers.json_resume import is_address, iso_date
from kb.readers.orcid_tree import Node, day, entries, shown_first
from kb.readers.pieces import tidy
from kb.text import fold, normalise

_INITIALS = re.compile(r"(?:[^\W\d_a-zß-ÿ]{1,3}|(?:[^\W\d_]\.-?)+)\.?,?")
#: Section of an activities summary -> its entries; version 1.2 tells them by `type`.
_AFFILIATIONS = {
    "employment": "employments", "invited-position": "invited-positions",
    "education": "educations", "qualification": "qualifications",
    "distinction": "distinctions", "membership": "memberships", "service": "services",
}  # fmt: skip


def record_of(root: Node) -> dict[str, Any]:
    """basics, work, education, ...; {} if nothing of a person is there."""
    top = root.first("orcid-profile") if root.name == "orcid-message" else root
    person = _branch(top, "person", "personal-details", "orcid-bio")
    activities = _branch(top, "activities-summary", "orcid-activities")
    basics = filled(_basics(top, person))
    kinds = {kind: list(_affiliations(activities, kind)) for kind in _AFFILIATIONS}
    record: dict[str, Any] = {
        "basics": basics,
        "work": [_job(item) for kind in ("employment", "invited-position") for item in kinds[kind]],
        "education": [
            _study(item) for kind in ("education", "qualification") for item in kinds[kind]
        ],
        "skills": [{"keywords": words}] if (words := _contents(person, "keyword")) else [],
        "publications": orcid_works.works(activities),
        "awards": [
            {"title": item["role"], "awarder": item["name"],
             "date": item["startDate"] or item["endDate"]}
            for item in kinds["distinction"]
        ],
        "projects": [*orcid_works.fundings(activities), *orcid_works.resources(activities)],
        "memberships": [_member(item) for item in kinds["membership"]],
        "volunteer": [_job(item) for item in kinds["service"]],
        "reviews": orcid_works.reviews(activities),
    }  # fmt: skip
    found = {key: value for key, value in filled(record).items() if value}
    # An identifier and the date of the last change alone tell of nobody.
    if not (found.keys() - {"basics"}) and not (basics.keys() - {"profiles"}):
        return {}
    if changed := _changed(top, person, activities):
        found["as_of"] = changed
    return found


def _branch(top: Node, *names: str) -> Node:
    if top.name in names:
        return top
    return next((node for name in names for node in top.all(name)), Node(names[0]))


# --- the person ----------------------------------------------------------------------------------


def _basics(top: Node, person: Node) -> dict[str, Any]:
    named = person.first("name") if any(person.all("name")) else person
    if person.name == "orcid-bio":
        named = person.first("personal-details")
    name, also = _names(named)
    also += [*_contents(person, "other-name"), *_contents(named, "other-name")]
    life = person.first("biography")
    emails = sorted(person.all("emails", "email"), key=lambda e: e.words("primary") != "true")
    emails += person.all("contact-details", "email")
    addresses = [e.words("email") or tidy(e.text) for e in emails]
    countries = _countries(person)
    return {
        "name": name,
        "otherNames": [one for one in dict.fromkeys(also) if fold(one) != fold(name)],
        "email": addresses[0] if addresses else "",
        "emails": addresses,
        "summary": normalise(life.first("content").text or life.text).strip(),
        "location": {"countryCode": countries[0]} if countries else {},
        "countries": countries[1:],
        "profiles": list(_links(top, person)),
    }


def _names(named: Node) -> tuple[str, list[str]]:
    """The name under which one publishes; where that has mere initials, the name in full."""
    full = " ".join(filter(None, (named.words("given-names"), named.words("family-name"))))
    credit = named.words("credit-name")
    if not credit or not full:
        return credit or full, []
    short = not credit.isupper() and any(_INITIALS.fullmatch(word) for word in credit.split())
    short = short and not any(_INITIALS.fullmatch(word) for word in full.split())
    return (full, [credit]) if short else (credit, [full])


def _contents(person: Node, kind: str) -> list[str]:
    return [
        text
        for node in person.all(f"{kind}s", kind)
        if (text := node.words("content") or tidy(node.text))
    ]


def _countries(person: Node) -> list[str]:
    nodes = sorted(person.all("addresses", "address"), key=shown_first)
    found = [node.words("country").upper() for node in nodes]
    found += [node.words("country").upper() for node in person.all("contact-details", "address")]
    return list(dict.fromkeys(filter(None, found)))


def _links(top: Node, person: Node) -> Iterator[dict[str, str]]:
    bare = top.words("orcid-identifier", "path") or tidy(top.first("orcid-identifier").text)
    bare = bare or person.words("path") or top.words("path")
    if told := re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", bare):
        url = f"https://orcid.org/{told.group()}"
        yield {"network": "ORCID", "username": told.group(), "url": url}
    for node in person.all("researcher-urls", "researcher-url"):
        if (url := node.words("url")) and is_address(url):
            yield {"network": node.words("url-name"), "url": url}
    for node in person.all("external-identifiers", "external-identifier"):
        url = node.words("external-id-url")
        yield {
            "network": node.words("external-id-type") or node.words("external-id-common-name"),
            "username": node.words("external-id-value") or node.words("external-id-reference"),
            "url": url if url and is_address(url) else "",
        }


def _changed(*nodes: Node) -> str:
    """The day of the last change: milliseconds in JSON, a time stamp in XML."""
    top = nodes[0]
    places = (top.first("history"), top.first("orcid-history"), *nodes)
    for text in (node.words("last-modified-date") for node in places):
        if re.fullmatch(r"\d{12,13}", text):
            return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()
        if found := iso_date(text):
            return found
    return ""


# --- what one does -------------------------------------------------------------------------------


def _affiliations(activities: Node, kind: str) -> Iterator[dict[str, Any]]:
    nodes = list(entries(activities.first(_AFFILIATIONS[kind]), kind))
    nodes += [
        node
        for node in activities.all("affiliations", "affiliation")
        if node.words("type").lower() == kind
    ]
    for node in nodes:
        house = node.first("organization")
        place = house.first("address")
        yield {
            "role": node.words("role-title"),
            "name": house.words("name"),
            "department": node.words("department-name"),
            "city": place.words("city"),
            "region": place.words("region"),
            "countryCode": place.words("country").upper(),
            "startDate": day(node, "start-date"),
            "endDate": day(node, "end-date"),
        }


def _job(item: dict[str, Any]) -> dict[str, Any]:
    ended = item["endDate"] or ("present" if item["startDate"] else "")
    return {"position": item["role"], **_without_role(item), "endDate": ended}


def _study(item: dict[str, Any]) -> dict[str, Any]:
    return {"studyType": item["role"], "institution": item["name"], **_without_role(item, "name")}


def _member(item: dict[str, Any]) -> dict[str, Any]:
    name = item["role"] or item["name"]
    house = item["name"] if item["role"] else ""
    return {**_without_role(item), "name": name, "entity": house}


def _without_role(item: dict[str, Any], *also: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "role" and key not in also}


def name_countries(record: dict[str, Any], lang: str) -> None:
    """Give each place beside its code the name of the country, so that its text can be searched."""
    from babel import Locale

    names = Locale(lang).territories
    basics = record.get("basics", {})
    if more := basics.get("countries"):
        basics["countries"] = [names.get(code, code) for code in more]
    places = [basics.get("location", {})]
    for section in record.values():
        places += section if isinstance(section, list) else []
    for place in places:
        if name := names.get(place.get("countryCode", "")):
            place["country"] = name
