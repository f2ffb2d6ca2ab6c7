"""The shapes of a slide to blocks: text with list levels, tables, diagrams, in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.datatypes import Block
from kb.errors import ReadError
from kb.readers.grids import Cell, grid_blocks
from kb.readers.inked import Ink, paragraph_blocks
from kb.readers.pieces import tidy
from kb.readers.slide_order import Area, in_reading_order

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_DEPTH = 40
_TITLES = ("title", "ctrTitle")
#: Placeholders that say nothing of the work: a number and a day that the program fills in.
_FURNITURE = ("sldNum", "dt", "hdr", "sldImg")
_BODY_STYLE = "*"  # key of what a master says of all text of slides
_WIDEST = 60  # columns that one cell may take


@dataclass(frozen=True, slots=True)
class _Placed:
    """Blocks of a shape and where it stands (None: nowhere stated)."""

    blocks: list[Block]
    area: Area | None
    is_title: bool = False


class Shapes:
    """`feet`: page feet; `pictures`: how many pictures were passed over.

    `above` holds the placeholders of the layout and the master, `diagram` gives a part by its id.
    """

    def __init__(
        self,
        above: Sequence[Mapping[str, _Element]],
        diagram: Callable[[str], _Element | None],
    ) -> None:
        self._above = above
        self._diagram = diagram
        self.feet: list[Block] = []
        self.pictures = 0

    def blocks(self, slide: _Element) -> list[Block]:
        """Blocks of a slide, its title first."""
        tree = slide.find("{*}cSld/{*}spTree")
        return [] if tree is None else self._ordered(tree, depth=0)

    def _ordered(self, parent: _Element, *, depth: int) -> list[Block]:
        if depth > _MAX_DEPTH:
            raise ReadError("too_deep")
        placed = [found for child in _children(parent) if (found := self._one(child, depth))]
        heads = [item for item in placed if item.is_title]
        others = [item for item in placed if not item.is_title]
        areas = [item.area for item in others]
        ordered = heads + [others[i] for i in in_reading_order(areas)]
        return [block for item in ordered for block in item.blocks]

    def _one(self, shape: _Element, depth: int) -> _Placed | None:
        name = str(shape.tag).rpartition("}")[2]
        if _is_hidden(shape):
            return None
        if name == "sp":
            return self._text_shape(shape)
        if name == "grpSp":
            return _Placed(self._ordered(shape, depth=depth + 1), _area(shape.find("{*}grpSpPr")))
        if name == "graphicFrame":
            return _Placed(self._graphic(shape), _area(shape))
        self.pictures += name == "pic"
        return None

    def _text_shape(self, shape: _Element) -> _Placed | None:
        holder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        kind = "" if holder is None else holder.get("type", "obj")
        body = shape.find("{*}txBody")
        if body is None or kind in _FURNITURE:
            self.pictures += shape.find("{*}spPr/{*}blipFill") is not None
            return None
        models = [] if holder is None else self._models(holder)
        if kind in _TITLES:
            text = tidy(" ".join(ink_text(p) for p in body.iterfind("{*}p")))
            blocks = [Block(text, "heading", 1)] if re.search(r"\w", text) else []
            return _Placed(blocks, None, is_title=True)
        styles = [body.find("{*}lstStyle"), *(m.find("{*}txBody/{*}lstStyle") for m in models)]
        listed = kind in ("body", "obj") and holder is not None
        if listed:
            styles += [known.get(_BODY_STYLE) for known in self._above]
        blocks = text_blocks(body, [s for s in styles if s is not None], listed=listed)
        if kind == "ftr":
            self.feet += [Block(block.text, "foot") for block in blocks]
            return None
        areas = (_area(item.find("{*}spPr")) for item in (shape, *models))
        return _Placed(blocks, next((area for area in areas if area), None))

    def _models(self, holder: _Element) -> list[_Element]:
        """The placeholders that this one inherits from, the nearest first."""
        kind, number = holder.get("type", "obj"), holder.get("idx")
        found = []
        for level, known in enumerate(self._above):
            model = known.get(f"#{number}") if number and level == 0 else None
            if model is None:
                model = known.get(kind)
            if model is None and kind in ("obj", "subTitle"):
                model = known.get("body")
            if model is not None:
                found.append(model)
        return found

    def _graphic(self, frame: _Element) -> list[Block]:
        """A table, or the words of a diagram or the title of a chart."""
        table = frame.find("{*}graphic/{*}graphicData/{*}tbl")
        if table is not None:
            return _table(table)
        for item in frame.iterfind("{*}graphic/{*}graphicData/*"):
            keys = {str(k).rpartition("}")[2]: str(v) for k, v in item.attrib.items()}
            root = self._diagram(keys.get("dm") or keys.get("id") or "")
            if root is None:
                continue
            if "dm" in keys:
                bodies = root.iterfind("{*}ptLst/{*}pt/{*}t")
                return [block for body in bodies for block in text_blocks(body, [], listed=False)]
            title = root.find("{*}chart/{*}title")
            texts = [] if title is None else [ink_text(p) for p in title.iter("{*}p")]
            text = tidy(" ".join(texts))
            return [Block(text, "caption")] if text else []
        return []


def placeholders(root: _Element) -> dict[str, _Element]:
    """Placeholders of a layout or master by kind, and by number as "#3"."""
    found: dict[str, _Element] = {}
    for shape in root.iterfind("{*}cSld/{*}spTree/{*}sp"):
        holder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        if holder is not None:
            found.setdefault(holder.get("type", "obj"), shape)
            if number := holder.get("idx"):
                found.setdefault(f"#{number}", shape)
    style = root.find("{*}txStyles/{*}bodyStyle")
    return found if style is None else {**found, _BODY_STYLE: style}


def text_blocks(body: _Element, styles: Sequence[_Element], *, listed: bool) -> list[Block]:
    """Blocks of the paragraphs of a text body; `listed`: they bear marks unless a style says no."""
    found: list[Block] = []
    for paragraph in body.iterfind("{*}p"):
        properties = paragraph.find("{*}pPr")
        stated = properties.get("lvl", "0") if properties is not None else "0"
        level = min(8, int(stated)) if stated.isdigit() and len(stated) < 3 else 0
        chain = [properties, *(style.find(f"{{*}}lvl{level + 1}pPr") for style in styles)]
        marked = next((m for item in chain if (m := _marked(item)) is not None), listed)
        runs = _runs(paragraph)
        if marked:
            found += paragraph_blocks(runs, "list_item", level + 1)
        else:
            found += paragraph_blocks(runs)
    return found


def ink_text(paragraph: _Element) -> str:
    """The text of a paragraph, breaks as spaces."""
    return "".join(text for text, _ in _runs(paragraph)).replace("\n", " ")


def _runs(paragraph: _Element) -> list[tuple[str, Ink]]:
    found = []
    for run in _children(paragraph):
        name = str(run.tag).rpartition("}")[2]
        if name == "br":
            found.append(("\n", Ink(0.0)))
        elif name == "r" or (name == "fld" and run.get("type") != "slidenum"):
            text, look = run.find("{*}t"), run.find("{*}rPr")
            shown = "" if text is None else (text.text or "") + "".join(c.tail or "" for c in text)
            size = look.get("sz", "") if look is not None else ""
            points = int(size) / 100 if size.isdigit() and len(size) < 7 else 0.0
            bold = look is not None and look.get("b") in ("1", "true")
            italic = look is not None and look.get("i") in ("1", "true")
            found.append((re.sub(r"[\v\r\n]+", "\n", shown), Ink(points, bold, italic)))
    return found


def _marked(properties: _Element | None) -> bool | None:
    """Whether paragraph properties give a list mark; None if they say nothing."""
    for item in properties if properties is not None else ():
        name = str(item.tag).rpartition("}")[2]
        if name in ("buChar", "buAutoNum", "buBlip"):
            return True
        if name == "buNone":
            return False
    return None


def _table(table: _Element) -> list[Block]:
    rows = []
    for row in table.iterfind("{*}tr"):
        cells: list[Cell] = []
        for cell in row.iterfind("{*}tc"):
            body = cell.find("{*}txBody")
            if cell.get("hMerge") in ("1", "true"):
                continue
            blocks = [] if body is None else text_blocks(body, [], listed=False)
            wide = cell.get("gridSpan", "1")
            span = min(_WIDEST, max(1, int(wide))) if wide.isdigit() and len(wide) < 5 else 1
            cells.append(Cell(tuple(blocks), span, cell.get("vMerge") in ("1", "true")))
        rows.append(cells)
    properties = table.find("{*}tblPr")
    heads = properties is not None and properties.get("firstRow") in ("1", "true")
    return grid_blocks(rows, header_rows=1 if heads else None, layout=not heads)


def _area(shape: _Element | None) -> Area | None:
    """Where a shape stands: left, top, width, height in the units of its parent."""
    place = shape.find("{*}xfrm") if shape is not None else None
    if place is None:
        return None
    corner, extent = place.find("{*}off"), place.find("{*}ext")
    if corner is None or extent is None:
        return None
    values = [corner.get("x"), corner.get("y"), extent.get("cx"), extent.get("cy")]
    if not all(re.fullmatch(r"-?\d{1,12}", value or "") for value in values):
        return None
    left, top, width, height = (int(value or 0) for value in values)
    return Area(left, top, left + max(1, width), top + max(1, height))


def _is_hidden(shape: _Element) -> bool:
    named = shape.find("{*}nvSpPr/{*}cNvPr")
    return named is not None and named.get("hidden") in ("1", "true")


def _children(parent: _Element) -> list[_Element]:
    """Elements below, of two alternatives the newer alone; entities left out."""
    found: list[_Element] = []
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        if child.tag.endswith("}AlternateContent"):
            chosen = child.find("{*}Choice")
            if chosen is None or not len(chosen):
                chosen = child.find("{*}Fallback")
            found += [] if chosen is None else [c for c in chosen if isinstance(c.tag, str)]
        else:
            found.append(child)
    return found
