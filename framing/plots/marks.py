"""What figures share: dots with intervals, labels in blocks, legends without frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.plots.text import is_narrow, room

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D

__all__ = [
    "bare", "blocks", "dot_handle", "draw_dot", "draw_estimate", "draw_interval", "group_names",
    "label_blocks", "legend_below", "legend_beside", "reach", "shapes",
]  # fmt: skip

_SHAPES = "os^DvP<>*"  # nine, since colours repeat after ten; a cross is left for what is unsure


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
    ax: Axes, y: float, row: Any, *, colour: str, shape: str = "o", width: float = 1.6,
    hollow: bool = False,
) -> None:  # fmt: skip
    """Draw the `estimate` of a row with its interval, dashed where the dot is hollow."""
    draw_interval(ax, y, row.low, row.high, colour=colour, width=width, dashed=hollow)
    bounded = not np.isnan(row.low)
    draw_dot(ax, y, row.estimate, colour=colour, shape=shape, bounded=bounded, hollow=hollow)


def draw_dot(
    ax: Axes, y: float, value: float, *, colour: str, shape: str = "o", bounded: bool = True,
    hollow: bool = False,
) -> None:  # fmt: skip
    """Draw an estimate as a dot, or as a cross where it has no interval."""
    ax.plot(
        value, y, marker=shape if bounded else "x", color=colour,
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
    return rows.assign(y=np.arange(len(rows)) + rows["block"].astype(float))


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


def shapes(names: Iterable[Any]) -> dict[Any, str]:
    """Give each name a shape in the order of a figure, so that it can be told without its colour.

    Examples
    --------
    >>> shapes(["nato", "un", "nato"])
    {'nato': 'o', 'un': 's'}
    """
    return {name: _SHAPES[place % len(_SHAPES)] for place, name in enumerate(dict.fromkeys(names))}


def dot_handle(colour: str, shape: str = "o") -> Line2D:
    """A dot on its interval, for a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, marker=shape, linewidth=1.6, markersize=5)


def legend_beside(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str, hollow: str = "",
    grow: bool = False,
) -> None:  # fmt: skip
    """Put the legend to the right of the Axes, or below where there is no room beside them.

    `hollow` says what hollow dots are, if any; `grow` makes the figure as high as it needs.
    """
    from matplotlib.lines import Line2D

    if hollow:
        dot = Line2D([], [], color="#505050", marker="o", markerfacecolor="white", linestyle="none")
        handles, texts = [*handles, dot], [*texts, hollow]
    if is_narrow(ax) or max(map(len, texts), default=0) > room(ax, 36):
        return legend_below(ax, handles, texts, title=title, grow=grow)
    legend = ax.legend(
        handles, texts, title=title, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False,
        fontsize="small", title_fontsize="small", borderaxespad=0,
    )  # fmt: skip
    if grow:
        _make_room(ax, legend, beside=True)
    return None


def legend_below(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], *, title: str = "", grow: bool = False,
    centred: bool = False,
) -> None:  # fmt: skip
    """Put the legend below the label of the x axis, in as many columns as fit the figure.

    Beside labels of the y axis it ends where the Axes do, so that it is not cut off; not where it
    is to be `centred`, since there are labels on the right as well.
    """
    from matplotlib.transforms import ScaledTranslation

    figure = ax.get_figure(root=True)
    assert figure is not None
    below = ax.transAxes + ScaledTranslation(0, -_depth(ax) / 72, figure.dpi_scale_trans)
    longest = max((len(text) for text in texts), default=1) + 6  # with its mark
    most = min(len(texts), max(1, room(ax, 92) // longest))
    ends = not centred and any(tick.get_text() for tick in ax.get_yticklabels())
    free = _width_below(ax, ends=ends) if most > 1 else 0.0
    for columns in range(most, 0, -1):
        legend = ax.legend(
            handles, texts, title=title, loc="upper right" if ends else "upper center",
            bbox_to_anchor=(1 if ends else 0.5, 0), bbox_transform=below, borderaxespad=0,
            handleheight=1, ncols=columns, frameon=False, columnspacing=1.2, fontsize="small",
            title_fontsize="small", borderpad=0,
        )  # fmt: skip
        if columns > 1 and legend.get_window_extent().width <= free:
            break
    if grow:
        _make_room(ax, legend, beside=False)


def _width_below(ax: Axes, *, ends: bool) -> float:
    """Pixels that a legend may be wide which ends where the Axes do, or stands in their middle."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    box, whole = ax.get_window_extent(), figure.bbox.width
    middle = (box.x0 + box.x1) / 2
    return float(box.x1 if ends else 2 * min(middle, whole - middle))


def _depth(ax: Axes) -> float:
    """Points from the Axes down to what is free below the ticks and the label of the x axis."""
    ticks, label = ax.get_xticklabels(), ax.xaxis.label
    shown = [tick for tick in ticks if tick.get_text()]
    of_ticks = 7 + 1.2 * float(shown[0].get_fontsize()) if shown else 0
    lines = ax.get_xlabel().count("\n") + 1 if ax.get_xlabel() else 0
    return float(of_ticks + ax.xaxis.labelpad + 1.3 * lines * float(label.get_fontsize()) + 6)


def _make_room(ax: Axes, legend: Legend, *, beside: bool) -> None:
    """Make the figure so much higher that its legend is not cut off."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    needed, now = legend.get_window_extent().height / figure.dpi + 0.1, figure.get_figheight()
    figure.set_figheight(max(now, needed) if beside else now + needed)
