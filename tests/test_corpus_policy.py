"""The sample policy papers: what the manifest says, and that they can be typeset again."""

from __future__ import annotations

import hashlib
import importlib
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"


@pytest.fixture(scope="module")
def manifest() -> list[dict[str, str]]:
    return list(yaml.safe_load((CORPUS / "manifest.yaml").read_text(encoding="utf-8")))


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module of corpus/build, and forgets it afterwards: its names are short."""
    monkeypatch.syspath_prepend(str(CORPUS / "build"))
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).parent == CORPUS / "build":
            del sys.modules[name]


def test_manifest_lists_every_file(manifest: list[dict[str, str]]) -> None:
    """The manifest names each file of policy/ and profiles/ once, and no other."""
    found = {
        f"{p.parent.name}/{p.name}" for d in ("policy", "profiles") for p in (CORPUS / d).iterdir()
    }
    assert sorted(entry["file"] for entry in manifest) == sorted(found)


def test_manifest_hashes_match(manifest: list[dict[str, str]]) -> None:
    """The sha256 of each entry is that of the file."""
    wrong = [
        entry["file"]
        for entry in manifest
        if hashlib.sha256((CORPUS / entry["file"]).read_bytes()).hexdigest() != entry["sha256"]
    ]
    assert wrong == []


def test_half_of_the_briefs_are_spanish(manifest: list[dict[str, str]]) -> None:
    """Eight briefs are in Spanish and eight in English; ten PDF, three DOCX, three HTML."""
    briefs = [entry for entry in manifest if entry["file"].startswith("policy/")]
    languages = [entry["language"] for entry in briefs]
    assert (languages.count("es"), languages.count("en"), len(briefs)) == (8, 8, 16)
    kinds = [Path(entry["file"]).suffix for entry in briefs]
    assert (kinds.count(".pdf"), kinds.count(".docx"), kinds.count(".html")) == (10, 3, 3)
    assert {entry["licence"] for entry in manifest} <= {"CC0-1.0", "Apache-2.0"}


def test_typesetting_again_gives_the_same_bytes(builder: Any, tmp_path: Path) -> None:
    """The script makes of the sources exactly the files that are in the repository."""
    made = builder("policy").build(tmp_path)
    assert {path.name for path in made} == {path.name for path in (CORPUS / "policy").iterdir()}
    changed = [p.name for p in made if p.read_bytes() != (CORPUS / "policy" / p.name).read_bytes()]
    assert changed == []


def test_briefs_hold_900_to_1800_words(builder: Any) -> None:
    """No brief is shorter or longer than a policy brief is."""
    source = builder("brief_source")
    for path in sorted((CORPUS / "sources" / "policy").glob("*.md")):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        assert 900 <= len(source.plain(body).split()) <= 1800, path.name


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("instituciones", ["ins", "ti", "tu", "cio", "nes"]),
        ("desarrollo", ["de", "sa", "rro", "llo"]),
        ("guerrilla", ["gue", "rri", "lla"]),
        ("aquellos", ["aque", "llos"]),
        ("construcción", ["cons", "truc", "ción"]),
    ],
)
def test_spanish_words_break_between_syllables(builder: Any, word: str, parts: list[str]) -> None:
    """A Spanish word is broken at its syllables, never with one letter alone."""
    cuts = [0, *builder("hyphens").spanish(word), len(word)]
    assert [word[a:b] for a, b in pairwise(cuts)] == parts


def test_addresses_are_never_broken(builder: Any) -> None:
    """A web address has no place for a hyphen."""
    assert builder("hyphens").breaks("https://instituciones.example/desarrollo", "es") == []


def test_gold_snippets_stand_in_their_sources(builder: Any) -> None:
    """Each answer of the question set is found word for word in the brief that it names."""
    source = builder("brief_source")
    questions = yaml.safe_load((ROOT / "bench/questions/policy.yaml").read_text(encoding="utf-8"))
    texts: dict[str, str] = {}
    lost = []
    for question in questions:
        assert (question["kind"] == "none") == (not question["gold"]), question["id"]
        for gold in question["gold"]:
            name = Path(gold["file"]).stem
            if name not in texts:
                raw = (CORPUS / "sources" / "policy" / f"{name}.md").read_text(encoding="utf-8")
                texts[name] = " ".join(source.plain(raw).split())
            if gold["snippet"] not in texts[name]:
                lost.append((question["id"], gold["snippet"]))
    assert lost == []
    assert len(questions) == 18
    assert sum(q["lang"] == "es" for q in questions) == 9
