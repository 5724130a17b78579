"""Whatever shares Axes is told apart without colour."""

import numpy as np
import pytest
from drawings import counted, found, told
from matplotlib.colors import to_rgb

from framing import plots
from framing.plots.marks import shapes


def lightness(colour):
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


GROUPS = ["nato", "russian_state", "ukraine", "us", "eu", "experts", "civilians"]


@pytest.fixture(scope="module")
def drawn():
    return counted(["aid", "war"], GROUPS) | told(GROUPS, GROUPS) | found(GROUPS)


@pytest.mark.parametrize("name", ["shares", "corrected", "positions", "over_time"])
def test_series_differ_in_shape(drawn, name):
    ax = drawn[name]()
    handles = ax.get_legend().legend_handles
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    looks = [
        (h.get_marker(), h.get_markerfacecolor())
        for h, text in zip(handles, names, strict=True)
        if text != "background"
    ]
    assert len(set(looks)) == len(looks)
    used = {line.get_marker() for line in ax.lines} - {"None", "x"}
    assert {marker for marker, _ in looks} >= used


def test_patterns_on_a_map_differ_in_shape(drawn):
    ax = drawn["pattern_map"]()
    paths = [tuple(map(tuple, points.get_paths()[0].vertices)) for points in ax.collections[1:]]
    assert len(set(paths)) == len(GROUPS)


@pytest.mark.parametrize("name", ["treatment", "strip"])
def test_areas_differ_in_hatching_or_lightness(drawn, name):
    handles = drawn[name]().get_legend().legend_handles
    looks = [(h.get_hatch() or "", lightness(h.get_facecolor())) for h in handles]
    for i, (hatch, light) in enumerate(looks):
        for other, its in looks[:i]:
            assert hatch != other or abs(light - its) > 0.1


def test_shapes_go_round_after_nine_out_of_step_with_colours():
    names = list(range(90))
    colour, shape = plots.colours(names), shapes(names)
    assert len({(colour[name], shape[name]) for name in names}) == 90
    assert "x" not in shape.values()  # that is an estimate without an interval
