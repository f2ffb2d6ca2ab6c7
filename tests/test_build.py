"""Folders to an index and back out of it: what changed is read, what goes is gone."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from support_store import bytes_below

from kb import build, build_verify, index
from kb.config import Settings
from kb.datatypes import IngestReport, Problem
from kb.errors import (
    IndexBusyError,
    IndexMismatchError,
    NoIndexError,
    UnknownValueError,
    UsageError,
)
from kb.index import lock, open_index
from kb.store import Store

EMAIL = "lucia.nunez@example.org"
NAME = "Lucía Núñez Arrieta"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index", encoder="hash")


def ingest(settings: Settings, *paths: Path) -> IngestReport:
    return build.ingest(paths, settings=settings)


def numbers(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def sources(settings: Settings) -> list[str]:
    store = build.open_store(settings)
    found = [doc.source for doc in store.documents()]
    store.close()
    return found


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.source, problem.code) for problem in problems]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def cv(name: str, email: str | None = None, *, city: str = "Toronto, Canada") -> str:
    return (
        f"# {name}\n\nEngineer · {city}{' · ' + email if email else ''}\n\n## Experience\n\n"
        "**Lakeside Works** — Engineer, 2015–present\nBuilds turbines for small rivers.\n\n"
        "## Education\n\nPhD in Engineering, University of Toronto, 2014\n\n"
        "## Languages\n\nEnglish (native), Spanish (B2)\n"
    )


def profile_id(settings: Settings, name: str) -> str:
    store = build.open_store(settings)
    found = [p.profile_id for p in store.profiles() if p.name == name]
    store.close()
    assert len(found) == 1, found
    return found[0]


def clean(settings: Settings) -> bool:
    report = build.verify(settings)
    assert report.problems == ()
    return report.ok


# --- ingest --------------------------------------------------------------------------------------


def test_a_folder_is_read_and_the_bad_files_told(tiny_corpus: Path, settings: Settings) -> None:
    """All readable files come in, the empty and the broken one are named, none stops others."""
    told: list[tuple[str, int, int, str]] = []
    report = build.ingest([tiny_corpus], settings=settings, progress=lambda *a: told.append(a))
    assert numbers(report) == (10, 0, 0, 0)
    assert {problem.source for problem in report.failed} == {"policy/roto.pdf", "policy/vacio.txt"}
    assert sources(settings) == sorted(sources(settings))
    assert "profiles/nunez-arrieta.md" in sources(settings)
    store = build.open_store(settings)
    assert store.counts()["passages"] == report.passages
    assert store.counts()["profile"] == 2
    for doc in store.documents():
        assert all(doc.text[p.start : p.end] == p.text for p in doc.passages)
    store.close()
    assert told[0] == ("read", 0, 12, "")
    assert ("read", 12, 12, "profiles/okafor-lindqvist.txt") in told
    assert {stage for stage, *_ in told} == {"read", "embed", "index"}
    assert clean(settings)


def test_ingesting_twice_adds_nothing(tiny_corpus: Path, settings: Settings) -> None:
    """Unchanged files are counted, not read: also when only their time changed."""
    first = ingest(settings, tiny_corpus)
    before = open_index(settings).manifest
    for path in tiny_corpus.rglob("*.md"):
        os.utime(path, (1, 1))
    second = ingest(settings, tiny_corpus)
    assert numbers(second) == (0, 0, 10, 0)
    assert second.passages == 0
    assert second.failed == first.failed
    assert open_index(settings).manifest == before


def test_changes_are_followed(tiny_corpus: Path, settings: Settings) -> None:
    """A changed file replaces its document (also one of equal size and time), a file that is
    gone takes its document along, other folders stay."""
    other = write(tiny_corpus.parent / "other" / "nota.txt", "Otra carpeta con una nota sola.")
    ingest(settings, other.parent)
    ingest(settings, tiny_corpus)
    path = tiny_corpus / "policy" / "vajra.txt"
    stat = path.stat()
    path.write_text(path.read_text().replace("VAJRA", "ZAJRA"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (tiny_corpus / "policy" / "kea.html").unlink()
    assert numbers(ingest(settings, tiny_corpus)) == (0, 1, 8, 1)
    assert "nota.txt" in sources(settings)
    opened = open_index(settings)
    assert opened.lexical.search_phrase("VAJRA scheme") == []
    assert len(opened.lexical.search_phrase("ZAJRA scheme")) >= 1
    assert opened.lexical.search("eighteen thousand", k=5, lang="en") == []
    opened.store.close()
    assert clean(settings)


def test_noise_is_passed_over(tmp_path: Path, settings: Settings) -> None:
    """Hidden files, lock files of office programs, system files and the index itself: silence."""
    folder = tmp_path
    write(folder / "uno.txt", "Un texto que sí se lee, con varias palabras en español.")
    for name in (".oculto.txt", "~$uno.docx", "Thumbs.db", ".git/config", "__MACOSX/uno.txt"):
        write(folder / name, "ruido")
    report = ingest(settings, folder)
    assert numbers(report) == (1, 0, 0, 0)
    assert report.failed == report.warnings == ()
    assert numbers(ingest(settings, folder)) == (0, 0, 1, 0)


def test_sources_are_paths_below_the_folder(tmp_path: Path, settings: Settings) -> None:
    """One folder: the path below it; several: its name first; a single file: its name; parts of
    archives and tables say which."""
    text = "Una política pública para la diáspora calificada necesita un presupuesto estable."
    write(tmp_path / "a" / "x" / "uno.txt", text)
    write(tmp_path / "b" / "dos.txt", text + " Dos.")
    single = write(tmp_path / "solo.txt", text + " Tres.")
    write(tmp_path / "b" / "gente.csv", "name,email\nAna Solís Vega,ana@example.org\n"
          "Iván Paz Luna,ivan@example.org\n")  # fmt: skip
    with zipfile.ZipFile(tmp_path / "b" / "todo.zip", "w") as archive:
        archive.writestr("dentro/tres.txt", text + " Cuatro.")
    ingest(settings, tmp_path / "a", tmp_path / "b", single)
    assert set(sources(settings)) >= {
        "a/x/uno.txt", "b/dos.txt", "solo.txt", "b/todo.zip!/dentro/tres.txt",
    }  # fmt: skip
    assert [s for s in sources(settings) if s.startswith("b/gente.csv#")]
    # What a folder's files are called does not change with the company it is given in.
    assert ingest(settings, tmp_path / "b").added == 0
    one = replace(settings, index=tmp_path / "two")
    ingest(one, tmp_path / "a")
    assert sources(one) == ["x/uno.txt"]


def test_two_files_of_one_source_are_two_documents(tmp_path: Path, settings: Settings) -> None:
    """Equal names in two folders given apart are told apart by id."""
    for name in ("a", "b"):
        write(tmp_path / name / "cv.txt", f"Nota {name} sobre redes de talento en el exterior.")
        ingest(settings, tmp_path / name)
    assert sources(settings) == ["cv.txt", "cv.txt"]
    assert numbers(ingest(settings, tmp_path / "a", tmp_path / "b")) == (0, 0, 2, 0)
    assert clean(settings)


def test_a_moved_file_is_not_embedded_again(
    tiny_corpus: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts whose vector is there are never handed to the encoder."""
    ingest(settings, tiny_corpus)
    (tiny_corpus / "policy" / "vajra.txt").rename(tiny_corpus / "vajra.txt")
    monkeypatch.setattr(
        "kb.embed.HashEncoder.encode", lambda *a, **k: pytest.fail("embedded again")
    )
    assert numbers(ingest(settings, tiny_corpus)) == (1, 0, 9, 1)
    assert clean(settings)


