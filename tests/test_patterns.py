"""Patterns: planted ones are found, order and repetition change nothing, faults are named."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from framing import FramingError, discover
from framing.patterns import neighbour_graph


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def planted(sizes=(30, 20, 12), n_dims=32, noise=0.1, seed=0):
    """Claims around well separated directions, in mixed order."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(len(sizes), n_dims)))
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    vectors = unit(centres[truth] + noise * rng.normal(size=(len(truth), n_dims)))
    claims = pd.DataFrame(
        {
            "claim_id": [f"c{i}" for i in range(len(truth))],
            "doc_id": [f"d{i % 7}" for i in range(len(truth))],
            "text": [f"{'aid war talk'.split()[g]} number {i}" for i, g in enumerate(truth)],
        }
    )
    return vectors, claims, truth


def test_planted_patterns_are_found_and_numbered_by_size():
    vectors, claims, truth = planted()
    found = discover(vectors, claims)
    assert found.labels.tolist() == truth.tolist()
    assert found.table["n_claims"].tolist() == [30, 20, 12]
    top = found.words.groupby("label")["word"].first()
    assert top.to_dict() == {0: "aid", 1: "war", 2: "talk"}


def test_rows_in_another_order_give_the_same_partition_and_strengths():
    vectors, claims, _ = planted(noise=0.35)
    order = np.random.default_rng(1).permutation(len(claims))
    one = discover(vectors, claims)
    two = discover(vectors[order], claims.iloc[order])
    np.testing.assert_array_equal(one.labels[order], two.labels)
    np.testing.assert_array_equal(one.strengths[order], two.strengths)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.exemplars, two.exemplars)


def test_a_second_run_is_bit_equal():
    vectors, claims, _ = planted(noise=0.35)
    one, two = discover(vectors, claims), discover(vectors, claims)
    np.testing.assert_array_equal(one.labels, two.labels)
    np.testing.assert_array_equal(one.strengths, two.strengths)


def test_copies_count_once_in_discovery_and_are_all_labelled():
    vectors, claims, _ = planted()
    again = [0] * 40 + list(range(len(claims)))
    one = discover(vectors, claims)
    many = discover(vectors[again], claims.iloc[again])
    assert adjusted_rand_score(many.labels[40:], one.labels) == 1
    assert set(many.labels[:40]) == {many.labels[40]}
    assert many.table["n_texts"].sum() == len(claims)
    assert many.table["n_claims"].sum() == len(claims) + 40


def test_patterns_below_min_texts_are_set_aside_and_counted():
    vectors, claims, truth = planted(sizes=(30, 30, 6))
    found = discover(vectors, claims, min_texts=7, n_neighbors=5)
    assert (found.labels[truth == 2] == -1).all()
    assert np.isnan(found.strengths[truth == 2]).all()
    assert found.settings["n_set_aside"] == 6
    assert "6 claims" in found.methods()
    assert -1 not in found.table["label"].tolist()


def test_a_higher_resolution_gives_more_patterns():
    vectors, claims, _ = planted(sizes=(200, 200), noise=0.3)
    coarse, fine = (discover(vectors, claims, resolution=r) for r in (0.5, 4))
    assert coarse.settings["n_patterns"] < fine.settings["n_patterns"]


def test_exemplars_come_from_different_documents():
    vectors, claims, _ = planted()
    per_label = discover(vectors, claims).exemplars.groupby("label")["doc_id"]
    assert (per_label.nunique() == 3).all()


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_handful_of_claims_is_no_exception(n):
    vectors, claims, _ = planted()
    found = discover(vectors[:n], claims.head(n))
    assert len(found.labels) == n
    assert found.table.columns.tolist() == [
        "label",
        "n_claims",
        "n_texts",
        "n_documents",
        "strength",
        "words",
        "exemplar",
    ]


def test_neighbour_graph_weights_are_overlaps_of_neighbourhoods():
    # Four points on a line: 0 and 1 near each other, 2 and 3 likewise.
    angles = np.array([0.0, 0.1, 1.0, 1.1])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    graph = neighbour_graph(vectors, 2).toarray()
    np.testing.assert_array_equal(graph, graph.T)
    # Neighbourhoods, each with itself: {0,1,2}, {1,0,2}, {2,3,1}, {3,2,1}.
    assert graph[0, 1] == 1.0
    assert graph[0, 2] == pytest.approx(2 / 4)
    assert graph[0, 3] == 0  # they share two neighbours, but neither is near the other
    assert graph[2, 3] == 1.0


def test_neighbours_do_not_depend_on_the_block(monkeypatch):
    vectors, _, _ = planted(noise=0.5)
    whole = neighbour_graph(vectors, 7)
    monkeypatch.setattr("framing.patterns._BLOCK", 5)
    assert (whole != neighbour_graph(vectors, 7)).nnz == 0


def test_the_table_is_readable_in_jupyter_with_texts_escaped():
    vectors, claims, _ = planted()
    html = discover(vectors, claims.assign(text="<b>" + claims["text"]))._repr_html_()
    assert "3 patterns in 62 claims" in html
    assert "<b>" not in html


def test_inputs_are_left_alone():
    vectors, claims, _ = planted()
    before, frame = vectors.copy(), claims.copy()
    discover(vectors, claims)
    np.testing.assert_array_equal(vectors, before)
    pd.testing.assert_frame_equal(claims, frame)


def test_faults_name_the_rows():
    vectors, claims, _ = planted()
    broken = vectors.copy()
    broken[[4, 9]] = np.nan
    with pytest.raises(FramingError, match="length nan in rows 4, 9"):
        discover(broken, claims)
    with pytest.raises(FramingError, match=r"length 2 in rows 0, 1, 2, 3, 4 and 57 more"):
        discover(vectors * 2, claims)
    with pytest.raises(FramingError, match=r"61 claims; got shape \(62, 32\)"):
        discover(vectors, claims.head(61))
    with pytest.raises(FramingError, match="column of claims to be one of 'claim_id'"):
        discover(vectors, claims.drop(columns="text"))
    with pytest.raises(FramingError, match="resolution of at least 0, and above 0; got 0"):
        discover(vectors, claims, resolution=0)
    with pytest.raises(FramingError, match="n_neighbors of at least 1"):
        discover(vectors, claims, n_neighbors=0)
