"""Semantic axes: the toy example by hand, exact tests, laws, faults, the figure."""

import dataclasses
import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import framing.encoder
from framing import FramingError
from framing.axes import positions, projections, semantic_axis
from framing.axes.contrast import MeanContrasts, _normal
from framing.permutation import cells_of, exchanged, family_p
from framing.plots.semantic_axes import positions as draw

mpl.use("agg")

# A toy space of three dimensions, with the counts of its words in two groups.
WORDS = {"war": (-3, 4, 0), "peace": (4, 3, 0), "talks": (0, 0, 2), "attack": (-4, 0, 3)}
USED = {"A": {"war": 3, "attack": 2, "talks": 1}, "B": {"peace": 4, "talks": 2, "war": 1}}


def axis_of(positive=((1, 0, 0),), negative=((-1, 0, 0),), **settings):
    texts = [f"good {i}" for i in range(len(positive))], [f"bad {i}" for i in range(len(negative))]
    names = settings.pop("names", ("good", "bad"))
    return semantic_axis(*texts, vectors=(positive, negative), names=names, **settings)


def toy():
    rows = [
        {"voice": voice, "word": word, "doc_id": f"{voice}{place % 2}"}
        for voice, used in USED.items()
        for word, n in used.items()
        for place in range(n)
    ]
    claims = pd.DataFrame(rows)
    return claims, np.array([WORDS[word] for word in claims["word"]], dtype=float)


def found(result, **where):
    table = result.table
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_bias_and_intensity_match_the_worked_example():
    claims, vectors = toy()
    result = positions(vectors, axis_of(), claims, cluster="doc_id", centred=False)
    known = {
        ("A", "bias"): -17 / 30,
        ("B", "bias"): 13 / 35,
        ("A", "intensity"): 0.3273767258382643,
        ("B", "intensity"): 0.4666441251056636,
    }
    for (voice, measure), value in known.items():
        row = found(result, voice=voice, measure=measure)
        assert row["estimate"] == pytest.approx(value, rel=1e-12)
    assert found(result, voice="A", measure="bias")["background"] == pytest.approx(
        -4 / 65, rel=1e-12
    )


def test_projections_are_cosines():
    vectors = np.array([(1, 0, 0), (-1, 0, 0), *WORDS.values()], dtype=np.float32)
    np.testing.assert_allclose(
        projections(vectors, axis_of(), centred=False)[:, 0],
        [1, -1, -0.6, 0.8, 0, -0.8],
        atol=1e-12,
    )


def test_reliability_is_the_mean_of_all_split_halves():
    rng = np.random.default_rng(0)
    pairs = rng.normal(size=(6, 5)) + np.array([2, 0, 0, 0, 0])
    above = pairs / np.linalg.norm(pairs, axis=1, keepdims=True)
    axis = axis_of(above, -above)
    halves = []
    for taken in itertools.combinations(range(6), 3):
        rest = sorted(set(range(6)) - set(taken))
        one, two = above[list(taken)].sum(axis=0), above[rest].sum(axis=0)
        # Rulon's split-half coefficient: what the halves do not share over the whole.
        halves.append(1 - ((one - two) ** 2).sum() / ((one + two) ** 2).sum())
    assert axis.reliability == pytest.approx(np.mean(halves), rel=1e-12)


def test_random_poles_hold_no_axis_and_planted_ones_do():
    rng = np.random.default_rng(1)
    noise = [axis_of(*rng.normal(size=(2, 8, 300))).reliability for _ in range(20)]
    assert abs(np.mean(noise)) < 0.1
    shift = np.zeros(300)
    shift[0] = 10
    above, below = rng.normal(size=(8, 300)) + shift, rng.normal(size=(5, 300)) - shift
    assert axis_of(above, below).reliability > 0.8


def test_axis_tells_its_poles_and_its_doubts():
    axis = axis_of()
    assert np.isnan(axis.reliability)
    assert axis.note == "a pole of one text: reliability unknown"
    assert repr(axis) == (
        "Axis('bad – good', 1 and 1 texts, reliability unknown, cosine of the poles -1.00)"
    )
    alike = axis_of([(1, 0.2, 0), (1, 0.3, 0)], [(1, 0, 0.2), (1, 0, 0.3)])
    assert alike.note == f"poles nearly alike (cosine {alike.pole_cosine:.2f})"
    named = semantic_axis(["a " * 30, "b"], ["c", "d"], vectors=(np.eye(2), -np.eye(2)))
    assert named.negative == "c"
    assert len(named.positive) <= 32


