"""A machine's codes against people's: hand arithmetic, scikit-learn, laws, faults, edges."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from framing import FramingError, shares
from framing.agreement import alpha, validity

CODES = ["aid", "cost", "talks"]


def coded(n=240, seed=0):
    """Claims of 24 documents and two voices; the machine misses aid more often for one of them."""
    rng = np.random.default_rng(seed)
    claims = pd.DataFrame(
        {
            "doc_id": [f"d{i % 24:02d}" for i in range(n)],
            "voice": ["nato" if i % 2 else "ukraine" for i in range(n)],
        }
    )
    human = rng.choice(CODES, size=n, p=[0.5, 0.3, 0.2])
    slip = rng.random(n) < np.where(claims["voice"] == "nato", 0.1, 0.4)
    machine = np.where(slip, rng.choice(CODES, size=n), human)
    return machine, human, claims


def row(result, **where):
    table = result.table
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_estimates_are_those_of_scikit_learn_in_every_group():
    machine, human, claims = coded()
    result = validity(machine, human, claims)
    for voice in ("all", "nato", "ukraine"):
        own = np.ones(len(claims), bool) if voice == "all" else (claims["voice"] == voice)
        wanted = precision_recall_fscore_support(human[own], machine[own], labels=CODES)
        for j, code in enumerate(CODES):
            for measure, values in zip(("precision", "recall", "F1"), wanted, strict=False):
                found = row(result, voice=voice, label=code, measure=measure)
                assert found["estimate"] == pytest.approx(values[j])
                assert found["low"] < found["estimate"] < found["high"]
                assert found["n_human"] == wanted[3][j]
        macro = row(result, voice=voice, measure="macro F1")
        assert macro["estimate"] == pytest.approx(wanted[2].mean())
        cells = result.confusion[result.confusion["voice"] == voice]
        matrix = confusion_matrix(human[own], machine[own], labels=CODES)
        assert cells["count"].tolist() == matrix.ravel().tolist()
        np.testing.assert_allclose(cells.groupby("human")["share"].sum(), 1)


def test_error_that_differs_by_source_shows():
    machine, human, claims = coded()
    missed = (claims["voice"] == "ukraine") & (human == "aid") & (np.arange(len(claims)) % 3 > 0)
    result = validity(np.where(missed, "cost", machine), human, claims)
    by_voice = [row(result, voice=v, label="aid", measure="recall") for v in ("nato", "ukraine")]
    assert by_voice[0]["low"] > by_voice[1]["high"]


def test_recall_and_precision_are_shares_with_their_intervals():
    machine, human, claims = coded()
    result = validity(machine, human, claims, by=None)
    for measure, given, asked in (("recall", human, machine), ("precision", machine, human)):
        own = claims[given == "aid"]
        share = shares(asked[given == "aid"], own.assign(all="x"), by="all", cluster="doc_id").table
        wanted = share[share["label"] == "aid"].iloc[0]
        found = row(result, label="aid", measure=measure)
        columns = ["estimate", "low", "high"]
        assert found[columns].tolist() == pytest.approx(wanted[columns].tolist())


def test_alpha_is_that_of_two_coders_with_documents_left_out():
    machine, human, claims = coded()
    result = validity(machine, human, claims)
    tables = [
        claims.assign(claim_id=range(len(claims)), coder=name, code=codes)
        for name, codes in (("human", human), ("machine", machine))
    ]
    wanted = alpha(pd.concat(tables), cluster="doc_id").table.iloc[0]
    found = row(result, voice="all", measure="alpha")
    columns = ["estimate", "low", "high"]
    assert found[columns].tolist() == pytest.approx(wanted[columns].tolist())
    assert found["method"] == "jackknife-t"


def test_macro_f1_leaves_out_documents():
    machine, human, claims = coded(60)
    found = row(validity(machine, human, claims, by=None), measure="macro F1")
    left = []
    for document in claims["doc_id"].unique():
        kept = (claims["doc_id"] != document).to_numpy()
        one = validity(machine[kept], human[kept], claims[kept], by=None)
        left.append(row(one, measure="macro F1")["estimate"])
    se = np.sqrt(23 / 24 * np.square(np.array(left) - np.mean(left)).sum())
    assert found["low"] == pytest.approx(found["estimate"] - 2.0686576104190406 * se)  # t, 23 df


def test_swapping_machine_and_people_swaps_precision_and_recall():
    machine, human, claims = coded()
    one, two = validity(machine, human, claims), validity(human, machine, claims)
    for code in CODES:
        a = row(one, voice="nato", label=code, measure="precision")
        b = row(two, voice="nato", label=code, measure="recall")
        assert (a["estimate"], a["low"], a["high"]) == (b["estimate"], b["low"], b["high"])


def test_row_order_changes_nothing_and_codes_may_be_lists_of_one():
    machine, human, claims = coded()
    order = np.random.default_rng(1).permutation(len(claims))
    one = validity(machine, human, claims)
    two = validity(machine[order], human[order], claims.iloc[order])
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    pd.testing.assert_frame_equal(one.confusion, two.confusion, check_exact=True)
    lists = validity([[code] for code in machine], [[code] for code in human], claims)
    pd.testing.assert_frame_equal(one.table, lists.table)
    assert lists.confusion.empty


def test_several_codes_per_claim():
    claims = pd.DataFrame({"doc_id": ["a", "a", "b", "b"]})
    human = [["aid", "cost"], ["aid"], [], ["cost"]]
    machine = [["aid"], ["aid"], ["cost"], ["cost"]]
    result = validity(machine, human, claims, by=None)
    assert row(result, label="aid", measure="F1")["estimate"] == 1
    assert row(result, label="cost", measure="precision")["estimate"] == 0.5
    assert row(result, label="cost", measure="recall")["estimate"] == 0.5
    assert row(result, measure="macro F1")["estimate"] == 0.75
    assert "Jaccard" in result.methods()


def test_codes_that_one_side_never_gives():
    claims = pd.DataFrame({"doc_id": list("aabbcc"), "voice": ["x", "y"] * 3})
    human, machine = list("ssttss"), list("stttsq")
    result = validity(machine, human, claims)
    never = row(result, voice="all", label="q", measure="recall")
    assert np.isnan(never["estimate"])
    assert never["note"] == "never given by people"
    assert row(result, voice="all", label="q", measure="F1")["estimate"] == 0
    nobody = row(result, voice="x", label="q", measure="F1")
    assert (nobody["method"], nobody["note"]) == ("none", "given by nobody")
    assert row(result, voice="x", label="q", measure="precision")["note"] == (
        "never given by the machine"
    )
    few = row(result, voice="all", label="t", measure="recall")
    assert "only 2 claims with this code by people" in few["note"]
    # In voice x the mean is over s and t only.
    assert row(result, voice="x", measure="macro F1")["estimate"] == 1
    unused = result.confusion.query("voice == 'x' and human == 'q'")
    assert unused["share"].isna().all()


def test_claims_that_only_one_side_coded_are_set_aside_and_counted():
    machine, human, claims = coded()
    machine, human = machine.astype(object), human.astype(object)
    one = validity(machine[3:], human[3:], claims[3:])
    machine[0], human[1:3], claims.loc[1, "voice"] = None, None, None
    two = validity(machine, human, claims)
    pd.testing.assert_frame_equal(one.table, two.table)
    assert list(two.settings["set_aside"].values()) == [2, 1, 0]
    assert "2 claims that people did not code" in two.methods()
    claims.loc[5, "voice"] = None
    three = validity(machine, human, claims)
    assert three.settings["n_claims"] == 237
    assert row(three, voice="all", measure="alpha")["n_claims"] == 237
    assert (
        three.settings["set_aside"]["claims without a value in voice (only in the rows for all)"]
        == 1
    )
    assert "237 claims coded by both" in repr(three)


def test_perfect_and_single_document_have_no_interval():
    claims = pd.DataFrame({"doc_id": list("aabb")})
    same = validity(list("stst"), list("stst"), claims, by=None)
    assert row(same, measure="alpha")["note"] == "perfect agreement: no interval"
    assert row(same, label="s", measure="recall")["method"] == "Clopper-Pearson on clusters"
    one = validity(list("stst"), list("sstt"), claims.assign(doc_id="a"), by=None)
    assert one.table["low"].isna().all()
    assert (one.table["note"] != "").all()


def test_two_grouping_columns_and_nothing_coded():
    machine, human, claims = coded()
    claims["outlet"] = np.where(np.arange(len(claims)) % 3 == 0, "Corriden", "Valmont")
    table = validity(machine, human, claims, by=["voice", "outlet"]).table
    assert len(table[["voice", "outlet"]].drop_duplicates()) == 5
    empty = validity([None] * 240, human, claims)
    assert empty.table["note"].tolist() == ["no codes", "no unit with two codes"]
    assert empty.confusion.empty


def test_faults_name_the_value():
    machine, human, claims = coded()
    with pytest.raises(FramingError, match=r"one machine code per claim \(240 claims\); got 239"):
        validity(machine[1:], human, claims)
    with pytest.raises(FramingError, match=r"one human code per claim.*got 3"):
        validity(machine, human[:3], claims)
    with pytest.raises(FramingError, match=r"got 'voices'\. Did you mean 'voice'"):
        validity(machine, human, claims, by="voices")
    with pytest.raises(FramingError, match=r"got 'Aid', 'Cost', 'Talks' from the machine, 'aid'"):
        validity([code.title() for code in machine], human, claims)
    with pytest.raises(FramingError, match="labels of one type"):
        validity(np.zeros(240, dtype=int), human, claims)
    with pytest.raises(FramingError, match="not called 'all'"):
        validity(machine, human, claims.assign(voice="all"))
    with pytest.raises(FramingError, match=r"'doc_id'.*rows 7"):
        validity(machine, human, claims.assign(doc_id=claims["doc_id"].where(claims.index != 7)))
    with pytest.raises(FramingError, match="got 'aid'"):
        validity("aid", human, claims)
