"""Draw results: each function takes what was computed and an Axes, and returns the Axes.

Nothing is computed, saved, shown or set here; this is the only place that imports matplotlib.
"""

from framing.plots.colours import colours
from framing.plots.intervals import shares
from framing.plots.maps import pattern_map
from framing.plots.strips import strip

__all__ = ["colours", "pattern_map", "shares", "strip"]
