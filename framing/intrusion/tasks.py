"""`Tasks`: what judges are shown, and the key, which they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.codes.sheets import write_sheet
from framing.errors import problem
from framing.intrusion.pool import words_of
from framing.results import Result, versions

__all__ = ["Task", "Tasks", "check_counts", "likeness", "make_tasks"]

_KINDS = {
    "intrusion": "{n_shown} claims of a pattern and one of another, all from different documents",
    "assignment": (
        "a claim and {n_options} patterns to choose from, shown as {shown}; the claim is none of"
        " the claims shown and from no document of theirs"
    ),
}


@dataclass(frozen=True)
class Task:
    """One task: what is shown in what order, and what is right.

    Attributes
    ----------
    label : object
        The pattern that the task is about.
    asked : dict
        Columns of the sheet before the options.
    options : list of str
    answer : int
        The place of the right option, from 0.
    by_words : float
        How likely shared words alone find it, 0 to 1.
    traces : dict
        Columns of the key: what was shown.
    """

    label: Any
    asked: dict[str, str]
    options: list[str]
    answer: int
    by_words: float
    traces: dict[str, Any]


@dataclass(frozen=True, repr=False)
class Tasks(Result):
    """Tasks for judges; returned by `intrusion_tasks` and `assignment_tasks`.

    Attributes
    ----------
    table : DataFrame
        The sheet for judges, one row per task in random order: `task_id`, for assignments the
        `text` of the claim, `option_1` and so on, and `answer` (empty), the number of an option,
        or 0 for none of them. It tells nothing about what is right.
    settings : mapping
        Options, seed, counts, and what was set aside.
    key : DataFrame
        One row per task: `task_id, kind, label` (the pattern), `answer` (what is right),
        `n_options, by_words` (how likely a program that only counts shared words is right, 0 to
        1), and what was shown: `shown_1` and so on, with `intruder` or `claim_id`.
    """

    key: pd.DataFrame

    def save(self, sheet: str | Path, key: str | Path) -> None:
        """Write the sheet for judges and the key to two files, CSV, XLSX or Parquet by suffix.

        Give every judge a copy of the sheet, and none the key. What they hand back goes into
        `intrusion_scores` with a column `judge`.

        Raises
        ------
        FramingError
            If either file is there already, or has another suffix.
        """
        places = [str(number) for number in range(self.key["n_options"].max() + 1)]
        write_sheet(self.table, sheet, choices={"answer": places})
        write_sheet(self.key.astype({"by_words": str}), key)

    def methods(self) -> str:
        """Describe how the tasks were made in a paragraph for a paper."""
        s = self.settings
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        untested = f" ({', '.join(map(str, s['untested']))})" if s["untested"] else ""
        return (
            f"{s['n_tasks']:,} tasks of {s['n_patterns']:,} patterns were drawn by chance (seed"
            f" {s['seed']}): {_KINDS[s['kind']].format_map(s)}. Documents were drawn before claims,"
            " copies were shown once, and the right answer stands equally often in every place."
            f" A rule that only counts shared words would solve {s['by_words']:.0%} of them."
            f" Set aside: {aside or 'nothing'}{untested}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return f"{s['n_tasks']:,} {s['kind']} tasks of {s['n_patterns']:,} patterns"


def make_tasks(
    tasks: Sequence[Task],
    kind: str,
    settings: dict[str, Any],
    set_aside: dict[str, int],
    rng: np.random.Generator,
) -> Tasks:
    """Shuffle and number the tasks, and keep sheet and key apart.

    Raises
    ------
    FramingError
        If there is no task.
    """
    if not tasks:
        raise problem(
            "a pattern with enough claims in different documents",
            ", ".join(f"{n:,} {reason}" for reason, n in set_aside.items() if n) or "none",
            "Show fewer claims, or use patterns that occur in more documents",
        )
    order = rng.permutation(len(tasks))
    digits = len(str(len(tasks)))
    sheet, key = [], []
    for number, place in enumerate(order, start=1):
        task = tasks[place]
        name = f"t{number:0{digits}d}"
        options = {f"option_{i}": text for i, text in enumerate(task.options, start=1)}
        sheet.append({"task_id": name} | task.asked | options | {"answer": None})
        right = {"answer": task.answer + 1, "n_options": len(task.options)}
        key.append(
            {"task_id": name, "kind": kind, "label": task.label}
            | right
            | {"by_words": task.by_words}
            | task.traces
        )
    table = pd.DataFrame(sheet).astype({"answer": "Int64"})
    found = {
        "kind": kind,
        "n_tasks": len(tasks),
        "n_patterns": len({task.label for task in tasks}),
        "by_words": float(np.mean([task.by_words for task in tasks])),
        "set_aside": set_aside,
        "versions": versions("numpy"),
    }
    return Tasks(table, settings | found, pd.DataFrame(key))


def likeness(a: str, b: str, weights: dict[str, float]) -> float:
    """How much of the telling words of two texts they share, 0 to 1."""
    one, two = words_of(a), words_of(b)
    joint = sum(weights.get(word, 0.0) for word in sorted(one | two))
    return sum(weights.get(word, 0.0) for word in sorted(one & two)) / joint if joint else 0.0


def check_counts(**counts: int) -> None:
    """Refuse numbers of tasks, claims or choices that make no task."""
    for name, value in counts.items():
        least = 1 if name in ("n_per_pattern", "n_shown") else 2
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise problem(f"{name} of {least} or more", repr(value), "Pass a larger whole number")
