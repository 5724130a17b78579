"""The claims that may be shown to judges: one of each copy, by label and document."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.errors import listing, problem
from framing.labels import Labels, membership
from framing.patterns.copies import copy_groups
from framing.words.counting import WORD

__all__ = ["Pool", "Rows", "balanced", "by_document", "make_pool", "word_weights", "words_of"]

Rows: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pool:
    """Claims sorted by `claim_id`; made by `make_pool`.

    Attributes
    ----------
    claims : DataFrame, shape (n_claims, ...)
    rows : ndarray of int, shape (n_claims,)
        Where each stood in the caller's claims.
    names : list
        The labels, sorted, without -1.
    member : ndarray of bool, shape (n_claims, n_labels)
    copies : ndarray of int, shape (n_claims,)
        Equal for claims whose texts are copies, exact or near.
    documents : ndarray of int, shape (n_claims,)
    """

    claims: pd.DataFrame
    rows: Rows
    names: list[Any]
    member: npt.NDArray[np.bool_]
    copies: Rows
    documents: Rows

    def members(self, label: int) -> Rows:
        """The claims of a label, the first of each copy."""
        found = np.flatnonzero(self.member[:, label])
        return found[np.unique(self.copies[found], return_index=True)[1]]


def make_pool(labels: Labels, claims: pd.DataFrame) -> Pool:
    """Sort claims and their labels, and find copies.

    Raises
    ------
    FramingError
        If a column or value is missing, a `claim_id` stands twice, labels and claims differ in
        length, or there are fewer than two labels.
    """
    check_columns(claims, ["claim_id", "doc_id", "text"])
    for name in ("claim_id", "doc_id", "text"):
        check_columns(claims, [], cluster=name)
    twice = claims.loc[claims["claim_id"].duplicated(), "claim_id"].tolist()
    if twice:
        raise problem("every claim_id once", f"twice or more: {listing(twice)}", "Make them unique")
    found = membership(labels, len(claims))
    used = [j for j, name in enumerate(found.names) if name != -1]
    names = [found.names[j] for j in used]
    if len(names) < 2:
        raise problem("at least two patterns", listing(names) or "none",
                      "One pattern has no other to be told from")  # fmt: skip
    order = np.argsort(claims["claim_id"].astype(str).to_numpy(dtype=str), kind="stable")
    own = claims.iloc[order].reset_index(drop=True)
    return Pool(
        own,
        order,
        names,
        found.member[order][:, used],
        np.asarray(copy_groups(own["text"].tolist()), dtype=np.intp),
        pd.factorize(own["doc_id"], sort=True)[0],
    )


def by_document(
    rows: Rows, documents: Rows, n_shown: int, rng: np.random.Generator
) -> Iterator[Rows]:
    """Draw claims of so many different documents again and again, none twice.

    Documents are drawn first, then a claim in each: a document with many claims is not shown more
    often for that.
    """
    left = {
        int(document): rng.permutation(rows[documents[rows] == document]).tolist()
        for document in np.unique(documents[rows])
    }
    while len(left) >= n_shown:
        drawn = rng.permutation(list(left))[:n_shown].tolist()
        yield np.array([left[document].pop() for document in drawn], dtype=np.intp)
        left = {document: own for document, own in left.items() if own}


def balanced(n: int, n_places: int, rng: np.random.Generator) -> Rows:
    """Draw n places, from 0, each as often as the others (up to one)."""
    turns = [rng.permutation(n_places) for _ in range(math.ceil(n / n_places))]
    return np.concatenate([*turns, np.zeros(0, dtype=np.intp)])[:n]


def word_weights(texts: Sequence[str]) -> dict[str, float]:
    """How much each word tells: the logarithm of how few texts hold it."""
    held = Counter(word for text in texts for word in words_of(text))
    return {word: math.log(len(texts) / n) for word, n in held.items()}


def words_of(text: str) -> frozenset[str]:
    """The different words of a text, in lower case."""
    return frozenset(re.findall(WORD, text.lower()))
