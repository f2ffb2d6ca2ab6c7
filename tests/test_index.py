"""Both indexes say what the store says: words and vectors to rows, one generation at a time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support_store import bytes_below, document, person, policy, put

from kb import index, store_write
from kb.config import Settings
from kb.datatypes import Parsed, Passage
from kb.errors import IndexBusyError, IndexMismatchError, NoIndexError
from kb.index import FaissIndex, TantivyIndex, lock, manifest, open_index, store_path, sync
from kb.index.lexical import stem
from kb.store import Store


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


# --- vectors -------------------------------------------------------------------------------------


def test_nearest_rows_are_those_of_brute_force() -> None:
    """Ids and scores equal a product with every vector, with and without a restriction."""
    random = np.random.default_rng(7)
    vectors = unit(random.normal(size=(300, 24)))
    ids = [int(i) for i in random.choice(2**62, size=300, replace=False)]
    found = FaissIndex(24)
    found.add(ids, vectors)
    for restricted in (None, ids[::7]):
        query = unit(random.normal(size=(1, 24)))[0]
        scores = vectors @ query
        pool = [i for i, row in enumerate(ids) if restricted is None or row in restricted]
        best = sorted(pool, key=lambda i: (-scores[i], ids[i]))[:10]
        hits = found.search(query, k=10, allowed=restricted)
        assert [row for row, _ in hits] == [ids[i] for i in best]
        np.testing.assert_allclose([s for _, s in hits], scores[best], atol=1e-6)


def test_vectors_come_and_go(tmp_path: Path) -> None:
    """Rows can be removed and fetched; a saved index gives the same; odd sizes give nothing."""
    vectors = unit(np.eye(4, dtype=np.float32) + 0.1)
    found = FaissIndex(4)
    assert found.search(vectors[0], k=3) == []
    found.add([11, 12, 13, 2**62], vectors)
    assert found.remove([12, 99]) == 1
    assert found.remove([]) == 0
    assert found.rows() == [11, 13, 2**62]
    np.testing.assert_array_equal(found.vectors([2**62, 11]), vectors[[3, 0]])
    found.save(tmp_path / "v")
    loaded = FaissIndex.load(tmp_path / "v")
    assert loaded.search(vectors[2], k=50) == found.search(vectors[2], k=50)
    assert len(loaded.search(vectors[2], k=50)) == len(loaded) == 3
    assert loaded.search(vectors[2], k=2, allowed=[]) == []
    assert loaded.search(vectors[2], k=5, allowed=[11, 12]) == [
        (11, pytest.approx(float(vectors[0] @ vectors[2])))
    ]


# --- words ---------------------------------------------------------------------------------------

TEXTS = [
    ("es", "Los niños de Peña estudian el año próximo en España."),
    ("es", "El ano es una palabra; Pena es un apellido; las ninas no."),
    ("es", "Investigación y redes: la investigadora teje una red."),
    ("en", "Networks of researchers; a network needs an office."),
    ("mixed", "Resumen de la red. Abstract of the network."),
]


@pytest.fixture
def words(tmp_path: Path) -> TantivyIndex:
    found = TantivyIndex(tmp_path / "words")
    entries = []
    for row, (lang, text) in enumerate(TEXTS):
        passage = Passage(f"d.{row}", "d", 0, len(text), text, lang, section=("Sección",))
        entries.append((row, passage, "Título" if row else "Boletín"))
    found.add(entries)
    found.commit()
    return found


def rows(hits: list[tuple[int, float]]) -> list[int]:
    return [row for row, _ in hits]


def test_accents_fold_and_enye_stays(words: TantivyIndex) -> None:
    """ "investigacion" finds "Investigación"; "niño" and "nino", "año" and "ano" are apart."""
    assert rows(words.search("investigacion", k=5, lang="es")) == [2]
    assert rows(words.search("INVESTIGACIÓN", k=5, lang="es")) == [2]
    assert rows(words.search("niño", k=5, lang="es")) == [0]
    assert rows(words.search("nin\u0303o", k=5, lang="es")) == [0]
    assert rows(words.search("nina", k=5, lang="es")) == [1]
    assert rows(words.search("año", k=5, lang="es")) == [0]
    assert rows(words.search("ano", k=5, lang="es")) == [1]


def test_each_language_has_its_stems(words: TantivyIndex) -> None:
    """Plural and singular meet within a language; a mixed passage is found in both."""
    assert set(rows(words.search("redes", k=5, lang="es"))) == {2, 4}
    assert set(rows(words.search("networks", k=5, lang="en"))) == {3, 4}
    assert rows(words.search("network", k=5, lang="es")) == [4]
    assert stem("redes", lang="es") == stem("red", lang="es") == "red"
    assert stem("networks", lang="en") == "network"
    assert stem("rede", lang="pt") == "rede"


def test_any_word_counts_and_more_count_more(words: TantivyIndex) -> None:
    """OR semantics: a passage with both words comes before one with one; stop words are nothing."""
    hits = words.search("the network office", k=5, lang="en")
    assert rows(hits) == [3, 4]
    assert hits[0][1] > hits[1][1] > 0
    assert words.search("of the", k=5, lang="en") != []  # nothing else was asked
    assert words.search("", k=5, lang="en") == []
    assert words.search("¿?", k=5, lang="en") == []


def test_title_and_section_count_less_than_the_body(words: TantivyIndex) -> None:
    """Words of title and section are found, at a lower score than in the text."""
    assert set(rows(words.search("título", k=5, lang="es"))) == {1, 2, 4}
    assert len(words.search("sección", k=9, lang="es")) == 4
    assert rows(words.search("título resumen", k=5, lang="es"))[0] == 4
    assert rows(words.search("boletín red", k=5, lang="es"))[-1] == 0


def test_allowed_rows_only(words: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restriction gives the same rows and scores as dropping the others, however it is done."""
    everything = words.search("red investigadora resumen", k=9, lang="es")
    wanted = [pair for pair in everything if pair[0] in (1, 4)]
    assert words.search("red investigadora resumen", k=9, lang="es", allowed=[4, 1]) == [
        (row, pytest.approx(score)) for row, score in wanted
    ]
    monkeypatch.setattr("kb.index.lexical._MANY_ALLOWED", 0)
    assert words.search("red investigadora resumen", k=1, lang="es", allowed=[4, 1]) == wanted[:1]
    assert words.search("red", k=9, lang="es", allowed=[]) == []


