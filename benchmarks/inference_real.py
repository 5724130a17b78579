"""Real data of `inference.py`: coders of two corpora, outlets of a third, words of a fourth.

The corpora are not part of this repository; no text of theirs is printed, only words and numbers.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from framing import Patterns, difference, discover, embed, shares_model, split_documents
from framing.agreement import alpha
from framing.words import log_odds_z

Row: TypeAlias = dict[str, Any]

SIDES = {
    "rt.com": "Russian", "tass.com": "Russian", "en.news-front.info": "Russian",
    "ukrinform.net": "Ukrainian", "censor.net": "Ukrainian",
    "reuters.com": "Western", "bbc.co.uk": "Western", "www.msnbc.com": "Western",
    "aljazeera.com": "Qatari",
}  # fmt: skip
QUESTIONS = {
    "conflict": "co1 co2 co3", "economic": "ec1 ec2 ec3", "human interest": "hi1 hi2 hi5",
    "moral": "mo1 mo2", "resolution": "re1 re5", "hero": "re6", "villain": "re7", "victim": "hi3",
}  # fmt: skip
KNOWN_Z = {
    "class": 7.380920435302332, "women": 4.526936319123472, "government": -9.432226876330036,
    "business": -7.656637448109313,
}  # fmt: skip
SHOWN = 8  # patterns of each pair


# Coders


def coders(data: Path) -> list[Row]:
    """Alpha of both corpora, with intervals."""
    return [*_babe(data / "babe" / "raw_labels_SG2.xlsx"), *_narratives(data / "narrative_frames")]


def _babe(path: Path) -> list[Row]:
    """Eight people on whether a sentence is biased: .399 is published; also by article."""
    raw = pd.read_excel(path).dropna(subset=["text", "annotator_id", "label_bias"])
    codes = raw.rename(columns={"text": "claim_id", "annotator_id": "coder"})
    codes["code"] = codes["label_bias"].str.startswith("Biased")
    first = codes.groupby("claim_id")["news_link"].first()  # a sentence may stand in two articles
    codes["doc_id"] = codes["claim_id"].map(first.fillna(pd.Series(first.index, first.index)))
    return [
        _agreement(
            "BABE", "biased", cluster or "sentence", alpha(codes, cluster=cluster).table.loc[0]
        )
        for cluster in (None, "doc_id")
    ]


def _narratives(folder: Path) -> list[Row]:
    """Two or three people on the questions behind five frames and three roles."""
    answers = json.loads((folder / "full_annotations.json").read_text("utf-8"))
    names = {
        question: f"{frame} ({question})"
        for frame, questions in QUESTIONS.items()
        for question in questions.split()
    }
    rows = [
        {"claim_id": article, "coder": coder}
        | {"code": [name for q, name in names.items() if given[q][1][coder] == "yes"]}
        for article, given in answers.items()
        for coder in range(4)
        if given["co1"][1][coder] != -1
    ]
    table = alpha(pd.DataFrame(rows), distance="jaccard", by_code=True).table
    table["label"] = table["label"].replace("all", "all answers, as sets (Jaccard)")
    return [
        _agreement("narrative_frames", row["label"], "article", row) for _, row in table.iterrows()
    ]


def _agreement(corpus: str, code: str, unit: str, row: Any) -> Row:
    return {
        "corpus": corpus, "code": code, "resampled": unit,
        "alpha": round(row["estimate"], 3), "low": round(row["low"], 3),
        "high": round(row["high"], 3), "given": int(row["count"]),
        "units": int(row["n_pairable"]), "coders": int(row["n_coders"]), "note": row["note"],
    }  # fmt: skip


# Outlets


def outlets(data: Path) -> list[Row]:
    """What sides say differently: patterns of one half of the articles, tested on the other."""
    claims = _headlines(data / "ruwa" / "RUWA_04.08.23.csv")
    half = split_documents(claims, stratify="outlet")
    vectors = embed(claims["text"], progress=False)
    is_test = (half == "test").to_numpy()
    found = discover(vectors[~is_test], claims[~is_test])
    test = claims[is_test].reset_index(drop=True)
    labels = found.assign(vectors[is_test])["label"]
    print(
        f"{len(claims):,} headlines and leads; {len(found.table)} patterns in one half"
        f" ({(found.table['verdict'] == 'stable').sum()} stable); of the other half"
        f" {np.mean(labels >= 0):.0%} belong to one"
    )
    return [
        row
        for groups in (("Russian", "Western"), ("Russian", "Ukrainian"))
        for row in _compared(found, labels, test, groups)
    ]


def _headlines(path: Path) -> pd.DataFrame:
    """One row per article: its title, or where the corpus has none (RT) its lead; once each."""
    frame = pd.read_csv(path)
    text = frame["title"].fillna(frame["desc"])
    stamp = r"\s*\(\d\d\.\d\d\.\d\d \d\d:\d\d\).*$"  # Censor.net: date, section, name
    text = text.str.replace(stamp, "", regex=True).str.strip()
    claims = pd.DataFrame({"text": text, "outlet": frame["Site"], "event": frame["Event"]})
    claims = claims.dropna(subset="text").drop_duplicates("text", ignore_index=True)
    claims["side"] = claims["outlet"].map(SIDES)
    return claims.assign(doc_id=[f"a{place:05}" for place in range(len(claims))])


def _compared(
    found: Patterns, labels: pd.Series[Any], test: pd.DataFrame, groups: tuple[str, str]
) -> list[Row]:
    """The patterns that differ most, by document and by outlet, and with events held apart."""
    by_document, by_outlet = (
        difference(labels, test, between="side", groups=groups, cluster=cluster).table.set_index(
            "label"
        )
        for cluster in ("doc_id", "outlet")
    )
    patterns = by_document[by_document.index >= 0]
    sure = (patterns["p_all"] <= 0.05).sum()
    told = by_outlet.loc[patterns.index]
    apart = ((told["low"] > 0) | (told["high"] < 0)).sum()
    print(
        f"{groups[0]} v {groups[1]}: {sure} of {len(patterns)} patterns differ by document (p_all);"
        f" by outlet {apart} intervals leave out 0 where chance alone brings"
        f" {len(patterns) / 20:.0f}, and no p is below {told['p_least'].min():.2g}"
        f" ({told['n_clusters_a'].iloc[0]:.0f} v {told['n_clusters_b'].iloc[0]:.0f} outlets)"
    )
    names = found.words.groupby("label")["word"].agg(lambda words: ", ".join(words[:3]))
    top = patterns["t"].abs().sort_values(ascending=False).index[:SHOWN]
    return [
        {"pair": f"{groups[0]} - {groups[1]}", "pattern": textwrap.shorten(names[label], 34)}
        | _shown(patterns.loc[label], by_outlet.loc[label])
        | {"events apart": _held(labels, test, label, groups)}
        for label in top
    ]


def _shown(by_document: Any, by_outlet: Any) -> Row:
    def interval(row: Any) -> str:
        return f"{row['low']:+.3f} to {row['high']:+.3f}"

    wider = (by_outlet["high"] - by_outlet["low"]) / (by_document["high"] - by_document["low"])
    return {
        "share a": round(by_document["share_a"], 3), "share b": round(by_document["share_b"], 3),
        "difference": round(by_document["estimate"], 3), "by document": interval(by_document),
        "p_all": round(by_document["p_all"], 4), "by outlet": interval(by_outlet),
        "p": round(by_outlet["p"], 2), "wider": round(wider, 1),
    }  # fmt: skip


def _held(
    labels: pd.Series[Any], test: pd.DataFrame, label: int, groups: tuple[str, str]
) -> float | None:
    """The difference with the mix of events held the same; linear, for labels that a side lacks."""
    rows = test["side"].isin(groups).to_numpy()
    part = test[rows].reset_index(drop=True)
    model = shares_model(
        labels[rows].reset_index(drop=True), part, f'C(side, Treatment("{groups[1]}")) + event',
        label=label, cluster="doc_id", family="linear",
    ).table  # fmt: skip
    value = float(model.loc[model["term"].str.startswith("C(side"), "difference"].iloc[0])
    return None if np.isnan(value) else round(value, 3)


# Words


def conventions(path: Path) -> list[Row]:
    """Z values of speeches at the conventions of 2012, beside those computed independently."""
    speeches = pd.read_csv(path)
    counts = {
        str(party): Counter(word for text in texts for word in _words(text))
        for party, texts in speeches.groupby("party")["text"]
    }
    words = sorted(set().union(*counts.values()))
    first, second = (np.array([counts[p][word] for word in words], float) for p in sorted(counts))
    pooled = first + second
    z = dict(zip(words, log_odds_z(first, second, 500 * pooled / pooled.sum())[1], strict=True))
    return [
        {"word": word, "z": z[word], "expected": known, "error": f"{abs(z[word] - known):.1e}",
         "met": "yes" if abs(z[word] - known) < 1e-9 else "NO"}
        for word, known in KNOWN_Z.items()
    ]  # fmt: skip


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
