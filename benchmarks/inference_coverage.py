"""Simulations of `inference.py`: how often intervals cover the truth, and tests raise false alarms.

Documents are drawn as counts (size n, claims with the label k) wherever the package's functions
take counts. Unless said otherwise the true share is .15, an intraclass correlation of .1 makes
claims of one document alike, and sizes have a heavy tail (negative binomial) around a mean of 20.
Every replication has a random stream of its own, so the numbers do not depend on the processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, expit, logit
from scipy.stats import t as student
from threadpoolctl import threadpool_limits

from framing.agreement import alpha, wide_to_codes
from framing.correct import corrected_difference
from framing.prevalence import bootstrap_t_interval, logit_t_interval, newcombe_bounds
from framing.prevalence.intervals import cluster_se, resample_shares
from framing.prevalence.pairs import Contrast, Pair, moments_of
from framing.prevalence.permutation import permutation_test

Floats: TypeAlias = npt.NDArray[np.float64]
Rng: TypeAlias = np.random.Generator
Hits: TypeAlias = dict[str, bool]
Band: TypeAlias = tuple[float, float]

SEED = 2026
SHARE = 0.15
RESAMPLES = 999
CHUNK = 25  # replications that a process takes at a time
Z = 1.959963984540054


@dataclass(frozen=True)
class Study:
    """One design, and what is asked of each method in it.

    Attributes
    ----------
    measure : str
        "coverage" of 95% intervals, or "false alarms" of tests at the level .05.
    once : callable
        One replication: for each method whether its interval covered, or its test rejected.
    bands : dict
        Where the rate of a method has to lie; the others are shown for comparison.
    """

    name: str
    design: str
    measure: str
    once: Callable[[Rng], Hits]
    bands: dict[str, Band]
    replications: int = 2_000


def run(*, quick: bool, jobs: int) -> list[dict[str, Any]]:
    """All studies, one row per design and method; ``quick`` makes a tenth of the replications."""
    rows = []
    with ProcessPoolExecutor(jobs) as pool:
        for place, study in enumerate(studies()):
            n = study.replications // (10 if quick else 1)
            starts = range(0, n, CHUNK)
            chunks = pool.map(partial(_replicate, study, place, n), starts)
            rows += _rows(study, [hits for chunk in chunks for hits in chunk])
    return rows


def _replicate(study: Study, place: int, n: int, start: int) -> list[Hits]:
    with threadpool_limits(1):  # processes share the cores already
        return [
            study.once(np.random.default_rng([SEED, place, replication]))
            for replication in range(start, min(n, start + CHUNK))
        ]


def _rows(study: Study, found: list[Hits]) -> list[dict[str, Any]]:
    rows = []
    for method in found[0]:
        rate = float(np.mean([hits[method] for hits in found]))
        error = float(np.sqrt(rate * (1 - rate) / len(found)))
        rows.append(
            {"study": study.name, "design": study.design, "measure": study.measure}
            | {"method": method, "found": round(rate, 4), "error": round(error, 4)}
            | _verdict(rate, error, study.bands.get(method))
            | {"n": len(found)}
        )
    return rows


def _verdict(rate: float, error: float, band: Band | None) -> dict[str, str]:
    """The band, and whether the rate lies in it; "edge" if outside by less than two errors."""
    if band is None:
        return {"band": "", "met": ""}
    outside = max(band[0] - rate, rate - band[1])
    met = "yes" if outside <= 0 else "edge" if outside < 2 * error else "NO"
    return {"band": f"{band[0]:g} to {band[1]:g}", "met": met}


def studies() -> Iterable[Study]:
    """All designs, those of the specification first within each study."""
    logit_t, boot_t = {"logit-t": (0.92, 0.95)}, {"bootstrap-t": (0.925, 0.955)}
    lost = {"naive: claims, z": (0.0, 0.75)}  # above this, the design would have no clustering
    for n, bands in ((10, lost), (20, lost | boot_t), (50, lost | logit_t)):
        yield Study("share", f"{n} documents", "coverage", partial(one_share, n), bands)
    for n in (5, 10, 30):
        yield Study("outlets", f"{n} outlets", "coverage", partial(one_outlets, n), {})
    alarms = {"permutation": (0.035, 0.065)}
    for name, design in APART.items():
        once = partial(one_test, design)
        yield Study("test, documents apart", name, "false alarms", once, alarms, 10_000)
    for name, design in SHARED.items():
        once = partial(one_test, design)
        yield Study("test, documents shared", name, "false alarms", once, alarms, 4_000)
    for name, sizes in CORRECTED.items():
        once = partial(one_corrected, *sizes)
        yield Study("corrected difference", name, "coverage", once, {"PPI++": (0.93, 0.96)})
    for name, (right, missing) in CODED.items():
        once = partial(one_alpha, 30, right, missing)
        yield Study("alpha", name, "coverage", once, {"jackknife-t": (0.92, 0.96)})


# Documents


def sizes_of(rng: Rng, n: int, mean: float) -> Floats:
    """Claims in each document."""
    return (1 + rng.negative_binomial(1.5, 1.5 / (0.5 + mean), size=n)).astype(float)


def chances_of(rank: Floats, share: float | Floats, alike: float) -> Floats:
    """Each document's own share, from its rank among documents: beta, with this correlation."""
    odds = 1 / alike - 1
    return np.asarray(betaincinv(share * odds, (1 - share) * odds, rank))


