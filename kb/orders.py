"""Orders to a machine in a file's text: sentences that tell a model, a parser or a recruiting
system what to think of the file. They are left out and counted; nothing here ever follows one.

A sentence is an order by its grammar: it begins with an imperative and names what is to be
ignored, or who is to be put first; or it addresses a machine and does either. Writing about such
orders is no order: what is quoted within a sentence, given as an example, or stands in a paper's
part on the subject stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.datatypes import Block, Kind, Problem, RawDocument
from kb.orders_words import LANGS, Wording, wording
from kb.text import fold, sentences

#: One of these stands in every order: texts without any are looked at no further.
_HINTS = re.compile(
    r"instruc|indicaci|prompt|ignor|disregard|olvid|forget|candidat|applicant|postulante|aspirante|"
    r"\b(?:this|este|esta) (?:document|file|paper|report|passage|text|pagina|página|source|fuente|"
    r"informe|archivo|pasaje|page|person)|<\||\[/?inst|<<sys|"
    r"profile|perfil|resume|résumé|\bcv\b|curr[ií]cul|hoja de vida|"
    r"\b(?:rank|rate|score|put|place|recommend|choose|select|list|hire|give) me\b|"
    r"(?:ca|lo|que|on|pon|ne|da|za|ua|úa|ga|ge|ta|nda|nde)me\b",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id)\|>|\[/?inst\]|<</?sys>>"
)
_SUBJECT = re.compile(
    r"prompt[- ]injections?|jailbreak|adversarial|inyeccion(?:es)? de (?:prompts?|instrucciones|"
    r"indicaciones)|instrucciones adversarias"
)
_QUOTED = re.compile(r"\"[^\"\n]+\"|«[^»\n]+»|`[^`\n]+`|(?<!\w)'[^'\n]+'(?!\w)")
_COLON = re.compile(r"[:;]\s+|\s[–—-]\s+")
_NEAR = 3  # blocks of a paper after one that names the subject
_LONG = 1000  # characters of a sentence that are looked at
_PARTS = 8  # beginnings of a sentence: after colons and dashes
_LEAD = 4  # words before a colon that may belong to an order: "Important note to all readers:"
_OUTSIDE = 3  # words around a quotation that make it one


def without(raw: RawDocument, *, kind: Kind) -> RawDocument:
    """`raw` without orders, with one warning that counts them."""
    blocks: list[Block] = []
    count = 0
    since = _NEAR
    for block in raw.blocks:
        since = 0 if kind == "policy" and _SUBJECT.search(fold(block.text)) else since + 1
        kept, lost = (block, 0) if kind == "policy" and since < _NEAR else _without(block)
        count += lost
        if kept is not None:
            blocks.append(kept)
    record = _record(raw.record) if raw.record is not None else None
    title = (_clean(raw.title) or None) if raw.title else raw.title
    told = count or int(record != raw.record) or int(title != raw.title)
    if not told:
        return raw
    warning = Problem("", "orders_left_out", (("count", told),))
    return replace(
        raw,
        blocks=tuple(blocks),
        title=title,
        record=record,
        warnings=(*raw.warnings, warning),
    )


def _without(block: Block) -> tuple[Block | None, int]:
    """The block without its orders, None where nothing is left, and how many there were."""
    if block.kind == "table_row" and block.cells:  # its text is its cells, one after the other
        cells = tuple((header, _clean(cell)) for header, cell in block.cells)
        lost = sum(one != other for one, other in zip(cells, block.cells, strict=True))
        shown = [f"{h}: {cell}" if h and h != cell else cell for h, cell in cells if cell]
        text = "; ".join(shown) if lost else block.text
    else:
        ranges = orders(block.text)
        lost = len(ranges)
        text = _cut(block.text, ranges) if ranges else block.text
        cells = tuple((header, _clean(cell)) for header, cell in block.cells) if ranges else ()
    if not lost:
        return block, 0
    return (replace(block, text=text, cells=cells) if re.search(r"\w", text) else None), lost


def orders(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of `text` (in its composed form) that are orders to a machine."""
    if not _HINTS.search(text):
        return []
    folded = fold(text)
    spans = sentences(unicodedata.normalize("NFC", text))
    quotes = [match.span() for match in _QUOTED.finditer(folded)]
    words = [wording(lang) for lang in LANGS]
    found: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(spans):
        sentence = folded[start : min(end, start + _LONG)]
        after = bool(found) and found[-1][1] == spans[number - 1][1]
        rest = (
            folded[end : min(spans[number + 1][1], end + _LONG)] if number + 1 < len(spans) else ""
        )
        if after and any(w.goes_on.match(sentence) for w in words):
            found.append((start, end))
            continue
        begins = [at for w in words if (at := _begins(sentence, w, rest)) is not None]
        if begins and not _mentioned(folded, start, end, quotes, words):
            found.append((start + min(begins), end))
    return found


def _begins(sentence: str, w: Wording, rest: str) -> int | None:
    """Where in the sentence an order begins; `rest` is what an address alone may announce."""
    if _TEMPLATE.search(sentence):
        return 0
    address = w.address.match(sentence) or w.weak_address.match(sentence)
    if address:
        said = sentence[address.end() :]
        said = said if re.search(r"\w{3}", said) else rest
        if _judges(said, w) or any(_commands(said[at:], w) for at in _beginnings(said)):
            return 0
    for at in _beginnings(sentence):
        if _commands(sentence[at:], w):
            return at if len(re.findall(r"\w+", sentence[:at])) > _LEAD else 0
    return None


def _beginnings(sentence: str) -> list[int]:
    return [0, *(match.end() for match in _COLON.finditer(sentence))][:_PARTS]


def _commands(part: str, w: Wording) -> bool:
    """Whether this is said to a machine that judges people."""
    if w.ignore.match(part) or w.reveal.match(part) or w.passive.match(part):
        return True
    top = w.top.search(part)
    if top is None:
        return False
    if w.me.match(part) or (w.rank.match(part) and w.thing.search(part)):
        return True
    if w.near.match(part) or (w.judge.match(part) and w.this.search(part)):
        return True
    return bool(w.say.match(part) and w.anyone.search(part))


def _judges(part: str, w: Wording) -> bool:
    """Whether a machine that is addressed is told of the candidate."""
    return bool((w.this.search(part) or w.anyone.search(part)) and w.top.search(part))


def _mentioned(
    text: str, start: int, end: int, quotes: Sequence[tuple[int, int]], words: Sequence[Wording]
) -> bool:
    """Whether the sentence speaks about an order: it names the subject, or quotes it."""
    sentence = text[start:end]
    if _SUBJECT.search(sentence):
        return True
    inside = [(max(a, start), min(b, end)) for a, b in quotes if a < end and b > start]
    if not inside:
        return False
    bare = "".join(
        " " if any(a <= at < b for a, b in inside) else text[at] for at in range(start, end)
    )
    if any(_begins(bare, w, "") is not None for w in words):
        return False  # the order stands outside of what it quotes
    return len(re.findall(r"\w+", bare)) >= _OUTSIDE


def _cut(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    text = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    at = 0
    for start, end in ranges:
        kept.append(text[at:start].strip())
        at = end
    kept.append(text[at:].strip())
    return " ".join(part for part in kept if part)


def _clean(text: str) -> str:
    ranges = orders(text)
    return _cut(text, ranges) if ranges else text


def _record(value: Any) -> Any:
    """The record with orders cut from its texts."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {key: _record(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_record(one) for one in value)
    return value