def test_phrases_are_words_in_a_row(words: TantivyIndex) -> None:
    """A phrase needs its words next to each other, as written but for accents and case."""
    assert words.search_phrase("abstract of the NETWORK") == [4]
    assert words.search_phrase("of network the") == []
    assert words.search_phrase("año próximo") == words.search_phrase("año proximo") == [0]
    assert words.search_phrase("ano próximo") == []
    assert words.search_phrase("red") == [2, 4]
    assert words.search_phrase("redes") == [2]
    assert words.search_phrase("") == []


def test_a_clone_changes_alone(words: TantivyIndex, tmp_path: Path) -> None:
    """What is removed from and added to a clone leaves its source as it was."""
    clone = TantivyIndex.clone(words.folder, tmp_path / "clone")
    clone.remove([2, 4])
    text = "Una red nueva."
    clone.add([(77, Passage("d.77", "d", 0, len(text), text, "es"), "")])
    clone.commit()
    assert rows(clone.search("red", k=9, lang="es")) == [77]
    assert clone.rows() == [0, 1, 3, 77]
    assert len(clone) == 4
    again = TantivyIndex(words.folder)
    assert set(rows(again.search("red", k=9, lang="es"))) == {2, 4}
    assert again.rows() == [0, 1, 2, 3, 4]


# --- generations ---------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index", encoder="hash")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(store_path(settings.index), create=True)
    put(opened, [policy()])
    yield opened
    opened.close()


def test_sync_brings_both_up_to_the_store(store: Store, settings: Settings) -> None:
    """After each change the indexes hold the store's searched rows, and only the last are left."""
    for change in (
        lambda: put(store, [person()]),
        lambda: put(store, [policy(year=2012)]),
        lambda: put(store, [Parsed(document("redes.pdf", ["Otro texto."]))]),
        lambda: put(store, [], path="/x/redes.pdf"),
    ):
        change()
        made = sync(store, settings.index)
        opened = open_index(settings)
        assert opened.vectors.rows() == opened.lexical.rows() == sorted(store.passage_rows())
        assert made == opened.manifest
        assert opened.is_current()
        opened.store.close()
        assert [p.name for p in settings.index.glob("gen-*")] == [f"gen-{made.generation:06d}"]
    assert sync(store, settings.index) == made


def test_incremental_finds_what_a_rebuild_finds(store: Store, settings: Settings) -> None:
    """A generation made from the one before gives the same rows as one made anew."""
    sync(store, settings.index)
    put(store, [person()])
    put(store, [Parsed(document("tres.md", ["La red de Toronto.", "Solar cells."]))])
    sync(store, settings.index)
    found = []
    for rebuild in (False, True):
        sync(store, settings.index, rebuild=rebuild)
        opened = open_index(settings)
        vector = store.vectors(store.passage_rows()[:1])[0]
        found.append(
            (opened.vectors.search(vector, k=9), rows(opened.lexical.search("red", k=9, lang="es")))
        )
        opened.store.close()
    assert found[0] == found[1]


