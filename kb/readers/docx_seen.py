"""Whether a run of a Word file can be seen: hidden, tiny, or of the colour behind it.

What lies behind is looked up outwards: marker, run, paragraph, cell, text box, page. Where a
style of tables, a picture behind the text or a pattern decides it, the run counts as seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from kb.readers.ooxml import W, on

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kb.readers.docx_styles import Styles

_TINY = 2.0  # points: type of this size and below
_SAME = 24  # of 255: by how much a channel may differ and the eye sees one colour
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_WPG = "{http://schemas.microsoft.com/office/word/2010/wordprocessingGroup}"
_V = "{urn:schemas-microsoft-com:vml}"
_HEX = re.compile(r"#?([0-9a-fA-F]{6})$")
_BEHIND = re.compile(r"z-index:\s*-")
_MARKERS = {"white": (255, 255, 255), "black": (0, 0, 0)}
_WHITE = (255, 255, 255)

Colour = tuple[int, int, int]
#: A colour; "unknown" where something that is not told lies there; None for nothing.
Ground = Colour | Literal["unknown"] | None
#: Nothing, its text alone (what it draws has colours of its own), or all of it.
Hides = Literal["nothing", "text", "all"]


class Sight:
    """For all parts of one file; `hidden` counts the runs with text that nobody sees."""

    def __init__(self, styles: Styles, roots: Iterable[_Element]) -> None:
        self._styles = styles
        self._page: Ground = _WHITE
        self._tables: dict[str, bool] = {}
        self._known: dict[tuple[str | None, str], list[_Element]] = {}
        self.hidden = 0
        for root in roots:
            background = root.find(f"{W}background")
            if background is not None:
                self._page = _colour(background.get(f"{W}color")) or self._page
            if _backdrop(root):
                self._page = "unknown"

    def hides(self, run: _Element, paragraph: _Element | None) -> Hides:
        """What of the run nobody sees; `paragraph` are the properties of what it stands in."""
        direct = run.find(f"{W}rPr")
        looks = list(self._looks(direct, paragraph))
        if on(_first(looks, "vanish")):
            self.hidden += _written(run.iter(f"{W}t"))
            return "all"
        size = _first(looks, "sz")
        points = str(size.get(f"{W}val")) if size is not None else ""
        if not (points.isdigit() and 0 < int(points) <= 2 * _TINY):
            stated = _first(looks, "color")
            colour = _colour(stated.get(f"{W}val")) if stated is not None else None
            if colour is None or not _same(colour, self._behind(run, looks, paragraph)):
                return "nothing"
        self.hidden += _written(run.iterchildren(f"{W}t"))
        return "text"

    def _looks(self, direct: _Element | None, paragraph: _Element | None) -> Iterator[_Element]:
        """Run properties from the nearest to the farthest."""
        if direct is not None:
            yield direct
            yield from self._styled(_value(direct, "rStyle"), "rPr")
        yield from self._styled(self._style_of(paragraph), "rPr")

    def _style_of(self, paragraph: _Element | None) -> str | None:
        named = _value(paragraph, "pStyle") if paragraph is not None else None
        return named or self._styles.default

    def _styled(self, style: str | None, properties: str) -> list[_Element]:
        key = (style, properties)
        if key not in self._known:
            chain = self._styles.chain(style) if style else []
            found = [one.find(f"{W}{properties}") for one in chain]
            self._known[key] = [one for one in found if one is not None]
        return self._known[key]

    def _behind(self, run: _Element, looks: list[_Element], paragraph: _Element | None) -> Ground:
        marker = _first(looks, "highlight")
        if marker is not None and marker.get(f"{W}val") != "none":
            return _MARKERS.get(str(marker.get(f"{W}val")), "unknown")
        around = [*looks, *([paragraph] if paragraph is not None else [])]
        around += self._styled(self._style_of(paragraph), "pPr")
        for properties in around:
            if ground := _shade(properties.find(f"{W}shd")):
                return ground
        for outer in run.iterancestors():
            if outer.tag == f"{W}tc":
                ground = _shade(outer.find(f"{W}tcPr/{W}shd"))
            elif outer.tag == f"{W}tbl":
                ground = self._of_table(outer)
            elif outer.tag == f"{W}txbxContent":
                ground = _of_box(outer)
            else:
                continue
            if ground:
                return ground
        return self._page

    def _of_table(self, table: _Element) -> Ground:
        if ground := _shade(table.find(f"{W}tblPr/{W}shd")):
            return ground
        properties = table.find(f"{W}tblPr")
        style = _value(properties, "tblStyle") if properties is not None else None
        if style is None:
            return None
        if style not in self._tables:
            self._tables[style] = any(
                _shade(shade) for one in self._styles.chain(style) for shade in one.iter(f"{W}shd")
            )
        return "unknown" if self._tables[style] else None


def _written(texts: Iterable[_Element]) -> bool:
    return any((text.text or "").strip() for text in texts)


def _first(looks: list[_Element], name: str) -> _Element | None:
    return next((e for look in looks if (e := look.find(f"{W}{name}")) is not None), None)


def _value(properties: _Element, name: str) -> str | None:
    found = properties.find(f"{W}{name}")
    return found.get(f"{W}val") if found is not None else None


def _colour(value: str | None) -> Colour | None:
    """RRGGBB as three numbers; None for "auto" and what is no colour."""
    match = _HEX.match(value or "")
    if match is None:
        return None
    digits = match.group(1)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _same(colour: Colour, ground: Ground) -> bool:
    if ground is None or ground == "unknown":
        return False
    return max(abs(a - b) for a, b in zip(colour, ground, strict=True)) <= _SAME


def _shade(shade: _Element | None) -> Ground:
    if shade is None:
        return None
    pattern = shade.get(f"{W}val")
    if pattern == "solid":
        return _colour(shade.get(f"{W}color")) or (0, 0, 0)
    if pattern in (None, "clear"):
        return _colour(shade.get(f"{W}fill"))
    return None if pattern == "nil" else "unknown"


def _of_box(box: _Element) -> Ground:
    """The fill of the shape around a text box; None where what lies behind shows."""
    shape = next((one for one in box.iterancestors(f"{_WPS}wsp")), None)
    if shape is not None:
        if next(shape.iterancestors(f"{_WPG}wgp"), None) is not None:
            return "unknown"  # other shapes of the group may lie behind
        properties = shape.find(f"{_WPS}spPr")
        if properties is None:
            return "unknown"
        fill = properties.find(f"{_A}solidFill/{_A}srgbClr")
        if fill is not None:
            return _colour(fill.get("val")) or "unknown"
        return None if properties.find(f"{_A}noFill") is not None else "unknown"
    text = box.getparent()
    old = text.getparent() if text is not None else None
    if old is None or not str(old.tag).startswith(_V):
        return "unknown"
    if old.get("filled") in ("f", "false"):
        return None
    return _colour((old.get("fillcolor") or "#ffffff").split()[0]) or "unknown"


def _backdrop(root: _Element) -> bool:
    """Whether a picture or shape of this part may lie behind its text."""
    if any(anchor.get("behindDoc") in ("1", "true") for anchor in root.iter(f"{_WP}anchor")):
        return True
    return any(
        _BEHIND.search(str(shape.get("style") or ""))
        for name in ("shape", "rect", "roundrect", "group", "oval")
        for shape in root.iter(f"{_V}{name}")
    )
