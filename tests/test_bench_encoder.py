"""The measures of bench/encoder on vectors and rankings small enough to count by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench import encoder_measures as measures
from bench.encoder import table
from bench.encoder_bm25 import Bm25
from training.heldout import is_heldout


def scores(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def test_rank_counts_what_scores_strictly_higher() -> None:
    found = measures.ranks(scores([0.9, 0.5, 0.5], [0.1, 0.2, 0.3]), [1, 0])
    assert found.tolist() == [2, 3]


def test_ndcg10_is_discounted_and_ends_at_ten() -> None:
    row = [float(-i) for i in range(12)]
    found = measures.ndcg10(scores(row, row, row, row), [0, 2, 9, 10])
    assert found == pytest.approx((1 + 1 / 2 + 1 / math.log2(11) + 0) / 4)


def test_average_precision_of_two_right_ones() -> None:
    """Right ones at places 1 and 3: (1/1 + 2/3) / 2; at 2 and 4: (1/2 + 2/4) / 2."""
    row = [4.0, 3.0, 2.0, 1.0]
    found = measures.mean_average_precision(scores(row, row), [[0, 2], [3, 1]])
    assert found == pytest.approx(((1 + 2 / 3) / 2 + (1 / 2 + 2 / 4) / 2) / 2)


def test_average_precision_gives_equal_scores_places_after_one_another() -> None:
    found = measures.mean_average_precision(scores([1.0, 1.0, 2.0]), [[0, 1]])
    assert found == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_what_was_not_found_earns_nothing() -> None:
    none = scores([-math.inf, -math.inf])
    assert measures.ndcg10(none, [0]) == 0.0
    assert measures.mean_average_precision(none, [[0, 1]]) == 0.0
    half = scores([-math.inf, 1.0])
    assert measures.mean_average_precision(half, [[0, 1]]) == 0.5


def test_accuracy_differs_by_direction() -> None:
    there, back = measures.accuracy(scores([0.9, 0.1], [0.8, 0.7]))
    assert (there, back) == (0.5, 1.0)


def test_pool_accuracy_sees_a_preference_for_the_own_language() -> None:
    """The translations are nearest across, yet each text's own language holds a nearer one."""
    apart, turn = np.radians(20.0), np.radians([0.0, 10.0])
    first, second = (
        np.stack(
            [np.cos(turn) * np.cos(side), np.sin(turn) * np.cos(side), [np.sin(side)] * 2], axis=1
        )
        for side in (apart, -apart)
    )
    assert measures.accuracy(first @ second.T) == (1.0, 1.0)
    assert measures.pool_accuracy(first, second) == (0.0, 0.0)
    assert measures.pool_accuracy(np.eye(2), np.eye(2)) == (1.0, 1.0)


def test_spearman_shares_ranks_of_equal_values() -> None:
    assert measures.spearman([1.0, 2.0, 3.0], [10.0, 100.0, 1000.0]) == pytest.approx(1.0)
    # ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4
    assert measures.spearman([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(math.sqrt(0.9))


def test_votes_leave_the_question_out() -> None:
    """Person 7 wrote the question and the last; person 8 the first; 9 is not judged."""
    ranked = measures.votes(np.array([1.0, 0.9, 0.2]), [[7], [8, 9], [7]], judged=[7, 8], without=0)
    assert ranked == [8, 7]
    kept = measures.votes(np.array([1.0, 0.9, 0.2]), [[7], [8, 9], [7]], judged=[7, 8], without=5)
    assert kept == [7, 8]


def test_measures_of_people() -> None:
    found = measures.experts([1, 2, 3, 4, 5, 6], {2, 6, 9})
    assert found["AP"] == pytest.approx((1 / 2 + 2 / 6) / 3)
    assert found["P@5"] == pytest.approx(1 / 5)
    assert found["MRR"] == pytest.approx(1 / 2)
    assert measures.experts([1], {2}) == {"AP": 0.0, "P@5": 0.0, "MRR": 0.0}


def test_bm25_scores_each_language_apart() -> None:
    passages = ["Engineers abroad teach", "Bridges and roads", "Los ingenieros enseñan"]
    found = Bm25().scores(["What do engineers teach?"], passages, langs=["en", "en", "es"])
    assert found.shape == (1, 3)
    assert found[0, 0] > 0
    assert found[0, 1] == -math.inf
    assert found[0, 2] == -math.inf
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert found[0, 0] == pytest.approx(2 * idf * 2.2 / (1 + 1.2), rel=1e-5)  # both of 3 words


def test_held_out_is_one_line_in_ten_and_does_not_change() -> None:
    texts = [f"A line number {i} of the written texts." for i in range(2000)]
    share = sum(map(is_heldout, texts)) / len(texts)
    assert 0.08 < share < 0.12
    assert [i for i, text in enumerate(texts[:60]) if is_heldout(text)] == [
        22,
        28,
        38,
        42,
        56,
        58,
        59,
    ]


def test_table_has_a_row_for_what_any_encoder_has() -> None:
    told = table({"one": {"a": 0.5, "b": 12.0}, "two": {"a": 1.0, "c": 0.25}})
    assert told.splitlines()[2:] == ["| a | .500 | 1.000 |", "| b | 12.0 | - |", "| c | - | .250 |"]
