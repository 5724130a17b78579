"""`plan_sample`: how many human codes buy an interval of which width. A forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from framing.correct.coding import Coding, Human, Inclusion, Machine
from framing.correct.estimates import side_by_side
from framing.correct.influence import Design, Floats, associated
from framing.errors import problem, unknown_value
from framing.prevalence.estimates import aside_sentence, check_level
from framing.prevalence.intervals import cluster_se
from framing.results import Result, versions
from framing.sampling import Unit

__all__ = ["Plan", "plan_sample"]

Accuracy: TypeAlias = tuple[float, float]
Basis: TypeAlias = Literal["pilot", "accuracy"]
FEW_PILOTS = 50  # coded claims below which a pilot says little about the machine


@dataclass(frozen=True)
class Spread:
    """What decides how wide an interval will be.

    Attributes
    ----------
    share : float
        Expected share of the label; NaN where nothing can be forecast.
    explained : float
        Share of the codes' variance that the machine's labels explain, 0 to 1.
    crowding : float
        How many times the variance of a mean over all claims exceeds that of independent claims,
        since claims of one document are alike; at least 1.
    note : str
    """

    share: float
    explained: float
    crowding: float
    note: str


@dataclass(frozen=True, repr=False)
class Plan(Result):
    """Expected widths of intervals for numbers of human codes; returned by `plan_sample`.

    Attributes
    ----------
    table : DataFrame
        `label`, `n_coded`, `half_width` (with the machine's labels), `half_width_codes` (human
        codes alone) and `note`.
    needed : DataFrame
        `label`, `share` (expected), `explained` (share of the codes' variance that the machine
        explains), `crowding` (design effect of documents), `n_coded` and `n_codes`: the fewest
        codes that reach the half-width asked for, with the machine and without; missing where no
        number does, with the reason in `note`.
    settings : mapping
    """

    needed: pd.DataFrame

    def methods(self) -> str:
        """Describe the forecast in a paragraph."""
        s = self.settings
        basis = (
            f"a pilot of {s['n_coded']:,} coded claims"
            if s["basis"] == "pilot"
            else "an assumed sensitivity of {:.0%} and specificity of {:.0%}".format(*s["accuracy"])
        )
        return (
            f"Forecast, not a result: half-widths of {s['level']:.0%} intervals for shares in"
            f" {s['n_claims']:,} claims, if {s['unit']} are drawn with equal chances, from {basis}"
            " and the clustering of the machine's labels by"
            f" {s['cluster']}, which true codes are taken to share. With the machine, PPI++"
            " (Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453) is foreseen."
            f" {aside_sentence(s)} framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Plan: {len(self.needed):,} labels, {s['n_claims']:,} claims, half-width"
            f" {s['half_width']:g} of {s['level']:.0%} intervals (a forecast)"
        )


def plan_sample(
    machine: Machine,
    human: Human,
    claims: pd.DataFrame,
    *,
    cluster: str,
    half_width: float = 0.05,
    accuracy: Accuracy | None = None,
    unit: Unit = "claims",
    sizes: Sequence[int] | None = None,
    code: str = "code",
    inclusion: Inclusion = "inclusion",
    level: float = 0.95,
) -> Plan:
    """Forecast how wide intervals will be for a number of human codes, with and without machine.

    Part of the width no coding can remove: documents differ, and the corpus is a sample of what
    could have been written. The rest shrinks with the number of codes, faster the better the
    machine. A forecast rests on a pilot, or on an accuracy that you assume; if the machine turns
    out worse, so will the interval. For the shares of one voice pass only its claims; a difference
    of two independent shares is about 1.4 times as wide as either.

    Parameters
    ----------
    machine, claims, cluster, code, inclusion, level
        As in `corrected_shares`.
    human : as in `corrected_shares`, or None
        A pilot; 50 codes or more. None if `accuracy` is given.
    half_width : float, default 0.05
        How far the interval may reach to either side.
    accuracy : tuple of two floats, optional
        The machine's sensitivity and specificity, 0 to 1, the same for all labels.
    unit : {"claims", "documents"}, default "claims"
        What is drawn: claims anywhere, or whole documents, which tell less per code.
    sizes : sequence of int, optional
        Numbers of coded claims to list; by default 50, 100, 200 and so on.

    Returns
    -------
    Plan

    Raises
    ------
    FramingError
        As `corrected_shares`; also if there are both a pilot and an accuracy, or neither, or a
        number is out of range.

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": [i // 2 for i in range(4000)]})
    >>> machine = ["aid" if i % 10 < 3 else "war" for i in range(4000)]
    >>> plan = plan_sample(machine, None, claims, cluster="doc_id", accuracy=(0.9, 0.95),
    ...                    sizes=[100, 400])
    >>> plan.table.round(3)[["label", "n_coded", "half_width", "half_width_codes"]].head(2)
      label  n_coded  half_width  half_width_codes
    0   aid      100       0.051             0.091
    1   aid      400       0.029             0.046
    >>> plan.needed[["label", "n_coded", "n_codes"]].head(1)
      label  n_coded  n_codes
    0   aid      104      336
    """
    check_level(level)
    _check(human, accuracy, half_width, unit)
    pair, coding = side_by_side(
        machine, human, claims, [], cluster, code=code, inclusion=inclusion, method="ppi++"
    )
    everything = np.arange(len(coding.claims))
    design = coding.design(everything)
    listed = _sizes(sizes, len(everything))
    records, needed = [], []
    for j, name in enumerate(pair.names):
        given = pair.machine[:, j]
        spread = (
            _from_pilot(given, pair.human[:, j], design)
            if accuracy is None
            else _from_accuracy(given, design, *accuracy)
        )
        widths = [
            _forecast(spread, explained, coding, unit, level)
            for explained in (spread.explained, 0.0)
        ]
        records += [
            {
                "label": name,
                "n_coded": n,
                "half_width": widths[0](n),
                "half_width_codes": widths[1](n),
                "note": spread.note,
            }
            for n in listed
        ]
        needed.append(_needed(name, spread, widths, half_width, len(everything)))
    settings = coding.settings | {
        "half_width": half_width,
        "basis": "pilot" if accuracy is None else "accuracy",
        "accuracy": accuracy,
        "unit": unit,
        "level": level,
        "versions": versions("numpy", "scipy"),
    }
    columns = ["label", "n_coded", "half_width", "half_width_codes", "note"]
    return Plan(pd.DataFrame(records, columns=columns), settings, pd.DataFrame(needed))


def _from_pilot(machine: Floats, human: Floats, design: Design) -> Spread:
    """What the pilot says of a label."""
    share = float(design.weights @ human)
    if design.n_coded < 2 or share in (0.0, 1.0):
        return Spread(np.nan, np.nan, np.nan, "the pilot holds no claim with it, or none without")
    covariance, spread = associated(machine, human, design)
    explained = 0.0
    if spread > 0 and covariance > 0:
        explained = min(1.0, covariance**2 / (spread * share * (1 - share)))
    few = f"a pilot of only {design.n_coded} codes" if design.n_coded < FEW_PILOTS else ""
    return Spread(share, explained, _crowding(machine, design), few)


def _from_accuracy(
    machine: Floats, design: Design, sensitivity: float, specificity: float
) -> Spread:
    """What follows from the machine's share if it errs as assumed."""
    found, gain = float(machine.mean()), sensitivity + specificity - 1
    share = (found + specificity - 1) / gain
    if not 0 < share < 1:
        note = f"a machine that errs like this cannot give a share of {found:.3f}"
        return Spread(np.nan, np.nan, np.nan, note)
    explained = share * (1 - share) * gain**2 / (found * (1 - found))
    return Spread(share, explained, _crowding(machine, design), "")


