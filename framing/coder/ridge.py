"""A second learner of texts: ridge regression on their similarities to the examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from framing.coder.blocks import Blocks, Raw
from framing.coder.examples import Bools, Floats
from framing.coder.folding import Fold
from framing.coder.head import Calibration, calibrate, loss, products
from framing.coder.landmarks import Landmarks
from framing.coder.learning import Told

__all__ = ["Ridge", "RidgeLearner", "learn_ridge", "ridge_arrays", "ridge_facts", "ridge_from"]

MOST = 4_000  # examples; beyond, a matrix of all pairs costs more than it gives
PENALTIES = (0.3, 1.0, 3.0)
_WIDTH = 2.0  # similarity is 1/e where the cosine is one half
_WORDS = ("words",)
_LANDMARKS = ("origins", "directions", "centres")


@dataclass(frozen=True)
class Ridge:
    """Kernel ridge regression, its linear parts written as weights.

    The kernel is the sum of a Gaussian one on vectors and of scalar products of token
    similarities, and of words and letters.

    Attributes
    ----------
    known : ndarray of float, shape (n_known, n_dims)
        Vectors of what was learned from: examples, and what the codebook says.
    shares : ndarray of float, shape (n_known, n_classes)
        How much each of them speaks for a code.
    tokens : ndarray of float, shape (n_classes, n_features)
    words : ndarray of float, shape (n_classes, n_terms)
    base : ndarray of float, shape (n_classes,)
        What is said of a text that is like none.
    """

    known: Floats
    shares: Floats
    tokens: Floats
    words: Floats
    base: Floats

    def logits(self, raw: Raw, blocks: Blocks) -> Floats:
        """What speaks for each code, shape (n_texts, n_classes); logits once calibrated."""
        near = _gaussian(raw.meaning, self.known) @ self.shares + raw.tokens @ self.tokens.T
        return np.asarray(near + blocks.features(raw, _WORDS) @ self.words.T + self.base)


@dataclass(frozen=True)
class RidgeLearner:
    """The ridge regression with all that it needs, to be averaged with the first learner.

    Attributes
    ----------
    ridge : Ridge
    blocks : Blocks
        Words and letters.
    landmarks : Landmarks
    penalty : float
    calibration : Calibration
    """

    ridge: Ridge
    blocks: Blocks
    landmarks: Landmarks
    penalty: float
    calibration: Calibration

    def averaged(self, shares: Floats, raw: Raw, multi: bool) -> Floats:
        """The mean of these probabilities and its own."""
        logits = self.ridge.logits(raw, self.blocks)
        return (shares + self.calibration.shares(logits, multi)) / 2


def learn_ridge(
    raw: Raw, said: Raw | None, landmarks: Landmarks, told: Told, folds: Sequence[Fold],
    first: Floats,
) -> tuple[RidgeLearner, Floats, list[tuple[float, float]]]:  # fmt: skip
    """Choose a penalty by the log loss of the average with the first learner, and learn.

    Parameters
    ----------
    raw, said : Raw
        Of the examples, and of the codebook's texts if there are any.
    landmarks : Landmarks
    told : Told
    folds : sequence of Fold
        None of them empty.
    first : ndarray of float, shape (n_examples, n_classes)
        Probabilities from the first learner that had not seen the examples.

    Returns
    -------
    learner : RidgeLearner
    averaged : ndarray of float, shape (n_examples, n_classes)
        Of held-out examples.
    trials : list of (penalty, loss)
    """
    logits = {penalty: np.zeros(told.target.shape) for penalty in PENALTIES}
    for train, test in folds:
        blocks = Blocks(_WORDS).fit(raw.of(train))
        fitted = _Similarities(raw.of(train), said, blocks, *_targets(told, train))
        held = raw.of(test)
        for penalty in PENALTIES:
            logits[penalty][test] = fitted.ridge(penalty).logits(held, blocks)
    found = {penalty: calibrate(one, told.target, told.multi) for penalty, one in logits.items()}
    means = {key: (first + found[key].shares(logits[key], told.multi)) / 2 for key in PENALTIES}
    losses = {key: loss(means[key], told.target, told.multi) for key in PENALTIES}
    best = min(PENALTIES, key=lambda key: losses[key])
    blocks = Blocks(_WORDS).fit(raw)
    whole = _Similarities(raw, said, blocks, *_targets(told, np.arange(len(told.target))))
    learner = RidgeLearner(whole.ridge(best), blocks, landmarks, best, found[best])
    return learner, means[best], list(losses.items())


def ridge_arrays(learner: RidgeLearner) -> dict[str, Any]:
    """What is saved as arrays, words and letters apart."""
    found = {f"ridge_{one.name}": getattr(learner.ridge, one.name) for one in fields(Ridge)}
    marks = learner.landmarks
    return found | {f"landmark_{name}": getattr(marks, name) for name in _LANDMARKS}


def ridge_facts(learner: RidgeLearner) -> dict[str, Any]:
    """What is saved as JSON."""
    return {
        "penalty": learner.penalty,
        "layers": list(learner.landmarks.layers),
        "calibration": [learner.calibration.slope, learner.calibration.shift],
    }


def ridge_from(facts: Mapping[str, Any], arrays: Mapping[str, Any], blocks: Blocks) -> RidgeLearner:
    """What was saved."""
    ridge = Ridge(*(arrays[f"ridge_{one.name}"] for one in fields(Ridge)))
    marks = Landmarks(tuple(facts["layers"]), *(arrays[f"landmark_{n}"] for n in _LANDMARKS))
    return RidgeLearner(ridge, blocks, marks, facts["penalty"], Calibration(*facts["calibration"]))


def _targets(told: Told, rows: Any) -> tuple[Bools, Floats]:
    """Codes of examples and of the codebook's texts, and their weights."""
    target, weights = told.target[rows], np.ones(len(rows))
    if told.definitions is None or not told.definitions.texts:
        return target, weights
    book = told.definitions
    return np.vstack([target, book.target]), np.concatenate([weights, book.weights])


class _Similarities:
    """Similarities of all pairs, computed once for all penalties."""

    def __init__(
        self, raw: Raw, said: Raw | None, blocks: Blocks, target: Bools, weights: Floats
    ) -> None:
        rows = raw if said is None else _below(raw, said)
        self.known, self.tokens, self.weights = rows.meaning, rows.tokens, weights
        self.words = blocks.features(rows, _WORDS)
        self.base = np.average(target, axis=0, weights=weights)
        self.beyond = target - self.base
        self.pairs = _gaussian(self.known, self.known) + self.tokens @ self.tokens.T
        self.pairs += products(self.words)

    def ridge(self, penalty: float) -> Ridge:
        """Shares that come near the codes without growing large; a weight is that many rows."""
        from scipy.linalg import solve

        matrix = self.pairs + np.diag(penalty / self.weights)
        shares = np.asarray(solve(matrix, self.beyond, assume_a="pos"))
        words = np.asarray((self.words.T @ shares).T)
        return Ridge(self.known, shares, (self.tokens.T @ shares).T, words, self.base)


def _below(raw: Raw, said: Raw) -> Raw:
    """The examples, and below them the codebook's texts."""
    return Raw(
        np.vstack([raw.meaning, said.meaning]),
        None,
        [*(raw.texts or ()), *(said.texts or ())],
        np.vstack([raw.tokens, said.tokens]),
    )


def _gaussian(one: Floats, other: Floats) -> Floats:
    """Similarity of unit vectors that counts near neighbours more than a cosine does."""
    return np.asarray(np.exp(_WIDTH * (one @ other.T - 1)))
