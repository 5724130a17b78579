"""From log odds of spans to how often such spans are right, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from framing.attribution.learned.decoding import LABELS
from tagger.corpus import Article
from tagger.scoring import Reading

__all__ = ["reliability"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

_FARTHEST = 10  # log odds beyond count as this


def reliability(
    articles: Sequence[Article], readings: Mapping[str, Reading]
) -> tuple[dict[str, list[float]], dict[str, object]]:
    """Fit each label's curve on all articles, and test curves fitted on the other half.

    Returns
    -------
    curves : dict
        Label to slope and intercept of the logistic curve over log odds.
    report : dict
        Expected calibration error, Brier score, and ten bins of confidence, where "right" is the
        share of annotators who marked exactly this span.
    """
    number, label, log_odds, right = _judged(articles, readings)
    curves, crossed = {}, np.zeros(len(right))
    for k, name in enumerate(LABELS):
        mine = label == k
        curves[name] = list(_fit(log_odds[mine], right[mine]))
        for half in (0, 1):
            fit, use = mine & (number % 2 != half), mine & (number % 2 == half)
            slope, intercept = _fit(log_odds[fit], right[fit])
            crossed[use] = _sigmoid(
                slope * np.clip(log_odds[use], -_FARTHEST, _FARTHEST) + intercept
            )
    report: dict[str, object] = {
        "ece raw": _expected_error(_sigmoid(log_odds), right),
        "ece calibrated (fitted on the other half)": _expected_error(crossed, right),
        "brier calibrated": float(np.mean((crossed - right) ** 2)),
        "brier of the mean": float(np.mean((right.mean() - right) ** 2)),
        "bins": [
            {
                "from": float(low),
                "n": int(use.sum()),
                "confidence": float(crossed[use].mean()),
                "exactly right": float(right[use].mean()),
            }
            for low in np.arange(0, 1, 0.1)
            if (use := (crossed >= low) & (crossed < low + 0.1)).any()
        ],
    }
    return curves, report


def _judged(
    articles: Sequence[Article], readings: Mapping[str, Reading]
) -> tuple[Ints, Ints, Doubles, Doubles]:
    """Per found span: its article, its label, its log odds, and the share of annotators with it."""
    rows = []
    for number, article in enumerate(articles):
        reading = readings[article.name]
        wanted = [set(annotation.spans) for annotation in article.annotations]
        for span, log_odds in zip(reading.spans, reading.log_odds, strict=True):
            rows.append((number, span[0], log_odds, np.mean([span in own for own in wanted])))
    table = np.array(rows, dtype=np.float64)
    number, label = table[:, :2].T.astype(np.int64)
    return number, label, table[:, 2], table[:, 3]


def _fit(log_odds: Doubles, right: Doubles) -> tuple[float, float]:
    """Slope and intercept of the logistic curve from log odds to being right (Newton steps)."""
    design = np.stack([np.clip(log_odds, -_FARTHEST, _FARTHEST), np.ones_like(log_odds)], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        p = _sigmoid(design @ weights)
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + 1e-6 * np.eye(2)
        weights = weights + np.linalg.solve(hessian, design.T @ (right - p))
    return float(weights[0]), float(weights[1])


def _sigmoid(x: Doubles) -> Doubles:
    """Logistic function by tanh, which cannot overflow."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def _expected_error(p: Doubles, right: Doubles) -> float:
    """Expected calibration error over ten equal-width bins."""
    bins = np.minimum((p * 10).astype(int), 9)
    gaps = [abs((p - right)[bins == b].sum()) for b in range(10)]
    return float(sum(gaps) / len(p))
