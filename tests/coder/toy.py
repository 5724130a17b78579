"""Toy vectors whose codes are known: points around directions of the axes."""

import numpy as np


def cloud(n, *, n_codes=3, n_dims=8, noise=0.3, seed=0):
    """Unit vectors and their codes; at this noise few points lie on the wrong side."""
    rng = np.random.default_rng(seed)
    which = np.arange(n) % n_codes
    vectors = np.eye(n_dims)[which] + rng.normal(scale=noise, size=(n, n_dims))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, np.array(["aid", "cost", "war", "talks"], dtype=object)[which]
