"""What the sections of a CV say of the person: name, headline, summary, offers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kb.cv import dates, languages, lexicon, names, residence, segments, willingness
from kb.cv.lines import Line
from kb.cv.records import Draft
from kb.cv.sections import Section, heading_of
from kb.datatypes import Document
from kb.text import fold

#: "Luna, M. (2020)", "Luna M, Ríos P. Title. Journal, 2020."
_BIBLIOGRAPHY = re.compile(
    r"^[^\W\d_][\w'’-]+(?:[\s-][^\W\d_][\w'’-]+)?,?\s"
    r"(?:[A-ZÁÉÍÓÚ]\.?[\s,-]?){1,3}.*\b(?:19|20)\d\d\b"
)


def name_of(
    doc: Document, lines: Sequence[Line], header: Sequence[Line], emails: Sequence[str]
) -> str | None:
    if labelled := _labelled_name(lines):
        return labelled
    found = names.candidates([*header[:25], *lines[:12]])
    stated = [n for n in (names.tidy(a) for a in doc.authors) if n]
    if doc.title and (rest := names.strip_heading(doc.title)) and (n := names.tidy(rest)):
        stated.append(n)
    found += [(2.0, n) for n in stated]
    best: tuple[float, str] | None = None
    for score, name in found:
        if names.agrees(name, [fold(e.split("@")[0]) for e in emails]):
            score += 1.0
        if names.agrees(name, [fold(doc.source)]):
            score += 0.7
        if name in stated:
            score += 0.7
        if best is None or score > best[0]:
            best = (score, name)
    if best is None:
        return None
    name = best[1]
    if any(
        fold(name) == fold(names.tidy(line.text) or "") and line.text.isupper()
        for line in lines[:12]
    ):
        # capitals throughout hide the order and the particles: the rest of the CV shows them
        name = names.as_elsewhere(names.turned_by_email(name, emails), doc.text)
    return name


def _labelled_name(lines: Sequence[Line]) -> str | None:
    """ "Nombre: ...", or "Apellidos: ..." with "Nombres: ..."."""
    labels = {p: k for k in ("surname", "given", "name") for p in lexicon.phrases("labels", k)}
    surname = given = None
    for line in lines[:40]:
        head, colon, value = line.text.partition(":")
        if line.cells and line.cells[0][0]:
            head, colon, value = line.cells[0][0], ":", line.text
        key = labels.get(fold(head).strip(" .*•")) if colon and value.strip() else None
        if key == "name" and (name := names.tidy(re.split(r"\s[|·•]\s", value)[0])):
            return name
        if key == "surname" and surname is None:
            surname = value.strip()
        if key in ("given", "name") and given is None:
            given = value.strip()
        if surname and given:
            return names.tidy(f"{surname}, {given}")
    return None


def headline(header: Sequence[Line], name: str | None) -> str | None:
    """The line by the name that says what the person is."""
    label = lexicon.phrase_set("labels", "headline")
    for line in header[:25]:
        head, colon, value = line.text.partition(":")
        if colon and fold(head).strip() in label and value.strip():
            return value.strip()
    for line, after in pairwise(header):
        if name and names.tidy(line.text) == name and _says_who(after.text):
            return after.text.strip(" .")
    for line in header[:15]:
        for piece in re.split(r"\s+[|·•]\s+", line.text):
            low = fold(piece)
            if name and fold(name) in low:
                piece = piece[low.find(fold(name)) + len(name) :].strip(" ,–—-|·")
                piece = re.sub(r"^(?:Ph\.?D\.?|M\.?Sc\.?|MBA)[,\s]*", "", piece)
            if not piece or "@" in piece or ":" in piece or re.search(r"\d{4}", piece):
                continue
            title = len(piece.split()) <= 16 and segments.kind_of(piece) == "title"
            if title and names.strip_heading(piece) is not None:
                return piece.strip(" .")
    return None


def _says_who(text: str) -> bool:
    """A line under the name that is no contact, place, date or heading: what the person is."""
    words = text.split()
    if not 1 <= len(words) <= 16 or text.endswith(".") or re.search(r"[@:]|\d{4}|https?|www", text):
        return False
    if re.search(r"\d[\d\s-]{6,}", text) or names.strip_heading(text) is None:
        return False
    return heading_of(text, marked=False) is None and residence.alone(text) is None


def summary(sections: Sequence[Section], header: Sequence[Line], draft: Draft) -> str | None:
    texts = [" ".join(line.text for line in s.lines) for s in sections if s.kind == "summary"]
    if not any(texts):
        texts = [
            line.text for line in header if len(line.text.split()) >= 15 and "@" not in line.text
        ]
    text = "\n".join(t for t in texts if t)
    return text or None


def offers(sections: Sequence[Section]) -> list[str]:
    """Offers: all that a section of offers lists, elsewhere what a cue of offering opens."""
    found: dict[str, None] = {}
    for section in sections:
        if section.kind in ("references", "publications", "education", "languages", "experience",
                            "awards", "courses", "skills"):  # fmt: skip
            continue
        for line in section.lines:
            offered = section.kind in ("willing", "unknown") or (
                section.kind == "memberships" and not line.bullet
            )
            found.update(dict.fromkeys(willingness.read(line.text, offered=offered)))
    return [action for action in willingness.ACTIONS if action in found]


def name_unknown(sections: Sequence[Section]) -> None:
    """Sections whose headings no list holds take the kind that their lines show."""
    have = {s.kind for s in sections}
    for section in sections:
        if section.kind != "unknown" or not section.lines:
            continue
        kind = _shown_kind(section.lines)
        if kind and kind not in have:
            section.kind = kind


def _shown_kind(lines: Sequence[Line]) -> str | None:
    if all(languages.read([line]) for line in lines) and len(lines) > 1:
        return "languages"
    ranges = [line for line in lines if any(not d.single for d in dates.find(line.text))]
    degrees = [line for line in lines if segments.is_degree(line.text)]
    titles = [line for line in lines if segments.kind_of(line.text) == "title"]
    if degrees and (ranges or len(degrees) * 2 >= len(lines)):
        return "education"
    if ranges and titles:
        return "experience"
    works = [line for line in lines if _BIBLIOGRAPHY.search(line.text)]
    return "publications" if works and len(works) * 2 >= len(lines) else None


def plain_lists(sections: Sequence[Section]) -> list[list[Line]]:
    return [
        s.lines
        for s in sections
        if s.kind in ("willing", "unknown", "memberships")
        and len(s.lines) > 2
        and all(line.bullet and len(line.text.split()) <= 6 for line in s.lines)
        and not any(willingness.read(line.text, offered=True) for line in s.lines)
        and not any(dates.find(line.text) for line in s.lines)
    ][:1]
