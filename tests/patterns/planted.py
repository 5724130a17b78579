"""Vectors with a planted structure, and claims to go with them."""

import numpy as np
import pandas as pd


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def planted(sizes=(60, 40, 24), *, n_dims=32, noise=0.12, seed=0):
    """Claims around well separated directions, in mixed order: vectors, claims, truth."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(len(sizes), n_dims)))
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    vectors = unit(centres[truth] + noise * rng.normal(size=(len(truth), n_dims)))
    words = ["aid", "war", "talk", "grain", "cost"]
    claims = pd.DataFrame(
        {
            "claim_id": [f"c{i}" for i in range(len(truth))],
            "doc_id": [f"d{i % 31}" for i in range(len(truth))],
            "outlet": [f"o{i % 4}" for i in range(len(truth))],
            "voice": [f"v{g % 2}" for g in truth],
            "text": [f"{words[g]} number {i}" for i, g in enumerate(truth)],
        }
    )
    return vectors, claims, truth


def noise(n, n_dims=384, *, seed=0):
    """Random directions: nothing to find."""
    vectors = unit(np.random.default_rng(seed).normal(size=(n, n_dims)))
    return vectors, pd.DataFrame({"text": [f"text {i}" for i in range(n)]})
