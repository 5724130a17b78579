"""Corrected shares: a worked example, laws, edges, coverage."""

import json

import numpy as np
import pandas as pd
import pytest
from noisy import as_labels, corpus, drawn, row, worked_example

from framing import FramingError, shares
from framing.correct import corrected_shares
from framing.prevalence import logit_t_interval
from framing.sampling import sample_for_coding

METHODS = ("ppi++", "dsl", "codes")


def example(method="ppi++", **counts):
    machine, human, coded, claims = worked_example(**counts)
    return corrected_shares(
        as_labels(machine),
        as_labels(human, coded),
        claims,
        cluster="doc_id",
        inclusion=None,
        method=method,
    )


def test_worked_example_with_the_naive_number_beside():
    found = row(example().table, label="aid")
    assert found["naive"] == pytest.approx(371 / 1100)
    assert found["estimate"] == pytest.approx(0.31810087833847445, abs=1e-9)
    assert found["lambda"] == pytest.approx(0.6033626112824806, abs=1e-9)
    counts = ["n_coded", "n_documents", "n_claims", "n_clusters", "n_coded_clusters"]
    assert found[counts].tolist() == [100, 1100, 1100, 1100, 100]
    assert (found["method"], found["note"]) == ("ppi++", "")


def test_interval_is_logit_t_with_coded_clusters():
    found = row(example().table, label="aid")
    p, se, t = 0.31810087833847445, 0.034608420132238166, 1.9842169515864174  # t of 99 df
    odds = p / (1 - p) * np.exp(np.array([-1, 1]) * t * se / (p * (1 - p)))
    np.testing.assert_allclose([found["low"], found["high"]], odds / (1 + odds), rtol=1e-9)


def test_design_based_interval_is_symmetric():
    found = row(example("dsl").table, label="aid")
    assert found["estimate"] == pytest.approx(0.32727272727272727, abs=1e-9)
    assert (found["low"] + found["high"]) / 2 == pytest.approx(found["estimate"])
    # HC0 .03717..., a little wider for 100 coded and 1,000 other clusters, times t of 99 df
    assert found["high"] - found["estimate"] == pytest.approx(0.03717483617688667 * 1.984, rel=0.01)


def test_adjusted_count_always_warns():
    found = row(example("acc").table, label="aid")
    assert found["estimate"] == pytest.approx(12 / 35)
    assert found["note"].startswith("transfer: holds only if the machine errs alike")
    assert "which was not checked" in example("acc").methods()


def test_adjusted_count_below_0_is_kept():
    found = row(example("acc", n_positive=50).table, label="aid")
    assert found["estimate"] == pytest.approx(-0.0714285714)
    assert "outside 0 to 1: kept as computed" in found["note"]


def test_adjusted_count_of_a_useless_machine_is_refused():
    found = row(example("acc", tp=10, fn=20, fp=20, tn=50).table, label="aid")
    assert np.isnan([found["estimate"], found["low"], found["high"]]).all()
    assert "refused: sensitivity + specificity - 1 is 0.05, below 0.1" in found["note"]


def test_adjusted_count_transfers_to_a_group_without_codes():
    machine, human, coded, claims = worked_example()
    claims["outlet"] = np.where(coded, "Courier", "Dispatch")
    result = corrected_shares(
        as_labels(machine),
        as_labels(human, coded),
        claims,
        by="outlet",
        cluster="doc_id",
        method="acc",
    )
    there = row(result.table, outlet="Dispatch", label="aid")
    assert (there["estimate"], there["n_coded"]) == (pytest.approx(12 / 35), 100)
    assert row(result.table, outlet="Courier", label="aid")["note"] == (
        "no uncoded claims to transfer to"
    )


@pytest.mark.parametrize("method", METHODS)
def test_with_all_claims_coded_it_is_the_human_share(method):
    claims = corpus(np.random.default_rng(0))
    result = corrected_shares(
        claims["machine"], claims["truth"], claims, cluster="doc_id", inclusion=None, method=method
    )
    human = shares(claims["truth"], claims.assign(of="all"), by="of", cluster="doc_id").table
    np.testing.assert_allclose(result.table["estimate"], human["estimate"], rtol=1e-12)
    if method != "dsl":  # whose interval is symmetric
        np.testing.assert_allclose(result.table[["low", "high"]], human[["low", "high"]])


