"""CVs as records: JSON Resume, Europass XML 3.x, rows of CSV and XLSX."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from profiles_data import Person, country_name, language_name
from profiles_docx import STAMP, fixed_zip
from profiles_sheet import Entry, education_entry, language_lines, period, place_of, position_entry

EUROPASS = "http://europass.cedefop.europa.eu/Europass"


def typeset_json(person: Person) -> bytes:
    """JSON Resume 1.0; offers stand under interests, memberships under volunteer."""
    words = person.print.words
    extra = person.print.extra
    resume: dict[str, Any] = {
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {
            "name": person.print.name,
            "label": person.headline,
            "email": person.emails[0],
            "phone": person.print.phones[0] if person.print.phones else "",
            "url": person.links[0] if person.links else "",
            "summary": person.summary,
            "location": {"city": person.city, "countryCode": person.country},
        },
        "work": [
            {
                "name": p.organisation,
                "position": p.title,
                "location": place_of(p, words),
                "startDate": p.start,
                **({} if p.end == "present" else {"endDate": p.end}),
                "summary": p.summary.splitlines()[0] if p.summary else "",
                "highlights": p.summary.splitlines()[1:],
            }
            for p in person.positions
        ],
        "volunteer": [{"organization": line} for line in extra.get("memberships", ())],
        "education": [
            {
                "institution": ", ".join(x for x in (e.institution, place_of(e, words)) if x),
                "area": e.field,
                "studyType": e.degree,
                "startDate": e.start,
                **({"endDate": e.end} if e.end and e.end != "present" else {}),
                **({"score": e.note} if e.note else {}),
            }
            for e in person.education
        ],
        "projects": [{"description": line} for line in extra.get("projects", ())],
        "awards": [{"title": award} for award in person.awards],
        "publications": [{"name": item} for item in person.publications],
        "skills": [{"name": skill} for skill in person.skills],
        "languages": [
            {"language": language_name(code, words), "fluency": level or ""}
            for code, level in person.languages
        ],
        "interests": [
            {
                "name": "Disponible para" if words == "es" else "Willing to",
                "keywords": list(person.print.offer),
            }
        ],
    }
    return (json.dumps(resume, ensure_ascii=False, indent=2) + "\n").encode()


def _add(parent: ET.Element, path: str, text: str | None = None) -> ET.Element:
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent


def _labelled(parent: ET.Element, path: str, code: str | None, label: str) -> None:
    node = _add(parent, path)
    if code:
        _add(node, "Code", code)
    _add(node, "Label", label)


def _period(parent: ET.Element, start: str | None, end: str | None) -> None:
    node = _add(parent, "Period")
    for tag, date in (("From", start), ("To", end)):
        if not date or date == "present":
            continue
        year, _, month = date.partition("-")
        _add(node, tag).attrib.update({"year": year, **({"month": f"--{month}"} if month else {})})
    if end == "present":
        _add(node, "Current", "true")


def _europass_code(country: str) -> str:
    """Europass writes the codes of the European Union: UK and EL."""
    return {"GB": "UK", "GR": "EL"}.get(country, country)


def _address(parent: ET.Element, city: str | None, country: str | None, words: str) -> None:
    if not country:
        return
    node = _add(parent, "ContactInfo/Address/Contact")
    if city:
        _add(node, "Municipality", city)
    _labelled(node, "Country", _europass_code(country), country_name(country, words))


def _identification(info: ET.Element, person: Person) -> None:
    words = person.print.words
    given, _, surname = person.print.name.partition("|")
    identification = _add(info, "Identification")
    name = _add(identification, "PersonName")
    _add(name, "FirstName", given)
    _add(name, "Surname", surname)
    _address(identification, person.city, person.country, words)
    contact = identification[-1]
    for email in person.emails:
        _add(contact, "Email/Contact", email)
    phones = _add(contact, "TelephoneList")
    for phone in person.print.phones:
        _add(phones, "Telephone/Contact", phone)
    sites = _add(contact, "WebsiteList")
    for link in person.links:
        _add(sites, "Website/Contact", link)
    headline = _add(info, "Headline")
    _labelled(headline, "Type", "personal_statement", "Personal statement")
    _labelled(headline, "Description", None, person.headline)


def _learner(info: ET.Element, person: Person) -> None:
    words = person.print.words
    work = _add(info, "WorkExperienceList")
    for item in person.positions:
        node = _add(work, "WorkExperience")
        _period(node, item.start, item.end)
        _labelled(node, "Position", None, item.title)
        lines = "".join(f"<p>{line}</p>" for line in item.summary.splitlines())
        _add(node, "Activities", lines)
        employer = _add(node, "Employer")
        _add(employer, "Name", item.organisation)
        _address(employer, item.city, item.country, words)
    studies = _add(info, "EducationList")
    for study in person.education:
        node = _add(studies, "Education")
        _period(node, study.start, study.end)
        _add(node, "Title", study.degree)
        if study.note:
            _add(node, "Activities", f"<p>{study.note}</p>")
        organisation = _add(node, "Organisation")
        _add(organisation, "Name", study.institution)
        _address(organisation, None, study.country, words)


def _skills(info: ET.Element, person: Person) -> None:
    words = person.print.words
    linguistic = _add(info, "Skills/Linguistic")
    skills = info[-1]
    mother, foreign = _add(linguistic, "MotherTongueList"), _add(linguistic, "ForeignLanguageList")
    for code, level in person.languages:
        name = language_name(code, words)
        if level == "native":
            _labelled(_add(mother, "MotherTongue"), "Description", code, name)
            continue
        node = _add(foreign, "ForeignLanguage")
        _labelled(node, "Description", code, name)
        grades = _add(node, "ProficiencyLevel")
        for part in ("Listening", "Reading", "SpokenInteraction", "SpokenProduction", "Writing"):
            _add(grades, part, level)
    _add(skills, "JobRelated/Description", "".join(f"<p>{s}</p>" for s in person.skills))


def typeset_europass(person: Person) -> bytes:
    """`SkillsPassport` 3.3 as the Europass editor saved it; the summary is an achievement."""
    root = ET.Element("SkillsPassport", {"xmlns": EUROPASS, "locale": person.print.words})
    document = _add(root, "DocumentInfo")
    _add(document, "DocumentType", "ECV")
    _add(document, "CreationDate", "2019-05-14T09:12:00.000Z")
    _add(document, "XSDVersion", "V3.3.0")
    info = _add(root, "LearnerInfo")
    _identification(info, person)
    _learner(info, person)
    _skills(info, person)
    achievements = _add(info, "AchievementList")
    texts: dict[str, Sequence[str]] = {
        "summary": [person.summary],
        "awards": person.awards,
        "publications": person.publications,
        "offer": person.print.offer,
        **person.print.extra,
    }
    for key, heading in person.print.sections.items():
        if texts.get(key):
            node = _add(achievements, "Achievement")
            _labelled(node, "Title", key if key == "publications" else None, heading)
            _add(node, "Description", "".join(f"<p>{text}</p>" for text in texts[key]))
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _flat(entry: Entry) -> str:
    body = " ".join(entry.body)
    return f"{entry.dates}: {entry.head}, {entry.sub}. {body}".strip()


Column = Callable[[Person], str]
COLUMNS: tuple[tuple[str, str, Column], ...] = (
    ("Nombre completo", "Full name", lambda p: p.print.name),
    ("Correo electrónico", "E-mail", lambda p: ", ".join(p.emails)),
    ("Teléfono", "Phone", lambda p: ", ".join(p.print.phones)),
    ("País de residencia", "Country of residence", lambda p: country_name(p.country, p.lang)),
    ("Ciudad", "City", lambda p: p.city or ""),
    ("Puesto actual", "Current position", lambda p: p.positions[0].title),
    ("Organización", "Organisation", lambda p: p.positions[0].organisation),
    ("Desde", "Since", lambda p: period(p.positions[0].start, None, p)),
    ("Perfil", "Headline", lambda p: p.headline),
    ("Semblanza", "Summary", lambda p: p.summary),
    (
        "Experiencia profesional",
        "Work experience",
        lambda p: "\n".join(_flat(position_entry(x, p)) for x in p.positions),
    ),
    (
        "Estudios",
        "Education",
        lambda p: "\n".join(_flat(education_entry(x, p)) for x in p.education),
    ),
    ("Idiomas", "Languages", lambda p: "; ".join(language_lines(p))),
    ("Habilidades", "Skills", lambda p: "; ".join(p.skills)),
    ("Publicaciones", "Publications", lambda p: "\n".join(p.publications)),
    ("Premios y becas", "Awards and scholarships", lambda p: "\n".join(p.awards)),
    ("Capítulo o red", "Chapter or network", lambda p: "; ".join(p.chapters)),
    ("Disponible para", "Willing to", lambda p: " ".join(p.print.offer)),
    ("Página web", "Website", lambda p: ", ".join(p.links)),
)


def typeset_csv(people: Sequence[Person]) -> bytes:
    """Spanish column names, UTF-8 with BOM, as a spreadsheet exports it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([es for es, _, _ in COLUMNS])
    writer.writerows([[cell(person) for _, _, cell in COLUMNS] for person in people])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def typeset_xlsx(people: Sequence[Person]) -> bytes:
    """English column names, one sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = book.properties.modified = datetime.datetime(*STAMP)
    sheet = book.active
    sheet.title = "Members"
    sheet.append([en for _, en, _ in COLUMNS])
    for person in people:
        sheet.append([cell(person) for _, _, cell in COLUMNS])
    buffer = io.BytesIO()
    book.save(buffer)
    return fixed_zip(buffer.getvalue())
