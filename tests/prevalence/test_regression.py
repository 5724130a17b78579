"""Covariate models: the worked example, statsmodels as an oracle, separation and other edges."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from worked import A, B, claims_of

import framing
from framing import FramingError
from framing.prevalence.design import covariates, formula_columns
from framing.prevalence.regression import shares_model

AGAINST_B = 'C(voice, Treatment("B"))'


def made_up(seed=0, n=600):
    """Claims of 40 documents with two covariates that matter, in no particular order."""
    rng = np.random.default_rng(seed)
    claims = pd.DataFrame(
        {
            "doc_id": rng.integers(0, 40, n).astype(str),
            "voice": rng.choice(["nato", "un"], n, p=[0.6, 0.4]),
            "length": rng.normal(20, 5, n).round(1),
        }
    )
    document = claims["doc_id"].astype(int) % 7 / 4
    pull = -1 + 0.8 * (claims["voice"] == "un") + 0.08 * (claims["length"] - 20) + document
    return claims.assign(label=np.where(rng.random(n) < 1 / (1 + np.exp(-pull)), "aid", "cost"))


def row(result, term):
    (found,) = result.table[result.table["term"] == term].to_dict("records")
    return found


def half_width(found):
    return (found["high"] - found["low"]) / 2


def test_log_odds_and_error_of_the_worked_example():
    # Coefficient 1.07613943 and CR0 error .39422926 over 8 documents; times sqrt(8/7), t with 7.
    claims = claims_of(A=A, B=B)
    found = row(
        shares_model(claims["label"], claims, AGAINST_B, label="x", cluster="doc_id"),
        f"{AGAINST_B}[T.A]",
    )
    assert found["estimate"] == pytest.approx(1.07613943, abs=1e-8)
    t7 = 2.3646242515927844
    assert half_width(found) == pytest.approx(0.39422926 * np.sqrt(8 / 7) * t7, abs=1e-7)
    assert (found["n_documents"], found["n_claims"], found["n_clusters"]) == (8, 85, 8)
    assert found["note"] == "only 8 clusters: errors are likely too small"


@pytest.mark.parametrize("family", ["logit", "linear"])
def test_average_difference_of_one_covariate_is_the_difference_of_shares(family):
    # pA - pB = .1657142857142857 with the CR0 error .0644092040990886.
    claims = claims_of(A=A, B=B)
    result = shares_model(
        claims["label"], claims, AGAINST_B, label="x", cluster="doc_id", family=family
    )
    found = row(result, f"{AGAINST_B}[T.A]")
    assert found["difference"] == pytest.approx(0.1657142857142857, abs=1e-9)
    reach = 0.0644092040990886 * np.sqrt(8 / 7) * 2.3646242515927844
    assert found["difference_high"] - found["difference"] == pytest.approx(reach, rel=1e-6)
    if family == "linear":
        assert found["estimate"] == pytest.approx(found["difference"])


def test_two_covariates_match_statsmodels():
    claims = made_up()
    result = shares_model(claims["label"], claims, "voice + length", label="aid", cluster="doc_id")
    y = (claims["label"] == "aid").to_numpy(float)
    un = (claims["voice"] == "un").to_numpy(float)
    x = np.column_stack([np.ones(len(claims)), un, claims["length"]])
    kinds = {"groups": pd.factorize(claims["doc_id"])[0], "use_correction": False}
    oracle = sm.Logit(y, x).fit(disp=0, cov_type="cluster", cov_kwds=kinds)
    factor = np.sqrt(40 / 39)
    np.testing.assert_allclose(result.table["estimate"], oracle.params, rtol=1e-6)
    from scipy.stats import t

    reach = t.ppf(0.975, 39) * factor
    np.testing.assert_allclose(
        [half_width(found) for found in result.table.to_dict("records")],
        reach * oracle.bse, rtol=1e-5,
    )  # fmt: skip
    margins = oracle.get_margeff(dummy=True)  # a level's difference, a number's average slope
    table = result.table.iloc[1:]
    np.testing.assert_allclose(table["difference"], margins.margeff, rtol=1e-5)
    np.testing.assert_allclose(
        table["difference_high"] - table["difference"], reach * margins.margeff_se, rtol=1e-4
    )
    np.testing.assert_allclose(
        table["p"], 2 * t.sf(np.abs(oracle.params / (oracle.bse * factor)), 39)[1:], rtol=1e-4
    )


def test_row_order_changes_nothing():
    claims = made_up()
    shuffled = claims.sample(frac=1, random_state=4)
    one, two = (
        shares_model(c["label"], c, "voice * length", label="aid", cluster="doc_id").table
        for c in (claims, shuffled)
    )
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_confounded_difference_vanishes_when_stories_are_held_apart():
    # Planted in the bundled corpus: +21 points in all, nothing within stories.
    codes = framing.load_corpus().codes
    codes = codes[codes["voice"].isin(["nato", "ukraine"])]
    kwargs = {"label": "aggression", "cluster": "doc_id", "denied": "together"}
    reference = 'C(voice, Treatment("nato"))'
    plain = row(
        shares_model(codes["frames"], codes, reference, **kwargs), f"{reference}[T.ukraine]"
    )
    held = row(
        shares_model(codes["frames"], codes, f"{reference} + story", **kwargs),
        f"{reference}[T.ukraine]",
    )
    assert plain["difference"] == pytest.approx(28 / 87 - 9 / 82)
    assert plain["difference_low"] > 0
    assert held["difference_low"] < 0 < held["difference_high"]
    assert held["difference"] < 0.06


def test_a_cell_without_the_label_is_separation_and_leaves_the_rest_alone():
    claims = claims_of(A=A, B=B, C=[(6, 0), (7, 0), (5, 0)])
    result = shares_model(claims["label"], claims, AGAINST_B, label="x", cluster="doc_id")
    empty = row(result, f"{AGAINST_B}[T.C]")
    assert np.isnan([empty[name] for name in ("estimate", "low", "p", "difference")]).all()
    assert "separation" in empty["note"]
    assert "'C'" in empty["note"]
    other = row(result, f"{AGAINST_B}[T.A]")
    alone = claims_of(A=A, B=B)
    without = row(
        shares_model(alone["label"], alone, AGAINST_B, label="x", cluster="doc_id"),
        f"{AGAINST_B}[T.A]",
    )
    assert other["estimate"] == pytest.approx(without["estimate"])
    assert other["high"] == pytest.approx(without["high"])
    assert other["difference"] == pytest.approx(without["difference"])


def test_a_cell_where_all_claims_have_the_label_is_separation_too():
    claims = claims_of(A=A, B=B, C=[(6, 6), (7, 7), (5, 5)])
    found = row(
        shares_model(claims["label"], claims, AGAINST_B, label="x", cluster="doc_id"),
        f"{AGAINST_B}[T.C]",
    )
    assert np.isnan(found["estimate"])


def test_a_reference_without_the_label_says_to_choose_another():
    claims = claims_of(A=A, B=B, C=[(60, 0), (7, 0)])  # C is the most frequent
    table = shares_model(claims["label"], claims, "voice", label="x", cluster="doc_id").table
    assert table["estimate"].isna().all()
    assert table["note"].str.contains("separation").all()
    assert "of 'C' has the label; choose another reference" in table["note"].iloc[1]


def test_a_number_that_foretells_the_label_is_separation():
    claims = claims_of(A=A).assign(length=lambda c: np.where(c["label"] == "x", 30.5, 20.5))
    claims["length"] += np.arange(len(claims)) / 100
    result = shares_model(claims["label"], claims, "length", label="x", cluster="doc_id")
    assert result.table["estimate"].isna().all()


def test_separation_in_a_combination_of_covariates():
    # Every voice and outlet has both outcomes, yet voice and outlet together foretell the label
    # but for one combination; only the linear program sees it.
    rows = [
        (voice, outlet, f"{voice}{outlet}{d}", label)
        for voice, outlet, labels in (
            ("a", "p", "xy"), ("a", "q", "xx"), ("b", "p", "yy"), ("b", "q", "xy"),
        )
        for d in range(3)
        for label in labels
    ]  # fmt: skip
    claims = pd.DataFrame(rows, columns=["voice", "outlet", "doc_id", "label"])
    result = shares_model(claims["label"], claims, "voice + outlet", label="x", cluster="doc_id")
    assert row(result, "voice[T.b]")["note"].startswith("not estimable (separation)")
    assert np.isfinite(row(result, "Intercept")["estimate"])
    linear = shares_model(
        claims["label"], claims, "voice + outlet", label="x", cluster="doc_id", family="linear"
    )
    assert linear.table["estimate"].notna().all()


def test_terms_that_follow_from_others_are_not_estimated():
    claims = made_up().assign(again=lambda c: c["voice"] + "!")
    result = shares_model(
        claims["label"], claims, "voice + again + length", label="aid", cluster="doc_id"
    )
    for term in ("voice[T.un]", "again[T.un!]"):
        assert row(result, term)["note"].startswith("not estimable: no claims of its own")
    plain = shares_model(claims["label"], claims, "voice + length", label="aid", cluster="doc_id")
    for name in ("estimate", "high", "difference", "difference_high"):
        assert row(result, "length")[name] == pytest.approx(row(plain, "length")[name])


def test_a_level_in_one_cluster_has_no_interval():
    # A coefficient fitted to one cluster has scores that add up to 0 there: its error would vanish.
    claims = claims_of(A=A, B=[(20, 8)])
    found = row(
        shares_model(claims["label"], claims, "voice", label="x", cluster="doc_id"), "voice[T.B]"
    )
    assert np.isfinite(found["estimate"])
    assert np.isnan([found["low"], found["difference_low"], found["p"]]).all()
    assert found["note"] == "'B' stands in one cluster: no interval"


def test_one_cluster_has_no_interval():
    claims = claims_of(A=[(10, 4)], B=[(10, 5)]).assign(doc_id="a")
    table = shares_model(claims["label"], claims, "voice", label="x", cluster="doc_id").table
    assert set(table["note"]) == {"one cluster: no interval"}
    assert table["low"].isna().all()


def test_a_fit_that_does_not_converge_is_said(monkeypatch):
    from statsmodels.genmod.generalized_linear_model import GLM

    original = GLM.fit
    monkeypatch.setattr(GLM, "fit", lambda self, **_: original(self, maxiter=1))
    claims = made_up()
    table = shares_model(claims["label"], claims, "voice", label="aid", cluster="doc_id").table
    assert set(table["note"]) == {"not estimable: the fit did not converge"}
    assert table["estimate"].isna().all()


def test_interactions_curves_and_combinations_that_do_not_occur():
    claims = made_up()
    result = shares_model(claims["label"], claims, "voice * length", label="aid", cluster="doc_id")
    crossed = row(result, "voice[T.un]:length")
    assert np.isfinite(crossed["low"])
    assert np.isnan(crossed["difference"])
    assert row(result, "voice[T.un]")["note"].startswith("in interaction")
    assert np.isfinite(row(result, "length")["difference"])
    curve = shares_model(
        claims["label"], claims, "voice + bs(length, df=4)", label="aid", cluster="doc_id"
    )
    assert len(curve.table) == 6
    assert curve.table["difference"].notna().tolist() == [False, True, *[False] * 4]
    outlets = claims.assign(outlet=np.where(claims["voice"] == "un", "p", "pq"))
    outlets["outlet"] = [o[i % len(o)] for i, o in enumerate(outlets["outlet"])]
    lacking = shares_model(
        outlets["label"], outlets, "voice * outlet", label="aid", cluster="doc_id"
    )  # no claim of the UN in outlet q
    assert np.isnan(row(lacking, "voice[T.un]:outlet[T.q]")["estimate"])
    assert np.isfinite(row(lacking, "voice[T.un]")["estimate"])
    assert np.isnan(row(lacking, "voice[T.un]")["difference"])
    assert "some combinations do not occur" in row(lacking, "voice[T.un]")["note"]


def test_dates_flags_and_categories_as_covariates():
    claims = made_up()
    claims["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(claims["length"], unit="D")
    claims["denial"] = claims["length"] > 20
    claims["side"] = pd.Categorical(claims["voice"], categories=["un", "nato"])
    dates = shares_model(claims["label"], claims, "date", label="aid", cluster="doc_id")
    lengths = shares_model(claims["label"], claims, "length", label="aid", cluster="doc_id")
    assert row(dates, "date")["estimate"] == pytest.approx(30 * row(lengths, "length")["estimate"])
    assert dates.settings["date_step_days"] == 30
    kinds = shares_model(claims["label"], claims, "denial + side", label="aid", cluster="doc_id")
    assert kinds.table["term"].tolist() == ["Intercept", "denial[T.True]", "side[T.nato]"]
    assert kinds.settings["references"] == {"denial": False, "side": "un"}
    assert "Reference levels: denial: False, side: un." in kinds.methods()


def test_the_most_frequent_text_is_the_reference():
    assert covariates(made_up(), ["voice"])["voice"].cat.categories.tolist() == ["nato", "un"]
    swapped = made_up().replace({"voice": {"nato": "un", "un": "nato"}})
    assert covariates(swapped, ["voice"])["voice"].cat.categories.tolist() == ["un", "nato"]


def test_columns_with_other_names_can_be_quoted():
    claims = made_up().rename(columns={"length": "n words"})
    assert formula_columns("voice + Q('n words')", claims) == ["n words", "voice"]
    result = shares_model(
        claims["label"], claims, "voice + Q('n words')", label="aid", cluster="doc_id"
    )
    assert np.isfinite(row(result, "Q('n words')")["difference"])


def test_missing_covariates_and_labels_are_counted():
    claims = made_up()
    claims.loc[[3, 4], "voice"] = None
    claims.loc[5, "length"] = np.nan
    claims.loc[9, "label"] = None
    result = shares_model(claims["label"], claims, "voice + length", label="aid", cluster="doc_id")
    assert result.settings["n_claims"] == 596
    assert result.settings["set_aside"] == {
        "claims without a label": 1,
        "labelled claims without a value in length, voice": 3,
    }
    assert "3 labelled claims without a value in length, voice" in result.methods()
    kept = claims.dropna()
    alone = shares_model(kept["label"], kept, "voice + length", label="aid", cluster="doc_id")
    pd.testing.assert_frame_equal(alone.table, result.table)


def test_denied_claims_count_as_not_asserting():
    claims = made_up().assign(denied=lambda c: c.index % 5 == 0)
    apart = shares_model(claims["label"], claims, "voice", label="aid", cluster="doc_id")
    asserted = claims["label"].where(~claims["denied"], "cost")
    plain = claims.drop(columns="denied")
    same = shares_model(asserted, plain, "voice", label="aid", cluster="doc_id")
    pd.testing.assert_frame_equal(apart.table, same.table)
    together = shares_model(
        claims["label"], claims, "voice", label="aid", cluster="doc_id", denied="together"
    )
    assert together.table["estimate"].iloc[0] > apart.table["estimate"].iloc[0]


def test_several_labels_per_claim_are_modelled_one_by_one():
    claims = claims_of(A=A, B=B)
    lists = [["x", "z"] if label == "x" else [] for label in claims["label"]]
    for label in ("x", "z"):
        found = shares_model(lists, claims, AGAINST_B, label=label, cluster="doc_id")
        assert row(found, f"{AGAINST_B}[T.A]")["estimate"] == pytest.approx(1.07613943, abs=1e-8)


def test_faults_name_the_value():
    claims = made_up()

    def model(formula="voice", **changed):
        options = {"label": "aid", "cluster": "doc_id"} | changed
        return shares_model(claims["label"], claims, formula, **options)

    with pytest.raises(FramingError, match=r"got 'vioce'\. Did you mean 'voice'"):
        model("vioce + length")
    with pytest.raises(FramingError, match=r"right-hand side.*got 'label ~ voice'"):
        model("label ~ voice")
    with pytest.raises(FramingError, match=r"a formula; got 'voice \+\*'"):
        model("voice +*")
    with pytest.raises(FramingError, match=r"at least one column of claims; got '1'"):
        model("1")
    with pytest.raises(FramingError, match=r"can be evaluated; got 'np.nothing\(length\)'"):
        model("np.nothing(length)")
    with pytest.raises(FramingError, match=r"finite; got infinity in 'np.log\(length - length\)'"):
        model("np.log(length - length)")
    with pytest.raises(FramingError, match="'aid', 'cost'; got 'adi'"):
        model(label="adi")
    with pytest.raises(FramingError, match="'logit', 'linear'; got 'probit'"):
        model(family="probit")
    with pytest.raises(FramingError, match="got 95"):
        model(level=95)
    claims["only"] = "one"
    with pytest.raises(FramingError, match="at least two values of 'only'; got only 'one'"):
        model("only")
    claims["mixed"] = [1, *["a"] * 599]
    with pytest.raises(FramingError, match="'mixed' that can be sorted; got 'int', 'str'"):
        model("mixed")
    claims.loc[7, "length"] = np.inf
    with pytest.raises(FramingError, match="finite numbers in 'length'; got infinity in rows 7"):
        model("length")
    claims["none"] = None
    with pytest.raises(FramingError, match="with a value in none; got none"):
        model("none")
    claims.loc[[3, 8], "doc_id"] = None
    with pytest.raises(FramingError, match=r"'doc_id'.*rows 3, 8"):
        model()
