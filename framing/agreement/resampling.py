"""Intervals from what is left of a statistic when a unit, or a document, is taken away."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from framing.prevalence.counts import Floats
from framing.prevalence.intervals import Interval, logit_t_interval

__all__ = ["FEW", "jackknife_t", "no_interval", "percentile", "ratio_interval"]

FEW = 30  # below this many units, jackknife-t intervals of alpha are a rough guide (simulated)


def jackknife_t(
    estimate: float,
    replicates: npt.ArrayLike,
    *,
    level: float,
    what: str,
    lowest: float = -np.inf,
) -> Interval:
    """Compute a delete-one jackknife interval with Student's t.

    Parameters
    ----------
    estimate : float
        At most 1.
    replicates : array_like, shape (n,)
        The statistic without each unit or document in turn; NaN where it is then undefined.
    level : float
    what : str
        What was left out, in the singular: ``"unit"`` or ``"cluster"``.
    lowest : float
        Bounds are cut here and at 1, the most that agreement can be.

    Returns
    -------
    Interval
        NaN bounds, with the reason in `note`, where the replicates cannot tell.

    Examples
    --------
    >>> found = jackknife_t(0.5, [0.45, 0.5, 0.55], level=0.95, what="unit")
    >>> round(found.se, 4), round(found.low, 3), found.note
    (0.0577, 0.252, 'only 3 units: a rough guide')
    """
    from scipy.stats import t as student

    found = np.asarray(replicates, dtype=float)
    n = len(found)
    if n < 2:
        return no_interval(f"one {what}: no interval", estimate)
    if np.isnan(found).any():
        return no_interval(f"all variation rests on one {what}: no interval", estimate)
    se = float(np.sqrt((n - 1) / n * np.square(found - found.mean()).sum()))
    if se < 1e-12:  # equal replicates cannot say how sure we are
        reason = "perfect agreement" if estimate > 1 - 1e-12 else f"no spread between {what}s"
        return no_interval(f"{reason}: no interval", estimate)
    half = student.ppf((1 + level) / 2, n - 1) * se
    low, high = max(estimate - half, lowest), min(estimate + half, 1.0)
    return Interval(estimate, float(low), float(high), se, "jackknife-t", few(n, what))


def percentile(estimate: float, drawn: Floats, *, level: float, n: int, what: str) -> Interval:
    """Compute a percentile interval from resamples; those without variation are left out, said."""
    kept = drawn[~np.isnan(drawn)]
    if n < 2 or len(kept) < 2:
        return no_interval(f"one {what}: no interval", estimate)
    se = float(kept.std(ddof=1))
    if se < 1e-12:
        reason = "perfect agreement" if estimate > 1 - 1e-12 else f"no spread between {what}s"
        return no_interval(f"{reason}: no interval", estimate)
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    lost = len(drawn) - len(kept)
    left = f"{lost:,} of {len(drawn):,} resamples without variation left out" if lost else ""
    note = "; ".join(filter(None, [few(n, what), left]))
    return Interval(estimate, float(low), float(high), se, "percentile bootstrap", note)


def ratio_interval(counts: npt.ArrayLike, sizes: npt.ArrayLike, *, level: float) -> Interval:
    """Compute the logit-t interval of a ratio of sums over units or documents.

    Where it is 0 or 1 the bound is Clopper-Pearson's, which `method` says; the note of shares
    about claims would be out of place here.
    """
    found = logit_t_interval(counts, sizes, level=level)
    kept = [part for part in found.note.split("; ") if not part.startswith("in ")]
    return dataclasses.replace(found, note="; ".join(kept))


def no_interval(reason: str, estimate: float = np.nan) -> Interval:
    """Say why there is no interval."""
    return Interval(estimate, np.nan, np.nan, np.nan, "none", reason)


def few(n: int, what: str) -> str:
    """Say that there are too few units or clusters to be sure of an interval."""
    return f"only {n} {what}s: a rough guide" if n < FEW else ""
