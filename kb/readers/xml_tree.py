"""XML parsed without entities or outside references, and small readers of its elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.datatypes import Problem
from kb.errors import ReadError
from kb.readers import encodings
from kb.readers.pieces import warn

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Levels below which a file is no record that anybody wrote.
MAX_DEPTH = 60


def parse(data: bytes, name: str) -> tuple[Element, tuple[Problem, ...]]:
    """The root element; ReadError for entity definitions and for what is not well-formed."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        return ElementTree.fromstring(data), ()
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


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
