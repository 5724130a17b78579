"""Toy vectors and texts whose codes are known; vectors are points around directions of the axes."""

import numpy as np

TEXTS = [
    "Tents and blankets reached the town.", "Generators were shipped to the hospitals.",
    "Another convoy with medicine arrived.", "The village got food parcels.",
    "The delegations met again on Monday.", "Envoys agreed on a date for the next round.",
    "The ministers signed an agreement.", "Negotiators sat down in the capital.",
]  # fmt: skip
CODES = ["aid"] * 4 + ["talks"] * 4
NEW = ["A lorry with blankets came.", "Diplomats held a meeting."]


def cloud(n, *, n_codes=3, n_dims=8, noise=0.3, seed=0):
    """Unit vectors and their codes; at this noise few points lie on the wrong side."""
    rng = np.random.default_rng(seed)
    which = np.arange(n) % n_codes
    vectors = np.eye(n_dims)[which] + rng.normal(scale=noise, size=(n, n_dims))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, np.array(["aid", "cost", "war", "talks"], dtype=object)[which]
