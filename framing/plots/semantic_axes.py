"""Where groups stand between the poles of semantic axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.plots.colours import colours
from framing.plots.text import new_axes, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.axes import Positions

__all__ = ["positions"]


def positions(
    result: Positions,
    *,
    ax: Axes | None = None,
    palette: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw the bias of each group as a dot with its interval, both poles named at the ends.

    The grey line across a block is where the background lies on that axis. A group without an
    interval is a cross; the table says why. Places on different axes do not compare: a cosine of
    .1 may be much on one and little on another.

    Parameters
    ----------
    result : Positions
        From `framing.axes.positions`. Select rows with `dataclasses.replace(result, table=...)`.
    ax : Axes, optional
    palette : mapping, optional
        Colour of each group; by default `framing.plots.colours`.

    Returns
    -------
    Axes
        Cosines on the x axis; blocks of axes from top to bottom, negative poles on the left.

    Examples
    --------
    >>> import framing
    >>> from framing.axes import positions, semantic_axis
    >>> axis = semantic_axis(["talks"], ["war"], vectors=([[1, 0]], [[0, 1]]))
    >>> claims = pd.DataFrame({"voice": ["a", "a", "b", "b"], "doc_id": ["u", "v", "w", "x"]})
    >>> vectors = np.array([[1, 0], [1, 0.2], [0, 1], [0.4, 1]])
    >>> ax = framing.plots.positions(positions(vectors, axis, claims, cluster="doc_id"))
    >>> [text.get_text() for text in ax.get_yticklabels()], ax.texts[0].get_text()
    (['war'], 'talks')
    """
    by = result.settings["by"]
    rows = result.table[result.table["measure"] == "bias"]
    if rows.empty:
        return say_nothing(new_axes(ax, (6.3, 2)), "no claims to place")
    rows = rows.assign(group=_groups(rows, by))
    order = {name: place for place, name in enumerate(rows["label"].drop_duplicates())}
    rows = rows.assign(block=rows["label"].map(order)).sort_values("block", kind="stable")
    rows = rows.assign(y=np.arange(len(rows)) + 1.0 * rows["block"])
    ax = new_axes(ax, (6.3, 1.2 + 0.24 * max(len(rows), 3)))
    chosen = {**colours(rows["group"].unique()), **(palette or {})}
    for row in rows.itertuples():
        _draw(ax, row, chosen[row.group])
    blocks = rows.groupby("label", sort=False).agg(
        top=("y", "min"),
        bottom=("y", "max"),
        middle=("y", "mean"),
        background=("background", "first"),
    )
    ax.vlines(
        blocks["background"], blocks["top"] - 0.5, blocks["bottom"] + 0.5,
        color="#b0b0b0", linewidth=1.2, zorder=0,
    )  # fmt: skip
    for bottom in blocks["bottom"].iloc[:-1]:
        ax.axhline(bottom + 1, color="#e0e0e0", linewidth=0.6)
    poles = {axis["name"]: axis for axis in result.settings["axes"]}
    ax.set_yticks(
        blocks["middle"], [shortened(poles[name]["negative"], 24) for name in blocks.index]
    )
    for name, middle in blocks["middle"].items():
        ax.text(
            1.02, middle, shortened(poles[name]["positive"], 24), va="center",
            transform=ax.get_yaxis_transform(),
        )  # fmt: skip
    ax.set_ylim(rows["y"].max() + 0.9, rows["y"].min() - 0.9)
    ax.set_xlabel(
        f"mean cosine with the axis ({result.settings['level']:.0%} interval, clusters: "
        f"{shortened(result.settings['cluster'], 24)})"
    )
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _legend(ax, rows, chosen)
    return ax


def _groups(rows: pd.DataFrame, by: list[str]) -> list[Any]:
    """What each row is coloured by: its group, as one value."""
    if len(by) == 1:
        return rows[by[0]].tolist()
    return [", ".join(map(str, values)) for values in rows[by].itertuples(index=False)]


def _draw(ax: Axes, row: Any, colour: str) -> None:
    bounded = not np.isnan(row.low)
    if bounded:
        ax.plot(
            [row.low, row.high], [row.y, row.y], color=colour, linewidth=1.6, solid_capstyle="butt"
        )
    ax.plot(
        row.estimate, row.y, marker="o" if bounded else "x", color=colour, markersize=5,
        linestyle="none", zorder=3,
    )  # fmt: skip


def _legend(ax: Axes, rows: pd.DataFrame, chosen: Mapping[Any, str]) -> None:
    """Groups with their denominators, and the background."""
    from matplotlib.lines import Line2D

    once = rows.drop_duplicates("group")
    handles = [
        Line2D(
            [], [], color=chosen[row.group], marker="o", linewidth=1.6, markersize=5,
            label=f"{shortened(row.group, 28)}: {row.n_claims:,} in {row.n_clusters:,}",
        )
        for row in once.itertuples()
    ]  # fmt: skip
    handles.append(Line2D([], [], color="#b0b0b0", linewidth=1.2, label="background"))
    ax.legend(
        handles=handles,
        title="claims in clusters",
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        borderaxespad=4.5,  # below the label of the x axis, however high the figure
        ncols=3,
        frameon=False,
        fontsize="small",
        title_fontsize="small",
    )
