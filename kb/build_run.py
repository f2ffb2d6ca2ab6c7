"""One run of an ingest: what has to be read, embedding and writing as it comes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from kb import build_forget as forgetting
from kb import index, store_vectors, store_write
from kb.build_children import parsed
from kb.build_parsing import Job, ParsedFile
from kb.config import Settings
from kb.datatypes import (
    SEARCHED_ROLES,
    Encoder,
    Kind,
    Problem,
)
from kb.embed import load_encoder, passage_text
from kb.store import Store, StoredFile
from kb.store_records import content_of
from kb.store_write import Changes
from kb.walk import Walk, named
from kb.wire import from_plain, to_plain

#: (stage, done, total, name): stage is read, embed or index.
Progress = Callable[[str, int, int, str], None]

#: Grows when the same file would be read as something else: files are then read again.
READING = 2
#: Texts embedded at once: enough to sort by length, few enough to lose little when killed.
_BATCH = 256
#: Bytes; files that differ by less are read in the order of their names.
_LARGE = 100_000


@dataclass(slots=True)
class Run:
    """One ingest: what it has done so far, and what waits to be embedded and written."""

    store: Store
    settings: Settings
    progress: Progress
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    _encoder: Encoder | None = None
    _waiting: list[tuple[StoredFile, ParsedFile]] = field(default_factory=list)
    _files: dict[Path, StoredFile] = field(default_factory=dict)

    def plan(
        self,
        met: Walk,
        *,
        kind: Kind | None,
        password: str | None,
        mapping: Mapping[str, str] | None,
    ) -> list[Job]:
        """The files that have to be read; the others are counted as unchanged."""
        known = {file.path: file for file in self.store.files()}
        taken = {file.source: file.path for file in known.values()}
        prefixes = {file.root: file.prefix for file in known.values()}
        options = _options(self.settings, kind=kind, mapping=mapping)
        jobs: list[Job] = []
        for found in met.files:
            path = named(found.path)
            have = known.get(path)
            if have is None:
                prefix = prefixes.get(found.root, found.prefix)
                source = prefix + found.below
                taken.setdefault(source, path)
                salt = "" if taken[source] == path else found.root
            else:
                prefix, source, salt = have.prefix, have.source, have.salt
            try:
                stat, sha256 = found.path.stat(), sha256_of(found.path)
            except OSError as error:
                self.problems.append(unopened(source, error))
                continue
            if forgetting.is_buried(self.store.con, sha256=sha256):
                self.warnings.append(Problem(source, "forgotten"))
                if have is not None:
                    self._take_out([have])
                continue
            told = _told(have)
            if (
                have is not None
                and (have.sha256, have.options) == (sha256, options)
                and not any(problem.code != "forgotten" for problem in told)
            ):
                self.changes += Changes(unchanged=self.store.count_documents(have.file_id))
                self.warnings += told
                continue
            self._files[found.path] = StoredFile(
                path=path, root=have.root if have else found.root, prefix=prefix, source=source,
                salt=salt, sha256=sha256, size=stat.st_size, mtime_ns=stat.st_mtime_ns,
                options=options,
            )  # fmt: skip
            jobs.append(
                Job(found.path, source, sha256, self.settings, salt=salt, kind=kind,
                    password=password, mapping=mapping)
            )  # fmt: skip
        return jobs

    def drop_gone(self, met: Walk) -> None:
        """Take out the files that are gone from a folder that was given."""
        there = {named(found.path) for found in met.files}
        self._take_out(
            [
                file
                for file in self.store.files()
                if file.path not in there and met.covers(file.path)
            ]
        )

    def _take_out(self, files: Sequence[StoredFile]) -> None:
        with self.store.transaction() as con:
            gone = store_write.remove_files(con, [file.file_id for file in files])
        self.changes += Changes(removed=gone)

    def read(self, jobs: Sequence[Job]) -> None:
        """Read the files, embedding and writing as they come."""
        if not jobs:
            return
        self.progress("read", 0, len(jobs), "")
        # The longest first: the last child to end does not keep the others waiting.
        jobs = sorted(jobs, key=lambda job: -(self._files[job.path].size // _LARGE))
        waiting = 0
        for done, (job, result) in enumerate(parsed(jobs, self.settings), start=1):
            self.progress("read", done, len(jobs), job.source)
            self.problems += result.failures
            self.warnings += result.warnings
            if not result.parsed and result.failures:
                continue  # what an earlier version of the file brought stays
            kept = []
            for one in result.parsed:
                if forgetting.is_forgotten(self.store.con, one):
                    result = _with_forgotten(result, one.document.source)
                    self.warnings.append(Problem(one.document.source, "forgotten"))
                else:
                    kept.append(one)
                    self.warnings += one.document.warnings
            kept_file = ParsedFile(tuple(kept), result.failures, result.warnings)
            self._waiting.append((self._files[job.path], kept_file))
            waiting += sum(len(one.document.passages) for one in kept)
            if waiting >= _BATCH:
                self._write()
                waiting = 0
        self._write()

    def _write(self) -> None:
        """Embed what waits, then write each file in its own transaction."""
        if not self._waiting:
            return
        if self._encoder is None:
            self._encoder = load_encoder(self.settings)
        model = index.claim_model(self.store, self._encoder, name=self.settings.encoder)
        contents: dict[str, bytes] = {}
        texts: dict[bytes, str] = {}
        for _, result in self._waiting:
            for one in result.parsed:
                for passage in one.document.passages:
                    if passage.role in SEARCHED_ROLES:
                        text = passage_text(passage, one.document.title)
                        contents[passage.passage_id] = content = content_of(text)
                        texts[content] = text
        embed_missing(self.store, self._encoder, model, texts, self.progress)
        for file, result in self._waiting:
            told = json.dumps(to_plain(result.failures), ensure_ascii=False)
            with self.store.transaction() as con:
                changes = store_write.put(con, file.with_problems(told), result.parsed, contents)
            self.changes += changes
        self._waiting.clear()


def embed_missing(
    store: Store,
    encoder: Encoder,
    model: int,
    texts: Mapping[bytes, str],
    progress: Progress,
) -> int:
    """Make the vectors that are missing; kept as they come, so that none is made twice."""
    missing = store_vectors.missing(store.con, texts, model)
    order = sorted(missing, key=lambda content: (len(missing[content]), content))
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        progress("embed", start, len(order), "")
        vectors = encoder.encode([missing[content] for content in batch])
        with store.transaction() as con:
            store_vectors.add(con, batch, vectors, model)
    if order:
        progress("embed", len(order), len(order), "")
    return len(order)


def by_source(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.source))


def _with_forgotten(result: ParsedFile, source: str) -> ParsedFile:
    """The same with a note that is told again at each ingest."""
    note = Problem(source, "forgotten")
    return ParsedFile(result.parsed, (*result.failures, note), result.warnings)


def _told(have: StoredFile | None) -> list[Problem]:
    return [] if have is None else [from_plain(Problem, p) for p in json.loads(have.problems)]


def _options(settings: Settings, *, kind: Kind | None, mapping: Mapping[str, str] | None) -> str:
    """What decides, beside its bytes, how a file is read."""
    return json.dumps(
        {
            "reading": READING,
            "kind": kind,
            "ocr": settings.ocr,
            "ner": [settings.ner_es, settings.ner_en],
            "mapping": sorted((mapping or {}).items()),
        },
        ensure_ascii=False,
    )


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def unopened(source: str, error: OSError) -> Problem:
    return Problem(source, "file_unopened", (("detail", error.strerror or str(error)),))


def silent(stage: str, done: int, total: int, name: str) -> None:
    """Progress that nobody watches."""
