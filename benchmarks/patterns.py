"""Patterns: quality, stability, speed and honesty on noise, beside what else groups texts.

One command, about an hour and a half by estimate (``--quick`` takes fewer sets, runs and sizes;
parts may be run one by one)::

    FRAMING_DATA=../shared/data python benchmarks/patterns.py --peers ../peers/bin/python

``--peers`` names the interpreter of an environment made from ``peers-patterns.txt``; without it
the rows of UMAP, BERTopic and Turftopic are left out. ``--part quality,time`` runs some parts:

- quality: labelled sets, agreement with the labels, under shuffled rows, with a second run and
  between seeds;
- noise: how often patterns are reported where there are none;
- time: 3,000 and 15,000 texts, ratios to BERTopic;
- planted: how many of eight known directions are found;
- within: what taking off the mean of each event changes (RUWA);
- curve: our time and memory from 1,000 vectors to 1,000,000.

Every contender runs in a process of its own (`pattern_peers.py`) on the same vectors, which are
made beforehand, so seconds are those of the fit alone.

Why there is no approximate index: seconds to build and ask for 15 neighbours of every one of n real
vectors of 384 dimensions, and the share of the true ones found; once, by a separate script, on two
cores with other work on them.

=====================================  =============  =============
search                                 n = 20,000     n = 50,000
=====================================  =============  =============
`framing.patterns.graph.nearest`       9.0 (exact)    32.7 (exact)
faiss-cpu 1.15.1, flat                 5.3 (1.000)    20.9 (1.000)
hnswlib 0.8.0, M 16, ef 100/50         6.9 (.983)     14.3 (.979)
hnswlib, M 16, ef 200/100              10.1 (.996)    25.6 (.995)
hnswlib, M 32, ef 200/200              11.1 (.999)    39.4 (.999)
faiss-cpu HNSW, M 16, ef 100/50        5.0 (.983)     19.8 (.978)
faiss-cpu IVF, 4 sqrt(n) lists, 16     2.0 (.850)     11.0 (.851)
usearch 2.26.6, 16, 128/64             9.4 (.989)     39.4 (.987)
=====================================  =============  =============

At recall .99 an index gains nothing at 20,000 and a fifth at 50,000, where discovery stops anyway
(`max_texts`); and the search is made once, while the samples read it off.

Two settings were tried apart and left out because they did worse: BERTopic with
``nr_topics="auto"`` before its outliers are reduced (AMI .188 on gvfc, .576 on banking77, against
.284 and .772 without), and Turftopic's KeyNMF told the true number (.099 and .482, against .217
and .735 for its GMM).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import Encoder, discover, embed
from framing.datasets import load_corpus

OURS = ("framing", "framing, no samples")
TIMED = ("framing", "framing, 20 samples", "framing, no samples")
ESTIMATORS = ("KMeans, true k", "HDBSCAN")
HERE = {*TIMED, *ESTIMATORS}  # run under this interpreter
PEERS = (
    "UMAP + HDBSCAN", "BERTopic", "BERTopic, seed + outliers", "Turftopic clustering",
    "Turftopic GMM, true k",
)  # fmt: skip
N_SEEDS = {"framing": 5, "BERTopic, seed + outliers": 2}
CAPTIONS = {
    "quality": "The rule that chooses our level was taken for the agreement of its seeds, labels"
    " aside. AMI, ARI and V count the texts set aside as one more group; `kept` leaves them out."
    " `shuffled` is the ARI with a run of"
    " shuffled rows (for unseeded contenders with any other run), `same` with one in a fresh"
    " process, `seeds` the mean ARI of pairs of runs with five seeds (two of BERTopic's), `fewest`"
    " and `most` their numbers of patterns. All sets are fitted in one process; `s` is that of the"
    " first fit of a set, which on the first set holds compilation by numba.",
    "noise": "Sets without structure. `found` counts the sets where a pattern is reported: a stable"
    " one (framing) or any cluster.",
    "time": "`first s` is the first fit of a process, compilation by numba included; `again s` the"
    " second, `cpu s` the second's processor time over all threads, which a busy machine bends"
    " least. `x` is how often it fits into BERTopic's in the same round. Targets: without"
    " samples 20 at 3,000 and 15 at 15,000; with samples 4 and 2.",
    "planted": "Eight random directions in 64 dimensions, 1,200 texts, means of three draws (one if"
    " quick). `separation` is the length of the direction beside noise of length one.",
    "within": "RUWA headlines. Agreement with event and outlet, over texts not set aside.",
    "curve": "Beyond the real texts, vectors are copies with Gaussian noise (cosine to the original"
    " about .96) and texts copies with a running number. Beyond 50,000 texts, patterns are found in"
    " a sample and the rest joined. `exponent` is that of the step from the row above.",
}
Floats = npt.NDArray[np.float32]
Row = dict[str, Any]


@dataclass(frozen=True)
class TextSet:
    """Texts with what is known about them."""

    name: str
    texts: list[str]
    labels: npt.NDArray[Any]
    documents: list[str] | None = None

    @property
    def n_true(self) -> int:
        """Number of different labels."""
        return len(set(self.labels))


def main() -> None:
    order = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    order.add_argument("--part", default=",".join(CAPTIONS))
    order.add_argument("--peers", type=Path, help="interpreter that has the peers")
    order.add_argument("--quick", action="store_true", help="fewer sets, runs and sizes")
    order.add_argument("--largest", type=int, default=1_000_000, help="end of the curve")
    order.add_argument("--json", type=Path, help="write all tables to this file too")
    asked = order.parse_args()
    if "FRAMING_DATA" not in os.environ:
        sys.exit("Set FRAMING_DATA to the folder with the measuring corpora (it has no default).")
    data = Path(os.environ["FRAMING_DATA"])
    bench = Bench(data, asked.peers, asked.quick, 10_000 if asked.quick else asked.largest)
    parts: dict[str, Callable[[], list[Row]]] = {
        name: getattr(bench, name) for name in CAPTIONS
    }  # fmt: skip
    wanted = asked.part.split(",")
    if unknown := sorted(set(wanted) - set(parts)):
        sys.exit(f"No such part: {', '.join(unknown)}. Parts: {', '.join(parts)}.")
    if asked.peers is None:
        print("Without --peers the rows of UMAP, BERTopic and Turftopic are left out.")
    results: dict[str, Any] = {"machine": machine()}
    print(f"\n{results['machine']}")
    for name in wanted:
        begun = time.perf_counter()
        results[name] = parts[name]()
        title = f"\n## {name} ({time.perf_counter() - begun:.0f} s)\n\n{CAPTIONS[name]}\n"
        print(title, flush=True)
        print(pd.DataFrame(results[name]).to_string(index=False, na_rep=""), flush=True)
        if asked.json:
            asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def machine() -> Row:
    from importlib.metadata import version

    names = ("numpy", "scikit-learn", "scikit-network")
    load = round(os.getloadavg()[0], 2)
    return {"cores": os.cpu_count(), "load": load, **{name: version(name) for name in names}}


# Sets


def banking77(data: Path) -> TextSet:
    frame = pd.read_csv(data / "banking77" / "test.csv")
    return TextSet("banking77", frame["text"].tolist(), frame["category"].to_numpy())


def clinc150(data: Path) -> TextSet:
    pairs = json.loads((data / "clinc150" / "data_full.json").read_text("utf-8"))["test"]
    texts, labels = zip(*pairs, strict=True)
    return TextSet("clinc150", list(texts), np.array(labels))


def gvfc(data: Path) -> TextSet:
    frame = pd.read_excel(data / "gvfc" / "GVFC_headlines_and_annotations.xlsx")
    title = next(column for column in frame.columns if "title" in column.lower())
    frame = frame[frame["Q3 Theme1"].between(1, 9) & frame[title].notna()]
    return TextSet("gvfc", frame[title].tolist(), frame["Q3 Theme1"].to_numpy())


def headlines(data: Path) -> list[str]:
    frame = pd.read_excel(data / "gvfc" / "GVFC_headlines_and_annotations.xlsx")
    title = next(column for column in frame.columns if "title" in column.lower())
    return frame[title].dropna().astype(str).drop_duplicates().tolist()


def frac(data: Path) -> TextSet:
    frame = pd.read_csv(data / "frac" / "gold_standard_single_label_all.csv")
    return TextSet("frac", frame["sentence"].tolist(), frame["label"].to_numpy())


def kyiv(by: str) -> TextSet:
    codes = load_corpus("kyiv_visit").codes
    if by == "frame":
        codes = codes.assign(frame=codes["frames"].str[0]).dropna(subset="frame")
    labels = codes[by].astype(str).to_numpy()
    return TextSet(f"kyiv_visit, {by}", codes["text"].tolist(), labels, codes["doc_id"].tolist())


def ruwa(data: Path) -> pd.DataFrame:
    frame = pd.read_csv(data / "ruwa" / "RUWA_04.08.23.csv").dropna(subset="title")
    return frame.drop_duplicates("title", ignore_index=True)


def release_sentences(data: Path) -> list[str]:
    files = [data / "press_releases" / name for name in ("putin.csv", "zelenskyy.csv")]
    bodies = pd.concat([pd.read_csv(path)["body"] for path in files]).dropna()
    texts = [line.strip() for body in bodies for line in re.split(r"(?<=[.!?])\s+|\n+", body)]
    texts = pd.Series([text for text in texts if len(text) > 20]).drop_duplicates().tolist()
    return [texts[i] for i in np.random.default_rng(0).permutation(len(texts))[:15_000]]


def numbered(n: int) -> list[str]:
    return [f"text with number {i}" for i in range(n)]


# Contenders


@dataclass(frozen=True)
class Fit:
    """What a contender is given."""

    vectors: Floats
    texts: list[str]
    documents: list[str] | None = None
    seed: int = 0
    n_true: int = 0


@dataclass(frozen=True)
class Bench:
    """The measuring corpora, the interpreter of the peers, and how much to run."""

    data: Path
    peers: Path | None
    quick: bool
    largest: int

    def contenders(self, names: Iterable[str]) -> list[str]:
        """Those of the names that can be run."""
        return [name for name in names if name in HERE or self.peers]

    def run(self, contender: str, fits: Sequence[Fit]) -> list[Row]:
        """What came of each fit, made in turn in a fresh process; `failed` says why not."""
        interpreter = sys.executable if contender in HERE else self.peers
        with tempfile.TemporaryDirectory() as name:
            folder, listed = Path(name), []
            for place, fit in enumerate(fits):
                np.save(folder / f"{place}.npy", fit.vectors)
                known = {"texts": fit.texts, "documents": fit.documents, "seed": fit.seed}
                listed.append({"vectors": f"{place}.npy", "n_true": fit.n_true, **known})
            job = {"fits": listed, "model": str(Encoder()._model.folder)}
            (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
            script = Path(__file__).with_name("pattern_peers.py")
            command = [str(interpreter), str(script), contender, name]
            done = subprocess.run(
                command, stderr=subprocess.PIPE, text=True, check=False,
                env={**os.environ, "HF_HUB_OFFLINE": "1"},
            )  # fmt: skip
            print(f"{contender}: {len(fits)} fits", file=sys.stderr, flush=True)
            if done.returncode:
                last = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
                return [{"failed": last[0]}] * len(fits)
            rows: list[Row] = json.loads((folder / "result.json").read_text("utf-8"))
        for row in rows:
            if "labels" in row:
                row["labels"] = np.array(row["labels"], dtype=np.int64)
        return rows

    # Parts

    def quality(self) -> list[Row]:
        """Agreement with labels, under shuffled rows, with a second run and between seeds."""
        sets = [frac(self.data), gvfc(self.data), kyiv("frame"), kyiv("voice")]
        if not self.quick:
            sets += [banking77(self.data), clinc150(self.data)]
        vectors = [embed(some.texts, progress=False) for some in sets]
        rows = []
        for contender in self.contenders((*OURS, *ESTIMATORS, *PEERS)):
            plans = [
                _plan(some, given, contender) for some, given in zip(sets, vectors, strict=True)
            ]
            runs = iter(self.run(contender, [fit for plan in plans for fit in plan]))
            found = [[next(runs) for _ in plan] for plan in plans]
            fresh = self.run(contender, [plan[0] for plan in plans]) if contender in HERE else []
            for place, some in enumerate(sets):
                row = {"set": some.name, "n": len(some.texts), "contender": contender}
                rows.append(
                    row | _scores(some, plans[place], found[place], fresh[place : place + 1])
                )
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        return sorted(rows, key=lambda row: [some.name for some in sets].index(row["set"]))

    def time(self) -> list[Row]:
        """Seconds beside BERTopic."""
        corpora = {
            "ruwa": ruwa(self.data)["title"].tolist()[:15_000],
            "press_releases": release_sentences(self.data),
        }
        rows: list[Row] = []
        for name, texts in corpora.items():
            order = np.random.default_rng(2).permutation(len(texts))
            texts = [texts[i] for i in order]
            vectors = embed(texts, progress=False)
            for n, rounds in ((3_000, 1), (15_000, 0 if self.quick else 1)):
                rows += self._times(name, vectors[:n], texts[:n], rounds)
        return rows

    def _times(self, name: str, vectors: Floats, texts: list[str], rounds: int) -> list[Row]:
        contenders = self.contenders((*TIMED, "BERTopic"))
        fits = [Fit(vectors, texts)] * 2
        measured = [{one: self.run(one, fits) for one in contenders} for _ in range(rounds)]
        rows = []
        for one in contenders if rounds else ():
            row: Row = {"set": name, "n": len(texts), "contender": one}
            ours = [fit for results in measured for fit in results[one]]
            if failed := [fit for fit in ours if "failed" in fit]:
                rows.append({**row, **failed[0]})
                continue
            peers = [results.get("BERTopic", [{}])[0] for results in measured]
            for title, kind, place in (
                ("first s", "s", 0),
                ("again s", "s", 1),
                ("cpu s", "cpu", 1),
            ):
                spent = np.array([results[one][place][kind] for results in measured])
                row[title] = round(float(np.median(spent)), 2)
                if all("s" in peer for peer in peers):
                    theirs = [results["BERTopic"][place][kind] for results in measured]
                    ratio = float(np.median(np.array(theirs) / spent))
                    row[title.replace(" s", " x")] = round(ratio, 2)
            rows.append({**row, "MB": round(max(fit["mb"] for fit in ours))})
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        return rows

    def curve(self) -> list[Row]:
        """Time and memory as the corpus grows."""
        texts = [*ruwa(self.data)["title"], *release_sentences(self.data)]
        vectors = embed(texts, progress=False)
        rng = np.random.default_rng(3)
        rows: list[Row] = []
        for n in (1_000, 10_000, 100_000, 200_000, 1_000_000):
            if n > self.largest:
                break
            base = np.resize(rng.permutation(len(texts)), n)
            some = vectors[base]
            for start in range(len(texts), n, 50_000):
                block = some[start : start + 50_000]
                block += rng.normal(scale=0.3 / block.shape[1] ** 0.5, size=block.shape)
                block /= np.linalg.norm(block, axis=1, keepdims=True)
            named = [texts[b] if i < len(texts) else f"{texts[b]} {i}" for i, b in enumerate(base)]
            result = self.run(OURS[0], [Fit(some, named)])[0]
            counted = {
                name: result[name] for name in ("stable", "weak", "failed") if name in result
            }
            row: Row = {"n": n, "real": min(n, len(texts)), **counted}
            if "failed" in result:
                rows.append(row)
                continue
            row |= {"s": round(result["s"], 1), "peak MB": round(result["peak_mb"])}
            if rows:
                step = np.log(row["s"] / rows[-1]["s"]) / np.log(n / rows[-1]["n"])
                row["exponent"] = round(float(step), 2)
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
        return rows

    def noise(self) -> list[Row]:
        """Patterns found where there are none."""
        real = embed(headlines(self.data), progress=False)
        runs = {OURS[0]: 10 if self.quick else 100, "UMAP + HDBSCAN": 5 if self.quick else 10}
        rows = []
        for kind, n in product(("random", "columns shuffled", "normal"), (300, 1_500)):
            sets = [nothing(real, kind, n, seed) for seed in range(max(runs.values()))]
            for contender in self.contenders(runs):
                fits = [Fit(some, numbered(n)) for some in sets[: runs[contender]]]
                results = self.run(contender, fits)
                row: Row = {"noise": kind, "n": n, "contender": contender, "runs": len(fits)}
                if failed := [result for result in results if "failed" in result]:
                    rows.append({**row, **failed[0]})
                    continue
                counts = np.array([result["labels"].max() + 1 for result in results])
                row |= {"found": int((counts > 0).sum()), "most": int(counts.max())}
                rows.append({**row, "s each": round(float(np.mean([r["s"] for r in results])), 2)})
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        return rows

    def planted(self) -> list[Row]:
        """Known directions found again."""
        sizes = {
            "equal": np.full(8, 150),
            "falling by a quarter": shares(0.75 ** np.arange(8)),
            "one holds half": shares(np.array([7, 1, 1, 1, 1, 1, 1, 1])),
        }
        cells = [
            (separation, balance, seed)
            for separation in (0.3, 0.4, 0.5, 0.75)
            for balance in sizes
            for seed in range(1 if self.quick else 3)
        ]
        made = [mixture(separation, sizes[balance], seed) for separation, balance, seed in cells]
        sets, truth = zip(*made, strict=True)
        rows = []
        for contender in self.contenders((OURS[0], "KMeans, true k", "HDBSCAN", "UMAP + HDBSCAN")):
            fits = [Fit(some, numbered(1_200), n_true=8) for some in sets]
            for place, result in enumerate(self.run(contender, fits)):
                separation, balance, _ = cells[place]
                row: Row = {"separation": separation, "sizes": balance, "contender": contender}
                if "failed" not in result:
                    labels = result["labels"]
                    row |= agreement(truth[place], labels)
                    row |= {"patterns": labels.max() + 1, "aside": (labels < 0).mean()}
                    row |= {"stable": result["stable"]} if contender == OURS[0] else {}
                rows.append(row)
        keys = ["separation", "sizes", "contender"]
        means = pd.DataFrame(rows).groupby(keys, sort=False).mean(numeric_only=True).round(2)
        return means.reset_index().to_dict("records")

    def within(self) -> list[Row]:
        """Patterns of RUWA with and without the mean of each event."""
        from sklearn.metrics import adjusted_mutual_info_score as ami

        claims = ruwa(self.data).rename(columns={"title": "text"})
        if self.quick:
            claims = claims.sample(3_000, random_state=0)
        vectors = embed(claims["text"], progress=False)
        rows = []
        for within in (None, "Event"):
            begun = time.perf_counter()
            found = discover(vectors, claims[["text", "Event", "Site"]], within=within)
            seconds, used = time.perf_counter() - begun, found.labels >= 0
            row: Row = {"within": within or "", "patterns": found.settings["n_patterns"]}
            row["stable"] = int((found.stability["verdict"] == "stable").sum())
            row["aside"] = round(float((~used).mean()), 3)
            for column in ("Event", "Site"):
                known = claims[column].astype(str).to_numpy()[used]
                row[f"AMI {column}"] = round(float(ami(known, found.labels[used])), 3)
            rows.append({**row, "s": round(seconds, 1)})
        return rows


# What is made and measured


def _plan(some: TextSet, vectors: Floats, contender: str) -> list[Fit]:
    """A fit, one of the rows shuffled, and more with other seeds."""
    mixed = np.random.default_rng(1).permutation(len(vectors))
    documents = some.documents
    own = Fit(vectors, some.texts, documents, n_true=some.n_true)
    shuffled_rows = Fit(
        vectors[mixed], [some.texts[i] for i in mixed], documents and [documents[i] for i in mixed],
        n_true=some.n_true,
    )  # fmt: skip
    more = range(1, N_SEEDS.get(contender, 1))
    return [own, shuffled_rows, *[dataclasses.replace(own, seed=seed) for seed in more]]


def _scores(some: TextSet, plan: list[Fit], found: list[Row], fresh: list[Row]) -> Row:
    """What a contender's fits of a set come to."""
    if failed := [result["failed"] for result in found + fresh if "failed" in result]:
        return {"failed": failed[0]}
    labels, mixed = (result["labels"] for result in found[:2])
    row: Row = agreement(some.labels, labels)
    row |= {f"{k} kept": v for k, v in agreement(*kept(some.labels, labels)).items()}
    row |= {"patterns": int(labels.max()) + 1, "true": some.n_true}
    row |= {"stable": found[0].get("stable"), "aside": round(float((labels < 0).mean()), 3)}
    row |= {"s": round(found[0]["s"], 2), "MB": round(found[0]["mb"])}
    order = np.random.default_rng(1).permutation(len(labels))
    row["shuffled"] = same(labels[order], mixed)
    row |= {"same": same(labels, fresh[0]["labels"])} if fresh else {}
    if len(plan) > 2:
        by_seed = [labels, *[result["labels"] for result in found[2:]]]
        pairs = [same(*two) for two in combinations(by_seed, 2)]
        counts = [int(one.max()) + 1 for one in by_seed]
        row |= {"seeds": round(float(np.mean(pairs)), 3)}
        row |= {"fewest": min(counts), "most": max(counts)}
    return row


