"""Corrected numbers beside the machine's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.plots.colours import GREY, colours
from framing.plots.marks import (
    blocks,
    dot_handle,
    draw_dot,
    draw_interval,
    group_names,
    label_blocks,
    legend_beside,
    shapes,
)
from framing.plots.text import label_below, new_axes, plain, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.correct import Corrected

__all__ = ["corrected"]


def corrected(
    result: Corrected,
    *,
    ax: Axes | None = None,
    names: Mapping[Any, str] | None = None,
    palette: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw each corrected number with its interval, and the machine's own as a hollow dot.

    How far the two lie apart is what the machine's errors would have cost. A number without an
    interval is a cross; the table says why. Intervals are cut where shares end, estimates are not.

    Parameters
    ----------
    result : Corrected
        From `framing.corrected_shares`, `corrected_difference` or `corrected_cells`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a label.
    palette : mapping, optional
        Colour of each group; by default `framing.plots.colours`.

    Returns
    -------
    Axes
        Shares, or differences of shares, on the x axis; labels on the y axis.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing.correct import corrected_shares
    >>> claims = pd.DataFrame({"doc_id": list("aabbccdd")})
    >>> machine, human = list("xxxyyyyx"), ["x", "y", None, "y", None, "y", "y", None]
    >>> result = corrected_shares(machine, human, claims, cluster="doc_id", inclusion=None)
    >>> corrected(result).get_xlabel()
    'share of claims (95% interval, clusters: doc_id)'
    """
    rows, s = _rows(result), result.settings
    own, ax = ax is None, new_axes(ax, 0.8 + 0.24 * max(len(rows), 3))
    if rows.empty:
        return say_nothing(ax, "nothing to draw")
    chosen = {**colours(rows["group"]), **(palette or {})}
    shape = shapes(rows["group"])
    for row in rows.to_dict("records"):
        _draw(ax, row, chosen[row["group"]], shape[row["group"]])
    labels, width = dict.fromkeys(rows["label"]), room(ax, 32)
    label_blocks(ax, rows, [shortened((names or {}).get(label, label), width) for label in labels])
    _set_reach(ax, rows, s["quantity"])
    what = "share of claims" if s["quantity"] == "share" else "difference of shares"
    about = f"{what} ({s['level']:.0%} interval, clusters: {plain(s['cluster'])})"
    label_below(ax, about)
    _legend(ax, rows, chosen, grow=own)
    return ax


def _rows(result: Corrected) -> pd.DataFrame:
    """Each number with its group and its place on the y axis, groups side by side."""
    table, s = result.table, result.settings
    if s["quantity"] == "difference":
        group = (table["a"].astype(str) + " less " + table["b"].astype(str)).tolist()
        coded, claims = (table[f"{n}_a"] + table[f"{n}_b"] for n in ("n_coded", "n_claims"))
    else:
        group = group_names(table, s["by"])
        coded, claims = table["n_coded"], table["n_claims"]
    sizes = [f"{n:,} coded, {whole:,} by machine" for n, whole in zip(coded, claims, strict=True)]
    return blocks(table.assign(group=group, sizes=sizes))


def _set_reach(ax: Axes, rows: pd.DataFrame, quantity: str) -> None:
    """From 0 to the next tenth above all that is drawn; lower where a number lies below 0."""
    drawn = rows[["naive", "estimate", "low", "high"]].to_numpy(dtype=float)
    least = rows[["naive", "estimate"]].min().min()
    most = float(np.ceil(np.nanmax(drawn) * 10) / 10)
    if quantity == "difference":
        ax.set_xlim(float(np.floor(np.nanmin(drawn) * 10) / 10), most)
        ax.axvline(0, color=GREY, linewidth=0.8)
    else:
        largest = max(1.0, rows[["naive", "estimate"]].max().max())
        ax.set_xlim(min(0.0, float(np.floor(least * 10) / 10)), min(largest, most) or 1.0)


def _draw(ax: Axes, row: Mapping[Any, Any], colour: str, shape: str) -> None:
    bounded = not np.isnan(row["low"])
    draw_interval(ax, row["y"], row["low"], row["high"], colour=colour)
    draw_dot(ax, row["y"], row["naive"], colour=colour, shape=shape, hollow=True)
    draw_dot(ax, row["y"], row["estimate"], colour=colour, shape=shape, bounded=bounded)


def _legend(ax: Axes, rows: pd.DataFrame, chosen: Mapping[Any, str], *, grow: bool) -> None:
    """Groups with what was coded, and what a hollow dot is."""
    first = rows.drop_duplicates("group")
    shape = shapes(first["group"])
    handles = [dot_handle(chosen[group], shape[group]) for group in first["group"]]
    texts = [
        f"{shortened(group, 28)}: {sizes}" if group != "" else sizes
        for group, sizes in zip(first["group"], first["sizes"], strict=True)
    ]
    legend_beside(ax, handles, texts, title="claims", hollow="hollow: machine alone", grow=grow)
