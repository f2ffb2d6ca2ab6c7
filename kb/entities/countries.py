"""Names of countries and languages from CLDR (Babel) and ISO (pycountry), demonyms from kb/data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from kb.entities.catalogue import Entry, Form, form, load
from kb.text import fold

_NO_PLURAL = ("ese", "ish", "sh", "ch", "ss", "tch", "x", "s", "lgar", "Lao")


@cache
def _cldr(what: str, lang: str) -> dict[str, str]:
    from babel import Locale

    table: Any = getattr(Locale(lang), what)
    return {str(key): str(value) for key, value in table.items()}


@cache
def _raw() -> dict[str, Any]:
    return dict(load("countries.yaml"))


@cache
def entries() -> tuple[Entry, ...]:
    """Every territory of ISO 3166-1 and Kosovo: names of CLDR, further names as aliases."""
    import pycountry

    es, en = _cldr("territories", "es"), _cldr("territories", "en")
    raw = _raw()
    found: list[Entry] = []
    codes = [country.alpha_2 for country in pycountry.countries] + ["XK"]
    for code in sorted(codes):
        dropped = raw["drop"].get(code) or []
        if "*" in dropped or code not in en:
            continue
        names = [es[code], en[code], *_iso_names(code)]
        kept = [name for name in names if name not in dropped]
        also = [*kept, *raw["also"].get(code, ()), *raw["instead"].get(code, ())]
        found.append(
            Entry(code, "COUNTRY", es[code], en[code], code, also=tuple(dict.fromkeys(also)))
        )
    return tuple(found)


def _iso_names(code: str) -> list[str]:
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return []
    given = [getattr(country, key, None) for key in ("name", "common_name", "official_name")]
    return [name for name in given if name and "," not in name]


def alpha3(value: str) -> str | None:
    """The alpha-2 code of an alpha-3 code."""
    import pycountry

    country = pycountry.countries.get(alpha_3=value.upper())
    return str(country.alpha_2) if country else None


@cache
def languages() -> tuple[Entry, ...]:
    """Languages with an ISO 639-1 code, named by CLDR."""
    es, en = _cldr("languages", "es"), _cldr("languages", "en")
    aliases = load("languages.yaml")["also"]
    return tuple(
        Entry(code, "LANGUAGE", es[code], en[code], also=tuple(aliases.get(code, ())))
        for code in sorted(en)
        if len(code) == 2 and code in es
    )


def forms() -> Iterator[Form]:
    """Names and demonyms of all countries."""
    exact = set(_raw().get("exact", ()))
    table = load("demonyms.yaml")
    for entry in entries():
        for text in entry.also:
            made = form(f"!{text}" if text in exact else text, entry, cue="name")
            yield made
        for base in table.get(entry.id, {}).get("es", ()):
            for text in spanish_forms(base):
                yield Form(text, entry, "any", None, cue="demonym_es")
        for base in table.get(entry.id, {}).get("en", ()):
            for text in english_forms(base):
                yield Form(text, entry, "cap", None, cue="demonym_en")


def language_forms() -> Iterator[Form]:
    """Names of languages: small letters in Spanish, capitals in English."""
    raw = load("languages.yaml")
    unnamed, dropped = set(raw["unnamed"]), set(raw["dropped"])
    for entry in languages():
        if entry.id in unnamed:
            continue
        if entry.es not in dropped:
            yield Form(entry.es, entry, "any", cue="language_es")
        yield Form(entry.en, entry, "cap", cue="language_en")
        for text in entry.also:
            made = form(text, entry)
            yield Form(made.text, entry, made.case, made.lang, cue="language_es")


def spanish_forms(base: str) -> list[str]:
    """Both genders and numbers of a demonym: mexicano -> mexicano, mexicana, mexicanos ..."""
    if base.startswith("+"):
        return [base[1:]]
    if base.endswith("o"):
        stem = base[:-1]
        return [stem + end for end in ("o", "a", "os", "as")]
    for end, plain in (("és", "es"), ("án", "an"), ("ón", "on"), ("ín", "in")):
        if base.endswith(end):
            stem = base[: -len(end)] + plain
            return [base, *(stem + tail for tail in ("a", "es", "as"))]
    if base.endswith("ol"):
        return [base + end for end in ("", "a", "es", "as")]
    if base.endswith(("í", "ú")):
        return [base, base + "es", base + "s"]
    if base[-1] in "aeiou":
        return [base, base + "s"]
    return [base, base + "es"]


def english_forms(base: str) -> list[str]:
    """Singular and, where English has one, plural."""
    if base.startswith("+"):
        return [base[1:]]
    if base.endswith(_NO_PLURAL):
        return [base]
    return [base, base + "s"]


@cache
def language_names() -> frozenset[str]:
    """Folded names of languages that are also demonyms or may be."""
    return frozenset(fold(made.text) for made in language_forms())
