"""Which room may import which: the shape that ARCHITECTURE.md draws."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "sentence_transformers", "spacy", "faiss", "tantivy", "dateparser", "babel",
         "fastapi", "rich", "numpy", "pypdf", "pypdfium2", "docx", "lxml", "bs4",
         "openpyxl")  # fmt: skip

#: Rooms from the bottom up. A room imports rooms of lower number only, its own, or nothing.
FLOOR = {
    "datatypes": 0,
    "messages": 1, "errors": 1,
    "config": 2, "wire": 2,
    "folding": 1, "language": 2, "text": 3, "stopwords": 3,
    "readers": 4, "entities": 4, "arrange": 4, "kinds": 4, "cues": 4,
    "frontmatter": 5, "passages": 5, "lessons": 6, "cv": 5, "profiles": 6, "ingest": 6,
    "private": 5, "orders": 5,
    "embed": 6, "store": 6, "index": 7,
    "build": 8,
    "fusion": 8, "calibration": 9, "filters": 9, "question": 9,
    "hits": 9, "search": 10, "crowd": 11, "statements": 11, "conditions": 11, "reasons": 12,
    "experts": 13, "similar": 14, "answer": 13,
    "batch": 15, "evaluate": 15, "doctor": 15, "render": 15,
    "arguments": 16, "cli": 17,
}  # fmt: skip


def room_of(path: Path) -> str:
    """The room of a module: its file's name; store_*.py is store, kb/cv/x.py is cv."""
    parts = path.relative_to(ROOT / "kb").with_suffix("").parts
    name = parts[0]
    for prefix in FLOOR:
        if name == prefix or name.startswith(prefix + "_"):
            return prefix
    return {"migrations": "store", "walk": "build", "opened": "index"}.get(name, name)


def imports(path: Path) -> list[tuple[str, bool]]:
    """(module, at the top level of the file) of every import that runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "kb":
                found += [(f"kb.{alias.name}", id(node) in top) for alias in node.names]
            else:
                found.append((node.module, id(node) in top))
    return found


MODULES = sorted((ROOT / "kb").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    """No circles, and nobody inside imports the front door."""
    room = room_of(path)
    if room == "__init__":
        return
    assert room in FLOOR, f"{path.name}: give the new room a floor in tests/test_layers.py"
    for module, _ in imports(path):
        if not module.startswith("kb."):
            assert module != "kb", "nobody inside imports the front door"
            assert not module.startswith("api") or room == "cli"
            continue
        other = room_of(ROOT / "kb" / (module.split(".")[1] + ".py"))
        if other == "__version__" or other == room:
            continue
        lazily_allowed = (room, other) in {
            ("errors", "messages"),  # an error renders itself
            ("similar", "build"), ("doctor", "build"), ("search", "build"),  # open, parse a CV
        }  # fmt: skip
        assert FLOOR[other] < FLOOR[room] or lazily_allowed, f"{room} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_packages_are_imported_where_they_are_used(path: Path) -> None:
    """Only rooms that are heavy themselves import a heavy package at the top of a file."""
    room = room_of(path)
    if room in ("readers", "entities", "index", "profiles", "cv"):
        return
    heavy = [m for m, top in imports(path) if top and m.split(".")[0] in HEAVY]
    if room in ("store", "embed"):
        heavy = [m for m in heavy if m != "numpy"]
    assert not heavy


def test_only_config_reads_the_environment() -> None:
    """os.environ and getenv stand in kb/config.py alone (child processes are handed settings)."""
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if "os.environ" in (text := path.read_text(encoding="utf-8")) or "getenv" in text
    ]
    assert set(readers) <= {"kb/config.py", "kb/embed.py"}


def test_the_client_of_the_rooms_is_thin() -> None:
    """api/ parses and calls: it imports neither store nor index nor readers."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        for module, _ in imports(path):
            assert module.split(".")[:2] not in (
                ["kb", "store"],
                ["kb", "index"],
                ["kb", "readers"],
            )
