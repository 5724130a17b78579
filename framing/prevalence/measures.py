"""The columns that a row of shares has besides what it is about."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from framing.prevalence.counts import Group
from framing.prevalence.intervals import Interval, logit_t_interval

__all__ = ["MEASURES", "measures"]

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
        found = Interval(np.nan, np.nan, np.nan, np.nan, "none", absent)
        sizes = (0, 0, 0, 0)
    else:
        counts = np.zeros_like(group.sizes) if column is None else group.counts[:, column]
        hits = 0 if column is None else int(group.n_hits[column])
        found = logit_t_interval(counts, group.sizes, level=level)
        sizes = (group.n_documents, group.n_claims, len(group.clusters), hits)
    names = ("n_documents", "n_claims", "n_clusters", "count")
    row = asdict(found) | dict(zip(names, sizes, strict=True))
    row["n_documents"] = pd.NA if sizes[0] < 0 else sizes[0]
    return {name: row[name] for name in MEASURES}
