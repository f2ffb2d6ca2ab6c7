"""Europass (SkillsPassport 3.x in XML and JSON, older `learnerinfo`, newer Candidate).

A CV becomes a record; a cover letter by itself is read as the text that it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument
from kb.errors import ReadError
from kb.readers import (
    encodings,
    europass_candidate,
    europass_legacy,
    europass_record,
    europass_values,
    resume_blocks,
    xml_tree,
)
from kb.readers.json_resume import texts as json_blocks
from kb.readers.pieces import tidy, warn
from kb.readers.plain import notes
from kb.readers.xml_tree import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_IGNORED = {"PrintingPreferences", "Photo", "Signature", "Data", "photo", "prefs"}


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """A Europass XML; entity definitions are refused at once."""
    root, warnings = xml_tree.parse(data, name)
    kind = local(root)
    if kind.lower() == "candidate":
        return _finished(europass_candidate.record_of(root), None, name, warnings)
    if kind == "learnerinfo":  # versions 1 and 2, of other names throughout
        record = europass_record.record_of(europass_legacy.tree_of(root))
        return _finished(record, root.get("locale"), name, warnings)
    tree = _tree(root)
    if kind == "LearnerInfo":
        tree = {"LearnerInfo": tree}
    if not isinstance(tree, dict):
        raise ReadError("europass_empty")
    if _document_types(tree) <= {"ECL"} and "CoverLetter" in tree:
        return _any(root, name=name, warnings=warnings)
    record = europass_record.record_of(tree)
    lang = root.get("locale") or europass_values.words(tree.get("Locale"))
    return _finished(record, lang, name, (*warnings, *_left(tree, name)))


def read_json(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """The same from the JSON form."""
    decoded = encodings.decode(data)
    try:
        value = json.loads(decoded.text)
    except (ValueError, RecursionError) as error:
        raise ReadError("too_deep") from error
    if len(value) == 1 and "SkillsPassport" not in value and "LearnerInfo" not in value:
        value = next(iter(value.values()))  # {"Uploaded": {"SkillsPassport": ...}}
    tree: Any = value.get("SkillsPassport", value)
    if not isinstance(tree, dict):
        raise ReadError("europass_empty")
    warnings = notes(decoded, name)
    if _document_types(tree) <= {"ECL"} and "CoverLetter" in tree:
        shown = {key: tree[key] for key in ("LearnerInfo", "CoverLetter") if key in tree}
        blocks = tuple(json_blocks(_without_data(shown)))
        return RawDocument(blocks, format="json", warnings=warnings)
    record = europass_record.record_of(tree)
    lang = tree.get("Locale")
    stated = lang if isinstance(lang, str) else None
    return _finished(record, stated, name, (*warnings, *_left(tree, name)))


def read_any(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Any other XML: its texts in order, elements with children as headings."""
    root, warnings = xml_tree.parse(data, name)
    return _any(root, name=name, warnings=warnings)


def _any(root: Element, *, name: str, warnings: tuple[Problem, ...]) -> RawDocument:
    blocks: list[Block] = []
    for element in root.iter():
        if local(element) in ("script", "style", *_IGNORED):
            continue
        if text := tidy(element.text or ""):
            blocks.append(Block(text))
        if text := tidy(element.tail or ""):
            blocks.append(Block(text))
    if not blocks:
        raise ReadError("no_text")
    return RawDocument(tuple(blocks), format="xml", warnings=warnings)


def _tree(element: Element, depth: int = 0) -> Any:
    """An element as the JSON form has it: dicts, lists for "...List", text for leaves."""
    if depth > xml_tree.MAX_DEPTH:
        raise ReadError("too_deep")
    children = [child for child in element if local(child) not in _IGNORED]
    attributes = {_attribute(key): value for key, value in element.attrib.items()}
    if not children:
        text = (element.text or "").strip()
        return {**attributes, "text": text} if attributes and depth else text
    found: dict[str, Any] = {}
    for child in children:
        key, value = local(child), _tree(child, depth + 1)
        if key.endswith("List"):
            key = key.removesuffix("List")
            inner = list(value.values()) if isinstance(value, dict) else []
            value = [v for item in inner for v in (item if isinstance(item, list) else [item])]
        if key in found:
            before = found[key] if isinstance(found[key], list) else [found[key]]
            value = before + (value if isinstance(value, list) else [value])
        found[key] = value
    return found


def _without_data(value: Any) -> Any:
    """The value without pictures and what else no reader needs; markup taken out of texts."""
    if isinstance(value, dict):
        return {key: _without_data(item) for key, item in value.items() if key not in _IGNORED}
    if isinstance(value, list):
        return [_without_data(item) for item in value]
    return europass_values.prose(value) if isinstance(value, str) else value


def _left(tree: dict[str, Any], name: str) -> Iterator[Problem]:
    """What a CV brings along and is not read: its cover letter, enclosed documents."""
    parts = ["CoverLetter"] if tree.get("CoverLetter") else []
    for item in europass_values.dicts_of(tree.get("Attachment")):
        told = (europass_values.words(item.get(key)) for key in ("Name", "Description", "Id", "id"))
        parts += filter(None, [next(filter(None, told), "")])
    if parts:
        yield warn(name, "europass_left", parts=", ".join(parts)[:300])


def _document_types(tree: dict[str, Any]) -> set[str]:
    info = tree.get("DocumentInfo")
    stated = europass_values.words(info.get("DocumentType")) if isinstance(info, dict) else None
    return set((stated or "ECV").split("_"))


def _finished(
    record: dict[str, Any], lang: str | None, name: str, warnings: tuple[Problem, ...]
) -> RawDocument:
    if not record:
        raise ReadError("europass_empty")
    if not record.get("basics", {}).get("name"):
        warnings = (*warnings, warn(name, "europass_no_name"))
    code = lang[:2].lower() if lang else None
    return resume_blocks.document(record, format="europass", lang=code, warnings=warnings)


def _attribute(key: str) -> str:
    return key.rpartition("}")[2]
