"""The text of a document -> passages.

A section's blocks become units (sentences, list items, table rows); where to break between units
is the cheapest way through them (dynamic programming over word counts and kinds of break), after
breaks that must be: another section, another role, another language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kb import language
from kb.arrange import HEADINGS, Placed
from kb.datatypes import Block, Box, Passage, RawDocument, Span
from kb.text import sentences

LOW, HIGH, LIMIT = 70, 150, 220  # words: comfortable from LOW to HIGH, never above LIMIT
_GOOD = 110
_UNCUT = 190  # a sentence or list item of so many words stays whole
_NEVER = 1e9
#: What a break costs before a unit, in units of a passage that is badly too short or too long.
_BREAK_SENTENCE, _BREAK_ITEM, _BREAK_ROW, _BREAK_INTRO = 0.8, 1.2, 0.3, 6.0
#: What a change of language costs, in the scale of `language.spanish_over_english`.
_TURN_BLOCK, _TURN_SENTENCE = 20.0, 60.0


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    words: int
    cost: float  # of a break before it
    turn: float  # cost of a change of language before it
    score: float  # Spanish above 0, English below


def cut(
    text: str, placed: Sequence[Placed], *, doc_id: str, lang: str, raw: RawDocument
) -> tuple[Passage, ...]:
    """The passages of `text` in order; together they cover all of it but blanks."""
    passages: list[Passage] = []
    for _, run in groupby(placed, key=lambda item: item.group):
        items = list(run)
        blocks = [item.block for item in items]
        whole = raw.ready
        pieces = (
            [(block.start, block.end, "") for block in blocks] if whole else _pieces(text, blocks)
        )
        for start, end, spoken in pieces:
            page, pages, boxes = _place(blocks, start, end)
            label = raw.page_labels[page - 1] if page and page <= len(raw.page_labels) else None
            declared = next(
                (b.lang for b in blocks if b.lang and b.start < end and b.end > start), None
            )
            passages.append(
                Passage(
                    passage_id=f"{doc_id}.{len(passages):04d}",
                    doc_id=doc_id,
                    start=start,
                    end=end,
                    text=text[start:end],
                    lang=_lang(text[start:end], spoken, hint=declared or lang),
                    section=items[0].section,
                    page=page,
                    pages=pages,
                    page_label=label or None,
                    boxes=boxes,
                    role=items[0].role,
                )
            )
    return tuple(passages)


def _lang(text: str, spoken: str, *, hint: str) -> str:
    found = language.of_passage(text, hint=spoken or hint)
    return spoken if spoken and found == "und" else found


def _pieces(text: str, blocks: Sequence[Block]) -> Iterator[tuple[int, int, str]]:
    """(start, end, language or "") of the passages of one run of blocks."""
    units = list(_units(text, blocks))
    spoken = _spoken(units)
    at = 0
    for lang, run in groupby(range(len(units)), key=lambda i: spoken[i]):
        count = len(list(run))
        for first, last in _cheapest(units[at : at + count]):
            yield units[at + first].start, units[at + last].end, lang
        at += count


def _units(text: str, blocks: Sequence[Block]) -> Iterator[_Unit]:
    before: Block | None = None
    for block in blocks:
        fixed = block.kind in HEADINGS or block.kind in ("table_row", "caption")
        size = len(block.text.split())
        if fixed or (block.kind == "list_item" and size <= _UNCUT):
            parts = [(0, len(block.text))]
        else:
            parts = [piece for span in sentences(block.text) for piece in _short(block.text, *span)]
        for i, (start, end) in enumerate(parts):
            piece = block.text[start:end]
            headed = before is not None and before.kind in HEADINGS
            yield _Unit(
                block.start + start,
                block.start + end,
                len(piece.split()),
                _BREAK_SENTENCE if i else _NEVER if headed else _cost(before, block),
                _TURN_SENTENCE if i else _TURN_BLOCK,
                0.0 if block.kind in HEADINGS else language.spanish_over_english(piece),
            )
        before = block


def _cost(before: Block | None, block: Block) -> float:
    if before is None:
        return 0.0
    if block.kind == "list_item":
        if before.kind == "list_item":
            return _BREAK_ITEM
        return _BREAK_INTRO
    if block.kind == "table_row":
        return _BREAK_INTRO if before.kind == "caption" else _BREAK_ROW
    return _BREAK_INTRO if before.text.endswith(":") else 0.0


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is; a monstrous one in parts, cut behind a mark where there is one."""
    while len(text[start:end].split()) > _UNCUT:
        place, words, mark = start, 0, 0
        while words < 180:
            place = text.index(" ", place + 1)
            words += 1
            if words > 90 and text[place - 1] in ";:,)—":
                mark = place
        stop = mark or place
        yield start, stop
        start = stop + 1
    yield start, end


