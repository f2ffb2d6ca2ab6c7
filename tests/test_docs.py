"""The papers of the project agree with the program."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from kb.arguments import FILTERS, LATER, build_parser
from kb.cli import RUNS

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.es.md")


def _parser():  # type: ignore[no-untyped-def]
    return build_parser("en", RUNS, otherwise=lambda args, settings: 2)


@pytest.mark.parametrize("name", READMES)
def test_the_commands_that_the_readme_shows_are_commands(name: str) -> None:
    """Each kb line of the README parses."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.findall(r"^\.venv/bin/kb (.+)$", text, re.M)
    assert len(lines) >= 6
    for line in lines:
        _parser().parse_args(shlex.split(line))


@pytest.mark.parametrize("name", READMES)
def test_every_command_and_filter_is_in_the_readme(name: str) -> None:
    """Those that are planned too."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for command in RUNS:
        assert f"kb {command}" in text, command
    for command in LATER:
        assert f"`{command}`" in text, command
    for name_ in FILTERS:
        assert f"--{name_}" in text, name_


def test_every_make_target_that_the_papers_name_is_there() -> None:
    """README, CONTRIBUTING and the demo name targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for name in (*READMES, "CONTRIBUTING.md", "scripts/demo.py"):
        for target in re.findall(r"\bmake ([a-z-]+)\b", (ROOT / name).read_text(encoding="utf-8")):
            if name.endswith(".md") or target == "serve":
                assert target in targets or target in ("sets", "that"), target


def test_every_dependency_has_a_reason_and_a_pin() -> None:
    """pyproject says why, the lock says which."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower().replace("_", "-")
    project = tomllib.loads(text)["project"]
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=!~\[]", requirement)[0]
        assert re.search(rf'"{re.escape(requirement)}",\s*# \S', text), f"{name}: no reason"
        assert re.search(rf"^{re.escape(name.lower())}==", lock, re.M), f"{name}: not pinned"
    assert "torch==2.13.0\n" in lock
    for line in lock.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z0-9.-]+==[^ ;]+", line), line


def test_ci_runs_what_people_run() -> None:
    """.ci/run and the workflow call make test."""
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ".ci/run" in (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
