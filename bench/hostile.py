"""Hostile files: each read in the sandbox; what should happen, what did, what it cost.

    python -m bench.hostile --shared DIR [--only 08] [--file FILE]...

Prints a line a file and one JSON line. "got" names problem codes (of failures and warnings) and
what was read; a good text must be close to that of the same pages of the undamaged paper.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import psutil

from bench.common import ROOT, need_shared, record, shared_option
from kb.config import Settings
from kb.datatypes import Problem, ReadResult
from kb.readers import read_path, sandbox
from kb.text import language, words

BASE = "cired3-relaciones-estado-diaspora.es.pdf"
PASSWORD = "secreto"  # stands in the name of the locked file


@dataclass(frozen=True)
class Case:
    """`expected` in words; `ok` decides on (codes, result, words of the base's two pages)."""

    expected: str
    ok: Callable[[set[str], ReadResult, list[str]], bool]
    settings: Settings = field(default_factory=Settings)
    password: str | None = None


def text_of(result: ReadResult) -> str:
    blocks = (block for doc in result.documents for block in doc.blocks)
    return "\n".join(block.text for block in blocks)


def word_f1(found: list[str], wanted: list[str]) -> float:
    """F1 of words as multisets."""
    common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * common / max(1, len(found) + len(wanted))


def full(codes: set[str], result: ReadResult, base: list[str]) -> bool:
    return word_f1(words(text_of(result)), base) >= 0.98


def refused(*codes: str) -> Callable[[set[str], ReadResult, list[str]], bool]:
    def ok(got: set[str], result: ReadResult, base: list[str]) -> bool:
        return bool(got & set(codes)) and not result.documents

    return ok


def full_or(*codes: str) -> Callable[[set[str], ReadResult, list[str]], bool]:
    def ok(got: set[str], result: ReadResult, base: list[str]) -> bool:
        return full(got, result, base) or refused(*codes)(got, result, base)

    return ok


def spanish(*needed: str) -> Callable[[set[str], ReadResult, list[str]], bool]:
    """Spanish prose without a trace of a wrong encoding, with these warnings."""

    def ok(got: set[str], result: ReadResult, base: list[str]) -> bool:
        text = text_of(result)
        bad = set(text) & set("ń\ufffd\ufeff\0Ãð") or any(0x80 <= ord(c) < 0xA0 for c in text)
        return (
            bool(set(text) & set("áéíóúñ"))
            and not bad
            and language(text) == "es"
            and set(needed) <= got
        )

    return ok


def readable_or_refused(got: set[str], result: ReadResult, base: list[str]) -> bool:
    """Either recognised as pictures or refused: the garbage itself is never kept."""
    if not result.documents:
        return bool(got & {"pdf_text_unreadable", "pdf_nothing_readable"})
    return word_f1(words(text_of(result)), base) >= 0.9


def one_page(got: set[str], result: ReadResult, base: list[str]) -> bool:
    text = text_of(result)
    lines = Counter(text.split("\n"))
    return lines.most_common(1)[0][1] == 1 if text else "pdf_page_list_damaged" in got


def formulas(got: set[str], result: ReadResult, base: list[str]) -> bool:
    names = [str((doc.record or {}).get("name")) for doc in result.documents]
    starts = {name[0] for name in names}
    return len(names) == 9 and {"=", "+", "-", "@"} <= starts


def resume(got: set[str], result: ReadResult, base: list[str]) -> bool:
    record = result.documents[0].record if result.documents else {}
    return bool(
        record
        and {"work", "publications", "awards", "references"} <= record.keys()
        and {"json_field_wrong", "json_bad_date", "json_bad_address"} <= got
    )


def escape(got: set[str], result: ReadResult, base: list[str]) -> bool:
    return (
        len(result.documents) == 1
        and len(result.failures) == 4
        and got == {"zip_path_escape", "zip_link"}
    )


def no_leak(got: set[str], result: ReadResult, base: list[str]) -> bool:
    kept = len(result.documents[0].blocks) if result.documents else 0
    return kept == 2 and "external_entity" in got and os.uname().nodename not in text_of(result)


def page_in_time(got: set[str], result: ReadResult, base: list[str]) -> bool:
    return bool(got & {"pdf_page_too_large", "out_of_memory", "took_too_long"}) or bool(
        text_of(result)
    )


CASES: dict[str, Case] = {
    "01": Case("refused: empty", refused("file_empty")),
    "02a": Case("refused: incomplete", refused("pdf_damaged")),
    "02b": Case("full text after repair, or refused", full_or("pdf_damaged")),
    "03": Case("full text", full),
    "04": Case("asks for the password", refused("password_needed")),
    "05": Case("full text without asking", full),
    "06": Case("says: no text", refused("pdf_no_text")),
    "07": Case("says: 3,000 pages without text, no recognition", refused("pdf_no_text")),
    "08": Case("too large, or its line of text", page_in_time),
    "09a": Case("the page once, or a damaged list of pages", one_page),
    "09b": Case("refused: damaged list of pages", refused("pdf_page_list_damaged", "pdf_damaged")),
    "10a": Case("recognised, or refused as unreadable", readable_or_refused),
    "10b": Case("recognised, or refused as unreadable", readable_or_refused),
    "10c": Case("recognised, or refused as unreadable", readable_or_refused),
    "11": Case("refused: too large once opened", refused("too_large_inflated")),
    "12": Case("both sentences and a warning, no host name", no_leak),
    "13": Case("Spanish right, hidden text reported", spanish("hidden_text")),
    "14a": Case("Spanish right", spanish()),
    "14b": Case("Spanish right", spanish()),
    "15a": Case("Spanish right", spanish()),
    "15b": Case("Spanish right", spanish()),
    "16": Case("Spanish right, NULs reported", spanish("nuls_removed")),
    "17": Case("one member read, four refused by name", escape),
    "18": Case("says: a picture, not a PDF", refused("picture_not_pdf")),
    "19": Case("nine rows, cells as plain text", formulas),
    "20": Case("good fields kept, each bad one named", resume),
    "21": Case("refused: entity definitions", refused("entities_refused")),
}
EXTRA = {
    "04": ("full text with the password", replace(CASES["03"], password=PASSWORD)),
    "04 wrong": (
        "refused: wrong password",
        Case("", refused("password_wrong"), password="otra"),
    ),
}


class Peak:
    """Peak memory (proportional set size where the system tells it) of this process's children."""

    def __init__(self) -> None:
        self.bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.02):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            self.bytes = max(self.bytes, total)


