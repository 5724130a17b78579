"""`shares_model`: how a label goes with several covariates at once, errors clustered."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.errors import problem, unknown_value
from framing.labels import Labelled, Labels, membership
from framing.prevalence.counts import Denied
from framing.prevalence.design import DATE_STEP, Design, Effect, covariates, design_of
from framing.prevalence.design import formula_columns as columns_of
from framing.prevalence.estimates import aside_sentence, check_level, scope_sentences
from framing.prevalence.fitting import Cells, Family, Fit, average_difference, fit_cells
from framing.results import Result, versions

__all__ = ["ShareModel", "shares_model"]

_FAMILIES = {
    "logit": "logistic regression (log-odds)",
    "linear": "linear regression of the 0/1 outcome (differences of shares)",
}
_COLUMNS = [
    "label", "term", "estimate", "low", "high", "p", "difference", "difference_low",
    "difference_high", "method", "n_documents", "n_claims", "n_clusters", "note",
]  # fmt: skip
_FEW = 30  # cluster-robust errors are too small below some 20 to 50 clusters (Cameron & Miller)


class ShareModel(Result):
    """A regression of one label on covariates; returned by `shares_model`."""

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        references = ", ".join(f"{name}: {level}" for name, level in s["references"].items())
        against = f" Reference levels: {references}." if references else ""
        denied = ", asserted and not denied," if s["denied"] == "apart" else ""
        return (
            f"Whether a claim carries {s['label']!r}{denied} was modelled as {s['formula']} by"
            f" {_FAMILIES[s['family']]} on {s['n_claims']:,} claims.{against} Standard errors are"
            f" cluster-robust by {s['cluster']} ({s['n_clusters']:,} clusters), with the factor"
            f" G/(G-1) and t with {max(s['df'], 0):,} degrees of freedom ({s['level']:.0%}"
            " intervals). Differences are average differences in the predicted share between a"
            " level and its reference (for a number, the average slope), other covariates as they"
            " are; their errors are by the delta method. Terms that a cell without variation leaves"
            f" without a finite estimate are not estimated.{scope_sentences(s)}"
            f" {aside_sentence(s)} framing {s['versions']['framing']}, statsmodels"
            f" {s['versions']['statsmodels']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"{s['label']!r} ~ {s['formula']} ({s['family']}): {s['n_claims']:,} claims,"
            f" {s['level']:.0%} intervals clustered by {s['cluster']}"
        )


def shares_model(
    labels: Labels,
    claims: pd.DataFrame,
    formula: str,
    *,
    label: Any,
    cluster: str,
    family: Family = "logit",
    denied: Denied = "apart",
    level: float = 0.95,
) -> ShareModel:
    """Model how the share of a label goes with several covariates at once, errors by cluster.

    It answers what a table of shares cannot: does the voices' difference remain where outlet and
    date are held apart? It holds apart only what is in the formula, in the form it has there, and
    a coefficient is no cause. Odds ratios of models with different covariates do not compare;
    the average differences in percentage points, which stand beside them, do. With few clusters
    the errors are too small, however they are computed: take `framing.difference` then.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        As for `framing.shares`.
    claims : DataFrame, shape (n_claims, ...)
        With the columns that `formula` and `cluster` name, row for row with `labels`.
    formula : str
        The covariates, such as ``"voice + outlet + date"`` or ``"voice * outlet"``, as patsy reads
        them (``C(voice, Treatment("nato"))`` sets the reference level, ``bs(date, df=4)`` draws
        a curve). Text is taken for categories, the most frequent being the reference (of your own
        categories the first); dates are numbers in steps of 30 days. Formulas are evaluated as
        Python: take none from strangers.
    label : label
        The label to model: 1 where a claim carries it, else 0.
    cluster : str
        The column of independent units, usually ``"doc_id"``.
    family : {"logit", "linear"}, default "logit"
        The linear model gives differences of shares directly, and has an estimate where a cell is
        all yes or all no; its predictions may leave 0 to 1.
    denied : {"apart", "together"}, default "apart"
        With ``"apart"``, and where claims have a column `denied`, a claim that denies the label
        counts as 0, as in the rows of `framing.shares` that count assertions.
    level : float, default 0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    ShareModel
        Its `table` has one row per coefficient: `label`, `term`, `estimate` (log-odds; shares in
        the linear model) with `low` and `high`, `p` (two-sided), `difference` (average difference
        in the share between this level and the reference, -1 to 1; per unit for a number) with
        `difference_low` and `difference_high`, `method`, `n_documents`, `n_claims`, `n_clusters`
        and `note`. What cannot be estimated is NaN, and `note` says why: "separation" where a
        level never, or always, carries the label; "follows from the other terms"; a level that
        stands in one cluster; no convergence. Claims with a missing covariate are counted in
        ``settings["set_aside"]``.

    Raises
    ------
    FramingError
        If a column is missing, the formula cannot be read, a covariate has one value only, no
        claim carries the label, or a claim has no cluster.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources, 50(2), 317-372. https://doi.org/10.3368/jhr.50.2.317
    Mood, C. (2010). Logistic regression: why we cannot do what we think we can do, and what we can
    do about it. European Sociological Review, 26(1), 67-82. https://doi.org/10.1093/esr/jcp006

    Examples
    --------
    >>> claims = pd.DataFrame({"doc_id": list("aabbccdd"), "voice": ["nato", "un"] * 4})
    >>> codes = ["aid", "aid", "cost", "cost", "cost", "aid", "cost", "cost"]
    >>> found = shares_model(codes, claims, "voice", label="aid", cluster="doc_id")
    >>> found.table[["term", "estimate", "difference"]].round(2)
              term  estimate  difference
    0    Intercept      -1.1         NaN
    1  voice[T.un]       1.1        0.25
    """
    check_level(level)
    if family not in _FAMILIES:
        raise unknown_value("family", family, _FAMILIES)
    outcome, labelled = _outcome(labels, claims, label, denied)
    columns = columns_of(formula, claims)
    check_columns(claims, columns, cluster=cluster)
    values = covariates(claims, columns)
    complete = values.notna().all(axis=1).to_numpy()
    kept = labelled & complete
    if not kept.any():
        raise problem(
            f"labelled claims with a value in {', '.join(columns)}", "none", "Check these columns"
        )
    cells = Cells.of(values[kept], outcome[kept], claims.loc[kept, cluster])
    design = design_of(formula, cells.frame, cells.full)
    fit = fit_cells(design, cells, family)
    apart = denied == "apart" and "denied" in claims.columns
    outlets = claims["outlet"].nunique() if "outlet" in claims.columns else 0
    settings = {
        "label": label, "formula": formula, "cluster": cluster, "family": family,
        "denied": "apart" if apart else "together", "level": level, "n_claims": int(kept.sum()),
        "n_clusters": cells.n_clusters, "df": fit.df, "converged": fit.converged,
        "references": {
            effect.covariate: effect.reference
            for effect in design.effects
            if effect is not None and effect.level is not None
        },
        "date_step_days": DATE_STEP,
        "set_aside": {
            "claims without a label": int((~labelled).sum()),
            f"labelled claims without a value in {', '.join(columns)}": int(
                (labelled & ~complete).sum()
            ),
        },
        "conditional_on_outlets": outlets > 1 and "outlet" not in (cluster, *columns),
        "found_here": isinstance(labels, Labelled),
        "versions": versions("numpy", "statsmodels", "patsy"),
    }  # fmt: skip
    documents = claims.loc[kept, "doc_id"].nunique() if "doc_id" in claims.columns else pd.NA
    sizes = {"n_documents": documents, "n_claims": int(kept.sum()), "n_clusters": cells.n_clusters}
    rows = [
        {"label": label, "term": name} | _row(place, design, cells, fit, level) | sizes
        for place, name in enumerate(design.names)
    ]
    return ShareModel(pd.DataFrame(rows, columns=_COLUMNS), settings)


def _outcome(
    labels: Labels, claims: pd.DataFrame, label: Any, denied: str
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether each claim carries the label, and whether it was coded at all."""
    if denied not in ("apart", "together"):
        raise unknown_value("denied", denied, ["apart", "together"])
    members = membership(labels, len(claims))
    if label not in members.names:
        raise unknown_value("label", label, members.names)
    carries = members.member[:, members.names.index(label)]
    if denied == "apart" and "denied" in claims.columns:
        carries = carries & ~claims["denied"].astype(bool).to_numpy()
    return carries, members.labelled


