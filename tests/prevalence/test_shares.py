"""Shares and their intervals: published vectors, laws, edges."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from worked import A, B, claims_of, row

from framing import FramingError, load_corpus, shares
from framing.prevalence import logit_t_interval


@pytest.mark.parametrize(
    ("documents", "estimate", "se", "low", "high"),
    [
        (A, 0.2857142857142857, 0.0663186808541711, 0.1245028409705095, 0.5294363972697778),
        (B, 0.12, 0.03366343218786027, 0.04711340370966904, 0.27330430482509266),
    ],
)
def test_logit_t_interval_matches_the_worked_example(documents, estimate, se, low, high):
    sizes, counts = zip(*documents, strict=True)
    found = logit_t_interval(counts, sizes)
    assert found.method == "logit-t"
    np.testing.assert_allclose(
        [found.estimate, found.se, found.low, found.high], [estimate, se, low, high], rtol=1e-12
    )


def test_shares_reduce_claims_to_the_same_intervals():
    claims = claims_of(A=A, B=B)
    result = shares(claims["label"], claims, cluster="doc_id")
    found = row(result, voice="A", label="x")
    np.testing.assert_allclose(
        [found["estimate"], found["low"], found["high"]],
        [0.2857142857142857, 0.1245028409705095, 0.5294363972697778],
        rtol=1e-12,
    )
    assert (found["n_claims"], found["n_clusters"], found["n_documents"], found["count"]) == (
        35,
        4,
        4,
        10,
    )


def test_shares_of_single_labels_sum_to_one_in_every_group():
    claims = claims_of(A=A, B=B)
    claims["denied"] = np.arange(len(claims)) % 3 == 0
    for denied in ("apart", "together"):
        table = shares(claims["label"], claims, cluster="doc_id", denied=denied).table
        np.testing.assert_allclose(table.groupby("voice")["estimate"].sum(), 1)
        assert ("denied" in table.columns) == (denied == "apart")


def test_row_order_changes_nothing():
    claims = claims_of(A=A, B=B)
    shuffled = claims.sample(frac=1, random_state=1)
    one = shares(claims["label"], claims, cluster="doc_id").table
    two = shares(shuffled["label"], shuffled, cluster="doc_id").table
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_complementary_labels_have_mirrored_intervals():
    claims = claims_of(A=A)
    result = shares(claims["label"], claims, cluster="doc_id")
    x, y = row(result, label="x"), row(result, label="y")
    np.testing.assert_allclose([x["low"], x["high"]], [1 - y["high"], 1 - y["low"]])


def test_interval_is_wider_when_documents_are_the_unit():
    claims = claims_of(A=[(20, 20), (20, 0), (20, 18), (20, 1), (20, 10), (20, 11)])
    by_document = row(shares(claims["label"], claims, cluster="doc_id"), label="x")
    alone = claims.assign(claim_id=range(len(claims)))
    by_claim = row(shares(claims["label"], alone, cluster="claim_id"), label="x")
    assert by_document["high"] - by_document["low"] > 2 * (by_claim["high"] - by_claim["low"])


def test_patterns_arrays_and_columns_are_taken_alike():
    claims = claims_of(A=A)
    codes = (claims["label"] == "x").astype(int) - 1  # 0 and -1, as discover gives them

    @dataclasses.dataclass
    class Found:
        labels: np.ndarray

    tables = [
        shares(labels, claims, cluster="doc_id").table
        for labels in (codes, codes.to_numpy(), codes.tolist(), Found(codes.to_numpy()))
    ]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], table)
    assert tables[0]["label"].tolist() == [0, -1]  # set aside goes last and is not lost


def test_several_labels_per_claim():
    claims = claims_of(A=[(2, 0), (2, 0)])
    result = shares([["aid", "cost"], ["aid"], [], ["cost"]], claims, cluster="doc_id")
    assert result.table.set_index("label")["estimate"].to_dict() == {"aid": 0.5, "cost": 0.5}
    assert result.settings["multi_label"]


def test_asserted_and_denied_share_a_denominator():
    claims = claims_of(A=[(4, 4), (4, 4)])
    claims["denied"] = [True, False, False, False] * 2
    result = shares(claims["label"], claims, cluster="doc_id")
    assert row(result, denied=True)["estimate"] == 0.25
    assert row(result, denied=False)["n_claims"] == 8


def test_uncoded_claims_are_left_out_and_counted():
    claims = claims_of(A=[(3, 3), (3, 1)], B=[(2, 1), (2, 1)])
    claims.loc[0, "label"] = None
    claims.loc[claims.index[-1], "voice"] = None
    result = shares(claims["label"], claims, cluster="doc_id")
    assert result.settings["n_claims"] == 8
    assert result.settings["set_aside"] == {
        "claims without a label": 1,
        "labelled claims without a value in voice": 1,
    }
    assert "1 claims without a label" in result.methods()


def test_one_document_has_no_interval_and_says_so():
    claims = claims_of(A=[(10, 4)])
    found = row(shares(claims["label"], claims, cluster="doc_id"), label="x")
    assert found["estimate"] == 0.4
    assert np.isnan([found["low"], found["high"]]).all()
    assert (found["method"], found["note"]) == ("none", "one cluster: no interval")


@pytest.mark.parametrize(
    ("n_documents", "upper"),
    [(5, 0.5218237501048507), (10, 0.30849710781876083), (20, 0.16843347098308536)],
)
def test_absent_label_has_an_upper_bound_on_documents(n_documents, upper):
    found = logit_t_interval([0] * n_documents, [7] * n_documents)
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(upper, rel=1e-12)
    mirrored = logit_t_interval([7] * n_documents, [7] * n_documents)
    assert (mirrored.low, mirrored.high) == (pytest.approx(1 - upper), 1)


def test_equal_documents_give_no_zero_width_interval():
    found = logit_t_interval([1, 1, 1], [2, 2, 2])
    assert np.isnan([found.low, found.high]).all()
    assert found.note == "no spread between clusters: no interval"


def test_few_documents_carry_a_note():
    assert logit_t_interval([1, 2, 1], [4, 4, 4]).note == "only 3 clusters: a rough guide"


def test_empty_documents_do_not_count():
    assert logit_t_interval([4, 1, 3, 2, 0], [10, 5, 8, 12, 0]) == logit_t_interval(
        [4, 1, 3, 2], [10, 5, 8, 12]
    )


def test_clustering_by_document_is_conditional_on_the_outlets():
    claims = claims_of(A=A, B=B)
    claims["outlet"] = claims["doc_id"].str[-1]
    assert (
        "conditional on the outlets" in shares(claims["label"], claims, cluster="doc_id").methods()
    )
    for settings in ({"cluster": "outlet"}, {"cluster": "doc_id", "by": "outlet"}):
        assert "conditional" not in shares(claims["label"], claims, **settings).methods()


def test_coverage_of_the_logit_t_interval_at_20_documents():
    # Beta-binomial documents: share .15, intraclass correlation .1, about 20 claims each.
    rng = np.random.default_rng(0)
    sizes = rng.poisson(20, size=(1000, 20)) + 1
    a = 0.15 * (1 / 0.1 - 1)
    counts = rng.binomial(sizes, rng.beta(a, a * 0.85 / 0.15, size=sizes.shape))
    covered = [
        found.low <= 0.15 <= found.high
        for found in (logit_t_interval(k, n) for k, n in zip(counts, sizes, strict=True))
    ]
    assert 0.91 <= np.mean(covered) <= 0.97


def test_notebook_view_escapes_texts():
    claims = claims_of(A=A)
    html = shares(claims["label"].replace("x", "<script>"), claims, cluster="doc_id")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_faults_name_the_value():
    claims = claims_of(A=A)
    with pytest.raises(FramingError, match=r"got 'voices'\. Did you mean 'voice'"):
        shares(claims["label"], claims, by="voices", cluster="doc_id")
    with pytest.raises(FramingError, match=r"35 claims.*got 34 labels"):
        shares(claims["label"][:-1], claims, cluster="doc_id")
    with pytest.raises(FramingError, match="got 95"):
        shares(claims["label"], claims, cluster="doc_id", level=95)
    with pytest.raises(FramingError, match="'apart', 'together'; got 'split'"):
        shares(claims["label"], claims, cluster="doc_id", denied="split")
    claims.loc[[3, 8], "doc_id"] = None
    with pytest.raises(FramingError, match=r"'doc_id'.*rows 3, 8"):
        shares(claims["label"], claims, cluster="doc_id")
    with pytest.raises(FramingError, match="labels of one type"):
        shares([1, "a", *[2] * 33], claims_of(A=A), cluster="doc_id")
    with pytest.raises(FramingError, match="size of their cluster; got 1"):
        logit_t_interval([1, 5], [2, 4])
    with pytest.raises(FramingError, match="at least one cluster"):
        logit_t_interval([0], [0])


def test_shares_of_patterns_say_that_they_were_found_in_these_documents():
    claims = claims_of(A=A)
    codes = (claims["label"] == "x").astype(int).to_numpy()

    @dataclasses.dataclass
    class Found:
        labels: np.ndarray

    words = "found in these same documents"
    assert words in shares(Found(codes), claims, cluster="doc_id").methods()
    assert words not in shares(codes, claims, cluster="doc_id").methods()


def test_some_labels_are_shown_as_they_were_computed_with_all() -> None:
    codes = load_corpus("kyiv_visit").codes
    whole = shares(codes["frames"], codes, by="voice", cluster="doc_id")
    some = whole.only(["peace_talks", "aggression"])
    assert type(some) is type(whole)
    assert some.settings == whole.settings
    kept = whole.table[whole.table["label"].isin(["peace_talks", "aggression"])]
    pd.testing.assert_frame_equal(some.table, kept)
    with pytest.raises(FramingError, match="Did you mean 'peace_talks'"):
        whole.only(["peace_talk"])
