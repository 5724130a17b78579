"""Words that set two groups apart, one group on either side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.plots.colours import colours
from framing.plots.marks import bare, legend_below
from framing.plots.text import is_narrow, label_below, new_axes, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.words import WordShift

__all__ = ["words"]

_PALE = 0.35  # opacity of a bar whose word is not told from chance


def words(
    result: WordShift | pd.DataFrame,
    *,
    groups: tuple[Any, Any] | None = None,
    n: int = 15,
    level: float = 0.05,
    ax: Axes | None = None,
    palette: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw the words of two groups as bars to either side, the longest on top.

    A bar is as long as the word's z; behind the word stands how often the group uses it, and how
    often the rest does. Where the result has tests, words that pass are solid and all others
    pale: a long pale bar is a word that few documents repeat. The figure shows the words of
    highest z, so it always shows some, even of groups that do not differ.

    Parameters
    ----------
    result : WordShift or DataFrame
        From `framing.words.word_shift`, or a table from `framing.words.log_odds`.
    groups : (group, group), optional
        On the left and on the right; needed where the table has other than two.
    n : int, default 15
        Words on either side.
    level : float, default 0.05
        A word passes where its `p_all` is not above this.
    ax : Axes, optional
    palette : mapping, optional
        Colour of each group; by default `framing.plots.colours`.

    Returns
    -------
    Axes
        z on the x axis, to the left for the first group; one row per rank, from the top.

    Raises
    ------
    FramingError
        If `groups` is needed, or names a group that has no row.

    Examples
    --------
    >>> import framing
    >>> table = framing.words.log_odds(["more aid", "send aid", "no war", "stop the war"],
    ...                                ["a", "a", "b", "b"])
    >>> [text.get_text() for text in framing.plots.words(table).texts]
    ['2 : 0  aid', 'war  2 : 0']
    """
    table = result if isinstance(result, pd.DataFrame) else result.table
    if table.empty:
        return say_nothing(new_axes(ax, 2), "no words to compare")
    left, right = _two(groups, table["label"].drop_duplicates().tolist())
    sides = [(left, -1, table[table["label"] == left].head(n)),
             (right, 1, table[table["label"] == right].head(n))]  # fmt: skip
    rows = max(len(own) for _, _, own in sides)
    own_figure, ax = ax is None, new_axes(ax, 1.1 + 0.24 * max(rows, 3))
    chosen = {**colours([left, right]), **(palette or {})}
    for group, sign, own in sides:
        _draw_side(ax, own, sign, chosen[group], level)
    reach = max(own["z"].max() for _, _, own in sides if len(own)) * _beyond(ax)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.axvline(0, color="#505050", linewidth=0.8)
    ax.set_yticks([])
    bare(ax)
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    about = "z of the log-odds ratio; by the word: its count in the group : in the rest"
    label_below(ax, about, 78)
    width = room(ax, 32)
    ax.set_title(f"← {shortened(left, width)}", loc="left", fontsize="medium")
    ax.set_title(f"{shortened(right, width)} →", loc="right", fontsize="medium")
    if "p_all" in table.columns:
        _legend(ax, level, grow=own_figure)
    return ax


def _beyond(ax: Axes) -> float:
    """How far the x axis goes beyond the longest bar, to make room for the words there."""
    half = 1.1 * room(ax, 84) / 2  # small letters that fit on either side
    longest = max(len(text.get_text()) for text in ax.texts)
    return max(1.4, half / max(half - longest, half / 6))


def _two(groups: tuple[Any, Any] | None, labels: list[Any]) -> tuple[Any, Any]:
    """The groups to draw."""
    if groups is None and len(labels) != 2:
        raise problem("two groups", f"{len(labels)}: {listing(labels)}", "Name two in groups=")
    left, right = groups or labels
    for group in (left, right):
        if group not in labels:
            raise unknown_value("both groups", group, labels)
    return left, right


def _draw_side(ax: Axes, own: pd.DataFrame, sign: int, colour: str, level: float) -> None:
    """Bars of one group from the middle outwards, each with its word and counts beyond it."""
    width = room(ax, 24 if is_narrow(ax) else 28)
    for place, row in enumerate(own.to_dict("records")):
        passes = "p_all" not in row or row["p_all"] <= level
        ax.barh(place, sign * row["z"], height=0.7, color=colour, alpha=1 if passes else _PALE)
        word, counts = shortened(row["word"], width), f"{row['count']:,} : {row['count_rest']:,}"
        ax.annotate(
            f"{counts}  {word}" if sign < 0 else f"{word}  {counts}",
            (sign * row["z"], place),
            xytext=(4 * sign, 0),
            textcoords="offset points",
            ha="right" if sign < 0 else "left",
            va="center",
            fontsize="small",
        )


def _legend(ax: Axes, level: float, *, grow: bool) -> None:
    """What solid and pale mean."""
    from matplotlib.patches import Patch

    handles = [Patch(color="#505050"), Patch(color="#505050", alpha=_PALE)]
    legend_below(ax, handles, [f"p_all ≤ {level:g}", "not told from chance"], grow=grow)
