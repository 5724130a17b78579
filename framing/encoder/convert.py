"""Converting a model for OpenVINO: once, in a process of its own, into the user's cache folder.

The process of its own keeps torch out of the notebook, and its notices and filters too. What it
wrote is checked by SHA-256 each time it is read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.datasets import data_path
from framing.encoder.batching import batches, load_tokenizer, windows_of
from framing.encoder.models import Model, file_digest
from framing.errors import FramingError
from framing.store import cache_folder

__all__ = [
    "calibration_digest",
    "converted",
    "import_openvino",
    "not_convertible",
]

_LOG = logging.getLogger("framing.encoder")

_FILES = ("model.xml", "model.bin")
_KINDS = {"Transformer", "Pooling", "Normalize"}
_POOLINGS = ("mean", "cls")
_CALIBRATION = "kyiv_visit/documents.csv"
_CALIBRATION_TEXTS = 300
_TOLERANCE = 1e-5  # largest difference from torch, per element, that passes as the same model
_LEAST_COSINE = 0.99  # mean to the exact vectors, at which int8 still passes


def import_openvino() -> Any:
    """Import openvino without the module through which it reports usage to its makers.

    Without it openvino falls back to a stub of its own; nothing else changes, and the entry is
    taken back at once.
    """
    name = "openvino_telemetry"
    before = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        import openvino
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return openvino


def not_convertible(model: Model, *, prompt: str) -> str:
    """Why a model stays with torch; empty where it can be converted."""
    others = {kind for kind, _ in model.pipeline} - _KINDS
    if others:
        return f"its modules {', '.join(sorted(others))} run in torch only"
    if model.pooling not in _POOLINGS:
        return f"its pooling {model.pooling!r} runs in torch only"
    if prompt and not model.pools_prompt:
        return "it leaves the prompt out of the pooling, which runs in torch only"
    if not (model.folder / "tokenizer.json").is_file():
        return "it has no tokenizer.json"
    return ""


def converted(model: Model, *, int8: bool) -> dict[str, bytes]:
    """Read the converted model from the cache, converting it first where it is not there.

    Returns
    -------
    dict of str to bytes
        The checked bytes of ``model.xml`` and ``model.bin``.

    Raises
    ------
    FramingError
        If the conversion fails.
    """
    folder = cache_folder() / "models" / _folder_name(model, int8=int8)
    content = _checked_bytes(folder)
    if content is not None:
        return content
    _LOG.info("converting %s for OpenVINO, once", model.name)
    with tempfile.TemporaryDirectory() as scratch:
        _convert_elsewhere(model, Path(scratch), int8=int8)
        content = _checked_bytes(Path(scratch))
        if content is None:
            raise FramingError(f"The conversion of {model.name!r} left damaged files.")
        _keep(Path(scratch), folder)
    return content


def calibration_digest() -> str:
    """SHA-256 of the text on which int8 is calibrated."""
    return file_digest(data_path(_CALIBRATION))


def _folder_name(model: Model, *, int8: bool) -> str:
    """A name for all that the converted files hang on."""
    parts = [model.digest, version("openvino"), version("transformers"), model.pooling]
    if int8:
        parts += ["int8", version("nncf"), calibration_digest()]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def _checked_bytes(folder: Path) -> dict[str, bytes] | None:
    """The files of a conversion; None where they are absent or not what was written."""
    try:
        digests = json.loads((folder / "digests.json").read_text(encoding="utf-8"))
        content = {name: (folder / name).read_bytes() for name in _FILES}
    except (OSError, ValueError):
        return None
    if all(hashlib.sha256(content[name]).hexdigest() == digests.get(name) for name in _FILES):
        return content
    _LOG.warning("the converted model in %s is damaged and is made anew", folder)
    return None


def _convert_elsewhere(model: Model, target: Path, *, int8: bool) -> None:
    """Run this module in a process of its own."""
    order = json.dumps(
        {
            "name": model.name,
            "folder": str(model.folder),
            "target": str(target),
            "int8": int8,
        }
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "framing.encoder.convert", order],
        capture_output=True,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise FramingError(
            f"The model {model.name!r} cannot be converted for OpenVINO ({last[0]:.200}). "
            f'Use Encoder(engine="{"openvino" if int8 else "torch"}").'
        )


def _keep(scratch: Path, folder: Path) -> None:
    """Move fresh files into the cache at one stroke; without space or right they are not kept."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        try:
            shutil.copytree(scratch, beside, dirs_exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as err:
        if not folder.is_dir():  # another process may have put the same files there first
            _LOG.warning("the converted model is not kept: %s", err.strerror or err)


# What follows runs in the process of its own.


def _main(order: dict[str, Any]) -> None:
    """Convert one model and write it with its digests."""
    model = Model(order["name"], Path(order["folder"]), {})
    target = Path(order["target"])
    openvino = import_openvino()
    graph = _traced(model, openvino)
    if order["int8"]:
        graph = _quantised(graph, model)
    openvino.save_model(graph, str(target / "model.xml"), compress_to_fp16=False)
    digests = {name: file_digest(target / name) for name in _FILES}
    (target / "digests.json").write_text(json.dumps(digests), encoding="utf-8")


def _traced(model: Model, openvino: Any) -> Any:
    """An OpenVINO graph with outputs ``vector, layer_0, ..., layer_n``, compared with torch."""
    import torch
    from sentence_transformers import SentenceTransformer

    whole = SentenceTransformer(
        str(model.folder),
        device="cpu",
        local_files_only=True,
        model_kwargs={"use_safetensors": True, "attn_implementation": "sdpa"},
    )
    transformer = whole[0].auto_model.eval()

    class Pooled(torch.nn.Module):
        """Transformer, pooling and scaling in one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            """Unit vectors and all hidden states."""
            output = self.transformer(
                input_ids=input_ids,
                attention_mask=attention_mask,
                output_hidden_states=True,
                return_dict=True,
            )
            states = output.last_hidden_state
            if model.pooling == "mean":
                kept = attention_mask.unsqueeze(-1).to(states.dtype)
                vector = (states * kept).sum(1) / kept.sum(1)
            else:
                vector = states[:, 0]
            unit = torch.nn.functional.normalize(vector, dim=-1)
            return (unit, *output.hidden_states)

    pooled = Pooled().eval()
    ids = torch.randint(5, model.pad_id + 200, (3, 24), generator=torch.Generator().manual_seed(0))
    mask = torch.ones_like(ids)
    mask[0, 9:] = 0
    example = {"input_ids": ids, "attention_mask": mask}
    with torch.inference_mode():
        graph = openvino.convert_model(pooled, example_input=example)
        wanted = whole(dict(example))["sentence_embedding"]
    wanted = torch.nn.functional.normalize(wanted, dim=-1).numpy()
    for number, output in enumerate(graph.outputs):
        output.get_tensor().set_names({f"layer_{number - 1}" if number else "vector"})
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(graph, "CPU", settings)
    # Compared also at a shape that was not traced, so that nothing of the example is baked in.
    got = compiled([ids.numpy(), mask.numpy()])[0]
    shorter = compiled([ids[:1, :9].numpy(), mask[:1, :9].numpy()])[0]
    difference = max(np.abs(got - wanted).max(), np.abs(shorter - wanted[:1]).max())
    if not difference < _TOLERANCE:
        raise FramingError(f"the converted model differs from torch by {difference:.1e}")
    return graph


def _quantised(graph: Any, model: Model) -> Any:
    """The graph in int8, calibrated on bundled text; hidden states are left out."""
    import nncf

    for output in list(graph.outputs)[1:]:
        graph.remove_result(output.get_node())
    items = list(_calibration_inputs(model))
    exact = _vectors(graph, items)
    small = nncf.quantize(
        graph,
        nncf.Dataset(items),
        subset_size=len(items),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
    )
    _check_rounding(exact, _vectors(small, items))
    return small


def _check_rounding(exact: NDArray[np.float32], rounded: NDArray[np.float32]) -> None:
    """Refuse int8 where it is too far off; both arrays hold unit vectors, (n_texts, n_dims)."""
    # A CPU without VNNI adds int8 products in 16 bits, which some models' weights overflow.
    cosine = float((exact * rounded).sum(axis=1).mean())
    if not cosine >= _LEAST_COSINE:
        raise FramingError(f"int8 is too coarse on this CPU, with a mean cosine of {cosine:.3f}")


def _vectors(graph: Any, items: Sequence[dict[str, Any]]) -> NDArray[np.float32]:
    """Unit vectors that a graph gives on this CPU."""
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = import_openvino().Core().compile_model(graph, "CPU", settings)
    return np.concatenate([compiled(item)[0] for item in items])


def _calibration_inputs(model: Model) -> Iterator[dict[str, Any]]:
    """Bundled sentences as model inputs."""
    import pandas as pd

    texts = pd.read_csv(data_path(_CALIBRATION))["text"]
    lines = texts.str.split(r"(?<=[.!?])\s+|\n+", regex=True).explode().str.strip()
    chosen = sorted(line for line in lines.dropna().unique() if len(line) > 20)
    step = max(1, len(chosen) // _CALIBRATION_TEXTS)
    windows = windows_of(
        chosen[::step][:_CALIBRATION_TEXTS], load_tokenizer(model), max_tokens=model.max_tokens
    )
    for batch in batches(windows.ids, pad_id=model.pad_id, budget=300):
        yield {"input_ids": batch.ids, "attention_mask": batch.mask}


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
