"""Recurring claims: communities in the graph of nearest neighbours among claim vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.errors import listing, problem, unknown_value
from framing.results import table_html, versions
from framing.words import exemplars, log_odds

__all__ = ["Patterns", "discover", "neighbour_graph"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_BLOCK = 2048  # rows of similarities held in memory at once


@dataclass(frozen=True, repr=False)
class Patterns:
    """Patterns found by `discover`: recurring claims, not yet frames.

    Attributes
    ----------
    labels : ndarray of int, shape (n_claims,)
        The pattern of each claim, 0 being the largest; -1 for a claim set aside because its
        community held too few texts.
    strengths : ndarray of float, shape (n_claims,)
        Cosine of each claim with the mean direction of its pattern, -1 to 1; NaN where the label
        is -1.
    exemplars : DataFrame
        The strongest claims of each pattern (see `framing.words.exemplars`).
    words : DataFrame
        The words that set each pattern apart (see `framing.words.log_odds`).
    settings : mapping
        Parameters, seed, counts and versions.
    table : DataFrame
        One row per pattern: `label, n_claims, n_texts, n_documents, strength, words, exemplar`,
        `strength` being the mean over its claims.
    """

    labels: Ints
    strengths: npt.NDArray[np.float64]
    exemplars: pd.DataFrame
    words: pd.DataFrame
    settings: Mapping[str, Any]
    table: pd.DataFrame

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        return (
            f"Patterns among {s['n_claims']:,} claims ({s['n_texts']:,} different texts, each"
            f" counted once) are communities found by the Louvain method (scikit-network"
            f" {s['versions']['scikit-network']}, resolution {s['resolution']:g}, seed"
            f" {s['seed']}) in the graph of their {s['n_neighbors']} nearest neighbours by cosine,"
            " edges weighted by the Jaccard overlap of the neighbourhoods. Communities of fewer"
            f" than {s['min_texts']} texts are set aside ({s['n_set_aside']:,} claims). The"
            f" {s['n_patterns']} patterns were not tested for stability; they are recurring claims,"
            f" which become candidate frames when people read and name them. framing"
            f" {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what was found."""
        s = self.settings
        return (
            f"{s['n_patterns']} patterns in {s['n_claims']:,} claims; "
            f"{s['n_set_aside']:,} claims set aside; seed {s['seed']}"
        )

    def _repr_html_(self) -> str:
        return table_html(self.table, caption=repr(self))


