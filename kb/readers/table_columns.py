"""Names of columns in membership tables to fields of a profile, in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kb.text import fold

_DATA = Path(__file__).parent.parent / "data" / "columns.yaml"
_NAMES = ("name", "given_name", "surname")


class Matched(NamedTuple):
    """`fields`: column number -> field. `people`, `organisations`: what a row is."""

    fields: dict[int, str]
    people: bool
    organisations: bool


class _Table(NamedTuple):
    aliases: dict[str, str]  # folded alias -> field
    longest: tuple[str, ...]  # aliases, longest first
    not_people: frozenset[str]
    lists: frozenset[str]
    contact: frozenset[str]


@cache
def _table() -> _Table:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(_DATA.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    aliases: dict[str, str] = {}
    for field, names in data["fields"].items():
        for lang in ("es", "en"):
            for name in names[lang]:
                aliases[key(name)] = field
        aliases[key(field)] = field
    return _Table(
        aliases,
        tuple(sorted(aliases, key=len, reverse=True)),
        frozenset(key(word) for word in data["not_people"]),
        frozenset(data["lists"]),
        frozenset(data["contact"]),
    )


def fields() -> frozenset[str]:
    """All fields that a column can fill."""
    return frozenset(_table().aliases.values())


def key(header: str) -> str:
    """A header as compared: folded, n for ñ, letters and digits alone, underscores as blanks.

    "CorreoElectronico" and "correo_electrónico" are one.
    """
    spaced = re.sub(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])", " ", header)
    return " ".join(re.findall(r"[^\W_]+", fold(spaced).replace("ñ", "n")))


def match(headers: Sequence[str], mapping: Mapping[str, str] | None = None) -> Matched:
    """What the columns mean; `mapping` (header -> field) wins over the names known.

    A name inside a longer header counts ("correo electrónico (institucional)"), whole words
    only, the longest first; a field that holds one value is given to its best column.
    """
    table = _table()
    given = {key(name): field for name, field in (mapping or {}).items()}
    found: dict[int, tuple[int, str]] = {}
    for i, header in enumerate(headers):
        name = key(header)
        if not name:
            continue
        if name in given:
            found[i] = (1000, given[name])
        elif name in table.aliases:
            found[i] = (100 + len(name), table.aliases[name])
        elif len(name) <= 80 and (alias := _inside(name, table)):
            found[i] = (len(alias), table.aliases[alias])
    taken: dict[str, int] = {}
    fields: dict[int, str] = {}
    for i, (_, field) in sorted(found.items(), key=lambda item: (-item[1][0], item[0])):
        if field in taken and field not in table.lists:
            continue
        taken.setdefault(field, i)
        fields[i] = field
    named = {field: i for i, field in fields.items()}
    people = "name" in named or {"given_name", "surname"} <= named.keys()
    organisations = (
        not people and "organisation_name" in named and bool(table.contact & named.keys())
    )
    return Matched(dict(sorted(fields.items())), people, organisations)


def _inside(name: str, table: _Table) -> str | None:
    """The longest known name among the words of a header."""
    padded = f" {name} "
    words = set(name.split())
    for alias in table.longest:
        if f" {alias} " in padded:
            if table.aliases[alias] in _NAMES and words & table.not_people:
                continue  # "nombre del programa" names no person
            return alias
    return None
