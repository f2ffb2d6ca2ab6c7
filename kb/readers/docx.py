"""DOCX by its XML: paragraphs, lists, tables, text boxes, notes, page heads and feet.

The parts are parsed here and not by python-docx, which drops an external entity with the rest of
its run in silence and has no limit on what a part inflates to.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from kb.config import Settings
from kb.datatypes import Block, BlockKind, Problem, RawDocument
from kb.errors import ReadError
from kb.readers import docx_look, limits
from kb.readers.docx_body import BodyReader
from kb.readers.docx_seen import Sight
from kb.readers.docx_styles import Styles
from kb.readers.ooxml import W, relations, tag_text
from kb.readers.pieces import mark_references, plain_year, tidy, title_of, warn

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_JUNK_TITLE = re.compile(
    r"^(?:microsoft word|untitled|sin t[ií]tulo|document[o]?\s*\d*$)|\.docx?$", re.IGNORECASE
)
_JUNK_AUTHOR = re.compile(
    r"^(?:python-docx|user|usuario|admin\w*|windows user|usuario de windows|pc|hp|dell|lenovo|"
    r"microsoft\b.*|author|autor|un-?named)$",
    re.IGNORECASE,
)


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of a Word document with what its properties say."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            limits.check_archive(archive, limit=settings.limits.inflated)
            package = _Package(archive, limit=settings.limits.inflated)
            return _document(package, name=name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, KeyError, ValueError) as error:
        raise ReadError("damaged", name=name, detail=str(error)[:120]) from error


class _Package:
    """Parts of the file, parsed once; entities are never resolved, nothing is fetched."""

    def __init__(self, archive: zipfile.ZipFile, *, limit: int) -> None:
        self._archive = archive
        self._left = limit
        self.names = set(archive.namelist())
        self.entities: list[str] = []  # parts that define or use entities

    def part(self, name: str) -> _Element | None:
        """The root of a part; None if the file has no such part."""
        from lxml import etree

        if name not in self.names:
            return None
        data = limits.inflate(self._archive, name, limit=self._left)
        self._left -= len(data)
        if b"<!DOCTYPE" in data[:200_000] or b"<!ENTITY" in data[:200_000]:
            self.entities.append(name)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            recover=True, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        root = etree.fromstring(data, parser)
        if root is None:
            raise ValueError(f"{name} is not XML")
        return root


def _document(package: _Package, *, name: str) -> RawDocument:
    main = _main_part(package)
    root = package.part(main)
    if root is None:
        raise ReadError("damaged", name=name, detail=main)
    folder, _, base = main.rpartition("/")
    targets, _ = relations(package.part(f"{folder}/_rels/{base}.rels"))
    external = [
        address
        for part in sorted(n for n in package.names if n.endswith(".rels"))
        for address in relations(package.part(part))[1]
    ]
    styles = Styles(package.part(f"{folder}/styles.xml"), package.part(f"{folder}/numbering.xml"))
    above, below = (_margins(package, folder, what) for what in ("header", "footer"))
    sight = Sight(styles, [root, *above, *below])

    def inside(links: dict[str, str]) -> BodyReader:
        return BodyReader(styles, links, sight=sight)

    reader = inside(targets)
    body = root.find(f"{W}body")
    blocks = reader.blocks(body) if body is not None else []
    heads = _marginal(above, "head", inside({}))
    feet = _marginal(below, "foot", inside({}))
    notes = [
        *_notes(package.part(f"{folder}/footnotes.xml"), inside({})),
        *_notes(package.part(f"{folder}/endnotes.xml"), inside({})),
    ]
    blocks = [*heads, *mark_references(docx_look.marked(blocks)), *notes, *feet]
    if not any(block.kind not in ("head", "foot") for block in blocks):
        raise ReadError("no_text")
    core = _core(package.part("docProps/core.xml"))
    return RawDocument(
        tuple(blocks),
        format="docx",
        title=title_of(blocks) or _unless(_JUNK_TITLE, core.get("title")),
        authors=_authors(core),
        year=None if core.get("creator") == "python-docx" else plain_year(core.get("created")),
        lang=(core.get("language") or "")[:2].lower() or None,
        links=tuple(dict.fromkeys(reader.links)),
        metadata=tuple(sorted(core.items())),
        warnings=_warnings(package, external, sight.hidden, name),
    )


def _main_part(package: _Package) -> str:
    types = package.part("[Content_Types].xml")
    if types is not None:
        for item in types:
            if item.get("ContentType") == _MAIN and item.get("PartName"):
                return str(item.get("PartName")).lstrip("/")
    return "word/document.xml"


def _margins(package: _Package, folder: str, what: str) -> list[_Element]:
    """The parts that hold page heads or feet."""
    names = sorted(n for n in package.names if re.fullmatch(rf"{folder}/{what}\d*\.xml", n))
    roots = (package.part(name) for name in names)
    return [root for root in roots if root is not None]


def _marginal(roots: list[_Element], kind: BlockKind, reader: BodyReader) -> list[Block]:
    """Page heads or feet, each text once."""
    found: dict[str, Block] = {}
    for root in roots:
        for block in reader.blocks(root):
            if re.search(r"[^\W\d_]", block.text):  # a page number alone says nothing
                found.setdefault(block.text, Block(block.text, kind))
    return list(found.values())


def _notes(root: _Element | None, reader: BodyReader) -> list[Block]:
    if root is None:
        return []
    blocks = []
    for note in root:
        if note.get(f"{W}type") in ("separator", "continuationSeparator", "continuationNotice"):
            continue
        text = tidy(" ".join(block.text for block in reader.blocks(note)))
        if text:
            blocks.append(Block(text, "footnote"))
    return blocks


def _core(root: _Element | None) -> dict[str, str]:
    """Core properties by local name (title, creator, created, language, ...)."""
    found: dict[str, str] = {}
    for item in root if root is not None else ():
        if isinstance(item.tag, str):
            text = tidy(tag_text(item))
            if text:
                found[item.tag.rpartition("}")[2]] = text
    return found


def _unless(junk: re.Pattern[str], value: str | None) -> str | None:
    return None if value is None or junk.search(value) else value


def _authors(core: dict[str, str]) -> tuple[str, ...]:
    parts = re.split(r"\s*;\s*", core.get("creator", ""))
    return tuple(part for part in parts if part and not _JUNK_AUTHOR.match(part))


def _warnings(
    package: _Package, external: list[str], hidden: int, name: str
) -> tuple[Problem, ...]:
    found = []
    if package.entities:
        found.append(warn(name, "external_entity", parts=", ".join(package.entities)))
    if external:
        found.append(warn(name, "external_part", addresses=", ".join(external)[:300]))
    if hidden:
        found.append(warn(name, "hidden_text", count=hidden))
    return tuple(found)
