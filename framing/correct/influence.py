"""Corrected means as sums over claims: the estimators, and what each claim adds to their error.

Every estimator returns the mean and its influence values, one per claim; their sums by cluster
give the variance of the mean, of differences and of ratios alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "Bools",
    "Design",
    "Floats",
    "Mean",
    "acc",
    "associated",
    "cluster_sums",
    "dsl",
    "ppi",
    "tuned",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """Which claims of a group were coded, how likely that was, and which claims are alike.

    Attributes
    ----------
    coded : ndarray of bool, shape (n_claims,)
    inclusion : ndarray of float, shape (n_claims,)
        The chance of each coded claim to be coded, above 0; the others' is not used.
    clusters : ndarray of int, shape (n_claims,)
        Places of the clusters among all of the corpus.
    n_clusters : int
        Clusters in the corpus.
    """

    coded: Bools
    inclusion: Floats
    clusters: npt.NDArray[np.intp]
    n_clusters: int

    @property
    def weights(self) -> Floats:
        """Weights of the coded claims by inverse chance, adding up to 1; 0 for the others."""
        weights = np.zeros(len(self.coded))
        weights[self.coded] = 1 / self.inclusion[self.coded]
        weights /= weights.sum()
        return weights

    @property
    def even(self) -> bool:
        """Whether every coded claim had the same chance."""
        chances = self.inclusion[self.coded]
        return bool(np.ptp(chances) <= 1e-12 * chances.max())

    @property
    def n_coded(self) -> int:
        """How many claims were coded."""
        return int(self.coded.sum())

    @property
    def n_coded_clusters(self) -> int:
        """How many clusters hold a coded claim."""
        return len(np.unique(self.clusters[self.coded]))


@dataclass(frozen=True)
class Mean:
    """A corrected mean, with its error as a sum over claims.

    Attributes
    ----------
    estimate : float
    influence : ndarray of float, shape (n_claims,)
        What each claim adds to the error of the estimate.
    tuning : float
        How much of the machine the estimate uses: 0 none, 1 all; NaN where it is not tuned.
    """

    estimate: float
    influence: Floats
    tuning: float


def associated(machine: Floats, human: Floats, design: Design) -> tuple[float, float]:
    """Covariance of the codes with the machine on coded claims, and the machine's variance on all.

    With several columns, shape (n_claims, n_columns), both are added up over columns.
    """
    coded, n_claims = design.coded, len(design.coded)
    given, codes = machine.reshape(n_claims, -1), human.reshape(n_claims, -1)[coded]
    weights = design.weights[coded]
    products = (given[coded] - weights @ given[coded]) * (codes - weights @ codes)
    covariance = (weights @ products).sum() * design.n_coded / (design.n_coded - 1)
    return float(covariance), float(given.var(axis=0, ddof=1).sum())


def tuned(machine: Floats, human: Floats, design: Design) -> float:
    """How far to rely on the machine: the lambda of PPI++, between 0 and 1.

    With several columns one value serves all of them: that with the least variance, added up over
    columns. Human codes of claims that were not coded are not used.
    """
    n_free = len(design.coded) - design.n_coded
    if design.n_coded < 2 or not n_free:
        return 0.0
    covariance, spread = associated(machine, human, design)
    if spread <= 0:
        return 0.0
    return float(np.clip(covariance / spread * n_free / len(design.coded), 0, 1))


def ppi(machine: Floats, human: Floats, design: Design, *, tuning: float) -> Mean:
    """Prediction-powered mean: the machine's mean, moved by its error on coded claims.

    ``tuning=0`` is the mean of the human codes alone, ``tuning=1`` the first form of PPI. Uneven
    chances enter as normalised inverse weights (Hajek's estimator).

    References
    ----------
    Angelopoulos, A. N., Duchi, J. C., & Zrnic, T. (2023). PPI++: Efficient prediction-powered
    inference. https://doi.org/10.48550/arXiv.2311.01453
    """
    coded, n_claims = design.coded, len(design.coded)
    n_free = n_claims - design.n_coded
    # The paper averages the machine over uncoded claims; the same number comes from all claims if
    # the machine is multiplied by this, and that form also holds where chances are uneven.
    slope = tuning * n_claims / n_free if n_free else 0.0
    residual = np.where(coded, human - slope * machine, 0.0)
    parts = slope * machine / n_claims + design.weights * residual
    if design.even:  # coded and uncoded claims are two samples, each around its own mean
        centre = np.where(coded, parts[coded].mean(), parts[~coded].mean() if n_free else 0.0)
    else:
        centre = slope * machine.mean() / n_claims + design.weights * (design.weights @ residual)
    return Mean(float(parts.sum()), parts - centre, tuning)


def dsl(machine: Floats, human: Floats, design: Design) -> Mean:
    """Design-based mean: machine labels, each coded one replaced with weight 1 / chance.

    References
    ----------
    Egami, N., Hinck, M., Stewart, B. M., & Wei, H. (2023). Using imperfect surrogates for
    downstream inference. https://doi.org/10.48550/arXiv.2306.04746
    """
    corrected = machine.astype(float)
    coded = design.coded
    corrected[coded] += (human[coded] - machine[coded]) / design.inclusion[coded]
    estimate = float(corrected.mean())
    return Mean(estimate, (corrected - estimate) / len(corrected), 1.0)


def acc(machine: Floats, human: Floats, coded: Bools, target: Bools) -> Mean:
    """Adjusted count: the machine's share in `target`, solved for its error rates on coded claims.

    It needs claims coded as yes and as no, and a machine that is better than chance.

    References
    ----------
    Rogan, W. J., & Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    American Journal of Epidemiology, 107(1), 71-76.
    https://doi.org/10.1093/oxfordjournals.aje.a112510
    """
    yes, no = coded & (human == 1), coded & (human == 0)
    sensitivity, false_alarms = machine[yes].mean(), machine[no].mean()
    found, gain = machine[target].mean(), sensitivity - false_alarms
    share = (found - false_alarms) / gain
    influence = np.zeros(len(machine))
    influence[target] += (machine[target] - found) / target.sum()
    influence[yes] -= share * (machine[yes] - sensitivity) / yes.sum()
    influence[no] -= (1 - share) * (machine[no] - false_alarms) / no.sum()
    return Mean(float(share), influence / gain, np.nan)


def cluster_sums(influence: Floats, design: Design) -> Floats:
    """Influence added up by cluster, shape (n_clusters,); the variance is the sum of squares.

    Clusters with coded claims and clusters without are two samples: the sums of each are scaled
    by the root of n / (n - 1), so that a few coded documents are not taken for many.
    """
    sums: Floats = np.bincount(design.clusters, influence, design.n_clusters).astype(float)
    present = np.bincount(design.clusters, minlength=design.n_clusters) > 0
    coded = np.bincount(design.clusters[design.coded], minlength=design.n_clusters) > 0
    for kind in (coded, present & ~coded):
        if (n := int(kind.sum())) > 1:
            sums[kind] *= np.sqrt(n / (n - 1))
    return sums
