"""What is told of the patterns: their numbers, centres, stability, tree and table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.patterns.graph import Floats, Ints
from framing.patterns.ladder import Ladder, mean_overlaps
from framing.patterns.result import STABILITY
from framing.patterns.stability import verdict

__all__ = [
    "centres_of", "limits_of", "pattern_table", "ranked", "sensitivity_of", "stability_table",
    "strengths_of", "tree_of",
]  # fmt: skip

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


def ranked(found: Ints, text_of: npt.NDArray[np.intp], min_texts: int) -> Ints:
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


def stability_table(
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


def centres_of(texts: Floats, labels: Ints) -> Floats:
    """Mean direction of the texts of each pattern."""
    sums = np.zeros((int(labels.max(initial=-1)) + 1, texts.shape[1]))
    kept = labels >= 0
    np.add.at(sums, labels[kept], texts[kept].astype(np.float64))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-12), dtype=np.float32)


def strengths_of(directions: Floats, labels: Ints, centres: Floats) -> npt.NDArray[np.float64]:
    """Cosine of each claim with the centre of its pattern; NaN where it has none."""
    strengths = np.full(labels.size, np.nan)
    kept = labels >= 0
    strengths[kept] = np.einsum("ij,ij->i", directions[kept], centres[labels[kept]])
    return strengths


def limits_of(
    strengths: npt.NDArray[np.float64], labels: Ints, n_patterns: int
) -> npt.NDArray[np.float64]:
    """The strength that 95 % of each pattern's claims reach."""
    return np.array([np.quantile(strengths[labels == label], 0.05) for label in range(n_patterns)])


def pattern_table(
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


def tree_of(level_labels: Ints) -> pd.DataFrame:
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


def sensitivity_of(attachments: npt.NDArray[np.float64]) -> pd.DataFrame:
    """How many claims other thresholds of attachment would set aside."""
    n = [int((attachments < threshold).sum()) for threshold in THRESHOLDS]
    share = np.array(n) / max(attachments.size, 1)
    return pd.DataFrame({"min_attachment": THRESHOLDS, "n_set_aside": n, "share": share})
