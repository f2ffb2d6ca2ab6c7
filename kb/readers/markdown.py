"""Markdown: rendered to HTML, then read like a page; front matter becomes metadata."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from kb.config import Settings
from kb.datatypes import RawDocument
from kb.errors import ReadError
from kb.readers import encodings
from kb.readers.html import read_text, short_lang
from kb.readers.pieces import plain_year, tidy
from kb.readers.plain import joined, notes, wrap_width

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.*(?:\n(?:[ ]{2,}|\t).*)*)", re.MULTILINE)
_CALL = re.compile(r"\[\^[^\]\s]+\]")
_RECORD = 120  # characters: a line with a date that is no longer is a record of its own
#: A date where records have theirs.
_DATED = re.compile(r"^\W*(?:19|20)\d\d\b|\b(?:(?:19|20)\d\d|present\w*|actual\w*)\W*$")
#: A line that goes on: a sentence ends, a list or a phrase does not.
_OPEN = re.compile(r"[.!?…,]$|\s[a-záéíóúü]{1,3}$")


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of a Markdown text (CommonMark with tables and footnotes)."""
    from markdown_it import MarkdownIt

    decoded = encodings.decode(data)
    front, body = _front_matter(decoded.text.replace("\r\n", "\n"))
    footnotes = [tidy(match.group(2)) for match in _NOTE.finditer(body)]
    body = _CALL.sub("", _NOTE.sub("", body))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    html = parser.renderer.render(_with_lines(parser.parse(body)), parser.options, {})
    if footnotes:
        items = "".join(f"<p>{escape(text)}</p>" for text in footnotes)
        html += f'<div class="footnotes">{items}</div>'
    title = _text(front.get("title"))
    if not html.strip() and not title:
        raise ReadError("no_text")
    doc = read_text(html, name=name, warnings=notes(decoded, name), format="markdown")
    authors = front.get("author") or front.get("authors") or ()
    if isinstance(authors, str):
        authors = (authors,)
    return replace(
        doc,
        title=title or doc.title,
        authors=tuple(filter(None, map(_text, authors))),
        year=plain_year(_text(front.get("date") or front.get("year"))),
        publisher=_text(front.get("publisher")),
        lang=short_lang(_text(front.get("lang") or front.get("language")) or "") or doc.lang,
    )


def _with_lines(tokens: list[Token]) -> list[Token]:
    """Line ends kept that someone put there: people write a record a line and no blank between.

    A line that was wrapped, or a sentence behind another, goes on in its paragraph.
    """
    inline = [token for token in tokens if token.type == "inline" and token.children]
    width = wrap_width([line for token in inline for line in token.content.split("\n")])
    for token in inline:
        lines = token.content.split("\n")
        breaks = [c for c in token.children or () if c.type in ("softbreak", "hardbreak")]
        if len(breaks) != len(lines) - 1:
            continue  # line ends inside code or a tag
        last = set(accumulate(len(group) for group in joined(lines, width)))
        for number, child in enumerate(breaks, start=1):
            line = lines[number - 1].rstrip()
            record = len(line) <= _RECORD and _DATED.search(line)
            open_ = _OPEN.search(line) or len(line) > 0.8 * width > 0
            if number in last and (record or not open_):
                child.type = "hardbreak"
    return tokens


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The YAML head of the file and the rest; {} if there is none or it is not YAML."""
    import yaml

    match = _FRONT.match(text)
    if not match:
        return {}, text
    try:
        values = yaml.safe_load(match.group(1))
    except yaml.YAMLError:
        return {}, text  # three dashes that were a rule, not a head
    return (values, text[match.end() :]) if isinstance(values, dict) else ({}, text)


def _text(value: Any) -> str | None:
    if isinstance(value, dict):  # pandoc: {name: ..., affiliation: ...}
        value = value.get("name")
    return tidy(str(value)) or None if value is not None else None
