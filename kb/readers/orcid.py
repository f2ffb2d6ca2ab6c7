"""ORCID records (XML of message 1.2 and of 2.0 to 3.0, JSON of the public API) to a CV record.

Both forms become the same tree; what its owner does not show to everybody is left out of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kb.config import Settings
from kb.datatypes import Problem, RawDocument, ReadResult
from kb.errors import ReadError
from kb.readers import encodings, orcid_record, resume_blocks, xml_tree
from kb.readers.json_resume import parse
from kb.readers.orcid_tree import Node
from kb.readers.pieces import warn
from kb.readers.plain import notes

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Branches in which people choose who sees what; the rest is ORCID's own book-keeping.
_SHOWN = ("person", "activities-summary", "personal-details", "orcid-bio", "orcid-activities")


@dataclass(slots=True)
class _Hidden:
    count: int = 0


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """An ORCID record in XML; entity definitions are refused at once."""
    root, warnings = xml_tree.parse(data, name)
    return _document(_of_xml(root), name=name, warnings=warnings)


def read_json(data: bytes, *, name: str, settings: Settings) -> RawDocument | ReadResult:
    """The same in JSON; a list of records gives one document each."""
    decoded = encodings.decode(data)
    value = parse(decoded.text)
    if not isinstance(value, list):
        return _document(_of_json(value), name=name, warnings=notes(decoded, name))
    docs: list[RawDocument] = []
    failures: list[Problem] = []
    for i, item in enumerate(value, start=1):
        try:
            doc = _document(_of_json(item), name=f"{name}#{i}", warnings=notes(decoded, name))
        except ReadError as error:
            failures.append(error.problem(f"{name}#{i}"))
            continue
        docs.append(replace(doc, member=f"#{i}"))
    return ReadResult(tuple(docs), tuple(failures))


def _document(root: Node, *, name: str, warnings: tuple[Problem, ...]) -> RawDocument:
    hidden = _Hidden()
    record = orcid_record.record_of(_public(root, hidden))
    if hidden.count:
        warnings = (*warnings, warn(name, "orcid_not_public", count=hidden.count))
    if not record:
        code = "orcid_not_public" if hidden.count else "orcid_empty"
        raise ReadError(code, **({"count": hidden.count} if hidden.count else {}))
    if not record.get("basics", {}).get("name"):
        warnings = (*warnings, warn(name, "orcid_no_name"))
    orcid_record.name_countries(record, resume_blocks.language_of(record))
    return resume_blocks.document(record, format="orcid", lang=None, warnings=warnings)


def _public(node: Node, hidden: _Hidden, *, inside: bool = False) -> Node:
    """The tree without what is marked as seen by some or by nobody else."""
    inside = inside or node.name in _SHOWN
    kept: list[Node] = []
    for child in node.children:
        seen_by = child.words("visibility").lower()
        if seen_by not in ("", "public"):
            hidden.count += inside or child.name in _SHOWN
            continue
        kept.append(_public(child, hidden, inside=inside))
    return Node(node.name, node.text, tuple(kept))


def _of_xml(element: Element, depth: int = 0) -> Node:
    if depth > xml_tree.MAX_DEPTH:
        raise ReadError("too_deep")
    attributes = (Node(key.rpartition("}")[2], value) for key, value in element.attrib.items())
    below = (_of_xml(child, depth + 1) for child in element if isinstance(child.tag, str))
    return Node(xml_tree.local(element), (element.text or "").strip(), (*attributes, *below))


def _of_json(value: Any) -> Node:
    if not isinstance(value, dict):
        raise ReadError("orcid_empty")
    for name, mark in (("person", "name"), ("activities-summary", "employments")):
        if mark in value:  # one branch of a record, as the API also gives it
            return Node("record", "", (Node(name, "", tuple(_nodes(value, 1))),))
    root = "orcid-message" if "orcid-profile" in value else "record"
    return Node(root, "", tuple(_nodes(value, 0)))


def _nodes(value: dict[str, Any], depth: int) -> Iterator[Node]:
    if depth > xml_tree.MAX_DEPTH:
        raise ReadError("too_deep")
    for key, found in value.items():
        for item in found if isinstance(found, list) else [found]:
            if isinstance(item, dict):
                inner = item.get("value")
                text = "" if isinstance(inner, (dict, list)) else _text(inner)
                yield Node(key, text, tuple(_nodes(item, depth + 1)))
            elif text := _text(item):
                yield Node(key, text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, (str, int, float)) else ""
