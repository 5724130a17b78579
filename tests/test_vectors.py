"""What is asked of vectors: one row per claim, of length 1 or at least finite."""

import numpy as np
import pytest

from framing import FramingError
from framing.vectors import ROWS, check_finite, check_vectors


def test_unit_vectors_pass_in_any_precision():
    vectors = np.random.default_rng(0).normal(size=(50, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for kind in (np.float16, np.float32, np.float64):
        check_vectors(vectors.astype(kind), 50)


def test_faults_name_the_shape_the_length_and_the_rows():
    with pytest.raises(FramingError, match=r"each of 3 claims; got shape \(2, 2\)"):
        check_vectors(np.eye(2), 3)
    with pytest.raises(FramingError, match=r"got shape \(2,\)"):
        check_vectors(np.ones(2), 2)
    with pytest.raises(FramingError, match=r"each of 0 claims; got shape \(0, 4\)"):
        check_vectors(np.empty((0, 4)), 0)
    with pytest.raises(FramingError, match="length 2 in rows 1"):
        check_vectors(np.array([[1.0, 0], [2, 0]]), 2)
    for bad in (0.0, np.nan):
        with pytest.raises(FramingError, match="in rows 0"):
            check_vectors(np.array([[bad, 0], [1, 0]]), 2)


def test_vectors_that_are_not_finite_are_found_wherever_they_stand():
    vectors = np.ones((ROWS + 3, 2), dtype=np.float32)
    check_finite(vectors)
    vectors[ROWS + 1] = np.inf
    with pytest.raises(FramingError, match=f"finite vectors; got others in rows {ROWS + 1}"):
        check_finite(vectors)
