"""`difference`: which labels two groups of claims carry more or less often, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import problem
from framing.labels import Labels
from framing.prevalence.counts import ESTIMANDS, Counts, Denied, Estimand, Floats, Group
from framing.prevalence.estimates import aside_sentence, check_level, scope_sentences
from framing.prevalence.groups import two_groups
from framing.prevalence.intervals import logit_t_interval, newcombe_bounds
from framing.prevalence.multiple import benjamini_hochberg, holm
from framing.prevalence.pairs import Contrast, Pair, moments_of, pair_of
from framing.prevalence.permutation import permutation_test
from framing.results import Result, versions

__all__ = ["Differences", "difference"]

_NO_SPREAD = 1e-9  # a standard error that is 0 but for rounding
_MEASURES = [
    "a", "b", "share_a", "share_b", "estimate", "low", "high", "low_all", "high_all", "method",
    "se", "t", "df", "p", "p_all", "p_holm", "p_bh", "p_least", "cohens_h",
    "n_documents_a", "n_documents_b", "n_claims_a", "n_claims_b", "n_clusters_a", "n_clusters_b",
    "count_a", "count_b", "note",
]  # fmt: skip


class Differences(Result):
    """Differences of shares between two groups; returned by `difference`."""

    @property
    def omnibus_p(self) -> float:
        """The p of the hypothesis that no label differs; NaN where nothing could be tested."""
        return float(self.settings["omnibus_p"])

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        a, b = (
            f"{group} ({claims:,} claims in {clusters:,} clusters)"
            for group, claims, clusters in zip(
                s["groups"], s["n_claims_by_group"], s["n_clusters_by_group"], strict=True
            )
        )
        return (
            f"Shares of {a} less shares of {b}"
            f"{', asserted and denied claims apart' if s['denied'] == 'apart' else ''};"
            f" estimand: {ESTIMANDS[s['estimand']]}. Intervals ({s['level']:.0%}) are Newcombe's,"
            f" from logit-t intervals clustered by {s['cluster']}{_correlated(s)}; those for all"
            f" labels at once have Bonferroni's level. {_tested(s)} The effect size is Cohen's h."
            f"{scope_sentences(s)} {aside_sentence(s)} framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        omnibus = (
            "no test" if math.isnan(self.omnibus_p) else f"any label: p = {self.omnibus_p:.2g}"
        )
        return (
            f"Differences of {s['groups'][0]} and {s['groups'][1]}: {len(self.table):,} rows,"
            f" {s['n_claims']:,} claims, {s['level']:.0%} intervals clustered by {s['cluster']};"
            f" {omnibus}"
        )


def _correlated(s: Mapping[str, Any]) -> str:
    if not s["n_shared_clusters"]:
        return ""
    return f", correlated through the {s['n_shared_clusters']:,} clusters with claims of both"


def _tested(s: Mapping[str, Any]) -> str:
    """The sentences on the test."""
    if not s["n_tests"]:
        return "No test could be made."
    which = (
        f"all {s['n_arrangements']:,} arrangements"
        if s["exact"]
        else f"{s['n_arrangements']:,} random arrangements, seed {s['seed']}"
    )
    trading = (
        ", claims of both groups in one cluster trading groups" if s["n_shared_clusters"] else ""
    )
    left = f"; {s['n_untested']:,} could not be tested" if s["n_untested"] else ""
    return (
        f"p-values come from a studentised permutation of whole clusters ({which}{trading}),"
        f" adjusted over {s['n_tests']:,} tests by step-down max-T (p_all), Holm and"
        f" Benjamini-Hochberg{left}. That no label differs: p = {s['omnibus_p']:.2g}."
    )


def difference(
    labels: Labels,
    claims: pd.DataFrame,
    *,
    between: str,
    groups: tuple[Any, Any] | None = None,
    cluster: str,
    estimand: Estimand = "claims",
    denied: Denied = "apart",
    level: float = 0.95,
    n_permutations: int = 9_999,
    seed: int = 0,
) -> Differences:
    """Compare how often two groups of claims carry each label, with intervals and tests.

    The estimate is the share in the first group less the share in the second. Clusters, not
    claims, are the sample. The p-value shuffles whole clusters: those with claims of both groups
    may trade them, the others are dealt out anew, and t is computed anew each time. Start with
    `omnibus_p`, whether any label differs at all: shares of single labels sum to one, so that one
    rise forces falls elsewhere. Then read `p_all`.

    It misleads where documents copy one another (cluster by story then), where few clusters hold
    one of the groups (`p_least` is the smallest p they can give), and where a machine's labels err
    more often for one group than for the other. An interval and its p may disagree at the border,
    since they are computed in different ways.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        As in `shares`.
    claims : DataFrame, shape (n_claims, ...)
        With the columns `between` and `cluster`, row for row with `labels`.
    between : str
        The column that holds the two groups, such as ``"voice"``.
    groups : tuple of two, optional
        Which groups to compare, the first less the second; the second may be ``"rest"``, all
        other claims. Needed unless there are just two.
    cluster : str
        The column of independent units, usually ``"doc_id"``.
    estimand : {"claims", "documents", "containing"}, default "claims"
        As in `shares`.
    denied : {"apart", "together"}, default "apart"
        As in `shares`; apart, asserting and denying are tested as two labels.
    level : float, default 0.95
        Confidence level, between 0 and 1.
    n_permutations : int, default 9_999
        If there are no more arrangements than this, all are looked at, and p is exact. For Holm
        and Benjamini-Hochberg take 20 per label or more.
    seed : int, default 0

    Returns
    -------
    Differences
        One row per label (and `denied`, if apart). `a`, `b` name the groups; `share_a`, `share_b`
        are their shares, `estimate` the difference, with `low` and `high`, and `low_all` and
        `high_all` for all labels at once. `t` is the difference over its clustered standard error
        `se`; `df` are Welch's, or with clusters in common the smaller number of clusters less 1.
        `p` is of this label alone; `p_all` (step-down max-T, which knows how labels hang
        together), `p_holm` and `p_bh` are adjusted for the number of labels. `cohens_h` is the
        effect size, defined at shares of 0 too; .2 is small, .5 medium, .8 large by convention.
        `n_*_a`, `n_*_b`, `count_a` and `count_b` are the denominators and the claims with the
        label. NaN has its reason in `note`.

    Raises
    ------
    FramingError
        If a column or group is missing, there are more than two groups to choose from, labels and
        claims differ in length, or a claim has no cluster.

    See Also
    --------
    framing.prevalence.newcombe_bounds

    Notes
    -----
    Simulated with shares of .15 in 8 to 120 documents, intraclass correlation .05 to .2, with and
    without documents in common, also of very unequal sizes: at the level .05 and no difference the
    test errs in .02 to .06 of samples. Flipping the signs of influences errs in up to .13, and t
    with Welch's df in up to .12. The interval covers .92 to .97 where Welch's covers .88 to .96;
    where a label is so rare that some groups have none (.03), it covers .89 to .99.

    References
    ----------
    Chung, E., & Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of
    Statistics, 41(2), 484-507. https://doi.org/10.1214/13-AOS1090
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). Erlbaum.

    Examples
    --------
    >>> claims = pd.DataFrame({"outlet": ["a"] * 20 + ["b"] * 20, "doc_id": np.arange(40) // 2})
    >>> codes = ["aid"] * 15 + ["war"] * 5 + ["aid"] * 3 + ["war"] * 17
    >>> result = difference(codes, claims, between="outlet", cluster="doc_id")
    >>> result.table[["label", "share_a", "share_b", "estimate", "low", "high", "p"]].round(2)
      label  share_a  share_b  estimate   low  high     p
    0   aid     0.75     0.15       0.6  0.06  0.83  0.01
    1   war     0.25     0.85      -0.6 -0.83 -0.06  0.01
    """
    check_level(level)
    if n_permutations < 1:
        raise problem("at least 1 permutation", f"{n_permutations}", "9,999 serve most studies")
    counted, a, b = two_groups(
        labels, claims, between, groups, cluster=cluster, denied=denied, estimand=estimand
    )
    pair = pair_of(a, b)
    tests, made = _tests(pair, n_permutations, seed)
    names = [*counted.columns[0]] if counted.columns else ["label"]
    parts = [
        pd.DataFrame(counted.columns, columns=names),
        _sizes(a, b, len(counted.columns)),
        tests,
        _bounds(a, b, tests, level),
    ]
    settings = _settings(counted, a, b, pair) | made
    settings |= {"level": level, "n_permutations": n_permutations, "seed": seed}
    return Differences(pd.concat(parts, axis=1)[[*names, *_MEASURES]], settings)


def _settings(counted: Counts, a: Group, b: Group, pair: Pair) -> dict[str, Any]:
    """What was compared, and what was set aside."""
    s = {name: value for name, value in counted.settings.items() if name != "by"}
    others = s["n_claims"] - a.n_claims - b.n_claims
    return s | {
        "between": counted.by[0],
        "groups": (a.key[0], b.key[0]),
        "n_claims": a.n_claims + b.n_claims,
        "n_claims_by_group": (a.n_claims, b.n_claims),
        "n_clusters_by_group": pair.n_clusters,
        "n_shared_clusters": int(pair.shared.sum()),
        "set_aside": s["set_aside"] | {"labelled claims of other groups": others},
        "versions": versions("numpy", "scipy", "statsmodels"),
    }


def _sizes(a: Group, b: Group, n_rows: int) -> pd.DataFrame:
    """The groups' names and denominators, the same in every row, and each label's counts."""
    columns: dict[str, Any] = {}
    for side, group in (("a", a), ("b", b)):
        columns[side] = group.key[0]
        columns[f"n_documents_{side}"] = pd.NA if group.n_documents < 0 else group.n_documents
        columns[f"n_claims_{side}"] = group.n_claims
        columns[f"n_clusters_{side}"] = group.clusters.size
        columns[f"count_{side}"] = group.n_hits
        columns[f"share_{side}"] = group.counts.sum(axis=0) / group.sizes.sum()
    table = pd.DataFrame(columns, index=range(n_rows))
    first, second = table["share_a"].to_numpy(), table["share_b"].to_numpy()
    return table.assign(
        estimate=first - second,
        cohens_h=2 * (np.arcsin(np.sqrt(first)) - np.arcsin(np.sqrt(second))),
    )


def _tests(pair: Pair, n_permutations: int, seed: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Test each label and say how; NaN where there is no test.

    A label that no claim, or every claim, of the two groups carries cannot be tested; that does
    not depend on which group a claim is in, so leaving it out is fair to the others.
    """
    hits = pair.counts_a.sum(axis=0) + pair.counts_b.sum(axis=0)
    some = (hits > 0) & (hits < pair.sizes_a.sum() + pair.sizes_b.sum())
    enough = min(pair.n_clusters) > 1
    tested = some & enough
    names = ["se", "t", "df", "correlation", "p", "p_all", "p_least"]
    table = pd.DataFrame(np.nan, index=range(hits.size), columns=names)
    made = {"exact": False, "n_arrangements": 0, "omnibus_p": np.nan}
    if enough:
        now = moments_of(pair).contrast(np.zeros((1, pair.sizes_a.size), dtype=bool))
        table["correlation"] = now.correlation[0]
        for name, values in (("se", np.sqrt(now.variance)), ("t", now.t), ("df", _df(now, pair))):
            table[name] = np.where(some, values[0], np.nan)
    if tested.any():
        kept = Pair(pair.sizes_a, pair.counts_a[:, tested], pair.sizes_b, pair.counts_b[:, tested])
        found = permutation_test(kept, n_permutations=n_permutations, seed=seed)
        table.loc[tested, ["p", "p_all"]] = np.column_stack([found.p, found.p_all])
        table.loc[tested, "p_least"] = found.p_least
        made = {
            "exact": found.exact,
            "n_arrangements": found.n_arrangements,
            "omnibus_p": float(found.p_all.min()),
        }
    adjusted = table.assign(p_holm=holm(table["p"]), p_bh=benjamini_hochberg(table["p"]))
    return adjusted, made | {"n_tests": int(tested.sum()), "n_untested": int((~tested).sum())}


def _df(contrast: Contrast, pair: Pair) -> Floats:
    """Welch's degrees of freedom; with clusters in common those of the rarer group."""
    n_a, n_b = pair.n_clusters
    if pair.shared.any():
        return np.full_like(contrast.variance, min(n_a, n_b) - 1)
    parts = contrast.variance_a**2 / (n_a - 1) + contrast.variance_b**2 / (n_b - 1)
    return np.where(parts > 0, contrast.variance**2 / np.where(parts > 0, parts, 1.0), np.nan)


def _bounds(a: Group, b: Group, tests: pd.DataFrame, level: float) -> pd.DataFrame:
    """The intervals of each label's difference, alone and together with all others."""
    correlations = tests["correlation"].fillna(0.0).to_numpy()
    level_all = 1 - (1 - level) / max(1, tests["p"].count())
    rows = []
    for j, correlation in enumerate(correlations):
        row: dict[str, Any] = {}
        for suffix, each in (("", level), ("_all", level_all)):
            first, second = (
                logit_t_interval(group.counts[:, j], group.sizes, level=each) for group in (a, b)
            )
            bounds = newcombe_bounds(first, second, correlation=correlation)
            row |= {f"low{suffix}": bounds[0], f"high{suffix}": bounds[1]}
        said = [f"{g.key[0]}: {one.note}" for g, one in ((a, first), (b, second)) if one.note]
        if tests["se"].iloc[j] < _NO_SPREAD and tests["correlation"].iloc[j] > 0:
            # Equal in every shared cluster: their spread cannot say how sure we are.
            row |= dict.fromkeys(("low", "high", "low_all", "high_all"), math.nan)
            said.append("no spread of the difference between clusters: no interval")
        row["method"] = "none" if math.isnan(row["low"]) else "Newcombe"
        row["note"] = "; ".join(said)
        rows.append(row)
    found = pd.DataFrame(rows, columns=["low", "high", "low_all", "high_all", "method", "note"])
    more = np.where(
        tests["p"].isna(),
        "no test",
        np.where(tests["p_least"] > 1 - level, "clusters too few for a smaller p", ""),
    )
    return found.assign(note=(found["note"] + "; " + more).str.strip("; "))
