"""Agreement of coders as dots with intervals, and a machine's confusions as a table of greys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.errors import problem, unknown_value
from framing.plots.cells import label_columns, write_cells
from framing.plots.marks import bare, draw_dot, draw_interval
from framing.plots.text import label_below, new_axes, room, say_nothing, shortened, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.agreement import Agreement, Validity

__all__ = ["agreement", "confusion"]

_INK = "#202020"
_MOST = 12
# On the outer sides of their lines, so that they never meet.
_THRESHOLDS = ((0.667, ".667\ntentative", "right"), (0.8, ".800\nrely on", "left"))


def agreement(
    result: Agreement, *, ax: Axes | None = None, names: Mapping[Any, str] | None = None
) -> Axes:
    """Draw the agreement on all codes, and on each code, as dots with their intervals.

    An estimate without an interval is a cross, and the reason stands beside it, as it does where
    there is no estimate. The dashed lines are Krippendorff's conventions for alpha, not tests;
    kappas and percent agreement are drawn without them.

    Parameters
    ----------
    result : Agreement
        From `framing.agreement.alpha`, with ``by_code=True`` for a row per code.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a code.

    Returns
    -------
    Axes
        Agreement on the x axis, up to 1; codes on the y axis, with how often they were given.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing.agreement import alpha, wide_to_codes
    >>> wide = pd.DataFrame({"Ann": ["aid", "aid", "war"], "Ben": ["aid", "war", "war"]})
    >>> ax = agreement(alpha(wide_to_codes(wide), by_code=True))
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['all (6)', 'aid (3)', 'war (3)']
    """
    rows = result.table.rename(columns={"count": "n_codings"})
    ax = new_axes(ax, 1.2 + 0.28 * max(len(rows), 2))
    if rows.empty:
        return say_nothing(ax, "no codes to compare")
    lowest = _lowest(rows)
    for y, row in enumerate(rows.itertuples()):
        _draw_estimate(ax, y, row, lowest)
    if "alpha" in result.settings["measure"]:
        _draw_thresholds(ax)
    width = room(ax, 32)
    texts = [shortened((names or {}).get(label, label), width) for label in rows["label"]]
    sizes = zip(texts, rows["n_codings"], strict=True)
    ax.set_yticks(range(len(rows)), [f"{text} ({n:,})" for text, n in sizes])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(lowest, 1.0)
    ax.set_ylabel("code (times given)")
    label_below(ax, _axis_text(result), 66)
    bare(ax)
    return ax


def confusion(
    result: Validity,
    *,
    group: Any = "all",
    ax: Axes | None = None,
    names: Mapping[Any, str] | None = None,
) -> Axes:
    r"""Draw which codes a machine gives to the claims that people gave each code.

    Each cell shows the number of claims and, below it, their share of the row: of the claims that
    people gave this code. The darker, the larger the share. A row with few claims looks as
    certain as one with many: read the numbers.

    Parameters
    ----------
    result : Validity
        From `framing.agreement.validity`, of claims with one code each.
    group : default "all"
        One value of the grouping column, or a tuple where there are several columns.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a code.

    Returns
    -------
    Axes
        People's codes in rows, the machine's in columns.

    Raises
    ------
    FramingError
        If claims carry several codes each, or there is no such group.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing.agreement import validity
    >>> claims = pd.DataFrame({"doc_id": ["a", "b", "c"], "voice": "nato"})
    >>> ax = confusion(validity(["aid", "war", "war"], ["aid", "aid", "war"], claims))
    >>> [text.get_text() for text in ax.texts]
    ['1\n50%', '1\n50%', '0\n0%', '1\n100%']
    """
    if result.settings["multi_label"]:
        raise problem(
            "claims with one code each",
            "claims with several",
            "Read precision and recall by code in the table instead",
        )
    rows = _rows_of_group(result, group)
    codes = list(dict.fromkeys(rows["human"]))
    high = 0.6 if len(codes) <= _MOST else 0.25  # inches; beyond, numbers find no room
    ax = new_axes(ax, 1.6 + high * len(codes), width=2.2 + 0.75 * max(len(codes), 2))
    if not len(codes):
        return say_nothing(ax, "no claims coded by both")
    shape = (len(codes), len(codes))
    counts = rows["count"].to_numpy().reshape(shape)
    shares = rows["share"].to_numpy(dtype=float).reshape(shape)
    ax.imshow(np.nan_to_num(shares), cmap="Greys", vmin=0, vmax=1, aspect="auto")
    texts = [shortened((names or {}).get(code, code), room(ax, 24)) for code in codes]
    totals = zip(texts, counts.sum(axis=1), strict=True)
    ax.set_yticks(range(len(codes)), [f"{text} ({n:,})" for text, n in totals])
    ax.set_ylabel("code by people (claims)")
    title = _group_text(result, group, int(counts.sum()))
    ax.set_title(wrapped(ax, title, 64), fontsize="medium", loc="left")
    ax.tick_params(length=0)
    label_columns(ax, texts, "code by the machine")
    numbers = [[f"{n:,}" for n in row] for row in counts]
    for (row, column), share in np.ndenumerate(shares):
        if not np.isnan(share):
            numbers[row][column] += f"\n{share:.0%}"
    if not write_cells(ax, numbers, dark=shares > 0.6):
        ax.xaxis.label.set_text(f"{ax.get_xlabel()}\n(cells too small for numbers)")
    return ax


def _lowest(rows: pd.DataFrame) -> float:
    """The tenth below all that is drawn, at most 0."""
    drawn = rows[["estimate", "low"]].to_numpy(dtype=float)
    return float(min(0.0, np.floor(np.nanmin(drawn, initial=0.0) * 10) / 10))


def _draw_estimate(ax: Axes, y: int, row: Any, lowest: float) -> None:
    bounded = not np.isnan(row.low)
    draw_interval(ax, y, row.low, row.high, colour=_INK)
    if not np.isnan(row.estimate):
        draw_dot(ax, y, row.estimate, colour=_INK, bounded=bounded)
    if not bounded:
        beside = row.estimate < 0.5  # else there is more room at the left edge
        ax.annotate(
            shortened(row.note, room(ax, 50)),
            (row.estimate if beside else lowest, y),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
            color="#505050",
        )


def _draw_thresholds(ax: Axes) -> None:
    for place, text, align in _THRESHOLDS:
        ax.axvline(place, color="#808080", linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        ax.annotate(
            text,
            (place, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha=align,
            va="bottom",
            fontsize="small",
            color="#505050",
        )


def _axis_text(result: Agreement) -> str:
    """What is drawn, on how much, and what the interval is."""
    settings, first = result.settings, result.table.iloc[0]
    methods = [name for name in dict.fromkeys(result.table["method"]) if name != "none"]
    interval = f"{settings['level']:.0%} {', '.join(methods)}; " if methods else ""
    return (
        f"{settings['measure']}\n({interval}{first['n_coders']:,} coders,"
        f" {first['n_pairable']:,} units with two codes or more)"
    )


def _rows_of_group(result: Validity, group: Any) -> pd.DataFrame:
    by, found = result.settings["by"], result.confusion
    keys = [tuple(row) for row in found[by].to_numpy(dtype=object)]
    wanted = _key(result, group)
    known = [("all",) * len(by), *keys]
    if wanted not in known:
        shown = [key[0] if len(key) == 1 else key or "all" for key in dict.fromkeys(known)]
        raise unknown_value("group", group, shown)
    return found.loc[np.array([key == wanted for key in keys], dtype=bool)]


def _key(result: Validity, group: Any) -> tuple[Any, ...]:
    if isinstance(group, str) and group == "all":
        return ("all",) * len(result.settings["by"])
    return group if isinstance(group, tuple) else (group,)


def _group_text(result: Validity, group: Any, n_claims: int) -> str:
    named = ", ".join(str(value) for value in _key(result, group)) or "all"
    place = "all claims" if set(_key(result, group)) <= {"all"} else named
    return f"{shortened(place, 40)}: {n_claims:,} claims coded by both"
