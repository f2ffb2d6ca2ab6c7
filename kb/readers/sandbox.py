"""Each file in a child process of its own, under limits; a child never takes the parent down.

On POSIX children are forks of a server that has the reading libraries loaded (10-20 ms a child);
elsewhere each child starts afresh. Results come through a pipe as pickles of which only plain
values and the records of `kb.datatypes` are accepted.
"""

from __future__ import annotations

import io
import logging
import multiprocessing
import multiprocessing.forkserver
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from kb.config import Limits
from kb.datatypes import Problem
from kb.readers import PRELOAD, child
from kb.readers.limits import megabytes

Item = TypeVar("Item")
Result = TypeVar("Result")
log = logging.getLogger(__name__)

_SAFE_BUILTINS = {
    "set",
    "frozenset",
    "bytearray",
    "complex",
    "range",
    "slice",
    "str",
    "int",
    "float",
}
_NAMES = {
    "SIGSEGV": "segmentation fault", "SIGABRT": "abort", "SIGBUS": "bus error",
    "SIGILL": "illegal instruction", "SIGFPE": "arithmetic error", "SIGTRAP": "trap",
    "SIGSYS": "bad system call",
}  # fmt: skip


@dataclass(slots=True)
class _Running:
    index: int
    process: BaseProcess
    pipe: Connection
    folder: Path
    started: float
    deadline: float
    answer: tuple[Any, ...] | None = None


def run_many(
    func: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int,
    limits: Limits,
    preload: Sequence[str] = PRELOAD,
    folder: Path | None = None,
) -> Iterator[tuple[Item, Result | Problem]]:
    """`func(item)` for each item, each in its own child; pairs come in the order of `items`.

    `func` must be importable (a function of a module, or a partial of one). What goes wrong in a
    child is a `Problem` whose source is the item's name: took_too_long, out_of_memory,
    reader_crashed, reader_failed, output_too_large. A child that calls `limits.still_at(page)`
    gets three times `limits.seconds_per_ocr_page` from then on; the whole never lasts longer
    than `limits.seconds` and `limits.ocr_pages` times `limits.seconds_per_ocr_page` together.
    Each child writes in a folder of its own alone, below `folder` (default: the system's for
    temporary files), which is removed.
    Closing the iterator, or an interrupt, ends all children.
    """
    pending = deque(enumerate(items))
    names = dict(pending)
    done: dict[int, Result | Problem] = {}
    running: list[_Running] = []
    context = _context(preload)
    ahead = max(8, 4 * workers)  # results that may wait for a slow file before them
    following = 0
    try:
        while pending or running or done:
            while pending and len(running) < workers and pending[0][0] < following + ahead:
                index, item = pending.popleft()
                running.append(_start(context, func, index, item, limits, folder))
            while following in done:
                yield names.pop(following), done.pop(following)
                following += 1
            for job in _ended(running, limits):
                running.remove(job)
                done[job.index] = _result(job, names[job.index], limits)
                _clean(job)
    finally:
        for job in running:
            _kill(job)
            _clean(job)


def run_one(
    func: Callable[[Item], Result], item: Item, *, limits: Limits, folder: Path | None = None
) -> Result | Problem:
    """One item in a child."""
    for _, result in run_many(func, [item], workers=1, limits=limits, folder=folder):
        return result
    raise AssertionError("run_many gave nothing for an item")


def prepare(preload: Sequence[str] = PRELOAD) -> None:
    """Start what children are forked from. In the main thread, so that an interrupt from the
    keyboard does not reach it; `run_many` does it by itself otherwise."""
    _context(preload)


