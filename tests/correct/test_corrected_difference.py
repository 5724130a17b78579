"""Corrected differences: a worked example, laws, edges."""

import numpy as np
import pandas as pd
import pytest
from noisy import as_labels, corpus, drawn, row, worked_example

from framing import FramingError
from framing.correct import corrected_difference, corrected_shares

BETWEEN = {"between": "voice", "groups": ("nato", "un"), "cluster": "doc_id"}


def two_groups():
    """The worked example for one group, and for the other a machine that over-reports."""
    a = worked_example()
    b = worked_example(tp=15, fn=5, fp=20, tn=60, n_positive=450)
    machine, human, coded = (np.concatenate([a[i], b[i]]) for i in range(3))
    claims = pd.concat([a[3].assign(voice="nato"), b[3].assign(voice="un")], ignore_index=True)
    claims["doc_id"] = claims["claim_id"] = claims["voice"] + claims["claim_id"]
    return as_labels(machine), as_labels(human, coded), claims


def both(rng, share_a=0.3, share_b=0.3):
    """Two groups of claims in documents of their own; the machine errs more in the second."""
    a = corpus(rng, share=share_a, sensitivity=0.9, specificity=0.95).assign(voice="nato")
    b = corpus(rng, share=share_b, sensitivity=0.8, specificity=0.8).assign(voice="un")
    for part, name in ((a, "a"), (b, "b")):
        part[["claim_id", "doc_id"]] = name + part[["claim_id", "doc_id"]]
    claims = pd.concat([a, b], ignore_index=True)
    coded = np.concatenate([drawn(rng, a, 150), drawn(rng, b, 150)])
    return claims, claims["truth"].where(coded)


def test_worked_example_where_the_machine_alone_has_the_wrong_sign():
    machine, human, claims = two_groups()
    result = corrected_difference(machine, human, claims, inclusion=None, method="dsl", **BETWEEN)
    found = row(result.table, label="aid")
    assert found["estimate"] == pytest.approx(0.03636363636363638, abs=1e-9)
    assert found["naive"] == pytest.approx(-0.1036363636, abs=1e-9)
    assert (found["a"], found["b"]) == ("nato", "un")
    assert found["share_b"] == pytest.approx(0.2909090909, abs=1e-9)
    # HC0 .0619856748919512 before n / (n - 1) within coded and other clusters, times t of 198 df
    assert (found["high"] - found["low"]) / 2 == pytest.approx(0.0619856748919512 * 1.972, rel=0.01)
    assert (found["high"] + found["low"]) / 2 == pytest.approx(found["estimate"])
    assert found[["n_coded_a", "n_coded_b", "n_claims_a", "n_claims_b"]].tolist() == [
        100, 100, 1100, 1100,
    ]  # fmt: skip


def test_variances_of_disjoint_documents_add_up():
    machine, human, claims = two_groups()
    given = {"cluster": "doc_id", "inclusion": None, "method": "dsl"}
    result = corrected_difference(machine, human, claims, between="voice",
                                  groups=("nato", "un"), **given)  # fmt: skip
    found = row(result.table, label="aid")
    t = {99: 1.9842169515864174, 197: 1.9720790337760344}
    alone = corrected_shares(machine, human, claims, by="voice", **given).table
    arms = [
        (one["high"] - one["low"]) / 2 / t[99]
        for one in (row(alone, voice=voice, label="aid") for voice in ("nato", "un"))
    ]
    half = (found["high"] - found["low"]) / 2
    assert half == pytest.approx(np.hypot(*arms) * t[197], rel=1e-3)
    assert 99 < found["df"] < 198


def test_it_is_the_difference_of_the_corrected_shares():
    claims, human = both(np.random.default_rng(0))
    given = {"cluster": "doc_id", "inclusion": None}
    found = row(
        corrected_difference(claims["machine"], human, claims, inclusion=None, **BETWEEN).table,
        label="aid",
    )
    alone = corrected_shares(claims["machine"], human, claims, by="voice", **given).table
    a, b = (row(alone, voice=voice, label="aid") for voice in ("nato", "un"))
    assert found["estimate"] == a["estimate"] - b["estimate"]
    assert (found["lambda_a"], found["lambda_b"]) == (a["lambda"], b["lambda"])


def test_swapping_groups_turns_the_sign():
    claims, human = both(np.random.default_rng(1))
    given = {"between": "voice", "cluster": "doc_id", "inclusion": None}
    one = corrected_difference(claims["machine"], human, claims, groups=("nato", "un"), **given)
    two = corrected_difference(claims["machine"], human, claims, groups=("un", "nato"), **given)
    for left, right in (("estimate", "estimate"), ("low", "high"), ("naive", "naive")):
        np.testing.assert_allclose(one.table[left], -two.table[right])


