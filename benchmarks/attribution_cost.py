"""What claims and vectors cost beside vectors alone, for `attribution.py`.

``python attribution_cost.py MODE N`` is one run in a process of its own: MODE is ``vectors``
(sentences, and a vector of each) or ``claims`` (claims, and a vector of each), N the number of
press releases below FRAMING_DATA. It prints seconds, CPU seconds and peak memory as JSON. Both
start with models loaded and an empty store.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import framing

MODES = ("vectors", "claims")
Times = dict[str, float]


def cost(n: int, n_rounds: int) -> dict[str, list[dict[str, object]]]:
    """Both modes in turn, some rounds; medians, and the median of the ratios in a round."""
    runs = pd.DataFrame([one_run(mode, n) for _ in range(n_rounds) for mode in MODES])
    runs["round"] = [k for k in range(n_rounds) for _ in MODES]
    table = runs.groupby("mode", sort=False).median().drop(columns="round").reset_index()
    wide = runs.pivot_table(index="round", columns="mode")
    ratios = [
        {
            "claims + vectors / vectors alone": name,
            "median of rounds": (ratio := wide[kind]["claims"] / wide[kind]["vectors"]).median(),
            "least": ratio.min(),
            "most": ratio.max(),
        }
        for name, kind in (
            ("wall seconds, all", "seconds"),
            ("CPU seconds, all", "CPU seconds"),
            ("CPU seconds, sentence splitting in neither", "CPU less splitting"),
            ("peak memory", "peak MB"),
        )
    ]
    return {
        "medians": table.to_dict("records"),
        "ratios": ratios,
        "rounds": runs.to_dict("records"),
    }


def one_run(mode: str, n: int) -> dict[str, object]:
    made = subprocess.run(
        [sys.executable, __file__, mode, str(n)], check=True, capture_output=True, text=True
    )
    return json.loads(made.stdout.splitlines()[-1])


def releases(n: int) -> pd.DataFrame:
    """Press releases of both offices, drawn by chance, as `framing.read` gives them."""
    folder = Path(os.environ["FRAMING_DATA"]) / "press_releases"
    frames = [pd.read_csv(folder / name) for name in ("putin.csv", "zelenskyy.csv")]
    drawn = pd.concat(frames, ignore_index=True).dropna(subset=["body"]).sample(n, random_state=0)
    table = pd.DataFrame(
        {
            "doc_id": [f"d{k}" for k in range(n)],
            "title": drawn["headline"].fillna("").astype(str).to_numpy(),
            "text": drawn["body"].to_numpy(),
        }
    )
    return framing.read(table, on_error="drop")


def clocked(name: str, work: Callable[[], pd.DataFrame | None], into: Times) -> pd.DataFrame | None:
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    into[f"{name} s"] = time.perf_counter() - wall
    into[f"{name} CPU"] = time.process_time() - cpu
    return made


def vectors_of(table: pd.DataFrame, store: str) -> None:
    framing.embed(table["text"], store=store, progress=False)


def run(mode: str, n: int) -> None:
    documents, times = releases(n), Times()
    warm = documents.head(2)
    if mode == "claims":
        framing.claims(warm, store=False, progress=False)
    else:
        framing.sentences(warm)
    framing.embed(["A first text."], store=False, progress=False)
    with tempfile.TemporaryDirectory() as store:
        # `claims` splits into sentences itself; split once more so that this part can be set aside.
        split = clocked("split", lambda: framing.sentences(documents), times)
        if mode == "claims":
            table = clocked(
                "claims", lambda: framing.claims(documents, store=store, progress=False), times
            )
        else:
            table = split
        clocked("vectors", lambda: vectors_of(table, store), times)
    parts = ("claims", "vectors") if mode == "claims" else ("split", "vectors")
    seconds, cpu = (sum(times[f"{part} {unit}"] for part in parts) for unit in ("s", "CPU"))
    peak = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]
    result = {"mode": mode, "documents": len(documents), "texts": len(table), "seconds": seconds}
    result |= {"CPU seconds": cpu, "CPU less splitting": cpu - times["split CPU"]}
    result |= {"peak MB": int(peak) / 1e3, **times}
    print(json.dumps(result))


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
