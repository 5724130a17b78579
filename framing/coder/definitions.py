"""What a codebook says of its frames, as texts that stand in for coded examples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from framing.coder.blocks import Raw
from framing.coder.examples import Bools, Floats
from framing.coder.head import Head

if TYPE_CHECKING:
    from framing.codebook import Codebook

__all__ = ["Definitions", "as_codebook", "definitions_of", "similarity_head"]

WEIGHT = 4.0  # of a definition beside a coded example; examples of the codebook weigh 1
_SHARPNESS = 20.0  # cosines to logits, before any calibration


@dataclass(frozen=True)
class Definitions:
    """Texts of a codebook.

    Attributes
    ----------
    texts : list of str
        A definition of every frame, then its examples.
    target : ndarray of bool, shape (n_texts, n_classes)
    weights : ndarray of float, shape (n_texts,)
    """

    texts: list[str]
    target: Bools
    weights: Floats


def as_codebook(given: Any) -> Codebook | None:
    """A codebook as it is, by name or by path."""
    if not isinstance(given, str | Path):
        return given  # type: ignore[no-any-return]
    from framing.codebook import read_codebook

    return read_codebook(given)


def definitions_of(book: Codebook, classes: npt.NDArray[Any]) -> Definitions:
    """Names with definitions, and examples, of the frames that are among the classes."""
    names = classes.tolist()
    texts, rows, weights = [], [], []
    for frame in book.frames:
        if frame.id not in names:
            continue
        told = [f"{frame.name}: {frame.definition}", *frame.examples]
        texts += told
        rows += [names.index(frame.id)] * len(told)
        weights += [WEIGHT, *[1.0] * len(frame.examples)]
    target = np.zeros((len(texts), len(names)), dtype=bool)
    target[np.arange(len(texts)), rows] = True
    return Definitions(texts, target, np.array(weights))


def similarity_head(definitions: Definitions, raw: Raw) -> Head:
    """Stretched cosines with the mean direction of each frame's definition and examples."""
    sums = (definitions.target * definitions.weights[:, None]).T @ raw.meaning
    directions = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return Head(_SHARPNESS * directions, np.zeros(len(directions)))
