"""Nearest neighbours among unit vectors, and the graph of the neighbours they share."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = [
    "Floats",
    "Ints",
    "largest",
    "nearest",
    "neighbourhoods",
    "shared_neighbours",
    "within_sample",
]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_CELLS = 1 << 25  # similarities held in memory at once (128 MB)
_GRAPH_ROWS = 50_000  # rows of the neighbour product held in memory at once


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


def neighbourhoods(near: npt.NDArray[np.int32]) -> sparse.csr_matrix:
    """Lists of neighbours as a matrix: row i has a 1 at i and at each neighbour of i."""
    n, k = near.shape
    columns = np.hstack([np.arange(n, dtype=np.int32)[:, None], near]).ravel()
    starts = np.arange(n + 1, dtype=np.int64) * (k + 1)
    matrix = sparse.csr_matrix((np.ones(columns.size, np.float32), columns, starts), shape=(n, n))
    matrix.sort_indices()
    return matrix


def within_sample(
    near: npt.NDArray[np.int32], kept: npt.NDArray[np.intp], n_neighbors: int
) -> sparse.csr_matrix:
    """Neighbourhoods among some rows only, read off longer lists of neighbours.

    Leaving rows out moves up the next in line, so that nothing has to be searched again.

    Parameters
    ----------
    near : ndarray of int32, shape (n, n_listed)
        From `nearest`, with more neighbours than are needed.
    kept : ndarray of int, shape (m,)
        Rows of the sample, rising.
    n_neighbors : int
        Neighbours to keep; fewer where the list holds no more of the sample.

    Returns
    -------
    csr_matrix, shape (m, m)

    Examples
    --------
    >>> near = np.array([[1, 2], [0, 2], [1, 0]], dtype=np.int32)
    >>> within_sample(near, np.array([0, 2]), 1).toarray().tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    place = np.full(len(near), -1, dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    listed = place[near[kept]]
    present = listed >= 0
    chosen = present & (np.cumsum(present, axis=1) <= n_neighbors)
    own = np.arange(len(kept), dtype=np.int32)
    columns = np.hstack([own[:, None], listed])[np.insert(chosen, 0, True, axis=1)]
    starts = np.concatenate([[0], np.cumsum(chosen.sum(axis=1) + 1)])
    matrix = sparse.csr_matrix(
        (np.ones(columns.size, np.float32), columns, starts), shape=(len(kept), len(kept))
    )
    matrix.sort_indices()
    return matrix


def shared_neighbours(near: sparse.csr_matrix) -> sparse.csr_matrix:
    """Weigh each pair of neighbours by how far their neighbourhoods overlap.

    Parameters
    ----------
    near : csr_matrix of float32, shape (n, n)
        From `neighbourhoods` or `within_sample`.

    Returns
    -------
    csr_matrix of float32, shape (n, n)
        Symmetric, no diagonal. Two rows are joined when either is a neighbour of the other; the
        weight is the Jaccard overlap, between 0 and 1, of their neighbourhoods.

    References
    ----------
    Jarvis, R. A., & Patrick, E. A. (1973). Clustering using a similarity measure based on shared
    near neighbors. IEEE Trans. Computers C-22(11). https://doi.org/10.1109/T-C.1973.223640

    Examples
    --------
    >>> near = neighbourhoods(np.array([[1], [0], [1]], dtype=np.int32))
    >>> print(shared_neighbours(near).toarray().round(2))
    [[0.   1.   0.  ]
     [1.   0.   0.33]
     [0.   0.33 0.  ]]
    """
    sizes = np.diff(near.indptr).astype(np.float32)
    other = near.T.tocsr()
    joined = near.maximum(other)
    parts = []
    for start in range(0, near.shape[0], _GRAPH_ROWS):
        rows = slice(start, start + _GRAPH_ROWS)
        part = (near[rows] @ other).multiply(joined[rows]).tocsr()
        row_of = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr)) + start
        part.data /= sizes[row_of] + sizes[part.indices] - part.data
        part.data[row_of == part.indices] = 0
        parts.append(part)
    graph = sparse.vstack(parts, format="csr")
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph
