"""The whole path on the bundled corpus: the same in any row order, and the same twice."""

import numpy as np
import pandas as pd
import pytest

import framing


def study(documents, voices):
    claims = framing.claims(documents, voices=voices)
    vectors = framing.embed(claims, store=False)
    patterns = framing.discover(vectors, claims)
    return claims, vectors, patterns


@pytest.fixture(scope="module")
def corpus():
    return framing.load_corpus()


@pytest.fixture(scope="module")
def voices(corpus):
    return framing.read_voices("ukraine_war", corpus.voices_path)


@pytest.fixture(scope="module")
def straight(corpus, voices):
    return study(framing.read(corpus.documents), voices)


def test_shuffled_documents_give_the_same_vectors_and_the_identical_partition(
    corpus, voices, straight
):
    claims, vectors, patterns = straight
    shuffled = corpus.documents.sample(frac=1, random_state=3)
    other, other_vectors, other_patterns = study(framing.read(shuffled), voices)
    order = other.reset_index().set_index("claim_id").loc[claims["claim_id"], "index"].to_numpy()
    assert other["text"].iloc[order].tolist() == claims["text"].tolist()
    np.testing.assert_allclose(other_vectors[order], vectors, atol=1e-6)
    np.testing.assert_array_equal(other_patterns.labels[order], patterns.labels)
    pd.testing.assert_frame_equal(other_patterns.table, patterns.table)


def test_a_second_run_is_bit_equal(corpus, voices, straight):
    claims, vectors, patterns = straight
    again, vectors_again, patterns_again = study(framing.read(corpus.documents), voices)
    pd.testing.assert_frame_equal(again, claims, check_exact=True)
    np.testing.assert_array_equal(vectors_again, vectors)
    np.testing.assert_array_equal(patterns_again.labels, patterns.labels)
    one, two = (
        framing.shares(found, table, cluster="doc_id").table
        for found, table in ((patterns, claims), (patterns_again, again))
    )
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_every_claim_can_be_found_again_in_its_text(corpus, straight):
    text = corpus.documents.set_index("doc_id")["text"]
    for claim in straight[0].to_dict("records"):
        assert text[claim["doc_id"]][claim["start"] : claim["end"]] == claim["text"]


def test_shares_of_gold_frames_find_what_was_planted(corpus):
    codes = corpus.codes
    table = framing.shares(codes["frames"], codes, by="voice", cluster="doc_id").table
    shares = table[~table["denied"]].set_index(["voice", "label"])
    russian, ukrainian = (
        shares.loc[(voice, "threat_to_russia")] for voice in ("russian_state", "ukraine")
    )
    assert russian["low"] > ukrainian["high"]  # the true difference
    peace = [shares.loc[(voice, "peace_talks")] for voice in ("russian_state", "ukraine")]
    assert peace[0]["low"] < peace[1]["estimate"] < peace[0]["high"]  # the true null
