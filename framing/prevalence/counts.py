"""Claims reduced to counts per cluster: all that intervals and tests ever see of them.

Whoever computes on these counts cannot forget that claims of one document are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.errors import unknown_value
from framing.labels import Labelled, Labels, Membership, membership

__all__ = ["ESTIMANDS", "Counts", "Denied", "Estimand", "Floats", "Group", "count_claims"]

Floats: TypeAlias = npt.NDArray[np.float64]
Denied: TypeAlias = Literal["apart", "together"]
Estimand: TypeAlias = Literal["claims", "documents", "containing"]

ESTIMANDS = {
    "claims": "share of claims (every claim weighs the same)",
    "documents": "mean over documents of the share of claims (every document weighs the same)",
    "containing": "share of documents with at least one such claim",
}


@dataclass(frozen=True)
class Group:
    """The counts of one group of claims.

    Attributes
    ----------
    key : tuple
        Its values of the grouping columns.
    clusters : ndarray of int, shape (n_clusters,)
        Places in `Counts.clusters` of the clusters with a claim of this group, rising.
    sizes : ndarray of float, shape (n_clusters,)
        The denominator in each: claims, or documents, as the estimand asks.
    counts : ndarray of float, shape (n_clusters, n_columns)
        The numerators; between 0 and `sizes`.
    n_documents : int
        Documents with a claim of this group; -1 where claims have no column `doc_id`.
    n_claims : int
    n_hits : ndarray of int, shape (n_columns,)
        Claims with each label, whatever the estimand.
    """

    key: tuple[Any, ...]
    clusters: npt.NDArray[np.intp]
    sizes: Floats
    counts: Floats
    n_documents: int
    n_claims: int
    n_hits: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Counts of labels by group and cluster; made by `count_claims`.

    Attributes
    ----------
    by : list of str
        The grouping columns.
    groups : list of Group
        Sorted by key.
    columns : list of dict
        What each column of `Group.counts` counts: ``label``, and ``denied`` where asserting and
        denying a claim are counted apart.
    clusters : Index
        All clusters, sorted.
    settings : dict
        What was counted how, and what was set aside.
    """

    by: list[str]
    groups: list[Group]
    columns: list[dict[str, Any]]
    clusters: pd.Index
    settings: dict[str, Any]


def count_claims(
    labels: Labels,
    claims: pd.DataFrame,
    *,
    by: str | Sequence[str],
    cluster: str,
    denied: Denied = "apart",
    estimand: Estimand = "claims",
) -> Counts:
    """Reduce labelled claims to counts per group and cluster.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        See `framing.shares`.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `by` and `cluster`.
    by : str or sequence of str
    cluster : str
    denied : {"apart", "together"}
    estimand : {"claims", "documents", "containing"}
        The last two need the column `doc_id`: a document then counts as one unit, worth its share
        of claims with the label, or 1 where any claim carries it.

    Raises
    ------
    FramingError
        If a column is missing, labels and claims differ in length, or a claim has no cluster.
    """
    keys = [by] if isinstance(by, str) else list(by)
    _check(claims, keys, cluster, denied, estimand)
    members = membership(labels, len(claims))
    grouped = claims[keys].notna().all(axis=1).to_numpy()
    kept = members.labelled & grouped
    rows = claims.loc[kept].reset_index(drop=True)
    apart = denied == "apart" and "denied" in claims.columns
    columns, member = _numerators(members, kept, rows["denied"] if apart else None)
    codes, found = pd.factorize(rows[cluster], sort=True)
    documents = pd.factorize(rows["doc_id"], sort=True)[0] if "doc_id" in rows.columns else None
    groups = [
        _group(key, np.asarray(index), codes, documents, member, estimand)
        for key, index in sorted(rows.groupby(keys, sort=True).indices.items())
    ]
    outlets = claims["outlet"].nunique() if "outlet" in claims.columns else 0
    settings = {
        "by": keys,
        "cluster": cluster,
        "estimand": estimand,
        "denied": "apart" if apart else "together",
        "n_claims": int(kept.sum()),
        "multi_label": members.multi,
        "found_here": isinstance(labels, Labelled),
        "set_aside": {
            "claims without a label": int((~members.labelled).sum()),
            f"labelled claims without a value in {', '.join(keys)}": int(
                (members.labelled & ~grouped).sum()
            ),
        },
        "conditional_on_outlets": outlets > 1 and "outlet" not in (cluster, *keys),
    }
    return Counts(keys, groups, columns, pd.Index(found), settings)


def _numerators(
    members: Membership, kept: npt.NDArray[np.bool_], denied: pd.Series[Any] | None
) -> tuple[list[dict[str, Any]], npt.NDArray[np.bool_]]:
    """What is counted, asserted before denied, and which claims count for it."""
    columns: list[dict[str, Any]] = []
    parts = []
    is_denied = None if denied is None else denied.astype(bool).to_numpy()
    for j, name in enumerate(members.names):
        member = members.member[kept, j]
        if is_denied is None:
            columns.append({"label": name})
            parts.append(member)
            continue
        for value in (False, True):
            columns.append({"label": name, "denied": value})
            parts.append(member & (is_denied == value))
    empty = np.zeros((int(kept.sum()), 0), dtype=bool)
    return columns, np.stack(parts, axis=1) if parts else empty


def _group(
    key: Any,
    index: npt.NDArray[np.intp],
    codes: npt.NDArray[np.intp],
    documents: npt.NDArray[np.intp] | None,
    member: npt.NDArray[np.bool_],
    estimand: str,
) -> Group:
    """Count the claims of one group."""
    values = key if isinstance(key, tuple) else (key,)
    own, hits = codes[index], member[index]
    weight = np.ones(len(index))
    counted: Floats = hits.astype(float)
    n_documents = -1
    if documents is not None:
        n_documents = len(np.unique(documents[index]))
    if estimand != "claims":
        assert documents is not None  # checked with the columns
        own, weight, counted = _per_document(own, documents[index], counted, estimand)
    present, place = np.unique(own, return_inverse=True)
    sizes = np.asarray(np.bincount(place, weight, len(present)), dtype=np.float64)
    counts = np.zeros((len(present), member.shape[1]))
    np.add.at(counts, place, counted)
    return Group(values, present, sizes, counts, n_documents, len(index), hits.sum(axis=0))


def _per_document(
    clusters: npt.NDArray[np.intp],
    documents: npt.NDArray[np.intp],
    counted: Floats,
    estimand: str,
) -> tuple[npt.NDArray[np.intp], Floats, Floats]:
    """One unit per document and cluster, worth a share of claims or 0 or 1."""
    pairs = np.stack([documents, clusters], axis=1)
    units, place = np.unique(pairs, axis=0, return_inverse=True)
    place = place.ravel()
    sizes = np.bincount(place, minlength=len(units)).astype(float)
    sums = np.zeros((len(units), counted.shape[1]))
    np.add.at(sums, place, counted)
    value = sums / sizes[:, None] if estimand == "documents" else (sums > 0).astype(float)
    return units[:, 1], np.ones(len(units)), value


def _check(claims: pd.DataFrame, keys: list[str], cluster: str, denied: str, estimand: str) -> None:
    needed = [*keys, *(["doc_id"] if estimand != "claims" else [])]
    check_columns(claims, needed, cluster=cluster)
    if denied not in ("apart", "together"):
        raise unknown_value("denied", denied, ["apart", "together"])
    if estimand not in ESTIMANDS:
        raise unknown_value("estimand", estimand, ESTIMANDS)
