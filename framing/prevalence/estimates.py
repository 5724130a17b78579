"""How often a label occurs in each group of claims, with intervals that respect the document."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.labels import Labels, Membership, membership
from framing.results import table_html, versions

__all__ = ["Interval", "Shares", "logit_t_interval", "shares"]

FEW_CLUSTERS = 5  # below this many, the logit-t interval is a rough guide (simulated: .92 at 5)


@dataclass(frozen=True)
class Interval:
    """A share with its interval.

    Attributes
    ----------
    estimate, low, high : float
        Shares between 0 and 1; `low` and `high` are NaN where no interval can be had.
    se : float
        Linearised cluster standard error of the share; NaN with one cluster.
    method : str
        ``"logit-t"``, ``"Clopper-Pearson on clusters"`` or ``"none"``.
    note : str
        Why there is no interval, or why it should be read with care; empty otherwise.
    """

    estimate: float
    low: float
    high: float
    se: float
    method: str
    note: str


@dataclass(frozen=True, repr=False)
class Shares:
    """Shares of labels by group; returned by `shares`.

    Attributes
    ----------
    table : DataFrame
        One row per group and label (see `shares`).
    settings : mapping
        How the table was made, with what was set aside and the versions.
    """

    table: pd.DataFrame
    settings: Mapping[str, Any]

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        conditional = (
            " The intervals are conditional on the outlets in the corpus: they do not speak for"
            " outlets that were not sampled."
            if s["conditional_on_outlets"]
            else ""
        )
        return (
            f"Shares of {s['n_claims']:,} claims by {', '.join(s['by'])}"
            f"{', asserted and denied claims apart' if s['denied'] == 'apart' else ''}, estimated"
            " as ratios of counts (every claim weighs the same). Intervals"
            f" ({s['level']:.0%}) are logit-t with linearised standard errors clustered by"
            f" {s['cluster']} (t with clusters - 1 degrees of freedom); where a label occurs in"
            " no claim of a group, or in all of them, the bound is Clopper-Pearson's with the"
            f" clusters as trials.{conditional}"
            f" Set aside: {aside or 'nothing'}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Shares by {', '.join(s['by'])}: {s['n_claims']:,} claims, "
            f"{s['level']:.0%} intervals clustered by {s['cluster']}"
        )

    def _repr_html_(self) -> str:
        return table_html(self.table, caption=repr(self))


def shares(
    labels: Labels,
    claims: pd.DataFrame,
    *,
    by: str | Sequence[str] = "voice",
    cluster: str,
    denied: Literal["apart", "together"] = "apart",
    level: float = 0.95,
) -> Shares:
    """Compute how large a share of each group's claims carries each label.

    The share is the number of claims with the label over *all* labelled claims of the group (the
    micro estimand: a long document weighs more than a short one). Intervals treat the clusters,
    not the claims, as the sample, since claims of one document are alike. They mislead where
    documents copy one another (cluster by story then), and they speak only for the outlets at
    hand when the clusters are documents.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        Patterns, codes, or lists of codes (then shares need not add up to 1). Label -1 means set
        aside by `discover` and keeps a row of its own; a missing label means never coded and is
        left out of the denominator and counted.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `by` and `cluster`, row for row with `labels`.
    by : str or sequence of str, default "voice"
        The grouping columns.
    cluster : str
        The column of independent units, usually ``"doc_id"``; there is no default because the
        intervals depend on it.
    denied : {"apart", "together"}, default "apart"
        With ``"apart"``, and where claims have a column `denied`, asserting a claim and denying
        it are counted in separate rows over the same denominator.
    level : float, default 0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    Shares
        Its `table` has the grouping columns, `label`, `denied` (if apart), `estimate`, `low`,
        `high`, `method`, `n_documents`, `n_claims` (the denominator), `n_clusters`, `count` (the
        numerator) and `note`. NaN bounds have their reason in `note`.

    Raises
    ------
    FramingError
        If a column is missing, labels and claims differ in length, the level is not between 0
        and 1, or a claim has no cluster.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources, 50(2), 317-372. https://doi.org/10.3368/jhr.50.2.317
    Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts. Survey Methodology, 24, 193-201 (the logit interval).

    Examples
    --------
    >>> claims = pd.DataFrame({"voice": ["nato"] * 6, "doc_id": ["a", "a", "b", "b", "c", "c"]})
    >>> result = shares(["aid", "aid", "aid", "war", "war", "war"], claims, cluster="doc_id")
    >>> result.table[["voice", "label", "estimate", "low", "high", "n_claims"]].round(2)
      voice label  estimate   low  high  n_claims
    0  nato   aid       0.5  0.01  0.99         6
    1  nato   war       0.5  0.01  0.99         6
    """
    keys = [by] if isinstance(by, str) else list(by)
    _check(claims, keys, cluster, denied, level)
    members = membership(labels, len(claims))
    grouped = claims[keys].notna().all(axis=1).to_numpy()
    kept = members.labelled & grouped
    rows = claims.loc[kept].reset_index(drop=True)
    apart = denied == "apart" and "denied" in claims.columns
    columns = _columns(members, kept, rows["denied"] if apart else None)
    outlets = claims["outlet"].nunique() if "outlet" in claims.columns else 0
    settings = {
        "by": keys,
        "cluster": cluster,
        "denied": "apart" if apart else "together",
        "level": level,
        "n_claims": int(kept.sum()),
        "multi_label": members.multi,
        "set_aside": {
            "claims without a label": int((~members.labelled).sum()),
            f"labelled claims without a value in {', '.join(keys)}": int(
                (members.labelled & ~grouped).sum()
            ),
        },
        "conditional_on_outlets": outlets > 1 and "outlet" not in (cluster, *keys),
        "versions": versions("numpy", "scipy"),
    }
    records = [
        record
        for group, index in sorted(rows.groupby(keys, sort=True).indices.items())
        for record in _group_rows(group, np.asarray(index), keys, rows, cluster, columns, level)
    ]
    names = [*keys, *columns[0].key, *_MEASURES] if columns else [*keys, "label", *_MEASURES]
    return Shares(pd.DataFrame(records, columns=names), settings)


def logit_t_interval(
    counts: npt.ArrayLike, sizes: npt.ArrayLike, *, level: float = 0.95
) -> Interval:
    """Compute a share over clusters of claims, with its logit-t interval.

    Parameters
    ----------
    counts, sizes : array_like, shape (n_clusters,)
        Claims with the label, and all claims, in each cluster; clusters of size 0 do not count.
    level : float, default 0.95

    Returns
    -------
    Interval
        With the bounds ``expit(logit(p) +- t * se / (p (1 - p)))``, `t` having n_clusters - 1
        degrees of freedom. At p = 0 or 1 the bound is Clopper-Pearson's with clusters as trials;
        with one cluster, or no spread between clusters, the bounds are NaN and `note` says why.

    Raises
    ------
    FramingError
        If no cluster holds a claim, or a count is not between 0 and its size.

    Examples
    --------
    >>> found = logit_t_interval([4, 1, 3, 2], [10, 5, 8, 12])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.286, 0.125, 0.529)
    """
    from scipy.special import expit, logit
    from scipy.stats import t as student

    k, n = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    if np.any((k < 0) | (k > n)):
        bad = np.flatnonzero((k < 0) | (k > n))
        raise problem(
            "counts between 0 and the size of their cluster",
            listing(bad.tolist()),
            "These are the positions of the clusters; count again",
        )
    k, n = k[n > 0], n[n > 0]
    if not n.size:
        raise problem("at least one cluster with a claim", "none", "Leave empty groups out")
    n_clusters, tail = n.size, (1 - level) / 2
    p = float(k.sum() / n.sum())
    if n_clusters == 1:
        return Interval(p, np.nan, np.nan, np.nan, "none", "one cluster: no interval")
    se = _cluster_se(k, n, p)
    few = f"only {n_clusters} clusters: a rough guide" if n_clusters < FEW_CLUSTERS else ""
    if p in (0.0, 1.0):
        reach = tail ** (1 / n_clusters)
        low, high = (0.0, 1 - reach) if p == 0 else (reach, 1.0)
        note = "; ".join(
            filter(None, ["in none of the claims" if p == 0 else "in all claims", few])
        )
        return Interval(p, low, high, np.nan, "Clopper-Pearson on clusters", note)
    if se < 1e-12:  # equal shares in all clusters: their spread cannot say how sure we are
        return Interval(p, np.nan, np.nan, se, "none", "no spread between clusters: no interval")
    half = student.ppf(1 - tail, n_clusters - 1) * se / (p * (1 - p))
    bounds = expit(logit(p) + np.array([-half, half]))
    return Interval(p, float(bounds[0]), float(bounds[1]), se, "logit-t", few)


_MEASURES = [
    "estimate",
    "low",
    "high",
    "method",
    "n_documents",
    "n_claims",
    "n_clusters",
    "count",
    "note",
]


@dataclass(frozen=True)
class _Column:
    """One numerator: the claims that carry a label (asserted or denied)."""

    key: dict[str, Any]
    member: npt.NDArray[np.bool_]


def _columns(
    members: Membership, kept: npt.NDArray[np.bool_], denied: pd.Series[Any] | None
) -> list[_Column]:
    """List the numerators, asserted before denied."""
    columns = []
    for j, name in enumerate(members.names):
        member = members.member[kept, j]
        if denied is None:
            columns.append(_Column({"label": name}, member))
            continue
        is_denied = denied.astype(bool).to_numpy()
        columns.append(_Column({"label": name, "denied": False}, member & ~is_denied))
        columns.append(_Column({"label": name, "denied": True}, member & is_denied))
    return columns


def _group_rows(
    group: Any,
    index: npt.NDArray[np.intp],
    keys: list[str],
    rows: pd.DataFrame,
    cluster: str,
    columns: list[_Column],
    level: float,
) -> list[dict[str, Any]]:
    """All rows of one group: claims are reduced to counts per cluster, then every label is read."""
    values = group if isinstance(group, tuple) else (group,)
    codes, found = pd.factorize(rows[cluster].iloc[index], sort=True)
    sizes = np.bincount(codes, minlength=len(found))
    n_documents = rows["doc_id"].iloc[index].nunique() if "doc_id" in rows.columns else pd.NA
    records = []
    for column in columns:
        counts = np.bincount(codes[column.member[index]], minlength=len(found))
        interval = logit_t_interval(counts, sizes, level=level)
        records.append(
            dict(zip(keys, values, strict=True))
            | column.key
            | {name: value for name, value in dataclasses.asdict(interval).items() if name != "se"}
            | {
                "n_documents": n_documents,
                "n_claims": int(sizes.sum()),
                "n_clusters": len(found),
                "count": int(counts.sum()),
            }
        )
    return records


def _cluster_se(
    counts: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64], share: float
) -> float:
    """Linearised standard error of a ratio of sums over clusters."""
    influence = (counts - share * sizes) / sizes.sum()
    return float(np.sqrt(sizes.size / (sizes.size - 1) * np.square(influence).sum()))


def _check(claims: pd.DataFrame, keys: list[str], cluster: str, denied: str, level: float) -> None:
    for name in (*keys, cluster):
        if name not in claims.columns:
            raise unknown_value("a column of claims", name, claims.columns)
    if denied not in ("apart", "together"):
        raise unknown_value("denied", denied, ["apart", "together"])
    if not 0 < level < 1:
        raise problem("a level between 0 and 1", repr(level), "Pass 0.95, for example")
    missing = claims.index[claims[cluster].isna()].tolist()
    if missing:
        raise problem(
            f"a value of {cluster!r} for every claim",
            f"none in rows {listing(missing)}",
            "Fill it in, or leave these claims out before computing shares",
        )
