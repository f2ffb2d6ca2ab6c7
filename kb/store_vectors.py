"""Vectors in the store: float32 of one embedded text each, keyed by (content, model, revision)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.datatypes import Encoder, Vectors

#: The model whose vectors are searched.
CURRENT = "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'model_id')"


def model_id(con: sqlite3.Connection, encoder: Encoder) -> int:
    """The number of an encoder's model in this store, given out when first seen."""
    key = (encoder.model, encoder.revision)
    con.execute("INSERT OR IGNORE INTO models (model, revision, dim) VALUES (?, ?, ?)",
                (*key, encoder.dim))  # fmt: skip
    found = con.execute("SELECT model_id FROM models WHERE model = ? AND revision = ?", key)
    return int(found.fetchone()[0])


def missing(con: sqlite3.Connection, texts: Mapping[bytes, str], model: int) -> dict[bytes, str]:
    """Those of `texts` (by content) that no vector is there for."""
    have = {
        content
        for content in texts
        if con.execute(
            "SELECT 1 FROM vectors WHERE content = ? AND model_id = ?", (content, model)
        ).fetchone()
    }
    return {content: text for content, text in texts.items() if content not in have}


def add(con: sqlite3.Connection, contents: Iterable[bytes], vectors: Vectors, model: int) -> None:
    """Keep the vectors (n, dim) of `contents`, in that order."""
    con.executemany(
        "INSERT OR REPLACE INTO vectors (content, model_id, data) VALUES (?, ?, ?)",
        (
            (content, model, vector.astype("<f4").tobytes())
            for content, vector in zip(contents, vectors, strict=True)
        ),
    )


def of_rows(con: sqlite3.Connection, rows: Sequence[int]) -> Vectors:
    """float32 (len(rows), dim), in the order of `rows`; KeyError for a row without vector."""
    import numpy as np

    found = con.execute(
        "SELECT p.row, v.data FROM passages p JOIN vectors v"
        f" ON v.content = p.content AND v.model_id = {CURRENT}"
        " WHERE p.row IN (SELECT value FROM json_each(?))",
        (json.dumps(list(rows)),),
    )
    by_row = {row["row"]: row["data"] for row in found}
    if not rows:
        return np.zeros((0, 0), dtype=np.float32)
    joined = b"".join(by_row[row] for row in rows)
    return np.frombuffer(joined, dtype="<f4").reshape(len(rows), -1).astype(np.float32)


def drop_unused(con: sqlite3.Connection) -> int:
    """Remove the vectors that no passage needs, and those of models other than the current."""
    return con.execute(
        "DELETE FROM vectors WHERE content NOT IN (SELECT content FROM passages)"
        f" OR model_id IS NOT {CURRENT}"
    ).rowcount
