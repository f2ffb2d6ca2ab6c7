"""PPTX by its XML: a slide is a page, its title a heading, its notes footnotes.

Pictures are not looked at: slides that hold nothing else are named in a warning.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument, Span
from kb.errors import ReadError
from kb.readers import limits
from kb.readers.ooxml import relations, tag_text
from kb.readers.parts import DAMAGE, Package
from kb.readers.pieces import mark_references, plain_year, tidy, warn
from kb.readers.pptx_shapes import Shapes, ink_text, placeholders
from kb.readers.properties import real_authors, real_title

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_SLIDES = 5_000
_DRAWN = ("diagramData", "chart")  # parts that hold words of a slide
_MOST_WORDS = 15  # of a line that heads a slide without a title of its own, at most


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with what it points to: id -> (last word of the kind, path)."""

    root: _Element
    targets: dict[str, tuple[str, str]]

    def one(self, kind: str) -> str | None:
        """The path of the first part of this kind."""
        return next((path for what, path in self.targets.values() if what == kind), None)


@dataclass(slots=True)
class _Deck:
    """What is gathered from slide to slide."""

    blocks: list[Block] = field(default_factory=list)
    feet: list[Block] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)  # slides that are named and not there
    pictures: list[int] = field(default_factory=list)  # slides that hold pictures alone
    hidden: int = 0


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of a presentation in the order of its slides."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            limits.check_archive(archive, limit=settings.limits.inflated)
            return _document(Package(archive, limit=settings.limits.inflated), name=name)
    except RecursionError as error:
        raise ReadError("too_deep") from error
    except DAMAGE as error:
        raise ReadError("damaged", name=name, detail=str(error)[:120]) from error


def _document(package: Package, *, name: str) -> RawDocument:
    main = _load(package, _main(package))
    if main is None:
        raise ReadError("damaged", name=name, detail="ppt/presentation.xml")
    deck = _Deck()
    layouts: dict[str, list[dict[str, _Element]]] = {}
    slides = [_id(item) for item in main.root.iterfind("{*}sldIdLst/{*}sldId")]
    if len(slides) > _MOST_SLIDES:
        raise ReadError("too_many_members", count=len(slides), limit=_MOST_SLIDES)
    for number, slide in enumerate(slides, start=1):
        part = _load(package, main.targets.get(slide, ("", ""))[1])
        if part is None:
            deck.missing.append(number)
        elif part.root.get("show") in ("0", "false"):
            deck.hidden += 1
        else:
            _slide(package, part, deck, number=number, layouts=layouts)
    if not deck.blocks:
        raise _nothing(package, deck, name=name)
    blocks = [*mark_references(_titled(deck.blocks)), *deck.feet]
    core = _core(package.part("docProps/core.xml"))
    title = next((block.text for block in blocks if block.kind == "title"), None)
    return RawDocument(
        tuple(blocks),
        format="pptx",
        title=title or real_title(core.get("title")),
        authors=real_authors(core.get("creator")),
        year=plain_year(core.get("created")),
        lang=core.get("language", "")[:2].lower() or None,
        pages=len(slides),
        links=tuple(dict.fromkeys(deck.links)),
        metadata=tuple(sorted(core.items())),
        warnings=tuple(_warnings(package, deck, name)),
    )


def _slide(
    package: Package, part: _Part, deck: _Deck, *, number: int,
    layouts: dict[str, list[dict[str, _Element]]],
) -> None:  # fmt: skip
    """Take in one slide: its shapes in reading order, then its notes."""
    path = part.one("slideLayout") or ""
    if path not in layouts:
        layouts[path] = _above(package, path)
    drawn = {key: path for key, (kind, path) in part.targets.items() if kind in _DRAWN}
    shapes = Shapes(layouts[path], lambda key: package.part(drawn.get(key, "")))
    blocks = shapes.blocks(part.root)
    for foot in shapes.feet:
        if not any(foot.text == known.text for known in deck.feet):
            deck.feet.append(foot)
    if not blocks and shapes.pictures:
        deck.pictures.append(number)
    notes = _notes(package, part.one("notesSlide"))
    deck.blocks += [_on_page(block, number) for block in [*_headed(blocks), *notes]]
    links, _ = relations(_rels(package, part_path=part.targets.get("", ("", ""))[1]))
    deck.links += links.values()


def _above(package: Package, path: str) -> list[dict[str, _Element]]:
    """Placeholders of the layout and of its master: what a slide's own inherit from."""
    layout = _load(package, path)
    if layout is None:
        return []
    master = _load(package, layout.one("slideMaster") or "")
    roots = [layout.root] if master is None else [layout.root, master.root]
    return [placeholders(root) for root in roots]


