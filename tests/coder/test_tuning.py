"""The engine "contrastive": what tuning makes small, what it leaves alone, and the average."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from toy import CODES, NEW, TEXTS

from framing import Encoder, embed
from framing.coder import Coder
from framing.coder.examples import content_of
from framing.coder.predicting import predicted
from framing.encoder import tuning
from framing.encoder.nearness import Nearness, nearness_loss
from framing.errors import FramingError


def test_the_loss_is_the_mean_surprise_at_texts_with_a_code_in_common():
    vectors = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    target = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    # To the first text both others are as near as each other, at a cosine of 0; to the second,
    # the one it belongs to has a cosine of 0 and the stranger one of 1, at a temperature of 0.1.
    # The third belongs to none and is left out.
    expected = (np.log(2) + np.log1p(np.exp(10))) / 2
    assert nearness_loss(vectors, target).item() == pytest.approx(expected)
    lists = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert nearness_loss(vectors, lists).item() == pytest.approx(expected)  # one code in common


@pytest.mark.parametrize("n", [1, 3])
def test_texts_that_have_nothing_in_common_move_nothing(n):
    vectors = torch.eye(3)[:n].requires_grad_()
    loss = nearness_loss(vectors, torch.eye(3)[:n])
    loss.backward()
    assert loss.item() == 0
    assert (vectors.grad == 0).all()


def test_a_step_is_read_in_parts_that_are_padded_no_more_than_they_need():
    model = SentenceTransformer(str(Encoder()._model.folder), device="cpu").eval()
    texts = [f"{word} " * n for word in ("aid", "talks") for n in (1, 40, 3, 90, 2, 9)]
    target = torch.eye(2)[torch.arange(12) // 6]
    features = model.preprocess(texts)
    widths = []
    model[0].register_forward_pre_hook(lambda _, given: widths.append(given[0]["input_ids"].shape))
    loss = Nearness(model)([features], target)
    assert widths == [(8, 11), (4, 92)]  # with the marks of beginning and end
    whole = torch.nn.functional.normalize(model(dict(features))["sentence_embedding"], dim=1)
    assert loss.item() == pytest.approx(nearness_loss(whole, target).item(), rel=1e-5)


def test_the_last_two_layers_are_tuned():
    model = SentenceTransformer(str(Encoder()._model.folder), device="cpu")
    tuning._hold(model, 4)
    moved = {name.split("layer.")[-1][0] for name, one in model.named_parameters()
             if one.requires_grad}  # fmt: skip
    assert moved == {"4", "5"}
    other = torch.nn.Linear(2, 2)
    tuning._hold(other, 4)
    assert all(one.requires_grad for one in other.parameters())


@pytest.fixture
def shaken(monkeypatch):
    """Changes the encoder a little in place of tuning it, which needs an extra."""

    def tuned(encoder, *_, folder, **__):
        model = SentenceTransformer(str(encoder._model.folder), device="cpu")
        with torch.no_grad():
            model[0].auto_model.encoder.layer[5].output.dense.weight *= -3
        model.save(str(folder), create_model_card=False)
        return Encoder(folder, engine="torch", device="cpu")

    monkeypatch.setattr(tuning, "tuned", tuned)
    return monkeypatch


def tuned_alone(coder):
    """Probabilities of new texts without the encoder as it was."""
    alone = dataclasses.replace(coder._fit, frozen=None)
    return predicted(alone, content_of(NEW), coder._tools(), coder.multi_)[1]


def losses(monkeypatch, averaged, alone):
    """What the coder is told of held-out examples."""
    values = iter([alone, averaged])
    monkeypatch.setattr("framing.coder.engines.loss", lambda *_: next(values))


@pytest.mark.parametrize("lists", [False, True])
def test_probabilities_are_averaged_with_the_encoder_as_it_was(shaken, tmp_path, lists):
    codes = [[code] for code in CODES] if lists else CODES
    plain = Coder(folds=3, store=tmp_path / "store").fit(TEXTS, codes)
    losses(shaken, 1.0, 2.0)
    coder = Coder(engine="contrastive", store=tmp_path / "store").fit(TEXTS, codes)
    alone, first = tuned_alone(coder), plain.predict_proba(NEW)
    assert np.abs(alone - first).min() > 1e-5
    np.testing.assert_allclose(coder.predict_proba(NEW), (alone + first) / 2)
    assert "averaged with a coder on the encoder as it was" in coder.report().methods()
    coder.save(tmp_path / "coder")
    assert b"lanket" not in b"".join(
        path.read_bytes()
        for path in (tmp_path / "coder").rglob("*.*")
        if "encoder" not in str(path)
    )
    loaded = Coder.load(tmp_path / "coder").set_params(store=tmp_path / "store")
    assert (loaded.predict_proba(NEW) == coder.predict_proba(NEW)).all()
    assert (loaded.held_out_ == coder.held_out_).all()
    written = tmp_path / "coder" / "coder.json"
    facts = json.loads(written.read_text(encoding="utf-8"))
    for kind in ("encoder", "tuned"):  # both place the texts, so both are checked
        other = facts | {kind: facts[kind] | {"fingerprint": "another"}}
        written.write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(FramingError, match="with fingerprint another"):
            Coder.load(tmp_path / "coder")


def test_held_out_probabilities_are_averaged_too(shaken, tmp_path):
    coders = []
    for averaged in (1.0, 3.0):
        losses(shaken, averaged, 2.0)
        coders.append(Coder(engine="contrastive", store=tmp_path).fit(TEXTS, CODES))
    plain = Coder(folds=3, store=tmp_path).fit(TEXTS, CODES)
    mean = (coders[1].held_out_ + plain.held_out_) / 2
    np.testing.assert_allclose(coders[0].held_out_, mean)


def test_an_average_that_does_not_help_is_dropped(shaken, tmp_path):
    losses(shaken, 2.0, 1.0)
    coder = Coder(engine="contrastive", store=tmp_path / "store").fit(TEXTS, CODES)
    alone = tuned_alone(coder)
    assert (coder.predict_proba(NEW) == alone).all()
    assert ["average with the encoder as it was", 1.0, 2.0] in coder.settings_["trials"]
    assert "averaged" not in coder.report().methods()
    coder.save(tmp_path / "coder")
    loaded = Coder.load(tmp_path / "coder")
    assert (loaded.predict_proba(NEW) == alone).all()


def test_tuning_draws_texts_with_a_code_in_common_together(tmp_path):
    pytest.importorskip("accelerate", reason="needs framing[contrastive]")
    pytest.importorskip("datasets", reason="needs framing[contrastive]")
    target = np.array(CODES)[:, None] == np.unique(CODES)
    one, two = (
        tuning.tuned(Encoder(), TEXTS, target, steps=6, seed=0, folder=tmp_path / name)
        for name in ("one", "two")
    )
    assert one.fingerprint == two.fingerprint  # the same weights
    apart = [between(encoder) for encoder in (Encoder(), one)]
    assert apart[1] > apart[0] + 0.1
    before, after = (
        dict(SentenceTransformer(str(folder), device="cpu").named_parameters())
        for folder in (Encoder()._model.folder, tmp_path / "one")
    )
    changed = {
        name.split("layer.")[-1][0] for name in before if not before[name].equal(after[name])
    }
    assert changed == {"4", "5"}


def between(encoder):
    """How much nearer texts of one code are than texts of two."""
    vectors = embed(TEXTS + NEW, encoder=encoder, store=False, progress=False)
    cosines = vectors @ vectors.T
    codes = np.array([*CODES, "aid", "talks"])
    same = codes[:, None] == codes
    return cosines[same].mean() - cosines[~same].mean()
