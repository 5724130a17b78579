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

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product
from math import lgamma, log
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "Cells", "Floats", "Ints", "cells_of", "exchange_sentence", "exchange_settings", "exchanged",
    "family_p", "n_arrangements", "obstacle",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


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
        ones, the same from one seed whatever the chunk.
    exact : bool
    """
    if n_arrangements(cells) <= n_permutations:
        return _every(cells, chunk), True
    return _random(cells, n_permutations, seed, chunk), False


def n_arrangements(cells: Cells) -> float:
    """In how many ways names can stand on cells; infinite beyond 1e300."""
    ways = 0.0
    for _, counts in _blocks(cells):
        ways += lgamma(sum(counts.values()) + 1) - sum(lgamma(n + 1) for n in counts.values())
    return float(np.round(np.exp(ways))) if ways < log(1e300) else np.inf


def exchange_settings(cells: Cells, n_permutations: int, seed: int) -> dict[str, Any]:
    """What a result should record of its exchanges."""
    ways = n_arrangements(cells)
    return {
        "n_clusters": len(np.unique(cells.document)),
        "n_shared": len(np.unique(cells.document[~cells.alone])),
        "n_permutations": int(min(ways, n_permutations)),
        "exact": ways <= n_permutations,
        "p_least": 1 / ways if ways <= n_permutations else 1 / (n_permutations + 1),
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


def _blocks(cells: Cells) -> list[tuple[list[int], dict[int, int]]]:
    """The cells of each block, and how many of them carry which name."""
    order = np.argsort(cells.block, kind="stable")
    starts = np.unique(cells.block[order], return_index=True)[1]
    return [
        (places.tolist(), dict(sorted(Counter(cells.group[places].tolist()).items())))
        for places in np.split(order, starts[1:])
    ]


def _every(cells: Cells, chunk: int) -> Iterator[Ints]:
    blocks = [list(_orders(places, counts)) for places, counts in _blocks(cells)]
    arrangements = product(*blocks)
    while taken := list(islice(arrangements, chunk)):
        moved = np.empty((len(cells.group), len(taken)), dtype=np.int64)
        for column, parts in enumerate(taken):
            for part in parts:
                moved[list(part.keys()), column] = list(part.values())
        yield moved


def _orders(places: list[int], counts: dict[int, int]) -> Iterator[dict[int, int]]:
    """All ways to put names, so many of each, on places."""
    if not counts:
        yield {}
        return
    (name, n), *others = counts.items()
    for taken in combinations(places, n):
        left = sorted(set(places) - set(taken))
        for rest in _orders(left, dict(others)):
            yield dict.fromkeys(taken, name) | rest


def _random(cells: Cells, n_permutations: int, seed: int, chunk: int) -> Iterator[Ints]:
    rng = np.random.default_rng(seed)
    of_blocks = np.argsort(cells.block, kind="stable")
    names, blocks = cells.group[of_blocks], cells.block[of_blocks]
    for start in range(0, n_permutations, chunk):
        n = min(chunk, n_permutations - start)
        shuffled = np.argsort(blocks + rng.random((n, len(blocks))), axis=1)
        moved = np.empty((len(blocks), n), dtype=np.int64)
        moved[of_blocks] = names[shuffled].T
        yield moved


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


def family_p(
    observed: Floats, permuted: Iterator[Floats], family: npt.NDArray[np.int64], *, exact: bool
) -> tuple[Floats, Floats]:
    """Two-sided p-values of statistics, alone and against the largest of their family.

    Parameters
    ----------
    observed : ndarray of float
        Statistics of any shape; NaN where there is no test.
    permuted : iterator of ndarray of float
        Chunks of the same statistics after exchanges, shape (*observed.shape, n).
    family : ndarray of int, shape observed.shape
        Statistics of one family share one largest value (single-step max-T).
    exact : bool
        Whether these are all arrangements; the data are one of them then, else one more.

    Returns
    -------
    p, p_all : ndarray of float, shape observed.shape
        Never 0; NaN where there is no test.
    """
    tested = ~np.isnan(observed)
    nan = np.where(tested, 0.0, np.nan)
    if not tested.any():
        return nan, nan
    size = np.abs(observed) * (1 - 1e-9)  # equal values may differ in their last bits
    above, above_all = np.zeros(size.shape), np.zeros(size.shape)
    families = [(family == name) & tested for name in np.unique(family[tested])]
    n = 0
    for chunk in permuted:
        values = np.abs(chunk)
        n += values.shape[-1]
        above += (values >= size[..., None]).sum(axis=-1)
        for members in families:
            largest = np.sort(values[members].max(axis=0))
            above_all[members] += values.shape[-1] - np.searchsorted(largest, size[members])
    unseen = 0 if exact else 1
    return (above + unseen) / (n + unseen) + nan, (above_all + unseen) / (n + unseen) + nan
