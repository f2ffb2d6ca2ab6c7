"""The command line speaks contract.md: the shapes of JSON, the exit codes, stdout alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from api import schemas
from kb.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def kb(
    capsys: pytest.CaptureFixture[str], tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run a command with --json on the small index: (exit code, parsed stdout)."""
    monkeypatch.setenv("KB_ENCODER", "hash")

    def run(*words: str, index: Path = tiny_index, as_json: bool = True) -> tuple[int, Any]:
        code = main([*words, "--index", str(index), *(["--json"] if as_json else [])])
        out = capsys.readouterr().out
        return code, json.loads(out) if as_json and out else out

    return run


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        (["search", "redes que dependen de voluntarios"], schemas.SearchResult),
        (["search", "", "--lang", "en"], schemas.SearchResult),
        (["experts", "solar energy storage in Germany"], schemas.ExpertResult),
        (["lessons", "lecciones sobre voluntarios"], schemas.LessonResult),
        (["answer", "¿Por qué se apagó la Red Caldas?"], schemas.Answer),
    ],
    ids=["search", "browse", "experts", "lessons", "answer"],
)
def test_an_answer_has_exactly_the_keys_of_the_contract(
    kb: Run, words: list[str], shape: type[BaseModel]
) -> None:
    """Nothing missing, nothing unnamed (the schema forbids unknown keys)."""
    code, plain = kb(*words)
    assert code == 0
    shape.model_validate(plain)
    assert plain.get("hits") or plain.get("sentences")


def test_export_and_single_records_have_the_shapes_of_the_contract(kb: Run) -> None:
    """Profiles, documents, passages and lessons, in a stable order."""
    _, profiles = kb("export", "--profiles")
    _, documents = kb("export", "--documents")
    _, passages = kb("export", "--passages")
    _, lessons = kb("export", "--lessons")
    assert [schemas.Profile.model_validate(p).name for p in profiles] == [
        "Lucía Núñez Arrieta",
        "Tobias Okafor-Lindqvist",
    ]
    assert len(documents) == 10
    for plain in documents:
        doc = schemas.Document.model_validate(plain)
        assert [p.doc_id for p in doc.passages] == [doc.doc_id] * len(doc.passages)
        for passage in doc.passages:
            assert doc.text[passage.start : passage.end] == passage.text
    assert len(passages) == sum(len(doc["passages"]) for doc in documents)
    assert {lesson["type"] for lesson in lessons} <= {
        "lesson", "recommendation", "good_practice", "risk", "condition",
    }  # fmt: skip
    assert lessons
    assert kb("export", "--profiles")[1] == profiles
    _, one = kb("profile", profiles[0]["profile_id"])
    assert one == profiles[0]
    _, doc = kb("document", documents[0]["doc_id"])
    assert doc == documents[0]


def test_offsets_of_a_hit_count_in_its_text(kb: Run) -> None:
    """Highlights and entities of a hit stand where they say."""
    _, plain = kb("search", "Chile y la Fundación Chile con pasantías")
    hit = next(hit for hit in plain["hits"] if "chileglobal" in hit["source"])
    assert hit["highlights"]
    assert all(ent["text"] == hit["text"][ent["start"] : ent["end"]] for ent in hit["entities"])
    assert any(ent["label"] == "PROGRAM" for ent in hit["entities"])
    marked = {hit["text"][a:b].casefold() for a, b in hit["highlights"]}
    assert "pasantías" in marked or "fundación" in marked


