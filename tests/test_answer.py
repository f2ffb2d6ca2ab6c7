"""Lessons for a question and answers in the words of the sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import config
from kb.answer import answer, is_whole, lessons
from kb.search import Searcher, open_searcher


@pytest.fixture(scope="module")
def searcher(tiny_index: Path) -> Iterator[Searcher]:
    opened = open_searcher(config.load(environ={}, index=tiny_index, encoder="hash"))
    yield opened
    opened.close()


def test_the_lesson_whose_own_words_fit_comes_first(searcher: Searcher) -> None:
    """Of the lessons of one page that which holds the question's words leads."""
    result = lessons(searcher, "should a network stay small")
    assert result.hits
    assert "stay small" in result.hits[0].statement
    assert result.hits[0].statement in result.hits[0].text


def test_a_type_is_hard_and_no_statement_comes_twice(searcher: Searcher) -> None:
    """Only lessons of the types asked for, each statement once, pages in one order."""
    every = lessons(searcher, "", k=100).hits
    kinds = {hit.type for hit in every}
    assert len(kinds) > 1
    for kind in kinds:
        found = lessons(searcher, "network", k=100, types=[kind]).hits
        assert {hit.type for hit in found} == {kind}
    statements = [hit.statement for hit in lessons(searcher, "network", k=100).hits]
    assert len(set(statements)) == len(statements)
    assert [hit.lesson_id for hit in lessons(searcher, "network", k=1, offset=1).hits] == [
        lessons(searcher, "network", k=2).hits[1].lesson_id
    ]


def test_an_answer_is_whole_sentences_in_the_order_of_the_source(searcher: Searcher) -> None:
    """Two to five sentences, word for word, no heading; those of a document in its order."""
    result = answer(searcher, "How many New Zealanders abroad did Kea survey in 2006?")
    assert result.answered
    assert 2 <= len(result.sentences) <= 5
    order: dict[str, list[int]] = {}
    for sentence in result.sentences:
        doc = searcher.store.document(sentence.doc_id)
        assert doc is not None
        assert sentence.text in doc.text
        assert is_whole(sentence.text)
        order.setdefault(sentence.doc_id, []).append(doc.text.index(sentence.text))
    assert all(starts == sorted(starts) for starts in order.values())
    assert any("eighteen thousand" in sentence.text for sentence in result.sentences)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Kea surveyed eighteen thousand New Zealanders abroad in 2006.", True),
        ("«Los mentores pierden el vínculo con las universidades.»", True),
        ("Lessons learned from the networks of three countries", False),
        ("Programme | Years | Money | What became of it.", False),
        ("and so the office lost the trust of its members.", False),
        ("See above.", False),
    ],
)
def test_what_is_a_sentence(text: str, whole: bool) -> None:
    """Headings, rows of tables and broken ends are none."""
    assert is_whole(text) is whole


def test_a_far_question_gets_no_sentences(searcher: Searcher) -> None:
    """What nothing answers is refused, not filled."""
    result = answer(searcher, "¿Cuál es la mejor receta de mole negro con chocolate amargo?")
    assert not result.answered
    assert result.sentences == ()
