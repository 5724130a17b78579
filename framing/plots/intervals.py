"""Shares as dots with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.plots.colours import colours
from framing.plots.marks import (
    blocks,
    dot_handle,
    draw_estimate,
    group_names,
    label_blocks,
    legend_beside,
    reach,
    shapes,
)
from framing.plots.text import label_below, named, new_axes, plain, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.prevalence import Shares

__all__ = ["shares"]


def shares(
    result: Shares,
    *,
    ax: Axes | None = None,
    names: Mapping[Any, str] | None = None,
    palette: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw each share as a dot with its interval, groups side by side within a label.

    Asserted claims are filled dots, denied ones hollow; each group has its colour and shape. A
    share without an interval is a cross; the table says why. Shares of labels that no claim of a
    group carries are drawn too: their upper bound is information.

    Parameters
    ----------
    result : Shares
        From `framing.shares`. Select rows with `dataclasses.replace(result, table=...)`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a label, such as ``{0: "encirclement"}``.
    palette : mapping, optional
        Colour of each group; by default `framing.plots.colours`.

    Returns
    -------
    Axes
        Shares on the x axis, labels on the y axis. Hollow dots and dashed lines are denied claims.

    Examples
    --------
    >>> import pandas as pd, framing
    >>> claims = pd.DataFrame({"voice": ["nato", "nato", "nato"], "doc_id": ["a", "b", "b"]})
    >>> ax = framing.plots.shares(framing.shares(["aid", "aid", "war"], claims, cluster="doc_id"))
    >>> ax.get_xlabel()
    'share of claims (95% interval, clusters: doc_id)'
    """
    table, by = result.table, result.settings["by"]
    rows = _rows(table, by)
    own, ax = ax is None, new_axes(ax, 0.8 + 0.2 * max(len(rows), 3))
    if table.empty:
        return say_nothing(ax, "no claims to count")
    chosen = {**colours(group_names(table, by)), **(palette or {})}
    shape = shapes(group_names(table, by))
    for y, row in zip(rows["y"], rows.itertuples(), strict=True):
        denied = bool(getattr(row, "denied", False))
        draw_estimate(ax, y, row, colour=chosen[row.group], shape=shape[row.group], hollow=denied)
    labels, width = dict.fromkeys(rows["label"]), room(ax, 32)
    label_blocks(ax, rows, [named(label, names, width) for label in labels])
    ax.set_xlim(0, reach(table))
    s = result.settings
    about = f"share of claims ({s['level']:.0%} interval, clusters: {plain(s['cluster'])})"
    label_below(ax, about)
    _legend(ax, table, by, chosen, grow=own)
    return ax


def _rows(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Each share with its place on the y axis; denials that nobody made are left out."""
    if "denied" in table.columns:
        table = table[~table["denied"].astype(bool) | (table["count"] > 0)]
    return blocks(table.assign(group=group_names(table, by)))


def _legend(
    ax: Axes, table: pd.DataFrame, by: list[str], chosen: Mapping[Any, str], *, grow: bool
) -> None:
    """Groups with their denominators."""
    sizes: dict[Any, tuple[int, int]] = {}
    numbers = zip(table["n_claims"], table["n_clusters"], strict=True)
    for group, size in zip(group_names(table, by), numbers, strict=True):
        sizes.setdefault(group, size)
    handles = [dot_handle(chosen[group], shape) for group, shape in shapes(sizes).items()]
    texts = [
        f"{shortened(group, 28)}: {claims:,} in {clusters:,}"
        for group, (claims, clusters) in sizes.items()
    ]
    denied = "denied" in table.columns and any(table.loc[table["denied"].astype(bool), "count"])
    hollow = "hollow: denied" if denied else ""
    legend_beside(ax, handles, texts, title="claims in clusters", hollow=hollow, grow=grow)
