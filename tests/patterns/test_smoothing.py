"""Fewer dimensions, and neighbours by vectors that are drawn to their neighbours."""

import numpy as np
import pytest
from planted import noise, planted, unit

from framing.patterns import smoothing
from framing.patterns.graph import nearest, within_sample
from framing.patterns.smoothing import condensed, smoothed_neighbours


def test_principal_components_are_those_of_the_singular_values():
    vectors, _, _ = planted()
    spread = vectors - vectors.mean(axis=0)
    expected = unit(spread @ np.linalg.svd(spread, full_matrices=False)[2][:5].T)
    found = condensed(vectors, 5)
    assert found.shape == (124, 5)
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-5)


def test_with_all_components_only_the_mean_is_taken_off():
    vectors, _ = noise(40, 8)
    centred = unit(vectors - vectors.mean(axis=0))
    found = condensed(vectors)
    np.testing.assert_allclose(found @ found.T, centred @ centred.T, atol=1e-5)


def test_what_equals_the_mean_has_no_direction():
    np.testing.assert_array_equal(condensed(np.ones((3, 4), np.float32) / 2), np.zeros((3, 4)))


def slowly(vectors, near, n_neighbors):
    """The same, row by row."""
    drawn = []
    for own, row in zip(vectors, near, strict=True):
        first = [i for i in row[: max(1, n_neighbors // 3)] if i >= 0]
        mean = vectors[first].mean(axis=0) if first else np.zeros_like(own)
        drawn.append(0.7 * own + 0.3 * mean)
    drawn = unit(np.array(drawn))
    return [
        sorted((i for i in row if i >= 0), key=lambda i: -(drawn[i] @ own))[:n_neighbors]
        for own, row in zip(drawn, near, strict=True)
    ]


@pytest.mark.parametrize("block", [7, 2048])
def test_neighbours_are_those_of_drawn_vectors(monkeypatch, block):
    vectors, _ = noise(60, 8)
    monkeypatch.setattr(smoothing, "_BLOCK", block)
    near = nearest(vectors, 12)
    found = smoothed_neighbours(vectors, near, 6)
    assert found.tolist() == slowly(vectors, near, 6)
    assert found.tolist() != near[:, :6].tolist()


def test_a_short_list_of_candidates_is_filled_up():
    vectors, _ = noise(60, 8)
    # Few rows are in the sample, so that some lists hold less than is asked for.
    kept = np.arange(0, 60, 4)
    near = within_sample(nearest(vectors, 9), kept, 6)
    assert (near < 0).any()
    found = smoothed_neighbours(vectors[kept], near, 3)
    assert [[i for i in row if i >= 0] for row in found.tolist()] == slowly(vectors[kept], near, 3)


def test_vectors_left_out_of_a_sample_draw_nobody():
    vectors, _ = noise(60, 8)
    kept = np.arange(48)
    near = within_sample(nearest(vectors, 59), kept, 12)
    found = smoothed_neighbours(vectors[kept], near, 6)
    elsewhere = vectors.copy()
    elsewhere[48:] = -elsewhere[48:]
    listed = nearest(elsewhere, 59)
    np.testing.assert_array_equal(
        found, smoothed_neighbours(elsewhere[kept], within_sample(listed, kept, 12), 6)
    )


def test_copies_of_a_direction_have_no_say_in_the_order():
    # Equally near ones stay in the order of the candidates, so that repeats are the same.
    vectors = np.ones((5, 3), np.float32) / np.sqrt(3, dtype=np.float32)
    near = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2]], dtype=np.int32)
    np.testing.assert_array_equal(smoothed_neighbours(vectors, near, 2), near[:, :2])
