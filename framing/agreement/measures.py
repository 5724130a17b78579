"""Precision, recall, F1 and alpha of one group of claims, with intervals over clusters."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.agreement.codes import Ints
from framing.agreement.coincidences import alpha_interval, coincidences
from framing.agreement.resampling import jackknife_t, no_interval, ratio_interval
from framing.agreement.scales import set_gaps
from framing.prevalence.counts import Floats
from framing.prevalence.intervals import Interval

__all__ = ["BothCoded", "confusion_cells", "measure_rows"]

FEW_EXAMPLES = 10  # human codes of a class below which its recall says little


@dataclass(frozen=True)
class BothCoded:
    """Claims that both coded: who gave which code, and where they stand."""

    names: list[Any]
    machine: npt.NDArray[np.bool_]
    human: npt.NDArray[np.bool_]
    cluster: Ints
    document: Ints | None
    multi: bool


def measure_rows(
    coded: BothCoded, mask: npt.NDArray[np.bool_], level: float
) -> list[dict[str, Any]]:
    """All measures of one group of claims."""
    machine, human = coded.machine[mask], coded.human[mask]
    clusters, place = np.unique(coded.cluster[mask], return_inverse=True)
    by_cluster = [_sums(given, place, len(clusters)) for given in (human, machine, human & machine)]
    sizes = {
        "n_documents": pd.NA if coded.document is None else len(np.unique(coded.document[mask])),
        "n_claims": int(mask.sum()),
        "n_clusters": len(clusters),
    }
    records = []
    for j, name in enumerate(coded.names):
        people, made, both = (sums[:, j] for sums in by_cluster)
        n = {"n_human": int(people.sum()), "n_machine": int(made.sum()), "n_both": int(both.sum())}
        measures = {
            "precision": _ratio(both, made, level, "never given by the machine"),
            "recall": _ratio(both, people, level, "never given by people"),
            "F1": _ratio(2 * both, people + made, level, "given by nobody"),
        }
        for measure, interval in measures.items():
            noted = _note_few(interval, n["n_human"])
            records.append({"label": name, "measure": measure} | _fields(noted) | sizes | n)
    overall = {
        "macro F1": _macro_f1(*by_cluster, level=level),
        "alpha": _alpha(coded, mask, place, level),
    }
    for measure, interval in overall.items():
        records.append({"label": "all", "measure": measure} | _fields(interval) | sizes)
    return records


def _sums(given: npt.NDArray[np.bool_], place: Ints, n_clusters: int) -> Floats:
    """Claims with each code in each cluster, shape (n_clusters, n_codes)."""
    found = np.zeros((n_clusters, given.shape[1]))
    np.add.at(found, place, given.astype(float))
    return found


def _ratio(counts: Floats, sizes: Floats, level: float, empty: str) -> Interval:
    return ratio_interval(counts, sizes, level=level) if sizes.sum() else no_interval(empty)


def _note_few(interval: Interval, n_human: int) -> Interval:
    """Say where people gave a code to few claims."""
    if not 0 < n_human < FEW_EXAMPLES:
        return interval
    examples = f"only {n_human} claim{'s' if n_human > 1 else ''} with this code by people"
    return dataclasses.replace(interval, note="; ".join(filter(None, [interval.note, examples])))


def _macro_f1(human: Floats, machine: Floats, both: Floats, *, level: float) -> Interval:
    """Mean F1 over the codes that anybody gave; sums have shape (n_clusters, n_codes)."""
    if not (human + machine).sum():
        return no_interval("no codes")
    given, hits = human + machine, 2 * both
    estimate = _mean_ratio(hits.sum(axis=0)[None, :], given.sum(axis=0)[None, :])[0]
    left_out = _mean_ratio(hits.sum(axis=0) - hits, given.sum(axis=0) - given)
    return jackknife_t(float(estimate), left_out, level=level, what="cluster", lowest=0.0)


def _mean_ratio(hits: Floats, given: Floats) -> Floats:
    """Mean over the codes that were given, for each sample (row)."""
    used = given > 0
    f1 = np.divide(hits, given, out=np.zeros_like(hits), where=used)
    total = used.sum(axis=1)
    mean: Floats = np.full(len(hits), np.nan)
    np.divide(f1.sum(axis=1), total, out=mean, where=total > 0)
    return mean


def _alpha(coded: BothCoded, mask: npt.NDArray[np.bool_], place: Ints, level: float) -> Interval:
    """Alpha of people and machine, as two coders."""
    member = np.concatenate([coded.human[mask], coded.machine[mask]])
    # An extra column keeps sets apart from nothing where every list is empty.
    padded = np.column_stack([member, np.ones(len(member), dtype=bool)])
    sets, values = np.unique(padded, axis=0, return_inverse=True)
    unit = np.tile(np.arange(int(mask.sum())), 2)
    gaps = set_gaps(sets[:, :-1], "jaccard")  # single codes are sets at distance 1
    found = coincidences(unit, values.ravel(), gaps, n_values=len(sets), clusters=place)
    return alpha_interval(found, level=level, what="cluster")


def confusion_cells(coded: BothCoded, mask: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Claims with each code by people and each by the machine."""
    counts = coded.human[mask].astype(int).T @ coded.machine[mask].astype(int)
    totals = counts.sum(axis=1)
    return [
        {"human": a, "machine": b, "count": int(counts[i, j])}
        | {"share": float(counts[i, j] / totals[i]) if totals[i] else np.nan}
        for i, a in enumerate(coded.names)
        for j, b in enumerate(coded.names)
    ]


def _fields(interval: Interval) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(interval).items() if name != "se"}
