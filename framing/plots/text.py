"""Text on figures: as it stands, never read as mathematics, and never too long."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.patterns import Patterns

__all__ = [
    "fine_print", "is_narrow", "isolated", "label_below", "label_text", "named", "new_axes",
    "new_pair", "pattern_name", "plain", "room", "say_nothing", "shortened", "wrapped",
]  # fmt: skip

_USUAL_WIDTH, _USUAL_FONT = 6.4, 10.0  # inches and points that widths in characters are given for
_SMALLEST = 6.25  # points
_LINE = 84  # characters across such a figure
_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI"}


def plain(text: object) -> str:
    r"""Escape the dollar signs that matplotlib would read as mathematics.

    Examples
    --------
    >>> print(plain("$1 and $2"))
    \$1 and \$2
    """
    return str(text).replace("$", r"\$")


def label_text(label: object) -> str:
    """Name a label: whole numbers are patterns, and -1 is what was set aside.

    Examples
    --------
    >>> label_text(3), label_text(-1), label_text("aid"), label_text(True)
    ('pattern 3', 'set aside', 'aid', 'True')
    """
    if isinstance(label, int | np.integer) and not isinstance(label, bool):
        return "set aside" if label == -1 else f"pattern {label}"
    return str(label)


def named(label: object, names: Mapping[Any, str] | None, width: int) -> str:
    """Show a label by the name it was given, or by its own, cut to `width` characters.

    Examples
    --------
    >>> named(0, {0: "encirclement"}, 32), named(1, {0: "encirclement"}, 32)
    ('encirclement', 'pattern 1')
    """
    return shortened((names or {}).get(label, label_text(label)), width)


def pattern_name(patterns: Patterns, label: int, names: Mapping[int, str] | None) -> str:
    """The name that a pattern was given, or else its number and two most distinctive words."""
    given = {**patterns.names, **(names or {})}
    if label in given:
        return given[label]
    words: list[Any] = patterns.words.loc[patterns.words["label"] == label, "word"].tolist()
    return f"{label} {', '.join(words[:2])}".strip()


def shortened(text: object, width: int) -> str:
    """Cut a text at a word, with an ellipsis, so that it takes at most `width` characters.

    Accents stay with their letters. Text that runs from right to left is set apart by Unicode's
    isolates, so that numbers beside it stay where they are; matplotlib 3.11 orders and joins it.

    Examples
    --------
    >>> shortened("NATO and its allies met in Kyiv", 20)
    'NATO and its …'
    """
    joined = "".join(
        "\ufffd" if unicodedata.category(character) == "Cc" else character
        for character in " ".join(str(text).split())
    )
    if sum(map(_columns, joined)) > width:
        joined = _cut(joined, width)
    return isolated(plain(joined))


def wrapped(ax: Axes, text: str, width: int) -> str:
    """Break a text into lines of so many characters as `room` has for `width`."""
    lines = text.split("\n")
    return "\n".join(textwrap.fill(line, room(ax, width), break_long_words=False) for line in lines)


def label_below(ax: Axes, text: str, width: int = 60) -> None:
    """Label the x axis in as many lines as it takes; call it when the y axis has its labels.

    Beside long labels it ends where the axis does: in its middle it would be cut off.
    """
    longest = max((len(tick.get_text()) for tick in ax.get_yticklabels()), default=0)
    ax.set_xlabel(wrapped(ax, text, width), loc="right" if longest > 14 else "center")


def room(ax: Axes | None, width: int) -> int:
    """So many characters as fit where `width` fit a figure of 6.4 inches at 10 points; no more.

    Without Axes, those of a new figure.
    """
    import matplotlib as mpl

    inches = float(mpl.rcParams["figure.figsize"][0])
    if ax is not None:
        figure = ax.get_figure(root=True)
        assert figure is not None
        usual = figure.subplotpars.right - figure.subplotpars.left
        share = min(1.0, ax.get_position(original=True).width / usual)
        inches = figure.get_figwidth() * share
    fits = width * inches / _USUAL_WIDTH * _USUAL_FONT / float(mpl.rcParams["font.size"])
    return max(8, min(width, int(fits + 0.5)))


def fine_print() -> float:
    """Size in points of the smallest letters: they can be read in print."""
    import matplotlib as mpl

    return max(_SMALLEST, 0.7 * float(mpl.rcParams["font.size"]))


def is_narrow(ax: Axes | None) -> bool:
    """Whether there is no room beside the Axes, as in one column of a journal."""
    return room(ax, _LINE) < 0.85 * _LINE


def new_axes(ax: Axes | None, height: float, *, width: float | None = None) -> Axes:
    """Take the caller's Axes, or open a figure.

    Parameters
    ----------
    ax : Axes, optional
    height : float
        Inches, with letters of 10 points; with smaller ones so much less.
    width : float, optional
        Likewise, but never wider than matplotlib's ``figure.figsize``, which is the default.
    """
    if ax is not None:
        return ax
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    scale = mpl.rcParams["font.size"] / _USUAL_FONT
    widest = mpl.rcParams["figure.figsize"][0]
    size = (widest if width is None else min(widest, width * scale), height * scale)
    return plt.subplots(figsize=size, layout="constrained")[1]


def new_pair(
    axes: tuple[Axes, Axes] | None, height: float, *, ratios: tuple[int, int]
) -> tuple[Axes, Axes]:
    """Take the caller's pair of Axes, or open a figure with one panel above another."""
    if axes is not None:
        return axes
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    size = (mpl.rcParams["figure.figsize"][0], height * mpl.rcParams["font.size"] / _USUAL_FONT)
    _, (upper, lower) = plt.subplots(
        2, 1, sharex=True, figsize=size, layout="constrained", height_ratios=ratios
    )
    return upper, lower


def say_nothing(ax: Axes, message: str) -> Axes:
    """Write on empty Axes why there is nothing to draw."""
    ax.text(0.5, 0.5, message, ha="center", va="center", transform=ax.transAxes, color="#606060")
    ax.set_axis_off()
    return ax


def _columns(character: str) -> int:
    """How wide a character is: accents and marks take no room, Chinese characters twice."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, width: int) -> str:
    """The words that fit with an ellipsis; of a first word that does not, its beginning."""
    fitting = _beginning(text, width - 2)
    whole = fitting if text[len(fitting)] == " " else fitting.rpartition(" ")[0]
    return f"{whole.rstrip()} …" if whole.strip() else f"{_beginning(text, width - 1)}…"


def _beginning(text: str, width: int) -> str:
    """As much of a text as is `width` wide, letters with all their accents."""
    used = 0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return text[:place]
    return text


def isolated(text: str) -> str:
    """Wrap text with right-to-left letters so that it does not reorder what stands beside it."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"\u2068{text}\u2069"
    return text
