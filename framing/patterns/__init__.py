"""Recurring claims: groups that are found again in samples of the documents."""

from framing.patterns.copies import copy_groups
from framing.patterns.result import Patterns
from framing.patterns.search import discover
from framing.patterns.siblings import sibling_words
from framing.patterns.stability import prediction_strength

__all__ = ["Patterns", "copy_groups", "discover", "prediction_strength", "sibling_words"]
