"""Several tests at once: p-values adjusted for how many there are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from framing.errors import listing, problem
from framing.prevalence.counts import Floats

__all__ = ["benjamini_hochberg", "holm"]


def holm(p: npt.ArrayLike) -> Floats:
    """Adjust p-values so that the chance of any false finding stays below the level (Holm).

    It makes no assumption on how the tests depend on each other, and is stricter than it needs to
    be where they are alike; `framing.difference` gives the sharper `p_all` beside it.

    Parameters
    ----------
    p : array_like, shape (n_tests,)
        Between 0 and 1. NaN is a test that could not be made: it stays NaN and does not count.

    Returns
    -------
    ndarray of float, shape (n_tests,)

    Raises
    ------
    FramingError
        If a p-value lies outside 0 to 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics, 6(2), 65-70.

    Examples
    --------
    >>> holm([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    return _adjusted(p, "holm")


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjust p-values so that false findings stay a small share of all findings (BH).

    The rate is kept on average over studies, for tests that are independent or lean the same way;
    single-label shares sum to one and lean against each other, so read it there as a guide.

    Parameters
    ----------
    p : array_like, shape (n_tests,)
        Between 0 and 1. NaN is a test that could not be made: it stays NaN and does not count.

    Returns
    -------
    ndarray of float, shape (n_tests,)

    Raises
    ------
    FramingError
        If a p-value lies outside 0 to 1.

    References
    ----------
    Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B, 57(1), 289-300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    return _adjusted(p, "fdr_bh")


def _adjusted(p: npt.ArrayLike, method: str) -> Floats:
    """Leave NaN out first: statsmodels would count it among the tests."""
    from statsmodels.stats.multitest import multipletests

    values = np.array(p, dtype=float)
    bad = np.flatnonzero((values < 0) | (values > 1))
    if bad.size:
        raise problem(
            "p-values between 0 and 1",
            f"{values[bad[0]]:g} at position {listing(bad.tolist())}",
            "Leave a test that could not be made as NaN",
        )
    made = ~np.isnan(values)
    if made.any():
        values[made] = multipletests(values[made], method=method)[1]
    return values
