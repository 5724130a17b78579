"""PolNeAR for `attribution.py`: contenders on the words of the corpus, and their scores.

The measures are those of the head itself (``tools/tagger/scoring.py``): spans as CofeNet defines
them, and whole attributions. Every contender's character spans become ranges of the same words.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import Encoder
from framing.attribution import Attribution, CueTagger, Sentence, Span, read_cues
from framing.attribution.learned import LearnedTagger
from framing.attribution.learned.decoding import LABELS
from framing.attribution.tokens import quotations
from framing.segmentation import sentences

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from tagger.corpus import Annotation, Article, read_article
from tagger.corpus import _to_words as to_words
from tagger.scoring import _score, count, human_agreement

Doubles = npt.NDArray[np.float64]
Counts = dict[str, Doubles]
Scores = dict[str, dict[str, float]]
Treat = Callable[[Article, Annotation], Annotation]

WINDOW = 256  # word pieces the network reads at once
RESAMPLES = 1000
SOURCE, CUE, CONTENT = range(len(LABELS))
PATTERNS, NETWORK, MERGED = "cue patterns", "network alone", "merged (claims)"
KINDS = ("direct", "mixed", "indirect")
SPANS = [f"{kind} {label}" for kind in ("exact", "begin", "jaccard", "word") for label in LABELS]
RELATIONS = ["relation 0.3", "relation 0.8", "relation 0.3 speaker", "relation 0.8 speaker"]


@dataclass(frozen=True)
class Said:
    """One attribution of any contender, in characters."""

    sources: Sequence[Span]
    cues: Sequence[Span]
    contents: Sequence[Span]


@dataclass(frozen=True)
class Found:
    """What every contender finds in some articles.

    Attributes
    ----------
    said : dict
        Contender to one list of attributions per article.
    patterns, merged : list of list of Attribution
        Of the two taggers, as they are.
    notes : dict
        About the peers.
    """

    said: dict[str, list[list[Said]]]
    patterns: list[list[Attribution]]
    merged: list[list[Attribution]]
    notes: dict[str, Any]


def read_articles(folder: Path, *, least: int = 1) -> list[Article]:
    """Read the articles of a compartment with at least so many annotators, by name."""
    encoder = Encoder()
    files: dict[str, list[Path]] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        files.setdefault(path.stem.rsplit("_", 1)[0], []).append(path)
    return [
        read_article(folder / "text" / f"{name}.txt", paths, encoder, window=WINDOW)
        for name, paths in files.items()
        if len(paths) >= least
    ]


def run_contenders(articles: Sequence[Article], peer_python: Path | None) -> Found:
    documents = [(article.text, cut(article)) for article in articles]
    lexicon = read_cues()
    tagger = LearnedTagger(lexicon)
    patterns = list(CueTagger(lexicon).tag_documents(documents))
    merged = list(tagger.tag_documents(documents))
    said = {
        PATTERNS: [[as_said(item) for item in found] for found in patterns],
        NETWORK: [
            [Said(r.sources, r.cues, r.contents) for r in found] for found in tagger.read(documents)
        ],
        MERGED: [[as_said(item) for item in found] for found in merged],
    }
    peers, notes = run_peers([text for text, _ in documents], peer_python)
    return Found({**said, **peers}, patterns, merged, notes)


def run_peers(
    texts: Sequence[str], python: Path | None
) -> tuple[dict[str, list[list[Said]]], dict[str, Any]]:
    """Run `attribution_peers.py` under its own interpreter, if one is given."""
    if python is None:
        return {}, {"skipped": "no --peer-python, see benchmarks/peers-attribution.txt"}
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "texts.json"), Path(folder, "found.json")
        given.write_text(json.dumps(texts), encoding="utf-8")
        script = Path(__file__).with_name("attribution_peers.py")
        subprocess.run([python, script, given, made], check=True)
        answer = json.loads(made.read_text(encoding="utf-8"))
    peers = {
        name: [
            [
                Said(*([Span(*part) for part in one[label.lower()]] for label in LABELS))
                for one in own
            ]
            for own in found
        ]
        for name, found in answer["found"].items()
    }
    return peers, answer["notes"]


def cut(article: Article) -> list[Sentence]:
    """The sentences of an article, its first line being its title."""
    split = sentences(as_documents([article]))
    return [
        Sentence(str(row.sentence_id), Span(int(row.start), int(row.end)), str(row.position))
        for row in split.itertuples()
    ]


def as_documents(articles: Sequence[Article]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "doc_id": [article.name for article in articles],
            "text": [article.text for article in articles],
            "title": [article.text.split("\n", 1)[0] for article in articles],
            "lang": "en",
        }
    )


def as_said(item: Attribution) -> Said:
    """A house attribution; a quotation nobody is named for has an empty cue, which is none."""
    cues = [item.cue] if item.cue.end > item.cue.start else []
    return Said([item.source] if item.source is not None else [], cues, item.content)


# Words and treatments


def in_words(article: Article, said: Sequence[Said]) -> Annotation:
    """Attributions as ranges of the article's words; equal ranges of a label are one span."""
    places: dict[tuple[int, int, int], int] = {}
    relations = []
    for one in said:
        roles: list[list[int]] = []
        for label, parts in enumerate((one.sources, one.cues, one.contents)):
            ranges = [to_words(article.words.bounds, span.start, span.end) for span in parts]
            spans = [(label, *found) for found in ranges if found is not None]
            roles.append(sorted({places.setdefault(span, len(places)) for span in spans}))
        if roles[CONTENT]:
            relations.append((roles[SOURCE], roles[CUE], roles[CONTENT]))
    return Annotation(list(places), relations)


