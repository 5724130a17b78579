"""Checking texts before anything is computed: what cannot be encoded is named by its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from framing.errors import listing, problem

__all__ = ["Texts", "checked", "labelled"]

Texts: TypeAlias = "Iterable[str] | pd.Series[str] | pd.DataFrame"


def labelled(texts: Texts) -> tuple[Iterable[object], Sequence[object] | None]:
    """Texts as an iterable, with the row labels of a table (None where rows are counted).

    Raises
    ------
    FramingError
        If `texts` is one string, a mapping, a set, a table without ``text``, or no iterable.
    """
    if isinstance(texts, pd.DataFrame):
        if "text" not in texts.columns:
            raise problem(
                "a table with a column 'text'",
                f"the columns {listing(list(texts.columns), limit=12)}",
                "Pass the column that holds the texts",
            )
        texts = texts["text"]
    if isinstance(texts, (pd.Series, pd.Index)):
        index = texts.index if isinstance(texts, pd.Series) else pd.RangeIndex(len(texts))
        return texts.tolist(), index.tolist()
    if isinstance(texts, np.ndarray) and texts.ndim != 1:
        raise problem("one text per row", f"an array of shape {texts.shape}", "Pass one column")
    if isinstance(texts, np.ndarray):
        return texts.tolist(), None
    if isinstance(texts, (str, bytes, Mapping, set, frozenset)) or not isinstance(texts, Iterable):
        raise problem(
            "several texts in a fixed order (a list, a column, a table with 'text')",
            f"{type(texts).__name__} {texts!r:.60}",
            "Put a single text into a list",
        )
    return texts, None


def checked(
    texts: Sequence[object], labels: Sequence[object] | None = None, *, first: int = 0
) -> list[str]:
    """Return the texts as strings after naming every row that cannot be encoded.

    Parameters
    ----------
    texts : sequence
        What the caller passed.
    labels : sequence, optional
        Row labels for messages; by default rows are counted from `first`.
    first : int
        Number of the first row.

    Raises
    ------
    FramingError
        For rows that are missing, no text, empty, or hold half of a surrogate pair.
    """
    faults: dict[str, list[object]] = {}
    good: list[str] = []
    for row, text in enumerate(texts):
        fault = _fault(text)
        if fault:
            faults.setdefault(fault, []).append(labels[row] if labels else first + row)
        else:
            good.append(str(text))
    if faults:
        got = "; ".join(f"{fault} in row {listing(rows)}" for fault, rows in faults.items())
        raise problem("a non-empty text in every row", got, "Drop or repair these rows first")
    return good


def _fault(text: object) -> str:
    """What is wrong with one text; empty where nothing is."""
    if not isinstance(text, str):
        missing = text is None or text is pd.NA or text is pd.NaT or text != text
        return "a missing value" if missing else f"{type(text).__name__} instead of text"
    if not text or text.isspace():
        return "an empty text"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "half of a surrogate pair (not valid Unicode)"
    return ""
