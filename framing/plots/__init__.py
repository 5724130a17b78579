"""Draw results: each function takes what was computed and an Axes, and returns the Axes.

Nothing is computed or shown here, and no setting outlasts `style`; this is the only place that
imports matplotlib.
"""

from framing.plots.calibrated import calibration
from framing.plots.cells import heatmap
from framing.plots.colours import colours
from framing.plots.contrasts import differences
from framing.plots.corrections import corrected
from framing.plots.handling import treatment
from framing.plots.intervals import shares
from framing.plots.levels import ladder
from framing.plots.maps import pattern_map
from framing.plots.periods import over_time
from framing.plots.printing import save, style
from framing.plots.reliability import agreement, confusion
from framing.plots.semantic_axes import positions
from framing.plots.strips import strip
from framing.plots.trees import tree
from framing.plots.verdicts import stability
from framing.plots.wordshift import words

__all__ = [
    "agreement",
    "calibration",
    "colours",
    "confusion",
    "corrected",
    "differences",
    "heatmap",
    "ladder",
    "over_time",
    "pattern_map",
    "positions",
    "save",
    "shares",
    "stability",
    "strip",
    "style",
    "treatment",
    "tree",
    "words",
]
