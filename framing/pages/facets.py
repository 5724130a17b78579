"""What claims are filtered and coloured by: pattern, voice, outlet, stance, denial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.labels import Labels, membership
from framing.plots.colours import GREY, colours
from framing.plots.text import label_text

__all__ = ["Named", "facets_of", "map_labels"]

Named: TypeAlias = Mapping[Any, str]
Facet: TypeAlias = "dict[str, Any]"

_NONE = "not given"
_NAMED_ON_MAP = 24


def facets_of(
    labels: Labels, claims: pd.DataFrame, held: pd.DataFrame, *, names: Named
) -> list[Facet]:
    """List the filters; each holds its values, and for every claim the places of its own.

    A filter with a single value is left out, but for the pattern.
    """
    outlet = dict(zip(held["doc_id"], held["outlet"], strict=True))
    columns = {
        "voice": _column(claims, "voice"),
        "outlet": [outlet[str(doc_id)] or _NONE for doc_id in claims["doc_id"]],
        "stance": _column(claims, "stance"),
        "denied": None
        if "denied" not in claims.columns
        else ["denied" if denied else "asserted" for denied in claims["denied"].fillna(False)],
    }
    facets = [_of_labels(labels, len(claims), names)]
    for key, values in columns.items():
        if values is not None and len(set(values)) > 1:
            facets.append(_of_column(key, values))
    return facets


def map_labels(facet: Facet, positions: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    """Names of the largest patterns at the middle of their claims, largest first."""
    rows: dict[int, list[int]] = {}
    for row, held in enumerate(facet["of"]):
        for place in held if isinstance(held, list) else [held]:
            rows.setdefault(place, []).append(row)
    named = [place for place in rows if facet["values"][place]["colour"] != GREY]
    largest = sorted(named, key=lambda place: (-len(rows[place]), place))[:_NAMED_ON_MAP]
    middles = {place: np.median(np.asarray(positions)[rows[place]], axis=0) for place in largest}
    return [
        {"name": facet["values"][place]["name"], "x": float(x), "y": float(y)}
        for place, (x, y) in middles.items()
    ]


def _of_labels(labels: Labels, n_claims: int, names: Named) -> Facet:
    """The labels of the claims; a claim with several holds a list of places."""
    found = membership(labels, n_claims)
    chosen = colours(found.names)
    values = [
        {"name": names.get(label, label_text(label)), "colour": chosen[label]}
        for label in found.names
    ]
    of: list[Any] = []
    for row in found.member:
        places = np.flatnonzero(row).tolist()
        of.append(places[0] if len(places) == 1 else places or len(found.names))
    if len(found.names) in of:
        values.append({"name": "no label", "colour": GREY})
    return {"key": "pattern", "label": "Pattern", "values": values, "of": of}


def _of_column(key: str, entries: list[str]) -> Facet:
    """The values of a column, most frequent first."""
    counts = Counter(entries)
    order = sorted(counts, key=lambda value: (-counts[value], value))
    place = {value: row for row, value in enumerate(order)}
    chosen = colours(order) if key == "voice" else {}
    values = [{"name": value, "colour": chosen.get(value)} for value in order]
    return {
        "key": key,
        "label": "Asserted or denied" if key == "denied" else key.capitalize(),
        "values": values,
        "of": [place[entry] for entry in entries],
    }


def _column(claims: pd.DataFrame, name: str) -> list[str] | None:
    """A column as text, or None where there is no such column."""
    if name not in claims.columns:
        return None
    return claims[name].astype("string").fillna(_NONE).tolist()
