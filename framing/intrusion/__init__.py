"""Whether people see what holds a pattern together: tasks for judges, and their scores."""

from framing.intrusion.assignment import assignment_tasks
from framing.intrusion.intruders import intrusion_tasks
from framing.intrusion.scores import IntrusionScores, intrusion_scores
from framing.intrusion.tasks import Tasks

__all__ = ["IntrusionScores", "Tasks", "assignment_tasks", "intrusion_scores", "intrusion_tasks"]
