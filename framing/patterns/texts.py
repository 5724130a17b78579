"""Which texts are searched: different ones, in an order of their own, a sample of very many."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.patterns.copies import copy_groups
from framing.patterns.graph import Floats

__all__ = ["directions_within", "distinct_texts", "document_of", "searched_texts", "text_keys"]


def text_keys(texts: pd.Series[Any]) -> npt.NDArray[np.str_]:
    """A key per claim that depends on its text alone, and does not give the text away."""
    return np.array(
        [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts], dtype="U32"
    )


def distinct_texts(
    vectors: Floats, claims: pd.DataFrame, keys: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """A row for each different text, near copies led by one, and the text of each claim.

    Texts are in the order of their keys (then of their vectors), whatever the order of the rows;
    a text that stands in several documents is represented by the one whose id comes first.
    """
    order = np.array(
        [
            key + hashlib.blake2b(row.tobytes(), digest_size=8).hexdigest()
            for key, row in zip(keys, vectors, strict=True)
        ]
    )
    documents = claims["doc_id"].astype(str) if "doc_id" in claims.columns else keys
    by_key = np.lexsort((np.asarray(documents, dtype=np.str_), order))
    _, first, text_of = np.unique(order[by_key], return_index=True, return_inverse=True)
    first, text_of = by_key[first], text_of[np.argsort(by_key)]
    leaders = copy_groups(claims["text"].iloc[first].tolist())
    _, lead, group_of = np.unique(leaders, return_index=True, return_inverse=True)
    return first[lead], group_of[text_of]


def directions_within(
    vectors: Floats, claims: pd.DataFrame, within: str | None
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Vectors, less the mean of their group where one is named, and which of them can be used."""
    if within is None:
        return np.asarray(vectors, dtype=np.float32), np.ones(len(claims), dtype=bool)
    codes, _ = pd.factorize(claims[within], sort=True)
    size = max(int(codes.max(initial=-1)) + 1, 1)
    sums = np.zeros((size, vectors.shape[1]))
    known = codes >= 0
    np.add.at(sums, codes[known], np.asarray(vectors, dtype=np.float64)[known])
    means = sums / np.maximum(np.bincount(codes[known], minlength=size), 1)[:, None]
    rest = np.asarray(vectors, dtype=np.float64) - means[codes]
    lengths = np.linalg.norm(rest, axis=1)
    told = known & (lengths > 1e-3)
    rest[told] /= lengths[told, None]
    return rest.astype(np.float32), told


def document_of(claims: pd.DataFrame, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Document of each text, numbered in the order of the document ids."""
    if "doc_id" not in claims.columns:
        return np.arange(rows.size)
    return pd.factorize(claims["doc_id"].iloc[rows], sort=True)[0]


def searched_texts(
    usable: npt.NDArray[np.intp], units: npt.NDArray[np.intp], max_texts: int, seed: int
) -> npt.NDArray[np.intp]:
    """The texts to search: all, or those of so many random documents as fit."""
    if usable.size <= max_texts:
        return usable
    order = np.random.default_rng(seed).permutation(int(units.max()) + 1)
    sizes = np.bincount(units[usable], minlength=order.size)[order]
    drawn = order[np.cumsum(sizes) <= max_texts]
    return usable[np.isin(units[usable], drawn)]
