"""Many searches and what they agree on; texts outside the sample; noise to compare with."""

from itertools import pairwise

import numpy as np
import pytest
from planted import noise, planted
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from framing.patterns import ladder
from framing.patterns.consensus import (
    _agreement,
    _sample_graph,
    communities,
    ensemble,
    listing_of,
    merging_communities,
    samples,
)
from framing.patterns.graph import nearest, shared_neighbours
from framing.patterns.joining import joined_labels, near_core
from framing.patterns.stability import Null


def test_coarser_communities_are_made_of_finer_ones():
    vectors, _, truth = planted(sizes=(60, 50, 40, 30), noise=0.2)
    graph = shared_neighbours(nearest(vectors, 10))
    found = merging_communities(graph, [0.25, 1.0, 4.0, 16.0])
    np.testing.assert_array_equal(found[-1], communities(graph, 16.0))
    for coarse, fine in pairwise(found):
        assert coarse.max() <= fine.max()
        for label in range(fine.max() + 1):
            assert len(set(coarse[fine == label])) == 1
    assert max(adjusted_rand_score(truth, labels) for labels in found) > 0.95


def test_merged_communities_keep_all_weight():
    # Two triangles joined by one edge: at .1 one community, whose modularity is 1 - .1 exactly.
    edges = np.kron(np.eye(2), 1 - np.eye(3))
    edges[2, 3] = edges[3, 2] = 1
    coarse, fine = merging_communities(sparse.csr_matrix(edges), [0.1, 1.0])
    assert coarse.tolist() == [0] * 6
    assert fine.tolist() == [0, 0, 0, 1, 1, 1]


def test_agreement_counts_searches_with_both_and_leaves_weak_pairs_out():
    # Four claims, all near one another; four searches. 0 and 1: together in all of the three
    # that hold both. 2 and 3: in three of four. 0 and 2: in one of four, so they are left out.
    runs = np.array([[[0, 0, 1, 1]], [[0, 0, 1, 1]], [[0, 0, 0, 1]], [[0, -1, 1, 1]]])
    near = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]], dtype=np.int32)
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 0] = 1
    expected[2, 3] = expected[3, 2] = 0.75**4
    np.testing.assert_allclose(_agreement(runs, near).toarray(), expected)


def test_each_document_is_left_out_equally_often_and_whole():
    units = np.repeat(np.arange(23), np.arange(23) % 3 + 1)
    drawn = list(samples(units, 10, np.random.default_rng(0)))
    left_out = np.array([~np.isin(np.arange(units.size), rows) for rows in drawn])
    assert (left_out.sum(axis=0) == 2).all()
    for document in range(23):
        own = left_out[:, units == document]
        assert (own.any(axis=1) == own.all(axis=1)).all()
    assert not np.array_equal(drawn[0], drawn[5])


def test_the_only_document_is_not_left_out():
    drawn = samples(np.zeros(4, dtype=int), 5, np.random.default_rng(0))
    assert [rows.tolist() for rows in drawn] == [[0, 1, 2, 3]] * 5


def returns(labels, runs, nulls):
    return ladder._returns(labels, runs, nulls, ladder._agreements(labels, runs))


def test_a_level_has_to_return_at_two_resolutions():
    labels, none = np.repeat([0, 1], 8), [Null(np.zeros(0, dtype=int), np.zeros(0))] * 3
    lost = np.arange(16)
    once = np.array([[labels, lost, lost]])
    twice = np.array([[labels, lost, labels]])
    assert returns(labels, once, none)["information"] == pytest.approx(np.log(2) / 2)
    assert returns(labels, twice, none)["information"] == pytest.approx(np.log(2))


def test_information_is_worth_as_much_as_samples_agree():
    labels, none = np.repeat([0, 1], 8), [Null(np.zeros(0, dtype=int), np.zeros(0))]
    moved = labels.copy()
    moved[:2] = 1
    found = returns(labels, moved[None, None], none)
    assert found["agreement"] == pytest.approx(adjusted_rand_score(labels, moved))
    # Overlaps 6/8 and 8/10 count half and three fifths.
    assert found["information"] == pytest.approx(found["agreement"] * np.log(2) * (0.5 + 0.6) / 2)
    apart = returns(labels, np.tile([0, 1], 8)[None, None], none)
    assert apart["agreement"] < 0
    assert apart["information"] == 0


