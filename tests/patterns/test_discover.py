"""Patterns: planted ones are found, noise gives none, order and repetition change nothing."""

import numpy as np
import pandas as pd
import pytest
from planted import noise, planted, unit
from sklearn.metrics import adjusted_rand_score

from framing import FramingError, discover


def test_planted_patterns_are_found_stable_and_numbered_by_size():
    vectors, claims, truth = planted()
    found = discover(vectors, claims)
    assert found.labels.tolist() == truth.tolist()
    assert found.table["n_claims"].tolist() == [60, 40, 24]
    assert found.stability["verdict"].tolist() == ["stable"] * 3
    assert (found.stability["jaccard"] > 0.95).all()
    top = found.words.groupby("label")["word"].first()
    assert top.to_dict() == {0: "aid", 1: "war", 2: "talk"}


@pytest.mark.parametrize("seed", range(3))
def test_noise_gives_no_pattern_as_a_result(seed):
    found = discover(*noise(300, seed=seed), seed=seed)
    assert set(found.labels) == {-1}
    assert found.stability.empty
    assert found.stability.columns.tolist() == [
        "label", "n_claims", "jaccard", "null", "n_samples", "verdict",
    ]  # fmt: skip
    assert len(found.levels) > 1
    assert "No stable pattern in 300 claims" in found._repr_html_()
    assert "no pattern was stable" in found.methods()


def test_one_cloud_is_no_structure():
    vectors, claims, _ = planted(sizes=(150,))
    assert set(discover(vectors, claims).labels) == {-1}


