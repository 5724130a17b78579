"""How far each pattern returns in samples of documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from framing.plots.marks import bare, legend_below
from framing.plots.text import label_below, new_axes, pattern_name, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from framing.patterns import Patterns

__all__ = ["stability"]

_INK, _NOISE = "#202020", "#b0b0b0"
# On the outer sides of their lines, so that they never meet.
_THRESHOLDS = ((0.5, ".5\nweak", "right"), (0.75, ".75\nstable", "left"))
_FILLS = {"stable": "full", "weak": "left", "dissolved": "none"}


def stability(
    patterns: Patterns, *, ax: Axes | None = None, names: Mapping[int, str] | None = None
) -> Axes:
    """Draw how far each pattern returns in samples, against what noise reaches.

    A pattern is stable from .75, weak from .5, and only where its dot lies beyond the grey bar:
    patterns of about that size return so far in vectors without structure. These are conventions,
    and a stable pattern need not be a valid one: read its claims.

    Parameters
    ----------
    patterns : Patterns
        From `framing.discover`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a pattern; by default the name it was given, or else its number and two
        most distinctive words.

    Returns
    -------
    Axes
        Mean Jaccard overlap on the x axis, 0 to 1; patterns with their claims on the y axis. Dots
        are full for stable patterns, half full for weak and hollow for dissolved ones.
    """
    rows = patterns.stability
    own, ax = ax is None, new_axes(ax, 1.4 + 0.24 * max(len(rows), 3))
    if rows.empty:
        measured = patterns.settings["n_samples"] > 0
        return say_nothing(ax, "no stable pattern" if measured else "stability was not measured")
    for y, row in enumerate(rows.to_dict("records")):
        ax.barh(y, row["null"], height=0.5, color=_NOISE, linewidth=0, zorder=1)
        ax.add_line(_dot(row["verdict"], row["jaccard"], y))
    for place, text, align in _THRESHOLDS:
        ax.axvline(place, color="#808080", linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        ax.text(
            place, 1.01, text, transform=ax.get_xaxis_transform(), ha=align, va="bottom",
            fontsize="small", color="#505050",
        )  # fmt: skip
    width = room(ax, 32)
    ax.set_yticks(
        range(len(rows)),
        [f"{shortened(pattern_name(patterns, label, names), width)} ({n:,})"
         for label, n in zip(rows["label"], rows["n_claims"], strict=True)],
    )  # fmt: skip
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.set_ylabel("pattern (claims)")
    n_samples = rows["n_samples"].iloc[0]
    label_below(ax, f"mean Jaccard overlap with {n_samples:,} samples of documents")
    bare(ax)
    _legend(ax, rows["verdict"].value_counts().to_dict(), grow=own)
    return ax


def _dot(verdict: str, x: float | None = None, y: float | None = None) -> Line2D:
    """A dot as full as a pattern is stable."""
    from matplotlib.lines import Line2D

    fill: Any = _FILLS[verdict]
    return Line2D(
        [] if x is None else [x], [] if y is None else [y], color=_INK, marker="o", markersize=6,
        fillstyle=fill if fill != "none" else "full", linestyle="none", clip_on=False, zorder=3,
        markerfacecolor="white" if fill == "none" else _INK, markerfacecoloralt="white",
    )  # fmt: skip


def _legend(ax: Axes, counts: Mapping[Any, int], *, grow: bool) -> None:
    """The verdicts that occur with their numbers of patterns, and the grey bar."""
    from matplotlib.patches import Patch

    seen = [verdict for verdict in _FILLS if verdict in counts]
    handles = [*(_dot(verdict) for verdict in seen), Patch(color=_NOISE)]
    texts = [*(f"{verdict} ({counts[verdict]})" for verdict in seen), "reached by noise"]
    legend_below(ax, handles, texts, grow=grow)
