"""Semantic axes: where groups stand between two opposite poles."""

from framing.axes.places import Positions, positions
from framing.axes.poles import Axis, semantic_axis
from framing.axes.projecting import projections

__all__ = ["Axis", "Positions", "positions", "projections", "semantic_axis"]
