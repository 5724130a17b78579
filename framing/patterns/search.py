"""`discover`: from vectors and claims to patterns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from framing.columns import check_columns
from framing.errors import problem, unknown_value
from framing.patterns.consensus import SHARE
from framing.patterns.copies import copy_table
from framing.patterns.estimators import METHODS, estimator
from framing.patterns.graph import Floats
from framing.patterns.joining import joined_labels, near_core, scattered
from framing.patterns.ladder import consensus_ladder, estimator_ladder, single_ladder
from framing.patterns.naming import SURVIVAL, match, read_names
from framing.patterns.result import Patterns
from framing.patterns.smoothing import DIMENSIONS, PULL
from framing.patterns.tables import (
    centres_of,
    limits_of,
    pattern_table,
    ranked,
    sensitivity_of,
    stability_table,
    strengths_of,
    tree_of,
)
from framing.patterns.texts import (
    directions_within,
    distinct_texts,
    document_of,
    searched_texts,
    text_keys,
)
from framing.results import versions
from framing.vectors import check_vectors
from framing.words import exemplars, log_odds

__all__ = ["discover"]

# Of many small groups in noise, one or two return by luck: together they must hold this share.
LEAST_STABLE = 0.05
FEWEST_SAMPLES, MOST_SAMPLES = 20, 60
SEARCHED = 150_000  # texts of all samples together, within these limits


def discover(
    vectors: Floats,
    claims: pd.DataFrame,
    *,
    method: Literal["graph", "kmeans", "agglomerative", "hdbscan"] = "graph",
    level: int | None = None,
    n_patterns: int = 20,
    n_neighbors: int = 15,
    n_samples: int | None = None,
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
    with normal noise of the same covariance (at most 5,000 vectors); where stable patterns hold
    less than a twentieth of the claims, none is reported. A vector does not tell a claim from its
    denial, nor who did what to whom, so read the exemplars; and stable is not the same as valid.
    The same texts in any row order give the same patterns; another seed may give others, so try
    some.

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
        default the one whose patterns tell most about a claim (see `Patterns.levels`).
    n_patterns : int, default 20
        For k-means and agglomerative clustering only.
    n_neighbors : int, default 15
        Neighbours of each text in the graph, by cosine in the 128 leading principal components,
        each vector drawn to the mean of a third as many neighbours (weight .3); at most a fifth of
        the texts (but 2) are used.
    n_samples : int, optional
        Samples of 80 % of the documents: by default 20, and up to 60 where there are fewer than
        7,500 texts, since the seed matters the more the fewer there are (always 20 for the other
        methods). 0 searches once, at resolution 1, and measures nothing.
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
    Liu, Y., et al. (2008). Statistical significance of clustering for high-dimension, low-sample
    size data. JASA, 103(483), 1281-1293. https://doi.org/10.1198/016214508000000454

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
    keys = text_keys(claims["text"])
    rows, text_of = distinct_texts(np.asarray(vectors), claims, keys)
    directions, told = directions_within(vectors, claims, within)
    texts, units = directions[rows], document_of(claims, rows)
    core = searched_texts(np.flatnonzero(told[rows]), units, max_texts, seed)
    k = min(n_neighbors, max(2, core.size // 5), max(1, core.size - 1))
    if n_samples is None:
        n_samples = _enough_samples(core.size) if method == "graph" else FEWEST_SAMPLES
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

    attachments = scattered(ladder.attachments, core, len(rows), np.nan)
    rest = np.setdiff1d(np.flatnonzero(told[rows]), core)
    near, cosines = near_core(texts, core, rest, k if rest.size else 0)
    level_labels = np.stack(
        [joined_labels(scattered(labels, core, len(rows), -1), core, rest, near, cosines)
         for labels in ladder.labels]
    )  # fmt: skip
    found = np.where(attachments < min_attachment, -1, level_labels[ladder.chosen])
    labels = ranked(found, text_of, min_texts)
    stability = stability_table(labels, core, ladder, text_of)
    stable = stability.loc[stability["verdict"] == "stable", "n_claims"].sum()
    if n_samples and level is None and stable < LEAST_STABLE * len(claims):
        labels, stability = np.full_like(labels, -1), stability.iloc[:0]

    of_claims = labels[text_of]
    centres = centres_of(texts, labels)
    strengths = strengths_of(directions, of_claims, centres)
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
        limits=limits_of(strengths, of_claims, len(centres)),
        level_labels=level_labels[:, text_of],
        keys=keys,
        table=pattern_table(of_claims, strengths, text_of, claims, words, example, stability),
        words=words,
        exemplars=example,
        stability=stability,
        levels=ladder.table,
        tree=tree_of(level_labels[:, text_of]),
        copies=copy_table(claims, rows[text_of]),
        sensitivity=sensitivity_of(attachments[text_of]),
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
            "n_components": min(DIMENSIONS, texts.shape[1]),
            "pull": PULL,
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


def _enough_samples(n_texts: int) -> int:
    return min(MOST_SAMPLES, max(FEWEST_SAMPLES, SEARCHED // max(n_texts, 1)))


def _check(
    vectors: Floats,
    claims: pd.DataFrame,
    method: str,
    n_neighbors: int,
    n_samples: int | None,
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
        "n_samples": (FEWEST_SAMPLES if n_samples is None else n_samples, 0, np.inf),
        "min_texts": (min_texts, 1, np.inf),
        "min_attachment": (min_attachment, 0, 1),
    }
    for name, (value, least, most) in ranges.items():
        if not least <= value <= most:
            limits = f"at least {least}" if most == np.inf else f"from {least} to {most}"
            raise problem(f"{name} {limits}", repr(value), "Choose a value in this range")
