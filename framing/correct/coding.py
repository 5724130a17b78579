"""Machine labels and human codes side by side, claim by claim: where every correction starts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.correct.influence import Bools, Design, Floats
from framing.errors import listing, problem, unknown_value
from framing.labels import Labels, Membership, membership

__all__ = [
    "Coding", "Human", "Inclusion", "Machine", "Pair", "Rows", "coding_of", "paired", "read_codes",
]  # fmt: skip

Machine: TypeAlias = "Labels | pd.DataFrame"
Human: TypeAlias = "pd.Series[Any] | npt.NDArray[Any] | Sequence[Any] | pd.DataFrame | None"
Inclusion: TypeAlias = "str | npt.NDArray[Any] | Sequence[float] | pd.Series[Any] | None"
Rows: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pair:
    """What the machine says of every claim, and what people say of the coded ones.

    Attributes
    ----------
    names : list
        The labels of either, sorted; the machine's -1 (set aside) is none.
    machine, human : ndarray of float, shape (n_claims, n_names)
        1 where the claim carries the label; `machine` may hold probabilities.
    given, coded : ndarray of bool, shape (n_claims,)
        Whether the machine, and a person, said anything of the claim.
    n_refused : int
        Claims that the machine set aside (-1), which count as carrying no label.
    """

    names: list[Any]
    machine: Floats
    human: Floats
    given: Bools
    coded: Bools
    n_refused: int

    def of(self, rows: Rows) -> Pair:
        """Take some claims, in this order."""
        return dataclasses.replace(
            self,
            machine=self.machine[rows],
            human=self.human[rows],
            given=self.given[rows],
            coded=self.coded[rows],
        )


@dataclass(frozen=True)
class Coding:
    """The claims that are estimated for, sorted by `claim_id`, with how they were coded.

    Attributes
    ----------
    claims : DataFrame, shape (n_claims, ...)
    rows : ndarray of int, shape (n_claims,)
        Where each stood in the caller's claims.
    coded : ndarray of bool, shape (n_claims,)
    chances : ndarray of float, shape (n_claims,), or None
        Chances of being coded; None where all claims of a group had the same.
    clusters : ndarray of int, shape (n_claims,)
    n_clusters : int
    settings : dict
        Counts, what was set aside, and how the sample was drawn, where that is known.
    """

    claims: pd.DataFrame
    rows: Rows
    coded: Bools
    chances: Floats | None
    clusters: Rows
    n_clusters: int
    settings: dict[str, Any]

    def design(self, members: Rows) -> Design:
        """The design within one group of claims."""
        coded = self.coded[members]
        if coded.all():  # then none stands for another
            inclusion = np.ones(len(coded))
        elif self.chances is None:
            inclusion = np.full(len(coded), coded.mean())
        else:
            inclusion = self.chances[members]
        return Design(coded, inclusion, self.clusters[members], self.n_clusters)

    def counts(self, members: Rows, coders: Design) -> dict[str, Any]:
        """How many claims are estimated for, and how many codes the estimate rests on."""
        documents = self.claims["doc_id"] if "doc_id" in self.claims.columns else None
        return {
            "n_coded": coders.n_coded,
            "n_documents": pd.NA if documents is None else documents.iloc[members].nunique(),
            "n_claims": len(members),
            "n_clusters": len(np.unique(self.clusters[members])),
            "n_coded_clusters": coders.n_coded_clusters,
        }


def read_codes(human: Human, claims: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Bring human codes to the rows of claims.

    Returns
    -------
    DataFrame, shape (n_claims, ...)
        The columns that there are of `columns`, missing where a claim was not coded; `inclusion`
        where the codes have it; `drawn`, whether the table of codes has a row for the claim.
    """
    if human is None:
        return pd.DataFrame({name: [None] * len(claims) for name in columns})
    if not isinstance(human, pd.DataFrame):
        table = pd.DataFrame({columns[0]: pd.Series(list(human), dtype=object)})
        return _same_length(table, claims)
    present = [name for name in columns if name in human.columns]
    if not present:
        raise unknown_value("a column of the human codes", columns[-1], human.columns)
    present += [name for name in ("inclusion",) if name in human.columns]
    if "claim_id" not in human.columns:
        return _same_length(human[present].reset_index(drop=True), claims)
    _check_keys(human, claims)
    # As objects: aligning must not turn whole numbers into fractions.
    keyed = human[present].astype(object).set_axis(human["claim_id"])
    table = keyed.reindex(claims["claim_id"].tolist()).reset_index(drop=True)
    table["drawn"] = claims["claim_id"].isin(human["claim_id"]).to_numpy()
    table.attrs["sampling"] = human.attrs.get("sampling")
    return table


def paired(machine: Machine, codes: pd.Series[Any]) -> Pair:
    """Put the machine's labels and the human codes into matrices with the same columns."""
    by_hand = membership(codes.tolist(), len(codes))
    found, shares = _of_machine(machine, len(codes))
    used = [name for name in found.names if name != -1]
    if by_hand.names and not set(by_hand.names) & set(used):
        raise problem(
            f"human codes that the machine gives too ({listing(used)})",
            listing(by_hand.names),
            "Where the machine's labels are patterns, map them to codes first, with a code for"
            ' the rest: pd.Series(patterns.labels).map({0: "aid"}).fillna("none")',
        )
    known = [*used, *by_hand.names]
    names = membership(known, len(known)).names  # sorted, each once
    return Pair(
        names,
        _spread(shares, found.names, names),
        _spread(by_hand.member.astype(float), by_hand.names, names),
        found.labelled,
        by_hand.labelled,
        int(found.member[:, found.names.index(-1)].sum()) if -1 in found.names else 0,
    )


