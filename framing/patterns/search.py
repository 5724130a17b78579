"""`discover`: from vectors and claims to patterns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.errors import problem, unknown_value
from framing.patterns.copies import copy_groups, copy_table
from framing.patterns.estimators import METHODS, estimator
from framing.patterns.graph import Floats, Ints, largest
from framing.patterns.ladder import (
    SHARE,
    Ladder,
    consensus_ladder,
    estimator_ladder,
    mean_overlaps,
    single_ladder,
)
from framing.patterns.naming import SURVIVAL, match, read_names
from framing.patterns.result import STABILITY, Patterns
from framing.patterns.stability import verdict
from framing.results import versions
from framing.vectors import check_vectors
from framing.words import exemplars, log_odds

__all__ = ["discover"]

# Of many small groups in noise, one or two return by luck: together they must hold this share.
LEAST_STABLE = 0.05
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_BLOCK = 1024  # texts compared with a sample at a time: 200 MB for the largest


def discover(
    vectors: Floats,
    claims: pd.DataFrame,
    *,
    method: Literal["graph", "kmeans", "agglomerative", "hdbscan"] = "graph",
    level: int | None = None,
    n_patterns: int = 20,
    n_neighbors: int = 15,
    n_samples: int = 20,
    within: str | None = None,
    min_texts: int = 3,
    min_attachment: float = 0.3,
    max_texts: int = 50_000,
    named: str | Path | None = None,
    seed: int = 0,
) -> Patterns:
    """Find patterns: groups of claims that say similar things and are found again and again.

    Many samples of documents are searched at many resolutions; claims that these searches keep
    putting together form a pattern. Each pattern says how far it returns in samples, compared
    with noise; where stable patterns hold less than a twentieth of the claims, none is reported.
    A vector does not tell a claim from its denial, nor who did what to whom, so read the
    exemplars; and stable is not the same as valid. The same texts in any row order give the same
    patterns.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_claims, n_dims)
        Unit vectors from `embed`, row for row with `claims`; may be memory-mapped.
    claims : DataFrame, shape (n_claims, ...)
        With `text`; `doc_id, claim_id, outlet, voice` are used where they exist. Without `doc_id`
        every text counts as a document of its own, and stability is overstated.
    method : {"graph", "kmeans", "agglomerative", "hdbscan"}, default "graph"
        The others are scikit-learn's, for comparison; they have one level.
    level : int, optional
        Take this level of the ladder, 0 being the coarsest, whatever its patterns are worth; by
        default the level whose stable patterns tell most about a claim (see `Patterns.levels`).
    n_patterns : int, default 20
        For k-means and agglomerative clustering only.
    n_neighbors : int, default 15
        Neighbours of each text in the graph; at most a fifth of the texts (but 2) are used.
    n_samples : int, default 20
        Samples of 80 % of the documents. 0 searches once, at resolution 1, and measures nothing.
    within : str, optional
        A column such as ``"event"``: the mean direction of each of its groups is taken off first,
        so that patterns show how the same event is told. Claims that are alone in their group, or
        have no value, are set aside.
    min_texts : int, default 3
        A pattern of fewer different texts is set aside as -1.
    min_attachment : float, default 0.3
        A claim is set aside when a smaller share than this of its agreement with other claims
        lies in its own pattern; `Patterns.sensitivity` shows what other values would do.
    max_texts : int, default 50,000
        Beyond this many texts, patterns are found in a random sample of the documents, and every
        other text joins the pattern of most of its nearest neighbours there.
    named : str or Path, optional
        A file from `Patterns.save_names`: patterns of an earlier corpus to find again.
    seed : int, default 0

    Returns
    -------
    Patterns

    Raises
    ------
    FramingError
        If vectors and claims differ in length, a vector is not finite or not of length 1, a
        column is missing, or a parameter is out of range.

    References
    ----------
    Blondel, V. D., et al. (2008). Fast unfolding of communities in large networks. J. Stat. Mech.
    P10008. https://doi.org/10.1088/1742-5468/2008/10/P10008
    Lancichinetti, A., & Fortunato, S. (2012). Consensus clustering in complex networks. Scientific
    Reports 2, 336. https://doi.org/10.1038/srep00336
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics &
    Data Analysis, 52(1), 258-271. https://doi.org/10.1016/j.csda.2006.11.025

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> vectors = np.repeat(np.eye(3, 16, dtype=np.float32), [30, 25, 20], axis=0)
    >>> vectors += rng.normal(scale=0.05, size=vectors.shape).astype(np.float32)
    >>> vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    >>> claims = pd.DataFrame({"text": [f"claim {i}" for i in range(75)]})
    >>> discover(vectors, claims, level=0).stability[["label", "n_claims", "verdict"]]
       label  n_claims verdict
    0      0        30  stable
    1      1        25  stable
    2      2        20  stable
    """
    _check(vectors, claims, method, n_neighbors, n_samples, min_texts, min_attachment, within)
    keys = _text_keys(claims["text"])
    rows, text_of = _distinct(np.asarray(vectors), claims, keys)
    directions, told = _directions(vectors, claims, within)
    texts, units = directions[rows], _units(claims, rows)
    core = _core(np.flatnonzero(told[rows]), units, max_texts, seed)
    k = min(n_neighbors, max(2, core.size // 5), max(1, core.size - 1))
    if core.size < 3:
        ladder = single_ladder(texts[core], n_neighbors=k)
    elif method == "graph" and n_samples:
        ladder = consensus_ladder(
            texts[core], units[core], n_neighbors=k, n_samples=n_samples, level=level, seed=seed
        )
    elif method == "graph":
        ladder = single_ladder(texts[core], n_neighbors=k)
    else:
        group = estimator(method, n_patterns=n_patterns, min_texts=min_texts, seed=seed)
        ladder = estimator_ladder(group, texts[core], units[core], n_samples=n_samples, seed=seed)

    attachments = _scattered(ladder.attachments, core, len(rows), np.nan)
    rest = np.setdiff1d(np.flatnonzero(told[rows]), core)
    near, cosines = _near_core(texts, core, rest, k if rest.size else 0)
    level_labels = np.stack(
        [_joined(_scattered(labels, core, len(rows), -1), core, rest, near, cosines)
         for labels in ladder.labels]
    )  # fmt: skip
    found = np.where(attachments < min_attachment, -1, level_labels[ladder.chosen])
    labels = _ranked(found, text_of, min_texts)
    stability = _stability(labels, core, ladder, text_of)
    stable = stability.loc[stability["verdict"] == "stable", "n_claims"].sum()
    if n_samples and level is None and stable < LEAST_STABLE * len(claims):
        labels, stability = np.full_like(labels, -1), stability.iloc[:0]

    of_claims = labels[text_of]
    centres = _centres(texts, labels)
    strengths = _strengths(directions, of_claims, centres)
    words = log_odds(
        claims["text"],
        pd.Series(of_claims).where(of_claims >= 0),
        documents=claims["doc_id"] if "doc_id" in claims.columns else None,
    )
    example = exemplars(claims, of_claims, strengths)
    names: dict[int, str] = {}
    survival = pd.DataFrame(columns=list(SURVIVAL))
    if named is not None:
        names, survival = match(read_names(named), of_claims, keys, centres)
    result = Patterns(
        labels=of_claims,
        strengths=strengths,
        attachments=attachments[text_of],
        centres=centres,
        limits=_limits(strengths, of_claims, len(centres)),
        level_labels=level_labels[:, text_of],
        keys=keys,
        table=_pattern_table(of_claims, strengths, text_of, claims, words, example, stability),
        words=words,
        exemplars=example,
        stability=stability,
        levels=ladder.table,
        tree=_tree(level_labels[:, text_of]),
        copies=copy_table(claims, rows[text_of]),
        sensitivity=_sensitivity(attachments[text_of]),
        survival=survival,
        names={},
        settings={
            "method": method,
            "n_claims": len(claims),
            "n_texts": len(rows),
            "n_discovered": int(core.size),
            "n_patterns": len(centres),
            "n_set_aside": int((of_claims == -1).sum()),
            "found": bool(len(centres)),
            "n_neighbors": k,
            "n_samples": n_samples,
            "sample_share": SHARE,
            "n_levels": len(level_labels),
            "level": ladder.chosen,
            "level_by": "information" if level is None else "hand",
            "within": within,
            "min_texts": min_texts,
            "min_attachment": min_attachment,
            "seed": seed,
            "versions": versions("numpy", "scikit-learn", "scikit-network"),
        },
    )
    return result.name(names) if names else result


def _text_keys(texts: pd.Series[Any]) -> npt.NDArray[np.str_]:
    """A key per claim that depends on its text alone, and does not give the text away."""
    return np.array(
        [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts], dtype="U32"
    )


def _distinct(
    vectors: Floats, claims: pd.DataFrame, keys: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """A row for each different text, near copies led by one, and the text of each claim.

    Texts are in the order of their keys (then of their vectors), whatever the order of the rows;
    a text that stands in several documents is represented by the one whose id comes first.
    """
    order = np.array(
        [
            key + hashlib.blake2b(row.tobytes(), digest_size=8).hexdigest()
            for key, row in zip(keys, vectors, strict=True)
        ]
    )
    documents = claims["doc_id"].astype(str) if "doc_id" in claims.columns else keys
    by_key = np.lexsort((np.asarray(documents, dtype=np.str_), order))
    _, first, text_of = np.unique(order[by_key], return_index=True, return_inverse=True)
    first, text_of = by_key[first], text_of[np.argsort(by_key)]
    leaders = copy_groups(claims["text"].iloc[first].tolist())
    _, lead, group_of = np.unique(leaders, return_index=True, return_inverse=True)
    return first[lead], group_of[text_of]


def _directions(
    vectors: Floats, claims: pd.DataFrame, within: str | None
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Vectors, less the mean of their group where one is named, and which of them can be used."""
    if within is None:
        return np.asarray(vectors, dtype=np.float32), np.ones(len(claims), dtype=bool)
    codes, _ = pd.factorize(claims[within], sort=True)
    size = max(int(codes.max(initial=-1)) + 1, 1)
    sums = np.zeros((size, vectors.shape[1]))
    known = codes >= 0
    np.add.at(sums, codes[known], np.asarray(vectors, dtype=np.float64)[known])
    means = sums / np.maximum(np.bincount(codes[known], minlength=size), 1)[:, None]
    rest = np.asarray(vectors, dtype=np.float64) - means[codes]
    lengths = np.linalg.norm(rest, axis=1)
    told = known & (lengths > 1e-3)
    rest[told] /= lengths[told, None]
    return rest.astype(np.float32), told


