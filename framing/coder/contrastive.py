"""Pairs of examples for tuning the encoder: texts with a code in common belong together."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from framing.coder.examples import Bools, Ints
from framing.encoder import Encoder

__all__ = ["pairs_of", "tuned_on"]

_PAIRS = 16  # in a step


def tuned_on(
    texts: list[str], target: Bools, encoder: Encoder, *, steps: int, seed: int, folder: Path
) -> Encoder:
    """Tune a copy of the encoder on pairs of texts, half of them with a code in common."""
    from framing.encoder.tuning import tuned

    first, second, alike = pairs_of(target, steps * _PAIRS, seed)
    one, other = ([texts[i] for i in rows] for rows in (first, second))
    return tuned(encoder, one, other, alike, n_pairs=_PAIRS, seed=seed, folder=folder)


def pairs_of(target: Bools, n: int, seed: int) -> tuple[Ints, Ints, Bools]:
    """Draw pairs of different examples, half of them with a code in common if there are such.

    Returns
    -------
    first, second : ndarray of int, shape (n_pairs,)
        Rows of examples; in random order.
    alike : ndarray of bool, shape (n_pairs,)
    """
    rng = np.random.default_rng(seed)
    members = [rows for rows in map(np.flatnonzero, target.T) if len(rows) > 1]
    alike = [
        rng.choice(members[rng.integers(len(members))], 2, replace=False)
        for _ in range(n // 2 if members else 0)
    ]
    tried = rng.integers(len(target), size=(20 * n, 2))
    apart = tried[~(target[tried[:, 0]] & target[tried[:, 1]]).any(axis=1)]
    apart = apart[apart[:, 0] != apart[:, 1]][: n // 2]
    pairs = np.vstack([np.array(alike, dtype=np.int64).reshape(-1, 2), apart])
    mixed = rng.permutation(len(pairs))
    return pairs[mixed, 0], pairs[mixed, 1], (mixed < len(alike))
