"""The words that set a pattern apart from those beside it in the tree, not from everything."""

from __future__ import annotations

import numpy as np
import pandas as pd

from framing.errors import problem, unknown_value
from framing.patterns.result import Patterns
from framing.words import log_odds

__all__ = ["sibling_words"]


def sibling_words(
    patterns: Patterns, claims: pd.DataFrame, *, level: int | None = None
) -> pd.DataFrame:
    """Rank the words that set each pattern apart from its siblings in the tree.

    Siblings are patterns that one pattern of the next coarser level holds. `Patterns.words` tells
    what a pattern is about; this tells what it says that its neighbours do not. It misleads where
    `Patterns.tree` shows that a pattern is spread over several parents (`inside` well below 1).

    Parameters
    ----------
    patterns : Patterns
    claims : DataFrame, shape (n_claims, ...)
        The claims that the patterns were found in, with `text`.
    level : int, optional
        The level of the tree; by default the chosen one, with the patterns' own labels.

    Returns
    -------
    DataFrame
        As `framing.words.log_odds`, with a column `parent`: the label of the pattern above at the
        next coarser level, -1 at the top. A pattern without siblings has no rows.

    Raises
    ------
    FramingError
        If the claims are not those of the patterns, or there is no such level.

    Examples
    --------
    >>> import framing
    >>> codes = framing.load_corpus().codes
    >>> patterns = framing.discover(framing.embed(codes), codes, n_samples=5)
    >>> framing.patterns.sibling_words(patterns, codes).columns[:3].tolist()
    ['parent', 'label', 'word']
    """
    if len(claims) != patterns.labels.size:
        raise problem(
            f"the {patterns.labels.size:,} claims that the patterns were found in",
            f"{len(claims):,} claims",
            "Pass the same table as to discover",
        )
    levels = range(len(patterns.level_labels))
    if level is not None and level not in levels:
        raise unknown_value("level", level, levels)
    labels = patterns.labels if level is None else patterns.level_labels[level]
    above = (patterns.settings["level"] if level is None else level) - 1
    coarser = patterns.level_labels[above] if above >= 0 else np.zeros_like(labels)
    parents: dict[int, list[int]] = {}
    for label in range(int(labels.max(initial=-1)) + 1):
        held = coarser[(labels == label) & (coarser >= 0)]
        parent = int(np.bincount(held).argmax()) if above >= 0 and held.size else -1
        parents.setdefault(parent, []).append(label)
    texts = claims["text"].to_numpy()
    documents = claims["doc_id"] if "doc_id" in claims.columns else None
    tables = []
    for parent, children in sorted(parents.items()):
        rows = np.flatnonzero(np.isin(labels, children))
        own = None if documents is None else documents.iloc[rows]
        table = log_odds(texts[rows], labels[rows], documents=own)
        table.insert(0, "parent", parent)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