def _context(preload: Sequence[str]) -> Any:
    if sys.platform == "win32" or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*preload, "kb.readers.child"])
    with _interrupts_ignored():
        multiprocessing.forkserver.ensure_running()
    return context


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """What is started meanwhile ignores Ctrl-C, also while it loads libraries: the parent alone
    decides. Only the main thread can say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(
    context: Any,
    func: Callable[[Any], Any],
    index: int,
    item: Any,
    limits: Limits,
    parent: Path | None,
) -> _Running:
    folder = Path(tempfile.mkdtemp(prefix="kb-read-", dir=parent))
    ours, theirs = context.Pipe(duplex=True)
    process = context.Process(
        target=child.run, args=(theirs, func, item, limits, str(folder), os.getcwd()), daemon=True
    )
    try:
        with _without_main(func):
            process.start()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    theirs.close()
    now = time.monotonic()
    return _Running(index, process, ours, folder, now, now + limits.seconds)


@contextmanager
def _without_main(func: Callable[..., Any]) -> Iterator[None]:
    """Hide the caller's script while a child is described.

    Children would import it, and a script without `if __name__ == "__main__"` would run again in
    each; they need it only for a function that stands in it.
    """
    inner = getattr(func, "func", func)
    main = sys.modules["__main__"]
    if getattr(inner, "__module__", None) == "__main__":
        yield
        return
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _ended(running: list[_Running], limits: Limits) -> list[_Running]:
    """Wait until something happens; the jobs that are over."""
    if not running:
        return []
    now = time.monotonic()
    patience = max(0.0, min(job.deadline for job in running) - now)
    ready = wait([job.pipe for job in running], timeout=min(patience, 5.0))
    over = []
    for job in running:
        if job.pipe in ready and _listen(job, limits):
            over.append(job)
        elif time.monotonic() >= job.deadline:
            _kill(job)
            job.answer = (child.FAILED, "took_too_long", (("seconds", _seconds(job)),))
            over.append(job)
    return over


def _listen(job: _Running, limits: Limits) -> bool:
    """Take one message; whether the job is over."""
    try:
        message = job.pipe.recv_bytes(child.max_payload(limits) + 10_000)
        answer = _loads(message)
    except (EOFError, OSError, pickle.UnpicklingError):
        return True  # it died, or said something that is not ours
    if not isinstance(answer, tuple) or not answer:
        return True
    if answer[0] == child.STILL:
        latest = job.started + limits.seconds + limits.ocr_pages * limits.seconds_per_ocr_page
        # A page may take three times what pages take on average before it is given up.
        wanted = time.monotonic() + 3 * limits.seconds_per_ocr_page + 5
        job.deadline = min(latest, max(job.deadline, wanted))
        return False
    job.answer = answer
    return True


def _result(job: _Running, item: Any, limits: Limits) -> Any:
    """What the child answered, or a Problem that says why it did not."""
    job.process.join(2.0 if job.answer else 5.0)
    if job.process.is_alive():
        _kill(job)
    _log_noise(job)
    source = _name(item)
    if job.answer and job.answer[0] == child.DONE:
        try:
            return _loads(job.answer[1])
        except Exception as error:  # noqa: BLE001 - a forged answer must not stop the others
            return Problem(source, "reader_failed", (("detail", str(error)[:200]),))
    if job.answer and job.answer[0] == child.FAILED:
        code, params = job.answer[1], job.answer[2]
        if code == "out_of_memory":
            params = (("limit", megabytes(limits.memory)),)
        return Problem(source, code, params)
    return _death(job, source, limits)


def _death(job: _Running, source: str, limits: Limits) -> Problem:
    """A child that ended without an answer."""
    code = job.process.exitcode
    name = ""
    if code is not None and code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
    if name == "SIGXCPU":
        return Problem(source, "took_too_long", (("seconds", _seconds(job)),))
    if name == "SIGKILL" or _ran_out(job):  # by the system's own guard against want of memory
        return Problem(source, "out_of_memory", (("limit", megabytes(limits.memory)),))
    shown = _NAMES.get(name, name or f"exit {code}")
    return Problem(source, "reader_crashed", (("signal", shown),))


def _ran_out(job: _Running) -> bool:
    """C++ libraries end the process when memory is refused, and say so before."""
    noise = _noise(job).lower()
    return any(
        mark in noise
        for mark in ("bad_alloc", "out of memory", "cannot allocate memory", "memoryerror")
    )


def _noise(job: _Running) -> str:
    try:
        with (job.folder / "stderr.log").open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - 4000))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _log_noise(job: _Running) -> None:
    if noise := _noise(job).strip():
        log.debug("child %s printed: %s", job.process.pid, noise)


def _seconds(job: _Running) -> int:
    return round(time.monotonic() - job.started)


def _name(item: Any) -> str:
    """How a report names an item: a path by its last part."""
    if isinstance(item, tuple) and item:
        item = item[0]
    if isinstance(item, (str, os.PathLike)):
        return Path(item).name
    return str(item)[:200]


def _kill(job: _Running) -> None:
    """End the child and what it started (tesseract)."""
    pid = job.process.pid
    if pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            # The child leads a group of its own once it runs; before that it has started nothing.
            if os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
    job.process.kill()
    job.process.join(5.0)


def _clean(job: _Running) -> None:
    job.pipe.close()
    if not job.process.is_alive():
        job.process.close()
    shutil.rmtree(job.folder, ignore_errors=True)


class _Unpickler(pickle.Unpickler):
    """Loads records and plain values only: a child may have been taken over by its file."""

    def find_class(self, module: str, name: str) -> Any:
        if module in ("kb.datatypes", "kb.errors") and "." not in name:
            return super().find_class(module, name)
        if module == "builtins" and name in _SAFE_BUILTINS:
            return super().find_class(module, name)
        if (module, name) in (("pathlib", "PosixPath"), ("pathlib", "WindowsPath")):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not accepted from a child")


def _loads(data: bytes) -> Any:
    return _Unpickler(io.BytesIO(data)).load()
