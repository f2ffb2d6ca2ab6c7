"""CVs that come as fields (JSON Resume, Europass in the same shape, rows of a table) to a Profile.

The fields are taken as they stand; `kb.profiles` fills the gaps from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.cv import contact, dates, education, languages, listed, names, places, willingness
from kb.cv.lines import Line
from kb.cv.sections import heading_of
from kb.datatypes import CountryRole, Education, LanguageSkill, Position, Skill
from kb.text import fold

_PHONE_EDGES = re.compile(r"[,;/]\s+|\n")


@dataclass(slots=True)
class Draft:
    """A profile in the making: what a record or a text says, before it is put together."""

    name: str | None = None
    headline: str | None = None
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    country: str | None = None
    city: str | None = None
    summary: str | None = None
    languages: list[LanguageSkill] = field(default_factory=list)
    education: list[Education] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    skills: list[Skill] = field(default_factory=list)
    awards: list[str] = field(default_factory=list)
    publications: list[str] = field(default_factory=list)
    willing_to: list[str] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)
    worked: list[str] = field(default_factory=list)
    chapters: list[str] = field(default_factory=list)
    sector_words: list[str] = field(default_factory=list)
    seniority: str | None = None
    as_of: str | None = None


def read(record: Mapping[str, Any], kind: str, *, today: int) -> Draft:
    """The draft of a record of `kind` json_resume, europass, orcid or table_row."""
    if kind == "table_row":
        return _row(record, today=today)
    return _resume(record, today=today)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, (Mapping, list, tuple)):
        return None
    text = str(value).strip()
    return text or None


def _objects(record: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    value = record.get(key)
    for item in value if isinstance(value, (list, tuple)) else ():
        if isinstance(item, Mapping):
            yield item


def _texts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [t for t in map(_text, value) if t]
    text = _text(value)
    return [text] if text else []


def _resume(record: Mapping[str, Any], *, today: int) -> Draft:
    draft = Draft()
    basics = record.get("basics")
    basics = basics if isinstance(basics, Mapping) else {}
    given = _text(basics.get("name"))
    draft.name = names.tidy(given) if given else None
    draft.name = draft.name or given
    draft.headline = _text(basics.get("label"))
    draft.summary = _text(basics.get("summary"))
    place = _place(basics.get("location"))
    draft.city, draft.country = place
    draft.emails = contact.emails(_texts(basics.get("emails")) or _texts(basics.get("email")))
    phones = _texts(basics.get("phones")) or _texts(basics.get("phone"))
    draft.phones = contact.phones([f"Tel: {p}" for p in phones], region=draft.country)
    draft.links = contact.links([], _profile_links(basics))
    for item in _objects(record, "languages"):
        name, fluency = _text(item.get("language")) or "", _text(item.get("fluency")) or ""
        draft.languages += languages.of_fields(name, fluency, code=_text(item.get("code")) or "")
    draft.languages = languages.unique(draft.languages)
    draft.education = [_study(item, today) for item in _objects(record, "education")]
    draft.positions = [_post(item) for item in _objects(record, "work")]
    draft.positions += [
        post for item in _objects(record, "volunteer") if (post := _post(item)).title and post.start
    ]
    for item in _objects(record, "skills"):
        words = _texts(item.get("keywords")) or _texts(item.get("name"))
        draft.skills += listed.skills([Line(w) for w in words])
    draft.awards = [
        ", ".join(
            filter(None, (_text(i.get("title")), _text(i.get("awarder")), _text(i.get("date"))))
        )
        for i in _objects(record, "awards")
    ]
    draft.publications = [
        ", ".join(filter(None, (
            _text(i.get("name")), _text(i.get("publisher")), _text(i.get("releaseDate")),
            f"doi:{doi}" if (doi := _text(i.get("doi"))) else None,
        )))
        for i in _objects(record, "publications")
    ]  # fmt: skip
    for item in (*_objects(record, "interests"), *_objects(record, "other")):
        heading = heading_of(_text(item.get("name")) or "", marked=False)
        if heading and heading.kind == "willing":
            words = [*_texts(item.get("keywords")), *_texts(item.get("summary"))]
            draft.willing_to += willingness.of_labels(words)
    draft.willing_to = list(dict.fromkeys(draft.willing_to))
    for nation in (*_texts(basics.get("nationality")), *_texts(basics.get("nationalities"))):
        code = places.country(nation, codes=True) or places.demonyms().get(fold(nation))
        if code:
            draft.origin.append(code)
    draft.as_of = dates.iso(record.get("as_of") or basics.get("as_of"))
    return draft


def _profile_links(basics: Mapping[str, Any]) -> list[str]:
    found = [*_texts(basics.get("url")), *_texts(basics.get("urls"))]
    for item in _objects(basics, "profiles"):
        if url := _text(item.get("url")):
            found.append(url)
        elif user := _text(item.get("username")):
            network = fold(_text(item.get("network")) or "")
            homes = {"linkedin": "linkedin.com/in/", "github": "github.com/", "orcid": "orcid.org/"}
            if network in homes and "/" not in user and " " not in user:
                found.append(f"https://{homes[network]}{user}")
    return found


def _place(value: Any) -> tuple[str | None, str | None]:
    """(city, country code) of a location object or text."""
    if isinstance(value, str):
        found = places.read(re.split(r",\s*|\s*/\s*|;\s*", value))
        return (found.city, found.country) if found else (None, None)
    if not isinstance(value, Mapping):
        return None, None
    city = _text(value.get("city"))
    code: str | None = None
    for key in ("countryCode", "country"):
        if text := _text(value.get(key)):
            code = code or places.country(text.upper() if len(text) == 2 else text, codes=True)
    if code is None and city:
        found = places.read(re.split(r",\s*", city))
        if found:
            code, city = found.country, found.city or city
    if code is None and city is None and (address := _text(value.get("address"))):
        return _place(address)
    return city, code


def _study(item: Mapping[str, Any], today: int) -> Education:
    degree, area = _text(item.get("studyType")), _text(item.get("area"))
    told = (
        (education.degree_at(degree) or education.degree_at(degree, anywhere=True))
        if degree
        else (education.degree_at(area) if area else None)
    )
    level = told.level if told else None
    if level is None and (level_text := _text(item.get("level"))):
        level = _level(level_text)
    start, end = dates.iso(item.get("startDate")), dates.iso(item.get("endDate"))
    _, country = _place(_where(item))
    if area is None and degree and told:
        area = education._field(degree, told)
    area = area or _text(item.get("department"))
    words = [degree or "", _text(item.get("summary")) or "", _text(item.get("score")) or ""]
    from kb.cv.entries import Entry

    entry = Entry(lines=[Line(w) for w in words if w])
    status = education._status(entry, end, expected=False, today=today)
    if status is None and start and not end:
        status = "in_progress"
    return Education(
        degree or (area if told else None), level, area, _text(item.get("institution")), country,
        start, end, status,
    )  # fmt: skip


def _where(item: Mapping[str, Any]) -> Any:
    """What an entry says of its place: a location, or fields of its own."""
    own = {key: item.get(key) for key in ("city", "country", "countryCode") if item.get(key)}
    return item.get("location") or own


def _level(text: str) -> str | None:
    """A level of the European framework (EQF 6, 7, 8, ISCED) or a degree's name."""
    if told := education.degree_at(text, anywhere=True):
        return told.level
    number = re.search(r"(?:eqf|mec|isced|cine|nivel|level)[^\d]{0,20}([5-8])\b", fold(text))
    return {"6": "bachelor", "7": "master", "8": "phd"}.get(number.group(1)) if number else None


