"""What a reader returned -> a document with text, passages and what it says of itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kb import frontmatter, kinds, language, orders, passages, private
from kb.arrange import arrange, role_of
from kb.datatypes import Block, Document, Kind, Passage, Problem, RawDocument

_LEADER = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}\s*$|…\s*\d{1,4}\s*$")
_DATED = re.compile(r"\b(?:19|20)\d\d[a-z]?\b|\bs\.\s?f\.|\bn\.\s?d\.|https?://|\bdoi\b|\bet al\b")


def detect_kind(raw: RawDocument) -> Kind:
    """policy, profile or organisation, by content."""
    return kinds.detect(raw)


def assemble(
    raw: RawDocument, *, source: str, sha256: str, doc_id: str, kind: Kind | None = None
) -> Document:
    """The document of `raw`: blocks joined into one text and cut into passages that cover it."""
    kind = kind or detect_kind(raw)
    raw = orders.without(raw, kind=kind)
    raw = _with_body(private.without(raw, kind=kind))
    marked = raw if raw.ready else replace(raw, blocks=tuple(_marked(raw.blocks, kind=kind)))
    text, placed = arrange(marked)
    declared = raw.lang.split("-")[0].lower() if raw.lang else ""
    spoken = language.of_passage(_sample(marked.blocks), hint=declared or None)
    cut = passages.cut(text, placed, doc_id=doc_id, lang=spoken, raw=marked)
    names = frontmatter.authors(marked, kind=kind)
    warnings = raw.warnings
    if not text.strip():
        warnings = (*warnings, Problem(source, "ingest_no_text"))
    return Document(
        doc_id=doc_id,
        source=source,
        kind=kind,
        title=frontmatter.title(marked, kind=kind),
        authors=names,
        year=frontmatter.year(marked, source=source, kind=kind),
        publisher=frontmatter.publisher(raw, names=names),
        url=raw.url,
        lang=_lang(cut),
        pages=raw.pages,
        sha256=sha256,
        text=text,
        passages=cut,
        warnings=tuple(replace(w, source=w.source or source) for w in warnings),
        blocks=tuple(item.block for item in placed),
        links=raw.links,
        record=raw.record,
        record_format=raw.record_format,
    )


def _with_body(raw: RawDocument) -> RawDocument:
    """A work of a few lines whose reader took all of them for heads and feet has them as text."""
    if any(block.kind not in ("head", "foot") for block in raw.blocks):
        return raw
    return replace(raw, blocks=tuple(replace(block, kind="paragraph") for block in raw.blocks))


def _sample(blocks: Sequence[Block]) -> str:
    """The first 2,000 words or so of the body."""
    kept: list[str] = []
    size = 0
    for block in blocks:
        if role_of(block) == "body" and size < 12_000:
            kept.append(block.text)
            size += len(block.text)
    return "\n".join(kept)


def _lang(cut: Sequence[Passage]) -> str:
    """The language of most words of the body; mixed where another has a quarter of them."""
    counts: Counter[str] = Counter()
    for passage in cut:
        if passage.role == "body":
            size = len(passage.text.split())
            for lang in ("es", "en") if passage.lang == "mixed" else (passage.lang,):
                counts[lang] += size
    told = [(lang, count) for lang, count in counts.most_common() if lang != "und"]
    if not told:
        return "und"
    if len(told) > 1 and told[1][1] >= 0.25 * sum(count for _, count in told):
        return "mixed"
    return told[0][0]


def _marked(blocks: Sequence[Block], *, kind: Kind) -> list[Block]:
    """Blocks with the roles that their heading or form gives them: references, contents.

    In a curriculum "Referencias" are people and its bibliography is content: nothing is marked.
    """
    if kind != "policy":
        return list(blocks)
    done: list[Block] = []
    under = ""
    level = 0
    for block in blocks:
        if block.kind in ("heading", "title"):
            name = kinds.heading_name(block.text)
            if name in kinds.named("references"):
                under, level = "reference", block.level
            elif name in kinds.named("contents"):
                under, level = "contents", block.level
            elif under != "contents" or not _LEADER.search(block.text):
                under = under if under and block.level > level else ""
            if under == "contents":
                block = replace(block, kind="contents")
        elif block.kind in ("paragraph", "list_item"):
            if under == "reference" and _DATED.search(block.text.lower()):
                block = replace(block, kind="reference")
            elif _LEADER.search(block.text) or (under == "contents" and _entry(block.text)):
                block = replace(block, kind="contents")
        done.append(block)
    return done


def _entry(text: str) -> bool:
    """A line of a table of contents: short, a page number at its end."""
    return len(text.split()) <= 25 and bool(re.search(r"\s\d{1,4}$", text.strip()))
