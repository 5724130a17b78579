"""Legends stand where there is room, and make room where there is none."""

import pytest
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from overlap import cut_off, overlaps

from framing import plots
from framing.plots.marks import legend_below, legend_beside
from framing.plots.text import new_axes


def named(ax, n=2):
    ax.set_yticks(range(n), ["a name"] * n)
    ax.set_xlabel("share of claims")
    return ax


def lines(n):
    return [Line2D([], []) for _ in range(n)]


def columns(ax):
    return len({round(text.get_window_extent().x0) for text in ax.get_legend().get_texts()})


def test_a_legend_stands_beside_in_a_wide_figure_and_below_in_a_narrow_one():
    wide = named(new_axes(None, 3))
    legend_beside(wide, lines(2), ["nato", "un"], title="claims")
    wide.figure.draw_without_rendering()
    assert wide.get_legend().get_window_extent().x0 > wide.bbox.x1
    with plots.style():
        narrow = named(new_axes(None, 3))
        legend_beside(narrow, lines(2), ["nato", "un"], title="claims")
        narrow.figure.draw_without_rendering()
    legend = narrow.get_legend().get_window_extent()
    assert legend.y1 < narrow.xaxis.label.get_window_extent().y0
    assert legend.x1 == pytest.approx(narrow.bbox.x1, abs=1)


def test_long_names_go_below():
    ax = named(new_axes(None, 3))
    legend_beside(ax, lines(1), ["a name that takes more than a third of the line"], title="")
    ax.figure.draw_without_rendering()
    assert ax.get_legend().get_window_extent().y1 < ax.bbox.y0


def test_columns_are_as_many_as_fit_beside_what_stands_on_the_right():
    texts = ["contradicted", "distanced", "endorsed", "rejected", "relayed"]
    with plots.style():
        free, taken = (named(new_axes(None, 3)) for _ in range(2))
        taken.text(1.01, 0.5, "a long remark beside", transform=taken.transAxes)
        for ax in (free, taken):
            legend_below(ax, lines(5), texts, grow=True)
            assert not cut_off(ax)
    assert columns(free) > columns(taken)


def test_a_figure_grows_for_its_legend_only_where_it_is_told_to():
    ax = named(new_axes(None, 2))
    height = ax.figure.get_figheight()
    legend_below(ax, lines(1), ["nato"])
    assert ax.figure.get_figheight() == height
    legend_below(ax, lines(30), [f"a name of middling length {i}" for i in range(30)], grow=True)
    assert ax.figure.get_figheight() > height + 1
    assert not overlaps(ax)
    assert not cut_off(ax)
    beside = named(new_axes(None, 2))
    legend_beside(beside, lines(30), [f"n{i}" for i in range(30)], title="", grow=True)
    assert not cut_off(beside)
    plt.close("all")
