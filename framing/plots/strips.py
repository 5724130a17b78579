"""One article as a strip: sentences from top to bottom, coloured by who is speaking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.plots.colours import colours
from framing.plots.text import new_axes, say_nothing, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["strip"]


def strip(
    sentences: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    ax: Axes | None = None,
    palette: Mapping[str, str] | None = None,
    width: int = 58,
) -> Axes:
    """Draw who says what in one article.

    One row per sentence, its bar as long as the sentence; the parts that a claim covers are
    coloured by voice, what attributes them stays pale. Denied claims are hatched. The text of
    each sentence stands beside its bar, and the chain of speakers behind it.

    Parameters
    ----------
    sentences : DataFrame
        From `framing.sentences`, of one document.
    claims : DataFrame
        From `framing.claims`, of the same document.
    ax : Axes, optional
    palette : mapping, optional
        Colour of each voice; by default `framing.plots.colours`.
    width : int, default 58
        Characters of each sentence to show.

    Returns
    -------
    Axes

    Raises
    ------
    FramingError
        If there are several documents.

    See Also
    --------
    framing.claims : where the voices come from, and how sure they are.
    """
    documents = sentences["doc_id"].unique().tolist()
    if len(documents) > 1:
        raise problem(
            "sentences of one document",
            f"{len(documents)} documents: {listing(documents)}",
            "Select one with sentences[sentences.doc_id == ...]",
        )
    for name in ("start", "end", "voice", "chain", "denied"):
        if name not in claims.columns:
            raise unknown_value("a column of claims", name, claims.columns)
    ax = new_axes(ax, (7.5, 0.9 + 0.3 * max(len(sentences), 3)))
    if sentences.empty:
        return say_nothing(ax, "no sentences to draw")
    claims = claims[claims["doc_id"].isin(documents)]
    ordered = sentences.sort_values("start")
    chosen = {**colours(sorted(claims["voice"].unique())), **(palette or {})}
    starts, ends = ordered["start"].astype(int).tolist(), ordered["end"].astype(int).tolist()
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        inside = claims[(claims["start"] < end) & (claims["end"] > start)]
        _draw_sentence(ax, place, start, end, inside, chosen)
        ax.annotate(
            _chains(inside),
            (end - start, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            color="#404040",
        )
    ax.set_yticks(
        range(len(ordered)), [shortened(text, width) for text in ordered["text"]], fontsize=7
    )
    for tick, position in zip(ax.get_yticklabels(), ordered["position"], strict=True):
        tick.set_fontweight("bold" if position == "title" else "normal")
    ax.set_ylim(len(ordered) - 0.4, -0.6)
    ax.set_xlim(0, 1.6 * max(end - start for start, end in zip(starts, ends, strict=True)))
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    _legend(ax, claims, chosen)
    return ax


def _draw_sentence(
    ax: Axes, place: int, start: int, end: int, claims: pd.DataFrame, chosen: Mapping[str, str]
) -> None:
    """A pale bar for the sentence, and a coloured one for each claim in it."""
    ax.barh(place, end - start, height=0.62, color="#f2f2f2", linewidth=0)
    # Longer claims first, so that a claim inside another stays visible.
    by_length = claims.assign(length=claims["end"] - claims["start"]).sort_values(
        ["length", "start"], ascending=[False, True]
    )
    for depth, claim in enumerate(by_length.to_dict("records")):
        first, last = max(int(claim["start"]), start), min(int(claim["end"]), end)
        ax.barh(
            place,
            last - first,
            left=first - start,
            height=0.62 - 0.12 * min(depth, 3),
            color=chosen[claim["voice"]],
            hatch="////" if claim["denied"] else None,
            edgecolor="white",
            linewidth=0.5,
        )


def _chains(claims: pd.DataFrame) -> str:
    """Who said it, through whom, for the claims of one sentence in reading order."""
    chains = [" < ".join(chain) for chain in claims.sort_values("start")["chain"] if len(chain)]
    return shortened("; ".join(dict.fromkeys(chains)), 60)


def _legend(ax: Axes, claims: pd.DataFrame, chosen: Mapping[str, str]) -> None:
    """Voices with the number of their claims."""
    from matplotlib.patches import Patch

    counts = Counter(claims["voice"].tolist())
    handles = [
        Patch(facecolor=chosen[voice], label=f"{shortened(voice, 28)} ({counts[voice]})")
        for voice in sorted(counts)
    ]
    if claims["denied"].astype(bool).any():
        handles.append(Patch(facecolor="#b0b0b0", hatch="////", edgecolor="white", label="denied"))
    ax.legend(
        handles=handles,
        title="voice (claims)",
        loc="upper center",
        bbox_to_anchor=(0.35, -0.01),
        ncols=4,
        frameon=False,
        fontsize="small",
        title_fontsize="small",
    )
