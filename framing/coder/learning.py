"""Learning from coded examples: what is looked at, how strongly it is shrunk, how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.coder.blocks import RECIPES, Blocks, Raw
from framing.coder.definitions import Definitions
from framing.coder.examples import Bools, Floats
from framing.coder.folding import Fold
from framing.coder.head import Calibration, Head, calibrate, fit_head, loss, rotated

__all__ = ["Learned", "Source", "Told", "learn"]

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
USUAL = 10.0  # the strength while recipes are compared, and where nothing can be compared

Rows = npt.NDArray[np.intp]
Source = Callable[[Rows], tuple[Raw, Raw | None]]


@dataclass(frozen=True)
class Told:
    """What people said of the examples, and what the codebook adds.

    Attributes
    ----------
    target : ndarray of bool, shape (n_examples, n_classes)
    multi : bool
    definitions : Definitions or None
    """

    target: Bools
    multi: bool
    definitions: Definitions | None


@dataclass(frozen=True)
class Learned:
    """A head with all that leads up to it.

    Attributes
    ----------
    head : Head
    blocks : Blocks
    recipe : str
    strength : float
    calibration : Calibration
    held_out : ndarray of float, shape (n_examples, n_classes), or None
        Probabilities of every example from heads that had not seen it; None without folds.
    trials : list of (recipe, strength, loss)
        What was compared, by the log loss on held-out examples.
    """

    head: Head
    blocks: Blocks
    recipe: str
    strength: float
    calibration: Calibration
    held_out: Floats | None
    trials: list[tuple[str, float, float]]


def learn(
    source: Source,
    told: Told,
    folds: Sequence[Fold],
    recipes: Sequence[str],
    *,
    compared: Sequence[Fold] | None = None,
) -> Learned:
    """Choose recipe and strength on held-out examples, then learn from all of them.

    Parameters
    ----------
    source : callable
        From rows of examples that may be learned from to the raw features of all examples and of
        the definitions.
    told : Told
    folds : sequence of Fold
        Empty where there are too few examples; nothing is then chosen or calibrated.
    recipes : sequence of str
    compared : sequence of Fold, optional
        Smaller folds to compare on, where there are very many examples.
    """
    bench = _Bench([_Split(source, fold, told, recipes) for fold in compared or folds], told)
    recipe, strength = recipes[0], USUAL
    if folds:
        if len(recipes) > 1:
            recipe = min(recipes, key=lambda one: bench.loss(one, USUAL))
        strength = min(STRENGTHS, key=lambda one: bench.loss(recipe, one))
    trials = [(*key, value) for key, value in bench.losses.items()]
    if compared:
        bench = _Bench([_Split(source, fold, told, [recipe]) for fold in folds], told)
    everything = np.arange(len(told.target))
    whole = _Split(source, (everything, everything), told, [recipe])
    head = whole.head(recipe, strength)
    if not folds:
        return Learned(head, whole.blocks, recipe, strength, Calibration(1.0, 0.0), None, [])
    logits = bench.logits(recipe, strength)
    calibration = calibrate(logits, told.target, told.multi)
    shares = calibration.shares(logits, told.multi)
    return Learned(head, whole.blocks, recipe, strength, calibration, shares, trials)


class _Split:
    """One part of the examples to learn from, and the part held out."""

    def __init__(self, source: Source, fold: Fold, told: Told, recipes: Sequence[str]) -> None:
        self.train, self.test = fold
        self.told = told
        self.raw, self.said = source(self.train)
        used = sorted({name for recipe in recipes for name in RECIPES[recipe]})
        self.blocks = Blocks(used).fit(self.raw.of(self.train))
        self._made: dict[str, tuple[Any, Any]] = {}
        self._asked: dict[str, Any] = {}

    def head(self, recipe: str, strength: float) -> Head:
        """The head learned from the one part, and from the codebook."""
        target, weights = self.told.target[self.train], np.ones(len(self.train))
        book = self.told.definitions
        if book is not None and self.said is not None:
            target = np.vstack([target, book.target])
            weights = np.concatenate([weights, book.weights])
        turned, way = self._turned(recipe)
        return fit_head(turned, target, self.told.multi, strength, weights).turned_back(way)

    def _turned(self, recipe: str) -> tuple[Any, Any]:
        """Features of what is learned from, made once for all strengths."""
        if recipe not in self._made:
            features = self.blocks.features(self.raw.of(self.train), RECIPES[recipe])
            if self.said is not None:
                said = self.blocks.features(self.said, RECIPES[recipe])
                features = _stacked(features, said)
            self._made[recipe] = rotated(features)
        return self._made[recipe]

    def logits(self, recipe: str, strength: float) -> Floats:
        """Logits of the other part."""
        if recipe not in self._asked:
            self._asked[recipe] = self.blocks.features(self.raw.of(self.test), RECIPES[recipe])
        return self.head(recipe, strength).logits(self._asked[recipe])


class _Bench:
    """Held-out logits of what is compared, each computed once."""

    def __init__(self, splits: list[_Split], told: Told) -> None:
        self.splits, self.told = splits, told
        held = [split.test for split in splits]
        self.rows = np.sort(np.concatenate(held)) if held else np.arange(0)
        self.losses: dict[tuple[str, float], float] = {}
        self._logits: dict[tuple[str, float], Floats] = {}

    def logits(self, recipe: str, strength: float) -> Floats:
        """Logits of every example, from the head that had not seen it."""
        key = (recipe, strength)
        if key not in self._logits:
            found = np.zeros(self.told.target.shape)
            for split in self.splits:
                found[split.test] = split.logits(recipe, strength)
            self._logits[key] = found
        return self._logits[key]

    def loss(self, recipe: str, strength: float) -> float:
        """Log loss of the calibrated probabilities, so that sharpness alone decides nothing."""
        key = (recipe, strength)
        if key not in self.losses:
            multi, target = self.told.multi, self.told.target[self.rows]
            logits = self.logits(recipe, strength)[self.rows]
            shares = calibrate(logits, target, multi).shares(logits, multi)
            self.losses[key] = loss(shares, target, multi)
        return self.losses[key]


def _stacked(one: Any, other: Any) -> Any:
    """Rows below one another, dense or sparse."""
    if isinstance(one, np.ndarray):
        return np.vstack([one, other])
    from scipy import sparse

    return sparse.csr_matrix(sparse.vstack([one, other]))
