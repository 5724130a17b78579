"""The corpora of this repository, and the seed article, for `attribution.py`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing import claims, read, read_voices, sentences
from framing.attribution import Tagger
from framing.datasets import data_path

RESAMPLES = 1000
LEAST = 0.4  # closeness from which a made claim counts as the coded one
CLASSES = {
    "attribution": ("direct", "indirect", "mixed", "impersonal", "narration"),
    "stance": ("endorse", "report", "distance", "reject"),
    "denied": ("True", "False"),
}
SAME = ("attribution", "voice", "speaker_resolved", "stance", "negated", "denied")


# data/chains


def chains(taggers: dict[str, Tagger]) -> dict[str, pd.DataFrame]:
    """Share of claims whose whole chain is right, by half; constructions of the dev half alone."""
    marked = {name: exact_chains(tagger) for name, tagger in taggers.items()}
    halves = [
        {"half": half, "writer": writer, "tagger": name, **wilson(table.loc[rows, "right"])}
        for half, writer in (
            ("dev", 1), ("dev", 2), ("dev", "all"), ("test", 1), ("test", 3), ("test", "all")
        )
        for name, table in marked.items()
        for rows in [(table["half"] == half) & (table["writer"].eq(writer) | (writer == "all"))]
    ]  # fmt: skip
    # The datasheet allows one number of the test half and no look at what is wrong there.
    dev = {
        name: table[table["half"] == "dev"].groupby("construction")["right"].agg(["sum", "size"])
        for name, table in marked.items()
    }
    shown = {name: [f"{a} of {b}" for a, b in part.to_numpy()] for name, part in dev.items()}
    names = next(iter(dev.values())).index
    return {
        "halves": pd.DataFrame(halves),
        "dev": pd.DataFrame(shown, index=names).reset_index(),
    }


def exact_chains(tagger: Tagger) -> pd.DataFrame:
    """Mark each claim of data/chains whose whole chain is right."""
    gold = pd.read_csv(data_path("chains/chains.csv"), keep_default_na=False)
    items = gold.drop_duplicates("id")
    documents = pd.DataFrame({"doc_id": items["id"], "text": items["text"], "title": ""})
    documents, voices = documents.assign(lang="en"), read_voices("ukraine_war")
    own = claims(documents, voices=voices, tagger=tagger, progress=False)
    made = {key: list(rows.itertuples()) for key, rows in own.groupby("doc_id")}
    right = []
    for row in gold.itertuples():
        start = row.text.index(row.claim)
        end = start + len(row.claim)
        best = max(made[row.id], key=lambda one: overlap(start, end, one))  # the first of equals
        names = chain_names(best.chain) if overlap(start, end, best) > 0 else None
        right.append(names == chain_names(json.loads(row.chain)))
    return gold.assign(right=right)


def chain_names(chain: Sequence[str]) -> list[str]:
    """Write the names of a chain without case and leading article, as its datasheet compares."""
    return [re.sub(r"^(?:an?|the) ", "", name.lower()) for name in chain]


def overlap(start: int, end: int, made: Any) -> float:
    """Length of overlap by length of union."""
    common = min(end, made.end) - max(start, made.start)
    return max(common, 0) / (max(end, made.end) - min(start, made.start))


def wilson(right: pd.Series) -> dict[str, float]:
    from statsmodels.stats.proportion import proportion_confint

    hits, n = int(right.sum()), len(right)
    low, high = proportion_confint(hits, n, method="wilson")
    return {"right": hits, "claims": n, "share": hits / n, "low": low, "high": high}


# data/kyiv_visit


def kyiv_visit(taggers: dict[str, Tagger]) -> dict[str, Any]:
    """Measure claims against the codes of the bundled corpus."""
    folder = data_path("kyiv_visit")
    documents = pd.read_csv(folder / "documents.csv")
    gold = pd.read_csv(folder / "codes.csv")
    voices = read_voices("ukraine_war", str(folder / "voices.yml"))
    scores, counts, wrong = {}, [], {}
    for name, tagger in taggers.items():
        own = claims(documents, voices=voices, tagger=tagger, progress=False)
        pairs = paired(gold, own)
        counts.append({"tagger": name, "coded": len(gold), "made": len(own)})
        counts[-1]["extra"] = len(own) - sum(made is not None for _, made in pairs)
        scores[name] = kyiv_scores(pairs)
        wrong[name] = mistakes(pairs, own)
    return {"counts": pd.DataFrame(counts), "scores": scores, "wrong": wrong}


def kyiv_scores(pairs: Sequence[tuple[Any, Any]]) -> dict[str, dict[str, float]]:
    """Shares right, and macro-F1, with intervals over documents (copies of a story are one)."""
    unit = pd.Series(
        [true.doc_id if pd.isna(true.wire_story) else true.wire_story for true, _ in pairs]
    )
    table = pd.DataFrame([marks(true, made) for true, made in pairs])
    said = (table["attribution of"] != "narration").to_numpy()
    columns = {name: (name, np.ones(len(table), bool)) for name in ("found", "exact text")}
    for name in (*SAME, "chain"):
        columns[name] = (name, np.ones(len(table), bool))
    for name in ("speaker_resolved", "chain", "voice"):
        columns[f"{name}, attributed claims"] = (name, said)
    result = {}
    for shown, (name, used) in columns.items():
        sums = table.loc[used, name].astype(float).groupby(unit[used]).agg(["sum", "size"])
        result[shown] = resampled(sums.to_numpy(float)[:, None, :])
    for name, classes in CLASSES.items():
        cells = class_counts(table[f"{name} of"], table[f"{name} made"], unit, classes)
        result[f"macro-F1 {name} ({len(classes)})"] = resampled(cells)
    return result


def marks(true: Any, made: Any) -> dict[str, Any]:
    """What is right about one coded claim; nothing where it was not found."""
    row: dict[str, Any] = {f"{name} of": str(getattr(true, name)) for name in CLASSES}
    if made is None:
        row |= {f"{name} made": "missed" for name in CLASSES}
        return row | dict.fromkeys(("found", "exact text", *SAME, "chain"), False)
    row |= {f"{name} made": str(getattr(made, name)) for name in CLASSES}
    row |= {name: same(getattr(true, name), getattr(made, name)) for name in SAME}
    coded = [name.lower() for name in ast.literal_eval(true.chain)]
    row |= {"found": True, "exact text": true.text == made.text}
    return row | {"chain": coded == [name.lower() for name in made.chain]}


def class_counts(
    true: pd.Series, made: pd.Series, unit: pd.Series, classes: Sequence[str]
) -> np.ndarray:
    """2 * hits, and made + coded, of each unit and class: the parts of an F1."""
    parts = [
        pd.DataFrame(
            {
                "twice": 2 * ((true == name) & (made == name)),
                "both": (true == name).astype(int) + (made == name),
            }
        )
        .groupby(unit)
        .sum()
        .to_numpy(float)
        for name in classes
    ]
    return np.stack(parts, axis=1)


def resampled(parts: np.ndarray, *, seed: int = 0) -> dict[str, float]:
    """Mean over classes of a ratio of sums, with its interval over resamples of units.

    `parts` is (n_units, n_classes, 2): numerator and denominator.
    """
    draws = np.random.default_rng(seed).integers(len(parts), size=(RESAMPLES, len(parts)))
    sums = np.concatenate([parts.sum(0)[None], parts[draws].sum(1)])
    value = sums[..., 0] / np.where(sums[..., 1] > 0, sums[..., 1], np.nan)
    means = np.nanmean(value, axis=1)
    low, high = np.quantile(means[1:], [0.025, 0.975])
    return {"value": float(means[0]), "low": float(low), "high": float(high)}


def mistakes(pairs: Sequence[tuple[Any, Any]], own: pd.DataFrame) -> list[str]:
    """A line on each coded claim that is wrong in some way, and on each extra one."""
    lines = []
    for true, made in pairs:
        if made is None:
            lines.append(f"missed: {true.claim_id} {true.attribution} {true.text!r}")
            continue
        right = marks(true, made)
        bad = [
            f"{name} {getattr(true, name)!r} not {getattr(made, name)!r}"
            for name in (*SAME, "chain")
            if not right[name]
        ]
        if bad:
            lines.append(f"{true.claim_id} {true.text!r} | {made.text!r}: " + "; ".join(bad))
    taken = {made.claim_id for _, made in pairs if made is not None}
    lines.extend(
        f"extra: {row.claim_id} {row.attribution} {row.chain} cue {row.cue!r} {row.text!r}"
        for row in own[~own["claim_id"].isin(taken)].itertuples()
    )
    return lines


def same(one: object, other: object) -> bool:
    """Compare two cells; missing equals missing, and case does not count."""
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return str(one).lower() == str(other).lower()


def paired(gold: pd.DataFrame, own: pd.DataFrame) -> list[tuple[Any, Any]]:
    """Pair each coded claim with the most overlapping claim of its sentence, each used once."""
    pairs = []
    made_by = {key: list(rows.itertuples()) for key, rows in own.groupby("sentence_id")}
    for key, rows in gold.groupby("sentence_id", sort=False):
        made = made_by.get(key, [])
        true = list(rows.itertuples())
        ranked = sorted(
            ((closeness(t, m), i, j) for i, t in enumerate(true) for j, m in enumerate(made)),
            key=lambda item: (-item[0], item[1], item[2]),
        )
        partner: dict[int, int] = {}
        for score, i, j in ranked:
            if score >= LEAST and i not in partner and j not in partner.values():
                partner[i] = j
        pairs.extend((t, made[partner[i]] if i in partner else None) for i, t in enumerate(true))
    return pairs


def closeness(true: Any, made: Any) -> float:
    """Share of characters two claims have in common, plus a little where their cues overlap."""
    common = min(true.end, made.end) - max(true.start, made.start)
    union = max(true.end, made.end) - min(true.start, made.start)
    cue = (
        not pd.isna(true.cue_start)
        and not pd.isna(made.cue_start)
        and true.cue_start < made.cue_end
        and made.cue_start < true.cue_end
    )
    return max(common, 0) / union + 0.2 * cue if common > 0 else 0.0


# The seed article


def article_table(path: Path, tagger: Tagger) -> pd.DataFrame:
    """Every sentence and claim of one article; of their texts no more than a few words."""
    documents = read(path)
    split = sentences(documents)
    number = {key: place for place, key in enumerate(split["sentence_id"])}
    made = claims(documents, tagger=tagger, progress=False)
    return pd.DataFrame(
        {
            "sentence": made["sentence_id"].map(number),
            "position": made["sentence_id"].map(split.set_index("sentence_id")["position"]),
            "claim": made["text"].map(few),
            "attribution": made["attribution"],
            "chain": [" < ".join(few(name, 6) for name in chain) for chain in made["chain"]],
            "voices": made["chain_voices"].map(" < ".join),
            "cue": made["cue"].fillna(""),
            "stance": made["stance"].fillna(""),
            "negated": made["negated"],
            "denied": made["denied"],
            "confidence": made["confidence"],
        }
    )


def few(text: str, n: int = 5) -> str:
    words = text.split()
    return " ".join(words[:n]) + (" ..." if len(words) > n else "")
