"""What the small corpus is read as, kept in files: `make golden` writes them, the diff is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb import config
from kb.search import Searcher, open_searcher, search
from kb.wire import to_plain

GOLDEN = Path(__file__).parent / "golden"
QUESTIONS = (
    "redes que dependen de voluntarios",
    "why did the Colombian network fade?",
    "census of a diaspora",
    "almacenamiento de energía",
    "mentors for students in California",
)


@pytest.fixture(scope="module")
def searcher(tiny_index: Path) -> Searcher:
    return open_searcher(config.load(environ={}, index=tiny_index, encoder="hash"))


def passages(searcher: Searcher) -> Any:
    sources = {doc.doc_id: doc.source for doc in searcher.store.documents()}
    return [
        f"{sources[p.doc_id]} {p.lang} {p.role} [{' > '.join(p.section)}] {p.text}"
        for p in searcher.store.all_passages()
    ]


def entities(searcher: Searcher) -> Any:
    return {
        doc.source: [f"{e.label} {e.id} {e.text!r}" for e in searcher.store.entities(doc.doc_id)]
        for doc in searcher.store.documents()
    }


def profiles(searcher: Searcher) -> Any:
    plain = to_plain(searcher.store.profiles(), lang="en")
    for profile in plain:
        del profile["seniority"]  # of a post that goes on it grows with the years
    return plain


def lessons(searcher: Searcher) -> Any:
    return [
        f"{found.type} {list(found.programs)} {list(found.countries)} {found.statement}"
        for found in searcher.store.lessons()
    ]


def top_hits(searcher: Searcher) -> Any:
    return {
        question: [
            f"{hit.source} [{' > '.join(hit.section)}]"
            for hit in search(searcher, question, k=3).hits
        ]
        for question in QUESTIONS
    }


def openapi(searcher: Searcher) -> Any:
    from api.main import create_app

    return create_app(config.load(environ={}, index=searcher.opened.folder)).openapi()


def command_help(searcher: Searcher) -> Any:
    from kb.arguments import build_parser
    from kb.cli import RUNS

    def nothing(args: Any, settings: Any) -> int:
        raise AssertionError

    return {
        lang: {
            command.prog: sorted(option for a in command._actions for option in a.option_strings)
            for action in build_parser(lang, RUNS, otherwise=nothing)._actions
            if isinstance(action.choices, dict)
            for command in action.choices.values()
        }
        for lang in ("es", "en")
    }


@pytest.mark.parametrize(
    "made",
    [passages, entities, profiles, lessons, top_hits, openapi, command_help],
    ids=lambda made: made.__name__,
)
def test_nothing_changes_unseen(
    made: Callable[[Searcher], Any], searcher: Searcher, request: pytest.FixtureRequest
) -> None:
    """A change of passages, entities, profiles, lessons, hits or schema shows in a diff."""
    path = GOLDEN / f"{made.__name__}.json"
    now = json.dumps(made(searcher), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if request.config.getoption("--golden"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert path.is_file(), "make golden"
    assert now == path.read_text(encoding="utf-8")
