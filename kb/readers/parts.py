"""The XML parts of an office file: parsed once, within limits, nothing resolved or fetched."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from kb.datatypes import Problem
from kb.readers import limits
from kb.readers.pieces import warn

if TYPE_CHECKING:
    from lxml.etree import _Element


#: What reading a broken ZIP raises.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError,
    RuntimeError, OSError,
)  # fmt: skip


class Package:
    """Parts of a ZIP of XML. `entities`: those that define entities; `mended`: damaged ones that
    gave what could be read, or nothing."""

    def __init__(self, archive: zipfile.ZipFile, *, limit: int) -> None:
        self._archive = archive
        self._left = limit
        self.names = set(archive.namelist())
        self.entities: list[str] = []
        self.mended: list[str] = []

    def data(self, name: str) -> bytes | None:
        """The bytes of a part, counted; None if the file has no such part or it is damaged."""
        if name not in self.names:
            return None
        try:
            data = limits.inflate(self._archive, name, limit=self._left)
        except DAMAGE:
            self.mended.append(name)
            return None
        self._left -= len(data)
        return data

    def part(self, name: str) -> _Element | None:
        """The root of a part; None if the file has no such part or it is no XML."""
        data = self.data(name)
        if data is None:
            return None
        try:
            return parsed(data, name, entities=self.entities, mended=self.mended)
        except ValueError:
            self.mended.append(name)
            return None

    def warnings(self, name: str) -> list[Problem]:
        """What a reader of the file `name` should tell of its parts."""
        return warnings_of(name, entities=self.entities, mended=self.mended)


def parsed(data: bytes, name: str, *, entities: list[str], mended: list[str]) -> _Element:
    """XML with its entities left as they stand; the name goes to the list that it belongs to.

    ValueError if it is not XML.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        recover=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{name} is not XML") from error
    if root is None:
        raise ValueError(f"{name} is not XML")
    errors = [entry.type_name for entry in parser.error_log if entry.level >= 2]
    undefined = errors.count("ERR_UNDECLARED_ENTITY")
    if undefined or b"<!DOCTYPE" in data[:200_000] or b"<!ENTITY" in data[:200_000]:
        entities.append(name)
    if len(errors) > undefined:  # also where entities of entities ended the reading
        mended.append(name)
    return root


def warnings_of(name: str, *, entities: list[str], mended: list[str]) -> list[Problem]:
    """Entities that were left out and parts that were read as far as they go."""
    found = []
    if entities:
        found.append(warn(name, "external_entity", parts=", ".join(entities)[:300]))
    if mended:
        found.append(warn(name, "part_damaged", parts=", ".join(mended)[:300]))
    return found
