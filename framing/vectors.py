"""Vectors of texts: what every function that takes them relies on."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from framing.errors import listing, problem

__all__ = ["ROWS", "Vectors", "check_finite", "check_vectors"]

Vectors: TypeAlias = npt.NDArray[np.floating[Any]]

ROWS = 16_384  # of vectors, which may lie on disk, that are looked at together
_SLACK = 1e-2  # in length: what half precision and another library's rounding leave


def check_vectors(vectors: Vectors, n_claims: int) -> None:
    """Refuse what is not one vector of length 1 for every claim.

    Raises
    ------
    FramingError
        If there are more or fewer rows than claims, no claim, or a row of another length.

    Examples
    --------
    >>> check_vectors(np.array([[0.6, 0.8], [3.0, 4.0]]), 2)
    Traceback (most recent call last):
    framing.errors.FramingError: Expected vectors of length 1; got length 5 in rows 1. Divide each
    row by its length; a NaN or zero vector has to be left out.
    """
    if np.ndim(vectors) != 2 or len(vectors) != n_claims or not n_claims:
        raise problem(
            f"vectors of shape (n_claims, n_dims), one row for each of {n_claims:,} claims",
            f"shape {np.shape(vectors)}",
            "Embed the text column of these very claims",
        )
    lengths = np.linalg.norm(vectors, axis=1)
    bad = np.flatnonzero(~(np.abs(lengths - 1) < _SLACK))
    if bad.size:
        raise problem(
            "vectors of length 1",
            f"length {lengths[bad[0]]:.3g} in rows {listing(bad.tolist())}",
            "Divide each row by its length; a NaN or zero vector has to be left out",
        )


def check_finite(vectors: Vectors) -> None:
    """Refuse vectors, of whatever length, that hold NaN or infinity.

    Raises
    ------
    FramingError
        If a row holds a value that is not finite.

    Examples
    --------
    >>> check_finite(np.array([[3.0, 4.0], [np.nan, 0.0]]))
    Traceback (most recent call last):
    framing.errors.FramingError: Expected finite vectors; got others in rows 1. Embed anew.
    """
    for start in range(0, len(vectors), ROWS):
        bad = np.flatnonzero(~np.isfinite(vectors[start : start + ROWS]).all(axis=1))
        if bad.size:
            raise problem(
                "finite vectors", f"others in rows {listing((start + bad).tolist())}", "Embed anew"
            )
