"""Claims that stand for a group, and claims that hold a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import problem, unknown_value
from framing.results import Result
from framing.words.counting import WORD

__all__ = ["claims_with", "exemplars"]

_Column: TypeAlias = "Sequence[Any] | npt.NDArray[Any] | pd.Series[Any]"

_SHOWN = ("claim_id", "doc_id", "outlet", "voice", "text")
_TRACED = ("claim_id", "doc_id", "start", "end", "outlet", "voice", "text")


def exemplars(
    claims: pd.DataFrame, labels: _Column, strengths: npt.ArrayLike, *, n: int = 3
) -> pd.DataFrame:
    """Choose the strongest claims of each label, from different documents where it can.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With `text`, and `claim_id` and `doc_id` where there are such columns.
    labels : sequence, length n_claims
        Label -1 (set aside) has no exemplars.
    strengths : array_like, shape (n_claims,)
        How well each claim stands for its label; higher is better.
    n : int, default 3
        How many claims to show of each label.

    Returns
    -------
    DataFrame
        `label, rank, strength` and those of `claim_id, doc_id, outlet, voice, text` that claims
        have. A text is shown once; a second claim of a document only when no other document is
        left.

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": ["a", "a", "b"], "text": ["war", "more war", "a war"]})
    >>> exemplars(claims, [0, 0, 0], [0.9, 0.8, 0.7], n=2)["text"].tolist()
    ['war', 'a war']
    """
    table = claims[[name for name in _SHOWN if name in claims.columns]].reset_index(drop=True)
    table.insert(0, "label", pd.Series(list(labels)))
    table.insert(1, "strength", np.asarray(strengths, dtype=float))
    return _strongest(table[table["label"].notna() & (table["label"] != -1)], ["label"], n)


def claims_with(
    words: pd.DataFrame | Result,
    claims: pd.DataFrame,
    labels: _Column,
    *,
    strengths: npt.ArrayLike | None = None,
    n_words: int = 5,
    n: int = 2,
) -> pd.DataFrame:
    """Show the claims in which each group uses the words that set it apart.

    A word list invites guessing what the words meant; these are the places to read. They are
    the strongest cases, not typical ones.

    Parameters
    ----------
    words : DataFrame or WordShift
        From `log_odds` or `word_shift`; the first `n_words` of each label are looked up.
    claims : DataFrame, shape (n_claims, ...)
        With `text`; `claim_id, doc_id, start, end, outlet, voice` are passed on where they exist.
    labels : sequence, length n_claims
        The group of each claim, as given to `log_odds`.
    strengths : array_like, shape (n_claims,), optional
        How well each claim stands for its group, higher is better; by default the sum of z over
        the looked-up words that the claim holds.
    n_words : int, default 5
    n : int, default 2
        How many claims to show of each word.

    Returns
    -------
    DataFrame
        `label, word, rank, strength` and where the claim stands. A text is shown once for a word;
        a second claim of a document only when no other document is left.

    Raises
    ------
    FramingError
        If `words` lacks `label`, `word` or `z`, claims have no `text`, or labels or strengths do
        not match the claims.

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": ["a", "b", "c", "d"], "start": [0, 4, 0, 9],
    ...     "text": ["More aid now.", "Aid, more aid!", "No more war.", "Stop the war."]})
    >>> from framing.words import log_odds
    >>> table = log_odds(claims["text"], ["x", "x", "y", "y"])
    >>> claims_with(table, claims, ["x", "x", "y", "y"])[["label", "word", "doc_id", "start"]]
      label word doc_id  start
    0     x  aid      b      4
    1     x  aid      a      0
    2     y  war      c      0
    3     y  war      d      9
    """
    table = words.table if isinstance(words, Result) else words
    for column in ("label", "word", "z"):
        if column not in table.columns:
            raise unknown_value("a column of words", column, table.columns)
    if "text" not in claims.columns:
        raise unknown_value("a column of claims", "text", claims.columns)
    given = None if strengths is None else np.asarray(strengths, dtype=float)
    groups = np.array(list(labels), dtype=object)
    for name, values in (("label", groups), ("strength", given)):
        if values is not None and len(values) != len(claims):
            raise problem(
                f"one {name} per claim ({len(claims):,} claims)",
                f"{len(values):,} {name}s",
                "Pass columns that were made from the same rows",
            )
    shown = claims[[name for name in _TRACED if name in claims.columns]].reset_index(drop=True)
    parts = []
    for label, own in table.groupby("label", sort=False):
        rows = np.flatnonzero(groups == label)
        top = own.head(n_words)
        held = _held(shown["text"].to_numpy()[rows], top["word"].tolist())
        strength = held @ top["z"].to_numpy(dtype=float) if given is None else given[rows]
        for place, word in enumerate(top["word"]):
            hit = held[:, place]
            part = shown.iloc[rows[hit]]
            parts.append(part.assign(label=label, word=word, strength=strength[hit]))
    if not parts:
        return pd.DataFrame(columns=["label", "word", "rank", "strength", *shown.columns])
    order = ["label", "word", "strength", *shown.columns]
    return _strongest(pd.concat(parts, ignore_index=True)[order], ["label", "word"], n)


def _held(texts: npt.NDArray[Any], words: list[str]) -> npt.NDArray[np.bool_]:
    """Which of the texts hold which of the words, read as they were counted."""
    runs = [f" {' '.join(re.findall(WORD, text.lower()))} " for text in texts]
    held = [[f" {word} " in run for word in words] for run in runs]
    return np.array(held, dtype=bool).reshape(len(runs), len(words))


def _strongest(table: pd.DataFrame, keys: list[str], n: int) -> pd.DataFrame:
    """The n strongest rows for each key, different texts, other documents first.

    The first key is sorted; within it, the others keep the order in which they come.
    """
    others = [name for name in ("text", "doc_id", "start") if name in table.columns]
    place = table.groupby(keys, sort=False).ngroup().to_numpy()
    table = table.assign(place=place).sort_values(
        [keys[0], "place", "strength", *others],
        ascending=[True, True, False, *[True] * len(others)],
    )
    table = table.drop_duplicates([*keys, "text"])
    if "doc_id" in table.columns:
        turn = table.groupby([*keys, "doc_id"], sort=False).cumcount()
        table = table.assign(turn=turn).sort_values([keys[0], "place", "turn"], kind="stable")
    table = table.drop(columns=["place", "turn"], errors="ignore")
    table.insert(len(keys), "rank", table.groupby(keys, sort=False).cumcount() + 1)
    return table[table["rank"] <= n].reset_index(drop=True)
