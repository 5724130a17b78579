"""`over_time`: shares of labels in each week, month or other period, with intervals by cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.dates import read_dates
from framing.errors import problem, unknown_value
from framing.labels import Labelled, Labels
from framing.prevalence.counts import ESTIMANDS, Counts, Denied, Estimand, count_claims
from framing.prevalence.estimates import aside_sentence, check_level, scope_sentences
from framing.prevalence.measures import MEASURES, measures
from framing.results import Result, versions

__all__ = ["Every", "Periods", "over_time"]

Every: TypeAlias = Literal["day", "week", "month", "quarter", "year"]

# Periods as runs of days or months since 1970: numpy's unit, how many, and the shift that makes
# weeks begin on Monday (1 January 1970 was a Thursday).
_STEPS = {
    "day": ("D", 1, 0),
    "week": ("D", 7, 3),
    "month": ("M", 1, 0),
    "quarter": ("M", 3, 0),
    "year": ("M", 12, 0),
}
_MOST_PERIODS = 20_000  # more than 50 years of days: beyond it stands a slip in a date


class Periods(Result):
    """Shares of labels by period; returned by `over_time`."""

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        groups = f" and {', '.join(s['by'])}" if s["by"] else ""
        span = (
            f" The dates run from {s['span'][0]} to {s['span'][1]}, so the first and the last"
            f" {s['every']} may be incomplete."
            if s["span"]
            else ""
        )
        return (
            f"Shares in {s['n_claims']:,} claims by {s['every']}{groups}"
            f"{', asserted and denied claims apart' if s['denied'] == 'apart' else ''}; estimand:"
            f" {ESTIMANDS[s['estimand']]}.{span} Every {s['every']} is estimated by itself: nothing"
            " is smoothed, and no change is tested or dated. Intervals"
            f" ({s['level']:.0%}) are logit-t with linearised standard errors clustered by"
            f" {s['cluster']}, Clopper-Pearson's on clusters where a label is absent or universal;"
            " they hold for one period at a time, not for all of them"
            f" together.{scope_sentences(s)} {aside_sentence(s)}"
            f" framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        groups = f" and {', '.join(s['by'])}" if s["by"] else ""
        return (
            f"Shares by {s['every']}{groups}: {s['n_claims']:,} claims in {s['n_periods']:,}"
            f" periods, {s['level']:.0%} intervals clustered by {s['cluster']}"
        )


def over_time(
    labels: Labels,
    claims: pd.DataFrame,
    *,
    date: str = "date",
    by: str | Sequence[str] | None = "voice",
    cluster: str,
    every: Every = "month",
    estimand: Estimand = "claims",
    denied: Denied = "apart",
    level: float = 0.95,
) -> Periods:
    """Compute the share of each group's claims that carries each label, period by period.

    Every period is estimated by itself from the claims dated in it. Nothing is smoothed, and no
    turning point is claimed: a peak may be noise, and of twenty intervals about one misses. A
    share also moves when other outlets enter the corpus, when one story fills a week, or when
    everything else falls: read it beside the number of claims, and compare outlets held apart
    (`by`). Two periods are compared by `difference`.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        As for `framing.shares`.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `date`, `by` and `cluster`, row for row with `labels`.
    date : str, default "date"
        Datetimes, dates, or strings that `framing.read` understands; what has a time zone is
        turned into UTC. A month or a year alone is no date.
    by : str or sequence of str, optional, default "voice"
        The grouping columns; None takes all claims together.
    cluster : str
        The column of independent units, usually ``"doc_id"``.
    every : {"day", "week", "month", "quarter", "year"}, default "month"
        Weeks begin on Monday.
    estimand : {"claims", "documents", "containing"}, default "claims"
    denied : {"apart", "together"}, default "apart"
    level : float, default 0.95
        Confidence level of each interval, between 0 and 1.

    Returns
    -------
    Periods
        Its `table` has the grouping columns, `period` (its first day), `label`, `denied` (if
        apart), `estimate`, `low`, `high`, `method`, `n_documents`, `n_claims`, `n_clusters`,
        `count` and `note`. All groups have a row for every period between the first and the last
        of them; where a group says nothing, `estimate` is NaN, `n_claims` 0 and the note
        "no claims". Claims without a date are counted in ``settings["set_aside"]``.

    Raises
    ------
    FramingError
        If a column is missing or called "period", a date cannot be read or reads in two ways, no
        claim has a date, the dates span more than 20,000 periods, or as in `framing.shares`.

    See Also
    --------
    framing.shares : the same shares without time.
    framing.plots.over_time : draws them with their denominators.

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": ["a", "b", "c", "d"], "date": ["2023-04-17",
    ...     "2023-04-20", "2023-04-20", "2023-05-02"]})
    >>> found = over_time(["aid", "aid", "cost", "aid"], claims, by=None, cluster="doc_id",
    ...     every="week")
    >>> found.table.loc[found.table["label"] == "aid", ["period", "estimate", "n_claims", "note"]]
          period  estimate  n_claims                               note
    0 2023-04-17  0.666667         3  only 3 clusters: a rough guide
    2 2023-04-24       NaN         0                        no claims
    4 2023-05-01  1.000000         1       one cluster: no interval
    """
    check_level(level)
    keys = [] if by is None else [by] if isinstance(by, str) else list(by)
    _check(claims, date, keys, cluster, every)
    moments, zoned = read_dates(claims[date])
    dated = ~np.isnat(moments)
    if len(claims) and not dated.any():
        raise problem(
            f"dates in {date!r}", f"none in {len(claims):,} claims", "Name the column of the dates"
        )
    entries, kept = _dated(labels, claims, dated)
    unit, length, shift = _STEPS[every]
    # Periods are counted from 1970 on while claims are grouped, and named by their day afterwards.
    number = (moments[dated].astype(f"datetime64[{unit}]").astype(np.int64) + shift) // length
    kept = kept.assign(period=number if len(kept) == len(number) else -1)
    counted = count_claims(
        entries, kept, by=[*keys, "period"], cluster=cluster, denied=denied, estimand=estimand
    )
    numbers = _numbers(counted, every)
    starts = (numbers * length - shift).astype(f"datetime64[{unit}]").astype("datetime64[us]")
    days = moments[dated].astype("datetime64[D]")
    settings = counted.settings | {
        "by": keys,
        "date": date,
        "every": every,
        "n_periods": len(numbers),
        "span": (str(days.min()), str(days.max())) if days.size else None,
        "zoned": zoned,
        "set_aside": _set_aside(counted, keys, int((~dated).sum())),
        "level": level,
        "versions": versions("numpy", "scipy"),
    }
    records = _records(counted, numbers, starts, level)
    names = [*counted.columns[0]] if counted.columns else ["label"]
    table = pd.DataFrame(records, columns=[*keys, "period", *names, *MEASURES])
    return Periods(table, settings)


def _check(claims: pd.DataFrame, date: str, keys: list[str], cluster: str, every: str) -> None:
    if every not in _STEPS:
        raise unknown_value("every", every, _STEPS)
    check_columns(claims, [date])
    if "period" in (*keys, cluster):
        raise problem(
            "columns not called 'period'", f"by={keys}, cluster={cluster!r}",
            "Rename it: the result has a column of that name",
        )  # fmt: skip


def _dated(
    labels: Labels, claims: pd.DataFrame, dated: npt.NDArray[np.bool_]
) -> tuple[list[Any], pd.DataFrame]:
    """Labels and claims that have a date; labels of another length stay for `count_claims`."""
    entries = list(labels.labels) if isinstance(labels, Labelled) else list(labels)
    if len(entries) != len(claims):
        return entries, claims
    return [entry for entry, kept in zip(entries, dated, strict=True) if kept], claims[dated]


def _numbers(counted: Counts, every: str) -> npt.NDArray[np.int64]:
    """All periods from the first with a claim to the last, as whole numbers."""
    found = [group.key[-1] for group in counted.groups]
    if not found:
        return np.empty(0, dtype=np.int64)
    first, last = int(min(found)), int(max(found))
    if last - first >= _MOST_PERIODS:
        unit, length, shift = _STEPS[every]
        ends = (np.array([first, last]) * length - shift).astype(f"datetime64[{unit}]")
        raise problem(
            f"at most {_MOST_PERIODS:,} periods",
            f"{last - first + 1:,}, from {ends[0]} to {ends[1]}",
            "Correct the outermost dates, or choose longer periods",
        )
    return np.arange(first, last + 1)


def _set_aside(counted: Counts, keys: list[str], undated: int) -> dict[str, int]:
    """What was left out, claims without a date first."""
    rest = dict(counted.settings["set_aside"])
    if not keys:
        rest.pop("labelled claims without a value in period", None)  # they all have one
    named = {reason.removesuffix(", period"): n for reason, n in rest.items()}
    return {"claims without a date": undated, **named}


def _records(
    counted: Counts, numbers: npt.NDArray[np.int64], starts: npt.NDArray[Any], level: float
) -> list[dict[str, Any]]:
    """One row per group, period and label, whether or not the group says anything then."""
    groups = {group.key: group for group in counted.groups}
    records = []
    for key in sorted({group.key[:-1] for group in counted.groups}):
        for number, start in zip(numbers.tolist(), starts, strict=True):
            group = groups.get((*key, number))
            place = dict(zip(counted.by, (*key, start), strict=True))
            for j, column in enumerate(counted.columns):
                records.append(place | column | measures(group, j, level=level))
    return records
