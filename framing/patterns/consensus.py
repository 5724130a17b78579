"""Many partitions of many samples, and the partition that they agree on.

One run of a community search is one opinion. Here every sample of documents is searched at every
resolution of a ladder, from fine to coarse, and two claims are joined as strongly as these searches
keep putting them together. The levels are the communities of that graph, each searched afresh, so
that a coarse one does not inherit the errors of a fine one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.patterns.graph import (
    Floats,
    Ints,
    joined,
    nearest,
    pairs,
    shared_neighbours,
    within_sample,
)
from framing.patterns.smoothing import CANDIDATES, smoothed_neighbours

__all__ = [
    "LADDER",
    "LEVELS",
    "SHARE",
    "Ensemble",
    "communities",
    "ensemble",
    "levels",
    "listing_of",
    "samples",
]

LADDER = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Resolutions searched in every sample; above 1 finer, below 1 coarser."""
LEVELS = (0.125, *LADDER, 32.0, 64.0)
"""Resolutions of the levels, which are coarser at the same number than single searches."""
PARTS = 5
"""The documents are dealt into so many parts; each sample leaves one out."""
SHARE = 1 - 1 / PARTS
"""Share of the documents in each sample."""
_NODES = 100_000  # claims of all the samples that are searched at once
SHARPNESS = 4
"""Power of the agreement: pairs that half of the searches join count a sixteenth."""
LEAST = 0.5
"""Pairs that fewer searches join are left out: a third of the pairs, hardly 1 % of the weight."""


@dataclass(frozen=True)
class Ensemble:
    """Partitions of samples of the claims.

    Attributes
    ----------
    runs : ndarray of int32, shape (n_samples, n_resolutions, n_claims)
        Community of each claim in each search; -1 where the claim was not in the sample.
    agreement : csr_matrix of float32, shape (n_claims, n_claims)
        Symmetric; for pairs that are near one another, the share of searches with both that put
        them together, to the power `SHARPNESS`; pairs below `LEAST` are left out.
    """

    runs: npt.NDArray[np.int32]
    agreement: sparse.csr_matrix


def communities(graph: sparse.csr_matrix, resolution: float) -> Ints:
    """Partition a graph by the Louvain method, which visits the nodes in the order of the rows.

    Parameters
    ----------
    graph : csr_matrix, shape (n, n)
        Symmetric weights.
    resolution : float
        Above 1 gives more and smaller communities.

    Returns
    -------
    ndarray of int, shape (n,)
        0, 1, ... by falling size.

    References
    ----------
    Blondel, V. D., et al. (2008). Fast unfolding of communities in large networks. J. Stat. Mech.
    P10008. https://doi.org/10.1088/1742-5468/2008/10/P10008
    """
    from sknetwork.clustering import Louvain

    if graph.nnz == 0:
        return np.arange(graph.shape[0], dtype=np.int64)
    search = Louvain(resolution=resolution, return_probs=False, return_aggregate=False)
    return np.asarray(search.fit_predict(graph), dtype=np.int64)


def merging_communities(graph: sparse.csr_matrix, resolutions: Sequence[float]) -> list[Ints]:
    """Partition a graph at several resolutions, from fine to coarse, each made of the one before.

    The communities found at one resolution are the nodes of the search at the next coarser one,
    which has thus little left to do: all together cost not much more than the finest. What is put
    together too early stays together, so use it where many such searches are compared.

    Parameters
    ----------
    graph : csr_matrix, shape (n, n)
        Symmetric weights.
    resolutions : sequence of float, shape (n_resolutions,)
        Rising.

    Returns
    -------
    list of ndarray of int, shape (n,)
        For each resolution.

    Examples
    --------
    >>> pairs = sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(2)) + 0.1)
    >>> [labels.tolist() for labels in merging_communities(pairs, [0.1, 1.0])]
    [[0, 0, 0, 0], [0, 0, 1, 1]]
    """
    found: list[Ints] = []
    labels = np.arange(graph.shape[0], dtype=np.int64)
    for resolution in reversed(resolutions):
        step = communities(graph, resolution)
        labels = step[labels]
        found.insert(0, labels)
        member = sparse.csr_matrix(
            (np.ones(step.size, np.float32), step, np.arange(step.size + 1)),
            shape=(step.size, int(step.max()) + 1),
        )
        graph = (member.T @ graph @ member).tocsr()
    return found


