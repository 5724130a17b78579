"""Tables as tints: shares of labels by group, every cell with its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from framing.plots.marks import group_names, reach
from framing.plots.text import (
    fine_print,
    label_below,
    named,
    new_axes,
    plain,
    room,
    say_nothing,
    shortened,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from framing.prevalence import Shares

__all__ = ["heatmap", "label_columns", "write_cells"]

_INK = "#202020"
_NONE = {"estimate": np.nan}
_DARK = 0.6  # of the darkest tint: from here on, letters are white


def heatmap(
    result: Shares, *, ax: Axes | None = None, names: Mapping[Any, str] | None = None
) -> Axes:
    r"""Draw the shares of labels by group as a table of tints, each cell with share and count.

    The darker, the larger the share of the group's claims. A cell of few claims looks as sure as
    one of many: read the denominators below, and draw the intervals with `framing.plots.shares`.
    Hatched cells have no data; 0 means that the group has claims and none of them the label.
    Asserted claims only, as far as they are counted apart from denied ones.

    Parameters
    ----------
    result : Shares
        From `framing.shares`. Select rows with `dataclasses.replace(result, table=...)`.
    ax : Axes, optional
    names : mapping, optional
        Text to show for a label, such as ``{0: "encirclement"}``.

    Returns
    -------
    Axes
        Labels in rows, groups in columns with their claims and clusters.

    Examples
    --------
    >>> import framing, pandas as pd
    >>> claims = pd.DataFrame({"voice": ["nato", "nato", "un"], "doc_id": ["a", "b", "b"]})
    >>> found = framing.shares(["aid", "war", "aid"], claims, cluster="doc_id")
    >>> [text.get_text() for text in framing.plots.heatmap(found).texts]
    ['50% (1)', '100% (1)', '50% (1)', '0']
    """
    table = result.table
    if "denied" in table.columns:
        table = table[~table["denied"].astype(bool)]
    table = table.assign(group=group_names(table, result.settings["by"]))
    labels, groups = (list(dict.fromkeys(table[name])) for name in ("label", "group"))
    columns = _column_texts(table, room(ax, 24))
    turned = 0.065 * max(map(len, columns), default=0)
    ax = new_axes(ax, 1.0 + 0.38 * max(len(labels), 2) + turned)
    if table.empty:
        return say_nothing(ax, "no claims to count")
    cells = {(row["label"], row["group"]): row for row in table.to_dict("records")}
    grid = [[cells.get((label, group), _NONE) for group in groups] for label in labels]
    shares = np.array([[cell["estimate"] for cell in row] for row in grid], dtype=float)
    most, width = reach(table), room(ax, 32)
    _draw_tints(ax, shares, most)
    ax.set_yticks(range(len(labels)), [named(label, names, width) for label in labels])
    s = result.settings
    about = f"{', '.join(map(plain, s['by']))}: claims in clusters ({plain(s['cluster'])})"
    hatched = "; hatched: no data" if np.isnan(shares).any() else ""
    about += f"\ntint: share of them, up to {most:.0%}{hatched}"
    label_columns(ax, columns, about)
    for between in (" ", "\n"):
        texts = [[_cell_text(cell, between) for cell in row] for row in grid]
        if write_cells(ax, texts, dark=shares > _DARK * most):
            return ax
    ax.xaxis.label.set_text(f"{ax.get_xlabel()}\n(cells too small for numbers)")
    return ax


def _column_texts(table: pd.DataFrame, width: int) -> list[str]:
    """Each group with its claims and clusters."""
    return [
        f"{shortened(row['group'], width)}: {row['n_claims']:,} in {row['n_clusters']:,}"
        for row in table.drop_duplicates("group").to_dict("records")
    ]


def _draw_tints(ax: Axes, shares: npt.NDArray[np.float64], most: float) -> None:
    """Cells from white to dark, the first row on top; those without data hatched."""
    from matplotlib.patches import Rectangle

    rows, columns = shares.shape
    ax.pcolormesh(
        np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, np.ma.masked_invalid(shares),
        cmap="Blues", vmin=0, vmax=most, edgecolors="#d0d0d0", linewidth=0.4,
    )  # fmt: skip
    for row, column in np.argwhere(np.isnan(shares)):
        box = Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor="white", hatch="////")
        box.set(edgecolor="#a0a0a0", linewidth=0.4)
        ax.add_patch(box)
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _cell_text(cell: Mapping[Any, Any], between: str) -> str:
    if np.isnan(cell["estimate"]):
        return ""
    return f"{cell['estimate']:.0%}{between}({cell['count']:,})" if cell["count"] else "0"


def label_columns(ax: Axes, texts: Sequence[str], about: str) -> None:
    """Name the columns of a table with slanted text, upright where they are narrow.

    Where not even upright text fits, only every so many columns are named, and `about`, which
    becomes the label of the axis, says so.
    """
    width, _ = _cell_size(ax, len(texts), 1)
    line = 1.35 * float(ax.get_xticklabels()[0].get_fontsize())
    step = int(np.ceil(line / width))
    if step > 1:
        about += f"\n(one column in {step} is named)"
    shown = [text if place % step == 0 else "" for place, text in enumerate(texts)]
    if 0.5 * line * max(map(len, texts)) < width:
        ax.set_xticks(range(len(texts)), shown)
    elif width < 1.5 * line:
        ax.set_xticks(range(len(texts)), shown, rotation=90)
    else:
        ax.set_xticks(range(len(texts)), shown, rotation=40, ha="right", rotation_mode="anchor")
    label_below(ax, about)


def write_cells(ax: Axes, texts: Sequence[Sequence[str]], *, dark: npt.NDArray[np.bool_]) -> bool:
    """Write a text into each cell of a table, or none at all where one of them does not fit."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    width, height = _cell_size(ax, len(texts[0]), len(texts))
    written = [
        ax.text(j, i, text, ha="center", va="center", color="white" if dark[i, j] else _INK)
        for i, row in enumerate(texts)
        for j, text in enumerate(row)
        if text
    ]
    points = 72 / figure.dpi
    for font in ("small", fine_print()):
        for text in written:
            text.set_fontsize(font)
        sizes = [text.get_window_extent() for text in written]
        if all(s.width * points < width - 1 and s.height * points < height - 1 for s in sizes):
            return True
    for text in written:
        text.remove()
    return False


def _cell_size(ax: Axes, n_columns: int, n_rows: int) -> tuple[float, float]:
    """Points that a cell is wide and high, once all is laid out."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    box, points = ax.get_window_extent(), 72 / figure.dpi
    return box.width * points / n_columns, box.height * points / n_rows
