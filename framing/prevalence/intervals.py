"""Intervals of a share, and of a difference of shares, from counts per cluster."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from framing.errors import listing, problem
from framing.prevalence.counts import Floats

__all__ = [
    "Interval",
    "bootstrap_t_interval",
    "bootstrap_t_intervals",
    "cluster_se",
    "logit_t_interval",
    "newcombe_bounds",
    "resample_shares",
    "squared_influence",
]

FEW_CLUSTERS = 5  # below this many, the logit-t interval is a rough guide (simulated: .92 at 5)
_CELLS = 1 << 20  # of the matrix of resamples that are held at once (8 MB)


@dataclass(frozen=True)
class Interval:
    """A share with its interval.

    Attributes
    ----------
    estimate, low, high : float
        Shares between 0 and 1; `low` and `high` are NaN where no interval can be had.
    se : float
        Linearised cluster standard error of the share; NaN with one cluster.
    method : str
        ``"logit-t"``, ``"bootstrap-t"``, ``"Clopper-Pearson on clusters"`` or ``"none"``.
    note : str
        Why there is no interval, or why it should be read with care; empty otherwise.
    """

    estimate: float
    low: float
    high: float
    se: float
    method: str
    note: str


def logit_t_interval(
    counts: npt.ArrayLike, sizes: npt.ArrayLike, *, level: float = 0.95
) -> Interval:
    """Compute a share over clusters of claims, with its logit-t interval.

    Parameters
    ----------
    counts, sizes : array_like, shape (n_clusters,)
        Claims with the label, and all claims, in each cluster; clusters of size 0 do not count.
    level : float, default 0.95

    Returns
    -------
    Interval
        With the bounds ``expit(logit(p) +- t * se / (p (1 - p)))``, `t` having n_clusters - 1
        degrees of freedom. At p = 0 or 1 the bound is Clopper-Pearson's with clusters as trials;
        with one cluster, or no spread between clusters, the bounds are NaN and `note` says why.

    Raises
    ------
    FramingError
        If no cluster holds a claim, or a count is not between 0 and its size.

    Examples
    --------
    >>> found = logit_t_interval([4, 1, 3, 2], [10, 5, 8, 12])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.286, 0.125, 0.529)
    """
    from scipy.special import expit, logit
    from scipy.stats import t as student

    k, n = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    bad = np.flatnonzero((k < 0) | (k > n + 1e-9))
    if bad.size:
        raise problem(
            "counts between 0 and the size of their cluster",
            listing(bad.tolist()),
            "These are the positions of the clusters; count again",
        )
    k, n = k[n > 0], n[n > 0]
    if not n.size:
        raise problem("at least one cluster with a claim", "none", "Leave empty groups out")
    n_clusters, tail = n.size, (1 - level) / 2
    p = float(k.sum() / n.sum())
    if n_clusters == 1:
        return Interval(p, np.nan, np.nan, np.nan, "none", "one cluster: no interval")
    se = cluster_se(k, n, p)
    few = f"only {n_clusters} clusters: a rough guide" if n_clusters < FEW_CLUSTERS else ""
    if p in (0.0, 1.0):
        reach = tail ** (1 / n_clusters)
        low, high = (0.0, 1 - reach) if p == 0 else (reach, 1.0)
        note = "; ".join(
            filter(None, ["in none of the claims" if p == 0 else "in all claims", few])
        )
        return Interval(p, low, high, np.nan, "Clopper-Pearson on clusters", note)
    if se < 1e-12:  # equal shares in all clusters: their spread cannot say how sure we are
        return Interval(p, np.nan, np.nan, se, "none", "no spread between clusters: no interval")
    half = student.ppf(1 - tail, n_clusters - 1) * se / (p * (1 - p))
    bounds = expit(logit(p) + np.array([-half, half]))
    return Interval(p, float(bounds[0]), float(bounds[1]), se, "logit-t", few)


def cluster_se(counts: Floats, sizes: Floats, share: float) -> float:
    """Linearised standard error of a ratio of sums over clusters."""
    influence = (counts - share * sizes) / sizes.sum()
    return float(np.sqrt(sizes.size / (sizes.size - 1) * np.square(influence).sum()))


def squared_influence(kk: Floats, kn: Floats, nn: Floats, share: Floats, size: Floats) -> Floats:
    """Sum of squared influences of clusters on a share, from sums of k^2, k n and n^2.

    Exactly 0 where only the rounding of sums that cancel is left.
    """
    whole = kk + share**2 * nn
    rest = whole - 2 * share * kn
    return np.where(rest > 1e-12 * whole, rest, 0.0) / size**2


def bootstrap_t_interval(
    counts: npt.ArrayLike,
    sizes: npt.ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 999,
    seed: int = 0,
) -> Interval:
    """Compute a share over clusters of claims, with its bootstrap-t interval.

    Whole clusters are drawn anew, and each resample is measured in its own standard errors, which
    catches the skew of rare labels. In simulations (share .15, intraclass correlation .1, about 20
    claims per document) it covers .94 at 10 and 20 documents, where logit-t covers .92, and is a
    quarter to a half wider. It cannot help where a label occurs in few clusters: then many
    resamples have none of it, and the logit-t interval is given instead, saying so.

    Parameters
    ----------
    counts, sizes : array_like, shape (n_clusters,)
        Claims with the label, and all claims, in each cluster; clusters of size 0 do not count.
        Their order does not matter.
    level : float, default 0.95
    n_resamples : int, default 999
    seed : int, default 0

    Returns
    -------
    Interval
        With the bounds ``p - q * se``, `q` being quantiles of ``(p* - p) / se*``, kept between 0
        and 1. Where `logit_t_interval` gives NaN or Clopper-Pearson's bound, so does this.

    Raises
    ------
    FramingError
        As `logit_t_interval`, and if there are too few resamples for the level.

    References
    ----------
    Cameron, A. C., Gelbach, J. B., & Miller, D. L. (2008). Bootstrap-based improvements for
    inference with clustered errors. Review of Economics and Statistics, 90(3), 414-427.
    https://doi.org/10.1162/rest.90.3.414

    Examples
    --------
    >>> found = bootstrap_t_interval([4, 1, 3, 2, 0, 5], [10, 5, 8, 12, 9, 11])
    >>> round(found.estimate, 3), found.low < 0.273 < found.high, found.method
    (0.273, True, 'bootstrap-t')
    """
    column = np.asarray(counts, dtype=float)[:, None]
    return bootstrap_t_intervals(column, sizes, level=level, n_resamples=n_resamples, seed=seed)[0]


def bootstrap_t_intervals(
    counts: npt.ArrayLike,
    sizes: npt.ArrayLike,
    *,
    level: float = 0.95,
    n_resamples: int = 999,
    seed: int = 0,
) -> list[Interval]:
    """Compute the bootstrap-t interval of many labels over the same resamples.

    As `bootstrap_t_interval`, but `counts` has shape (n_clusters, n_labels).
    """
    fewest = math.ceil(2 / (1 - level) - 1e-9) - 1
    if n_resamples < fewest:
        raise problem(
            f"at least {fewest} resamples for a level of {level}",
            f"{n_resamples}",
            "Raise n_resamples; 999 serve a level of 0.95",
        )
    k, n = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    found = [logit_t_interval(column, n, level=level) for column in k.T]
    if not any(interval.method == "logit-t" for interval in found):
        return found
    shares, errors = resample_shares(k, n, n_resamples=n_resamples, seed=seed)
    return [
        _studentised(interval, shares[:, j], errors[:, j], level)
        if interval.method == "logit-t"
        else interval
        for j, interval in enumerate(found)
    ]


def resample_shares(
    counts: Floats, sizes: Floats, *, n_resamples: int, seed: int
) -> tuple[Floats, Floats]:
    """Compute shares and their standard errors in resamples of whole clusters.

    Parameters
    ----------
    counts : ndarray of float, shape (n_clusters, n_labels)
    sizes : ndarray of float, shape (n_clusters,)
        Clusters of size 0 do not count; at least two others are needed.
    n_resamples, seed : int

    Returns
    -------
    shares, errors : ndarray of float, shape (n_resamples, n_labels)
        The error is 0 in a resample without spread.
    """
    k, n = counts[sizes > 0], sizes[sizes > 0]
    order = np.lexsort(np.column_stack([k, n]).T)  # neither order nor names of clusters matter
    k, n = k[order], n[order]
    table = np.column_stack([n, n**2, k, k**2, k * n[:, None]])
    n_clusters, rng = n.size, np.random.default_rng(seed)
    sums = np.empty((n_resamples, table.shape[1]))
    rows = max(1, _CELLS // n_clusters)
    for start in range(0, n_resamples, rows):
        size = min(rows, n_resamples - start)
        drawn = rng.integers(n_clusters, size=(size, n_clusters))
        drawn += n_clusters * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * n_clusters)
        sums[start : start + size] = times.reshape(size, n_clusters).astype(float) @ table
    total, squares = sums[:, :1], sums[:, 1:2]
    drawn_k, kk, kn = np.split(sums[:, 2:], 3, axis=1)
    shares = drawn_k / total
    spread = squared_influence(kk, kn, squares, shares, total)
    return shares, np.sqrt(n_clusters / (n_clusters - 1) * spread)


def _studentised(plain: Interval, shares: Floats, errors: Floats, level: float) -> Interval:
    """Replace the bounds of a logit-t interval by bootstrap-t ones, where these can be had."""
    distance = shares - plain.estimate
    spread = errors > 0
    without = np.where(np.abs(distance) > 1e-12, np.copysign(np.inf, distance), 0.0)
    t = np.sort(np.where(spread, distance / np.where(spread, errors, 1.0), without))
    place = round((t.size + 1) * (1 - level) / 2)
    lower, upper = t[place - 1], t[-place]
    if not np.isfinite([lower, upper]).all():
        why = f"in {np.mean(~spread):.0%} of the resamples no spread: logit-t instead"
        return replace(plain, note="; ".join(filter(None, [why, plain.note])))
    low = max(0.0, float(plain.estimate - upper * plain.se))
    high = min(1.0, float(plain.estimate - lower * plain.se))
    return replace(plain, low=low, high=high, method="bootstrap-t")


def newcombe_bounds(a: Interval, b: Interval, *, correlation: float = 0.0) -> tuple[float, float]:
    """Compute the bounds of a difference of two shares from their intervals.

    Square-and-add: each share lends the arm of its interval that reaches towards the other, so the
    bounds are as lopsided as the two intervals are, lie between -1 and 1, and have a width even
    where a label never occurs in one group.

    Parameters
    ----------
    a, b : Interval
        With NaN bounds in either, the bounds are NaN.
    correlation : float, default 0
        Of the two shares, where groups occur in the same clusters.

    Returns
    -------
    low, high : float
        Bounds of ``a - b``.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
    Statistics in Medicine, 17(8), 873-890.
    Zou, G. Y. (2007). Toward using confidence intervals to compare correlations. Psychological
    Methods, 12(4), 399-413 (the correlation). https://doi.org/10.1037/1082-989X.12.4.399

    Examples
    --------
    >>> a = logit_t_interval([4, 1, 3, 2], [10, 5, 8, 12])
    >>> b = logit_t_interval([1, 0, 2], [9, 6, 8])
    >>> low, high = newcombe_bounds(a, b)
    >>> round(low, 2), round(high, 2)
    (-0.39, 0.43)
    """

    def arm(x: float, y: float) -> float:
        return float(np.sqrt(np.maximum(0.0, x * x + y * y - 2 * correlation * x * y)))

    difference = a.estimate - b.estimate
    low = difference - arm(a.estimate - a.low, b.high - b.estimate)
    return low, difference + arm(a.high - a.estimate, b.estimate - b.low)
