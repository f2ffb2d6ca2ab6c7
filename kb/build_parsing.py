"""One file -> all that is known of its documents before vectors. Runs in the limited child.

read -> assemble -> entities -> profile, or lessons. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from kb.config import Settings
from kb.datatypes import Document, Kind, Parsed, Problem, RawDocument

#: To be imported before children are made, so that each does not pay for it.
PRELOAD = ("kb.build_warm",)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read: `source` is how it is cited, `salt` keeps equal sources apart."""

    path: Path
    source: str
    sha256: str
    settings: Settings
    salt: str = ""
    kind: Kind | None = None
    password: str | None = None
    mapping: Mapping[str, str] | None = None


class ParsedFile(NamedTuple):
    """What came of a file."""

    parsed: tuple[Parsed, ...] = ()
    failures: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def doc_id_of(source: str, *, salt: str = "") -> str:
    """ "d" and 12 hexadecimal digits of a hash of the source."""
    return "d" + blake2b(f"{source}\0{salt}".encode(), digest_size=6).hexdigest()


Result = tuple[tuple[Parsed, ...], tuple[Problem, ...], tuple[Problem, ...]]


def parse_many(jobs: tuple[Job, ...]) -> tuple[Result, ...]:
    """`parse` for each of a few small files that share a child."""
    return tuple(parse(job) for job in jobs)


def parse(job: Job) -> Result:
    """The fields of ParsedFile for one file; what cannot be read is in `failures`.

    A plain tuple, since only records of kb.datatypes may come out of a child.
    """
    from kb import readers

    result = readers.read_path(
        job.path, settings=job.settings, password=job.password, mapping=job.mapping
    )
    seen: dict[str, int] = {}
    parsed: list[Parsed] = []
    for raw in result.documents:
        source = job.source + raw.member
        nth = seen[source] = seen.get(source, 0) + 1
        # Two lines of a file may bear one id: the first keeps the plain hash.
        salt = job.salt if nth == 1 else f"{job.salt}\0{nth}"
        one = analyse(raw, source=source, sha256=job.sha256, salt=salt, kind=job.kind)
        told = tuple(located(problem, job) for problem in one.document.warnings)
        parsed.append(replace(one, document=replace(one.document, warnings=told)))
    return (
        tuple(parsed),
        tuple(located(problem, job) for problem in result.failures),
        tuple(located(problem, job) for problem in result.warnings),
    )


def located(problem: Problem, job: Job) -> Problem:
    """A problem whose source a reader named by the file alone, named as the file is cited."""
    said = problem.source
    if said.startswith(job.source):
        return problem
    if said.startswith(job.path.name):
        said = said[len(job.path.name) :]
    elif not said.startswith(("!", "#")):
        said = ""
    return replace(problem, source=job.source + said)


def analyse(
    raw: RawDocument, *, source: str, sha256: str, salt: str, kind: Kind | None = None
) -> Parsed:
    """One document as read, with its entities and its profile or lessons."""
    from kb import entities, ingest, lessons, profiles

    doc_id = doc_id_of(source, salt=salt)
    doc = ingest.assemble(raw, source=source, sha256=sha256, doc_id=doc_id, kind=kind)
    found = entities.extract(doc)
    if doc.kind == "policy":
        return Parsed(_light(doc), found, None, lessons.find_lessons(doc, found))
    return Parsed(_light(doc), found, profiles.parse_profile(doc, found))


def _light(doc: Document) -> Document:
    """Without what only the analysis needs: it need not travel out of the child."""
    return replace(doc, blocks=(), links=(), record=None, record_format=None)
