"""Texts outside the sample that was searched join the patterns of their neighbours in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from framing.patterns.graph import Floats, Ints, largest

__all__ = ["joined_labels", "near_core", "scattered"]

_BLOCK = 1024  # texts compared with a sample at a time: 200 MB for the largest


def scattered(
    values: npt.NDArray[Any], core: npt.NDArray[np.intp], n: int, missing: float
) -> npt.NDArray[Any]:
    """Values of the core in their places among all texts."""
    whole = np.full(n, missing, dtype=values.dtype)
    whole[core] = values
    return whole


def near_core(
    texts: Floats, core: npt.NDArray[np.intp], rest: npt.NDArray[np.intp], n_neighbors: int
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Nearest texts of the core to each text outside it, as places in the core, and cosines."""
    near = np.empty((rest.size, n_neighbors), dtype=np.int32)
    cosines = np.empty((rest.size, n_neighbors), dtype=np.float32)
    inside = texts[core].T if rest.size else texts[:0].T
    for start in range(0, rest.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        similarity = texts[rest[rows]] @ inside
        near[rows] = largest(similarity, n_neighbors)
        cosines[rows] = np.take_along_axis(similarity, near[rows].astype(np.intp), axis=1)
    return near, cosines


def joined_labels(
    labels: Ints,
    core: npt.NDArray[np.intp],
    rest: npt.NDArray[np.intp],
    near: npt.NDArray[np.int32],
    cosines: Floats,
) -> Ints:
    """Labels of all texts: those outside the core take that of most of their neighbours in it."""
    for start in range(0, rest.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        voters, weights = labels[core][near[rows]], 1 + 1e-3 * cosines[rows].astype(np.float64)
        alike = voters[:, :, None] == voters[:, None, :]
        votes = np.einsum("ijk,ik->ij", alike, weights)
        winners = np.where(votes == votes.max(axis=1, keepdims=True), voters, labels.size)
        labels[rest[rows]] = winners.min(axis=1)
    return labels
