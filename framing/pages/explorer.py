"""`explore`: claims on a map and in a list, each to be read in its article."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.errors import problem
from framing.labels import Labels
from framing.pages.facets import Named, facets_of, map_labels
from framing.pages.spans import Offsets, check_spans, documents_of, in_browser
from framing.pages.writing import asset, html_page, plotly_script, write_text
from framing.patterns import Patterns
from framing.results import versions

__all__ = ["Explorer", "explore"]

_MANY = 20_000
_WORDS = ("speaker_resolved", "speaker", "cue")


@dataclass(frozen=True)
class Explorer:
    """A page on which claims are searched, filtered and read; made by `explore`.

    Attributes
    ----------
    page : str
        The whole page: HTML with its data, styles and scripts.
    settings : mapping
        What it holds, and what was left out (``set_aside``).
    """

    page: str = field(repr=False)
    settings: Mapping[str, Any]

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, which opens in any browser without a network."""
        return write_text(path, self.page)

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Explorer: {s['n_claims']:,} claims in {s['n_documents']:,} documents, "
            f"{len(self.page.encode('utf-8')) / 1e6:.1f} MB; texts: {s['texts']}"
        )

    def _repr_html_(self) -> str:
        # An origin of its own: nothing in a text could reach the notebook.
        return (
            '<iframe sandbox="allow-scripts allow-downloads" title="Explorer of claims" '
            'style="width: 100%; height: 760px; border: 1px solid #d4d4d4" '
            f'srcdoc="{html.escape(self.page)}"></iframe>'
        )


def explore(
    patterns: Labels,
    claims: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    *,
    positions: npt.NDArray[np.float64] | None = None,
    names: Mapping[Any, str] | None = None,
    title: str = "Claims",
    texts: bool = True,
    articles: bool | None = None,
    path: str | Path | None = None,
) -> Explorer:
    """Search, filter and read claims in their articles, on a page that needs no network.

    A click on the map or in the list opens the article with what is said, who says it and the
    reporting words marked. The page is for reading: nearness on the map is likeness of words, not
    agreement, and the number of matches is no estimate (see `framing.shares`). It holds the texts,
    in a file and in a notebook alike: pass it on only to whom you may give them.

    Parameters
    ----------
    patterns : Patterns, Series, array or list, one entry per claim
        Patterns or codes, as `framing.shares` takes them; a claim may carry several.
    claims : DataFrame, shape (n_claims, ...)
        As `framing.claims` returns it; `claim_id, doc_id, start, end` are needed, `text` too if
        texts are shown. Filters are made of `voice, outlet, date, stance, denied` where they are.
    documents : DataFrame, optional
        With `doc_id` and `text`, and `title, outlet, date` where there are such columns. Without
        it the page shows claims but no articles.
    positions : ndarray of float, shape (n_claims, 2), optional
        From `framing.project`. Without them there is no map.
    names : mapping, optional
        Text to show for a pattern or code, such as ``{0: "encirclement"}``; by default the names
        given to the patterns, or their number and two most distinctive words.
    title : str, default "Claims"
    texts : bool, default True
        False writes ids, offsets and labels only: no text, title, speaker or cue.
    articles : bool, optional
        Whether to put in the articles' full texts. By default they are left out, which the page
        says, where there are more than 20,000 claims.
    path : str or Path, optional
        A file to write the page to at once.

    Returns
    -------
    Explorer
        Shows itself in Jupyter; `save(path)` writes it. ``settings["set_aside"]`` counts what was
        left out.

    Raises
    ------
    FramingError
        If a column is missing, labels or positions do not match the claims, a position is not
        finite, a claim's document is missing or appears twice, or a claim's text does not stand
        at its offsets.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a"], "text": ["The mayor said aid came."]})
    >>> claims = pd.DataFrame({"claim_id": ["a.0"], "doc_id": ["a"], "start": [15], "end": [23],
    ...     "text": ["aid came"], "voice": ["mayor"]})
    >>> explore(["aid"], claims, documents).settings["n_documents"]
    1
    """
    check_columns(claims, ["claim_id", "doc_id", "start", "end", *(["text"] if texts else [])])
    claims = claims.reset_index(drop=True)
    if articles is None:
        articles = len(claims) <= _MANY
    held = documents_of(claims, documents)
    whole = documents is not None and texts and articles
    if documents is not None and texts:
        check_spans(claims, held)
    if positions is not None:
        positions = _checked(positions, len(claims))
    facets = facets_of(patterns, claims, held, names=_names(patterns, names, texts))
    left = _left_out(claims, held, documents, texts=texts, whole=whole)
    settings: dict[str, Any] = {
        "n_claims": len(claims),
        "n_documents": len(held),
        "texts": "articles" if whole else "claims" if texts else "none",
        "map": positions is not None,
        "set_aside": left,
        "versions": versions("pandas"),
    }
    data = {
        "title": title,
        "synthetic": _is_synthetic(claims, documents),
        "notes": [f"{n:,} {what}" for what, n in left.items()],
        "map": positions is not None,
        "labels": [] if positions is None else map_labels(facets[0], positions),
        "facets": facets,
        "docs": _documents(held, texts=texts, whole=whole),
        **_claims(claims, held, patterns, positions, texts=texts, whole=whole),
    }
    made = Explorer(_page(title, data), settings)
    if path is not None:
        made.save(path)
    return made


def _page(title: str, data: dict[str, Any]) -> str:
    """The page; the drawing library is put in only where there is something to draw."""
    scripts = [plotly_script()] if data["map"] else []
    return html_page(
        title=title, body=asset("explorer.html"), style=asset("explorer.css"), data=data,
        scripts=[*scripts, asset("explorer.js")],
    )  # fmt: skip


