"""How the patterns of each level split into those of the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from framing.errors import unknown_value
from framing.plots.marks import bare, legend_below
from framing.plots.text import label_below, new_axes, pattern_name, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.patterns import Patterns

__all__ = ["tree"]

_MOST = 60  # patterns of a level that can be told apart on a page
_HALF = 0.2  # half the height of a pattern, where levels are 1 apart
# Dark, middle and hatched: told apart in grey as well.
_TINTS = {
    "stable": "#08519c",
    "weak": "#6baed6",
    "dissolved": "#f2f2f2",
    "not measured": "#bdbdbd",
    "set aside": "white",
}
_OTHER = "#cfcfcf"
_HATCHES = {"dissolved": "////", "set aside": "...."}


def tree(
    patterns: Patterns,
    *,
    ax: Axes | None = None,
    names: Mapping[int, str] | None = None,
    levels: Sequence[int] | None = None,
) -> Axes:
    """Draw how the patterns of each level split into those of the next, stable ones dark.

    Boxes are as wide as their patterns have claims, each below the pattern of the level above that
    holds most of it; a band is the paler, the more of its claims come from elsewhere. Stability is
    known for the chosen level alone. A split says nothing about which level is right.

    Parameters
    ----------
    patterns : Patterns
        From `framing.discover`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a pattern of the chosen level, where it fits; else its number, if that
        does.
    levels : sequence of int, optional
        Which levels to draw; by default the chosen one, and those of at most 60 patterns.

    Returns
    -------
    Axes
        Levels from top to bottom, coarse to fine; claims on the x axis.

    Raises
    ------
    FramingError
        If there is no such level.
    """
    table = patterns.levels
    sizes: dict[int, int] = dict(zip(table["level"], table["n_patterns"], strict=True))
    chosen = patterns.settings["level"]
    for level in levels or ():
        if level not in sizes:
            raise unknown_value("levels", level, sizes)
    if levels is None:
        levels = [level for level, n in sizes.items() if n <= _MOST or level == chosen]
    shown = sorted(set(levels))
    own, ax = ax is None, new_axes(ax, 1.4 + 0.6 * len(shown))
    if patterns.tree.empty:
        return say_nothing(ax, "no claims to draw")
    boxes = _boxes(patterns.tree, shown)
    _draw_bands(ax, boxes)
    of_boxes = _patterns_of_boxes(patterns, chosen)
    verdicts = patterns.table.set_index("label")["verdict"].to_dict() | {-1: "set aside"}
    seen = set()
    for box in boxes:
        verdict = verdicts[of_boxes[box.label]] if box.level == chosen else ""
        seen.add(verdict)
        ax.broken_barh(
            [(box.left, box.width)], (box.y - _HALF, 2 * _HALF),
            facecolor=_TINTS.get(verdict, _OTHER), hatch=_HATCHES.get(verdict),
            edgecolor="#707070" if verdict else "white", linewidth=0.6,
        )  # fmt: skip
    _label(ax, patterns, shown, sizes)
    _legend(ax, [verdict for verdict in _TINTS if verdict in seen], grow=own)
    _name_boxes(ax, patterns, [box for box in boxes if box.level == chosen], of_boxes, names)
    return ax


@dataclass(frozen=True)
class _Box:
    """A pattern of a level, its left end and width in claims, in row `y` of the figure.

    `above` is the box of the level above it that holds most of it, and `inside` the share that it
    holds.
    """

    level: int
    label: int
    y: int
    left: int
    width: int
    above: _Box | None
    inside: float


def _boxes(tree: pd.DataFrame, shown: Sequence[int]) -> list[_Box]:
    """The patterns of the levels that are shown; children stand below their parents, by size."""
    rank: dict[tuple[int, int], int] = {(-1, -1): 0}
    nearest: dict[tuple[int, int], _Box | None] = {(-1, -1): None}  # that is shown, or above
    boxes = []
    for level in range(int(tree["level"].max()) + 1):
        rows = tree[tree["level"] == level].to_dict("records")
        rows.sort(key=lambda r: (rank[(r["level"] - 1, r["parent"])], -r["n_claims"], r["label"]))
        left = 0
        for row in rows:
            key, parent = (level, row["label"]), (level - 1, row["parent"])
            rank[key], nearest[key] = len(rank), nearest[parent]
            if level in shown:
                box = _Box(
                    level, row["label"], shown.index(level), left, row["n_claims"],
                    nearest[parent], row["inside"],
                )  # fmt: skip
                nearest[key] = box
                boxes.append(box)
            left += row["n_claims"]
    return boxes


def _draw_bands(ax: Axes, boxes: Sequence[_Box]) -> None:
    """From the lower edge of each pattern to the upper edges of its parts."""
    parts: dict[_Box, list[_Box]] = {}
    for box in boxes:
        if box.above is not None:
            parts.setdefault(box.above, []).append(box)
    for parent, children in parts.items():
        scale = parent.width / sum(child.width for child in children)
        left: float = parent.left
        for child in children:
            right = left + scale * child.width
            ax.fill(
                [left, right, child.left + child.width, child.left],
                [parent.y + _HALF, parent.y + _HALF, child.y - _HALF, child.y - _HALF],
                facecolor="#d4d4d4", alpha=0.5 * child.inside, edgecolor="white", linewidth=0.6,
                zorder=0,
            )  # fmt: skip
            left = right


def _patterns_of_boxes(patterns: Patterns, level: int) -> dict[int, int]:
    """The label in `patterns.labels` of each pattern of a level; -1 where all was set aside."""
    of_level = patterns.level_labels[level]
    found = {}
    for label in range(int(of_level.max(initial=-1)) + 1):
        own = patterns.labels[of_level == label]
        kept = own[own >= 0]
        found[label] = int(np.bincount(kept).argmax()) if kept.size else -1
    return found


def _label(ax: Axes, patterns: Patterns, shown: Sequence[int], sizes: Mapping[int, int]) -> None:
    """Levels with their patterns on the left; below, what boxes are and what is not drawn."""
    chosen = patterns.settings["level"]
    texts = [f"level {level}: {sizes[level]:,}" for level in shown]
    ax.set_yticks(range(len(shown)), texts)
    for tick, level in zip(ax.get_yticklabels(), shown, strict=True):
        tick.set_fontweight("bold" if level == chosen else "normal")
    ax.set_ylim(len(shown) - 1 + 1.6 * _HALF, -1.6 * _HALF)
    ax.set_xlim(0, len(patterns.labels))
    left_out = [str(level) for level in sizes if level not in shown]
    rest = f"; not drawn: level {', '.join(left_out)}" if left_out else ""
    label_below(ax, f"claims (levels: patterns; bold: chosen{rest})")
    bare(ax)


def _legend(ax: Axes, verdicts: Sequence[str], *, grow: bool) -> None:
    from matplotlib.patches import Patch

    tints = [*(_TINTS[verdict] for verdict in verdicts), _OTHER]
    hatches = [*(_HATCHES.get(verdict) for verdict in verdicts), None]
    handles = [
        Patch(facecolor=tint, hatch=hatch, edgecolor="#707070", linewidth=0.6)
        for tint, hatch in zip(tints, hatches, strict=True)
    ]
    legend_below(ax, handles, [*verdicts, "other level"], grow=grow)


def _name_boxes(
    ax: Axes,
    patterns: Patterns,
    boxes: Sequence[_Box],
    of_boxes: Mapping[int, int],
    names: Mapping[int, str] | None,
) -> None:
    """The name of each pattern in its box, or its number, or nothing where neither fits."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    verdicts = patterns.table.set_index("label")["verdict"]
    whole = ax.get_window_extent().width / len(patterns.labels)
    for box in boxes:
        label = of_boxes[box.label]
        if label == -1:
            continue
        verdict = verdicts[label]
        dark = verdict == "stable"
        text = ax.text(
            box.left + box.width / 2, box.y, "", ha="center", va="center",
            fontsize="small", color="white" if dark else "#202020",
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "linewidth": 0}
            if verdict in _HATCHES else None,
        )  # fmt: skip
        for shown in (shortened(pattern_name(patterns, label, names), 24), str(label), ""):
            text.set_text(shown)
            if text.get_window_extent().width <= 0.94 * whole * box.width:
                break
