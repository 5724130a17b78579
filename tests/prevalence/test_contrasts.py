"""Differences between two groups: worked examples, laws, edges, and the figure."""

import dataclasses
import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from scipy.special import ndtr, ndtri
from scipy.stats import beta
from worked import A, B, claims_of, row

from framing import FramingError
from framing.plots.contrasts import differences
from framing.prevalence import difference, logit_t_interval
from framing.prevalence.pairs import Pair
from framing.prevalence.permutation import permutation_test

mpl.use("agg")

# The eight documents of the worked example with three labels; a claim may carry none.
SIZES = [10, 5, 8, 12, 9, 20, 6, 15]
FRAMES = {
    "x": [4, 1, 3, 2, 1, 2, 0, 3],
    "y": [1, 2, 1, 3, 4, 7, 3, 6],
    "z": [3, 1, 2, 4, 2, 6, 2, 4],
}


def random_claims(seed, *, n=300, n_documents=20, voices=("nato", "us"), apart=False):
    """Claims of random voices in random documents; apart: one voice per document."""
    rng = np.random.default_rng(seed)
    document = rng.integers(0, n_documents, n)
    voice = rng.choice(n_documents, n) if not apart else document
    return pd.DataFrame(
        {
            "doc_id": [f"d{d}" for d in document],
            "voice": [voices[v % len(voices)] for v in voice],
            "label": rng.choice(["aid", "costs", "talks", "winter"], n, p=[0.4, 0.3, 0.2, 0.1]),
        }
    )


def compare(claims, **settings):
    chosen = {"between": "voice", "cluster": "doc_id"} | settings
    return difference(claims["label"], claims, **chosen)


# Known answers


def test_the_worked_example():
    result = compare(claims_of(A=A, B=B))
    found = row(result, label="x")
    np.testing.assert_allclose(
        found[["share_a", "share_b", "estimate", "se", "t", "df", "p"]].astype(float),
        [
            0.2857142857142857, 0.12, 0.1657142857142857, 0.0743733426497967,
            2.2281408877181708, 4.449709548137552, 6 / 70,
        ],
        rtol=1e-12,
    )  # fmt: skip
    assert found["p_least"] == pytest.approx(2 / 70)
    assert found[["n_clusters_a", "n_claims_a", "n_claims_b", "count_b"]].tolist() == [4, 35, 50, 6]
    assert result.settings["exact"]
    assert "all 70 arrangements" in result.methods()


def test_three_labels_in_eight_documents_match_the_enumeration():
    rows, labels = [], []
    for d, n in enumerate(SIZES):
        codes = [[name] for name, counts in FRAMES.items() for _ in range(counts[d])]
        labels += codes + [[]] * (n - len(codes))
        rows += [{"doc_id": d, "outlet": "A" if d < 4 else "B"}] * n
    result = difference(labels, pd.DataFrame(rows), between="outlet", cluster="doc_id")
    table = result.table
    np.testing.assert_allclose(
        table["t"], [2.2281408877181708, -3.2567887287676824, 0.18329689426306583], rtol=1e-9
    )
    np.testing.assert_allclose(table["p"] * 70, [6, 2, 60])
    np.testing.assert_allclose(table["p_all"] * 70, [8, 4, 60])  # step-down max-T
    assert result.omnibus_p == pytest.approx(4 / 70)
    np.testing.assert_allclose(table["p_holm"] * 70, [12, 6, 60])
    np.testing.assert_allclose(table["p_bh"] * 70, [9, 6, 60])


def influences(pair):
    """Influence of each cluster on the first share and on the second, scaled for few clusters."""
    found = []
    for n, k in pair:
        share, clusters = k.sum() / n.sum(), (n > 0).sum()
        found.append(np.sqrt(clusters / (clusters - 1)) * (k - share * n) / n.sum())
    return found


