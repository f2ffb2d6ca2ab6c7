"""Is this text a table? A check of dialects, strict enough that prose with commas passes by."""

from __future__ import annotations

import csv
import re
from collections import Counter

from kb.readers import table_columns as columns

_DELIMITERS = ",;\t|"
_PROSE = re.compile(r"[.!?…]\s+\S")


def dialect(text: str, *, sure: bool = False) -> str | None:
    """The delimiter of a CSV text, None if it is none.

    `sure`: the name says it is a table, so two columns and one row will do.
    """
    sample = _sample(text)
    best: tuple[float, str] | None = None
    for delimiter in _DELIMITERS:
        rows = rows_of(sample, delimiter)
        if rows is None:
            continue
        score = _score(rows, delimiter, sure=sure)
        if score and (best is None or score > best[0]):
            best = score, delimiter
    if best is None and sure and sample.strip():
        return max(_DELIMITERS, key=sample.split("\n", 1)[0].count)
    return best[1] if best else None


def rows_of(text: str, delimiter: str) -> list[list[str]] | None:
    """Rows of cells; None where the quotes do not fit the dialect."""
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _sample(text: str, size: int = 60_000) -> str:
    if len(text) <= size:
        return text
    cut = text.rfind("\n", 0, size)
    sample = text[: cut if cut > 0 else size]
    return sample + '"' if sample.count('"') % 2 else sample


def _score(rows: list[list[str]], delimiter: str, *, sure: bool) -> float:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if len(filled) < (1 if sure else 2):
        return 0.0
    (width, count), *_ = Counter(map(len, filled)).most_common(1)
    share = count / len(filled)
    if width < 2 or share < (0.6 if sure else 0.9):
        return 0.0
    header = next((row for row in filled[:10] if len(row) == width), filled[0])
    known = len(columns.match(header).fields)
    if known >= 2 or (sure and known):
        return share * width + known
    named = all(0 < len(cell.strip()) <= 60 and not _PROSE.search(cell) for cell in header)
    if not named or len({cell.strip().casefold() for cell in header}) < width:
        return 0.0
    if sure or delimiter in "\t|" or (delimiter == ";" and width >= 3):
        return share * width
    # Commas and rare semicolons also stand in prose: there a blank follows them.
    cells = [cell for row in filled for cell in row[1:]]
    spaced = sum(cell.startswith(" ") for cell in cells) / len(cells)
    return share * width if width >= 3 and spaced < 0.3 and len(filled) >= 3 else 0.0


def lenient_rows(text: str, delimiter: str) -> list[list[str]]:
    """Rows of a text whose quotes are broken: a stray quote is a character."""
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error:  # a cell beyond the reader's limit: quotes that never close
        lines = text.splitlines()
        return list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