def test_what_is_missing_or_busy_is_told(tiny_corpus: Path, settings: Settings) -> None:
    """A path that is not there stops before anything; a second writer waits its turn."""
    with pytest.raises(UsageError, match="nowhere"):
        ingest(settings, tiny_corpus, tiny_corpus / "nowhere")
    assert not settings.index.exists()
    for action in (build.status, build.verify, build.reembed, open_index):
        with pytest.raises(NoIndexError):
            action(settings)
    with lock.writing(settings.index), pytest.raises(IndexBusyError):
        ingest(settings, tiny_corpus)


def test_another_model_is_refused_until_reembedded(tiny_corpus: Path, settings: Settings) -> None:
    """A new model is an error that says what to do; doing it reads no file and drops the old."""
    ingest(settings, tiny_corpus)
    other = replace(settings, encoder="kb-es-en")
    with pytest.raises(IndexMismatchError, match="--reembed"):
        ingest(other, tiny_corpus)
    shutil.rmtree(tiny_corpus)
    made = build.reembed(other)
    opened = open_index(other)
    assert opened.manifest.dim == opened.vectors.dim == 384
    assert opened.store.counts()["vectors"] == made > 0
    assert [row[0] for row in opened.store.con.execute("SELECT count(*) FROM vectors")] == [made]
    opened.store.close()
    with pytest.raises(IndexMismatchError, match="KB_ENCODER=kb-es-en"):
        open_index(settings)
    assert build.reembed(other) == 0
    assert clean(other)


