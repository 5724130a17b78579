"""The second learner: token similarities and ridge regression."""

import numpy as np
from toy import cloud

from framing import Encoder
from framing.coder.blocks import Blocks, Raw
from framing.coder.definitions import Definitions
from framing.coder.folding import folds_of
from framing.coder.landmarks import _greatest, landmarks_of
from framing.coder.learning import Told
from framing.coder.ridge import _gaussian, _Similarities, _targets, learn_ridge

TEXTS = ["Tents reached the town.", "Envoys met on Monday.", "Prices rose again."]


def raw_of(vectors, tokens):
    return Raw(vectors, None, [f"text {i % 3} word{i % 5}" for i in range(len(vectors))], tokens)


def test_every_landmark_is_a_token_of_some_text():
    encoder = Encoder()
    marks, _ = landmarks_of(TEXTS, encoder, 0)
    n_tokens = sum(len(one.states) for one in encoder.token_states(TEXTS))
    assert marks.directions.shape == (2, n_tokens, encoder.n_dims)  # fewer than would be drawn
    greatest = _greatest(TEXTS, encoder, marks)
    np.testing.assert_allclose(greatest.max(axis=0), 1, atol=1e-4)
    np.testing.assert_allclose(greatest.mean(axis=0), marks.centres)


def test_token_features_are_of_the_text_alone():
    encoder = Encoder()
    marks, features = landmarks_of(TEXTS, encoder, 0)
    beyond = _greatest(TEXTS, encoder, marks)
    beyond -= beyond.mean(axis=0)  # what every text comes near to tells none apart
    beyond /= np.linalg.norm(beyond, axis=2, keepdims=True)
    np.testing.assert_allclose(features, beyond.reshape(3, -1), atol=1e-6)
    again = marks.features(TEXTS[::-1] + TEXTS[:1], encoder)
    np.testing.assert_allclose(again, features[[2, 1, 0, 0]], atol=1e-5)


def test_weights_say_the_same_as_the_matrix_of_all_pairs():
    vectors, codes = cloud(40)
    tokens = np.random.default_rng(0).normal(size=(40, 6))
    raw = raw_of(vectors, tokens)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    blocks = Blocks(("words",)).fit(raw)
    fitted = _Similarities(raw, None, blocks, target, np.ones(40))
    ridge = fitted.ridge(0.5)
    found = ridge.logits(raw, blocks)
    np.testing.assert_allclose(found, fitted.pairs @ ridge.shares + target.mean(axis=0))
    np.testing.assert_allclose(found, target - 0.5 * ridge.shares, atol=1e-9)  # the normal equation


def test_a_weight_is_that_many_rows():
    vectors, codes = cloud(12)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    rows = np.repeat(np.arange(12), np.where(np.arange(12) == 3, 4, 1))
    raw = raw_of(vectors, np.zeros((12, 1)))
    blocks = Blocks(("words",)).fit(raw)
    weighed = _Similarities(raw, None, blocks, target, np.bincount(rows).astype(float))
    repeated = _Similarities(raw.of(rows), None, blocks, target[rows], np.ones(len(rows)))
    one, two = (fitted.ridge(1.0).logits(raw, blocks) for fitted in (weighed, repeated))
    np.testing.assert_allclose(one, two, atol=1e-9)


def test_similarity_is_one_for_equals_and_1_over_e_at_a_cosine_of_one_half():
    vectors = np.array([[1, 0], [0.5, 0.75**0.5]])
    np.testing.assert_allclose(_gaussian(vectors, vectors), [[1, np.exp(-1)], [np.exp(-1), 1]])


def test_texts_of_the_codebook_are_learned_from_like_examples():
    vectors, codes = cloud(12)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    raw = raw_of(vectors, np.random.default_rng(0).normal(size=(12, 4)))
    blocks = Blocks(("words",)).fit(raw)
    whole = _Similarities(raw, None, blocks, target, np.ones(12))
    first, last = np.arange(9), np.arange(9, 12)
    parts = _Similarities(raw.of(first), raw.of(last), blocks, target, np.ones(12))
    one, two = (fitted.ridge(1.0).logits(raw, blocks) for fitted in (whole, parts))
    np.testing.assert_allclose(one, two, atol=1e-9)


def test_what_is_held_out_was_not_seen():
    vectors, codes = cloud(90, n_dims=40, noise=9)  # nothing but noise
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    raw = Raw(vectors, None, ["the same text"] * 90, np.zeros((90, 1)))
    folds = folds_of(target, np.arange(90), 5, 0)
    marks, _ = landmarks_of(TEXTS, Encoder(), 0)
    first = np.full((90, 3), 1 / 3)
    told = Told(target, False, None)
    learner, held_out, _ = learn_ridge(raw, None, marks, told, folds, first)
    assert (held_out.argmax(axis=1) == target.argmax(axis=1)).mean() < 0.5
    seen = learner.ridge.logits(raw, learner.blocks)
    assert (seen.argmax(axis=1) == target.argmax(axis=1)).mean() > 0.8


def test_words_are_learned_without_those_of_held_out_texts(monkeypatch):
    vectors, codes = cloud(90)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    raw = Raw(vectors, None, [f"word{i}" for i in range(90)], np.zeros((90, 1)))
    folds = folds_of(target, np.arange(90), 5, 0)
    marks, _ = landmarks_of(TEXTS, Encoder(), 0)
    seen, fit = [], Blocks.fit
    monkeypatch.setattr(Blocks, "fit", lambda self, raw: seen.append(raw.texts) or fit(self, raw))
    told = Told(target, False, None)
    learn_ridge(raw, None, marks, told, folds, np.full((90, 3), 1 / 3))
    assert seen == [*([raw.texts[i] for i in train] for train, _ in folds), raw.texts]


def test_definitions_count_as_examples():
    target = np.eye(2, dtype=bool)
    book = Definitions(["Aid: help", "Cost: money"], target, np.array([4.0, 4.0]))
    told = Told(np.ones((3, 2), dtype=bool), True, book)
    found, weights = _targets(told, np.arange(2))
    assert found.shape == (4, 2)
    assert weights.tolist() == [1, 1, 4, 4]


def test_the_average_is_of_probabilities_and_the_best_of_what_was_tried():
    vectors, codes = cloud(90)
    target = codes[:, None] == np.unique(codes.astype(str))[None]
    raw = raw_of(vectors, np.zeros((90, 1)))
    folds = folds_of(target, np.arange(90), 5, 0)
    first = np.full((90, 3), 1 / 3)
    marks, _ = landmarks_of(TEXTS, Encoder(), 0)
    learner, held_out, trials = learn_ridge(
        raw, None, marks, Told(target, False, None), folds, first
    )
    assert learner.penalty == min(trials, key=lambda trial: trial[1])[0]
    np.testing.assert_allclose(held_out.sum(axis=1), 1)
    assert held_out.max() <= 2 / 3
    assert learner.calibration.slope > 2  # what it says lies between 0 and 1
    assert (held_out.argmax(axis=1) == target.argmax(axis=1)).mean() > 0.9
    shares = learner.averaged(first, raw, False)
    own = learner.calibration.shares(learner.ridge.logits(raw, learner.blocks), False)
    np.testing.assert_array_equal(shares, (first + own) / 2)
