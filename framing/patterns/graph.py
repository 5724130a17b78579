"""Nearest neighbours among unit vectors, and the graph of the neighbours they share."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = [
    "Floats",
    "Ints",
    "joined",
    "largest",
    "nearest",
    "pairs",
    "shared_neighbours",
    "within_sample",
]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_CELLS = 1 << 25  # similarities held in memory at once (128 MB)
_PAIRS = 250_000  # pairs of rows whose neighbourhoods are compared at once (30 MB)


def nearest(vectors: Floats, n_neighbors: int) -> npt.NDArray[np.int32]:
    """Find the nearest other vectors of each, exactly, by cosine.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, n_dims)
        Unit vectors; may be memory-mapped.
    n_neighbors : int
        At most n - 1.

    Returns
    -------
    ndarray of int32, shape (n, n_neighbors)
        Nearest first, equally near ones by their row; which of several equally near ones is the
        last is arbitrary, but the same each time.

    Examples
    --------
    >>> nearest(np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32), 1).ravel().tolist()
    [1, 2, 1]
    """
    n = len(vectors)
    found = np.empty((n, n_neighbors), dtype=np.int32)
    block = max(1, _CELLS // n)
    for start in range(0, n, block):
        rows = np.arange(start, min(start + block, n))
        similarity = vectors[rows] @ vectors.T
        similarity[np.arange(len(rows)), rows] = -np.inf  # not its own neighbour
        found[rows] = largest(similarity, n_neighbors)
    return found


def largest(similarity: Floats, n_largest: int) -> npt.NDArray[np.intp]:
    """Find the columns of the largest entries of each row, falling; ties by column.

    Columns are looked at in groups first: no entry of a group whose highest is not among the
    `n_largest` highest can be among the largest, so most columns are read once and never sorted.

    Examples
    --------
    >>> largest(np.array([[0.1, 0.9, 0.5, 0.9]], dtype=np.float32), 3)
    array([[1, 3, 2]])
    """
    n_rows, n_columns = similarity.shape
    size = math.isqrt(n_columns // n_largest)
    whole = n_columns // size * size
    peaks = similarity[:, :whole].reshape(n_rows, -1, size).max(axis=2)
    groups = _top(peaks, min(n_largest, peaks.shape[1]))
    candidates = np.hstack(
        [
            (groups[:, :, None] * size + np.arange(size)).reshape(n_rows, -1),
            np.broadcast_to(np.arange(whole, n_columns), (n_rows, n_columns - whole)),
        ]
    )
    values = np.take_along_axis(similarity, candidates, axis=1)
    found = np.sort(np.take_along_axis(candidates, _top(values, n_largest), axis=1), axis=1)
    order = np.argsort(-np.take_along_axis(similarity, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)


def _top(values: Floats, n: int) -> npt.NDArray[np.intp]:
    """Columns of the n highest entries of each row, in no order."""
    if n >= values.shape[1]:
        return np.broadcast_to(np.arange(values.shape[1]), values.shape)
    return np.argpartition(values, values.shape[1] - n, axis=1)[:, -n:]


def within_sample(
    near: npt.NDArray[np.int32], kept: npt.NDArray[np.intp], n_neighbors: int
) -> npt.NDArray[np.int32]:
    """Nearest neighbours among some rows only, read off longer lists of neighbours.

    Leaving rows out moves up the next in line, so that nothing has to be searched again.

    Parameters
    ----------
    near : ndarray of int32, shape (n, n_listed)
        From `nearest`, with more neighbours than are needed.
    kept : ndarray of int, shape (m,)
        Rows of the sample, in any order, which is that of the result.
    n_neighbors : int
        Neighbours to keep; fewer where the list holds no more of the sample.

    Returns
    -------
    ndarray of int32, shape (m, n_neighbors)
        Places in the sample; -1 where the list holds no more of it.

    Examples
    --------
    >>> near = np.array([[1, 2], [0, 2], [1, 0]], dtype=np.int32)
    >>> within_sample(near, np.array([0, 2]), 1).tolist()
    [[1], [0]]
    """
    place = np.full(len(near), -1, dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    listed = place[near[kept]]
    rank = np.cumsum(listed >= 0, axis=1, dtype=np.int32) - 1
    row, column = np.nonzero((listed >= 0) & (rank < n_neighbors))
    found = np.full((len(kept), n_neighbors), -1, dtype=np.int32)
    found[row, rank[row, column]] = listed[row, column]
    return found


def pairs(near: npt.NDArray[np.int32]) -> tuple[Ints, Ints]:
    """The pairs of rows of which either is a neighbour of the other, each once, lower row first.

    Examples
    --------
    >>> [rows.tolist() for rows in pairs(np.array([[1], [0], [1], [-1]], dtype=np.int32))]
    [[0, 1], [1, 2]]
    """
    n = np.int64(len(near))
    row = np.repeat(np.arange(n), near.shape[1])
    other = near.ravel().astype(np.int64)
    pair = np.sort((np.minimum(row, other) * n + np.maximum(row, other))[other >= 0])
    lower, higher = np.divmod(pair[np.diff(pair, prepend=-1) > 0], n)
    return lower, higher


def joined(pairs: tuple[Ints, Ints], weights: Floats, n_rows: int) -> sparse.csr_matrix:
    """The symmetric graph of some pairs of rows, without those of weight 0."""
    kept = np.flatnonzero(weights)
    lower, higher = (rows[kept].astype(np.int32) for rows in pairs)
    ends = np.concatenate([lower, higher]), np.concatenate([higher, lower])
    graph = sparse.csr_matrix((np.tile(weights[kept], 2), ends), shape=(n_rows, n_rows))
    graph.sort_indices()
    return graph


def shared_neighbours(near: npt.NDArray[np.int32]) -> sparse.csr_matrix:
    """Weigh each pair of neighbours by how far their neighbourhoods overlap.

    Parameters
    ----------
    near : ndarray of int32, shape (n, n_neighbors)
        From `nearest` or `within_sample`.

    Returns
    -------
    csr_matrix of float32, shape (n, n)
        Symmetric, no diagonal. Two rows are joined when either is a neighbour of the other; the
        weight is the Jaccard overlap, between 0 and 1, of their neighbourhoods, each of a row and
        its neighbours.

    References
    ----------
    Jarvis, R. A., & Patrick, E. A. (1973). Clustering using a similarity measure based on shared
    near neighbors. IEEE Trans. Computers C-22(11). https://doi.org/10.1109/T-C.1973.223640

    Examples
    --------
    >>> print(shared_neighbours(np.array([[1], [0], [1]], dtype=np.int32)).toarray().round(2))
    [[0.   1.   0.  ]
     [1.   0.   0.33]
     [0.   0.33 0.  ]]
    """
    n = len(near)
    own = np.arange(n, dtype=np.int32)[:, None]
    sizes = 1 + (near >= 0).sum(axis=1)
    # An empty place is filled with a number that no other row has.
    members = np.hstack([own, np.where(near < 0, n + own, near)])
    lower, higher = pairs(near)
    weights = np.empty(lower.size, dtype=np.float32)
    for start in range(0, lower.size, _PAIRS):
        some = slice(start, start + _PAIRS)
        one, two = lower[some], higher[some]
        both = np.sort(np.hstack([members[one], members[two]]), axis=1)
        # Within one row an empty place repeats its number, which is not shared with the other.
        shared = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] < n)).sum(axis=1)
        weights[some] = shared / (sizes[one] + sizes[two] - shared)
    return joined((lower, higher), weights, n)