def snapshot(folders: list[Path]) -> dict[str, tuple[int, int]]:
    """Size and time of every file below these folders."""
    found = {}
    for folder in folders:
        for root, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(root, name)
                try:
                    stat = os.lstat(path)
                except OSError:
                    continue
                found[path] = (stat.st_size, stat.st_mtime_ns)
    return found


def read_with(path: Path, settings: Settings, password: str | None) -> ReadResult:
    return read_path(path, settings=settings, password=password)


def run(path: Path, case: Case, base: list[str], private: Path) -> dict[str, object]:
    func = partial(read_with, settings=case.settings, password=case.password)
    limits = case.settings.limits
    start = time.perf_counter()
    with Peak() as peak:
        [(_, got)] = sandbox.run_many(func, [path], workers=1, limits=limits, folder=private)
    seconds = time.perf_counter() - start
    result = ReadResult(failures=(got,)) if isinstance(got, Problem) else got
    problems = [*result.failures, *result.warnings]
    problems += [w for doc in result.documents for w in doc.warnings]
    codes = {problem.code for problem in problems}
    size = len(words(text_of(result)))
    shown = f"{len(result.documents)} documents, {size} words" if result.documents else "refused"
    return {
        "file": path.name,
        "expected": case.expected,
        "got": f"{shown}; {', '.join(sorted(codes))}" if codes else shown,
        "ok": case.ok(codes, result, base),
        "seconds": round(seconds, 2),
        "mb": round(peak.bytes / 1e6),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared_option(parser)
    parser.add_argument("--only", action="append", help="files whose name begins so")
    args = parser.parse_args()
    folder = need_shared(args.shared, "corpus", "hostile").resolve()
    base = _base(args.shared / "corpus" / "pdf" / BASE)
    rows = []
    shared = args.shared.resolve()
    with tempfile.TemporaryDirectory() as private, tempfile.TemporaryDirectory() as empty:
        # A fresh current folder and home: whatever turns up there was written by a child.
        os.chdir(empty)
        os.environ["HOME"] = empty
        watched = [Path(empty), shared, Path(private)]
        before = snapshot(watched)
        for path in sorted(folder.iterdir()):
            number = path.name.split("-")[0]
            if number not in CASES or (args.only and not path.name.startswith(tuple(args.only))):
                continue
            cases = [CASES[number]]
            cases += [
                replace(case, expected=text)
                for key, (text, case) in EXTRA.items()
                if key.split()[0] == number
            ]
            for case in cases:
                row = run(path, case, base, Path(private))
                rows.append(row)
                mark = "ok " if row["ok"] else "BAD"
                print(
                    f"{mark} {row['file']:45} {row['seconds']:6} s {row['mb']:5} MB  "
                    f"want {row['expected']} | got {row['got']}",
                    flush=True,
                )
        after = snapshot(watched)
        os.chdir(ROOT)
    written = sorted(p for p in after.keys() | before.keys() if after.get(p) != before.get(p))
    print("written outside:", ", ".join(written) or "nothing")
    record(
        "hostile",
        {
            "files": len(rows),
            "ok": sum(bool(row["ok"]) for row in rows),
            "bad": [row["file"] for row in rows if not row["ok"]],
            "seconds_max": max(float(str(row["seconds"])) for row in rows),
            "mb_max": max(int(str(row["mb"])) for row in rows),
            "written_outside": written,
        },
        corpus=folder,
    )


def _base(path: Path) -> list[str]:
    """Words of the first two pages of the undamaged paper, as our own reader gives them."""
    result = read_path(path, settings=Settings())
    found: list[str] = []
    for doc in result.documents:
        for block in doc.blocks:
            spans = [span for span in block.spans if span.page is not None and span.page <= 2]
            if spans:  # spans cut mended words: from the first to the last
                found += words(block.text[spans[0].start : spans[-1].end])
    return found


if __name__ == "__main__":
    main()
