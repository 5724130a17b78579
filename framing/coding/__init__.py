"""People code claims in the notebook; every code is kept on disk, and disagreements are settled."""

from framing.coding.journal import Journal
from framing.coding.main import code_claims
from framing.coding.order import second_share
from framing.coding.reliability import reliability_view
from framing.coding.taking import take_in
from framing.coding.tasks import judge_tasks, task_answers

__all__ = [
    "Journal",
    "code_claims",
    "judge_tasks",
    "reliability_view",
    "second_share",
    "take_in",
    "task_answers",
]
