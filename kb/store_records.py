"""Records to rows of the store and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from kb.datatypes import Document, Entity, Lesson, Parsed, Passage, Profile
from kb.wire import from_plain, to_plain


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what its document says of it; `row` keys it in both indexes."""

    row: int
    passage: Passage
    source: str
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    kind: str
    profile_id: str | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was read; `path` is absolute, `problems` is JSON told again at each ingest."""

    path: str
    root: str
    prefix: str
    source: str
    salt: str
    sha256: str
    size: int
    mtime_ns: int
    options: str
    problems: str = "[]"
    file_id: int = 0

    def with_problems(self, problems: str) -> StoredFile:
        return replace(self, problems=problems)


def row_of(passage: Passage, *, title: str | None) -> int:
    """63 bits of a hash over all that the indexes hold of a passage: same row, same entry."""
    parts = (passage.passage_id, passage.role, passage.lang, title or "", *passage.section)
    digest = blake2b("\0".join((*parts, passage.text)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def content_of(text: str) -> bytes:
    """Key of what is embedded."""
    return blake2b(text.encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Written:
    """The JSON columns of one document, each written once: data by passage, entity and lesson."""

    document: str
    passages: tuple[str, ...]
    entities: tuple[str, ...]
    lessons: tuple[str, ...]
    profile: str | None
    fingerprint: bytes


def write(parsed: Parsed) -> Written:
    """JSON of a document's parts, and a hash over all that is stored of it but the hash of its
    file."""
    doc = parsed.document
    passages = tuple(dumps(to_plain(replace(passage, text=""))) for passage in doc.passages)
    entities = tuple(dumps(to_plain(ent)) for ent in parsed.entities)
    lessons = tuple(dumps(to_plain(lesson)) for lesson in parsed.lessons)
    profile = None if parsed.profile is None else dumps(to_plain(parsed.profile))
    bare = replace(doc, text="", passages=())
    digest = blake2b(dumps(to_plain(replace(bare, sha256=""))).encode(), digest_size=16)
    for part in (doc.text, *passages, *entities, *lessons, profile or ""):
        digest.update(b"\0" + part.encode())
    return Written(dumps(to_plain(bare)), passages, entities, lessons, profile, digest.digest())


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def document(row: Sequence[Any], passages: Sequence[Passage]) -> Document:
    """From the columns (data, text)."""
    restored = from_plain(Document, json.loads(row[0]))
    return replace(restored, text=row[1], passages=tuple(passages))


def passage(data: str, text: str) -> Passage:
    plain = json.loads(data)
    plain["text"] = text
    return from_plain(Passage, plain)


def entity(data: str) -> Entity:
    return from_plain(Entity, json.loads(data))


def profile(data: str) -> Profile:
    return from_plain(Profile, json.loads(data))


def lesson(data: str) -> Lesson:
    return from_plain(Lesson, json.loads(data))


def file(row: sqlite3.Row) -> StoredFile:
    return StoredFile(**{name: row[name] for name in StoredFile.__dataclass_fields__})
