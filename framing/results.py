"""What every result shows in Jupyter, and what it records about how it was made."""

from __future__ import annotations

import html
import importlib.metadata

import pandas as pd

__all__ = ["table_html", "versions"]


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
