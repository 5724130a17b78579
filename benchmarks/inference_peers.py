"""One computation of `inference.py`, timed in a process of its own.

``python inference_peers.py JOB SCALE`` makes the data, runs the job once and prints a JSON object:
``seconds`` of the computation alone, ``cpu`` seconds over all its threads, ``before`` and ``peak``
memory in MB (`VmHWM`, libraries and data included; Linux only), and ``did``, what was done.
``SCALE`` 1 is the full size.

The jobs of `arch` run under the peers' interpreter (see ``peers-inference.txt``), where `framing`
is not installed; every job imports what it needs and nothing else.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Job = tuple[Callable[[], Any], str]  # what is timed, and what it does


def documents(n: int = 5_000, n_frames: int = 30) -> tuple[Floats, Floats]:
    """Claims with each frame (n_documents, n_frames), and all claims, of each document."""
    rng = np.random.default_rng(0)
    sizes = 1 + rng.negative_binomial(1.5, 1.5 / 20.5, size=n)
    shares = rng.dirichlet(np.full(n_frames, 0.3), size=n)
    return rng.multinomial(sizes, shares).astype(float), sizes.astype(float)


def framing_bootstrap(scale: float) -> Job:
    from framing.prevalence.intervals import resample_shares

    counts, sizes = documents()
    n = int(10_000 * scale)
    return (
        lambda: resample_shares(counts, sizes, n_resamples=n, seed=0),
        f"{n:,} resamples of 5,000 documents, 30 frames: shares and their errors",
    )


def arch(scale: float) -> Job:
    return _arch(lambda k, n: k.sum(axis=0) / n.sum(), "shares", scale)


def arch_errors(scale: float) -> Job:
    def shares_and_errors(k: Floats, n: Floats) -> Floats:
        share = k.sum(axis=0) / n.sum()
        spread = np.square(k - share * n[:, None]).sum(axis=0)
        return np.concatenate([share, np.sqrt(n.size / (n.size - 1) * spread) / n.sum()])

    return _arch(shares_and_errors, "shares and their errors", scale)


def _arch(statistic: Callable[[Floats, Floats], Floats], what: str, scale: float) -> Job:
    from arch.bootstrap import IIDBootstrap

    counts, sizes = documents()
    n = int(10_000 * scale)
    drawn = IIDBootstrap(counts, sizes, seed=np.random.default_rng(0))
    return (
        lambda: drawn.apply(statistic, reps=n),
        f"{n:,} resamples of 5,000 documents, 30 frames: {what}",
    )


def scipy_loop(scale: float) -> Job:
    from scipy.stats import bootstrap

    counts, sizes = documents()
    n = int(10_000 * scale)

    def share(k: Floats, n: Floats, axis: int = -1) -> Floats:
        return np.asarray(k.sum(axis=axis) / n.sum(axis=axis))

    def loop() -> list[Any]:
        return [
            bootstrap(
                (frame, sizes), share, paired=True, vectorized=True, n_resamples=n, batch=200,
                method="percentile", rng=0,
            )
            for frame in counts.T.copy()
        ]  # fmt: skip

    return loop, f"{n:,} resamples of 5,000 documents, frame by frame: shares"


def framing_permutation(scale: float) -> Job:
    from framing.prevalence.pairs import Pair
    from framing.prevalence.permutation import permutation_test

    counts, sizes = documents()
    first = (np.arange(sizes.size) % 2 == 0).astype(float)
    pair = Pair(
        sizes * first,
        counts * first[:, None],
        sizes * (1 - first),
        counts * (1 - first)[:, None],
    )
    n = int(9_999 * scale)
    return (
        lambda: permutation_test(pair, n_permutations=n),
        f"{n:,} permutations of 5,000 documents, 30 frames: p and max-T",
    )


def framing_alpha(scale: float) -> Job:
    import pandas as pd

    from framing.agreement import alpha, wide_to_codes

    rng = np.random.default_rng(0)
    n = int(10_000 * scale)
    truth = rng.integers(8, size=n)
    guesses = rng.integers(8, size=(3, n))
    codes = wide_to_codes(pd.DataFrame(np.where(rng.random((3, n)) < 0.8, truth, guesses).T))
    return lambda: alpha(codes), f"alpha of 3 coders, {n:,} units left out one by one"


def framing_words(scale: float) -> Job:
    from framing.words import word_shift

    rng = np.random.default_rng(0)
    n = int(5_000 * scale)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = np.array(
        ["q" + "".join(letters[(i // 26**place) % 26] for place in range(3)) for i in range(10_000)]
    )
    chances = np.arange(1, 10_001) ** -0.8
    drawn = rng.choice(10_000, size=(n, 200), p=chances / chances.sum())
    texts = [" ".join(row) for row in words[drawn]]
    groups = ["a", "b"] * (n // 2)
    return (
        lambda: word_shift(texts, groups),
        f"word_shift: {n:,} documents of 200 words, 10,000 words, 999 exchanges",
    )


JOBS: dict[str, Callable[[float], Job]] = {
    "framing_bootstrap": framing_bootstrap,
    "arch": arch,
    "arch_errors": arch_errors,
    "scipy_loop": scipy_loop,
    "framing_permutation": framing_permutation,
    "framing_alpha": framing_alpha,
    "framing_words": framing_words,
}


def main() -> None:
    job, did = JOBS[sys.argv[1]](float(sys.argv[2]))
    before = peak_mb()
    begun, spent = time.perf_counter(), time.process_time()
    job()
    took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - spent}
    print(json.dumps({"did": did, **took, "before": before, "peak": peak_mb()}))


def peak_mb() -> float:
    """The most memory this process has held, in MB."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1e3


if __name__ == "__main__":
    main()