def test_texts_are_embedded_with_the_given_encoder(monkeypatch):
    seen = []

    def embed(texts, *, encoder):
        seen.append((texts, encoder))
        return np.eye(2, dtype=np.float32)[[len(seen) - 1] * len(texts)]

    monkeypatch.setattr(framing.encoder, "embed", embed)
    axis = semantic_axis(("talks", "truce"), ["war"], encoder="mine")
    assert seen == [(["talks", "truce"], "mine"), (["war"], "mine")]
    np.testing.assert_allclose(axis.vector, np.array([1, -1]) / np.sqrt(2))


# Documents as (claims, claims with the frame), for three frames; the first four are of group A.
SIZES = np.array([10, 5, 8, 12, 9, 20, 6, 15.0])
FRAMES = np.array([[4, 1, 3, 2, 1, 2, 0, 3], [1, 2, 1, 3, 4, 7, 3, 6], [3, 1, 2, 4, 2, 6, 2, 4.0]])


def test_the_test_of_means_matches_the_exact_studentised_example():
    cells = cells_of(np.arange(8), np.repeat([0, 1], 4))
    contrasts = MeanContrasts(cells, SIZES, FRAMES.T)
    t = contrasts.t((cells.group == 0)[:, None])[:, 0]
    np.testing.assert_allclose(
        np.abs(t), [2.2281408877181708, 3.2567887287676824, 0.18329689426306583], rtol=1e-10
    )
    one_family = np.zeros((1, 3), dtype=int)
    p, p_all = contrasts.p_values([0], t[None], one_family, n_permutations=999, seed=0)
    np.testing.assert_allclose(p[0] * 70, [6, 2, 60])
    np.testing.assert_allclose(p_all[0] * 70, [10, 4, 70])


def plain_t(document, group, sizes, sums):
    """The same statistic document by document."""
    names = np.unique(document)
    table = np.zeros((2, 2, len(names)))  # side, (size, sum), document
    for d, g, n, s in zip(document, group, sizes, sums, strict=True):
        table[int(g != 0), :, np.searchsorted(names, d)] += (n, s)
    means = table[:, 1].sum(axis=1) / table[:, 0].sum(axis=1)
    influence = (table[:, 1] - means[:, None] * table[:, 0]) / table[:, 0].sum(axis=1)[:, None]
    n = (table[:, 0] > 0).sum(axis=1)
    scaled = np.sqrt(n / (n - 1))[:, None] * influence
    return (means[0] - means[1]) / np.sqrt(((scaled[0] - scaled[1]) ** 2).sum())


def test_groups_that_share_documents_are_tested_on_differences_within_them():
    rng = np.random.default_rng(4)
    document = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 5])
    group = np.array([0, 1, 2, 0, 1, 0, 2, 0, 1, 2])
    sizes, sums = rng.integers(1, 9, 10).astype(float), rng.normal(size=10) + 50
    cells = cells_of(document, group)
    contrasts = MeanContrasts(cells, sizes, sums[:, None])
    ways = np.concatenate(list(exchanged(cells, 999, seed=0, chunk=99)[0]), axis=1)
    assert ways.shape[1] == 6 * 2 * 2 * 6
    expected = [plain_t(document, way, sizes, sums) for way in ways.T]
    np.testing.assert_allclose(contrasts.t(ways == 0)[0], expected, rtol=1e-9)


def test_type_one_error_where_voices_share_documents():
    rng = np.random.default_rng(0)
    document, group = np.repeat(np.arange(25), 2), np.tile([0, 1], 25)
    cells = cells_of(document, group)
    passed = []
    for seed in range(150):
        n = 1 + rng.poisson(np.where(group == 0, 9, 2)).astype(float)
        places = rng.normal(size=25)[document] + rng.normal(size=50)
        sums = n * places + rng.normal(size=50) * np.sqrt(n)
        contrasts = MeanContrasts(cells, n, sums[:, None])
        t = contrasts.t((group == 0)[:, None]).T
        p, _ = contrasts.p_values([0], t, np.zeros((1, 1), int), n_permutations=99, seed=seed)
        passed.append(p[0, 0] <= 0.05)
    assert 0.01 <= np.mean(passed) <= 0.09