def _crowding(machine: Floats, design: Design) -> float:
    """The design effect of clusters on the mean of the machine's labels."""
    share = float(machine.mean())
    sizes = np.bincount(design.clusters, minlength=design.n_clusters).astype(float)
    if not 0 < share < 1 or len(sizes) < 2:
        return 1.0
    counts = np.bincount(design.clusters, machine, design.n_clusters).astype(float)
    return float(max(1.0, cluster_se(counts, sizes, share) ** 2 * len(machine) / machine.var()))


def _forecast(
    spread: Spread, explained: float, coding: Coding, unit: str, level: float
) -> Callable[[int], float]:
    """The half-width as a function of the number of codes.

    What remains with every claim coded, plus what coding only some of them adds: the variance
    that the machine does not explain, over the number of codes.
    """
    from scipy.stats import t as student

    sizes = np.bincount(coding.clusters, minlength=coding.n_clusters)
    n_claims, variance = len(coding.clusters), spread.share * (1 - spread.share)
    drawn = spread.crowding if unit == "documents" else 1.0

    def half_width(n: int) -> float:
        if np.isnan(variance):
            return float("nan")
        if unit == "documents":
            clusters = n / sizes.mean()
        else:  # clusters that n claims, drawn anywhere, are expected to touch
            clusters = float((1 - (1 - n / n_claims) ** sizes).sum())
        left = variance * (1 - explained) * drawn * (1 / n - 1 / n_claims)
        se = np.sqrt(spread.crowding * variance / n_claims + left)
        return float(student.ppf((1 + level) / 2, max(clusters - 1, 1.0)) * se)

    return half_width


