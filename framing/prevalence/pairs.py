"""Two groups of claims over the same clusters: their shares, variances and covariances."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.prevalence.counts import Floats, Group
from framing.prevalence.intervals import squared_influence

__all__ = ["Contrast", "Moments", "Pair", "moments_of", "pair_of"]

_ROUNDING = 1e-12  # relative; what lies below is the rounding of sums that cancel


@dataclass(frozen=True)
class Pair:
    """Two groups counted over the same clusters; made by `pair_of`.

    Attributes
    ----------
    sizes_a, sizes_b : ndarray of float, shape (n_clusters,)
        The denominators; 0 where a cluster holds no claim of that group, never 0 in both.
    counts_a, counts_b : ndarray of float, shape (n_clusters, n_labels)
        The numerators.
    """

    sizes_a: Floats
    counts_a: Floats
    sizes_b: Floats
    counts_b: Floats

    @property
    def shared(self) -> npt.NDArray[np.bool_]:
        """Whether a cluster holds claims of both groups, shape (n_clusters,)."""
        return (self.sizes_a > 0) & (self.sizes_b > 0)

    @property
    def n_clusters(self) -> tuple[int, int]:
        """Clusters with claims of the first group, and of the second."""
        return int((self.sizes_a > 0).sum()), int((self.sizes_b > 0).sum())


@dataclass(frozen=True)
class Contrast:
    """Shares of two groups, and what is needed to compare them.

    Each array has shape (n_arrangements, n_labels). The variances are linearised and clustered;
    the covariance comes from the clusters that hold claims of both groups.
    """

    share_a: Floats
    share_b: Floats
    variance_a: Floats
    variance_b: Floats
    covariance: Floats

    @property
    def difference(self) -> Floats:
        """First share less second."""
        return self.share_a - self.share_b

    @property
    def variance(self) -> Floats:
        """Variance of the difference; exactly 0 where nothing but rounding is left."""
        whole = self.variance_a + self.variance_b
        rest = whole - 2 * self.covariance
        return np.where(rest > _ROUNDING * whole, rest, 0.0)

    @property
    def t(self) -> Floats:
        """Difference over its standard error; without spread infinite, or 0 for no difference."""
        difference, variance = self.difference, self.variance
        flat = np.where(np.abs(difference) > _ROUNDING, np.copysign(np.inf, difference), 0.0)
        return np.where(
            variance > 0, difference / np.sqrt(np.where(variance > 0, variance, 1.0)), flat
        )

    @property
    def correlation(self) -> Floats:
        """Correlation of the two shares; 0 where one of them has no spread."""
        product = np.sqrt(self.variance_a * self.variance_b)
        ratio = self.covariance / np.where(product > 0, product, 1.0)
        return np.clip(np.where(product > 0, ratio, 0.0), -1, 1)


@dataclass(frozen=True)
class Moments:
    """Sums over clusters from which the contrast of any arrangement follows; see `moments_of`.

    The columns are, for a group: n, n^2, and for each label k, k^2, k n, and n times the count of
    the other group. A cluster whose parts trade groups adds its row of `change` to the sums of
    the first group; what it adds there, it takes from the second.
    """

    sums_a: Floats
    total: Floats
    change: Floats
    counts_product: Floats
    sizes_product: float
    scales: tuple[float, float]

    def contrast(self, swapped: npt.NDArray[np.bool_]) -> Contrast:
        """Compute the contrast after swapping clusters, one arrangement per row.

        Parameters
        ----------
        swapped : ndarray of bool, shape (n_arrangements, n_clusters)
            Clusters whose claims trade groups; all False is the data as they are.
        """
        first = self.sums_a + swapped.astype(float) @ self.change
        a, variance_a, weight_a, cross_a = _one_side(first, self.scales[0])
        b, variance_b, weight_b, cross_b = _one_side(self.total - first, self.scales[1])
        joint = self.counts_product - a * cross_a - b * cross_b + a * b * self.sizes_product
        return Contrast(a, b, variance_a, variance_b, weight_a * weight_b * joint)


def pair_of(a: Group, b: Group) -> Pair:
    """Bring two groups onto the clusters that hold claims of either."""
    clusters = np.union1d(a.clusters, b.clusters)
    parts = []
    for group in (a, b):
        place = np.searchsorted(clusters, group.clusters)
        sizes = np.zeros(clusters.size)
        counts = np.zeros((clusters.size, group.counts.shape[1]))
        sizes[place], counts[place] = group.sizes, group.counts
        parts += [sizes, counts]
    return Pair(*parts)


def moments_of(pair: Pair) -> Moments:
    """Sum up a pair with two clusters or more of either group."""
    first, second = (
        np.column_stack([n, n**2, k, k**2, k * n[:, None], n[:, None] * other])
        for n, k, other in (
            (pair.sizes_a, pair.counts_a, pair.counts_b),
            (pair.sizes_b, pair.counts_b, pair.counts_a),
        )
    )
    n_a, n_b = pair.n_clusters
    return Moments(
        sums_a=first.sum(axis=0),
        total=first.sum(axis=0) + second.sum(axis=0),
        change=second - first,
        counts_product=(pair.counts_a * pair.counts_b).sum(axis=0),
        sizes_product=float((pair.sizes_a * pair.sizes_b).sum()),
        scales=(math.sqrt(n_a / (n_a - 1)), math.sqrt(n_b / (n_b - 1))),
    )


def _one_side(sums: Floats, scale: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Share and variance of one group, the weight of its influences, and its cross sums."""
    n, nn = sums[:, :1], sums[:, 1:2]
    k, kk, kn, cross = np.split(sums[:, 2:], 4, axis=1)
    share = k / n
    return share, scale**2 * squared_influence(kk, kn, nn, share, n), scale / n, cross
