"""A test of means per group and document, for any assignment of groups to cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.axes.poles import Floats
from framing.permutation import Cells, Ints, exchanged, family_p

__all__ = ["MeanContrasts"]

_ROUNDING = 1e-12  # relative; below it lies what sums leave that should be 0
_CHUNK = 128


@dataclass(frozen=True)
class MeanContrasts:
    """Means over the claims of each group against those of the rest.

    Attributes
    ----------
    cells : Cells
        The claims of one group in one document are one cell.
    sizes : ndarray of float, shape (n_cells,)
        Claims in each cell.
    sums : ndarray of float, shape (n_cells, n_measures)
        Sums over these claims.
    """

    cells: Cells
    sizes: Floats
    sums: Floats

    def t(self, member: npt.NDArray[Any]) -> Floats:
        """Differences of the two means over their standard error between documents.

        With e and e' the influence of a document on either mean, the variance sums the squares of
        ``sqrt(f) e - sqrt(f') e'`` over documents, f being n / (n - 1) for the n documents of the
        group and f' for those of the rest: Welch's where no document is shared, and that of the
        differences within documents where all are.

        Parameters
        ----------
        member : ndarray of bool, shape (n_cells, n)
            The cells of the group, once or after several exchanges; at most one of a document.

        Returns
        -------
        ndarray of float, shape (n_measures, n)
            Infinite where groups differ but documents do not; 0 where neither do.
        """
        own = member.astype(float)
        s, n = self._centred, self.sizes
        # A document as a whole, and what is left of it without the cell.
        whole_s, whole_n = _over(self.cells.document, s), _over(self.cells.document, n)
        left_s, left_n = whole_s - s, whole_n - n
        first = np.unique(self.cells.document, return_index=True)[1]
        every = np.zeros((len(n), 1))
        every[first] = 1
        n_own = n @ own
        n_rest = n.sum() - n_own
        mean = s.T @ own / n_own
        rest = (s.sum(axis=0)[:, None] - s.T @ own) / n_rest
        spread = _form(own, (s, n, mean), (s, n, mean)) / n_own**2
        rest_spread = (
            _form(every, (whole_s, whole_n, rest), (whole_s, whole_n, rest))
            - _form(own, (whole_s, whole_n, rest), (whole_s, whole_n, rest))
            + _form(own, (left_s, left_n, rest), (left_s, left_n, rest))
        ) / n_rest**2
        shared = _form(own, (s, n, mean), (left_s, left_n, rest)) / (n_own * n_rest)
        f = _factor(own.sum(axis=0))
        f_rest = _factor(len(first) - own[self.cells.alone].sum(axis=0))
        variance = f * spread + f_rest * rest_spread - 2 * np.sqrt(f * f_rest) * shared
        least = _ROUNDING * (np.square(s).sum(axis=0) / n.sum() ** 2)[:, None]
        difference = np.where(np.square(mean - rest) > least, mean - rest, 0.0)
        error = np.sqrt(np.where(variance > least, variance, 0.0))
        unbounded = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
        return np.divide(difference, error, out=unbounded, where=error > 0)

    def p_values(
        self, groups: list[int], observed: Floats, family: Ints, *, n_permutations: int, seed: int
    ) -> tuple[Floats, Floats]:
        """Permutation p-values of t, shape (n_groups, n_measures), alone and within families.

        Within a family, each t is first brought to the scale of the normal: else the wild t of a
        group of three documents would hide all others.
        """
        arrangements, exact = exchanged(self.cells, n_permutations, seed=seed, chunk=_CHUNK)
        df = np.array([self._df(group) for group in groups])[:, None]

        def permuted() -> Iterator[Floats]:
            for names in arrangements:
                t = np.stack([self.t(names == group) for group in groups])
                yield _normal(t, df[:, :, None])

        return family_p(_normal(observed, df), permuted(), family, exact=exact)

    def _df(self, group: int) -> int:
        """Documents of the group or of the rest, whichever are fewer, less one."""
        own = self.cells.group == group
        return min(int(own.sum()), len(np.unique(self.cells.document[~own]))) - 1

    @property
    def _centred(self) -> Floats:
        """Sums of distances from the common mean, which t does not depend on; less is rounded."""
        mean = self.sums.sum(axis=0) / self.sizes.sum()
        expected = self.sizes[:, None] * mean
        distance = self.sums - expected
        return np.where(np.abs(distance) > _ROUNDING * np.abs(expected), distance, 0.0)


def _form(
    member: Floats, first: tuple[Floats, Floats, Floats], second: tuple[Floats, Floats, Floats]
) -> Floats:
    """Sum ``(a - u b) (c - v d)`` over the members' cells for ``(a, b, u)`` and ``(c, d, v)``."""
    (a, b, u), (c, d, v) = first, second
    b, d = b[:, None], d[:, None]
    return np.asarray(
        (a * c).T @ member
        - v * ((a * d).T @ member)
        - u * ((b * c).T @ member)
        + u * v * ((b * d).T @ member)
    )


def _over(documents: npt.NDArray[np.int64], values: Floats) -> Floats:
    """The sum over each cell's document, for every cell."""
    codes = np.unique(documents, return_inverse=True)[1]
    sums = np.zeros((codes.max() + 1, *values.shape[1:]))
    np.add.at(sums, codes, values)
    return np.asarray(sums[codes])


def _normal(t: Floats, df: npt.NDArray[Any]) -> Floats:
    """Values of a normal variable as rare as |t| is with df degrees of freedom (Wallace 1959)."""
    return np.asarray((8 * df + 1) / (8 * df + 3) * np.sqrt(df * np.log1p(np.square(t) / df)))


def _factor(n: Floats) -> Floats:
    return np.asarray(n / np.maximum(n - 1, 1))
