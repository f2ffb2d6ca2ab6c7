"""What the styles of an OpenDocument text mean for a paragraph, a run and a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb.readers.inked import Ink

if TYPE_CHECKING:
    from lxml.etree import _Element

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"

_HEADING = re.compile(r"^(?:heading|t[ií]tulo|encabezado)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|t[ií]tulo|puesto)$", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:contents|toc|tdc|[ií]ndice) (?:\d|heading)", re.IGNORECASE)
_CAPTION = re.compile(
    r"^(?:caption|ep[ií]grafe|leyenda|descripci[oó]n|illustration|ilustraci[oó]n|figure|figura)$",
    re.IGNORECASE,
)
_LONGEST_CHAIN = 12
_BODY_SIZE = 12.0  # points, where no style says one


class Look(NamedTuple):
    """`kind`: title, heading, contents, caption or paragraph; `level` of a heading."""

    kind: str = "paragraph"
    level: int = 0
    size: float = _BODY_SIZE  # points
    bold: bool = False
    italic: bool = False
    hidden: bool = False

    @property
    def ink(self) -> Ink:
        return Ink(self.size, self.bold, self.italic)


class Styles:
    """Styles by family and name; those of the part itself before the common ones."""

    def __init__(self, *parts: _Element | None) -> None:
        self._by_name: dict[tuple[str, str], _Element] = {}
        self._defaults: dict[str, _Element] = {}
        self._unmarked: set[str] = set()
        for part in parts:
            for style in part.iter(f"{STYLE}style") if part is not None else ():
                key = (style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", ""))
                self._by_name[key] = style
            for style in part.iter(f"{STYLE}default-style") if part is not None else ():
                self._defaults[style.get(f"{STYLE}family", "")] = style
            for style in part.iter(f"{TEXT}list-style") if part is not None else ():
                if _prints_no_mark(style):
                    self._unmarked.add(style.get(f"{STYLE}name", ""))

    def paragraph(self, name: str | None) -> Look:
        """What a paragraph of this style is."""
        chain = self._chain("paragraph", name)
        default = self._defaults.get("paragraph")
        look = _inked(([default] if default is not None else []) + chain[::-1], Look())
        for style in chain:
            kind, level = _named(style)
            if kind != "paragraph":
                return look._replace(kind=kind, level=level)
        return look

    def run(self, name: str | None, above: Look) -> Look:
        """The look of a run of this style inside one of the look `above`."""
        return _inked(self._chain("text", name)[::-1], above)

    def hides_section(self, name: str | None) -> bool:
        """Whether a section of this style is not shown."""
        return any(
            item.get(f"{TEXT}display") == "none" or item.get(f"{STYLE}display") == "none"
            for style in self._chain("section", name)
            for item in style
            if isinstance(item.tag, str)
        )

    def marked(self, name: str | None) -> bool:
        """Whether a list of this style prints marks; one that does not only indents."""
        return name not in self._unmarked

    def _chain(self, family: str, name: str | None) -> list[_Element]:
        chain: list[_Element] = []
        while name and (family, name) in self._by_name and len(chain) < _LONGEST_CHAIN:
            style = self._by_name[family, name]
            chain.append(style)
            name = style.get(f"{STYLE}parent-style-name")
        return chain


def spelled(name: str) -> str:
    """A style's name as people read it: "Heading_20_1" is "Heading 1"."""
    return re.sub(r"_([0-9a-f]{2,4})_", lambda found: chr(int(found.group(1), 16)), name)


def _named(style: _Element) -> tuple[str, int]:
    outline = style.get(f"{STYLE}default-outline-level", "")
    for name in (style.get(f"{STYLE}name", ""), style.get(f"{STYLE}display-name", "")):
        plain = spelled(name)
        if match := _HEADING.match(plain):
            return "heading", min(6, int(match.group(1)))
        for pattern, kind in ((_TITLE, "title"), (_CONTENTS, "contents"), (_CAPTION, "caption")):
            if pattern.match(plain):
                return kind, 0
    if outline.isdigit() and 0 < int(outline) <= 6:
        return "heading", int(outline)
    return "paragraph", 0


def _inked(styles: list[_Element], look: Look) -> Look:
    """The look after these styles, the outermost first."""
    for style in styles:
        for inked in style.iter(f"{STYLE}text-properties"):
            look = look._replace(
                size=_size(inked.get(f"{FO}font-size"), look.size),
                bold=_switch(
                    inked.get(f"{FO}font-weight"), ("bold", "6", "7", "8", "9"), look.bold
                ),
                italic=_switch(inked.get(f"{FO}font-style"), ("italic", "oblique"), look.italic),
                hidden=_switch(inked.get(f"{TEXT}display"), ("none",), look.hidden),
            )
    return look


def _switch(value: str | None, on: tuple[str, ...], before: bool) -> bool:
    return before if value is None else value.startswith(on)


def _size(value: str | None, before: float) -> float:
    match = re.fullmatch(r"([\d.]{1,8})(pt|%)", value or "")
    if not match or match.group(1).count(".") > 1 or match.group(1) == ".":
        return before
    number = float(match.group(1))
    return number if match.group(2) == "pt" else before * number / 100


def _prints_no_mark(style: _Element) -> bool:
    """Whether the first level of a list style is a number in no format: no mark at all."""
    first = next((level for level in style if isinstance(level.tag, str)), None)
    return (
        first is not None
        and first.tag == f"{TEXT}list-level-style-number"
        and not first.get(f"{STYLE}num-format")
        and not first.get(f"{STYLE}num-prefix")
        and not first.get(f"{STYLE}num-suffix")
    )
