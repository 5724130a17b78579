"""Kappas, percent agreement, pairs of coders: published values, laws, faults."""

import numpy as np
import pandas as pd
import pytest

from framing import FramingError
from framing.agreement import alpha, cohen_kappa, fleiss_kappa, pairs, percent_agreement

# Ten units by fourteen raters, from the article on Fleiss' kappa in Wikipedia.
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def two_coders(table):
    """Codes of two coders from their cross table."""
    cells = [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)]
    return codes_by(Ann=[a for a, _ in cells], Ben=[b for _, b in cells])


def codes_by(**coders):
    rows = [
        {"claim_id": unit, "coder": coder, "code": code}
        for coder, codes in coders.items()
        for unit, code in enumerate(codes)
    ]
    return pd.DataFrame(rows)


def first(result):
    return result.table.iloc[0]


@pytest.mark.parametrize(
    ("table", "kappa", "se"),
    [
        ([[20, 5], [10, 15]], 2 / 5, 0.12699606293110033),
        ([[118, 5], [2, 0]], -4 / 171, None),
        ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], 4303 / 5403, 0.05891071832608148),
    ],
)
def test_cohen_kappa_matches_published_values(table, kappa, se):
    found = first(cohen_kappa(two_coders(table)))
    assert found["estimate"] == pytest.approx(kappa, abs=1e-12)
    if se:
        assert (found["high"] - found["low"]) / 2 == pytest.approx(
            1.959963984540054 * se, abs=1e-12
        )
        assert found["method"] == "normal"


def test_rare_codes_bring_kappa_down_at_high_agreement():
    codes = two_coders([[118, 5], [2, 0]])
    share = first(percent_agreement(codes))
    assert share["estimate"] == pytest.approx(0.944)
    assert share["low"] < 0.944 < share["high"]
    assert share["method"] == "logit-t"
    assert first(alpha(codes))["estimate"] < 0


def test_fleiss_kappa_matches_the_published_value():
    raters = np.array([np.repeat(range(5), row) for row in FLEISS]).T
    codes = codes_by(**{f"rater {i}": codes for i, codes in enumerate(raters.tolist())})
    found = first(fleiss_kappa(codes))
    assert found["estimate"] == pytest.approx(4211 / 20059, abs=1e-12)
    assert np.isnan([found["low"], found["high"]]).all()
    assert found["note"] == "no interval for Fleiss' kappa: use alpha"
    assert found["n_coders"] == 14