def kept(_: Article, annotation: Annotation) -> Annotation:
    return annotation


def without_that(article: Article, annotation: Annotation) -> Annotation:
    """Contents without a leading "that", which only PolNeAR and the network count to them."""
    spans = [
        (label, start + 1, end)
        if label == CONTENT and end > start + 1 and word(article, start).lower() == "that"
        else (label, start, end)
        for label, start, end in annotation.spans
    ]
    return Annotation(spans, annotation.relations)


def without_marks(article: Article, annotation: Annotation) -> Annotation:
    """Also without punctuation and quotation marks at the edges of any span."""

    def mark(place: int) -> bool:
        return not any(letter.isalnum() for letter in word(article, place))

    spans = []
    for label, start, end in without_that(article, annotation).spans:
        while end > start + 1 and mark(start):
            start += 1
        while end > start + 1 and mark(end - 1):
            end -= 1
        spans.append((label, start, end))
    return Annotation(spans, annotation.relations)


TREATMENTS: dict[str, Treat] = {
    "as annotated": kept,
    'without a leading "that"': without_that,
    "also without marks at the edges": without_marks,
}


def word(article: Article, place: int) -> str:
    start, end = article.words.bounds[place]
    return article.text[start:end]


def treated(
    articles: Sequence[Article], found: Found, treat: Treat
) -> tuple[list[Article], dict[str, list[Annotation]]]:
    """Articles with their annotations, and each contender's, under one treatment."""
    gold = [replace(a, annotations=[treat(a, own) for own in a.annotations]) for a in articles]
    made = {
        name: [treat(a, in_words(a, own)) for a, own in zip(articles, said, strict=True)]
        for name, said in found.said.items()
    }
    return gold, made


# Scores


def counted(articles: Sequence[Article], made: Sequence[Annotation]) -> list[Counts]:
    """Counts of each article; several annotators weigh together as one."""
    rows = []
    for article, found in zip(articles, made, strict=True):
        each = [count(article, gold, found) for gold in article.annotations]
        rows.append({name: np.mean([one[name] for one in each], axis=0) for name in each[0]})
    return rows


def scored(rows: Sequence[Counts], *, seed: int = 0) -> Scores:
    """F1 (or mean overlap) with its interval over resamples of articles; precision and recall."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(rows), size=(RESAMPLES, len(rows)))
    result: Scores = {}
    for name in rows[0]:
        values = np.stack([row[name] for row in rows])
        hits, given, wanted = values.sum(0)
        low, high = np.quantile(ratio(name, values[draws].sum(1)), [0.025, 0.975])
        result[name] = {"value": float(ratio(name, values.sum(0))), "low": low, "high": high}
        if not name.startswith("jaccard"):
            parts = {"precision": (hits, given), "recall": (hits, wanted)}
            result[name] |= {k: float(a / b) if b else float("nan") for k, (a, b) in parts.items()}
            result[name] |= {"hits": hits, "found": given, "wanted": wanted}
    return {name: {k: float(v) for k, v in row.items()} for name, row in result.items()}


def ratio(name: str, counts: Doubles) -> Doubles:
    """The score of counts; NaN where there is nothing to find and nothing found."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _score(name, counts)


def human_scores(articles: Sequence[Article]) -> tuple[int, Scores]:
    """Annotators against each other; the number of articles with several of them."""
    n_shared, points = human_agreement(articles)
    rows = []
    for article in articles:
        own = article.annotations
        pairs = [count(article, a, b) for a in own for b in own if a is not b]
        if pairs:
            rows.append({name: np.sum([p[name] for p in pairs], axis=0) for name in pairs[0]})
    result = scored(rows)
    assert all(abs(result[name]["value"] - value) < 1e-12 for name, value in points.items())
    return n_shared, result


def by_outlet(articles: Sequence[Article], rows: Sequence[Counts]) -> dict[str, Scores]:
    outlets = sorted({outlet(article) for article in articles})
    return {
        f"{name} ({sum(outlet(a) == name for a in articles)})": scored(
            [row for article, row in zip(articles, rows, strict=True) if outlet(article) == name]
        )
        for name in outlets
    }