def planted(n=60, dims=6, seed=0):
    rng = np.random.default_rng(seed)
    claims = pd.DataFrame({"voice": np.tile(list("abc"), n // 3), "doc_id": np.arange(n) // 4})
    vectors = rng.normal(size=(n, dims)) + 3
    vectors[claims["voice"] == "a", 0] += 3
    return claims, vectors


AXES = [
    axis_of(np.eye(6)[:1], -np.eye(6)[:1]),
    axis_of(np.eye(6)[1:3], -np.eye(6)[1:3], names=("costs", "gains")),
]


def test_a_planted_difference_is_found_and_no_other():
    claims, vectors = planted()
    result = positions(vectors, AXES, claims, cluster="doc_id", n_permutations=199)
    bias = result.table[result.table["measure"] == "bias"].set_index(["label", "voice"])
    assert bias.loc[("bad – good", "a"), "p_all"] < 0.05
    assert bias.loc[("bad – good", "a"), "estimate"] > bias["background"].iloc[0]
    assert (bias.loc["gains – costs", "p_all"] > 0.05).all()
    assert result.table["label"].unique().tolist() == ["bad – good", "gains – costs"]


def test_bias_and_intensity_are_families_of_their_own():
    # Two groups mirror one another, so that a family of one axis holds a single test.
    claims, vectors = planted()
    claims["voice"] = np.where(claims["doc_id"] % 2, "a", "b")
    table = positions(vectors, AXES[0], claims, cluster="doc_id", n_permutations=199).table
    pd.testing.assert_series_equal(table["p_all"], table["p"], check_names=False)


def test_a_group_of_few_documents_does_not_hide_the_others():
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], [3, 30, 30])
    cells = cells_of(np.arange(63), group)
    places = rng.normal(size=63) + 1.3 * (group == 1)
    contrasts = MeanContrasts(cells, np.ones(63), places[:, None])
    t = np.stack([contrasts.t((group == name)[:, None])[:, 0] for name in range(3)])
    p, p_all = contrasts.p_values([0, 1, 2], t, np.zeros((3, 1), int), n_permutations=999, seed=0)
    assert p[1, 0] <= 0.01
    assert p_all[1, 0] <= 0.03
    # The scale of the normal, as tables have it: t of 2 and 30 degrees at the two-sided .05.
    np.testing.assert_allclose(
        _normal(np.array([4.302652729911275, -2.0422724563012373]), np.array([2, 30])),
        1.959963984540054,
        rtol=0.02,
    )


def test_swapped_poles_mirror_the_bias_and_leave_the_test():
    claims, vectors = planted()
    one = positions(vectors, AXES[0], claims, cluster="doc_id").table
    swapped = axis_of(-np.eye(6)[:1], np.eye(6)[:1])
    two = positions(vectors, swapped, claims, cluster="doc_id").table
    bias = one["measure"] == "bias"
    np.testing.assert_allclose(one.loc[bias, "estimate"], -two.loc[bias, "estimate"])
    np.testing.assert_allclose(one.loc[bias, "low"], -two.loc[bias, "high"])
    np.testing.assert_allclose(one.loc[~bias, "estimate"], two.loc[~bias, "estimate"])
    pd.testing.assert_series_equal(one["p_all"], two["p_all"])


def test_row_order_changes_nothing():
    claims, vectors = planted()
    order = np.random.default_rng(2).permutation(len(claims))
    one = positions(vectors, AXES, claims, cluster="doc_id", n_permutations=99)
    two = positions(vectors[order], AXES, claims.iloc[order], cluster="doc_id", n_permutations=99)
    pd.testing.assert_frame_equal(one.table, two.table, rtol=1e-9)


def test_a_direction_common_to_all_vectors_is_taken_off():
    claims, vectors = planted()
    one = positions(vectors, AXES, claims, cluster="doc_id", n_permutations=99).table
    moved = positions(vectors + 100, AXES, claims, cluster="doc_id", n_permutations=99).table
    pd.testing.assert_frame_equal(one, moved, rtol=1e-6)
    kept = positions(vectors, AXES, claims, cluster="doc_id", n_permutations=99, centred=False)
    assert kept.table["background"].iloc[0] > one["background"].iloc[0] + 0.3


def test_another_corpus_can_be_the_background():
    claims, vectors = planted()
    other = np.random.default_rng(9).normal(size=(500, 6)) + 3
    result = positions(vectors, AXES[0], claims, cluster="doc_id", background=other)
    assert result.settings["background"] == "500 other texts"
    assert found(result, voice="a", measure="bias")["background"] == pytest.approx(0, abs=0.06)
    places = projections(vectors, AXES[0], background=other)[:, 0]
    assert found(result, voice="a", measure="bias")["estimate"] == pytest.approx(
        places[claims["voice"] == "a"].mean()
    )


def test_interval_is_the_t_interval_of_document_means_where_documents_are_equal():
    claims = pd.DataFrame({"voice": "a", "doc_id": np.repeat(list("uvwxy"), 2)})
    places = np.array([0.1, 0.3, 0.2, 0.2, 0.5, 0.1, 0.0, 0.2, 0.4, 0.6])
    vectors = np.stack([places, np.sqrt(1 - places**2)], axis=1)
    axis = axis_of([(1, 0)], [(-1, 0)])
    result = positions(vectors, axis, claims, cluster="doc_id", centred=False)
    means = places.reshape(5, 2).mean(axis=1)
    half = 2.7764451051977987 * means.std(ddof=1) / np.sqrt(5)  # t(.975; 4)
    row = found(result, measure="bias")
    np.testing.assert_allclose(
        [row["low"], row["high"]], [means.mean() - half, means.mean() + half], rtol=1e-10
    )
    assert row["note"] == "no other group: no test"
    intensity = found(result, measure="intensity")
    assert intensity["method"] == "log-t"
    assert 0 < intensity["low"] < intensity["estimate"] < intensity["high"]


def test_a_group_of_one_document_has_a_value_and_nothing_else():
    claims, vectors = planted()
    claims.loc[claims["voice"] == "c", "doc_id"] = 99
    result = positions(vectors, AXES[0], claims, cluster="doc_id", n_permutations=99)
    row = found(result, voice="c", measure="bias")
    assert np.isfinite(row["estimate"])
    assert np.isnan(row[["low", "high", "t", "p", "p_all"]].astype(float)).all()
    assert row["note"] == "one cluster: no interval; one document: no test"
    assert np.isfinite(found(result, voice="a", measure="bias")["p"])


def test_equal_places_give_no_zero_width_interval_and_no_difference():
    claims = pd.DataFrame({"voice": list("aabb"), "doc_id": list("uvwx")})
    vectors = np.array([[0.1, 0.3]] * 4)
    axis = axis_of([(1, 0)], [(-1, 0)])
    table = positions(vectors, axis, claims, cluster="doc_id", centred=False).table
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["note"]) == {"no spread between clusters: no interval"}
    assert (table["t"] == 0).all()
    assert (table["p"] == 1).all()