def test_rows_in_another_order_give_the_same_result():
    vectors, claims, _ = planted(noise=0.25)
    order = np.random.default_rng(1).permutation(len(claims))
    one, two = discover(vectors, claims), discover(vectors[order], claims.iloc[order])
    for name in ("labels", "strengths", "attachments"):
        np.testing.assert_array_equal(getattr(one, name)[order], getattr(two, name))
    np.testing.assert_array_equal(one.level_labels[:, order], two.level_labels)
    for name in ("table", "words", "exemplars", "stability", "levels", "tree", "sensitivity"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_a_second_run_is_bit_equal_and_another_seed_finds_the_same():
    vectors, claims, _ = planted(noise=0.25)
    one, again, other = (discover(vectors, claims, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.labels, again.labels)
    np.testing.assert_array_equal(one.stability, again.stability)
    assert adjusted_rand_score(one.labels, other.labels) > 0.95


def test_copies_count_once_and_are_all_labelled():
    vectors, claims, _ = planted()
    again = [0] * 40 + list(range(len(claims)))
    one = discover(vectors, claims)
    many = discover(vectors[again], claims.iloc[again])
    assert adjusted_rand_score(many.labels[40:], one.labels) == 1
    assert set(many.labels[:40]) == {many.labels[40]}
    assert many.settings["n_texts"] == len(claims)
    assert many.copies[["n_claims", "n_documents"]].to_numpy().tolist() == [[41, 1]]


def test_texts_that_stand_in_several_documents_do_not_make_the_row_order_matter():
    vectors, claims, _ = planted(noise=0.25)
    twice = np.concatenate([np.arange(len(claims)), np.arange(0, len(claims), 3)])
    vectors, claims = vectors[twice], claims.iloc[twice].reset_index(drop=True)
    claims["doc_id"] = [f"d{i * 7 % 29}" for i in range(len(claims))]
    order = np.random.default_rng(2).permutation(len(claims))
    one, two = discover(vectors, claims), discover(vectors[order], claims.iloc[order])
    np.testing.assert_array_equal(one.level_labels[:, order], two.level_labels)
    np.testing.assert_array_equal(one.labels[order], two.labels)
    pd.testing.assert_frame_equal(one.stability, two.stability)
    pd.testing.assert_frame_equal(one.copies, two.copies)


def test_small_patterns_are_set_aside_and_counted():
    vectors, claims, truth = planted(sizes=(60, 60, 20))
    found = discover(vectors, claims, min_texts=21)
    assert (found.labels[truth == 2] == -1).all()
    assert np.isnan(found.strengths[truth == 2]).all()
    assert found.settings["n_set_aside"] == 20
    assert "20 claims (14.3%) were set aside" in found.methods()


def test_weakly_attached_claims_are_set_aside_at_the_stated_threshold():
    vectors, claims, _ = planted(noise=0.4)
    loose, strict = (discover(vectors, claims, min_attachment=m) for m in (0.0, 0.9))
    table = strict.sensitivity.set_index("min_attachment")["n_set_aside"]
    assert table.is_monotonic_increasing
    assert (strict.labels == -1).sum() > (loose.labels == -1).sum()
    assert (strict.attachments[strict.labels >= 0] >= 0.9).all()


def test_levels_form_a_tree_from_coarse_to_fine():
    vectors, claims, _ = planted(sizes=(50, 40, 30, 30, 30), noise=0.25)
    found = discover(vectors, claims)
    assert found.levels["chosen"].sum() == 1
    assert found.levels["information"].idxmax() == found.settings["level"]
    for level, table in found.tree.groupby("level"):
        assert table["n_claims"].sum() == len(claims)
        labels = found.level_labels[level]
        assert table["n_claims"].tolist() == np.bincount(labels).tolist()
        for row in table.to_dict("records"):
            if level:
                above = found.level_labels[level - 1][labels == row["label"]]
                assert row["inside"] == pytest.approx(np.mean(above == row["parent"]))
    finer = discover(vectors, claims, level=4)
    assert finer.settings["n_patterns"] > found.settings["n_patterns"]
    assert "chosen by hand" in finer.methods()


def test_without_samples_nothing_is_measured():
    vectors, claims, truth = planted()
    found = discover(vectors, claims, n_samples=0)
    assert adjusted_rand_score(found.labels, truth) == 1
    assert found.stability.empty
    assert set(found.table["verdict"]) == {"not measured"}
    assert "Stability was not measured" in found.methods()


@pytest.mark.parametrize("method", ["kmeans", "agglomerative", "hdbscan"])
def test_other_methods_give_the_same_kind_of_result(method):
    vectors, claims, truth = planted()
    found = discover(vectors, claims, method=method, n_patterns=3, n_samples=5)
    assert adjusted_rand_score(found.labels, truth) > 0.95
    assert (found.stability["verdict"] == "stable").all()
    assert method in found.methods()


def test_large_corpora_are_searched_in_a_sample_and_joined():
    vectors, claims, truth = planted(sizes=(200, 150, 100))
    found = discover(vectors, claims, max_texts=250)
    assert 100 < found.settings["n_discovered"] <= 250
    assert adjusted_rand_score(found.labels, truth) > 0.98
    assert "random sample of documents" in found.methods()


def test_within_takes_the_topic_off():
    # Each event is a direction, each way of telling another; events are far stronger.
    rng = np.random.default_rng(0)
    events, ways = (unit(rng.normal(size=(k, 48))) for k in (3, 2))
    event, way = np.repeat([0, 1, 2], 60), np.tile([0, 1], 90)
    vectors = unit(3 * events[event] + ways[way] + 0.08 * rng.normal(size=(180, 48)))
    claims = pd.DataFrame({"text": [f"claim {i}" for i in range(180)], "event": event, "way": way})
    plain = discover(vectors, claims, level=0).explained_by(claims, ["event", "way"])
    told = discover(vectors, claims, within="event").explained_by(claims, ["event", "way"])
    assert plain.set_index("column")["ami"]["event"] > 0.6
    assert told.set_index("column")["ami"].to_dict() == pytest.approx(
        {"event": 0.0, "way": 1.0}, abs=0.02
    )


def test_claims_alone_in_their_group_are_set_aside_within_it():
    vectors, claims, _ = planted()
    claims["event"] = "visit"
    claims.loc[7, "event"] = "alone"
    claims.loc[9, "event"] = None
    found = discover(vectors, claims, within="event")
    assert found.labels[[7, 9]].tolist() == [-1, -1]
    assert "The mean of each event was taken off" in found.methods()


def test_exemplars_come_from_different_documents():
    vectors, claims, _ = planted()
    per_label = discover(vectors, claims).exemplars.groupby("label")["doc_id"]
    assert (per_label.nunique() == 3).all()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_a_handful_of_claims_is_no_exception(n):
    vectors, claims, _ = planted()
    found = discover(vectors[:n], claims.head(n))
    assert len(found.labels) == n
    assert "verdict" in found.table.columns


def test_the_table_is_readable_in_jupyter_with_texts_escaped():
    vectors, claims, _ = planted()
    html = discover(vectors, claims.assign(text="<b>" + claims["text"]))._repr_html_()
    assert "3 patterns in 124 claims" in html
    assert "<b>" not in html


def test_inputs_are_left_alone():
    vectors, claims, _ = planted()
    before, frame = vectors.copy(), claims.copy()
    discover(vectors, claims, within="outlet")
    np.testing.assert_array_equal(vectors, before)
    pd.testing.assert_frame_equal(claims, frame)


def test_faults_name_the_value():
    vectors, claims, _ = planted()
    broken = vectors.copy()
    broken[[4, 9]] = np.nan
    with pytest.raises(FramingError, match="length nan in rows 4, 9"):
        discover(broken, claims)
    with pytest.raises(FramingError, match=r"length 2 in rows 0, 1, 2, 3, 4 and 119 more"):
        discover(vectors * 2, claims)
    with pytest.raises(FramingError, match=r"123 claims; got shape \(124, 32\)"):
        discover(vectors, claims.head(123))
    with pytest.raises(FramingError, match="column of claims to be one of 'claim_id'"):
        discover(vectors, claims.drop(columns="text"))
    with pytest.raises(FramingError, match="got 'events'"):
        discover(vectors, claims, within="events")
    with pytest.raises(FramingError, match=r"'graph', 'kmeans', .*got 'k-means'\. Did you mean"):
        discover(vectors, claims, method="k-means")
    with pytest.raises(FramingError, match="n_neighbors at least 1; got 0"):
        discover(vectors, claims, n_neighbors=0)
    with pytest.raises(FramingError, match="min_attachment from 0 to 1; got 30"):
        discover(vectors, claims, min_attachment=30)
    with pytest.raises(FramingError, match="a level from 0 to 9; got 10"):
        discover(vectors, claims, level=10)
