"""What every measurement shares: one JSON line a run, told apart by commit, machine and model."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"


def record(
    name: str, figures: dict[str, Any], *, model: str | None = None, corpus: Path | None = None
) -> None:
    """Append one line to bench/results/<name>.jsonl and print it."""
    RESULTS.mkdir(exist_ok=True)
    line = {
        "bench": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": f"{platform.machine()} {_cores()} cores, Python {platform.python_version()}",
        "model": model,
        "corpus": folder_hash(corpus) if corpus else None,
        **figures,
    }
    text = json.dumps(line, ensure_ascii=False)
    with (RESULTS / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(text + "\n")
    print(text)


def folder_hash(folder: Path) -> str:
    """Short hash over names and bytes of the files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def shared_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shared", type=Path, help="folder with corpus/ and bench/ test sets")


def need_shared(folder: Path | None, *parts: str) -> Path:
    """The folder of a test set; says so and exits 0 when it is not there."""
    path = (folder or Path()).joinpath(*parts)
    if folder is None or not path.exists():
        print(f"skipped: needs --shared FOLDER with {'/'.join(parts)}", file=sys.stderr)
        raise SystemExit(0)
    return path


def _commit() -> str:
    """The short hash, with + where the working tree differs from it."""
    changed = "+" if _git("status", "--porcelain", "-uno") else ""
    return _git("rev-parse", "--short", "HEAD") + changed


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
