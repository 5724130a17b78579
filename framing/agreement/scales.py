"""What the codes are: names, ranks, amounts or sets, and how far apart two of them lie."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.agreement.codes import Ints
from framing.errors import listing, problem, unknown_value
from framing.labels import membership
from framing.prevalence.counts import Floats

__all__ = ["DISTANCES", "SCALES", "Distance", "Scale", "Scaled", "set_gaps", "to_scale"]

Scale: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
Distance: TypeAlias = Literal["jaccard", "masi"]

SCALES = ("nominal", "ordinal", "interval", "ratio")
DISTANCES = ("jaccard", "masi")
MOST_VALUES = 2_000  # the table of distances between values has the square of this many cells


@dataclass(frozen=True)
class Scaled:
    """Codes as values on a scale.

    Attributes
    ----------
    values : ndarray of int, shape (n_codings,)
        The place of each code among the different values, in rising order.
    gaps : ndarray of float, shape (n_values, n_values), or None
        How much it weighs when two coders give these values; None on an ordinal scale, where it
        depends on how often the values between them were used.
    n_values : int
    names : list
        The codes, for names and sets; empty on the other scales.
    member : ndarray of bool, shape (n_codings, n_names)
        Which of them each coding gives.
    """

    values: Ints
    gaps: Floats | None
    n_values: int
    names: list[Any]
    member: npt.NDArray[np.bool_]


def to_scale(entries: pd.Series[Any], *, scale: Scale, distance: Distance | None) -> Scaled:
    """Read codes as values on a scale.

    Raises
    ------
    FramingError
        If the scale is unknown or does not fit the codes.
    """
    if scale not in SCALES:
        raise unknown_value("scale", scale, SCALES)
    if distance is not None and distance not in DISTANCES:
        raise unknown_value("distance", distance, DISTANCES)
    if distance is not None and scale != "nominal":
        raise problem(
            "a distance between sets only with scale='nominal'", repr(scale), "Drop one of the two"
        )
    return _named(entries, distance) if scale == "nominal" else _measured(entries, scale)


def set_gaps(sets: npt.NDArray[np.bool_], distance: Distance) -> Floats:
    """Compute the distance between sets of codes; two empty sets are alike.

    Parameters
    ----------
    sets : ndarray of bool, shape (n_sets, n_codes)
    distance : {"jaccard", "masi"}
        1 - shared / joint codes; for MASI the quotient is multiplied by 2/3 where one set
        contains the other, and by 1/3 where they merely overlap.

    Returns
    -------
    ndarray of float, shape (n_sets, n_sets)
        Between 0 (equal) and 1 (nothing shared).

    References
    ----------
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and
    pragmatic annotation. Proceedings of LREC 2006, 831-836.

    Examples
    --------
    >>> sets = np.array([[True, True], [True, False]])
    >>> set_gaps(sets, "jaccard")[0, 1], round(set_gaps(sets, "masi")[0, 1], 3)
    (np.float64(0.5), np.float64(0.667))
    """
    codes = sets.astype(float)
    shared, size = codes @ codes.T, codes.sum(axis=1)
    joint = size[:, None] + size - shared
    likeness = np.divide(shared, joint, out=np.ones_like(joint), where=joint > 0)
    if distance == "masi":
        contained = shared == np.minimum(size[:, None], size)
        likeness *= np.select([shared == joint, contained, shared > 0], [1.0, 2 / 3, 1 / 3], 0.0)
    return np.asarray(1 - likeness)


def _named(entries: pd.Series[Any], distance: Distance | None) -> Scaled:
    found = membership(entries, len(entries))
    if distance is None:
        if found.multi:
            several = [entry for entry in entries if isinstance(entry, list | tuple | set)]
            raise problem(
                "one code per cell",
                f"several, such as {several[0]!r}",
                "Say how far apart two lists of codes are: distance='jaccard' or 'masi'",
            )
        n_values = _check_number(len(found.names))
        values = found.member.argmax(axis=1) if found.names else np.zeros(0, dtype=np.intp)
        return Scaled(values, 1 - np.eye(n_values), n_values, found.names, found.member)
    # An extra column keeps sets apart from nothing where every list is empty.
    padded = np.column_stack([found.member, np.ones(len(entries), dtype=bool)])
    sets, values = np.unique(padded, axis=0, return_inverse=True)
    n_values = _check_number(len(sets))
    gaps = set_gaps(sets[:, :-1], distance)
    return Scaled(values.ravel(), gaps, n_values, found.names, found.member)


def _measured(entries: pd.Series[Any], scale: str) -> Scaled:
    amounts = _numbers(entries, scale)
    found, values = np.unique(amounts, return_inverse=True)
    n_values = _check_number(len(found))
    difference = found[:, None] - found
    gaps: Floats | None = None
    if scale == "interval":
        gaps = difference**2
    elif scale == "ratio":
        if n_values and found[0] < 0:
            raise problem(
                "amounts of 0 or more on a ratio scale", repr(found[0]), "Use scale='interval'"
            )
        total = found[:, None] + found
        gaps = np.divide(difference, total, out=np.zeros_like(total), where=total > 0) ** 2
    return Scaled(values, gaps, n_values, [], np.zeros((len(entries), 0), dtype=bool))


def _numbers(entries: pd.Series[Any], scale: str) -> Floats:
    """The codes as numbers; ordered categories count as their places."""
    if (
        isinstance(entries.dtype, pd.CategoricalDtype)
        and entries.cat.ordered
        and scale == "ordinal"
    ):
        return np.asarray(entries.cat.codes, dtype=float)
    wrong = [entry for entry in entries if not isinstance(entry, numbers.Real | np.bool_)]
    if wrong:
        fix = "Pass numbers"
        if scale == "ordinal":
            fix += ", or a column with ordered categories (pandas.Categorical(..., ordered=True))"
        raise problem(f"numbers on the scale {scale!r}", listing(wrong), fix)
    found = np.array(entries.tolist(), dtype=float)
    if not np.isfinite(found).all():
        raise problem("finite numbers", "an infinite one", "Correct it, or leave it missing")
    return found


def _check_number(n_values: int) -> int:
    if n_values > MOST_VALUES:
        raise problem(
            f"at most {MOST_VALUES:,} different values", f"{n_values:,}", "Round the codes"
        )
    return n_values
