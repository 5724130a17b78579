"""Figures of agreement, read back from their artists."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from framing import FramingError
from framing.agreement import alpha, cohen_kappa, validity, wide_to_codes
from framing.plots.reliability import agreement, confusion

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def some_codes():
    wide = pd.DataFrame(
        {"Ann": list("aaabbbccab"), "Ben": list("aabbbbccab"), "Eve": list("aaabbaccab")}
    )
    return wide_to_codes(wide)


def marks(ax):
    return [line for line in ax.lines if line.get_marker() in ("o", "x")]


def test_agreement_draws_every_estimate_bound_and_threshold():
    result = alpha(some_codes(), by_code=True)
    ax = agreement(result)
    assert [mark.get_xdata()[0] for mark in marks(ax)] == result.table["estimate"].tolist()
    bars = [tuple(line.get_xdata()) for line in ax.lines if len(set(line.get_xdata())) == 2]
    bounded = result.table.dropna(subset=["low"])
    assert bars == list(zip(bounded["low"], bounded["high"], strict=True))
    lines = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in lines] == [0.667, 0.8]
    texts = [text.get_text() for text in ax.texts]
    assert ".800\nrely on" in texts
    assert ".667\ntentative" in texts
    assert ax.get_ylabel() == "code (times given)"
    assert ax.get_xlabel() == (
        "Krippendorff's alpha (nominal)\n"
        "(95% jackknife-t; 3 coders, 10 units with two codes or more)"
    )


def test_an_estimate_without_interval_is_a_cross_with_its_reason():
    ax = agreement(alpha(some_codes(), by_code=True), names={"c": "$c"})
    # Everybody agrees on c.
    assert [mark.get_marker() for mark in marks(ax)] == ["o", "o", "o", "x"]
    assert "perfect agreement: no interval" in [text.get_text() for text in ax.texts]
    assert r"\$c (6)" in [text.get_text() for text in ax.get_yticklabels()]
    nothing = agreement(alpha(some_codes().assign(code="a")))
    assert not marks(nothing)
    assert "no variation: all codes are alike" in [text.get_text() for text in nothing.texts]
    low, high = nothing.get_xlim()
    assert (low, high) == (0, 1)


def test_kappas_are_drawn_without_the_thresholds_of_alpha():
    codes = some_codes()
    result = cohen_kappa(codes[codes["coder"] != "Eve"])
    ax = agreement(result, ax=plt.subplots()[1])
    assert len(marks(ax)) == 1
    assert not [line for line in ax.lines if line.get_linestyle() == "--"]
    assert "95% normal" in ax.get_xlabel()


def coded():
    claims = pd.DataFrame({"doc_id": list("aabbccdd"), "voice": ["nato", "ukraine"] * 4})
    return list("ststssts"), list("ssttsstt"), claims


def test_confusion_prints_counts_and_row_shares():
    machine, human, claims = coded()
    ax = confusion(validity(machine, human, claims), names={"s": "support"})
    counts = pd.crosstab(pd.Series(human), pd.Series(machine)).to_numpy()
    wanted = [f"{n}\n{n / counts[i].sum():.0%}" for i in range(2) for n in counts[i]]
    assert [text.get_text() for text in ax.texts] == wanted
    greys = ax.images[0]
    assert greys.get_cmap().name == "Greys"
    np.testing.assert_allclose(greys.get_array(), counts / counts.sum(axis=1, keepdims=True))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["support", "t"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["support (4)", "t (4)"]
    assert ax.get_title(loc="left") == "all claims: 8 claims coded by both"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("code by the machine", "code by people (claims)")
    dark = [text.get_color() == "white" for text in ax.texts]
    assert dark == (greys.get_array().ravel() > 0.6).tolist()


def test_confusion_of_one_group():
    result = validity(*coded())
    ax = confusion(result, group="nato")
    assert ax.get_title(loc="left") == "nato: 4 claims coded by both"
    assert sum(int(text.get_text().split("\n")[0]) for text in ax.texts) == 4
    machine, human, claims = coded()
    for by, group in (
        (None, "all"),
        (["voice", "doc_id"], "all"),
        (["voice", "doc_id"], ("nato", "a")),
    ):
        assert confusion(validity(machine, human, claims, by=by), group=group).images
    with pytest.raises(FramingError, match=r"'all', 'nato', 'ukraine'; got 'natp'\. Did you mean"):
        confusion(result, group="natp")
    with pytest.raises(FramingError, match="to be one of 'all'; got 'nato'"):
        confusion(validity(machine, human, claims, by=None), group="nato")


def test_confusion_says_when_there_is_nothing_to_draw():
    machine, human, claims = coded()
    for by in (None, "voice"):
        ax = confusion(validity([None] * 8, human, claims, by=by))
        assert [text.get_text() for text in ax.texts] == ["no claims coded by both"]
    with pytest.raises(FramingError, match="claims with several"):
        confusion(validity([[code] for code in machine], human, claims))
