"""Names that outlive a corpus: named patterns found again in a grown one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import problem
from framing.patterns.graph import Floats, Ints

__all__ = ["SURVIVAL", "Named", "match", "read_names", "write_names"]

SCHEMA = 1
SURVIVAL = ("name", "status", "label", "share", "cosine")
KEPT = 0.5  # share of a named pattern's texts that one new pattern must hold
PART = 0.25  # share that counts as a part of it
NEAR = 0.9  # cosine that identifies a pattern of which no text is left


@dataclass(frozen=True)
class Named:
    """Named patterns of an earlier corpus: names, member keys, mean directions."""

    names: list[str]
    members: list[frozenset[str]]
    centres: npt.NDArray[np.float64]


def write_names(
    path: str | Path,
    names: Mapping[int, str],
    labels: Ints,
    keys: npt.NDArray[np.str_],
    centres: Floats,
) -> None:
    """Write named patterns to a small JSON file; texts are kept as hashes only."""
    entries = [
        {
            "name": name,
            "members": sorted(set(keys[labels == label].tolist())),
            "centre": [float(value) for value in centres[label]],
        }
        for label, name in sorted(names.items())
    ]
    content = json.dumps({"schema": SCHEMA, "patterns": entries}, indent=1, ensure_ascii=False)
    Path(path).write_text(content, encoding="utf-8")


def read_names(path: str | Path) -> Named:
    """Read a file that `write_names` wrote.

    Raises
    ------
    FramingError
        If there is no such file, or it is something else.
    """
    try:
        content: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        entries = content["patterns"]
        if content["schema"] != SCHEMA:
            raise KeyError("schema")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem(
            "a file written by Patterns.save_names", repr(str(path)), "Check the path"
        ) from error
    return Named(
        [entry["name"] for entry in entries],
        [frozenset(entry["members"]) for entry in entries],
        np.array([entry["centre"] for entry in entries]),
    )


def match(
    named: Named, labels: Ints, keys: npt.NDArray[np.str_], centres: Floats
) -> tuple[dict[int, str], pd.DataFrame]:
    """Find named patterns again among new ones.

    Each named pattern is matched to one new pattern at most, so that the texts held in common
    are as many as possible; where none of its texts is left, by mean direction (cosine .9).

    Parameters
    ----------
    named : Named
    labels : ndarray of int, shape (n_claims,)
        New patterns; -1 is none.
    keys : ndarray of str, shape (n_claims,)
        Text keys.
    centres : ndarray of float32, shape (n_patterns, n_dims)

    Returns
    -------
    names : dict of int to str
        For patterns that a named one survived in.
    survival : DataFrame
        `name, status, label, share, cosine`: ``merged`` (half or more of its texts are in one
        pattern, and so are those of another name), ``split`` (several patterns hold a quarter or
        more each), ``survived`` (half or more are in one pattern) or ``died``. `label` is the
        pattern that holds most of it (<NA> if none), `share` how much of its texts that are
        still there (NaN if none is).
    """
    from scipy.optimize import linear_sum_assignment

    n_patterns = len(centres)
    share = np.full((len(named.names), n_patterns), np.nan)
    label_of = dict(zip(keys.tolist(), labels.tolist(), strict=True))
    for row, members in enumerate(named.members):
        found = np.array([label_of[key] for key in members if key in label_of], dtype=np.int64)
        if found.size and n_patterns:
            share[row] = np.bincount(found[found >= 0], minlength=n_patterns) / found.size
    cosine = named.centres @ centres.T.astype(np.float64) if n_patterns else share
    score = np.where(np.isnan(share), np.where(cosine >= NEAR, cosine, 0), share)
    rows, columns = linear_sum_assignment(-score) if n_patterns else ([], [])
    matched = dict(zip(rows, columns, strict=True))
    main = score.argmax(axis=1) if n_patterns else np.zeros(len(named.names), int)
    names: dict[int, str] = {}
    records = []
    for row, name in enumerate(named.names):
        best = int(main[row])
        top = float(score[row, best]) if n_patterns else 0.0
        rivals = [r for r in range(len(named.names)) if r != row and main[r] == best]
        shared_home = any(score[r, best] >= KEPT for r in rivals)
        if top >= KEPT and shared_home:
            status = "merged"
        elif n_patterns and (score[row] >= PART).sum() > 1:
            status = "split"
        elif top >= KEPT and matched.get(row) == best:
            status = "survived"
        else:
            status = "died"
        if top >= KEPT and matched.get(row) == best:
            names[best] = name
        label = best if status != "died" else pd.NA
        kept = (share[row, best], cosine[row, best]) if n_patterns else (np.nan, np.nan)
        records.append((name, status, label, *map(float, kept)))
    table = pd.DataFrame(records, columns=list(SURVIVAL)).astype({"label": "Int64"})
    return names, table
