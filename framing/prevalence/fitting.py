"""Regression on claims that are counted per cluster and combination of covariates."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.prevalence.counts import Floats
from framing.prevalence.design import Design, Effect
from framing.prevalence.separation import Estimable, estimable

__all__ = ["Cells", "Family", "Fit", "average_difference", "fit_cells"]

Family: TypeAlias = Literal["logit", "linear"]

_STEP = 1e-4  # of a covariate's standard deviation, for slopes


@dataclass(frozen=True)
class Cells:
    """Claims reduced to counts per cluster and combination of covariates.

    Models fitted to these counts are those of the single claims, and so are the sums of scores
    per cluster that the errors are made of.

    Attributes
    ----------
    frame : DataFrame, shape (n_cells, n_covariates)
    hits, sizes : ndarray of float, shape (n_cells,)
        Claims with the label, and all claims.
    clusters : ndarray of int, shape (n_cells,)
        From 0 to `n_clusters` - 1.
    n_clusters : int
    full : DataFrame, shape (n_claims, n_covariates)
        The covariates of the single claims, sorted.
    """

    frame: pd.DataFrame
    hits: Floats
    sizes: Floats
    clusters: npt.NDArray[np.intp]
    n_clusters: int
    full: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame, outcome: npt.NDArray[Any], cluster: pd.Series[Any]) -> Cells:
        """Count outcomes; `frame` comes from `covariates`, row for row with the clusters."""
        codes, found = pd.factorize(cluster, sort=True)
        columns = list(frame.columns)
        for name in columns:
            if isinstance(frame[name].dtype, pd.CategoricalDtype):
                frame = frame.assign(**{name: frame[name].cat.remove_unused_categories()})
        counted = frame.assign(**{" cluster": codes, " hit": outcome.astype(float)})
        grouped = counted.groupby([" cluster", *columns], observed=True, sort=True)[" hit"]
        table = grouped.agg(["sum", "size"]).reset_index()
        return cls(
            frame=table[columns],
            hits=table["sum"].to_numpy(dtype=float),
            sizes=table["size"].to_numpy(dtype=float),
            clusters=table[" cluster"].to_numpy(dtype=np.intp),
            n_clusters=len(found),
            full=frame.sort_values(columns).reset_index(drop=True),
        )


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    family : {"logit", "linear"}
    parts : Estimable
        What of the design was fitted.
    coefficients : ndarray of float, shape (n_fitted,)
    covariance : ndarray of float, shape (n_fitted, n_fitted)
        Cluster-robust, with the factor G / (G - 1); NaN with one cluster.
    df : int
        G - 1, of the clusters that were fitted.
    converged : bool
    """

    family: Family
    parts: Estimable
    coefficients: Floats
    covariance: Floats
    df: int
    converged: bool

    def predicted(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Shares for the rows of a design, and their derivatives by the coefficients."""
        from scipy.special import expit

        used = matrix[:, self.parts.columns]
        linear = used @ self.coefficients
        if self.family == "linear":
            return self.parts.predicted(matrix, linear), used
        shares = self.parts.predicted(matrix, expit(linear))
        return shares, used * (shares * (1 - shares))[:, None]


def fit_cells(design: Design, cells: Cells, family: Family) -> Fit:
    """Fit what can be fitted; the covariance sums scores over clusters."""
    from statsmodels.genmod.families import Binomial, Gaussian
    from statsmodels.genmod.generalized_linear_model import GLM

    parts = estimable(design.matrix, cells.hits, cells.sizes, separable=family == "logit")
    matrix = design.matrix[parts.rows][:, parts.columns]
    hits, sizes = cells.hits[parts.rows], cells.sizes[parts.rows]
    clusters = cells.clusters[parts.rows]
    n_clusters = len(np.unique(clusters))
    if not parts.columns.size:
        empty = np.empty(0)
        return Fit(family, parts, empty, np.empty((0, 0)), n_clusters - 1, True)
    kind = Binomial() if family == "logit" else Gaussian()
    with warnings.catch_warnings(record=True):  # said in the notes instead
        warnings.simplefilter("always")
        found = GLM(hits / sizes, matrix, family=kind, var_weights=sizes).fit(maxiter=200)
    fitted = np.asarray(found.fittedvalues)
    weights = sizes * (fitted * (1 - fitted) if family == "logit" else 1.0)
    bread = np.linalg.pinv(matrix.T @ (matrix * weights[:, None]), hermitian=True)
    scores = np.zeros((cells.n_clusters, matrix.shape[1]))
    np.add.at(scores, clusters, matrix * (hits - sizes * fitted)[:, None])
    factor = n_clusters / (n_clusters - 1) if n_clusters > 1 else np.nan
    covariance = factor * bread @ (scores.T @ scores) @ bread
    return Fit(
        family, parts, np.asarray(found.params), covariance, n_clusters - 1, bool(found.converged)
    )


def average_difference(
    effect: Effect, design: Design, cells: Cells, fit: Fit
) -> tuple[float, Floats]:
    """Mean difference in the predicted share over all claims, and its derivative."""
    if effect.level is not None:
        upper = design.at_level(effect.covariate, effect.level)
        lower, width = design.at_level(effect.covariate, effect.reference), 1.0
    else:
        step = _STEP * float(cells.full[effect.covariate].std() or 1.0)
        upper = design.shifted(effect.covariate, step)
        lower, width = design.shifted(effect.covariate, -step), 2 * step
    (high, high_by), (low, low_by) = fit.predicted(upper), fit.predicted(lower)
    weights = cells.sizes / cells.sizes.sum() / width
    return float(weights @ (high - low)), np.asarray(weights @ (high_by - low_by))