def test_a_lagging_index_is_mended_on_opening(store: Store, settings: Settings) -> None:
    """A writer that was killed after the store was written: the next question finds it all."""
    sync(store, settings.index)
    put(store, [person()])
    opened = open_index(settings)
    assert opened.vectors.rows() == opened.lexical.rows() == sorted(store.passage_rows())
    opened.store.close()


def _removed(folder: Path) -> None:
    """tantivy's threads may still drop a file of an older commit while the folder is walked."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"{folder} could not be removed")


def test_a_damaged_cache_is_made_anew(store: Store, settings: Settings) -> None:
    """Indexes can be lost or broken in any part; opening them makes them from the store."""
    made = sync(store, settings.index)
    for damage in (
        lambda p: (p / "vectors.faiss").write_bytes(b"x"),
        lambda p: (p / "vectors.faiss").unlink(),
        lambda p: _removed(p / "lexical" / "es"),
        lambda p: (p / "lexical" / "en" / "meta.json").write_text("{"),
        _removed,
        lambda p: (settings.index / "CURRENT").write_text("{}"),
        lambda p: (settings.index / "CURRENT").unlink(),
    ):
        damage(manifest.generation_folder(settings.index, made.generation))
        opened = open_index(settings)
        made = opened.manifest
        assert opened.vectors.rows() == opened.lexical.rows() == sorted(store.passage_rows())
        opened.store.close()


def test_asking_while_another_writes(store: Store, settings: Settings) -> None:
    """While a writer holds the lock, questions see the last whole generation, rows in the store."""
    with lock.writing(settings.index), pytest.raises(IndexBusyError):
        open_index(settings)
    sync(store, settings.index)
    before = sorted(store.passage_rows())
    with lock.writing(settings.index):
        put(store, [person()])
        opened = open_index(settings)
        assert opened.vectors.rows() == before
        assert set(opened.store.passages(opened.vectors.rows())) == set(before)
        with pytest.raises(IndexBusyError), lock.writing(settings.index):
            pass
        assert opened.is_current()
        sync(store, settings.index)
        assert not opened.is_current()
        opened.store.close()


def test_the_model_is_checked(store: Store, settings: Settings) -> None:
    """An index of another model, or none at all, is an error that says what to run."""
    sync(store, settings.index)
    with pytest.raises(IndexMismatchError, match="--reembed"):
        open_index(replace(settings, encoder="kb-es-en"))
    with pytest.raises(NoIndexError, match="kb ingest"):
        open_index(replace(settings, index=settings.index / "none"))


def test_a_layout_of_another_version_is_made_anew(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Indexes whose fields were laid out by another version are rebuilt, not misread."""
    made = sync(store, settings.index)
    manifest.write(settings.index, replace(made, layout=made.layout + 1))
    opened = open_index(settings)
    assert opened.manifest.layout == made.layout
    assert opened.manifest.generation == made.generation + 1
    opened.store.close()


def test_a_person_to_be_erased_leaves_no_byte(store: Store, settings: Settings) -> None:
    """The erase mark makes the next sync rebuild all: also after a crash in between."""
    text = "Zanahoriófila nocturna singular"
    put(store, [Parsed(document("z.txt", [text]))])
    sync(store, settings.index)
    assert text.encode() in bytes_below(settings.index)
    with store.transaction() as con:
        store_write.remove_docs(con, [store.known("doc", "z.txt")])
        store.set_meta("erase", "1")
    store.close()  # as if killed here
    open_index(settings).store.close()
    left = bytes_below(settings.index)
    for trace in ("Zanahori", "zanahori", "nocturn", "singular"):
        assert trace.encode() not in left


def test_claiming_a_model_is_kept(store: Store) -> None:
    """The store says which model its vectors are of."""
    assert (store.meta("encoder"), store.meta("model"), store.meta("dim")) == (
        "hash",
        "hash",
        "256",
    )
    assert index.manifest.LAYOUT >= 1


def test_an_index_that_may_not_be_written_is_read(
    words: TantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is made beside those of the index."""
    before = sorted(words.folder.rglob("*"))
    monkeypatch.setattr("os.access", lambda *_: False)
    opened = TantivyIndex.open(words.folder)
    assert opened.folder != words.folder
    assert opened.search("año", k=9, lang="es") == words.search("año", k=9, lang="es")
    assert sorted(words.folder.rglob("*")) == before