def coding_of(
    claims: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    given: Bools,
    coded: Bools,
    by: Sequence[str],
    cluster: str,
    inclusion: Inclusion,
) -> Coding:
    """Select the claims that are estimated for, and count the others."""
    check_columns(claims, by, cluster=cluster)
    grouped = claims[list(by)].notna().all(axis=1).to_numpy()
    kept = given & grouped
    chances = _chances(inclusion, codes, claims) if coded.any() else None
    if chances is not None:
        _check_chances(chances, coded, claims)
    keys = claims["claim_id"] if "claim_id" in claims.columns else claims[cluster]
    order = np.argsort(keys.astype(str).to_numpy(dtype=str), kind="stable")
    rows = order[kept[order]]
    selected = claims.iloc[rows].reset_index(drop=True)
    places, found = pd.factorize(selected[cluster], sort=True)
    drawn = codes["drawn"].to_numpy(dtype=bool) if "drawn" in codes.columns else coded
    outlets = claims["outlet"].nunique() if "outlet" in claims.columns else 0
    settings = {
        "cluster": cluster,
        "conditional_on_outlets": outlets > 1 and "outlet" not in (cluster, *by),
        "n_claims": len(rows),
        "n_coded": int((coded & kept).sum()),
        "n_coded_clusters": int(selected.loc[coded[rows], cluster].nunique()),
        "inclusion": "known for every coded claim" if chances is not None else "the same for all",
        "sampling": codes.attrs.get("sampling") or claims.attrs.get("sampling"),
        "set_aside": {
            "claims without a machine label": int((~given).sum()),
            f"claims without a value in {', '.join(by)}": int((given & ~grouped).sum()),
            "human codes of claims so left out": int((coded & ~kept).sum()),
            "drawn claims without a human code": int((drawn & ~coded).sum()),
        },
    }
    chances = None if chances is None else chances[rows]
    return Coding(selected, rows, coded[rows], chances, places, len(found), settings)


def _same_length(table: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    if len(table) != len(claims):
        raise problem(
            f"one human code per claim ({len(claims):,} claims), missing where it was not coded",
            f"{len(table):,} codes",
            "Align them with the rows of claims, or pass a table with the column 'claim_id'",
        )
    return table


def _check_keys(human: pd.DataFrame, claims: pd.DataFrame) -> None:
    """Every code must find its claim, once."""
    if "claim_id" not in claims.columns:
        raise unknown_value("a column of claims", "claim_id", claims.columns)
    for table, name in ((claims, "claims"), (human, "human codes")):
        twice = table.loc[table["claim_id"].duplicated(), "claim_id"].tolist()
        if twice:
            raise problem(
                f"every claim_id once in the {name}",
                f"twice or more: {listing(twice)}",
                "Where several people coded a claim, settle on one code first",
            )
    stray = human.loc[~human["claim_id"].isin(claims["claim_id"]), "claim_id"].tolist()
    if stray:
        raise problem(
            "human codes of these claims", f"unknown claim_id {listing(stray)}", "Leave them out"
        )


def _of_machine(machine: Machine, n_claims: int) -> tuple[Membership, Floats]:
    """The machine's labels, and how surely each claim carries each."""
    if not isinstance(machine, pd.DataFrame):
        found = membership(machine, n_claims)
        return found, found.member.astype(float)
    shares = _same_length(machine, pd.DataFrame(index=range(n_claims))).to_numpy(dtype=float)
    bad = np.flatnonzero(~((shares >= 0) & (shares <= 1)).all(axis=1))
    if bad.size:
        raise problem(
            "a probability between 0 and 1 of every code",
            f"others in rows {listing(bad.tolist())}",
            "Pass one column per code, or one label per claim",
        )
    said = np.ones(n_claims, dtype=bool)
    return Membership(list(machine.columns), shares > 0, said, True), shares


def _spread(values: Floats, names: list[Any], union: list[Any]) -> Floats:
    """The same values under a longer list of names; 0 for what is not there."""
    spread = np.zeros((len(values), len(union)))
    for j, name in enumerate(names):
        if name in union:
            spread[:, union.index(name)] = values[:, j]
    return spread


def _chances(inclusion: Inclusion, codes: pd.DataFrame, claims: pd.DataFrame) -> Floats | None:
    """The chance of each claim to be coded; NaN where it is not known."""
    if inclusion is None:
        return None
    if isinstance(inclusion, str):
        home = codes if inclusion in codes.columns else claims
        if inclusion not in home.columns:
            raise problem(
                f"the chances of being coded in the column {inclusion!r} of the codes or claims",
                "no such column",
                "sample_for_coding writes it; pass inclusion=None if all claims of a group had the"
                " same chance. Claims that were not drawn by chance correct nothing",
            )
        return home[inclusion].to_numpy(dtype=float, na_value=np.nan)
    chances = np.asarray(inclusion, dtype=float)
    if chances.shape != (len(claims),):
        raise problem(
            f"one chance per claim ({len(claims):,} claims)",
            f"shape {chances.shape}",
            "Pass them in the order of claims",
        )
    return chances


def _check_chances(chances: Floats, coded: Bools, claims: pd.DataFrame) -> None:
    bad = (chances <= 0) | (chances > 1) | (coded & np.isnan(chances))
    if bad.any():
        first = np.flatnonzero(bad)
        raise problem(
            "chances of being coded above 0 and at most 1",
            f"{chances[first[0]]} in rows {listing(claims.index[first].tolist())}",
            "A claim that could not be drawn cannot be spoken for: leave such claims out",
        )
