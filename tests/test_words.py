"""Words that set groups apart: published vectors, laws, faults."""

import dataclasses

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
    np.testing.assert_allclose(
        full,
        [
            1.105368852749899,
            -2.619811354307158,
            3.523331096476733,
            -1.775185476545478,
            -2.280929709830976,
            1.814388250848626,
            0,
        ],
        rtol=1e-12,
        atol=1e-14,
    )


def test_flat_prior_hides_the_words_that_one_corpus_lacks():
    # The same counts with .01 for every word; 25 against 0 has a z below 1, and less with less.
    np.testing.assert_allclose(
        log_odds_z(FIRST, SECOND, np.full(7, 0.01))[1],
        [
            1.623410806875987,
            -3.566482303034924,
            0.819157550997097,
            -2.618822969854719,
            -0.691735812652121,
            0.647011620708028,
            0,
        ],
        rtol=1e-12,
        atol=1e-14,
    )
    assert log_odds_z(FIRST, SECOND, np.full(7, 1e-6))[1][2] == pytest.approx(0.0174, abs=5e-5)


def test_a_strong_prior_shrinks_every_word():
    prior = BACKGROUND / 200
    z = [np.abs(log_odds_z(FIRST, SECOND, size * prior)[1]) for size in (1e3, 1e6, 1e12)]
    assert z[2].max() < 1e-3 < z[1].max() < z[0].max()


# Three clusters of five words; the values were computed with BERTopic and by hand.
CLUSTERS = np.array([[4, 2, 0, 1, 3], [0, 3, 5, 1, 1], [1, 0, 0, 1, 8]])
FIVE = ["alfa", "bravo", "charlie", "delta", "echo"]


def test_one_against_the_rest_matches_the_worked_example():
    texts = [" ".join(np.repeat(FIVE, row)) for row in CLUSTERS]
    table = log_odds(texts, ["x", "y", "z"], prior_size=10, min_documents=1, stop_words=())
    found = table[table["label"] == "x"].set_index("word")["z"]
    assert found.index.tolist() == ["alfa", "bravo"]  # charlie and echo are below 0, delta is 0
    np.testing.assert_allclose(found, [1.8842860930138303, 0.28336642097936154], rtol=1e-12)
    total = CLUSTERS.sum(axis=0)
    np.testing.assert_allclose(
        log_odds_z(CLUSTERS[0], total - CLUSTERS[0], 10 * total / total.sum())[1],
        [1.8842860930138303, 0.28336642097936154, -1.3222848882941498, 0, -0.7482291199078446],
        rtol=1e-12,
        atol=1e-14,
    )


def test_log_odds_and_class_based_tf_idf_agree_on_the_first_word_here():
    size = CLUSTERS.sum(axis=1, keepdims=True)
    weight = CLUSTERS / size * np.log(1 + int(size.mean()) / CLUSTERS.sum(axis=0))
    np.testing.assert_allclose(
        weight[0],
        [0.43944491546724396, 0.21972245773362198, 0, 0.1466337068793427, 0.18184074107109469],
        rtol=1e-12,
    )
    texts = [" ".join(np.repeat(FIVE, row)) for row in CLUSTERS]
    first = log_odds(texts, [0, 1, 2], prior_size=10, min_documents=1).groupby("label")["word"]
    assert first.first().tolist() == [FIVE[place] for place in weight.argmax(axis=1)]


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


def test_ties_are_broken_by_count_then_by_word():
    table = log_odds(["b a c c", "x"], ["p", "q"], min_documents=1, stop_words=())
    assert table[table["label"] == "p"]["word"].tolist() == ["c", "a", "b"]


def test_runs_of_words_are_counted_beside_words():
    texts = ["cease fire now", "cease fire today", "open fire now", "fire at will"]
    table = log_odds(texts, ["a", "a", "b", "b"], n_grams=(1, 2), stop_words=())
    assert {"cease", "cease fire"} <= set(table["word"])
    assert "fire" not in set(table[table["label"] == "a"]["word"])
    # A run that begins or ends with a stop word is not listed; the run between them is.
    texts = ["the long war and", "a short truce"]
    listed = log_odds(texts, ["a", "b"], n_grams=(2, 4), min_documents=1)
    assert listed["word"].tolist() == ["long war", "short truce"]


