"""`shares`: how often a label occurs in each group of claims, with intervals by cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import pandas as pd

from framing.errors import problem, unknown_value
from framing.labels import Labels
from framing.prevalence.counts import ESTIMANDS, Denied, Estimand, Group, count_claims
from framing.prevalence.intervals import Interval, bootstrap_t_intervals, logit_t_interval
from framing.prevalence.measures import MEASURES, measured
from framing.results import Result, versions

__all__ = ["Shares", "aside_sentence", "check_level", "scope_sentences", "shares"]

IntervalKind: TypeAlias = Literal["logit-t", "bootstrap-t"]

_KINDS = {
    "logit-t": (
        "are logit-t with linearised standard errors clustered by {cluster} (t with clusters - 1"
        " degrees of freedom)"
    ),
    "bootstrap-t": (
        "are bootstrap-t ({n_resamples:,} resamples of whole clusters by {cluster}, seed {seed});"
        " where too many resamples hold no spread they are logit-t, as the table says"
    ),
}


class Shares(Result):
    """Shares of labels by group; returned by `shares`."""

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        return (
            f"Shares in {s['n_claims']:,} claims by {', '.join(s['by'])}"
            f"{', asserted and denied claims apart' if s['denied'] == 'apart' else ''};"
            f" estimand: {ESTIMANDS[s['estimand']]}. Intervals"
            f" ({s['level']:.0%}) {_KINDS[s['interval']].format_map(s)}; where a label occurs in"
            " no claim of a group, or in all of them, the bound is Clopper-Pearson's with the"
            f" clusters as trials.{scope_sentences(s)} {aside_sentence(s)}"
            f" framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Shares by {', '.join(s['by'])}: {s['n_claims']:,} claims, "
            f"{s['level']:.0%} intervals clustered by {s['cluster']}"
        )


def shares(
    labels: Labels,
    claims: pd.DataFrame,
    *,
    by: str | Sequence[str] = "voice",
    cluster: str,
    estimand: Estimand = "claims",
    denied: Denied = "apart",
    interval: IntervalKind = "logit-t",
    level: float = 0.95,
    n_resamples: int = 999,
    seed: int = 0,
) -> Shares:
    """Compute how large a share of each group's claims carries each label.

    By default the share is the number of claims with the label over *all* labelled claims of the
    group, so that a long document weighs more than a short one. Intervals treat the clusters,
    not the claims, as the sample, since claims of one document are alike. They mislead where
    documents copy one another (cluster by story then), and they speak only for the outlets at
    hand when the clusters are documents.

    Parameters
    ----------
    labels : Patterns, Series, array or list, one entry per claim
        Patterns, codes, or lists of codes (then shares need not add up to 1). Label -1 means set
        aside by `discover` and keeps a row of its own; a missing label means never coded and is
        left out of the denominator and counted.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `by` and `cluster`, row for row with `labels`.
    by : str or sequence of str, default "voice"
        The grouping columns.
    cluster : str
        The column of independent units, usually ``"doc_id"``; there is no default because the
        intervals depend on it.
    estimand : {"claims", "documents", "containing"}, default "claims"
        ``"claims"``: share of claims (micro). ``"documents"``: mean over documents of the share
        of claims (macro). ``"containing"``: share of documents with at least one such claim;
        these need not add up to 1. The last two need the column ``doc_id``.
    denied : {"apart", "together"}, default "apart"
        With ``"apart"``, and where claims have a column `denied`, asserting a claim and denying
        it are counted in separate rows over the same denominator.
    interval : {"logit-t", "bootstrap-t"}, default "logit-t"
        The second covers better with 10 to 50 clusters and is wider; see
        `framing.prevalence.bootstrap_t_interval`.
    level : float, default 0.95
        Confidence level, between 0 and 1.
    n_resamples, seed : int, default 999 and 0
        Of the bootstrap.

    Returns
    -------
    Shares
        Its `table` has the grouping columns, `label`, `denied` (if apart), `estimate`, `low`,
        `high`, `method`, `n_documents`, `n_claims`, `n_clusters`, `count` (claims with the label)
        and `note`. NaN bounds have their reason in `note`.

    Raises
    ------
    FramingError
        If a column is missing, labels and claims differ in length, the level is not between 0
        and 1, or a claim has no cluster.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources, 50(2), 317-372. https://doi.org/10.3368/jhr.50.2.317
    Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts. Survey Methodology, 24, 193-201 (the logit interval).

    Examples
    --------
    >>> claims = pd.DataFrame({"voice": ["nato"] * 6, "doc_id": ["a", "a", "b", "b", "c", "c"]})
    >>> result = shares(["aid", "aid", "aid", "war", "war", "war"], claims, cluster="doc_id")
    >>> result.table[["voice", "label", "estimate", "low", "high", "n_claims"]].round(2)
      voice label  estimate   low  high  n_claims
    0  nato   aid       0.5  0.01  0.99         6
    1  nato   war       0.5  0.01  0.99         6
    """
    check_level(level)
    if interval not in _KINDS:
        raise unknown_value("interval", interval, _KINDS)
    counted = count_claims(labels, claims, by=by, cluster=cluster, denied=denied, estimand=estimand)
    settings = counted.settings | {
        "interval": interval,
        "level": level,
        **({"n_resamples": n_resamples, "seed": seed} if interval == "bootstrap-t" else {}),
        "versions": versions("numpy", "scipy"),
    }
    records = [
        dict(zip(counted.by, group.key, strict=True)) | column | measured(interval, group, j)
        for group in counted.groups
        for j, (column, interval) in enumerate(
            zip(counted.columns, _intervals(group, settings), strict=True)
        )
    ]
    key = [*counted.columns[0]] if counted.columns else ["label"]
    return Shares(pd.DataFrame(records, columns=[*counted.by, *key, *MEASURES]), settings)


def scope_sentences(settings: Mapping[str, Any]) -> str:
    """Say what intervals do not speak for: other outlets, and the choice of the patterns."""
    outlets = (
        " The intervals are conditional on the outlets in the corpus: they do not speak for"
        " outlets that were not sampled."
    )
    patterns = (
        " The patterns were found in these same documents, a choice that intervals and tests do"
        " not count: confirm on documents held out (framing.split_documents)."
    )
    said = outlets if settings["conditional_on_outlets"] else ""
    return said + (patterns if settings.get("found_here") else "")


def aside_sentence(settings: Mapping[str, Any]) -> str:
    """Say what was set aside."""
    aside = "; ".join(f"{n:,} {reason}" for reason, n in settings["set_aside"].items() if n)
    return f"Set aside: {aside or 'nothing'}."


def check_level(level: float) -> None:
    """Refuse a confidence level that is none."""
    if not 0 < level < 1:
        raise problem("a level between 0 and 1", repr(level), "Pass 0.95, for example")


def _intervals(group: Group, settings: dict[str, Any]) -> list[Interval]:
    """The interval of each label in one group."""
    level = settings["level"]
    if settings["interval"] == "bootstrap-t":
        return bootstrap_t_intervals(
            group.counts,
            group.sizes,
            level=level,
            n_resamples=settings["n_resamples"],
            seed=settings["seed"],
        )
    return [logit_t_interval(counts, group.sizes, level=level) for counts in group.counts.T]
