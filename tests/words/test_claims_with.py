"""Claims that hold a word: found as they were counted, traceable, from different documents."""

import numpy as np
import pandas as pd
import pytest

from framing import FramingError
from framing.words import claims_with, exemplars, log_odds, word_shift

CLAIMS = pd.DataFrame(
    {
        "claim_id": ["c0", "c1", "c2", "c3", "c4", "c5"],
        "doc_id": ["d1", "d1", "d2", "d3", "d3", "d4"],
        "start": [0, 40, 3, 0, 60, 9],
        "end": [17, 58, 20, 15, 80, 30],
        "voice": ["a", "a", "a", "b", "b", "b"],
        "text": [
            "More aid for talks.", "Aid: more aid!", "Aid is late.",
            "The cease-fire holds", "a CEASE-FIRE, at last", "No cease-fire.",
        ],
    }
)  # fmt: skip


def test_claims_are_found_for_each_word_and_can_be_traced():
    table = claims_with(log_odds(CLAIMS["text"], CLAIMS["voice"]), CLAIMS, CLAIMS["voice"], n=9)
    assert table.columns.tolist() == [
        "label", "word", "rank", "strength", "claim_id", "doc_id", "start", "end", "voice", "text",
    ]  # fmt: skip
    fire = table[table["word"] == "cease-fire"]
    assert sorted(fire["claim_id"]) == ["c3", "c4", "c5"]
    found = table.merge(CLAIMS, on=["claim_id", "doc_id", "start", "end", "text"])
    assert len(found) == len(table)


def test_other_documents_come_first():
    table = claims_with(log_odds(CLAIMS["text"], CLAIMS["voice"]), CLAIMS, CLAIMS["voice"], n=2)
    for _, own in table.groupby(["label", "word"]):
        assert own["doc_id"].is_unique
        assert own["rank"].tolist() == list(range(1, len(own) + 1))


def test_by_default_the_claim_with_most_of_the_words_is_strongest():
    texts = ["aid talks", "aid", "war", "war"]
    words = pd.DataFrame({"label": ["a", "a"], "word": ["aid", "talks"], "z": [2.0, 1.0]})
    table = claims_with(words, pd.DataFrame({"text": texts}), ["a", "a", "b", "b"])
    assert table[["word", "text", "strength"]].to_numpy().tolist() == [
        ["aid", "aid talks", 3.0],
        ["aid", "aid", 2.0],
        ["talks", "aid talks", 3.0],
    ]


def test_given_strengths_decide():
    words = log_odds(CLAIMS["text"], CLAIMS["voice"])
    table = claims_with(words, CLAIMS, CLAIMS["voice"], strengths=[1, 3, 2, 0, 0, 9], n=1)
    assert table.set_index("word").loc[["aid", "cease-fire"], "claim_id"].tolist() == ["c1", "c5"]


def test_a_word_inside_another_is_not_it_and_runs_are_found():
    words = pd.DataFrame({"label": ["a"] * 2, "word": ["aid", "more aid"], "z": [1.0, 1.0]})
    claims = pd.DataFrame({"text": ["Aide said", "more, aid", "no more aide"]})
    table = claims_with(words, claims, ["a"] * 3)
    assert table["text"].tolist() == ["more, aid"] * 2


def test_results_and_their_tables_are_taken_alike_in_any_row_order():
    texts = CLAIMS["text"].tolist() * 2
    groups = CLAIMS["voice"].tolist() * 2
    result = word_shift(texts, groups, min_documents=2)
    one = claims_with(result, CLAIMS, CLAIMS["voice"])
    order = np.array([3, 1, 5, 0, 2, 4])
    two = claims_with(result.table, CLAIMS.iloc[order], CLAIMS["voice"].iloc[order])
    pd.testing.assert_frame_equal(one, two)


def test_no_word_gives_an_empty_table():
    words = log_odds(["a b"], ["x"])
    assert claims_with(words, CLAIMS, CLAIMS["voice"]).empty


def test_exemplars_leave_out_claims_without_a_label():
    claims = pd.DataFrame({"text": ["x", "y"]})
    assert exemplars(claims, [None, "a"], [1.0, 1.0])["text"].tolist() == ["y"]


def test_faults_name_the_value():
    words = log_odds(CLAIMS["text"], CLAIMS["voice"])
    with pytest.raises(FramingError, match=r"a column of words.*got 'z'"):
        claims_with(words.drop(columns="z"), CLAIMS, CLAIMS["voice"])
    with pytest.raises(FramingError, match=r"a column of claims.*got 'text'"):
        claims_with(words, CLAIMS.drop(columns="text"), CLAIMS["voice"])
    with pytest.raises(FramingError, match=r"one label per claim \(6 claims\); got 5 labels"):
        claims_with(words, CLAIMS, CLAIMS["voice"][:-1])
    with pytest.raises(FramingError, match="got 2 strengths"):
        claims_with(words, CLAIMS, CLAIMS["voice"], strengths=[1, 2])
