"""Draw results: each function takes what was computed and an Axes, and returns the Axes.

Nothing is computed, saved, shown or set here; this is the only place that imports matplotlib.
"""

from framing.plots.colours import colours
from framing.plots.contrasts import differences
from framing.plots.corrections import corrected
from framing.plots.handling import treatment
from framing.plots.intervals import shares
from framing.plots.maps import pattern_map
from framing.plots.periods import over_time
from framing.plots.reliability import agreement, confusion
from framing.plots.semantic_axes import positions
from framing.plots.strips import strip
from framing.plots.wordshift import words

__all__ = [
    "agreement",
    "colours",
    "confusion",
    "corrected",
    "differences",
    "over_time",
    "pattern_map",
    "positions",
    "shares",
    "strip",
    "treatment",
    "words",
]
