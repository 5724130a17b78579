"""Exchanges of groups between documents: evenly drawn, and the least p they can give."""

import itertools

import numpy as np
import pytest

from framing.permutation import cells_of, exchange_settings, exchanged, family_p
from framing.permutation.exchanges import _random

# Three voices in the first document, two in each of the next two, one in the others.
DOCUMENT = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 5])
GROUP = np.array([0, 1, 2, 0, 1, 0, 2, 0, 1, 2])


def test_random_exchanges_reach_every_arrangement_equally_often():
    cells = cells_of(DOCUMENT, GROUP)
    every = np.concatenate(list(exchanged(cells, 144, seed=0, chunk=50)[0]), axis=1)
    drawn = np.concatenate(list(_random(cells, 14_400, 1, 1_000)), axis=1)
    ways, counts = np.unique(drawn, axis=1, return_counts=True)
    np.testing.assert_array_equal(ways, np.unique(every, axis=1))
    assert ((counts - 100) ** 2 / 100).sum() < 195  # chi-square(143) at .998
    np.testing.assert_array_equal(
        drawn, np.concatenate(list(_random(cells, 14_400, 1, 333)), axis=1)
    )


def test_new_codes_of_groups_change_no_exchange():
    document = np.concatenate([DOCUMENT[3:5], np.arange(3, 60)])
    group = np.concatenate([GROUP[3:5], np.arange(57) % 2])
    one, two = (cells_of(document, codes) for codes in (group, 1 - group))
    drawn = [np.concatenate(list(_random(cells, 50, 4, 20)), axis=1) for cells in (one, two)]
    first = [
        [dict(zip(zip(cells.document, cells.group, strict=True), way, strict=True)) for way in ways]
        for cells, ways in zip((one, two), (each.T for each in drawn), strict=True)
    ]
    for mine, other in zip(*first, strict=True):
        assert {(d, 1 - g): 1 - name for (d, g), name in mine.items()} == other


@pytest.mark.parametrize(
    ("group", "n_permutations", "least"),
    [
        ([0, 0, 0, 0, 1, 1, 1, 1], 70, 2 / 70),  # all trading places gives every |t| again
        ([0, 0, 0, 1, 1, 1, 1, 1], 56, 1 / 56),
        ([0, 0, 0, 1, 1, 1, 2, 2], 560, 1 / 560),
        ([0, 0, 0, 0, 1, 1, 1, 1], 69, 1 / 35),  # 2 / 70 is above 1 / (69 + 1)
        ([0] * 30 + [1] * 30, 999, 1 / 1000),
    ],
)
def test_the_least_p_that_exchanges_can_give(group, n_permutations, least):
    cells = cells_of(np.arange(len(group)), np.array(group))
    assert exchange_settings(cells, n_permutations, 0)["p_least"] == pytest.approx(least)


def test_stepping_down_compares_with_what_is_no_larger():
    # By hand over four arrangements; 3 meets the largest, 2 the larger of the last two, 1 its own.
    ways = np.array([[3.0, 1, 3, 1], [2, 4, 0, 1], [1, 0, 2, 0]])
    observed, family = np.array([3.0, -2, 1]), np.zeros(3, dtype=int)
    single = family_p(observed, iter([ways]), family, exact=True)
    down = family_p(observed, iter([ways]), family, exact=True, step_down=True)
    np.testing.assert_allclose(single, [[2 / 4, 2 / 4, 2 / 4], [3 / 4, 3 / 4, 1]])
    np.testing.assert_allclose(down, [[2 / 4, 2 / 4, 2 / 4], [3 / 4, 3 / 4, 3 / 4]])
    for order in itertools.permutations(range(3)):  # whatever stands first
        moved = family_p(
            observed[list(order)], iter([ways[list(order)]]), family, exact=True, step_down=True
        )
        np.testing.assert_allclose(moved, np.array(down)[:, list(order)])


def test_ties_count_though_rounding_parts_them():
    ways = np.array([[0.3, 0.1 + 0.2, 1e-16], [np.inf, 1, 1], [0.0, 1e-16, -1e-16]])
    p, _ = family_p(np.array([0.1 + 0.2, np.inf, 1e-16]), iter([ways]), np.arange(3), exact=True)
    np.testing.assert_allclose(p, [2 / 3, 1 / 3, 1])
