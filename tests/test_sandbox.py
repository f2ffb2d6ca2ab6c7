"""The sandbox: whatever a child does, the parent gets a result or a named problem."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from kb import messages
from kb.config import Limits
from kb.datatypes import Problem, ReadResult
from kb.readers import sandbox
from tests.sandbox_jobs import work

LIMITS = Limits(seconds=20, memory=900_000_000)
QUICK = Limits(seconds=1.5, memory=900_000_000, seconds_per_ocr_page=2, output=500_000)


def run(*jobs: str, limits: Limits = LIMITS, folder: Path | None = None) -> list[object]:
    items = [(f"f{i}", job) for i, job in enumerate(jobs)]
    found = list(sandbox.run_many(work, items, workers=2, limits=limits, folder=folder))
    assert [item for item, _ in found] == items
    return [result for _, result in found]


def code(result: object) -> str:
    assert isinstance(result, Problem), result
    for lang in ("es", "en"):
        assert messages.render_problem(result, lang=lang)["error"]
    return result.code


def test_bad_files_stop_nothing_and_results_keep_their_order() -> None:
    """Errors, crashes and exits become problems; the good files beside them are read."""
    raised, good, crashed, left, last = run("raise", "good", "crash", "exit", "good")
    assert code(raised) == "reader_failed"
    assert code(crashed) == "reader_crashed"
    assert code(left) == "reader_crashed"
    assert isinstance(good, ReadResult)
    assert isinstance(last, ReadResult)
    assert last.documents[0].blocks[0].text == "f4"
    assert isinstance(raised, Problem)
    assert raised.source == "f0"


@pytest.mark.skipif(
    sys.platform != "linux", reason="memory is limited by the system on Linux alone"
)
def test_memory_is_limited() -> None:
    """A child that takes too much memory is refused it."""
    assert [code(result) for result in run("memory")] == ["out_of_memory"]


def test_time_is_limited_by_the_clock_and_the_processor() -> None:
    """Neither a loop nor a wait outlasts the limit."""
    assert [code(result) for result in run("loop", "sleep", limits=QUICK)] == ["took_too_long"] * 2


def test_a_child_that_reports_pages_gets_more_time() -> None:
    """Each recognised page extends the limit."""
    assert run("pages", limits=QUICK) == ["done"]


def test_results_are_limited_in_size_and_kind() -> None:
    """Neither a flood nor a foreign object gets into the parent."""
    big, odd = run("big", "odd", limits=QUICK)
    assert code(big) == "output_too_large"
    assert code(odd) == "reader_failed"


def test_noise_of_libraries_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    """What a child prints reaches neither stdout nor stderr."""
    [pid] = run("noise")
    assert pid != os.getpid()
    assert capfd.readouterr() == ("", "")


def test_children_write_in_their_own_folder_alone(tmp_path: Path) -> None:
    """Writing, removing, connecting and running are refused; temporary files are removed."""
    kept = tmp_path / "kept.txt"
    kept.write_text("x", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    jobs = [f"write:{tmp_path / 'new.txt'}", f"remove:{kept}", "connect:", "run:/bin/true",
            "temporary:"]  # fmt: skip
    assert run(*jobs, folder=own) == ["refused"] * 4 + ["free"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept.txt", "own"]


def test_closing_early_ends_the_children() -> None:
    """Nobody is left behind when the reader of results goes away."""
    results = sandbox.run_many(
        work, [("a", "good"), ("b", "sleep"), ("c", "sleep")], workers=3, limits=LIMITS
    )
    next(results)
    before = _workers()
    results.close()  # type: ignore[attr-defined]
    assert before
    assert not [pid for pid in before if psutil.pid_exists(pid) and _alive(pid)]


def _workers() -> list[int]:
    """Children of the fork server that lead a group of their own."""
    mine = psutil.Process().children(recursive=True)
    return [child.pid for child in mine if os.getpgid(child.pid) == child.pid]


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_parent_takes_its_children_and_their_folders_along(tmp_path: Path) -> None:
    """After kill -9 of the parent no child runs on and no folder is left; scripts need no guard."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            from pathlib import Path
            from kb.config import Limits
            from kb.readers import sandbox
            from tests.sandbox_jobs import work
            own = Path({str(tmp_path)!r}) / "own"
            own.mkdir()
            sandbox.run_one(work, ("a", "sleep"), limits=Limits(), folder=own)
            """
        ),
        encoding="utf-8",
    )
    root = Path(__file__).parent.parent
    parent = subprocess.Popen(
        [sys.executable, script], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    own = tmp_path / "own"
    assert _until(lambda: list(own.glob("*/stderr.log")))
    family = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    assert _until(lambda: not any(_alive(child.pid) for child in family))
    assert _until(lambda: not list(own.iterdir()))


def _until(condition: object, patience: float = 30.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux's /proc")
def test_an_interrupt_does_not_reach_what_children_are_forked_from() -> None:
    """Neither while it loads libraries: its SIGINT is ignored from the first moment."""
    script = (
        "import multiprocessing.forkserver as f\n"
        "from kb.readers import sandbox\n"
        "sandbox.prepare()\n"
        "print(open(f'/proc/{f._forkserver._forkserver_pid}/status').read())\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    (mask,) = re.findall(r"SigIgn:\s*([0-9a-f]+)", shown)
    assert int(mask, 16) & 1 << (signal.SIGINT - 1)
