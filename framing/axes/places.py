"""`positions`: where groups of claims stand on semantic axes, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing.axes.contrast import MeanContrasts
from framing.axes.poles import Axis, Floats
from framing.axes.projecting import axis_list, centre_of, check_against, cosines
from framing.columns import check_columns
from framing.errors import problem
from framing.permutation import (
    Cells,
    cells_of,
    check_permutations,
    exchange_sentence,
    exchange_settings,
    obstacle,
)
from framing.prevalence.estimates import aside_sentence, check_level
from framing.prevalence.intervals import FEW_CLUSTERS, cluster_se
from framing.results import Result, versions
from framing.vectors import Vectors

__all__ = ["Positions", "positions"]

_MEASURES = [
    "label", "measure", "estimate", "low", "high", "method", "background", "t", "p", "p_all",
    "n_documents", "n_claims", "n_clusters", "note",
]  # fmt: skip


class Positions(Result):
    """Where groups stand on axes; returned by `positions`."""

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        held = "; ".join(
            f"{axis['name']} ({len(axis['negative_texts'])} and {len(axis['positive_texts'])}"
            f" texts, reliability {_shown(axis['reliability'])}, cosine of the poles"
            f" {axis['pole_cosine']:.2f})"
            for axis in s["axes"]
        )
        centred = " after the mean of the background was taken off" if s["centred"] else ""
        return (
            f"Positions of {s['n_claims']:,} claims by {', '.join(s['by'])} on semantic axes:"
            f" {held}. A claim's place is the cosine of its vector with the axis{centred}"
            f" (background: {s['background']}). Bias is the mean place of a group's claims,"
            " intensity their mean squared distance from the background's bias (Kwak et al. 2021)."
            f" Intervals ({s['level']:.0%}) are t with linearised standard errors clustered by"
            f" {s['cluster']} (for intensity on the log scale). Significance, each group against"
            f" all others: {exchange_sentence(s, s['cluster'])}; the difference of means is"
            " studentised, two-sided; p_all is against the largest over all groups and axes"
            " (max-T, each t on the scale of the normal), for bias and intensity apart."
            f" {aside_sentence(s)} framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Positions by {', '.join(s['by'])} on {len(s['axes'])} axes: {s['n_claims']:,} "
            f"claims, {s['level']:.0%} intervals clustered by {s['cluster']}"
        )


def positions(
    vectors: Vectors,
    axes: Axis | Sequence[Axis],
    claims: pd.DataFrame,
    *,
    by: str | Sequence[str] = "voice",
    cluster: str,
    background: Vectors | None = None,
    centred: bool = True,
    n_permutations: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Positions:
    """Compute where each group's claims stand on axes, relative to all claims.

    `bias` says towards which pole a group's claims lie on average; `intensity`, how far they lie
    from where the background is, in either direction. Both say what a group speaks of, in which
    terms, and neither says what it thinks of it: a claim and its denial stand at one place. An
    axis is a ruler that its poles' texts made; look at `Axis.reliability`, read the claims at
    either end (`projections`), and have people rate a sample of them before believing its name.

    Parameters
    ----------
    vectors : ndarray of float, shape (n_claims, n_dims)
        From `framing.embed`, row for row with `claims`; may be memory-mapped.
    axes : Axis or sequence of Axis
        From `semantic_axis`, with the same encoder. Names must differ.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `by` and `cluster`. A claim without a value in `by` is part of
        the background only.
    by : str or sequence of str, default "voice"
        The grouping columns.
    cluster : str
        The column of independent units, usually ``"doc_id"``; there is no default because
        intervals and tests depend on it.
    background : ndarray of float, shape (n_texts, n_dims), optional
        Vectors of a larger corpus to stand as the background; by default all the claims.
    centred : bool, default True
        Take the background's mean vector off first. Sentence vectors share a common direction,
        which else shifts every cosine.
    n_permutations : int, default 999
        At least 99.
    seed : int, default 0
    level : float, default 0.95

    Returns
    -------
    Positions
        Its `table` has the grouping columns; `label`, the axis, negative pole first; `measure`,
        "bias" (a cosine, -1 to 1) or "intensity" (0 to 4); `estimate, low, high, method`;
        `background`, the same measure there; `t, p, p_all` of the group against all others, by
        exchanging groups as `framing.words.word_shift` does (`p_all`: over all groups and axes);
        counts; and `note`, the reason of what is NaN.

    Raises
    ------
    FramingError
        If vectors, axes and claims do not fit together, a vector is not finite, a column is
        missing, a claim has no cluster, no claim is left, or a parameter is out of range.

    References
    ----------
    Kwak, H., An, J., Jing, E., & Ahn, Y.-Y. (2021). FrameAxis: characterizing microframe bias and
    intensity with word embedding. PeerJ Computer Science, 7, e644.
    https://doi.org/10.7717/peerj-cs.644 (its test is replaced)

    Examples
    --------
    >>> from framing.axes import positions, semantic_axis
    >>> axis = semantic_axis(["talks"], ["war"], vectors=([[1.0, 0.0]], [[0.0, 1.0]]))
    >>> claims = pd.DataFrame({"voice": list("aaabbb"), "doc_id": list("uvwxyz")})
    >>> vectors = np.array([[1, 0], [1, 0.2], [0.9, 0.4], [0, 1], [0.3, 1], [0.5, 0.9]])
    >>> found = positions(vectors, axis, claims, cluster="doc_id", centred=False)
    >>> found.table[["voice", "label", "measure", "estimate", "low", "high", "p"]].round(2)
      voice        label    measure  estimate   low  high    p
    0     a  war – talks       bias      0.54  0.11  0.97  0.1
    1     a  war – talks  intensity      0.28  0.06  1.33  1.0
    2     b  war – talks       bias     -0.49 -1.00  0.05  0.1
    3     b  war – talks  intensity      0.29  0.04  2.00  1.0
    """
    check_level(level)
    keys = [by] if isinstance(by, str) else list(by)
    placed = axis_list(axes)
    _check(vectors, placed, claims, keys, cluster, n_permutations)
    centre = centre_of(vectors if background is None else background, placed, centred)
    places = cosines(vectors, placed, centre)
    base = places if background is None else cosines(background, placed, centre)
    zero = np.isnan(places).any(axis=1)
    if np.isnan(base).any(axis=1).all():
        raise problem("claims that differ", "one vector in all rows", "Pass other vectors")
    level_of = np.nanmean(base, axis=0)
    backgrounds = np.concatenate([level_of, np.nanmean(np.square(base - level_of), axis=0)])
    values = np.concatenate([places, np.square(places - level_of)], axis=1)
    grouped = claims[keys].notna().all(axis=1).to_numpy()
    rows = np.flatnonzero(grouped & ~zero)
    if not rows.size:
        raise problem("a claim with a group and a vector", "none", f"Look at {', '.join(keys)}")
    kept = claims.iloc[rows].reset_index(drop=True)
    members = sorted(kept.groupby(keys, sort=True).indices.items())
    codes = np.empty(len(rows), dtype=np.int64)
    for code, (_, index) in enumerate(members):
        codes[index] = code
    cells = cells_of(pd.factorize(kept[cluster], sort=True)[0].astype(np.int64), codes)
    contrasts = MeanContrasts(cells, *_cell_sums(cells, values[rows]))
    tests = _tests(contrasts, len(members), len(placed), n_permutations, seed)
    records = []
    for code, (key, index) in enumerate(members):
        group = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        group["n_documents"] = kept["doc_id"].iloc[index].nunique() if "doc_id" in kept else -1
        group["n_claims"] = len(index)
        for column, name, measure in _columns(placed):
            measured = {"label": name, "measure": measure, "background": backgrounds[column]}
            interval = _interval(contrasts, code, column, measure, level)
            records.append(group | measured | _merged(interval, tests[code][column]))
    settings = {
        "by": keys,
        "cluster": cluster,
        "axes": [_described(axis) for axis in placed],
        "background": "all claims" if background is None else f"{len(background):,} other texts",
        "centred": centred,
        "level": level,
        "n_claims": len(rows),
        **exchange_settings(cells, n_permutations, seed),
        "set_aside": {
            f"claims without a value in {', '.join(keys)} (background only)": int((~grouped).sum()),
            "claims whose vector is zero" + (" after centring" if centred else ""): int(
                (zero & grouped).sum()
            ),
        },
        "versions": versions("numpy", "scipy"),
    }
    return Positions(pd.DataFrame(records, columns=[*keys, *_MEASURES]), settings)


def _cell_sums(cells: Cells, values: Floats) -> tuple[Floats, Floats]:
    """Claims in each cell, and the sums over them."""
    n_cells = len(cells.group)
    sums = [np.bincount(cells.place, weights=column, minlength=n_cells) for column in values.T]
    return np.bincount(cells.place, minlength=n_cells).astype(float), np.stack(sums, axis=1)


def _columns(axes: list[Axis]) -> list[tuple[int, str, str]]:
    """Where each measure of each axis stands: the biases of all axes, then the intensities."""
    return [
        (place + part * len(axes), axis.name, measure)
        for place, axis in enumerate(axes)
        for part, measure in enumerate(("bias", "intensity"))
    ]


def _tests(
    contrasts: MeanContrasts, n_groups: int, n_axes: int, n_permutations: int, seed: int
) -> list[list[dict[str, Any]]]:
    """The t and p-values of every group and measure; NaN with a note where there is no test."""
    groups = list(range(n_groups))
    notes = [obstacle(contrasts.cells, group) for group in groups]
    t = np.full((n_groups, 2 * n_axes), np.nan)
    for group in groups:
        if not notes[group]:
            t[group] = contrasts.t((contrasts.cells.group == group)[:, None])[:, 0]
    family = np.broadcast_to(np.repeat([0, 1], n_axes), t.shape)
    tested = [group for group in groups if not notes[group]]
    p, p_all = np.full(t.shape, np.nan), np.full(t.shape, np.nan)
    if tested:
        p[tested], p_all[tested] = contrasts.p_values(
            tested, t[tested], family[tested], n_permutations=n_permutations, seed=seed
        )
    return [
        [
            {"t": t[group, j], "p": p[group, j], "p_all": p_all[group, j], "note": notes[group]}
            for j in range(2 * n_axes)
        ]
        for group in groups
    ]


def _interval(
    contrasts: MeanContrasts, group: int, column: int, measure: str, level: float
) -> dict[str, Any]:
    """The mean of a group with its t interval over documents."""
    from scipy.stats import t as student

    own = contrasts.cells.group == group
    sums, sizes = contrasts.sums[own, column], contrasts.sizes[own]
    mean, n = float(sums.sum() / sizes.sum()), len(sizes)
    found = {"estimate": mean, "low": np.nan, "high": np.nan, "method": "none", "n_clusters": n}
    if n == 1:
        return found | {"note": "one cluster: no interval"}
    se = cluster_se(sums, sizes, mean)
    if se < 1e-12:
        return found | {"note": "no spread between clusters: no interval"}
    half = float(student.ppf((1 + level) / 2, n - 1)) * se
    few = f"only {n} clusters: a rough guide" if n < FEW_CLUSTERS else ""
    if measure == "intensity":  # never below 0
        ratio = float(np.exp(half / mean))
        return found | {"low": mean / ratio, "high": mean * ratio, "method": "log-t", "note": few}
    low, high = max(mean - half, -1.0), min(mean + half, 1.0)
    return found | {"low": low, "high": high, "method": "t", "note": few}


def _merged(interval: dict[str, Any], test: dict[str, Any]) -> dict[str, Any]:
    """An interval and a test in one record, with the reasons of both."""
    notes = "; ".join(filter(None, [interval["note"], test["note"]]))
    return interval | test | {"note": notes}


def _shown(reliability: float) -> str:
    return "unknown" if np.isnan(reliability) else f"{reliability:.2f}"


def _described(axis: Axis) -> dict[str, Any]:
    names = ("name", "negative", "positive", "negative_texts", "positive_texts", "pole_cosine",
             "reliability", "note")  # fmt: skip
    return {name: getattr(axis, name) for name in names}


def _check(
    vectors: Vectors,
    axes: list[Axis],
    claims: pd.DataFrame,
    keys: list[str],
    cluster: str,
    n_permutations: int,
) -> None:
    check_columns(claims, keys, cluster=cluster)
    if len(vectors) != len(claims):
        raise problem(
            f"one vector per claim ({len(claims):,} claims)",
            f"{len(vectors):,} vectors",
            "Pass vectors and claims that were made from the same rows",
        )
    check_against(vectors, axes)
    check_permutations(n_permutations)
