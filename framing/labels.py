"""Labels of claims in one shape, whether a machine found them or a person gave them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem

__all__ = ["Labelled", "Labels", "Membership", "membership"]


@runtime_checkable
class Labelled(Protocol):
    """Anything that carries one label per claim, such as `Patterns`."""

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """Labels of the claims, shape (n_claims,)."""


Labels: TypeAlias = "Labelled | pd.Series[Any] | npt.NDArray[Any] | Iterable[Any]"


@dataclass(frozen=True)
class Membership:
    """Which claim carries which label.

    Attributes
    ----------
    names : list
        The labels, sorted; -1 (set aside) comes last.
    member : ndarray of bool, shape (n_claims, n_labels)
    labelled : ndarray of bool, shape (n_claims,)
        False where the label is missing: such a claim was never coded.
    multi : bool
        Whether a claim may carry several labels, so that shares need not add up to 1.
    """

    names: list[Any]
    member: npt.NDArray[np.bool_]
    labelled: npt.NDArray[np.bool_]
    multi: bool


def membership(labels: Labels, n_claims: int) -> Membership:
    """Bring patterns, codes or a column of label lists into one boolean matrix.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        An entry is a label, a list (tuple, set) of labels, or missing (None, NaN, <NA>).
        An empty list is a claim that was coded and carries no label.
    n_claims : int
        Number of claims the labels must match, row by row.

    Raises
    ------
    FramingError
        If the number of labels differs from the number of claims, or labels of different types
        are mixed and cannot be sorted.

    Examples
    --------
    >>> found = membership([["threat", "cost"], ["cost"], []], 3)
    >>> found.names, found.member.astype(int).tolist()
    (['cost', 'threat'], [[1, 1], [1, 0], [0, 0]])
    """
    entries = list(labels.labels) if isinstance(labels, Labelled) else list(labels)
    if len(entries) != n_claims:
        raise problem(
            f"one label per claim ({n_claims:,} claims)",
            f"{len(entries):,} labels",
            "Pass labels and claims that were made from the same rows",
        )
    multi = any(isinstance(entry, list | tuple | set | frozenset) for entry in entries)
    sets = [_label_set(entry) for entry in entries]
    present = {label for found in sets if found is not None for label in found}
    names = _sorted_labels(present)
    column = {name: j for j, name in enumerate(names)}
    member = np.zeros((n_claims, len(names)), dtype=bool)
    for row, found in enumerate(sets):
        for label in found or ():
            member[row, column[label]] = True
    labelled = np.array([found is not None for found in sets], dtype=bool)
    return Membership(names, member, labelled, multi)


def _label_set(entry: Any) -> set[Any] | None:
    """The labels of one claim; None where it was never coded."""
    if isinstance(entry, list | tuple | set | frozenset):
        return {_plain(label) for label in entry}
    if pd.isna(entry):
        return None
    return {_plain(entry)}


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _sorted_labels(present: set[Any]) -> list[Any]:
    """Sort labels; the set-aside label -1 goes last."""
    try:
        return sorted(present, key=lambda label: (label == -1, label))
    except TypeError as error:
        kinds = sorted({type(label).__name__ for label in present})
        raise problem(
            "labels of one type", listing(kinds), "Convert them all to text, for example"
        ) from error
