"""What a coder learns from: coded texts or vectors, sorted so that row order does not matter."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.encoder.texts import checked, labelled
from framing.errors import listing, problem, unknown_value

__all__ = ["Bools", "Codes", "Content", "Examples", "Floats", "Ints", "content_of", "read_examples"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = "pd.Series[Any] | npt.NDArray[Any] | Sequence[Any]"

_LISTS = (list, tuple, set, frozenset)


@dataclass(frozen=True)
class Content:
    """Texts, or vectors in their place.

    Attributes
    ----------
    texts : list of str or None
    vectors : ndarray of float, shape (n, n_dims), or None
    """

    texts: list[str] | None
    vectors: Floats | None

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.texts if self.texts is not None else self._given)

    @property
    def _given(self) -> Floats:
        assert self.vectors is not None
        return self.vectors

    def of(self, rows: npt.NDArray[Any]) -> Content:
        """Take some rows, in this order."""
        if self.texts is not None:
            return Content([self.texts[i] for i in rows], None)
        return Content(None, self._given[rows])

    def hashes(self) -> list[str]:
        """SHA-256 of each row."""
        if self.texts is not None:
            return [hashlib.sha256(text.encode()).hexdigest() for text in self.texts]
        plain = np.ascontiguousarray(self._given) + 0.0  # so that -0 and 0 are one
        return [hashlib.sha256(row.tobytes()).hexdigest() for row in plain]


@dataclass(frozen=True)
class Examples:
    """Coded rows in the order of their content.

    Attributes
    ----------
    content : Content
    target : ndarray of bool, shape (n_examples, n_classes)
    classes : ndarray, shape (n_classes,)
    multi : bool
        Whether an example may carry several codes, or none.
    groups : ndarray of int, shape (n_examples,)
        Rows that must stay together; equal contents where the user named none.
    order : ndarray of int, shape (n_examples,)
        Where each example stood in what the user gave.
    n_rows, n_missing : int
        Rows given, and those of them without a code.
    """

    content: Content
    target: Bools
    classes: npt.NDArray[Any]
    multi: bool
    groups: Ints
    order: Ints
    n_rows: int
    n_missing: int

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.target)

    @property
    def counts(self) -> Ints:
        """Examples of each code."""
        return np.asarray(self.target.sum(axis=0), dtype=np.int64)


def content_of(given: Any) -> Content | None:
    """Texts as they are; None for what has to be an array of numbers.

    Raises
    ------
    FramingError
        If a text is missing or empty.
    """
    if isinstance(given, pd.DataFrame):
        if "text" not in given.columns:
            return None
    elif not isinstance(given, pd.Series):
        if not isinstance(given, list | tuple | np.ndarray | str):
            return None
        kinds = given.ravel()[:1] if isinstance(given, np.ndarray) else given[:1]
        if not any(isinstance(one, str) or one is None for one in kinds):
            return None
    elif pd.api.types.is_numeric_dtype(given):
        return None
    texts, labels = labelled(given)
    return Content(checked(list(texts), labels), None)


def read_examples(content: Content, codes: Codes, groups: Any, known: Sequence[str]) -> Examples:
    """Bring codes to a matrix, set the rows without one aside, and sort by content.

    Parameters
    ----------
    content : Content
    codes : Series, array or list, one entry per row
        A code, a list of codes, or missing.
    groups : Series, array or list, or None
    known : sequence of str
        The ids of the codebook; empty where there is none.

    Raises
    ------
    FramingError
        If lengths differ, a code is not in the codebook, or fewer than two codes are left.
    """
    if isinstance(codes, str):
        raise problem("one code per text", f"the text {codes!r}", "Pass a list or a column")
    entries = list(codes if isinstance(codes, pd.Series | list | tuple) else np.asarray(codes))
    if len(entries) != len(content):
        raise problem(
            f"one code, or list of codes, per text ({len(content):,} texts)",
            f"{len(entries):,} codes",
            "Pass codes in the order of the texts, missing where a text was not coded",
        )
    multi = any(isinstance(entry, _LISTS) for entry in entries)
    sets = [_codes_of(entry) for entry in entries]
    rows = np.array([i for i, found in enumerate(sets) if found is not None], dtype=np.int64)
    classes = _classes([code for found in sets for code in found or ()])
    _check_known(classes, sets, known)
    if len(classes) < 2 and not (multi and len(classes)):
        raise problem(
            "codes of at least two classes",
            f"{len(classes)} class ({listing(classes.tolist())}) in {len(rows):,} coded texts",
            "Code more texts, or use lists of codes where a text may carry none",
        )
    column = {code: j for j, code in enumerate(classes.tolist())}
    target = np.zeros((len(rows), len(classes)), dtype=bool)
    for place, row in enumerate(rows):
        for code in sets[row] or ():
            target[place, column[code]] = True
    kept = content.of(rows)
    hashes = np.array(kept.hashes())
    together = _groups(groups, len(content), rows, hashes)
    marks = np.array([row.tobytes() for row in target])
    order = np.lexsort((together, marks, hashes))
    return Examples(
        kept.of(order),
        target[order],
        classes,
        multi,
        pd.factorize(together[order])[0].astype(np.int64),
        rows[order],
        len(content),
        len(content) - len(rows),
    )


def _codes_of(entry: Any) -> set[Any] | None:
    """The codes of one row; None where it was not coded."""
    if isinstance(entry, _LISTS):
        return {_plain(code) for code in entry}
    if entry is None or pd.isna(entry):
        return None
    return {_plain(entry)}


def _plain(code: Any) -> Any:
    return code.item() if isinstance(code, np.generic) else code


def _classes(codes: list[Any]) -> npt.NDArray[Any]:
    """The different codes, sorted; texts as objects, so that no code is cut."""
    kinds = {type(code) for code in codes}
    if len(kinds) > 1:
        names = sorted(kind.__name__ for kind in kinds)
        raise problem("codes of one type", listing(names), "Convert them all to text, for example")
    different = sorted(set(codes))
    broken = [code for code in different if isinstance(code, float) and not code.is_integer()]
    if broken:
        raise problem(
            "codes that name classes",
            f"continuous numbers ({listing(broken)})",
            "Pass codes as text",
        )
    return np.array(different, dtype=object if kinds <= {str} else None)


def _check_known(
    classes: npt.NDArray[Any], sets: list[set[Any] | None], known: Sequence[str]
) -> None:
    """Refuse codes that the codebook does not have, by name and row."""
    if not known:
        return
    for code in classes.tolist():
        if code not in known:
            rows = [i for i, found in enumerate(sets) if found and code in found]
            raise unknown_value(f"codes (row {listing(rows)})", code, known)


def _groups(groups: Any, n_rows: int, rows: Ints, hashes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The group of each coded row, as text."""
    if groups is None:
        return hashes
    values = pd.Series(list(groups), dtype=object)
    if len(values) != n_rows:
        raise problem(
            f"one group per text ({n_rows:,} texts)", f"{len(values):,}", "Pass the documents' ids"
        )
    missing = np.flatnonzero(values.isna())
    if missing.size:
        raise problem(
            "a group for every text",
            f"none in rows {listing(missing.tolist())}",
            "Fill it in; a text without a document may be a document of its own",
        )
    return np.array([str(value) for value in values])[rows]
