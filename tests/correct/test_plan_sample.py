"""Forecasts of how wide intervals will be: known formulas, laws, faults, and one look ahead."""

import numpy as np
import pytest
from noisy import corpus, drawn, row, worked_example

from framing import FramingError
from framing.correct import corrected_shares, plan_sample


def alone(n_claims=100_000, share=0.5):
    """Claims that each stand in a document of their own."""
    _, _, _, claims = worked_example(n_free=n_claims - 100, n_positive=0)
    return np.where(np.arange(n_claims) < share * n_claims, "aid", "war"), claims


def test_independent_claims_have_the_textbook_width():
    machine, claims = alone()
    plan = plan_sample(machine, None, claims, cluster="doc_id", accuracy=(1, 1), sizes=[100, 400])
    table = plan.table[plan.table["label"] == "aid"]
    # t * sqrt(p (1 - p) / n): the corpus is so large that coding is all that matters
    np.testing.assert_allclose(
        table["half_width_codes"], [1.98422 * 0.05, 1.96593 * 0.025], rtol=1e-3
    )
    # A perfect machine leaves only the corpus itself.
    assert (table["half_width"] < 0.004).all()


def test_the_machine_saves_what_it_explains():
    machine, claims = alone()
    plan = plan_sample(machine, None, claims, cluster="doc_id", accuracy=(0.9, 0.9))
    needed = row(plan.needed, label="aid")
    assert needed["share"] == pytest.approx(0.5)
    assert needed["explained"] == pytest.approx(0.64)  # the squared correlation, (2 * .9 - 1) ** 2
    assert needed["n_coded"] / needed["n_codes"] == pytest.approx(0.36, abs=0.02)


def test_needed_numbers_are_the_smallest_that_do():
    claims = corpus(np.random.default_rng(0), n_documents=400)
    given = {"cluster": "doc_id", "accuracy": (0.85, 0.85), "half_width": 0.06}
    needed = row(plan_sample(claims["machine"], None, claims, **given).needed, label="aid")
    n, n_codes = needed["n_coded"], needed["n_codes"]
    plan = plan_sample(
        claims["machine"], None, claims, sizes=[n - 1, n, n_codes - 1, n_codes], **given
    )
    table = plan.table[plan.table["label"] == "aid"].set_index("n_coded")
    assert table.loc[n, "half_width"] <= 0.06 < table.loc[n - 1, "half_width"]
    assert table.loc[n_codes, "half_width_codes"] <= 0.06
    assert table.loc[n_codes - 1, "half_width_codes"] > 0.06


def test_documents_cost_more_codes_than_claims():
    claims = corpus(np.random.default_rng(1), n_documents=300)
    given = {"cluster": "doc_id", "accuracy": (0.85, 0.85), "sizes": [300]}
    spread = plan_sample(claims["machine"], None, claims, **given).table
    whole = plan_sample(claims["machine"], None, claims, unit="documents", **given).table
    assert (whole["half_width_codes"] > spread["half_width_codes"]).all()


def test_documents_of_one_mind_count_as_one_claim_each():
    claims = corpus(np.random.default_rng(1), n_documents=400, size=10)
    machine = np.where(claims["doc_id"] < "d200", "aid", "war")
    given = {"cluster": "doc_id", "accuracy": (1, 1), "sizes": [500, 4000]}
    whole = plan_sample(machine, None, claims, unit="documents", **given)
    assert row(whole.needed, label="aid")["crowding"] == pytest.approx(10 * 400 / 399)
    widths = whole.table[whole.table["label"] == "aid"]["half_width_codes"]
    # 50 and 400 documents, each 0 or 1: t * sqrt(.25 / documents)
    np.testing.assert_allclose(widths, [2.00958 * 0.5 / 50**0.5, 1.96592 * 0.025], rtol=2e-3)
    anywhere = plan_sample(machine, None, claims, **given)
    widths = anywhere.table[anywhere.table["label"] == "aid"]["half_width_codes"].tolist()
    # Claims drawn anywhere: the documents' part stays, .25 (1 / 500 - 1 / 4000) comes on top.
    assert widths[1] == pytest.approx(1.96592 * 0.025, rel=2e-3)
    assert widths[0] == pytest.approx(1.968 * (0.25 / 400 + 0.25 * 7 / 4000) ** 0.5, rel=5e-3)


