"""What a curriculum says and nobody needs to find a person by: left out before anything is kept.

Dates of birth and ages, numbers of identity, marital status, sex, religion and pictures are cut
from the blocks, the record and the warnings of a file as it was read; so no text, passage, index,
profile or export ever has them. Places of birth and nationality stay. See
docs/decisions/0009-private-data.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb import kinds, private_blocks, private_find, private_ids
from kb.arrange import tidied_block
from kb.datatypes import Block, Kind, Problem, RawDocument
from kb.private_words import kind_of_key, names
from kb.text import normalise

_JSON_KEY = re.compile(r'"([^"\\]{1,40})"\s*:')
_TOLD_AGAIN = 6  # characters: a value as long is left out wherever it stands
_MOST = 40  # values: a person has few
_Range = tuple[int, int]


def without(raw: RawDocument, *, kind: Kind) -> RawDocument:
    """`raw` without private data, with one warning that counts what was left out, by kind.

    Of a policy paper or an organisation's entry only what no place or figure can look like goes:
    CURP, RFC of a person with the right check digit, clave de elector.
    """
    if kind != "profile":
        return _of_others(raw)
    blocks = [tidied_block(block) for block in raw.blocks]
    text, pieces = private_blocks.flat(blocks)
    found = private_find.find(text, name=_name(raw, blocks))
    counts = Counter(item.kind for item in found)
    ranges = [(item.start, item.end) for item in found]
    taken = _take(bytearray(len(text)), ranges)
    for piece in pieces:
        if piece.header and _whole(text, piece, taken):
            counts[piece.header] += 1
            ranges.append((piece.start, piece.end))
            _take(taken, ranges[-1:])
    values = {text[item.value : item.end].strip(" .,;:()\n\v") for item in found}
    again = _again(text, values, taken)
    kept = _cut(blocks, pieces, [*ranges, *again]) if ranges else raw.blocks
    # A row of a table says in its fields what its blocks say: counted once.
    scrub = _Scrub(values, _cells(blocks), counts, again=raw.record_format == "table_row")
    record = scrub.record(raw.record) if raw.record is not None else None
    warnings = tuple(w for w in map(scrub.warning, raw.warnings) if w is not None)
    return replace(
        raw,
        blocks=kept,
        title=scrub.text(raw.title) or None if raw.title else raw.title,
        authors=tuple(a for a in map(scrub.text, raw.authors) if a),
        record=record,
        warnings=(*warnings, *_told(counts)),
    )


def _of_others(raw: RawDocument) -> RawDocument:
    counts: Counter[str] = Counter()
    blocks: list[Block] = []
    for block in raw.blocks:
        ranges: list[_Range] = []
        if sum(map(str.isdigit, block.text)) >= 6:
            for kind, start, end, _ in private_ids.unmistakable(block.text):
                number = re.sub(r"\W", "", block.text[start:end]).upper()
                if kind != "rfc" or number[-1] == private_ids.rfc_digit(number[:-1]):
                    ranges.append((start, end))
                    counts[kind] += 1
        cut = private_blocks.cut(block, ranges) if ranges else block
        if cut is not None:
            blocks.append(cut)
    if not counts:
        return raw
    return replace(raw, blocks=tuple(blocks), warnings=(*raw.warnings, *_told(counts)))


def _told(counts: Counter[str]) -> tuple[Problem, ...]:
    """The warning: kinds and numbers in both languages, never a value."""
    if not counts:
        return ()
    told = {
        lang: ", ".join(f"{name} ({counts[k]})" for k, name in names(lang).items() if counts[k])
        for lang in ("es", "en")
    }
    return (Problem("", "private_left_out", (("es", told["es"]), ("en", told["en"]))),)


def _name(raw: RawDocument, blocks: Sequence[Block]) -> str:
    """The person's name as far as the first lines or the file's title show it."""
    first = [block.text.split("\n", 1)[0] for block in blocks[:3] if len(block.text) < 400]
    for line in (*raw.authors, raw.title or "", *first):
        bare = re.split(r"[(,|·•–—:]|\s-\s", line)[0].strip()
        if len(bare) < 80 and kinds.like_person(bare):
            return normalise(bare)
    return ""


def _whole(text: str, piece: private_blocks.Piece, taken: bytearray) -> bool:
    """Whether a cell under a private header is still there: all of it goes, but a place of birth
    beside which no date was found."""
    if any(taken[piece.start : piece.end]):
        return False
    return piece.header != "birth" or any(map(str.isdigit, text[piece.start : piece.end]))


def _cells(blocks: Sequence[Block]) -> set[str]:
    """Dates and numbers of table cells under a header that announces private data."""
    cells = [cell for block in blocks for cell in block.cells]
    return {text for header, text in cells if any(map(str.isdigit, text)) and kind_of_key(header)}


def _again(text: str, values: Iterable[str], taken: bytearray) -> list[_Range]:
    """Other places where one of the values stands: a number repeated in a page's foot."""
    long = [v for v in values if len(v) >= _TOLD_AGAIN and sum(map(str.isdigit, v)) >= 5]
    found: list[_Range] = []
    for value in sorted(long, key=len, reverse=True)[:_MOST]:
        for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE):
            if not any(taken[match.start() : match.end()]):
                found.append(match.span())
                _take(taken, found[-1:])
    return found


