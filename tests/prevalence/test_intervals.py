"""Bootstrap-t, Newcombe's interval and adjusted p-values: published vectors, laws, edges."""

import numpy as np
import pandas as pd
import pytest

from framing import FramingError, shares
from framing.prevalence import (
    Interval,
    benjamini_hochberg,
    bootstrap_t_interval,
    holm,
    logit_t_interval,
    newcombe_bounds,
)
from framing.prevalence.intervals import (
    bootstrap_t_intervals,
    cluster_se,
    resample_shares,
    squared_influence,
)

# The worked example of the methods: claims with the label, and all claims, per document.
COUNTS, SIZES = [4, 1, 3, 2], [10, 5, 8, 12]

# Benjamini and Hochberg (1995), their example of 15 p-values.
P_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def documents(rng, n_documents, *, mean=20, share=0.15, alike=0.1):
    """Beta-binomial documents with heavy-tailed sizes: the design of the published coverage."""
    sizes = 1 + rng.negative_binomial(1.5, 1.5 / (0.5 + mean), size=n_documents)
    odds = 1 / alike - 1
    return rng.binomial(sizes, rng.beta(share * odds, (1 - share) * odds, size=n_documents)), sizes


def test_resampled_shares_have_the_moments_of_all_resamples():
    # All 4^4 resamples of the worked example: mean and standard deviation by enumeration.
    found, _ = resample_shares(
        np.array(COUNTS, float)[:, None], np.array(SIZES, float), n_resamples=40_000, seed=1
    )
    assert found.mean() == pytest.approx(0.2870805110267356, abs=0.001)
    assert found.std() == pytest.approx(0.05626036465047296, abs=0.0006)


def test_a_resample_has_the_error_of_the_clusters_in_it():
    counts, sizes = np.array([[1.0], [4.0]]), np.array([3.0, 9.0])
    found, errors = resample_shares(counts, sizes, n_resamples=200, seed=0)
    both = cluster_se(counts[:, 0], sizes, 5 / 12)
    expected = {(round(1 / 3, 9), 0.0), (round(4 / 9, 9), 0.0), (round(5 / 12, 9), round(both, 9))}
    assert set(zip(found[:, 0].round(9), errors[:, 0].round(9), strict=True)) == expected


def test_bootstrap_t_covers_at_20_documents():
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(800):
        found = bootstrap_t_interval(*documents(rng, 20), n_resamples=499)
        covered.append(found.low <= 0.15 <= found.high)
    assert 0.925 <= np.mean(covered) <= 0.955


def test_bootstrap_t_leans_to_the_side_where_the_label_may_hide():
    counts, sizes = documents(np.random.default_rng(3), 20)
    found, plain = bootstrap_t_interval(counts, sizes), logit_t_interval(counts, sizes)
    assert found.method == "bootstrap-t"
    assert (found.estimate, found.se) == (plain.estimate, plain.se)
    assert found.high - found.estimate > found.estimate - found.low > 0


def test_order_of_clusters_and_empty_ones_do_not_matter():
    counts, sizes = documents(np.random.default_rng(5), 12)
    order = np.random.default_rng(6).permutation(12)
    one = bootstrap_t_interval(counts, sizes)
    assert bootstrap_t_interval(counts[order], sizes[order]) == one
    assert bootstrap_t_interval([*counts, 0], [*sizes, 0]) == one
    assert bootstrap_t_interval(counts, sizes, seed=1) != one


def test_chunks_change_nothing(monkeypatch):
    counts, sizes = documents(np.random.default_rng(5), 12)
    one = bootstrap_t_interval(counts, sizes)
    monkeypatch.setattr("framing.prevalence.intervals._CELLS", 50)
    assert bootstrap_t_interval(counts, sizes) == one


def test_a_label_in_few_clusters_falls_back_on_logit_t():
    counts, sizes = [5, 0, 0, 0, 0, 0, 0, 0], [9] * 8  # a third of the resamples have none of it
    found, plain = bootstrap_t_interval(counts, sizes), logit_t_interval(counts, sizes)
    assert (found.low, found.high, found.method) == (plain.low, plain.high, "logit-t")
    assert found.note == "in 34% of the resamples no spread: logit-t instead"


@pytest.mark.parametrize("counts", [[0] * 6, [7] * 6, [3] * 6])
def test_without_spread_bootstrap_t_is_what_logit_t_is(counts):
    found, plain = bootstrap_t_interval(counts, [7] * 6), logit_t_interval(counts, [7] * 6)
    assert repr(found) == repr(plain)  # NaN bounds are not equal to themselves
    assert found.high != found.low


