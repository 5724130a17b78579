"""Forty patterns, codes, outlets or groups: the figures grow, and their texts stay apart."""

import functools

import pytest
from drawings import FORTY, counted, found, told
from matplotlib import pyplot as plt
from overlap import cut_off, overlaps

from framing import plots

CASES = {
    "labels": lambda: counted(FORTY, ["nato", "un"]),
    "sentences": lambda: told(FORTY, ["nato", "un"]),
    "patterns": lambda: found(FORTY),
    "groups": lambda: counted(["aid", "war"], FORTY),
}


@functools.cache
def drawings(case):
    return CASES[case]()


@pytest.mark.parametrize("case", CASES)
def test_forty_are_kept_apart_in_one_column(case):
    for name, draw in drawings(case).items():
        with plots.style():
            ax = draw()
            assert not overlaps(ax), name
            assert not cut_off(ax), name
        plt.close("all")


def test_forty_are_kept_apart_in_the_usual_figure():
    for case, name in (("groups", "heatmap"), ("labels", "over_time"), ("patterns", "pattern_map")):
        ax = drawings(case)[name]()
        assert not overlaps(ax), name
        assert not cut_off(ax), name
