"""What figures share: dots with intervals, labels in blocks, legends without frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

__all__ = [
    "bare", "blocks", "dot_handle", "draw_dot", "draw_estimate", "draw_interval", "group_names",
    "label_blocks", "legend_below", "legend_beside", "reach",
]  # fmt: skip


def draw_interval(
    ax: Axes, y: float, low: float, high: float, *, colour: str, width: float = 1.6,
    dashed: bool = False,
) -> None:  # fmt: skip
    """Draw an interval as a bar; nothing where there is none."""
    if not np.isnan(low):
        ax.plot(
            [low, high], [y, y], color=colour, linewidth=width,
            linestyle=(0, (2, 1)) if dashed else "-", solid_capstyle="butt",
        )  # fmt: skip


def draw_estimate(
    ax: Axes, y: float, row: Any, *, colour: str, width: float = 1.6, hollow: bool = False
) -> None:
    """Draw the `estimate` of a row with its interval, dashed where the dot is hollow."""
    draw_interval(ax, y, row.low, row.high, colour=colour, width=width, dashed=hollow)
    draw_dot(ax, y, row.estimate, colour=colour, bounded=not np.isnan(row.low), hollow=hollow)


def draw_dot(
    ax: Axes, y: float, value: float, *, colour: str, bounded: bool = True, hollow: bool = False
) -> None:
    """Draw an estimate as a dot, or as a cross where it has no interval."""
    ax.plot(
        value, y, marker="o" if bounded else "x", color=colour,
        markerfacecolor="white" if hollow else colour, markersize=5, linestyle="none",
        clip_on=False, zorder=3,
    )  # fmt: skip


def group_names(rows: pd.DataFrame, by: Sequence[str]) -> list[Any]:
    """What each row is coloured by: its group, as one value.

    Examples
    --------
    >>> rows = pd.DataFrame({"voice": ["nato", "un"], "year": [2022, 2023]})
    >>> group_names(rows, ["year"]), group_names(rows, ["voice", "year"])
    ([2022, 2023], ['nato, 2022', 'un, 2023'])
    """
    columns = [rows[name].tolist() for name in by]
    if len(columns) == 1:
        return columns[0]
    return [", ".join(str(column[row]) for column in columns) for row in range(len(rows))]


def blocks(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row its place `y`, the rows of one label together, labels in their order.

    Examples
    --------
    >>> blocks(pd.DataFrame({"label": ["aid", "war", "aid"]}))[["label", "y"]]
      label    y
    0   aid  0.0
    2   aid  1.0
    1   war  3.0
    """
    order = {label: place for place, label in enumerate(dict.fromkeys(rows["label"]))}
    rows = rows.assign(block=rows["label"].map(order)).sort_values("block", kind="stable")
    return rows.assign(y=np.arange(len(rows)) + 1.0 * rows["block"])


def label_blocks(ax: Axes, rows: pd.DataFrame, texts: Sequence[str]) -> None:
    """Write a text beside each block of rows, from the top down, with lines between them."""
    places = rows.groupby("label", sort=False)["y"].agg(["max", "mean"])
    for last in places["max"].iloc[:-1]:
        ax.axhline(last + 0.75, color="#e0e0e0", linewidth=0.6)
    ax.set_yticks(places["mean"], texts)
    ax.set_ylim(rows["y"].max() + 0.9, rows["y"].min() - 0.9)
    bare(ax)


def reach(rows: pd.DataFrame) -> float:
    """The next tenth above all shares that are drawn, at most 1; they always start at 0."""
    most = np.nanmax(rows[["estimate", "high"]].to_numpy(dtype=float), initial=0)
    return float(min(1.0, np.ceil(most * 10) / 10) or 1.0)


def bare(ax: Axes) -> None:
    """Leave of the frame what measures: the x axis."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)


def dot_handle(colour: str) -> Line2D:
    """A dot on its interval, for a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, marker="o", linewidth=1.6, markersize=5)


def legend_beside(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str, hollow: str = ""
) -> None:
    """Put the legend to the right of the Axes; `hollow` says what hollow dots are, if any."""
    from matplotlib.lines import Line2D

    if hollow:
        dot = Line2D([], [], color="#505050", marker="o", markerfacecolor="white", linestyle="none")
        handles, texts = [*handles, dot], [*texts, hollow]
    ax.legend(
        handles, texts, title=title, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False,
        fontsize="small", title_fontsize="small",
    )  # fmt: skip


def legend_below(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str = "", ncols: int
) -> None:
    """Put the legend below the label of the x axis, however high the figure."""
    ax.legend(
        handles, texts, title=title, loc="upper center", bbox_to_anchor=(0.5, 0),
        borderaxespad=4.5, ncols=ncols, frameon=False, fontsize="small", title_fontsize="small",
    )  # fmt: skip