def test_with_all_claims_coded_chances_do_not_matter():
    claims = corpus(np.random.default_rng(0))
    chances = np.linspace(0.1, 0.9, len(claims))
    for method in METHODS:
        result = corrected_shares(
            claims["machine"],
            claims["truth"],
            claims,
            cluster="doc_id",
            inclusion=chances,
            method=method,
        )
        assert row(result.table, label="aid")["estimate"] == pytest.approx(
            (claims["truth"] == "aid").mean()
        )


def test_a_perfect_machine_is_left_as_it_is():
    rng = np.random.default_rng(1)
    claims = corpus(rng, n_documents=100)
    coded = drawn(rng, claims, 200)
    human = claims["truth"].where(coded)
    for method, tolerance in (("dsl", 1e-12), ("ppi++", 0.005)):
        result = corrected_shares(
            claims["truth"], human, claims, cluster="doc_id", inclusion=None, method=method
        )
        found = row(result.table, label="aid")
        assert found["estimate"] == pytest.approx(found["naive"], abs=tolerance)


def test_a_machine_that_knows_nothing_is_hardly_used():
    rng = np.random.default_rng(2)
    claims = corpus(rng, n_documents=200, sensitivity=0.5, specificity=0.5)
    human = claims["truth"].where(drawn(rng, claims, 400))
    settings = {"cluster": "doc_id", "inclusion": None}
    result = corrected_shares(claims["machine"], human, claims, **settings)
    alone = corrected_shares(claims["machine"], human, claims, method="codes", **settings)
    found, codes = row(result.table, label="aid"), row(alone.table, label="aid")
    assert found["lambda"] < 0.1
    assert found["estimate"] == pytest.approx(codes["estimate"], abs=0.01)
    assert found["high"] - found["low"] == pytest.approx(codes["high"] - codes["low"], rel=0.05)


def test_row_order_changes_nothing():
    rng = np.random.default_rng(3)
    claims = corpus(rng).assign(voice=lambda t: np.where(t["doc_id"] < "d030", "nato", "un"))
    sample = sample_for_coding(claims, 150, by="voice", seed=4)
    sample["code"] = sample["truth"]
    settings = {"by": "voice", "cluster": "doc_id"}
    one = corrected_shares(claims["machine"], sample, claims, **settings).table
    mixed = claims.sample(frac=1, random_state=5)
    two = corrected_shares(
        mixed["machine"], sample.sample(frac=1, random_state=6), mixed, **settings
    ).table
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_table_of_codes_survives_csv(tmp_path):
    claims = corpus(np.random.default_rng(3))
    sample = sample_for_coding(claims, 150, seed=4)
    sample["code"] = sample["truth"]
    sample.to_csv(tmp_path / "codes.csv", index=False)
    read = pd.read_csv(tmp_path / "codes.csv")
    one = corrected_shares(claims["machine"], sample, claims, cluster="doc_id")
    two = corrected_shares(claims["machine"], read, claims, cluster="doc_id")
    pd.testing.assert_frame_equal(one.table, two.table, rtol=1e-12)
    assert "drawn as 150 claims with seed 4" in one.methods()
    json.dumps(one.settings["sampling"])


def test_aligned_codes_and_a_table_of_codes_agree():
    rng = np.random.default_rng(7)
    claims = corpus(rng)
    coded = drawn(rng, claims, 120)
    table = claims.loc[coded, ["claim_id"]].assign(frame=claims["truth"], inclusion=120 / 600)
    one = corrected_shares(
        claims["machine"], table, claims, cluster="doc_id", code="frame", method="dsl"
    )
    two = corrected_shares(
        claims["machine"],
        claims["truth"].where(coded),
        claims,
        cluster="doc_id",
        inclusion=None,
        method="dsl",
    )
    pd.testing.assert_frame_equal(one.table, two.table)


