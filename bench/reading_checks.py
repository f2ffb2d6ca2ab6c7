"""Checks of what was read from PDFs, against source texts and against pypdf as a second reader."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kb.datatypes import Block, Document, Passage, RawDocument
from kb.ingest import assemble

READ_KINDS = ("title", "heading", "paragraph", "list_item", "table_row", "caption",
              "footnote", "reference", "contents")  # fmt: skip
_FURNITURE = ("head", "foot")
_WORD = re.compile(r"[^\W_]+")
_CALL = re.compile(r"(?<=[^\W\d_])(\d{1,2})(?=[\s.,;:)]|$)")
_WINDOW = 5  # words of a passage that are looked for in one piece
#: Keys of a brief's front matter whose words its layout prints.
_PRINTED = re.compile(
    r"(?:title|subtitle|title_en|authors|publisher|year|imprint|journal)$"
)  # fmt: skip


def words(text: str) -> list[str]:
    """Folded runs of letters and digits."""
    plain = unicodedata.normalize("NFKD", text.replace("´", "’").casefold())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


#: Lines of a source text whose words its README calls shuffled: no neighbours are told by them.
_SHUFFLED = {"iom": (124, 143)}


def source_pairs(path: Path) -> Counter[tuple[str, str]]:
    """Neighbouring words of a source text, those of its shuffled lines left out."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    first, last = _SHUFFLED.get(path.name.split("-", maxsplit=1)[0], (len(lines) + 1, len(lines)))
    parts = ("".join(lines[: first - 1]), "".join(lines[last:]))
    return Counter(pair for part in parts for pair in pairwise(source_words(path, part)))


def source_words(path: Path, text: str | None = None) -> list[str]:
    """The words of a source text with the faults that its README lists undone."""
    if text is None:
        text = path.read_text(encoding="utf-8")
    if path.name.startswith("cimexus"):
        text = re.sub(r"(?m)^.*\d+ - CIMEXUS$|^.*CIMEXUS - \d+$", "", text)  # running heads
        text = _CALL.sub("", text)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?<=[^\s>])<sup>\d+</sup>", "", text)
    text = re.sub(r"</?su[pb]>", "", text)
    text = re.sub(r"<(https?:[^>]*)>", r"\1", text)
    text = re.sub(r"<[^>]{1,20}>", " ", text)
    text = re.sub(r"(?m)^\s*(?:#{1,6}\s|[-*]\s|>\s)", "", text)
    text = text.replace("**", "").replace("\\", "").replace("*", "")
    text = re.sub(r"(\w)-[ \t]*\n+\s*([a-zñáéíóú])", r"\1\2", text)
    return words(text)


def brief_words(path: Path) -> tuple[list[str], list[str]]:
    """(words of a brief's own text, words that its layout prints of the front matter).

    Notes, captions and boxes are text; marks of Markdown and numbers of notes are none.
    """
    _, matter, text = path.read_text(encoding="utf-8").split("---\n", 2)
    printed = [
        value
        for line in matter.splitlines()
        for key, _, value in [line.partition(":")]
        if _PRINTED.match(key)
    ]
    text = re.sub(r"\[\^[^\]]+\]:?", "", text)
    text = re.sub(r"(?m)^:{3,}\s*(?:abstract|box|caption|source)?", "", text)
    text = re.sub(r"(?m)^\s*\d+\.\s", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("*", "")
    return words(text), words(" ".join(printed))


def our_words(blocks: Sequence[Block], kinds: Sequence[str] = READ_KINDS) -> list[str]:
    """The words of blocks, those of table headers once a table."""
    found: list[str] = []
    headers: set[str] = set()
    for block in blocks:
        if block.kind not in kinds:
            continue
        if block.kind != "table_row":
            headers = set()
            found += words(block.text)
            continue
        for header, _ in block.cells:
            if header and header not in headers:
                headers.add(header)
                found += words(header)
        for _, text in block.cells:
            found += words(text)
    return found


def assembled(doc: RawDocument) -> Document:
    return assemble(doc, source="a.pdf", sha256="0" * 64, doc_id="d" + "0" * 12)


def text_passages(doc: Document) -> list[Passage]:
    return [one for one in doc.passages if one.role not in _FURNITURE]


def passage_words(doc: Document) -> list[str]:
    """The words of the document's passages, running heads and feet aside."""
    return [word for one in text_passages(doc) for word in words(one.text)]


def compare(
    source: list[str], ours: list[str], pairs: Counter[tuple[str, str]] | None = None
) -> dict[str, Any]:
    want, have = Counter(source), Counter(ours)
    shared = sum((want & have).values())
    precision = shared / max(1, len(ours))
    recall = shared / max(1, len(source))
    pairs_want = Counter(pairwise(source)) if pairs is None else pairs
    pairs_have = Counter(pairwise(ours))
    kept = sum((pairs_want & pairs_have).values())
    extra = have - want
    missing = want - have
    broken = sum(
        1 for a, b in pairwise(ours)
        if a in extra and a + b in missing
    )  # fmt: skip
    return {
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "neighbours": round(kept / max(1, sum(pairs_want.values())), 4),
        "broken": round(broken / max(1, len(ours)), 5),
        "words": len(ours),
        "extra": extra,
        "missing": missing,
    }


# --- against pypdf ------------------------------------------------------------------------------


def second_reading(path: Path) -> list[str]:
    """The text of each page by pypdf."""
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(path).pages]


