"""SetFit beside `Coder`: a run in its own environment, kept on disk by what it was given."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing import Encoder

MOST_STEPS = 200
_PER_EXAMPLE = 40  # pairs, 20 alike and 20 not, as in SetFit's paper
_PAIRS = 16  # in a batch


def job(train: Any, codes: Any, test: Any, seed: int) -> dict[str, Any]:
    """One run: the number of steps is fixed by the number of examples."""
    steps = min(MOST_STEPS, -(-_PER_EXAMPLE * len(train) // _PAIRS))
    return {
        "train": list(train), "codes": list(codes), "test": list(test), "steps": steps,
        "seed": seed,
    }  # fmt: skip


def run(asked: dict[str, Any], python: Path | None, keep: Path | None) -> dict[str, Any] | None:
    """The result, taken from the folder `keep` where it was computed before; None without either.

    Errors of the run are those of the subprocess, with its last lines.
    """
    name = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
    kept = None if keep is None else keep / f"{name}.json"
    if kept is not None and kept.exists():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        order, found = Path(folder, "job.json"), Path(folder, "found.json")
        whole = {**asked, "model": str(Encoder()._model.folder)}
        order.write_text(json.dumps(whole), encoding="utf-8")
        script = Path(__file__).with_name("coding_peers.py")
        done = subprocess.run(
            [str(python), str(script), str(order), str(found)],
            capture_output=True, text=True, check=False,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError("\n".join(done.stderr.splitlines()[-5:]))
        result = found.read_text(encoding="utf-8")
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(result, encoding="utf-8")
    return dict(json.loads(result))


def shares(result: dict[str, Any]) -> npt.NDArray[np.float64]:
    """Probabilities, shape (n_texts, n_classes)."""
    return np.asarray(result["shares"], dtype=float)