def _row(place: int, design: Design, cells: Cells, fit: Fit, level: float) -> dict[str, Any]:
    """Estimate, interval, test and average difference of one column of the design."""
    from scipy.stats import t as student

    nothing = dict.fromkeys(_COLUMNS[2:9], np.nan) | {"method": "none"}
    effect = design.effects[place]
    reason = _not_estimable(place, effect, cells, fit)
    if reason:
        return nothing | {"note": reason}
    (own,) = np.flatnonzero(fit.parts.columns == place).tolist()
    estimate, difference, difference_error = float(fit.coefficients[own]), np.nan, np.nan
    error = _root(float(fit.covariance[own, own]))
    if effect is not None:
        difference, gradient = average_difference(effect, design, cells, fit)
        difference_error = _root(float(gradient @ fit.covariance @ gradient))
    known = {"estimate": estimate, "difference": difference}
    reason = _without_interval(place, effect, design, cells, error)
    if reason:
        return nothing | known | {"note": reason}
    reach = student.ppf((1 + level) / 2, fit.df)
    return known | {
        "low": estimate - reach * error,
        "high": estimate + reach * error,
        "p": float(2 * student.sf(abs(estimate) / error, fit.df)),
        "difference_low": difference - reach * difference_error,
        "difference_high": difference + reach * difference_error,
        "method": "cluster-robust t",
        "note": "; ".join(_cautions(effect, difference, cells)),
    }


