"""Where groups stand between the poles of semantic axes."""

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
    legend_below,
    shapes,
)
from framing.plots.text import label_below, new_axes, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.axes import Positions

__all__ = ["positions"]

_BACKGROUND = "#b0b0b0"


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
    >>> import numpy as np, framing
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
        return say_nothing(new_axes(ax, 2), "no claims to place")
    rows = blocks(rows.assign(group=group_names(rows, by)))
    own, ax = ax is None, new_axes(ax, 0.8 + 0.24 * max(len(rows), 3))
    chosen = {**colours(rows["group"].unique()), **(palette or {})}
    shape = shapes(rows["group"])
    for y, row in zip(rows["y"], rows.itertuples(), strict=True):
        draw_estimate(ax, y, row, colour=chosen[row.group], shape=shape[row.group])
    _name_poles(ax, rows, {axis["name"]: axis for axis in result.settings["axes"]})
    s = result.settings
    about = f"{s['level']:.0%} interval, clusters: {shortened(s['cluster'], 24)}"
    label_below(ax, f"mean cosine with the axis ({about})")
    _legend(ax, rows, chosen, grow=own)
    return ax


def _name_poles(ax: Axes, rows: pd.DataFrame, poles: Mapping[Any, Mapping[str, Any]]) -> None:
    """Both poles at the ends of each block of rows, and the background across it."""
    labels, width = dict.fromkeys(rows["label"]), room(ax, 24)
    label_blocks(ax, rows, [shortened(poles[name]["negative"], width) for name in labels])
    font = ax.get_yticklabels()[0].get_fontsize()
    own = rows.groupby("label", sort=False)
    first, last, middles = own["y"].min(), own["y"].max(), own["y"].mean()
    ax.vlines(
        own["background"].first(), first - 0.5, last + 0.5,
        color=_BACKGROUND, linewidth=1.2, zorder=0,
    )  # fmt: skip
    for name, middle in middles.items():
        ax.text(
            1.02, middle, shortened(poles[name]["positive"], width), va="center",
            transform=ax.get_yaxis_transform(), fontsize=font,
        )  # fmt: skip


def _legend(ax: Axes, rows: pd.DataFrame, chosen: Mapping[Any, str], *, grow: bool) -> None:
    """Groups with their denominators, and the background."""
    from matplotlib.lines import Line2D

    once = list(rows.drop_duplicates("group").itertuples())
    shape = shapes(row.group for row in once)
    handles = [dot_handle(chosen[row.group], shape[row.group]) for row in once]
    texts = [f"{shortened(row.group, 28)}: {row.n_claims:,} in {row.n_clusters:,}" for row in once]
    handles.append(Line2D([], [], color=_BACKGROUND, linewidth=1.2))
    legend_below(
        ax, handles, [*texts, "background"], title="claims in clusters", grow=grow, centred=True
    )