# Shares


def one_share(n: int, rng: Rng) -> Hits:
    """One share over documents."""
    sizes = sizes_of(rng, n, 20)
    counts = rng.binomial(sizes.astype(int), chances_of(rng.random(n), SHARE, 0.1)).astype(float)
    seed = int(rng.integers(2**31))
    found = logit_t_interval(counts, sizes)
    studentised = bootstrap_t_interval(counts, sizes, n_resamples=RESAMPLES, seed=seed)
    drawn, _ = resample_shares(counts[:, None], sizes, n_resamples=RESAMPLES, seed=seed)
    naive = Z * np.sqrt(found.estimate * (1 - found.estimate) / sizes.sum())
    return {
        "logit-t": found.low <= SHARE <= found.high,
        "bootstrap-t": studentised.low <= SHARE <= studentised.high,
        "percentile bootstrap": _inside(SHARE, drawn[:, 0]),
        "naive: claims, z": abs(found.estimate - SHARE) <= naive,
    }


def one_outlets(n: int, rng: Rng) -> Hits:
    """A share meant for all outlets, from some: 20 documents each, outlets alike by .05."""
    of_outlet = np.repeat(chances_of(rng.random(n), SHARE, 0.05), 20)
    sizes = sizes_of(rng, of_outlet.size, 10)
    chances = chances_of(rng.random(of_outlet.size), of_outlet, 0.1)
    counts = rng.binomial(sizes.astype(int), chances).astype(float)
    by_outlet = counts.reshape(n, 20).sum(axis=1), sizes.reshape(n, 20).sum(axis=1)
    apart, together = logit_t_interval(counts, sizes), logit_t_interval(*by_outlet)
    share = together.estimate
    naive = Z * np.sqrt(share * (1 - share) / sizes.sum())
    few = Z * cluster_se(*by_outlet, share)
    return {
        "logit-t, by outlet": together.low <= SHARE <= together.high,
        "z, by outlet": abs(share - SHARE) <= few,
        "logit-t, by document": apart.low <= SHARE <= apart.high,
        "naive: claims, z": abs(share - SHARE) <= naive,
    }


# Tests of a difference


@dataclass(frozen=True)
class Groups:
    """Documents of two groups with the same share: how many, how long, how alike."""

    both: int
    only_a: int
    only_b: int
    means: tuple[float, float]
    alike: tuple[float, float]


APART = {
    "30 v 30": Groups(0, 30, 30, (20, 20), (0.1, 0.1)),
    "10 (short, alike .05) v 60 (long, .2)": Groups(0, 10, 60, (4, 25), (0.05, 0.2)),
    "60 (short, alike .05) v 10 (long, .2)": Groups(0, 60, 10, (4, 25), (0.05, 0.2)),
}
SHARED = {
    "30 with both": Groups(30, 0, 0, (12, 4), (0.1, 0.1)),
    "10 with both, 50 of one": Groups(10, 0, 50, (12, 12), (0.1, 0.1)),
    "20 with both, 30 and 10 of one": Groups(20, 30, 10, (4, 25), (0.05, 0.2)),
}


def one_test(design: Groups, rng: Rng) -> Hits:
    """A difference that is none; a document leans the same way in both of its groups."""
    n = design.both + design.only_a + design.only_b
    of_a, of_b = np.arange(n) < design.both + design.only_a, np.ones(n, dtype=bool)
    of_b[design.both : design.both + design.only_a] = False
    rank = rng.random(n)
    parts = []
    for of, mean, alike in zip((of_a, of_b), design.means, design.alike, strict=True):
        sizes = sizes_of(rng, n, mean) * of
        chances = chances_of(rank, SHARE, alike)
        parts += [sizes, rng.binomial(sizes.astype(int), chances).astype(float)[:, None]]
    pair = Pair(*parts)
    now = moments_of(pair).contrast(np.zeros((1, n), dtype=bool))
    test = permutation_test(pair, n_permutations=RESAMPLES, seed=int(rng.integers(2**31)))
    alarms = {"permutation": bool(test.p[0] <= 0.05), "Newcombe interval": _newcombe(pair, now)}
    alarms |= _of_t(pair, now)
    if design.both:
        alarms["sign flips"] = _flipped(pair, rng)
    alarms["percentile bootstrap"] = _resampled(pair, rng)
    return alarms | {"naive: claims, z": _naive(pair)}