def _root(variance: float) -> float:
    """A standard error; rounding may leave a variance of 0 a hair below it."""
    return float(np.sqrt(np.maximum(variance, 0)))


def _not_estimable(place: int, effect: Effect | None, cells: Cells, fit: Fit) -> str:
    """Why a coefficient cannot be had; empty if it can."""
    if fit.parts.collinear[place]:
        return "not estimable: no claims of its own, or follows from the other terms"
    if not fit.parts.separated[place]:
        return "" if fit.converged else "not estimable: the fit did not converge"
    reason = "not estimable (separation): no claim, or every claim,"
    if effect is None or effect.level is None:
        return f"{reason} of some values has the label"
    for value, advice in (
        (
            effect.reference,
            f"; choose another reference with C({effect.covariate}, Treatment(...))",
        ),
        (effect.level, ""),
    ):
        own = (cells.frame[effect.covariate] == value).to_numpy()
        if cells.hits[own].sum() in (0, cells.sizes[own].sum()):
            return f"{reason} of {value!r} has the label{advice}"
    return f"{reason} of some combination with {effect.level!r} has the label"


def _without_interval(
    place: int, effect: Effect | None, design: Design, cells: Cells, error: float
) -> str:
    """Why an estimate has no interval; empty if it has."""
    if cells.n_clusters < 2:
        return "one cluster: no interval"
    values = design.matrix[:, place]
    where = {"its values stand": values != 0}
    if effect is not None and effect.level is not None:
        column = cells.frame[effect.covariate]
        where = {
            f"{effect.level!r} stands": (column == effect.level).to_numpy(),
            f"{effect.reference!r} stands": (column == effect.reference).to_numpy(),
        }
    for what, mask in where.items():
        if len(np.unique(cells.clusters[mask])) < 2:  # its errors would vanish
            return f"{what} in one cluster: no interval"
    return "" if error > 1e-10 else "no spread between clusters: no interval"


def _cautions(effect: Effect | None, difference: float, cells: Cells) -> list[str]:
    """What to mind about an estimate with an interval."""
    notes = []
    if effect is not None and not effect.alone:
        notes.append("in interaction: the estimate holds at the other covariates' references or 0")
    if effect is not None and np.isnan(difference):
        notes.append("no average difference: some combinations do not occur")
    if cells.n_clusters < _FEW:
        notes.append(f"only {cells.n_clusters} clusters: errors are likely too small")
    return notes