def ensemble(
    vectors: Floats,
    listed: npt.NDArray[np.int32],
    units: npt.NDArray[np.intp],
    *,
    n_neighbors: int,
    n_samples: int,
    resolutions: Sequence[float] = LADDER,
    seed: int,
) -> Ensemble:
    """Search samples of documents at every resolution, and count who is put with whom.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_claims, n_dims)
        Unit vectors.
    listed : ndarray of int32, shape (n_claims, n_listed)
        From `listing_of`: the neighbours of each claim.
    units : ndarray of int, shape (n_claims,)
        Document of each claim; whole documents are left out (see `samples`).
    n_neighbors, n_samples : int
    resolutions : sequence of float
    seed : int
        Decides the samples and the order in which each search visits the claims.
    """
    rng = np.random.default_rng(seed)
    runs = np.full((n_samples, len(resolutions), len(listed)), -1, dtype=np.int32)
    at_once = max(1, _NODES // len(listed))
    drawn = samples(units, n_samples, rng)
    for start in range(0, n_samples, at_once):
        some = runs[start : start + at_once]
        # Each sample is visited in an order of its own.
        orders = [rng.permutation(next(drawn)) for _ in some]
        # Side by side, they are searched at once, which saves most of the overhead. A sample then
        # has a smaller share of all weight; a resolution that is higher by their number makes up
        # for that, since no community spans two samples.
        graphs = [_sample_graph(vectors, listed, order, n_neighbors) for order in orders]
        graph = sparse.block_diag(graphs, format="csr")
        ends = np.cumsum([order.size for order in orders])[:-1]
        found = merging_communities(graph, [resolution * len(graphs) for resolution in resolutions])
        for level, labels in enumerate(found):
            for run, order, part in zip(
                some[:, level], orders, np.split(labels, ends), strict=True
            ):
                run[order] = part
    return Ensemble(runs, _agreement(runs, listed[:, : CANDIDATES * n_neighbors]))


def _sample_graph(
    vectors: Floats,
    listed: npt.NDArray[np.int32],
    order: npt.NDArray[np.intp],
    n_neighbors: int,
) -> sparse.csr_matrix:
    """The graph of some claims, in the order given, its weights adding up to 1."""
    # Drawn to neighbours in the sample alone, so that nothing left out holds a pattern together.
    candidates = within_sample(listed, order, CANDIDATES * n_neighbors)
    graph = shared_neighbours(smoothed_neighbours(vectors[order], candidates, n_neighbors))
    graph.data /= max(graph.data.sum(), 1e-12)
    return graph


def listing_of(vectors: Floats, n_neighbors: int) -> npt.NDArray[np.int32]:
    """List so many neighbours of each claim that samples find their candidates among them.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_claims, n_dims)
        Unit vectors of different texts, in an order that does not depend on the user's rows.
    n_neighbors : int
    """
    return nearest(vectors, min(len(vectors) - 1, round(n_neighbors * CANDIDATES / SHARE)))


def levels(agreement: sparse.csr_matrix, resolutions: Sequence[float] = LEVELS) -> list[Ints]:
    """Partition the claims by what the searches agree on, from coarse to fine."""
    return [communities(agreement, resolution) for resolution in resolutions]


def samples(
    units: npt.NDArray[np.intp], n_samples: int, rng: np.random.Generator
) -> Iterator[npt.NDArray[np.intp]]:
    """Rows of so many samples of the documents, each without a fifth of them.

    The documents are dealt into five random parts, each of which one sample leaves out; then they
    are dealt anew. Every document is thus left out equally often, and the agreement of samples
    depends less on the seed than with independent draws.

    Parameters
    ----------
    units : ndarray of int, shape (n_claims,)
        Document of each claim.
    n_samples : int
    rng : Generator

    Yields
    ------
    ndarray of int, shape (n_drawn,)
        Rising.

    Examples
    --------
    >>> drawn = list(samples(np.arange(10), 5, np.random.default_rng(0)))
    >>> [rows.size for rows in drawn], np.bincount(np.concatenate(drawn)).tolist()
    ([8, 8, 8, 8, 8], [4, 4, 4, 4, 4, 4, 4, 4, 4, 4])
    """
    n_units = int(units.max()) + 1
    parts: list[npt.NDArray[np.intp]] = []
    for _ in range(n_samples):
        if not parts:
            parts = np.array_split(rng.permutation(n_units), PARTS)
        left_out = parts.pop()
        # The only document cannot be left out.
        yield np.flatnonzero(~np.isin(units, left_out) | (left_out.size == n_units))


def _agreement(runs: npt.NDArray[np.int32], listed: npt.NDArray[np.int32]) -> sparse.csr_matrix:
    """How often near claims are put together, sharpened."""
    a, b = near = pairs(listed)
    both, together = np.zeros(a.size, np.int32), np.zeros(a.size, np.int32)
    for sample in runs:
        inside = sample[0] >= 0
        present = inside[a] & inside[b]
        both += len(sample) * present
        for found in sample:
            together += present & (found[a] == found[b])
    rate = (together / np.maximum(both, 1)).astype(np.float32)
    return joined(near, np.where(rate < LEAST, np.float32(0), rate**SHARPNESS), len(listed))