def test_percent_agreement_counts_pairs_of_codes():
    # Pairs that agree: 3 of 3, 1 of 3, 0 of 1; the fourth unit has one code.
    codes = codes_by(
        Ann=["a", "a", "a", "b"], Ben=["a", "a", "b", None], Eve=["a", "b", None, None]
    )
    found = first(percent_agreement(codes))
    assert found["estimate"] == pytest.approx(4 / 7)
    assert (found["n_units"], found["n_pairable"], found["count"]) == (4, 3, 8)
    whole = first(percent_agreement(codes_by(Ann=[["a", "b"], []], Ben=[["b", "a"], []])))
    assert (whole["estimate"], whole["high"]) == (1, 1)
    assert whole["method"] == "Clopper-Pearson on clusters"
    documents = codes.assign(doc_id=codes["claim_id"] // 2)
    assert first(percent_agreement(documents, cluster="doc_id"))["n_clusters"] == 2


def test_constant_coders_are_told_apart_without_warnings():
    one, both = codes_by(Ann=list("aaaa"), Ben=list("abab")), codes_by(Ann=["a"] * 4, Ben=["a"] * 4)
    assert first(cohen_kappa(one))["estimate"] == 0
    assert first(cohen_kappa(one))["note"].startswith("one coder gave one code only")
    for kappa in (cohen_kappa, fleiss_kappa):
        assert np.isnan(first(kappa(both))["estimate"])
        assert first(kappa(both))["note"] == "no variation: all codes are alike"
    split = codes_by(Ann=["a"] * 4, Ben=["b"] * 4)
    assert first(cohen_kappa(split))["estimate"] == 0
    assert first(alpha(split))["estimate"] < 0


def test_perfect_agreement_has_no_interval():
    found = first(cohen_kappa(codes_by(Ann=list("abca"), Ben=list("abca"))))
    assert found["estimate"] == 1
    assert np.isnan(found["low"])
    assert found["note"] == "perfect agreement: no interval"


def test_missing_codes_are_set_aside_and_counted():
    complete = two_coders([[20, 5], [10, 15]])
    extra = pd.DataFrame(
        {"claim_id": [98, 99, 99], "coder": ["Ann", "Ann", "Ben"], "code": [1, 1, None]}
    )
    for measure in (cohen_kappa, fleiss_kappa, percent_agreement):
        one, two = measure(complete), measure(pd.concat([complete, extra]))
        assert first(one)["estimate"] == first(two)["estimate"]
        assert two.settings["set_aside"] == {"rows without a code": 1, "units with one code": 2}
        assert "2 units with one code" in two.methods()
    nothing = codes_by(Ann=["a", None], Ben=[None, "b"])
    for measure in (cohen_kappa, fleiss_kappa, percent_agreement):
        assert first(measure(nothing))["note"] == "no unit with two codes"


def test_swapping_coders_or_rows_changes_nothing():
    codes = two_coders([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    swapped = codes.assign(coder=codes["coder"].map({"Ann": "Zoe", "Ben": "Ada"}))
    for measure in (cohen_kappa, fleiss_kappa, percent_agreement, alpha):
        columns = ["estimate", "low", "high"]
        np.testing.assert_allclose(
            measure(codes).table[columns].astype(float),
            measure(swapped.sample(frac=1, random_state=1)).table[columns].astype(float),
        )


def test_pairs_compare_every_two_coders():
    codes = codes_by(
        Ann=list("aabbcc"), Ben=list("aabbca"), Eve=["c", "b", None, "a", "b", "c"], Sam=[None] * 6
    )
    table = pairs(codes)
    assert table[["coder", "other"]].to_numpy().tolist() == [
        ["Ann", "Ben"], ["Ann", "Eve"], ["Ben", "Eve"],
    ]  # fmt: skip
    assert table["n_pairable"].tolist() == [6, 5, 5]
    for row in table.itertuples():
        two = codes[codes["coder"].isin([row.coder, row.other])]
        assert row.alpha == pytest.approx(first(alpha(two))["estimate"])
        assert row.low == pytest.approx(first(alpha(two))["low"])
        assert row.kappa == pytest.approx(first(cohen_kappa(two))["estimate"])
        assert row.percent_agreement == pytest.approx(first(percent_agreement(two))["estimate"])


def test_pairs_follow_scale_distance_and_clusters():
    codes = codes_by(Ann=[1, 2, 3, 4, 4, 1], Ben=[1, 2, 4, 4, 3, 2]).assign(
        doc_id=[0, 0, 1, 1, 2, 2] * 2
    )
    row = pairs(codes, scale="ordinal", cluster="doc_id").iloc[0]
    whole = first(alpha(codes, scale="ordinal", cluster="doc_id"))
    assert (row["alpha"], row["low"]) == (whole["estimate"], whole["low"])
    assert row["note"] == "only 3 clusters: a rough guide"
    lists = codes.assign(code=[[code] for code in codes["code"]])
    row = pairs(lists, distance="masi").iloc[0]
    assert np.isnan(row["kappa"])
    assert "kappa needs one code per unit" in row["note"]
    apart = pairs(codes_by(Ann=["a", None], Ben=[None, "b"])).iloc[0]
    assert np.isnan([apart["alpha"], apart["kappa"], apart["percent_agreement"]]).all()
    assert apart["note"] == "no unit with two codes"


def test_faults_name_the_value():
    three = codes_by(Ann=["a", "b"], Ben=["a", "b"], Eve=["a", "b"])
    with pytest.raises(FramingError, match=r"two coders; got 3: 'Ann', 'Ben', 'Eve'.*pairs"):
        cohen_kappa(three)
    unequal = codes_by(Ann=list("abab"), Ben=list("abba"), Eve=["a", "b", "a", None])
    with pytest.raises(FramingError, match=r"3 codes for every unit; got another number for 3\b"):
        fleiss_kappa(unequal)
    with pytest.raises(FramingError, match=r"'0 by Ann'"):
        percent_agreement(pd.concat([three, three.iloc[[0]]]))
    with pytest.raises(FramingError, match="got 95"):
        pairs(three, level=95)
