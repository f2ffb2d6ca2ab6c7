"""Candidate (HR-XML as the newer Europass portal writes it) as a record like JSON Resume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kb.readers.europass_values import filled, prose
from kb.readers.json_resume import iso_date
from kb.readers.pieces import tidy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def record_of(root: Element) -> dict[str, Any]:
    """What a Candidate tells: names, contacts, employment, education, languages, skills."""
    person = next(_all(root, "CandidatePerson"), root)
    given = _text(person, "PersonName", "GivenName")
    surname = _text(person, "PersonName", "FamilyName")
    emails, phones, urls = _contacts(person)
    address = next(_all(person, "Address"), None)
    record: dict[str, Any] = {
        "basics": {
            "name": " ".join(filter(None, (given, surname))),
            "given": given,
            "surname": surname,
            "email": emails[0] if emails else "",
            "emails": emails,
            "phone": phones[0] if phones else "",
            "phones": phones,
            "url": urls[0] if urls else "",
            "urls": urls,
            "summary": prose(_text(root, "ExecutiveSummary")),
            "location": _place(address),
            "nationality": ", ".join(_texts(person, "NationalityCode")),
        },
        "work": [_job(item) for item in _all(root, "EmployerHistory")],
        "education": [_study(item) for item in _all(root, "EducationOrganizationAttendance")],
        "languages": [
            *({"language": code, "code": code, "fluency": "native"}
              for code in _texts(person, "PrimaryLanguageCode")),
            *_languages(root),
        ],
        "publications": [
            {"name": text} for history in _all(root, "PublicationHistory")
            for item in (list(_all(history, "Publication")) or [history])
            if (text := tidy(" ".join(item.itertext())))
        ],
    }  # fmt: skip
    return {key: value for key, value in filled(record).items() if value}


def _contacts(person: Element) -> tuple[list[str], list[str], list[str]]:
    emails: list[str] = []
    phones: list[str] = []
    urls: list[str] = []
    for channel in _all(person, "Communication"):
        code = _text(channel, "ChannelCode").lower()
        if address := _text(channel, "URI"):
            (emails if "mail" in code or "@" in address else urls).append(address)
        dialed = _text(channel, "DialNumber") or _text(channel, "FormattedNumber")
        if dialed:
            prefix = _text(channel, "CountryDialing")
            phones.append(f"+{prefix.lstrip('+')} {dialed}" if prefix else dialed)
    return emails, phones, urls


def _job(item: Element) -> dict[str, Any]:
    history = next(_all(item, "PositionHistory"), item)
    return {
        "position": _text(history, "PositionTitle"),
        "name": _text(item, "OrganizationName"),
        **_place(_address(item)),
        **_period(history),
        "summary": prose(_text(history, "Description")),
    }


def _study(item: Element) -> dict[str, Any]:
    return {
        "studyType": _text(item, "EducationDegree", "DegreeName") or _text(item, "ProgramName"),
        "institution": _text(item, "OrganizationName"),
        "area": _text(item, "MajorProgramName") or _text(item, "SubjectAreaName"),
        "level": _text(item, "EducationLevelCode"),
        **_place(_address(item)),
        **_period(item),
        "summary": prose(_text(item, "Description")),
    }


def _languages(root: Element) -> Iterator[dict[str, Any]]:
    from kb.readers.europass_record import overall

    for item in _all(root, "PersonCompetency"):
        if _text(item, "TaxonomyID").lower() != "language":
            continue
        levels = _texts(item, "ScoreText")
        code = _text(item, "CompetencyID")
        yield {"language": code, "code": code, "fluency": overall(levels)}


def _address(item: Element) -> Element | None:
    for name in ("Address", "OrganizationContact"):
        if (found := next(_all(item, name), None)) is not None:
            return found
    return None


def _place(element: Element | None) -> dict[str, str]:
    if element is None:
        return {}
    code = _text(element, "CountryCode").upper()
    return {
        "address": _text(element, "AddressLine"),
        "city": _text(element, "CityName"),
        "postalCode": _text(element, "PostalCode"),
        "countryCode": {"UK": "GB", "EL": "GR"}.get(code, code),
    }


def _period(element: Element) -> dict[str, str]:
    current = _text(element, "CurrentIndicator").lower() == "true"
    start = _text(element, "StartDate", "FormattedDateTime") or _text(element, "StartDate")
    end = _text(element, "EndDate", "FormattedDateTime") or _text(element, "EndDate")
    return {
        "startDate": iso_date(start) or "",
        "endDate": "present" if current else iso_date(end) or "",
    }


def _all(root: Element, name: str) -> Iterator[Element]:
    return (item for item in root.iter() if str(item.tag).rpartition("}")[2] == name)


def _texts(root: Element, *path: str) -> list[str]:
    found = [root]
    for name in path:
        found = [item for parent in found for item in _all(parent, name)]
    return [text for text in (tidy("\n".join(item.itertext())) for item in found) if text]


def _text(root: Element, *path: str) -> str:
    """The first text at a path of local names at any depth, "" if there is none."""
    return next(iter(_texts(root, *path)), "")
