"""Tables, figures and settings as HTML in which every text is escaped."""

from __future__ import annotations

import html
import math
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.plots.printing import save

__all__ = ["figure_html", "settings_html", "table_as_html"]

_LONG = 28
_NUMBER = ' class="n"'


def table_as_html(table: pd.DataFrame, *, limit: int) -> str:
    """Write a table; rows beyond the limit are counted, cells are never cut.

    Examples
    --------
    >>> "&lt;b&gt;" in table_as_html(pd.DataFrame({"text": ["<b>"]}), limit=5)
    True
    """
    if not len(table):
        return '<p class="soft">The table has no rows.</p>\n'
    numeric = [
        pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
        for dtype in table.dtypes
    ]
    head = "".join(
        f'<th scope="col"{_NUMBER * number}>{html.escape(str(name))}</th>'
        for name, number in zip(table.columns, numeric, strict=True)
    )
    rows = []
    for cells in table.head(limit).itertuples(index=False, name=None):
        written = [_written(value) for value in cells]
        rows.append(
            "<tr>"
            + "".join(_cell(text, number) for text, number in zip(written, numeric, strict=True))
            + "</tr>"
        )
    left = len(table) - limit
    more = f"<caption>{left:,} of {len(table):,} rows are not shown.</caption>" if left > 0 else ""
    return (
        f'<div class="wide" tabindex="0"><table>{more}<thead><tr>{head}</tr></thead>\n'
        "<tbody>" + "\n".join(rows) + "</tbody></table></div>\n"
    )


def settings_html(settings: Mapping[str, Any]) -> str:
    """Write settings as a list of names and values."""
    rows = "".join(
        f"<dt>{html.escape(str(name))}</dt><dd>{html.escape(_written(value)) or '–'}</dd>"
        for name, value in settings.items()
    )
    return f"<dl>{rows}</dl>\n"


def figure_html(figure: Any, *, number: int, described: str) -> str:
    """Put a figure in as SVG whose text stays text, with ids that no other figure has."""
    with tempfile.TemporaryDirectory() as folder:
        svg = save(figure, Path(folder) / "figure.svg").read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]*)"', rf'id="f{number}-\1"', svg)
    svg = re.sub(r'((?:xlink:)?href="|url\()#', rf"\1#f{number}-", svg)
    svg = svg.replace(
        "<svg", f'<svg role="img" aria-label="{html.escape(described)}"', 1
    )  # the label is read out in place of the drawing
    return f"<figure>{svg}</figure>\n"


def _cell(text: str, number: bool) -> str:
    """A cell; a long text gets a block of its own, in which it wraps."""
    written = html.escape(text)
    held = f"<div>{written}</div>" if len(text) > _LONG else written
    return f"<td{_NUMBER * number}>{held}</td>"


def _written(value: Any) -> str:
    """A value as a reader wants it: three digits, thousands apart, lists joined."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_written(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        parts = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return ", ".join(_written(part) for part in parts)
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (float, np.floating)):
        return _real(float(value))
    if isinstance(value, (int, np.integer)):
        return f"{value:,}"
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    return str(value)


def _real(value: float) -> str:
    """Three decimals; small numbers, such as p-values, in three digits."""
    if math.isnan(value):
        return ""
    return f"{value:.3g}" if 0 < abs(value) < 0.0005 else f"{value:,.3f}"
