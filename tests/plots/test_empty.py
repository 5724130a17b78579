"""Nothing to draw is said, on whatever Axes; a group without claims is no reason to fail."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from drawings import claims_of, emptied
from matplotlib import pyplot as plt

import framing
from framing import plots
from framing.agreement import alpha, validity, wide_to_codes
from framing.axes import positions, semantic_axis
from framing.correct import corrected_shares
from framing.prevalence import difference, over_time

CLAIMS = claims_of(["aid", "war"], ["nato", "un"])
SENTENCES = pd.DataFrame(columns=["doc_id", "start", "end", "text", "position"])
SAID = pd.DataFrame(columns=["doc_id", "start", "end", "voice", "chain", "denied"])


def shares():
    return framing.shares(CLAIMS["label"], CLAIMS, cluster="doc_id")


def unreliable():
    return alpha(wide_to_codes(pd.DataFrame({"Ann": list("ab"), "Ben": list("ab")})))


def placed():
    axis = semantic_axis(["a"], ["b"], vectors=([[1.0, 0]], [[0, 1.0]]))
    vectors = np.random.default_rng(0).normal(size=(len(CLAIMS), 2))
    return positions(vectors, axis, CLAIMS, cluster="doc_id", n_permutations=99)


def compared():
    return difference(CLAIMS["label"], CLAIMS, between="voice", cluster="doc_id", n_permutations=99)


NOTHING = {
    "no claims to count": [
        lambda ax: plots.shares(emptied(shares()), ax=ax),
        lambda ax: plots.heatmap(emptied(shares()), ax=ax),
    ],
    "no labels to compare": [lambda ax: plots.differences(emptied(compared()), ax=ax)],
    "no codes to compare": [lambda ax: plots.agreement(emptied(unreliable()), ax=ax)],
    "no words to compare": [
        lambda ax: plots.words(pd.DataFrame(columns=["label", "word", "z"]), ax=ax)
    ],
    "no claims to place": [lambda ax: plots.positions(emptied(placed()), ax=ax)],
    "no sentences to draw": [lambda ax: plots.strip(SENTENCES, SAID, ax=ax)],
    "no claims coded by both": [
        lambda ax: plots.confusion(validity([None] * 6, CLAIMS["label"], CLAIMS), ax=ax)
    ],
    "nothing to draw": [
        lambda ax: plots.corrected(
            corrected_shares([], None, CLAIMS.iloc[:0], cluster="doc_id"), ax=ax
        )
    ],
}


@pytest.mark.parametrize("message", NOTHING)
@pytest.mark.parametrize("given", [True, False])
def test_it_is_said_on_axes_that_are_given_and_on_new_ones(message, given):
    for draw in NOTHING[message]:
        own = plt.subplots()[1] if given else None
        ax = draw(own)
        assert own is None or ax is own
        assert [text.get_text() for text in ax.texts] == [message]
        ax.figure.canvas.draw()


def test_periods_without_claims_are_said_above():
    result = over_time(CLAIMS["label"], CLAIMS, cluster="doc_id", every="month")
    upper, lower = plots.over_time(emptied(result))
    assert [text.get_text() for text in upper.texts] == ["no claims to count"]
    assert not lower.axison


def test_a_group_without_claims_and_one_without_an_interval_are_drawn():
    table = shares().table
    row = table.iloc[[0]].assign(
        voice="eu", estimate=np.nan, low=np.nan, high=np.nan, count=0, n_claims=0, n_clusters=0,
        note="no claims",
    )  # fmt: skip
    result = dataclasses.replace(shares(), table=pd.concat([table, row], ignore_index=True))
    ax = plots.shares(result)
    ax.figure.canvas.draw()
    assert "eu: 0 in 0" in [text.get_text() for text in ax.get_legend().get_texts()]
    ax = plots.heatmap(result)
    assert "hatched: no data" in ax.get_xlabel()
    assert len(ax.patches) == 2  # neither label has data in that group
