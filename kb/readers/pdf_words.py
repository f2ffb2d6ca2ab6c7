"""The words of a PDF page with their places, by pdfium.

One call gives a page's characters; boxes, sizes and fonts are asked for the first and last
character of each word alone, which is what makes this fast. Coordinates are PDF points from the
top left of the page as it is shown (crop box and rotation applied).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium_c

from kb.readers.cleaning import narrowed
from kb.readers.pdf_drawing import PageText, Word, drawing, link_addresses
from kb.readers.pdf_hidden import Watch, places, unseen
from kb.readers.pdf_ink import Inks, by_address

#: pdfium puts this in place of a hyphen at a line's end and glues the lines.
_LINE_HYPHEN = "\ufffe"
SLANTED = 45  # the direction of any writing that is neither level nor upright
_FILLER = "\u2060"  # no width; cleaned away with the other invisible characters
_GAP = re.compile(r"[\x00-\x20\xa0\u2000-\u200b\u202f\u205f\u3000\ufeff]+")
_CALL = re.compile(
    r"(?<=[^\W\d_]|[.,;:!?)\]»”\"'’%])(\d{1,3}(?:[,;]\d{1,3})*|[*†‡§]{1,3})([.,;:)\]»”\"']*)$"
)
_MAY_CALL = re.compile(r"[\d*†‡§]")
_DIGITS_END = re.compile(r"(\d+)()$")
_UNITS = frozenset(["m", "km", "cm", "mm", "dm", "μm", "µm", "ft", "in", "mi", "s"])
_BOLD = re.compile(rb"bold|black|heavy|semibold|demi|[-,]bd\b", re.IGNORECASE)
_ITALIC = re.compile(rb"ital|obli|slant", re.IGNORECASE)
_FORCE_BOLD, _ITALIC_FLAG = 1 << 18, 1 << 6


_POINTER = ctypes.c_void_p
_loose_box = by_address(
    pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, _POINTER, ctypes.c_int, _POINTER
)
_text_object = by_address(pdfium_c.FPDFText_GetTextObject, _POINTER, _POINTER, ctypes.c_int)


def _shown_box(page: Any) -> tuple[float, float, float, float]:
    """The page's box in its own space; a crop box that lies outside of the page is left out."""
    left, bottom, right, top = page.get_bbox()
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = page.get_mediabox()
    return left, bottom, right, top


