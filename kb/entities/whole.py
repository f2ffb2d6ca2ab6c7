"""What the whole document decides: acronyms given once, whose foreign ministry is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kb.datatypes import Entity, Label
from kb.entities import organisations
from kb.entities.catalogue import by_label

_UNSETTLED = "mfa_"  # a foreign ministry whose country the document decides


@dataclass(slots=True)
class Stretch:
    """A passage to read: offsets into the document, language, what is looked for."""

    start: int
    end: int
    lang: str
    rules: bool = True  # names by shape, people, figures
    conferences: bool = True
    found: list[Entity] = field(default_factory=list)


def plain(text: str, start: int, end: int, label: Label, id: str) -> Entity:
    surface = text[start:end]
    return Entity(surface, label, id, surface, surface, start, end)


def ministries(text: str, found: Sequence[Entity]) -> Iterator[Entity]:
    """Foreign ministries: whose, the country named beside them says, else the document."""
    known = [(ent.start, ent.end) for ent in found if ent.label == "INSTITUTION"]
    countries = [ent for ent in found if ent.label == "COUNTRY"]
    for match in organisations.ministries().finditer(text):
        if any(start < match.end() and match.start() < end for start, end in known):
            continue
        after = [c for c in countries if 0 <= c.start - match.end() <= 12]
        before = [c for c in countries if 0 <= match.start() - c.end <= 120]
        near = after[:1] or before[-1:]
        id = _UNSETTLED + (near[0].id.lower() if near else "?")
        yield plain(text, match.start(), match.end(), "INSTITUTION", id)


def settled_ministries(found: Iterable[Entity], main: str | None) -> Iterator[Entity]:
    for ent in found:
        if ent.label != "INSTITUTION" or not ent.id.startswith(_UNSETTLED):
            yield ent
            continue
        code = ent.id[len(_UNSETTLED) :].upper()
        code = (main or "") if code == "?" else code
        yield foreign_ministry(ent, code)


def foreign_ministry(ent: Entity, code: str) -> Entity:
    """The foreign ministry of a country; Mexico's, Ireland's ... have ids of their own."""
    own = {"MX": "sre", "IE": "dfat_ie", "CL": "minrel_cl", "CO": "cancilleria_co", "IN": "mea_in",
           "GB": "fcdo"}  # fmt: skip
    if code in own:
        entry = by_label("INSTITUTION")[own[code]]
        return replace(
            ent, id=entry.id, name_es=entry.es, name_en=entry.en, country=code, names=entry.names
        )
    country = by_label("COUNTRY").get(code)
    if country is None:
        return replace(ent, id="foreign_ministry")
    return replace(
        ent,
        id=_UNSETTLED + code.lower(),
        name_es=f"Ministerio de Relaciones Exteriores ({country.es})",
        name_en=f"Ministry of Foreign Affairs ({country.en})",
        country=code,
    )


def share_acronyms(text: str, stretches: Sequence[Stretch]) -> None:
    """ "Centro de Estudios X (CEX)": CEX means it in all of the document; and an acronym that is
    known names what stands before it."""
    learned: dict[str, Entity] = {}
    for stretch in stretches:
        for number, ent in enumerate(stretch.found):
            if ent.label not in ("INSTITUTION", "PROGRAM"):
                continue
            span = organisations.acronym_after(text, stretch.start + ent.end, ent.text)
            if span is None:
                continue
            start, end = span[0] - stretch.start, span[1] - stretch.start
            same = [
                e
                for e in stretch.found
                if e.start <= start < e.end and e.label in ("INSTITUTION", "PROGRAM")
            ]
            if same and same[0].id != ent.id and ent.id not in by_label(ent.label):
                stretch.found[number] = replace(
                    same[0], text=ent.text, start=ent.start, end=ent.end
                )
            elif not same:
                learned.setdefault(text[span[0] : span[1]], ent)
    if not learned:
        return
    shape = re.compile(
        r"(?<![\w-])(?:"
        + "|".join(re.escape(word) for word in sorted(learned, key=len, reverse=True))
        + r")(?![\w])"
    )
    for stretch in stretches:
        for match in shape.finditer(text, stretch.start, stretch.end):
            meant = learned[match.group()]
            start, end = match.start() - stretch.start, match.end() - stretch.start
            if not any(
                e.label == meant.label and e.start < end and start < e.end for e in stretch.found
            ):
                stretch.found.append(replace(meant, text=match.group(), start=start, end=end))