def _needed(
    name: Any,
    spread: Spread,
    widths: Sequence[Callable[[int], float]],
    half_width: float,
    n_claims: int,
) -> dict[str, Any]:
    """The fewest codes that reach the half-width, with the machine and without."""
    with_machine, alone = (_fewest(width, half_width, n_claims) for width in widths)
    note = spread.note
    if not note and alone is pd.NA:
        note = f"out of reach: {widths[1](n_claims):.3f} remains with every claim coded"
    return {
        "label": name,
        "share": spread.share,
        "explained": spread.explained,
        "crowding": spread.crowding,
        "n_coded": with_machine,
        "n_codes": alone,
        "note": note,
    }


def _fewest(width: Callable[[int], float], half_width: float, n_claims: int) -> Any:
    """Halve the range until the smallest number is left; more codes are never worse."""
    if not width(n_claims) <= half_width:
        return pd.NA
    low, high = 2, n_claims
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if width(middle) <= half_width else (middle + 1, high)
    return high


def _sizes(sizes: Sequence[int] | None, n_claims: int) -> list[int]:
    if sizes is None:
        doubled = [50 * 2**step for step in range(20)]
        return [n for n in doubled if n < n_claims] + [n_claims]
    for n in sizes:
        if not 2 <= n <= n_claims:
            raise problem(f"between 2 and {n_claims:,} codes", f"{n}", "List other sizes")
    return sorted(sizes)


def _check(human: Human, accuracy: Accuracy | None, half_width: float, unit: str) -> None:
    if unit not in ("claims", "documents"):
        raise unknown_value("unit", unit, ["claims", "documents"])
    if (human is None) == (accuracy is None):
        got = "neither" if human is None else "both"
        raise problem("a pilot or an accuracy", got, "Pass human codes, or accuracy=(0.8, 0.9)")
    if not 0 < half_width < 1:
        raise problem("a half-width between 0 and 1", repr(half_width), "Pass 0.05, for example")
    if accuracy is None:
        return
    if not all(0 <= value <= 1 for value in accuracy) or sum(accuracy) <= 1:
        raise problem(
            "a sensitivity and a specificity between 0 and 1 that add up to more than 1",
            repr(accuracy),
            "A machine below that is no better than chance; human codes alone serve you better",
        )
