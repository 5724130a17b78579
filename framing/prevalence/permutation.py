"""A test that shuffles whole clusters, to see how large a difference chance alone would bring."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.prevalence.counts import Floats
from framing.prevalence.pairs import Pair, moments_of

__all__ = ["Permutation", "permutation_test"]

_CELLS = 1 << 20  # of the matrix of arrangements that are held at once (8 MB)
_TIE = 1e-12  # arrangements with the same counts may differ by rounding


@dataclass(frozen=True)
class Permutation:
    """What the arrangements say about a difference; returned by `permutation_test`.

    Attributes
    ----------
    p : ndarray of float, shape (n_labels,)
        How often chance alone brings a `|t|` at least as large as the label's.
    p_all : ndarray of float, shape (n_labels,)
        The same, adjusted over all labels (step-down max-T); the smallest is the p of the
        hypothesis that no label differs.
    exact : bool
        Whether every possible arrangement was looked at.
    n_arrangements : int
        How many were looked at.
    p_least : float
        The smallest p that these clusters could have given.
    """

    p: Floats
    p_all: Floats
    exact: bool
    n_arrangements: int
    p_least: float


def permutation_test(pair: Pair, *, n_permutations: int = 9_999, seed: int = 0) -> Permutation:
    """Test the difference of every label between two groups, over the same arrangements.

    An arrangement swaps groups by whole clusters. Where a cluster holds claims of both groups, its
    two parts trade places or not; the other clusters are dealt out anew, so that either group
    keeps its number of clusters. The t of the difference is computed anew each time, which keeps
    the test honest where clusters of the two groups differ in size or in how alike their claims
    are; it errs on the safe side where sizes differ much. It misleads where clusters copy one
    another.

    Parameters
    ----------
    pair : Pair
        With two clusters or more of either group, and one label or more.
    n_permutations : int, default 9_999
        All arrangements are looked at if there are no more than this; else so many random ones,
        and p is ``(1 + hits) / (1 + n_permutations)``, which is never 0.
    seed : int, default 0

    Returns
    -------
    Permutation

    References
    ----------
    Chung, E., & Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of
    Statistics, 41(2), 484-507. https://doi.org/10.1214/13-AOS1090
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley (max-T).

    Examples
    --------
    >>> shares = np.array([[4.0], [5], [4], [1], [0], [2]])
    >>> in_a = np.array([1.0, 1, 1, 0, 0, 0])
    >>> pair = Pair(in_a * 9, in_a[:, None] * shares, 9 - in_a * 9, (1 - in_a)[:, None] * shares)
    >>> found = permutation_test(pair)
    >>> found.p.tolist(), found.n_arrangements
    ([0.1], 20)
    """
    exact, p_least = _reachable(pair, n_permutations)
    chunks = _every(pair) if exact else _random(pair, n_permutations, np.random.default_rng(seed))
    moments = moments_of(pair)
    observed = np.abs(moments.contrast(np.zeros((1, pair.sizes_a.size), dtype=bool)).t[0])
    order = np.argsort(-observed, kind="stable")
    bar = observed * (1 - _TIE) - _TIE  # written so that an infinite t stays one
    alone = np.zeros(bar.size)
    stepped = np.zeros(bar.size)
    n = 0
    for swapped in chunks:
        t = np.abs(moments.contrast(swapped).t)
        alone += (t >= bar).sum(axis=0)
        # Step-down: the r-th largest t is compared with the largest of the labels from r onwards.
        rest = np.maximum.accumulate(t[:, order[::-1]], axis=1)[:, ::-1]
        stepped += (rest >= bar[order]).sum(axis=0)
        n += len(t)
    unseen = 0 if exact else 1  # the data count as one more arrangement
    p_all = np.empty(bar.size)
    p_all[order] = np.maximum.accumulate((stepped + unseen) / (n + unseen))
    return Permutation((alone + unseen) / (n + unseen), p_all, exact, n, p_least)


def _singles(pair: Pair) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Clusters with claims of one group only, and which of them are of the first."""
    single = np.flatnonzero(~pair.shared)
    return single, (pair.sizes_a > 0)[single]


def _reachable(pair: Pair, n_permutations: int) -> tuple[bool, float]:
    """Whether all arrangements can be looked at, and the smallest p they can give."""
    own = _singles(pair)[1]
    possible = 2 ** int(pair.shared.sum()) * math.comb(own.size, int(own.sum()))
    mirrored = 2 * own.sum() == own.size  # then swapping every cluster gives the same |t|
    least = (2 if mirrored else 1) / possible
    exact = possible <= n_permutations
    return exact, least if exact else max(least, 1 / (n_permutations + 1))


def _every(pair: Pair) -> Iterator[npt.NDArray[np.bool_]]:
    """All arrangements in chunks, the data as they are among them."""
    shared, (single, own) = np.flatnonzero(pair.shared), _singles(pair)
    arrangements = itertools.product(
        itertools.product((False, True), repeat=shared.size),
        itertools.combinations(range(single.size), int(own.sum())),
    )
    rows = max(1, _CELLS // pair.sizes_a.size)
    while chunk := list(itertools.islice(arrangements, rows)):
        swapped = np.zeros((len(chunk), pair.sizes_a.size), dtype=bool)
        for row, (flips, members) in zip(swapped, chunk, strict=True):
            dealt = np.zeros(single.size, dtype=bool)
            dealt[list(members)] = True
            row[shared], row[single] = flips, dealt != own
        yield swapped


def _random(pair: Pair, n: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.bool_]]:
    """Random arrangements in chunks; the same whichever group is the first."""
    shared, (single, own) = np.flatnonzero(pair.shared), _singles(pair)
    rows = max(1, _CELLS // pair.sizes_a.size)
    for start in range(0, n, rows):
        size = min(rows, n - start)
        swapped = np.zeros((size, pair.sizes_a.size), dtype=bool)
        swapped[:, shared] = rng.integers(0, 2, size=(size, shared.size), dtype=bool)
        swapped[:, single] = rng.permuted(np.tile(own, (size, 1)), axis=1) != own
        yield swapped
