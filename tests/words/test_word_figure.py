"""The figure of words, read back from its artists."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from framing import FramingError
from framing.plots.colours import colours
from framing.plots.wordshift import words
from framing.words import log_odds, word_shift

mpl.use("agg")

TEXTS = ["aid talks", "aid soon", "aid $cost", "war talks", "war soon", "war cost"] * 2
GROUPS = (["nato"] * 3 + ["x"] * 3) * 2


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_bars_are_as_long_as_z_on_either_side():
    result = word_shift(TEXTS, GROUPS, min_documents=2, documents=range(12))
    ax = words(result)
    drawn = [(bar.get_width(), to_hex(bar.get_facecolor())) for bar in ax.patches]
    chosen = colours(["nato", "x"])
    expected = [
        (z if label == "x" else -z, chosen[label])
        for label, z in zip(result.table["label"], result.table["z"], strict=True)
    ]
    assert drawn == expected


def test_words_that_do_not_pass_are_pale():
    table = pd.DataFrame(
        {"label": list("aaab"), "word": list("wxyz"), "count": 3, "count_rest": 1, "z": 2.0,
         "p_all": [0.05, 0.06, float("nan"), 0.001]}
    )  # fmt: skip
    ax = words(table)
    assert [bar.get_alpha() for bar in ax.patches] == [1, 0.35, 0.35, 1]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["p_all ≤ 0.05", "not told from chance"]
    assert words(log_odds(TEXTS, GROUPS)).get_legend() is None


def test_counts_stand_by_their_word_and_ties_on_rows_of_their_own():
    table = pd.DataFrame(
        {"label": ["a", "a", "b"], "word": ["one", "two", "$three"], "count": [4, 4, 1200],
         "count_rest": [0, 0, 3], "z": [2.0, 2.0, 1.0]}
    )  # fmt: skip
    ax = words(table)
    assert [text.get_text() for text in ax.texts] == [
        "4 : 0  one", "4 : 0  two", r"\$three  1,200 : 3",
    ]  # fmt: skip
    assert [text.xy for text in ax.texts] == [(-2.0, 0), (-2.0, 1), (1.0, 0)]
    assert (ax.get_title(loc="left"), ax.get_title(loc="right")) == ("← a", "b →")


def test_two_of_many_groups_can_be_named():
    table = log_odds([*TEXTS, "gas gas", "gas"], [*GROUPS, "y", "y"])
    ax = words(table, groups=("y", "nato"), n=1)
    assert [text.get_text() for text in ax.texts] == ["3 : 0  gas", "aid  6 : 0"]
    with pytest.raises(FramingError, match="two groups; got 3: 'nato', 'x', 'y'"):
        words(table)
    with pytest.raises(FramingError, match=r"got 'Nato'\. Did you mean 'nato'"):
        words(table, groups=("x", "Nato"))


def test_nothing_to_draw_is_said_and_given_axes_are_used():
    ax = plt.subplots()[1]
    assert words(log_odds(["a"], ["x"]), ax=ax) is ax
    assert [text.get_text() for text in ax.texts] == ["no words to compare"]
