"""Elements of a page to blocks, in reading order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kb.datatypes import Block, BlockKind, Style
from kb.readers.pieces import table_blocks, tidy

if TYPE_CHECKING:
    from bs4 import Tag

_HEADING = re.compile(r"^h([1-6])$")
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "menu", "hgroup", "[document]",
}  # fmt: skip
_CELL_BLOCKS = ["ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table"]
_CALL = re.compile(r"^\[?\d{1,3}\]?$|^[*†‡]+$|^↩︎?$")
_BREAK = "\x1e"  # stands for <br>
_INK = re.compile(r"[^\W_]")


class BlockWriter:
    """Collects the text of elements; a block ends where the page would begin a new line."""

    def __init__(self, *, lang: str | None = None) -> None:
        self._blocks: list[Block] = []
        self._page_lang = lang
        self._buffer: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._lang = lang
        self._bold = False
        self._part: BlockKind | None = None  # head, foot, footnote while inside one

    def finished(self) -> list[Block]:
        """Blocks so far; a page's only h1 is its title."""
        self._flush()
        tops = [i for i, b in enumerate(self._blocks) if b.kind == "heading" and b.level == 1]
        if len(tops) == 1:
            top = self._blocks[tops[0]]
            self._blocks[tops[0]] = Block(top.text, "title", lang=top.lang)
        return self._blocks

    def walk(self, element: Tag, *, kinds: dict[int, str]) -> None:
        """Write what `element` holds; `kinds` by id() marks heads, feet and what to drop."""
        from bs4 import Tag
        from bs4.element import CData, NavigableString

        for child in element.children:
            if type(child) is NavigableString or isinstance(child, CData):
                self._buffer.append(str(child))
            elif isinstance(child, Tag):
                self._element(child, kinds)

    def _element(self, tag: Tag, kinds: dict[int, str]) -> None:
        part = kinds.get(id(tag))
        if part == "drop" or tag.name == "img":
            return
        if tag.name == "br":
            self._buffer.append(_BREAK)
            return
        if tag.name in ("sup", "a") and _is_call(tag):
            return
        outer = self._lang, self._part
        code = str(tag.get("lang") or tag.get("xml:lang") or "")
        if tag.name not in _BLOCKS:
            self._bold = self._bold or (tag.name in ("b", "strong") and not self._text())
            self.walk(tag, kinds=kinds)
            return
        self._flush()
        if code:
            self._lang = code.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0].lower() or None
        if part in ("head", "foot", "footnote"):
            self._part = part  # type: ignore[assignment]
        self._block_element(tag, kinds)
        self._flush()
        self._lang, self._part = outer

    def _block_element(self, tag: Tag, kinds: dict[int, str]) -> None:
        outer = self._kind, self._level
        if match := _HEADING.match(tag.name):
            self._kind, self._level = "heading", int(match.group(1))
        elif tag.name == "li":
            self._kind = "list_item"
            self._level = sum(p.name in ("ul", "ol", "menu") for p in tag.parents)
        elif tag.name in ("figcaption", "caption"):
            self._kind, self._level = "caption", 0
        elif tag.name == "table":
            if rows := data_rows(tag):
                self._table(tag, rows)
                return
        elif tag.name == "dl":
            self._definitions(tag, kinds)
            return
        elif tag.name == "pre":
            for line in tag.get_text().split("\n"):
                self._buffer.append(line)
                self._flush()
            return
        self.walk(tag, kinds=kinds)
        self._flush()
        self._kind, self._level = outer

    def _definitions(self, tag: Tag, kinds: dict[int, str]) -> None:
        """Terms with what is said of them: "term: text", one block a definition."""
        term = ""
        for child in tag.find_all(["dt", "dd"]):
            if child.find_parent("dl") is not tag:
                continue
            if child.name == "dt":
                term = tidy(child.get_text(" "))
                continue
            if child.find([*_CELL_BLOCKS, "p", "dl"]):
                self._buffer.append(term)
                self._flush()
                self.walk(child, kinds=kinds)
            else:
                self._buffer.append(f"{term.rstrip(':')}: " if term else "")
                self.walk(child, kinds=kinds)
            self._flush()

    def _table(self, tag: Tag, rows: list[tuple[list[str], bool]]) -> None:
        if caption := tag.find("caption"):
            self._kind, self._buffer = "caption", [caption.get_text(" ")]
            self._flush()
            self._kind = "paragraph"
        heads = 0
        while heads < len(rows) and rows[heads][1]:
            heads += 1
        texts = [row for row, _ in rows]
        known = heads if heads else (None if not tag.find("th") else 0)
        self._blocks.extend(table_blocks(texts, header_rows=known, lang=self._lang))

    def _text(self) -> str:
        return tidy("".join(self._buffer))

    def _flush(self) -> None:
        """End the block; a line break inside it starts another unless the sentence goes on."""
        raw, self._buffer = "".join(self._buffer), []
        bold, self._bold = self._bold, False
        for text in _lines(raw):
            if _INK.search(text) is None and self._kind != "table_row":
                continue
            style = Style(bold=True) if bold else None
            kind = self._part or self._kind
            level = self._level if kind in ("heading", "list_item") else 0
            self._blocks.append(Block(text, kind, level, style=style, lang=self._lang))


def _lines(raw: str) -> list[str]:
    """The lines that <br> made (line ends of the source are blanks)."""
    found: list[str] = []
    for piece in raw.split(_BREAK):
        text = tidy(piece)
        if not text:
            continue
        if found and text[0].islower() and not re.search(r"[.:;!?]$", found[-1]):
            found[-1] += " " + text
        else:
            found.append(text)
    return found


def _is_call(tag: Tag) -> bool:
    """The mark of a footnote or a way back from it: no text of the page."""
    text = tag.get_text(strip=True)
    if not _CALL.match(text):
        return False
    return tag.name == "sup" or "#" in str(tag.get("href") or "")


def data_rows(table: Tag) -> list[tuple[list[str], bool]]:
    """Rows of a data table as (cells, is header), spans filled; [] for a table of layout."""
    rows = [tr for tr in table.find_all("tr") if tr.find_parent("table") is table]
    if table.get("role") == "presentation" or len(rows) < 2:
        return []
    grid: list[tuple[list[str], bool]] = []
    carried: dict[int, tuple[int, str]] = {}
    for tr in rows:
        cells = [c for c in tr.find_all(["td", "th"]) if c.find_parent("table") is table]
        if any(_holds_blocks(cell) for cell in cells):
            return []
        texts: list[str] = []
        for cell in cells:
            _fill(texts, carried)
            text = tidy(cell.get_text(" "))
            for _ in range(_span(cell, "colspan")):
                if (down := _span(cell, "rowspan")) > 1:
                    carried[len(texts)] = (down - 1, text)
                texts.append(text)
        _fill(texts, carried)
        head = bool(cells) and (
            all(cell.name == "th" for cell in cells) or bool(tr.find_parent("thead"))
        )
        grid.append((texts, head))
    return grid if max(len(texts) for texts, _ in grid) >= 2 else []


def _fill(texts: list[str], carried: dict[int, tuple[int, str]]) -> None:
    while len(texts) in carried:
        left, text = carried.pop(len(texts))
        if left > 1:
            carried[len(texts)] = (left - 1, text)
        texts.append(text)


def _holds_blocks(cell: Any) -> bool:
    return (
        cell.find(_CELL_BLOCKS) is not None
        or len(cell.find_all(["p", "div", "br"])) > 3
        or len(cell.get_text()) > 1500
    )


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return min(50, max(1, int(value))) if value.isdigit() else 1
