"""One ranking out of two channels and two languages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.fusion import Weights, fuse, standard_scores

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
    ranked = fuse(dense, lexical, langs, question_lang="es")
    assert sorted(row for row, _ in ranked) == sorted(dense)
    by_cosine = sorted(dense, key=lambda row: (-dense[row], row))
    assert [langs[row] for row, _ in ranked] == [langs[row] for row in by_cosine]
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)


def test_shared_words_reorder_a_language() -> None:
    """The passage with the question's words rises among those of its own language."""
    dense = {1: 0.50, 2: 0.48, 3: 0.10, 4: 0.45}
    langs = {1: "es", 2: "es", 3: "es", 4: "en"}
    ranked = fuse(dense, {2: 12.0}, langs, question_lang="es")
    assert [row for row, _ in ranked] == [2, 1, 4, 3]


def test_across_languages_the_lexical_channel_whispers() -> None:
    """The same shared word does not reorder passages of the other language where it is weak."""
    dense = {1: 0.50, 2: 0.40, 3: 0.10}
    langs = dict.fromkeys(dense, "en")
    assert fuse(dense, {2: 9.0}, langs, question_lang="es")[0][0] == 1
    assert fuse(dense, {2: 9.0}, langs, question_lang="en")[0][0] == 2
    loud = Weights(across=1.0)
    assert fuse(dense, {2: 9.0}, langs, question_lang="es", weights=loud)[0][0] == 2


def test_standard_scores_of_equal_values_are_zero() -> None:
    """A channel that says the same of all says nothing."""
    assert standard_scores({1: 3.0, 2: 3.0}) == {1: 0.0, 2: 0.0}
    assert standard_scores({}) == {}
