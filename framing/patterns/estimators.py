"""Other ways to group vectors, through scikit-learn, for comparison."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from framing.patterns.graph import Floats, Ints

__all__ = ["METHODS", "estimator"]

METHODS = ("graph", "kmeans", "agglomerative", "hdbscan")


def estimator(
    method: str, *, n_patterns: int, min_texts: int, seed: int
) -> Callable[[Floats], Ints]:
    """Make a function from unit vectors to labels.

    Parameters
    ----------
    method : {"kmeans", "agglomerative", "hdbscan"}
        Agglomerative is Ward's; HDBSCAN gives -1 to what it calls noise.
    n_patterns : int
        How many to make; HDBSCAN finds its own number.
    min_texts : int
        Smallest pattern of HDBSCAN.
    seed : int
        Of k-means.
    """
    from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans

    def group(vectors: Floats) -> Ints:
        k = min(n_patterns, len(vectors))
        if method == "kmeans":
            found = KMeans(k, n_init=10, random_state=seed).fit_predict(vectors)
        elif method == "agglomerative":
            found = AgglomerativeClustering(k, linkage="ward").fit_predict(vectors)
        else:
            found = HDBSCAN(min_cluster_size=max(2, min_texts), copy=True).fit_predict(vectors)
        return np.asarray(found, dtype=np.int64)

    return group
