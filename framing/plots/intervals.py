"""Shares as dots with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.plots.colours import colours
from framing.plots.text import label_text, new_axes, plain, say_nothing, shortened

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

    Asserted claims are filled dots, denied ones hollow. A share without an interval is a cross;
    the table says why. Shares of labels that no claim of a group carries are drawn too: their
    upper bound is information.

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
    ax = new_axes(ax, (6.3, 0.8 + 0.2 * max(len(rows), 3)))
    if table.empty:
        return say_nothing(ax, "no claims to count")
    groups = list(dict.fromkeys(_group(row, by) for _, row in table.iterrows()))
    chosen = {**colours(groups), **(palette or {})}
    for row in rows.itertuples():
        _draw_share(ax, row, chosen[row.group])
    blocks = rows.groupby("label", sort=False)["y"].agg(["min", "max", "mean"])
    for upper in blocks["max"].iloc[:-1]:
        ax.axhline(upper + 0.75, color="#e0e0e0", linewidth=0.6)
    ax.set_yticks(
        blocks["mean"],
        [shortened((names or {}).get(label, label_text(label)), 32) for label in blocks.index],
    )
    ax.set_ylim(rows["y"].max() + 0.9, rows["y"].min() - 0.9)
    ax.set_xlim(0, _reach(table))
    ax.set_xlabel(
        f"share of claims ({result.settings['level']:.0%} interval, "
        f"clusters: {plain(result.settings['cluster'])})"
    )
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _legend(ax, table, by, chosen)
    return ax


def _reach(table: pd.DataFrame) -> float:
    """The next tenth above all that is drawn; shares always start at 0."""
    most = np.nanmax(table[["estimate", "high"]].to_numpy(dtype=float))
    return float(min(1.0, np.ceil(most * 10) / 10) or 1.0)


def _group(row: pd.Series[Any], by: list[str]) -> Any:
    """What a row is coloured by: its group, as one value."""
    return row[by[0]] if len(by) == 1 else ", ".join(str(row[name]) for name in by)


def _rows(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Each share with its place on the y axis; denials that nobody made are left out."""
    if "denied" in table.columns:
        table = table[~table["denied"].astype(bool) | (table["count"] > 0)]
    rows = table.assign(group=[_group(row, by) for _, row in table.iterrows()])
    order = {label: i for i, label in enumerate(dict.fromkeys(rows["label"]))}
    rows = rows.assign(block=rows["label"].map(order)).sort_values("block", kind="stable")
    return rows.assign(y=np.arange(len(rows)) + 1.0 * rows["block"])


def _draw_share(ax: Axes, row: Any, colour: str) -> None:
    denied = bool(getattr(row, "denied", False))
    bounded = not np.isnan(row.low)
    if bounded:
        ax.plot(
            [row.low, row.high],
            [row.y, row.y],
            color=colour,
            linewidth=1.6,
            linestyle=(0, (2, 1)) if denied else "-",
            solid_capstyle="butt",
        )
    ax.plot(
        row.estimate,
        row.y,
        marker="o" if bounded else "x",
        color=colour,
        markerfacecolor="white" if denied else colour,
        markersize=5,
        linestyle="none",
        clip_on=False,
        zorder=3,
    )


def _legend(ax: Axes, table: pd.DataFrame, by: list[str], chosen: Mapping[Any, str]) -> None:
    """Groups with their denominators."""
    from matplotlib.lines import Line2D

    sizes: dict[Any, tuple[int, int]] = {}
    for _, row in table.iterrows():
        sizes.setdefault(_group(row, by), (row["n_claims"], row["n_clusters"]))
    handles = [
        Line2D([], [], color=chosen[group], marker="o", linewidth=1.6, markersize=5)
        for group in sizes
    ]
    texts = [
        f"{shortened(group, 28)}: {claims:,} in {clusters:,}"
        for group, (claims, clusters) in sizes.items()
    ]
    if "denied" in table.columns and (table["denied"].astype(bool) & (table["count"] > 0)).any():
        handles.append(
            Line2D([], [], color="#505050", marker="o", markerfacecolor="white", linestyle="none")
        )
        texts.append("hollow: denied")
    ax.legend(
        handles,
        texts,
        title="claims in clusters",
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        frameon=False,
        fontsize="small",
        title_fontsize="small",
    )
