"""Claim vectors on a plane, for the eye only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from framing.errors import problem

__all__ = ["project"]


def project(vectors: npt.NDArray[np.float32], *, seed: int = 0) -> npt.NDArray[np.float64]:
    """Place vectors on a plane so that near ones stay near.

    The map is for looking: distances between far points, the size of gaps and the density of
    clouds carry no meaning in t-SNE, and nothing should be computed from the positions.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_claims, n_dims)
        Unit vectors from `embed`.
    seed : int, default 0
        Seed of the layout.

    Returns
    -------
    ndarray of float, shape (n_claims, 2)
        The same vectors in any row order get the same positions; equal vectors get one position.

    Raises
    ------
    FramingError
        If there are fewer than 4 different vectors.

    References
    ----------
    van der Maaten, L., & Hinton, G. (2008). Visualizing data using t-SNE. JMLR 9, 2579-2605.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> vectors = rng.normal(size=(12, 5)).astype(np.float32)
    >>> project(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).shape
    (12, 2)
    """
    from sklearn.manifold import TSNE

    distinct, where = np.unique(np.asarray(vectors, dtype=np.float32), axis=0, return_inverse=True)
    if len(distinct) < 4:
        raise problem("at least 4 different vectors", f"{len(distinct)}", "Show these as a list")
    layout = TSNE(
        perplexity=min(30.0, (len(distinct) - 1) / 3),
        metric="cosine",
        init="random" if min(distinct.shape) < 2 else "pca",
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(layout.fit_transform(distinct), dtype=np.float64)[where.ravel()]
