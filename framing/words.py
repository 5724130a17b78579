"""The words that set groups of claims apart, and the claims that stand for a group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.errors import listing, problem

__all__ = ["WORD", "exemplars", "log_odds", "log_odds_z"]

WORD = r"[^\W\d_]+(?:['’\-][^\W\d_]+)*"
"""What counts as a word: letters of any script, inner apostrophes and hyphens."""


def log_odds_z(
    counts: npt.ArrayLike,
    other: npt.ArrayLike,
    prior: npt.ArrayLike,
    *,
    full_variance: bool = False,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Compute log-odds ratios of words between two corpora, and their z-scores.

    The z ranks words; it is not a test, because words come in bursts: under random labels of
    documents, one in five frequent words passes 1.96.

    Parameters
    ----------
    counts, other : array_like, shape (n_words,)
        How often each word of one common vocabulary occurs in either corpus.
    prior : array_like, shape (n_words,)
        Pseudo-counts, each above 0; informative when proportional to a background corpus.
    full_variance : bool, default False
        Add the two terms that the usual truncation of the variance leaves out.

    Returns
    -------
    delta, z : ndarray of float, shape (n_words,)
        Positive where the word is over-represented in the first corpus.

    Raises
    ------
    FramingError
        If a prior is not above 0, a corpus is empty, or there is only one word.

    References
    ----------
    Monroe, B. L., Colaresi, M. P., & Quinn, K. M. (2008). Fightin' words. Political Analysis,
    16(4), 372-403. https://doi.org/10.1093/pan/mpn018

    Examples
    --------
    >>> delta, z = log_odds_z([30, 12, 0], [22, 30, 9], [4.0, 3.0, 1.0])
    >>> z.round(2).tolist()
    [4.82, -2.44, -2.02]
    """
    y, x, a = (np.asarray(values, dtype=float) for values in (counts, other, prior))
    if np.any(~(a > 0)):
        bad = np.flatnonzero(~(a > 0))
        raise problem(
            "a prior above 0 for every word",
            f"{a[bad[0]]} at word {bad[0]}",
            "Give rare words a small prior such as 0.01",
        )
    if a.size < 2:
        raise problem("at least two words", f"{a.size}", "Use a larger vocabulary")
    if not (y.sum() > 0 and x.sum() > 0):
        raise problem("words in both corpora", "an empty one", "Leave empty groups out")
    y, x = y + a, x + a
    rest_y, rest_x = y.sum() - y, x.sum() - x
    delta = np.log(y / rest_y) - np.log(x / rest_x)
    variance = 1 / y + 1 / x
    if full_variance:
        variance = variance + 1 / rest_y + 1 / rest_x
    return delta, delta / np.sqrt(variance)