def page_checks(doc: Document, pages: Sequence[str], *, count: int = 100) -> list[Passage]:
    """Of `count` sampled passages those that do not stand on the pages that they name.

    One stands there when nine in ten of its stretches of five words do (by their letters, as
    spaces and hyphens differ; a stretch of a table counts by its words), and each page named holds
    one of them.
    """
    letters = ["".join(words(re.sub(r"[-\xad]\s*\n\s*", "", text))) for text in pages]
    found = [one for one in doc.passages if one.pages and len(one.text.split()) >= _WINDOW]
    chosen = random.Random(7).sample(found, min(count, len(found)))
    return [one for one in chosen if not _stands(one, letters)]


def _stands(passage: Passage, letters: Sequence[str]) -> bool:
    said = words(passage.text)
    stretches = [said[i : i + _WINDOW] for i in range(0, len(said), _WINDOW)]
    named = [letters[page - 1] for page in passage.pages]
    whole = "".join(named)

    def holds(text: str, stretch: Sequence[str]) -> bool:
        return "".join(stretch) in text or all(word in text for word in stretch)

    held = sum(holds(whole, stretch) for stretch in stretches)
    lines = [words(line) for line in passage.text.split("\n")]  # a page may end after a heading
    return held >= 0.9 * len(stretches) and all(
        any(holds(text, piece) for piece in (*stretches, *lines) if piece) for text in named
    )


def running_heads(pages: Sequence[str]) -> set[str]:
    """Lines, digits aside, that come again at the edges of at least three pages, by pypdf."""
    counts: Counter[str] = Counter()
    for text in pages:
        lines = [" ".join(words(line)) for line in text.splitlines() if line.strip()]
        edge = {re.sub(r"\b\d+\b", "", line).strip() for line in lines[:2] + lines[-2:]}
        counts.update(line for line in edge if len(line) > 12)
    return {line for line, n in counts.items() if n >= 3}


def furniture_inside(doc: Document, raw: RawDocument, pages: Sequence[str]) -> list[str]:
    """Running heads and bare page numbers inside passages.

    The title of the paper and the masthead of its first page are its own.
    """
    heads = running_heads(pages) | {
        " ".join(words(re.sub(r"\d+", "", block.text)))
        for block in raw.blocks
        if block.kind in _FURNITURE and len(block.text) > 12
    }
    own = {
        " ".join(words(block.text))
        for block in raw.blocks
        if block.kind in ("title", "heading", "contents")
        or (block.kind == "paragraph" and block.spans and block.spans[0].page == 1)
    }
    heads = {head for head in heads if not any(head in text for text in own)}
    numbers = {label for label in raw.page_labels if label}
    numbers |= {str(number) for number in range(1, len(pages) + 1)}
    found: list[str] = []
    for one in text_passages(doc):
        if one.role != "body":
            continue
        plain = " ".join(words(one.text))
        found += [head for head in heads if head and head in plain]
        found += [line for line in one.text.split("\n") if line.strip() in numbers]
    return found


def read_by_pypdf_alone(path: Path, ours: set[int]) -> Iterator[tuple[int, str]]:
    """Pages, none of `ours`, where pypdf finds four words or more that look like words."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = PdfReader(path).pages
        count = min(len(pages), 60)
    except Exception:  # noqa: BLE001  # pypdf cannot read it either: nothing to compare
        return
    for number in range(1, count + 1):
        if number in ours:
            continue
        try:
            text = pages[number - 1].extract_text()
        except Exception:  # noqa: BLE001  # as above
            continue
        if len([word for word in words(text) if word.isalpha() and len(word) > 2]) >= 4:
            yield number, " ".join(text.split())
