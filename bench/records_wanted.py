"""What a Europass or an ORCID file states, by a plain walk over names of elements.

Shares no code with kb.readers, so that a fault there shows here. JSON is turned into elements of
the same names; names lose their case, attributes become elements.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from defusedxml import ElementTree


@dataclass(frozen=True, slots=True)
class Want:
    """A value that a file states, and the field of the profile that should hold it."""

    field: str
    value: str


def wanted(data: bytes) -> list[Want]:
    """The values that a CV states, each once, in the order of the file."""
    text = data.decode("utf-8-sig", "replace").strip()
    root = Element("root")
    if text.startswith(("{", "[")):
        grow(root, json.loads(text))
    else:
        copy(root, ElementTree.fromstring(data))
    is_orcid = "orcid" in text[:3000] and "europass" not in text[:3000].lower()
    found = _orcid(root) if is_orcid else _europass(root)
    return list(dict.fromkeys(Want(f, v) for f, v in found if re.search(r"\w", v)))


def grow(at: Element, value: Any) -> None:
    """JSON below an element: keys are elements, lists repeat theirs."""
    for key, item in value.items() if isinstance(value, dict) else ():
        for one in item if isinstance(item, list) else [item]:
            if one is None:
                continue
            below = SubElement(at, key.lower())
            if isinstance(one, dict):
                grow(below, one)
            else:
                below.text = str(one)


def copy(at: Element, element: Element) -> None:
    """XML below an element, without namespaces."""
    below = SubElement(at, str(element.tag).rpartition("}")[2].lower())
    below.text = element.text
    for key, value in element.attrib.items():
        SubElement(below, key.rpartition("}")[2].lower()).text = value
    for child in element:
        if isinstance(child.tag, str):
            copy(below, child)


def under(at: Element, *path: str) -> Iterator[Element]:
    """Elements of the last name, each inside one of the name before, at any depth."""
    if not path:
        yield at
        return
    for found in at.iter(path[0]):
        if found is not at:
            yield from under(found, *path[1:])


def texts(at: Element, *path: str) -> list[str]:
    """Texts at a path, markup off."""
    shown = (unescape(re.sub(r"<[^<>]*>", " ", one.text or "")) for one in under(at, *path))
    return [" ".join(text.split()) for text in shown if text.strip()]


def _either(at: Element, *names: str) -> list[str]:
    return next((found for name in names if (found := texts(at, name))), [])


def _years(at: Element, name: str) -> list[str]:
    found = [re.sub(r"\D", "", year) for year in texts(at, name, "year")]
    return [year for year in found if len(year) == 4]


def _code(code: str) -> str:
    return {"UK": "GB", "EL": "GR"}.get(code.upper(), code.upper())


def _europass(root: Element) -> Iterator[tuple[str, str]]:
    for info in (*root.iter("learnerinfo"), *root.iter("candidate")):
        for person in under(info, "identification"):
            yield from _identity(person)
        for kind in ("headline", "application"):
            for head in under(info, kind):
                told = next(under(head, "description"), head)
                for text in texts(told, "label") or [told.text or ""]:
                    yield "headline", text.strip()
        for text in texts(info, "profilesummary"):
            yield "summary", text
        for field, name in (("positions", "workexperience"), ("education", "education")):
            for item in under(info, name):
                yield from _stay(field, item)
        for kind in ("mothertongue", "foreignlanguage", "language"):
            for item in under(info, kind):
                described = item.find("description")
                code = (item if described is None else described).find("code")
                if code is not None and code.text:
                    yield "languages", code.text.strip()
        for kind in ("communication", "organisational", "jobrelated", "computer"):
            for item in under(info, "skills", kind):
                for text in texts(item, "description")[:1]:
                    yield "skills", text
        for item in under(info, "achievement"):
            mark = " ".join(texts(item, "code")).lower()
            field = {"publications": "publications", "honors_awards": "awards"}.get(mark)
            for text in texts(item, "description") if field else ():
                yield field or "", text
    for name in ("lastupdatedate", "issuedate"):
        for text in texts(root, name):
            yield "as_of", text[:10]


def _identity(person: Element) -> Iterator[tuple[str, str]]:
    for name in ("firstname", "surname", "lastname"):
        for text in texts(person, name):
            yield "name", text
    for field, name in (("emails", "email"), ("phones", "telephone"), ("links", "website")):
        for item in under(person, name):
            for text in texts(item, "contact") or ([item.text] if item.text else []):
                yield field, text
    for code in texts(person, "address", "country", "code"):
        yield "country", _code(code)
    for text in texts(person, "municipality"):
        yield "city", text
    for code in texts(person, "nationality", "code"):
        yield "origin", _code(code)


def _stay(field: str, item: Element) -> Iterator[tuple[str, str]]:
    for name in ("position", "title"):
        for one in under(item, name):
            for text in _either(one, "label") or [one.text or ""]:
                yield field, text.strip()
    for name in ("employer", "organisation"):
        for one in under(item, name):
            lines = _either(one, "name") or [(one.text or "").strip().partition("\n")[0]]
            yield from ((field, text) for text in lines)
            for code in texts(one, "country", "code"):
                yield field, _code(code)
    for name in ("from", "to"):
        for year in _years(item, name):
            yield field, year


def _orcid(root: Element) -> Iterator[tuple[str, str]]:
    _show_public(root)
    for kind in ("name", "personal-details"):
        for item in under(root, kind):
            for name in ("given-names", "family-name"):
                for text in () if texts(item, "credit-name") else texts(item, name):
                    yield "name", text
            for text in texts(item, "credit-name"):
                yield "name", text
    for item in under(root, "biography"):
        yield from (("summary", text) for text in texts(item, "content") or [item.text or ""])
    for item in (*under(root, "emails", "email"), *under(root, "contact-details", "email")):
        yield from (("emails", text) for text in texts(item, "email") or [item.text or ""])
    for kind in ("addresses", "contact-details"):
        for text in texts(root, kind, "address", "country")[:1]:
            yield "country", text
    for item in under(root, "keyword"):
        yield from (("skills", text) for text in texts(item, "content") or [item.text or ""])
    for item in under(root, "researcher-url"):
        yield from (("links", text) for text in texts(item, "url"))
    for text in texts(root, "external-identifier", "external-id-url"):
        yield "links", text
    for kind, field in (
        ("employment-summary", "positions"), ("invited-position-summary", "positions"),
        ("education-summary", "education"), ("qualification-summary", "education"),
        ("affiliation", ""), ("distinction-summary", "awards"),
    ):  # fmt: skip
        for item in under(root, kind):
            told = {"employment": "positions", "education": "education"}
            yield from _post(field or told[texts(item, "type")[0]], item)
    for kind, head in (("work-summary", "title"), ("orcid-work", "work-title")):
        for item in under(root, kind):
            yield from (("publications", text) for text in texts(item, head, "title"))
            yield from (("publications", year) for year in _years(item, "publication-date"))


def _post(field: str, item: Element) -> Iterator[tuple[str, str]]:
    for path in (("role-title",), ("organization", "name"), ("organization", "country")):
        for text in texts(item, *path):
            if field != "awards" or path[-1] != "country":
                yield field, text
    for name in ("start-date", "end-date") if field != "awards" else ():
        yield from ((field, year) for year in _years(item, name))


def _show_public(at: Element) -> None:
    for child in list(at):
        if any((one.text or "public").lower() != "public" for one in child.findall("visibility")):
            at.remove(child)
        else:
            _show_public(child)
