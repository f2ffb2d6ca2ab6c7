"""Helpers that formats share: tidy text, table rows, headings that announce references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kb import text
from kb.datatypes import Block, Problem, Style

_BULLET = re.compile(r"^\s*(?:[-*•·▪◦‣●■–—✓➢]|o(?=\s{2,}|\t))\s+")
_NUMBER = re.compile(r"^\s*\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+")
_REFERENCES = re.compile(
    r"^[\d.\sIVX]*(?:referencias?(?: bibliogr[aá]ficas?)?|bibliograf[ií]a(?: citada)?|"
    r"obras citadas|fuentes(?: consultadas| citadas)?|references(?: cited)?|"
    r"bibliography|works cited|literature cited|sources)\s*:?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")


def tidy(value: str) -> str:
    """One line of normalised text."""
    return " ".join(text.normalise(value).split())


def warn(name: str, code: str, **params: str | int | float) -> Problem:
    """A warning about the file `name`."""
    return Problem(name, code, tuple(params.items()))


def bullet(line: str) -> tuple[str, bool]:
    """The line without its list mark, and whether it had one (numbers stay)."""
    if match := _BULLET.match(line):
        return line[match.end() :], True
    return line, bool(_NUMBER.match(line))


def row_block(
    cells: Sequence[str],
    headers: Sequence[str] = (),
    *,
    style: Style | None = None,
    lang: str | None = None,
) -> Block | None:
    """A table row "header: cell; header: cell"; None if all its cells are empty."""
    pairs: list[tuple[str, str]] = []
    for i, cell in enumerate(cells):
        header = headers[i] if i < len(headers) else ""
        pairs.append((tidy(header), tidy(cell)))
    shown = [f"{h}: {c}" if h and h != c else c for h, c in pairs if c]
    if not shown:
        return None
    return Block("; ".join(shown), "table_row", cells=tuple(pairs), style=style, lang=lang)


def table_blocks(
    rows: Sequence[Sequence[str]],
    *,
    header_rows: int | None = None,
    lang: str | None = None,
) -> list[Block]:
    """Rows of a data table. `header_rows` None: guess whether the first row names the columns."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return []
    count = int(looks_like_header(rows)) if header_rows is None else header_rows
    headers = _joined(rows[:count])
    body = rows[count:]
    if not body:  # a table of headers alone is still text
        headers, body = (), rows
    blocks = (row_block(row, headers, lang=lang) for row in body)
    return [block for block in blocks if block]


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: short, distinct, wordy, unlike the rows below."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first = [cell.strip() for cell in rows[0]]
    if len(rows[0]) == 2 and first[0].endswith(":"):
        return False  # label: value
    wordy = all(c and len(c) <= 60 and not re.search(r"\d{2,}|@|[.;]$", c) for c in first[1:])
    if not wordy or re.search(r"\d{3,}|@", first[0]) or len(set(first)) < len(first):
        return False
    below = [cell.strip() for row in rows[1:] for cell in row[1:]]
    longest = max((len(cell) for cell in below), default=0)
    digits = sum(bool(re.search(r"\d", cell)) for cell in below) / max(1, len(below))
    return digits >= 0.3 or longest > 2 * max(map(len, first)) or len(rows) >= 4


def _joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Several header rows as one: "Top Sub"; a cell spread over columns is named once."""
    if not rows:
        return ()
    width = max(map(len, rows))
    names: list[str] = []
    for i in range(width):
        parts: list[str] = []
        for row in rows:
            part = tidy(row[i]) if i < len(row) else ""
            if part and part not in parts:
                parts.append(part)
        names.append(" ".join(parts))
    return tuple(names)


def mark_references(blocks: Iterable[Block]) -> list[Block]:
    """Blocks under a heading like "Referencias" become references, if they cite.

    In a CV the same heading announces people who recommend: there most blocks bear no year,
    and nothing is marked.
    """
    done = list(blocks)
    i = 0
    while i < len(done):
        head = done[i]
        if head.kind != "heading" or not _REFERENCES.match(head.text):
            i += 1
            continue
        end = i + 1
        while end < len(done) and not (
            done[end].kind in ("heading", "title") and done[end].level <= max(head.level, 1)
        ):
            end += 1
        under = [n for n in range(i + 1, end) if done[n].kind in ("paragraph", "list_item")]
        cited = sum(bool(_YEAR.search(done[n].text)) for n in under)
        if under and cited >= 0.6 * len(under):
            for n in under:
                done[n] = replace(done[n], kind="reference", level=0)
        i = end
    return done


def title_of(blocks: Iterable[Block]) -> str | None:
    """The text of the title block; None where no block is marked as one."""
    return next((block.text for block in blocks if block.kind == "title"), None)


def plain_year(value: str | None) -> int | None:
    """The first year 1900-2099 in a date as written."""
    match = re.search(r"(?:19|20)\d\d", value or "")
    return int(match.group()) if match else None