def _spoken(units: Sequence[_Unit]) -> list[str]:
    """es or en for each unit by the likeliest path (Viterbi) through their scores; turning costs,
    so that a quoted title or name does not break a passage. All "" where nothing tells."""
    if not any(abs(unit.score) > 4 for unit in units):
        return [""] * len(units)
    best = {"es": 0.0, "en": 0.0}
    trail: list[dict[str, str]] = []
    for unit in units:
        came: dict[str, str] = {}
        now: dict[str, float] = {}
        for lang, other, sign in (("es", "en", 1), ("en", "es", -1)):
            turned = best[other] - unit.turn
            came[lang] = lang if best[lang] >= turned else other
            now[lang] = max(best[lang], turned) + sign * unit.score / 2
        best = now
        trail.append(came)
    lang = "es" if best["es"] >= best["en"] else "en"
    path = [lang]
    for came in reversed(trail[1:]):
        lang = came[lang]
        path.append(lang)
    path.reverse()
    # A heading speaks the language of what stands under it.
    for i in range(len(units) - 2, -1, -1):
        if units[i + 1].cost == _NEVER:
            path[i] = path[i + 1]
    return path


def _size_cost(words: int) -> float:
    if words > LIMIT:
        return 40.0 + (words - LIMIT) / 10
    cost = 0.1 * ((words - _GOOD) / 80) ** 2
    if words > HIGH:
        return cost + ((words - HIGH) / 40) ** 2
    return cost + ((LOW - words) / 30) ** 2 if words < LOW else cost


def _cheapest(units: Sequence[_Unit]) -> list[tuple[int, int]]:
    """(first, last) unit of each passage such that size and break costs are least."""
    best = [0.0]
    back = [0]
    for end in range(1, len(units) + 1):
        words = 0
        least, where = float("inf"), end - 1
        for start in range(end - 1, -1, -1):
            words += units[start].words
            if words > LIMIT and start < end - 1 and units[start + 1].cost < _NEVER:
                break
            price = best[start] + _size_cost(words) + (units[start].cost if start else 0.0)
            if price < least:
                least, where = price, start
        best.append(least)
        back.append(where)
    found: list[tuple[int, int]] = []
    end = len(units)
    while end:
        found.append((back[end], end - 1))
        end = back[end]
    return found[::-1]


# --- where it stands -----------------------------------------------------------------------------


def _place(
    blocks: Sequence[Block], start: int, end: int
) -> tuple[int | None, tuple[int, ...], tuple[Box, ...]]:
    """First page, all pages, and boxes of the lines that the range [start, end) touches."""
    pages: list[int] = []
    boxes: list[Box] = []
    for block in blocks:
        if block.end <= start or block.start >= end:
            continue
        mine: list[Box] = []
        for span in _touched(block, start - block.start, end - block.start):
            if span.page is not None and span.page not in pages:
                pages.append(span.page)
            if span.box is None:
                continue
            if mine and _continues(mine[-1], span.box):
                mine[-1] = _union(mine[-1], span.box)
            else:
                mine.append(span.box)
        boxes += mine
    return (min(pages) if pages else None), tuple(sorted(pages)), tuple(boxes)


def _touched(block: Block, start: int, end: int) -> Sequence[Span]:
    return [s for s in block.spans if s.start < end and s.end > start] or block.spans[:1]


def _continues(box: Box, line: Box) -> bool:
    """Whether `line` stands under `box` in the same column."""
    height = line.y1 - line.y0
    return (
        box.page == line.page
        and line.x0 < box.x1
        and box.x0 < line.x1
        and box.y1 - height <= line.y0 <= box.y1 + 2 * height
    )


def _union(a: Box, b: Box) -> Box:
    return Box(a.page, min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
