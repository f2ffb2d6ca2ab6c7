"""What is known by name: entries and the forms they are written in, read once from kb/data.

A form is a string of the data files. "!X" stands for X in exactly these letters; "es:X", "en:X"
for X in passages of that language alone. Otherwise the way X is written says how strict to be:
capitals alone ask for capitals, a capital initial asks for one, small letters take any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kb.datatypes import DatedName, Label

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing with an id. `level` is that of a degree; `weight` how much a sector term says."""

    id: str
    label: Label
    es: str
    en: str
    country: str | None = None
    kind: str | None = None
    names: tuple[DatedName, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write an entry. `case`: any, cap (initials as in `text`), exact."""

    text: str
    entry: Entry
    case: str = "any"
    lang: str | None = None
    weight: float = 1.0
    cue: str | None = None  # what kind of form: name, demonym, language ...


def load(name: str) -> Any:
    """A data file of kb/data as plain values."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (DATA / name).open(encoding="utf-8") as file:
        # A safe loader, the C one where it is there.
        return yaml.load(file, Loader=loader)  # noqa: S506


def form(text: str, entry: Entry, *, cue: str | None = None, weight: float = 1.0) -> Form:
    """Read the marks "!", "es:", "en:" of a data string."""
    lang: str | None = None
    if text[:3] in ("es:", "en:"):
        lang, text = text[:2], text[3:]
    if text.startswith("!"):
        return Form(text[1:], entry, "exact", lang, weight, cue)
    letters = [char for char in text if char.isalpha()]
    if letters and len(letters) <= 9 and all(char.isupper() for char in letters):
        case = "upper"
    elif any(char.isupper() for char in text):
        case = "cap"
    else:
        case = "any"
    return Form(text, entry, case, lang, weight, cue)


def split_names(text: str) -> tuple[str, str, tuple[str, ...]]:
    """ "es = en | alias | alias" -> (es, en, aliases); one name stands for both languages."""
    first, *aliases = (part.strip() for part in text.split("|"))
    es, _, en = first.partition(" = ")
    return es.strip(), (en or es).strip(), tuple(aliases)


def _dated(raw: Iterable[Any]) -> tuple[DatedName, ...]:
    """Rows [name, lang, from, to] of a data file."""
    rows = [list(row) + [None] * (4 - len(row)) for row in raw]
    return tuple(DatedName(str(r[0]), r[1], r[2], r[3]) for r in rows)


def _listed(label: Label, raw: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    for item in raw:
        es = str(item.get("es") or item["en"])
        yield Entry(
            id=str(item["id"]),
            label=label,
            es=es,
            en=str(item.get("en") or es),
            country=item.get("country"),
            kind=item.get("kind"),
            names=_dated(item.get("names", ())),
            also=tuple(str(text) for text in item.get("also", ())),
        )


def slug(text: str) -> str:
    """An id for a name that no list holds: folded letters and digits, joined by "_"."""
    from kb.text import words

    return "_".join(words(text)).replace("ñ", "n")


@cache
def programs() -> tuple[Entry, ...]:
    return tuple(_listed("PROGRAM", load("programs.yaml")))


@cache
def institutions() -> tuple[Entry, ...]:
    groups = load("institutions.yaml")
    found = list(_listed("INSTITUTION", groups.pop("dated")))
    for country, lines in groups.items():
        for line in lines.splitlines():
            id, _, written = line.partition(": ")
            es, en, also = split_names(written)
            code = None if country == "world" else country
            found.append(Entry(id, "INSTITUTION", es, en, code, also=also))
    return tuple(found)


@cache
def sectors() -> tuple[Entry, ...]:
    return tuple(
        Entry(id, "SECTOR", item["es"], item["en"]) for id, item in load("sectors.yaml").items()
    )


@cache
def places() -> tuple[Entry, ...]:
    """Cities and regions; several may share a name, the likeliest first in the file."""
    found: list[Entry] = []
    for kind, by_country in load("places.yaml").items():
        for country, names in by_country.items():
            for text in names.split(";"):
                es, en, also = split_names(text)
                found.append(
                    Entry(f"{country.lower()}_{slug(en)}", "PLACE", es, en, country, kind, (), also)
                )
    return tuple(found)


@cache
def degrees() -> tuple[Entry, ...]:
    """Levels bachelor, master, phd, md."""
    return tuple(
        Entry(id, "DEGREE", item["es"], item["en"]) for id, item in load("degrees.yaml").items()
    )


@cache
def by_label(label: Label) -> dict[str, Entry]:
    """Entries of a label by id, in the order of the data."""
    from kb.entities import countries

    sources: dict[str, Any] = {
        "PROGRAM": programs,
        "INSTITUTION": institutions,
        "SECTOR": sectors,
        "PLACE": places,
        "DEGREE": degrees,
        "COUNTRY": countries.entries,
        "LANGUAGE": countries.languages,
    }
    found: dict[str, Entry] = {}
    for entry in sources[label]() if label in sources else ():
        found.setdefault(entry.id, entry)
    return found


def names(label: Label, id: str) -> tuple[str, str]:
    """Names (es, en) of an id; of one that no list holds, the id made readable."""
    entry = by_label(label).get(id)
    if entry:
        return entry.es, entry.en
    plain = id.replace("_", " ").strip()
    return plain, plain
