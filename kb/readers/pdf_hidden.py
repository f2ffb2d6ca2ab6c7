"""Words on a PDF page that no person sees.

Colour, size and mode of the text objects, and shapes that are drawn after them, say which words
are in doubt; most pages have none and cost no more. What lies plainly on a box of another colour
is seen. For the rest the page is drawn with the doubtful words and without them: words that make
no difference are hidden, whatever hides them. The text layer of a scan makes none either; it has
the ink of the scan under it, and stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from kb.readers.pdf_drawing import PageText, Shape, Word
from kb.readers.pdf_ink import Inks, far, fill_of
from kb.readers.pdf_render import Pictures
from kb.readers.pdf_shapes import Stack, stacked

_TINY = 2.0  # points: type of this size and below
_SMALL_PAGE = 200.0  # points: on such a page small type may be what there is
_RENDERS = 40  # pages of a document that may be drawn to tell
_LAYERS = 3  # pages of a scan whose text layer is held against the picture; the rest is believed
_LAYER = 0.8  # share of the words that makes a page a scan with its text
_WIDE = 0.4  # share of the page from which a form is looked into
_PICTURE = 0.25  # share of the page from which a picture is a scan rather than a portrait
_CONTRAST = 60  # of 255: a box of another colour
_TWIN = 2.0  # points around a word within which a copy of it is its shadow
_SAME = 24  # of 255: a box of nearly the text's colour


@dataclass(slots=True)
class Watch:
    """What one document may still cost, and what is known of it."""

    renders: int = _RENDERS
    layers: int = 0  # pages whose text layer proved to be that of a scan


@dataclass(slots=True)
class _Doubt:
    """Why a word may be hidden; `covers` are drawn over it."""

    word: Word
    object: int
    invisible: bool = False
    behind_picture: bool = False
    covered: bool = False


def unseen(
    page: Any,
    found: PageText,
    words: Sequence[Word],
    inks: Inks,
    shapes: Sequence[Shape],
    *,
    point: Any,
    watch: Watch,
) -> frozenset[int]:
    """`order` of the words of the page that nobody sees."""
    hidden = _tiny(words, found)
    doubtful = {key for key, ink in inks.by_object.items() if ink.doubtful}
    if not doubtful and not _worth_a_look(shapes, inks, found):
        return frozenset(hidden)
    stack = stacked(page, shapes, point)
    doubts = _doubts(words, inks, doubtful, stack)
    doubts = [doubt for doubt in doubts if doubt.word.order not in hidden]
    doubts = [doubt for doubt in doubts if not _plainly_seen(doubt, inks, stack)]
    if doubts:
        hidden |= _settled(page, found, words, doubts, inks, stack, watch)
    return frozenset(hidden)


def places(lost: Sequence[Word], found: PageText) -> int:
    """How many runs of words the lost ones make; those that stand on the page as well are none."""
    shown: dict[str, list[Word]] = {}
    for words in found.words.values():
        for word in words:
            shown.setdefault(word.text, []).append(word)
    orders = sorted(
        word.order
        for word in lost
        if not any(
            one.x0 - _TWIN <= (word.x0 + word.x1) / 2 <= one.x1 + _TWIN
            and one.y0 - _TWIN <= _middle(word) <= one.y1 + _TWIN
            for one in shown.get(word.text, ())
        )
    )
    return sum(order - 1 != before for before, order in zip([-2, *orders], orders, strict=False))


def _tiny(words: Sequence[Word], found: PageText) -> set[int]:
    """Words in type that no eye reads, on a page that has room."""
    if min(found.width, found.height) < _SMALL_PAGE:
        return set()
    return {
        word.order
        for word in words
        if word.size <= _TINY
        # A font may tell a wrong size; its letters take the place they take.
        and max(word.x1 - word.x0, word.y1 - word.y0) <= 1.2 * _TINY * len(word.text) + 1
    }


def _worth_a_look(shapes: Sequence[Shape], inks: Inks, found: PageText) -> bool:
    """Whether a shape may lie over words, or have their colour."""
    colours = {ink.colour for ink in inks.by_object.values()}
    area = found.width * found.height
    for shape in shapes:
        if shape.kind == "form":
            if shape.late or shape.area >= _WIDE * area:
                return True
        elif shape.kind == "picture":
            if shape.late:
                return True
        else:
            ink = fill_of(shape.address) if shape.filled() else None
            if ink is None or ink.opacity <= 40:
                continue
            if shape.late or any(far(ink.colour, colour) <= _SAME for colour in colours):
                return True
    return False


def _doubts(words: Sequence[Word], inks: Inks, doubtful: set[int], stack: Stack) -> list[_Doubt]:
    doubts: dict[int, _Doubt] = {}

    def doubt(word: Word) -> _Doubt:
        key = inks.of_word[word.order]
        return doubts.setdefault(word.order, _Doubt(word, key))

    for word in words:
        key = inks.of_word[word.order]
        if key in doubtful:
            doubt(word).invisible = inks.by_object[key].invisible
    levels = sorted(words, key=_middle)
    heights = [_middle(word) for word in levels]
    for shape in stack.shapes:
        ink = fill_of(shape.address) if shape.kind == "path" else None
        for word in _inside(shape, levels, heights):
            key = inks.of_word[word.order]
            place = stack.places.get(key)
            if place is None or inks.by_object[key].clips:
                continue
            if place < shape.place:
                if shape.kind != "path" or (ink is not None and ink.opacity > 40):
                    one = doubt(word)
                    one.covered = True
                    one.behind_picture |= shape.kind == "picture"
            elif ink is not None and far(ink.colour, inks.by_object[key].colour) <= _SAME:
                doubt(word)
    return list(doubts.values())


def _middle(word: Word) -> float:
    return (word.y0 + word.y1) / 2


def _inside(shape: Shape, levels: list[Word], heights: list[float]) -> Iterable[Word]:
    """Words whose middle lies in the shape's bounds."""
    low, high = bisect_left(heights, shape.y0), bisect_right(heights, shape.y1)
    for word in levels[low:high]:
        if shape.x0 <= (word.x0 + word.x1) / 2 <= shape.x1:
            yield word