def discover(
    vectors: Floats,
    claims: pd.DataFrame,
    *,
    n_neighbors: int = 15,
    resolution: float = 1.0,
    min_texts: int = 3,
    seed: int = 0,
) -> Patterns:
    """Find patterns: groups of claims that say similar things.

    The patterns are communities of a graph, and any graph has some, even one drawn from noise:
    that claims fall into a pattern is no evidence that the pattern is there. A vector does not
    tell a claim from its denial, nor who did what to whom, so read the exemplars. The same texts
    in any row order give the same patterns.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_claims, n_dims)
        Unit vectors from `embed`, row for row with `claims`.
    claims : DataFrame, shape (n_claims, ...)
        With `text`; `doc_id` and `claim_id` are used where they exist. Claims with the same text
        and vector count once, so that copied wire stories make no pattern by themselves.
    n_neighbors : int, default 15
        Neighbours of each text in the graph; at most a fifth of the texts (but 2) are used.
    resolution : float, default 1.0
        Above 1 gives more and smaller patterns, below 1 fewer.
    min_texts : int, default 3
        A community of fewer different texts is set aside as -1.
    seed : int, default 0
        Seed of the community search.

    Returns
    -------
    Patterns

    Raises
    ------
    FramingError
        If vectors and claims differ in length, a vector is not finite or not of length 1, or a
        parameter is out of range.

    References
    ----------
    Blondel, V. D., et al. (2008). Fast unfolding of communities in large networks. J. Stat. Mech.
    P10008. https://doi.org/10.1088/1742-5468/2008/10/P10008
    Jarvis, R. A., & Patrick, E. A. (1973). Clustering using a similarity measure based on shared
    near neighbors. IEEE Trans. Computers C-22(11). https://doi.org/10.1109/T-C.1973.223640

    Examples
    --------
    >>> vectors = np.eye(2, dtype=np.float32)[[1, 0, 0, 0, 0, 1, 1]]
    >>> claims = pd.DataFrame({"text": ["war", "aid", "more aid", "some aid", "no aid", "a war",
    ...                                 "the war"]})
    >>> discover(vectors, claims).labels.tolist()
    [1, 0, 0, 0, 0, 1, 1]
    """
    _check(vectors, claims, n_neighbors, resolution, min_texts)
    vectors = np.asarray(vectors, dtype=np.float32)
    keys = _content_keys(vectors, claims["text"])
    _, first, text_of = np.unique(keys, return_index=True, return_inverse=True)
    distinct = vectors[first]  # in the order of their keys, whatever the order of the rows
    k = min(n_neighbors, max(2, len(distinct) // 5), len(distinct) - 1)
    communities = _communities(distinct, k, resolution, seed)
    labels = _rank_by_size(communities, text_of, min_texts)
    strengths = _strengths(distinct, labels[first], labels, text_of)
    example = exemplars(claims, labels, strengths)
    words = log_odds(
        claims["text"],
        pd.Series(labels).where(labels >= 0),
        documents=claims["doc_id"] if "doc_id" in claims.columns else None,
    )
    settings = {
        "n_claims": len(claims),
        "n_texts": len(distinct),
        "n_patterns": int(labels.max(initial=-1) + 1),
        "n_set_aside": int((labels == -1).sum()),
        "n_neighbors": k,
        "resolution": resolution,
        "min_texts": min_texts,
        "seed": seed,
        "versions": versions("numpy", "scikit-network"),
    }
    table = _pattern_table(labels, strengths, text_of, claims, words, example)
    return Patterns(labels, strengths, example, words, settings, table)


def neighbour_graph(vectors: Floats, n_neighbors: int) -> sparse.csr_matrix:
    """Build the shared-nearest-neighbour graph of unit vectors.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, n_dims)
        Unit vectors.
    n_neighbors : int
        Between 1 and n - 1.

    Returns
    -------
    csr_matrix, shape (n, n)
        Symmetric. Two vectors are joined when either is among the nearest of the other; the
        weight is the Jaccard overlap (0 to 1) of their neighbourhoods, each counting itself.

    Examples
    --------
    >>> graph = neighbour_graph(np.eye(3, dtype=np.float32)[[0, 0, 1, 1]], 1)
    >>> graph.toarray().tolist()[0]
    [0.0, 1.0, 0.0, 0.0]
    """
    n = len(vectors)
    nearest = np.empty((n, n_neighbors), dtype=np.int64)
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))
        similarity = vectors[rows] @ vectors.T
        similarity[np.arange(len(rows)), rows] = np.inf  # first, and then left out
        nearest[rows] = _nearest(similarity, n_neighbors + 1)[:, 1:]
    own = np.arange(n)[:, None]
    columns = np.hstack([own, nearest]).ravel()
    near = sparse.csr_matrix(
        (np.ones(columns.size), columns, np.arange(n + 1) * (n_neighbors + 1)), shape=(n, n)
    )
    joined = (near + near.T).astype(bool)
    shared = (near @ near.T).multiply(joined).tocsr()
    shared.setdiag(0)
    shared.eliminate_zeros()
    shared.data = shared.data / (2 * (n_neighbors + 1) - shared.data)
    shared.sort_indices()
    return shared