def test_samples_searched_side_by_side_are_searched_as_if_alone(monkeypatch):
    vectors, _, _ = planted()
    searched = vectors, listing_of(vectors, 10), np.arange(len(vectors))
    settings = {"n_neighbors": 10, "n_samples": 6, "seed": 0}
    together = ensemble(*searched, **settings).runs
    monkeypatch.setattr("framing.patterns.consensus._NODES", 1)
    alone = ensemble(*searched, **settings).runs
    np.testing.assert_array_equal(together >= 0, alone >= 0)
    finest = zip(together[:, -1], alone[:, -1], strict=True)
    assert min(adjusted_rand_score(one, two) for one, two in finest) == 1
    # The coarser ones are found a little less exactly, since the search stops at a gain in all.
    pairs = zip(together[:, :-1].reshape(-1, 124), alone[:, :-1].reshape(-1, 124), strict=True)
    assert np.mean([adjusted_rand_score(one, two) for one, two in pairs]) > 0.9


def test_the_graph_of_a_sample_knows_nothing_of_what_was_left_out():
    vectors, _ = noise(60, 8)
    listed = listing_of(vectors, 6)
    order = np.random.default_rng(0).permutation(60)[:48]
    before = _sample_graph(vectors, listed, order, 6)
    elsewhere = vectors.copy()
    elsewhere[np.setdiff1d(np.arange(60), order)] *= -1
    assert (before != _sample_graph(elsewhere, listed, order, 6)).nnz == 0
    elsewhere[order[0]] *= -1
    assert (before != _sample_graph(elsewhere, listed, order, 6)).nnz > 0


def test_texts_outside_the_sample_join_the_pattern_of_most_neighbours():
    labels = np.array([0, 0, 1, 1, 1, -1, -1, -1])
    core, rest = np.arange(5), np.array([5, 6, 7])
    near = np.array([[0, 2, 3], [2, 0, 1], [4, 0, 1]], dtype=np.int32)
    cosines = np.array([[0.9, 0.1, 0.1], [0.9, 0.1, 0.1], [0.9, 0.8, 0.8]], dtype=np.float32)
    assert joined_labels(labels.copy(), core, rest, near, cosines)[5:].tolist() == [1, 0, 0]
    # One vote each: the nearer neighbour decides.
    pair = joined_labels(labels.copy(), core, rest, near[:, [0, 1]], cosines[:, [0, 1]])
    assert pair[5:].tolist() == [0, 1, 1]
    # Neighbours that were set aside have a vote too.
    labels[:2] = -1
    assert joined_labels(labels, core, rest, near, cosines)[5:].tolist() == [1, -1, -1]


def test_neighbours_in_the_sample_are_those_of_brute_force(monkeypatch):
    vectors, _ = noise(60, 8)
    core, rest = np.arange(0, 60, 2), np.arange(1, 60, 2)
    cosine = vectors[rest] @ vectors[core].T
    monkeypatch.setattr("framing.patterns.joining._BLOCK", 7)
    near, cosines = near_core(vectors, core, rest, 4)
    np.testing.assert_array_equal(near, np.argsort(-cosine, axis=1, kind="stable")[:, :4])
    np.testing.assert_allclose(cosines, -np.sort(-cosine, axis=1)[:, :4], rtol=1e-6)


def test_noise_of_a_few_texts_stands_for_all_and_sets_the_stricter_bar(monkeypatch):
    vectors, _ = noise(900, 32)
    settings = {"n_neighbors": 10, "n_samples": 5, "level": 6, "seed": 0}
    whole = ladder.consensus_ladder(vectors, np.arange(900), **settings).null
    assert whole.sizes.sum() == 900
    monkeypatch.setattr(ladder, "NULL_TEXTS", 300)
    few = ladder.consensus_ladder(vectors, np.arange(900), **settings).null
    assert few.sizes.sum() == 300
    assert few.agreement > whole.agreement
    assert few.reached(10) == pytest.approx(whole.reached(10), abs=0.2)