def t_by_hand(n_a, k_a, n_b, k_b):
    a, b = influences([(n_a, k_a), (n_b, k_b)])
    return (k_a.sum() / n_a.sum() - k_b.sum() / n_b.sum()) / np.sqrt(np.square(a - b).sum())


def test_groups_in_common_documents_by_hand():
    # Three documents with both voices, three of one voice only, two of the other.
    n_a, k_a = np.array([6, 3, 9, 4, 5, 7, 0, 0]), np.array([4, 1, 6, 3, 1, 5, 0, 0])
    n_b, k_b = np.array([2, 8, 3, 0, 0, 0, 5, 6]), np.array([1, 2, 1, 0, 0, 0, 1, 2])
    claims = pd.concat(
        pd.DataFrame({"voice": voice, "doc_id": d, "label": ["x"] * k + ["y"] * (n - k)})
        for voice, sizes, counts in (("A", n_a, k_a), ("B", n_b, k_b))
        for d, (n, k) in enumerate(zip(sizes, counts, strict=True))
        if n
    )
    found = row(compare(claims), label="x")
    observed = t_by_hand(n_a, k_a, n_b, k_b)
    assert found["t"] == pytest.approx(observed, rel=1e-12)
    assert found["df"] == 4  # the rarer voice is in five documents
    hits = []
    for flips in itertools.product([False, True], repeat=3):
        for dealt in itertools.combinations(range(3, 8), 3):
            first = np.zeros(8, dtype=bool)
            first[list(dealt)] = True
            own = np.array([1, 1, 1, 1, 1, 1, 0, 0], dtype=bool)
            swap = np.array([*flips, *(first != own)[3:]])
            t = t_by_hand(
                np.where(swap, n_b, n_a), np.where(swap, k_b, k_a),
                np.where(swap, n_a, n_b), np.where(swap, k_a, k_b),
            )  # fmt: skip
            hits.append(abs(t) >= abs(observed) - 1e-12)
    assert len(hits) == 80
    assert found["p"] == pytest.approx(np.mean(hits))
    assert found["p_least"] == pytest.approx(1 / 80)