def _nearest(similarity: Floats, n_nearest: int) -> npt.NDArray[np.intp]:
    """Columns of the largest entries of each row, falling; ties by column, so that they repeat."""
    if n_nearest >= similarity.shape[1]:
        return np.argsort(-similarity, axis=1, kind="stable")
    found = np.sort(np.argpartition(-similarity, n_nearest - 1, axis=1)[:, :n_nearest], axis=1)
    order = np.argsort(-np.take_along_axis(similarity, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)


def _communities(vectors: Floats, n_neighbors: int, resolution: float, seed: int) -> Ints:
    """Community of each distinct text."""
    from sknetwork.clustering import Louvain

    if len(vectors) < 3:
        return np.arange(len(vectors), dtype=np.int64)
    graph = neighbour_graph(vectors, n_neighbors)
    search = Louvain(resolution=resolution, shuffle_nodes=False, random_state=seed)
    return np.asarray(search.fit_predict(graph), dtype=np.int64)


def _content_keys(vectors: Floats, texts: pd.Series[Any]) -> npt.NDArray[np.str_]:
    """A key per claim that depends on its text and vector alone, not on its row."""
    return np.array(
        [
            hashlib.blake2b(text.encode() + b"\0" + row.tobytes(), digest_size=16).hexdigest()
            for text, row in zip(texts, vectors, strict=True)
        ]
    )


def _rank_by_size(communities: Ints, text_of: npt.NDArray[np.intp], min_texts: int) -> Ints:
    """Number the patterns by falling number of claims; ties go to the lower text key."""
    n_texts = np.bincount(communities)
    n_claims = np.bincount(communities[text_of], minlength=n_texts.size)
    first = np.full(n_texts.size, communities.size)
    np.minimum.at(first, communities, np.arange(communities.size))
    order = [c for c in np.lexsort((first, -n_claims)) if n_texts[c] >= min_texts]
    rank = np.full(n_texts.size, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[communities[text_of]]


def _strengths(
    distinct: Floats, distinct_labels: Ints, labels: Ints, text_of: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Cosine of each claim with the mean direction of its pattern; NaN where it has none."""
    n_patterns = labels.max(initial=-1) + 1
    sums = np.zeros((n_patterns, distinct.shape[1]))
    kept = distinct_labels >= 0
    np.add.at(sums, distinct_labels[kept], distinct[kept].astype(np.float64))
    centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    strength = np.full(len(distinct), np.nan)
    strength[kept] = np.einsum("ij,ij->i", distinct[kept], centres[distinct_labels[kept]])
    return strength[text_of]


def _pattern_table(
    labels: Ints,
    strengths: npt.NDArray[np.float64],
    text_of: npt.NDArray[np.intp],
    claims: pd.DataFrame,
    words: pd.DataFrame,
    example: pd.DataFrame,
) -> pd.DataFrame:
    """One row per pattern, largest first."""
    frame = pd.DataFrame({"label": labels, "strength": strengths, "text_of": text_of})
    frame["doc_id"] = claims["doc_id"].to_numpy() if "doc_id" in claims.columns else text_of
    table = (
        frame[frame["label"] >= 0]
        .groupby("label", as_index=False)
        .agg(
            n_claims=("label", "size"),
            n_texts=("text_of", "nunique"),
            n_documents=("doc_id", "nunique"),
            strength=("strength", "mean"),
        )
    )
    top = words[words.groupby("label").cumcount() < 5].groupby("label")["word"].agg(", ".join)
    best = example[example["rank"] == 1].set_index("label")["text"]
    return table.assign(
        words=[top.get(label, "") for label in table["label"]],
        exemplar=[best[label] for label in table["label"]],
    )


def _check(
    vectors: Floats, claims: pd.DataFrame, n_neighbors: int, resolution: float, min_texts: int
) -> None:
    if "text" not in claims.columns:
        raise unknown_value("a column of claims", "text", claims.columns)
    if np.ndim(vectors) != 2 or len(vectors) != len(claims) or not len(claims):
        raise problem(
            f"vectors of shape (n_claims, n_dims), one row for each of {len(claims):,} claims",
            f"shape {np.shape(vectors)}",
            "Embed the text column of these very claims",
        )
    lengths = np.linalg.norm(vectors, axis=1)
    bad = np.flatnonzero(~(np.abs(lengths - 1) < 1e-2))
    if bad.size:
        raise problem(
            "vectors of length 1",
            f"length {lengths[bad[0]]:.3g} in rows {listing(bad.tolist())}",
            "Divide each row by its length; a NaN or zero vector has to be left out",
        )
    for name, value, least in (
        ("n_neighbors", n_neighbors, 1),
        ("resolution", resolution, 0),
        ("min_texts", min_texts, 1),
    ):
        if not value >= least or value == 0:
            raise problem(f"{name} of at least {least}, and above 0", repr(value), "Raise it")
