"""Nearest neighbours told better: by fewer dimensions, and by vectors drawn to their neighbours.

A sentence's vector holds more than its claim: its length, its names, its turns of phrase. The
leading principal components hold less of that, and so does the mean of a vector and its neighbours,
in which what only one of them has fades.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.patterns.graph import Floats

__all__ = ["CANDIDATES", "DIMENSIONS", "PULL", "condensed", "smoothed_neighbours"]

DIMENSIONS = 128
CANDIDATES = 2
"""Candidates per neighbour that is kept."""
PULL = 0.3
"""Weight of the neighbours' mean, beside the vector's own."""
_BLOCK = 2048  # rows at a time: 30 MB with 15 neighbours


def condensed(vectors: Floats, n_dims: int = DIMENSIONS) -> Floats:
    """Keep the leading principal components of unit vectors, as unit vectors.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, n_dims_before)
    n_dims : int, default 128
        At most as many as there are; where there are no more, only the mean is taken off.

    Returns
    -------
    ndarray of float32, shape (n, n_dims)
        A vector that equals the mean becomes 0.

    References
    ----------
    Jégou, H., & Chum, O. (2012). Negative evidences and co-occurences in image retrieval: The
    benefit of PCA and whitening. ECCV. https://doi.org/10.1007/978-3-642-33709-3_55

    Examples
    --------
    >>> condensed(np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32), 1).round(2).tolist()
    [[-1.0], [1.0]]
    """
    spread = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    _, directions = np.linalg.eigh((spread.T @ spread).astype(np.float64))
    kept = directions[:, ::-1][:, :n_dims].astype(np.float32)
    return _unit(spread @ np.ascontiguousarray(kept))


def smoothed_neighbours(
    vectors: Floats, near: npt.NDArray[np.int32], n_neighbors: int
) -> npt.NDArray[np.int32]:
    """Choose among candidates the nearest, once every vector is drawn to its own neighbours.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, n_dims)
        Unit vectors.
    near : ndarray of int32, shape (n, n_candidates)
        From `nearest` or `within_sample`, nearest first, more than are needed; -1 where there are
        no more. Each vector is drawn to the mean of the first third of `n_neighbors`.
    n_neighbors : int
        To keep.

    Returns
    -------
    ndarray of int32, shape (n, at most n_neighbors)
        Nearest first; -1 where there are no more candidates.

    References
    ----------
    Arandjelović, R., & Zisserman, A. (2012). Three things everyone should know to improve object
    retrieval. CVPR. https://doi.org/10.1109/CVPR.2012.6248018 (database-side feature augmentation)

    Examples
    --------
    Row 3 has rows 2 and 1 for neighbours, but row 1 is drawn away to row 0, and row 4 to row 3.

    >>> turned = np.radians([0, 20, 60, 80, 150])
    >>> vectors = np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)
    >>> near = np.array([[1, 2, 3], [0, 2, 3], [3, 1, 0], [2, 1, 4], [3, 2, 1]], dtype=np.int32)
    >>> smoothed_neighbours(vectors, near, 2).tolist()
    [[1, 2], [0, 2], [3, 1], [2, 4], [3, 2]]
    """
    drawn = _drawn(vectors, near[:, : max(1, n_neighbors // 3)])
    found = []
    for start in range(0, len(near), _BLOCK):
        candidates = near[start : start + _BLOCK]
        cosines = np.matmul(drawn[candidates], drawn[start : start + _BLOCK, :, None])[..., 0]
        cosines[candidates < 0] = -np.inf
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :n_neighbors]
        found.append(np.take_along_axis(candidates, order, axis=1))
    return np.vstack(found)


def _drawn(vectors: Floats, near: npt.NDArray[np.int32]) -> Floats:
    """Each vector drawn to the mean of its neighbours."""
    present = near >= 0
    weights = present / np.maximum(present.sum(axis=1, keepdims=True), 1)
    ends = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    means = sparse.csr_matrix(
        (weights[present].astype(np.float32), near[present], ends), shape=(len(near), len(near))
    )
    return _unit((1 - PULL) * vectors + PULL * (means @ vectors))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)
