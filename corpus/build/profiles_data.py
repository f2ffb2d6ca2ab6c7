"""Read `corpus/sources/profiles/*.yaml`: one invented person a file, the truth and how it is set.

The top level of a file has the field names and conventions of a Profile; `print` says how the CV
writes them (headings and their order, dates, the name as printed). Dates in the truth are never
finer than the printed ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "profiles"
OUTPUT = Path(__file__).resolve().parents[1] / "profiles"


@dataclass(frozen=True, slots=True)
class Position:
    title: str
    organisation: str
    country: str | None
    city: str | None
    start: str | None
    end: str | None
    summary: str
    place: str | None  # the place as printed, where it is not "city, country"


@dataclass(frozen=True, slots=True)
class Education:
    degree: str
    level: str | None
    field: str | None
    institution: str
    country: str | None
    start: str | None
    end: str | None
    status: str
    note: str | None  # printed under the degree: thesis, "sin concluir"
    place: str | None


@dataclass(frozen=True, slots=True)
class Print:
    """How one CV is set. `sections` maps a key to its heading, in printed order."""

    sections: Mapping[str, str]
    name: str
    phones: tuple[str, ...]
    place: str
    contact: tuple[str, ...]
    languages: tuple[str, ...]
    offer: tuple[str, ...]
    extra: Mapping[str, tuple[str, ...]]
    words: str  # language of months and countries, es or en
    dates: str  # years, long, short, slash, iso, since
    now: str
    entry: str  # title, organisation, line
    side: tuple[str, ...]
    paper: str
    font: str
    colour: str
    footer: str


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    lang: str
    format: str
    layout: str
    file: str
    headline: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    links: tuple[str, ...]
    country: str
    city: str | None
    summary: str
    languages: tuple[tuple[str, str | None], ...]  # (ISO 639-1, level)
    degree: str | None
    education: tuple[Education, ...]
    positions: tuple[Position, ...]
    sectors: tuple[str, ...]
    skills: tuple[str, ...]
    programs: tuple[str, ...]
    awards: tuple[str, ...]
    publications: tuple[str, ...]
    willing_to: tuple[str, ...]
    countries: tuple[tuple[str, str], ...]  # (alpha-2, role)
    chapters: tuple[str, ...]
    seniority: str
    print: Print


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(str(item).strip() for item in raw or ())


def _text(raw: Any) -> str | None:
    return None if raw is None else str(raw).strip()


def _phone(number: str) -> str:
    import phonenumbers as pn

    return pn.format_number(pn.parse(number), pn.PhoneNumberFormat.INTERNATIONAL)


def _print(raw: Mapping[str, Any]) -> Print:
    """Take the `print` block of one source; what it leaves out gets a plain default."""
    block: Mapping[str, Any] = raw.get("print") or {}
    words = str(block.get("words") or ("en" if raw["lang"] == "en" else "es"))
    place = block.get("place") or ", ".join(
        part for part in (raw.get("city"), country_name(str(raw["country"]), words)) if part
    )
    return Print(
        sections={str(k): str(v) for k, v in (block.get("sections") or {}).items()},
        name=str(block.get("name") or raw["name"]),
        phones=_texts(block.get("phones")) or tuple(_phone(p) for p in raw.get("phones") or ()),
        place=str(place),
        contact=_texts(block.get("contact")),
        languages=_texts(block.get("languages")),
        offer=_texts(block.get("offer")),
        extra={str(k): _texts(v) for k, v in (block.get("extra") or {}).items()},
        words=words,
        dates=str(block.get("dates") or "years"),
        now=str(block.get("now") or ("present" if words == "en" else "actualidad")),
        entry=str(block.get("entry") or "title"),
        side=_texts(block.get("side")) or ("languages", "skills", "memberships", "interests"),
        paper=str(block.get("paper") or "a4"),
        font=str(block.get("font") or "sans"),
        colour=str(block.get("colour") or "#1f3a5f"),
        footer=str(block.get("footer") or ""),
    )


def _position(raw: Mapping[str, Any]) -> Position:
    return Position(
        title=str(raw["title"]),
        organisation=str(raw["organisation"]),
        country=_text(raw.get("country")),
        city=_text(raw.get("city")),
        start=_text(raw.get("start")),
        end=_text(raw.get("end")),
        summary=str(raw.get("summary") or "").strip(),
        place=_text(raw.get("place")),
    )


def _education(raw: Mapping[str, Any]) -> Education:
    return Education(
        degree=str(raw["degree"]),
        level=_text(raw.get("level")),
        field=_text(raw.get("field")),
        institution=str(raw["institution"]),
        country=_text(raw.get("country")),
        start=_text(raw.get("start")),
        end=_text(raw.get("end")),
        status=str(raw["status"]),
        note=_text(raw.get("note")),
        place=_text(raw.get("place")),
    )


def read_person(path: Path) -> Person:
    """Read one source; a missing field is an error that names the file."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return Person(
            name=raw["name"],
            lang=raw["lang"],
            format=raw["format"],
            layout=raw.get("layout") or "",
            file=raw["file"],
            headline=raw["headline"],
            emails=_texts(raw.get("emails")),
            phones=_texts(raw.get("phones")),
            links=_texts(raw.get("links")),
            country=raw["country"],
            city=raw.get("city"),
            summary=str(raw["summary"]).strip(),
            languages=tuple((x["lang"], _text(x.get("level"))) for x in raw["languages"]),
            degree=raw.get("degree"),
            education=tuple(_education(x) for x in raw["education"]),
            positions=tuple(_position(x) for x in raw["positions"]),
            sectors=_texts(raw["sectors"]),
            skills=_texts(raw.get("skills")),
            programs=_texts(raw.get("programs")),
            awards=_texts(raw.get("awards")),
            publications=_texts(raw.get("publications")),
            willing_to=_texts(raw.get("willing_to")),
            countries=tuple((x["code"], x["role"]) for x in raw["countries"]),
            chapters=_texts(raw.get("chapters")),
            seniority=raw["seniority"],
            print=_print(raw),
        )
    except KeyError as error:
        raise ValueError(f"{path.name}: field {error} is missing") from error


def read_people(folder: Path = SOURCES) -> tuple[Person, ...]:
    """All people in order of file name."""
    return tuple(read_person(path) for path in sorted(folder.glob("*.yaml")))


def country_name(code: str, words: str) -> str:
    """Name of a country (alpha-2) in es or en, after CLDR."""
    from babel import Locale

    return str(Locale(words).territories[code])


def language_name(code: str, words: str) -> str:
    """Name of a language (ISO 639-1) in es or en, after CLDR, with a capital."""
    from babel import Locale

    name = str(Locale(words).languages[code])
    return name[0].upper() + name[1:]
