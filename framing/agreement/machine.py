"""`validity`: how far a machine's codes can stand in for people's, by code and by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.agreement.measures import BothCoded, confusion_cells, measure_rows
from framing.columns import check_columns
from framing.errors import listing, problem
from framing.labels import Labelled, Labels, membership
from framing.prevalence.estimates import check_level
from framing.results import Result, versions

__all__ = ["Validity", "validity"]

_MEASURES = [
    "label", "measure", "estimate", "low", "high", "method", "n_documents", "n_claims",
    "n_clusters", "n_human", "n_machine", "n_both", "note",
]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Validity(Result):
    """A machine's codes held against people's; returned by `validity`.

    Attributes
    ----------
    table : DataFrame
        The grouping columns (``"all"`` for all claims together), `label` (``"all"`` for
        ``macro F1`` and ``alpha``), `measure` (``precision``, ``recall``, ``F1``, ``macro F1``,
        ``alpha``), `estimate`, `low`, `high`, `method`, `n_documents`, `n_claims`, `n_clusters`,
        `n_human`, `n_machine`, `n_both` (claims with the code by people, by the machine, by both)
        and `note`.
    confusion : DataFrame
        The grouping columns, `human`, `machine`, `count`, and `share` of the claims that people
        gave the code `human`; NaN where they never did. Empty where claims carry several codes.
    settings : mapping
    """

    confusion: pd.DataFrame

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        grouped = f", and by {', '.join(s['by'])}" if s["by"] else ""
        return (
            f"The machine's codes of {s['n_claims']:,} claims were held against people's:"
            f" precision, recall and F1 of each code over all claims{grouped}. Their intervals"
            f" ({s['level']:.0%}) are logit-t with linearised standard errors clustered by"
            f" {s['cluster']}, or Clopper-Pearson's with the clusters as trials where the estimate"
            " is 0 or 1. Macro F1 is the mean over the codes that people or the machine gave;"
            f" its interval, and that of Krippendorff's alpha ({s['gaps']}) of people and machine,"
            " are from a delete-one jackknife over clusters with Student's t. The figures hold for"
            " the claims that people coded; for others only if these are a random sample of them."
            f" Set aside: {aside or 'nothing'}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return f"Validity of {len(s['codes']):,} codes: {s['n_claims']:,} claims coded by both"


def validity(
    machine: Labels,
    human: Labels,
    claims: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = "voice",
    cluster: str = "doc_id",
    level: float = 0.95,
) -> Validity:
    """Hold a machine's codes against people's, by code and by source.

    Precision is the share of the machine's uses of a code that people confirm, recall the share
    of people's that it finds, F1 their harmonic mean. Look at the rows by source: a machine that
    misses a code more often in one voice than in another turns its errors into a difference
    between them. The figures mislead where people saw the machine's codes first, where they
    coded a picked rather than a random sample, and where people agree little among themselves.

    Parameters
    ----------
    machine, human : Patterns, Series, array or list, one entry per claim
        One code per claim, or lists of codes; a missing entry was not coded and is set aside,
        counted. An empty list is a claim without any code.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `by` and `cluster`, row for row with both.
    by : str, sequence of str, or None, default "voice"
        The grouping columns.
    cluster : str, default "doc_id"
        The column of independent units.
    level : float, default 0.95

    Returns
    -------
    Validity
        Estimates are NaN where nobody gave a code; `note` says so, and where people gave it to
        fewer than 10 claims.

    Raises
    ------
    FramingError
        If lengths differ, a column or cluster is missing, or machine and people share no code.

    References
    ----------
    Grimmer, J., & Stewart, B. M. (2013). Text as data. Political Analysis, 21(3), 267-297.
    https://doi.org/10.1093/pan/mps028

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": ["a", "a", "b", "b", "c", "c"], "voice": ["nato"] * 6})
    >>> human = ["aid", "cost", "aid", "cost", "aid", "cost"]
    >>> result = validity(["aid", "aid", "aid", "cost", "cost", "cost"], human, claims, by=None)
    >>> result.table.query("label == 'aid'")[["measure", "estimate", "low", "high"]].round(2)
         measure  estimate   low  high
    0  precision      0.67  0.00  1.00
    1     recall      0.67  0.00  1.00
    2         F1      0.67  0.05  0.99
    """
    check_level(level)
    keys = [] if by is None else [by] if isinstance(by, str) else list(by)
    found = _entries(machine, "machine"), _entries(human, "human")
    _check(found, claims, keys, cluster)
    coded, kept, settings = _both_coded(found[0], found[1], claims, cluster)
    rows = claims.loc[kept, keys].reset_index(drop=True)
    records, cells = [], []
    for key, mask in _groups(rows, keys):
        group = dict(zip(keys, key, strict=True))
        records += [group | record for record in measure_rows(coded, mask, level)]
        if not coded.multi:
            cells += [group | cell for cell in confusion_cells(coded, mask)]
    in_no_group = int(rows.isna().any(axis=1).sum())
    settings |= {"by": keys, "level": level, "versions": versions("numpy", "scipy")}
    if keys:
        reason = f"claims without a value in {', '.join(keys)} (only in the rows for all)"
        settings["set_aside"][reason] = in_no_group
    table = pd.DataFrame(records, columns=[*keys, *_MEASURES])
    whole = ["n_documents", "n_claims", "n_clusters", "n_human", "n_machine", "n_both"]
    confusion = pd.DataFrame(cells, columns=[*keys, "human", "machine", "count", "share"])
    return Validity(table.astype(dict.fromkeys(whole, "Int64")), settings, confusion)


def _entries(labels: Labels, name: str) -> list[Any]:
    if isinstance(labels, str):
        raise problem(f"one code per claim from the {name}", repr(labels), "Pass the column itself")
    return list(labels.labels) if isinstance(labels, Labelled) else list(labels)


def _check(
    found: tuple[list[Any], list[Any]], claims: pd.DataFrame, keys: list[str], cluster: str
) -> None:
    for name, entries in zip(("machine", "human"), found, strict=True):
        if len(entries) != len(claims):
            raise problem(
                f"one {name} code per claim ({len(claims):,} claims)",
                f"{len(entries):,} codes",
                "Pass codes and claims that were made from the same rows",
            )
    check_columns(claims, keys, cluster=cluster)
    for name in keys:
        if (claims[name] == "all").any():
            raise problem(f"groups not called 'all' in {name!r}", "'all'", "Rename this group")


def _both_coded(
    machine: list[Any], human: list[Any], claims: pd.DataFrame, cluster: str
) -> tuple[BothCoded, npt.NDArray[np.bool_], dict[str, Any]]:
    """The claims that machine and people coded, and what was set aside."""
    n = len(claims)
    members = membership([*machine, *human], 2 * n)
    by_machine, by_human = members.labelled[:n], members.labelled[n:]
    kept = by_machine & by_human
    made, given = members.member[:n][kept], members.member[n:][kept]
    _refuse_strangers(members.names, made, given)
    used = np.flatnonzero((made | given).any(axis=0))
    rows = claims.loc[kept]
    document = pd.factorize(rows["doc_id"], sort=True)[0] if "doc_id" in rows.columns else None
    coded = BothCoded(
        names=[members.names[j] for j in used],
        machine=made[:, used],
        human=given[:, used],
        cluster=pd.factorize(rows[cluster], sort=True)[0],
        document=document,
        multi=members.multi,
    )
    settings = {
        "codes": coded.names,
        "cluster": cluster,
        "n_claims": int(kept.sum()),
        "multi_label": members.multi,
        "gaps": "sets, Jaccard distance" if members.multi else "nominal",
        "set_aside": {
            "claims that people did not code": int((~by_human).sum()),
            "claims that only people coded": int((by_human & ~by_machine).sum()),
        },
    }
    return coded, kept, settings


def _refuse_strangers(
    names: list[Any], machine: npt.NDArray[np.bool_], human: npt.NDArray[np.bool_]
) -> None:
    """Machine and people who share no code have two codebooks, or spell the codes differently."""
    ours, theirs = machine.any(axis=0), human.any(axis=0)
    if not ours.any() or not theirs.any() or (ours & theirs).any():
        return
    raise problem(
        "machine and people to share at least one code",
        f"{listing([names[j] for j in np.flatnonzero(ours)])} from the machine,"
        f" {listing([names[j] for j in np.flatnonzero(theirs)])} from people",
        "Rename the codes of one of them",
    )


def _groups(
    rows: pd.DataFrame, keys: list[str]
) -> list[tuple[tuple[Any, ...], npt.NDArray[np.bool_]]]:
    """All claims together, then each group, sorted, with the rows that belong to it."""
    found: list[tuple[tuple[Any, ...], npt.NDArray[np.bool_]]] = [
        (("all",) * len(keys), np.ones(len(rows), dtype=bool))
    ]
    if keys:
        for key, index in sorted(rows.groupby(keys, sort=True).indices.items()):
            mask = np.zeros(len(rows), dtype=bool)
            mask[index] = True
            found.append((key if isinstance(key, tuple) else (key,), mask))
    return found
