"""Which two groups of claims are compared: a choice of two, or one against the rest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from framing.columns import check_columns
from framing.errors import listing, problem, unknown_value
from framing.labels import Labels
from framing.prevalence.counts import Counts, Denied, Estimand, Group, count_claims

__all__ = ["two_groups"]

_REST = "rest"


def two_groups(
    labels: Labels,
    claims: pd.DataFrame,
    between: str,
    groups: tuple[Any, Any] | None,
    *,
    cluster: str,
    denied: Denied,
    estimand: Estimand,
) -> tuple[Counts, Group, Group]:
    """Count the claims of the two groups to compare; `difference` documents the parameters.

    Returns
    -------
    counted : Counts
        Of all groups, or of the first and the rest.
    a, b : Group

    Raises
    ------
    FramingError
        If the choice is not of two groups that hold labelled claims.
    """
    check_columns(claims, [between])
    present = sorted(claims[between].dropna().unique().tolist(), key=str)
    a, b = _chosen(groups, present, between)
    if b == _REST and _REST not in present:
        column = claims[between].astype(object)
        claims = claims.assign(**{between: column.where(column.isna() | column.isin([a]), _REST)})
    counted = count_claims(
        labels, claims, by=between, cluster=cluster, denied=denied, estimand=estimand
    )
    found = {group.key[0]: group for group in counted.groups}
    empty = [name for name in (a, b) if name not in found]
    if empty:
        raise problem(
            f"labelled claims of both groups in {between!r}",
            f"none of {listing(empty)}",
            f"Choose among the groups with labels: {listing([*found], limit=20)}",
        )
    return counted, found[a], found[b]


def _chosen(groups: tuple[Any, Any] | None, present: list[Any], between: str) -> tuple[Any, Any]:
    """The two groups to compare."""
    if groups is None:
        if len(present) != 2:
            raise problem(
                f"two groups in {between!r}, or a choice of two",
                f"{len(present)}: {listing(present, limit=20)}",
                "Choose with groups=(first, second), or groups=(first, 'rest')",
            )
        return present[0], present[1]
    if isinstance(groups, str) or len(groups) != 2 or groups[0] == groups[1]:
        raise problem(
            "two different groups",
            repr(groups),
            f"Choose two of {listing(present, limit=20)}; the second may be 'rest'",
        )
    for name, allowed in zip(groups, (present, [*present, _REST]), strict=True):
        if name not in allowed:
            raise unknown_value("a group", name, allowed)
    return groups
