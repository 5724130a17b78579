"""One contender of `patterns.py`, run in a process of its own.

``python pattern_peers.py CONTENDER FOLDER`` reads ``job.json`` (``fits``, each with ``vectors``,
a file of shape (n_texts, n_dims), ``texts``, ``documents``, ``seed`` and ``n_true``; ``model``)
from the folder, fits every set in turn, and writes ``result.json`` with the labels (-1 is no
pattern), seconds and memory of each. Libraries are imported before the clock starts; what a library
compiles on first use counts with the first fit.
Memory is what a fit needs beyond what the process holds at its start (Linux only).

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
    import sklearn.feature_extraction.text  # noqa: F401
    import sknetwork.clustering  # noqa: F401  framing imports both when they are needed

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

    def fit(vectors: npt.NDArray[np.float32], texts: list[str], *_: Any) -> Labels:
        settings = {"n_components": job["n_true"]} if name == "GMM" else {}
        model = getattr(turftopic, name)(encoder=encoder, **settings)
        if name == "ClusteringTopicModel":
            return np.asarray(model.fit_predict(texts, embeddings=vectors))
        return np.asarray(model.fit_transform(texts, embeddings=vectors)).argmax(axis=1)

    return fit


CONTENDERS: dict[str, Callable[[Job], Fit]] = {
    "framing": ours,
    "framing, 20 samples": lambda job: ours(job, n_samples=20),
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
    job: Job = json.loads((folder / "job.json").read_text("utf-8"))
    fit = CONTENDERS[contender](job)
    results = []
    for one in job["fits"]:
        vectors = np.load(folder / one["vectors"], mmap_mode="r")
        job |= {"n_true": one["n_true"], "notes": []}
        before = high_water(reset=True)
        begun, worked = time.perf_counter(), time.process_time()
        try:
            labels = fit(np.asarray(vectors), one["texts"], one["documents"], one["seed"])
        except Exception as failure:  # a peer that cannot fit one set may fit the next
            results.append({"failed": f"{type(failure).__name__}: {failure}"[:80]})
            continue
        spent = {"s": time.perf_counter() - begun, "cpu": time.process_time() - worked}
        memory = {"mb": high_water() - before, "peak_mb": high_water()}
        notes = job["notes"][0] if job["notes"] else {}
        results.append({"labels": np.asarray(labels).tolist(), **spent, **memory, **notes})
        print(
            f"{contender}: {len(vectors)} texts in {spent['s']:.1f} s", file=sys.stderr, flush=True
        )
    (folder / "result.json").write_text(json.dumps(results), encoding="utf-8")


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
