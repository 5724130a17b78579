"""What the confidence of `claims` is worth on PolNeAR, for `attribution.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from attribution_polnear import (
    CONTENT,
    LABELS,
    RESAMPLES,
    SOURCE,
    Annotation,
    Article,
    Found,
    as_documents,
    as_said,
    count,
    in_words,
    to_words,
    within_content,
    without_that,
)

from framing import claims
from framing.attribution import Attribution, Sentence
from framing.attribution.table import _CONFIDENCE, _LEFTOVER, _NARRATION

RIGHT = ("inside", "content .3", "content .8", "exact")
"""Standards, from lenient to strict; each but the last with the right speaker."""


@dataclass(frozen=True)
class Known:
    """A tagger that has read everything already."""

    found: Sequence[list[Attribution]]

    def tag_documents(
        self, _: Sequence[tuple[str, Sequence[Sentence]]]
    ) -> Iterator[list[Attribution]]:
        """Give what was found, in the order of the documents."""
        yield from self.found


def judged(articles: Sequence[Article], found: Sequence[list[Attribution]]) -> pd.DataFrame:
    """Per attribution: article, construction, confidence, and the share of annotators it meets."""
    rows = []
    for number, (article, items) in enumerate(zip(articles, found, strict=True)):
        for item in items:
            own = without_that(article, in_words(article, [as_said(item)]))
            right = np.mean([hits(article, gold, own) for gold in article.annotations], axis=0)
            inner = np.mean([within_content(gold, own) for gold in article.annotations]) >= 0.5
            rows.append((number, item.construction, item.confidence, inner, *right))
    columns = ["article", "construction", "confidence", "within", *RIGHT]
    return pd.DataFrame(rows, columns=columns)


def hits(article: Article, gold: Annotation, own: Annotation) -> tuple[float, ...]:
    """Whether one attribution stands in an annotation, by each standard."""
    counts = count(article, gold, own)
    close = counts["relation 0.8 speaker"][0]
    same_spans = sum(counts[f"exact {label}"][0] for label in LABELS)
    return (
        float(stands_inside(gold, own)),
        counts["relation 0.3 speaker"][0],
        close,
        float(bool(close) and same_spans == len(own.spans)),
    )


def stands_inside(gold: Annotation, own: Annotation) -> bool:
    """Whether most of what is said stands in a content of that speaker.

    The standard for claims, which are cut at sentences, where annotators mark a quotation of many
    sentences as one.
    """
    said, who = covered(own, own.relations[0][CONTENT]), covered(own, own.relations[0][SOURCE])
    for sources, _, contents in gold.relations:
        named = covered(gold, sources)
        same = len(named & who) >= 0.5 * len(named | who)
        if same and len(said & covered(gold, contents)) >= 0.8 * len(said):
            return True
    return False


def covered(annotation: Annotation, places: Sequence[int]) -> set[int]:
    """Words of some spans."""
    return {p for place in places for p in range(*annotation.spans[place][1:])}


def reliability(articles: Sequence[Article], found: Found) -> dict[str, pd.DataFrame]:
    """What confidence is worth: curves where the network has a say, constants where not."""
    table = judged(articles, found.merged)
    patterns = judged(articles, found.patterns)
    plain = [{replace(item, confidence=None) for item in own} for own in found.patterns]
    agreed = [
        replace(item, confidence=None) in plain[number]
        for number, own in enumerate(found.merged)
        for item in own
    ]
    sure, known = table["confidence"].notna(), pd.Series(agreed)
    judgeable = ~table["within"]
    groups = {
        "pattern, network agrees": table[sure & known & judgeable],
        "network alone": table[sure & ~known & judgeable],
    }
    within = {
        "pattern, network agrees": table[sure & known],
        "network alone": table[sure & ~known],
        "pattern, network does not agree": table[~sure],
        "all patterns (tagger='cues')": patterns,
    }
    curves = pd.concat({name: curve(part) for name, part in groups.items()}, names=["who", "from"])
    constants = pd.concat(
        {
            "all patterns (tagger='cues')": constant(patterns[~patterns["within"]]),
            "network does not agree": constant(table[~sure & judgeable]),
        },
        names=["who", "construction"],
    )
    errors = whole_numbers(pd.DataFrame({k: expected_error(part) for k, part in groups.items()}).T)
    return {
        "within": pd.DataFrame(
            [
                {"who": name, "claims": len(part), "set aside": int(part["within"].sum())}
                for name, part in within.items()
            ]
        ),
        "curve": curves.reset_index(),
        "error": errors.rename_axis("who").reset_index(),
        "constants": constants.reset_index(),
        "narration": narrated(articles, found.merged),
    }


def whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({"claims": int})


def curve(table: pd.DataFrame) -> pd.DataFrame:
    bins = np.floor(table["confidence"] * 10).clip(0, 9) / 10
    made = pd.DataFrame(
        {
            round(float(low), 1): {
                "claims": len(part),
                "mean confidence": part["confidence"].mean(),
            }
            | shares(part)
            for low, part in table.groupby(bins)
        }
    )
    return whole_numbers(made.T)


def constant(table: pd.DataFrame) -> pd.DataFrame:
    parts = {str(name): part for name, part in table.groupby("construction")} | {"all": table}
    made = pd.DataFrame(
        {
            name: {"claims": len(part), "constant": _CONFIDENCE.get(name, np.nan)} | shares(part)
            for name, part in parts.items()
        }
    )
    return whole_numbers(made.T)


def shares(part: pd.DataFrame) -> dict[str, float]:
    """Share right by each standard, with its interval over articles."""
    made = {}
    for name in RIGHT:
        low, high = share_interval(part["article"], part[name])
        made |= {name: float(part[name].mean()), f"{name} low": low, f"{name} high": high}
    return made


def compact(table: pd.DataFrame) -> pd.DataFrame:
    """Shares with their intervals in one column each."""
    made = table.copy()
    for name in [name for name in table if f"{name} low" in table]:
        low, high = made.pop(f"{name} low"), made.pop(f"{name} high")
        made[name] = [
            f"{value:.2f}" + ("" if np.isnan(a) else f" [{a:.2f}, {b:.2f}]")
            for value, a, b in zip(table[name], low, high, strict=True)
        ]
    return made


def share_interval(article: pd.Series, right: pd.Series, *, seed: int = 0) -> tuple[float, float]:
    """95 % interval of a share over resamples of articles; NaN where there are fewer than five."""
    per = right.groupby(article).agg(["sum", "size"]).to_numpy(dtype=float)
    if len(per) < 5:
        return float("nan"), float("nan")
    draws = np.random.default_rng(seed).integers(len(per), size=(RESAMPLES, len(per)))
    sums = per[draws].sum(1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    return float(low), float(high)


def expected_error(table: pd.DataFrame) -> dict[str, float]:
    """Expected calibration error over ten bins, and Brier score, by each standard."""
    bins = np.floor(table["confidence"] * 10).clip(0, 9)
    result: dict[str, float] = {"claims": len(table), "mean confidence": table["confidence"].mean()}
    for name in RIGHT:
        gap = (table["confidence"] - table[name]).groupby(bins).sum().abs().sum()
        result[f"ECE, {name}"] = float(gap / len(table))
    result["Brier, exact"] = float(np.mean((table["confidence"] - table[RIGHT[-1]]) ** 2))
    return result


def narrated(articles: Sequence[Article], merged: Sequence[list[Attribution]]) -> pd.DataFrame:
    """How much of what `claims` calls narration annotators left unattributed."""
    made = claims(as_documents(articles), tagger=Known(merged), progress=False)
    made = made[made["attribution"] == "narration"]
    places = {article.name: number for number, article in enumerate(articles)}
    rows = []
    for row in made.itertuples():
        article = articles[places[row.doc_id]]
        found = to_words(article.words.bounds, row.start, row.end)
        if found is not None:
            free = [attributed(gold, *found) <= 0.5 for gold in article.annotations]
            rows.append((places[row.doc_id], row.confidence, np.mean(free)))
    table = pd.DataFrame(rows, columns=["article", "confidence", "right"])
    names = {_NARRATION: "whole sentence", _LEFTOVER: "rest of an attributed sentence"}
    result = []
    for constant_, part in table.groupby("confidence"):
        low, high = share_interval(part["article"], part["right"])
        result.append(
            {"narration": names[float(constant_)], "claims": len(part), "constant": constant_,
             "right": part["right"].mean(), "right low": low, "right high": high}
        )  # fmt: skip
    return pd.DataFrame(result)


def attributed(gold: Annotation, start: int, end: int) -> float:
    """Share of some words that an annotator counts to a Content."""
    inside = {p for label, a, b in gold.spans if label == CONTENT for p in range(a, b)}
    return len(inside.intersection(range(start, end))) / (end - start)
