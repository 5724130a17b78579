"""The coder on texts: what it looks at, the codebook, and the encoder."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from toy import CODES, NEW, TEXTS

from framing import Encoder, FramingError, embed
from framing.codebook import Codebook, Frame
from framing.coder import Coder

BOOK = Codebook(
    "toy",
    1,
    (
        Frame("aid", "Aid", "Money, goods and weapons that are sent to help.", examples=("Tents",)),
        Frame("talks", "Talks", "Negotiations, meetings and agreements."),
        Frame("costs", "Costs", "Prices, bills and budgets that somebody has to pay."),
    ),
)


@pytest.fixture(scope="module")
def coder(tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    return Coder(codebook=BOOK, store=store).fit(pd.Series(TEXTS), CODES)


def test_texts_are_coded(coder):
    assert coder.predict(NEW).tolist() == ["aid", "talks"]
    assert not hasattr(coder, "n_features_in_")
    assert coder.settings_["looks_at"] in ("meaning", "wording", "meaning + wording")
    assert "no example, so never given: 'costs'" in coder.settings_["notes"][1]


def test_tables_of_claims_keep_their_index(coder):
    table = coder.decide(pd.DataFrame({"text": NEW}, index=[7, 9]), k=1)
    assert table.index.tolist() == [7, 9]
    assert table.loc[7, "examples"][0]["text"] == TEXTS[0]


def test_a_saved_coder_holds_no_text_and_checks_codebook_and_encoder(coder, tmp_path):
    coder.save(tmp_path)
    loaded = Coder.load(tmp_path, codebook=BOOK)
    assert (loaded.predict_proba(NEW) == coder.predict_proba(NEW)).all()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"blankets" not in written
    changed = Codebook("toy", 2, BOOK.frames[:2])
    with pytest.raises(FramingError, match=r"version 1, digest .*; got 'toy', version 2"):
        Coder.load(tmp_path, codebook=changed)
    with pytest.raises(FramingError, match=r"with fingerprint .*others place texts elsewhere"):
        Coder.load(tmp_path, encoder=Encoder(engine="torch", prompt="query: "))


def test_codes_outside_the_codebook_are_refused_by_name_and_row():
    with pytest.raises(FramingError, match=r"row 2.*'talks', 'costs'; got 'tallks'.*'talks'"):
        Coder(codebook=BOOK).fit(["a", "b", "c"], ["aid", "talks", "tallks"])


def test_clones_share_the_encoder():
    encoder = Encoder().load()
    assert clone(Coder(encoder=encoder, seed=4)).encoder is encoder


def test_empty_and_missing_texts_are_refused(coder):
    with pytest.raises(FramingError, match="in row 1"):
        coder.predict(["one text", None])
    with pytest.raises(FramingError, match="got none"):
        coder.predict([])
    with pytest.raises(FramingError, match=r"texts, as in fit; got vectors"):
        coder.predict(np.eye(384)[:2])


def test_vectors_of_texts_do_as_well_as_texts():
    coder = Coder(codebook=BOOK).fit(embed(TEXTS, store=False), CODES)
    assert coder.predict(embed(NEW, store=False)).tolist() == ["aid", "talks"]
    with pytest.raises(FramingError, match=r"length 1; got length 2"):
        Coder(codebook=BOOK).fit(2 * embed(TEXTS, store=False), CODES)
    with pytest.raises(FramingError, match=r"shape \(n, 384\); got shape \(8, 8\)"):
        Coder(codebook=BOOK).fit(np.eye(8), CODES)


def test_a_codebook_alone_gives_a_first_look(tmp_path):
    coder = Coder(engine="zero-shot", codebook=BOOK).fit(None)
    assert coder.classes_.tolist() == ["aid", "costs", "talks"]
    assert coder.predict(NEW).tolist() == ["aid", "talks"]
    found = coder.decide(NEW)
    assert found["abstained"].all()
    assert found["examples"].tolist() == [[], []]
    assert "not calibrated" in coder.settings_["notes"][0]
    coder.save(tmp_path)
    loaded = Coder.load(tmp_path)
    assert (loaded.predict_proba(NEW) == coder.predict_proba(NEW)).all()


def test_codes_calibrate_the_first_look():
    coder = Coder(engine="zero-shot", codebook=BOOK).fit(TEXTS, CODES)
    assert coder.predict(NEW).tolist() == ["aid", "talks"]
    assert coder.held_out_.max(axis=1).mean() > 0.8
    assert "served to calibrate it and for nothing else" in coder.report().methods()


@pytest.fixture
def few_are_many(monkeypatch):
    """Learn from few texts as from many."""
    for module in ("blocks", "engines"):
        monkeypatch.setattr(f"framing.coder.{module}.WORDS_FROM", 8)
    return monkeypatch


@pytest.fixture
def both(few_are_many):
    """Keep both learners, however good the first alone."""
    few_are_many.setattr("framing.coder.engines.loss", lambda *_: np.inf)
    return Coder


@pytest.fixture
def many(both, coder):
    return both(store=coder.store, codebook=BOOK).fit(TEXTS, CODES)


def test_many_texts_are_read_word_by_word_and_twice(many):
    tried = {recipe for recipe, _, _ in many.settings_["trials"]}
    assert {"meaning + words", "average with ridge"} <= tried
    assert many._fit.second is not None
    assert "averaged with ridge regression" in many.report().methods()
    assert many.predict(NEW).tolist() == ["aid", "talks"]


def test_both_learners_are_saved(many, tmp_path):
    many.save(tmp_path)
    loaded = Coder.load(tmp_path).set_params(store=many.store)
    assert (loaded.predict_proba(NEW) == many.predict_proba(NEW)).all()
    assert loaded.settings_ == many.settings_


@pytest.mark.usefixtures("few_are_many")
def test_a_second_learner_that_does_not_help_is_dropped(coder):
    found = Coder(store=coder.store).fit(TEXTS, CODES)  # which the first tells apart without error
    assert "average with ridge" in {recipe for recipe, _, _ in found.settings_["trials"]}
    assert found._fit.second is None
    assert found.settings_["penalty"] is None


def test_both_learners_take_lists_of_codes(both, coder):
    lists = [[code] if i % 3 else [] for i, code in enumerate(CODES)]
    found = both(store=coder.store).fit(TEXTS, lists)
    assert found._fit.second is not None
    assert ((found.predict_proba(NEW) > 0) & (found.predict_proba(NEW) < 1)).all()
    assert found.held_out_.shape == (8, 2)


def test_order_of_texts_does_not_matter(both, coder):
    mixed = np.random.default_rng(0).permutation(len(TEXTS))
    one, two = (
        both(store=coder.store).fit([TEXTS[i] for i in rows], [CODES[i] for i in rows])
        for rows in (range(len(TEXTS)), mixed)
    )
    np.testing.assert_array_equal(one.predict_proba(NEW), two.predict_proba(NEW))


def test_tuning_says_what_it_needs(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "accelerate", None)
    with pytest.raises(FramingError, match=r"'accelerate'.*framing\[contrastive\]"):
        Coder(engine="contrastive").fit(TEXTS, CODES)
