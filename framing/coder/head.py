"""The linear head of a coder, and its probabilities."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from framing.coder.examples import Bools, Floats

__all__ = ["Calibration", "Head", "calibrate", "fit_head", "loss", "products", "rotated"]

_NEVER = -8.0  # the logit of a code that no example to learn from carries
_ROTATED = 1_200  # examples; beyond, eigenvectors cost more than they save
_DENSE = 64  # sparse rows made dense at a time
_SMALL = 1e-10
_LEAST = 1e-6  # no probability counts as surer than this in a loss


@dataclass(frozen=True)
class Head:
    """One linear function per code.

    Attributes
    ----------
    weights : ndarray of float, shape (n_classes, n_features)
    intercepts : ndarray of float, shape (n_classes,)
    """

    weights: Floats
    intercepts: Floats

    def turned_back(self, way: Way | None) -> Head:
        """The same functions of the features before they were `rotated`."""
        if way is None:
            return self
        return Head(np.asarray((self.weights @ way.shares) @ way.features), self.intercepts)

    def logits(self, features: Any) -> Floats:
        """Compute the logit of every code, shape (n_texts, n_classes)."""
        return np.asarray(features @ self.weights.T + self.intercepts, dtype=np.float64)


@dataclass(frozen=True)
class Way:
    """From coordinates back to features, as a product: multiplied out it would be large and dense.

    Attributes
    ----------
    shares : ndarray of float, shape (n_coordinates, n_examples)
        How much of each example a coordinate is made of.
    features : ndarray or csr_matrix, shape (n_examples, n_features)
    """

    shares: Floats
    features: Any


@dataclass(frozen=True)
class Calibration:
    """How logits become probabilities: ``slope * logit + shift``, then softmax or logistic.

    With one code per text only the slope matters: its inverse is the temperature of Guo et al.
    (2017, arXiv:1706.04599); with several codes the two are those of Platt.
    """

    slope: float
    shift: float

    def shares(self, logits: Floats, multi: bool) -> Floats:
        """Probability of every code; rows add up to 1 where a text carries just one."""
        from scipy.special import expit, softmax

        scaled = self.slope * logits + self.shift
        return np.asarray(expit(scaled) if multi else softmax(scaled, axis=1), dtype=np.float64)


def fit_head(features: Any, target: Bools, multi: bool, strength: float, weights: Floats) -> Head:
    """Fit a logistic regression with an L2 penalty: multinomial, or one per code.

    Parameters
    ----------
    features : ndarray or csr_matrix, shape (n_examples, n_features)
    target : ndarray of bool, shape (n_examples, n_classes)
    multi : bool
    strength : float
        Inverse weight of the penalty: the larger, the less the weights are shrunk towards 0.
    weights : ndarray of float, shape (n_examples,)

    See `rotated` for a quicker way to the same head where features are many.
    """
    n_classes = target.shape[1]
    head = Head(np.zeros((n_classes, features.shape[1])), np.full(n_classes, _NEVER))
    if multi:
        for j in range(n_classes):
            if target[:, j].all():
                head.intercepts[j] = -_NEVER
            elif target[:, j].any():
                found = _logistic(features, target[:, j], strength, weights)
                head.weights[j], head.intercepts[j] = found.coef_[0], found.intercept_[0]
        return head
    present = np.flatnonzero(target.any(axis=0))
    if len(present) == 1:
        head.intercepts[present] = -_NEVER
        return head
    found = _logistic(features, target.argmax(axis=1), strength, weights)
    if len(present) == 2:  # the second against the first: half of it for either
        head.weights[present] = np.vstack([-found.coef_, found.coef_]) / 2
        head.intercepts[present] = np.concatenate([-found.intercept_, found.intercept_]) / 2
    else:
        head.weights[present], head.intercepts[present] = found.coef_, found.intercept_
    return head


def rotated(features: Any) -> tuple[Any, Way | None]:
    """Fewer features that say the same, and the way back; None where it would not pay.

    The penalty sees only lengths, so the solution lies in the span of the examples: with fewer
    examples than features, as many coordinates as examples do.
    """
    n, d = features.shape
    if n >= d or n > _ROTATED:
        return features, None
    values, vectors = np.linalg.eigh(products(features))
    kept = values > _SMALL * values[-1]
    lengths = np.sqrt(values[kept])
    return vectors[:, kept] * lengths, Way((vectors[:, kept] / lengths).T, features)


def products(features: Any) -> Floats:
    """Scalar products of all rows; sparse ones meet a few made dense at a time: quicker."""
    if isinstance(features, np.ndarray):
        return np.asarray(features @ features.T)
    starts = range(0, features.shape[0], _DENSE)
    return np.hstack([features @ features[i : i + _DENSE].toarray().T for i in starts])


def _logistic(features: Any, kinds: Any, strength: float, weights: Floats) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=1_000, tol=1e-4)
    with warnings.catch_warnings():  # what is left of the gradient moves no decision
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(features, kinds, sample_weight=weights)


def loss(shares: Floats, target: Bools, multi: bool) -> float:
    """Mean negative log probability of what people coded (per code with several codes)."""
    clipped = np.clip(shares, _LEAST, 1 - _LEAST)
    right = np.log(np.where(target, clipped, 1 - clipped))
    return -float(right.mean() if multi else right[target].mean())


def calibrate(logits: Floats, target: Bools, multi: bool) -> Calibration:
    """Choose slope (and shift with several codes) by the log loss on texts that were held out."""
    from scipy.optimize import minimize

    def cost(values: Floats) -> float:
        found = Calibration(float(np.exp(values[0])), float(values[1]) if multi else 0.0)
        # A little of the uncalibrated keeps few, perfectly separated texts from certainty.
        prior = 0.5 * float(values @ values) / len(target)
        return loss(found.shares(logits, multi), target, multi) + prior

    bounds = [(-3.0, 3.0), (-5.0, 5.0)] if multi else [(-3.0, 3.0)]
    best = minimize(cost, np.zeros(len(bounds)), method="L-BFGS-B", bounds=bounds)
    return Calibration(float(np.exp(best.x[0])), float(best.x[1]) if multi else 0.0)
