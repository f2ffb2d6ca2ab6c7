"""Reads a policy brief: front matter and a small part of Markdown -> records to typeset.

Blocks: `##` and `###` headings, paragraphs, `-` and `1.` items, `|` tables, `[^n]: notes`,
and fenced parts `::: box|abstract|caption|source TITLE` ... `:::`.
Inline: *italic*, **bold**, [^n].
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*|\[\^(?P<note>\d+)\]")
ITEM = re.compile(r"(?P<mark>-|\d+\.)\s+(?P<text>.*)")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face; `note` is the number of a footnote call."""

    text: str
    bold: bool = False
    italic: bool = False
    note: int | None = None


@dataclass(frozen=True)
class Block:
    """`kind`: heading, paragraph, item, table, or the name of a fence (`box`, `abstract`, ...).

    `rows` are the cells of a table, first row its headers; `parts` what stands inside a fence.
    """

    kind: str
    text: str = ""
    level: int = 0
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    parts: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Brief:
    """One source file: what it says of itself, its blocks and its notes by number."""

    name: str
    meta: dict[str, str]
    blocks: tuple[Block, ...]
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        return self.meta["lang"]

    @property
    def title(self) -> str:
        return self.meta["title"]


def runs(text: str) -> list[Run]:
    """The inline marks of a text, undone."""
    out: list[Run] = []
    at = 0
    for match in INLINE.finditer(text):
        if match.start() > at:
            out.append(Run(text[at : match.start()]))
        if match["note"]:
            out.append(Run(match["note"], note=int(match["note"])))
        elif match["bold"]:
            out.append(Run(match["bold"], bold=True))
        else:
            out.append(Run(match["italic"], italic=True))
        at = match.end()
    if at < len(text):
        out.append(Run(text[at:]))
    return out


def plain(text: str) -> str:
    """The text without marks and calls."""
    return "".join(run.text for run in runs(text) if run.note is None)


def _fence(lines: list[str]) -> Block:
    kind, _, title = lines[0][3:].strip().partition(" ")
    parts = tuple(_blocks("\n".join(lines[1:])))
    if kind in {"caption", "source"}:
        return Block(kind, " ".join(part.text for part in parts))
    return Block(kind, title.strip(), parts=parts)


def _chunk(lines: list[str]) -> list[Block]:
    """Blocks of lines that stand together without a blank one between."""
    first = lines[0]
    if first.startswith("#"):
        marks, _, text = first.partition(" ")
        rest = _chunk(lines[1:]) if lines[1:] else []
        return [Block("heading", text.strip(), level=len(marks) - 1), *rest]
    if first.startswith("|"):
        cells = [tuple(c.strip() for c in line.strip().strip("|").split("|")) for line in lines]
        return [Block("table", rows=tuple(c for c in cells if set("".join(c)) - set("-: ")))]
    if not ITEM.match(first):
        return [Block("paragraph", " ".join(line.strip() for line in lines))]
    items: list[Block] = []
    for line in lines:
        match = ITEM.match(line)
        if match:
            items.append(Block("item", match["text"], mark=match["mark"]))
        else:
            last = items.pop()
            items.append(Block("item", f"{last.text} {line.strip()}", mark=last.mark))
    return items


def _blocks(body: str) -> list[Block]:
    out: list[Block] = []
    held: list[str] = []
    fence: list[str] = []
    for line in [*body.split("\n"), ""]:
        if fence:
            if line.strip() == ":::":
                out.append(_fence(fence))
                fence = []
            else:
                fence.append(line)
        elif line.startswith(":::"):
            fence = [line]
        elif line.strip():
            held.append(line)
        elif held:
            out += _chunk(held)
            held = []
    if fence:
        raise ValueError(f"fence without end: {fence[0]}")
    return out


def read(path: Path) -> Brief:
    """A source file; raises ValueError when its front matter or a note is missing."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = {key: str(value) for key, value in yaml.safe_load(head).items()}
    notes: dict[int, str] = {}
    kept: list[str] = []
    for line in body.split("\n"):
        match = re.match(r"\[\^(\d+)\]:\s*(.*)", line)
        if match:
            notes[int(match[1])] = match[2]
        else:
            kept.append(line)
    called = [int(n) for n in re.findall(r"\[\^(\d+)\]", "\n".join(kept))]
    if called != sorted(notes):
        raise ValueError(f"{path.name}: notes {sorted(notes)} are called as {called}")
    return Brief(path.stem, meta, tuple(_blocks("\n".join(kept))), notes)
