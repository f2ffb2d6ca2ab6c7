"""What styles and numberings of a Word file mean for a paragraph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb.readers.ooxml import W, on

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"^(?:heading|t[ií]tulo|encabezado|ttulo)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|t[ií]tulo|ttulo|puesto)$", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc|tdc|toa|table of figures|[ií]ndice|tabla de)\b", re.IGNORECASE)
_CAPTION = re.compile(r"^(?:caption|ep[ií]grafe|leyenda|descripci[oó]n)$", re.IGNORECASE)
_LIST = re.compile(r"^(?:list|lista|vi[nñ]eta)", re.IGNORECASE)
_REFERENCE = re.compile(r"^(?:bibliograf[ií]a|bibliography|references?)\b", re.IGNORECASE)


class Look(NamedTuple):
    """`kind`: title, heading, contents, caption, list_item, reference or paragraph."""

    kind: str = "paragraph"
    level: int = 0
    size: float = 0.0  # points
    bold: bool = False
    italic: bool = False


class Styles:
    """Styles by id, each with what it is based on."""

    def __init__(self, styles: _Element | None, numbering: _Element | None) -> None:
        self._by_id: dict[str, _Element] = {}
        self.default: str | None = None  # the style of paragraphs that name none
        self.size = 11.0
        for style in styles.iter(f"{W}style") if styles is not None else ():
            self._by_id[str(style.get(f"{W}styleId"))] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") == "1":
                self.default = style.get(f"{W}styleId")
        if styles is not None:
            self._defaults(styles)
        self._unmarked = _unmarked(numbering)

    def _defaults(self, styles: _Element) -> None:
        base = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        if base is None:
            return
        size = base.find(f"{W}sz")
        if size is not None:
            self.size = _points(size, self.size)

    def look(self, properties: _Element | None) -> Look:
        """What a paragraph with these properties (w:pPr) is."""
        style_id = self.default
        if properties is not None and (named := properties.find(f"{W}pStyle")) is not None:
            style_id = str(named.get(f"{W}val"))
        chain = self.chain(style_id)
        look = self._named(chain)
        outline = _value(properties, "outlineLvl")
        if outline is None:
            outline = next(
                (v for s in chain if (v := _value(s.find(f"{W}pPr"), "outlineLvl")) is not None),
                None,
            )
        if look.kind == "paragraph" and outline is not None and outline < 6:
            look = look._replace(kind="heading", level=outline + 1)
        level = self._list_level(properties, chain)
        if look.kind in ("paragraph", "list_item") and level:
            look = look._replace(kind="list_item", level=level)
        return look

    def chain(self, style_id: str | None) -> list[_Element]:
        """The style and what it is based on, nearest first."""
        chain: list[_Element] = []
        while style_id in self._by_id and len(chain) < 12:
            style = self._by_id[style_id]
            chain.append(style)
            based = style.find(f"{W}basedOn")
            style_id = str(based.get(f"{W}val")) if based is not None else None
        return chain

    def _named(self, chain: list[_Element]) -> Look:
        size, bold, italic = self.size, False, False
        for style in reversed(chain):
            run = style.find(f"{W}rPr")
            if run is not None:
                size = _points(run.find(f"{W}sz"), size)
                bold = on(run.find(f"{W}b"), bold)
                italic = on(run.find(f"{W}i"), italic)
        kind, level = "paragraph", 0
        for style in chain:
            named = style.find(f"{W}name")
            name = str(named.get(f"{W}val")) if named is not None else ""
            if match := _HEADING.match(name) or _HEADING.match(str(style.get(f"{W}styleId"))):
                kind, level = "heading", min(6, int(match.group(1)))
            elif _TITLE.match(name):
                kind = "title"
            elif _CONTENTS.match(name):
                kind = "contents"
            elif _CAPTION.match(name):
                kind = "caption"
            elif _REFERENCE.match(name):
                kind = "reference"
            elif _LIST.match(name) and name.lower() != "list paragraph":
                kind, level = "list_item", 1
            if kind != "paragraph":
                break
        return Look(kind, level, size, bold, italic)

    def _list_level(self, properties: _Element | None, chain: list[_Element]) -> int:
        """Depth of a list item from 1, 0 for none."""
        for source in (properties, *(style.find(f"{W}pPr") for style in chain)):
            numbered = source.find(f"{W}numPr") if source is not None else None
            if numbered is not None:
                number = _value(numbered, "numId")
                if not number or number in self._unmarked:
                    return 0
                return 1 + (_value(numbered, "ilvl") or 0)
        return 0


def _unmarked(numbering: _Element | None) -> frozenset[int]:
    """Numberings that print no mark: used for indents, not for lists."""
    if numbering is None:
        return frozenset()
    plain = set()
    for abstract in numbering.iter(f"{W}abstractNum"):
        formats = [f.get(f"{W}val") for f in abstract.iter(f"{W}numFmt")]
        if formats and formats[0] == "none":
            plain.add(abstract.get(f"{W}abstractNumId"))
    found = set()
    for number in numbering.iter(f"{W}num"):
        link = number.find(f"{W}abstractNumId")
        if link is not None and link.get(f"{W}val") in plain:
            found.add(int(str(number.get(f"{W}numId") or 0)))
    return frozenset(found)


def _value(properties: _Element | None, name: str) -> int | None:
    found = properties.find(f"{W}{name}") if properties is not None else None
    value = found.get(f"{W}val") if found is not None else None
    return int(value) if value is not None and value.isdigit() else None


def _points(size: _Element | None, default: float) -> float:
    """Sizes stand in half points."""
    value = size.get(f"{W}val") if size is not None else None
    return int(value) / 2 if value is not None and value.isdigit() else default
