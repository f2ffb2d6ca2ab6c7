"""What stands on a PDF page beside its characters: rules, edges of boxes, pictures, links."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import pypdfium2.raw as pdfium_c

ShapeKind = Literal["path", "picture", "form"]

_MAX_RULES = 4000
MAX_OBJECTS = 20_000
LEAST_WIDE, LEAST_HIGH = 8.0, 6.0  # points: a shape that may hold or cover a word
_KINDS: dict[int, ShapeKind] = {
    pdfium_c.FPDF_PAGEOBJ_PATH: "path",
    pdfium_c.FPDF_PAGEOBJ_IMAGE: "picture",
    pdfium_c.FPDF_PAGEOBJ_FORM: "form",
}


@dataclass(slots=True)
class Word:
    """Text and box of a word; `base` is the y of its baseline, `order` its place in the stream.

    `raised` marks small type above the baseline; `glued` says that it follows the word before
    it without a space.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool = False
    italic: bool = False
    order: int = 0
    raised: bool = False
    glued: bool = False


@dataclass(slots=True)
class PageText:
    """A page as it is shown: its size in points, words by direction of writing (0, 90, 180, 270).

    `rules` are thin lines and the edges of filled boxes: (x0, y0, x1, y1).
    """

    number: int
    width: float
    height: float
    words: dict[int, list[Word]]
    rules: list[tuple[float, float, float, float]]
    links: list[str] = field(default_factory=list)
    pictured: float = 0.0  # share of the page that its largest picture covers
    skew: float = 0.0  # degrees taken out of a scanned page
    hidden: int = 0  # places of text that nobody sees, left out

    def text(self) -> str:
        return " ".join(word.text for words in self.words.values() for word in words)

    def count(self) -> int:
        return sum(len(words) for words in self.words.values())


@dataclass(slots=True)
class Shape:
    """A picture, path or form on the page as it is shown; `late` where text is drawn before it.

    `place` is its place in the order of painting, once that is known.
    """

    kind: ShapeKind
    handle: Any
    address: int
    x0: float
    y0: float
    x1: float
    y1: float
    late: bool = False
    place: int = 0

    @property
    def area(self) -> float:
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def filled(self) -> bool:
        """Whether a path is filled, not only outlined."""
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        refs = ctypes.byref(mode), ctypes.byref(stroked)
        return bool(pdfium_c.FPDFPath_GetDrawMode(self.handle, *refs) and mode.value)

    def rectangular(self) -> bool:
        """Whether a path fills its bounds, as told by its few segments, all of them straight."""
        count = pdfium_c.FPDFPath_CountSegments(self.handle)
        if not 4 <= count <= 6:
            return False
        segments = (pdfium_c.FPDFPath_GetPathSegment(self.handle, i) for i in range(count))
        curve = pdfium_c.FPDF_SEGMENT_BEZIERTO
        return all(pdfium_c.FPDFPathSegment_GetType(one) != curve for one in segments)


def shape_kind(kind: int) -> ShapeKind | None:
    """What a type of page objects is called here."""
    return _KINDS.get(kind)


def link_addresses(page: Any) -> list[str]:
    """Addresses of link annotations, in order."""
    found: list[str] = []
    position = ctypes.c_int(0)
    link = pdfium_c.FPDF_LINK()
    document = page.pdf.raw
    while pdfium_c.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        action = pdfium_c.FPDFLink_GetAction(link)
        if not action:
            continue
        length = pdfium_c.FPDFAction_GetURIPath(document, action, None, 0)
        if length > 1:
            buffer = ctypes.create_string_buffer(length)
            pdfium_c.FPDFAction_GetURIPath(document, action, buffer, length)
            found.append(buffer.value.decode("utf-8", "replace"))
    return found


def drawing(
    page: Any, point: Callable[[float, float], tuple[float, float]], page_text: PageText
) -> list[Shape]:
    """Thin lines and the edges of boxes, and how much of the page a picture covers.

    Returns what may lie under or over words, in the order of painting.
    """
    found = page_text.rules
    shapes: list[Shape] = []
    values = [ctypes.c_float() for _ in range(4)]
    refs = [ctypes.byref(value) for value in values]
    area = max(1.0, page_text.width * page_text.height)
    get_object, get_type = pdfium_c.FPDFPage_GetObject, pdfium_c.FPDFPageObj_GetType
    path, picture = pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE
    text = pdfium_c.FPDF_PAGEOBJ_TEXT
    late = False
    for index in range(min(pdfium_c.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        handle = get_object(page.raw, index)
        kind = get_type(handle)
        if kind == text:
            late = True
            continue
        if kind not in _KINDS or not pdfium_c.FPDFPageObj_GetBounds(handle, *refs):
            continue
        left, bottom, right, top = (value.value for value in values)
        ax, ay = point(left, top)
        bx, by = point(right, bottom)
        x0, y0, x1, y1 = min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
        wide, high = x1 - x0, y1 - y0
        if wide > LEAST_WIDE and high > LEAST_HIGH and len(shapes) < _MAX_RULES:
            address = ctypes.cast(handle, ctypes.c_void_p).value or 0
            shapes.append(Shape(_KINDS[kind], handle, address, x0, y0, x1, y1, late))
        if kind == picture:
            page_text.pictured = max(page_text.pictured, wide * high / area)
        elif kind != path:
            late = True  # a form may hold text
        elif len(found) > _MAX_RULES:
            continue
        elif (high <= 3 and wide > 8) or (wide <= 3 and high > 5):
            found.append((x0, y0, x1, y1))
        elif wide > 8 and high > 6 and pdfium_c.FPDFPath_CountSegments(handle) <= 24:
            found += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
    return shapes
