"""Krippendorff's alpha from coincidences, which add up over units: so does all resampling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.agreement.codes import Ints
from framing.agreement.resampling import jackknife_t, no_interval, percentile
from framing.prevalence.counts import Floats
from framing.prevalence.intervals import Interval

__all__ = ["Coincidences", "Resample", "alpha_interval", "coincidences", "value_counts"]

Resample: TypeAlias = Literal["jackknife", "bootstrap"]
_CELLS = 2_000_000  # numbers held at a time while resampling


@dataclass(frozen=True)
class Coincidences:
    """What alpha is computed from, one row per group: a unit, or all units of a document.

    Attributes
    ----------
    counts : ndarray of float, shape (n_groups, n_values)
        How often each value was given, in units with two codes or more.
    parts : sparse array of float, shape (n_groups, 1) or (n_groups, n_values ** 2)
        The observed disagreement; on an ordinal scale, whose distances change with the counts,
        the coincidences of every two different values instead.
    gaps : ndarray of float, shape (n_values, n_values), or None
        None on an ordinal scale.
    n_units, n_pairable : int
        Units, and those with two codes or more.
    """

    counts: Floats
    parts: Any
    gaps: Floats | None
    n_units: int
    n_pairable: int


def value_counts(unit: Ints, values: Ints, n_units: int, n_values: int) -> Any:
    """How often each value was given to each unit, as a sparse array (n_units, n_values)."""
    ones = np.ones(len(unit))
    return sparse.csr_array((ones, (unit, values)), shape=(n_units, n_values))


def coincidences(
    unit: Ints, values: Ints, gaps: Floats | None, *, n_values: int, clusters: Ints
) -> Coincidences:
    """Count values and coincidences of the units with two codes or more.

    Parameters
    ----------
    unit, values : ndarray of int, shape (n_codings,)
    gaps : ndarray of float, shape (n_values, n_values), or None
    n_values : int
    clusters : ndarray of int, shape (n_units,)
        Units of one cluster are added up.
    """
    counts = value_counts(unit, values, len(clusters), n_values)
    n_codes = counts.sum(axis=1)
    pairable = np.flatnonzero(n_codes >= 2)
    present, place = np.unique(clusters[pairable], return_inverse=True)
    shape = (len(present), len(pairable))
    adder = sparse.csr_array((np.ones(len(place)), (place, np.arange(len(place)))), shape=shape)
    counts, n_codes = counts[pairable], n_codes[pairable]
    parts = _pairs_of_values(counts, n_codes)
    if gaps is not None:
        parts = sparse.csr_array((parts @ gaps.ravel())[:, None])
    n_units = len(np.unique(unit))
    return Coincidences((adder @ counts).toarray(), adder @ parts, gaps, n_units, len(pairable))


def _pairs_of_values(counts: Any, n_codes: Floats) -> Any:
    """Coincidences of every two values in each unit: ordered pairs of codes over n_codes - 1."""
    n_units, n_values = counts.shape
    per_unit = np.diff(counts.indptr)
    row = np.repeat(np.arange(n_units), per_unit)
    # Every value of a unit meets every value of it: entry i of the unit's first entry onwards.
    left = np.repeat(np.arange(counts.nnz), per_unit[row])
    first = np.repeat(np.cumsum(per_unit[row]) - per_unit[row], per_unit[row])
    right = counts.indptr[row[left]] + np.arange(len(left)) - first
    # A value also meets itself here once too often; equal values weigh nothing on any scale.
    weight = counts.data[left] * counts.data[right] / (n_codes[row[left]] - 1)
    cell = counts.indices[left].astype(np.int64) * n_values + counts.indices[right]
    return sparse.csr_array((weight, (row[left], cell)), shape=(n_units, n_values**2))


def alpha_interval(
    found: Coincidences,
    *,
    level: float,
    what: str,
    resample: Resample = "jackknife",
    n_samples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Compute alpha with an interval over its groups.

    Parameters
    ----------
    found : Coincidences
    level : float
    what : str
        What a group is, in the singular.
    resample : {"jackknife", "bootstrap"}
    n_samples, seed : int
        For the bootstrap.
    """
    if not found.n_pairable:
        return no_interval("no unit with two codes")
    totals = found.counts.sum(axis=0, keepdims=True), found.parts.sum(axis=0)[None, :]
    estimate = float(_alphas(*totals, found.gaps)[0])
    if np.isnan(estimate):
        return no_interval("no variation: all codes are alike")
    n = len(found.counts)
    if resample == "jackknife":
        left_out = np.concatenate([_alphas(*sums, found.gaps) for sums in _left_out(found)])
        return jackknife_t(estimate, left_out, level=level, what=what)
    drawn = [_alphas(*sums, found.gaps) for sums in _drawn(found, n_samples, seed)]
    return percentile(estimate, np.concatenate(drawn), level=level, n=n, what=what)


def _alphas(counts: Floats, parts: Floats, gaps: Floats | None) -> Floats:
    """Alpha of several samples, one per row; NaN where all values of a sample are alike."""
    if gaps is None:
        ranks = np.cumsum(counts, axis=1) - counts / 2
        squares = (ranks[:, :, None] - ranks[:, None, :]) ** 2
        observed = (parts.reshape(squares.shape) * squares).sum(axis=(1, 2))
        expected = np.einsum("bi,bij,bj->b", counts, squares, counts)
    else:
        observed = parts[:, 0]
        expected = ((counts @ gaps) * counts).sum(axis=1)
    quotient = np.full(len(counts), np.nan)
    np.divide(observed, expected, out=quotient, where=expected > 0)
    return np.asarray(1 - (counts.sum(axis=1) - 1) * quotient)


def _left_out(found: Coincidences) -> Iterator[tuple[Floats, Floats]]:
    """The sums without each group in turn."""
    counts, parts = found.counts.sum(axis=0), found.parts.sum(axis=0)
    for start, stop in _spans(len(found.counts), _width(found)):
        yield counts - found.counts[start:stop], parts - found.parts[start:stop].toarray()


def _drawn(found: Coincidences, n_samples: int, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """The sums over groups drawn with replacement."""
    rng = np.random.default_rng(seed)
    n = len(found.counts)
    for start, stop in _spans(n_samples, max(n, _width(found))):
        weights = _times_drawn(rng.integers(n, size=(stop - start, n)), n)
        yield weights @ found.counts, weights @ found.parts


def _times_drawn(draws: npt.NDArray[np.int64], n: int) -> Floats:
    """How often each of n groups is in each sample (row)."""
    offset = np.arange(len(draws))[:, None] * n
    counted = np.bincount((draws + offset).ravel(), minlength=len(draws) * n)
    return counted.reshape(len(draws), n).astype(float)


def _width(found: Coincidences) -> int:
    n_values = int(found.counts.shape[1])
    return n_values if found.gaps is not None else n_values**2


def _spans(n: int, width: int) -> Iterator[tuple[int, int]]:
    """Stretches of n rows, each of at most so many cells."""
    step = max(1, _CELLS // width)
    return ((start, min(start + step, n)) for start in range(0, n, step))
