"""Estimates that stay valid though the machine errs: its labels, put right by a human sample."""

from framing.correct.cells import corrected_cells
from framing.correct.differences import corrected_difference
from framing.correct.estimates import corrected_shares
from framing.correct.planning import Plan, plan_sample
from framing.correct.result import Corrected

__all__ = [
    "Corrected",
    "Plan",
    "corrected_cells",
    "corrected_difference",
    "corrected_shares",
    "plan_sample",
]
