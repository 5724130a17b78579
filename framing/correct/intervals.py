"""Corrected shares with their intervals, and what is said where there can be none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from framing.correct.influence import (
    Bools,
    Design,
    Floats,
    Mean,
    acc,
    cluster_sums,
    dsl,
    ppi,
    tuned,
)
from framing.errors import unknown_value
from framing.prevalence.intervals import Interval

__all__ = [
    "Estimate", "Method", "adjusted_share", "bounds", "check_method", "corrected_share",
    "few_cases", "one_code_only", "uncoded", "without",
]  # fmt: skip

Method: TypeAlias = Literal["ppi++", "dsl", "codes", "acc"]
FEW_CLUSTERS = 10  # below this many coded clusters an interval is a rough guide
FEW_CASES = 5  # so few coded claims with a label, or without, say little about it
WORST_GAIN = 0.1  # sensitivity + specificity - 1 below which an adjusted count is refused
CONSTANT = "Clopper-Pearson on clusters"


@dataclass(frozen=True)
class Estimate(Interval):
    """A corrected number with its interval.

    `estimate`, `low` and `high` are kept as computed and may lie outside 0 to 1. `method` is the
    estimator; ``"Clopper-Pearson on clusters"`` where all codes were alike, ``"uncorrected"``
    where there were none, ``"none"`` where nothing can be said.

    Attributes
    ----------
    tuning : float
        The lambda of PPI++, 0 to 1; NaN where there is none.
    sums : ndarray of float, shape (n_clusters,), or None
        Influence by cluster; None where the variance cannot be had from it.
    df : int
        Coded clusters - 1.
    """

    tuning: float
    sums: Floats | None
    df: int

    def record(self) -> dict[str, Any]:
        """The columns of a result's table."""
        return {
            "estimate": self.estimate,
            "low": self.low,
            "high": self.high,
            "method": self.method,
            "lambda": self.tuning,
            "note": self.note,
        }


def check_method(method: str, allowed: tuple[str, ...]) -> None:
    """Refuse an estimator that there is not."""
    if method not in allowed:
        raise unknown_value("method", method, allowed)


def _mean(machine: Floats, human: Floats, design: Design, method: str) -> Mean:
    """The mean of one column by the estimator of this name."""
    if method == "dsl":
        return dsl(machine, human, design)
    tuning = tuned(machine, human, design) if method == "ppi++" else 0.0
    return ppi(machine, human, design, tuning=tuning)


def corrected_share(
    machine: Floats, human: Floats, design: Design, *, method: str, level: float
) -> Estimate:
    """The share of one label in a group of claims.

    Parameters
    ----------
    machine, human : ndarray of float, shape (n_claims,)
        0 to 1; human codes of claims that were not coded are not used.
    design : Design
    method : {"ppi++", "dsl", "codes"}
    level : float
    """
    if design.n_coded < 2:
        return uncoded(float(machine.mean()), design.n_coded)
    codes = human[design.coded]
    if codes.min() == codes.max():
        return one_code_only(float(codes[0]), design, level=level)
    mean = _mean(machine, human, design, method)
    sums = cluster_sums(mean.influence, design)
    notes = [few_cases(codes)]
    if method == "ppi++" and np.ptp(machine) == 0:
        notes.append("the machine says the same of every claim: human codes alone")
    return bounds(
        mean.estimate, sums, design, method=method, tuning=mean.tuning, notes=notes, level=level
    )


def adjusted_share(
    machine: Floats, human: Floats, design: Design, target: Bools, *, level: float
) -> Estimate:
    """The share of one label in claims that were not coded, from error rates on those that were."""
    yes = human[design.coded] == 1
    note = "transfer: holds only if the machine errs alike in coded and uncoded claims"
    if not target.any():
        return without(np.nan, "acc", "no uncoded claims to transfer to")
    if not yes.any() or yes.all():
        return without(np.nan, "acc", "error rates need claims coded with it and without it")
    given = machine[design.coded]
    gain = float(given[yes].mean() - given[~yes].mean())
    if gain < WORST_GAIN:
        reason = f"refused: sensitivity + specificity - 1 is {gain:.2f}, below {WORST_GAIN}"
        return without(np.nan, "acc", reason)
    mean = acc(machine, human, design.coded, target)
    sums = cluster_sums(mean.influence, design)
    notes = [note, few_cases(yes.astype(float))]
    return bounds(
        mean.estimate, sums, design, method="acc", tuning=np.nan, notes=notes, level=level
    )


