"""Blocks as a reader gave them -> the text of the document, every block in its place.

The order is the reader's, but for what floats: a footnote, head or foot between a heading and its
text, or inside a passage that is still short, moves behind that passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.datatypes import Block, RawDocument, Role
from kb.text import normalise

HEADINGS = ("title", "heading")
_LEAST = 60  # words of a passage that may be closed
_ROLES: dict[str, Role] = {
    "footnote": "footnote", "reference": "reference", "contents": "contents",
    "head": "head", "foot": "foot",
}  # fmt: skip
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


def role_of(block: Block) -> Role:
    return _ROLES.get(block.kind, "body")


def arrange(raw: RawDocument) -> tuple[str, list[Placed]]:
    """The text of the document and its blocks with their places in it."""
    ordered = _in_order(raw)
    text: list[str] = []
    placed: list[Placed] = []
    stack: list[tuple[int, str]] = []
    at = group = 0
    before: Placed | None = None
    for block, role in zip(ordered, _roles(ordered), strict=True):
        start, at = at, at + len(block.text) + 2
        text.append(block.text)
        second = before is not None and block.kind == "heading" and _goes_on(before.block, block)
        if second and before is not None and before.block.kind == "heading":
            stack[-1] = (stack[-1][0], f"{stack[-1][1]} {block.text}")
        elif block.kind == "heading" and not second:
            level = max(1, block.level)
            stack = [item for item in stack if item[0] < level] + [(level, block.text)]
        section = tuple(name for _, name in stack)
        if before is not None and (
            (block.kind in HEADINGS and not _leads_to(before.block, block))
            or raw.ready
            or role not in _GROUPED
            or role != before.role
        ):
            group += 1
        block = replace(block, start=start, end=start + len(block.text))
        before = Placed(block, role, section, group)
        placed.append(before)
    return "\n\n".join(text), _sections_of_groups(placed)


def _leads_to(before: Block, heading: Block) -> bool:
    """Whether `heading` shares the passage of the heading before it: a deeper one does, and one
    of its level on the same page; the heading of an empty page stands alone."""
    if before.kind not in HEADINGS:
        return False
    return heading.level > before.level or _page(before) == _page(heading)


def _goes_on(before: Block, heading: Block) -> bool:
    """Whether `heading` is the second printed line of the heading before it."""
    if before.kind not in HEADINGS or not before.style or not heading.style:
        return False
    above = before.spans[-1].box if before.spans else None
    below = heading.spans[0].box if heading.spans else None
    if above is None or below is None or above.page != below.page:
        return False
    size = heading.style.size
    return abs(before.style.size - size) < 0.1 and -0.3 * size < below.y0 - above.y1 < 0.6 * size


def _page(block: Block) -> int | None:
    return block.spans[0].page if block.spans else None


def _roles(blocks: Sequence[Block]) -> list[Role]:
    """The role of each block; a heading over references or contents has theirs."""
    roles: list[Role] = []
    under: Role = "body"
    for block in reversed(blocks):
        role = role_of(block)
        if block.kind in HEADINGS:
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
    blocks = [block for block in map(tidied_block, raw.blocks) if block.text]
    done: list[Block] = []
    held: list[Block] = []
    headed = False  # headings wait for their text
    count = _LEAST  # words of the passage that is open
    for block, ahead in zip(blocks, _words_left(blocks), strict=True):
        if role_of(block) in _FLOATING:
            held.append(block)
        elif block.kind in HEADINGS:
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
        if block.kind in HEADINGS:
            count = 0
        elif role_of(block) not in _FLOATING:
            count += len(block.text.split())
    return left[::-1]


def tidied_block(block: Block) -> Block:
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
