"""Shares period by period above the number of claims that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.plots.colours import GREY, colours
from framing.plots.marks import group_names, legend_beside, reach
from framing.plots.text import named, plain, say_nothing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from framing.prevalence.periods import Periods

__all__ = ["over_time"]

_MARKERS = "osD^vPX*<>"  # told apart without colour
_DASHES: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0, ()), (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)),
)  # fmt: skip


def over_time(
    result: Periods,
    *,
    label: Any = None,
    axes: tuple[Axes, Axes] | None = None,
    names: Mapping[Any, str] | None = None,
    palette: Mapping[Any, str] | None = None,
) -> tuple[Axes, Axes]:
    """Draw shares over time with their intervals, and below them the claims they rest on.

    One line per group, or per label where there is one group; it breaks where a period has no
    claims, since nothing is known there. A share without an interval is a cross; the table says
    why. Asserted claims only, as far as they are counted apart from denied ones.

    Parameters
    ----------
    result : Periods
        From `framing.over_time`. Select rows with `dataclasses.replace(result, table=...)`.
    label : optional
        The label to draw; needed where the result holds several groups and several labels.
    axes : (Axes, Axes), optional
        The upper one for shares, the lower one for claims; they should share their x axis.
    names : mapping, optional
        Text to show for a label, such as ``{0: "encirclement"}``.
    palette : mapping, optional
        Colour of each group (or label); by default `framing.plots.colours`.

    Returns
    -------
    (Axes, Axes)
        Shares on top, numbers of claims below.

    Raises
    ------
    FramingError
        If there is no such label, or several groups and several labels and none is chosen.

    Examples
    --------
    >>> import pandas as pd, framing
    >>> from framing.prevalence.periods import over_time as shares_over_time
    >>> claims = pd.DataFrame({"doc_id": ["a", "b", "c"], "voice": "nato",
    ...     "date": ["2023-04-17", "2023-04-18", "2023-05-02"]})
    >>> found = shares_over_time(["aid", "cost", "aid"], claims, cluster="doc_id")
    >>> upper, lower = over_time(found)
    >>> lower.get_ylabel()
    'claims'
    """
    upper, lower = _pair(axes)
    if result.table.empty:
        lower.set_axis_off()
        return say_nothing(upper, "no claims to count"), lower
    lines = _lines(result, label)
    chosen = {**colours(lines), **(palette or {})}
    width = _shortest_period(result.table) / (len(lines) + 1)
    legend = {}
    for place, (name, rows) in enumerate(lines.items()):
        shift = (place - (len(lines) - 1) / 2) * width
        text = f"{named(name, names, 28)}: {rows['n_claims'].sum():,}"
        legend[text] = _draw_line(upper, rows, shift, place, chosen[name])
    bars = _denominators(lines)
    for place, (name, rows) in enumerate(bars.items()):
        shift = (place - (len(bars) - 1) / 2) * width
        colour = chosen[name] if len(bars) > 1 else GREY
        lower.bar(_days(rows) + shift, rows["n_claims"], width=0.9 * width, color=colour)
    _label_axes(upper, lower, result)
    drawn = pd.concat(lines.values())
    upper.set_ylim(0, reach(drawn))
    if drawn["label"].nunique() == 1:
        title = named(drawn["label"].iloc[0], names, 60)
        upper.set_title(title, loc="left", fontsize="medium")
    legend_beside(upper, [*legend.values()], [*legend], title="claims")
    return upper, lower


def _pair(axes: tuple[Axes, Axes] | None) -> tuple[Axes, Axes]:
    """Take the caller's Axes, or open a figure with a small panel below a large one."""
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt

    _, (upper, lower) = plt.subplots(
        2, 1, sharex=True, figsize=(7, 4.2), layout="constrained", height_ratios=[3, 1]
    )
    return upper, lower


def _lines(result: Periods, label: Any) -> dict[Any, pd.DataFrame]:
    """The rows of each line, by group, or by label where there is one group."""
    table, by = result.table, result.settings["by"]
    if "denied" in table.columns:
        table = table[~table["denied"].astype(bool)]
    labels = list(dict.fromkeys(table["label"]))
    if label is not None:
        if label not in labels:
            raise unknown_value("label", label, labels)
        table, labels = table[table["label"] == label], [label]
    if not by or (len(labels) > 1 and len(table[by].drop_duplicates()) == 1):
        return dict(tuple(table.groupby("label", sort=False)))
    if len(labels) > 1:
        raise problem(
            "one label to draw for several groups", f"labels {listing(labels)}",
            "Choose one with label=, or compute with by=None",
        )  # fmt: skip
    groups = pd.Series(group_names(table, by), index=table.index)
    return dict(tuple(table.groupby(groups, sort=False)))


def _denominators(lines: Mapping[Any, pd.DataFrame]) -> Mapping[Any, pd.DataFrame]:
    """The rows that give the bars; labels of one group have the same claims below them."""
    rows = list(lines.values())
    of_labels = len({row["label"].iloc[0] for row in rows}) > 1
    return dict(list(lines.items())[:1]) if of_labels else lines


def _days(rows: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Days since 1970, as matplotlib counts dates."""
    return rows["period"].to_numpy("datetime64[D]").astype(np.float64)


def _shortest_period(table: pd.DataFrame) -> float:
    """Days between neighbouring periods, the least of them."""
    days = np.unique(_days(table))
    return float(np.diff(days).min()) if len(days) > 1 else 1.0


def _draw_line(ax: Axes, rows: pd.DataFrame, shift: float, place: int, colour: str) -> Line2D:
    """Dots joined from period to period, with a bar for each interval; gives the legend's line."""
    from matplotlib.lines import Line2D

    days, estimate = _days(rows) + shift, rows["estimate"].to_numpy(dtype=float)
    bounded = rows["low"].notna().to_numpy()
    marker, dashes = _MARKERS[place % len(_MARKERS)], _DASHES[place % len(_DASHES)]
    ax.plot(days, estimate, color=colour, linewidth=1.2, linestyle=dashes)
    ax.vlines(
        days[bounded], rows["low"][bounded], rows["high"][bounded],
        color=colour, linewidth=1.2, alpha=0.7,
    )  # fmt: skip
    crossed = ~bounded & ~np.isnan(estimate)
    for mask, sign in ((bounded, marker), (crossed, "x")):
        if mask.any():  # an empty line that is not clipped would take room in the layout
            ax.plot(
                days[mask], estimate[mask], marker=sign, color=colour, markersize=4.5,
                linestyle="none", clip_on=False, zorder=3,
            )  # fmt: skip
    return Line2D([], [], color=colour, marker=marker, markersize=4.5, linestyle=dashes)


def _label_axes(upper: Axes, lower: Axes, result: Periods) -> None:
    """What the axes show, and dates below."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    s = result.settings
    upper.set_ylabel("share of claims")
    lower.set_xlabel(f"{s['every']} ({s['level']:.0%} intervals, clusters: {plain(s['cluster'])})")
    lower.set_ylabel("claims")
    lower.set_ylim(bottom=0)
    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    lower.xaxis.set_major_locator(locator)
    lower.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    for ax in (upper, lower):
        ax.spines[["top", "right"]].set_visible(False)
