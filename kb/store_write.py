"""Changes to the store. Each function is one transaction: all of it is there, or none.

A document is in with all its parts or it is not; deleting one takes its parts along (cascade).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kb import store_records as records
from kb.datatypes import Parsed
from kb.store_filters import PASSAGE_FIELDS, entity_value, profile_values
from kb.store_records import StoredFile, Written


@dataclass(frozen=True, slots=True)
class Changes:
    """Numbers of documents, and of passages in those added and updated."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = field(default=0, compare=False)

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.added + other.added,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
            self.passages + other.passages,
        )


def put(
    con: sqlite3.Connection,
    file: StoredFile,
    parsed: Sequence[Parsed],
    contents: Mapping[str, bytes],
) -> Changes:
    """Make `parsed` all that there is of `file`, keeping documents that did not change.

    `contents`: key of what is embedded, by passage id, for the passages that are searched.
    """
    file_id = _put_file(con, file)
    had = {
        row["doc_id"]: row["fingerprint"]
        for row in con.execute(
            "SELECT doc_id, fingerprint FROM documents WHERE file_id = ?", (file_id,)
        )
    }
    changes = Changes()
    for one in parsed:
        doc_id = one.document.doc_id
        written = records.write(one)
        before = had.pop(doc_id, None)
        if before == written.fingerprint:
            con.execute(
                "UPDATE documents SET data = json_set(data, '$.sha256', ?) WHERE doc_id = ?",
                (one.document.sha256, doc_id),
            )
            changes += Changes(unchanged=1)
            continue
        if before is not None:
            con.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,))
        _insert(con, file_id, one, written, contents)
        _log(con, "added" if before is None else "updated", doc_id, one.document.source)
        size = len(one.document.passages)
        changes += Changes(added=before is None, updated=before is not None, passages=size)
    changes += Changes(removed=_delete(con, list(had)))
    if changes.added or changes.updated or changes.removed:
        _bump(con)
    return changes


def remove_files(con: sqlite3.Connection, file_ids: Sequence[int]) -> int:
    """Take files out with their documents; the number of documents."""
    gone = 0
    for file_id in file_ids:
        found = con.execute("SELECT doc_id FROM documents WHERE file_id = ?", (file_id,))
        gone += _delete(con, [row["doc_id"] for row in found.fetchall()])
        con.execute("DELETE FROM files WHERE file_id = ?", (file_id,))
    if gone:
        _bump(con)
    return gone


def remove_docs(con: sqlite3.Connection, doc_ids: Sequence[str]) -> int:
    """Take documents out; their files are read again when they are ingested again."""
    gone = 0
    for doc_id in doc_ids:
        row = con.execute(
            "SELECT file_id, source FROM documents WHERE doc_id = ?", (doc_id,)
        ).fetchone()
        gone += _delete(con, [doc_id])
        _loosen(con, row["file_id"], row["source"])
    if gone:
        _bump(con)
    return gone


def forget_file_of(con: sqlite3.Connection, doc_id: str) -> str | None:
    """Take one document out without a trace; the sha256 of its file if it was alone in it."""
    row = con.execute(
        "SELECT f.file_id, f.sha256, d.source FROM documents d JOIN files f USING (file_id)"
        " WHERE d.doc_id = ?",
        (doc_id,),
    ).fetchone()
    _delete(con, [doc_id])
    _bump(con)
    return row["sha256"] if _loosen(con, row["file_id"], row["source"]) else None


def _loosen(con: sqlite3.Connection, file_id: int, source: str) -> bool:
    """Let a file be read again; drop it if nothing of it is left (True)."""
    left = con.execute("SELECT count(*) FROM documents WHERE file_id = ?", (file_id,)).fetchone()
    if not left[0]:
        con.execute("DELETE FROM files WHERE file_id = ?", (file_id,))
        return True
    problems = con.execute("SELECT problems FROM files WHERE file_id = ?", (file_id,)).fetchone()
    kept = [item for item in json.loads(problems[0]) if item["source"] != source]
    con.execute(
        "UPDATE files SET sha256 = '', problems = ? WHERE file_id = ?",
        (records.dumps(kept), file_id),
    )
    return False


def _put_file(con: sqlite3.Connection, file: StoredFile) -> int:
    names = [name for name in StoredFile.__dataclass_fields__ if name != "file_id"]
    con.execute(
        f"INSERT INTO files ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT (path) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in names)}",
        [getattr(file, name) for name in names],
    )
    found = con.execute("SELECT file_id FROM files WHERE path = ?", (file.path,))
    return int(found.fetchone()[0])


def _insert(
    con: sqlite3.Connection,
    file_id: int,
    one: Parsed,
    written: Written,
    contents: Mapping[str, bytes],
) -> None:
    doc = one.document
    con.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (doc.doc_id, file_id, doc.source, doc.kind, doc.lang, doc.year, doc.title,
         written.fingerprint, written.document, doc.text),
    )  # fmt: skip
    own: set[tuple[str, str]] = set()
    if one.profile is not None:
        profile = one.profile
        con.execute(
            "INSERT INTO profiles VALUES (?, ?, ?, ?, ?)",
            (profile.profile_id, doc.doc_id, profile.type, profile.name,
             written.profile),
        )  # fmt: skip
        pairs = sorted(profile_values(profile, one.entities))
        con.executemany(
            "INSERT INTO profile_values VALUES (?, ?, ?)",
            ((field, value, profile.profile_id) for field, value in pairs),
        )
        # An institution is a passage's own only if it stands in the passage.
        own = {pair for pair in pairs if pair[0] in PASSAGE_FIELDS and pair[0] != "institution"}
    found = [(ent.start, pair) for ent in one.entities if (pair := entity_value(ent))]
    for ordinal, (passage, data) in enumerate(zip(doc.passages, written.passages, strict=True)):
        row = records.row_of(passage, title=doc.title)
        con.execute(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row, passage.passage_id, doc.doc_id, ordinal, passage.role, passage.lang,
             contents.get(passage.passage_id, b""), data, passage.text),
        )  # fmt: skip
        values = own | {pair for start, pair in found if passage.start <= start < passage.end}
        con.executemany(
            "INSERT INTO passage_values VALUES (?, ?, ?)", ((*pair, row) for pair in sorted(values))
        )
    con.executemany(
        "INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?)",
        (
            (doc.doc_id, i, ent.label, ent.id, ent.start, data)
            for i, (ent, data) in enumerate(zip(one.entities, written.entities, strict=True))
        ),
    )
    con.executemany(
        "INSERT INTO lessons VALUES (?, ?, ?, ?, ?, ?)",
        (
            (lesson.lesson_id, lesson.passage_id, doc.doc_id, i, lesson.type, data)
            for i, (lesson, data) in enumerate(zip(one.lessons, written.lessons, strict=True))
        ),
    )  # fmt: skip


def _delete(con: sqlite3.Connection, doc_ids: Sequence[str]) -> int:
    for doc_id in doc_ids:
        con.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,))
        con.execute("DELETE FROM log WHERE doc_id = ?", (doc_id,))
    if doc_ids:
        _log(con, f"removed {len(doc_ids)}", None, None)
    return len(doc_ids)


def _bump(con: sqlite3.Connection) -> None:
    con.execute(
        "INSERT INTO meta VALUES ('version', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def _log(con: sqlite3.Connection, event: str, doc_id: str | None, source: str | None) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    con.execute(
        "INSERT INTO log (at, event, doc_id, source) VALUES (?, ?, ?, ?)",
        (at, event, doc_id, source),
    )
