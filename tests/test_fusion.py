"""One ranking out of two channels and two languages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.fusion import fuse, rarest

SIZES = {"es": 1000, "en": 1000}
COSINES = st.dictionaries(
    st.integers(0, 40), st.floats(-1, 1, allow_nan=False), min_size=1, max_size=30
)


@given(COSINES, st.data())
def test_each_language_keeps_the_places_that_it_has_in_the_dense_ranking(
    dense: dict[int, float], data: st.DataObject
) -> None:
    """However loud the lexical channel, it lifts no language above another."""
    langs = {row: data.draw(st.sampled_from(["es", "en"])) for row in dense}
    lexical = {row: data.draw(st.floats(0, 50)) for row in dense if data.draw(st.booleans())}
    ranked = fuse(dense, lexical, langs, question_lang="es", passages=SIZES)
    assert sorted(row for row, _ in ranked) == sorted(dense)
    by_cosine = sorted(dense, key=lambda row: (-dense[row], row))
    assert [langs[row] for row, _ in ranked] == [langs[row] for row in by_cosine]
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)


def test_shared_words_reorder_a_language() -> None:
    """The passage with the question's words rises among those of its own language."""
    dense = {1: 0.50, 2: 0.48, 3: 0.10, 4: 0.45}
    langs = {1: "es", 2: "es", 3: "es", 4: "en"}
    ranked = fuse(dense, {2: 12.0}, langs, question_lang="es", passages=SIZES)
    assert [row for row, _ in ranked] == [2, 1, 4, 3]


def test_one_common_word_counts_little_and_many_rare_ones_much() -> None:
    """Twice the shared words are worth more than twice one of them."""
    dense = {1: 0.50, 2: 0.40}
    langs = dict.fromkeys(dense, "en")
    rare = rarest(1000)
    for shared, first in ((0.3 * rare, 1), (1.0 * rare, 1), (3.0 * rare, 2)):
        ranked = fuse(dense, {2: shared}, langs, question_lang="en", passages=SIZES)
        assert ranked[0] == (first, 0.50)


def test_words_weigh_less_where_cosines_lie_close() -> None:
    """An encoder whose cosines all lie between .8 and .9 is not drowned by words."""
    dense = {1: 0.85, 2: 0.82}
    langs = dict.fromkeys(dense, "en")
    for spread, first in ((0.12, 2), (0.01, 1)):
        ranked = fuse(dense, {2: 12.0}, langs, question_lang="en", passages=SIZES, spread=spread)
        assert ranked[0][0] == first


def test_a_note_falls_by_its_penalty() -> None:
    """What is taken off the cosine counts for the order and for the score shown."""
    dense = {1: 0.50, 2: 0.48}
    langs = dict.fromkeys(dense, "en")
    ranked = fuse(dense, {}, langs, question_lang="en", passages=SIZES, penalty={1: 0.05})
    assert [row for row, _ in ranked] == [2, 1]
    assert [round(score, 2) for _, score in ranked] == [0.48, 0.45]
