"""Text on figures: as it stands, never read as mathematics, and never too long."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["label_text", "named", "new_axes", "plain", "say_nothing", "shortened"]


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
    >>> label_text(3), label_text(-1), label_text("aid")
    ('pattern 3', 'set aside', 'aid')
    """
    if isinstance(label, int | np.integer):
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


def shortened(text: object, width: int) -> str:
    """Cut a text at a word, with an ellipsis, so that it takes at most `width` characters.

    Examples
    --------
    >>> shortened("NATO and its allies met in Kyiv", 20)
    'NATO and its …'
    """
    joined = " ".join(str(text).split())
    if len(joined) <= width:
        return plain(joined)
    cut = textwrap.shorten(joined, width, placeholder=" …")
    return plain(cut if len(cut) > 2 else joined[: width - 1] + "…")


def new_axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Take the caller's Axes, or open a figure of this size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def say_nothing(ax: Axes, message: str) -> Axes:
    """Write on empty Axes why there is nothing to draw."""
    ax.text(0.5, 0.5, message, ha="center", va="center", transform=ax.transAxes, color="#606060")
    ax.set_axis_off()
    return ax
