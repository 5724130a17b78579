"""What every result shows in Jupyter, and what it records about how it was made."""

from __future__ import annotations

import dataclasses
import html
import importlib.metadata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from framing.errors import unknown_value

__all__ = ["Result", "table_html", "versions"]


@dataclass(frozen=True, repr=False)
class Result(ABC):
    """A table of estimates with the settings that made it; each analysis has its own kind.

    Attributes
    ----------
    table : DataFrame
        Tidy: grouping columns under their own names, the pattern, frame or code in ``label``,
        then ``estimate, low, high, method``, the numbers of documents, claims and clusters, and
        ``note``, which says why a bound is missing or should be read with care.
    settings : mapping
        All options, the seed, what was set aside, and the versions of the libraries.
    """

    table: pd.DataFrame
    settings: Mapping[str, Any]

    @abstractmethod
    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""

    def only(self, labels: Iterable[Any]) -> Self:
        """Keep the rows of some labels, to show or draw them; nothing is computed anew.

        Intervals and corrections for several comparisons stay those of all labels together.

        Raises
        ------
        FramingError
            If the table has no column `label`, or none of its rows has one of these.
        """
        known = self.table["label"].drop_duplicates().tolist() if "label" in self.table else []
        wanted = list(labels)
        for label in wanted:
            if label not in known:
                raise unknown_value("label", label, known)
        return dataclasses.replace(self, table=self.table[self.table["label"].isin(wanted)])

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        return f"{type(self).__name__}: {len(self.table):,} rows"

    def _repr_html_(self) -> str:
        return table_html(self.table, caption=repr(self))


def versions(*packages: str) -> dict[str, str]:
    """Look up the installed versions of `framing` and the named packages."""
    return {name: importlib.metadata.version(name) for name in ("framing", *packages)}


def table_html(table: pd.DataFrame, *, caption: str, limit: int = 30) -> str:
    """Render a table for Jupyter; all text is escaped, and what is not shown is counted.

    Examples
    --------
    >>> "&lt;b&gt;" in table_html(pd.DataFrame({"text": ["<b>"]}), caption="one claim")
    True
    """
    shown = table.head(limit).to_html(
        index=False, escape=True, border=0, na_rep="", float_format=lambda value: f"{value:.3f}"
    )
    more = len(table) - limit
    rest = f"<p>{more:,} more rows in <code>.table</code></p>" if more > 0 else ""
    return f"<p><strong>{html.escape(caption)}</strong></p>{shown}{rest}"
