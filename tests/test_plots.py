"""Figures, read back from their artists."""

import dataclasses

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

import framing
from framing import FramingError, plots, shares
from framing.projection import project

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def claims():
    return pd.DataFrame(
        {
            "doc_id": ["a", "a", "b", "b", "c", "c", "c"],
            "voice": ["nato", "nato", "nato", "russian_state", "russian_state", "nato", "nato"],
            "denied": [False, True, False, False, False, False, False],
            "label": ["aid", "war", "aid", "war", "war", "war", "aid"],
        }
    )


def dots(ax):
    return [line for line in ax.lines if line.get_marker() in ("o", "s", "x")]


def test_shares_draws_every_estimate_and_bound(claims):
    result = shares(claims["label"], claims, cluster="doc_id")
    ax = plots.shares(result)
    table = result.table[~result.table["denied"] | (result.table["count"] > 0)]
    assert sorted(float(dot.get_xdata()[0]) for dot in dots(ax)) == sorted(table["estimate"])
    bars = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2]
    drawn = {tuple(np.round(bar, 9)) for bar in bars} - {(0, 1)}  # less the ruling lines
    bounded = table.dropna(subset=["low"])
    assert drawn == set(zip(bounded["low"].round(9), bounded["high"].round(9), strict=True))


def test_shares_shows_denominators_and_what_the_interval_is(claims):
    ax = plots.shares(shares(claims["label"], claims, cluster="doc_id"))
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["nato: 5 in 3", "russian_state: 2 in 2", "hollow: denied"]
    assert ax.get_xlabel() == "share of claims (95% interval, clusters: doc_id)"
    hollow = [dot for dot in dots(ax) if dot.get_markerfacecolor() == "white"]
    assert [dot.get_xdata()[0] for dot in hollow] == [0.2]


def test_a_share_without_interval_is_a_cross(claims):
    one = claims[claims["doc_id"] == "a"]
    ax = plots.shares(shares(one["label"], one, cluster="doc_id"))
    assert {dot.get_marker() for dot in dots(ax)} == {"x"}


def test_colours_are_the_same_in_every_figure():
    alone, among = plots.colours(["nato"]), plots.colours(["aaa", "nato", "zzz"])
    assert alone["nato"] == among["nato"]
    assert plots.colours([3])[3] == plots.colours(range(9))[3]
    assert plots.colours([-1])[-1] == "#9a9a9a"
    own = plots.colours(["x", "y", "z"])
    assert len(set(own.values())) == 3


def test_nothing_to_draw_is_said():
    empty = pd.DataFrame({"doc_id": [], "voice": []})
    ax = plots.shares(shares([], empty, cluster="doc_id"))
    assert [text.get_text() for text in ax.texts] == ["no claims to count"]


def found_patterns(n=24):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(n, 8)).astype(np.float32)
    vectors[: n // 2, 0] += 9
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    claims = pd.DataFrame({"text": [f"{'aid' if i < n // 2 else 'war'} {i}" for i in range(n)]})
    return framing.discover(vectors, claims, n_samples=0), vectors


def test_pattern_map_draws_every_claim_where_it_is_told():
    patterns, vectors = found_patterns()
    positions = project(vectors)
    ax = plots.pattern_map(patterns, positions, names={0: "$0 talks"})
    drawn = np.vstack([points.get_offsets() for points in ax.collections])
    assert sorted(map(tuple, drawn)) == sorted(map(tuple, positions))
    assert r"\$0 talks" in [text.get_text() for text in ax.texts]
    assert "24 claims" in ax.get_title(loc="left")


def test_projection_does_not_depend_on_row_order():
    _, vectors = found_patterns()
    order = np.random.default_rng(3).permutation(len(vectors))
    np.testing.assert_array_equal(project(vectors)[order], project(vectors[order]))


def test_projection_and_map_refuse_what_does_not_fit():
    patterns, vectors = found_patterns()
    with pytest.raises(FramingError, match=r"shape \(24, 2\).*got shape \(24, 8\)"):
        plots.pattern_map(patterns, vectors)
    with pytest.raises(FramingError, match="at least 4 different vectors; got 1"):
        project(np.ones((9, 3), dtype=np.float32))


def article():
    sentences = pd.DataFrame(
        {
            "doc_id": "a",
            "start": [0, 20, 60],
            "end": [18, 58, 100],
            "text": ["A title", "An official said it was so.", "It rained."],
            "position": ["title", "lead", "body"],
        }
    )
    claims = pd.DataFrame(
        {
            "doc_id": "a",
            "start": [0, 40, 60],
            "end": [18, 58, 100],
            "voice": ["narration", "nato", "narration"],
            "chain": [[], ["an official", "the wire"], []],
            "denied": [False, True, False],
        }
    )
    return sentences, claims


def test_strip_colours_each_claim_by_voice_at_its_place():
    sentences, claims = article()
    ax = plots.strip(sentences, claims)
    bars = [
        (round(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_width(),
         to_hex(bar.get_facecolor()))
        for bar in ax.patches
    ]  # fmt: skip
    nato, narration = plots.colours(["nato"])["nato"], plots.colours(["narration"])["narration"]
    assert (1, 20, 18, nato) in bars
    assert (0, 0, 18, narration) in bars
    assert (2, 0, 40, narration) in bars
    assert [bar.get_hatch() for bar in ax.patches if to_hex(bar.get_facecolor()) == nato] == [
        "////"
    ]
    assert "an official < the wire" in [text.get_text() for text in ax.texts]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["narration (2)", "nato (1)", "denied"]


def test_strip_takes_one_document():
    sentences, claims = article()
    two = pd.concat([sentences, sentences.assign(doc_id="b")])
    with pytest.raises(FramingError, match="2 documents: 'a', 'b'"):
        plots.strip(two, claims)


def test_figures_draw_into_the_axes_they_are_given(claims):
    ax = plt.subplots()[1]
    result = shares(claims["label"], claims, cluster="doc_id")
    assert plots.shares(result, ax=ax) is ax
    assert plots.strip(*article(), ax=plt.subplots()[1]).figure is not ax.figure
    assert dataclasses.is_dataclass(result)


def test_odd_texts_are_drawn_as_they_stand(claims, tmp_path):
    odd = claims.assign(label=["$x_{", "Киев", "a" * 200, "שלום", "e\u0301", "$x_{", "Киев"])
    ax = plots.shares(shares(odd["label"], odd, cluster="doc_id"))
    ax.figure.savefig(tmp_path / "odd.svg")
    assert all(len(text.get_text()) < 40 for text in ax.get_yticklabels())
