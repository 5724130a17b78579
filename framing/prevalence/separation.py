"""Coefficients that data cannot give: columns that follow from others, and cells all yes or no."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.prevalence.counts import Floats

__all__ = ["Estimable", "estimable"]

_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Estimable:
    """What a binary model can estimate from a design.

    Attributes
    ----------
    rows : ndarray of bool, shape (n_rows,)
        False where the covariates alone foretell the outcome: such rows say nothing about the
        finite coefficients.
    columns : ndarray of int, shape (n_fitted,)
        Columns to fit: independent of each other in these rows, and spanning all.
    collinear, separated : ndarray of bool, shape (n_columns,)
        Columns whose coefficient cannot be had, by reason.
    directions : list of ndarray, each of shape (n_columns,)
        Along the first of these on which a row is not 0, its outcome is foretold: 1 or 0 by sign.
    unknown : ndarray, shape (n_columns, n_directions)
        The rows to fit are 0 on these, so they tell nothing about a row that is not.
    """

    rows: npt.NDArray[np.bool_]
    columns: npt.NDArray[np.intp]
    collinear: npt.NDArray[np.bool_]
    separated: npt.NDArray[np.bool_]
    directions: list[Floats]
    unknown: Floats

    def predicted(self, matrix: Floats, fitted: Floats) -> Floats:
        """Replace shares by 1 or 0 where they are foretold, by NaN where nothing is known."""
        untold = (np.abs(matrix @ self.unknown) > _TOLERANCE).any(axis=1)
        shares = np.where(untold, np.nan, fitted)
        settled = np.zeros(len(matrix), dtype=bool)
        for direction in self.directions:
            side = matrix @ direction
            now = ~settled & (np.abs(side) > _TOLERANCE)
            shares[now] = side[now] > 0
            settled |= now
        return shares


def estimable(matrix: Floats, hits: Floats, sizes: Floats, *, separable: bool) -> Estimable:
    """Find which rows and columns of a design a binary model can be fitted to.

    Parameters
    ----------
    matrix : ndarray, shape (n_rows, n_columns)
    hits, sizes : ndarray, shape (n_rows,)
        Claims with the label, and all claims, in each row.
    separable : bool
        Whether a cell that is all yes or all no has no finite coefficient (logit), or has one.

    References
    ----------
    Albert, A., & Anderson, J. A. (1984). On the existence of maximum likelihood estimates in
    logistic regression models. Biometrika, 71(1), 1-10. https://doi.org/10.1093/biomet/71.1.1
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary
    logistic regression models. DPhil thesis, University of Oxford (the linear program).

    Examples
    --------
    >>> found = estimable(np.array([[1.0, 0], [1, 1]]), np.array([2, 0]), np.array([4, 4]),
    ...     separable=True)
    >>> found.separated.tolist(), found.rows.tolist()
    ([False, True], [True, False])
    """
    scale = np.abs(matrix).max(axis=0, initial=0)
    scale[scale == 0] = 1
    scaled = matrix / scale
    collinear = _support(_null_space(scaled))
    rows, directions = np.ones(len(matrix), dtype=bool), []
    while (
        separable and (direction := _direction(scaled[rows], hits[rows], sizes[rows])) is not None
    ):
        directions.append(direction / scale)
        rows[rows] = np.abs(scaled[rows] @ direction) <= _TOLERANCE
    unknown = _null_space(scaled[rows])
    lost = _support(unknown)
    columns = _spanning(scaled[rows], lost)
    unknown = unknown / scale[:, None]
    return Estimable(rows, columns, collinear, lost & ~collinear, directions, unknown)


def _null_space(matrix: Floats) -> Floats:
    """Orthonormal directions on which all rows are 0, shape (n_columns, n_directions)."""
    if not len(matrix):
        return np.eye(matrix.shape[1])
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    return np.asarray(vectors[:, values <= 1e-12 * max(values.max(), 1e-300)])


def _support(directions: Floats) -> npt.NDArray[np.bool_]:
    """Columns that take part in any direction."""
    return np.asarray(np.abs(directions).max(axis=1, initial=0) > 1e-6)


def _spanning(matrix: Floats, lost: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Independent columns with the span of all, those that can be estimated first."""
    chosen: list[int] = []
    basis = np.zeros((len(matrix), 0))
    for column in np.argsort(lost, kind="stable"):
        rest = matrix[:, column]
        for _ in range(2):  # the second time takes off what rounding left
            rest = rest - basis @ (basis.T @ rest)
        length = np.linalg.norm(rest)
        if length > 1e-6 * float(np.linalg.norm(matrix[:, column])) + 1e-300:
            chosen.append(int(column))
            basis = np.column_stack([basis, rest / length])
    return np.sort(np.array(chosen, dtype=np.intp))


def _direction(matrix: Floats, hits: Floats, sizes: Floats) -> Floats | None:
    """A direction with rows that are all yes on one side, all no on the other; None without."""
    from scipy.optimize import linprog

    patterns, place = np.unique(matrix, axis=0, return_inverse=True)
    yes = np.bincount(place.ravel(), weights=hits, minlength=len(patterns))
    total = np.bincount(place.ravel(), weights=sizes, minlength=len(patterns))
    mixed = (yes > 0) & (yes < total)
    # Mixed patterns must lie on the boundary, so only directions on which they are 0 are left.
    free = _null_space(patterns[mixed])
    toward = np.where(yes[~mixed] > 0, 1.0, -1.0)[:, None] * (patterns[~mixed] @ free)
    if not free.shape[1] or np.abs(toward).max(initial=0) <= _TOLERANCE:
        return None
    found = linprog(-toward.sum(axis=0), A_ub=-toward, b_ub=np.zeros(len(toward)), bounds=(-1, 1))
    if found.status != 0 or (toward @ found.x).max() <= _TOLERANCE:
        return None
    return np.asarray(free @ found.x)
