"""Blocks in reading order -> text and passages.

A section's blocks become units (sentences, list items, table rows); where to break between units
is the cheapest way through them (dynamic programming over word counts and kinds of break), after
breaks that must be: another section, another role, another language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kb import language
from kb.datatypes import Block, Box, Passage, RawDocument, Role, Span
from kb.text import normalise, sentences

LOW, HIGH, LIMIT = 70, 150, 220  # words: comfortable from LOW to HIGH, never above LIMIT
_GOOD, _LEAST = 110, 60
_UNCUT = 190  # a sentence or list item of so many words stays whole
_NEVER = 1e9
#: What a break costs before a unit, in units of a passage that is badly too short or too long.
_BREAK_SENTENCE, _BREAK_ITEM, _BREAK_ROW, _BREAK_INTRO = 0.8, 1.2, 0.3, 6.0
#: What a change of language costs, in the scale of `language.spanish_over_english`.
_TURN_BLOCK, _TURN_SENTENCE = 20.0, 60.0
_ROLES: dict[str, Role] = {
    "footnote": "footnote", "reference": "reference", "contents": "contents",
    "head": "head", "foot": "foot",
}  # fmt: skip
_HEADINGS = ("title", "heading")
_GROUPED: tuple[Role, ...] = ("body", "reference", "contents")
_FLOATING: tuple[Role, ...] = ("footnote", "head", "foot")


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place in the text, its role, and the section it stands in.

    `group` numbers the runs of blocks that may share a passage.
    """

    block: Block
    role: Role
    section: tuple[str, ...]
    group: int


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    words: int
    cost: float  # of a break before it
    turn: float  # cost of a change of language before it
    score: float  # Spanish above 0, English below


def role_of(block: Block) -> Role:
    return _ROLES.get(block.kind, "body")


def arrange(raw: RawDocument) -> tuple[str, list[Placed]]:
    """The text of the document and its blocks with their places in it.

    Footnotes, heads and feet that stand between a heading and its text, or inside a passage that
    is still short, move behind it; everything else keeps the order of the reader.
    """
    ordered = _in_order(raw)
    text: list[str] = []
    placed: list[Placed] = []
    stack: list[tuple[int, str]] = []
    at = group = 0
    before: Placed | None = None
    for block, role in zip(ordered, _roles(ordered), strict=True):
        start, at = at, at + len(block.text) + 2
        text.append(block.text)
        if block.kind == "heading":
            level = max(1, block.level)
            stack = [item for item in stack if item[0] < level] + [(level, block.text)]
        section = tuple(name for _, name in stack)
        if before is not None and (
            (block.kind in _HEADINGS and before.block.kind not in _HEADINGS)
            or raw.ready
            or role not in _GROUPED
            or role != before.role
        ):
            group += 1
        block = replace(block, start=start, end=start + len(block.text))
        before = Placed(block, role, section, group)
        placed.append(before)
    return "\n\n".join(text), _sections_of_groups(placed)


def _roles(blocks: Sequence[Block]) -> list[Role]:
    """The role of each block; a heading over references or contents has theirs."""
    roles: list[Role] = []
    under: Role = "body"
    for block in reversed(blocks):
        role = role_of(block)
        if block.kind in _HEADINGS:
            role = under
        elif role not in _FLOATING:
            under = role
        roles.append(role)
    return roles[::-1]


def _sections_of_groups(placed: list[Placed]) -> list[Placed]:
    """Consecutive headings share one passage: all of it has the path of the last."""
    last = {item.group: item.section for item in placed}
    return [replace(item, section=last[item.group]) for item in placed]


def _in_order(raw: RawDocument) -> list[Block]:
    if raw.ready:
        return [block for block in raw.blocks if block.text.strip()]
    blocks = [block for block in map(_tidy, raw.blocks) if block.text]
    done: list[Block] = []
    held: list[Block] = []
    headed = False  # headings wait for their text
    count = _LEAST  # words of the passage that is open
    for block, ahead in zip(blocks, _words_left(blocks), strict=True):
        if role_of(block) in _FLOATING:
            held.append(block)
        elif block.kind in _HEADINGS:
            if not headed:
                done += held
                held = []
            headed, count = True, 0
            done.append(block)
        else:
            if done and role_of(done[-1]) in _FLOATING:
                count = 0
            headed = False
            count += len(block.text.split())
            done.append(block)
        if held and not headed and count >= _LEAST and not 0 < ahead < _LEAST:
            done += held
            held = []
    return done + held


def _words_left(blocks: Sequence[Block]) -> list[int]:
    """For each block the words of body that follow it in its section."""
    left: list[int] = []
    count = 0
    for block in reversed(blocks):
        left.append(count)
        if block.kind in _HEADINGS:
            count = 0
        elif role_of(block) not in _FLOATING:
            count += len(block.text.split())
    return left[::-1]


def _tidy(block: Block) -> Block:
    """The block with normalised text, its spans moved along."""
    text = normalise(block.text)
    if text == block.text:
        return block
    lead = len(block.text) - len(block.text.lstrip())

    def moved(place: int) -> int:
        return min(len(text), len(normalise(block.text[lead:place] + "x")) - 1)

    spans = tuple(
        replace(span, start=moved(max(lead, span.start)), end=moved(max(lead, span.end)))
        for span in block.spans
    )
    return replace(block, text=text, spans=spans)


# --- passages ------------------------------------------------------------------------------------


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
        fixed = block.kind in _HEADINGS or block.kind in ("table_row", "caption")
        size = len(block.text.split())
        if fixed or (block.kind == "list_item" and size <= _UNCUT):
            parts = [(0, len(block.text))]
        else:
            parts = [piece for span in sentences(block.text) for piece in _short(block.text, *span)]
        for i, (start, end) in enumerate(parts):
            piece = block.text[start:end]
            headed = before is not None and before.kind in _HEADINGS
            yield _Unit(
                block.start + start,
                block.start + end,
                len(piece.split()),
                _BREAK_SENTENCE if i else _NEVER if headed else _cost(before, block),
                _TURN_SENTENCE if i else _TURN_BLOCK,
                0.0 if block.kind in _HEADINGS else language.spanish_over_english(piece),
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
