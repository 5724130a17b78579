"""Parts of the examples that are held out in turn."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from framing.coder.examples import Bools, Ints

__all__ = ["Fold", "fewer", "folds_of"]

Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


def folds_of(target: Bools, groups: Ints, n_folds: int, seed: int) -> list[Fold]:
    """Rows to learn from and rows held out, n_folds times; no group is ever on both sides.

    The held-out parts have about the same mix of codes. There are fewer parts where the most
    frequent code stands in fewer groups, and none where there are not two.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    kinds = _rarest(target)
    spread = max(len(np.unique(groups[kinds == kind])) for kind in np.unique(kinds))
    n_folds = min(n_folds, spread)
    if n_folds < 2:
        return []
    parts = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # rare codes are told of by the coder itself
        warnings.filterwarnings("ignore", message="The least populated class")
        return [(train, test) for train, test in parts.split(kinds, kinds, groups) if len(test)]


def fewer(folds: Sequence[Fold], n: int, most: int, seed: int) -> list[Fold] | None:
    """The same folds with at most so many examples, drawn by chance; None if there are no more."""
    if n <= most:
        return None
    drawn = np.zeros(n, dtype=bool)
    drawn[np.random.default_rng(seed).choice(n, most, replace=False)] = True
    return [(train[drawn[train]], test[drawn[test]]) for train, test in folds]


def _rarest(target: Bools) -> Ints:
    """The rarest code of each example, by which folds are balanced; n_classes for none."""
    counts = target.sum(axis=0)
    weights = np.where(target, -counts.astype(float), -np.inf)
    found = weights.argmax(axis=1)
    return np.asarray(np.where(target.any(axis=1), found, target.shape[1]), dtype=np.int64)