def test_documents_with_both_voices_are_compared_within():
    # Both voices rise and fall with the document: their difference is far surer than each share.
    shares = [2, 4, 6, 8, 10, 12]
    claims = claims_of(A=[(20, k + 3 + k % 4 // 2) for k in shares], B=[(20, k) for k in shares])
    claims["doc_id"] = claims["doc_id"].str[1:]
    inside = row(compare(claims), label="x")
    across = row(compare(claims.assign(doc_id=claims["voice"] + claims["doc_id"])), label="x")
    assert inside["estimate"] == across["estimate"]
    assert inside["high"] - inside["low"] < 0.6 * (across["high"] - across["low"])
    assert inside["p"] == pytest.approx(2 / 2**6) == inside["p_least"]
    assert inside["df"] == 5
    assert across["p"] > 0.1


def test_cohens_h_of_known_shares():
    # Cohen (1988), table 6.2.2: phi is 1.159 at .30 and 0.644 at .10.
    found = row(compare(claims_of(A=[(10, 3), (10, 3)], B=[(10, 1), (10, 1)])), label="x")
    assert found["cohens_h"] == pytest.approx(1.159 - 0.644, abs=1e-3)


def test_a_planted_difference_is_found_and_chance_is_not():
    claims = random_claims(1, n=600, n_documents=40)
    assert compare(claims, n_permutations=999).omnibus_p > 0.1
    rng = np.random.default_rng(2)
    planted = (claims["voice"] == "nato") & (rng.random(len(claims)) < 0.3)
    found = compare(claims.assign(label=claims["label"].mask(planted, "talks")), n_permutations=999)
    assert found.omnibus_p == 0.001
    talks = row(found, label="talks")
    assert 0 < talks["low_all"] < talks["low"] < talks["estimate"]


# How often the test errs, in the designs of the published simulation


def beta_binomial(rng, sizes, z, share, alike):
    odds = 1 / alike - 1
    p = beta.ppf(ndtr(z), share * odds, (1 - share) * odds)
    return rng.binomial(sizes, p).astype(float)


def documents(rng, n, mean):
    return 1 + rng.negative_binomial(1.5, 1.5 / (0.5 + mean), size=n)


@pytest.mark.parametrize(
    ("both", "only_a", "only_b", "means", "alike"),
    [
        (0, 30, 30, (20, 20), (0.1, 0.1)),
        (0, 60, 10, (4, 25), (0.05, 0.2)),
        (30, 0, 0, (12, 4), (0.1, 0.1)),
        (10, 0, 50, (12, 12), (0.1, 0.1)),
    ],
)
def test_the_test_errs_as_rarely_as_it_says(both, only_a, only_b, means, alike):
    rng = np.random.default_rng(11)
    n = both + only_a + only_b
    in_a, in_b = np.arange(n) < both + only_a, (np.arange(n) < both) | (np.arange(n) >= n - only_b)
    wrong = []
    for seed in range(800):
        n_a, n_b = documents(rng, n, means[0]) * in_a, documents(rng, n, means[1]) * in_b
        z = ndtri(rng.random(n))  # a document leans the same way in both voices
        k_a, k_b = (
            beta_binomial(rng, sizes, z, 0.15, rho)[:, None]
            for sizes, rho in ((n_a, alike[0]), (n_b, alike[1]))
        )
        pair = Pair(n_a.astype(float), k_a, n_b.astype(float), k_b)
        wrong.append(permutation_test(pair, n_permutations=99, seed=seed).p[0] <= 0.05)
    assert 0.03 <= np.mean(wrong) <= 0.07


# Laws


@pytest.mark.parametrize("apart", [True, False])
def test_swapping_groups_flips_signs_and_keeps_p(apart):
    claims = random_claims(3, apart=apart)
    one = compare(claims, groups=("nato", "us"), n_permutations=499)
    two = compare(claims, groups=("us", "nato"), n_permutations=499)
    assert not one.settings["exact"]
    for name in ("p", "p_all", "p_holm", "p_bh", "se"):
        np.testing.assert_allclose(one.table[name], two.table[name], rtol=1e-12)
    for name, other in (("estimate",) * 2, ("t",) * 2, ("cohens_h",) * 2, ("low", "high"),
                        ("low_all", "high_all")):  # fmt: skip
        np.testing.assert_allclose(one.table[name], -two.table[other], atol=1e-12)
    assert one.omnibus_p == two.omnibus_p


@pytest.mark.parametrize("apart", [True, False])
def test_row_order_changes_nothing(apart):
    claims = random_claims(4, apart=apart)
    shuffled = claims.sample(frac=1, random_state=1)
    one, two = (compare(each, n_permutations=199).table for each in (claims, shuffled))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert not compare(claims, n_permutations=199, seed=1).table.equals(one)


def test_chunks_change_no_exact_p(monkeypatch):
    one = compare(claims_of(A=A, B=B)).table
    monkeypatch.setattr("framing.prevalence.permutation._CELLS", 20)
    pd.testing.assert_frame_equal(compare(claims_of(A=A, B=B)).table, one)


def test_random_arrangements_agree_with_all_of_them():
    claims = random_claims(5, n_documents=12)
    exact = compare(claims)
    near = compare(claims, n_permutations=3_000)
    assert exact.settings["exact"]
    assert not near.settings["exact"]
    for name in ("p", "p_all"):
        np.testing.assert_allclose(near.table[name], exact.table[name], atol=0.035)
    assert (near.table["p"] >= 1 / 3_001).all()


def test_a_smaller_t_never_has_a_smaller_p_over_all_labels():
    for seed in range(20, 24):
        claims = random_claims(seed, n=60, n_documents=8, apart=True)
        table = compare(claims).table.assign(size=lambda found: found["t"].abs())
        assert table.sort_values("size", ascending=False)["p_all"].is_monotonic_increasing


def test_arrangements_that_mirror_each_other_are_ties():
    # Means over documents are not whole numbers, and their sums differ by rounding.
    claims = claims_of(A=A, B=B)
    p = compare(claims, estimand="documents").table["p"]
    np.testing.assert_allclose(p * 35, (p * 35).round(), atol=1e-9)


def test_equal_shares_have_p_1():
    found = row(compare(claims_of(A=A, B=A)), label="x")
    assert (found["estimate"], found["t"], found["p"], found["p_all"]) == (0, 0, 1, 1)
    assert found["low"] == pytest.approx(-found["high"])


def test_repeating_claims_changes_nothing_for_documents_that_contain_them():
    claims = random_claims(6, n=90, n_documents=30)
    copied = pd.concat([claims, claims[claims["doc_id"].isin(["d1", "d2", "d3"])]] * 2)
    kept = ["share_a", "share_b", "low", "high", "t", "p", "p_all"]
    one, two = (
        compare(each, estimand="containing", n_permutations=199).table[kept]
        for each in (claims, copied)
    )
    pd.testing.assert_frame_equal(one, two)
    assert not compare(copied).table["share_a"].equals(compare(claims).table["share_a"])


def test_single_labels_fall_where_others_rise():
    claims = random_claims(7)
    claims["denied"] = np.arange(len(claims)) % 5 == 0
    table = compare(claims, n_permutations=99).table
    assert len(table) == 8
    assert table["estimate"].sum() == pytest.approx(0)
    assert (table["p_all"] >= table["p"]).all()
    assert (table["low_all"] < table["low"]).all()
    together = compare(claims, n_permutations=99, denied="together").table
    assert "denied" not in together.columns
    assert len(together) == 4


# Choosing groups


def test_one_group_against_the_rest():
    claims = random_claims(8, voices=("nato", "un", "us"))
    claims.loc[5, "voice"] = None
    result = compare(claims, groups=("nato", "rest"), n_permutations=99)
    merged = claims.assign(voice=claims["voice"].replace({"un": "z", "us": "z"}))
    other = compare(merged, groups=("nato", "z"), n_permutations=99)
    pd.testing.assert_frame_equal(result.table.drop(columns="b"), other.table.drop(columns="b"))
    assert set(result.table["b"]) == {"rest"}
    assert result.settings["set_aside"]["labelled claims without a value in voice"] == 1


def test_claims_of_other_groups_are_counted():
    claims = random_claims(9, voices=("nato", "un", "us"))
    result = compare(claims, groups=("nato", "us"), n_permutations=99)
    others = int((claims["voice"] == "un").sum())
    assert result.settings["set_aside"]["labelled claims of other groups"] == others
    assert f"Set aside: {others} labelled claims of other groups." in result.methods()
    without = claims[claims["voice"] != "un"]
    pd.testing.assert_frame_equal(result.table, compare(without, n_permutations=99).table)


def test_faults_name_the_value():
    claims = random_claims(9, voices=("nato", "un", "us"))
    with pytest.raises(FramingError, match=r"got 3: 'nato', 'un', 'us'.*'rest'"):
        compare(claims)
    with pytest.raises(FramingError, match=r"got 'uss'\. Did you mean 'us'"):
        compare(claims, groups=("nato", "uss"))
    with pytest.raises(FramingError, match=r"two different groups; got \('us', 'us'\)"):
        compare(claims, groups=("us", "us"))
    with pytest.raises(FramingError, match="two different groups; got 'nato'"):
        compare(claims, groups="nato")
    with pytest.raises(FramingError, match="got 'voices'"):
        compare(claims, between="voices")
    with pytest.raises(FramingError, match="at least 1 permutation; got 0"):
        compare(claims, groups=("nato", "us"), n_permutations=0)
    with pytest.raises(FramingError, match="got 95"):
        compare(claims, groups=("nato", "us"), level=95)
    claims.loc[claims["voice"] == "us", "label"] = None
    with pytest.raises(FramingError, match="none of 'us'"):
        compare(claims, groups=("nato", "us"))


# Edges


def test_one_document_in_a_group_has_no_test_and_says_so():
    result = compare(claims_of(A=A, B=[(9, 2)]))
    found = row(result, label="x")
    assert found["estimate"] == pytest.approx(10 / 35 - 2 / 9)
    undefined = ["low", "high", "low_all", "high_all", "se", "t", "df", "p", "p_all", "p_holm"]
    assert found[undefined].isna().all()
    assert found["method"] == "none"
    assert found["note"].endswith("B: one cluster: no interval; no test")
    assert np.isnan(result.omnibus_p)
    assert "No test could be made" in result.methods()
    assert "no test" in repr(result)


def test_a_label_that_one_group_never_uses_keeps_a_width():
    found = row(compare(claims_of(A=[(9, 0)] * 5, B=[*B, (10, 2)])), label="x")
    other = logit_t_interval([1, 2, 0, 3, 2], [9, 20, 6, 15, 10])
    upper = 1 - 0.025 ** (1 / 5)  # Clopper-Pearson with five documents: .5218
    assert found["low"] == pytest.approx(-other.estimate - (other.high - other.estimate))
    assert found["high"] == pytest.approx(
        -other.estimate + np.hypot(upper, other.estimate - other.low)
    )
    assert found["note"] == "A: in none of the claims"


def test_a_label_of_other_groups_only_is_not_tested_and_does_not_count():
    claims = random_claims(10, voices=("nato", "us"))
    extra = pd.DataFrame({"doc_id": ["d1", "d2"], "voice": "un", "label": "zeal"})
    plain = compare(claims, n_permutations=99)
    result = compare(pd.concat([claims, extra]), groups=("nato", "us"), n_permutations=99)
    zeal = row(result, label="zeal")
    assert zeal[["t", "p", "p_all", "p_holm", "p_bh"]].isna().all()
    assert zeal["note"] == "nato: in none of the claims; us: in none of the claims; no test"
    assert zeal["low"] < 0 < zeal["high"]
    pd.testing.assert_frame_equal(result.table.iloc[:4], plain.table)
    assert "1 could not be tested" in result.methods()


def test_no_spread_at_all():
    found = row(compare(claims_of(A=[(4, 3)] * 3, B=[(4, 1)] * 3)), label="x")
    assert (found["t"], found["se"]) == (np.inf, 0)
    assert found["p"] == pytest.approx(2 / 20)
    assert np.isnan(found["low"])
    assert row(compare(claims_of(A=[(4, 3)] * 3, B=[(4, 1)] * 3)), label="y")["t"] == -np.inf
    assert row(compare(claims_of(A=[(4, 3)] * 3, B=[(4, 3)] * 3)), label="x")["t"] == 0
    assert "A: no spread between clusters: no interval" in found["note"]
    assert "clusters too few for a smaller p" in found["note"]


def test_voices_that_agree_in_every_document_do_not_differ():
    # One voice makes three times as many claims, with the same shares: the spread cancels.
    documents = [(7, 1), (9, 5), (5, 2), (11, 3)]
    claims = claims_of(A=documents, B=[(3 * n, 3 * k) for n, k in documents])
    claims["doc_id"] = claims["doc_id"].str[1:]
    found = row(compare(claims), label="x")
    assert (found["t"], found["se"], found["p"]) == (0, 0, 1)


def test_a_label_of_every_claim_is_not_tested():
    claims = claims_of(A=A, B=B).assign(label="x")
    found = row(compare(claims), label="x")
    assert np.isnan(found["p"])
    assert found["note"].endswith("B: in all claims; only 4 clusters: a rough guide; no test")
    assert found["low"] < 0 < found["high"]


def test_nothing_labelled_gives_an_empty_table():
    claims = claims_of(A=A, B=B)
    result = difference([[]] * len(claims), claims, between="voice", cluster="doc_id")
    assert result.table.empty
    assert np.isnan(result.omnibus_p)
    assert [text.get_text() for text in differences(result).texts] == ["no labels to compare"]


def test_clustering_by_document_is_conditional_on_the_outlets():
    claims = random_claims(12).assign(outlet=lambda table: table["doc_id"].str[-1])
    assert "conditional on the outlets" in compare(claims, n_permutations=9).methods()
    assert "conditional" not in compare(claims, cluster="outlet", n_permutations=9).methods()


def test_claims_without_documents_are_taken():
    claims = random_claims(13).rename(columns={"doc_id": "story"})
    table = compare(claims, cluster="story", n_permutations=9).table
    assert table["n_documents_a"].isna().all()


# The figure


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def marks(ax):
    return [line for line in ax.lines if line.get_marker() in ("o", "x")]


def test_the_figure_draws_every_difference_and_both_intervals():
    claims = random_claims(14)
    claims["denied"] = np.arange(len(claims)) % 40 == 0
    claims.loc[claims["denied"], "label"] = "aid"
    result = compare(claims, n_permutations=99)
    ax = differences(result, names={"costs": "costs in $"})
    made = (result.table["count_a"] + result.table["count_b"]) > 0
    table = result.table[~result.table["denied"] | made].sort_values("estimate", ascending=False)
    assert len(table) == 5
    assert [float(mark.get_xdata()[0]) for mark in marks(ax)] == table["estimate"].tolist()
    thick = {tuple(bar.get_xdata()) for bar in ax.lines if bar.get_linewidth() > 2}
    thin = {tuple(bar.get_xdata()) for bar in ax.lines if bar.get_linewidth() < 0.75}
    assert thick == set(table[["low", "high"]].itertuples(index=False, name=None))
    assert thin == set(table[["low_all", "high_all"]].itertuples(index=False, name=None))
    ticks = [text.get_text() for text in ax.get_yticklabels()]
    assert set(ticks) == {"aid", "aid (denied)", r"costs in \$", "talks", "winter"}
    hollow = [mark for mark in marks(ax) if mark.get_markerfacecolor() == "white"]
    assert len(hollow) == 1


def test_the_figure_shows_denominators_shares_and_what_the_interval_is():
    ax = differences(compare(claims_of(A=A, B=B)))
    texts = [text.get_text() for text in ax.texts]
    assert texts[:2] == ["29% : 12%", "71% : 88%"]
    assert texts[2:] == [
        "← more in B\n50 claims in 4 clusters",
        "more in A →\n35 claims in 4 clusters",
        "shares\nA : B",
    ]
    assert ax.get_xlabel().endswith("(95% interval, thin: all labels together; clusters: doc_id)")
    left, right = ax.get_xlim()
    assert left == -right


def test_the_figure_marks_what_has_no_interval_and_takes_axes():
    result = compare(claims_of(A=A, B=[(9, 2)]))
    ax = plt.subplots()[1]
    assert differences(result, ax=ax) is ax
    assert {mark.get_marker() for mark in marks(ax)} == {"x"}
    assert not [line for line in ax.lines if line.get_linewidth() > 2]
    none = dataclasses.replace(result, table=result.table.iloc[:0])
    assert differences(none).texts[0].get_text() == "no labels to compare"


def test_voices_that_agree_in_every_document_get_no_interval_of_width_zero():
    rows = [
        {"doc_id": f"d{d}", "voice": voice, "label": "x" if i < d % 4 else "y"}
        for d in range(12)
        for voice in ("nato", "us")
        for i in range(4)
    ]
    table = compare(pd.DataFrame(rows)).table
    assert (table["estimate"] == 0).all()
    assert table[["low", "high", "low_all", "high_all"]].isna().all(axis=None)
    assert (table["method"] == "none").all()
    assert table["note"].str.contains("no spread of the difference").all()
