"""The engines of a coder: from examples and a codebook to what predicts."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.coder.blocks import WORDS_FROM, Blocks, Raw, check_width, raw_of, recipes_for
from framing.coder.definitions import Definitions, similarity_head
from framing.coder.examples import Content, Examples, Floats
from framing.coder.folding import Fold, fewer
from framing.coder.head import Calibration, calibrate, loss
from framing.coder.landmarks import landmarks_of
from framing.coder.learning import Learned, Told, learn
from framing.coder.ridge import MOST, RidgeLearner, learn_ridge
from framing.encoder import Encoder
from framing.vectors import check_vectors

__all__ = ["ENGINES", "Fitted", "Tools", "by_comparing", "by_learning", "by_tuning", "known_only"]

ENGINES = ("linear", "zero-shot", "contrastive")
AVERAGED = "average with ridge"  # among the trials, where the penalty stands for the strength
BESIDE = "average with the encoder as it was"
COMPARED = 2_000  # examples on which recipes and strengths are compared


@dataclass(frozen=True)
class Tools:
    """What turns texts into vectors, and how the tuning is run."""

    encoder: Encoder | None
    store: Any
    steps: int
    seed: int

    def raw(self, content: Content, *, wording: bool = False) -> Raw:
        """What can be computed of texts before anything is learned."""
        return raw_of(content, self.encoder, self.store, wording)


@dataclass(frozen=True)
class Fitted:
    """What predicts.

    Attributes
    ----------
    learned : Learned
    known : ndarray of float, shape (n_examples, n_dims)
        Vectors of the examples, for showing the nearest.
    tuned : Encoder or None
        The encoder that was tuned on the codes.
    second : RidgeLearner or None
        What the probabilities are averaged with.
    frozen : Fitted or None
        The same on the encoder as it was, whose probabilities are averaged in too.
    """

    learned: Learned
    known: Floats
    tuned: Encoder | None = None
    second: RidgeLearner | None = None
    frozen: Fitted | None = None


def known_only(definitions: Definitions, tools: Tools) -> Fitted:
    """Similarity to the codebook, without any coded text."""
    raw = tools.raw(Content(definitions.texts, None))
    head, blocks = similarity_head(definitions, raw), Blocks(("meaning",))
    learned = Learned(head, blocks, "meaning", 1.0, Calibration(1.0, 0.0), None, [])
    return Fitted(learned, raw.meaning[:0])


def by_comparing(examples: Examples, definitions: Definitions, tools: Tools) -> Fitted:
    """Similarity to the codebook; the codes serve to calibrate, and nothing else."""
    raw = tools.raw(examples.content)
    head = similarity_head(definitions, _said(definitions, raw, tools, wording=False))
    logits = head.logits(raw.meaning)
    found = calibrate(logits, examples.target, examples.multi)
    shares = found.shares(logits, examples.multi)
    learned = Learned(head, Blocks(("meaning",)), "meaning", 1.0, found, shares, [])
    return Fitted(learned, raw.meaning)


def by_learning(
    examples: Examples, definitions: Definitions | None, folds: Sequence[Fold], tools: Tools
) -> Fitted:
    """Logistic regression on what the frozen encoder makes of a text, and a second learner."""
    texts = examples.content.texts is not None
    raw = tools.raw(examples.content, wording=texts)
    said = None
    if definitions is not None and definitions.texts:
        said = _said(definitions, raw, tools, wording=texts)
    told = Told(examples.target, examples.multi, definitions)
    recipes = recipes_for(len(examples), texts)
    compared = fewer(folds, len(examples), COMPARED, tools.seed)
    learned = learn(lambda _: (raw, said), told, folds, recipes, compared=compared)
    if not texts or not folds or not WORDS_FROM <= len(examples) <= MOST:
        return Fitted(learned, raw.meaning)
    return _seconded(learned, raw, said, told, folds, tools)


def _seconded(
    learned: Learned, raw: Raw, said: Raw | None, told: Told, folds: Sequence[Fold], tools: Tools
) -> Fitted:
    """The average with a ridge regression, where held-out examples are told better by it."""
    assert raw.texts is not None
    assert learned.held_out is not None
    encoder = tools.encoder or Encoder()
    landmarks, tokens = landmarks_of(raw.texts, encoder, tools.seed)
    if said is not None:
        said = dataclasses.replace(said, tokens=landmarks.features(said.texts or [], encoder))
    second, shares, trials = learn_ridge(
        dataclasses.replace(raw, tokens=tokens), said, landmarks, told, folds, learned.held_out
    )
    alone = loss(learned.held_out, told.target, told.multi)
    tried = [*learned.trials, *((AVERAGED, penalty, value) for penalty, value in trials)]
    if alone <= min(value for _, value in trials):
        return Fitted(dataclasses.replace(learned, trials=tried), raw.meaning)
    learned = dataclasses.replace(learned, trials=tried, held_out=shares)
    return Fitted(learned, raw.meaning, second=second)


def by_tuning(
    examples: Examples, definitions: Definitions | None, folds: Sequence[Fold], tools: Tools
) -> Fitted:
    """The same on an encoder tuned on the codes, once for every fold and once for all examples.

    Only so are held-out texts unseen, and their probabilities honest.
    """
    from framing.encoder.tuning import tuned

    texts = examples.content.texts or []
    first = tools.encoder or Encoder()
    home = Path(tempfile.mkdtemp(prefix="framing-coder-"))
    latest: dict[str, Any] = {}

    def source(rows: npt.NDArray[np.intp]) -> tuple[Raw, Raw | None]:
        shutil.rmtree(home, ignore_errors=True)
        latest["encoder"] = tuned(
            first, [texts[i] for i in rows], examples.target[rows],
            steps=tools.steps, seed=tools.seed, folder=home,
        )  # fmt: skip
        latest["raw"] = raw_of(examples.content, latest["encoder"], False, wording=False)
        if definitions is None or not definitions.texts:
            return latest["raw"], None
        content = Content(definitions.texts, None)
        return latest["raw"], raw_of(content, latest["encoder"], False, wording=False)

    told = Told(examples.target, examples.multi, definitions)
    try:
        learned = learn(source, told, folds, ["meaning"])
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    weakref.finalize(latest["encoder"], shutil.rmtree, home, ignore_errors=True)
    fitted = Fitted(learned, latest["raw"].meaning, latest["encoder"])
    if not folds:
        return fitted
    return _beside(fitted, by_learning(examples, definitions, folds, tools), told)


def _beside(fitted: Fitted, frozen: Fitted, told: Told) -> Fitted:
    """The average with the encoder as it was, where held-out examples are told better by it.

    Both left out the same examples in turn, so that the mean is of honest probabilities.
    """
    assert fitted.learned.held_out is not None
    assert frozen.learned.held_out is not None
    alone = loss(fitted.learned.held_out, told.target, told.multi)
    mean = (fitted.learned.held_out + frozen.learned.held_out) / 2
    averaged = loss(mean, told.target, told.multi)
    tried = [*fitted.learned.trials, (BESIDE, 1.0, averaged)]
    learned = dataclasses.replace(fitted.learned, trials=tried)
    if alone <= averaged:
        return dataclasses.replace(fitted, learned=learned)
    learned = dataclasses.replace(learned, held_out=mean)
    return dataclasses.replace(fitted, learned=learned, frozen=frozen)


def _said(definitions: Definitions, raw: Raw, tools: Tools, *, wording: bool) -> Raw:
    """The codebook's texts, as the encoder sees them."""
    found = tools.raw(Content(definitions.texts, None), wording=wording)
    check_vectors(raw.meaning, len(raw.meaning))
    check_width(raw, found.meaning.shape[1])
    return found
