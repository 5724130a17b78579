"""How far the shares of words differ between groups, for any assignment of groups to cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.permutation import Cells, Floats, exchanged, family_p

__all__ = ["Contrasts", "cell_counts"]

_AT_ONCE = 2_000_000  # statistics computed at a time: some 16 MB an array


def cell_counts(counts: sparse.csr_matrix, cells: Cells) -> sparse.csr_matrix:
    """Sum the counts of texts in each cell: (n_texts, n_words) to (n_words, n_cells)."""
    n_cells, n_texts = len(cells.group), len(cells.place)
    gather = sparse.csr_matrix(
        (np.ones(n_texts), (np.arange(n_texts), cells.place)), shape=(n_texts, n_cells)
    )
    return sparse.csr_matrix(counts.T @ gather)


@dataclass(frozen=True)
class Contrasts:
    """Each group against the rest, over the words to test.

    Attributes
    ----------
    counts : sparse matrix, shape (n_words, n_cells)
    sizes : ndarray of float, shape (n_cells,)
        All counted words of each cell, tested or not; above 0.
    """

    counts: sparse.csr_matrix
    sizes: Floats

    def t(self, member: npt.NDArray[Any]) -> Floats:
        """Differences in the shares of words over their standard error.

        The variance is the one between cells plus the one that words drawn alone would have. In
        simulations the first alone lets words through that are too rare to tell how they come,
        and the second alone hides all others behind those that come in bursts.

        Parameters
        ----------
        member : ndarray of bool, shape (n_cells, n)
            The cells of the group, once or after several exchanges.

        Returns
        -------
        ndarray of float, shape (n_words, n)
        """
        own = self._sums(member.astype(float))
        rest = [whole - part for whole, part in zip(self._whole, own, strict=True)]
        share, between = _side(*own)
        other, other_between = _side(*rest)
        pooled = self._whole[0][: len(share)] / self._whole[1][1]
        alone = pooled * (1 - pooled) * (1 / own[1][1] + 1 / rest[1][1])
        return np.asarray((share - other) / np.sqrt(between + other_between + alone))

    def p_values(
        self, cells: Cells, groups: list[int], observed: Floats, *, n_permutations: int, seed: int
    ) -> tuple[Floats, Floats]:
        """Permutation p-values of t for groups, shape (n_groups, n_words), alone and max-T."""
        # Two groups and nobody else: what one has more of, the other has less of.
        mirrored = len(groups) == 2 and bool(np.isin(cells.group, groups).all())
        chunk = int(np.clip(_AT_ONCE // observed.shape[1], 8, 256))
        arrangements, exact = exchanged(cells, n_permutations, seed=seed, chunk=chunk)

        def permuted() -> Iterator[Floats]:
            for names in arrangements:
                t = [self.t(names == group) for group in groups[: 1 if mirrored else None]]
                yield np.stack([*t, -t[0]] if mirrored else t)

        return family_p(observed, permuted(), np.zeros(observed.shape, dtype=np.int64), exact=exact)

    @cached_property
    def _factors(self) -> tuple[sparse.csr_matrix, Floats]:
        """What is summed over the cells of a group: counts, their squares, and with sizes."""
        squared = self.counts.multiply(self.counts)
        crossed = self.counts.multiply(self.sizes[None, :])
        products = sparse.vstack([self.counts, squared, crossed], format="csr")
        return products, np.stack([np.ones_like(self.sizes), self.sizes, np.square(self.sizes)])

    @cached_property
    def _whole(self) -> tuple[Floats, Floats]:
        return self._sums(np.ones((len(self.sizes), 1)))

    def _sums(self, member: Floats) -> tuple[Floats, Floats]:
        products, sizes = self._factors
        return np.asarray(products @ member), sizes @ member


def _side(products: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """Shares of the words on one side, and their variance between cells."""
    counts, squares, crossed = np.split(products, 3)
    n_cells, n_words, n_squared = sizes
    share = counts / n_words
    spread = squares - 2 * share * crossed + np.square(share) * n_squared
    factor = n_cells / np.maximum(n_cells - 1, 1)
    return share, factor * np.maximum(spread, 0) / np.square(n_words)
