"""How well a coder does on examples that it had not seen: per code, per source, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.agreement.machine import validity
from framing.agreement.resampling import jackknife_t, no_interval, ratio_interval
from framing.coder.decisions import confidence, decided, named, wrong
from framing.coder.examples import Bools, Floats, Ints
from framing.errors import problem
from framing.prevalence.intervals import Interval
from framing.results import Result

if TYPE_CHECKING:
    from framing.coder.core import Coder

__all__ = ["CoderReport", "calibration_error", "report_of"]

_COLUMNS = [
    "source", "label", "measure", "estimate", "low", "high", "method", "n_examples", "n_clusters",
    "n_human", "n_machine", "n_both", "note",
]  # fmt: skip
_PER_BIN = 20  # held-out examples in a bin, at least
_BINS = 10
ALL = "all"


class CoderReport(Result):
    """A coder held against people's codes; returned by `Coder.report`.

    Attributes
    ----------
    table : DataFrame
        `source` (``"all"`` for all together), `label` (a code, or ``"all"``), `measure`
        (``precision``, ``recall``, ``F1``, ``macro F1``, ``alpha``, ``error``,
        ``calibration error``, ``overconfidence``), `estimate`, `low`, `high`, `method`,
        `n_examples`, `n_clusters`, `n_human`, `n_machine`, `n_both` and `note`.
    settings : mapping
    """

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        notes = f" Of note: {'; '.join(s['notes'])}." if s["notes"] else ""
        return (
            f"The coder (engine {s['engine']!r}, {_learned(s)}) was held against people's codes of"
            f" {s['n_examples']:,} examples, {_unseen(s)}. Intervals ({s['level']:.0%}) treat"
            f" {s['clusters']} as clusters: logit-t with linearised standard errors, or"
            " Clopper-Pearson's where the estimate is 0 or 1, for precision, recall, F1 and the"
            " share of errors; a delete-one jackknife for macro F1, alpha and overconfidence (mean"
            " confidence less the share of right decisions). The calibration error is the mean"
            f" distance of the two over {s['bins']} groups of like confidence (Guo et al. 2017,"
            " arXiv:1706.04599). The figures hold for texts like the examples."
            f" Set aside: {aside or 'nothing'}.{notes} framing {s['versions']['framing']}, seed"
            f" {s['seed']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        table = self.table
        f1 = table.loc[(table["measure"] == "macro F1") & (table["source"] == ALL), "estimate"]
        return (
            f"Report of a coder: macro F1 {f1.iloc[0]:.2f} on {self.settings['n_examples']:,}"
            " held-out examples"
        )


def report_of(coder: Coder, by: Sequence[Any] | pd.Series[Any] | None, level: float) -> CoderReport:
    """The report of a fitted coder; see `Coder.report`."""
    examples, shares = coder.examples_, coder.held_out_
    if shares is None or examples is None:
        raise problem(
            "held-out examples to report on",
            f"none ({'; '.join(coder.settings_['notes'])})",
            "Code more texts: at least two of a code",
        )
    sources = _sources(by, examples.n_rows, examples.order)
    claims = pd.DataFrame({"cluster": examples.groups, "source": sources})
    codes = [
        pd.Series(named(one, coder.classes_, coder.multi_), dtype=object)
        for one in (decided(shares, coder.multi_), examples.target)
    ]
    keys = None if by is None else "source"
    found = validity(codes[0], codes[1], claims, by=keys, cluster="cluster", level=level)
    table = found.table.rename(columns={"n_claims": "n_examples"})
    sure = confidence(shares, coder.multi_)
    errs = wrong(shares, examples.target, coder.multi_)
    rows = _overall(sure, errs, examples.groups, sources if by is not None else None, level)
    if "source" not in table:
        table["source"] = ALL
    table = pd.concat([table[_COLUMNS], pd.DataFrame(rows)], ignore_index=True)[_COLUMNS]
    whole = ["n_examples", "n_clusters", "n_human", "n_machine", "n_both"]
    settings = coder.settings_ | {
        "level": level,
        "by": [] if by is None else ["source"],
        "bins": _n_bins(len(sure)),
        "clusters": "the groups" if len(np.unique(examples.groups)) < len(sure) else "texts",
    }
    return CoderReport(table.astype(dict.fromkeys(whole, "Int64")), settings)


def calibration_error(sure: Floats, errs: Bools, n_bins: int = _BINS) -> float:
    """Mean distance of confidence and the share of right decisions, over bins of equal size.

    Examples
    --------
    >>> calibration_error(np.full(4, 0.75), np.array([True, False, False, False]), 1)
    0.0
    """
    order = np.argsort(sure, kind="stable")
    parts = np.array_split(order, n_bins)
    gaps = [len(part) * abs(sure[part].mean() - (~errs[part]).mean()) for part in parts]
    return float(sum(gaps) / len(sure))


def _n_bins(n: int) -> int:
    return max(1, min(_BINS, n // _PER_BIN))


def _overall(
    sure: Floats, errs: Bools, groups: Ints, sources: npt.NDArray[Any] | None, level: float
) -> list[dict[str, Any]]:
    """Errors and calibration, of all and of each source."""
    every = np.ones(len(sure), dtype=bool)
    kinds = [] if sources is None else sorted({one for one in sources if not pd.isna(one)}, key=str)
    parts = [(ALL, every)] + [(kind, np.asarray(sources == kind)) for kind in kinds]
    records = []
    for source, mask in parts:
        clusters, place = np.unique(groups[mask], return_inverse=True)
        sizes = np.bincount(place).astype(float)
        error = ratio_interval(np.bincount(place, errs[mask]), sizes, level=level)
        gaps = np.bincount(place, sure[mask] - (~errs[mask])).astype(np.float64)
        found = {
            "error": error,
            "calibration error": _calibration(sure[mask], errs[mask]),
            "overconfidence": _mean_interval(gaps, sizes, level),
        }
        for measure, interval in found.items():
            note = interval.note
            if measure == "error" and source != ALL:
                note = "; ".join(filter(None, [note, _apart(interval, errs, mask)]))
            records.append(
                {
                    "source": source, "label": ALL, "measure": measure,
                    "estimate": interval.estimate, "low": interval.low, "high": interval.high,
                    "method": interval.method, "n_examples": int(mask.sum()),
                    "n_clusters": len(clusters), "note": note,
                }
            )  # fmt: skip
    return records


def _calibration(sure: Floats, errs: Bools) -> Interval:
    """The calibration error; what it is where nothing is wrong with the coder is said."""
    n_bins = _n_bins(len(sure))
    chance = np.sqrt(2 / np.pi * max(float(np.mean(sure * (1 - sure))), 0.0) * n_bins / len(sure))
    note = f"never below 0: about {chance:.2f} would come of chance alone"
    return no_interval(note, calibration_error(sure, errs, n_bins))


def _mean_interval(sums: Floats, sizes: Floats, level: float) -> Interval:
    """Mean over texts, with a jackknife over clusters."""
    estimate = float(sums.sum() / sizes.sum())
    if len(sizes) < 2:
        return no_interval("one cluster: no interval", estimate)
    left_out = (sums.sum() - sums) / (sizes.sum() - sizes)
    return jackknife_t(estimate, left_out, level=level, what="cluster")


def _apart(interval: Interval, errs: Bools, mask: Bools) -> str:
    """Whether the errors of the other sources lie outside the interval."""
    if mask.all() or np.isnan(interval.low):
        return ""
    rest = float(errs[~mask].mean())
    if interval.low <= rest <= interval.high:
        return f"others {rest:.2f}"
    return f"others {rest:.2f}: outside the interval, so errors differ by source"


def _sources(by: Any, n_rows: int, order: Ints) -> npt.NDArray[Any]:
    """The source of every example."""
    if by is None:
        return np.full(len(order), ALL, dtype=object)
    given = np.array(list(by), dtype=object)
    if len(given) != n_rows:
        raise problem(
            f"one source per row given to fit ({n_rows:,} rows)",
            f"{len(given):,}",
            "Pass the column of the table that the coder was fitted on",
        )
    return np.asarray(given[order])


def _learned(s: Mapping[str, Any]) -> str:
    if s["engine"] == "zero-shot":
        return "similarity to the codebook"
    first = f"logistic regression on {s['looks_at']}, strength {s['strength']:g}"
    if s["engine"] == "contrastive":
        tuned = f"{first}, of an encoder tuned on the codes in {s['steps']} steps"
        beside = ", averaged with a coder on the encoder as it was"
        return tuned + (beside if s["averaged"] else "")
    if s["penalty"] is None:
        return first
    return f"{first}, averaged with ridge regression on similarities, penalty {s['penalty']:g}"


def _unseen(s: Mapping[str, Any]) -> str:
    if s["engine"] == "zero-shot":
        return "which served to calibrate it and for nothing else"
    return (
        f"each by a coder that had not seen it ({s['n_folds']} folds, groups kept together); what"
        " it looks at, its strength and its temperature were chosen on the same folds, which"
        " flatters it a little"
    )