def agreement(labels: npt.NDArray[Any], found: npt.NDArray[np.int64]) -> Row:
    from sklearn import metrics

    if len(found) == 0:
        return {"AMI": None, "ARI": None, "V": None}
    scores = {
        "AMI": metrics.adjusted_mutual_info_score(labels, found),
        "ARI": metrics.adjusted_rand_score(labels, found),
        "V": metrics.v_measure_score(labels, found),
    }
    return {name: round(float(score), 3) for name, score in scores.items()}


def same(one: npt.NDArray[np.int64], two: npt.NDArray[np.int64]) -> float:
    from sklearn.metrics import adjusted_rand_score

    return round(float(adjusted_rand_score(one, two)), 3)


def kept(
    labels: npt.NDArray[Any], found: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    return labels[found >= 0], found[found >= 0]


def nothing(real: Floats, kind: str, n: int, seed: int) -> Floats:
    """Unit vectors without structure.

    Random ones, real ones with every column shuffled, or normal ones with the mean and covariance
    of real ones.
    """
    rng = np.random.default_rng(seed)
    if kind == "random":
        vectors = rng.normal(size=(n, real.shape[1]))
    elif kind == "normal":
        vectors = rng.multivariate_normal(real.mean(axis=0), np.cov(real.T), n, method="eigh")
    else:
        vectors = rng.permuted(real[rng.permutation(len(real))[:n]], axis=0)
    vectors = vectors.astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def shares(weights: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """1,200 texts in these proportions."""
    ends = np.round(np.cumsum(weights) / weights.sum() * 1_200).astype(np.int64)
    return np.diff(ends, prepend=0)


def mixture(
    separation: float, sizes: npt.NDArray[np.int64], seed: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Unit vectors around random directions, and the direction of each."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(sizes), 64))
    centres *= separation / np.linalg.norm(centres, axis=1, keepdims=True)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    vectors = centres[truth] + rng.normal(scale=1 / 8, size=(truth.size, 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), truth


if __name__ == "__main__":
    main()
