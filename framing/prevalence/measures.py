"""The columns that a row of shares has besides what it is about."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from framing.prevalence.counts import Group
from framing.prevalence.intervals import Interval, logit_t_interval

__all__ = ["MEASURES", "measured", "measures"]

MEASURES = [
    "estimate", "low", "high", "method", "n_documents", "n_claims", "n_clusters", "count", "note",
]  # fmt: skip


def measures(
    group: Group | None, column: int | None, *, level: float, absent: str = "no claims"
) -> dict[str, Any]:
    """Measure the share of one label in one group, with what it rests on.

    Parameters
    ----------
    group : Group or None
        None where there are no claims: the share is then NaN, and `absent` says why.
    column : int or None
        The place of the label in `Group.counts`; None for a label that no claim anywhere carries.
    level : float
    absent : str, default "no claims"

    Examples
    --------
    >>> measures(None, 0, level=0.95)["note"]
    'no claims'
    """
    if group is None:
        return measured(Interval(np.nan, np.nan, np.nan, np.nan, "none", absent), None, None)
    counts = np.zeros_like(group.sizes) if column is None else group.counts[:, column]
    return measured(logit_t_interval(counts, group.sizes, level=level), group, column)


def measured(interval: Interval, group: Group | None, column: int | None) -> dict[str, Any]:
    """Put an interval beside the numbers that it rests on; parameters as in `measures`."""
    found = {name: value for name, value in asdict(interval).items() if name != "se"}
    if group is None:
        return found | {"n_documents": 0, "n_claims": 0, "n_clusters": 0, "count": 0}
    return found | {
        "n_documents": pd.NA if group.n_documents < 0 else group.n_documents,
        "n_claims": group.n_claims,
        "n_clusters": len(group.clusters),
        "count": 0 if column is None else int(group.n_hits[column]),
    }
