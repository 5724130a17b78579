"""The table of codes: one row per unit and coder, checked and brought into order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem, unknown_value

__all__ = ["Codings", "Ints", "read_codings", "wide_to_codes"]

Ints: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Codings:
    """Who coded which unit how, sorted by unit, then coder; made by `read_codings`.

    Attributes
    ----------
    entries : Series, shape (n_codings,)
        The codes; none is missing.
    unit, coder : ndarray of int, shape (n_codings,)
        Places in `units` and `coders`.
    units, coders : list
        Sorted; those with at least one code.
    clusters : ndarray of int, shape (n_units,)
        The cluster of each unit; the unit itself where no column was named.
    set_aside : dict
        Rows without a code, counted.
    """

    entries: pd.Series[Any]
    unit: Ints
    coder: Ints
    units: list[Any]
    coders: list[Any]
    clusters: Ints
    set_aside: dict[str, int]


def read_codings(
    codes: pd.DataFrame, *, unit: str, coder: str, value: str, cluster: str | None = None
) -> Codings:
    """Check a table of codes and sort it.

    Raises
    ------
    FramingError
        If a column is missing, a code has no unit, coder or cluster, a coder coded a unit twice,
        or a unit lies in two clusters.
    """
    keys = [unit, coder, *([cluster] if cluster else [])]
    for name in (*keys, value):
        if name not in codes.columns:
            raise unknown_value("a column of codes", name, codes.columns)
    coded = codes[value].notna()
    rows = codes.loc[coded]
    for name in keys:
        _refuse_missing(rows, name)
    _refuse_twice(rows, unit, coder)
    units, unit_names = pd.factorize(rows[unit], sort=True)
    coders, coder_names = pd.factorize(rows[coder], sort=True)
    order = np.lexsort((coders, units))
    return Codings(
        entries=_plain_lists(rows[value].iloc[order].reset_index(drop=True)),
        unit=units[order],
        coder=coders[order],
        units=list(unit_names),
        coders=list(coder_names),
        clusters=_clusters(rows, unit, cluster, units, len(unit_names)),
        set_aside={"rows without a code": int((~coded).sum())},
    )


def wide_to_codes(
    wide: pd.DataFrame, *, unit: str = "claim_id", coders: Sequence[str] | None = None
) -> pd.DataFrame:
    """Bring a table with one column per coder into the form in which codes are kept.

    Parameters
    ----------
    wide : DataFrame, shape (n_units, n_coders)
        Cells are codes, lists of codes, or missing. Units are the column `unit` where there is
        one, else the index. A table with coders in rows has to be turned first (``wide.T``):
        nothing in the numbers would show that it was not.
    unit : str, default "claim_id"
    coders : sequence of str, optional
        Columns that hold codes; by default all but `unit`.

    Returns
    -------
    DataFrame
        `claim_id` (or `unit`), `coder`, `code`: one row per unit and coder, missing codes kept.

    Raises
    ------
    FramingError
        If a column of `coders` is missing.

    Examples
    --------
    >>> wide = pd.DataFrame({"Ann": ["aid", "cost"], "Ben": ["aid", None]}, index=["c1", "c2"])
    >>> wide_to_codes(wide)
      claim_id coder  code
    0       c1   Ann   aid
    1       c2   Ann  cost
    2       c1   Ben   aid
    3       c2   Ben   NaN
    """
    table = wide if unit in wide.columns else wide.rename_axis(index=unit).reset_index()
    chosen = [name for name in table.columns if name != unit] if coders is None else list(coders)
    for name in chosen:
        if name not in table.columns:
            raise unknown_value("a column of codes", name, table.columns)
    return table.melt(id_vars=[unit], value_vars=chosen, var_name="coder", value_name="code")


def _refuse_missing(rows: pd.DataFrame, name: str) -> None:
    missing = rows.index[rows[name].isna()].tolist()
    if missing:
        raise problem(
            f"a value of {name!r} for every code",
            f"none in rows {listing(missing)}",
            "Fill it in, or leave these rows out",
        )


def _refuse_twice(rows: pd.DataFrame, unit: str, coder: str) -> None:
    twice = rows.loc[rows.duplicated([unit, coder]), [unit, coder]].drop_duplicates()
    if len(twice):
        named = [f"{row[0]} by {row[1]}" for row in twice.itertuples(index=False, name=None)]
        raise problem(
            f"one row per {unit} and {coder}",
            f"several for {listing(named)}",
            "Keep one of them; several codes of a coder go into one cell, as a list",
        )


def _plain_lists(entries: pd.Series[Any]) -> pd.Series[Any]:
    """Lists that came back from Parquet as arrays become lists again."""
    if entries.dtype != object:
        return entries
    return entries.map(lambda entry: entry.tolist() if isinstance(entry, np.ndarray) else entry)


def _clusters(
    rows: pd.DataFrame, unit: str, cluster: str | None, units: Ints, n_units: int
) -> Ints:
    """Place of each unit's cluster."""
    if cluster is None:
        return np.arange(n_units)
    split = rows.groupby(unit, sort=True)[cluster].nunique()
    if (split > 1).any():
        raise problem(
            f"every {unit} in one {cluster}",
            f"several for {listing(split.index[split > 1].tolist())}",
            f"Correct the column {cluster!r}",
        )
    found = np.zeros(n_units, dtype=np.intp)
    found[units] = pd.factorize(rows[cluster], sort=True)[0]
    return found
