"""Partitions at every level, from coarse to fine, and what samples of documents say of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.errors import problem
from framing.patterns.consensus import (
    LADDER,
    LEVELS,
    communities,
    ensemble,
    levels,
    listing_of,
    merging_communities,
    samples,
)
from framing.patterns.graph import Floats, Ints, shared_neighbours
from framing.patterns.smoothing import CANDIDATES, condensed, smoothed_neighbours
from framing.patterns.stability import (
    Null,
    are_stable,
    best_overlaps,
    information,
    noise,
    rand_index,
    weights,
)

__all__ = [
    "Ladder",
    "consensus_ladder",
    "estimator_ladder",
    "mean_overlaps",
    "single_ladder",
]

NULL_SAMPLES = 5
NULL_TEXTS = 5_000  # noise of more texts returns less, so that these set the stricter bar
_NO_NULL = Null(np.zeros(0, dtype=np.int64), np.zeros(0))


@dataclass(frozen=True)
class Ladder:
    """Partitions of distinct texts, coarse to fine; one of them is chosen.

    Attributes
    ----------
    labels : ndarray of int, shape (n_levels, n_texts)
    runs : ndarray of int, shape (n_samples, n_texts)
        Searches of samples that resemble the chosen level most; -1 where a text was not drawn.
    table : DataFrame
        See `Patterns.levels`.
    attachments : ndarray of float, shape (n_texts,)
        Share of each text's agreement with others that lies in its own pattern at the chosen
        level; NaN where not measured.
    null : Null
        How far patterns of noise return, searched as the chosen level was.
    """

    labels: Ints
    runs: npt.NDArray[np.int32]
    table: pd.DataFrame
    attachments: npt.NDArray[np.float64]
    null: Null

    @property
    def chosen(self) -> int:
        """The level that was taken."""
        return int(np.flatnonzero(self.table["chosen"])[0])


def consensus_ladder(
    vectors: Floats,
    units: npt.NDArray[np.intp],
    *,
    n_neighbors: int,
    n_samples: int,
    level: int | None,
    seed: int,
) -> Ladder:
    """Find the levels on which samples of documents agree, and choose one.

    The level is the one whose patterns tell most about a claim: the entropy of the partition, in
    nats, each pattern counting as far as it returns in samples (see `information`), times the
    agreement of the whole partition with those of the samples. A partition that is too coarse has
    little to tell, one that is too fine dissolves. Patterns have to return at two resolutions of
    the samples, of which the mean is taken: at a single one, the seed decides which level happens
    to fit it. Labels play no part in it.

    Neighbours are found in the leading principal components, by vectors drawn to their own
    neighbours (see `framing.patterns.smoothing`). The components are those of all texts, but texts
    of a sample are drawn to texts of the sample alone: else those left out would help to find again
    what they were left out of.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_texts, n_dims)
        Unit vectors of different texts in canonical order.
    units : ndarray of int, shape (n_texts,)
        Document of each text.
    n_neighbors, n_samples : int
    level : int, optional
        Take this one instead.
    seed : int

    Raises
    ------
    FramingError
        If there is no such level.
    """
    directions = condensed(vectors)
    listed = listing_of(directions, n_neighbors)
    votes = ensemble(
        directions, listed, units, n_neighbors=n_neighbors, n_samples=n_samples, seed=seed
    )
    found = levels(votes.agreement)
    if level is not None and not 0 <= level < len(found):
        raise problem(f"a level from 0 to {len(found) - 1}", repr(level), "See Patterns.levels")
    some = _some(len(vectors), seed)
    drawn = condensed(noise(vectors[some], seed))
    nulls = _nulls(drawn, units[some], n_neighbors, seed)
    alike = [_agreements(labels, votes.runs) for labels in found]
    table = pd.DataFrame(
        [
            {
                "level": place,
                "resolution": LEVELS[place],
                **_returns(labels, votes.runs, nulls, agreements),
            }
            for place, (labels, agreements) in enumerate(zip(found, alike, strict=True))
        ]
    )
    chosen = int(table["information"].to_numpy().argmax()) if level is None else level
    step = int(alike[chosen].argmax())
    return Ladder(
        np.stack(found),
        votes.runs[:, step],
        table.assign(chosen=table["level"] == chosen),
        _attachments(votes.agreement, found[chosen]),
        nulls[step],
    )


def single_ladder(vectors: Floats, *, n_neighbors: int) -> Ladder:
    """Search once, at resolution 1, and measure nothing."""
    if len(vectors) < 3:
        return _one_level(np.full(len(vectors), -1), np.full(len(vectors), np.nan))
    directions = condensed(vectors)
    graph = _graph(directions, listing_of(directions, n_neighbors), n_neighbors)
    labels = communities(graph, 1.0)
    return _one_level(labels, _attachments(graph, labels))


def estimator_ladder(
    group: Callable[[Floats], Ints],
    vectors: Floats,
    units: npt.NDArray[np.intp],
    *,
    n_samples: int,
    seed: int,
) -> Ladder:
    """Group the texts, and samples of them, by another method."""
    labels = group(vectors)
    unknown = np.full(len(vectors), np.nan)
    if not n_samples:
        return _one_level(labels, unknown)
    runs = _runs(group, vectors, units, n_samples, seed)
    drawn = noise(vectors, seed)
    null = _null(group(drawn), _runs(group, drawn, units, NULL_SAMPLES, seed))
    ladder = _one_level(labels, unknown)
    single = runs[:, None]
    found = _returns(labels, single, [null], _agreements(labels, single))
    return Ladder(
        ladder.labels,
        runs,
        ladder.table.assign(**found),
        unknown,
        null,
    )


def _one_level(labels: Ints, attachments: npt.NDArray[np.float64]) -> Ladder:
    """A ladder of one level whose stability was not measured."""
    table = pd.DataFrame(
        {
            "level": [0],
            "resolution": [1.0],
            "n_patterns": [int(labels.max(initial=-1)) + 1],
            "n_stable": [0],
            "information": [np.nan],
            "agreement": [np.nan],
            "noise": [np.nan],
            "chosen": [True],
        }
    )
    return Ladder(labels[None], np.empty((0, labels.size), np.int32), table, attachments, _NO_NULL)


def _agreements(labels: Ints, runs: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """How much a partition resembles the single searches at each of their resolutions."""
    return np.array([_agreement(labels, runs[:, step]) for step in range(runs.shape[1])])


def _returns(
    labels: Ints,
    runs: npt.NDArray[np.int32],
    nulls: Sequence[Null],
    agreements: npt.NDArray[np.float64],
) -> dict[str, float]:
    """What of a partition returns in samples.

    At the resolution whose searches resemble it most, but information at any two.
    """
    step = int(agreements.argmax())
    sizes = np.bincount(labels[labels >= 0], minlength=int(labels.max(initial=-1)) + 1)
    overlaps = [mean_overlaps(labels, runs[:, place]) for place in range(len(nulls))]
    told = [
        information(labels, weights(sizes, each, null))
        for each, null in zip(overlaps, nulls, strict=True)
    ]
    agreement = float(agreements[step])
    return {
        "n_patterns": sizes.size,
        "n_stable": int(are_stable(sizes, overlaps[step], nulls[step]).sum()),
        "information": float(np.mean(sorted(told)[-2:])) * max(agreement, 0.0),
        "agreement": agreement,
        "noise": nulls[step].agreement,
    }


def _runs(
    group: Callable[[Floats], Ints],
    vectors: Floats,
    units: npt.NDArray[np.intp],
    n_samples: int,
    seed: int,
) -> npt.NDArray[np.int32]:
    """Groups found in samples of documents, shape (n_samples, n_texts)."""
    rng = np.random.default_rng(seed)
    runs = np.full((n_samples, len(vectors)), -1, dtype=np.int32)
    for run, kept in zip(runs, samples(units, n_samples, rng), strict=True):
        run[kept] = group(vectors[kept])
    return runs


def _nulls(
    drawn: Floats,
    units: npt.NDArray[np.intp],
    n_neighbors: int,
    seed: int,
) -> list[Null]:
    """How far patterns of noise return, at each resolution of the samples."""
    listed = listing_of(drawn, n_neighbors)
    votes = ensemble(
        drawn, listed, units, n_neighbors=n_neighbors, n_samples=NULL_SAMPLES, seed=seed
    )
    found = merging_communities(_graph(drawn, listed, n_neighbors), LADDER)
    return [_null(labels, votes.runs[:, step]) for step, labels in enumerate(found)]


def _graph(vectors: Floats, listed: npt.NDArray[np.int32], n_neighbors: int) -> sparse.csr_matrix:
    """The graph of all claims."""
    candidates = listed[:, : CANDIDATES * n_neighbors]
    return shared_neighbours(smoothed_neighbours(vectors, candidates, n_neighbors))


def _some(n_texts: int, seed: int) -> npt.NDArray[np.intp]:
    """Rows whose noise is searched: all, or a random few, rising."""
    return np.sort(np.random.default_rng(seed).permutation(n_texts)[:NULL_TEXTS])


def _null(labels: Ints, runs: npt.NDArray[np.int32]) -> Null:
    """How far patterns of noise return; one that covers all is found again trivially."""
    if labels.max(initial=-1) <= 0:
        return _NO_NULL
    return Null(
        np.bincount(labels[labels >= 0]), mean_overlaps(labels, runs), _agreement(labels, runs)
    )


def _agreement(labels: Ints, runs: npt.NDArray[np.int32]) -> float:
    """Mean adjusted Rand index of a partition with those of samples."""
    return float(np.mean([rand_index(labels, run) for run in runs]))


def mean_overlaps(labels: Ints, runs: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Mean best overlap of each pattern over the samples that hold some of it."""
    overlaps = np.array([best_overlaps(labels, run) for run in runs])
    measured = (~np.isnan(overlaps)).sum(axis=0)
    return np.asarray(np.nansum(overlaps, axis=0) / np.maximum(measured, 1), dtype=np.float64)


def _attachments(agreement: sparse.csr_matrix, labels: Ints) -> npt.NDArray[np.float64]:
    """Share of each text's weight that goes to its own pattern; 0 for a text without any."""
    edges = agreement.tocoo()
    total = np.bincount(edges.row, edges.data, minlength=labels.size)
    same = labels[edges.row] == labels[edges.col]
    own = np.bincount(edges.row[same], edges.data[same], minlength=labels.size)
    return np.asarray(own / np.maximum(total, 1e-12), dtype=np.float64)