def test_a_vocabulary_changes_every_odds():
    chosen = log_odds(TEXTS, GROUPS, vocabulary=["aid", "war", "peace"])
    assert chosen["word"].tolist() == ["aid", "war"]
    counts = np.array([4, 0]), np.array([0, 4])
    expected = log_odds_z(*counts, 500 * np.array([0.5, 0.5]))
    assert chosen["z"].tolist() == [expected[1][0], -expected[1][1]]


def test_a_background_is_added_to_the_pooled_counts():
    found = log_odds(
        TEXTS, GROUPS, vocabulary=["aid", "war", "talks"], background={"aid": 96, "talks": 100}
    ).set_index("word")["z"]
    prior = 500 * np.array([96 + 4, 4, 100]) / 204
    expected = log_odds_z([4, 0, 0], [0, 4, 0], prior)[1]
    np.testing.assert_allclose(found[["aid", "war"]], [expected[0], -expected[1]], rtol=1e-12)


def test_a_pair_is_compared_alone_and_all_texts_inform_the_prior():
    texts, groups = [*TEXTS, "aid war cost", "aid cost"], [*GROUPS, "c", None]
    table = log_odds(texts, groups, pair=("b", "a"), vocabulary=["aid", "cost", "war"])
    prior = 500 * np.array([6, 2, 5]) / 13
    z = log_odds_z([4, 0, 0], [0, 0, 4], prior)[1]
    assert table[["label", "word", "count", "count_rest"]].to_numpy().tolist() == [
        ["b", "war", 4, 0],
        ["a", "aid", 4, 0],
    ]
    np.testing.assert_allclose(table["z"], [-z[2], z[0]], rtol=1e-12)


def test_patterns_are_taken_as_groups_and_what_they_set_aside_has_no_list():
    @dataclasses.dataclass
    class Found:
        labels: np.ndarray

    codes = np.array([0, 0, 0, 1, 1, -1])
    missing = pd.Series(codes).where(codes >= 0)
    table = log_odds(TEXTS, Found(codes), min_documents=1)
    assert table["label"].unique().tolist() == [0, 1]
    expected = log_odds(TEXTS, missing, min_documents=1)
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


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
    with pytest.raises(FramingError, match="a text in every row; got none in rows 1"):
        log_odds(["aid", None], ["a", "b"])
    with pytest.raises(FramingError, match="lists of groups"):
        log_odds(TEXTS, [["a"], *GROUPS[1:]])
    with pytest.raises(FramingError, match="'a', 'b'; got 'c'"):
        log_odds(TEXTS, GROUPS, pair=("a", "c"))
    with pytest.raises(FramingError, match="two different groups"):
        log_odds(TEXTS, GROUPS, pair=("a", "a"))
    with pytest.raises(FramingError, match=r"n_grams.*got \(2, 1\)"):
        log_odds(TEXTS, GROUPS, n_grams=(2, 1))
    with pytest.raises(FramingError, match=r"got 'U\.S\.'.*counted under 'u s'"):
        log_odds(TEXTS, GROUPS, vocabulary=["aid", "U.S."])
    with pytest.raises(FramingError, match=r"1 to 1 words an entry.*got 'more aid'"):
        log_odds(TEXTS, GROUPS, vocabulary=["aid", "more aid"])
    with pytest.raises(FramingError, match="at least two words; got 1"):
        log_odds(TEXTS, GROUPS, vocabulary=["aid"])
    with pytest.raises(FramingError, match="counts of 0 or more; got 'aid'"):
        log_odds(TEXTS, GROUPS, background={"aid": -1})
    with pytest.raises(FramingError, match="none in common with 'Aid'"):
        log_odds(TEXTS, GROUPS, background={"Aid": 3})
    with pytest.raises(FramingError, match="prior_size above 0; got 0"):
        log_odds(TEXTS, GROUPS, prior_size=0)
