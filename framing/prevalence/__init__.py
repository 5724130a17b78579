"""How often, by whom and when: shares and differences that respect the document."""

from framing.prevalence.contrasts import Differences, difference
from framing.prevalence.estimates import Shares, shares
from framing.prevalence.handling import TREATMENTS, Treatment, treatment
from framing.prevalence.intervals import (
    Interval,
    bootstrap_t_interval,
    logit_t_interval,
    newcombe_bounds,
)
from framing.prevalence.multiple import benjamini_hochberg, holm
from framing.prevalence.periods import Periods, over_time
from framing.prevalence.regression import ShareModel, shares_model

__all__ = [
    "TREATMENTS",
    "Differences",
    "Interval",
    "Periods",
    "ShareModel",
    "Shares",
    "Treatment",
    "benjamini_hochberg",
    "bootstrap_t_interval",
    "difference",
    "holm",
    "logit_t_interval",
    "newcombe_bounds",
    "over_time",
    "shares",
    "shares_model",
    "treatment",
]
