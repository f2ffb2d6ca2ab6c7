"""The store's tables, as numbered steps. A step that was released is never edited: add the next.

The schema is the number of steps; it lives in SQLite's `user_version`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_M001 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One file on disk. `root` is the folder given (of a single file: the folder it lies in), `prefix`
-- what its source names begin with, `salt` keeps doc ids apart where two folders bring one source.
-- An empty sha256 means: read again at the next ingest. `problems` are told again each time.
CREATE TABLE files (
  file_id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  root TEXT NOT NULL,
  prefix TEXT NOT NULL,
  source TEXT NOT NULL,
  salt TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  options TEXT NOT NULL,
  problems TEXT NOT NULL
) STRICT;
CREATE INDEX files_root ON files (root);
CREATE INDEX files_source ON files (source);

CREATE TABLE documents (
  doc_id TEXT PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  lang TEXT NOT NULL,
  year INTEGER,
  title TEXT,
  fingerprint BLOB NOT NULL,
  data TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX documents_file ON documents (file_id);
CREATE INDEX documents_source ON documents (source);

CREATE TABLE passages (
  row INTEGER PRIMARY KEY,
  passage_id TEXT NOT NULL UNIQUE,
  doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  role TEXT NOT NULL,
  lang TEXT NOT NULL,
  content BLOB NOT NULL,
  data TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX passages_doc ON passages (doc_id, ordinal);
CREATE INDEX passages_content ON passages (content);

-- What filters and facets ask of a passage: the entities in it, and what its profile says.
CREATE TABLE passage_values (
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  row INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  PRIMARY KEY (field, value, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX passage_values_row ON passage_values (row);

CREATE TABLE entities (
  doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  label TEXT NOT NULL,
  id TEXT NOT NULL,
  start INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (doc_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX entities_id ON entities (label, id);

CREATE TABLE profiles (
  profile_id TEXT PRIMARY KEY,
  doc_id TEXT NOT NULL UNIQUE REFERENCES documents ON DELETE CASCADE,
  type TEXT NOT NULL,
  name TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE profile_values (
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  profile_id TEXT NOT NULL REFERENCES profiles ON DELETE CASCADE,
  PRIMARY KEY (field, value, profile_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_values_profile ON profile_values (profile_id);

CREATE TABLE lessons (
  lesson_id TEXT PRIMARY KEY,
  passage_id TEXT NOT NULL REFERENCES passages (passage_id) ON DELETE CASCADE,
  doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX lessons_doc ON lessons (doc_id, ordinal);
CREATE INDEX lessons_passage ON lessons (passage_id);

CREATE TABLE models (
  model_id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  revision TEXT NOT NULL,
  dim INTEGER NOT NULL,
  UNIQUE (model, revision)
) STRICT;

-- The key of a vector is what was embedded and by what: one text is never embedded twice.
CREATE TABLE vectors (
  content BLOB NOT NULL,
  model_id INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  data BLOB NOT NULL,
  PRIMARY KEY (content, model_id)
) STRICT;

-- Salted hashes of what a person asked to be forgotten; nothing can be read from them.
CREATE TABLE tombstones (
  hash BLOB NOT NULL,
  what TEXT NOT NULL,
  PRIMARY KEY (hash, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  event TEXT NOT NULL,
  doc_id TEXT,
  source TEXT
) STRICT;
CREATE INDEX log_doc ON log (doc_id);
"""


def m001_create_tables(con: sqlite3.Connection) -> None:
    for statement in _M001.split(";\n"):
        if statement.strip():
            con.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (m001_create_tables,)
SCHEMA = len(MIGRATIONS)


def schema_of(con: sqlite3.Connection) -> int:
    """How many steps the open store has taken."""
    return int(con.execute("PRAGMA user_version").fetchone()[0])


def migrate(con: sqlite3.Connection) -> None:
    """Take the steps that are missing, each in its own transaction."""
    for number in range(schema_of(con), SCHEMA):
        con.execute("BEGIN IMMEDIATE")
        try:
            if schema_of(con) == number:  # another process may have been first
                MIGRATIONS[number](con)
                con.execute(f"PRAGMA user_version = {number + 1}")
            con.execute("COMMIT")
        except BaseException:
            con.execute("ROLLBACK")
            raise
