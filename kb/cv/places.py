"""Names of countries, cities and languages told by the catalogue of entities, whole names only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kb.cv import lexicon
from kb.entities import catalogue, countries
from kb.text import fold

#: Two-letter states after a city of the United States, and Canada's provinces.
_STATES = {
    "US": "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC",
    "CA": "ON QC BC AB MB SK NS NB NL PE",
}
#: Languages that people write by their own name ("Deutsch", "français").
_AUTONYMS = [
    "fr",
    "de",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "ro",
    "tr",
    "ca",
    "gl",
    "eu",
    "hu",
    "el",
    "ru",
    "ja",
    "zh",
    "ko",
    "ar",
    "hi",
    "id",
    "vi",
]
_STATE_COUNTRY = {code: country for country, text in _STATES.items() for code in text.split()}
_NOISE = re.compile(r"^(?:the|la|el|los|las|en|in|at)\s+|\s*\(.*\)$|^\d{4,6}\s+|\s+\d{4,6}$|\.$")


@dataclass(frozen=True, slots=True)
class Place:
    """A place as written; `city` None for a country."""

    city: str | None
    country: str | None


@cache
def country_names() -> Mapping[str, str]:
    """Folded name (es, en, aliases, alpha-3) to alpha-2 code; demonyms are not names."""
    found: dict[str, str] = {}
    for entry in countries.entries():
        for name in (entry.es, entry.en, *entry.also):
            text = re.sub(r"^(?:es:|en:)?!?", "", name)
            found.setdefault(fold(text), entry.id)
    return found


@cache
def _short_codes() -> Mapping[str, str]:
    """Alpha-2 codes, for fields that hold nothing but a code."""
    return {entry.id: entry.id for entry in countries.entries()}


@cache
def demonyms() -> Mapping[str, str]:
    """Folded demonym (es and en) to alpha-2 code."""
    found: dict[str, str] = {}
    for form in countries.forms():
        if form.cue in ("demonym_es", "demonym_en"):
            found.setdefault(fold(form.text), form.entry.id)
    return found


@cache
def _cities() -> Mapping[str, tuple[str, ...]]:
    """Folded name of a city or region to the countries that have one, likeliest first."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in catalogue.places():
        if not entry.country:
            continue
        for name in (entry.es, entry.en, *entry.also):
            key = fold(re.sub(r"^(?:es:|en:)?!?", "", name))
            have = found.get(key, ())
            if entry.country not in have:
                found[key] = (*have, entry.country)
    return found


@cache
def _towns() -> frozenset[str]:
    """Cities, and states that share their capital's name."""
    named = {
        fold(re.sub(r"^(?:es:|en:)?!?", "", name))
        for entry in catalogue.places()
        if entry.kind == "city"
        for name in (entry.es, entry.en, *entry.also)
    }
    return frozenset(named) | lexicon.phrase_set("labels", "capitals")


@cache
def _regions() -> frozenset[str]:
    return frozenset(
        fold(re.sub(r"^(?:es:|en:)?!?", "", name))
        for entry in catalogue.places()
        if entry.kind != "city"
        for name in (entry.es, entry.en, *entry.also)
    )


def country(text: str, *, codes: bool = False) -> str | None:
    """The code of a text that is a country's name and nothing else."""
    plain = text.strip(" .,;()")
    if codes and plain.upper() in _short_codes() and plain.isupper():
        return _short_codes()[plain]
    if len(plain) < 4 and not plain.isupper():
        return None
    names = country_names()
    low = fold(plain)
    return names.get(low) or names.get(_NOISE.sub("", low)) or names.get(low.replace(".", ""))


def city(text: str) -> tuple[str, ...]:
    """Countries that have a city or region of exactly this name."""
    low = fold(text.strip(" .,;()"))
    return _cities().get(low) or _cities().get(_NOISE.sub("", low)) or ()


def is_region(text: str) -> bool:
    """A state or province and no city of the same name."""
    low = fold(text.strip(" .,;()"))
    return low in _regions() and low not in _towns()


def state(text: str) -> str | None:
    """The country of a two-letter state code standing alone ("TX")."""
    plain = re.sub(r"\s+\d{5}$", "", text.strip(" .,;()"))
    return _STATE_COUNTRY.get(plain)


def read(parts: Iterable[str]) -> Place | None:
    """The place that "calle 5, 80331 Múnich, Alemania" names, from its comma-separated parts.

    A part before a named country counts as its city though no list holds it.
    """
    listed = [p.strip() for p in parts if p.strip()]
    code: str | None = None
    town: str | None = None
    listed_town = False
    for i in range(len(listed) - 1, -1, -1):
        part = listed[i]
        if code is None and (found := country(part, codes=i > 0)):
            code = found
            continue
        if code is None and i > 0 and (found := state(part)):
            code = found
            continue
        clean = _clean_city(part)
        if not clean:
            continue
        homes = city(clean)
        if homes and (code is None or code in homes):
            code = code or homes[0]
            if town is None or not listed_town or (is_region(town) and not is_region(clean)):
                town, listed_town = clean, True
            continue
        if code is not None and (town is None or is_region(town)) and _city_like(clean):
            town, listed_town = clean, False
    if town and is_region(town):
        town = None
    return Place(town, code) if code or town else None


def _clean_city(part: str) -> str:
    """A postal code off either end."""
    part = re.sub(r"^(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{2,4})?(?:\s?[A-Z]{2}(?=\s))?\s+", "", part)
    part = re.sub(r"\s+(?:C\.?P\.?\s*)?\d{4,6}$", "", part)
    return part.strip(" .;()")


def _city_like(part: str) -> bool:
    return (
        part[:1].isupper() and len(part.split()) <= 4
        and not re.search(r"[\d@:/]", part)
    )  # fmt: skip


@cache
def languages() -> Mapping[str, str]:
    """Folded name of a language (es, en, its own) to ISO 639-1."""
    found: dict[str, str] = {}
    for entry in countries.languages():
        for name in (entry.es, entry.en, *entry.also):
            found.setdefault(fold(re.sub(r"^(?:es:|en:)?!?", "", name)), entry.id)
    from babel import Locale
    from babel.core import UnknownLocaleError

    for code in _AUTONYMS:
        try:
            own = Locale(code).display_name
        except UnknownLocaleError:
            continue  # CLDR has no name of it in itself
        if own:
            found.setdefault(fold(own), code)
    return found