def test_an_unreadable_version_keeps_what_was_there(tiny_corpus: Path, settings: Settings) -> None:
    """A file that breaks is told, and what its last good version brought stays."""
    ingest(settings, tiny_corpus)
    path = tiny_corpus / "policy" / "vajra.txt"
    path.write_bytes(b"")
    report = ingest(settings, tiny_corpus)
    assert numbers(report) == (0, 0, 9, 0)
    assert "policy/vajra.txt" in {problem.source for problem in report.failed}
    assert "policy/vajra.txt" in sources(settings)


# --- remove --------------------------------------------------------------------------------------


def test_remove_takes_everything_and_ingest_brings_it_back(
    tiny_corpus: Path, settings: Settings
) -> None:
    """After remove a search finds nothing of it; the same file can come in again."""
    ingest(settings, tiny_corpus)
    store = build.open_store(settings)
    doc_id = store.known("doc", "policy/globalscot.md")
    store.close()
    assert build.remove([], settings=settings) == 0
    assert len(sources(settings)) == 10
    assert build.remove([doc_id, doc_id], settings=settings) == 1
    opened = open_index(settings)
    assert opened.lexical.search_phrase("Scottish Enterprise") == []
    assert opened.store.document(doc_id) is None
    assert len(opened.vectors) == len(opened.lexical) == len(opened.store.passage_rows())
    assert opened.store.counts()["vectors"] == len(opened.vectors)
    opened.store.close()
    assert clean(settings)
    assert numbers(ingest(settings, tiny_corpus)) == (1, 0, 9, 0)
    assert open_index(settings).lexical.search_phrase("Scottish Enterprise") != []


def test_unknown_ids_remove_nothing(tiny_corpus: Path, settings: Settings) -> None:
    """One unknown id among known ones stops all of it, naming the nearest."""
    ingest(settings, tiny_corpus)
    store = build.open_store(settings)
    doc_id = store.known("doc", "policy/vajra.txt")
    person = store.profiles()[0].profile_id
    store.close()
    with pytest.raises(UnknownValueError, match=doc_id):
        build.remove([doc_id, doc_id[:-1] + "z"], settings=settings)
    with pytest.raises(UnknownValueError):
        build.forget([person, "p0"], settings=settings)
    assert build.forget([], settings=settings).forgotten == ()
    assert len(sources(settings)) == 10


# --- forget --------------------------------------------------------------------------------------


