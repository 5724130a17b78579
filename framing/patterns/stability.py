"""How far a partition returns in other samples of documents, and in noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.patterns.graph import Floats, Ints

__all__ = [
    "SMALLEST",
    "STABLE",
    "Null",
    "are_stable",
    "best_overlaps",
    "information",
    "noise",
    "prediction_strength",
    "rand_index",
    "verdict",
    "weights",
]

STABLE, WEAK = 0.75, 0.5
SMALLEST = 5  # texts: a pair of nearest neighbours stays one in any sample, even in noise


def best_overlaps(labels: Ints, run: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Overlap of each pattern with the community of a run that it fits best.

    Parameters
    ----------
    labels : ndarray of int, shape (n_claims,)
        Patterns 0, 1, ...; -1 is left out.
    run : ndarray of int, shape (n_claims,)
        Communities found in a sample; -1 where a claim was not drawn.

    Returns
    -------
    ndarray of float, shape (n_patterns,)
        Largest Jaccard overlap, counting drawn claims only; NaN where none was drawn.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics &
    Data Analysis, 52(1), 258-271. https://doi.org/10.1016/j.csda.2006.11.025

    Examples
    --------
    >>> best_overlaps(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, -1])).round(2).tolist()
    [0.67, 0.5]
    """
    n_patterns = int(labels.max(initial=-1)) + 1
    row, column, shared = _cells(labels, run)
    sizes, found = _sums(row, shared, n_patterns), _sums(column, shared)
    best = np.zeros(n_patterns)
    np.maximum.at(best, row, shared / (sizes[row] + found[column] - shared))
    best[sizes == 0] = np.nan
    return best


def prediction_strength(
    labels: Ints, predicted: npt.NDArray[np.integer]
) -> npt.NDArray[np.float64]:
    """Share of the pairs of each pattern that a partition made on other documents joins too.

    Parameters
    ----------
    labels : ndarray of int, shape (n_claims,)
        Patterns found in one half of the documents; -1 is left out.
    predicted : ndarray of int, shape (n_claims,)
        The same claims, assigned to patterns found in the other half.

    Returns
    -------
    ndarray of float, shape (n_patterns,)
        Their minimum is the prediction strength; 1 for a pattern of a single claim.

    References
    ----------
    Tibshirani, R., & Walther, G. (2005). Cluster validation by prediction strength. JCGS 14(3),
    511-528. https://doi.org/10.1198/106186005X59243

    Examples
    --------
    >>> prediction_strength(np.array([0, 0, 0, 1, 1]), np.array([5, 5, 7, 7, 7])).round(2)
    array([0.33, 1.  ])
    """
    n_patterns = int(labels.max(initial=-1)) + 1
    row, _, shared = _cells(labels, predicted)
    sizes = _sums(row, shared, n_patterns)
    joined = _sums(row, shared * (shared - 1), n_patterns)
    pairs = sizes * (sizes - 1)
    return np.asarray(np.where(pairs > 0, joined / np.maximum(pairs, 1), 1.0), dtype=np.float64)


def rand_index(labels: Ints, run: npt.NDArray[np.integer]) -> float:
    """Adjusted Rand index of a partition and a run, over the claims that both hold.

    References
    ----------
    Hubert, L., & Arabie, P. (1985). Comparing partitions. Journal of Classification, 2, 193-218.
    https://doi.org/10.1007/BF01908075
    """
    row, column, shared = _cells(labels, run)
    n = shared.sum()
    pairs, in_rows, in_columns = (
        float((x * (x - 1) / 2).sum()) for x in (shared, _sums(row, shared), _sums(column, shared))
    )
    expected = in_rows * in_columns / max(n * (n - 1) / 2, 1)
    most = (in_rows + in_columns) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


