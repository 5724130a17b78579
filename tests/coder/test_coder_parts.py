"""The parts that a coder is made of."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse import random as sparse_random
from toy import cloud

from framing import FramingError
from framing.coder import Coder
from framing.coder.blocks import Blocks, Raw
from framing.coder.decisions import confidence, nearest, threshold
from framing.coder.folding import fewer, folds_of
from framing.coder.head import Calibration, calibrate, fit_head, rotated
from framing.coder.report import calibration_error


def test_threshold_counts_one_error_more_than_was_seen():
    sure = np.linspace(1, 0.5, 20)
    assert threshold(sure, np.zeros(20, dtype=bool), 0.1) == 0.5
    assert threshold(sure[:8], np.zeros(8, dtype=bool), 0.1) == np.inf  # (0 + 1) / 9 > .1
    assert threshold(sure[:9], np.zeros(9, dtype=bool), 0.1) == sure[8]  # (0 + 1) / 10
    errs = np.arange(20) == 12
    assert threshold(sure, errs, 0.1) == 0.5  # (1 + 1) / 21
    assert threshold(sure, errs, 0.09) == sure[11]  # the 12 before the error: (0 + 1) / 13


def test_equal_confidences_are_taken_together():
    sure = np.array([0.9] * 12 + [0.6] * 12)
    errs = np.array([False] * 18 + [True] * 6)
    assert threshold(sure, errs, 0.1) == 0.9


def test_calibration_recovers_a_known_temperature():
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(20_000, 3))
    drawn = (rng.random(20_000)[:, None] > Calibration(1, 0).shares(logits, False).cumsum(1)).sum(1)
    found = calibrate(3 * logits, np.eye(3, dtype=bool)[drawn], False)
    assert found.slope == pytest.approx(1 / 3, abs=0.01)
    assert found.shift == 0


@pytest.mark.parametrize("multi", [False, True])
def test_the_quick_way_leads_to_the_same_head(multi):
    vectors, codes = cloud(24, n_dims=50)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    turned, way = rotated(vectors)
    assert turned.shape == (24, 24)
    plain = fit_head(vectors, target, multi, 10.0, np.ones(24))
    quick = fit_head(turned, target, multi, 10.0, np.ones(24)).turned_back(way)
    new = cloud(9, n_dims=50, seed=1)[0]
    np.testing.assert_allclose(quick.logits(new), plain.logits(new), atol=1e-3)
    turned, way = rotated(csr_matrix(vectors))
    sparse = fit_head(turned, target, multi, 10.0, np.ones(24)).turned_back(way)
    np.testing.assert_allclose(sparse.logits(csr_matrix(new)), plain.logits(new), atol=1e-3)
    assert rotated(vectors[:, :10])[1] is None


def test_the_way_back_takes_no_more_room_than_the_examples():
    wide = sparse_random(70, 40_000, density=0.001, format="csr", random_state=0)
    turned, way = rotated(wide)
    assert way.features is wide
    assert way.shares.shape == (turned.shape[1], 70)
    np.testing.assert_allclose(turned @ turned.T, (wide @ wide.T).toarray(), atol=1e-10)
    np.testing.assert_allclose(turned @ (way.shares @ wide), wide.toarray(), atol=1e-10)


def test_calibration_error_by_hand():
    sure = np.array([0.6, 0.6, 0.9, 0.9])
    errs = np.array([True, False, False, False])  # .5 right at .6, all right at .9
    assert calibration_error(sure, errs, 2) == pytest.approx(0.1)
    assert calibration_error(sure, errs, 1) == pytest.approx(0)


def test_confidence_in_a_set_is_a_product():
    np.testing.assert_allclose(confidence(np.array([[0.9, 0.2]]), True), [0.72])


def test_nearest_by_hand():
    rows, cosines = nearest(np.array([[3.0, 4.0]]), np.array([[1.0, 0.0], [0.0, 2.0]]), 2)
    assert rows.tolist() == [[1, 0]]
    np.testing.assert_allclose(cosines, [[0.8, 0.6]])


def test_folds_hold_every_example_out_once_and_split_no_group():
    _, codes = cloud(60)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    groups = np.arange(60) // 4
    folds = folds_of(target, groups, 5, 0)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(60))
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
    assert folds_of(np.eye(3, dtype=bool), np.arange(3), 5, 0) == []
    some = fewer(folds, 60, 20, 0)
    assert sum(len(test) for _, test in some) == 20
    assert fewer(folds, 60, 60, 0) is None


def test_blocks_made_anew_give_the_same_features():
    texts = ["the talks went on", "the aid came", "aid and talks", "nothing of the kind"]
    raw = Raw(np.eye(4), None, texts)
    blocks = Blocks(("meaning", "words")).fit(raw)
    again = Blocks(blocks.names, blocks.terms, blocks.idf)
    one, two = (found.features(raw, ("meaning", "words")) for found in (blocks, again))
    assert (one != two).nnz == 0
    assert one.shape[1] > 4


def test_sources_that_are_coded_worse_are_named():
    rng = np.random.default_rng(2)
    vectors, codes = cloud(300, noise=0.1)
    source = np.where(np.arange(300) < 150, "press", "state").astype(object)
    wrong = (source == "state") & (rng.random(300) < 0.4)
    shown = np.where(wrong, np.roll(codes, 1), codes)
    report = Coder().fit(vectors, shown).report(by=source)
    errors = report.table.query("measure == 'error'").set_index("source")
    assert errors.loc["press", "estimate"] < 0.05 < 0.3 < errors.loc["state", "estimate"]
    assert "outside the interval" in errors.loc["state", "note"]
    recalls = report.table.query("measure == 'recall'").groupby("source")["estimate"].mean()
    assert recalls["press"] > recalls["state"] + 0.2
    assert "Report of a coder: macro F1" in repr(report)
    with pytest.raises(FramingError, match=r"300 rows.*; got 2"):
        Coder().fit(vectors, shown).report(by=["press", "state"])