def test_forget_leaves_no_byte(tiny_corpus: Path, settings: Settings) -> None:
    """Name, address and words of the CV are in no file of the index; who names the person is
    listed and not changed; the file is not taken in again, also under another name."""
    text = f"Acta de la reunión de la red en Berlín.\n\nAsistió {NAME.upper()}, entre otros.\n"
    write(tiny_corpus / "policy" / "acta.txt", text)
    ingest(settings, tiny_corpus)
    assert EMAIL.encode() in bytes_below(settings.index)
    report = build.forget([profile_id(settings, NAME)], settings=settings)
    assert [mention.source for mention in report.mentions] == ["policy/acta.txt"]
    left = bytes_below(settings.index)
    for trace in (EMAIL, NAME, "Núñez", "nunez", "Fraunhofer", "fraunhof", "sodio"):
        assert trace.encode() not in left, trace
    # Words in tantivy's dictionary are packed, so look for what only an index not made anew has.
    assert list(settings.index.rglob("*.del")) == []
    store = build.open_store(settings)
    assert store.meta("erase") == "0"
    store.close()
    assert clean(settings)

    again = ingest(settings, tiny_corpus)
    assert numbers(again) == (0, 0, 10, 0)
    assert ("profiles/nunez-arrieta.md", "forgotten") in codes(again.warnings)
    (tiny_corpus / "profiles" / "nunez-arrieta.md").rename(tiny_corpus / "otra.md")
    text = (tiny_corpus / "otra.md").read_text()
    write(tiny_corpus / "nueva.md", text + "\n\nActualizado en 2026.\n")
    again = ingest(settings, tiny_corpus)
    assert again.added == 0
    assert {("nueva.md", "forgotten"), ("otra.md", "forgotten")} <= set(codes(again.warnings))
    assert EMAIL.encode() not in bytes_below(settings.index)


def test_forget_one_row_of_a_table(tmp_path: Path, settings: Settings) -> None:
    """The person's row alone leaves a shared table; the others stay, now and at the next ingest."""
    table = write(
        tmp_path / "red" / "members.csv",
        "name,email,country,summary\n"
        "Ana Solís Vega,ana.solis@example.org,Canada,Diseña turbinas para ríos pequeños\n"
        "Iván Paz Luna,ivan.paz@example.org,Japan,Estudia corales en Okinawa\n",
    )
    ingest(settings, table.parent)
    assert len(sources(settings)) == 2
    build.forget([profile_id(settings, "Ana Solís Vega")], settings=settings)
    left = bytes_below(settings.index)
    assert b"ana.solis" not in left
    assert b"ivan.paz" in left
    for _ in range(2):
        report = ingest(settings, table.parent)
        assert numbers(report) == (0, 0, 1, 0)
        assert [code for _, code in codes(report.warnings) if code == "forgotten"] == ["forgotten"]
    write(table, table.read_text() + "Eva Ríos Mar,eva.rios@example.org,Spain,Cirujana\n")
    assert numbers(ingest(settings, table.parent)) == (1, 0, 1, 0)
    assert b"ana.solis" not in bytes_below(settings.index)


def test_a_namesake_is_not_forgotten(tmp_path: Path, settings: Settings) -> None:
    """Who bears the same name under another address is another person."""
    folder = tmp_path / "cvs"
    write(folder / "a.md", cv("Marta Ibarra Quiroz", "marta.a@example.org"))
    ingest(settings, folder)
    build.forget([profile_id(settings, "Marta Ibarra Quiroz")], settings=settings)
    write(folder / "b.md", cv("Marta Ibarra Quiroz", "marta.b@example.com", city="Lima, Peru"))
    write(folder / "c.md", cv("Marta Ibarra Quiroz", None, city="Quito, Ecuador"))
    report = ingest(settings, folder)
    assert report.added == 1
    assert set(codes(report.warnings)) >= {("a.md", "forgotten"), ("c.md", "forgotten")}
    assert sources(settings) == ["b.md"]


