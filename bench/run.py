"""All measurements in one run: `--own` the short ones on corpus/, `--shared DIR` all of them."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

OWN = (
    ["bench.retrieval", "--own"],
    ["bench.people"],
    ["bench.profiles"],
)
SHARED = (
    ["bench.retrieval"],
    ["bench.encoder"],
    ["bench.reading"],
    ["bench.entities"],
    ["bench.lessons"],
    ["bench.language"],
    ["bench.hostile"],
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--own", action="store_true", help="only what needs no other folder")
    parser.add_argument("--shared", default="", help="folder with corpus/ and bench/ test sets")
    args = parser.parse_args()
    failed = [words for words in OWN if _run(words)]
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        corpus = ["corpus/policy", "corpus/profiles"]
        subprocess.run(
            [sys.executable, "-m", "kb.cli", "ingest", *corpus, "--index", index], check=False
        )
        failed += [words for words in (["bench.responses", "--index", index],) if _run(words)]
    failed += [words for words in (["bench.ingest_speed"],) if _run(words)]
    if not args.own:
        if not args.shared:
            print("the rest needs --shared FOLDER (make bench-all SHARED=FOLDER)", file=sys.stderr)
            return 1
        failed += [words for words in SHARED if _run([*words, "--shared", args.shared])]
    for words in failed:
        print("failed:", " ".join(words), file=sys.stderr)
    return int(bool(failed))


def _run(words: list[str]) -> int:
    print(f"\n== {' '.join(words)}", flush=True)
    return subprocess.run([sys.executable, "-m", *words], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
