"""Differences between two groups as dots around a line of no difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.plots.marks import bare, draw_estimate, draw_interval
from framing.plots.text import (
    is_narrow,
    label_below,
    named,
    new_axes,
    plain,
    room,
    say_nothing,
    shortened,
)

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
    ax = new_axes(ax, (2.2 if is_narrow(ax) else 1.4) + 0.26 * max(len(rows), 3))
    if rows.empty:
        return say_nothing(ax, "no labels to compare")
    ax.axvline(0, color="#808080", linewidth=0.8, zorder=0)
    for y, row in enumerate(rows.itertuples()):
        _draw_difference(ax, y, row)
    reach = _reach(rows)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    width = room(ax, 32)
    ax.set_yticks(range(len(rows)), [_text(row, names, width) for row in rows.itertuples()])
    s = result.settings
    about = f"{s['level']:.0%} interval, thin: all labels together; clusters: {plain(s['cluster'])}"
    label_below(ax, f"difference in share\n({about})")
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
        (1.05, y),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize="small",
        color=_INK,
    )


def _reach(rows: pd.DataFrame) -> float:
    """The next tenth beyond all that is drawn, the same on both sides of 0."""
    most = np.nanmax(np.abs(rows[["estimate", "low_all", "high_all"]].to_numpy(dtype=float)))
    return float(min(1.0, np.ceil(most * 10 + 1e-9) / 10))


def _text(row: Any, names: Mapping[Any, str] | None, width: int) -> str:
    text = named(row.label, names, width)
    return f"{text} (denied)" if getattr(row, "denied", False) else text


def _sides(ax: Axes, rows: pd.DataFrame) -> None:
    """Which side is whose, with the denominators; one above the other where it is narrow."""
    first, narrow = rows.iloc[0], is_narrow(ax)
    sides = [
        f"{text.format(shortened(first[side], 24))}\n"
        f"{first[f'n_claims_{side}']:,} claims in {first[f'n_clusters_{side}']:,} clusters"
        for side, text in (("b", "← more in {}"), ("a", "more in {} →"))
    ]
    both = "right : left" if narrow else " : ".join(shortened(first[s], 12) for s in "ab")
    taken = max(len(tick.get_text()) for tick in ax.get_yticklabels()) + len(both)
    wide = sum(max(map(len, side.split("\n"))) for side in sides)
    apart = narrow or wide > 1.1 * (room(ax, 84) - taken)
    _above(ax, 0.0, "left", sides[0], 4 * apart)
    _above(ax, 1.0, "right", sides[1], 2 * apart)
    _above(ax, 1.05, "left", f"shares\n{both}", 0)


def _above(ax: Axes, x: float, align: Any, text: str, lines: int) -> None:
    """Write above the Axes, so many lines higher."""
    note = ax.annotate(
        text, (x, 1.02), xycoords="axes fraction", xytext=(0, 0), textcoords="offset points",
        ha=align, va="bottom", fontsize="small", color=_INK,
    )  # fmt: skip
    note.xyann = (0, 1.25 * lines * float(note.get_fontsize()))
