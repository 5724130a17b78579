"""One article as a strip: sentences from top to bottom, coloured by who is speaking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.plots.colours import colours
from framing.plots.marks import legend_below
from framing.plots.text import (
    fine_print,
    is_narrow,
    isolated,
    new_axes,
    room,
    say_nothing,
    shortened,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["strip"]

# Told apart without colour; none of them looks like a denial, which is hatched on top of them.
_HATCHES, _DENIED = ("", "...", "\\\\\\", "---", "|||", "ooo"), "////"
_PLAIN = ("narration", "impersonal", "unknown")


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
    each sentence stands beside its bar, or above it in a narrow figure, and the chain of speakers
    behind it.

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
    own, narrow = ax is None, is_narrow(ax)
    ax = new_axes(ax, 0.9 + (0.42 if narrow else 0.3) * max(len(sentences), 3))
    if sentences.empty:
        return say_nothing(ax, "no sentences to draw")
    claims = claims[claims["doc_id"].isin(documents)]
    ordered = sentences.sort_values("start")
    looks = _looks(sorted(claims["voice"].unique()), palette or {})
    starts, ends = ordered["start"].astype(int).tolist(), ordered["end"].astype(int).tolist()
    # So many letters fit across the Axes: beside the bars there must be room for the chains.
    letters, reach = room(ax, 90 if narrow else 60), 1.0
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        inside = claims[(claims["start"] < end) & (claims["end"] > start)]
        _draw_sentence(ax, place, start, end, inside, looks, height=0.4 if narrow else 0.62)
        chain = _chains(inside, letters * 3 // 5)
        reach = max(reach, (end - start) / (1 - (len(chain) + 2) / letters))
        ax.annotate(
            chain,
            (end - start, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=fine_print(),
            color="#404040",
        )
    ax.set_xlim(0, reach)
    _write_sentences(ax, ordered, width, above=narrow)
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    _legend(ax, claims, looks, grow=own)
    return ax


def _looks(voices: Sequence[str], palette: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Colour and hatching of each voice; those that nobody is named for are plain greys."""
    chosen = {**colours(voices), **palette}
    named = [voice for voice in voices if voice not in _PLAIN]
    hatches = {voice: _HATCHES[i % len(_HATCHES)] for i, voice in enumerate(named)}
    return {voice: (chosen[voice], hatches.get(voice, "")) for voice in voices}


def _write_sentences(ax: Axes, sentences: pd.DataFrame, width: int, *, above: bool) -> None:
    """The text of each sentence beside its bar, or above it; titles are bold."""
    texts = [
        shortened(text, room(ax, 80) if above else room(ax, width)) for text in sentences["text"]
    ]
    weights = ["bold" if position == "title" else "normal" for position in sentences["position"]]
    ax.set_ylim(len(texts) - (0.7 if above else 0.4), -0.75 if above else -0.6)
    if above:
        ax.set_yticks([])
        for place, (text, weight) in enumerate(zip(texts, weights, strict=True)):
            ax.text(
                0, place - 0.24, text, fontsize=fine_print(), fontweight=weight, va="bottom",
            )  # fmt: skip
        return
    ax.set_yticks(range(len(texts)), texts, fontsize=fine_print())
    for tick, weight in zip(ax.get_yticklabels(), weights, strict=True):
        tick.set_fontweight(weight)


def _draw_sentence(
    ax: Axes, place: int, start: int, end: int, claims: pd.DataFrame,
    looks: Mapping[str, tuple[str, str]], *, height: float,
) -> None:  # fmt: skip
    """A pale bar for the sentence, and a coloured one for each claim in it."""
    ax.barh(place, end - start, height=height, color="#f2f2f2", linewidth=0)
    # Longer claims first, so that a claim inside another stays visible.
    by_length = claims.assign(length=claims["end"] - claims["start"]).sort_values(
        ["length", "start"], ascending=[False, True]
    )
    for depth, claim in enumerate(by_length.to_dict("records")):
        first, last = max(int(claim["start"]), start), min(int(claim["end"]), end)
        colour, hatch = looks[claim["voice"]]
        ax.barh(
            place,
            last - first,
            left=first - start,
            height=height * (1 - 0.2 * min(depth, 3)),
            color=colour,
            hatch=hatch + (_DENIED if claim["denied"] else "") or None,
            edgecolor="white",
            linewidth=0.5,
        )


def _chains(claims: pd.DataFrame, width: int) -> str:
    """Who said it, through whom, for the claims of one sentence in reading order."""
    chains = [
        " < ".join(map(isolated, chain))
        for chain in claims.sort_values("start")["chain"]
        if len(chain)
    ]
    return shortened("; ".join(dict.fromkeys(chains)), width)


def _legend(
    ax: Axes, claims: pd.DataFrame, looks: Mapping[str, tuple[str, str]], *, grow: bool
) -> None:
    """Voices with the number of their claims."""
    from matplotlib.patches import Patch

    counts = Counter(claims["voice"].tolist())
    handles, texts = [], []
    for voice in sorted(counts):
        colour, hatch = looks[voice]
        handles.append(Patch(facecolor=colour, hatch=hatch, edgecolor="white"))
        texts.append(f"{shortened(voice, 28)} ({counts[voice]})")
    if claims["denied"].astype(bool).any():
        handles.append(Patch(facecolor="#808080", hatch=_DENIED, edgecolor="white"))
        texts.append("denied")
    legend_below(ax, handles, texts, title="voice (claims)", grow=grow)