def test_shared_documents_count_once():
    """Two groups that rise and fall together in the same documents differ more surely."""
    rng = np.random.default_rng(2)
    mood = np.repeat(rng.random(60) < 0.5, 10)
    truth = np.where(rng.random(600) < np.where(mood, 0.8, 0.2), 1, 0)
    claims = pd.DataFrame(
        {
            "claim_id": range(600),
            "doc_id": np.repeat(np.arange(60), 10),
            "voice": np.tile(["nato", "un"], 300),
        }
    )
    human = as_labels(truth)
    together = row(
        corrected_difference(human, human, claims, inclusion=None, **BETWEEN).table, label="aid"
    )
    apart = claims.assign(doc_id=claims["doc_id"].astype(str) + claims["voice"])
    disjoint = row(
        corrected_difference(human, human, apart, inclusion=None, **BETWEEN).table, label="aid"
    )
    assert together["estimate"] == pytest.approx(disjoint["estimate"])
    width = together["high"] - together["low"]
    assert width < 0.7 * (disjoint["high"] - disjoint["low"])
    # All are coded: the standard error is that of the documents' own differences.
    frame = claims.assign(y=truth)
    sums = frame.pivot_table(index="doc_id", columns="voice", values="y", aggfunc="sum")
    part = (sums - sums.mean()) / 300
    se = np.sqrt(60 / 59 * np.square(part["nato"] - part["un"]).sum())
    assert width / 2 == pytest.approx(se * 1.98, rel=0.01)


def test_a_group_without_the_code_has_newcombes_bounds():
    claims, human = both(np.random.default_rng(3))
    human = human.where(human.isna() | (claims["voice"] == "un"), "war")
    found = row(
        corrected_difference(claims["machine"], human, claims, inclusion=None, **BETWEEN).table,
        label="aid",
    )
    assert (found["share_a"], found["method"]) == (0, "Newcombe")
    assert found["note"] == "nato: in none of the coded claims"
    alone = corrected_shares(
        claims["machine"], human, claims, by="voice", cluster="doc_id", inclusion=None
    ).table
    a, b = (row(alone, voice=voice, label="aid") for voice in ("nato", "un"))
    assert found["low"] == pytest.approx(-b["estimate"] - (b["high"] - b["estimate"]))
    upper = -b["estimate"] + np.hypot(a["high"], b["estimate"] - b["low"])
    assert found["high"] == pytest.approx(upper)


def test_one_code_in_a_group_gives_no_difference():
    claims, human = both(np.random.default_rng(4))
    first = human.notna() & (claims["voice"] == "nato")
    human = human.where(~first | (first.cumsum() == 1))
    found = row(
        corrected_difference(claims["machine"], human, claims, inclusion=None, **BETWEEN).table,
        label="aid",
    )
    assert np.isnan([found["estimate"], found["low"], found["high"]]).all()
    assert (found["method"], found["note"]) == ("none", "nato: one human code: no estimate")


def test_a_difference_that_the_machine_makes_up_is_undone():
    rng = np.random.default_rng(5)
    covered, naive = [], []
    for _ in range(100):
        claims, human = both(rng)
        found = row(
            corrected_difference(claims["machine"], human, claims, inclusion=None, **BETWEEN).table,
            label="aid",
        )
        covered.append(found["low"] <= 0 <= found["high"])
        naive.append(found["naive"])
    assert np.mean(covered) >= 0.88
    assert np.mean(naive) < -0.05  # 0 in truth


def test_faults_name_the_group():
    claims, human = both(np.random.default_rng(6))
    machine = claims["machine"]
    given = {"between": "voice", "cluster": "doc_id", "inclusion": None}
    with pytest.raises(FramingError, match=r"none for 'nato' \(there are some for 'un'\)"):
        corrected_difference(
            machine, human.where(claims["voice"] == "un"), claims, groups=("nato", "un"), **given
        )
    with pytest.raises(FramingError, match=r"got 'nat0'\. Did you mean 'nato'"):
        corrected_difference(machine, human, claims, groups=("nat0", "un"), **given)
    with pytest.raises(FramingError, match=r"two different groups; got \('un', 'un'\)"):
        corrected_difference(machine, human, claims, groups=("un", "un"), **given)
    with pytest.raises(FramingError, match="'codes'; got 'acc'"):
        corrected_difference(machine, human, claims, groups=("nato", "un"), method="acc", **given)


def test_methods_say_what_was_compared():
    claims, human = both(np.random.default_rng(7))
    text = corrected_difference(
        claims["machine"], human, claims, inclusion=None, **BETWEEN
    ).methods()
    assert text.startswith("Differences between shares by voice (nato less un) in 1,200 claims")
    assert "arXiv:2311.01453" in text
    assert "Welch" in text