def _take(taken: bytearray, ranges: Iterable[_Range]) -> bytearray:
    for start, end in ranges:
        taken[start:end] = b"\1" * (end - start)
    return taken


def _cut(
    blocks: Sequence[Block], pieces: Sequence[private_blocks.Piece], ranges: Sequence[_Range]
) -> tuple[Block, ...]:
    mine: dict[int, list[_Range]] = {}
    ends = [piece.end for piece in pieces]
    for start, end in ranges:
        for number in range(bisect_right(ends, start), len(pieces)):
            piece = pieces[number]
            if piece.start >= end:
                break
            shift = piece.offset - piece.start
            inside = max(start, piece.start) + shift, min(end, piece.end) + shift
            mine.setdefault(piece.block, []).append(inside)
    done = (
        private_blocks.cut(block, mine[i]) if i in mine else block for i, block in enumerate(blocks)
    )
    return tuple(block for block in done if block is not None)


class _Scrub:
    """Takes private data out of records and warnings, counting the keys that the text has not."""

    def __init__(
        self, values: set[str], cells: set[str], counts: Counter[str], *, again: bool
    ) -> None:
        self._values = {v for v in values if len(v) >= _TOLD_AGAIN and any(map(str.isdigit, v))}
        self._cells = {cell for cell in cells if len(cell) > 2}
        self._counts = counts
        self._told = frozenset(counts if again else ())

    def record(self, value: Any) -> Any:
        """Without keys that announce private data, and with their values nowhere else."""
        if isinstance(value, Mapping):
            kept: dict[str, Any] = {}
            for key, item in value.items():
                kind = kind_of_key(str(key))
                if kind is not None and not (kind == "birth" and isinstance(item, Mapping)):
                    self._count(kind)
                elif (left := self.record(item)) not in (None, "", [], {}) or left == item:
                    kept[key] = left
            return kept
        if isinstance(value, (list, tuple)):
            left = [self.record(item) for item in value]
            return [new for new, old in zip(left, value, strict=True) if new != "" or old == ""]
        return self.text(value) if isinstance(value, str) else value

    def text(self, value: str) -> str:
        """One field's text without what is private in it."""
        tidied = normalise(value)
        if tidied in self._values or tidied in self._cells:
            return ""
        found = [(item.start, item.end) for item in private_find.find(tidied, page=False)]
        again = _again(tidied, self._values, _take(bytearray(len(tidied)), found))
        for start, end in sorted([*found, *again], reverse=True):
            first, last = private_blocks.tidy_hole(tidied, start, end)
            tidied = tidied[:first] + tidied[last:]
        return tidied if found or again else value

    def warning(self, problem: Problem) -> Problem | None:
        """The warning with no private value in it; None for one about a private field itself."""
        params = dict(problem.params)
        field = re.sub(r"\[\d+\]$", "", str(params.get("field", "")).rpartition(".")[2])
        if kind := kind_of_key(field):
            self._count(kind)
            return None
        shown = str(params.get("value", ""))
        inner = [kind for key in _JSON_KEY.findall(shown) if (kind := kind_of_key(key))]
        if not inner and self.text(shown.strip('"')) == shown.strip('"'):
            return problem
        for kind in inner:
            self._count(kind)
        params["value"] = "…"
        return replace(problem, params=tuple(params.items()))

    def _count(self, kind: str) -> None:
        if kind not in self._told:
            self._counts[kind] += 1
