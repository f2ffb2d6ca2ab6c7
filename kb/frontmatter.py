"""Title, authors, year, publisher of a work: what its first page says, metadata as a hint."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath

from kb.datatypes import Block, Kind, RawDocument
from kb.kinds import heading_name, like_person, named
from kb.text import fold, words

_FILE_LIKE = re.compile(
    r"\.(?:docx?|pdf|pptx?|odt|odp|xlsx?|indd|rtf|txt|tex|dvi|qxd|html?)$|"
    r"^microsoft (?:word|power)|"
    r"^(?:untitled|sin titulo|document\d*|documento\d*|doc\d*|presentacion(?: de powerpoint)?\d*|"
    r"presentation\d*|powerpoint presentation|slide \d+|diapositiva \d+|pagina \d+|page \d+|new|"
    r"book\d*|layout \d+|title|titulo|inicio|home|index|none|null|draft|borrador|scan\w*|\d+)$"
)
_TOOL = re.compile(
    r"^(?:user|usuario|admin\w*|administrator|windows user|owner|author|autor|unknown|anonymous|"
    r"hp|dell|lenovo|acer|pc|asus|microsoft\w*(?: .*)?|libreoffice.*|adobe.*|weasyprint.*|root)$"
)
_BODY = re.compile(
    r"\b(?:universi\w+|institut\w+|centr[oe]s?|center|fundacion|foundation|asociacion|association|"
    r"consejo|council|agenc(?:ia|y)|laborator\w+|ministr\w+|secretaria|departamento|department|"
    r"gobierno|government|organi[sz]a\w+|banco|bank|red|network|comision|commission|school|"
    r"facultad|faculty|colegio|college|camara|hospital|inc|group|grupo|press|editorial|oficina|"
    r"office|consorcio|society|sociedad|academia|academy|unidad|programa?|programme)\b"
)
_BYLINE = re.compile(
    r"^(?:(?:elaborad[oa]s?|escrit[oa]s?|preparad[oa]s?|compilad[oa]s?|written|prepared|edited) "
    r"(?:por|by)|"
    r"autor(?:a|es|as|ia)?(?: y autoras?)?|authors?|por|by)\s*:?\s*"
)
_YEAR = re.compile(r"(?<![\d.,/])(?:19[5-9]\d|20\d\d)(?![\d/]|[.,]\d|%|\s*[-–]\s*\d{4})")
#: Formats whose date is the day the file was made, not the work.
_DATED_BY_FILE = ("pdf", "docx", "xlsx", "odt", "rtf", "pptx")
_CALL = re.compile(r"(?<=[^\W\d_])[\d*†‡¹²³]{1,2}(?=\W|$)")


def _front(raw: RawDocument, *, most: int = 25) -> list[Block]:
    """Blocks of the first page that has text (the first ones where there are no pages)."""
    body = [b for b in raw.blocks if b.kind not in ("contents", "reference", "footnote") and b.text]
    first = next((span.page for block in body for span in block.spans if span.page), None)
    if first is None:
        return body[: min(most, 15)]
    return [b for b in body if b.spans and b.spans[0].page == first][:most]


def title(raw: RawDocument, *, kind: Kind = "policy") -> str | None:
    """The work's title: a hint that the first page confirms, else what stands out there, else a
    hint that looks like a title. Of a curriculum: the line that is a name."""
    front = [block for block in _front(raw) if block.kind not in ("head", "foot")]
    hint = " ".join((raw.title or "").split())
    usable = bool(hint) and _is_title(hint)
    if kind == "profile":
        return _name(front, hint, raw.authors)
    if usable and _letters(hint) in _letters(" ".join(block.text for block in front)):
        return hint
    return _standing_out(front) or (hint if usable else None) or _first_line(front)


def _name(front: Sequence[Block], hint: str, given: Sequence[str]) -> str | None:
    """The person's name, or as much of it as the title of a curriculum shows."""
    lines = [" ".join(b.text.split("\n", maxsplit=1)[0].split()) for b in front[:3]]
    bare = re.sub(r"^(?:cv|curriculum vitae|resume)\b[\s:–—-]*|[\s:–—-]*\b(?:cv|resume)$", "", hint,
                  flags=re.IGNORECASE)  # fmt: skip
    lists = named("cv") | named("policy") | named("organisation")
    for line in (*lines[:1], bare, *given, *lines[1:]):
        if like_person(line) and heading_name(line) not in lists:
            return line
    return None


def _letters(text: str) -> str:
    return "".join(words(text))


def _is_title(text: str) -> bool:
    folded = heading_name(text)
    if _FILE_LIKE.search(folded) or folded in named("no_title") or len(_letters(text)) < 3:
        return False
    return " " in text.strip() or not re.search(r"[_\d]|-.*-", text)


def _standing_out(front: Sequence[Block]) -> str | None:
    marked = [b for b in front if b.kind == "title" and _is_title(b.text)]
    if not marked:
        heads = [b for b in front if b.kind == "heading" and _is_title(b.text)]
        if not heads:
            return None
        largest = max(_size(b) for b in heads)
        first = next((b for b in heads if b.level == 1), heads[0])
        marked = [b for b in heads if _size(b) >= largest - 0.1] if largest else [first]
    at = front.index(marked[0])
    parts = [marked[0]]
    for block in front[at + 1 : at + 3]:
        same = _size(block) and abs(_size(block) - _size(parts[0])) <= 0.1
        if block.kind not in ("title", "heading") or not same:
            break
        parts.append(block)
    return _CALL.sub("", " ".join(" ".join(b.text.split()) for b in parts)).strip() or None