def log_odds(
    texts: Iterable[str],
    groups: Sequence[Any] | npt.NDArray[Any] | pd.Series[Any],
    *,
    documents: Sequence[Any] | pd.Series[Any] | None = None,
    min_documents: int = 2,
    prior_size: float = 500.0,
    stop_words: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Rank the words that set each group of texts apart from all the others.

    Parameters
    ----------
    texts : iterable of str, length n_texts
    groups : sequence, length n_texts
        The group of each text; a missing group takes part in the background only.
    documents : sequence, length n_texts, optional
        The document of each text; without it every text is its own document.
    min_documents : int, default 2
        A word must occur in this many documents of the group to be listed.
    prior_size : float, default 500
        Weight of the prior, in words, spread like the pooled texts.
    stop_words : iterable of str, optional
        Words not to list; by default scikit-learn's English list. They still count towards the
        size of a group, so that hiding them changes no other word's odds. Pass ``()`` for none.

    Returns
    -------
    DataFrame
        `label, word, count, count_rest, n_documents, log_odds, z`, by label, then falling z; ties
        by falling count, then word. Only words with positive z. Empty with fewer than two groups.

    See Also
    --------
    log_odds_z : the formula, its source, and why z is a ranking and not a test.

    Examples
    --------
    >>> table = log_odds(["more aid now", "more aid soon", "no more war", "stop the war"],
    ...                  ["a", "a", "b", "b"])
    >>> table[["label", "word", "count", "count_rest"]].to_dict("records")
    [{'label': 'a', 'word': 'aid', 'count': 2, 'count_rest': 0},
     {'label': 'b', 'word': 'war', 'count': 2, 'count_rest': 0}]
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    texts = list(texts)
    keys = pd.Series(list(groups))
    if len(keys) != len(texts):
        raise problem("one group per text", f"{len(texts)} texts, {len(keys)} groups", "Align them")
    hidden = ENGLISH_STOP_WORDS if stop_words is None else frozenset(stop_words)
    empty = pd.DataFrame(
        columns=["label", "word", "count", "count_rest", "n_documents", "log_odds", "z"]
    )
    labels = sorted(keys.dropna().unique())
    try:
        vectorizer = CountVectorizer(token_pattern=WORD)
        counts = sparse.csr_matrix(vectorizer.fit_transform(texts))
    except ValueError:  # scikit-learn's way of saying that no text holds a word
        return empty
    words = vectorizer.get_feature_names_out()
    if len(labels) < 2 or len(words) < 2:
        return empty
    per_document = _document_codes(documents, len(texts))
    total = np.asarray(counts.sum(axis=0)).ravel()
    prior = prior_size * total / total.sum()
    listable = np.array([word not in hidden for word in words])
    tables = []
    for label in labels:
        rows = np.flatnonzero((keys == label).to_numpy())
        inside = np.asarray(counts[rows].sum(axis=0)).ravel()
        if not 0 < inside.sum() < total.sum():
            continue
        n_documents = _document_frequency(counts[rows], per_document[rows])
        delta, z = log_odds_z(inside, total - inside, prior)
        keep = np.flatnonzero(listable & (n_documents >= min_documents) & (z > 0))
        tables.append(
            pd.DataFrame(
                {
                    "label": label,
                    "word": words[keep],
                    "count": inside[keep],
                    "count_rest": (total - inside)[keep],
                    "n_documents": n_documents[keep],
                    "log_odds": delta[keep],
                    "z": z[keep],
                }
            ).sort_values(["z", "count", "word"], ascending=[False, False, True])
        )
    return pd.concat(tables, ignore_index=True) if tables else empty


def exemplars(
    claims: pd.DataFrame,
    labels: Sequence[Any] | npt.NDArray[Any] | pd.Series[Any],
    strengths: npt.ArrayLike,
    *,
    n: int = 3,
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
    shown = [
        name for name in ("claim_id", "doc_id", "outlet", "voice", "text") if name in claims.columns
    ]
    table = claims[shown].reset_index(drop=True)
    table.insert(0, "label", pd.Series(list(labels)))
    table.insert(1, "strength", np.asarray(strengths, dtype=float))
    table = table[table["label"] != -1]
    order = ["label", "strength", *(name for name in ("text", "doc_id") if name in shown)]
    table = table.sort_values(order, ascending=[True, False, *[True] * (len(order) - 2)])
    table = table.drop_duplicates(["label", "text"])
    if "doc_id" in shown:
        turn = table.groupby(["label", "doc_id"], sort=False).cumcount()
        table = (
            table.assign(turn=turn)
            .sort_values(["label", "turn"], kind="stable")
            .drop(columns="turn")
        )
    table.insert(1, "rank", table.groupby("label", sort=False).cumcount() + 1)
    return table[table["rank"] <= n].reset_index(drop=True)


def _document_codes(
    documents: Sequence[Any] | pd.Series[Any] | None, n_texts: int
) -> npt.NDArray[np.intp]:
    """A whole number for the document of each text."""
    if documents is None:
        return np.arange(n_texts)
    codes, _ = pd.factorize(pd.Series(list(documents)))
    if len(codes) != n_texts or (codes < 0).any():
        raise problem(
            "one document per text",
            f"{len(codes)} documents for {n_texts} texts, missing in rows "
            f"{listing(np.flatnonzero(codes < 0).tolist())}",
            "Pass the doc_id column of the same rows",
        )
    return codes


def _document_frequency(
    counts: sparse.csr_matrix, documents: npt.NDArray[np.intp]
) -> npt.NDArray[np.int64]:
    """In how many documents each word occurs."""
    codes = np.unique(documents, return_inverse=True)[1]
    gather = sparse.csr_matrix(
        (np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(codes.max() + 1, len(codes))
    )
    return np.asarray(((gather @ counts) > 0).sum(axis=0), dtype=np.int64).ravel()
