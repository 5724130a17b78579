"""`corrected_difference`: how far two groups differ, each corrected with its own human codes."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from framing.correct.coding import Coding, Human, Inclusion, Machine, Rows
from framing.correct.estimates import groups_of, settings_of, side_by_side
from framing.correct.intervals import Estimate, check_method, corrected_share
from framing.correct.result import Corrected
from framing.errors import listing, problem, unknown_value
from framing.prevalence.estimates import check_level
from framing.prevalence.intervals import newcombe_bounds

__all__ = ["corrected_difference"]

Unbiased: TypeAlias = Literal["ppi++", "dsl", "codes"]
_COUNTS = ["n_coded", "n_documents", "n_claims", "n_clusters", "n_coded_clusters"]
_COLUMNS = [
    "label", "a", "b", "share_a", "share_b", "naive", "estimate", "low", "high", "method", "df",
    "lambda_a", "lambda_b", *(f"{count}_{side}" for count in _COUNTS for side in "ab"), "note",
]  # fmt: skip


def corrected_difference(
    machine: Machine,
    human: Human,
    claims: pd.DataFrame,
    *,
    between: str,
    groups: tuple[Any, Any],
    cluster: str,
    code: str = "code",
    inclusion: Inclusion = "inclusion",
    method: Unbiased = "ppi++",
    level: float = 0.95,
) -> Corrected:
    """Estimate how far two groups differ in each code's share, though the machine errs.

    A machine that errs more in one group than in the other makes up a difference, or hides one;
    therefore each group is corrected with its own codes, and a group without codes is refused.
    Variances add up, less what the groups share through documents that hold claims of both. It
    misleads where few documents hold coded claims of a group; the note says so.

    Parameters
    ----------
    machine, human, claims, cluster, code, inclusion, level
        As in `corrected_shares`.
    between : str
        The column of claims that tells the groups apart, such as ``"voice"``.
    groups : tuple of two values
        The difference is the first group's share less the second's.
    method : {"ppi++", "dsl", "codes"}, default "ppi++"
        There is no adjusted count: it would take both groups' errors to be the same.

    Returns
    -------
    Corrected
        Its `table` has `label`, the groups `a` and `b`, their corrected shares `share_a` and
        `share_b`, `naive` (the machine's difference alone), `estimate`, `low`, `high`, `method`,
        `df` (Welch's, from coded clusters), `lambda_a`, `lambda_b`, the counts of
        `corrected_shares` for either group, and `note`. Where all codes of a group are alike, the
        bounds are Newcombe's, from the intervals of the two shares.

    Raises
    ------
    FramingError
        As `corrected_shares`; also if a group does not occur or has no human codes.

    References
    ----------
    As for `corrected_shares`.

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": [i // 2 for i in range(80)],
    ...                        "voice": ["nato"] * 40 + ["un"] * 40})
    >>> machine = ["aid" if i % 4 < 2 else "war" for i in range(80)]
    >>> human = [("aid" if i % 4 < 1 + (i > 39) else "war") if i % 3 == 0 else None
    ...          for i in range(80)]
    >>> result = corrected_difference(machine, human, claims, between="voice",
    ...     groups=("nato", "un"), cluster="doc_id", inclusion=None)
    >>> result.table[["label", "a", "b", "naive", "estimate", "low", "high"]].round(2)
      label     a   b  naive  estimate   low  high
    0   aid  nato  un    0.0     -0.22 -0.56  0.13
    1   war  nato  un    0.0      0.22 -0.13  0.56
    """
    check_level(level)
    check_method(method, ("ppi++", "dsl", "codes"))
    pair, coding = side_by_side(
        machine, human, claims, [between], cluster, code=code, inclusion=inclusion, method=method
    )
    found = {key[0]: members for key, members in groups_of(coding, [between])}
    sides = [_members(found, group, between, coding) for group in _two(groups)]
    designs = [coding.design(members) for members in sides]
    counts = {
        f"{name}_{side}": value
        for side, members, design in zip("ab", sides, designs, strict=True)
        for name, value in coding.counts(members, design).items()
    }
    records = []
    for j, name in enumerate(pair.names):
        a, b = (
            corrected_share(
                pair.machine[members, j],
                pair.human[members, j],
                design,
                method=method,
                level=level,
            )
            for members, design in zip(sides, designs, strict=True)
        )
        naive = [float(pair.machine[members, j].mean()) for members in sides]
        records.append(
            {"label": name, "a": groups[0], "b": groups[1], "naive": naive[0] - naive[1]}
            | {"share_a": a.estimate, "share_b": b.estimate}
            | {"lambda_a": a.tuning, "lambda_b": b.tuning}
            | _less(a, b, groups, level)
            | counts
        )
    settings = settings_of(pair, coding, method, level) | {
        "by": [between],
        "groups": list(groups),
        "quantity": "difference",
    }
    return Corrected(pd.DataFrame(records, columns=_COLUMNS), settings)


def _two(groups: tuple[Any, Any]) -> tuple[Any, Any]:
    if isinstance(groups, str) or len(groups) != 2 or groups[0] == groups[1]:
        raise problem("two different groups", repr(groups), "Name the first, then the second")
    return groups


def _members(found: dict[Any, Rows], group: Any, between: str, coding: Coding) -> Rows:
    if group not in found:
        raise unknown_value(f"a value of {between}", group, found)
    if not coding.coded[found[group]].any():
        coded = [key for key, members in found.items() if coding.coded[members].any()]
        raise problem(
            f"human codes in both groups of {between}",
            f"none for {group!r} (there are some for {listing(coded) or 'no group'})",
            "Code a sample of it: how the machine errs in one group says nothing of the other",
        )
    return found[group]


def _less(a: Estimate, b: Estimate, groups: tuple[Any, Any], level: float) -> dict[str, Any]:
    """The first estimate less the second, with its interval."""
    from scipy.stats import t as student

    named = zip(groups, (a, b), strict=True)
    note = "; ".join(f"{group}: {found.note}" for group, found in named if found.note)
    estimate = a.estimate - b.estimate
    if a.sums is None or b.sums is None:
        low, high = newcombe_bounds(a, b)
        method = "none" if np.isnan(low) else "Newcombe"
        df = np.nan
    else:
        parts = float(a.sums @ a.sums), float(b.sums @ b.sums)
        df = sum(parts) ** 2 / (parts[0] ** 2 / a.df + parts[1] ** 2 / b.df)
        apart = a.sums - b.sums  # clusters with claims of both groups count once
        half = float(student.ppf((1 + level) / 2, df) * np.sqrt(apart @ apart))
        low, high, method = estimate - half, estimate + half, a.method
    return {
        "estimate": estimate, "low": low, "high": high, "method": method, "df": df, "note": note,
    }  # fmt: skip
