"""Shares of right answers against chance: an interval, and an exact test."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from framing.agreement.resampling import ratio_interval
from framing.errors import problem
from framing.prevalence.intervals import Interval

__all__ = ["by_chance", "task_interval", "wilson_interval"]

_FEW = 5  # tasks; below this even a perfect score leaves more than half of the scale open
# From so many tasks, the spread between them says how much judges err together: simulated with 2
# to 5 judges and tasks of unequal difficulty, logit-t covers .94 to .99, Wilson's .97 to 1.
_ENOUGH = 10


def wilson_interval(n_right: float, n: float, *, level: float = 0.95) -> Interval:
    """Compute a share of independent tries with Wilson's interval.

    Parameters
    ----------
    n_right, n : float
        Right answers, and tries; need not be whole.
    level : float, default 0.95

    Returns
    -------
    Interval
        NaN without a try.

    Raises
    ------
    FramingError
        If there are more right answers than tries.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA, 22(158), 209-212. https://doi.org/10.1080/01621459.1927.10502953

    Examples
    --------
    >>> found = wilson_interval(8, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.49, 0.943)
    """
    from scipy.special import ndtri

    if not 0 <= n_right <= n:
        raise problem(f"right answers between 0 and {n:g}", f"{n_right:g}", "Count again")
    if not n:
        return Interval(np.nan, np.nan, np.nan, np.nan, "none", "no answers")
    share = n_right / n
    square = float(ndtri((1 + level) / 2)) ** 2
    middle = (n_right + square / 2) / (n + square)
    half = math.sqrt(square) * math.sqrt(share * (1 - share) * n + square / 4) / (n + square)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    # At the ends the bound is exact but for rounding.
    low, high = (0.0 if share == 0 else low), (1.0 if share == 1 else high)
    note = f"only {n:.0f} tasks: a rough guide" if n < _FEW else ""
    return Interval(share, low, high, math.sqrt(share * (1 - share) / n), "Wilson", note)


def task_interval(n_right: npt.ArrayLike, sizes: npt.ArrayLike, *, level: float) -> Interval:
    """Compute the share of right answers with an interval that takes the tasks as the sample.

    Judges who see the same task may err together. With few tasks, each therefore counts as one
    try however many judged it (less where tasks have unequal numbers of answers: Kish's effective
    number), which is wide but safe; with 10 or more and several judges, the spread between tasks
    gives a sharper logit-t interval.

    Parameters
    ----------
    n_right, sizes : array_like, shape (n_tasks,)
        Right answers, and all answers, to each task.
    level : float

    Examples
    --------
    >>> task_interval([1, 1, 0, 1], [1, 1, 1, 1], level=0.95) == wilson_interval(3, 4)
    True
    """
    right, own = np.asarray(n_right, dtype=float), np.asarray(sizes, dtype=float)
    if len(own) >= _ENOUGH and (own > 1).any():
        found = ratio_interval(right, own, level=level)
        if not np.isnan(found.low):
            return found
    tries = float(own.sum() ** 2 / np.square(own).sum()) if own.any() else 0.0
    share = right.sum() / own.sum() if own.any() else 0.0
    return wilson_interval(share * tries, tries, level=level)


def by_chance(votes: list[npt.NDArray[np.int64]], n_right: int) -> float:
    """Compute how likely so many right answers are if nothing but chance picks the right option.

    The answers are taken as given and the right option of each task as drawn by chance from its
    options, which holds however judges choose and however much they are alike. With one judge
    this is the exact binomial test, one-sided.

    Parameters
    ----------
    votes : list of ndarray of int, each of shape (n_options,)
        For each task, how many judges chose each option.
    n_right : int

    Returns
    -------
    float
        The probability of `n_right` or more; NaN without tasks.

    Examples
    --------
    >>> one = [np.array([1, 0, 0, 0, 0, 0])] * 10
    >>> f"{by_chance(one, 8):.4g}", f"{by_chance([votes * 3 for votes in one], 24):.4g}"
    ('1.945e-05', '1.945e-05')
    """
    if not votes:
        return math.nan
    chances = np.ones(1)
    for own in votes:
        counts = np.bincount(own) / len(own)
        chances = np.convolve(chances, counts)
    return float(min(1.0, chances[n_right:].sum()))