class _Reader:
    """Buffers for one page's calls, so that no call allocates."""

    def __init__(self, textpage: Any, page: Any) -> None:
        self.raw = textpage.raw
        self.left, self.bottom, self.right, self.top = _shown_box(page)
        self.rotation = page.get_rotation() % 360
        self.rect = pdfium_c.FS_RECTF()
        self.rect_ref = ctypes.byref(self.rect)
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.x_ref, self.y_ref = ctypes.byref(self.x), ctypes.byref(self.y)
        self.name = ctypes.create_string_buffer(128)
        self.flags = ctypes.c_int()
        self.flags_ref = ctypes.byref(self.flags)
        self.fonts: dict[tuple[bytes, int], tuple[bool, bool]] = {}
        self.matrix = pdfium_c.FS_MATRIX()
        self.matrix_ref = ctypes.byref(self.matrix)
        self.scale = 1.0
        self.level = (0.0, 0.0, 0.0)  # foot of the last word's cell, its size, its baseline
        self.object: int | None = None  # the text object of the last plain word
        self.look = (0.0, False, False)  # its size before the matrix, bold, italic
        self.inks = Inks()
        self.address = ctypes.cast(self.raw, ctypes.c_void_p).value
        self.rect_address = ctypes.addressof(self.rect)

    def plain(self, token: str, start: int, end: int) -> Word | None:
        """The word at `start` of an upright page; None where it needs a closer look.

        Size and font are asked once for each text object, as most words share one.
        """
        if not token[-1].isalpha() and _MAY_CALL.search(token):
            return None
        rect, address, place = self.rect, self.address, self.rect_address
        if not _loose_box(address, start, place):
            return None
        x0, x1 = rect.left, rect.right
        high, foot = rect.top, rect.bottom
        found = _text_object(address, start)
        if found is None or found != self.object:
            size = float(pdfium_c.FPDFText_GetFontSize(self.raw, start))
            self.object, self.look = found, (size, *self.style(start))
            if found:
                self.inks.note(found)
        size, bold, italic = self.look
        size *= self.scale
        cell = high - foot
        if cell > 0 and not 0.45 * cell < size < 2.2 * cell:
            return None
        y1 = self.top - foot
        level, level_size, base = self.level
        if level != y1 or level_size != size:
            base = self.origin(start)[1]
            self.level = (y1, size, base)
        if end - start > 1:
            if not _loose_box(address, end - 1, place):
                return None
            left, low = rect.left, rect.bottom
            if (
                abs(foot - low) > 1.2 * size
                or rect.right < x0 - size
                or left - x0 > 1.6 * size * (end - start)
            ):
                return None
            x0, x1 = min(x0, left), max(x1, rect.right)
            high, foot = max(high, rect.top), min(foot, low)
        if _LINE_HYPHEN in token:
            token = token.replace(_LINE_HYPHEN, "-")
        return Word(
            token, x0 - self.left, self.top - high, x1 - self.left, self.top - foot,
            base, size, bold, italic,
        )  # fmt: skip

    def painted(self, index: int) -> int:
        """The text object of a character; 0 for one that none draws."""
        found: int = _text_object(self.address, index) or 0
        if found:
            self.inks.note(found)
        return found

    def rescale(self, index: int) -> None:
        """Font sizes are told before the matrix of the text: CSS pixels are 0.75 points."""
        if pdfium_c.FPDFText_GetMatrix(self.raw, index, self.matrix_ref):
            m = self.matrix
            self.scale = abs(m.a * m.d - m.b * m.c) ** 0.5 or 1.0

    def text(self) -> str:
        count = pdfium_c.FPDFText_CountChars(self.raw)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        length = pdfium_c.FPDFText_GetText(self.raw, 0, count, buffer)
        if length - 1 == count:
            units = bytes(buffer)[: 2 * count]
            text = narrowed(units.decode("utf-16-le", "replace"))
            if len(text) == count:
                return text
            # A character outside the basic plane takes two places: fill the second one.
            text = "".join(c if c <= "\uffff" else c + _FILLER for c in text)
            if len(text) == count:
                return text
        # Characters that GetText leaves out.
        get = pdfium_c.FPDFText_GetUnicode
        return "".join(_char(get(self.raw, i)) for i in range(count))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Page space to the shown page, from its top left."""
        if self.rotation == 0:
            return x - self.left, self.top - y
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of a character's cell, as shown."""
        rect = self.rect
        if not pdfium_c.FPDFText_GetLooseCharBox(self.raw, index, self.rect_ref):
            return 0.0, 0.0, 0.0, 0.0
        if self.rotation == 0:
            return (
                rect.left - self.left, self.top - rect.top,
                rect.right - self.left, self.top - rect.bottom,
            )  # fmt: skip
        ax, ay = self.point(rect.left, rect.top)
        bx, by = self.point(rect.right, rect.bottom)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def origin(self, index: int) -> tuple[float, float]:
        pdfium_c.FPDFText_GetCharOrigin(self.raw, index, self.x_ref, self.y_ref)
        return self.point(self.x.value, self.y.value)

    def style(self, index: int) -> tuple[bool, bool]:
        length = pdfium_c.FPDFText_GetFontInfo(self.raw, index, self.name, 128, self.flags_ref)
        key = (self.name.value if length else b"", self.flags.value)
        found = self.fonts.get(key)
        if found is None:
            name, flags = key
            weight = pdfium_c.FPDFText_GetFontWeight(self.raw, index)
            bold = bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD) or weight >= 650
            italic = bool(_ITALIC.search(name)) or bool(flags & _ITALIC_FLAG)
            found = self.fonts[key] = (bold, italic)
        return found

    def direction(self, index: int) -> int:
        """0, 90, 180 or 270: clockwise turn of the writing on the shown page."""
        angle = pdfium_c.FPDFText_GetCharAngle(self.raw, index)
        if angle < 0:
            return 0
        degrees = angle * 57.29578
        if abs(degrees - 90 * round(degrees / 90)) > 8:
            return SLANTED
        return int((round(degrees / 90) * 90 + self.rotation) % 360)