def test_groups_that_differ_without_any_spread_have_an_infinite_t():
    cells = cells_of(np.arange(6), np.repeat([0, 1], 3))
    contrasts = MeanContrasts(cells, np.ones(6), np.array([[2.0] * 3 + [1.0] * 3]).T)
    t = contrasts.t((cells.group == 0)[:, None]).T
    assert t[0, 0] == np.inf
    p, _ = contrasts.p_values([0], t, np.zeros((1, 1), int), n_permutations=99, seed=0)
    assert p[0, 0] == pytest.approx(2 / 20)
    # The same within documents that differ from one another by amounts that do not add up exactly.
    cells = cells_of(np.repeat(np.arange(7), 2), np.tile([0, 1], 7))
    places = np.repeat(np.random.default_rng(0).normal(size=7), 2) + np.tile([0.1, 0], 7)
    contrasts = MeanContrasts(cells, np.ones(14), places[:, None])
    assert contrasts.t((cells.group == 0)[:, None])[0, 0] == np.inf


def test_what_is_set_aside_is_counted_and_told():
    claims, vectors = planted()
    claims.loc[[0, 5], "voice"] = None
    vectors[7] = 0
    result = positions(vectors, AXES, claims, cluster="doc_id", centred=False, n_permutations=99)
    assert result.settings["set_aside"] == {
        "claims without a value in voice (background only)": 2,
        "claims whose vector is zero": 1,
    }
    assert result.settings["n_claims"] == 57
    told = result.methods()
    for piece in ("57 claims by voice", "bad – good (1 and 1 texts, reliability unknown",
                  "clustered by doc_id", "99 random exchanges", "2 claims without a value",
                  "(15 of 15)"):  # fmt: skip
        assert piece in told
    assert repr(result) == (
        "Positions by voice on 2 axes: 57 claims, 95% intervals clustered by doc_id"
    )


def test_several_grouping_columns_keep_their_names():
    claims, vectors = planted()
    claims["outlet"] = np.where(claims["doc_id"] % 2, "x", "y")
    table = positions(
        vectors, AXES[0], claims, by=["outlet", "voice"], cluster="doc_id", n_permutations=99
    ).table
    assert table.columns[:4].tolist() == ["outlet", "voice", "label", "measure"]
    assert len(table) == 12


def test_families_of_statistics_do_not_weigh_on_one_another():
    observed = np.array([2.0, 2.0])
    ways = [np.array([[1.0, 1, 3, 1], [9.0, 9, 9, 1]])]
    p, p_all = family_p(observed, iter(ways), np.array([0, 1]), exact=True)
    np.testing.assert_allclose(p, [0.25, 0.75])
    np.testing.assert_allclose(p_all, p)


