"""Agreement of coders as dots with intervals, and a machine's confusions as a table of greys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.errors import problem, unknown_value
from framing.plots.marks import bare, draw_dot, draw_interval
from framing.plots.text import new_axes, plain, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.agreement import Agreement, Validity

__all__ = ["agreement", "confusion"]

_INK = "#202020"
_THRESHOLDS = {0.667: ".667\ntentative", 0.8: ".800\nrely on"}


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
    ax = new_axes(ax, (6.3, 1.2 + 0.28 * max(len(rows), 2)))
    lowest = _lowest(rows)
    for y, row in enumerate(rows.itertuples()):
        _draw_estimate(ax, y, row, lowest)
    if "alpha" in result.settings["measure"]:
        _draw_thresholds(ax)
    texts = [(names or {}).get(label, label) for label in rows["label"]]
    sizes = zip(texts, rows["n_codings"], strict=True)
    ax.set_yticks(range(len(rows)), [f"{shortened(text, 32)} ({n:,})" for text, n in sizes])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(lowest, 1.0)
    ax.set_ylabel("code (times given)")
    ax.set_xlabel(_axis_text(result))
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
    ax = new_axes(ax, (2.2 + 0.75 * len(codes), 1.6 + 0.6 * len(codes)))
    if not len(codes):
        return say_nothing(ax, "no claims coded by both")
    shape = (len(codes), len(codes))
    counts = rows["count"].to_numpy().reshape(shape)
    shares = rows["share"].to_numpy(dtype=float).reshape(shape)
    ax.imshow(np.nan_to_num(shares), cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        text = f"{counts[i, j]:,}" if np.isnan(share) else f"{counts[i, j]:,}\n{share:.0%}"
        ax.text(
            j, i, text, ha="center", va="center", color="white" if share > 0.6 else _INK, fontsize=8
        )
    texts = [shortened((names or {}).get(code, code), 24) for code in codes]
    ax.set_xticks(range(len(codes)), texts, rotation=30, ha="right", rotation_mode="anchor")
    totals = zip(texts, counts.sum(axis=1), strict=True)
    ax.set_yticks(range(len(codes)), [f"{text} ({n:,})" for text, n in totals])
    ax.set_xlabel("code by the machine")
    ax.set_ylabel("code by people (claims)")
    ax.set_title(_group_text(result, group, int(counts.sum())), fontsize="medium", loc="left")
    ax.tick_params(length=0)
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
            plain(row.note),
            (row.estimate if beside else lowest, y),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            color="#505050",
        )


def _draw_thresholds(ax: Axes) -> None:
    for place, text in _THRESHOLDS.items():
        ax.axvline(place, color="#808080", linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        ax.annotate(
            text,
            (place, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=7,
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
