"""Does the store hold together, and do both indexes hold what it says? Behind `kb verify`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kb import index, store_vectors
from kb import store_records as records
from kb.config import Settings
from kb.datatypes import SEARCHED_ROLES, Fault, VerifyReport
from kb.embed import load_encoder, passage_text
from kb.messages import render
from kb.store import Store

if TYPE_CHECKING:
    from kb.index import Opened

_Report = Callable[..., None]
_UNIT = 1e-3  # how far the length of a vector may be from 1
_CHUNK = 5_000


def verify(store: Store, settings: Settings, *, repair: bool) -> VerifyReport:
    """All faults found; with `repair`, those that can be mended are. The caller holds the lock.

    `ok`: nothing is wrong now.
    """
    lang = settings.ui_lang
    faults: list[Fault] = []

    def report(code: str, *, repaired: bool, **params: str | int) -> None:
        faults.append(Fault(code, render(code, lang=lang, **params).error, repaired))

    for detail in damage(store.con):
        report("verify_store", repaired=False, detail=detail)
    for table, rowids in _orphans(store.con).items():
        if repair:
            with store.transaction() as con:
                con.executemany(f"DELETE FROM {table} WHERE rowid = ?", [(i,) for i in rowids])  # noqa: S608
        report("verify_orphans", repaired=repair, table=table, count=len(rowids))
    for passage_id in _wrong_passages(store):
        if repair:
            _read_again(store, passage_id)
        report("verify_passage", repaired=False, passage_id=passage_id)
    if bad := _bad_vectors(store):
        if repair:
            _embed_again(store, settings, bad)
        report("verify_vector", repaired=repair, count=len(bad))
    _indexes(store, settings, repair=repair, report=report)
    if store.meta("erase") == "1":
        report("verify_erase", repaired=False)
    return VerifyReport(all(fault.repaired for fault in faults), tuple(faults))


def damage(con: sqlite3.Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in con.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def _orphans(con: sqlite3.Connection) -> dict[str, list[int]]:
    """Row ids whose parent is missing, by table."""
    found: dict[str, list[int]] = {}
    for row in con.execute("PRAGMA foreign_key_check"):
        found.setdefault(row["table"], []).append(row["rowid"])
    return found


def _wrong_passages(store: Store) -> Iterator[str]:
    """Passages whose text or row does not follow from their document."""
    for doc in store.documents():
        rows = store.rows_of([passage.passage_id for passage in doc.passages])
        for passage in doc.passages:
            if (
                doc.text[passage.start : passage.end] != passage.text
                or records.row_of(passage, title=doc.title) != rows[passage.passage_id]
            ):
                yield passage.passage_id


def _read_again(store: Store, passage_id: str) -> None:
    """Let the file of a passage be read at the next ingest, and its document be replaced."""
    with store.transaction() as con:
        con.execute(
            "UPDATE documents SET fingerprint = x'' WHERE doc_id ="
            " (SELECT doc_id FROM passages WHERE passage_id = ?)",
            (passage_id,),
        )
        con.execute(
            "UPDATE files SET sha256 = '' WHERE file_id = (SELECT d.file_id FROM documents d"
            " JOIN passages p USING (doc_id) WHERE p.passage_id = ?)",
            (passage_id,),
        )


def _bad_vectors(store: Store) -> list[int]:
    """Rows of searched passages without a vector of the right size and unit length."""
    import numpy as np

    dim = int(store.meta("dim") or 0)
    found = store.con.execute(
        "SELECT p.row, v.data FROM passages p LEFT JOIN vectors v ON v.content = p.content"  # noqa: S608
        f" AND v.model_id = {store_vectors.CURRENT}"
        " WHERE p.role IN (SELECT value FROM json_each(?))",
        (json.dumps(SEARCHED_ROLES),),
    )
    bad: list[int] = []
    for row in found:
        data = row["data"]
        if data is None or len(data) != 4 * dim:
            bad.append(row["row"])
            continue
        length = float(np.linalg.norm(np.frombuffer(data, dtype="<f4")))
        if not abs(length - 1.0) < _UNIT:  # NaN is bad too
            bad.append(row["row"])
    return bad


def _embed_again(store: Store, settings: Settings, rows: list[int]) -> None:
    index.check_model(store, settings)
    encoder = load_encoder(settings)
    for start in range(0, len(rows), _CHUNK):
        passages = store.passages(rows[start : start + _CHUNK]).values()
        texts = [passage_text(stored.passage, stored.title) for stored in passages]
        vectors = encoder.encode(texts)
        with store.transaction() as con:
            model = index.claim_model(store, encoder, name=settings.encoder)
            for stored, text in zip(passages, texts, strict=True):
                con.execute(
                    "UPDATE passages SET content = ? WHERE row = ?",
                    (records.content_of(text), stored.row),
                )
            store_vectors.add(con, map(records.content_of, texts), vectors, model)


def _indexes(store: Store, settings: Settings, *, repair: bool, report: _Report) -> None:
    """Both indexes against the rows of the store that are searched.

    An index that lags because a writer was killed is no fault: it is brought up first.
    """
    try:
        index.sync(store, settings.index)
        opened = index.open_generation(store, settings.index)
        differ = _differences(store, opened)
    except (OSError, RuntimeError, ValueError):
        count = len(store.passage_rows())
        differ = {"vector": count, "text": count}
    if any(differ.values()) and repair:
        index.sync(store, settings.index, rebuild=True)
        after = _differences(store, index.open_generation(store, settings.index))
        repaired = not any(after.values())
    else:
        repaired = False
    for name, count in differ.items():
        if count:
            report("verify_index", repaired=repaired, index=name, count=count)


def _differences(store: Store, opened: Opened) -> dict[str, int]:
    """Rows that one side has and the other has not, or vectors that are not the store's."""
    import numpy as np

    wanted = set(store.passage_rows())
    vectors = set(opened.vectors.rows()) ^ wanted
    shared = sorted(wanted - vectors)
    for start in range(0, len(shared), _CHUNK):
        rows = shared[start : start + _CHUNK]
        apart = np.abs(opened.vectors.vectors(rows) - store.vectors(rows)).max(axis=1) > _UNIT
        vectors.update(row for row, wrong in zip(rows, apart, strict=True) if wrong)
    return {"vector": len(vectors), "text": len(set(opened.lexical.rows()) ^ wanted)}
