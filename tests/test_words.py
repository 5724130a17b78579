"""Words that set groups apart: published vectors, laws, faults."""

import numpy as np
import pandas as pd
import pytest

from framing import FramingError
from framing.words import exemplars, log_odds, log_odds_z

FIRST = [30, 12, 25, 8, 0, 6, 0]
SECOND = [22, 30, 0, 20, 9, 0, 0]
BACKGROUND = np.array([40, 35, 5, 60, 8, 7, 45])


def test_informative_prior_matches_the_worked_example():
    prior = 50 * BACKGROUND / 200
    delta, z = log_odds_z(FIRST, SECOND, prior)
    np.testing.assert_allclose(
        delta,
        [
            0.307403894931950,
            -0.802832740528967,
            3.258555400967174,
            -0.537636881216647,
            -1.777068753818051,
            1.535610755895572,
            0,
        ],
        atol=1e-14,
    )
    np.testing.assert_allclose(
        z,
        [
            1.296128626122736,
            -2.951287349999361,
            3.559413330463411,
            -2.002963321559406,
            -2.311766121846467,
            1.834802056970514,
            0,
        ],
        atol=1e-13,
    )
    full = log_odds_z(FIRST, SECOND, prior, full_variance=True)[1]
    np.testing.assert_allclose(full[:3], [1.105368852749899, -2.619811354307158, 3.523331096476733])


def test_flat_prior_matches_the_published_example():
    # Two sentences, flat prior .05: the README of the reference implementation.
    words = "the quick brown fox jumps over lazy pig purple lazier donkey".split()
    one = "the quick brown fox jumps over the lazy pig".split()
    two = "the lazy purple pig jumps over the lazier donkey".split()
    z = log_odds_z(
        [one.count(w) for w in words], [two.count(w) for w in words], np.full(len(words), 0.05)
    )[1]
    found = dict(zip(words, z, strict=True))
    assert found["fox"] == pytest.approx(0.6894227886807968, rel=1e-12)
    assert found["donkey"] == pytest.approx(-0.6894227886807968, rel=1e-12)
    assert found["lazy"] == 0


def test_swapping_the_corpora_flips_the_sign():
    prior = np.full(7, 0.5)
    np.testing.assert_array_equal(
        log_odds_z(FIRST, SECOND, prior)[1], -log_odds_z(SECOND, FIRST, prior)[1]
    )


TEXTS = ["more aid now", "more aid soon", "aid for aid", "no more war", "stop the war", "war, war"]
GROUPS = ["a", "a", "a", "b", "b", "b"]


def test_each_group_is_ranked_against_the_rest():
    table = log_odds(TEXTS, GROUPS)
    assert table.groupby("label")["word"].first().to_dict() == {"a": "aid", "b": "war"}
    aid = table.iloc[0]
    assert (aid["count"], aid["count_rest"], aid["n_documents"]) == (4, 0, 3)


def test_a_word_of_one_document_is_not_listed():
    documents = ["d1", "d1", "d1", "d2", "d3", "d4"]
    table = log_odds(TEXTS, GROUPS, documents=documents)
    assert table["word"].tolist() == ["war"]


def test_hiding_stop_words_changes_no_odds():
    every = log_odds(TEXTS, GROUPS, stop_words=(), min_documents=1).set_index(["label", "word"])
    shown = log_odds(TEXTS, GROUPS, min_documents=1).set_index(["label", "word"])
    assert ("b", "the") in every.index
    assert ("b", "the") not in shown.index
    pd.testing.assert_frame_equal(every.loc[shown.index], shown)


def test_text_order_changes_nothing():
    order = [3, 0, 5, 1, 4, 2]
    pd.testing.assert_frame_equal(
        log_odds(TEXTS, GROUPS), log_odds([TEXTS[i] for i in order], [GROUPS[i] for i in order])
    )


def test_cyrillic_words_and_inner_marks_are_words():
    table = log_odds(
        ["помощь Киеву", "помощь скоро", "U.S.-led group", "group don't"],
        ["a", "a", "b", "b"],
        stop_words=(),
        min_documents=1,
    )
    assert {"помощь", "don't"} <= set(table["word"])


@pytest.mark.parametrize(
    ("texts", "groups"), [(["a b"], ["x"]), (["...", "!"], ["x", "y"]), ([], [])]
)
def test_nothing_to_compare_gives_an_empty_table_with_its_columns(texts, groups):
    table = log_odds(texts, groups)
    assert table.empty
    assert table.columns.tolist()[:2] == ["label", "word"]


def test_exemplars_skip_what_is_set_aside_and_repeated_texts():
    claims = pd.DataFrame({"doc_id": list("aabbc"), "text": ["x", "y", "x", "z", "w"]})
    table = exemplars(claims, [0, 0, 0, 0, -1], [0.9, 0.8, 0.9, 0.1, 1.0])
    assert table["text"].tolist() == ["x", "z", "y"]
    assert table["rank"].tolist() == [1, 2, 3]


def test_faults_name_the_value():
    with pytest.raises(FramingError, match=r"prior above 0 for every word; got 0\.0 at word 1"):
        log_odds_z([1, 2], [2, 1], [1, 0])
    with pytest.raises(FramingError, match="at least two words; got 1"):
        log_odds_z([1], [2], [1])
    with pytest.raises(FramingError, match="both corpora; got an empty one"):
        log_odds_z([0, 0], [2, 1], [1, 1])
    with pytest.raises(FramingError, match="6 texts, 5 groups"):
        log_odds(TEXTS, GROUPS[:-1])
    with pytest.raises(FramingError, match=r"missing in rows 2"):
        log_odds(TEXTS, GROUPS, documents=["a", "b", None, "c", "d", "e"])
