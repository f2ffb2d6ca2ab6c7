"""ODT by its XML: headings, lists, tables, text boxes, notes, page heads and feet.

A text of LibreOffice and of others that write OpenDocument, as a ZIP or as one flat XML file.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from kb.config import Settings
from kb.datatypes import Block, BlockKind, RawDocument
from kb.errors import ReadError
from kb.readers import docx_look, limits
from kb.readers.odt_body import BodyReader
from kb.readers.odt_styles import META, OFFICE, STYLE, XLINK, Styles
from kb.readers.ooxml import tag_text
from kb.readers.parts import DAMAGE, Package, parsed, warnings_of
from kb.readers.pieces import mark_references, plain_year, tidy, title_of, warn
from kb.readers.properties import real_authors, real_title

if TYPE_CHECKING:
    from lxml.etree import _Element

_DC = "{http://purl.org/dc/elements/1.1/}"


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of an OpenDocument text with what its properties say."""
    if not data.startswith(b"PK"):
        return _flat(data, name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            limits.check_archive(archive, limit=settings.limits.inflated)
            package = Package(archive, limit=settings.limits.inflated)
            manifest = package.data("META-INF/manifest.xml") or b""
            if b"encryption-data" in manifest:
                raise ReadError("office_locked")
            content = package.part("content.xml")
            if content is None:
                raise ReadError("damaged", name=name, detail="content.xml")
            document = _Document(content, package.part("styles.xml"), package.part("meta.xml"))
            return document.read(name, package.entities, package.mended)
    except RecursionError as error:
        raise ReadError("too_deep") from error
    except DAMAGE as error:
        raise ReadError("damaged", name=name, detail=str(error)[:120]) from error


def _flat(data: bytes, *, name: str) -> RawDocument:
    """All parts in one file."""
    entities: list[str] = []
    mended: list[str] = []
    try:
        root = parsed(data, name, entities=entities, mended=mended)
    except ValueError as error:
        raise ReadError("damaged", name=name, detail=str(error)[:120]) from error
    return _Document(root, root, root).read(name, entities, mended)


class _Document:
    def __init__(self, content: _Element, styles: _Element | None, meta: _Element | None) -> None:
        self._content = content
        self._styles = styles
        self._meta = _properties(meta)
        self._common = styles.find(f"{OFFICE}styles") if styles is not None else None

    def read(self, name: str, entities: list[str], mended: list[str]) -> RawDocument:
        body = self._content.find(f"{OFFICE}body/{OFFICE}text")
        if body is None:
            raise ReadError("damaged" if mended else "no_text", name=name, detail=", ".join(mended))
        own = self._content.find(f"{OFFICE}automatic-styles")
        reader = BodyReader(Styles(self._common, own))
        main = mark_references(docx_look.marked(reader.blocks(body)))
        blocks = [*self._margins("header"), *main, *reader.notes, *self._margins("footer")]
        if not any(block.kind not in ("head", "foot") for block in blocks):
            raise ReadError("damaged" if mended else "no_text", name=name, detail=", ".join(mended))
        warnings = warnings_of(name, entities=entities, mended=mended)
        if outside := _outside(self._content):
            warnings.append(warn(name, "external_part", addresses=", ".join(outside)[:300]))
        if reader.hidden:
            warnings.append(warn(name, "hidden_text", count=reader.hidden))
        made = self._meta.get("initial-creator") or self._meta.get("creator")
        return RawDocument(
            tuple(blocks),
            format="odt",
            title=title_of(blocks) or real_title(self._meta.get("title")),
            authors=real_authors(made),
            year=plain_year(self._meta.get("creation-date") or self._meta.get("date")),
            lang=self._meta.get("language", "")[:2].lower() or None,
            links=tuple(dict.fromkeys(reader.links)),
            metadata=tuple(sorted(self._meta.items())),
            warnings=tuple(warnings),
        )

    def _margins(self, what: str) -> list[Block]:
        """Page heads or feet that are shown, each text once."""
        pages = self._styles.find(f"{OFFICE}master-styles") if self._styles is not None else None
        if pages is None or self._styles is None:
            return []
        kind: BlockKind = "head" if what == "header" else "foot"
        styles = Styles(self._common, self._styles.find(f"{OFFICE}automatic-styles"))
        found: dict[str, Block] = {}
        for side in ("", "-left", "-first"):
            for part in pages.iter(f"{STYLE}{what}{side}"):
                if part.get(f"{STYLE}display") == "false":
                    continue
                for block in BodyReader(styles).blocks(part):
                    if re.search(r"[^\W\d_]", block.text):  # a page number alone says nothing
                        found.setdefault(block.text, Block(block.text, kind))
        return list(found.values())


def _properties(meta: _Element | None) -> dict[str, str]:
    """Properties by local name (title, creator, creation-date, language, ...)."""
    found: dict[str, str] = {}
    properties = meta.find(f"{OFFICE}meta") if meta is not None else None
    for item in properties if properties is not None else ():
        if isinstance(item.tag, str) and item.tag.startswith((_DC, META)):
            key, text = item.tag.rpartition("}")[2], tidy(tag_text(item))
            if text and key != "user-defined":
                found[key] = f"{found[key]}; {text}" if key in found else text
    return found


def _outside(content: _Element) -> list[str]:
    """Addresses that a viewer would fetch by itself; links that a reader follows are none."""
    return [
        address
        for item in content.iter()
        if isinstance(item.tag, str)
        and item.tag.rpartition("}")[2] in ("image", "object", "object-ole", "section-source",
                                            "plugin", "floating-frame", "database-display")
        and re.match(r"(?:https?|ftp|file|smb):|//|\\\\", address := item.get(f"{XLINK}href", ""))
    ]  # fmt: skip
