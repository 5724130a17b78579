"""Claims set side by side: who says the opposite close by, and where narration repeats a claim."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.vectors import Vectors

__all__ = ["NARRATION", "Flags", "Matches", "opposites", "repeats"]

Flags: TypeAlias = npt.NDArray[np.bool_]
_Places: TypeAlias = npt.NDArray[np.intp]

NARRATION = "narration"
_COUNTERING = r"\b(?:counter|retort|contradict|hit(?:s|ting)? back)"  # cues of a reply
_SLACK = 1e-6  # equal texts may have a cosine a hair below 1
_ROWS = 1024  # claims compared at a time


@dataclass(frozen=True)
class Matches:
    """For every claim another one, or none.

    Attributes
    ----------
    places : ndarray of int, shape (n_claims,)
        Row of the other claim; -1 where there is none.
    cosines : ndarray of float, shape (n_claims,)
        NaN where there is none.
    """

    places: _Places
    cosines: npt.NDArray[np.float64]


def opposites(
    claims: pd.DataFrame, vectors: Vectors, told: Flags, *, near: int, similarity: float
) -> Matches:
    """Find, for each claim that is marked, a claim close by that says the opposite.

    The outlet's own narration goes before other voices, then the more similar, then the earlier.
    A claim that the outlet itself rejects speaks against nothing.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        Sorted by document and place.
    vectors : ndarray, shape (n_claims, n_dims)
    told : ndarray of bool, shape (n_claims,)
        The claims to find opposites for; they are not opposites themselves.
    near : int
        Sentences between the two, at most.
    similarity : float
        Least cosine.
    """
    sentence = claims.groupby("doc_id")["sentence_id"].transform(lambda ids: pd.factorize(ids)[0])
    number, says_no = sentence.to_numpy(), _polarity(claims)
    narrated = claims["voice"].isin([NARRATION]).to_numpy(bool)
    replies = claims["cue"].astype("string").str.contains(_COUNTERING, na=False).to_numpy(bool)
    places, found = np.full(len(claims), -1), np.full(len(claims), np.nan)
    usable = ~told & ~claims["stance"].isin(["reject"]).to_numpy(bool)
    for rows in _groups(claims, "doc_id").values():
        own, other = rows[told[rows]], rows[usable[rows]]
        cosines = vectors[own] @ vectors[other].T
        contrary = (says_no[own][:, None] != says_no[other]) | (replies & ~narrated)[other]
        close = np.abs(number[own][:, None] - number[other]) <= near
        fits = contrary & close & (cosines >= similarity - _SLACK)
        i, j = _first(fits, cosines + 2 * narrated[other])
        places[own[i]], found[own[i]] = other[j], cosines[i, j]
    return Matches(places, found)


def repeats(
    claims: pd.DataFrame, vectors: Vectors, told: Flags, *, within: str, similarity: float
) -> tuple[Matches, Flags]:
    """Find, for each claim that is marked, the narration that says the same.

    Parameters
    ----------
    claims, vectors, told
        As for `opposites`.
    within : str
        Column whose groups are compared inside, such as the outlet.
    similarity : float
        Least cosine.

    Returns
    -------
    Matches
        The most similar narration of each marked claim.
    ndarray of bool, shape (n_claims,)
        True for narration that repeats any marked claim of its group.
    """
    says_no = _polarity(claims)
    narrated = claims["voice"].isin([NARRATION]).to_numpy(bool)
    places, found = np.full(len(claims), -1), np.full(len(claims), np.nan)
    repeating = np.zeros(len(claims), dtype=bool)
    for rows in _groups(claims, within).values():
        marked, other = rows[told[rows]], rows[narrated[rows]]
        for start in range(0, len(marked), _ROWS):
            own = marked[start : start + _ROWS]
            cosines = vectors[own] @ vectors[other].T
            fits = (says_no[own][:, None] == says_no[other]) & (cosines >= similarity - _SLACK)
            i, j = _first(fits, cosines)
            places[own[i]], found[own[i]] = other[j], cosines[i, j]
            repeating[other[fits.any(axis=0)]] = True
    return Matches(places, found), repeating


def _groups(claims: pd.DataFrame, column: str) -> dict[Hashable, _Places]:
    """Rows of each group."""
    indices = claims.groupby(column).indices
    return {key: np.asarray(rows, dtype=np.intp) for key, rows in indices.items()}


def _first(fits: Flags, merit: npt.NDArray[Any]) -> tuple[_Places, _Places]:
    """Rows where anything fits, and the column of most merit among what does, the first of ties."""
    rows = np.flatnonzero(fits.any(axis=1))
    return rows, np.where(fits[rows], merit[rows], -np.inf).argmax(axis=1) if rows.size else rows


def _polarity(claims: pd.DataFrame) -> Flags:
    """True where a claim says no, by negation or denial; a denied negation says yes."""
    negated, denied = (claims[name].isin([True]).to_numpy(bool) for name in ("negated", "denied"))
    return negated ^ denied
