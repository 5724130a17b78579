"""Claims as points on a plane, coloured by pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from framing.errors import problem
from framing.plots.colours import GREY, colours
from framing.plots.text import new_axes, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.patterns import Patterns

__all__ = ["pattern_map"]


def pattern_map(
    patterns: Patterns,
    positions: npt.NDArray[np.float64],
    *,
    ax: Axes | None = None,
    names: Mapping[int, str] | None = None,
    n_named: int = 12,
) -> Axes:
    """Draw claims on a plane, coloured by pattern, each large pattern named at its middle.

    The picture is a reminder of what was found, not a finding: gaps and distances on the plane
    mislead (see `framing.project`).

    Parameters
    ----------
    patterns : Patterns
        From `framing.discover`.
    positions : ndarray of float, shape (n_claims, 2)
        From `framing.project`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a pattern; by default its number and two most distinctive words.
    n_named : int, default 12
        How many patterns to name, largest first.

    Returns
    -------
    Axes
        Claims set aside are small and grey.

    Raises
    ------
    FramingError
        If there is not one position per claim.
    """
    if np.shape(positions) != (len(patterns.labels), 2):
        raise problem(
            f"positions of shape ({len(patterns.labels)}, 2), one for each claim",
            f"shape {np.shape(positions)}",
            "Project the vectors that the patterns were found in",
        )
    ax = new_axes(ax, (6.3, 4.6))
    if not len(positions):
        return say_nothing(ax, "no claims to draw")
    labels = patterns.labels
    found = range(int(labels.max(initial=-1)) + 1)
    chosen = colours(found)
    aside = labels == -1
    ax.scatter(
        positions[aside, 0],
        positions[aside, 1],
        s=6,
        color=GREY,
        alpha=0.6,
        linewidths=0,
        label="set aside",
    )
    for label in found:
        points = positions[labels == label]
        ax.scatter(
            points[:, 0],
            points[:, 1],
            s=14,
            color=chosen[label],
            alpha=0.85,
            linewidths=0,
            label=f"pattern {label}",
        )
    for label in list(found)[:n_named]:
        middle = np.median(positions[labels == label], axis=0)
        ax.annotate(
            shortened(_name(patterns, label, names), 30),
            middle,
            ha="center",
            va="center",
            fontsize=7.5,
            bbox={
                "boxstyle": "round,pad=0.15",
                "facecolor": "white",
                "alpha": 0.75,
                "linewidth": 0,
            },
        )
    n_aside = f", {aside.sum():,} set aside" if aside.any() else ""
    ax.set_title(
        f"{len(labels):,} claims, {len(found):,} patterns{n_aside}", fontsize="medium", loc="left"
    )
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax


def _name(patterns: Patterns, label: int, names: Mapping[int, str] | None) -> str:
    if names and label in names:
        return names[label]
    words: list[Any] = patterns.words.loc[patterns.words["label"] == label, "word"].tolist()
    return f"{label} {', '.join(words[:2])}".strip()
