"""The test of words: exchanges counted by hand, error rates, laws, faults."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from framing import FramingError
from framing.permutation import cells_of, exchanged, family_p, n_arrangements, obstacle
from framing.words import log_odds, log_odds_z, word_shift
from framing.words.statistics import Contrasts

TEXTS = [
    "aid aid talks", "aid soon", "cost aid", "talks cost aid", "cost again",
    "war talks", "war war", "cost war", "talks", "again war soon",
]  # fmt: skip
GROUPS = ["a"] * 5 + ["b"] * 5


def shift(texts=TEXTS, groups=GROUPS, **settings):
    return word_shift(texts, groups, **{"stop_words": (), "min_documents": 2} | settings)


def plain_t(texts, inside, word):
    """The statistic in words: shares, their spread between documents, and the binomial."""
    shares, variances, sizes = [], [], []
    for own in (True, False):
        documents = [
            text.split() for text, is_in in zip(texts, inside, strict=True) if is_in == own
        ]
        n = np.array([len(words) for words in documents])
        x = np.array([words.count(word) for words in documents])
        share = x.sum() / n.sum()
        spread = len(n) / (len(n) - 1) * ((x - share * n) ** 2).sum() / n.sum() ** 2
        shares.append(share)
        variances.append(spread)
        sizes.append(n.sum())
    words = " ".join(texts).split()
    pooled = words.count(word) / len(words)
    alone = pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1])
    return (shares[0] - shares[1]) / math.sqrt(sum(variances) + alone)


def test_p_values_count_every_arrangement_of_the_documents():
    result = shift()
    words = result.table["word"].tolist()
    assert set(words) == {"aid", "again", "cost", "soon", "talks", "war"}
    ways = [
        [plain_t(TEXTS, [i in taken for i in range(10)], word) for word in words]
        for taken in itertools.combinations(range(10), 5)
    ]
    ways = np.abs(ways)
    observed = np.abs([plain_t(TEXTS, [g == "a" for g in GROUPS], word) for word in words])
    np.testing.assert_allclose(np.abs(result.table["t"]), observed, rtol=1e-12)
    np.testing.assert_allclose(
        result.table["p"], (ways >= observed - 1e-12).mean(axis=0), rtol=1e-12
    )
    np.testing.assert_allclose(
        result.table["p_all"],
        (ways.max(axis=1)[:, None] >= observed - 1e-12).mean(axis=0),
        rtol=1e-12,
    )
    assert (result.settings["n_permutations"], result.settings["exact"]) == (252, True)


def test_ranking_is_that_of_log_odds():
    ranked = log_odds(TEXTS, GROUPS, stop_words=(), min_documents=1).set_index(["label", "word"])
    tested = shift(min_documents=1).table.set_index(["label", "word"])
    shared = ["count", "count_rest", "n_documents", "log_odds", "z"]
    pd.testing.assert_frame_equal(ranked[shared], tested[shared])


def test_row_order_changes_nothing_with_and_without_documents():
    order = np.random.default_rng(1).permutation(10)
    texts, groups = [TEXTS[i] for i in order], [GROUPS[i] for i in order]
    documents = [f"d{i % 4}" for i in range(10)]
    for settings in ({}, {"n_permutations": 99}):
        moved = shift(texts, groups, **settings)
        pd.testing.assert_frame_equal(shift(**settings).table, moved.table, check_exact=True)
        one = shift(documents=documents, **settings)
        two = shift(texts, groups, documents=[documents[i] for i in order], **settings)
        pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


def test_new_names_of_groups_change_no_number():
    other = shift(groups=[{"a": "z", "b": "y"}[g] for g in GROUPS]).table
    other["label"] = other["label"].map({"z": "a", "y": "b"})
    other = other.sort_values("label", kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(shift().table, other)


def test_the_prior_has_no_part_in_the_test():
    one, two = shift(), shift(prior_size=5, full_variance=True, background={"aid": 7})
    left, right = (result.table.set_index("word")["p"] for result in (one, two))
    pd.testing.assert_series_equal(left.sort_index(), right.sort_index())


def test_a_word_that_one_document_repeats_is_ranked_high_and_does_not_pass():
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(["grain", "gas", "border", "summit"], 30)) for _ in range(40)]
    texts[0] += " refrain" * 40
    texts[1] += " refrain"
    groups = ["a"] * 20 + ["b"] * 20
    table = shift(texts, groups, n_permutations=199).table
    assert table.iloc[0]["word"] == "refrain"
    assert table.iloc[0]["z"] > 4
    assert table.iloc[0]["p"] > 0.2


def test_type_one_error_with_bursty_words():
    # Documents draw their own rate of every word; groups do not matter. The z rejects far more.
    rng = np.random.default_rng(0)
    cells = cells_of(np.arange(40), np.repeat([0, 1], 20))
    own = (cells.group == 0)[:, None]
    rejected, ranked = [], []
    for seed in range(60):
        counts = rng.poisson(8 * rng.gamma(0.7, 1 / 0.7, size=(30, 40)))
        contrasts = Contrasts(sparse.csr_matrix(counts), counts.sum(axis=0).astype(float))
        t = np.stack([contrasts.t(own)[:, 0], contrasts.t(~own)[:, 0]])
        p, p_all = contrasts.p_values(cells, [0, 1], t, n_permutations=99, seed=seed)
        rejected.append([(p[0] <= 0.05).mean(), (p_all[0] <= 0.05).any()])
        inside, outside = counts[:, :20].sum(axis=1), counts[:, 20:].sum(axis=1)
        z = log_odds_z(inside, outside, 500 * counts.sum(axis=1) / counts.sum())[1]
        ranked.append((np.abs(z) > 1.96).mean())
    alone, family = np.mean(rejected, axis=0)
    assert 0.03 <= alone <= 0.07
    assert family <= 0.12
    assert np.mean(ranked) > 0.3


def test_groups_that_share_documents_are_exchanged_within_them():
    # Each document has its own subject, named by both voices: that is no difference.
    subjects = ["grain", "gas", "border", "summit", "troops", "prices"]
    texts, voices, documents = [], [], []
    for place, subject in enumerate(subjects * 2):
        texts += [f"{subject} {subject} aid", f"{subject} war"]
        voices += ["nato", "ukraine"]
        documents += [place] * 2
    result = shift(texts, voices, documents=documents, n_permutations=2**12)
    table = result.table.set_index("word")
    assert result.settings["exact"]
    assert result.settings["n_shared"] == 12
    assert (table.loc[["aid", "war"], "p_all"] < 0.01).all()
    assert (table.loc[subjects, "p"] > 0.05).all()


def test_exchanges_keep_what_each_document_and_group_has():
    document = np.array([0, 0, 0, 1, 1, 2, 3, 4, 4, 5])
    group = np.array([0, 1, 2, 0, 1, 2, 0, 0, 1, 1])
    cells = cells_of(np.repeat(document, 2), np.repeat(group, 2))
    np.testing.assert_array_equal(cells.group, group)
    assert n_arrangements(cells) == math.factorial(3) * 2 * 2 * 6  # 2, 3 and 5 are alone
    every, exact = exchanged(cells, 999, seed=0, chunk=50)
    ways = np.concatenate(list(every), axis=1)
    assert exact
    assert ways.shape == (10, 144)
    assert len(np.unique(ways, axis=1).T) == 144
    for way in ways.T:
        for name in range(6):
            if (document == name).sum() > 1:
                assert sorted(way[document == name]) == sorted(group[document == name])
        assert sorted(way[cells.alone]) == [0, 1, 2]


def test_random_exchanges_are_even_and_do_not_depend_on_the_chunk():
    cells = cells_of(np.array([0, 0, 1, 2, 3]), np.array([0, 1, 0, 1, 1]))
    drawn, exact = exchanged(cells, 6, seed=3, chunk=4)
    assert exact  # 2 x 3 ways
    cells = cells_of(np.arange(9), np.repeat([0, 1, 2], 3))
    drawn, exact = exchanged(cells, 1500, seed=3, chunk=400)
    ways = np.concatenate(list(drawn), axis=1)
    assert not exact
    np.testing.assert_array_equal(
        ways, np.concatenate(list(exchanged(cells, 1500, seed=3, chunk=7)[0]), axis=1)
    )
    shares = np.stack([(ways == name).mean(axis=1) for name in range(3)])
    np.testing.assert_allclose(shares, 1 / 3, atol=0.04)


def test_random_p_counts_the_data_as_one_more_arrangement():
    p, p_all = family_p(
        np.array([3.0, 1.0, np.nan]),
        iter([np.array([[-3.0, 0], [2, 5], [9, 9]])]),
        np.zeros(3, dtype=int),
        exact=False,
    )
    np.testing.assert_allclose(p, [2 / 3, 1, np.nan])
    np.testing.assert_allclose(p_all, [1, 1, np.nan])


def test_a_group_of_one_document_has_no_test_and_says_so():
    groups = ["a"] * 5 + ["b"] * 4 + ["c"]
    table = shift(groups=groups).table
    alone = table[table["label"] == "c"]
    assert alone["p"].isna().all()
    assert alone["p_all"].isna().all()
    assert set(alone["note"]) == {"one document: no test"}
    assert table[table["label"] != "c"]["p"].notna().all()
    two = shift(TEXTS, ["a"] * 9 + ["b"]).table
    assert set(two["note"]) == {"one document: no test", "one document in the rest: no test"}


def test_a_group_that_meets_no_other_has_no_test():
    cells = cells_of(np.array([0, 1, 2, 2, 3, 3]), np.array([0, 0, 1, 2, 1, 2]))
    assert obstacle(cells, 0) == "never exchanged with another group: no test"
    assert obstacle(cells, 1) == ""
    assert obstacle(cells_of(np.arange(3), np.zeros(3, int)), 0) == "no other group: no test"


def test_a_pair_leaves_other_texts_out_of_the_test():
    groups = ["a"] * 4 + ["c"] * 2 + ["b"] * 4
    result = shift(groups=groups, pair=("b", "a"))
    assert result.table["label"].unique().tolist() == ["b", "a"]
    assert result.settings["n_permutations"] == 70
    assert result.settings["set_aside"]["texts of other groups (they only inform the prior)"] == 2


def test_what_is_set_aside_is_counted_and_told():
    texts, groups = [*TEXTS, "12 %", "aid war"], [*GROUPS, "a", None]
    result = word_shift(texts, groups, min_documents=3, n_permutations=99, seed=7)
    assert result.settings["set_aside"] == {
        "texts of other groups (they only inform the prior)": 0,
        "texts without a group (they count among the rest)": 1,
        "texts without a counted word": 1,
        "stop words": 1,
        "words in fewer than 3 documents": 1,
    }
    told = result.methods()
    for piece in ("a (12 words in 5 documents)", "99 random exchanges", "seed 7", "p below 0.01",
                  "4 words in every group", "1 stop words"):  # fmt: skip
        assert piece in told
    assert repr(result) == "Words of 'a', 'b': 4 words tested in 11 documents, p from 99 exchanges"


def test_faults_name_the_value():
    with pytest.raises(FramingError, match="at least two groups; got 'a'"):
        shift(groups=["a"] * 10)
    with pytest.raises(FramingError, match="words in every group; got none in 'c'"):
        shift([*TEXTS, "..."], [*GROUPS, "c"])
    with pytest.raises(FramingError, match="at least 99 permutations; got 20"):
        shift(n_permutations=20)
    with pytest.raises(FramingError, match=r"at least 9 documents; got 6 words.*in 4 documents"):
        shift(min_documents=9)
