"""Folders to store and indexes: ingest, remove, forget, verify, with one writer at a time.

Reading and analysis run in limited child processes; this process embeds and writes. A file is
written with all its documents in one transaction, and what was written is never lost: an ingest
that was killed is taken up where it stopped by running it again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb import build_forget as forgetting
from kb import index, store_ids, store_vectors, store_write
from kb.build_children import parsed
from kb.build_forget import ForgetReport
from kb.build_parsing import Job
from kb.build_run import Progress, Run, by_source, embed_missing, sha256_of, silent, unopened
from kb.config import Settings
from kb.datatypes import (
    IngestReport,
    Kind,
    Parsed,
    Problem,
    VerifyReport,
)
from kb.embed import load_encoder, passage_text
from kb.errors import NoIndexError
from kb.index import lock, store_path
from kb.store import Store
from kb.store_records import content_of
from kb.walk import absolute, walk

__all__ = [
    "ForgetReport", "Status", "forget", "ingest", "open_store", "parse_file", "reembed", "remove",
    "status", "verify",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds. `bytes` is its size on disk, `current` whether the indexes are up to
    the store."""

    index: str
    encoder: str | None
    model: str | None
    revision: str | None
    generation: int | None
    current: bool
    counts: Mapping[str, int]
    bytes: int


def ingest(
    paths: Sequence[Path],
    *,
    settings: Settings,
    kind: Kind | None = None,
    password: str | None = None,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read files, folders and zips into the index; only what changed is read again.

    Raises UsageError for a path that is not there, IndexBusyError, IndexMismatchError.
    """
    started = time.monotonic()
    met = walk(paths, leave_out=absolute(settings.index))
    with writing(settings, create=True) as store:
        index.check_model(store, settings)
        run = Run(store, settings, progress or silent, problems=list(met.problems))
        jobs = run.plan(met, kind=kind, password=password, mapping=mapping)
        run.drop_gone(met)
        run.read(jobs)
        with store.transaction() as con:
            store_vectors.drop_unused(con)
        run.progress("index", 0, 1, "")
        index.sync(store, settings.index)
        run.progress("index", 1, 1, "")
    return IngestReport(
        added=run.changes.added,
        updated=run.changes.updated,
        unchanged=run.changes.unchanged,
        removed=run.changes.removed,
        passages=run.changes.passages,
        seconds=round(time.monotonic() - started, 3),
        failed=by_source(run.problems),
        warnings=by_source(run.warnings),
    )


def parse_file(
    path: Path,
    *,
    settings: Settings,
    kind: Kind | None = None,
    password: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[list[Parsed], list[Problem]]:
    """What one file is read as, and what could not be read of it; nothing is stored."""
    path = absolute(path)
    try:
        sha256 = sha256_of(path)
    except OSError as error:
        return [], [unopened(path.name, error)]
    job = Job(path, path.name, sha256, settings, kind=kind, password=password, mapping=mapping)
    ((_, result),) = parsed([job], settings)
    return list(result.parsed), [*result.failures, *result.warnings]


def remove(doc_ids: Sequence[str], *, settings: Settings) -> int:
    """Take documents out with all their parts; how many. An empty list removes nothing.

    Raises UnknownValueError, before anything is removed, for an id that is not there.
    """
    with writing(settings) as store:
        with store.transaction() as con:
            known = store_ids.check_all(con, "doc", doc_ids)
            gone = store_write.remove_docs(con, known)
            store_vectors.drop_unused(con)
        index.sync(store, settings.index)
    return gone


def forget(profile_ids: Sequence[str], *, settings: Settings) -> ForgetReport:
    """Erase people from everything; their files and rows are not taken in again.

    Documents that name them are listed, not changed. An empty list erases nothing. Raises
    UnknownValueError, before anything is erased, for an id that is not there.
    """
    with writing(settings) as store:
        known = store_ids.check_all(store.con, "profile", profile_ids)
        report = forgetting.forget(store, known)
        with store.transaction() as con:
            store_vectors.drop_unused(con)
        index.sync(store, settings.index)
    return report


def reembed(settings: Settings, *, progress: Progress | None = None) -> int:
    """Make all vectors anew with the model that is set, reading no file; how many were made.

    The old model stays in force until all vectors are there.
    """
    tell = progress or silent
    encoder = load_encoder(settings)
    with writing(settings) as store:
        with store.transaction() as con:
            model = store_vectors.model_id(con, encoder)
        passages = store.passages(store.passage_rows()).values()
        texts = {content_of(t): t for p in passages for t in [passage_text(p.passage, p.title)]}
        made = embed_missing(store, encoder, model, texts, tell)
        with store.transaction() as con:
            index.claim_model(store, encoder, name=settings.encoder)
            store_vectors.drop_unused(con)
        tell("index", 0, 1, "")
        index.sync(store, settings.index)
        tell("index", 1, 1, "")
    return made


def verify(settings: Settings, *, repair: bool = False) -> VerifyReport:
    """Check the store against itself and both indexes against the store; mend what can be."""
    from kb import build_verify

    store = open_store(settings)
    store.close()
    with writing(settings) as store:
        return build_verify.verify(store, settings, repair=repair)


def status(settings: Settings) -> Status:
    """What the index holds."""
    store = open_store(settings)
    have = index.manifest.read(settings.index)
    files = [path for path in settings.index.rglob("*") if path.is_file()]
    found = Status(
        index=str(settings.index),
        encoder=store.meta("encoder"),
        model=store.meta("model"),
        revision=store.meta("revision"),
        generation=have.generation if have else None,
        current=have is not None and have.store_version == store.version(),
        counts=store.counts(),
        bytes=sum(path.stat().st_size for path in files),
    )
    store.close()
    return found


def open_store(settings: Settings) -> Store:
    """The store for asking, without its indexes; NoIndexError if there is none."""
    return Store.open(store_path(settings.index))


@contextmanager
def writing(settings: Settings, *, create: bool = False) -> Iterator[Store]:
    """The store for writing; IndexBusyError while another process has it."""
    path = store_path(settings.index)
    if not create and not path.is_file():
        raise NoIndexError("no_index", path=str(settings.index))
    with lock.writing(settings.index):
        store = Store.open(path, create=True)
        try:
            yield store
        finally:
            store.close()
