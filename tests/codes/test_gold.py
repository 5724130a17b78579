"""Settling codes: hand-made cases, laws, faults, and what comes after."""

import pandas as pd
import pytest
from handed_out import claims, codes, plain

from framing import FramingError, corrected_shares
from framing.agreement import alpha
from framing.codes import Gold, settle

GIVEN = {  # by Ann, Ben, Cem
    "c1": ["aid", "aid", "aid"],
    "c2": ["aid", "cost", "aid"],
    "c3": ["aid", "cost", "talks"],
    "c4": ["cost", None, None],
    "c5": [None, None, None],
    "c6": ["aid", "cost", None],
}


def coded(given=GIVEN):
    rows = [(unit, who, code) for unit, own in given.items()
            for who, code in zip(("Ann", "Ben", "Cem"), own, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["claim_id", "coder", "code"])


def decided(**codes_):
    return pd.DataFrame({"claim_id": list(codes_), "code": list(codes_.values())}).assign(
        decided_by="Ann and Ben", comment="read again"
    )


def ways(gold):
    return dict(zip(gold.codes["claim_id"], gold.codes["how"], strict=True))


def test_by_hand():
    gold = settle(coded())
    assert ways(gold) == {
        "c1": "agreed", "c2": "unsettled", "c3": "unsettled", "c4": "single", "c5": "uncoded",
        "c6": "unsettled",
    }  # fmt: skip
    assert gold.codes["code"].tolist() == ["aid", None, None, "cost", None, None]
    assert gold.codes["n_coders"].tolist() == [3, 3, 3, 1, 0, 2]
    assert gold.codes["n_different"].tolist() == [1, 2, 3, 1, 0, 2]
    row = gold.table.iloc[0]
    assert row[["n_agreed", "n_single", "n_unsettled", "n_uncoded"]].tolist() == [1, 1, 3, 1]
    assert row["n_coders"] == 3
    assert gold.settings["set_aside"]["rows of codes without a code"] == 6
    assert repr(gold) == "Gold codes: 2 of 6 settled"
    for words in ("6 claims by 3 coders", "3 unsettled and left missing", "not put to a vote",
                  "6 rows of codes without a code"):  # fmt: skip
        assert words in gold.methods()


def test_a_majority_only_where_it_is_asked_for():
    gold = settle(coded(), rule="majority")
    assert ways(gold)["c2"] == "majority"
    assert ways(gold)["c3"] == ways(gold)["c6"] == "unsettled"  # one of three, one of two
    assert gold.codes["code"].tolist()[1] == "aid"
    assert "more than half" in gold.methods()


def test_decisions_hold_over_every_rule_and_are_named():
    for rule in ("agreed", "majority"):
        gold = settle(coded(), decided(c2="cost", c1="aid"), rule=rule)
        assert ways(gold)["c2"] == "decided"
        row = gold.codes.set_index("claim_id").loc["c2"]
        assert row[["code", "decided_by", "comment"]].tolist() == [
            "cost", "Ann and Ben", "read again",
        ]  # fmt: skip
        assert gold.table["note"].tolist() == ["1 decided though nobody differed"]
        assert gold.settings["decided_by"] == {"Ann and Ben": 2}
        assert "1 decided though nobody differed" in gold.methods()
        assert "Ann and Ben 2" in gold.methods()


def test_a_decision_without_a_code_settles_nothing():
    gold = settle(coded(), decided(c2=None))
    assert ways(gold)["c2"] == "unsettled"
    assert gold.settings["set_aside"]["decisions without a code"] == 1


def test_originals_are_kept_whatever_was_decided():
    table = coded().assign(note=range(18))
    gold = settle(table.sample(frac=1, random_state=2), decided(c3="talks"))
    assert plain(gold.originals[table.columns]) == plain(table)
    assert gold.decisions["code"].tolist() == ["talks"]


def test_lists_agree_in_whatever_order():
    gold = settle(
        coded({"c1": [["a", "b"], ["b", "a"], None], "c2": [[], [], []], "c3": [[], ["a"], None]})
    )
    assert ways(gold) == {"c1": "agreed", "c2": "agreed", "c3": "unsettled"}
    assert gold.codes["code"].tolist() == [["a", "b"], [], None]


def test_order_of_rows_does_not_matter():
    gold, other = settle(coded()), settle(coded().sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(gold.codes, other.codes)
    pd.testing.assert_frame_equal(gold.table, other.table)


def test_variables_are_settled_one_by_one():
    gold = settle(codes(), pd.DataFrame({"claim_id": ["a.0"], "variable": ["denied"],
                                         "code": [False], "decided_by": ["Ben"]}))  # fmt: skip
    table = gold.table.set_index("label")
    assert table.index.tolist() == ["denied", "frames", "remark", "stance"]
    assert table.loc["denied", "n_decided"] == 1
    assert gold.codes.query("claim_id == 'a.0'")["code"].tolist() == [
        False, None, "'=' opens it\nand -1 ends; twice ", "report",
    ]  # fmt: skip
    assert gold.codes["code"].isna().sum() == 2


def test_saved_and_loaded(tmp_path):
    drawn = claims().assign(inclusion=0.5, stratum="all")
    drawn.attrs["sampling"] = {"n": 6, "seed": 1}
    gold = settle(codes(), claims=drawn)
    gold.save(tmp_path / "gold")
    back = Gold.load(tmp_path / "gold")
    for name in ("table", "codes", "originals", "decisions"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(gold, name), check_dtype=False)
    assert back.codes.attrs["sampling"] == {"n": 6, "seed": 1}
    assert [type(code) for code in back.codes["code"]] == [type(c) for c in gold.codes["code"]]
    assert back.methods() == gold.methods()
    with pytest.raises(FramingError, match=r"written by Gold\.save"):
        Gold.load(tmp_path)


def test_gold_codes_go_straight_into_what_comes_next():
    claims_ = pd.DataFrame({"claim_id": [f"c{i}" for i in range(1, 7)], "doc_id": list("uvwxyz"),
                            "voice": "nato", "inclusion": 1.0})  # fmt: skip
    both = settle(coded(), decided(c2="cost", c3="aid", c6="cost"), claims=claims_)
    gold = both.codes
    assert alpha(pd.concat([coded(), gold])).settings["measure"].startswith("Krippendorff")
    machine = ["aid", "cost", "aid", "cost", "aid", "aid"]
    found = corrected_shares(machine, gold, claims_, by="voice", cluster="doc_id")
    assert found.settings["n_coded"] == 5
    assert found.settings["set_aside"]["drawn claims without a human code"] == 1


def test_claims_that_nobody_coded_are_there():
    everything = pd.DataFrame({"claim_id": ["c0", *GIVEN], "inclusion": 0.25})
    gold = settle(coded(), claims=everything)
    assert ways(gold)["c0"] == "uncoded"
    assert gold.table["n_uncoded"].tolist() == [2]
    assert gold.codes["inclusion"].tolist() == [0.25] * 7


def test_no_codes_give_no_gold():
    gold = settle(coded()[:0])
    assert len(gold.codes) == len(gold.table) == 0
    assert "Set aside: nothing" in gold.methods()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (coded().drop(columns="coder"), "a column of codes .*got 'coder'"),
        (coded().replace("c6", None), "a value of 'claim_id' for every row of codes"),
        (pd.concat([coded(), coded()[:1]]), "several for 'c1, code, Ann'"),
        (coded({"c1": ["a", ["a"], None]}), "that are all text, .*got lists, text"),
        (coded({"c1": [1, 2, None]}), "got float"),
    ],
)
def test_codes_that_cannot_be_settled(table, said):
    with pytest.raises(FramingError, match=said):
        settle(table)


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        (decided(c9="aid"), "decisions on claims that were coded; got 'code of c9'"),
        (decided(c1="aid").assign(variable="frames"), "got 'frames of c1'"),
        (decided(c1="aid").drop(columns="decided_by"), "got 'decided_by'"),
        (decided(c1="aid").assign(decided_by=None), "a value of 'decided_by'"),
        (pd.concat([decided(c1="aid")] * 2), "several for 'c1, code'"),
        (decided(c1=["aid"]), "got lists, text"),
    ],
)
def test_decisions_that_cannot_be_taken(decisions, said):
    with pytest.raises(FramingError, match=said):
        settle(coded(), decisions)


def test_other_faults():
    with pytest.raises(FramingError, match="rule to be one of 'agreed', 'majority'; got 'vote'"):
        settle(coded(), rule="vote")
    with pytest.raises(FramingError, match="unknown 'c6'"):
        settle(coded(), claims=pd.DataFrame({"claim_id": ["c1", "c2", "c3", "c4", "c5"]}))
    with pytest.raises(FramingError, match="every claim_id once among the claims; got 'c1'"):
        settle(coded(), claims=pd.DataFrame({"claim_id": ["c1", "c1"]}))
