"""One contender of `patterns.py`, run in a process of its own.

``python pattern_peers.py CONTENDER FOLDER`` reads ``vectors.npy`` (n_fits, n_texts, n_dims) and
``job.json`` (``texts``, ``documents`` and ``seeds`` of each fit, ``n_true``, ``model``) from the
folder, fits every set in turn, and writes ``labels.npy`` (n_fits, n_texts; -1 is no pattern) and
``result.json``. Libraries are imported before the clock starts; what a library compiles on first
use counts with the first fit.
Memory is what the first fit needs beyond what the process holds at its start (Linux only).

This file runs under the peers' interpreter (see ``peers-patterns.txt``), where `framing` is not
installed; each contender imports what it needs and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Fit = Callable[[npt.NDArray[np.float32], list[str], list[str] | None, int], Labels]
Job = dict[str, Any]
SMALLEST = 10  # texts of a cluster: BERTopic's default, given to HDBSCAN as well


def ours(job: Job, **settings: Any) -> Fit:
    import pandas as pd

    from framing.patterns import discover

    def fit(
        vectors: npt.NDArray[np.float32], texts: list[str], documents: list[str] | None, seed: int
    ) -> Labels:
        claims = pd.DataFrame({"text": texts})
        if documents is not None:
            claims["doc_id"] = documents
        found = discover(vectors, claims, seed=seed, **settings)
        verdicts = found.stability["verdict"].tolist()
        job["notes"].append({"stable": verdicts.count("stable"), "weak": verdicts.count("weak")})
        return found.labels

    return fit


def kmeans(job: Job) -> Fit:
    from sklearn.cluster import KMeans

    def fit(vectors: npt.NDArray[np.float32], *_: Any) -> Labels:
        return KMeans(job["n_true"], n_init=10).fit_predict(vectors)

    return fit


def hdbscan(_: Job) -> Fit:
    from sklearn.cluster import HDBSCAN

    def fit(vectors: npt.NDArray[np.float32], *_: Any) -> Labels:
        return HDBSCAN(min_cluster_size=SMALLEST, copy=True).fit_predict(vectors)

    return fit


def umap_hdbscan(_: Job) -> Fit:
    from hdbscan import HDBSCAN
    from umap import UMAP

    def fit(vectors: npt.NDArray[np.float32], *_: Any) -> Labels:
        flat = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine")
        return HDBSCAN(min_cluster_size=SMALLEST).fit_predict(flat.fit_transform(vectors))

    return fit


def bertopic(_: Job) -> Fit:
    from bertopic import BERTopic

    def fit(vectors: npt.NDArray[np.float32], texts: list[str], *_: Any) -> Labels:
        return np.array(BERTopic().fit_transform(texts, embeddings=vectors)[0])

    return fit


def bertopic_best(_: Job) -> Fit:
    """As its FAQ says: a seed for UMAP, and outliers given to the nearest topic afterwards."""
    from bertopic import BERTopic
    from umap import UMAP

    def fit(vectors: npt.NDArray[np.float32], texts: list[str], _: Any, seed: int) -> Labels:
        flat = UMAP(
            n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=42 + seed
        )  # fmt: skip
        model = BERTopic(umap_model=flat)
        topics, _ = model.fit_transform(texts, embeddings=vectors)
        if -1 in topics and max(topics) >= 0:
            topics = model.reduce_outliers(
                texts, topics, strategy="embeddings", embeddings=vectors
            )  # fmt: skip
        return np.array(topics)

    return fit


def turftopic(job: Job, name: str) -> Fit:
    import turftopic
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(job["model"])
    settings = {"n_components": job["n_true"]} if name == "GMM" else {}

    def fit(vectors: npt.NDArray[np.float32], texts: list[str], *_: Any) -> Labels:
        model = getattr(turftopic, name)(encoder=encoder, **settings)
        if name == "ClusteringTopicModel":
            return np.asarray(model.fit_predict(texts, embeddings=vectors))
        return np.asarray(model.fit_transform(texts, embeddings=vectors)).argmax(axis=1)

    return fit


CONTENDERS: dict[str, Callable[[Job], Fit]] = {
    "framing": ours,
    "framing, no samples": lambda job: ours(job, n_samples=0),
    "KMeans, true k": kmeans,
    "HDBSCAN": hdbscan,
    "UMAP + HDBSCAN": umap_hdbscan,
    "BERTopic": bertopic,
    "BERTopic, seed + outliers": bertopic_best,
    "Turftopic clustering": lambda job: turftopic(job, "ClusteringTopicModel"),
    "Turftopic GMM, true k": lambda job: turftopic(job, "GMM"),
}
"""How each contender is loaded; what the loader returns is timed."""


def main() -> None:
    contender, folder = sys.argv[1], Path(sys.argv[2])
    notes: list[Job] = []
    job: Job = {**json.loads((folder / "job.json").read_text("utf-8")), "notes": notes}
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    fit = CONTENDERS[contender](job)
    labels, seconds, cpu, grown = [], [], [], []
    for place, data in enumerate(vectors):
        documents = job["documents"][place] if job["documents"] else None
        before = high_water(reset=True)
        begun, worked = time.perf_counter(), time.process_time()
        labels.append(
            np.asarray(fit(np.asarray(data), job["texts"][place], documents, job["seeds"][place]))
        )
        seconds.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - worked)
        grown.append(high_water() - before)
    np.save(folder / "labels.npy", np.stack(labels).astype(np.int64))
    result = {
        "seconds": seconds,
        "cpu": cpu,
        "mb": grown[0],
        "peak_mb": high_water(),
        "notes": notes,
    }
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def high_water(*, reset: bool = False) -> float:
    """Largest memory of this process since the last reset, in MB, from the kernel's own account.

    The more portable ``ru_maxrss`` cannot be used: a process inherits it from the one that
    started it.
    """
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1e3


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
