"""Every figure with odd texts: nothing broken, nothing on top of another, nothing cut off."""

import contextlib

import pytest
from drawings import ODD, counted, found, told
from matplotlib import pyplot as plt
from overlap import cut_off, overlaps, smallest_font

from framing import plots

GROUPS = ["НАТО", "النيتو", "an official of the ministry of foreign affairs"]
CASES = {
    "odd": lambda: counted(ODD, GROUPS) | told(ODD, GROUPS) | found(ODD),
    "one": lambda: counted(["aid"], ["nato"]) | told(["aid"], ["nato"]) | found(["aid", "war"]),
}


@pytest.fixture(scope="module", params=CASES)
def drawn(request):
    return CASES[request.param]()


@pytest.mark.parametrize("look", [contextlib.nullcontext, plots.style], ids=["usual", "one column"])
def test_no_text_covers_another_or_is_cut_off(drawn, look):
    for name, draw in drawn.items():
        with look():
            ax = draw()
            assert not overlaps(ax), name
            assert not cut_off(ax), name
            assert smallest_font(ax) >= 6, name
        plt.close("all")
