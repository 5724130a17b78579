"""Texts that are copies of one another: wire copy, trimmed or with a word changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

__all__ = ["copy_groups", "copy_table"]

SAME = 0.85  # share of common words from which two texts may be copies
_PAIRS = 1_000_000  # pairs of texts compared at once
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# Words that turn a claim round: texts that differ in one of them are never copies.
_TURNS = frozenset(
    "not no never none nor neither without denies denied deny rejects rejected reject refuses"
    " refused false falsely hardly cannot".split()
)


def copy_groups(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Group texts that are copies, exact or near, of one another.

    Two texts are copies when they share 85 % of their words, in the same order, and do not differ
    in a number, in a name (a capitalised word inside) or in a word that turns the meaning round
    ("not", "denied"). Similar vectors would not tell a claim from its denial; equal words do.

    Parameters
    ----------
    texts : sequence of str
        In an order that does not depend on the user's rows; a group is led by its first text, and
        every other text of it is a copy of the leader.

    Returns
    -------
    ndarray of int, shape (n_texts,)
        Position of the leader of each text's group; its own position where it is no copy.

    References
    ----------
    Xiao, C., et al. (2011). Efficient similarity joins for near-duplicate detection. ACM TODS
    36(3). https://doi.org/10.1145/2000824.2000825 (the prefix filter)

    Examples
    --------
    >>> copy_groups(["the city needs many more shells before May",
    ...              "The city needs many more shells even before May",
    ...              "the city needs no more shells before May"])
    array([0, 0, 2])
    """
    words = [_words(text) for text in texts]
    holds = _incidence(words)
    group = np.arange(len(texts))
    for one, two in _alike(holds):
        # `one` stands first, so it is known by now whether it leads; the first leader wins.
        if group[two] == two and group[one] == one and _is_copy(words[one], words[two]):
            group[two] = one
    return group


def _incidence(words: list[list[str]]) -> sparse.csr_matrix:
    """Which text holds which word, shape (n_texts, n_words), the rarest words first."""
    lengths = np.array([len(sequence) for sequence in words], dtype=np.int64)
    codes, known = pd.factorize(np.array([w for sequence in words for w in sequence], dtype=object))
    cells = np.unique(np.repeat(np.arange(len(words)), lengths) * max(len(known), 1) + codes)
    rows, columns = np.divmod(cells, max(len(known), 1))
    n_texts = np.bincount(columns, minlength=len(known))
    rank = np.empty(len(known), dtype=np.int64)
    rank[np.argsort(n_texts, kind="stable")] = np.arange(len(known))
    shape = (len(words), len(known))
    holds = sparse.csr_matrix((np.ones(rows.size, np.float32), (rows, rank[columns])), shape=shape)
    holds.sort_indices()
    return holds


def _alike(holds: sparse.csr_matrix) -> Iterator[tuple[int, int]]:
    """Pairs of texts with enough words in common, in rising order of the second, then the first.

    Two sets that share that much share one of the rarest words of either, so that only texts with
    such a word in common are compared.
    """
    sizes = np.diff(holds.indptr)
    place = np.arange(holds.nnz) - np.repeat(holds.indptr[:-1], sizes)
    rare = holds.copy()
    rare.data *= place <= np.repeat(sizes - np.ceil(SAME * sizes), sizes)
    rare.eliminate_zeros()
    with_word = rare.T.tocsr()
    # Texts are taken so many at a time that the pairs to compare fit into memory.
    n_pairs = np.cumsum(rare @ np.diff(with_word.indptr).astype(np.float64))
    ends = np.searchsorted(n_pairs, np.arange(_PAIRS, n_pairs[-1], _PAIRS), side="left") + 1
    bounds = np.unique([0, *ends, len(sizes)])
    for start, end in pairwise(bounds.tolist()):
        met = (rare[start:end] @ with_word).tocoo()
        two, one = met.row.astype(np.int64) + start, met.col.astype(np.int64)
        a, b = sizes[one], sizes[two]
        few = (one < two) & (SAME * a <= b) & (SAME * b <= a)
        one, two = one[few], two[few]
        shared = np.asarray(holds[one].multiply(holds[two]).sum(axis=1)).ravel()
        alike = shared >= SAME * (sizes[one] + sizes[two] - shared)
        order = np.lexsort((one[alike], two[alike]))
        yield from zip(one[alike][order].tolist(), two[alike][order].tolist(), strict=True)


def _words(text: str) -> list[str]:
    """Words in lower case, but for names: capitalised words that do not open the text."""
    words = _WORD.findall(text.replace("’", "'"))
    return [
        word if place and word[0].isupper() else word.lower() for place, word in enumerate(words)
    ]


def copy_table(claims: pd.DataFrame, group: npt.NDArray[np.int64]) -> pd.DataFrame:
    """List the texts that stand in more than one claim, with where they stand.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With `text`; `doc_id` and `outlet` are used where they exist.
    group : ndarray of int, shape (n_claims,)
        The copy group of each claim.

    Returns
    -------
    DataFrame
        `copy_id, n_claims, n_documents, outlets, text`, most frequent first; `outlets` is a list,
        `text` the shortest wording.
    """
    rows: list[dict[str, Any]] = []
    frame = claims.assign(copy_id=group)
    for copy_id, same in frame[frame["copy_id"].duplicated(keep=False)].groupby("copy_id"):
        outlets = same["outlet"].dropna() if "outlet" in same.columns else pd.Series([], dtype=str)
        documents = same["doc_id"].nunique() if "doc_id" in same.columns else pd.NA
        rows.append(
            {
                "copy_id": copy_id,
                "n_claims": len(same),
                "n_documents": documents,
                "outlets": sorted(outlets.unique()),
                "text": min(same["text"], key=lambda text: (len(text), text)),
            }
        )
    columns = ["copy_id", "n_claims", "n_documents", "outlets", "text"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values(["n_claims", "text"], ascending=[False, True], ignore_index=True)
    return table.assign(copy_id=np.arange(len(table)))


def _is_copy(one: list[str], two: list[str]) -> bool:
    """Whether texts that share most words have them in the same order, and turn nothing round."""
    if one == two:
        return True
    a, b = set(one), set(two)
    shared, different = a & b, a ^ b
    turned = any(word in _TURNS or word.endswith("n't") or not word.islower() for word in different)
    return not turned and [w for w in one if w in shared] == [w for w in two if w in shared]