def _headed(blocks: list[Block]) -> list[Block]:
    """A slide without a title: its first line heads it if it is set larger than all others."""
    if not blocks or any(block.kind == "heading" for block in blocks):
        return blocks
    size = blocks[0].style.size if blocks[0].style else 0.0
    others = [block.style.size if block.style else 0.0 for block in blocks[1:]]
    short = len(blocks[0].text.split()) <= _MOST_WORDS
    if others and size > max(others) and short and blocks[0].kind in ("paragraph", "list_item"):
        return [replace(blocks[0], kind="heading", level=1, cells=()), *blocks[1:]]
    return blocks


def _titled(blocks: list[Block]) -> list[Block]:
    """The heading of the first slide is the title of the work."""
    first = blocks[0]
    if first.kind == "heading":
        return [replace(first, kind="title", level=0), *blocks[1:]]
    return blocks


def _notes(package: Package, path: str | None) -> list[Block]:
    """What the speaker wrote below the slide, marked apart from what it shows."""
    part = _load(package, path or "")
    if part is None:
        return []
    found = []
    for shape in part.root.iter("{*}sp"):
        kind = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        body = shape.find("{*}txBody")
        if kind is not None and kind.get("type") == "body" and body is not None:
            texts = (tidy(ink_text(paragraph)) for paragraph in body.iterfind("{*}p"))
            found += [Block(text, "footnote") for text in texts if re.search(r"\w", text)]
    return found


def _on_page(block: Block, number: int) -> Block:
    return replace(block, spans=(Span(0, len(block.text), page=number),))


# --- parts ---------------------------------------------------------------------------------------


def _main(package: Package) -> str:
    root = package.part("_rels/.rels")
    for kind, path in _targets(root, "").values():
        if kind == "officeDocument":
            return path
    return "ppt/presentation.xml"


def _load(package: Package, path: str) -> _Part | None:
    root = package.part(path)
    if root is None:
        return None
    rels = _rels(package, part_path=path)
    targets = _targets(rels, posixpath.dirname(path))
    return _Part(root, {**targets, "": ("self", path)})


def _rels(package: Package, *, part_path: str) -> _Element | None:
    folder, _, base = part_path.rpartition("/")
    return package.part(f"{folder}/_rels/{base}.rels")


def _targets(root: _Element | None, folder: str) -> dict[str, tuple[str, str]]:
    """Parts of this file that a part points to; what lies outside is not among them."""
    found = {}
    for item in root if root is not None else ():
        if isinstance(item.tag, str) and item.get("TargetMode") != "External":
            target = item.get("Target", "")
            path = target if target.startswith("/") else posixpath.join(folder, target)
            kind = item.get("Type", "").rpartition("/")[2]
            found[item.get("Id", "")] = (kind, posixpath.normpath(path).lstrip("/"))
    return found


def _id(item: _Element) -> str:
    """The id by which a list names a part; strict files write it in another namespace."""
    return next((str(v) for key, v in item.attrib.items() if str(key).endswith("}id")), "")


def _core(root: _Element | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in root if root is not None else ():
        if isinstance(item.tag, str) and (text := tidy(tag_text(item))):
            found[item.tag.rpartition("}")[2]] = text
    return found


def _nothing(package: Package, deck: _Deck, *, name: str) -> ReadError:
    """Why a presentation gave no text."""
    if package.mended or deck.missing:
        detail = ", ".join(package.mended) or f"ppt/slides: {len(deck.missing)}"
        return ReadError("damaged", name=name, detail=detail[:120])
    if deck.pictures:
        return ReadError("slides_pictures", slides=_numbers(deck.pictures))
    return (
        ReadError("slides_all_hidden", count=deck.hidden) if deck.hidden else ReadError("no_text")
    )


def _warnings(package: Package, deck: _Deck, name: str) -> list[Problem]:
    found = package.warnings(name)
    outside = [
        address
        for part in sorted(path for path in package.names if path.endswith(".rels"))
        for address in relations(package.part(part))[1]
    ]
    if outside:
        found.append(warn(name, "external_part", addresses=", ".join(outside)[:300]))
    if deck.hidden:
        found.append(warn(name, "hidden_slides", count=deck.hidden))
    if deck.missing:
        found.append(warn(name, "slides_missing", slides=_numbers(deck.missing)))
    if deck.pictures:
        found.append(warn(name, "slides_pictures", slides=_numbers(deck.pictures)))
    return found


def _numbers(slides: list[int]) -> str:
    shown = ", ".join(map(str, slides[:20]))
    return f"{shown} ..." if len(slides) > 20 else shown
