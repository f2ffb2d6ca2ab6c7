"""How well PDFs are read: python -m bench.reading --shared DIR [--scans] [--samples] [--pages].

Compares the blocks (later the passages) of the PDFs in DIR/corpus/pdf with the texts in
DIR/corpus/text. Words are runs of letters and digits, case and accents folded, Markdown marks off.
word F1: as multisets. neighbours: share of the source's adjacent pairs of words that are adjacent
in ours. broken: words of ours that are no word of the source and are halves of one.
Prints one line of JSON a run.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kb.config import Settings
from kb.datatypes import Block, RawDocument
from kb.errors import ReadError
from kb.readers import pdf

READ_KINDS = ("title", "heading", "paragraph", "list_item", "table_row", "caption",
              "footnote", "reference", "contents")  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_CALL = re.compile(r"(?<=[^\W\d_])(\d{1,2})(?=[\s.,;:)]|$)")


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


def passage_words(doc: RawDocument) -> list[str]:
    """The words of the document's passages, running heads and feet aside."""
    from kb.ingest import assemble

    whole = assemble(doc, source="a.pdf", sha256="0" * 64, doc_id="d" + "0" * 12)
    return [
        word
        for one in whole.passages
        if one.role not in ("head", "foot")
        for word in words(one.text)
    ]


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


def furniture_inside(doc: RawDocument) -> int:
    """How many blocks of text hold a whole running head or foot of the document."""
    heads = {b.text for b in doc.blocks if b.kind in ("head", "foot") and len(b.text) > 12}
    title_page = {b.text for b in doc.blocks if b.kind in ("title", "heading")}
    heads -= title_page
    return sum(
        any(head in block.text for head in heads)
        for block in doc.blocks
        if block.kind not in ("head", "foot", "title", "heading", "reference")
    )


def read(path: Path, settings: Settings) -> RawDocument:
    return pdf.read(path.read_bytes(), name=path.name, settings=settings)


def timed(work: Callable[[], object], *, rounds: int = 3) -> float:
    """Median seconds of processor time of a few runs after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def page_checks(doc: RawDocument, path: Path, count: int = 100) -> tuple[int, int]:
    """Of `count` sampled lines: how many stand on the page that we name, by pypdf's text."""
    import random

    from pypdf import PdfReader

    reader = PdfReader(path)
    pages: dict[int, str] = {}
    lines = [
        (span.page, block.text[span.start : span.end])
        for block in doc.blocks
        for span in block.spans
        if span.page is not None and len(block.text[span.start : span.end].split()) >= 5
    ]
    chosen = random.Random(7).sample(lines, min(count, len(lines)))
    good = 0
    for page, text in chosen:
        if page not in pages:
            pages[page] = "".join(words(reader.pages[page - 1].extract_text().replace("-\n", "")))
        inner = "".join(words(" ".join(text.split()[1:-1])))
        good += inner in pages[page] or sum(w in pages[page] for w in words(text)) >= 0.8 * len(
            words(text)
        )
    return good, len(chosen)


def corpus(shared: Path, settings: Settings, *, show: bool) -> dict[str, Any]:
    results: dict[str, Any] = {}
    checked = right = 0
    files = sorted((shared / "corpus" / "pdf").glob("*.pdf"))
    for path in files:
        doc = read(path, settings)
        text = shared / "corpus" / "text" / f"{path.stem}.txt"
        source, pairs = source_words(text), source_pairs(text)
        result = compare(source, our_words(doc.blocks), pairs)
        passages = compare(source, passage_words(doc), pairs)
        result["passages"] = {key: passages[key] for key in ("f1", "neighbours", "broken")}
        extra, missing = result.pop("extra"), result.pop("missing")
        if show:
            print(path.name, "EXTRA", extra.most_common(60), file=sys.stderr)
            print(path.name, "MISSING", missing.most_common(60), file=sys.stderr)
        pages = {span.page for block in doc.blocks for span in block.spans}
        result["pages"] = f"{len(pages)}/{doc.pages}"
        result["furniture_inside"] = furniture_inside(doc)
        good, total = page_checks(doc, path)
        right, checked = right + good, checked + total
        results[path.stem] = result
    data = [path.read_bytes() for path in files]

    def by_pypdf() -> None:
        import io

        from pypdf import PdfReader

        for one in data:
            for page in PdfReader(io.BytesIO(one)).pages:
                page.extract_text()

    ours = timed(lambda: [read(path, settings) for path in files])
    theirs = timed(by_pypdf, rounds=1)
    results["page_checks"] = f"{right}/{checked}"
    results["seconds"] = {
        "ours": round(ours, 3),
        "pypdf": round(theirs, 3),
        "ratio": round(theirs / ours, 2),
    }
    return results


