"""`tuned`: a copy of an encoder that draws some texts together and keeps others apart."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from framing.encoder.core import Encoder
from framing.errors import missing_extra

__all__ = ["tuned"]

_RATE = 2e-5


def tuned(
    encoder: Encoder,
    first: Sequence[str],
    second: Sequence[str],
    alike: npt.NDArray[np.bool_],
    *,
    n_pairs: int,
    seed: int,
    folder: Path,
) -> Encoder:
    """Tune a copy of an encoder on pairs of texts, in steps of `n_pairs`, and write it to a folder.

    Each step moves the cosine of its pairs towards 1 (alike) or 0 (Tunstall et al. 2022,
    arXiv:2209.11055).

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

    try:
        from sentence_transformers.sentence_transformer.losses import CosineSimilarityLoss
    except ImportError:  # before version 6
        from sentence_transformers.losses import CosineSimilarityLoss

    data = datasets.Dataset.from_dict(
        {"text": list(first), "other": list(second), "label": alike.astype(float).tolist()}
    )
    steps = len(alike) // n_pairs
    torch.manual_seed(seed)
    model = SentenceTransformer(str(encoder._model.folder), device="cpu")
    with tempfile.TemporaryDirectory() as scratch:
        settings = SentenceTransformerTrainingArguments(
            output_dir=scratch,
            max_steps=steps,
            per_device_train_batch_size=n_pairs,
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
            model=model, args=settings, train_dataset=data, loss=CosineSimilarityLoss(model)
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    model.save(str(folder), create_model_card=False)
    return Encoder(folder, engine="torch", device="cpu")
