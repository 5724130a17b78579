"""What may be exchanged if groups do not matter: the texts of one group in one document.

All texts that one group has in one document form a cell. They come from one occasion, so they
stay together; what a permutation moves is the group's name on the cell.

- A document with several cells (an article that quotes two voices) exchanges their names among
  its own cells. What the document is about cannot then pass for a difference between groups.
- Documents with a single cell exchange names with one another. Where groups share no document,
  this is the plain permutation of documents.

Either way every group keeps its number of documents, and the number it has to itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import lgamma, log, prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from framing.errors import problem

__all__ = [
    "Cells", "Ints", "cells_of", "check_permutations", "exchange_sentence", "exchange_settings",
    "exchanged", "n_arrangements", "obstacle",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Documents cut by group.

    Attributes
    ----------
    document, group : ndarray of int, shape (n_cells,)
        Codes, sorted by document, then group.
    block : ndarray of int, shape (n_cells,)
        Cells of one block exchange names: 0 for cells alone in their document.
    place : ndarray of int, shape (n_rows,)
        The cell of each row.
    """

    document: Ints
    group: Ints
    block: Ints
    place: Ints

    @property
    def alone(self) -> npt.NDArray[np.bool_]:
        """Which cells make up their whole document."""
        return np.asarray(self.block == 0, dtype=bool)


def cells_of(documents: Ints, groups: Ints) -> Cells:
    """Cut documents by group; both are whole numbers, one per row."""
    pairs, place = np.unique(np.stack([documents, groups], axis=1), axis=0, return_inverse=True)
    document, group = pairs[:, 0], pairs[:, 1]
    _, back, sizes = np.unique(document, return_inverse=True, return_counts=True)
    block = np.where(sizes[back] == 1, 0, 1 + back)
    return Cells(document, group, block, place.ravel().astype(np.int64))


def exchanged(
    cells: Cells, n_permutations: int, *, seed: int, chunk: int
) -> tuple[Iterator[Ints], bool]:
    """The groups of the cells after exchanges, and whether these are all there are.

    Returns
    -------
    chunks : iterator of ndarray of int, shape (n_cells, at most `chunk`)
        Every arrangement once if there are no more than `n_permutations`; else so many random
        ones, the same from one seed whatever the chunk, and whichever group is the first.
    exact : bool
    """
    if n_arrangements(cells) <= n_permutations:
        return _every(cells, chunk), True
    return _random(cells, n_permutations, seed, chunk), False


def n_arrangements(cells: Cells) -> float:
    """In how many ways names can stand on cells; infinite beyond 1e300."""
    _, sizes = np.unique(cells.block, return_counts=True)
    _, alike = np.unique(np.stack([cells.block, cells.group], axis=1), axis=0, return_counts=True)
    ways = sum(lgamma(n + 1) for n in sizes.tolist()) - sum(lgamma(n + 1) for n in alike.tolist())
    return float(np.round(np.exp(ways))) if ways < log(1e300) else np.inf


def check_permutations(n_permutations: int) -> None:
    """Refuse fewer permutations than a p of .01 needs."""
    if n_permutations < 99:
        raise problem("at least 99 permutations", f"{n_permutations}", "Leave it at 999")


def exchange_settings(cells: Cells, n_permutations: int, seed: int) -> dict[str, Any]:
    """What a result should record of its exchanges; `p_least` is the smallest p they can give."""
    ways = n_arrangements(cells)
    least = (2 if _mirrored(cells) else 1) / ways
    return {
        "n_clusters": len(np.unique(cells.document)),
        "n_shared": len(np.unique(cells.document[~cells.alone])),
        "n_permutations": int(min(ways, n_permutations)),
        "exact": ways <= n_permutations,
        "p_least": least if ways <= n_permutations else max(least, 1 / (n_permutations + 1)),
        "seed": seed,
    }