def test_whole_number_codes_match_patterns():
    machine, human, coded, claims = worked_example()
    table = claims.loc[coded].assign(code=human[coded].astype(int), inclusion=1 / 11)

    class Found:
        labels = machine.astype(int)

    result = corrected_shares(Found(), table, claims, cluster="doc_id")
    assert row(result.table, label=1)["estimate"] == pytest.approx(0.31810087833847445)
    table.loc[table.index[:3], "code"] = 3  # which the machine never gives
    names = corrected_shares(Found(), table, claims, cluster="doc_id").table["label"]
    assert names.map(repr).tolist() == ["0", "1", "3"]


def test_several_codes_per_claim_and_claims_that_the_machine_set_aside():
    machine, human, coded, claims = worked_example()
    lists = [["aid"] if value else [] for value in machine]
    codes = [
        (["aid"] if value else []) if c else None for value, c in zip(human, coded, strict=True)
    ]
    several = corrected_shares(lists, codes, claims, cluster="doc_id", inclusion=None)
    assert several.table["label"].tolist() == ["aid"]
    assert several.table["estimate"].iloc[0] == pytest.approx(0.31810087833847445)

    refused = np.where(machine == 1, 7, -1)
    codes = [([7] if value else []) if c else None for value, c in zip(human, coded, strict=True)]
    set_aside = corrected_shares(refused, codes, claims, cluster="doc_id", inclusion=None)
    assert set_aside.table["estimate"].tolist() == several.table["estimate"].tolist()
    assert "729 claims that the machine set aside count as carrying no code" in (
        set_aside.methods()
    )


def test_probabilities_that_are_certain_are_labels():
    machine, human, coded, claims = worked_example()
    sure = pd.DataFrame({"aid": machine, "war": 1 - machine})
    given = {"cluster": "doc_id", "inclusion": None}
    codes = as_labels(human, coded)
    one = corrected_shares(sure, codes, claims, **given)
    pd.testing.assert_frame_equal(one.table, example().table)
    hedged = corrected_shares(sure * 0.8 + 0.1, codes, claims, **given)
    # A linear change of the machine changes nothing where it is tuned freely.
    assert row(hedged.table, label="aid")["naive"] == pytest.approx(371 / 1100 * 0.8 + 0.1)
    assert row(hedged.table, label="aid")["estimate"] == pytest.approx(0.31810087833847445)


def test_shares_of_single_codes_add_up_to_1_with_dsl_and_codes_alone():
    rng = np.random.default_rng(8)
    claims = corpus(rng)
    three = claims["machine"].where(rng.random(len(claims)) < 0.7, "talks")
    human = claims["truth"].where(rng.random(len(claims)) < 0.8, "talks")
    human = human.where(drawn(rng, claims, 150))
    for method in ("dsl", "codes"):
        result = corrected_shares(
            three, human, claims, cluster="doc_id", inclusion=None, method=method
        )
        assert result.table["estimate"].sum() == pytest.approx(1)


def test_without_codes_the_machine_stands_uncorrected():
    machine, _, _, claims = worked_example()
    found = row(
        corrected_shares(as_labels(machine), None, claims, cluster="doc_id").table, label="aid"
    )
    assert (found["estimate"], found["method"]) == (found["naive"], "uncorrected")
    assert np.isnan([found["low"], found["high"], found["lambda"]]).all()
    assert found["note"] == "no human codes: the machine's share as it is"


def test_one_code_gives_no_estimate():
    machine, human, coded, claims = worked_example()
    one = np.arange(len(coded)) == 3
    result = corrected_shares(
        as_labels(machine), as_labels(human, one), claims, cluster="doc_id", inclusion=None
    )
    found = row(result.table, label="aid")
    assert np.isnan([found["estimate"], found["low"], found["high"]]).all()
    assert found["note"] == "one human code: no estimate"


def test_codes_from_one_document_have_no_interval():
    claims = corpus(np.random.default_rng(0), share=0.5)
    human = claims["truth"].where(claims["doc_id"] == "d001")
    found = row(
        corrected_shares(claims["machine"], human, claims, cluster="doc_id", inclusion=None).table,
        label="aid",
    )
    assert np.isfinite(found["estimate"])
    assert np.isnan([found["low"], found["high"]]).all()
    assert found["note"].startswith("codes from one cluster: no interval")


