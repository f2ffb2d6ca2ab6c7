"""Europass (SkillsPassport 3.x, XML and JSON; Candidate of the newer portal) to a CV record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument
from kb.errors import ReadError
from kb.readers import encodings, europass_candidate, europass_record, resume_blocks
from kb.readers.pieces import tidy, warn
from kb.readers.plain import notes

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_IGNORED = {"PrintingPreferences", "AttachmentList", "Photo", "Signature", "Data", "Attachment"}


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """A Europass XML; entity definitions are refused at once."""
    root, warnings = _parse(data, name)
    local = _local(root)
    if local.lower() == "candidate":
        return _finished(europass_candidate.record_of(root), None, name, warnings)
    if local == "learnerinfo":  # versions 1 and 2, of other names throughout
        return _any(root, name=name, warnings=warnings)
    tree = _tree(root)
    if local == "LearnerInfo":
        tree = {"LearnerInfo": tree}
    if not isinstance(tree, dict):
        raise ReadError("europass_empty")
    if _document_types(tree) <= {"ECL"} and "CoverLetter" in tree:
        return _any(root, name=name, warnings=warnings)
    record = europass_record.record_of(tree)
    lang = root.get("locale") or europass_record.words(tree.get("Locale"))
    return _finished(record, lang, name, warnings)


def read_json(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """The same from the JSON form."""
    decoded = encodings.decode(data)
    try:
        value = json.loads(decoded.text)
    except (ValueError, RecursionError) as error:
        raise ReadError("too_deep") from error
    tree: Any = value.get("SkillsPassport", value)
    if not isinstance(tree, dict):
        raise ReadError("europass_empty")
    record = europass_record.record_of(tree)
    lang = tree.get("Locale")
    return _finished(record, lang if isinstance(lang, str) else None, name, notes(decoded, name))


def read_any(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Any other XML: its texts in order, elements with children as headings."""
    root, warnings = _parse(data, name)
    return _any(root, name=name, warnings=warnings)


def _any(root: Element, *, name: str, warnings: tuple[Problem, ...]) -> RawDocument:
    blocks: list[Block] = []
    for element in root.iter():
        if _local(element) in ("script", "style", *_IGNORED):
            continue
        if text := tidy(element.text or ""):
            blocks.append(Block(text))
        if text := tidy(element.tail or ""):
            blocks.append(Block(text))
    if not blocks:
        raise ReadError("no_text")
    return RawDocument(tuple(blocks), format="xml", warnings=warnings)


def _parse(data: bytes, name: str) -> tuple[Element, tuple[Problem, ...]]:
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException, EntitiesForbidden

    warnings: tuple[Problem, ...] = ()
    try:
        return ElementTree.fromstring(data), warnings
    except EntitiesForbidden as error:
        raise ReadError("entities_refused", name=name) from error
    except DefusedXmlException as error:
        raise ReadError("entities_refused", name=name) from error
    except ElementTree.ParseError as first:
        # Bytes that are not what the XML head declares: decode by the bytes, parse again.
        decoded = encodings.decode(data)
        text = decoded.text.lstrip()
        head = text.find("?>")
        text = text[head + 2 :] if text.startswith("<?xml") and head > 0 else text
        try:
            return ElementTree.fromstring(text), (
                warn(name, "xml_declared_encoding", encoding=decoded.encoding),
            )
        except ElementTree.ParseError:
            line, column = first.position
            raise ReadError("xml_broken", line=line, column=column) from first
        except DefusedXmlException as error:
            raise ReadError("entities_refused", name=name) from error


def _tree(element: Element, depth: int = 0) -> Any:
    """An element as the JSON form has it: dicts, lists for "...List", text for leaves."""
    if depth > 60:
        raise ReadError("too_deep")
    children = [child for child in element if _local(child) not in _IGNORED]
    attributes = {_attribute(key): value for key, value in element.attrib.items()}
    if not children:
        text = (element.text or "").strip()
        return {**attributes, "text": text} if attributes and depth else text
    found: dict[str, Any] = {}
    for child in children:
        key, value = _local(child), _tree(child, depth + 1)
        if key.endswith("List"):
            key = key.removesuffix("List")
            inner = list(value.values()) if isinstance(value, dict) else []
            value = [v for item in inner for v in (item if isinstance(item, list) else [item])]
        if key in found:
            before = found[key] if isinstance(found[key], list) else [found[key]]
            value = before + (value if isinstance(value, list) else [value])
        found[key] = value
    return found


def _document_types(tree: dict[str, Any]) -> set[str]:
    info = tree.get("DocumentInfo")
    stated = europass_record.words(info.get("DocumentType")) if isinstance(info, dict) else None
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


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(key: str) -> str:
    return key.rpartition("}")[2]
