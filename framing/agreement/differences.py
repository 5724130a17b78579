"""`disagreements`: the claims on which coders differ, to read and talk about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.agreement.codes import Codings, read_codings
from framing.agreement.coincidences import value_counts
from framing.agreement.scales import Distance, Scale, Scaled, to_scale
from framing.columns import check_columns
from framing.errors import listing, problem
from framing.prevalence.counts import Floats

__all__ = ["disagreements"]

_SHOWN = ("doc_id", "start", "end", "voice", "text")


def disagreements(
    codes: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    scale: Scale = "nominal",
    distance: Distance | None = None,
    unit: str = "claim_id",
    coder: str = "coder",
    value: str = "code",
) -> pd.DataFrame:
    """List the claims on which coders differ, those they differ on most first.

    Disagreement is not error: a claim at the top may show that a definition in the codebook is
    unclear, or that the text is.

    Parameters
    ----------
    codes : DataFrame, shape (n_codings, ...)
        As for `alpha`.
    claims : DataFrame, shape (n_claims, ...)
        With a column `claim_id` (or `unit`), once per claim.
    scale, distance, unit, coder, value
        As for `alpha`.

    Returns
    -------
    DataFrame
        One row per unit: `claim_id` (or `unit`), `disagreement`, `doc_id, start, end, voice,
        text` where claims have them, then each coder's code in a column of that name (missing
        where not coded). `disagreement` is the mean distance over pairs of coders: for names the
        share of pairs that differ; between 0 and 1 for names and sets, unbounded otherwise.

    Raises
    ------
    FramingError
        If a coded unit on which coders differ is not among the claims, a claim is listed twice,
        or a coder bears the name of another column; else as for `alpha`.

    Examples
    --------
    >>> codes = pd.DataFrame({"claim_id": ["c1", "c2", "c1", "c2"],
    ...                       "coder": ["Ann", "Ann", "Ben", "Ben"],
    ...                       "code": ["aid", "cost", "aid", "talks"]})
    >>> claims = pd.DataFrame({"claim_id": ["c1", "c2"], "text": ["Aid came.", "Talks cost time."]})
    >>> disagreements(codes, claims)
      claim_id  disagreement              text   Ann    Ben
    0       c2           1.0  Talks cost time.  cost  talks
    """
    codings = read_codings(codes, unit=unit, coder=coder, value=value)
    scaled = to_scale(codings.entries, scale=scale, distance=distance)
    differs = _mean_distances(codings, scaled)
    places = np.flatnonzero(differs > 0)
    places = places[np.argsort(-differs[places].round(12), kind="stable")]  # units are sorted
    named = [codings.units[place] for place in places]
    shown = _rows_of_claims(claims, named, unit)
    table = pd.DataFrame({unit: named, "disagreement": differs[places]})
    table = pd.concat([table, shown], axis=1)
    for name, column in _columns_of_coders(codings).items():
        if name in table.columns:
            raise problem(
                "coders whose names differ from the other columns", repr(name), "Rename the coder"
            )
        table[name] = [column.get(int(place)) for place in places]
    return table


def _mean_distances(codings: Codings, scaled: Scaled) -> Floats:
    """Mean distance over pairs of codes of each unit; 0 with fewer than two."""
    n_units = len(codings.units)
    counts = value_counts(codings.unit, scaled.values, n_units, scaled.n_values)
    n_codes = np.asarray(counts.sum(axis=1))
    gaps = scaled.gaps
    if gaps is None:
        total = np.asarray(counts[np.flatnonzero(n_codes >= 2)].sum(axis=0))
        ranks = np.cumsum(total) - total / 2
        gaps = (ranks[:, None] - ranks) ** 2
    sums = np.asarray(counts.multiply(counts @ gaps).sum(axis=1)).ravel()
    n_pairs = n_codes * (n_codes - 1)
    found: Floats = np.divide(sums, n_pairs, out=np.zeros(n_units), where=n_pairs > 0)
    return found


def _rows_of_claims(claims: pd.DataFrame, named: list[Any], unit: str) -> pd.DataFrame:
    """What there is to show of each claim, in the order asked."""
    check_columns(claims, [unit])
    twice = claims.loc[claims[unit].duplicated(), unit].unique().tolist()
    if twice:
        raise problem(
            f"each {unit} once among the claims", f"twice {listing(twice)}", "Keep one row of each"
        )
    known = set(claims[unit])
    strange = [name for name in named if name not in known]
    if strange:
        raise problem(
            "codes of these claims",
            f"codes of {listing(strange)}, which are not among them",
            "Pass the claims that were coded",
        )
    columns = [name for name in _SHOWN if name in claims.columns and name != unit]
    return claims.set_index(unit)[columns].loc[named].reset_index(drop=True)


def _columns_of_coders(codings: Codings) -> dict[Any, dict[int, Any]]:
    """Each coder's codes by the place of the unit."""
    columns: dict[Any, dict[int, Any]] = {name: {} for name in codings.coders}
    rows = zip(codings.unit, codings.coder, codings.entries, strict=True)
    for place, who, entry in rows:
        columns[codings.coders[who]][int(place)] = entry
    return columns
