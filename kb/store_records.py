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


def fingerprint_of(parsed: Parsed) -> bytes:
    """Hash over all that is stored of a document but the hash of its file."""
    plain = to_plain(replace(parsed, document=replace(parsed.document, sha256="")))
    return blake2b(dumps(plain).encode(), digest_size=16).digest()


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def document_data(document: Document) -> str:
    """What of a document has no column of its own."""
    return dumps(to_plain(replace(document, text="", passages=())))


def passage_data(passage: Passage) -> str:
    return dumps(to_plain(replace(passage, text="")))


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