def _post(item: Mapping[str, Any]) -> Position:
    start, end = dates.iso(item.get("startDate")), dates.iso(item.get("endDate"))
    if start and not end:
        end = "present"  # JSON Resume and Europass leave the end of a present post out
    city, country = _place(_where(item))
    body = [_text(item.get("department")) or ""]
    body += [_text(item.get("summary")) or _text(item.get("description")) or ""]
    body += _texts(item.get("highlights"))
    return Position(
        _text(item.get("position")), _text(item.get("name")) or _text(item.get("company")), country,
        city, start, end, " ".join(b for b in body if b) or None,
    )  # fmt: skip


def _values(value: Any) -> list[str]:
    text = _text(value)
    return (
        [p.strip() for p in re.split(r"\s*[;|\n]\s*|,\s+(?![^()]*\))", text) if p.strip()]
        if text
        else []
    )


def _row(record: Mapping[str, Any], *, today: int) -> Draft:
    draft = Draft()
    given = _text(record.get("name"))
    organisation = record.get("type") == "organisation"
    draft.name = given if organisation or not given else names.tidy(given) or given
    draft.headline = _text(record.get("headline")) or _text(record.get("position"))
    draft.summary = _text(record.get("summary")) or _text(record.get("notes"))
    country = _text(record.get("country"))
    if country:
        code = places.country(country.upper() if len(country) == 2 else country, codes=True)
        draft.country = code
    draft.city = _text(record.get("city"))
    if draft.country is None:
        spot = ", ".join(filter(None, (draft.city, country, _text(record.get("location")))))
        found = places.read(spot.split(",")) if spot else None
        if found:
            draft.country, draft.city = found.country, found.city or draft.city
    elif draft.city is None and (where := _text(record.get("location"))):
        found = places.read([*where.split(","), country or ""])
        draft.city = found.city if found else None
    draft.emails = contact.emails(_texts(record.get("email")))
    phones = _PHONE_EDGES.split(_text(record.get("phone")) or "")
    draft.phones = contact.phones([f"Tel: {p}" for p in phones], region=draft.country)
    draft.links = contact.links(_texts(record.get("link")))
    draft.languages = languages.read([Line(t) for t in _texts(record.get("languages"))])
    draft.skills = listed.skills([Line(t) for t in _texts(record.get("skills"))])
    draft.awards = [t for t in re.split(r"\s*[;\n]\s*", _text(record.get("award")) or "") if t]
    printed = _text(record.get("publication")) or ""
    draft.publications = [t for t in re.split(r"\s*[;\n]\s*", printed) if t]
    draft.willing_to = willingness.of_labels(_values(record.get("willing_to")))
    draft.chapters = _values(record.get("chapter"))
    draft.sector_words = _values(record.get("sector")) + _values(record.get("field"))
    draft.as_of = dates.iso(record.get("as_of"))
    for text in _values(record.get("origin")):
        code = places.country(text, codes=True) or places.demonyms().get(fold(text))
        if code is None and (homes := places.city(text)):
            code = homes[0]
        if code:
            draft.origin.append(code)
    for text in _values(record.get("experience_countries")):
        if code := places.country(text, codes=True):
            draft.worked.append(code)
    draft.education = _row_studies(record, today)
    firm, title = _text(record.get("organisation")), _text(record.get("position"))
    if not organisation and (firm or title):
        start, end = dates.iso(record.get("start")), dates.iso(record.get("end"))
        draft.positions = [
            Position(title, firm, None, None, start, end or ("present" if start else None))
        ]
    seniority = fold(_text(record.get("seniority")) or "")
    from kb.cv import seniority as rungs

    if seniority in rungs.VALUES:
        draft.seniority = seniority
    return draft


def _row_studies(record: Mapping[str, Any], today: int) -> list[Education]:
    degree = _text(record.get("degree"))
    institution = _text(record.get("institution"))
    if not degree and not institution:
        return []
    end = dates.iso(record.get("graduation"))
    lines: Sequence[str] = re.split(r"\s*[;\n]\s*", degree) if degree else [""]
    found: list[Education] = []
    for n, text in enumerate(lines):
        read = education.read([Line(text)], known=lambda a, b: False, today=today) if text else []
        base = read[0] if read else Education(degree=text or None)
        told = (
            education.degree_at(text) or education.degree_at(text, anywhere=True) if text else None
        )
        found.append(Education(
            base.degree or (text or None), base.level or (told.level if told else None),
            base.field or (_text(record.get("field")) if n == 0 else None),
            base.institution or (institution if n == 0 else None), base.country, base.start,
            base.end or (end if n == 0 else None), base.status or ("finished" if end else None),
        ))  # fmt: skip
    return found


def roles(draft: Draft) -> list[CountryRole]:
    """Countries with their roles: residence, worked, studied, origin; each pair once."""
    found: dict[tuple[str, str], CountryRole] = {}

    def keep(code: str | None, role: str) -> None:
        if code:
            found.setdefault((code, role), CountryRole(code, role))

    keep(draft.country, "residence")
    for post in draft.positions:
        keep(post.country, "worked")
    for code in draft.worked:
        keep(code, "worked")
    for study in draft.education:
        keep(study.country, "studied")
    for code in draft.origin:
        keep(code, "origin")
    return list(found.values())
