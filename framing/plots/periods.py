"""Shares period by period above the number of claims that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.plots.colours import GREY, colours
from framing.plots.marks import group_names, legend_below, legend_beside, reach, shapes
from framing.plots.text import is_narrow, label_below, named, new_pair, plain, say_nothing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from framing.prevalence.periods import Periods

__all__ = ["over_time"]

_BESIDE = 12  # names that have room beside the upper panel
_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx")
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
    upper, lower = new_pair(axes, 4.2, ratios=(3, 1))
    if result.table.empty:
        lower.set_axis_off()
        return say_nothing(upper, "no claims to count"), lower
    lines = _lines(result, label)
    chosen, shape = {**colours(lines), **(palette or {})}, shapes(lines)
    width = _shortest_period(result.table) / (len(lines) + 1)
    legend = {}
    for place, (name, rows) in enumerate(lines.items()):
        shift = (place - (len(lines) - 1) / 2) * width
        text = f"{named(name, names, 28)}: {rows['n_claims'].sum():,}"
        dashes = _DASHES[place % len(_DASHES)]
        legend[text] = _draw_line(upper, rows, shift, chosen[name], shape[name], dashes)
    _draw_denominators(lower, _denominators(lines), chosen, width)
    _label_axes(upper, lower, result)
    drawn = pd.concat(lines.values())
    upper.set_ylim(0, reach(drawn))
    if drawn["label"].nunique() == 1:
        title = named(drawn["label"].iloc[0], names, 60)
        upper.set_title(title, loc="left", fontsize="medium")
    handles, texts = [*legend.values()], [*legend]
    if is_narrow(upper) or len(texts) > _BESIDE:
        legend_below(lower, handles, texts, title="claims", grow=axes is None)
    else:
        legend_beside(upper, handles, texts, title="claims", grow=axes is None)
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


def _draw_denominators(
    ax: Axes, bars: Mapping[Any, pd.DataFrame], chosen: Mapping[Any, str], width: float
) -> None:
    """The claims of each period, one bar for each group, in the order of the legend."""
    for place, (name, rows) in enumerate(bars.items()):
        shift = (place - (len(bars) - 1) / 2) * width
        ax.bar(
            _days(rows) + shift, rows["n_claims"], width=0.9 * width,
            color=chosen[name] if len(bars) > 1 else GREY,
            hatch=_HATCHES[place % len(_HATCHES)], edgecolor="white", linewidth=0,
        )  # fmt: skip


def _draw_line(
    ax: Axes, rows: pd.DataFrame, shift: float, colour: str, marker: str,
    dashes: tuple[float, tuple[float, ...]],
) -> Line2D:  # fmt: skip
    """Dots joined from period to period, with a bar for each interval; gives the legend's line."""
    from matplotlib.lines import Line2D

    days, estimate = _days(rows) + shift, rows["estimate"].to_numpy(dtype=float)
    bounded = rows["low"].notna().to_numpy()
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
    about = f"{s['every']} ({s['level']:.0%} intervals, clusters: {plain(s['cluster'])})"
    label_below(lower, about)
    lower.xaxis.labelpad += 1.2 * float(
        lower.xaxis.label.get_fontsize()
    )  # the month or year stands here
    lower.set_ylabel("claims")
    lower.set_ylim(bottom=0)
    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    lower.xaxis.set_major_locator(locator)
    lower.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    for ax in (upper, lower):
        ax.spines[["top", "right"]].set_visible(False)
