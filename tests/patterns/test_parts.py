"""The parts of discovery: neighbours, overlaps, copies, names."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from planted import noise, planted
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score

from framing import FramingError, Patterns, discover
from framing.patterns import copy_groups, prediction_strength
from framing.patterns.copies import _is_copy, _words, copy_table
from framing.patterns.estimators import estimator
from framing.patterns.graph import nearest, pairs, shared_neighbours, within_sample
from framing.patterns.stability import (
    Null,
    are_stable,
    best_overlaps,
    information,
    rand_index,
    verdict,
    weights,
)
from framing.patterns.stability import noise as noise_like
from framing.words import log_odds_z


def test_neighbours_are_those_of_brute_force_whatever_the_block(monkeypatch):
    vectors, _ = noise(90, 8)
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, -np.inf)
    expected = np.argsort(-cosine, axis=1, kind="stable")[:, :7]
    np.testing.assert_array_equal(nearest(vectors, 7), expected)
    monkeypatch.setattr("framing.patterns.graph._CELLS", 500)
    np.testing.assert_array_equal(nearest(vectors, 7), expected)


def test_neighbours_within_a_sample_are_those_found_in_it():
    vectors, _ = noise(90, 8)
    kept = np.random.default_rng(0).permutation(90)[:60]
    read_off = within_sample(nearest(vectors, 60), kept, 7)
    np.testing.assert_array_equal(read_off, nearest(vectors[kept], 7))


def test_places_are_empty_where_the_list_holds_too_few_of_the_sample():
    near = np.array([[1, 2, 3], [0, 2, 3], [3, 1, 0], [2, 1, 0]], dtype=np.int32)
    found = within_sample(near, np.array([3, 0]), 3)
    assert found.tolist() == [[1, -1, -1], [0, -1, -1]]
    # Neighbourhoods {0,1} and {1,0}; what is empty in both is nothing that they share.
    assert shared_neighbours(found).toarray().tolist() == [[0, 1], [1, 0]]


def test_graph_weights_are_overlaps_of_neighbourhoods():
    # Four points on a line: 0 and 1 near each other, 2 and 3 likewise.
    angles = np.array([0.0, 0.1, 1.0, 1.1])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    graph = shared_neighbours(nearest(vectors, 2)).toarray()
    np.testing.assert_array_equal(graph, graph.T)
    # Neighbourhoods, each with itself: {0,1,2}, {1,0,2}, {2,3,1}, {3,2,1}.
    assert graph[0, 1] == graph[2, 3] == 1.0
    assert graph[0, 2] == pytest.approx(2 / 4)
    assert graph[0, 3] == 0  # they share two neighbours, but neither is near the other


def test_graph_does_not_depend_on_the_block(monkeypatch):
    near = nearest(noise(90, 8)[0], 7)
    whole = shared_neighbours(near)
    monkeypatch.setattr("framing.patterns.graph._PAIRS", 11)
    assert (whole != shared_neighbours(near)).nnz == 0


def test_graph_weights_are_those_of_brute_force():
    near = nearest(noise(40, 8)[0], 5)
    hoods = [{row, *near[row].tolist()} for row in range(40)]
    graph = shared_neighbours(near).toarray()
    for one in range(40):
        for two in range(40):
            joined = one != two and (two in near[one] or one in near[two])
            overlap = len(hoods[one] & hoods[two]) / len(hoods[one] | hoods[two])
            assert graph[one, two] == pytest.approx(joined * overlap)


def test_pairs_are_listed_once_in_order():
    lower, higher = pairs(nearest(noise(40, 8)[0], 5))
    assert (lower < higher).all()
    assert len({*zip(lower.tolist(), higher.tolist(), strict=True)}) == lower.size
    assert (np.diff(lower) >= 0).all()


def test_overlaps_match_the_worked_example():
    # Ten claims in three patterns; drawn were 0 1 1 3 4 5 7 8 8 9, found as 0 0 0 1 1 1 2 2 2 2.
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    run = np.full(10, -1)
    run[[0, 1, 3, 4, 5, 7, 8, 9]] = [0, 0, 1, 1, 1, 2, 2, 2]
    assert best_overlaps(labels, run) == pytest.approx([2 / 3, 2 / 3, 1])


def test_a_pattern_of_which_nothing_was_drawn_has_no_overlap():
    assert np.isnan(best_overlaps(np.array([0, 0, 1]), np.array([0, 0, -1]))[1])


@pytest.mark.parametrize(
    ("one", "two", "index"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 2], Fraction(4, 7)),
        ([0, 0, 1, 1], [0, 1, 0, 1], Fraction(-1, 2)),
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], Fraction(8, 33)),
        ([0, 0, 0], [0, 0, 0], Fraction(1)),
    ],
)
def test_rand_index_matches_the_published_values(one, two, index):
    one, two = np.array(one), np.array(two)
    assert rand_index(one, two) == pytest.approx(float(index), rel=1e-12)
    assert rand_index(one, two) == pytest.approx(adjusted_rand_score(one, two), rel=1e-12)


def test_prediction_strength_matches_the_worked_example():
    found = prediction_strength(np.array([0, 0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 0, 1, 1, 0]))
    assert found == pytest.approx([1 / 2, 1 / 3])


def test_kmeans_and_ward_match_the_published_partitions_of_iris():
    data = load_iris()
    kmeans = estimator("kmeans", n_patterns=3, min_texts=3, seed=0)(data.data)
    assert adjusted_rand_score(data.target, kmeans) == pytest.approx(0.7302382722834697)
    ward = estimator("agglomerative", n_patterns=3, min_texts=3, seed=0)(data.data)
    assert adjusted_rand_score(data.target, ward) == pytest.approx(0.7311985567707746)
    assert sorted(np.bincount(ward).tolist()) == [36, 50, 64]


def test_one_against_the_rest_matches_the_worked_example():
    counts = np.array([[4, 2, 0, 1, 3], [0, 3, 5, 1, 1], [1, 0, 0, 1, 8]])
    total = counts.sum(axis=0)
    z = log_odds_z(counts[0], total - counts[0], 10 * total / total.sum())[1]
    expected = [
        1.8842860930138303,
        0.28336642097936154,
        -1.3222848882941498,
        0,
        -0.7482291199078446,
    ]
    np.testing.assert_allclose(z, expected, atol=1e-13)


def test_verdicts_at_their_edges():
    assert verdict(0.75, 0.2, 5) == "stable"
    assert verdict(0.7499, 0.2, 5) == verdict(0.5, 0.2, 5) == verdict(1.0, 0.2, 4) == "weak"
    assert verdict(0.4999, 0.2, 5) == verdict(0.9, 0.9, 5) == "dissolved"
    assert verdict(np.nan, 0.2, 5) == "dissolved"


def test_only_patterns_that_return_tell_anything():
    labels = np.repeat([0, 1, 2, 3], 5)
    assert information(labels, np.ones(4)) == pytest.approx(np.log(4))
    assert information(labels, np.full(4, 0.5)) == pytest.approx(np.log(4) / 2)
    assert information(labels, np.array([1.0, 1.0, 0.0, 0.0])) == pytest.approx(np.log(4) / 2)
    assert information(np.zeros(20, int), np.ones(1)) == 0


def test_a_pattern_counts_as_far_as_it_returns_beyond_noise_of_its_size():
    null = Null(np.array([40, 12, 3]), np.array([0.3, 0.8, 1.0]))
    found = weights(np.array([30, 20, 20, 4, 30]), np.array([0.75, 0.8, 0.9, 1.0, 0.49]), null)
    assert found == pytest.approx([0.5, 0.0, 0.8, 0.0, 0.0])


def test_stable_is_large_enough_returns_and_beats_noise_of_its_size():
    null = Null(np.array([40, 12, 3]), np.array([0.3, 0.8, 1.0]))
    sizes = np.array([30, 20, 20, 4, 30])
    overlaps = np.array([0.76, 0.79, 0.81, 1.0, 0.74])
    # 30 texts meet noise of 15 or more (.3), 20 texts that of 10 or more (.8).
    assert are_stable(sizes, overlaps, null).tolist() == [True, False, True, False, False]


def test_noise_has_the_mean_and_covariance_but_fills_the_gap_between_groups():
    vectors, _, truth = planted(sizes=(2_000, 2_000), noise=0.1)
    drawn = noise_like(vectors, 0)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, rtol=1e-5)
    # Made unit vectors, they are a little longer along the mean than they were drawn.
    np.testing.assert_allclose(drawn.mean(axis=0), vectors.mean(axis=0), atol=0.08)
    assert np.corrcoef(np.cov(drawn.T).ravel(), np.cov(vectors.T).ravel())[0, 1] > 0.98
    apart = vectors[truth == 0].mean(axis=0) - vectors[truth == 1].mean(axis=0)
    between = [np.abs(each @ apart - np.median(each @ apart)) < 0.2 for each in (vectors, drawn)]
    assert between[0].mean() < 0.01
    assert between[1].mean() > 0.1


def test_noise_of_equal_vectors_is_that_vector():
    np.testing.assert_allclose(noise_like(np.full((5, 4), 0.5, np.float32), 0), 0.5, rtol=1e-4)


LONG = "the allies will send two more air defence systems before the end of spring"


@pytest.mark.parametrize(
    ("other", "copy"),
    [
        (LONG.upper()[0] + LONG[1:] + ".", True),
        (LONG + " somehow", True),
        (LONG.replace("more ", ""), True),
        (LONG.replace("will", "will not"), False),
        (LONG.replace("two", "2"), False),
        (LONG.replace("allies", "Poles"), False),
        ("before the end of spring the allies will send two more air defence systems", False),
        ("the allies will meet in spring", False),
    ],
)
def test_copies_share_words_in_order_and_turn_nothing_round(other, copy):
    assert (copy_groups([LONG, other])[1] == 0) == copy


def test_copies_are_those_of_comparing_every_pair_whatever_the_block(monkeypatch):
    rng = np.random.default_rng(0)
    words = "the town will send two more grain ships to NATO but not before May".split()
    texts = [" ".join(rng.choice(words, size)) for size in rng.integers(0, 9, 600)]
    bags, expected = [_words(text) for text in texts], np.arange(600)
    for two in range(600):
        for one in np.flatnonzero(expected[:two] == np.arange(two)):
            a, b = set(bags[one]), set(bags[two])
            if a and len(a & b) >= 0.85 * len(a | b) and _is_copy(bags[one], bags[two]):
                expected[two] = one
                break
    assert (expected < np.arange(600)).sum() > 20
    np.testing.assert_array_equal(copy_groups(texts), expected)
    monkeypatch.setattr("framing.patterns.copies._PAIRS", 50)
    np.testing.assert_array_equal(copy_groups(texts), expected)


def test_copies_are_listed_with_their_outlets():
    claims = pd.DataFrame({"text": [LONG, LONG, "else"], "doc_id": ["a", "b", "c"],
                           "outlet": ["Wire", "Post", "Post"]})  # fmt: skip
    table = copy_table(claims, copy_groups(claims["text"].tolist()))
    assert table.to_dict("records") == [
        {"copy_id": 0, "n_claims": 2, "n_documents": 2, "outlets": ["Post", "Wire"], "text": LONG}
    ]


def test_saved_patterns_come_back_bit_equal(tmp_path):
    vectors, claims, _ = planted(noise=0.25)
    found = discover(vectors, claims).name({0: "aid"})
    found.save(tmp_path / "patterns")
    again = Patterns.load(tmp_path / "patterns")
    for name in ("labels", "strengths", "centres", "limits", "level_labels", "attachments"):
        np.testing.assert_array_equal(getattr(found, name), getattr(again, name))
    pd.testing.assert_frame_equal(found.assign(vectors), again.assign(vectors), check_exact=True)
    pd.testing.assert_frame_equal(found.stability, again.stability, check_exact=True)
    assert found.methods() == again.methods()
    assert again.names == {0: "aid"}
    assert again.table["name"].tolist() == ["aid", "", ""]


def test_assign_puts_new_claims_where_they_belong_and_refuses_strangers():
    vectors, claims, truth = planted()
    found = discover(vectors[:100], claims.head(100))
    assigned = found.assign(vectors[100:])
    kept = assigned["label"] >= 0
    assert kept.mean() > 0.8
    assert (assigned["label"][kept] == truth[100:][kept]).all()
    strangers = found.assign(noise(50, 32, seed=9)[0])
    assert (strangers["label"] == -1).mean() > 0.95


def test_names_survive_a_grown_corpus(tmp_path):
    vectors, claims, truth = planted(sizes=(80, 60, 50))
    early = discover(vectors[:120], claims.head(120))
    named = early.name(dict(enumerate(["aid", "war", "talk"])))
    named.save_names(tmp_path / "names.json")
    assert "number" not in (tmp_path / "names.json").read_text()  # no text in it
    grown = discover(vectors, claims, named=tmp_path / "names.json")
    assert grown.survival["status"].tolist() == ["survived"] * 3
    assert {grown.names[label] for label in set(truth)} == {"aid", "war", "talk"}
    for label, name in grown.names.items():
        assert claims["text"][grown.labels == label].str.startswith(name).all()


def test_names_of_patterns_that_split_merge_or_die_are_told(tmp_path):
    vectors, claims, truth = planted(sizes=(80, 60, 50))
    found = discover(vectors, claims)
    halves = np.where(truth == 0, np.arange(len(truth)) % 2 * 3, truth)  # 0 is split into 0 and 3
    two = np.where(truth == 2, 1, truth)  # 1 and 2 are one
    from framing.patterns.naming import match, read_names

    found.name({0: "aid", 1: "war", 2: "talk"}).save_names(tmp_path / "n.json")
    named = read_names(tmp_path / "n.json")
    centres = np.vstack([found.centres, found.centres[:1]])
    _, split = match(named, halves, found.keys, centres)
    assert split["status"].tolist() == ["split", "survived", "survived"]
    names, merged = match(named, two, found.keys, found.centres)
    assert merged["status"].tolist() == ["survived", "merged", "merged"]
    assert sorted(names) == [0, 1]
    rest = truth != 1
    _, dead = match(named, truth[rest], found.keys[rest], found.centres[[0, 2, 2]])
    assert dead["status"].tolist()[1] == "died"


def test_explained_by_is_one_for_the_same_and_about_zero_for_anything_else():
    vectors, claims, truth = planted()
    found = discover(vectors, claims)
    table = found.explained_by(claims.assign(same=truth, odd=np.arange(len(truth)) % 5),
                               ["same", "odd"])  # fmt: skip
    assert table["ami"].tolist() == pytest.approx([1, 0], abs=0.05)
    assert table["n_values"].tolist() == [3, 5]


def test_faults_name_the_value(tmp_path):
    vectors, claims, _ = planted()
    found = discover(vectors, claims)
    with pytest.raises(FramingError, match="a pattern to be one of 0, 1, 2; got 7"):
        found.name({7: "x"})
    with pytest.raises(FramingError, match="a name for one pattern each"):
        found.name({0: "x", 1: "x"})
    with pytest.raises(FramingError, match=r"shape \(n, 32\).*got shape \(124, 31\)"):
        found.assign(vectors[:, 1:])
    with pytest.raises(FramingError, match=r"written by Patterns\.save; got"):
        Patterns.load(tmp_path)
    (tmp_path / "odd.json").write_text("{}")
    with pytest.raises(FramingError, match=r"Patterns.save_names; got '.*odd.json'"):
        discover(vectors, claims, named=tmp_path / "odd.json")
    with pytest.raises(FramingError, match="got 'events'"):
        found.explained_by(claims, ["events"])
