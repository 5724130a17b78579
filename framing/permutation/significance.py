"""From statistics after exchanges to p-values, alone and over a family of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "family_p"]

Floats: TypeAlias = npt.NDArray[np.float64]


def family_p(
    observed: Floats,
    permuted: Iterator[Floats],
    family: npt.NDArray[np.int64],
    *,
    exact: bool,
    step_down: bool = False,
) -> tuple[Floats, Floats]:
    """Two-sided p-values of statistics, alone and against the largest of their family (max-T).

    Parameters
    ----------
    observed : ndarray of float
        Statistics of any shape; NaN where there is no test.
    permuted : iterator of ndarray of float
        Chunks of the same statistics after exchanges, shape (*observed.shape, n).
    family : ndarray of int, shape observed.shape
        Statistics of one family are adjusted for one another.
    exact : bool
        Whether these are all arrangements; the data are one of them then, else one more.
    step_down : bool, default False
        Whether a statistic is compared with the largest among those that are no larger than it,
        which finds more, or, as holds for all of them at once, with the largest of its family.

    Returns
    -------
    p, p_all : ndarray of float, shape observed.shape
        Never 0; NaN where there is no test.

    References
    ----------
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley (max-T).
    """
    tested = ~np.isnan(observed)
    nan = np.where(tested, 0.0, np.nan)
    if not tested.any():
        return nan, nan
    # Equal values may differ in their last bits; written so that an infinite one stays infinite.
    size = (np.abs(observed) * (1 - 1e-9) - 1e-12).ravel()
    above, above_all = np.zeros(size.shape), np.zeros(size.shape)
    families = [_falling(size, (family == name) & tested) for name in np.unique(family[tested])]
    n = 0
    for chunk in permuted:
        values = np.abs(chunk).reshape(size.size, -1)
        n += values.shape[-1]
        above += (values >= size[:, None]).sum(axis=-1)
        for order in families:
            above_all[order] += _reached(values[order], size[order], step_down)
    if step_down:
        for order in families:  # no p below that of a larger statistic
            above_all[order] = np.maximum.accumulate(above_all[order])
    unseen = 0 if exact else 1
    p, p_all = ((hits + unseen) / (n + unseen) for hits in (above, above_all))
    return p.reshape(observed.shape) + nan, p_all.reshape(observed.shape) + nan


def _falling(size: Floats, members: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Places of the members, the largest first."""
    places = np.flatnonzero(members)
    return places[np.argsort(-size[places], kind="stable")]


def _reached(values: Floats, size: Floats, step_down: bool) -> Floats:
    """How often the largest value reaches each size: of all, or of those from its row onwards."""
    if step_down:
        largest = np.maximum.accumulate(values[::-1], axis=0)[::-1]
        return np.asarray((largest >= size[:, None]).sum(axis=1), dtype=float)
    ordered = np.sort(values.max(axis=0))
    return np.asarray(len(ordered) - np.searchsorted(ordered, size), dtype=float)
