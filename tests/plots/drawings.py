"""A small result of every kind, with whatever labels and groups a test wants to see drawn."""

import dataclasses

import numpy as np
import pandas as pd

import framing
from framing import plots
from framing.agreement import alpha, validity, wide_to_codes
from framing.axes import positions, semantic_axis
from framing.correct import corrected_shares
from framing.prevalence import difference, over_time, treatment
from framing.projection import project

ODD = [
    "Киевская помощь и переговоры",
    "المساعدات العسكرية",
    "שלום: 25 עולם",
    "e\u0301cole de l'e\u0301te\u0301 и\u0306 " + "a\u0300\u0323" * 9,
    "word " * 40,
    "x" * 200,
    "$x_{ costs $5",
    "<script>alert(1)</script>",
]
FORTY = [f"{i:02d} a name of middling length" for i in range(40)]


def claims_of(labels, groups, *, n_documents=12):
    """One claim of each group with each label, and two with the first, over the documents."""
    rows = [
        {"voice": group, "label": label, "denied": j == 1}
        for j, label in enumerate([*labels, labels[0]])
        for group in groups
    ]
    claims = pd.DataFrame(rows)
    n = len(claims)
    claims["doc_id"] = [f"d{i % n_documents:02d}" for i in range(n)]
    claims["claim_id"] = [f"c{i}" for i in range(n)]
    claims["date"] = [f"2023-0{4 + i % 3}-0{1 + i % 9}" for i in range(n)]
    claims["text"] = [f"{label} {i}" for i, label in enumerate(claims["label"])]
    return claims


def counted(labels, groups):
    """Drawings of results that count labels in groups."""
    claims = claims_of(labels, groups)
    shares = framing.shares(claims["label"], claims, cluster="doc_id")
    two = [*groups, "another"][:2]
    paired = claims_of(labels, two)
    differ = difference(
        paired["label"], paired, between="voice", groups=tuple(two), cluster="doc_id",
        n_permutations=19,
    )  # fmt: skip
    periods = over_time(claims["label"], claims, by=None, cluster="doc_id", every="month")
    human = claims["label"].where(np.arange(len(claims)) % 3 > 0)
    corrected = corrected_shares(
        claims["label"], human, claims, by="voice", cluster="doc_id", inclusion=None
    )
    wide = pd.DataFrame({"Ann": claims["label"], "Ben": claims["label"].iloc[::-1].to_numpy()})
    reliable = alpha(wide_to_codes(wide), by_code=True)
    valid = validity(claims["label"], claims["label"].iloc[::-1].to_numpy(), claims)
    odds = pd.DataFrame({"label": np.repeat(two, len(labels)), "word": labels * 2})
    odds = odds.assign(count=1200, count_rest=34, z=np.linspace(9, 1, len(odds)), p_all=0.04)
    return {
        "shares": lambda: plots.shares(shares),
        "heatmap": lambda: plots.heatmap(shares),
        "differences": lambda: plots.differences(differ),
        "over_time": lambda: plots.over_time(periods)[0],
        "corrected": lambda: plots.corrected(corrected),
        "agreement": lambda: plots.agreement(reliable),
        "confusion": lambda: plots.confusion(valid),
        "words": lambda: plots.words(odds),
    }


def told(labels, groups):
    """Drawings of who says what, and of outlets."""
    rng = np.random.default_rng(0)
    claims = claims_of(labels, groups)
    vectors = rng.normal(size=(len(claims), 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    handled = claims.assign(
        outlet=claims["label"], sentence_id=claims["claim_id"], start=0, cue="said",
        stance=np.resize(["report", "distance", "reject", "endorse"], len(claims)), negated=False,
    )  # fmt: skip
    treated = treatment(handled, vectors, of=groups[0])
    axis = semantic_axis([labels[0]], [labels[-1]], vectors=([vectors[0]], [vectors[1]]))
    placed = positions(vectors, axis, claims, cluster="doc_id", n_permutations=99)
    text = labels * 2
    ends = np.cumsum([min(len(t), 120) + 1 for t in text])
    sentences = pd.DataFrame(
        {"doc_id": "a", "start": [0, *ends[:-1]], "end": ends - 1, "text": text,
         "position": ["title", *["body"] * (len(text) - 1)]}
    )  # fmt: skip
    said = sentences.assign(
        voice=np.resize(groups, len(text)), chain=[[t, "the wire"] for t in text],
        denied=np.resize([False, True], len(text)),
    )  # fmt: skip
    return {
        "treatment": lambda: plots.treatment(treated),
        "positions": lambda: plots.positions(placed),
        "strip": lambda: plots.strip(sentences, said),
    }


def found(names, *, n_samples=4):
    """Drawings of patterns, as many as there are names."""
    rng = np.random.default_rng(0)
    n = len(names)
    truth = np.repeat(np.arange(n), 12)
    vectors = rng.normal(size=(n, 24))[truth] + 0.2 * rng.normal(size=(12 * n, 24))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    claims = pd.DataFrame({"text": [f"word{g} number {i}" for i, g in enumerate(truth)]})
    claims["doc_id"] = np.arange(len(claims)) % 9
    patterns = framing.discover(
        vectors, claims, method="kmeans", n_patterns=n, n_samples=n_samples, level=0
    )
    shown = dict(zip(patterns.table["label"].tolist(), names, strict=False))
    places = project(vectors)
    return {
        "pattern_map": lambda: plots.pattern_map(patterns, places, names=shown, n_named=n),
        "stability": lambda: plots.stability(patterns, names=shown),
        "tree": lambda: plots.tree(patterns, names=shown),
        "ladder": lambda: plots.ladder(patterns)[0],
    }


def emptied(result):
    return dataclasses.replace(result, table=result.table.iloc[:0])