@pytest.mark.parametrize("method", METHODS)
def test_codes_that_are_all_alike_have_a_bound_on_documents(method):
    machine, _, coded, claims = worked_example()
    twenty = np.arange(len(coded)) < 20
    result = corrected_shares(
        as_labels(machine),
        as_labels(np.zeros(len(coded)), twenty),
        claims,
        cluster="doc_id",
        inclusion=None,
        method=method,
    )
    aid, war = row(result.table, label="aid"), row(result.table, label="war")
    assert (aid["estimate"], aid["low"], aid["lambda"]) == (0, 0, 0)
    assert aid["high"] == pytest.approx(0.16843347098308536, rel=1e-12)  # 1 - .025 ** (1 / 20)
    assert (war["low"], war["high"]) == (pytest.approx(1 - 0.16843347098308536), 1)
    assert (aid["method"], aid["note"]) == (
        "Clopper-Pearson on clusters",
        "in none of the coded claims",
    )


def test_uneven_chances_make_such_codes_worth_less():
    machine, _, coded, claims = worked_example()
    twenty = np.arange(len(coded)) < 20
    chances = np.where(np.arange(len(coded)) < 10, 0.5, 0.1)
    result = corrected_shares(
        as_labels(machine),
        as_labels(np.zeros(len(coded)), twenty),
        claims,
        cluster="doc_id",
        inclusion=chances,
    )
    # Kish: (10 * 2 + 10 * 10) ** 2 / (10 * 4 + 10 * 100) trials instead of 20
    trials = 120**2 / 1040
    assert row(result.table, label="aid")["high"] == pytest.approx(1 - 0.025 ** (1 / trials))


def test_a_machine_that_always_says_the_same_is_not_used():
    _, human, coded, claims = worked_example()
    result = corrected_shares(
        ["aid"] * len(coded), as_labels(human, coded), claims, cluster="doc_id", inclusion=None
    )
    found = row(result.table, label="aid")
    assert (found["estimate"], found["lambda"]) == (pytest.approx(0.3), 0)
    assert found["note"] == "the machine says the same of every claim: human codes alone"
    assert found["low"] < 0.3 < found["high"]


def test_few_coded_documents_use_t_and_say_so():
    claims = corpus(np.random.default_rng(0), share=0.5)
    human = claims["truth"].where(claims["doc_id"] < "d006")
    found = row(
        corrected_shares(claims["machine"], human, claims, cluster="doc_id", inclusion=None).table,
        label="aid",
    )
    assert found["n_coded_clusters"] == 6
    assert found["note"] == "codes from only 6 clusters: a rough guide"


def test_few_cases_say_so():
    found = row(example(tp=2, fn=1).table, label="aid")
    assert found["note"] == "only 3 coded claims with it: a rough guide"


def test_what_is_left_out_is_counted():
    claims = corpus(np.random.default_rng(0)).assign(voice="nato")
    sample = sample_for_coding(claims, 100)
    sample["code"] = sample["truth"]
    sample.loc[:2, "code"] = None
    machine = claims["machine"].copy()
    gone = ~claims["claim_id"].isin(sample["claim_id"])
    machine[claims.index[gone][:4]] = None
    claims.loc[claims.index[gone][4:6], "voice"] = None
    result = corrected_shares(machine, sample, claims, by="voice", cluster="doc_id")
    assert result.settings["set_aside"] == {
        "claims without a machine label": 4,
        "claims without a value in voice": 2,
        "human codes of claims so left out": 0,
        "drawn claims without a human code": 3,
    }
    assert result.settings["n_claims"] == result.table["n_claims"].iloc[0] == 594
    assert "4 claims without a machine label" in result.methods()
    with pytest.raises(FramingError, match="got 3 drawn claims without one"):
        corrected_shares(machine, sample, claims, cluster="doc_id", method="dsl")


def test_weights_repair_a_sample_that_looks_where_the_machine_says_yes():
    rng = np.random.default_rng(9)
    claims = corpus(rng, n_documents=400)
    chances = np.where(claims["machine"] == "aid", 0.5, 0.1)
    coded = rng.random(len(claims)) < chances
    human, truth = claims["truth"].where(coded), (claims["truth"] == "aid").mean()
    for method in METHODS:
        result = corrected_shares(
            claims["machine"], human, claims, cluster="doc_id", inclusion=chances, method=method
        )
        assert row(result.table, label="aid")["estimate"] == pytest.approx(truth, abs=0.025)
    plain = corrected_shares(
        claims["machine"], human, claims, cluster="doc_id", inclusion=None, method="codes"
    )
    assert row(plain.table, label="aid")["estimate"] > truth + 0.15


