"""Pictures, filled shapes and texts of a PDF page in the order in which they are painted."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium_c

from kb.readers.pdf_drawing import LEAST_HIGH, LEAST_WIDE, MAX_OBJECTS, Shape, Word, shape_kind
from kb.readers.pdf_ink import Inks

_MAX_DEPTH = 4
_MAX_SHAPES = 4000
_MAX_SPARE = 2000
_WHOLE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Stack:
    """`places` of text objects by address, and shapes, from the lowest (0) to the topmost."""

    point: Callable[[float, float], tuple[float, float]]
    shapes: list[Shape] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    _spare: list[tuple[float, float, float, float]] | None = None

    def drawn_again(self, word: Word, inks: Inks) -> bool:
        """Whether a text object that can be seen lies on the word: of letters drawn twice, as
        with a light shadow, pdfium names the first alone."""
        if self._spare is None:
            self._spare = list(self._wordless(inks))
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self._spare)

    def _wordless(self, inks: Inks) -> Iterator[tuple[float, float, float, float]]:
        """Bounds of text objects that can be seen and that no word was found in."""
        values = [ctypes.c_float() for _ in range(4)]
        refs = [ctypes.byref(value) for value in values]
        for address in sorted(self.places.keys() - set(inks.of_word))[:_MAX_SPARE]:
            handle = ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT)
            inks.note(address)
            if not inks.by_object[address].doubtful and pdfium_c.FPDFPageObj_GetBounds(
                handle, *refs
            ):
                yield _shown(values, _WHOLE, self.point)


def stacked(
    page: Any, shapes: Sequence[Shape], point: Callable[[float, float], tuple[float, float]]
) -> Stack:
    """All that is painted, forms opened; only shapes wide and high enough to hold a word."""
    stack = Stack(point)
    plain = not any(shape.kind == "form" for shape in shapes)
    values = [ctypes.c_float() for _ in range(4)]
    refs = [ctypes.byref(value) for value in values]
    given = {shape.address: shape for shape in shapes}
    place = 0
    for handle, matrix in _objects(page):
        place += 1
        address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        known = given.get(address)
        if known is not None:
            known.place = place
            if known.kind != "form" and _filled(known):
                stack.shapes.append(known)
            continue
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            stack.places[address] = place
            continue
        if plain or matrix is _WHOLE or len(stack.shapes) >= _MAX_SHAPES:
            continue  # those of the page itself are given
        named = shape_kind(kind)
        if named not in ("path", "picture"):
            continue
        if not pdfium_c.FPDFPageObj_GetBounds(handle, *refs):
            continue
        x0, y0, x1, y1 = _shown(values, matrix, point)
        if x1 - x0 > LEAST_WIDE and y1 - y0 > LEAST_HIGH:
            shape = Shape(named, handle, address, x0, y0, x1, y1, place=place)
            if _filled(shape):
                stack.shapes.append(shape)
    return stack


def _filled(shape: Shape) -> bool:
    return shape.kind == "picture" or shape.filled()


def _objects(page: Any) -> Iterator[tuple[Any, Matrix]]:
    """Objects in the order of painting, those of forms in their place."""
    left = MAX_OBJECTS
    get, count = pdfium_c.FPDFPage_GetObject, pdfium_c.FPDFPage_CountObjects
    for index in range(min(count(page.raw), left)):
        handle = get(page.raw, index)
        yield handle, _WHOLE
        left -= 1
        if pdfium_c.FPDFPageObj_GetType(handle) == pdfium_c.FPDF_PAGEOBJ_FORM:
            for inner in _of_form(handle, _WHOLE, 1):
                yield inner
                left -= 1
                if left <= 0:
                    return


def _of_form(form: Any, outer: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
    given = pdfium_c.FS_MATRIX()
    if depth > _MAX_DEPTH or not pdfium_c.FPDFPageObj_GetMatrix(form, ctypes.byref(given)):
        return
    matrix = _times((given.a, given.b, given.c, given.d, given.e, given.f), outer)
    for index in range(max(0, pdfium_c.FPDFFormObj_CountObjects(form))):
        handle = pdfium_c.FPDFFormObj_GetObject(form, index)
        yield handle, matrix
        if pdfium_c.FPDFPageObj_GetType(handle) == pdfium_c.FPDF_PAGEOBJ_FORM:
            yield from _of_form(handle, matrix, depth + 1)


def _times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other`."""
    a, b, c, d, e, f = one
    k, l, m, n, o, p = other  # noqa: E741
    return (
        a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n,
        e * k + f * m + o, e * l + f * n + p,
    )  # fmt: skip


def _shown(
    values: Sequence[ctypes.c_float],
    matrix: Matrix,
    point: Callable[[float, float], tuple[float, float]],
) -> tuple[float, float, float, float]:
    left, bottom, right, top = (value.value for value in values)
    a, b, c, d, e, f = matrix
    corners = [
        point(a * x + c * y + e, b * x + d * y + f)
        for x, y in ((left, bottom), (left, top), (right, bottom), (right, top))
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
