"""Markdown: rendered to HTML, then read like a page; front matter becomes metadata."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

from kb.config import Settings
from kb.datatypes import RawDocument
from kb.errors import ReadError
from kb.readers import encodings
from kb.readers.html import read_text, short_lang
from kb.readers.pieces import plain_year, tidy
from kb.readers.plain import notes

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.*(?:\n(?:[ ]{2,}|\t).*)*)", re.MULTILINE)
_CALL = re.compile(r"\[\^[^\]\s]+\]")


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """Blocks of a Markdown text (CommonMark with tables and footnotes)."""
    from markdown_it import MarkdownIt

    decoded = encodings.decode(data)
    front, body = _front_matter(decoded.text.replace("\r\n", "\n"))
    footnotes = [tidy(match.group(2)) for match in _NOTE.finditer(body)]
    body = _CALL.sub("", _NOTE.sub("", body))
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(body)
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
