"""Where a person lives and comes from, told apart from where one has worked or studied.

Only words that say so count: a label, a phrase of living somewhere, a place alone in the header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kb.cv import lexicon, places, segments
from kb.cv.lines import Line
from kb.cv.places import Place
from kb.text import fold

_PIECES = re.compile(r"\s*[|·•●◦▪]\s*|\s+[–—]\s+|\s+-\s+|\s{3,}|\t+|;\s+")
_NAME = r"(?:[A-ZÁÉÍÓÚÑÄÖÜŁŠŽÅØ][\w.'’\-]*)"
_RUN = re.compile(
    rf"\s*:?\s*(?:la\s+|el\s+|the\s+|ciudad de\s+(?=[A-Z])|city of\s+)?"
    rf"({_NAME}(?:\s+(?:(?:de|del|la|las|los|el|upon|am|on|of|the|and|y)\s+){{0,2}}{_NAME}"
    rf"|,\s*(?:the\s+)?{_NAME}|\s*\((?={_NAME})|\)(?=,))*)"
)
_FIRM = re.compile(
    r"(?:empresa|compania|organizacion|company|companies|startup|firm|organi[sz]ation|"
    r"universidad|"
    r"institut[oe]|grupo|group|fundacion|foundation|agency|agencia|equipo|team|oficina|office|planta|plant)"
    r"(?:\s+[^\s.,;]+){0,4}\s*,?\s*$"
)
_ENDED = re.compile(
    r"(?:antes|previously|formerly|hasta|until|vivi|lived|residi|resided)\s+[^.;]{0,15}$"
)


@cache
def _labels() -> dict[str, str]:
    keys = ("residence", "origin", "birth")
    return {p: key for key in keys for p in lexicon.phrases("labels", key)}


@cache
def _cues(key: str) -> re.Pattern[str]:
    return lexicon.matcher("labels", key)


def residence(header: Sequence[Line], prose: Sequence[Line]) -> Place | None:
    """From the header and contact lines (labels, lone places), then from phrases of prose."""
    city: str | None = None
    code: str | None = None
    for line in header:
        for label, value in labelled(line):
            if label != "residence":
                continue
            found = _address(value)
            if found is None:
                continue
            city = city or found.city
            code = code or found.country
    if code:
        return Place(city, code)
    for line in [*header, *prose]:
        if found := _said(line.text):
            return found
    for line in header:
        if found := alone(line.text):
            return found
    return Place(city, code) if city else None


def labelled(line: Line) -> list[tuple[str, str]]:
    """(label, value) of the pieces "Residencia: Múnich" of a line."""
    found: list[tuple[str, str]] = []
    if line.cells and line.cells[0][0]:
        label = _labels().get(fold(line.cells[0][0]).strip(" :."))
        return [(label, line.text)] if label else []
    for piece in _PIECES.split(line.text):
        head, colon, value = piece.partition(":")
        if colon and value.strip() and len(head) < 40:
            label = _labels().get(fold(head).strip(" .*•-"))
            if label:
                found.append((label, value.strip()))
    return found


def _address(text: str) -> Place | None:
    text = re.sub(r"\(([^()]*)\)", r", \1", text)
    text = re.split(r"\s+(?:desde|since)\s+", text)[0]
    place = places.read(re.split(r",\s*|\s+[–—/|-]\s+|\s*/\s*|;\s*", text))
    if place is None or place.country is None:
        return place
    return place


def _said(text: str) -> Place | None:
    """ "radicada en Múnich desde 2015", "based in Munich, Germany"."""
    low = fold(text)
    for cue in _cues("residence_cues").finditer(low):
        if _FIRM.search(low[max(0, cue.start() - 60) : cue.start()]):
            continue
        if _ENDED.search(low[max(0, cue.start() - 30) : cue.start()]):
            continue
        run = _RUN.match(text, cue.end())
        if not run:
            continue
        place = _address(run.group(1).strip(" .,("))
        if place and place.country:
            return place
        words = run.group(1).split()
        for size in range(len(words), 0, -1):
            place = _address(" ".join(words[:size]).strip(" .,"))
            if place and place.country:
                return place
    return None


_OTHER = re.compile(
    r"\S+@\S+|(?:https?://|www\.)\S+|\+?\(?\d[\d\s().-]{7,}\d|\S+\.(?:com|org|net)/\S+"
)


def alone(text: str) -> Place | None:
    """A piece of a header line that is a place and nothing else."""
    text = _OTHER.sub(" | ", text)
    for piece in _PIECES.split(text):
        piece = piece.strip(" .,;–—-")
        if _cues("origin_cues").search(fold(piece)):
            continue
        if ":" in piece or "@" in piece or not piece:
            continue
        inner = re.sub(r"\s*\(([^()]*)\)", r", \1", piece)
        twins = re.split(r"\s*/\s*", inner)
        if len(twins) > 1 and len({places.country(t.split(",")[-1]) for t in twins}) == 1:
            inner = twins[0]  # "España / Spain"
        parts = [p.strip() for p in inner.split(",") if p.strip()]
        if not parts or len(parts) > 6:
            continue
        last = parts[-1]
        code = places.country(last, codes=len(parts) > 1) or (
            places.state(last) if len(parts) > 1 else None
        )
        if code is None and not places.city(_no_post(last)):
            continue
        if code is None and len(parts) == 1 and len(last.split()) > 3:
            continue
        if all(_spot(p) for p in parts):
            place = places.read(parts)
            if place and place.country:
                return place
    return None


def _no_post(text: str) -> str:
    return places._clean_city(text)


def _spot(part: str) -> bool:
    """A part of an address: a place, a street with its number, a postal code; no firm, no job."""
    if places.country(part, codes=True) or places.state(part) or places.city(_no_post(part)):
        return True
    if re.search(r"\d", part):
        return True
    return segments.kind_of(part) == "other" and part[:1].isupper() and len(part.split()) <= 5


def origin(header: Sequence[Line], prose: Sequence[Line]) -> list[str]:
    """Codes of nationality and birth, as labels or phrases say them."""
    found: dict[str, None] = {}
    for line in [*header, *prose]:
        for label, value in labelled(line):
            if label == "origin":
                found.update(dict.fromkeys(_nations(value)))
        low = fold(line.text)
        for cue in _cues("origin_cues").finditer(low):
            tail = line.text[cue.end() : cue.end() + 60]
            if ":" in tail[:2]:
                continue
            run = _RUN.match(line.text, cue.end())
            place = _address(run.group(1).strip(" .,(")) if run else None
            if place and place.country:
                found[place.country] = None
            else:
                codes = _nations(re.split(r"[.;,]|\s(?:y|and|con|with)\s", tail)[0])
                found.update(dict.fromkeys(codes))
    return list(found)


def _nations(text: str) -> list[str]:
    """Countries of a value: names, cities, or demonyms ("mexicana y alemana")."""
    place = _address(text)
    if place and place.country:
        pieces = [places.country(p) for p in re.split(r"\s*[,/;]\s*|\s+(?:y|and|e)\s+", text)]
        named = [p for p in pieces if p]
        return named or [place.country]
    found: list[str] = []
    for piece in re.split(r"\s*[,/;()]\s*|\s+(?:y|and|e|und)\s+", text):
        low = fold(piece).strip(" .")
        code = places.country(piece) or places.demonyms().get(low)
        if code is None and (words := low.split()):
            code = places.demonyms().get(words[0])
        if code and code not in found:
            found.append(code)
    return found
