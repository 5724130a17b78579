"""Levels from coarse to fine: how far samples agree on each, and which was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framing.plots.colours import GREY
from framing.plots.text import label_below, new_pair, say_nothing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.patterns import Patterns

__all__ = ["ladder"]

_INK = "#303030"


def ladder(patterns: Patterns, *, axes: tuple[Axes, Axes] | None = None) -> tuple[Axes, Axes]:
    """Draw how far samples of documents agree on each level, and what decided between levels.

    Above, the agreement of the whole partition with those of samples, and in grey that of noise
    searched in the same way: a level is worth as much as lies between the two. Below, how much the
    patterns, each as far as it returns, tell about a claim, times that agreement: the largest value
    decides, unless a level was chosen by hand. High agreement alone says little: a partition into
    two obvious halves has it.

    Parameters
    ----------
    patterns : Patterns
        From `framing.discover`.
    axes : (Axes, Axes), optional
        The upper one for agreement, the lower one for information; they should share their x axis.

    Returns
    -------
    (Axes, Axes)
        Levels on the x axis, coarse to fine, with their stable patterns and all; the chosen level
        is a filled dot on a line.
    """
    upper, lower = new_pair(axes, 4.2, ratios=(1, 1))
    levels = patterns.levels
    if levels["agreement"].isna().all():
        lower.set_axis_off()
        return say_nothing(upper, "stability was not measured"), lower
    upper.plot(
        levels["level"], levels["noise"], color=GREY, linewidth=1, linestyle=(0, (1, 1)),
        marker="x", markersize=4, zorder=1, label="noise",
    )  # fmt: skip
    for ax, column in ((upper, "agreement"), (lower, "information")):
        ax.plot(levels["level"], levels[column], color=_INK, linewidth=1, zorder=1)
        for row in levels.to_dict("records"):
            ax.plot(
                row["level"], row[column], marker="o", markersize=5, linestyle="none", color=_INK,
                markerfacecolor=_INK if row["chosen"] else "white", clip_on=False, zorder=3,
            )  # fmt: skip
        chosen = levels.loc[levels["chosen"], "level"].iloc[0]
        ax.axvline(chosen, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        ax.spines[["top", "right"]].set_visible(False)
    by_hand = " by hand" if patterns.settings["level_by"] == "hand" else ""
    upper.set_title(f"level {chosen} was chosen{by_hand}", loc="left", fontsize="medium")
    upper.set_ylim(min(0, levels[["agreement", "noise"]].min().min()), 1)
    upper.legend(frameon=False, fontsize="small", loc="best", handlelength=1.5)
    lower.set_ylim(bottom=0)
    upper.set_ylabel("agreement\n(adjusted Rand)")
    lower.set_ylabel("information\n(nats)")
    lower.set_xticks(
        levels["level"],
        [f"{row.level}\n{row.n_stable}/{row.n_patterns}" for row in levels.itertuples()],
    )
    samples = patterns.settings["n_samples"]
    about = f"level, coarse to fine; stable patterns / all ({samples} samples of documents)"
    label_below(lower, about, 78)
    return upper, lower