def outlet(article: Article) -> str:
    return article.name.partition("_")[0]


def by_kind(articles: Sequence[Article], made: Sequence[Annotation]) -> dict[str, Scores]:
    """Whole attributions by the quotation marks of their content.

    Recall is of the annotated ones of that kind among all found, precision of the found ones of
    that kind among all annotated, so a quotation read one word too far costs nothing here.
    """
    result = {}
    for kind in KINDS:
        rows = []
        for article, found in zip(articles, made, strict=True):
            inside = quoted_words(article)
            each = []
            for gold in article.annotations:
                hit = count(article, only(article, gold, inside, kind), found)
                own = count(article, gold, only(article, found, inside, kind))
                each.append({name: np.append(hit[name], own[name]) for name in RELATIONS})
            rows.append({name: np.mean([one[name] for one in each], axis=0) for name in RELATIONS})
        result[kind] = both_ways(rows)
    return result


def both_ways(rows: Sequence[Counts], *, seed: int = 0) -> Scores:
    """F1 from a recall and a precision that are counted apart, with intervals."""
    draws = np.random.default_rng(seed).integers(len(rows), size=(RESAMPLES, len(rows)))

    def parts(c: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        with np.errstate(invalid="ignore", divide="ignore"):
            recall, precision = c[..., 0] / c[..., 2], c[..., 3] / c[..., 4]
            return 2 * recall * precision / (recall + precision), precision, recall

    result = {}
    for name in RELATIONS:
        values = np.stack([row[name] for row in rows])
        value, precision, recall = (float(x) for x in parts(values.sum(0)))
        drawn = parts(values[draws].sum(1))[0]
        low, high = np.nanquantile(drawn, [0.025, 0.975]) if value == value else (value, value)
        result[name] = {
            "value": value, "low": float(low), "high": float(high), "precision": precision,
            "recall": recall, "wanted": float(values.sum(0)[2]), "found": float(values.sum(0)[4]),
        }  # fmt: skip
    return result


def quoted_words(article: Article) -> npt.NDArray[np.bool_]:
    """Which words stand inside quotation marks."""
    inside = np.zeros(len(article.words.bounds), dtype=bool)
    for quote in quotations(article.text):
        found = to_words(article.words.bounds, quote.outer.start, quote.outer.end)
        if found is not None:
            inside[slice(*found)] = True
    return inside


def only(
    article: Article, annotation: Annotation, inside: npt.NDArray[np.bool_], kind: str
) -> Annotation:
    """The attributions whose content is wholly, partly or not at all in quotation marks."""
    chosen = []
    for relation in annotation.relations:
        places = [p for place in relation[CONTENT] for p in range(*annotation.spans[place][1:])]
        marks = [inside[p] for p in places if word(article, p)[0].isalnum()]
        share = float(np.mean(marks)) if marks else 0.0
        if kind == ("direct" if share == 1 else "mixed" if share else "indirect"):
            chosen.append(relation)
    return Annotation(annotation.spans, chosen)


def outside_contents(
    articles: Sequence[Article], made: Mapping[str, Sequence[Annotation]]
) -> dict[str, dict[str, float]]:
    """Precision without the attributions whose cue stands in an annotated content.

    PolNeAR marks no claims inside claims, so that it cannot judge those.
    """
    result = {}
    for who, own in made.items():
        total, rows = 0, []
        for article, found in zip(articles, own, strict=True):
            total += len(found.relations)
            each = []
            for gold in article.annotations:
                parts = [Annotation(found.spans, [one]) for one in found.relations]
                outer = [part.relations[0] for part in parts if not within_content(gold, part)]
                each.append(count(article, gold, Annotation(found.spans, outer)))
            rows.append({name: np.mean([one[name] for one in each], axis=0) for name in RELATIONS})
        scores = scored(rows)
        kept_ = scores[RELATIONS[0]]["found"]
        result[who] = {"attributions": total, "cue in an annotated content": round(total - kept_)}
        result[who] |= {name: scores[name]["precision"] for name in RELATIONS}
    return result


def within_content(gold: Annotation, own: Annotation) -> bool:
    """Whether the cue of the one attribution stands in what an annotator counts to a content."""
    cues = {p for place in own.relations[0][CUE] for p in range(*own.spans[place][1:])}
    said = {p for label, a, b in gold.spans if label == CONTENT for p in range(a, b)}
    return bool(cues) and cues <= said


# Tables


def cell(score: Mapping[str, float]) -> str:
    return f"{100 * score['value']:.1f} [{100 * score['low']:.1f}, {100 * score['high']:.1f}]"


def cells(scores: Mapping[str, Scores], names: Sequence[str]) -> pd.DataFrame:
    """Measures down, contenders across."""
    return pd.DataFrame(
        {who: {name: cell(own[name]) for name in names} for who, own in scores.items()}
    )
