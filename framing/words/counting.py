"""Texts as counts of words, with the prior that says how common each word is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.errors import listing, problem, unknown_value
from framing.labels import Labelled

__all__ = [
    "WORD", "Bag", "Groups", "Ints", "document_codes", "document_frequency",
    "documents_by_group", "group_codes", "pair_codes", "sums_by_group", "word_counts",
]  # fmt: skip

WORD = r"[^\W\d_]+(?:['’\-][^\W\d_]+)*"
"""What counts as a word: letters of any script, inner apostrophes and hyphens."""

Ints: TypeAlias = npt.NDArray[np.int64]
Groups: TypeAlias = "Labelled | Sequence[Any] | npt.NDArray[Any] | pd.Series[Any]"


@dataclass(frozen=True)
class Bag:
    """How often each text holds each word.

    Attributes
    ----------
    words : ndarray of str, shape (n_words,)
        The vocabulary, sorted; a run of words is one entry, with single spaces.
    counts : sparse matrix of int, shape (n_texts, n_words)
    prior : ndarray of float, shape (n_words,)
        Pseudo-counts, each above 0.
    listable : ndarray of bool, shape (n_words,)
        False for stop words, and for runs that begin or end with one.
    """

    words: npt.NDArray[Any]
    counts: sparse.csr_matrix
    prior: npt.NDArray[np.float64]
    listable: npt.NDArray[np.bool_]


def word_counts(
    texts: Sequence[str],
    *,
    n_grams: tuple[int, int],
    vocabulary: Iterable[str] | None,
    background: Mapping[str, float] | None,
    prior_size: float,
    stop_words: Iterable[str] | None,
) -> Bag:
    """Count words in texts; see `framing.words.log_odds` for the parameters.

    A word with neither a count nor a background is left out: it would change nothing.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    missing = [row for row, text in enumerate(texts) if not isinstance(text, str)]
    if missing:
        raise problem("a text in every row", f"none in rows {listing(missing)}", "Leave them out")
    if not 1 <= n_grams[0] <= n_grams[1]:
        raise problem(
            "n_grams as (shortest, longest), such as (1, 2)", repr(n_grams), "Begin with 1"
        )
    if not prior_size > 0:
        raise problem("a prior_size above 0", repr(prior_size), "Pass 500, for example")
    known = None if vocabulary is None else _checked_vocabulary(vocabulary, n_grams)
    try:
        vectorizer = CountVectorizer(token_pattern=WORD, ngram_range=n_grams, vocabulary=known)
        counts = sparse.csr_matrix(vectorizer.fit_transform(texts))
    except ValueError:  # scikit-learn's way of saying that no text holds a word
        nothing = np.zeros(0)
        empty = sparse.csr_matrix((len(texts), 0), dtype=np.int64)
        return Bag(nothing.astype(object), empty, nothing, nothing.astype(bool))
    words = vectorizer.get_feature_names_out()
    expected = np.asarray(counts.sum(axis=0)).ravel()
    if background is not None:
        expected = expected + _background_counts(background, words)
    kept = np.flatnonzero(expected > 0)
    words, expected = words[kept], expected[kept]
    hidden = ENGLISH_STOP_WORDS if stop_words is None else frozenset(stop_words)
    ends = [(run[0], run[-1]) for run in (word.split(" ") for word in words)]
    listable = np.array([not hidden.intersection(pair) for pair in ends], dtype=bool)
    prior = prior_size * expected / expected.sum() if kept.size else expected.astype(float)
    return Bag(words, counts[:, kept], prior, listable)


def _checked_vocabulary(vocabulary: Iterable[str], n_grams: tuple[int, int]) -> list[str]:
    """The vocabulary, sorted; an entry that no text could ever hold is named."""
    words = sorted(set(vocabulary))
    for word in words:
        run = re.findall(WORD, word.lower())
        if " ".join(run) != word or not n_grams[0] <= len(run) <= n_grams[1]:
            raise problem(
                f"a vocabulary in lower case, of {n_grams[0]} to {n_grams[1]} words an entry, "
                "without digits and outer marks",
                repr(word),
                f"Texts would be counted under {' '.join(run)!r}; write it so, and see n_grams",
            )
    if len(words) < 2:
        raise problem("a vocabulary of at least two words", f"{len(words)}", "Add words")
    return words