def _newcombe(pair: Pair, now: Contrast) -> bool:
    """Whether the interval of `difference` leaves out 0."""
    a = logit_t_interval(pair.counts_a[:, 0], pair.sizes_a)
    b = logit_t_interval(pair.counts_b[:, 0], pair.sizes_b)
    low, high = newcombe_bounds(a, b, correlation=float(now.correlation[0, 0]))
    return not low <= 0 <= high


def _of_t(pair: Pair, now: Contrast) -> Hits:
    """Tests that compare t with Student's; Welch's does not know of documents with both groups."""
    n_a, n_b = pair.n_clusters
    a, b, shared = now.variance_a[0, 0], now.variance_b[0, 0], bool(pair.shared.any())
    difference = abs(float(now.difference[0, 0]))
    if a + b == 0:
        return {"Welch's t": difference > 0} | ({"t, paired": difference > 0} if shared else {})
    df = (a + b) ** 2 / (a**2 / (n_a - 1) + b**2 / (n_b - 1))
    alarms = {"Welch's t": bool(difference > student.ppf(0.975, df) * np.sqrt(a + b))}
    if shared:
        limit = student.ppf(0.975, min(n_a, n_b) - 1)
        alarms["t, paired"] = bool(abs(now.t[0, 0]) > limit)
    return alarms


def _flipped(pair: Pair, rng: Rng) -> bool:
    """Random signs on what each document adds to the difference."""
    hits = pair.counts_a.sum() + pair.counts_b.sum()
    pooled = hits / (pair.sizes_a.sum() + pair.sizes_b.sum())
    added = (pair.counts_a[:, 0] - pooled * pair.sizes_a) / pair.sizes_a.sum()
    added -= (pair.counts_b[:, 0] - pooled * pair.sizes_b) / pair.sizes_b.sum()
    signs = 2.0 * rng.integers(0, 2, size=(RESAMPLES, added.size)) - 1
    as_large = np.abs(signs @ added) >= abs(added.sum()) - 1e-12
    return bool((1 + as_large.sum()) / (1 + RESAMPLES) <= 0.05)


def _resampled(pair: Pair, rng: Rng) -> bool:
    """Percentiles of the difference over documents drawn anew among those with the same groups."""
    table = np.column_stack([pair.counts_a, pair.sizes_a, pair.counts_b, pair.sizes_b])
    kind = 2 * (pair.sizes_a > 0) + (pair.sizes_b > 0)
    sums = np.zeros((RESAMPLES, 4))
    for rows in (np.flatnonzero(kind == one) for one in np.unique(kind)):
        drawn = rng.multinomial(rows.size, np.full(rows.size, 1 / rows.size), size=RESAMPLES)
        sums += drawn.astype(float) @ table[rows]
    return not _inside(0.0, sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3])


def _naive(pair: Pair) -> bool:
    """The z of two shares, as though claims were independent."""
    sizes = np.array([pair.sizes_a.sum(), pair.sizes_b.sum()])
    counts = np.array([pair.counts_a.sum(), pair.counts_b.sum()])
    pooled = counts.sum() / sizes.sum()
    difference = np.subtract(*(counts / sizes))
    return bool(abs(difference) > Z * np.sqrt(pooled * (1 - pooled) * (1 / sizes).sum()))


def _inside(value: float, drawn: Floats) -> bool:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return bool(low <= value <= high)


# Corrected differences

CORRECTED = {
    "120 v 120 documents, 200 codes each": ((120, 20.0), (120, 20.0), 200),
    "40 long v 150 short, 150 codes each": ((40, 20.0), (150, 5.0), 150),
}
MACHINE = ((0.9, 0.95), (0.8, 0.85))  # sensitivity and specificity in the two groups


@dataclass(frozen=True)
class Corpus:
    """Claims of one group: their documents, the truth, the machine's label, whether coded."""

    documents: npt.NDArray[np.intp]
    truth: Floats
    machine: Floats
    coded: npt.NDArray[np.bool_]


def one_corrected(a: tuple[int, float], b: tuple[int, float], n_codes: int, rng: Rng) -> Hits:
    """Two groups with the same share (.2); the machine errs more in the second."""
    groups = [
        _corpus(rng, *sizes, *errors, n_codes)
        for sizes, errors in zip((a, b), MACHINE, strict=True)
    ]
    estimates = [_by_hand(group) for group in groups]
    covered = _corrected(groups)
    for method in estimates[0]:
        difference = estimates[0][method][0] - estimates[1][method][0]
        se = np.sqrt(estimates[0][method][1] + estimates[1][method][1])
        covered[method] = bool(abs(difference) <= Z * se)
    return covered