def bounds(
    estimate: float,
    sums: Floats,
    design: Design,
    *,
    method: str,
    tuning: float,
    notes: list[str],
    level: float,
) -> Estimate:
    """An estimate with its t interval, with coded clusters - 1 degrees of freedom."""
    from scipy.stats import t as student

    n_clusters = design.n_coded_clusters
    se = float(np.sqrt(sums @ sums))
    notes = [note for note in notes if note]
    if not 0 <= estimate <= 1:
        notes.insert(0, "outside 0 to 1: kept as computed")
    if n_clusters == 1 or se < 1e-12:
        reason = "codes from one cluster" if n_clusters == 1 else "no spread between clusters"
        notes.insert(0, f"{reason}: no interval")
        half = np.nan
    else:
        half = float(student.ppf((1 + level) / 2, n_clusters - 1)) * se
        if n_clusters < FEW_CLUSTERS:
            notes.append(f"codes from only {n_clusters} clusters: a rough guide")
    low, high = _limits(estimate, half, method)
    df = n_clusters - 1
    kept = None if np.isnan(half) else sums
    return Estimate(estimate, low, high, se, method, "; ".join(notes), tuning, kept, df)


def _limits(estimate: float, half: float, method: str) -> tuple[float, float]:
    """Symmetric on the scale of the logit where that is no worse, as for `framing.shares`.

    Simulated at shares of .02 to .2, 40 to 200 codes: logit intervals of PPI++ and of codes alone
    cover .91 to .97 where symmetric ones cover .85 to .99; for DSL the symmetric ones are better.
    """
    if method not in ("ppi++", "codes") or not 0 < estimate < 1 or np.isnan(half):
        return estimate - half, estimate + half
    from scipy.special import expit, logit

    reach = half / (estimate * (1 - estimate))
    return float(expit(logit(estimate) - reach)), float(expit(logit(estimate) + reach))


def one_code_only(share: float, design: Design, *, level: float) -> Estimate:
    """The interval where every coded claim is alike: clusters are trials with the same outcome.

    Uneven chances make the codes worth fewer trials (Kish's effective number).
    """
    weights = design.weights[design.coded]
    worth = 1 / (len(weights) * np.square(weights).sum())
    n_clusters = design.n_coded_clusters
    reach = float(((1 - level) / 2) ** (1 / (n_clusters * worth)))
    low, high = (0.0, 1 - reach) if share == 0 else (reach, 1.0)
    notes = ["in none of the coded claims" if share == 0 else "in all coded claims"]
    if n_clusters < FEW_CLUSTERS:
        notes.append(f"codes from only {n_clusters} clusters: a rough guide")
    note = "; ".join(notes)
    return Estimate(share, low, high, np.nan, CONSTANT, note, 0.0, None, n_clusters - 1)


def few_cases(codes: Floats) -> str:
    """A warning where too few coded claims carry a label, or too few do not."""
    with_it = int((codes == 1).sum())
    without = len(codes) - with_it
    if min(with_it, without) >= FEW_CASES:
        return ""
    few = f"{with_it} coded claims with it" if with_it < without else f"{without} without it"
    return f"only {few}: a rough guide"


def uncoded(naive: float, n_coded: int) -> Estimate:
    """What is left to say with no human code, or a single one."""
    if n_coded:
        return without(np.nan, "none", "one human code: no estimate")
    return without(naive, "uncorrected", "no human codes: the machine's share as it is")


def without(estimate: float, method: str, note: str) -> Estimate:
    """An estimate that has no interval."""
    return Estimate(estimate, np.nan, np.nan, np.nan, method, note, np.nan, None, 0)