def _background_counts(
    background: Mapping[str, float], words: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """The background's count of each word; 0 where it has none."""
    bad = [word for word, count in background.items() if not 0 <= count < np.inf]
    if bad:
        raise problem("background counts of 0 or more", listing(bad), "Correct these words")
    found = np.array([background.get(word, 0) for word in words], dtype=float)
    if not found.any():
        raise problem(
            "a background that holds words of the texts",
            f"none in common with {listing(list(background), limit=3)}",
            "Write its words in lower case, as in WORD",
        )
    return found


def group_codes(groups: Groups, n_texts: int) -> tuple[list[Any], Ints]:
    """The groups, sorted, and the place of each text's group among them; -1 where it has none."""
    found = isinstance(groups, Labelled)
    entries = pd.Series(list(groups.labels) if isinstance(groups, Labelled) else list(groups))
    if len(entries) != n_texts:
        raise problem("one group per text", f"{n_texts} texts, {len(entries)} groups", "Align them")
    listed = (isinstance(entry, list | tuple | set | frozenset) for entry in entries)
    if entries.dtype == object and any(listed):
        raise problem("one group per text", "lists of groups", "Choose one of them for each text")
    if found:
        entries = entries.where(entries != -1)
    labels = sorted(entries.dropna().unique())
    return labels, np.asarray(pd.Categorical(entries, categories=labels).codes, dtype=np.int64)


def pair_codes(pair: tuple[Any, Any], labels: list[Any]) -> tuple[int, int]:
    """The places of two different groups."""
    for label in pair:
        if label not in labels:
            raise unknown_value("both groups of pair", label, labels)
    first, second = (labels.index(label) for label in pair)
    if first == second:
        raise problem("two different groups in pair", repr(pair), "Name another group")
    return first, second


def document_codes(documents: Sequence[Any] | pd.Series[Any] | None, n_texts: int) -> Ints:
    """A whole number for the document of each text, in the order of the documents' names."""
    if documents is None:
        return np.arange(n_texts, dtype=np.int64)
    codes, _ = pd.factorize(pd.Series(list(documents)), sort=True)
    if len(codes) != n_texts or (codes < 0).any():
        raise problem(
            "one document per text",
            f"{len(codes)} documents for {n_texts} texts, missing in rows "
            f"{listing(np.flatnonzero(codes < 0).tolist())}",
            "Pass the doc_id column of the same rows",
        )
    return codes.astype(np.int64)


def sums_by_group(counts: sparse.csr_matrix, codes: Ints, n_groups: int) -> sparse.csr_matrix:
    """Counts of each word in each group, shape (n_groups, n_words); code -1 is in no group."""
    kept = np.flatnonzero(codes >= 0)
    gather = sparse.csr_matrix(
        (np.ones(kept.size, dtype=counts.dtype), (codes[kept], kept)),
        shape=(n_groups, counts.shape[0]),
    )
    return sparse.csr_matrix(gather @ counts)


def documents_by_group(
    counts: sparse.csr_matrix, codes: Ints, documents: Ints, n_groups: int
) -> sparse.csr_matrix:
    """In how many documents of each group each word occurs, shape (n_groups, n_words)."""
    pairs = np.stack([codes, documents], axis=1)
    parts, part_of = np.unique(pairs, axis=0, return_inverse=True)
    occurs = sums_by_group(counts, part_of.ravel(), len(parts))
    occurs.data[:] = 1
    return sums_by_group(occurs, parts[:, 0], n_groups)


def document_frequency(counts: sparse.csr_matrix, documents: Ints) -> Ints:
    """In how many documents each word occurs."""
    one = documents_by_group(counts, np.zeros(len(documents), dtype=np.int64), documents, 1)
    return np.asarray(one.toarray(), dtype=np.int64).ravel()
