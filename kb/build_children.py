"""Files to what is known of them, in limited children, while the caller embeds and writes.

A child costs some 10 ms: small files of plain formats share one. If anything goes wrong with a
shared child, each of its files gets a child of its own, so a bad file is told by itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TypeVar

from kb.build_parsing import PRELOAD, Job, ParsedFile, parse, parse_many
from kb.config import Settings
from kb.datatypes import Problem
from kb.readers import sandbox

T = TypeVar("T")

_SHARED_FILES = 8
_SMALL = 24_000  # bytes
#: Beginnings of formats that may unfold into far more than their size.
_PACKED = (b"%PDF", b"PK", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8", b"\x1f\x8b")
_AHEAD = 16  # results that may wait for the caller


def parsed(jobs: Sequence[Job], settings: Settings) -> Iterator[tuple[Job, ParsedFile]]:
    """Each job, in order, with what came of it; a child that failed gives a problem."""
    sandbox.prepare(PRELOAD)  # here, in the thread that gets the interrupts
    yield from _ahead(_parsed(jobs, settings))


def _parsed(jobs: Sequence[Job], settings: Settings) -> Generator[tuple[Job, ParsedFile]]:
    batches = sandbox.run_many(
        parse_many,
        _batches(jobs),
        workers=settings.workers,
        limits=settings.limits,
        preload=PRELOAD,
    )
    for batch, results in batches:
        if not isinstance(results, Problem):
            for job, result in zip(batch, results, strict=True):
                yield job, ParsedFile(*result)
        elif len(batch) == 1:
            yield batch[0], _failed(batch[0], results)
        else:
            yield from _alone(batch, settings)


def _alone(jobs: Sequence[Job], settings: Settings) -> Iterator[tuple[Job, ParsedFile]]:
    for job, result in sandbox.run_many(
        parse, jobs, workers=settings.workers, limits=settings.limits, preload=PRELOAD
    ):
        if isinstance(result, Problem):
            yield job, _failed(job, result)
        else:
            yield job, ParsedFile(*result)


def _failed(job: Job, problem: Problem) -> ParsedFile:
    return ParsedFile(failures=(Problem(job.source, problem.code, problem.params),))


def _batches(jobs: Iterable[Job]) -> list[tuple[Job, ...]]:
    """Neighbouring small files together, every other file alone."""
    batches: list[tuple[Job, ...]] = []
    open_batch: list[Job] = []
    for job in jobs:
        if _is_small(job) and len(open_batch) < _SHARED_FILES:
            open_batch.append(job)
            continue
        if open_batch:
            batches.append(tuple(open_batch))
            open_batch = []
        if _is_small(job):
            open_batch = [job]
        else:
            batches.append((job,))
    return [*batches, tuple(open_batch)] if open_batch else batches


def _is_small(job: Job) -> bool:
    try:
        with job.path.open("rb") as stream:
            head = stream.read(_SMALL + 1)
    except OSError:  # the child that reads it says what is wrong
        return False
    return len(head) <= _SMALL and not head.startswith(_PACKED)


def _ahead(results: Generator[T]) -> Iterator[T]:
    """The same results, made by a thread of their own while the caller works on earlier ones."""
    waiting: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def hand(kind: str, value: T | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                waiting.put((kind, value), timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for result in results:
                if not hand("result", result):
                    break
            hand("end", None)
        except BaseException as error:  # noqa: BLE001 - raised again where the results are taken
            hand("error", error)
        finally:
            results.close()  # ends the children

    thread = threading.Thread(target=work, name="kb-read", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = waiting.get()
            if kind == "end":
                return
            if isinstance(value, BaseException):
                raise value
            yield value  # type: ignore[misc]  # a result: `end` carries None, `error` an exception
    finally:
        stopped.set()
        thread.join()
