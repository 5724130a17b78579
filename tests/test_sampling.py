"""Samples for coding: chances that are true, the same sample for the same claims, faults."""

import json

import numpy as np
import pandas as pd
import pytest

from framing import FramingError
from framing.sampling import sample_for_coding


def claims_of(n_documents=30, size=4):
    n = n_documents * size
    return pd.DataFrame(
        {
            "claim_id": [f"c{i:03}" for i in range(n)],
            "doc_id": [f"d{i // size:02}" for i in range(n)],
            "voice": ["nato" if i % 6 else "un" for i in range(n)],  # 100 and 20
            "outlet": ["Courier" if i < n * 4 // 5 else "Dispatch" for i in range(n)],
        }
    )


def chances_seen(claims, n, *, rounds=2000, **settings):
    """How often each claim is drawn, and the chance it was told to have."""
    seen, told = np.zeros(len(claims)), np.zeros(len(claims))
    place = pd.Series(range(len(claims)), index=claims["claim_id"])
    for seed in range(rounds):
        sample = sample_for_coding(claims, n, seed=seed, **settings)
        rows = place[sample["claim_id"]].to_numpy()
        seen[rows] += 1 / rounds
        told[rows] = sample["inclusion"]
    return seen, told


def test_simple_sample_has_equal_chances():
    sample = sample_for_coding(claims_of(), 30)
    assert sample["inclusion"].tolist() == [0.25] * 30
    assert sample["claim_id"].is_unique
    assert set(sample["stratum"]) == {"all"}


def test_proportional_strata():
    sample = sample_for_coding(claims_of(), 30, by="voice")
    assert sample["stratum"].value_counts().to_dict() == {"nato": 25, "un": 5}
    assert (sample["stratum"] == sample["voice"]).all()
    assert set(sample["inclusion"]) == {0.25}


def test_equal_strata_and_their_chances():
    sample = sample_for_coding(claims_of(), 21, by="voice", allocation="equal")
    assert sample["stratum"].value_counts().to_dict() == {"nato": 11, "un": 10}
    assert sample.groupby("stratum")["inclusion"].first().to_dict() == {"nato": 0.11, "un": 0.5}


def test_inverse_chances_add_up_to_the_corpus():
    claims = claims_of()
    for settings in ({}, {"by": "voice", "allocation": "equal"}, {"by": ["voice", "outlet"]}):
        sample = sample_for_coding(claims, 20, **settings)
        assert (1 / sample["inclusion"]).sum() == pytest.approx(len(claims))


def test_small_strata_get_at_least_one():
    claims = claims_of()
    claims.loc[0, "voice"] = "us"
    sample = sample_for_coding(claims, 5, by="voice")
    assert sample["stratum"].value_counts().to_dict() == {"nato": 3, "un": 1, "us": 1}


def test_documents_bring_all_their_claims():
    sample = sample_for_coding(claims_of(), 6, unit="documents")
    assert sample["doc_id"].value_counts().tolist() == [4] * 6
    assert set(sample["inclusion"]) == {0.2}
    strata = sample_for_coding(claims_of(), 8, unit="documents", by="outlet", allocation="equal")
    assert strata.groupby("outlet")["doc_id"].nunique().to_dict() == {"Courier": 4, "Dispatch": 4}


def test_some_claims_of_each_document():
    claims = claims_of().drop(index=range(1, 4))  # the first document has one claim
    sample = sample_for_coding(claims, 30, unit="documents", per_document=2)
    assert sample["doc_id"].value_counts().to_dict() == {
        f"d{d:02}": 1 if d == 0 else 2 for d in range(30)
    }
    assert sample["inclusion"].tolist() == [1.0] + [0.5] * 58


@pytest.mark.parametrize(
    "settings",
    [
        {"n": 6, "by": "voice", "allocation": "equal"},
        {"n": 3, "unit": "documents", "per_document": 2},
    ],
)
def test_told_chances_are_true(settings):
    claims = claims_of(n_documents=9, size=4).drop(index=[1, 2, 3]).reset_index(drop=True)
    seen, told = chances_seen(claims, rounds=400, **settings)
    np.testing.assert_allclose(seen, told, atol=4.5 * 0.5 / 20)  # 4.5 standard errors
    assert seen.sum() == pytest.approx(told.sum(), abs=0.15)


def test_same_sample_for_the_same_claims_in_any_order():
    claims = claims_of()
    for settings in ({"by": "voice"}, {"unit": "documents", "per_document": 2}):
        one = sample_for_coding(claims, 12, seed=7, **settings)
        two = sample_for_coding(claims.sample(frac=1, random_state=1), 12, seed=7, **settings)
        pd.testing.assert_frame_equal(one, two)
        other = sample_for_coding(claims, 12, seed=8, **settings)
        assert one["claim_id"].tolist() != other["claim_id"].tolist()


def test_the_callers_table_and_other_columns_are_kept():
    claims = claims_of()
    before = claims.copy()
    sample = sample_for_coding(claims, 12)
    pd.testing.assert_frame_equal(claims, before)
    assert list(sample.columns) == [*claims.columns, "inclusion", "stratum"]


def test_settings_are_plain_and_chances_survive_csv(tmp_path):
    sample = sample_for_coding(claims_of(), 12, by="voice", seed=3)
    stored = json.loads(json.dumps(sample.attrs["sampling"]))
    assert (stored["n"], stored["seed"], stored["n_claims"]) == (12, 3, 120)
    assert stored["strata"] == {
        "nato": {"units": 100, "drawn": 10},
        "un": {"units": 20, "drawn": 2},
    }
    sample.to_csv(tmp_path / "sample.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "sample.csv"), sample)


def test_faults_name_the_value():
    claims = claims_of()
    with pytest.raises(FramingError, match="at least 25 claims each; got 'un: 20'"):
        sample_for_coding(claims, 50, by="voice", allocation="equal")
    with pytest.raises(FramingError, match="at most 120 claims to draw; got n=121"):
        sample_for_coding(claims, 121)
    with pytest.raises(FramingError, match="at most 30 documents to draw; got n=31"):
        sample_for_coding(claims, 31, unit="documents")
    with pytest.raises(FramingError, match="each of 2 strata; got n=1"):
        sample_for_coding(claims, 1, by="voice")
    with pytest.raises(FramingError, match="at least 1 to draw; got n=0"):
        sample_for_coding(claims, 0)
    with pytest.raises(FramingError, match=r"one stratum; got 'nato', 'un' in 'd00'"):
        sample_for_coding(claims, 5, by="voice", unit="documents")
    with pytest.raises(FramingError, match=r"got 'voices'\. Did you mean 'voice'"):
        sample_for_coding(claims, 5, by="voices")
    with pytest.raises(FramingError, match="'claims', 'documents'; got 'claim'"):
        sample_for_coding(claims, 5, unit="claim")
    with pytest.raises(FramingError, match="'proportional', 'equal'; got 'even'"):
        sample_for_coding(claims, 5, allocation="even")
    with pytest.raises(FramingError, match="per_document=2 with unit='claims'"):
        sample_for_coding(claims, 5, per_document=2)
    with pytest.raises(FramingError, match="not yet sampled; got the column 'inclusion'"):
        sample_for_coding(sample_for_coding(claims, 5), 2)
    claims.loc[[3, 8], "voice"] = None
    with pytest.raises(FramingError, match="'voice' for every claim; got none in rows 3, 8"):
        sample_for_coding(claims, 5, by="voice")
    claims.loc[1, "claim_id"] = "c000"
    with pytest.raises(FramingError, match="twice or more: 'c000'"):
        sample_for_coding(claims, 5)
