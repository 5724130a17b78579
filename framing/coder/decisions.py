"""From probabilities to decisions: what is decided, how surely, and when to abstain."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from framing.coder.examples import Bools, Examples, Floats, Ints
from framing.errors import problem

__all__ = ["check_risk", "confidence", "decided", "limit", "named", "nearest", "threshold", "wrong"]

_ROWS = 4_096  # texts that are held against all examples at a time
_ROUGH = 50  # held-out decisions below which a threshold is a rough guide


def decided(shares: Floats, multi: bool) -> Bools:
    """The codes that are given: the most probable one, or all from one half on."""
    if multi:
        return np.asarray(shares >= 0.5)
    chosen = np.zeros(shares.shape, dtype=bool)
    chosen[np.arange(len(shares)), shares.argmax(axis=1)] = True
    return chosen


def confidence(shares: Floats, multi: bool) -> Floats:
    """Probability that the decision is right; of the whole set where codes are many.

    The set's is the product over codes, as if the errors in them were independent.
    """
    if multi:
        return np.asarray(np.maximum(shares, 1 - shares).prod(axis=1))
    return np.asarray(shares.max(axis=1))


def wrong(shares: Floats, target: Bools, multi: bool) -> Bools:
    """Whether the decision, as a whole, is not what people coded."""
    return np.asarray((decided(shares, multi) != target).any(axis=1))


def threshold(sure: Floats, errs: Bools, risk: float) -> float:
    """The lowest confidence from which on at most `risk` of the decisions err; inf for none.

    One error more than was seen, in one decision more, has to be within the risk too, so that a
    handful of texts without an error allows nothing (9 are needed for a risk of .1).

    Examples
    --------
    >>> sure = np.linspace(0.5, 1, 21)
    >>> threshold(sure, sure < 0.6, 0.1)
    0.6
    >>> threshold(sure[:5], np.zeros(5, dtype=bool), 0.1)
    inf
    """
    order = np.argsort(-sure, kind="stable")
    level = sure[order]
    rate = (np.cumsum(errs[order]) + 1) / (np.arange(len(order)) + 2)
    last = np.append(level[1:] < level[:-1], True)  # of equal levels all are taken, or none
    allowed = np.flatnonzero(last & (rate <= risk))
    return float(level[allowed[-1]]) if allowed.size else float("inf")


def limit(held_out: Floats | None, examples: Examples | None, risk: float) -> dict[str, Any]:
    """The confidence asked for, the share of held-out examples that reach it, and a note."""
    if held_out is None or examples is None:
        note = "no held-out examples to choose a threshold on, so it abstains everywhere"
        return {"threshold": float("inf"), "accepted": 0.0, "note": note}
    sure = confidence(held_out, examples.multi)
    level = threshold(sure, wrong(held_out, examples.target, examples.multi), risk)
    n = int((sure >= level).sum())
    note = f"threshold chosen on {len(sure):,} held-out examples"
    if not n:
        note += f": no confidence is seen to keep the errors within {risk:g}, so it abstains"
    elif n < _ROUGH:
        note += f", only {n} of them decided: a rough guide"
    return {"threshold": level, "accepted": n / len(sure), "note": note}


def named(chosen: Bools, classes: npt.NDArray[Any], multi: bool) -> list[Any]:
    """The codes of each text by name: one, or a list."""
    names = classes.tolist()
    if multi:
        return [[names[j] for j in np.flatnonzero(row)] for row in chosen]
    return [names[j] for j in chosen.argmax(axis=1)]


def nearest(vectors: Floats, examples: Floats, k: int) -> tuple[Ints, Floats]:
    """The k most similar examples of each text: their rows and cosines, best first."""
    units, known = _units(vectors), _units(examples)
    rows, cosines = [], []
    for start in range(0, len(units), _ROWS):
        cosine = units[start : start + _ROWS] @ known.T
        best = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
        rows.append(best)
        cosines.append(np.take_along_axis(cosine, best, axis=1))
    return np.concatenate(rows), np.concatenate(cosines)


def check_risk(risk: float) -> None:
    """Refuse a risk that is no share."""
    if not 0 < risk < 1:
        raise problem("a risk between 0 and 1", repr(risk), "0.1 lets one decision in ten err")


def _units(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0))