def test_shares_take_bootstrap_t_for_every_label_and_group():
    rng = np.random.default_rng(2)
    claims = pd.DataFrame(
        {
            "doc_id": rng.integers(0, 25, 600),
            "voice": rng.choice(["nato", "us"], 600),
            "label": rng.choice(["aid", "talks", "costs"], 600),
        }
    )
    result = shares(
        claims["label"], claims, cluster="doc_id", interval="bootstrap-t", n_resamples=399, seed=4
    )
    assert set(result.table["method"]) == {"bootstrap-t"}
    assert "bootstrap-t (399 resamples of whole clusters by doc_id, seed 4)" in result.methods()
    for voice, rows in result.table.groupby("voice"):
        own = claims[claims["voice"] == voice]
        counts = pd.crosstab(own["doc_id"], own["label"])
        alone = bootstrap_t_intervals(
            counts.to_numpy(), counts.sum(axis=1).to_numpy(), n_resamples=399, seed=4
        )
        np.testing.assert_array_equal(rows[["low", "high"]], [[f.low, f.high] for f in alone])
    shuffled = claims.sample(frac=1, random_state=0)
    again = shares(
        shuffled["label"],
        shuffled,
        cluster="doc_id",
        interval="bootstrap-t",
        n_resamples=399,
        seed=4,
    )
    pd.testing.assert_frame_equal(result.table, again.table, check_exact=True)


def test_squared_influence_is_exactly_zero_for_equal_shares():
    n = np.array([3.0, 7.0, 11.0])
    k = n / 3
    share = np.array([k.sum() / n.sum()])
    sums = [np.array([x.sum()]) for x in (k * k, k * n, n * n)]
    assert squared_influence(*sums, share, np.array([n.sum()])) == 0


def wilson(k, n):
    z = 1.959963984540054
    centre, half = (k + z * z / 2), z * np.sqrt(k * (n - k) / n + z * z / 4)
    return Interval(k / n, (centre - half) / (n + z * z), (centre + half) / (n + z * z), 0, "", "")


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_bounds_match_the_published_table(a, b, low, high):
    # Newcombe (1998), Table II, method 10: square-and-add of Wilson intervals.
    found = newcombe_bounds(wilson(*a), wilson(*b))
    np.testing.assert_allclose(found, [low, high], atol=5e-5)


def test_newcombe_bounds_of_swapped_and_correlated_shares():
    a, b = logit_t_interval([4, 1, 3, 2], SIZES), logit_t_interval([1, 2, 0, 3], SIZES)
    low, high = newcombe_bounds(a, b)
    np.testing.assert_allclose(newcombe_bounds(b, a), (-high, -low))
    inner = newcombe_bounds(a, b, correlation=0.5)
    assert low < inner[0] < a.estimate - b.estimate < inner[1] < high
    nothing = logit_t_interval([1], [2])
    assert np.isnan(newcombe_bounds(a, nothing)).all()


def test_adjusted_p_values_match_benjamini_and_hochberg():
    # Their example: 3 rejections by Bonferroni and Holm at .05, 4 by the false discovery rate.
    strict, rate = holm(P_1995), benjamini_hochberg(P_1995)
    assert ((strict <= 0.05).sum(), (rate <= 0.05).sum()) == (3, 4)
    np.testing.assert_allclose(rate[3:5], [0.035625, 0.0603], rtol=1e-12)
    np.testing.assert_allclose(strict[:5], [0.0015, 0.0056, 0.0247, 0.114, 0.2211], rtol=1e-12)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_tests_that_were_not_made_do_not_count(adjust):
    found = adjust([0.01, np.nan, 0.04])
    np.testing.assert_allclose(found[[0, 2]], adjust([0.01, 0.04]))
    assert np.isnan(found[1])
    assert np.isnan(adjust([np.nan])).all()
    assert adjust([]).size == 0


def test_faults_name_the_value():
    with pytest.raises(FramingError, match=r"at least 39 resamples for a level of 0\.95; got 38"):
        bootstrap_t_interval(COUNTS, SIZES, n_resamples=38)
    with pytest.raises(FramingError, match="size of their cluster; got 1"):
        bootstrap_t_interval([1, 5], [2, 4])
    with pytest.raises(FramingError, match=r"between 0 and 1; got 1\.2 at position 1"):
        holm([0.1, 1.2])
    claims = pd.DataFrame({"doc_id": ["a"], "voice": ["nato"]})
    with pytest.raises(FramingError, match=r"got 'boot-t'\. Did you mean 'bootstrap-t'"):
        shares(["aid"], claims, cluster="doc_id", interval="boot-t")
