"""Shares within voices where voice and code are both found by a machine."""

import numpy as np
import pandas as pd
import pytest
from noisy import drawn, row

from framing import FramingError, shares
from framing.correct import corrected_cells

CODES = ("aid", "talks", "war")
SHARES = {"nato": (0.6, 0.3, 0.1), "un": (0.1, 0.3, 0.6)}  # of each code in each true voice


def speeches(rng, *, n_documents=60, size=12):
    """True voices and codes, and a machine that takes one voice for the other, and codes too."""
    n = n_documents * size
    voice = rng.choice(list(SHARES), n)
    code = np.array([CODES[rng.choice(3, p=SHARES[v])] for v in voice])
    wrong_voice, wrong_code = rng.random(n) < 0.2, rng.random(n) < 0.15
    claims = pd.DataFrame(
        {"claim_id": [f"c{i:04}" for i in range(n)], "doc_id": np.arange(n) // size}
    )
    truth = claims[["claim_id"]].assign(voice=voice, code=code)
    other = np.where(voice == "nato", "un", "nato")
    machine = truth.assign(
        voice=np.where(wrong_voice, other, voice),
        code=np.where(wrong_code, rng.choice(CODES, n), code),
    )
    return claims, truth, machine


@pytest.mark.parametrize("method", ["ppi++", "dsl", "codes"])
def test_with_all_claims_coded_it_is_the_true_share(method):
    claims, truth, machine = speeches(np.random.default_rng(0))
    table = corrected_cells(
        machine, truth, claims, cluster="doc_id", inclusion=None, method=method
    ).table
    exact = pd.crosstab(truth["voice"], truth["code"], normalize="index")
    for found in table.to_dict("records"):
        assert found["estimate"] == pytest.approx(exact.loc[found["voice"], found["label"]])
    given = pd.crosstab(machine["voice"], machine["code"], normalize="index")
    np.testing.assert_allclose(table["naive"], given.stack())


def test_with_all_claims_coded_intervals_are_those_of_shares():
    claims, truth, machine = speeches(np.random.default_rng(0))
    cells = corrected_cells(machine, truth, claims, cluster="doc_id", inclusion=None).table
    human = shares(truth["code"], claims.assign(voice=truth["voice"]), cluster="doc_id").table
    np.testing.assert_allclose(cells[["low", "high"]], human[["low", "high"]], rtol=1e-9)


def test_a_known_answer_by_hand():
    # Eight claims of one document each, the first four coded: voice and code by machine > human.
    rows = ["nato aid > nato aid", "nato aid > un aid", "un war > nato war", "un war > un war"]
    rest = ["nato aid", "nato war", "un war", "un aid"]
    said = [text.split(" > ")[0].split() for text in rows] + [text.split() for text in rest]
    machine = pd.DataFrame(said, columns=["voice", "code"])
    truth = pd.DataFrame([text.split(" > ")[1].split() for text in rows])
    human = truth.set_axis(["voice", "code"], axis=1).assign(claim_id=range(4), inclusion=0.5)
    claims = pd.DataFrame({"claim_id": range(8), "doc_id": range(8)})
    table = corrected_cells(machine, human, claims, cluster="doc_id", method="dsl").table
    # nato by machine 4, less 2 for the claim wrongly given to it, plus 2 for the missed one: 4 of 8
    # nato with aid by machine 3, less 2 for the one that is not nato's: 1 of 8
    assert row(table, voice="nato", label="aid")["estimate"] == pytest.approx((3 - 2) / 4)
    assert row(table, voice="nato", label="war")["estimate"] == pytest.approx((1 + 2) / 4)
    assert row(table, voice="nato", label="aid")["naive"] == 3 / 4


def test_both_errors_are_undone_where_one_correction_is_not_enough():
    rng = np.random.default_rng(1)
    both, codes_only, naive, covered = [], [], [], []
    for _ in range(60):
        claims, truth, machine = speeches(rng)
        human = truth[drawn(rng, truth, 240)]
        settings = {"cluster": "doc_id", "inclusion": None}
        found = row(
            corrected_cells(machine, human, claims, **settings).table, voice="nato", label="aid"
        )
        half = corrected_cells(machine, human[["claim_id", "code"]], claims, **settings)
        both.append(found["estimate"])
        naive.append(found["naive"])
        covered.append(found["low"] <= 0.6 <= found["high"])
        codes_only.append(row(half.table, voice="nato", label="aid")["estimate"])
    assert np.mean(both) == pytest.approx(0.6, abs=0.02)
    assert np.mean(codes_only) == pytest.approx(0.5, abs=0.02)  # .8 * .6 + .2 * .1
    assert np.mean(naive) < 0.5
    assert np.mean(covered) >= 0.85


def test_it_says_what_it_repairs():
    claims, truth, machine = speeches(np.random.default_rng(2))
    settings = {"cluster": "doc_id", "inclusion": None}
    both = corrected_cells(machine, truth, claims, **settings)
    one = corrected_cells(machine, truth[["claim_id", "code"]], claims, **settings)
    other = corrected_cells(machine, truth[["claim_id", "voice"]], claims, **settings)
    repairs = [result.settings["repairs"] for result in (both, one, other)]
    assert repairs == [["voice", "code"], ["code"], ["voice"]]
    assert "errors of the machine's voice and code with human codes of 720 claims" in both.methods()
    assert "errors of the machine's code with" in one.methods()


def test_shares_in_a_voice_add_up_to_1():
    rng = np.random.default_rng(3)
    claims, truth, machine = speeches(rng)
    human = truth[drawn(rng, truth, 200)]
    for method in ("ppi++", "dsl", "codes"):
        table = corrected_cells(
            machine, human, claims, cluster="doc_id", inclusion=None, method=method
        ).table
        np.testing.assert_allclose(table.groupby("voice")["estimate"].sum(), 1)
        assert (table.groupby("voice")["lambda"].nunique() == 1).all()


def test_row_order_changes_nothing():
    rng = np.random.default_rng(4)
    claims, truth, machine = speeches(rng)
    human = truth[drawn(rng, truth, 200)]
    order = rng.permutation(len(claims))
    one = corrected_cells(machine, human, claims, cluster="doc_id", inclusion=None).table
    two = corrected_cells(
        machine.iloc[order], human[::-1], claims.iloc[order], cluster="doc_id", inclusion=None
    ).table
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_several_codes_per_claim():
    claims, truth, machine = speeches(np.random.default_rng(5))
    lists = truth.assign(code=[[code, "cost"] for code in truth["code"]])
    table = corrected_cells(
        machine.assign(code=[[code] for code in machine["code"]]),
        lists,
        claims,
        cluster="doc_id",
        inclusion=None,
    ).table
    assert row(table, voice="un", label="cost")["estimate"] == 1
    assert row(table, voice="un", label="cost")["method"] == "Clopper-Pearson on clusters"


def test_a_voice_that_nobody_coded_has_no_estimate():
    claims, truth, machine = speeches(np.random.default_rng(6))
    machine.loc[:5, "voice"] = "us"
    table = corrected_cells(machine, truth, claims, cluster="doc_id", inclusion=None).table
    found = row(table, voice="us", label="aid")
    assert np.isnan([found["estimate"], found["low"], found["high"]]).all()
    assert found["note"] == "no coded claim is truly of this voice: no estimate"
    assert found["n_claims"] == 6


def test_without_codes_cells_stand_uncorrected():
    claims, truth, machine = speeches(np.random.default_rng(6))
    nothing = truth.assign(voice=None, code=None)
    table = corrected_cells(machine, nothing, claims, cluster="doc_id").table
    assert (table["estimate"] == table["naive"]).all()
    assert set(table["method"]) == {"uncorrected"}


def test_claims_coded_on_one_of_both_are_counted():
    claims, truth, machine = speeches(np.random.default_rng(7))
    truth.loc[:3, "code"] = None
    result = corrected_cells(machine, truth, claims, cluster="doc_id", inclusion=None)
    assert result.settings["n_coded"] == 716
    assert result.settings["set_aside"]["drawn claims without a human code"] == 4


def test_faults_name_the_column():
    claims, truth, machine = speeches(np.random.default_rng(8))
    given = {"cluster": "doc_id", "inclusion": None}
    with pytest.raises(FramingError, match="got 'frame'"):
        corrected_cells(machine, truth, claims, code="frame", **given)
    with pytest.raises(FramingError, match=r"column of the human codes.*got 'code'"):
        corrected_cells(machine, truth[["claim_id"]], claims, **given)
    with pytest.raises(FramingError, match=r"table of human codes.*got list"):
        corrected_cells(machine, ["aid"], claims, **given)
    with pytest.raises(FramingError, match="'codes'; got 'acc'"):
        corrected_cells(machine, truth, claims, method="acc", **given)
