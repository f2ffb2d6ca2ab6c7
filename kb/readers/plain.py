"""Plain text: paragraphs from wrapped lines, lists, headings; one line stays one block in a CV."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import NamedTuple

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument
from kb.errors import ReadError
from kb.readers import encodings
from kb.readers.hyphens import Mender
from kb.readers.pieces import bullet, mark_references, tidy, title_of, warn

_UNDERLINE = re.compile(r"^\s*([=\-~*_])\1{2,}\s*$")
_NUMBERED = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[^\W\d_]")
_ENDS = re.compile(r"[.!?…:;,]\W*$")
_LONG = 50  # characters: lines shorter than this are not wrapped prose


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of a text in any encoding."""
    decoded = encodings.decode(data)
    if not decoded.is_text:
        raise ReadError("unsupported_type", type="binary", name=name)
    blocks = mark_references(blocks_of(decoded.text))
    if not blocks:
        raise ReadError("no_text")
    return RawDocument(
        blocks=tuple(blocks), format="text", title=title_of(blocks), warnings=notes(decoded, name)
    )


def notes(decoded: encodings.Decoded, name: str) -> tuple[Problem, ...]:
    """What decoding had to mend, as warnings."""
    found = []
    if decoded.nuls:
        found.append(warn(name, "nuls_removed", count=decoded.nuls))
    if decoded.bad:
        found.append(warn(name, "bytes_unreadable", count=decoded.bad, encoding=decoded.encoding))
    return tuple(found)


def blocks_of(text: str) -> list[Block]:
    """Blocks of plain text; the first line is the title if it stands alone and is short."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").split("\n")
    page = _Page(wrap_width(lines), Mender(line.strip() for line in lines if line.strip()))
    blocks: list[Block] = []
    for chunk in _chunks(lines):
        blocks.extend(_blocks_of_chunk(chunk, page, first=not blocks))
    return [
        replace(block, kind="paragraph", level=0) if _heads_nothing(block, following) else block
        for block, following in zip_longest(blocks, blocks[1:])
    ]


def _heads_nothing(block: Block, following: Block | None) -> bool:
    """A short line alone that no text follows was a line of its own, not a heading."""
    return (block.kind, block.level) == ("heading", 2) and (
        following is None or following.kind == "heading"
    )


class _Page(NamedTuple):
    """`width` at which lines were broken (0: they were not), and what joins cut words."""

    width: int
    mender: Mender


def _chunks(lines: list[str]) -> list[list[str]]:
    chunks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            chunks[-1].append(line)
        elif chunks[-1]:
            chunks.append([])
    return [chunk for chunk in chunks if chunk]


def wrap_width(lines: list[str]) -> int:
    """The width at which lines were broken, 0 if the text was not wrapped.

    Where long lines go on in lower case on the next, the text was wrapped, and the longest of
    them tells at what width. A paragraph a line gives none.
    """
    broken = [
        len(above.rstrip())
        for above, line in pairwise(lines)
        if len(above.rstrip()) >= _LONG and line.lstrip()[:1].islower() and not bullet(line)[1]
    ]
    if len(broken) < max(1, 0.02 * len(lines)):
        return 0
    width = sorted(broken)[int(0.95 * (len(broken) - 1))]
    return width if width <= 200 else 0


def _blocks_of_chunk(chunk: list[str], page: _Page, *, first: bool) -> list[Block]:
    if len(chunk) == 1 and _UNDERLINE.match(chunk[0]):
        return []
    if len(chunk) > 1 and _UNDERLINE.match(chunk[1]):
        level = 1 if chunk[1].strip()[0] == "=" else 2
        head = Block(tidy(chunk[0]), "title" if first else "heading", 0 if first else level)
        return [head, *_blocks_of_chunk(chunk[2:], page, first=False)] if chunk[2:] else [head]
    if len(chunk) == 1 and (head_block := _heading(chunk[0], first=first)):
        return [head_block]
    blocks: list[Block] = []
    if len(chunk) > 1 and (head_block := _heading(chunk[0], first=first, alone=False)):
        blocks, chunk = [head_block], chunk[1:]
    return blocks + [_block(lines, page.mender) for lines in joined(chunk, page.width)]


def joined(chunk: list[str], width: int) -> list[list[str]]:
    """Lines that were one before wrapping."""
    groups: list[list[str]] = []
    for line in chunk:
        if _UNDERLINE.match(line):
            continue
        previous = groups[-1][-1].rstrip() if groups else ""
        word = line.split()[0]
        wrapped = (
            width
            and previous
            and not bullet(line)[1]
            and len(previous) + 1 + len(word) > width  # the word had no room there
        )
        # The rest of a list item: indented, or going on in lower case.
        hanging = previous and bullet(groups[-1][0])[1] and (line[0] in " \t" or word[0].islower())
        if groups and (wrapped or (hanging and not bullet(line)[1])):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _block(lines: list[str], mender: Mender) -> Block:
    text, is_item = bullet(lines[0])
    depth = 1 + min(4, (len(lines[0]) - len(lines[0].lstrip())) // 4)
    whole = tidy(_glue([text, *lines[1:]], mender))
    return Block(whole, "list_item", depth) if is_item else Block(whole)


def _glue(lines: list[str], mender: Mender) -> str:
    """Lines as one; a word broken at a line end is joined."""
    whole = ""
    for line in lines:
        whole = mender.join(whole, line.strip())[0]
    return whole


def _is_name(text: str) -> bool:
    """The first of several lines may name a person or a work: short, no number, no full stop."""
    return len(text.split()) <= 8 and not re.search(r"[\d@:,;]|[.!?]$|\b[a-z]+,", text)


def _heading(line: str, *, first: bool, alone: bool = True) -> Block | None:
    """A line as title or heading, None if it is text."""
    text = tidy(line)
    words = text.split()
    if first and not alone and _is_name(text):
        return Block(text, "title")
    letters = [c for c in text if c.isalpha()]
    if not letters or len(text) > 90 or (bullet(line)[1] and not _NUMBERED.match(line)):
        return None
    capitals = all(c.isupper() for c in letters) and len(letters) > 3
    if first and alone and len(words) <= 14 and not re.search(r"[.;,]$", text):
        return Block(text, "title")
    if match := _NUMBERED.match(line):
        short = alone and len(words) <= 12 and not _ENDS.search(text)
        return Block(text, "heading", 1 + match.group(1).count(".")) if short else None
    if capitals and len(words) <= 10 and not re.search(r"[.,;@]|\d{3}", text):
        return Block(text.rstrip(":"), "heading", 1)
    if not alone or len(words) > 6 or re.search(r"[@\d]|https?:", text):
        return None
    if text.endswith(":") or (not _ENDS.search(text) and text[0].isupper()):
        return Block(text.rstrip(" :"), "heading", 2)
    return None