def _size(block: Block) -> float:
    return block.style.size if block.style else 0.0


def _first_line(front: Sequence[Block]) -> str | None:
    """The first line where it is short and no sentence."""
    for block in front[:1]:
        line = " ".join(block.text.split("\n", maxsplit=1)[0].split())
        if 0 < len(line.split()) <= 20 and not line.endswith((".", ";", ",")) and _is_title(line):
            return line
    return None


def authors(raw: RawDocument, *, kind: Kind) -> tuple[str, ...]:
    """The people of a byline that says so, those of the metadata, those named under the title;
    else the body that the metadata gives."""
    given = [" ".join(name.split()) for name in raw.authors]
    given = [name for name in given if name and not _TOOL.match(fold(name))]
    if kind != "policy":
        return tuple(given)
    people = tuple(name for name in given if like_person(name))
    return _byline(raw) or people or _under_title(raw) or tuple(given)


def _byline(raw: RawDocument) -> tuple[str, ...]:
    """Names behind "Elaborado por:", "Authors:" and the like, near the beginning or the end."""
    body = [b for b in raw.blocks if b.kind not in ("contents", "head", "foot", "footnote")]
    found: list[str] = []
    for i, block in enumerate(body):
        marked = _BYLINE.match(fold(block.text))
        if not marked or len(block.text.split()) > 25 or 12 < i < len(body) - 12:
            continue
        rest = block.text[marked.end() :]
        found += _people(rest)
        for follower in body[i + 1 : i + 13]:
            people = _people(follower.text) or _people(_printed(follower))
            if not people:
                break
            found += people
        if found:
            break
    return tuple(dict.fromkeys(found))


def _under_title(raw: RawDocument) -> tuple[str, ...]:
    """A line of several names, or names each with a footnote call or an affiliation below."""
    front = _front(raw, most=8)
    found: list[str] = []
    for block, after in pairwise([*front, Block("")]):
        if block.kind not in ("paragraph", "heading", "list_item") or block is front[0]:
            continue
        people = _people(block.text)
        sure = (
            len(people) > 1
            or bool(_CALL.search(block.text))
            or bool(_BODY.search(fold(after.text)))
        )
        if people and sure and not block.text.isupper():
            found += people
        elif found:
            break
    return tuple(dict.fromkeys(found))


def _printed(block: Block) -> str:
    """The block's text with its printed lines apart."""
    return "\n".join(block.text[span.start : span.end].strip() for span in block.spans)


def _people(text: str) -> list[str]:
    """The names in a line that holds nothing but names; [] otherwise."""
    if len(text.split()) > 40 or _BODY.search(fold(text)):
        return []
    line = _CALL.sub("", text)
    parts = re.split(r"\s*[,;·|\n]\s*|\s+(?:y|e|and|&)\s+(?=[A-ZÁÉÍÓÚÑ])", line)
    names = [part.strip(" .*") for part in parts if part.strip(" .*")]
    if not names or not all(like_person(name) and name != name.lower() for name in names):
        return []
    return names


def year(raw: RawDocument, *, source: str, kind: Kind = "policy") -> int | None:
    """The year that stands above the text of the first page, in the file's name, in a head or
    foot; or the one of the metadata. None for a curriculum."""
    if kind == "profile":
        return None
    hint = raw.year if raw.year and _possible(raw.year) else None
    if hint and raw.format not in _DATED_BY_FILE:
        return hint
    above: list[str] = []
    for block in _front(raw):
        size = len(block.text.split())
        stated = block.kind == "paragraph" and size > 6 and block.text.rstrip().endswith((".", "?"))
        if size > 25 or stated or block.kind == "table_row":
            break  # the text begins: its years are of what it tells
        if size <= 14:
            above.append(block.text)
    edges = [b.text for b in raw.blocks if b.kind in ("head", "foot") and len(b.text.split()) <= 14]
    for texts in (above, [PurePath(source).stem.replace("_", " ")], edges):
        years = [int(y) for text in texts for y in _YEAR.findall(text) if _possible(int(y))]
        if years:
            return hint if hint in years else max(years)
    return hint if hint and _credible(hint, raw) else None


def _credible(hint: int, raw: RawDocument) -> bool:
    """Whether a file was made soon after the latest year that its text names: files are often
    typeset again, or carry the day of a template."""
    years = [int(y) for block in raw.blocks for y in _YEAR.findall(block.text)]
    latest = max((y for y in years if _possible(y)), default=hint)
    return latest <= hint <= latest + 2


def _possible(value: int) -> bool:
    return 1950 <= value <= datetime.datetime.now(tz=datetime.UTC).year + 1


def publisher(raw: RawDocument, *, names: Sequence[str]) -> str | None:
    """What the format says; else an institution that the metadata gives as author."""
    if raw.publisher:
        return raw.publisher
    for name in raw.authors:
        if name not in names and not _TOOL.match(fold(name)) and _BODY.search(fold(name)):
            return " ".join(name.split())
    return None
