"""`pairs`: every two coders side by side."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from framing.agreement.codes import Codings, read_codings
from framing.agreement.coincidences import alpha_interval, coincidences
from framing.agreement.kappas import cohen_of_table, cross_table
from framing.agreement.resampling import no_interval
from framing.agreement.scales import Distance, Scale, Scaled, to_scale
from framing.prevalence.estimates import check_level

__all__ = ["pairs"]

_COLUMNS = [
    "coder", "other", "n_pairable", "alpha", "low", "high", "kappa", "percent_agreement", "note",
]  # fmt: skip


def pairs(
    codes: pd.DataFrame,
    *,
    scale: Scale = "nominal",
    distance: Distance | None = None,
    unit: str = "claim_id",
    coder: str = "coder",
    value: str = "code",
    cluster: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare every two coders: who stands apart, and with whom.

    Each row rests on fewer units than the overall alpha; look at the intervals before retraining
    anybody.

    Parameters
    ----------
    codes : DataFrame, shape (n_codings, ...)
        As for `alpha`.
    scale, distance, unit, coder, value, cluster, level
        As for `alpha`.

    Returns
    -------
    DataFrame
        `coder`, `other`, `n_pairable` (units that both coded), `alpha` with its bounds `low` and
        `high`, `kappa` (Cohen's; NaN for sets of codes), `percent_agreement` (a share), `note`.
        Sorted by coder; NaN where two coders share no unit.

    Raises
    ------
    FramingError
        As `alpha`.

    Examples
    --------
    >>> codes = pd.DataFrame({"claim_id": [1, 2, 3, 4] * 2, "coder": ["Ann"] * 4 + ["Ben"] * 4,
    ...                       "code": ["aid", "aid", "war", "war", "aid", "war", "war", "war"]})
    >>> shown = ["coder", "other", "n_pairable", "alpha", "kappa", "percent_agreement"]
    >>> pairs(codes)[shown].round(2)
      coder other  n_pairable  alpha  kappa  percent_agreement
    0   Ann   Ben           4   0.53    0.5               0.75
    """
    check_level(level)
    codings = read_codings(codes, unit=unit, coder=coder, value=value, cluster=cluster)
    scaled = to_scale(codings.entries, scale=scale, distance=distance)
    what = "unit" if cluster is None else "cluster"
    rows = [
        _compare(codings, scaled, two, what=what, level=level, sets=distance is not None)
        for two in combinations(range(len(codings.coders)), 2)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _compare(
    codings: Codings, scaled: Scaled, two: tuple[int, int], *, what: str, level: float, sets: bool
) -> dict[str, Any]:
    """The row of two coders, named by their places."""
    own = np.isin(codings.coder, two)
    found = coincidences(
        codings.unit[own],
        scaled.values[own],
        scaled.gaps,
        n_values=scaled.n_values,
        clusters=codings.clusters,
    )
    both = alpha_interval(found, level=level, what=what)
    table = cross_table(codings, scaled, *two)
    kappa = no_interval("kappa needs one code per unit") if sets else cohen_of_table(table, level)
    notes = dict.fromkeys([both.note, kappa.note if np.isnan(kappa.low) else ""])
    return {
        "coder": codings.coders[two[0]],
        "other": codings.coders[two[1]],
        "n_pairable": found.n_pairable,
        "alpha": both.estimate,
        "low": both.low,
        "high": both.high,
        "kappa": kappa.estimate,
        "percent_agreement": float(np.trace(table) / table.sum()) if table.sum() else np.nan,
        "note": "; ".join(filter(None, notes)),
    }
