"""Tables of tints, levels, trees, stability and calibration, read back from their artists."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

import framing
from framing import FramingError, plots


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def ticks(labels):
    return [label.get_text() for label in labels]


# heatmap


def counted():
    claims = pd.DataFrame(
        {
            "voice": ["nato"] * 4 + ["un"] * 2,
            "doc_id": list("aabbcc"),
            "denied": [False] * 5 + [True],
        }
    )
    return framing.shares(["aid", "aid", "aid", "war", "war", "aid"], claims, cluster="doc_id")


def test_heatmap_shows_share_and_count_of_each_cell():
    ax = plots.heatmap(counted(), names={"aid": "$ help"})
    assert ticks(ax.get_yticklabels()) == [r"\$ help", "war"]
    assert ticks(ax.get_xticklabels()) == ["nato: 4 in 2", "un: 2 in 1"]
    # Of two claims of the UN one denies aid, which is not counted here.
    assert texts(ax) == ["75% (3)", "0", "25% (1)", "50% (1)"]
    assert [text.get_position() for text in ax.texts] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    np.testing.assert_allclose(ax.collections[0].get_array(), [[0.75, 0], [0.25, 0.5]])
    assert "claims in clusters (doc_id)" in ax.get_xlabel()
    assert "up to 100%" in ax.get_xlabel() or "up to 80%" in ax.get_xlabel()


def test_heatmap_hatches_what_has_no_data():
    result = counted()
    table = result.table.drop(index=result.table.query("label == 'war' and voice == 'un'").index)
    ax = plots.heatmap(dataclasses.replace(result, table=table))
    assert [(box.get_xy(), box.get_hatch()) for box in ax.patches] == [((0.5, 0.5), "////")]
    assert "hatched: no data" in ax.get_xlabel()
    assert len(texts(ax)) == 3
    assert not plots.heatmap(result).patches


def test_heatmap_says_when_numbers_do_not_fit_and_when_there_are_none():
    claims = pd.DataFrame({"voice": [f"v{i}" for i in range(90)] * 2, "doc_id": list("ab") * 90})
    result = framing.shares(["aid"] * 90 + ["war"] * 90, claims, cluster="doc_id")
    with plots.style(column="one"):
        ax = plots.heatmap(result)
    assert not texts(ax)
    assert "too small for numbers" in ax.get_xlabel()
    assert "(one column in" in ax.get_xlabel()
    empty = dataclasses.replace(result, table=result.table.iloc[:0])
    assert texts(plots.heatmap(empty)) == ["no claims to count"]
    own = plt.subplots()[1]
    assert plots.heatmap(counted(), ax=own) is own


# ladder, tree, stability


def patterns(n_samples=5, **settings):
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), [30, 24, 18, 12])
    vectors = np.eye(4, 24)[truth] + 0.15 * rng.normal(size=(84, 24))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    claims = pd.DataFrame(
        {"text": [f"{'aid war talk cost'.split()[g]} {i}" for i, g in enumerate(truth)]}
    )
    claims["doc_id"] = np.arange(84) % 11
    return framing.discover(vectors, claims, n_samples=n_samples, **settings)


@pytest.fixture(scope="module")
def found():
    return patterns()


def test_ladder_draws_each_level_and_fills_the_chosen_one(found):
    upper, lower = plots.ladder(found)
    for ax, column in ((upper, "agreement"), (lower, "information")):
        dots = [line for line in ax.lines if line.get_marker() == "o"]
        np.testing.assert_allclose([dot.get_ydata()[0] for dot in dots], found.levels[column])
        filled = [to_hex(dot.get_markerfacecolor()) != "#ffffff" for dot in dots]
        assert filled == found.levels["chosen"].tolist()
    levels = found.levels
    expected = [f"{r.level}\n{r.n_stable}/{r.n_patterns}" for r in levels.itertuples()]
    assert ticks(lower.get_xticklabels()) == expected
    assert upper.get_title(loc="left") == f"level {found.settings['level']} was chosen"
    by_hand = dataclasses.replace(found, settings={**found.settings, "level_by": "hand"})
    assert plots.ladder(by_hand)[0].get_title(loc="left").endswith("by hand")


def test_without_samples_no_stability_is_drawn():
    unmeasured = patterns(n_samples=0)
    assert texts(plots.ladder(unmeasured)[0]) == ["stability was not measured"]
    assert texts(plots.stability(unmeasured)) == ["stability was not measured"]
    ax = plots.tree(unmeasured)
    assert ticks(ax.get_legend().get_texts()) == ["not measured", "other level"]


def test_no_stable_pattern_is_said(found):
    none = dataclasses.replace(
        found, stability=found.stability.iloc[:0], labels=np.full_like(found.labels, -1),
        table=found.table.iloc[:0],
    )  # fmt: skip
    assert texts(plots.stability(none)) == ["no stable pattern"]
    ax = plots.tree(none)
    assert ticks(ax.get_legend().get_texts())[0] == "set aside"


def test_stability_draws_each_pattern_with_noise_and_thresholds(found):
    table = found.stability.assign(
        jaccard=[0.9, 0.6, 0.4, 0.8][: len(found.stability)],
        verdict=["stable", "weak", "dissolved", "stable"][: len(found.stability)],
    )
    ax = plots.stability(dataclasses.replace(found, stability=table), names={0: "$ help"})
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == table["jaccard"].tolist()
    assert [bar.get_width() for bar in ax.patches] == table["null"].tolist()
    looks = {(dot.get_fillstyle(), to_hex(dot.get_markerfacecolor())) for dot in dots}
    assert len(looks) == 3  # told apart without colour
    lines = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "None"]
    assert lines == [0.5, 0.75]
    labels = ticks(ax.get_yticklabels())
    assert labels[0] == rf"\$ help ({table['n_claims'][0]})"
    counts = table["verdict"].value_counts()
    assert f"stable ({counts['stable']})" in ticks(ax.get_legend().get_texts())


def boxes(ax):
    return [c for c in ax.collections if c.get_zorder() >= 1]


def test_tree_draws_every_pattern_of_every_level_below_its_parent(found):
    ax = plots.tree(found)
    sizes = found.levels.set_index("level")["n_patterns"]
    shown = [level for level in sizes.index if sizes[level] <= 60]
    assert ticks(ax.get_yticklabels()) == [f"level {i}: {sizes[i]}" for i in shown]
    rectangles = [path.get_extents() for box in boxes(ax) for path in box.get_paths()]
    rows = found.tree[found.tree["level"].isin(shown)]
    assert len(rectangles) == len(rows)
    assert sorted(r.width for r in rectangles) == sorted(rows["n_claims"])
    for place in range(len(shown)):
        own = sorted((r.x0, r.x1) for r in rectangles if abs((r.y0 + r.y1) / 2 - place) < 0.1)
        ends = [right for _, right in own]
        assert [left for left, _ in own] == pytest.approx([0, *ends[:-1]])  # side by side
        assert ends[-1] == len(found.labels)
    assert len(ax.patches) == len(rows[rows["level"] > 0])  # a band to each but the coarsest


def test_tree_tints_the_chosen_level_by_verdict(found):
    ax = plots.tree(found)
    legend = ticks(ax.get_legend().get_texts())
    assert legend[:-1] == [
        v for v in ("stable", "weak", "dissolved") if v in set(found.table["verdict"])
    ]
    dark = [c for c in boxes(ax) if to_hex(c.get_facecolor()[0]) == "#08519c"]
    assert len(dark) == (found.table["verdict"] == "stable").sum()
    chosen = [t for t in ax.get_yticklabels() if t.get_fontweight() == "bold"]
    assert [t.get_text().split(":")[0] for t in chosen] == [f"level {found.settings['level']}"]


def test_tree_draws_the_levels_it_is_told(found):
    ax = plots.tree(found, levels=[0, 2])
    assert len(ax.get_yticklabels()) == 2
    assert "not drawn: level 1, 3" in ax.get_xlabel().replace("\n", " ")
    with pytest.raises(FramingError, match=r"levels to be one of 0, 1, .*got 99"):
        plots.tree(found, levels=[99])
    nothing = dataclasses.replace(found, tree=found.tree.iloc[:0])
    assert texts(plots.tree(nothing)) == ["no claims to draw"]


# calibration


def bins():
    return pd.DataFrame(
        {"predicted": [0.8, 0.2, 0.5, 0.4], "observed": [0.7, 0.1, 0.5, np.nan],
         "low": [0.5, 0.0, np.nan, np.nan], "high": [0.9, 0.3, np.nan, np.nan],
         "n": [1200, 40, 3, 0]}
    )  # fmt: skip


def test_calibration_draws_every_bin_its_interval_and_its_claims():
    ax = plots.calibration(bins(), level=0.9)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(dots[0].get_xydata(), [[0.2, 0.1], [0.8, 0.7]])
    crosses = [line for line in ax.lines if line.get_marker() == "x"]
    np.testing.assert_allclose(crosses[0].get_xydata(), [[0.5, 0.5]])
    segments = ax.collections[0].get_segments()
    np.testing.assert_allclose(segments, [[(0.2, 0.0), (0.2, 0.3)], [(0.8, 0.5), (0.8, 0.9)]])
    assert texts(ax) == ["40", "3", "1,200"]
    assert "90% intervals" in ax.get_xlabel()
    assert "(bins without claims: 1)" in ax.get_xlabel()


def test_calibration_of_nothing_and_without_a_column():
    assert texts(plots.calibration(bins().iloc[:0])) == ["no claims to compare"]
    own = plt.subplots()[1]
    assert plots.calibration(bins(), ax=own) is own
    with pytest.raises(FramingError, match=r"a column of table.*got 'n'"):
        plots.calibration(bins().drop(columns="n"))
