"""What codes texts in `coding.py`: ours, SetFit, words alone, chance."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coding_setfit
import numpy as np
import numpy.typing as npt
from coding_sets import BOOKS, Coded, Rows

from framing import Encoder
from framing.coder import Coder

OURS = ("linear", "linear + codebook", "zero-shot")
TUNED = "contrastive"  # minutes for every fit, so only where it is asked for
SETFIT = "SetFit"
ALL = (*OURS, SETFIT, "TF-IDF + LR", "chance")
_ENCODER = Encoder()


@dataclass(frozen=True)
class Peer:
    """The interpreter that has SetFit, and the folder that keeps its runs."""

    python: Path | None
    keep: Path | None


@dataclass(frozen=True)
class Guess:
    """Codes of the tested texts, how surely, and the seconds of learning."""

    codes: npt.NDArray[Any]
    sure: npt.NDArray[np.float64]
    seconds: float


def run(
    contender: str, some: Coded, train: Rows, test: Rows, seed: int, *, store: bool
) -> Guess | None:
    """Learn and code; None where the contender has nothing to go by."""
    book = BOOKS.get(some.name)
    if contender == SETFIT or (book is None and contender in OURS[1:]):
        return None
    if contender not in (*OURS, TUNED):
        return _plain(contender, some, train, test, seed)
    engine: Any = contender if contender in ("zero-shot", TUNED) else "linear"
    coder = Coder(
        codebook=None if contender in ("linear", TUNED) else book, engine=engine,
        encoder=_ENCODER.load(), store=store, seed=seed,
    )  # fmt: skip
    groups = None if some.groups is None else some.groups[train]
    begun = time.perf_counter()
    if engine == "zero-shot":
        coder.fit(None)
    else:
        coder.fit(some.texts[train].tolist(), some.codes[train], groups=groups)
    seconds = time.perf_counter() - begun
    coder.set_params(store=True)  # the tested texts are encoded once for all contenders
    return _guess(coder, some, test, seconds)


def _guess(coder: Any, some: Coded, test: Rows, seconds: float) -> Guess:
    shares = coder.predict_proba(some.texts[test].tolist())
    return Guess(coder.classes_[shares.argmax(axis=1)], shares.max(axis=1), seconds)


def _plain(contender: str, some: Coded, train: Rows, test: Rows, seed: int) -> Guess:
    """What needs no encoder; chance draws codes in the mix of the examples."""
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    if contender == "chance":
        model: Any = DummyClassifier(strategy="stratified", random_state=seed)
    else:
        words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
        model = make_pipeline(words, LogisticRegression(C=10, max_iter=1_000))
    begun = time.perf_counter()
    model.fit(some.texts[train].tolist(), some.codes[train].astype(str))
    seconds = time.perf_counter() - begun
    return _guess(model, some, test, seconds)


def setfit(some: Coded, train: Rows, test: Rows, seed: int, peer: Peer) -> Guess | None:
    """SetFit in its own environment; None without it."""
    texts, codes = some.texts, some.codes
    asked = coding_setfit.job(texts[train], codes[train], texts[test], seed)
    found = coding_setfit.run(asked, peer.python, peer.keep)
    if found is None:
        return None
    shares = coding_setfit.shares(found)
    names = np.array(found["classes"], dtype=object)
    return Guess(names[shares.argmax(axis=1)], shares.max(axis=1), found["fit"])
