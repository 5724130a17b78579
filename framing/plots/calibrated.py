"""What a coder model expected against what people found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from framing.errors import unknown_value
from framing.plots.colours import GREY
from framing.plots.text import label_below, new_axes, say_nothing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["calibration"]

_INK = "#202020"


def calibration(table: pd.DataFrame, *, level: float | None = None, ax: Axes | None = None) -> Axes:
    """Draw what share of claims carries a code against the probability that a model gave them.

    On the dashed line, claims that were given 70 % carry the code in 70 of 100 cases; below it the
    model is too sure. A bin without interval is a cross. Bins depend on where they are cut, and a
    model that gives every claim the overall share lies on the line and is of no use: look at how
    far the dots spread from left to right as well.

    Parameters
    ----------
    table : DataFrame
        A row per bin: `predicted` (mean probability, 0 to 1), `observed` (share of its claims that
        people gave the code), `low` and `high` (its interval, or NaN) and `n` (claims).
    level : float, optional
        Confidence level of the intervals, to be named below the figure.
    ax : Axes, optional

    Returns
    -------
    Axes
        Predicted on the x axis, observed on the y axis; the number beside a dot is its claims.

    Raises
    ------
    FramingError
        If a column is missing.

    References
    ----------
    Niculescu-Mizil, A., & Caruana, R. (2005). Predicting good probabilities with supervised
    learning. ICML, 625-632. https://doi.org/10.1145/1102351.1102430

    Examples
    --------
    >>> table = pd.DataFrame({"predicted": [0.2, 0.8], "observed": [0.1, 0.7], "low": [0.0, 0.5],
    ...                       "high": [0.3, 0.9], "n": [40, 25]})
    >>> [text.get_text() for text in calibration(table).texts]
    ['40', '25']
    """
    from framing.plots.placing import place_texts

    for name in ("predicted", "observed", "low", "high", "n"):
        if name not in table.columns:
            raise unknown_value("a column of table", name, table.columns)
    ax = new_axes(ax, 4.2, width=4.6)
    rows = table.dropna(subset=["predicted", "observed"]).sort_values("predicted", kind="stable")
    if rows.empty:
        return say_nothing(ax, "no claims to compare")
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    bounded = rows["low"].notna().to_numpy()
    ax.vlines(
        rows["predicted"][bounded], rows["low"][bounded], rows["high"][bounded], color=_INK,
        linewidth=1.4,
    )  # fmt: skip
    for mask, marker in ((bounded, "o"), (~bounded, "x")):
        ax.plot(
            rows["predicted"][mask], rows["observed"][mask], marker=marker, color=_INK,
            markersize=5, linestyle="none", clip_on=False, zorder=3,
        )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_aspect("equal")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_ylabel("share of claims that people gave the code")
    what = f"{level:.0%} intervals" if level is not None else "intervals"
    empty = len(table) - len(rows)
    about = "probability given by the model"
    about += f"\n(bins without claims: {empty:,})" if empty else ""

    label_below(ax, f"{about}\n({what}; beside dots: claims)", 76)
    label = ax.get_xlabel()

    def tell(hidden: int) -> None:
        ax.xaxis.label.set_text(f"{label}, {hidden:,} left out" if hidden else label)

    points = rows[["predicted", "observed"]].to_numpy(dtype=float)
    lows, highs = (rows[name].fillna(rows["observed"]) for name in ("low", "high"))
    place_texts(
        ax,
        points,
        [f"{n:,}" for n in rows["n"]],
        avoid=list(zip(rows["predicted"], lows, rows["predicted"], highs, strict=True)),
        tell=tell,
    )
    return ax
