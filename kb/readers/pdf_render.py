"""A page drawn with some of its text objects and without them, to see what they show."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import pypdfium2.raw as pdfium_c

from kb.readers.pdf_drawing import PageText, Word

_SCALE = 1.5  # pixels a point
_MAX_SIDE = 1600  # pixels
_SEEN = 12  # of 255: a smaller difference is none to the eye
_INK = 40  # of 255, between the lightest and the darkest point under a word
_PAD = 2.0  # points around the words


class Pictures:
    """Within it, the objects at `addresses` are switched off on the page."""

    def __init__(
        self, page: Any, found: PageText, words: Sequence[Word], addresses: Iterable[int]
    ) -> None:
        self._page = page
        self._handles = [
            ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT) for address in sorted(addresses)
        ]
        self.area = found.width * found.height
        self._left = max(0.0, min(word.x0 for word in words) - _PAD)
        self._top = max(0.0, min(word.y0 for word in words) - _PAD)
        right = min(found.width, max(word.x1 for word in words) + _PAD)
        bottom = min(found.height, max(word.y1 for word in words) + _PAD)
        self._crop = (
            self._left, max(0.0, found.height - bottom),
            max(0.0, found.width - right), self._top,
        )  # fmt: skip
        self._empty = right - self._left < 1 or bottom - self._top < 1
        self._scale = min(_SCALE, _MAX_SIDE / max(found.width, found.height, 1.0))

    def __enter__(self) -> Self:
        from PIL import ImageChops

        if self._empty:
            return self
        full = self._drawn()
        for handle in self._handles:
            pdfium_c.FPDFPageObj_SetIsActive(handle, False)
        self._bare = self._drawn()
        self._difference = ImageChops.difference(full, self._bare)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for handle in self._handles:
            pdfium_c.FPDFPageObj_SetIsActive(handle, True)

    def _drawn(self) -> Any:
        bitmap = self._page.render(scale=self._scale, crop=self._crop, may_draw_forms=False,
                                   draw_annots=False)  # fmt: skip
        return bitmap.to_pil().convert("RGB")

    def _box(self, word: Word) -> tuple[int, int, int, int] | None:
        """The word's place on the pictures; None where it has none."""
        if self._empty:
            return None
        wide, high = self._bare.size
        x0 = max(0, int((word.x0 - self._left) * self._scale))
        y0 = max(0, int((word.y0 - self._top) * self._scale))
        x1 = min(wide, int((word.x1 - self._left) * self._scale) + 1)
        y1 = min(high, int((word.y1 - self._top) * self._scale) + 1)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def differs(self, word: Word) -> bool:
        """Whether the page looks otherwise with the word than without it."""
        box = self._box(word)
        if box is None:
            return False
        bands = self._difference.crop(box).split()
        return any(_extremes(band)[1] >= _SEEN for band in bands)

    def inked(self, word: Word) -> bool:
        """Whether something is drawn at the word's place by other objects."""
        box = self._box(word)
        if box is None:
            return False
        low, high = _extremes(self._bare.crop(box).convert("L"))
        return high - low >= _INK


def _extremes(band: Any) -> tuple[int, int]:
    """The lowest and the highest value of a picture of one band."""
    low, high = band.getextrema()
    return int(low), int(high)
