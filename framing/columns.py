"""Columns that a function needs of the claims."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from framing.errors import listing, problem, unknown_value

__all__ = ["check_columns"]


def check_columns(
    claims: pd.DataFrame, names: Iterable[str], *, cluster: str | None = None
) -> None:
    """Refuse claims that lack a column, or that have no value in the column of clusters.

    Raises
    ------
    FramingError
        If a column is missing, or a claim has no cluster.

    Examples
    --------
    >>> claims = pd.DataFrame({"voice": ["nato", "us"], "doc_id": ["a", None]})
    >>> check_columns(claims, ["voice"], cluster="doc_id")
    Traceback (most recent call last):
    framing.errors.FramingError: Expected a value of 'doc_id' for every claim; got none in rows 1.
    Fill it in, or leave these claims out.
    """
    for name in (*names, *([] if cluster is None else [cluster])):
        if name not in claims.columns:
            raise unknown_value("a column of claims", name, claims.columns)
    if cluster is None:
        return
    missing = claims.index[claims[cluster].isna()].tolist()
    if missing:
        raise problem(
            f"a value of {cluster!r} for every claim",
            f"none in rows {listing(missing)}",
            "Fill it in, or leave these claims out",
        )
