"""An ingest that is killed at any moment loses nothing and leaves nothing half done."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kb import build
from kb.config import Settings
from kb.index import open_index
from kb.wire import to_plain

ROOT = Path(__file__).resolve().parent.parent
#: Runs one ingest, as `kb ingest` does; its arguments: index, folder.
CHILD = """
import sys
from pathlib import Path
from kb import build
from kb.config import Settings

def told(stage, done, total, name):
    print(stage, done, total, flush=True)

if __name__ == "__main__":
    build.ingest([Path(sys.argv[2])], settings=Settings(index=Path(sys.argv[1]), encoder="hash"),
                 progress=told)
"""


@pytest.fixture
def folder(tiny_corpus: Path) -> Path:
    """The small corpus, and longer papers: the ingest writes several times."""
    for number in range(30):
        lang = ("The network of chapter {n} met in year {y}.", "La red {n} se reunió en {y}.")
        words = " ".join(lang[number % 2].format(n=number, y=y) for y in range(1900, 2060))
        text = "\n\n".join(f"# Part {i}\n\n{words[i * 450 : i * 450 + 450]}" for i in range(14))
        (tiny_corpus / "policy" / f"paper-{number:02d}.md").write_text(text, encoding="utf-8")
    return tiny_corpus


def start(index: Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(index), str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip


def contents(settings: Settings) -> dict[str, Any]:
    """All that the store says, and what the indexes hold."""
    opened = open_index(settings)
    store = opened.store
    docs = store.documents()
    found = {
        "documents": to_plain(docs),
        "entities": [to_plain(store.entities(doc.doc_id)) for doc in docs],
        "profiles": to_plain(store.profiles()),
        "lessons": to_plain(store.lessons()),
        "files": [(file.source, file.sha256, file.problems) for file in store.files()],
        "counts": store.counts(),
        "vectors": store.vectors(store.passage_rows()).tolist(),
        "rows": [opened.vectors.rows(), opened.lexical.rows(), sorted(store.passage_rows())],
    }
    store.close()
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def run_whole(index: Path, folder: Path) -> tuple[Settings, float]:
    begun = time.monotonic()
    process = start(index, folder)
    process.communicate()
    assert process.returncode == 0
    return Settings(index=index, encoder="hash"), time.monotonic() - begun


def kill_after(index: Path, folder: Path, seconds: float) -> None:
    """Kill the ingest and its children after some seconds."""
    process = start(index, folder)
    time.sleep(seconds)
    kill(process)


def kill_at(index: Path, folder: Path, *, stage: str, times: int) -> None:
    """Kill the ingest and its children when it says that it is in `stage`, the n-th time."""
    process = start(index, folder)
    assert process.stdout is not None
    lines = (line for line in process.stdout if line.startswith(stage))
    for _ in range(times):
        assert next(lines)
    kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def check(index: Path, folder: Path, expected: dict[str, Any]) -> None:
    """What the kill left is sound, and the ingest run again gives the same store."""
    settings = Settings(index=index, encoder="hash")
    if (index / "kb.sqlite3").is_file():
        report = build.verify(settings)
        assert report.problems == ()
        known = {doc["doc_id"]: doc for doc in expected["documents"]}
        store = build.open_store(settings)
        for doc in store.documents():
            assert json.loads(json.dumps(to_plain(doc))) == known[doc.doc_id]
        store.close()
    build.ingest([folder], settings=settings)
    assert contents(settings) == expected
    report = build.verify(settings)
    assert (report.ok, report.problems) == (True, ())


def test_killed_while_reading_writing_and_indexing(folder: Path, tmp_path: Path) -> None:
    """Kill -9 while files are read, at the second write and while the indexes are made."""
    settings, _ = run_whole(tmp_path / "whole", folder)
    expected = contents(settings)
    assert len(expected["rows"][0]) > 300  # more than one write
    for stage, times in (("read", 9), ("embed", 3), ("index", 1)):
        index = tmp_path / stage
        kill_at(index, folder, stage=stage, times=times)
        check(index, folder, expected)


@pytest.mark.slow
def test_killed_at_ten_random_moments(folder: Path, tmp_path: Path) -> None:
    """Kill -9 at ten random moments, each time run again: the same store as without the kill."""
    settings, seconds = run_whole(tmp_path / "whole", folder)
    expected = contents(settings)
    seed = int(os.environ.get("PYTEST_SEED", time.time_ns() % 100_000))
    print(f"PYTEST_SEED={seed}")
    moments = random.Random(seed)
    for number in range(10):
        index = tmp_path / f"killed-{number}"
        kill_after(index, folder, moments.uniform(0.1, 1.0) * seconds)
        check(index, folder, expected)


@pytest.mark.slow
def test_killed_again_and_again_it_gets_done(folder: Path, tmp_path: Path) -> None:
    """One index whose ingest is killed five times running still ends up whole."""
    settings, seconds = run_whole(tmp_path / "whole", folder)
    expected = contents(settings)
    index = tmp_path / "killed"
    for share in (0.5, 0.7, 0.8, 0.9, 0.95):
        kill_after(index, folder, share * seconds)
    check(index, folder, expected)
