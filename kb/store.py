"""SQLite, the one truth: documents with all their parts, vectors, and what was forgotten.

    store = Store.open(path)                  for asking: read-only, any number of threads
    store = Store.open(path, create=True)     for writing: one writer, see `kb.build.writing`

Lists are complete and in a stable order: by source, then by place in the document. `row` is the
key of a passage in both indexes; it hashes the passage's content (`store_records.row_of`), so an
entry of an index is right as long as its row is in the store.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import migrations
from kb import store_records as records
from kb.datatypes import SEARCHED_ROLES, Document, Entity, Filters, Lesson, Passage, Profile
from kb.errors import IndexMismatchError, NoIndexError, StoreError
from kb.store_filters import FACETS, is_empty, passage_condition, profile_condition
from kb.store_records import StoredFile, StoredPassage

if TYPE_CHECKING:
    from kb.datatypes import Vectors

__all__ = ["Store", "StoredFile", "StoredPassage"]

_PASSAGES = (
    "passages p JOIN documents d ON d.doc_id = p.doc_id LEFT JOIN profiles f ON f.doc_id = d.doc_id"
)
_ORDER = "d.source, d.doc_id, p.ordinal"


class Store:
    """An open store. A thread gets a connection of its own; `close` closes those of all."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path = path
        self.writable = writable
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Store:
        """Open the store file at `path`, read-only unless `create`.

        Raises NoIndexError, IndexMismatchError (schema of a later kb) or StoreError (damaged).
        """
        if not create and not path.is_file():
            raise NoIndexError("no_index", path=str(path.parent))
        store = cls(path, writable=create)
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            have = migrations.schema_of(store.con)
            if have > migrations.SCHEMA or (not create and have < migrations.SCHEMA):
                raise IndexMismatchError(
                    "index_schema", path=str(path.parent), have=have, want=migrations.SCHEMA
                )
            if create:
                migrations.migrate(store.con)
        except sqlite3.DatabaseError as error:
            store.close()
            raise StoreError("store_damaged", path=str(path.parent), detail=str(error)) from error
        return store

    @property
    def con(self) -> sqlite3.Connection:
        """This thread's connection."""
        con: sqlite3.Connection | None = getattr(self._local, "con", None)
        if con is None:
            con = self._connect()
            self._local.con = con
            self._open.append(con)
        return con

    def _connect(self) -> sqlite3.Connection:
        mode = "rwc" if self.writable else "ro"
        if not self.writable and not os.access(self.path.parent, os.W_OK):
            mode = "ro&immutable=1"  # a store on a read-only disk: nobody can be writing
        con = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=30.0,
            isolation_level=None,
            check_same_thread=False,  # only `close` is called from another thread
        )
        con.row_factory = sqlite3.Row
        con.execute("PRAGMA foreign_keys = ON")
        if self.writable:
            con.execute("PRAGMA journal_mode = WAL")
            con.execute("PRAGMA synchronous = FULL")
            con.execute("PRAGMA secure_delete = ON")
        return con

    def close(self) -> None:
        for con in self._open:
            con.close()
        self._open.clear()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; inside another transaction, a part of it."""
        con = self.con
        if con.in_transaction:
            yield con
            return
        con.execute("BEGIN IMMEDIATE")
        try:
            yield con
        except BaseException:
            con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")

    def flush(self) -> None:
        """Move what was written from the log of SQLite to the store file, if nobody reads."""
        self.con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def erase(self) -> bool:
        """Rewrite the file so that no byte of what was deleted is left; False while a reader
        keeps the old state alive."""
        self.con.execute("VACUUM")
        busy: int = self.con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    # --- the store as a whole --------------------------------------------------------------------

    def meta(self, key: str, default: str | None = None) -> str | None:
        """A value kept about the store: salt, model, revision, dim."""
        found = self.con.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return found[0] if found else default

    def set_meta(self, key: str, value: str) -> None:
        with self.transaction() as con:
            con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def version(self) -> int:
        """Grows with every change of what is searched; an index names the one it was made from."""
        return int(self.meta("version", "0") or 0)

    def counts(self) -> dict[str, int]:
        """How many there are of files, documents (by kind too), passages, ..."""
        names = ("files", "documents", "passages", "profiles", "lessons", "entities", "vectors")
        found = {name: self._number(f"SELECT count(*) FROM {name}") for name in names}
        for kind in ("policy", "profile", "organisation"):
            found[kind] = self._number("SELECT count(*) FROM documents WHERE kind = ?", kind)
        return found

    def _number(self, sql: str, *params: str | int) -> int:
        return int(self.con.execute(sql, params).fetchone()[0])

    def _column(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        return [row[0] for row in self.con.execute(sql, params)]

    # --- passages --------------------------------------------------------------------------------

    def allowed(
        self,
        filters: Filters | None,
        *,
        roles: Sequence[str] = SEARCHED_ROLES,
        people: bool = False,
    ) -> list[int] | None:
        """Rows that satisfy the filters, ascending; None where nothing restricts them.

        With `people`, country, program, sector and institution are held against the person as a
        whole, and only passages of people and organisations are left.
        """
        if is_empty(filters) and not people and tuple(roles) == SEARCHED_ROLES:
            return None
        where, params = passage_condition(filters or Filters(), roles=roles, people=people)
        return self._column(
            f"SELECT p.row FROM {_PASSAGES} WHERE {where} ORDER BY p.row",
            params,
        )

    def browse(
        self, filters: Filters | None = None, *, roles: Sequence[str] = SEARCHED_ROLES
    ) -> list[int]:
        """Rows that satisfy the filters, by source and place."""
        where, params = passage_condition(filters or Filters(), roles=roles)
        return self._column(
            f"SELECT p.row FROM {_PASSAGES} WHERE {where} ORDER BY {_ORDER}",
            params,
        )

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of `rows`; rows that are no longer there are left out."""
        found = self.con.execute(
            "SELECT p.row, p.data, p.text, d.source, d.title, d.year, d.kind,"
            f" json_extract(d.data, '$.authors') AS authors, f.profile_id FROM {_PASSAGES}"
            " WHERE p.row IN (SELECT value FROM json_each(?))",
            (json.dumps(list(rows)),),
        )
        return {
            row["row"]: StoredPassage(
                row=row["row"],
                passage=records.passage(row["data"], row["text"]),
                source=row["source"],
                title=row["title"],
                authors=tuple(json.loads(row["authors"])),
                year=row["year"],
                kind=row["kind"],
                profile_id=row["profile_id"],
            )
            for row in found
        }

    def langs(self, rows: Sequence[int]) -> dict[int, str]:
        """Language by row; rows that are no longer there are left out."""
        found = self.con.execute(
            "SELECT row, lang FROM passages WHERE row IN (SELECT value FROM json_each(?))",
            (json.dumps(list(rows)),),
        )
        return {row["row"]: row["lang"] for row in found}

    def notes(self) -> dict[int, str]:
        """Role by row, of all footnotes and references."""
        found = self.con.execute(
            "SELECT row, role FROM passages WHERE role IN ('footnote', 'reference')"
        )
        return {row["row"]: row["role"] for row in found}

    def profile_of(self, rows: Sequence[int]) -> dict[int, str]:
        """Profile id by row, for the rows that belong to a person or organisation."""
        found = self.con.execute(
            "SELECT p.row, f.profile_id FROM passages p JOIN profiles f ON f.doc_id = p.doc_id"
            " WHERE p.row IN (SELECT value FROM json_each(?))",
            (json.dumps(list(rows)),),
        )
        return {row["row"]: row["profile_id"] for row in found}

    def passage_rows(
        self,
        doc_id: str | None = None,
        *,
        profile_id: str | None = None,
        roles: Sequence[str] = SEARCHED_ROLES,
    ) -> list[int]:
        """Rows of one document or profile (or of all), in order."""
        clauses, params = ["p.role IN (SELECT value FROM json_each(?))"], [json.dumps(list(roles))]
        for column, value in (("d.doc_id", doc_id), ("f.profile_id", profile_id)):
            if value is not None:
                clauses.append(f"{column} = ?")
                params.append(value)
        return self._column(
            f"SELECT p.row FROM {_PASSAGES} WHERE {' AND '.join(clauses)} ORDER BY {_ORDER}",
            params,
        )

    def all_passages(self) -> list[Passage]:
        """Every passage, furniture included, by source and place."""
        found = self.con.execute(f"SELECT p.data, p.text FROM {_PASSAGES} ORDER BY {_ORDER}")
        return [records.passage(row["data"], row["text"]) for row in found]

    def facets(self, rows: Sequence[int]) -> dict[str, tuple[tuple[str, int], ...]]:
        """(value, number of passages) of each facet among `rows`, commonest first."""
        asked = (json.dumps(list(rows)),)
        among = "(SELECT value FROM json_each(?))"
        queries = {
            "lang": f"SELECT lang AS v, count(*) AS n FROM passages WHERE row IN {among}",
            "kind": f"SELECT d.kind AS v, count(*) AS n FROM {_PASSAGES} WHERE p.row IN {among}",
            "year": f"SELECT d.year AS v, count(*) AS n FROM {_PASSAGES} WHERE p.row IN {among}"
            " AND d.year IS NOT NULL",
        }
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for field in FACETS:
            sql = queries.get(field) or (
                f"SELECT value AS v, count(*) AS n FROM passage_values WHERE field = '{field}'"
                f" AND row IN {among}"
            )
            counted = self.con.execute(f"{sql} GROUP BY v ORDER BY n DESC, v", asked)
            found[field] = tuple((str(row["v"]), row["n"]) for row in counted)
        return found

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """float32 (len(rows), dim), in the order of `rows`; KeyError for a row without vector."""
        from kb import store_vectors

        return store_vectors.of_rows(self.con, rows)

    # --- files ---------------------------------------------------------------------------------

    def files(self) -> list[StoredFile]:
        """All files, by source."""
        return [
            records.file(row)
            for row in self.con.execute("SELECT * FROM files ORDER BY source, path")
        ]

    def count_documents(self, file_id: int) -> int:
        """How many documents a file brought."""
        return self._number("SELECT count(*) FROM documents WHERE file_id = ?", file_id)

    # --- documents, people, lessons --------------------------------------------------------------

    def document(self, doc_id: str) -> Document | None:
        """A document with text and passages (no blocks)."""
        row = self.con.execute(
            "SELECT data, text FROM documents WHERE doc_id = ?", (doc_id,)
        ).fetchone()
        if row is None:
            return None
        passages = self.con.execute(
            "SELECT data, text FROM passages WHERE doc_id = ? ORDER BY ordinal", (doc_id,)
        )
        return records.document(row, [records.passage(p["data"], p["text"]) for p in passages])

    def documents(self) -> list[Document]:
        ids = self._column("SELECT doc_id FROM documents ORDER BY source, doc_id")
        found = (self.document(doc_id) for doc_id in ids)
        return [doc for doc in found if doc is not None]

    def entities(self, doc_id: str) -> tuple[Entity, ...]:
        """Entities of a document, in document order."""
        found = self._column(
            "SELECT data FROM entities WHERE doc_id = ? ORDER BY ordinal", (doc_id,)
        )
        return tuple(records.entity(data) for data in found)

    def profile(self, profile_id: str) -> Profile | None:
        found = self._column("SELECT data FROM profiles WHERE profile_id = ?", (profile_id,))
        return records.profile(found[0]) if found else None

    def profiles(
        self, filters: Filters | None = None, *, ids: Sequence[str] | None = None
    ) -> list[Profile]:
        """People and organisations that satisfy the filters (and are among `ids`), by source."""
        return [records.profile(data) for data in self._profiles("f.data", filters, ids)]

    def profile_ids(self, filters: Filters | None = None) -> list[str]:
        """Ids of the people and organisations that satisfy the filters, by source."""
        return self._profiles("f.profile_id", filters, None)

    def _profiles(
        self, column: str, filters: Filters | None, ids: Sequence[str] | None
    ) -> list[Any]:
        where, params = profile_condition(filters or Filters())
        if ids is not None:
            where += " AND f.profile_id IN (SELECT value FROM json_each(?))"
            params.append(json.dumps(list(ids)))
        return self._column(
            f"SELECT {column} FROM profiles f JOIN documents d ON d.doc_id = f.doc_id"
            f" WHERE {where} ORDER BY d.source, d.doc_id",
            params,
        )

    def lessons(
        self,
        *,
        filters: Filters | None = None,
        types: Sequence[str] = (),
        rows: Sequence[int] | None = None,
    ) -> list[Lesson]:
        """Lessons of those types, in passages that satisfy the filters (and are among `rows`)."""
        where, params = passage_condition(filters or Filters(), roles=SEARCHED_ROLES)
        if types:
            where += " AND l.type IN (SELECT value FROM json_each(?))"
            params.append(json.dumps(list(types)))
        if rows is not None:
            where += " AND p.row IN (SELECT value FROM json_each(?))"
            params.append(json.dumps(list(rows)))
        found = self._column(
            f"SELECT l.data FROM {_PASSAGES} JOIN lessons l ON l.passage_id = p.passage_id"
            f" WHERE {where} ORDER BY d.source, d.doc_id, l.ordinal",
            params,
        )
        return [records.lesson(data) for data in found]

    def rows_of(self, passage_ids: Sequence[str]) -> dict[str, int]:
        """Row by passage id."""
        found = self.con.execute(
            "SELECT passage_id, row FROM passages"
            " WHERE passage_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(passage_ids)),),
        )
        return {row["passage_id"]: row["row"] for row in found}

    # --- ids -------------------------------------------------------------------------------------

    def known(self, field: str, value: str) -> str:
        """The id that `value` is: of a doc (id or source), a profile or a chapter.

        Raises UnknownValueError with the nearest ones.
        """
        from kb import store_ids

        return store_ids.known(self.con, field, value)
