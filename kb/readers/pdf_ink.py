"""How the text objects of a PDF page are painted: mode, colour, opacity, asked once each."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

#: Text that is only a place for searching and copying; from 4 on text cuts out what comes after it.
INVISIBLE, CLIPS = 3, 4
_STROKED = (1, 5)
_LIGHT = 225  # every channel from here up: white and what passes for it on paper
_FAINT = 40  # of 255: opacity below which nobody sees a letter
_NONE = 5  # of 255


def by_address(function: Any, result: Any, *arguments: Any) -> Any:
    """A pdfium function that takes plain addresses: half the price of typed pointers."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_POINTER = ctypes.c_void_p
_fill = by_address(
    pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int, *([_POINTER] * 5)
)  # fmt: skip
_stroke = by_address(pdfium_c.FPDFPageObj_GetStrokeColor, ctypes.c_int, *([_POINTER] * 5))
_mode = by_address(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _POINTER)
_buffer = (ctypes.c_uint * 4)()
_PLACES = tuple(ctypes.addressof(_buffer) + 4 * i for i in range(4))

Colour = tuple[int, int, int]


class Ink(NamedTuple):
    """Red, green, blue, opacity (0 to 255) and text rendering mode of a text object."""

    red: int = 0
    green: int = 0
    blue: int = 0
    opacity: int = 255
    mode: int = 0

    @property
    def colour(self) -> Colour:
        return self.red, self.green, self.blue

    @property
    def invisible(self) -> bool:
        """Painted nowhere, wherever it stands."""
        return self.mode == INVISIBLE or self.opacity <= _NONE

    @property
    def clips(self) -> bool:
        """Seen by what is painted through it."""
        return self.mode >= CLIPS

    @property
    def doubtful(self) -> bool:
        """Not to be seen on white paper."""
        return not self.clips and (
            self.mode == INVISIBLE
            or self.opacity <= _FAINT
            or (self.red >= _LIGHT and self.green >= _LIGHT and self.blue >= _LIGHT)
        )


_BLACK = Ink()


def fill_of(address: int) -> Ink | None:
    """Fill colour of a page object, by its address."""
    if not _fill(address, *_PLACES):
        return None
    return Ink(*_buffer)


def far(one: Colour, other: Colour) -> int:
    """The most by which a channel of two colours differs."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@dataclass(slots=True)
class Inks:
    """Addresses of the text objects of a page: of each word by its order, and their inks."""

    of_word: list[int] = field(default_factory=list)
    by_object: dict[int, Ink] = field(default_factory=dict)

    def note(self, address: int) -> None:
        """Ask how the text object at `address` is painted, unless that is known."""
        if address in self.by_object:
            return
        mode = _mode(address)
        ask = _stroke if mode in _STROKED else _fill
        if not ask(address, *_PLACES):
            self.by_object[address] = _BLACK if mode == 0 else Ink(mode=mode)
            return
        red, green, blue, opacity = _buffer
        if mode == 0 and red == green == blue == 0 and opacity == 255:
            self.by_object[address] = _BLACK
        else:
            self.by_object[address] = Ink(red, green, blue, opacity, mode)
