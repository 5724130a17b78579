"""Coding: how well, how surely and how fast texts are coded from few examples and from many.

One command, by estimate three hours on one core, most of it the folds, and four more with SetFit
(``--quick``: one seed, fewer samples)::

    FRAMING_DATA=../shared/data python benchmarks/coding.py --peer-python ../peers/bin/python

``--peer-python`` names the interpreter of an environment made from ``peers-coding.txt``; without it
SetFit is left out, save for runs that ``--keep FOLDER`` holds from before. ``--set gvfc,frac``
takes some corpora, ``--part few,loop`` some parts. ``--engine contrastive`` has the folds tune the
encoder, six minutes for each on GVFC, and puts it among the contenders of the other parts; it needs
``pip install "framing[contrastive]"``:

- few: 8 and 16 examples of each code, tested on all other texts;
- all: four fifths of the texts, tested on the rest (PTC: of the articles);
- folds: all five fifths in turn, ours alone: the figures to hold against published ones;
- loop: counts of a coder's codes, put right by 200 codes of people.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import coding_contenders as contenders
import coding_loop
import coding_sets as sets
import numpy as np
import pandas as pd

from framing.coder.report import calibration_error

Row: TypeAlias = dict[str, Any]

CAPTIONS = {
    "few": "Mean over seeds with the half-width of a 95% t interval (`+-`), which three seeds make"
    " wide. `error` is the calibration error in 10 groups of like confidence; examples were drawn"
    " in equal numbers, so it has to be large where codes are not. `fit s`: learning, with encoding"
    " of the examples. SetFit: 40 pairs per example, at most 200 steps of 16 pairs.",
    "all": "The same on a held-out fifth, with what it was tested on drawn anew by each seed. Our"
    " vectors come from the store, so `fit s` is without encoding; SetFit's is with it. For PTC,"
    " no article is on both sides.",
    "folds": "5-fold cross-validation, mean over seeds.",
    "loop": "GVFC: a coder learned from one half codes the other; 200 of its headlines are drawn by"
    " chance, and people's codes stand in for new coding. `covers`: share of samples whose 95%"
    " interval holds the true share, over all codes, and for the worst; `off`: mean distance of"
    " estimate and truth, in points.",
}


def main() -> None:
    order = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    order.add_argument("--part", default=",".join(CAPTIONS))
    order.add_argument("--set", default=",".join(sets.EVERY), help="corpora (not of the loop)")
    order.add_argument("--engine", default="linear,linear + codebook", help="coders of the folds")
    order.add_argument("--peer-python", type=Path, help="interpreter that has SetFit")
    order.add_argument("--keep", type=Path, help="folder that keeps SetFit's runs")
    order.add_argument("--quick", action="store_true", help="one seed, fewer samples")
    order.add_argument("--json", type=Path, help="write all tables to this file too")
    asked = order.parse_args()
    if "FRAMING_DATA" not in os.environ:
        sys.exit("Set FRAMING_DATA to the folder with the measuring corpora (it has no default).")
    seeds = range(1) if asked.quick else range(3)
    peer = contenders.Peer(asked.peer_python, asked.keep)
    names = chosen("set", asked.set, sets.EVERY)
    engines = chosen("engine", asked.engine, (*contenders.OURS, contenders.TUNED))
    rivals = (*contenders.ALL, *(one for one in engines if one == contenders.TUNED))
    parts: dict[str, Callable[[], list[Row]]] = {
        "few": lambda: few(names, seeds, peer, rivals),
        "all": lambda: everything(names, seeds, peer, rivals),
        "folds": lambda: folds(names, seeds, engines),
        "loop": lambda: coding_loop.run(sets.gvfc(), n_samples=20 if asked.quick else 200),
    }
    wanted = chosen("part", asked.part, parts)
    results: dict[str, Any] = {"machine": machine()}
    print(results["machine"])
    for name in wanted:
        begun = time.perf_counter()
        results[name] = parts[name]()
        print(f"\n## {name} ({time.perf_counter() - begun:.0f} s)\n\n{CAPTIONS[name]}\n")
        print(pd.DataFrame(results[name]).to_string(index=False, na_rep=""), flush=True)
        if asked.json:
            asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def chosen(what: str, given: str, known: Iterable[str]) -> list[str]:
    """Names given with commas between them."""
    names = given.split(",")
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"No such {what}: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return names


def machine() -> Row:
    from importlib.metadata import version

    names = ("numpy", "scikit-learn", "torch")
    load = round(os.getloadavg()[0], 2)
    return {"cores": os.cpu_count(), "load": load, **{name: version(name) for name in names}}


def few(
    names: Sequence[str], seeds: Sequence[int], peer: contenders.Peer, rivals: Sequence[str]
) -> list[Row]:
    """Few examples of each code."""
    rows = []
    for name in names:
        if name not in sets.BOOKS:
            continue
        some = sets.EVERY[name]()
        for per_code in (8, 16):
            splits = [sets.few(some.codes, per_code, seed) for seed in seeds]
            row = {"set": name, "examples": per_code}
            rows += compared(some, row, splits, seeds, peer, rivals, store=False)
    return rows


def everything(
    names: Sequence[str], seeds: Sequence[int], peer: contenders.Peer, rivals: Sequence[str]
) -> list[Row]:
    """Four fifths of the examples."""
    rows = []
    for name in names:
        some = sets.EVERY[name]()
        splits = [sets.folds(some, seed)[0] for seed in seeds]
        row = {"set": some.name, "examples": "all"}
        rows += compared(some, row, splits, seeds, peer, rivals, store=True)
    return rows


def folds(names: Sequence[str], seeds: Sequence[int], engines: Sequence[str]) -> list[Row]:
    """All fifths in turn."""
    rows = []
    for name in names:
        if name not in sets.BOOKS:
            continue
        some = sets.EVERY[name]()
        for contender in engines:
            found = []
            for seed in seeds:
                said = np.empty(len(some.codes), dtype=object)
                for train, test in sets.folds(some, seed):
                    guess = contenders.run(contender, some, train, test, seed, store=True)
                    assert guess is not None
                    said[test] = guess.codes
                found.append(scores(some.codes, said))
            row: Row = {"set": name, "contender": contender}
            rows.append(row | {key: spread([one[key] for one in found]) for key in found[0]})
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def compared(
    some: sets.Coded,
    row: Row,
    splits: Sequence[tuple[sets.Rows, sets.Rows]],
    seeds: Sequence[int],
    peer: contenders.Peer,
    rivals: Sequence[str],
    *,
    store: bool,
) -> list[Row]:
    """Every contender on the same splits."""
    rows = []
    for contender in rivals:
        found = []
        for seed, (train, test) in zip(seeds, splits, strict=True):
            if contender == contenders.SETFIT:
                guess = contenders.setfit(some, train, test, seed, peer)
            else:
                guess = contenders.run(contender, some, train, test, seed, store=store)
            if guess is None:
                continue
            truth = some.codes[test]
            one = scores(truth, guess.codes)
            one["error"] = calibration_error(guess.sure, guess.codes != truth)
            found.append(one | {"fit s": guess.seconds})
        if not found:
            continue
        means = {key: spread([one[key] for one in found]) for key in ("F1", "accuracy", "error")}
        seconds = round(float(np.median([one["fit s"] for one in found])), 2)
        rows.append(row | {"contender": contender, "seeds": len(found)} | means)
        rows[-1]["fit s"] = seconds
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def scores(truth: Any, said: Any) -> dict[str, float]:
    from sklearn.metrics import f1_score

    macro = f1_score(truth.astype(str), said.astype(str), average="macro", zero_division=0)
    return {"F1": float(macro), "accuracy": float((truth == said).mean())}


def spread(values: Sequence[float]) -> str:
    """Mean and half-width of a 95% t interval over seeds."""
    from scipy.stats import t

    mean = f"{np.mean(values):.3f}"
    if len(values) < 2:
        return mean
    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5
    return f"{mean} +-{half:.3f}"


if __name__ == "__main__":
    main()
