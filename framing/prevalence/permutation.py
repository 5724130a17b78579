"""A test that shuffles whole clusters, to see how large a difference chance alone would bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from framing.permutation import Cells, cells_of, exchange_settings, exchanged, family_p
from framing.prevalence.counts import Floats
from framing.prevalence.pairs import Pair, moments_of

__all__ = ["Permutation", "permutation_test"]

_CELLS = 1 << 20  # of the matrix of arrangements that are held at once (8 MB)


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
    cells, moments = _cells(pair), moments_of(pair)
    observed = moments.contrast(np.zeros((1, pair.sizes_a.size), dtype=bool)).t[0]
    chunk = max(1, _CELLS // pair.sizes_a.size)
    arrangements, exact = exchanged(cells, n_permutations, seed=seed, chunk=chunk)
    first = np.unique(cells.document, return_index=True)[1]

    def permuted() -> Iterator[Floats]:
        for names in arrangements:
            swapped = names[first] != cells.group[first, None]  # and with it the whole cluster
            yield moments.contrast(swapped.T).t.T

    family = np.zeros(observed.size, dtype=np.int64)
    p, p_all = family_p(observed, permuted(), family, exact=exact, step_down=True)
    made = exchange_settings(cells, n_permutations, seed)
    return Permutation(p, p_all, exact, made["n_permutations"], made["p_least"])


def _cells(pair: Pair) -> Cells:
    """The claims of either group in each cluster."""
    in_a, in_b = np.flatnonzero(pair.sizes_a), np.flatnonzero(pair.sizes_b)
    groups = np.repeat(np.array([0, 1]), [in_a.size, in_b.size])
    return cells_of(np.concatenate([in_a, in_b]), groups)
