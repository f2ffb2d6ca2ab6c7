"""How well PDFs are read: python -m bench.reading --shared DIR [--scans] [--samples].

Compares the blocks and the passages of the PDFs in DIR/corpus/pdf with the texts in
DIR/corpus/text, and the passages of our own briefs with their sources. Words are runs of letters
and digits, case and accents folded, Markdown marks off.
word F1: as multisets. neighbours: share of the source's adjacent pairs of words that are adjacent
in ours. broken: words of ours that are no word of the source and are halves of one.
passages_on_page: of 100 sampled passages, those that pypdf finds on every page that they name.
Prints one line of JSON a run.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import reading_checks as checks
from bench.common import ROOT
from kb.config import Settings
from kb.datatypes import Block, Document, RawDocument
from kb.errors import ReadError
from kb.readers import pdf


def read(path: Path, settings: Settings) -> RawDocument:
    return pdf.read(path.read_bytes(), name=path.name, settings=settings)


def timed(*works: Callable[[], object], rounds: int = 3) -> list[float]:
    """Median seconds of processor time of each, run by turns after one run to warm up."""
    times: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(rounds):
        for work, spent in zip(works, times, strict=True):
            start = time.process_time()
            work()
            spent.append(time.process_time() - start)
    return [statistics.median(spent) for spent in times]


def corpus(shared: Path, settings: Settings, *, show: bool) -> dict[str, Any]:
    """The five papers, then the briefs of our own corpus, then the time against pypdf."""
    results: dict[str, Any] = {}
    files = sorted((shared / "corpus" / "pdf").glob("*.pdf"))
    for path in files:
        text = shared / "corpus" / "text" / f"{path.stem}.txt"
        raw = read(path, settings)
        doc = checks.assembled(raw)
        source, pairs = checks.source_words(text), checks.source_pairs(text)
        blocks = checks.compare(source, checks.our_words(raw.blocks), pairs)
        passages = checks.compare(source, checks.passage_words(doc), pairs)
        if show:
            _show(path, blocks)
        del blocks["extra"], blocks["missing"]
        held = {key: passages[key] for key in ("f1", "neighbours", "broken")}
        results[path.stem] = {**blocks, "passages": held, **_places(path, raw, doc, show=show)}
    for path in sorted((ROOT / "corpus" / "policy").glob("*.pdf")):
        raw = read(path, settings)
        doc = checks.assembled(raw)
        source, printed = checks.brief_words(
            ROOT / "corpus" / "sources" / "policy" / f"{path.stem}.md"
        )
        ours = checks.passage_words(doc)
        told = checks.compare(source, ours)
        # Titles on the cover and in the imprint are no text of the source.
        extra = told["extra"] - Counter(printed * 3)
        if show:
            _show(path, {**told, "extra": extra})
        results[path.stem] = {
            "recall": told["recall"],
            "extra": sum(extra.values()),
            **{key: told[key] for key in ("neighbours", "broken", "words")},
            **_places(path, raw, doc, show=show),
        }
    results["seconds"] = _race(files, settings)
    return results


def _show(path: Path, told: dict[str, Any]) -> None:
    print(path.name, "EXTRA", told["extra"].most_common(60), file=sys.stderr)
    print(path.name, "MISSING", told["missing"].most_common(60), file=sys.stderr)


def _places(path: Path, raw: RawDocument, doc: Document, *, show: bool) -> dict[str, Any]:
    """Pages read, passages on the pages that they name, furniture inside passages."""
    pages = checks.second_reading(path)
    astray = checks.page_checks(doc, pages)
    inside = checks.furniture_inside(doc, raw, pages)
    if show:
        for one in astray:
            print(path.name, "ASTRAY", one.pages, one.text[:300], file=sys.stderr)
        print(path.name, "FURNITURE", inside, file=sys.stderr)
    sampled = min(100, len(doc.passages))
    return {
        "pages": f"{len({s.page for b in raw.blocks for s in b.spans})}/{raw.pages}",
        "passages_on_page": f"{sampled - len(astray)}/{sampled}",
        "furniture_inside": len(inside),
    }


def _race(files: Sequence[Path], settings: Settings) -> dict[str, float]:
    data = [path.read_bytes() for path in files]

    def by_pypdf() -> None:
        import io

        from pypdf import PdfReader

        for one in data:
            for page in PdfReader(io.BytesIO(one)).pages:
                page.extract_text()

    def by_us() -> None:
        for path in files:
            read(path, settings)

    ours, theirs = timed(by_us, by_pypdf)
    return {"ours": round(ours, 3), "pypdf": round(theirs, 3), "ratio": round(theirs / ours, 2)}


def scans(shared: Path, settings: Settings) -> dict[str, Any]:
    """Scanned pages against the text layer of the same pages."""
    results: dict[str, Any] = {}
    for path, original, numbers in (
        ("cired3-p1-3.scan150gray.es.pdf", "cired3-relaciones-estado-diaspora.es.pdf", (1, 2, 3)),
        ("idrc-p5-10-17.scan200colour.en.pdf",
         "idrc-engaging-scientific-diaspora-mexico-2025.en.pdf", (5, 10, 17)),
    ):  # fmt: skip
        want = checks.our_words(
            _pages_alone(shared / "corpus" / "pdf" / original, numbers, settings)
        )
        start = time.perf_counter()
        doc = read(shared / "corpus" / "pdf" / "scanned" / path, settings)
        result = checks.compare(want, checks.our_words(doc.blocks))
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
    """Many odd PDFs: outcomes, and pages with words for pypdf and none for us, and why."""
    files = sorted((shared / "bench" / "pdf_samples").rglob("*.pdf"))[:limit]
    outcomes: Counter[str] = Counter()
    slow: list[tuple[float, str]] = []
    pages = 0
    lost: Counter[str] = Counter()
    for path in files:
        start = time.perf_counter()
        read_pages: set[int] = set()
        codes: tuple[str, ...] = ()
        try:
            doc = read(path, settings)
            outcomes["read"] += 1
            read_pages = {s.page for b in doc.blocks for s in b.spans if s.page}
            codes = tuple(sorted({problem.code for problem in doc.warnings}))
            outcomes.update(f"warning {code}" for code in codes)
            pages += doc.pages or 0
        except ReadError as error:
            outcomes[f"refused {error.code}"] += 1
            codes = (error.code,)
        except Exception as error:  # noqa: BLE001  # crashes are what this run is there to find
            outcomes["crashed"] += 1
            print(path, repr(error), file=sys.stderr)
        seconds = time.perf_counter() - start
        if seconds > 5:
            slow.append((round(seconds, 1), path.name))
        for number, text in checks.read_by_pypdf_alone(path, read_pages):
            lost[", ".join(codes) or "nothing said"] += 1
            print(path.name, number, codes, repr(text[:70]), file=sys.stderr)
    return {
        "files": len(files),
        "pages": pages,
        **dict(outcomes.most_common()),
        "slow": sorted(slow)[-10:],
        "pages_by_pypdf_alone": dict(lost.most_common()),
    }


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
