"""`log_odds`: words ranked by how far they set one group of texts apart from another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import problem
from framing.words.counting import (
    Groups,
    document_codes,
    documents_by_group,
    group_codes,
    pair_codes,
    sums_by_group,
    word_counts,
)

__all__ = ["log_odds", "log_odds_z"]

Floats: TypeAlias = npt.NDArray[np.float64]

_COLUMNS = ["label", "word", "count", "count_rest", "n_documents", "log_odds", "z"]


def log_odds_z(
    counts: npt.ArrayLike,
    other: npt.ArrayLike,
    prior: npt.ArrayLike,
    *,
    full_variance: bool = False,
) -> tuple[Floats, Floats]:
    """Compute log-odds ratios of words between two corpora, and their z-scores.

    The z ranks words; it is not a test, because words come in bursts: under random labels of
    documents, one in five frequent words passes 1.96. `framing.words.word_shift` tests. With a
    flat and tiny prior, a word that one corpus lacks gets a z near 0 however often the other has
    it; exclusive words need an informative prior.

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
    groups: Groups,
    *,
    documents: Sequence[Any] | pd.Series[Any] | None = None,
    pair: tuple[Any, Any] | None = None,
    n_grams: tuple[int, int] = (1, 1),
    vocabulary: Iterable[str] | None = None,
    background: Mapping[str, float] | None = None,
    prior_size: float = 500.0,
    full_variance: bool = False,
    stop_words: Iterable[str] | None = None,
    min_documents: int = 2,
) -> pd.DataFrame:
    """Rank the words that set each group of texts apart from all the others.

    The ranking is no test (see `framing.words.word_shift`), and a word tells a topic, not a
    stance: read the claims that hold it (`framing.words.claims_with`).

    Parameters
    ----------
    texts : iterable of str, length n_texts
    groups : Patterns or sequence, length n_texts
        The group of each text. A text without a group (missing, or set aside in patterns) counts
        among the rest of every group.
    documents : sequence, length n_texts, optional
        The document of each text; without it every text is its own document.
    pair : (group, group), optional
        Compare these two with one another; all other texts then only inform the prior.
    n_grams : (int, int), default (1, 1)
        Shortest and longest run of words to count; ``(1, 2)`` adds pairs. Runs do not cross from
        one text into the next, but they do cross punctuation and numbers.
    vocabulary : iterable of str, optional
        Count these words alone. Every odds is over the counted words, so leaving words out
        changes all of them.
    background : mapping of str to number, optional
        Counts of words in a larger corpus, added to those of the texts to make the prior. A word
        that it lacks gets next to no prior, and so a small z however exclusive it is.
    prior_size : float, default 500
        Weight of the prior, in words, spread like the pooled texts (and the background).
    full_variance : bool, default False
        See `framing.words.log_odds_z`.
    stop_words : iterable of str, optional
        Words not to list; by default scikit-learn's English list, which holds "no" and "not".
        Runs that begin or end with one are not listed either. They still count towards the size
        of a group, so that hiding them changes no other word's odds. Pass ``()`` for none.
    min_documents : int, default 2
        A word must occur in this many documents of the group to be listed.

    Returns
    -------
    DataFrame
        `label, word, count, count_rest, n_documents, log_odds, z`, by label, then falling z; ties
        by falling count, then word. Only words with positive z. Empty with fewer than two groups.

    Raises
    ------
    FramingError
        If texts, groups and documents differ in length, a text or a document is missing, `pair`
        names an unknown group, or the vocabulary or the background cannot be used.

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
    texts = list(texts)
    labels, codes = group_codes(groups, len(texts))
    chosen = range(len(labels)) if pair is None else pair_codes(pair, labels)
    per_document = document_codes(documents, len(texts))
    bag = word_counts(
        texts, n_grams=n_grams, vocabulary=vocabulary, background=background,
        prior_size=prior_size, stop_words=stop_words,
    )  # fmt: skip
    if len(labels) < 2 or len(bag.words) < 2:
        return pd.DataFrame(columns=_COLUMNS)
    compared = bag.counts if pair is None else bag.counts[np.isin(codes, chosen)]
    total = np.asarray(compared.sum(axis=0)).ravel()
    in_group = sums_by_group(bag.counts, codes, len(labels))
    documents_with = documents_by_group(bag.counts, codes, per_document, len(labels))
    found: list[list[npt.NDArray[Any]]] = []
    for code in chosen:
        inside = in_group[[code]].toarray().ravel()
        if not 0 < inside.sum() < total.sum():
            continue
        n_documents = documents_with[[code]].toarray().ravel()
        delta, z = log_odds_z(inside, total - inside, bag.prior, full_variance=full_variance)
        keep = np.flatnonzero(bag.listable & (n_documents >= min_documents) & (z > 0))
        keep = keep[np.lexsort((keep, -inside[keep], -z[keep]))]  # the vocabulary is sorted
        columns = (bag.words, inside, total - inside, n_documents, delta, z)
        found.append([np.full(keep.size, code), *(column[keep] for column in columns)])
    if not found:
        return pd.DataFrame(columns=_COLUMNS)
    joined = [np.concatenate(column) for column in zip(*found, strict=True)]
    table = pd.DataFrame(dict(zip(_COLUMNS, joined, strict=True)))
    return table.assign(label=pd.Series(list(labels))[joined[0]].to_numpy())
