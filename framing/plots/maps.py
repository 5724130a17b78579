"""Claims as points on a plane, coloured by pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from framing.errors import problem
from framing.plots.colours import GREY, colours
from framing.plots.marks import shapes
from framing.plots.text import new_axes, pattern_name, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.patterns import Patterns

__all__ = ["pattern_map"]

_CAUTION = "a projection: distances mislead"


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
    mislead (see `framing.project`). A name that would cover another stands apart, on a line; one
    that finds no place is left out, and counted below.

    Parameters
    ----------
    patterns : Patterns
        From `framing.discover`.
    positions : ndarray of float, shape (n_claims, 2)
        From `framing.project`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a pattern; by default the name it was given, or else its number and two
        most distinctive words.
    n_named : int, default 12
        How many patterns to name, largest first.

    Returns
    -------
    Axes
        Claims set aside are small and grey. Patterns differ in colour and shape.

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
    ax = new_axes(ax, 4.8)
    if not len(positions):
        return say_nothing(ax, "no claims to draw")
    labels = patterns.labels
    found = list(range(int(labels.max(initial=-1)) + 1))
    aside = positions[labels == -1]
    ax.scatter(
        aside[:, 0], aside[:, 1], s=6, color=GREY, alpha=0.6, linewidths=0, label="set aside"
    )
    chosen, shape = colours(found), shapes(found)
    for label in found:
        points = positions[labels == label]
        ax.scatter(
            points[:, 0], points[:, 1], s=14, color=chosen[label], marker=shape[label], alpha=0.85,
            linewidths=0, label=f"pattern {label}",
        )  # fmt: skip
    n_aside = f", {len(aside):,} set aside" if len(aside) else ""
    title = f"{len(labels):,} claims, {len(found):,} patterns{n_aside}"
    ax.set_title(title, fontsize="medium", loc="left")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    _name_patterns(ax, patterns, positions, found[:n_named], names)
    return ax


def _name_patterns(
    ax: Axes,
    patterns: Patterns,
    positions: npt.NDArray[np.float64],
    labels: list[int],
    names: Mapping[int, str] | None,
) -> None:
    """A name at the middle of each pattern, or beside it."""
    from framing.plots.placing import place_texts

    ax.set_xlabel(_CAUTION, fontsize="small")

    def tell(hidden: int) -> None:
        left_out = f"; {hidden:,} names left out" if hidden else ""
        ax.xaxis.label.set_text(f"{_CAUTION}{left_out}")

    width = room(ax, 30)
    middles = [np.median(positions[patterns.labels == label], axis=0) for label in labels]
    texts = [shortened(pattern_name(patterns, label, names), width) for label in labels]
    if labels:
        place_texts(ax, middles, texts, tell=tell)