def _plainly_seen(doubt: _Doubt, inks: Inks, stack: Stack) -> bool:
    """On a filled rectangle of another colour, and nothing over it."""
    ink = inks.by_object[doubt.object]
    place = stack.places.get(doubt.object)
    if doubt.covered or place is None or ink.opacity < 200 or ink.mode != 0:
        return False
    word = doubt.word
    x, y = (word.x0 + word.x1) / 2, _middle(word)
    under = [
        shape
        for shape in stack.shapes
        if shape.place < place and shape.x0 <= x <= shape.x1 and shape.y0 <= y <= shape.y1
    ]
    top = max(under, key=lambda shape: shape.place, default=None)
    if top is None or top.kind != "path" or not top.rectangular():
        return False
    fill = fill_of(top.address)
    return fill is not None and fill.opacity >= 250 and far(fill.colour, ink.colour) >= _CONTRAST


def _settled(
    page: Any,
    found: PageText,
    words: Sequence[Word],
    doubts: list[_Doubt],
    inks: Inks,
    stack: Stack,
    watch: Watch,
) -> set[int]:
    """Draw the page to tell; without leave to draw, doubts go to the words."""
    layer = [one for one in doubts if one.invisible or one.behind_picture]
    scan = len(layer) >= _LAYER * len(words)
    if scan and watch.layers >= _LAYERS:
        doubts = [one for one in doubts if not (one.invisible or one.behind_picture)]
        layer = []
    if not doubts or watch.renders <= 0:
        return set()
    watch.renders -= 1
    boxes = [one.word for one in doubts]
    with Pictures(page, found, boxes, {one.object for one in doubts}) as pictures:
        if scan and layer and fmean(pictures.inked(one.word) for one in layer) >= 0.5:
            watch.layers += 1
            doubts = [one for one in doubts if not (one.invisible or one.behind_picture)]
        doubted = {one.word.order for one in doubts}
        seen = [word for word in words if word.order not in doubted]
        return {
            one.word.order
            for one in doubts
            if not pictures.differs(one.word)
            and not (one.invisible and not one.covered and _stands_for(one, pictures, seen, stack))
            and not stack.drawn_again(one.word, inks)
        }


def _stands_for(doubt: _Doubt, pictures: Pictures, seen: Sequence[Word], stack: Stack) -> bool:
    """Whether an invisible word lies on ink that no other word explains: letters drawn as
    outlines, or a picture of text."""
    word = doubt.word
    x, y = (word.x0 + word.x1) / 2, _middle(word)
    if any(one.x0 <= x <= one.x1 and one.y0 <= y <= one.y1 for one in seen):
        return False
    small = any(
        shape.kind == "picture"
        and shape.area < _PICTURE * pictures.area
        and (shape.x0 <= x <= shape.x1 and shape.y0 <= y <= shape.y1)
        for shape in stack.shapes
    )
    return not small and pictures.inked(word)