def _units(claims: pd.DataFrame, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Document of each text, numbered in the order of the document ids."""
    if "doc_id" not in claims.columns:
        return np.arange(rows.size)
    return pd.factorize(claims["doc_id"].iloc[rows], sort=True)[0]


def _core(
    usable: npt.NDArray[np.intp], units: npt.NDArray[np.intp], max_texts: int, seed: int
) -> npt.NDArray[np.intp]:
    """The texts to search: all, or those of so many random documents as fit."""
    if usable.size <= max_texts:
        return usable
    order = np.random.default_rng(seed).permutation(int(units.max()) + 1)
    sizes = np.bincount(units[usable], minlength=order.size)[order]
    drawn = order[np.cumsum(sizes) <= max_texts]
    return usable[np.isin(units[usable], drawn)]


def _scattered(
    values: npt.NDArray[Any], core: npt.NDArray[np.intp], n: int, missing: float
) -> npt.NDArray[Any]:
    """Values of the core in their places among all texts."""
    whole = np.full(n, missing, dtype=values.dtype)
    whole[core] = values
    return whole


def _near_core(
    texts: Floats, core: npt.NDArray[np.intp], rest: npt.NDArray[np.intp], n_neighbors: int
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Nearest texts of the core to each text outside it, as places in the core, and cosines."""
    near = np.empty((rest.size, n_neighbors), dtype=np.int32)
    cosines = np.empty((rest.size, n_neighbors), dtype=np.float32)
    for start in range(0, rest.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        similarity = texts[rest[rows]] @ texts[core].T
        near[rows] = largest(similarity, n_neighbors)
        cosines[rows] = np.take_along_axis(similarity, near[rows].astype(np.intp), axis=1)
    return near, cosines


def _joined(
    labels: Ints,
    core: npt.NDArray[np.intp],
    rest: npt.NDArray[np.intp],
    near: npt.NDArray[np.int32],
    cosines: Floats,
) -> Ints:
    """Labels of all texts: those outside the core take that of most of their neighbours in it."""
    n_labels = int(labels.max(initial=-1)) + 1
    for start in range(0, rest.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        some = rest[rows]
        votes = np.zeros((some.size, n_labels))
        voters = labels[core][near[rows]]
        np.add.at(votes, (np.arange(some.size)[:, None], voters), 1 + 1e-3 * cosines[rows])
        labels[some] = votes.argmax(axis=1)
    return labels


def _ranked(found: Ints, text_of: npt.NDArray[np.intp], min_texts: int) -> Ints:
    """Number the patterns by falling number of claims; ties go to the lower text key."""
    kept = np.flatnonzero(found >= 0)
    n_texts = np.bincount(found[kept], minlength=1)
    of_claims = found[text_of]
    n_claims = np.bincount(of_claims[of_claims >= 0], minlength=n_texts.size)
    first = np.full(n_texts.size, found.size)
    np.minimum.at(first, found[kept], kept)
    order = [c for c in np.lexsort((first, -n_claims)) if n_texts[c] >= min_texts]
    rank = np.full(n_texts.size + 1, -1, dtype=np.int64)  # the last place is that of -1
    rank[order] = np.arange(len(order))
    return rank[found]


def _stability(
    labels: Ints, core: npt.NDArray[np.intp], ladder: Ladder, text_of: npt.NDArray[np.intp]
) -> pd.DataFrame:
    """How far each pattern returns in samples of documents."""
    of_claims = labels[text_of]
    n_claims = np.bincount(of_claims[of_claims >= 0])
    n_texts = np.bincount(labels[labels >= 0])
    overlaps = mean_overlaps(labels[core], ladder.runs) if len(ladder.runs) else n_claims * np.nan
    # One pattern that covers all is found again trivially: it is no structure.
    noise = ladder.null.reached(n_texts) if n_claims.size > 1 else np.ones(n_claims.size)
    rows = [
        (label, size, jaccard, null, len(ladder.runs), verdict(jaccard, null, texts))
        for label, (size, texts, jaccard, null) in enumerate(
            zip(n_claims, n_texts, overlaps, noise, strict=True)
        )
    ]
    table = pd.DataFrame(rows, columns=list(STABILITY))
    return table if len(ladder.runs) else table.iloc[:0]


def _centres(texts: Floats, labels: Ints) -> Floats:
    """Mean direction of the texts of each pattern."""
    sums = np.zeros((int(labels.max(initial=-1)) + 1, texts.shape[1]))
    kept = labels >= 0
    np.add.at(sums, labels[kept], texts[kept].astype(np.float64))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-12), dtype=np.float32)


def _strengths(directions: Floats, labels: Ints, centres: Floats) -> npt.NDArray[np.float64]:
    """Cosine of each claim with the centre of its pattern; NaN where it has none."""
    strengths = np.full(labels.size, np.nan)
    kept = labels >= 0
    strengths[kept] = np.einsum("ij,ij->i", directions[kept], centres[labels[kept]])
    return strengths


def _limits(
    strengths: npt.NDArray[np.float64], labels: Ints, n_patterns: int
) -> npt.NDArray[np.float64]:
    """The strength that 95 % of each pattern's claims reach."""
    return np.array([np.quantile(strengths[labels == label], 0.05) for label in range(n_patterns)])


def _pattern_table(
    labels: Ints,
    strengths: npt.NDArray[np.float64],
    text_of: npt.NDArray[np.intp],
    claims: pd.DataFrame,
    words: pd.DataFrame,
    example: pd.DataFrame,
    stability: pd.DataFrame,
) -> pd.DataFrame:
    """One row per pattern, largest first."""
    frame = claims.reset_index(drop=True).assign(label=labels, strength=strengths, text_of=text_of)
    if "doc_id" not in frame.columns:
        frame["doc_id"] = text_of
    counted = {"n_texts": "text_of", "n_documents": "doc_id", "n_outlets": "outlet",
               "n_voices": "voice"}  # fmt: skip
    present = {name: (column, "nunique") for name, column in counted.items() if column in frame}
    table = (
        frame[frame["label"] >= 0]
        .groupby("label", as_index=False)
        .agg(n_claims=("label", "size"), **present, strength=("strength", "mean"))
    )
    top = words[words.groupby("label").cumcount() < 5].groupby("label")["word"].agg(", ".join)
    best = example[example["rank"] == 1].set_index("label")["text"]
    judged = stability.set_index("label")["verdict"]
    table.insert(1, "name", "")
    return table.assign(
        verdict=[judged.get(label, "not measured") for label in table["label"]],
        words=[top.get(label, "") for label in table["label"]],
        exemplar=[best[label] for label in table["label"]],
    )


def _tree(level_labels: Ints) -> pd.DataFrame:
    """Each pattern of each level under the pattern one level up that holds most of it."""
    rows = []
    for level, labels in enumerate(level_labels):
        sizes = np.bincount(labels[labels >= 0])
        for label, size in enumerate(sizes):
            parent, inside = -1, 1.0
            if level:
                above = np.bincount(level_labels[level - 1][labels == label])
                parent, inside = int(above.argmax()), float(above.max() / size)
            rows.append((level, label, int(size), parent, inside))
    return pd.DataFrame(rows, columns=["level", "label", "n_claims", "parent", "inside"])


def _sensitivity(attachments: npt.NDArray[np.float64]) -> pd.DataFrame:
    """How many claims other thresholds of attachment would set aside."""
    n = [int((attachments < threshold).sum()) for threshold in THRESHOLDS]
    share = np.array(n) / max(attachments.size, 1)
    return pd.DataFrame({"min_attachment": THRESHOLDS, "n_set_aside": n, "share": share})


def _check(
    vectors: Floats,
    claims: pd.DataFrame,
    method: str,
    n_neighbors: int,
    n_samples: int,
    min_texts: int,
    min_attachment: float,
    within: str | None,
) -> None:
    if method not in METHODS:
        raise unknown_value("method", method, METHODS)
    check_columns(claims, ["text", *([within] if within is not None else [])])
    check_vectors(vectors, len(claims))
    ranges: Mapping[str, tuple[float, float, float]] = {
        "n_neighbors": (n_neighbors, 1, np.inf),
        "n_samples": (n_samples, 0, np.inf),
        "min_texts": (min_texts, 1, np.inf),
        "min_attachment": (min_attachment, 0, 1),
    }
    for name, (value, least, most) in ranges.items():
        if not least <= value <= most:
            limits = f"at least {least}" if most == np.inf else f"from {least} to {most}"
            raise problem(f"{name} {limits}", repr(value), "Choose a value in this range")