def test_what_coding_cannot_reach_is_said():
    claims = corpus(np.random.default_rng(2), n_documents=20)
    plan = plan_sample(
        claims["machine"], None, claims, cluster="doc_id", accuracy=(0.9, 0.9), half_width=0.01
    )
    assert plan.needed["n_coded"].isna().all()
    assert (
        plan.needed["note"]
        .str.fullmatch(r"out of reach: 0\.\d+ remains with every claim coded")
        .all()
    )


def test_the_forecast_comes_true():
    rng = np.random.default_rng(3)
    claims = corpus(rng, n_documents=120)
    pilot = claims["truth"].where(drawn(rng, claims, 200))
    plan = plan_sample(
        claims["machine"], pilot, claims, cluster="doc_id", inclusion=None, sizes=[300]
    )
    forecast = row(plan.table, label="aid")
    halves = {"ppi++": [], "codes": []}
    for _ in range(20):
        human = claims["truth"].where(drawn(rng, claims, 300))
        for method, widths in halves.items():
            table = corrected_shares(
                claims["machine"], human, claims, cluster="doc_id", inclusion=None, method=method
            ).table
            widths.append(np.ptp(row(table, label="aid")[["low", "high"]].astype(float)) / 2)
    assert forecast["half_width"] == pytest.approx(np.mean(halves["ppi++"]), rel=0.15)
    assert forecast["half_width_codes"] == pytest.approx(np.mean(halves["codes"]), rel=0.15)
    assert "Forecast, not a result" in plan.methods()
    assert "a pilot of 200 coded claims" in plan.methods()


def test_row_order_changes_nothing():
    rng = np.random.default_rng(4)
    claims = corpus(rng)
    claims["pilot"] = claims["truth"].where(drawn(rng, claims, 100))
    mixed = claims.sample(frac=1, random_state=1)
    given = {"cluster": "doc_id", "inclusion": None}
    one, two = (plan_sample(t["machine"], t["pilot"], t, **given) for t in (claims, mixed))
    assert one.table.equals(two.table)
    assert one.needed.equals(two.needed)


def test_a_pilot_that_says_too_little():
    claims = corpus(np.random.default_rng(5))
    pilot = claims["truth"].where(claims["truth"] == "war").where(claims.index < 60)
    plan = plan_sample(claims["machine"], pilot, claims, cluster="doc_id", inclusion=None)
    assert plan.table["half_width"].isna().all()
    assert set(plan.needed["note"]) == {"the pilot holds no claim with it, or none without"}
    few = claims["truth"].where(claims.index % 20 == 0)
    plan = plan_sample(claims["machine"], few, claims, cluster="doc_id", inclusion=None)
    assert set(plan.needed["note"]) == {"a pilot of only 30 codes"}


def test_an_accuracy_that_does_not_fit_the_machine():
    claims = corpus(np.random.default_rng(6))
    labels = np.where(claims.index < 20, "aid", "war")
    plan = plan_sample(labels, None, claims, cluster="doc_id", accuracy=(0.9, 0.9))
    assert row(plan.needed, label="aid")["note"] == (
        "a machine that errs like this cannot give a share of 0.033"
    )


def test_faults_name_the_value():
    claims = corpus(np.random.default_rng(7))
    machine = claims["machine"]
    with pytest.raises(FramingError, match="got neither"):
        plan_sample(machine, None, claims, cluster="doc_id")
    with pytest.raises(FramingError, match="got both"):
        plan_sample(machine, claims["truth"], claims, cluster="doc_id", accuracy=(0.9, 0.9))
    with pytest.raises(FramingError, match=r"more than 1; got \(0\.4, 0\.5\)"):
        plan_sample(machine, None, claims, cluster="doc_id", accuracy=(0.4, 0.5))
    given = {"cluster": "doc_id", "accuracy": (0.9, 0.9)}
    with pytest.raises(FramingError, match="between 2 and 600 codes; got 601"):
        plan_sample(machine, None, claims, sizes=[601], **given)
    with pytest.raises(FramingError, match="between 0 and 1; got 5"):
        plan_sample(machine, None, claims, half_width=5, **given)
    with pytest.raises(FramingError, match="'claims', 'documents'; got 'outlets'"):
        plan_sample(machine, None, claims, unit="outlets", **given)
