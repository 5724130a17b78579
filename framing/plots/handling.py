"""What outlets do with the claims of a voice, as bars that add up to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from framing.plots.marks import bare, legend_below
from framing.plots.text import label_below, new_axes, room, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from framing.prevalence.handling import Treatment

__all__ = ["treatment"]

# From rejecting to endorsing; hatching tells them apart where colour does not.
_STYLES: Mapping[str, tuple[str, str]] = {
    "rejected": ("#004d7a", "///"),
    "contradicted": ("#3d8fc6", "\\\\\\"),
    "distanced": ("#a6cee8", "..."),
    "relayed": ("#e8e8e8", ""),
    "endorsed": ("#e69f00", "xxx"),
}


def treatment(
    result: Treatment, *, ax: Axes | None = None, palette: Mapping[str, str] | None = None
) -> Axes:
    """Draw how each outlet treats the claims of a voice, from rejecting to endorsing.

    Each bar is all claims of the voice in one outlet, with the number of claims in each part; how
    many sentences of narration repeat one stands to the right. Bars of few claims look as sure as
    bars of many: the counts tell, and `framing.plots.shares` draws the same table with intervals.

    Parameters
    ----------
    result : Treatment
        From `framing.treatment`. Select rows with `dataclasses.replace(result, table=...)`.
    ax : Axes, optional
    palette : mapping, optional
        Colour of each treatment, such as ``{"relayed": "white"}``.

    Returns
    -------
    Axes
        Shares on the x axis, outlets on the y axis.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from framing.prevalence.handling import treatment as treatment_of
    >>> claims = pd.DataFrame({"claim_id": ["1", "2"], "doc_id": "a", "outlet": "Post",
    ...     "sentence_id": ["1", "2"], "start": [0, 9], "text": ["aid is late", "aid came"],
    ...     "voice": "mayor", "cue": "said", "stance": ["report", "distance"],
    ...     "negated": False, "denied": False})
    >>> ax = treatment(treatment_of(claims, np.eye(2), of="mayor"))
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['Post: 2 in 1']
    """
    (by,) = result.settings["by"]
    outlets = list(dict.fromkeys(result.table[by]))
    own, ax = ax is None, new_axes(ax, 1.1 + 0.34 * max(len(outlets), 2))
    if not outlets:
        return say_nothing(ax, "no claims to count")
    colours = {name: colour for name, (colour, _) in _STYLES.items()} | dict(palette or {})
    texts, hidden, width = [], 0, room(ax, 28)
    for place, outlet in enumerate(outlets):
        rows = result.table[result.table[by] == outlet].set_index("label")
        hidden += _draw_bar(ax, place, rows, colours)
        told = rows[rows.index.isin(list(_STYLES))]
        n_claims, n_clusters = (int(told[name].max()) for name in ("n_claims", "n_clusters"))
        texts.append(f"{shortened(outlet, width)}: {n_claims:,} in {n_clusters:,}")
    ax.set_yticks(range(len(outlets)), texts)
    ax.set_ylim(len(outlets) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    about = f"share of the claims of {shortened(', '.join(result.settings['of']), 40)}"
    about += f"\n({shortened(by, 24)}: claims in clusters)"
    if hidden:
        about += f"\n({hidden:,} parts too narrow for their number: see the table)"
    label_below(ax, about)
    bare(ax)
    _legend(ax, colours, grow=own)
    return ax


def _draw_bar(ax: Axes, place: int, rows: pd.DataFrame, colours: Mapping[str, str]) -> int:
    """The parts of one outlet with their counts, and what its narration repeats.

    Gives the number of parts that are too narrow for their count.
    """
    hidden, letters = 0, room(ax, 60)  # across the Axes
    left, shares, counts = 0.0, rows["estimate"].to_dict(), rows["count"].to_dict()
    for name, (_, hatch) in _STYLES.items():
        if not counts.get(name):
            continue
        share = shares[name]
        ax.barh(
            place, share, left=left, height=0.7, color=colours[name], hatch=hatch,
            edgecolor="#505050", linewidth=0.6,
        )  # fmt: skip
        text = f"{counts[name]:,}"
        if share * letters >= len(text) + 1:
            ax.text(
                left + share / 2, place, text, ha="center", va="center", fontsize="small",
                bbox={"boxstyle": "round,pad=0.15", "color": "white", "alpha": 0.85},
            )  # fmt: skip
        else:
            hidden += 1
        left += share
    if not left:
        ax.text(0.01, place, "no claims", va="center", fontsize="small", color="#606060")
    narration = rows["n_claims"].to_dict().get("adopted")
    if narration:
        ax.text(
            1.01, place, f"{counts['adopted']:,} of {narration:,}", va="center",
            fontsize="small", transform=ax.get_yaxis_transform(),
        )  # fmt: skip
    return hidden


def _legend(ax: Axes, colours: Mapping[str, str], *, grow: bool) -> None:
    """The treatments, and what the numbers beside the bars are."""
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colours[name], hatch=hatch, edgecolor="#505050", linewidth=0.6)
        for name, (_, hatch) in _STYLES.items()
    ]
    ax.text(
        1.01, 1.02, "adopting\nnarration", transform=ax.transAxes, fontsize="small", va="bottom"
    )
    legend_below(ax, handles, list(_STYLES), grow=grow)
