"""A coder's counts put right by a sample that people coded, against the truth."""

from __future__ import annotations

import logging
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from coding_sets import Coded

from framing import corrected_shares, sample_for_coding, shares
from framing.coder import Coder

Row: TypeAlias = dict[str, Any]

_CODED = 200


def run(some: Coded, *, n_samples: int) -> list[Row]:
    """Two coders, one learned from each half; half of the samples from what each codes."""
    logging.getLogger("framing").setLevel(logging.ERROR)
    half = np.random.default_rng(0).permutation(len(some.texts)) % 2 == 0
    found: list[pd.DataFrame] = []
    for part, learned_from in enumerate((half, ~half)):
        coder = Coder().fit(some.texts[learned_from].tolist(), some.codes[learned_from])
        texts, truth = some.texts[~learned_from], some.codes[~learned_from]
        said = coder.predict(texts.tolist())
        claims = pd.DataFrame({"claim_id": range(len(texts)), "doc_id": range(len(texts))})
        claims["corpus"] = some.name
        actual = pd.Series(truth).value_counts(normalize=True)
        naive = shares(said, claims, cluster="doc_id", by="corpus").table
        found.append(judged("machine alone", naive, actual, part))
        for seed in range(n_samples // 2):
            sample = sample_for_coding(claims, _CODED, seed=seed)
            sample["code"] = truth[sample["claim_id"].to_numpy()]
            for method in ("ppi++", "codes"):
                table = corrected_shares(
                    said, sample, claims, cluster="doc_id", method=method
                ).table
                found.append(judged(method, table, actual, seed))
    return summed(pd.concat(found, ignore_index=True))


def judged(way: str, table: pd.DataFrame, actual: pd.Series[float], sample: int) -> pd.DataFrame:
    """Whether each interval holds the true share."""
    truth = table["label"].map(actual).fillna(0.0).astype(float)
    return pd.DataFrame(
        {
            "way": way,
            "sample": sample,
            "code": table["label"],
            "covers": (table["low"] <= truth) & (truth <= table["high"]),
            "off": 100 * (table["estimate"] - truth).abs(),
            "width": 100 * (table["high"] - table["low"]),
        }
    )


def summed(found: pd.DataFrame) -> list[Row]:
    rows = []
    for way, some in found.groupby("way", sort=False):
        by_code = some.groupby("code")["covers"].mean()
        n_samples = len(some) / some["code"].nunique()
        rows.append(
            {
                "way": way,
                "samples": round(n_samples),
                "covers": round(float(some["covers"].mean()), 3),
                "worst code": f"{by_code.min():.3f} ({by_code.idxmin()})",
                "off": round(float(some["off"].mean()), 2),
                "width": round(float(some["width"].mean()), 2),
            }
        )
    return rows