def scans(shared: Path, settings: Settings) -> dict[str, Any]:
    """Scanned pages against the text layer of the same pages."""
    results: dict[str, Any] = {}
    for path, original, numbers in (
        ("cired3-p1-3.scan150gray.es.pdf", "cired3-relaciones-estado-diaspora.es.pdf", (1, 2, 3)),
        ("idrc-p5-10-17.scan200colour.en.pdf",
         "idrc-engaging-scientific-diaspora-mexico-2025.en.pdf", (5, 10, 17)),
    ):  # fmt: skip
        want = our_words(_pages_alone(shared / "corpus" / "pdf" / original, numbers, settings))
        start = time.perf_counter()
        doc = read(shared / "corpus" / "pdf" / "scanned" / path, settings)
        result = compare(want, our_words(doc.blocks))
        result["seconds"] = round(time.perf_counter() - start, 1)
        print(
            path,
            result.pop("extra").most_common(30),
            result.pop("missing").most_common(30),
            file=sys.stderr,
        )
        results[path] = result
    return results


def _pages_alone(path: Path, numbers: Sequence[int], settings: Settings) -> Sequence[Block]:
    """The text layer of some pages of a file, as if they were the whole of it."""
    import io

    import pikepdf

    with pikepdf.open(path) as whole:
        part = pikepdf.new()
        for number in numbers:
            part.pages.append(whole.pages[number - 1])
        out = io.BytesIO()
        part.save(out)
    return pdf.read(out.getvalue(), name=path.name, settings=settings).blocks


def samples(shared: Path, settings: Settings, *, limit: int | None) -> dict[str, Any]:
    """Many odd PDFs: outcomes, and pages with text that pypdf reads and we do not."""
    files = sorted((shared / "bench" / "pdf_samples").rglob("*.pdf"))[:limit]
    outcomes: Counter[str] = Counter()
    slow: list[tuple[float, str]] = []
    for path in files:
        start = time.perf_counter()
        try:
            doc = read(path, settings)
            outcomes["read"] += 1
            for problem in doc.warnings:
                outcomes[f"warning {problem.code}"] += 1
        except ReadError as error:
            outcomes[f"refused {error.code}"] += 1
        except Exception as error:  # noqa: BLE001  # crashes are what this run is there to find
            outcomes["crashed"] += 1
            print(path, repr(error), file=sys.stderr)
        seconds = time.perf_counter() - start
        if seconds > 5:
            slow.append((round(seconds, 1), path.name))
    return {"files": len(files), **dict(outcomes.most_common()), "slow": sorted(slow)[-10:]}


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print the words that differ")
    parser.add_argument("--scans", action="store_true")
    parser.add_argument("--samples", action="store_true")
    parser.add_argument("--limit", type=int)
    given = parser.parse_args(argv)
    settings = Settings()
    figures: dict[str, Any] = {}
    if not (given.scans or given.samples):
        figures["corpus"] = corpus(given.shared, settings, show=given.show)
    if given.scans:
        figures["scans"] = scans(given.shared, settings)
    if given.samples:
        from dataclasses import replace

        figures["samples"] = samples(given.shared, replace(settings, ocr="off"), limit=given.limit)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    line = {"bench": "reading", "commit": commit, "machine": platform.machine(), **figures}
    print(json.dumps(line, ensure_ascii=False))
    return line


if __name__ == "__main__":
    main()