def _corpus(rng: Rng, n: int, mean: float, hit: float, leave: float, n_codes: int) -> Corpus:
    """The machine errs more in some documents than in others."""
    sizes = sizes_of(rng, n, mean).astype(int)
    documents = np.repeat(np.arange(n), sizes)
    truth = rng.random(documents.size) < chances_of(rng.random(n), 0.2, 0.1)[documents]
    lean = rng.normal(0, 0.5, size=n)[documents]
    machine = rng.random(documents.size) < expit(
        np.where(truth, logit(hit), logit(1 - leave)) + lean
    )
    coded = np.zeros(documents.size, dtype=bool)
    coded[rng.choice(documents.size, n_codes, replace=False)] = True
    return Corpus(documents, truth.astype(float), machine.astype(float), coded)


def _corrected(groups: list[Corpus]) -> Hits:
    """The package's interval."""
    names = np.repeat(["a", "b"], [group.truth.size for group in groups])
    documents = np.concatenate([groups[0].documents, 1_000 + groups[1].documents])
    claims = pd.DataFrame({"doc_id": documents, "voice": names})
    machine = np.concatenate([group.machine for group in groups])
    human = np.concatenate([np.where(group.coded, group.truth, np.nan) for group in groups])
    result = corrected_difference(
        machine, human, claims, between="voice", groups=("a", "b"), cluster="doc_id", inclusion=None
    )
    row = result.table.set_index("label").loc[1.0]
    return {"PPI++": bool(row["low"] <= 0 <= row["high"])}


def _by_hand(group: Corpus) -> dict[str, tuple[float, float]]:
    """Estimates and variances of what others do."""
    f, y, free = group.machine, group.truth[group.coded], group.machine[~group.coded]
    given = f[group.coded]
    spread = (1 + y.size / free.size) * f.var(ddof=1)
    tuning = float(np.clip(np.cov(y, given)[0, 1] / spread, 0, 1)) if spread > 0 else 0.0
    apart = tuning**2 * free.var(ddof=1) / free.size + (y - tuning * given).var(ddof=1) / y.size
    added = np.bincount(group.documents, f - f.mean()) / f.size
    n = added.size
    return {
        "PPI++, claims as if independent": (
            tuning * free.mean() + (y - tuning * given).mean(),
            apart,
        ),
        "codes alone, claims as if independent": (y.mean(), y.var(ddof=1) / y.size),
        "naive: machine alone, by document": (f.mean(), n / (n - 1) * np.square(added).sum()),
        "naive: machine alone, z": (f.mean(), f.var() / f.size),
    }


# Alpha

CODED = {
    "30 units, alpha .81": (0.9, 0.0),
    "30 units, alpha .36, a fifth missing": (0.6, 0.2),
}
CODES = np.array([0.4, 0.3, 0.2, 0.1])  # shares of four codes


def one_alpha(n: int, right: float, missing: float, rng: Rng) -> Hits:
    """Three coders who give the true code, or guess; alpha is then the square of `right`."""
    truth = rng.choice(4, size=n, p=CODES)
    guesses = rng.choice(4, size=(3, n), p=CODES)
    given = np.where(rng.random((3, n)) < right, truth, guesses).astype(float)
    given[rng.random((3, n)) < missing] = np.nan
    codes = wide_to_codes(pd.DataFrame(given.T))
    jackknife = alpha(codes).table.iloc[0]
    seed = int(rng.integers(2**31))
    drawn = alpha(codes, resample="bootstrap", n_samples=1_000, seed=seed).table.iloc[0]
    low, high = _resampled_pairs(given, rng)
    true = right**2
    return {
        "jackknife-t": bool(jackknife["low"] <= true <= jackknife["high"]),
        "percentile bootstrap of units": bool(drawn["low"] <= true <= drawn["high"]),
        "naive: bootstrap of pairs": bool(low <= true <= high),
    }


def _resampled_pairs(given: Floats, rng: Rng) -> tuple[float, float]:
    """Krippendorff's and Hayes' interval: pairs of codes drawn anew, chance agreement fixed."""
    counts = np.stack([(given == code).sum(axis=0) for code in range(4)], axis=1)
    counts = counts[counts.sum(axis=1) >= 2]
    n = counts.sum(axis=1)
    observed = ((n**2 - np.square(counts).sum(axis=1)) / (n - 1)).sum() / n.sum()
    total = counts.sum(axis=0)
    expected = (n.sum() ** 2 - np.square(total).sum()) / (n.sum() * (n.sum() - 1))
    n_pairs = int((n * (n - 1)).sum() // 2)
    drawn = 1 - rng.binomial(n_pairs, observed, size=1_000) / n_pairs / expected
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
