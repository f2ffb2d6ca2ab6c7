"""The parts of an entry's heading told apart: title, organisation, department, place, degree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kb.cv import lexicon, places
from kb.cv.lines import Line
from kb.text import fold

_STRONG = re.compile(r"\s+[–—|·•]\s*|\s*[|·•]\s+|\s+-\s+|;\s+|\t+|\s{2,}|\s+/\s+|\s*—\s*")
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_COMMA = re.compile(r",\s+")
_STATE_UNIVERSITY = re.compile(
    r"(?:university of|universidad de) (?:california|texas|illinois|north carolina)$"
)

#: Tells whether a stretch (start, end) of the document is an institution by name.
Known = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Segment:
    """`kind`: title, org, part, place, degree, other. `line` counts heading lines from 0."""

    text: str
    kind: str
    line: int
    group: int
    start: int = -1
    place: places.Place | None = None
    label: str | None = None


@cache
def _labels() -> dict[str, str]:
    return dict(lexicon.by_phrase("fields"))


def read(head: Sequence[Sequence[Line]], *, known: Known, degrees: bool = False) -> list[Segment]:
    """Segments of heading lines in order, each with its kind."""
    found: list[Segment] = []
    group = 0
    for number, pieces in enumerate(head):
        for piece in pieces:
            group += 1
            label, text, at = _label(piece)
            for part, offset in _strong(text):
                group += 1
                start = piece.start + at + offset if piece.start >= 0 else -1
                found.extend(_commas(part, start, number, group, label, known, degrees=degrees))
    return found


def _label(piece: Line) -> tuple[str | None, str, int]:
    if piece.cells and (header := piece.cells[0][0]):
        return _labels().get(fold(header).strip(" :.")), piece.text, 0
    head, colon, rest = piece.text.partition(":")
    if colon and rest.strip() and len(head) < 60:
        label = _labels().get(fold(head).strip(" .*"))
        if label:
            return label, rest.strip(), len(piece.text) - len(rest.lstrip())
    return None, piece.text, 0


def _strong(text: str) -> list[tuple[str, int]]:
    """Pieces between strong separators, and what stands in brackets, with their offsets."""
    cuts: list[tuple[int, int]] = []
    for match in _STRONG.finditer(text):
        cuts.append(match.span())
    for match in _BRACKET.finditer(text):
        inner = match.group(1).strip()
        if re.fullmatch(r"[A-ZÁÉÍÓÚÑ&.\-]{2,12}", inner) and places.country(inner) is None:
            continue  # the acronym of what stands before it
        cuts.append((match.start(), match.start(1)))
        cuts.append((match.end(1), match.end()))
    pieces: list[tuple[str, int]] = []
    at = 0
    for start, end in [*sorted(cuts), (len(text), len(text))]:
        if start >= at:
            part = text[at:start]
            if part.strip(" ,;"):
                lead = len(part) - len(part.lstrip(" ,;"))
                pieces.append((part.strip(" ,;"), at + lead))
            at = end
    return pieces


def _commas(
    text: str, start: int, line: int, group: int, label: str | None, known: Known, *, degrees: bool
) -> list[Segment]:
    parts: list[tuple[str, int]] = []
    at = 0
    for match in [*_COMMA.finditer(text), None]:
        end = match.start() if match else len(text)
        part = text[at:end]
        if part.strip():
            parts.append((part.strip(), at))
        at = match.end() if match else at
    merged: list[tuple[str, int]] = []
    suffixes = lexicon.phrase_set("organisations", "suffixes")
    for part, offset in parts:
        low = fold(part).strip()
        last = fold(merged[-1][0]) if merged else ""
        if (
            merged and (low in suffixes or low.rstrip(".") in suffixes) and not places.country(part)
        ) or (merged and _STATE_UNIVERSITY.search(last) and not places.country(part)):
            merged[-1] = (text[merged[-1][1] : offset + len(part)].strip(), merged[-1][1])
        else:
            merged.append((part, offset))
    found: list[Segment] = []
    for part, offset in merged:
        where = start + offset if start >= 0 else -1
        segment = Segment(part, "other", line, group, where, label=label)
        found.append(_classified(segment, known, degrees=degrees))
    return found


def _classified(segment: Segment, known: Known, *, degrees: bool) -> Segment:
    text, label = segment.text, segment.label
    if label in ("organisation", "institution"):
        place = place_of(text)
        return (
            replace(segment, kind="place", place=place) if place else replace(segment, kind="org")
        )
    if label in ("title", "place", "degree", "field", "status", "noise", "summary"):
        kind = label
        if label == "place":
            return replace(segment, kind="place", place=place_of(text) or places.Place(text, None))
        return replace(segment, kind=kind)
    if degrees and is_degree(text):
        return replace(segment, kind="degree")
    if place := place_of(text):
        return replace(segment, kind="place", place=place)
    end = segment.start + len(text)
    if segment.start >= 0 and known(segment.start, end):
        return replace(segment, kind="org")
    return replace(segment, kind=kind_of(text))


def place_of(text: str) -> places.Place | None:
    """A text that is a country, a listed city or region, or a state code and nothing else."""
    if code := places.country(text):
        return places.Place(None, code)
    if homes := places.city(text):
        return places.Place(text.strip(" ."), homes[0])
    if code := places.state(text):
        return places.Place(None, code)
    return None


def is_degree(text: str) -> bool:
    from kb.cv.education import degree_at

    return degree_at(text) is not None


@cache
def _role_words() -> dict[str, frozenset[str]]:
    """First and last words of roles: Spanish titles open with them, English ones end with them."""
    es = {p.split()[0] for p in lexicon.by_phrase("roles") if p in _lang_roles("es")}
    en = {p.split()[-1] for p in lexicon.by_phrase("roles") if p in _lang_roles("en")}
    return {"es": frozenset(es), "en": frozenset(en | {"vice"}), "raise": frozenset()}


@cache
def _lang_roles(lang: str) -> frozenset[str]:
    return frozenset(
        phrase
        for key in lexicon.raw("roles", lang)
        if not key.startswith(("raise", "lower"))
        for phrase in lexicon.phrases("roles", key, lang=lang)
    )


@cache
def _org_words() -> re.Pattern[str]:
    return re.compile(lexicon.pattern((*lexicon.phrases("organisations", "words"),)))


@cache
def _suffix() -> re.Pattern[str]:
    inner = "|".join(
        re.escape(s)
        for s in sorted(lexicon.phrases("organisations", "suffixes"), key=len, reverse=True)
    )
    return re.compile(rf"(?:^|[\s,])(?:{inner})\.?$")


def kind_of(text: str) -> str:
    """title, org, part (of an organisation) or other, by the words of a text."""
    low = fold(text).strip(" .")
    tokens = re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", low)
    if not tokens:
        return "other"
    roles = _role_words()
    parts = lexicon.matcher("organisations", "parts").match(low)
    accented = any(
        word.lower().startswith(tuple(lexicon.raw("organisations", "es")["accented"]))
        for word in text.split()[:1]
    )
    if accented:
        return "org"
    if _suffix().search(low) and len(tokens) > 1 and tokens[0] not in roles["es"]:
        return "org"
    if tokens[0] in roles["es"] or re.match(r"(?:co|vice|sub|ex)-", tokens[0]):
        return "title"
    org = _org_words().search(low)
    if tokens[-1] in roles["en"] and not (org and org.start() == 0 and "of" in tokens):
        return "title"
    head_of = re.match(
        r"([^\W_]+(?:[\s-][^\W_]+){0,3}?)\s+(?:of|for|to|de|del|en|in|at|@|with)\s", low
    )
    if head_of and head_of.group(1).split()[-1] in roles["en"]:
        return "title"
    if tokens[0] in roles["en"] and not org:
        return "title"
    if parts and not (org and org.start() == 0):
        return "part"
    if org:
        return "org"
    if any(t in roles["en"] or t in roles["es"] for t in tokens):
        return "title"
    return "other"


def cut_title(segment: Segment, known: Known) -> tuple[Segment, Segment] | None:
    """ "Engineer at Acme", "Investigadora en la Universidad X": (title, organisation)."""
    low = fold(segment.text)
    for match in re.finditer(
        r"\s+(at|@|with|en|para|for|del|de|of)\s+(?:(?:la|el|the|los|las)\s+)?", low
    ):
        right = segment.text[match.end() :]
        left = segment.text[: match.start()]
        if kind_of(left) != "title" or not right[:1].isupper():
            continue
        start = segment.start + match.end() if segment.start >= 0 else -1
        joint = match.group(1)
        place = place_of(right)
        if place and joint in ("en", "at"):
            return (
                replace(segment, text=left),
                replace(segment, text=right, kind="place", place=place, start=start),
            )
        is_known = start >= 0 and known(start, start + len(right))
        by_words = opens_organisation(right)
        if joint in ("at", "@") or is_known or by_words:
            return (
                replace(segment, text=left),
                replace(segment, text=right, kind="org", start=start),
            )
    return None


@cache
def _schools() -> re.Pattern[str]:
    return lexicon.matcher("organisations", "schools")


def is_school(text: str) -> bool:
    """A text with the word of a place of study: "ETH Zürich", "the Brightwater Institute"."""
    return bool(_schools().search(fold(text)))


def named_firm(text: str) -> bool:
    """A legal form at the end, or a word that only an organisation bears at the start."""
    low = fold(text)
    match = _org_words().match(low)
    return bool(_suffix().search(low) or match or "secretaria" in low or len(text.split()) == 1)


def opens_organisation(text: str) -> bool:
    """True when the words of an organisation stand where its name begins, or end it."""
    low = fold(text)
    match = _org_words().search(low)
    if _suffix().search(low):
        return True
    if match is None:
        return False
    if match.start() == 0:
        return True
    # English puts the word last: "the Brightwater Institute"
    return match.end() >= len(low) - 1 and len(low.split()) <= 6


def join(segments: Iterable[Segment]) -> str | None:
    text = ", ".join(dict.fromkeys(clean(s.text) for s in segments if clean(s.text)))
    return text or None


def clean(text: str) -> str:
    """Blanks and stops off the ends; the stop of "S.A.", "Inc." stays."""
    text = text.strip(" ,;:")
    short = re.search(r"(?:\b[A-Za-z]\.|(?:Inc|Ltd|Co|Corp|Cía|Hnos|Ltda|Pty|Jr|Sr))\.?$", text)
    return text if short and text.endswith(".") else text.strip(" .,;:")
