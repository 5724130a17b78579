"""The figure of corrected numbers, read back from its artists."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from noisy import as_labels, corpus, drawn, worked_example

from framing.correct import corrected_difference, corrected_shares
from framing.plots.corrections import corrected

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def two_voices(seed=0):
    rng = np.random.default_rng(seed)
    claims = corpus(rng)
    claims["voice"] = np.where(claims["doc_id"] < "d030", "nato", "un")
    return claims, claims["truth"].where(drawn(rng, claims, 150))


def dots(ax, *, hollow):
    found = [line for line in ax.lines if line.get_marker() in ("o", "s", "x")]
    return [line for line in found if (line.get_markerfacecolor() == "white") == hollow]


def places(lines):
    return sorted((float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines)


def test_every_naive_and_corrected_number_is_drawn_side_by_side():
    claims, human = two_voices()
    result = corrected_shares(
        claims["machine"], human, claims, by="voice", cluster="doc_id", inclusion=None
    )
    ax = corrected(result)
    naive, better = places(dots(ax, hollow=True)), places(dots(ax, hollow=False))
    assert [x for x, _ in naive] == sorted(result.table["naive"])
    assert [x for x, _ in better] == sorted(result.table["estimate"])
    assert sorted(y for _, y in naive) == sorted(y for _, y in better)
    bars = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    drawn_bars = {bar for bar in bars if bar != (0, 1)}  # less the ruling lines
    assert drawn_bars == set(zip(result.table["low"], result.table["high"], strict=True))


def test_it_says_what_was_coded_and_what_is_hollow():
    claims, human = two_voices()
    result = corrected_shares(
        claims["machine"], human, claims, by="voice", cluster="doc_id", inclusion=None
    )
    ax = corrected(result, names={"aid": "$ aid"})
    coded = human.notna().groupby(claims["voice"]).sum()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        f"nato: {coded['nato']} coded, 300 by machine",
        f"un: {coded['un']} coded, 300 by machine",
        "hollow: machine alone",
    ]
    assert ax.get_xlabel() == "share of claims (95% interval, clusters: doc_id)"
    assert [text.get_text() for text in ax.get_yticklabels()] == [r"\$ aid", "war"]


def test_an_estimate_below_0_is_in_sight_and_one_without_interval_a_cross():
    machine, human, coded, claims = worked_example(n_positive=50)
    result = corrected_shares(
        as_labels(machine), as_labels(human, coded), claims, cluster="doc_id", method="acc"
    )
    ax = corrected(result)
    assert ax.get_xlim()[0] == pytest.approx(-0.1)
    uncorrected = corrected_shares(as_labels(machine), None, claims, cluster="doc_id")
    crossed = corrected(uncorrected)
    assert {line.get_marker() for line in dots(crossed, hollow=False)} == {"x"}
    assert crossed.get_xlim()[0] == 0


def test_differences_have_a_line_at_0():
    claims, human = two_voices()
    result = corrected_difference(
        claims["machine"], human, claims, between="voice", groups=("nato", "un"),
        cluster="doc_id", inclusion=None,
    )  # fmt: skip
    ax = corrected(result)
    assert ax.get_xlabel() == "difference of shares (95% interval, clusters: doc_id)"
    assert ax.get_legend().get_texts()[0].get_text() == "nato less un: 150 coded, 600 by machine"
    assert [0, 0] in [list(line.get_xdata()) for line in ax.lines]
    assert ax.get_xlim()[0] <= result.table["low"].min()


def test_nothing_to_draw_is_said():
    empty = pd.DataFrame({"claim_id": [], "doc_id": []})
    ax = corrected(corrected_shares([], None, empty, cluster="doc_id"))
    assert [text.get_text() for text in ax.texts] == ["nothing to draw"]