def test_ranks_count_from_one_and_paging_goes_on_where_it_stopped(kb: Run) -> None:
    """Two pages of two are one page of four."""
    _, four = kb("search", "red de talento", "-k", "4")
    _, first = kb("search", "red de talento", "-k", "2")
    _, second = kb("search", "red de talento", "-k", "2", "--offset", "2")
    assert [h["rank"] for h in four["hits"]] == [1, 2, 3, 4]
    assert first["hits"] + second["hits"] == four["hits"]
    scores = [hit["score"] for hit in four["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert four["total"] >= 4


def test_filters_are_hard_and_take_names_in_either_language(kb: Run) -> None:
    """Escocia, Scotland and GB are one; different filters must all hold."""
    found = [
        [h["doc_id"] for h in kb("search", "network", "--country", name)[1]["hits"]]
        for name in ("Escocia", "Scotland", "escocia", "gb")
    ]
    assert found[0]
    assert all(one == found[0] for one in found)
    _, none = kb("search", "network", "--country", "Escocia", "--lang", "es")
    assert none["hits"] == []
    assert none["answered"] is False
    _, people = kb("experts", "energía", "--speaks", "alemán")
    assert [hit["name"] for hit in people["hits"]] == ["Lucía Núñez Arrieta"]


def test_a_phrase_in_quotation_marks_must_stand_in_the_passage(kb: Run) -> None:
    """Accents do not matter, ñ does, order does."""
    _, plain = kb("search", '"Fundacion Chile"')
    assert plain["hits"]
    assert all("Fundación Chile" in " ".join(h["text"].split()) for h in plain["hits"])
    assert kb("search", '"Chile Fundación"')[1]["hits"] == []


def test_a_name_finds_its_bearer(kb: Run) -> None:
    """Without accents and in either order."""
    for name in ("Lucia Núñez", "arrieta lucía"):
        _, plain = kb("experts", name)
        assert plain["answered"]
        assert plain["hits"][0]["name"] == "Lucía Núñez Arrieta"


@pytest.mark.parametrize(
    "words",
    [
        ["search", "x", "--country", "Atlantis"],
        ["search", "x", "--sector", "astrología"],
        ["search", "x", "--year", "20.15"],
        ["search", "x", "--lang", "klingon"],
        ["search", "x", "-k", "0"],
        ["profile", "p000000000000"],
        ["document", "nothing"],
        ["similar"],
        ["similar", "p000000000000"],
        ["compare", "a", "b"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_exits_2_and_says_why(kb: Run, words: list[str]) -> None:
    """As JSON too: code, error, remedy."""
    code, plain = kb(*words)
    assert code == 2
    assert set(plain) == {"code", "error", "remedy"}


def test_an_unknown_value_is_answered_with_the_nearest(kb: Run) -> None:
    """Nearest by spelling, in the message."""
    code, plain = kb("search", "x", "--country", "Mexco")
    assert code == 2
    assert "xico" in plain["remedy"]


def test_no_index_names_the_command_that_makes_one(kb: Run, tmp_path: Path) -> None:
    """Exit 1."""
    code, plain = kb("search", "x", index=tmp_path / "none")
    assert code == 1
    assert "kb ingest" in plain["remedy"]


def test_similar_leaves_out_whom_it_asks_about(kb: Run, tiny_corpus: Path) -> None:
    """By id, and by a file of the same person; the file is not stored."""
    _, profiles = kb("export", "--profiles")
    first = profiles[0]["profile_id"]
    _, plain = kb("similar", first)
    schemas.SimilarResult.model_validate(plain)
    assert [h["profile_id"] for h in plain["hits"]] == [profiles[1]["profile_id"]]
    _, by_file = kb("similar", "--file", str(tiny_corpus / "profiles" / "nunez-arrieta.md"))
    assert [h["profile_id"] for h in by_file["hits"]] == [profiles[1]["profile_id"]]
    assert len(kb("export", "--profiles")[1]) == 2


def test_parse_and_entities_store_nothing(kb: Run, tmp_path: Path, tiny_corpus: Path) -> None:
    """They work without an index and make none."""
    nowhere = tmp_path / "nowhere"
    code, plain = kb("parse", str(tiny_corpus / "policy" / "red-caldas.txt"), index=nowhere)
    assert code == 0
    assert set(plain) == {"document", "profile", "passages", "entities", "lessons", "warnings"}
    assert plain["profile"] is None
    _, found = kb("entities", str(tiny_corpus / "policy" / "red-caldas.txt"), index=nowhere)
    assert found == plain["entities"]
    assert {"CO"} <= {ent["id"] for ent in found if ent["label"] == "COUNTRY"}
    assert not nowhere.exists()


def test_a_file_that_cannot_be_read_exits_3_with_the_reason(kb: Run, tiny_corpus: Path) -> None:
    """Code, error and remedy."""
    code, plain = kb("parse", str(tiny_corpus / "policy" / "vacio.txt"))
    assert code == 3
    assert plain["failed"][0]["code"] == "file_empty"


def test_batch_answers_in_order_and_checks_the_file_first(kb: Run, tmp_path: Path) -> None:
    """A line out for each line in; a broken line stops before the first answer."""
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": 2, "text": "voluntarios"}\n\n{"id": 1, "text": "x", "lang": ["en"]}\n')
    code, out = kb("batch", str(path), "--mode", "search", as_json=False)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["id"] for line in lines] == [2, 1]
    assert {"id", "answered", "ms", "hits"} == set(lines[0])
    assert {hit["lang"] for hit in lines[1]["hits"]} <= {"en"}
    path.write_text('{"id": 1, "text": "a"}\nnot json\n')
    code, out = kb("batch", str(path), "--mode", "search", as_json=False)
    assert (code, out) == (2, "")


def test_embed_prints_unit_vectors_a_line_each(
    kb: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The vectors that search uses."""
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("uno\ndos tres\n"))
    _, out = kb("embed", as_json=False)
    vectors = [json.loads(line) for line in out.splitlines()]
    assert len(vectors) == 2
    assert all(abs(sum(x * x for x in vector) - 1) < 1e-4 for vector in vectors)


def test_every_command_of_the_contract_has_help_in_both_languages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """kb --help lists them all."""
    for lang, word in (("en", "searchable"), ("es", "consultable")):
        with pytest.raises(SystemExit) as stop:
            main(["--ui-lang", lang, "--help"])
        assert stop.value.code == 0
        out = capsys.readouterr().out
        assert word in out
        for name in ("ingest", "search", "experts", "lessons", "similar", "answer", "compare",
                     "profile", "document", "entities", "parse", "batch", "export", "embed",
                     "remove", "forget", "status", "verify", "doctor", "eval", "serve", "mcp",
                     "key", "shortlist", "edit", "backup", "restore"):  # fmt: skip
            assert f"\n    {name} " in out


def test_people_read_the_results_in_their_language(kb: Run) -> None:
    """Without --json: names, sources and reasons, in the language of the interface."""
    _, out = kb("experts", "energía solar", "--ui-lang", "es", as_json=False)
    assert "Lucía Núñez Arrieta" in out
    assert "Alemania" in out
    _, out = kb("lessons", "voluntarios", "--ui-lang", "es", as_json=False)
    assert "redes-de-talento.md" in out


@pytest.mark.parametrize(
    "words",
    [
        ["search", "x", "-k", "many"],
        ["search", "x", "--who", "alien"],
        ["search"],
        ["serch", "x"],
        ["search", "x", "--nofilter", "y"],
        ["search", "x", "--country"],
        ["export", "--profiles", "--lessons"],
    ],
    ids=" ".join,
)
def test_a_command_line_that_makes_no_sense_is_told_in_either_language_and_as_json(
    kb: Run, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, a message that differs between es and en, and never a traceback."""
    told = set()
    for lang in ("es", "en"):
        assert main(["--json", "--ui-lang", lang, *words]) == 2
        plain = json.loads(capsys.readouterr().out)
        assert set(plain) == {"code", "error", "remedy"}
        told.add(plain["error"] + plain["remedy"])
    assert len(told) == 2


def test_a_path_that_is_not_there_or_a_folder_is_a_matter_of_usage(kb: Run, tmp_path: Path) -> None:
    """parse, entities, similar and batch: exit 2 with the code that says which."""
    nowhere = tmp_path / "none"
    for words in (["parse", "nada.md"], ["similar", "--file", "nada.md"],
                  ["batch", "nada.jsonl", "--mode", "search"]):  # fmt: skip
        code, plain = kb(*words)
        assert (code, plain["code"]) == (2, "path_missing")
    assert kb("entities", "nada.md", index=nowhere)[1]["code"] == "path_missing"
    for command in ("parse", "entities"):
        code, plain = kb(command, str(tmp_path))
        assert (code, plain["code"]) == (2, "path_folder")


def test_what_the_system_refuses_is_told_without_a_traceback(
    kb: Run, tmp_path: Path, tiny_corpus: Path
) -> None:
    """An index folder where a file stands: exit 1 and the reason."""
    (tmp_path / "taken").write_text("x")
    code, plain = kb("ingest", str(tiny_corpus), index=tmp_path / "taken")
    assert (code, plain["code"]) == (1, "system_failed")


def test_a_batch_checks_filters_ids_and_files_of_all_lines_first(kb: Run, tmp_path: Path) -> None:
    """Exit 2 naming the line, before the first answer; one value need not stand in a list."""
    path = tmp_path / "q.jsonl"
    good = '{"id": 1, "text": "redes", "profile_id": [], "file": "x"}\n'
    for mode, line in (
        ("search", '{"id": 2, "text": "x", "country": ["Atlantis"]}'),
        ("search", '{"id": 2, "text": "x", "year": ["20.15"]}'),
        ("lessons", '{"id": 2, "text": "x", "type": ["gossip"]}'),
        ("similar", '{"id": 2, "profile_id": "p000000000000"}'),
        ("similar", '{"id": 2, "file": "nada.md"}'),
    ):
        path.write_text(good * (mode != "similar") + line + "\n")
        code, out = kb("batch", str(path), "--mode", mode, as_json=False)
        assert (code, out) == (2, "")
    path.write_text('{"id": 1, "text": "red", "year": 1991}\n{"id": 2, "text": "a\u2028b"}\n')
    code, out = kb("batch", str(path), "--mode", "search", as_json=False)
    assert code == 0
    assert len(out.strip().split("\n")) == 2


def test_a_cv_that_cannot_be_read_does_not_stop_a_batch(
    kb: Run, tmp_path: Path, tiny_corpus: Path
) -> None:
    """Its line has no hits and says why; exit 3."""
    path = tmp_path / "q.jsonl"
    files = [tiny_corpus / "policy" / "vacio.txt", tiny_corpus / "profiles" / "nunez-arrieta.md"]
    path.write_text("".join(json.dumps({"id": f.name, "file": str(f)}) + "\n" for f in files))
    code, out = kb("batch", str(path), "--mode", "similar", as_json=False)
    first, second = map(json.loads, out.splitlines())
    assert code == 3
    assert (first["id"], first["hits"], first["error"]["code"]) == ("vacio.txt", [], "file_empty")
    assert second["hits"]


def test_people_and_lessons_are_paged_like_passages(kb: Run) -> None:
    """--offset goes on where the page before stopped."""
    for command, query in (("experts", "vacunas"), ("lessons", "redes")):
        key = "profile_id" if command == "experts" else "lesson_id"
        both = [hit[key] for hit in kb(command, query, "-k", "2")[1]["hits"]]
        one = [hit[key] for hit in kb(command, query, "-k", "1", "--offset", "1")[1]["hits"]]
        assert len(both) == 2
        assert one == both[1:]


def test_nothing_near_is_not_announced(kb: Run) -> None:
    """No "Nearest:" before an empty list; the filter is called as it was typed."""
    assert kb("search", "x", "--chapter", "Júpiter")[1]["remedy"] == ""
    assert "lang" in kb("search", "x", "--lang", "klingon")[1]["error"]


def test_deep_pages_are_those_of_one_long_list(
    kb: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Past the candidates of the ranking too; `total` stays, every passage comes once."""
    lines = [
        json.dumps({"id": n, "text": f"Mentoring programme {n % 50} of region {n}.", "lang": "en"})
        for n in range(450)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    index = tmp_path / "index"
    assert kb("ingest", str(tmp_path / "many.jsonl"), index=index)[0] == 0
    question = "mentoring programme 15"
    _, whole = kb("search", question, "-k", "450", index=index)
    found = [hit["passage_id"] for hit in whole["hits"]]
    assert len(set(found)) == 450
    scores = [hit["score"] for hit in whole["hits"]]
    assert scores == sorted(scores, reverse=True)
    for offset in (0, 190, 300, 440):
        _, page = kb("search", question, "-k", "20", "--offset", str(offset), index=index)
        assert [hit["passage_id"] for hit in page["hits"]] == found[offset : offset + 20]
        assert page["total"] == whole["total"] == 450