def test_faults_name_the_value():
    claims, vectors = planted()
    good = {"cluster": "doc_id"}
    with pytest.raises(FramingError, match="a list of texts for the positive pole; got 'war'"):
        semantic_axis("war", ["talks"])
    with pytest.raises(FramingError, match="for the negative pole"):
        semantic_axis(["war"], [])
    with pytest.raises(FramingError, match="opposite poles; got twice the same: 'good 0'"):
        axis_of([(1, 2)], [(2, 4)])
    with pytest.raises(FramingError, match="other than zero, without NaN; got 'bad 1'"):
        axis_of([(1, 2), (1, 0)], [(2, 4), (0, 0)])
    with pytest.raises(FramingError, match=r"one vector per text \(1 texts\); got shape \(2, 2\)"):
        semantic_axis(["a"], ["b"], vectors=(np.eye(2), np.eye(2)))
    with pytest.raises(FramingError, match="one dimension; got 2 and 3"):
        axis_of([(1, 2)], [(2, 4, 1)])
    with pytest.raises(FramingError, match=r"got 'voices'\. Did you mean 'voice'"):
        positions(vectors, AXES, claims, by="voices", **good)
    with pytest.raises(FramingError, match=r"60 claims\); got 59 vectors"):
        positions(vectors[:-1], AXES, claims, **good)
    with pytest.raises(FramingError, match=r"as in the axes \(6\).*got shape \(60, 5\)"):
        positions(vectors[:, :5], AXES, claims, **good)
    with pytest.raises(FramingError, match="different names; got 'bad – good', 'bad – good'"):
        positions(vectors, [AXES[0], AXES[0]], claims, **good)
    with pytest.raises(FramingError, match="at least one axis"):
        positions(vectors, [], claims, **good)
    with pytest.raises(FramingError, match="at least 99 permutations; got 5"):
        positions(vectors, AXES, claims, n_permutations=5, **good)
    with pytest.raises(FramingError, match="got 95"):
        positions(vectors, AXES, claims, level=95, **good)
    with pytest.raises(FramingError, match="one vector in all rows"):
        positions(np.ones((60, 6)), AXES, claims, **good)
    with pytest.raises(FramingError, match="finite vectors; got others in rows 3"):
        positions(np.where(np.arange(60)[:, None] == 3, np.nan, vectors), AXES, claims, **good)
    bad = claims.assign(doc_id=claims["doc_id"].where(claims.index != 4))
    with pytest.raises(FramingError, match="'doc_id' for every claim; got none in rows 4"):
        positions(vectors, AXES, bad, **good)
    with pytest.raises(FramingError, match="a claim with a group and a vector"):
        positions(vectors, AXES, claims.assign(voice=None), **good)


def test_figure_draws_every_bias_and_names_both_poles():
    claims, vectors = planted()
    result = positions(vectors, AXES, claims, cluster="doc_id", n_permutations=99)
    ax = draw(result)
    bias = result.table[result.table["measure"] == "bias"]
    dots = [line for line in ax.lines if line.get_marker() in ("o", "s", "^")]
    assert sorted(float(dot.get_xdata()[0]) for dot in dots) == sorted(bias["estimate"])
    bars = {tuple(np.round(line.get_xdata(), 9)) for line in ax.lines if len(line.get_xdata()) == 2}
    assert bars - {(0, 1)} == set(zip(bias["low"].round(9), bias["high"].round(9), strict=True))
    assert [text.get_text() for text in ax.get_yticklabels()] == ["bad", "gains"]
    assert [text.get_text() for text in ax.texts] == ["good", "costs"]
    middles = list(ax.get_yticks())
    assert [text.get_position()[1] for text in ax.texts] == middles
    lines = ax.collections[0].get_segments()
    assert [line[0][0] for line in lines] == bias.groupby("label")["background"].first().tolist()
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["a: 20 in 15", "b: 20 in 15", "c: 20 in 15", "background"]
    assert ax.get_xlabel() == "mean cosine with the axis (95% interval, clusters: doc_id)"
    plt.close("all")


def test_figure_marks_a_group_without_interval_and_says_when_there_is_none():
    claims, vectors = planted()
    claims.loc[claims["voice"] == "c", "doc_id"] = 99
    result = positions(vectors, AXES[0], claims, cluster="doc_id", n_permutations=99)
    ax = plt.subplots()[1]
    assert draw(result, ax=ax) is ax
    assert [line.get_marker() for line in ax.lines].count("x") == 1
    empty = dataclasses.replace(result, table=result.table.iloc[:0])
    assert [text.get_text() for text in draw(empty).texts] == ["no claims to place"]
    plt.close("all")