def _char(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def page_words(page: Any, number: int, *, watch: Watch | None = None) -> PageText:
    """Words and rules of a pypdfium2 page. Raises pypdfium2.PdfiumError when it cannot load.

    Words that nobody sees are left out and counted; `watch` goes from page to page of a document.
    """
    textpage = page.get_textpage()
    reader = _Reader(textpage, page)
    width, height = page.get_size()
    found = PageText(number, width, height, {}, [])
    by_direction = _words(reader)
    shapes = drawing(page, reader.point, found)
    inside: list[Word] = []
    lost: list[Word] = []
    for word in (word for words in by_direction.values() for word in words):
        shown = (
            -4 <= word.x0 + word.x1 <= 2 * width + 4 and -4 <= word.y0 + word.y1 <= 2 * height + 4
        )
        (inside if shown else lost).append(word)
    hidden = unseen(
        page, found, inside, reader.inks, shapes, point=reader.point, watch=watch or Watch()
    )
    lost += [word for word in inside if word.order in hidden]
    dropped = {word.order for word in lost}
    seen: set[tuple[str, int, int]] = set()
    for direction, words in by_direction.items():
        kept: list[Word] = []
        for word in words:
            if word.order in dropped:
                continue
            key = (word.text, round(word.x0 / 1.5), round(word.y0 / 1.5))
            if key in seen:  # shadows, and text drawn twice to look bold or to carry an OCR layer
                continue
            seen.add(key)
            kept.append(word)
        if kept:
            found.words[direction] = kept
    if lost:
        found.hidden = places(lost, found)
    found.links += link_addresses(page)
    textpage.close()
    return found


def _words(reader: _Reader) -> dict[int, list[Word]]:
    """Words by direction of writing, in the order of the stream."""
    text = reader.text()
    size_of = pdfium_c.FPDFText_GetFontSize
    broken = _LINE_HYPHEN in text
    upright = reader.rotation == 0
    order = 0
    direction, fresh = 0, True
    position = 0
    found: dict[int, list[Word]] = {}
    objects = reader.inks.of_word
    for gap in _GAP.finditer(text + " "):
        start, end = position, gap.start()
        position = gap.end()
        if start < end:
            if fresh:
                direction = reader.direction(start)
                reader.rescale(start)
                fresh = False
            at = start
            cut = broken and text.find(_LINE_HYPHEN, start, end - 1) >= 0
            for a, b in _pieces(text, start, end) if cut else ((start, end),):
                if a > at:
                    direction = reader.direction(a)
                words = found.get(direction)
                if words is None:
                    words = found[direction] = []
                plain = reader.plain(text[a:b], a, b) if upright and not direction else None
                painted = reader.object if plain else reader.painted(a)
                for word in (plain,) if plain else _word(reader, text, a, b, size_of, direction):
                    word.order = order
                    order += 1
                    words.append(word)
                    objects.append(painted or 0)
        mark = gap.group()
        if mark != " ":
            fresh = fresh or "\n" in mark or "\r" in mark
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A token cut after each mark of a hyphen at a line's end."""
    cut = text.find(_LINE_HYPHEN, start, end)
    while cut >= 0:
        if cut + 1 < end:
            yield start, cut + 1
            start = cut + 1
            cut = text.find(_LINE_HYPHEN, start, end)
        else:
            break
    yield start, end


def _word(
    reader: _Reader, text: str, start: int, end: int, size_of: Any, direction: int
) -> list[Word]:
    first = reader.box(start)
    last = first if end - start == 1 else reader.box(end - 1)
    size = _size(reader, start, first, size_of, direction)
    foot, level_size, base = reader.level
    if direction or foot != first[3] or level_size != size:
        base = _base(reader, start, direction)
        reader.level = (first[3], size, base)
    across = direction in (90, 270)
    if (
        direction != SLANTED
        and end - start > 1
        and _broken(first, last, size, end - start, across=across)
    ):
        return _by_characters(reader, text, start, end, size_of, direction)
    bold, italic = reader.style(start)
    token = text[start:end].replace(_LINE_HYPHEN, "-")
    box = (
        min(first[0], last[0]),
        min(first[1], last[1]),
        max(first[2], last[2]),
        max(first[3], last[3]),
    )
    call = None if token[-1].isalpha() or not _MAY_CALL.search(token) else _CALL.search(token)
    at = start + call.start() if call else 0
    if call is None and end - start > 1 and token[-1].isdigit() and token[-2].isdigit():
        at = _smaller_tail(reader, start, end, size, size_of, direction)
        call = _DIGITS_END.match(token, at - start) if at > start else None
    if call and call.start() > 0:
        call_box = reader.box(at)
        call_size = _size(reader, at, call_box, size_of, direction)
        call_base = _base(reader, at, direction)
        lifted = (base - call_base) * (1 if direction in (0, 90) else -1)
        if call_size < 0.85 * size and lifted > 0.12 * size and not _is_power(token, call):
            before = reader.box(at - 1)
            body = Word(
                token[: call.start()],
                *(min(first[0], before[0]), min(first[1], before[1])),
                *(max(first[2], before[2]), max(first[3], before[3])),
                base, size, bold, italic,
            )  # fmt: skip
            tail = Word(
                call.group(), call_box[0], call_box[1], max(last[2], call_box[2]), call_box[3],
                call_base, call_size, raised=True, glued=True,
            )  # fmt: skip
            return [body, tail]
    return [Word(token, *box, base, size, bold, italic)]


def _smaller_tail(
    reader: _Reader, start: int, end: int, size: float, size_of: Any, direction: int
) -> int:
    """Where smaller digits begin at the end of a number (300,000⁷), else `start`."""
    at = end
    while at > start + 1 and end - at < 3:
        if float(size_of(reader.raw, at - 1)) * reader.scale >= 0.85 * size:
            break
        at -= 1
    return at if at < end else start


def _is_power(token: str, call: re.Match[str]) -> bool:
    """Exponents are no footnote calls: km2, m3."""
    before = token[: call.start()].lower()
    return before == "10" or (call.group(1) in ("2", "3") and before in _UNITS)


def _size(reader: _Reader, index: int, box: Any, size_of: Any, direction: int) -> float:
    size = float(size_of(reader.raw, index)) * reader.scale
    cell = box[2] - box[0] if direction in (90, 270) else box[3] - box[1]
    if cell > 0 and not 0.45 * cell < size < 2.2 * cell:
        size = cell / 1.2
    return size


def _base(reader: _Reader, index: int, direction: int) -> float:
    x, y = reader.origin(index)
    return x if direction in (90, 270) else y


def _broken(first: Any, last: Any, size: float, count: int, *, across: bool) -> bool:
    """A token whose ends do not lie on one line, or lie too far apart for its letters."""
    if across:
        far = abs(last[1] - first[1]) > 1.6 * size * count
        return bool(abs(first[0] - last[0]) > 1.2 * size or far)
    if abs(first[3] - last[3]) > 1.2 * size:
        return True
    return bool(last[2] < first[0] - size or last[0] - first[0] > 1.6 * size * count)


def _by_characters(
    reader: _Reader, text: str, start: int, end: int, size_of: Any, direction: int
) -> list[Word]:
    """Cut a token where the next character does not follow the one before it."""
    words: list[Word] = []
    for index in range(start, end):
        box = reader.box(index)
        size = _size(reader, index, box, size_of, direction)
        base = _base(reader, index, direction)
        char = "-" if text[index] == _LINE_HYPHEN else text[index]
        if words:
            word = words[-1]
            near = abs(base - word.base) < 0.5 * size and (
                direction in (90, 270) or -0.5 * size < box[0] - word.x1 < 0.3 * size
            )
            if near:
                word.text += char
                word.x0, word.y0 = min(word.x0, box[0]), min(word.y0, box[1])
                word.x1, word.y1 = max(word.x1, box[2]), max(word.y1, box[3])
                continue
        bold, italic = reader.style(index)
        words.append(Word(char, *box, base, size, bold, italic))
    return words