def exchange_sentence(settings: Mapping[str, Any], cluster: str) -> str:
    """Describe the exchanges for a paper."""
    s = settings
    drawn = "all {:,}" if s["exact"] else "{:,} random"
    seed = "" if s["exact"] else f", seed {s['seed']}"
    return (
        f"{drawn.format(s['n_permutations'])} exchanges of groups between clusters ({cluster}), or"
        f" within those that hold several groups ({s['n_shared']:,} of {s['n_clusters']:,}), no p"
        f" below {s['p_least']:.2g}{seed}"
    )


def obstacle(cells: Cells, group: int) -> str:
    """Why a group cannot be tested against the others; empty where it can."""
    own = cells.group == group
    if not own.any() or own.all():
        return "no other group: no test"
    if own.sum() < 2:
        return "one document: no test"
    if len(np.unique(cells.document[~own])) < 2:
        return "one document in the rest: no test"
    if not np.isin(cells.block[own], cells.block[~own]).any():
        return "never exchanged with another group: no test"
    return ""


def _mirrored(cells: Cells) -> bool:
    """Whether two groups could trade all their cells; every |t| then stands twice."""
    names, alone = np.unique(cells.group), cells.group[cells.alone]
    return len(names) == 2 and 2 * int((alone == names[0]).sum()) == len(alone)


def _blocks(cells: Cells) -> list[Ints]:
    """Places of cells by block, blocks of one size together: (n_blocks, size), largest first."""
    order = np.argsort(cells.block, kind="stable")
    _, starts, sizes = np.unique(cells.block[order], return_index=True, return_counts=True)
    return [
        order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)[::-1]
    ]


def _every(cells: Cells, chunk: int) -> Iterator[Ints]:
    """All arrangements, counted through like the digits of a number, one digit per block."""
    blocks = [places for alike in _blocks(cells) for places in alike]
    orders = [_orders(cells.group[places]) for places in blocks]
    n_ways = prod(len(ways) for ways in orders)
    for start in range(0, n_ways, chunk):
        left = np.arange(start, min(start + chunk, n_ways))
        moved = np.empty((len(cells.group), len(left)), dtype=np.int64)
        for places, ways in zip(blocks, orders, strict=True):
            left, digit = np.divmod(left, len(ways))
            moved[places] = ways[digit].T
        yield moved


def _orders(names: Ints) -> Ints:
    """All different ways to line names up, one per row."""
    first = names == names[0]
    if first.all():
        return names[None, :]
    taken = list(combinations(range(len(names)), int(first.sum())))
    rest = _orders(names[~first])
    found = np.full((len(taken), len(rest), len(names)), names[0])
    for ways, places in zip(found, taken, strict=True):
        ways[:, np.delete(np.arange(len(names)), places)] = rest
    return found.reshape(-1, len(names))


def _random(cells: Cells, n_permutations: int, seed: int, chunk: int) -> Iterator[Ints]:
    """Random arrangements; blocks of each size draw from a stream of their own."""
    blocks, rng = _blocks(cells), np.random.default_rng(seed)
    streams = [rng, *rng.spawn(len(blocks) - 1)]
    group = cells.group.astype(np.min_scalar_type(-1 - cells.group.max()))  # small is faster
    for start in range(0, n_permutations, chunk):
        n = min(chunk, n_permutations - start)
        moved = np.empty((len(group), n), dtype=group.dtype)
        for places, stream in zip(blocks, streams, strict=True):
            moved[places] = _shuffled(group[places], n, stream)
        yield moved


def _shuffled(names: npt.NDArray[Any], n: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Names of each block in n random orders: (n_blocks, size) to (n_blocks, size, n)."""
    if names.shape[1] == 2:  # documents of two groups abound, and a coin is quicker
        trade = (rng.random((n, 1, len(names))) < 0.5).T
        return np.where(trade, names[:, ::-1, None], names[:, :, None])
    shuffled = rng.permuted(np.broadcast_to(names, (n, *names.shape)), axis=2)
    return np.moveaxis(shuffled, 0, -1)