@dataclass(frozen=True)
class Null:
    """How far the patterns of noise return, searched in the same way.

    Attributes
    ----------
    sizes : ndarray of int, shape (n_patterns,)
        Texts in each pattern of noise.
    overlaps : ndarray of float, shape (n_patterns,)
        Its mean best overlap with samples.
    agreement : float
        Mean adjusted Rand index of the whole partition of noise with those of its samples.
    """

    sizes: npt.NDArray[np.int64]
    overlaps: npt.NDArray[np.float64]
    agreement: float = np.nan

    def reached(self, n_texts: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Largest overlap of noise patterns of five texts and half as many as here; 0 if none.

        Smaller ones are no measure: two nearest neighbours stay together in noise as well.

        Examples
        --------
        >>> null = Null(np.array([30, 8, 2]), np.array([0.2, 0.5, 0.9]))
        >>> null.reached([4, 16, 40]).tolist()
        [0.5, 0.5, 0.2]
        """
        least = np.maximum(SMALLEST, np.asarray(n_texts) / 2)
        counted = self.sizes >= least[..., None]
        return np.asarray(np.where(counted, self.overlaps, 0.0).max(axis=-1, initial=0.0))


def are_stable(
    sizes: npt.NDArray[np.int64], overlaps: npt.NDArray[np.float64], null: Null
) -> npt.NDArray[np.bool_]:
    """Which patterns are stable: five texts or more, overlap .75 or more, and more than noise."""
    above = overlaps > null.reached(sizes)
    return np.asarray((sizes >= SMALLEST) & (overlaps >= STABLE) & above, dtype=bool)


def weights(
    sizes: npt.NDArray[np.int64], overlaps: npt.NDArray[np.float64], null: Null
) -> npt.NDArray[np.float64]:
    """How far each pattern counts: from 0 at an overlap of .5, dissolved, to 1 at 1.

    A pattern of fewer than five texts, or one that returns no better than noise, does not count.
    A straight line, since a step at .75 lets the seed decide on all patterns near it.

    Examples
    --------
    >>> none = Null(np.zeros(0, dtype=np.int64), np.zeros(0))
    >>> weights(np.array([9, 9, 9, 4]), np.array([1, 0.75, 0.4, 1]), none).tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    counted = (sizes >= SMALLEST) & (overlaps > null.reached(sizes))
    return np.where(counted, np.clip((overlaps - WEAK) / (1 - WEAK), 0, 1), 0.0)


def information(labels: Ints, weights: npt.NDArray[np.float64]) -> float:
    """How much the patterns of a partition that return tell about a claim, in nats.

    The entropy of the partition, of which each pattern's part counts by its weight: one pattern
    that covers all tells nothing, and neither do many that dissolve.

    Parameters
    ----------
    labels : ndarray of int, shape (n_claims,)
    weights : ndarray of float, shape (n_patterns,)
        From `weights`.

    Examples
    --------
    >>> labels = np.repeat([0, 1, 2], [10, 5, 5])
    >>> round(information(labels, np.array([1.0, 1.0, 0.0])) / float(np.log(2)), 2)
    1.0
    """
    share = np.bincount(labels[labels >= 0], minlength=weights.size) / labels.size
    counted = weights > 0
    return float(-(weights[counted] * share[counted] * np.log(share[counted])).sum())


def noise(vectors: Floats, seed: int) -> Floats:
    """Draw vectors that have no patterns: normal, with the mean and covariance of those given.

    So noise is as wide in each direction as the texts are, and only what is not normal about them,
    that they crowd together, counts as a pattern.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_claims, n_dims)
    seed : int

    Returns
    -------
    ndarray of float32, shape (n_claims, n_dims)
        Unit vectors.

    References
    ----------
    Liu, Y., et al. (2008). Statistical significance of clustering for high-dimension, low-sample
    size data. JASA, 103(483), 1281-1293. https://doi.org/10.1198/016214508000000454

    Examples
    --------
    >>> two = np.repeat(np.eye(2, dtype=np.float32), 500, axis=0)
    >>> drawn = noise(two, 0)
    >>> sorted(set(np.linalg.norm(drawn, axis=1).round(5).tolist()))
    [1.0]
    """
    rng = np.random.default_rng(seed)
    wide = np.asarray(vectors, dtype=np.float64)
    drawn = rng.multivariate_normal(
        wide.mean(axis=0), np.cov(wide.T), size=len(wide), method="eigh", check_valid="ignore"
    )
    drawn /= np.maximum(np.linalg.norm(drawn, axis=1, keepdims=True), 1e-12)
    return drawn.astype(np.float32)


def verdict(jaccard: float, null: float, n_texts: int) -> str:
    """Name a stability: ``stable`` from .75, ``weak`` from .5, and above noise; else ``dissolved``.

    A pattern of fewer than five texts is ``weak`` at best.

    Examples
    --------
    >>> verdict(0.8, 0.4, 9), verdict(0.6, 0.4, 9), verdict(0.6, 0.7, 9), verdict(0.8, 0.4, 3)
    ('stable', 'weak', 'dissolved', 'weak')
    """
    if not (jaccard > null and jaccard >= WEAK):
        return "dissolved"
    return "stable" if jaccard >= STABLE and n_texts >= SMALLEST else "weak"


def _cells(labels: Ints, run: npt.NDArray[np.integer]) -> tuple[Ints, Ints, Ints]:
    """Pattern, community and number of claims, of each pair that shares a claim."""
    both = (labels >= 0) & (run >= 0)
    width = int(run.max(initial=0)) + 1
    pair, shared = np.unique(labels[both] * width + run[both], return_counts=True)
    return pair // width, pair % width, shared


def _sums(groups: Ints, values: Ints, n_groups: int = 0) -> npt.NDArray[np.float64]:
    """Sum of the values of each group."""
    total = np.bincount(groups, values, minlength=n_groups)
    return np.asarray(total, dtype=np.float64)
