"""Differences between two groups as dots around a line of no difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.plots.marks import bare, draw_estimate, draw_interval
from framing.plots.text import named, new_axes, plain, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.prevalence import Differences

__all__ = ["differences"]

_INK = "#303030"


def differences(
    result: Differences,
    *,
    ax: Axes | None = None,
    names: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw each difference as a dot with its interval, the largest on top.

    The thin line is the interval for all labels together: where it misses 0, the label differs
    even though many were looked at. Denied claims are hollow dots on dashed lines, and a difference
    without an interval is a cross; the table says why.

    Parameters
    ----------
    result : Differences
        From `framing.difference`. Select rows with `dataclasses.replace(result, table=...)`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a label, such as ``{0: "encirclement"}``.

    Returns
    -------
    Axes
        Differences on the x axis, labels on the y axis, both shares on the right.

    Examples
    --------
    >>> from framing.prevalence import difference
    >>> claims = pd.DataFrame({"voice": ["nato", "us"] * 3, "doc_id": list("aabbcc")})
    >>> codes = ["aid", "war", "aid", "aid", "war", "war"]
    >>> found = difference(codes, claims, between="voice", cluster="doc_id")
    >>> ax = differences(found)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['aid', 'war']
    """
    rows = _rows(result.table)
    ax = new_axes(ax, (6.3, 1.2 + 0.26 * max(len(rows), 3)))
    if rows.empty:
        return say_nothing(ax, "no labels to compare")
    ax.axvline(0, color="#808080", linewidth=0.8, zorder=0)
    for y, row in enumerate(rows.itertuples()):
        _draw_difference(ax, y, row)
    reach = _reach(rows)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks(range(len(rows)), [_text(row, names) for row in rows.itertuples()])
    s = result.settings
    ax.set_xlabel(
        "difference in share\n"
        f"({s['level']:.0%} interval, thin: all labels together; clusters: {plain(s['cluster'])})"
    )
    bare(ax)
    _sides(ax, rows)
    return ax


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows by falling difference; denials that nobody made are left out."""
    if "denied" in table.columns:
        made = (table["count_a"] + table["count_b"]) > 0
        table = table[~table["denied"].astype(bool) | made]
    return table.sort_values("estimate", ascending=False, kind="stable")


def _draw_difference(ax: Axes, y: int, row: Any) -> None:
    denied = bool(getattr(row, "denied", False))
    draw_interval(ax, y, row.low_all, row.high_all, colour=_INK, width=0.7, dashed=denied)
    draw_estimate(ax, y, row, colour=_INK, width=2.2, hollow=denied)
    ax.annotate(
        f"{row.share_a:.0%} : {row.share_b:.0%}",
        (1.02, y),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize="small",
        color=_INK,
    )


def _reach(rows: pd.DataFrame) -> float:
    """The next tenth beyond all that is drawn, the same on both sides of 0."""
    most = np.nanmax(np.abs(rows[["estimate", "low_all", "high_all"]].to_numpy(dtype=float)))
    return float(min(1.0, np.ceil(most * 10 + 1e-9) / 10))


def _text(row: Any, names: Mapping[Any, str] | None) -> str:
    text = named(row.label, names, 32)
    return f"{text} (denied)" if getattr(row, "denied", False) else text


def _sides(ax: Axes, rows: pd.DataFrame) -> None:
    """Which side is whose, with the denominators."""
    first = rows.iloc[0]
    for x, align, side, text in (
        (0.0, "left", "b", "← more in {}"),
        (1.0, "right", "a", "more in {} →"),
    ):
        name = text.format(shortened(first[side], 24))
        held = f"{first[f'n_claims_{side}']:,} claims in {first[f'n_clusters_{side}']:,} clusters"
        _above(ax, x, align, f"{name}\n{held}")
    _above(ax, 1.02, "left", f"shares\n{shortened(first['a'], 12)} : {shortened(first['b'], 12)}")


def _above(ax: Axes, x: float, align: Any, text: str) -> None:
    ax.text(
        x, 1.02, text, transform=ax.transAxes, ha=align, va="bottom", fontsize="small", color=_INK
    )
