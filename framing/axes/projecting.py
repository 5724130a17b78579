"""`projections`: the place of every claim between two poles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framing.axes.poles import Axis, Floats
from framing.errors import listing, problem
from framing.vectors import ROWS, Vectors, check_finite

__all__ = ["axis_list", "centre_of", "check_against", "cosines", "projections"]

_TINY = 1e-6  # of its length before centring: what is left of a vector that is the mean


def projections(
    vectors: Vectors,
    axes: Axis | Sequence[Axis],
    *,
    background: Vectors | None = None,
    centred: bool = True,
) -> Floats:
    """Compute the place of every claim on axes: the cosine of its vector with the axis.

    Sort claims by it to read both ends, and compare it with people's ratings of the claims. It
    tells what a claim speaks of; a denial stands where the claim does.

    Parameters
    ----------
    vectors, axes, background, centred
        As in `positions`.

    Returns
    -------
    ndarray of float, shape (n_claims, n_axes)
        Between -1 (the negative pole) and 1; NaN for a vector that is zero (after centring).

    Raises
    ------
    FramingError
        If vectors and axes do not fit together, or a vector is not finite.

    Examples
    --------
    >>> from framing.axes import projections, semantic_axis
    >>> axis = semantic_axis(["talks"], ["war"], vectors=([[1, 0, 0]], [[-1, 0, 0]]))
    >>> projections(np.array([[3.0, 4, 0], [-1, 0, 0]]), axis, centred=False).tolist()
    [[0.6], [-1.0]]
    """
    placed = axis_list(axes)
    check_against(vectors, placed)
    centre = centre_of(vectors if background is None else background, placed, centred)
    return cosines(vectors, placed, centre)


def centre_of(vectors: Vectors, axes: list[Axis], centred: bool) -> Floats:
    """The mean vector to take off; zero where none is."""
    check_against(vectors, axes)
    total = np.zeros(vectors.shape[1])
    if not centred:
        return total
    for start in range(0, len(vectors), ROWS):
        total += np.asarray(vectors[start : start + ROWS], dtype=float).sum(axis=0)
    return total / len(vectors)


def cosines(vectors: Vectors, axes: list[Axis], centre: Floats) -> Floats:
    """Cosines of centred vectors with axes, shape (n_rows, n_axes); NaN for zero vectors."""
    directions = np.stack([axis.vector for axis in axes], axis=1)
    found = np.full((len(vectors), len(axes)), np.nan)
    for start in range(0, len(vectors), ROWS):
        rows = np.asarray(vectors[start : start + ROWS], dtype=float)
        before = np.linalg.norm(rows, axis=1) + np.linalg.norm(centre)
        rows = rows - centre
        lengths = np.linalg.norm(rows, axis=1)
        good = lengths > _TINY * before
        part = found[start : start + ROWS]
        part[good] = np.clip(rows[good] @ directions / lengths[good, None], -1, 1)
    return found


def axis_list(axes: Axis | Sequence[Axis]) -> list[Axis]:
    """One axis or several, as a list; their names differ."""
    placed = [axes] if isinstance(axes, Axis) else list(axes)
    if not placed:
        raise problem("at least one axis", "none", "Make one with semantic_axis")
    names = [axis.name for axis in placed]
    if len(set(names)) < len(names):
        raise problem("axes of different names", listing(names), "Pass names to semantic_axis")
    return placed


def check_against(vectors: Vectors, axes: list[Axis]) -> None:
    """Refuse vectors that are not finite, or of another dimension than the axes."""
    sizes = sorted({len(axis.vector) for axis in axes})
    if vectors.ndim != 2 or sizes != [vectors.shape[1]]:
        raise problem(
            f"vectors of shape (n, n_dims), n_dims as in the axes ({listing(sizes)})",
            f"shape {vectors.shape}",
            "Use one encoder for claims and poles",
        )
    check_finite(vectors)
