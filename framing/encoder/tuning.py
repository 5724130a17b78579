"""`tuned`: a copy of an encoder that places texts with a code in common side by side."""

from __future__ import annotations

import importlib
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.encoder.core import Encoder
from framing.encoder.engines import quiet
from framing.errors import missing_extra

__all__ = ["tuned"]

_TEXTS = 32  # in a step: enough that most meet one with the same code
_RATE = 4e-4
_LAYERS = 2  # tuned ones: lower layers know words, and a few hundred texts teach them little


def tuned(
    encoder: Encoder,
    texts: Sequence[str],
    target: npt.NDArray[np.bool_],
    *,
    steps: int,
    seed: int,
    folder: Path,
) -> Encoder:
    """Tune the last two layers of a copy of an encoder on coded texts, and write it to a folder.

    Parameters
    ----------
    encoder : Encoder
    texts : sequence of str
    target : ndarray of bool, shape (n_texts, n_classes)
        The codes of each text.
    steps : int
        Of 32 texts each.
    seed : int
    folder : Path

    Raises
    ------
    FramingError
        If the packages that training needs are not installed.
    """
    try:
        importlib.import_module("accelerate")  # the trainer needs it
        datasets = importlib.import_module("datasets")
    except ImportError as error:
        name = "datasets" if "datasets" in str(error) else "accelerate"
        raise missing_extra(name, "contrastive", 'The engine "contrastive"') from error
    import torch
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from transformers.trainer_callback import PrinterCallback

    from framing.encoder.nearness import Nearness

    data = datasets.Dataset.from_dict({"text": list(texts), "label": target.astype(float).tolist()})
    torch.manual_seed(seed)
    with quiet():
        model = SentenceTransformer(str(encoder._model.folder), device="cpu")
    model.model_card_data.widget = ["none"]  # else the trainer picks texts to quote in a model card
    _hold(model, encoder.n_layers - _LAYERS)
    with tempfile.TemporaryDirectory() as scratch:
        settings = SentenceTransformerTrainingArguments(
            output_dir=scratch,
            max_steps=steps,
            per_device_train_batch_size=_TEXTS,
            learning_rate=_RATE,
            warmup_steps=max(1, steps // 10),
            seed=seed,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            logging_strategy="no",
            use_cpu=True,
            dataloader_pin_memory=False,
        )
        trainer = SentenceTransformerTrainer(
            model=model, args=settings, train_dataset=data, loss=Nearness(model)
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    with quiet():
        model.save(str(folder), create_model_card=False)
    return Encoder(folder, engine="torch", device="cpu")


def _hold(model: Any, n_layers: int) -> None:
    """Hold the first layers, and what lies below them, as they are."""
    found = [re.search(r"\blayers?\.(\d+)\.", name) for name, _ in model.named_parameters()]
    if any(found):  # else it is an unusual model, tuned as a whole
        for weights, layer in zip(model.parameters(), found, strict=True):
            weights.requires_grad = layer is not None and int(layer[1]) >= n_layers
