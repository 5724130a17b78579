"""SetFit as it comes; run by `coding.py` in an environment of its own.

``python coding_peers.py JOB FOUND`` reads a JSON object with ``model`` (a folder with the encoder),
``train``, ``codes``, ``test``, ``steps`` and ``seed``, and writes one with ``classes``, ``shares``
(a probability for every test text and class), ``fit`` and ``predict`` (seconds, without importing
and loading the model) and ``versions``.

SetFit's own settings but for a fixed number of steps, by which it bounds its pairs too: it draws no
more than the steps can use, from many texts as from few. Its batches of 16 pairs have to be asked
for twice: version 1.2.0 sets them after the trainer of transformers 5 has read them, which then
takes its own default of 8. This file runs under the peers' interpreter (see ``peers-coding.txt``),
where `framing` is not installed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments

PAIRS = 16  # in a batch


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    result = json.dumps(fitted(job))
    Path(sys.argv[2]).write_text(result, encoding="utf-8")


def fitted(job: dict[str, Any]) -> dict[str, Any]:
    """One training and what it says of the test texts."""
    torch.manual_seed(job["seed"])
    np.random.seed(job["seed"])  # noqa: NPY002 - what SetFit draws from
    setfit = SetFitModel.from_pretrained(job["model"], labels=sorted(set(job["codes"])))
    train = Dataset.from_dict({"text": job["train"], "label": job["codes"]})
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder, max_steps=job["steps"], seed=job["seed"], report_to="none",
            save_strategy="no", show_progress_bar=False, batch_size=PAIRS,
        )  # fmt: skip
        begun = time.perf_counter()
        trainer = Trainer(model=setfit, args=settings, train_dataset=train)
        trainer.st_trainer._train_batch_size = PAIRS
        trainer.train()
        trained = time.perf_counter()
        shares = np.asarray(setfit.predict_proba(job["test"], show_progress_bar=False))
        done = time.perf_counter()
    packages = ("setfit", "torch", "transformers", "sentence-transformers")
    return {
        "classes": [str(name) for name in setfit.model_head.classes_],
        "shares": np.round(shares.astype(float), 6).tolist(),
        "fit": trained - begun,
        "predict": done - trained,
        "versions": {name: version(name) for name in packages},
    }


if __name__ == "__main__":
    main()
