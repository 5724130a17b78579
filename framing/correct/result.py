"""What a correction returns: the machine's numbers and the corrected ones, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from framing.prevalence.estimates import aside_sentence, scope_sentences
from framing.results import Result

__all__ = ["Corrected", "table_of"]

_MEASURES = [
    "label", "naive", "estimate", "low", "high", "method", "lambda", "n_coded", "n_documents",
    "n_claims", "n_clusters", "n_coded_clusters", "note",
]  # fmt: skip
_ESTIMATORS = {
    "ppi++": "PPI++ (Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453), which adds to the"
    " machine's mean its error on the coded claims and relies on the machine as far as this lowers"
    " the variance (lambda)",
    "dsl": "design-based supervised learning (Egami, Hinck, Stewart & Wei 2023, arXiv:2306.04746),"
    " which replaces the machine's label of each coded claim with weight 1 / chance",
    "codes": "the mean of the human codes alone",
    "acc": "adjusted counts (Rogan & Gladen 1978), which solve the machine's share among uncoded"
    " claims for its sensitivity and specificity on coded ones; they hold only if the machine errs"
    " alike in both, which was not checked",
}
_WEIGHTS = {
    "ppi++": " Uneven chances of being coded enter as normalised inverse weights (Hajek).",
    "codes": " Uneven chances of being coded enter as normalised inverse weights (Hajek).",
    "dsl": " Chances of being coded enter as they are (Horvitz-Thompson).",
    "acc": "",
}


class Corrected(Result):
    """Shares, or differences of shares, corrected with human codes.

    Returned by `corrected_shares`, `corrected_difference` and `corrected_cells`.
    """

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        refused = (
            f" {s['machine_set_aside']:,} claims that the machine set aside count as carrying no"
            " code."
            if s["machine_set_aside"]
            else ""
        )
        return (
            f"{self._what()} in {s['n_claims']:,} claims, corrected for errors of the machine's"
            f" {' and '.join(s['repairs'])} with human codes of {s['n_coded']:,} claims in"
            f" {s['n_coded_clusters']:,} clusters ({s['cluster']}).{_drawn(s['sampling'])}"
            f" Estimator: {_ESTIMATORS[s['method']]}.{_WEIGHTS[s['method']]}"
            f" Intervals ({s['level']:.0%}) {_intervals(s)}. The machine's numbers alone are given"
            f" beside.{refused}{scope_sentences(s)} {aside_sentence(s)}"
            f" framing {s['versions']['framing']}."
        )

    def _what(self) -> str:
        s = self.settings
        by = f" by {', '.join(s['by'])}" if s["by"] else ""
        if s["quantity"] == "difference":
            return f"Differences between shares{by} ({s['groups'][0]} less {s['groups'][1]})"
        return f"Shares{by}"

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Corrected {self._what()[0].lower()}{self._what()[1:]}: {s['n_claims']:,} claims,"
            f" {s['n_coded']:,} coded, {s['method']}, {s['level']:.0%} intervals clustered by"
            f" {s['cluster']}"
        )


def table_of(records: list[dict[str, Any]], keys: list[str]) -> pd.DataFrame:
    """Records as a table with the usual columns."""
    return pd.DataFrame(records, columns=[*keys, *_MEASURES])


def _intervals(s: Mapping[str, Any]) -> str:
    """The kind of interval."""
    summed = f"from influence values summed by {s['cluster']}"
    if s["quantity"] == "difference":
        return (
            f"are t {summed}, with Welch's degrees of freedom over coded clusters; where all"
            " codes of a group are alike they are Newcombe's, from those of the two shares"
        )
    scale = "logit-t" if s["method"] in ("ppi++", "codes") else "t"
    return (
        f"are {scale} {summed}, with coded clusters - 1 degrees of freedom; where all human codes"
        " are alike, the bound is Clopper-Pearson's with clusters as trials"
    )


def _drawn(sampling: dict[str, Any] | None) -> str:
    """How the coded claims were drawn, where that is known."""
    if sampling is None:
        return ""
    strata = f" within {', '.join(sampling['by'])} ({sampling['allocation']})"
    return (
        f" They were drawn as {sampling['n']:,} {sampling['unit']}"
        f"{strata if sampling['by'] else ''} with seed {sampling['seed']}."
    )
