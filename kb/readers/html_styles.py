"""Declarations of CSS: what is not drawn, sizes that nobody reads, colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Colour = tuple[int, int, int]
#: "unknown" where a picture, a mixture or a colour of another name is stated, "clear" for none at
#: all; None where nothing is stated.
Ground = Colour | Literal["unknown", "clear"] | None

_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|r?em|%|ex|ch|vw|vh|cm|mm|in)?$")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 1.333, "em": 16.0, "rem": 16.0, "%": 0.16, "ex": 8.0,
           "ch": 8.0, "vw": 10.0, "vh": 8.0, "cm": 37.8, "mm": 3.78, "in": 96.0}  # fmt: skip
_OUTSIDE = -500.0  # pixels: farther out nothing is left on the window
_TINY = 2.67  # pixels: two points
_FAINT = 0.05
_SAME = 24  # of 255: by how much a channel may differ and the eye sees one colour
_SIDES = ("left", "top", "right", "bottom", "inset-inline-start")
_CLIPPED = re.compile(
    r"rect\(\s*(?:[01](?:px)?[\s,]*){4}\)|inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0"
)
_MOVED = re.compile(r"scale[xy]?\(\s*0(?:\.0+)?\s*[,)]|translate[xy3d]*\(\s*(?:0\s*,\s*)?-\d{3,}")
_NO_SIZE = re.compile(r"(?:[a-z]+\s+)*0(?:[a-z]{2,3}|%)?[\s/]")
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$")
_RGB = re.compile(r"rgba?\(\s*([\d.]+%?)[\s,]+([\d.]+%?)[\s,]+([\d.]+%?)(?:[\s,/]+([\d.]+%?))?")
_NAMED: dict[str, Colour] = {
    "white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240),
    "mintcream": (245, 255, 250), "azure": (240, 255, 255), "aliceblue": (240, 248, 255),
    "black": (0, 0, 0), "navy": (0, 0, 128), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "silver": (192, 192, 192), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
}  # fmt: skip


def declared(style: str) -> dict[str, str]:
    """Property to value, both in small letters; the last of several wins."""
    found: dict[str, str] = {}
    for part in style.lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def hides(style: Mapping[str, str]) -> bool:
    """Whether an element with these declarations, and all in it, is not to be seen."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if _share(style.get("opacity", "")) <= _FAINT:
        return True
    if style.get("position") in ("absolute", "fixed", "relative"):
        if any(_far_out(style.get(side)) for side in _SIDES):
            return True
        if _CLIPPED.search(style.get("clip", "")):
            return True
    if _far_out(style.get("text-indent")) or _far_out(style.get("margin-left")):
        return True
    if _CLIPPED.search(style.get("clip-path", "")) or _MOVED.search(style.get("transform", "")):
        return True
    sides = [_length(style.get(side)) for side in ("width", "height")]
    shut = style.get("overflow") in ("hidden", "clip")
    return shut and any(side is not None and side <= 1 for side in sides)


def tiny(style: Mapping[str, str]) -> bool | None:
    """Whether the size stated is one that nobody reads; None where none is stated."""
    size = style.get("font-size")
    if size is None:
        font = style.get("font")
        return None if font is None else bool(_NO_SIZE.match(font))
    pixels = _length(size)
    return pixels is not None and pixels <= _TINY


def _length(value: str | None) -> float | None:
    """In pixels, letters of 16 pixels taken for granted; None for what is no length."""
    match = _LENGTH.match(value or "")
    return float(match.group(1)) * _PIXELS[match.group(2) or ""] if match else None


def _far_out(value: str | None) -> bool:
    length = _length(value)
    return length is not None and length <= _OUTSIDE


def _share(value: str) -> float:
    """A share of 1, also as a percentage; 1 for what is none."""
    try:
        return float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        return 1.0


def ground_of(style: Mapping[str, str]) -> Ground:
    """What the background states."""
    if style.get("background-image") not in (None, "none", "initial"):
        return "unknown"
    value = style.get("background-color") or style.get("background")
    if value is None:
        return None
    if "url(" in value or "gradient" in value or "var(" in value:
        return "unknown"
    found = [colour_of(token) for token in re.findall(r"[a-z]+\([^)]*\)|[^\s()]+", value)]
    plain = next((one for one in found if isinstance(one, tuple)), None)
    return plain or ("unknown" if "unknown" in found else None)


def ink_of(style: Mapping[str, str]) -> Ground:
    """The colour of the text; "clear" where it is painted with none."""
    value = style.get("color")
    found = colour_of(value)
    if found == "clear" and "text" in (
        style.get("background-clip"), style.get("-webkit-background-clip")
    ):  # fmt: skip
        return "unknown"  # the letters are cut out of what lies behind
    return found


def colour_of(value: str | None) -> Ground:
    """A colour; None for what leaves the matter to the elements around."""
    if value is None or value in ("inherit", "unset", "initial", "currentcolor", "none"):
        return None
    if value == "transparent":
        return "clear"
    if match := _HEX.match(value):
        digits = match.group(1)
        if len(digits) < 6:
            digits = "".join(2 * digit for digit in digits)
        if len(digits) == 8 and int(digits[6:], 16) <= 255 * _FAINT:
            return "clear"
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if match := _RGB.match(value):
        if _share(match.group(4) or "1") <= _FAINT:
            return "clear"
        red, green, blue = (
            min(255, round(255 * _share(one) if one.endswith("%") else float(one)))
            for one in match.group(1, 2, 3)
        )
        return red, green, blue
    return _NAMED.get(value, "unknown")


def same(colour: Ground, ground: Ground) -> bool:
    """Whether text of this colour cannot be told from what lies behind it."""
    if colour == "clear":
        return True
    if not isinstance(colour, tuple) or not isinstance(ground, tuple):
        return False
    return max(abs(a - b) for a, b in zip(colour, ground, strict=True)) <= _SAME
