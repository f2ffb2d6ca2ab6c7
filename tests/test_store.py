"""The store keeps documents whole, gives them back as they were, and lets nothing linger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support_store import bytes_below, document, person, policy, put

from kb import migrations, store_vectors, store_write
from kb.datatypes import Filters, Parsed
from kb.errors import IndexMismatchError, NoIndexError, StoreError, UnknownValueError
from kb.store import Store
from kb.store_write import Changes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "kb.sqlite3", create=True)
    yield opened
    opened.close()


def texts(store: Store, rows: list[int] | None) -> list[str]:
    found = store.passages(rows or [])
    return [found[row].passage.text for row in rows or []]


def test_gives_back_what_it_took(store: Store) -> None:
    """A document, its entities, lessons and profile come back equal to what was put in."""
    paper, cv = policy(), person()
    assert put(store, [paper]) + put(store, [cv]) == Changes(added=2)
    assert store.documents() == [cv.document, paper.document]
    assert store.entities(paper.document.doc_id) == paper.entities
    assert store.lessons() == list(paper.lessons)
    assert store.profiles() == [cv.profile]
    assert store.profile(cv.profile.profile_id if cv.profile else "") == cv.profile
    row = store.passage_rows(paper.document.doc_id)[0]
    stored = store.passages([row])[row]
    assert (stored.passage, stored.source, stored.year, stored.authors, stored.profile_id) == (
        paper.document.passages[0], "redes.pdf", 2011, ("A. Pérez",), None,
    )  # fmt: skip


def test_rows_hold_their_content(store: Store) -> None:
    """A row stays while its passage does, and is another once anything indexed of it changes."""
    paper = policy()
    put(store, [paper])
    before = store.passage_rows()
    doc = paper.document
    changed = replace(doc.passages[1], section=("Otra",))
    put(
        store,
        [replace(paper, document=replace(doc, passages=(doc.passages[0], changed)), lessons=())],
    )
    after = store.passage_rows()
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert all(0 <= row < 2**63 for row in before + after)


def test_put_counts_and_replaces(store: Store) -> None:
    """Putting a file again leaves equal documents, replaces changed ones, drops missing ones."""
    rows = [Parsed(document(f"t.csv#{i}", [f"Fila {i}"], kind="policy")) for i in (1, 2, 3)]
    assert put(store, rows, path="/x/t.csv") == Changes(added=3)
    version = store.version()
    assert put(store, rows, path="/x/t.csv", sha256="other") == Changes(unchanged=3)
    assert store.version() == version
    second = Parsed(document("t.csv#2", ["Fila dos"]))
    assert put(store, [rows[0], second], path="/x/t.csv") == Changes(
        updated=1, unchanged=1, removed=1
    )
    assert store.version() > version
    assert [doc.text for doc in store.documents()] == ["Fila 1", "Fila dos"]


def test_half_a_document_is_none(store: Store) -> None:
    """A failure while a file is written leaves the store as it was."""
    paper = policy()
    bad = replace(paper, lessons=(replace(paper.lessons[0], passage_id="nowhere"),))
    with pytest.raises(sqlite3.IntegrityError):
        put(store, [bad])
    assert store.counts()["documents"] == store.counts()["files"] == 0
    assert store.counts()["passages"] == store.counts()["entities"] == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(country=("GB",)), ["Escocia fundó GlobalScot en 2001."]),
        (Filters(country=("CL",)), ["La red de Chile se apoya en Santiago."]),
        (Filters(country=("GB",), program=("globalscot",)), ["Escocia fundó GlobalScot en 2001."]),
        (Filters(country=("CL",), program=("globalscot",)), []),
        (Filters(country=("CA",)), ["Research on solar cells in Toronto, Canada."]),
        (Filters(sector=("energy",), country=("CA",)),
         ["Research on solar cells in Toronto, Canada."]),
        (Filters(year=((2010, 2012), (1990, 1991)), country=("GB", "CL")),
         ["Escocia fundó GlobalScot en 2001.", "La red de Chile se apoya en Santiago."]),
        (Filters(year=((2012, 2020),)), []),
        (Filters(lang=("en",), degree=("master",)), []),
        (Filters(who="organisation"), []),
    ],
)  # fmt: skip
def test_filters_are_hard(store: Store, filters: Filters, expected: list[str]) -> None:
    """Values of one field are alternatives, fields must all hold, and nothing else comes."""
    put(store, [policy()])
    put(store, [person()])
    assert sorted(texts(store, store.allowed(filters))) == sorted(expected)
    assert sorted(store.browse(filters)) == store.allowed(filters)


def test_filters_on_people(store: Store) -> None:
    """A person is filtered by residence, not by the countries that the CV mentions."""
    cv = person()
    put(store, [policy()])
    put(store, [cv])
    everything = [passage.text for passage in cv.document.passages]
    assert cv.profile is not None
    for filters in (
        Filters(country=("DE",)), Filters(speaks=("de",)), Filters(willing=("invest", "mentor")),
        Filters(chapter=("berlin",), degree=("phd",), seniority=("senior",), who="person"),
    ):  # fmt: skip
        assert sorted(texts(store, store.allowed(filters, people=True))) == sorted(everything)
        assert store.profile_ids(filters) == [cv.profile.profile_id]
    assert store.allowed(Filters(country=("CA",)), people=True) == []
    assert store.profile_ids(Filters(country=("CA",))) == []
    assert store.allowed(Filters()) is None
    assert len(store.allowed(Filters(), people=True) or []) == 2


def test_facets_count_what_filters_leave(store: Store) -> None:
    """The count of a facet value is the number of passages that filtering by it leaves."""
    put(store, [policy()])
    put(store, [person()])
    rows = store.passage_rows()
    facets = store.facets(rows)
    assert facets["country"] == (("DE", 2), ("CA", 1), ("CL", 1), ("GB", 1))
    assert facets["kind"] == (("policy", 2), ("profile", 2))
    assert facets["year"] == (("2011", 2),)
    for field in ("country", "program", "sector", "lang", "kind"):
        for value, count in facets[field]:
            assert len(store.allowed(Filters(**{field: (value,)})) or []) == count


def test_furniture_is_kept_but_not_searched(store: Store) -> None:
    """A table of contents is among all passages and among none that are searched."""
    put(store, [policy()])
    assert [p.role for p in store.all_passages()] == ["body", "body", "contents"]
    assert len(store.passage_rows()) == 2
    assert store.allowed(Filters(), roles=("contents",)) not in (None, [])


def test_lessons_by_type_and_filter(store: Store) -> None:
    """Lessons come by type and by the filters of their passage."""
    paper = policy()
    put(store, [paper])
    assert store.lessons(types=["risk"], filters=Filters(country=("CL",))) == list(paper.lessons)
    assert store.lessons(types=["lesson"]) == []
    assert store.lessons(filters=Filters(country=("GB",))) == []


def test_one_text_has_one_vector(store: Store) -> None:
    """Equal texts of two documents share a vector, which goes with the last of them."""
    put(store, [Parsed(document("a.txt", ["Lo mismo."]))])
    put(store, [Parsed(document("b.txt", ["Lo mismo."]))])
    assert store.counts()["vectors"] == 1
    rows = store.passage_rows()
    vectors = store.vectors(rows)
    assert vectors.shape == (2, 256)
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors[0], vectors[1])
    for source, left in (("a.txt", 1), ("b.txt", 0)):
        with store.transaction() as con:
            assert store_write.remove_docs(con, [store.known("doc", source)]) == 1
            store_vectors.drop_unused(con)
        assert store.counts()["vectors"] == left
    with pytest.raises(KeyError):
        store.vectors(rows)


def test_removing_takes_everything_along(store: Store) -> None:
    """After a document is removed no table has a row of it, and its file is read again."""
    put(store, [policy()])
    doc_id = store.known("doc", "redes.pdf")
    with store.transaction() as con:
        assert store_write.remove_docs(con, []) == 0
        assert store_write.remove_docs(con, [doc_id]) == 1
        store_vectors.drop_unused(con)
    for table in (
        "documents", "passages", "passage_values", "entities", "lessons", "vectors", "files",
    ):  # fmt: skip
        assert store.con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    log = store.con.execute("SELECT source, doc_id FROM log").fetchall()
    assert [tuple(row) for row in log] == [(None, None)]


def test_removing_a_row_leaves_its_table(store: Store) -> None:
    """A document of a shared file goes alone; the file is marked to be read again."""
    put(store, [Parsed(document(f"t.csv#{i}", [f"Fila {i}"])) for i in (1, 2)], path="/x/t.csv")
    with store.transaction() as con:
        store_write.remove_docs(con, [store.known("doc", "t.csv#1")])
    assert [doc.source for doc in store.documents()] == ["t.csv#2"]
    assert [file.sha256 for file in store.files()] == [""]


def test_erased_bytes_are_gone(tmp_path: Path, store: Store) -> None:
    """After `erase`, no file of the store has a byte of what was deleted."""
    put(store, [Parsed(document("a.txt", ["Zanahorias nocturnas " * 400]))])
    store.flush()
    assert b"Zanahorias" in bytes_below(tmp_path)
    with store.transaction() as con:
        store_write.remove_docs(con, [store.known("doc", "a.txt")])
    assert store.erase()
    assert b"Zanahorias" not in bytes_below(tmp_path)


def test_known_says_the_nearest(store: Store) -> None:
    """An id is found by itself or by a source; an unknown one names the nearest."""
    put(store, [policy()])
    put(store, [person()])
    doc_id = store.known("doc", "redes.pdf")
    assert store.known("doc", doc_id.upper()) == doc_id
    assert store.known("chapter", "Berlín") == "berlin"
    with pytest.raises(UnknownValueError) as caught:
        store.known("doc", doc_id[:-1] + "x")
    assert doc_id in str(caught.value.params["nearest"])
    with pytest.raises(UnknownValueError, match="berlin"):
        store.known("chapter", "Berlim")


def test_a_name_is_no_id(store: Store) -> None:
    """Two people may bear one name: only an id says which profile is meant."""
    put(store, [person()])
    with pytest.raises(UnknownValueError, match="Lucía"):
        store.known("profile", "Lucía Núñez Arrieta")


def test_open_says_what_is_wrong(tmp_path: Path) -> None:
    """No store, a store of a later version and a file that is no store are three errors."""
    with pytest.raises(NoIndexError):
        Store.open(tmp_path / "none" / "kb.sqlite3")
    path = tmp_path / "kb.sqlite3"
    Store.open(path, create=True).close()
    con = sqlite3.connect(path)
    con.execute(f"PRAGMA user_version = {migrations.SCHEMA + 1}")
    con.close()
    for create in (False, True):
        with pytest.raises(IndexMismatchError):
            Store.open(path, create=create)
    path.write_bytes(b"not a database, but long enough to be looked at as one" * 40)
    with pytest.raises(StoreError):
        Store.open(path)


def test_asking_cannot_write(tmp_path: Path, store: Store) -> None:
    """A store opened for asking refuses to be changed."""
    put(store, [policy()])
    reader = Store.open(tmp_path / "kb.sqlite3")
    with pytest.raises(sqlite3.OperationalError):
        reader.set_meta("x", "y")
    assert reader.documents() == store.documents()
    reader.close()


def test_reader_sees_whole_transactions(tmp_path: Path, store: Store) -> None:
    """While a writer is in the middle of a file, a reader sees the state before it."""
    put(store, [policy()])
    reader = Store.open(tmp_path / "kb.sqlite3")
    with store.transaction() as con:
        store_write.remove_docs(con, [store.known("doc", "redes.pdf")])
        assert len(reader.documents()) == 1
    assert reader.documents() == []
    reader.close()