def test_coverage_of_ppi_and_of_the_machine_alone():
    rng = np.random.default_rng(10)
    covered, naive = [], []
    for _ in range(200):
        claims = corpus(rng, share=0.3)
        human = claims["truth"].where(drawn(rng, claims, 150))
        result = corrected_shares(
            claims["machine"], human, claims, cluster="doc_id", inclusion=None
        )
        found = row(result.table, label="aid")
        covered.append(found["low"] <= 0.3 <= found["high"])
        said = (claims["machine"] == "aid").groupby(claims["doc_id"]).agg(["sum", "size"])
        machine = logit_t_interval(said["sum"], said["size"])
        naive.append(machine.low <= 0.3 <= machine.high)
    assert 0.90 <= np.mean(covered) <= 0.99
    assert np.mean(naive) < 0.5


def test_faults_name_the_value():
    machine, human, coded, claims = worked_example()
    labels, codes = as_labels(machine), as_labels(human, coded)
    given = {"cluster": "doc_id", "inclusion": None}
    with pytest.raises(FramingError, match="'ppi\\+\\+', 'dsl', 'codes', 'acc'; got 'ppi'"):
        corrected_shares(labels, codes, claims, method="ppi", **given)
    with pytest.raises(FramingError, match="got 1,099 codes"):
        corrected_shares(labels, codes[1:], claims, **given)
    with pytest.raises(FramingError, match=r"\('aid', 'war'\); got 'help'"):
        corrected_shares(labels, ["help" if code else None for code in codes], claims, **given)
    with pytest.raises(FramingError, match=r"column 'inclusion'.*no such column.*by chance"):
        corrected_shares(labels, codes, claims, cluster="doc_id")
    with pytest.raises(FramingError, match=r"above 0.*got 0\.0 in rows 1050"):
        corrected_shares(
            labels, codes, claims, cluster="doc_id", inclusion=np.where(claims.index == 1050, 0, 1)
        )
    chances = np.where(claims.index == 7, np.nan, 0.5)
    with pytest.raises(FramingError, match="got nan in rows 7"):
        corrected_shares(labels, codes, claims, cluster="doc_id", inclusion=chances)
    with pytest.raises(FramingError, match=r"shape \(3,\)"):
        corrected_shares(labels, codes, claims, cluster="doc_id", inclusion=[0.1, 0.1, 0.1])
    with pytest.raises(FramingError, match=r"got 'outlets'\. Did"):
        corrected_shares(labels, codes, claims.assign(outlet="x"), by="outlets", **given)
    with pytest.raises(FramingError, match="between 0 and 1; got 95"):
        corrected_shares(labels, codes, claims, level=95, **given)
    with pytest.raises(FramingError, match=r"probability between 0 and 1.*rows 0, 1"):
        corrected_shares(pd.DataFrame({"aid": machine + 1}), codes, claims, **given)


def test_faults_in_a_table_of_codes_name_the_claim():
    machine, human, coded, claims = worked_example()
    labels = as_labels(machine)
    table = claims.loc[coded].assign(code=as_labels(human[coded]), inclusion=1 / 11)
    with pytest.raises(FramingError, match=r"twice or more: 'c0000'.*settle on one code"):
        corrected_shares(labels, pd.concat([table, table[:1]]), claims, cluster="doc_id")
    stray = table.assign(claim_id=table["claim_id"].replace("c0004", "x4"))
    with pytest.raises(FramingError, match="unknown claim_id 'x4'"):
        corrected_shares(labels, stray, claims, cluster="doc_id")
    with pytest.raises(FramingError, match="got 'frame'"):
        corrected_shares(labels, table, claims, cluster="doc_id", code="frame")
    with pytest.raises(FramingError, match="got 'claim_id'"):
        corrected_shares(labels, table, claims.drop(columns="claim_id"), cluster="doc_id")
    claims.loc[5, "doc_id"] = None
    with pytest.raises(FramingError, match="none in rows 5"):
        corrected_shares(labels, table, claims, cluster="doc_id")
