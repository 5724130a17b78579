"""The coder on vectors: known answers, laws, faults."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks
from toy import cloud

from framing import FramingError
from framing.coder import Coder

INAPPLICABLE = {
    "check_fit_score_takes_y": "the codes are called `codes`, not `y`",
}


@parametrize_with_checks([Coder()], expected_failed_checks=lambda _: INAPPLICABLE)
def test_vectors_obey_scikit_learn(estimator, check):
    check(estimator)


def test_points_on_the_axes_are_coded_without_error():
    vectors, codes = cloud(60, noise=0.05)
    coder = Coder().fit(vectors, codes)
    assert coder.classes_.tolist() == ["aid", "cost", "war"]
    assert coder.predict(np.eye(8)[:3]).tolist() == ["aid", "cost", "war"]
    assert coder.n_features_in_ == 8
    assert coder.held_out_.argmax(axis=1).tolist() == coder.examples_.target.argmax(axis=1).tolist()


def test_a_point_between_two_codes_is_neither():
    vectors, codes = cloud(60, noise=0.05)
    both = np.array([[1, 1, 0, 0, 0, 0, 0, 0]]) / np.sqrt(2)
    aid, cost, war = Coder().fit(vectors, codes).predict_proba(both)[0]
    assert abs(aid - cost) < 0.1
    assert war < 0.1


def test_row_order_changes_no_bit():
    vectors, codes = cloud(90)
    mixed = np.random.default_rng(1).permutation(90)
    one = Coder().fit(vectors, codes)
    two = Coder().fit(vectors[mixed], codes[mixed])
    assert (one.predict_proba(vectors) == two.predict_proba(vectors)).all()
    assert (mixed[two.examples_.order] == one.examples_.order).all()


def test_renamed_codes_are_the_same_codes():
    vectors, codes = cloud(90)
    names = {"aid": "x1", "cost": "x2", "war": "x3"}  # in the same order
    one = Coder().fit(vectors, codes)
    two = Coder().fit(vectors, [names[code] for code in codes])
    assert [names[code] for code in one.predict(vectors)] == two.predict(vectors).tolist()
    np.testing.assert_array_equal(one.held_out_, two.held_out_)


def test_whole_numbers_and_truth_values_may_be_codes():
    vectors, codes = cloud(60)
    numbers = Coder().fit(vectors, pd.Series(codes == "aid").astype(int))
    assert numbers.predict(vectors[:2]).tolist() == [1, 0]
    assert Coder().fit(vectors, codes == "aid").predict(vectors[:1]).tolist() == [True]


def test_shuffled_codes_are_coded_at_chance():
    vectors, codes = cloud(300)
    wrong = np.random.default_rng(3).permutation(codes)
    table = Coder().fit(vectors, wrong).report().table.set_index("measure")
    error = table.loc["error"]
    assert error["low"] < 2 / 3 < error["high"]
    alpha = table.loc["alpha"]
    assert alpha["low"] < 0 < alpha["high"] + 0.05
    assert abs(table.loc["overconfidence", "estimate"]) < 0.06


def test_missing_codes_are_set_aside_and_counted():
    vectors, codes = cloud(63)
    holes = pd.Series(codes)
    holes[[3, 4, 5]] = [None, np.nan, pd.NA]
    coder = Coder().fit(vectors, holes)
    assert coder.settings_["set_aside"] == {"texts without a code": 3}
    without = Coder().fit(np.delete(vectors, [3, 4, 5], 0), np.delete(codes, [3, 4, 5]))
    assert (coder.predict_proba(vectors) == without.predict_proba(vectors)).all()
    assert not {3, 4, 5} & set(coder.examples_.order.tolist())
    assert "3 texts without a code" in coder.report().methods()


def test_lists_of_codes_are_learned_one_by_one():
    vectors, _ = cloud(120, n_codes=4, noise=0.1)
    lists = [[["aid"], ["cost"], ["aid", "cost"], []][i % 4] for i in range(120)]
    coder = Coder().fit(vectors, lists)
    assert coder.multi_
    assert coder.predict(np.eye(8)[:4]).tolist() == [["aid"], ["cost"], ["aid", "cost"], []]
    assert set(coder.decide(vectors)["code"].map(tuple)) == {
        ("aid",), ("cost",), ("aid", "cost"), (),
    }  # fmt: skip
    table = coder.report().table
    assert table.query("label == 'aid' and measure == 'recall'")["n_human"].tolist() == [60]


def test_an_unlearnable_code_of_many_is_hardly_ever_given():
    vectors, codes = cloud(120)
    coin = np.random.default_rng(5).random(120) < 0.2
    lists = [[code, "rare"] if odd else [code] for code, odd in zip(codes, coin, strict=True)]
    shares = pd.DataFrame(Coder().fit(vectors, lists).predict_proba(vectors), columns=[*"acrw"])
    assert shares["r"].mean() == pytest.approx(coin.mean(), abs=0.08)


def test_groups_are_never_on_both_sides():
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(40, 30))  # each document has a direction, and a code by chance
    document = np.repeat(np.arange(40), 5)
    vectors = directions[document] + rng.normal(scale=0.2, size=(200, 30))
    codes = np.where(rng.random(40) < 0.5, "aid", "cost")[document]
    alone = Coder().fit(vectors, codes).report().table.set_index("measure")
    together = Coder().fit(vectors, codes, groups=document).report().table.set_index("measure")
    assert alone.loc["error", "estimate"] < 0.1
    assert together.loc["error", "high"] > 0.4
    assert together.loc["error", "n_clusters"] == 40


def test_clones_and_cross_validation_work():
    vectors, codes = cloud(60)
    coder = clone(Coder(seed=3, folds=4))
    assert coder.get_params()["seed"] == 3
    assert cross_val_score(coder, vectors, codes, cv=3).mean() > 0.9


@pytest.mark.parametrize("risk", [0.05, 0.1, 0.2])
def test_decisions_keep_the_risk(risk):
    errors, decided = [], []
    new, truth = cloud(3_000, noise=0.45, seed=100)
    for seed in range(6):
        coder = Coder().fit(*cloud(240, noise=0.45, seed=seed))
        found = coder.decide(new, risk=risk, k=1)
        taken = ~found["abstained"].to_numpy()
        errors.append((found["code"].to_numpy()[taken] != truth[taken]).mean())
        decided.append(taken.mean())
        assert found.loc[~taken, "code"].isna().all()
        assert found["leaning"].notna().all()
    assert np.mean(errors) <= risk + 0.02
    assert np.mean(decided) > 0.7


def test_probabilities_are_calibrated_on_new_texts():
    coder = Coder().fit(*cloud(600, noise=0.8))
    new, truth = cloud(3_000, noise=0.8, seed=7)
    shares = coder.predict_proba(new)
    right = coder.predict(new) == truth
    assert shares.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.04)
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_decisions_show_the_nearest_examples():
    vectors, codes = cloud(30, noise=0.1)
    names = [f"c{i}" for i in range(30)]
    table = Coder().fit(vectors, codes, ids=names).decide(vectors[[4]], k=2)
    first, second = table.loc[0, "examples"]
    assert (first["id"], first["code"]) == ("c4", codes[4])
    assert first["similarity"] == pytest.approx(1)
    assert second["similarity"] < 1
    assert "text" not in first
    assert "denial" in table.attrs["caution"]


def test_too_few_examples_are_said_to_be_too_few():
    coder = Coder().fit(np.eye(3), ["aid", "cost", "war"])
    assert coder.held_out_ is None
    found = coder.decide(np.eye(3))
    assert found["abstained"].all()
    assert "no held-out examples" in found.attrs["note"]
    assert any("fewer than 8 examples: 'aid (1)'" in note for note in coder.settings_["notes"])
    with pytest.raises(FramingError, match="too few examples to hold any out"):
        coder.report()


def test_a_handful_of_right_decisions_allows_none():
    coder = Coder().fit(*cloud(8, n_codes=2, noise=0.05))
    found = coder.decide(np.eye(8)[:2])
    assert found["abstained"].all()
    assert "within 0.1" in found.attrs["note"]


@pytest.mark.parametrize(
    ("codes", "match"),
    [
        (["aid"] * 5, "got 5 codes"),
        ("abcdef", "the text 'abcdef'"),
        (["aid"] * 6, r"1 class \('aid'\)"),
        ([None] * 6, r"0 class \(\)"),
        (["aid", 1] * 3, "'int', 'str'"),
        ([0.25, 0.5] * 3, "continuous numbers"),
    ],
)
def test_codes_that_cannot_be_learned_are_refused(codes, match):
    with pytest.raises(FramingError, match=match):
        Coder().fit(np.eye(6), codes)


def test_wrong_settings_are_refused():
    vectors, codes = cloud(12)
    with pytest.raises(FramingError, match=r"'linaer'.*'linear'"):
        Coder(engine="linaer").fit(vectors, codes)
    with pytest.raises(FramingError, match=r"got none\. Pass codebook"):
        Coder(engine="zero-shot").fit(vectors, codes)
    with pytest.raises(FramingError, match=r"got 1\. 5 are usual"):
        Coder(folds=1).fit(vectors, codes)
    with pytest.raises(FramingError, match=r"got vectors\. Pass the texts"):
        Coder(engine="contrastive").fit(vectors, codes)
    with pytest.raises(FramingError, match=r"got 1\.5"):
        Coder().fit(vectors, codes).decide(vectors, risk=1.5)
    with pytest.raises(FramingError, match="none in rows 2"):
        Coder().fit(vectors, codes, groups=["a", "b", None] + ["c"] * 9)
    with pytest.raises(FramingError, match="12 ids"):
        Coder().fit(vectors, codes, ids=[1, 2])
    with pytest.raises(FramingError, match="vectors, as in fit; got texts"):
        Coder().fit(vectors, codes).predict(["a text"])