# --- verify --------------------------------------------------------------------------------------


def test_verify_finds_and_repairs(tiny_corpus: Path, settings: Settings) -> None:
    """Missing vectors, rows that belong to nothing and wrong index rows are found and mended."""
    ingest(settings, tiny_corpus)
    store = Store.open(index.store_path(settings.index), create=True)
    row = store.passage_rows()[0]
    store.con.execute("DELETE FROM vectors WHERE content ="
                      " (SELECT content FROM passages WHERE row = ?)", (row,))  # fmt: skip
    store.con.execute("PRAGMA foreign_keys = OFF")
    store.con.execute("INSERT INTO profiles VALUES ('p1', 'd-none', 'person', 'X', '{}')")
    opened = open_index(settings)
    folder = index.manifest.generation_folder(settings.index, opened.manifest.generation)
    opened.vectors.remove([row])
    opened.vectors.save(folder / "vectors.faiss")
    opened.lexical.remove([row])
    opened.lexical.commit()
    opened.store.close()
    store.close()
    report = build.verify(settings)
    assert [fault.code for fault in report.problems] == [
        "verify_orphans", "verify_vector", "verify_index", "verify_index",
    ]  # fmt: skip
    assert not report.ok
    mended = build.verify(settings, repair=True)
    assert mended.ok
    assert all(fault.repaired for fault in mended.problems)
    assert clean(settings)
    assert open_index(settings).lexical.rows() == open_index(settings).vectors.rows()


def test_a_changed_passage_is_read_again(tiny_corpus: Path, settings: Settings) -> None:
    """A passage that is not what stands in its document is told, and mended by the next ingest."""
    ingest(settings, tiny_corpus)
    store = Store.open(index.store_path(settings.index), create=True)
    row = store.passage_rows()[0]
    store.con.execute("UPDATE passages SET text = 'falso' WHERE row = ?", (row,))
    store.close()
    report = build.verify(settings, repair=True)
    assert [fault.code for fault in report.problems] == ["verify_passage"]
    assert not report.ok
    assert ingest(settings, tiny_corpus).updated == 1
    assert clean(settings)


def test_a_damaged_store_is_told(tiny_corpus: Path, settings: Settings) -> None:
    """Bytes overwritten in the store are found by its own check."""
    ingest(settings, tiny_corpus)
    path = index.store_path(settings.index)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 3 * 4096] = b"\xff" * (3 * 4096)
    path.write_bytes(bytes(data))
    store = Store.open(path, create=True)
    assert build_verify.damage(store.con)
    store.close()


def test_status_counts(tiny_corpus: Path, settings: Settings) -> None:
    """Status names the model and counts what is there."""
    ingest(settings, tiny_corpus)
    found = build.status(settings)
    assert (found.model, found.current, found.counts["documents"]) == ("hash", True, 10)
    assert found.bytes > 0


def test_parse_file_stores_nothing(tiny_corpus: Path, settings: Settings) -> None:
    """A file can be looked at without an index."""
    parsed, problems = build.parse_file(
        tiny_corpus / "profiles" / "nunez-arrieta.md", settings=settings
    )
    assert problems == []
    assert [one.document.source for one in parsed] == ["nunez-arrieta.md"]
    assert parsed[0].profile is not None
    assert not settings.index.exists()
    parsed, problems = build.parse_file(tiny_corpus / "policy" / "roto.pdf", settings=settings)
    assert parsed == []
    assert [problem.source for problem in problems] == ["roto.pdf"]


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    """A file that cannot be read is never passed over in silence."""
    from kb.walk import walk

    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_text("x")
    (tmp_path / "sub" / "b.md").symlink_to(tmp_path / "none")
    met = walk([tmp_path])
    assert [found.below for found in met.files] == ["sub/a.md"]
    assert [(p.source, p.code) for p in met.problems] == [("sub/b.md", "file_unopened")]