def _names(patterns: Labels, names: Mapping[Any, str] | None, texts: bool) -> Named:
    """Names of the labels: the caller's, those given to the patterns, or number and words."""
    if not isinstance(patterns, Patterns):
        return dict(names or {})
    top = patterns.words.groupby("label").head(2)
    words: dict[int, list[str]] = {}
    for label, word in zip(top["label"], top["word"], strict=True):
        words.setdefault(int(label), []).append(str(word))
    made = {label: f"{label} {', '.join(held)}" for label, held in words.items()} if texts else {}
    return {**made, **patterns.names, **(names or {})}


def _is_synthetic(claims: pd.DataFrame, documents: pd.DataFrame | None) -> bool:
    """Whether any of the texts is marked as written for a purpose, not reported."""
    tables = [table for table in (claims, documents) if table is not None]
    return any(bool(table["synthetic"].any()) for table in tables if "synthetic" in table.columns)


def _left_out(
    claims: pd.DataFrame, held: pd.DataFrame, documents: pd.DataFrame | None, *, texts: bool,
    whole: bool,
) -> dict[str, int]:  # fmt: skip
    """Count what the reader of the page will miss, with the reason."""
    left: dict[str, int] = {}
    if not texts:
        left["claims without their texts, speakers and cues (texts=False)"] = len(claims)
    elif documents is None:
        left["articles not shown: no documents were given"] = len(held)
    elif not whole:
        why = f"more than {_MANY:,} claims" if len(claims) > _MANY else "articles=False"
        left[f"articles whose full texts are left out ({why}; articles=True keeps them)"] = len(
            held
        )
    undated = int((held["date"] == "").sum())
    if undated and undated < len(held):
        left["documents without a date, hidden whenever dates are filtered"] = undated
    unclaimed = 0 if documents is None else len(documents) - len(held)
    if unclaimed:
        left["documents without a claim, not shown"] = unclaimed
    return left


def _documents(held: pd.DataFrame, *, texts: bool, whole: bool) -> dict[str, Any]:
    """The documents in columns."""
    return {
        "id": held["doc_id"].tolist(),
        "outlet": held["outlet"].tolist(),
        "date": held["date"].tolist(),
        "title": held["title"].tolist() if texts else None,
        "text": held["text"].tolist() if whole else None,
    }


def _claims(
    claims: pd.DataFrame, held: pd.DataFrame, patterns: Labels,
    positions: npt.NDArray[np.float64] | None, *, texts: bool, whole: bool,
) -> dict[str, Any]:  # fmt: skip
    """The claims in columns, their repeated strings once."""
    place = {doc_id: row for row, doc_id in enumerate(held["doc_id"])}
    document = [place[str(doc_id)] for doc_id in claims["doc_id"]]
    spans: Offsets = {
        name: claims[name].astype("Int64").astype(object).where(claims[name].notna(), None).tolist()
        if name in claims.columns
        else [None] * len(claims)
        for name in ("start", "end", "speaker_start", "speaker_end", "cue_start", "cue_end")
    }
    columns: dict[str, Any] = {"id": claims["claim_id"].astype(str).tolist(), "doc": document}
    if whole:
        moved = in_browser(spans, document, held["text"].tolist())
        if moved != spans:
            columns |= {"from": spans["start"], "to": spans["end"]}
        spans = moved
    elif texts:
        columns["text"] = claims["text"].astype(str).tolist()
    columns |= spans
    if positions is not None:
        columns |= {axis: _short(positions[:, k]) for k, axis in
                    enumerate("xy")}  # fmt: skip
    if isinstance(patterns, Patterns):
        columns["strength"] = [
            None if np.isnan(value) else round(float(value), 3) for value in patterns.strengths
        ]
    if "negated" in claims.columns:
        columns["negated"] = claims["negated"].fillna(False).astype(int).tolist()
    strings: dict[str, int] = {"": 0}
    if texts:
        for name, values in _words(claims).items():
            columns[name] = [strings.setdefault(value, len(strings)) for value in values]
    return {"claims": columns, "strings": list(strings)}


def _words(claims: pd.DataFrame) -> dict[str, list[str]]:
    """Speaker, chain and cue of each claim, as far as there are such columns."""
    found: dict[str, list[str]] = {}
    for name in _WORDS:
        if name in claims.columns:
            found[name.removesuffix("_resolved")] = found.get(
                name.removesuffix("_resolved"), claims[name].astype("string").fillna("").tolist()
            )
    if "chain" in claims.columns:
        found["chain"] = [
            " < ".join(str(link) for link in chain) if len(chain) > 1 else ""
            for chain in claims["chain"]
        ]
    return found


def _checked(positions: npt.NDArray[np.float64], n_claims: int) -> npt.NDArray[np.float64]:
    """One finite place per claim."""
    if np.shape(positions) != (n_claims, 2):
        raise problem(
            f"positions of shape ({n_claims}, 2), one for each claim",
            f"shape {np.shape(positions)}",
            "Project the vectors of the same claims",
        )
    if not np.isfinite(positions).all():
        rows = np.flatnonzero(~np.isfinite(positions).all(axis=1))
        raise problem(
            "finite positions", f"others in {len(rows):,} rows, the first {rows[0]}",
            "Project the vectors again",
        )  # fmt: skip
    return np.asarray(positions, dtype=float)


def _short(values: npt.NDArray[np.float64]) -> list[float]:
    """Five digits: more than a screen can show."""
    return [float(f"{value:.5g}") for value in values]
