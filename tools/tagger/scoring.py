"""What a head finds in articles, measured against annotators; and they against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.attribution.learned.decoding import LABELS, relations
from framing.attribution.learned.head import Head, small_products
from tagger.corpus import Annotation, Article, Window, in_batches, padded

__all__ = ["Interval", "Reading", "count", "human_agreement", "measure", "predict"]

Doubles = npt.NDArray[np.float64]
Interval = dict[str, float]
"""``value``, and ``low`` and ``high`` of its 95 % interval."""

_WINDOWS = 32  # read at once
_RESAMPLES = 1000
_SAME_SOURCE = 0.5  # share of words from which two Sources are the same


@dataclass(frozen=True)
class Reading(Annotation):
    """What a head found in an article: spans and relations, with the log odds of each span."""

    log_odds: list[float]


def predict(head: Head, windows: Sequence[Window]) -> dict[str, Reading]:
    """Read windows with the package's own head, and put each article together again.

    Parameters
    ----------
    head : Head
    windows : sequence of Window
        All windows of some articles.

    Returns
    -------
    dict
        Name of the article to what was found.
    """
    parts: dict[str, list[tuple[int, Reading]]] = {window.article.name: [] for window in windows}
    for batch in in_batches(windows, _WINDOWS):
        states, features, lengths = padded(batch)
        with small_products():
            inputs = np.concatenate([head.project(states), features], axis=-1)
            scores, context = head.scores(inputs, lengths)
        found = zip(batch, context, *head.spans(scores, lengths), strict=True)
        for window, around, spans, odds in found:
            if spans:
                picked = head.links(around, spans, window.article.words, window.start)
                reading = Reading(spans, relations(spans, picked), odds)
                parts[window.article.name].append((window.start, reading))
    return {name: _joined(found) for name, found in parts.items()}


def count(article: Article, gold: Annotation, found: Annotation) -> dict[str, Doubles]:
    """Count (hits, found, wanted) of one article against one annotator, per measure.

    ``exact`` compares label and both boundaries, ``begin`` label and first word, ``word`` and
    ``piece`` the words and word pieces covered, ``relation`` whole attributions. ``jaccard``
    follows the CofeNet evaluation: each wanted span gives its best overlap, each found span that
    touches no wanted one counts as a miss; the third number is unused.
    """
    counts: dict[str, Doubles] = {}
    for k, label in enumerate(LABELS):
        wanted = [(start, end) for kind, start, end in gold.spans if kind == k]
        given = [(start, end) for kind, start, end in found.spans if kind == k]
        sizes = [len(given), len(wanted)]
        exact = len(set(wanted) & set(given))
        begun = len({start for start, _ in wanted} & {start for start, _ in given})
        best = [max((_overlap(w, g) for g in given), default=0.0) for w in wanted]
        stray = sum(1 for g in given if not any(_overlap(w, g) for w in wanted))
        want, give = (_covered(ranges, len(article.n_pieces)) for ranges in (wanted, given))
        both = np.stack([want & give, give, want]).astype(float)
        counts[f"exact {label}"] = np.array([exact, *sizes], dtype=float)
        counts[f"begin {label}"] = np.array([begun, *sizes], dtype=float)
        counts[f"jaccard {label}"] = np.array([sum(best), len(wanted) + stray, 0.0])
        counts[f"word {label}"] = both.sum(1)
        counts[f"piece {label}"] = both @ article.n_pieces
    sizes = [len(found.relations), len(gold.relations)]
    for least in (0.3, 0.8):
        for speaker in (False, True):
            hits = _relation_hits(gold, found, least=least, speaker=speaker)
            name = f"relation {least}" + (" speaker" if speaker else "")
            counts[name] = np.array([hits, *sizes], dtype=float)
    return counts


def measure(
    articles: Sequence[Article], readings: Mapping[str, Reading], *, seed: int = 0
) -> dict[str, Interval]:
    """Score readings, with a 95 % percentile interval over 1,000 resamples of articles.

    An article with several annotators counts once: each annotator's counts weigh 1 / n.
    """
    rows = [
        [count(article, gold, readings[article.name]) for gold in article.annotations]
        for article in articles
    ]
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(articles), size=(_RESAMPLES, len(articles)))
    result = {}
    for name in rows[0][0]:
        values = np.stack([np.mean([row[name] for row in group], axis=0) for group in rows])
        low, high = np.quantile(_score(name, values[draws].sum(1)), [0.025, 0.975])
        value = float(_score(name, values.sum(0)))
        result[name] = {"value": value, "low": float(low), "high": float(high)}
    return result


def human_agreement(articles: Sequence[Article]) -> tuple[int, dict[str, float]]:
    """Score every annotator of a shared article against every other one, by the same measures.

    Returns
    -------
    n_articles : int
        Articles with more than one annotator.
    scores : dict
        Name of the measure to its value over all pairs, each pair both ways.
    """
    shared = [article for article in articles if len(article.annotations) > 1]
    pairs = [
        count(article, gold, other)
        for article in shared
        for gold in article.annotations
        for other in article.annotations
        if other is not gold
    ]
    return len(shared), {
        name: float(_score(name, np.sum([pair[name] for pair in pairs], axis=0)))
        for name in pairs[0]
    }


def _joined(parts: Sequence[tuple[int, Reading]]) -> Reading:
    """The windows of an article, each with its first word, as one reading."""
    whole = Reading([], [], [])
    for first, part in sorted(parts, key=lambda item: item[0]):
        shift = len(whole.spans)
        whole.spans.extend((label, start + first, end + first) for label, start, end in part.spans)
        whole.log_odds.extend(part.log_odds)
        for sources, cues, contents in part.relations:
            moved = [[place + shift for place in role] for role in (sources, cues, contents)]
            whole.relations.append((moved[0], moved[1], moved[2]))
    return whole


def _covered(ranges: Sequence[tuple[int, int]], n_words: int) -> npt.NDArray[np.bool_]:
    """Which words lie in any of the ranges."""
    mask = np.zeros(n_words, dtype=bool)
    for start, end in ranges:
        mask[start:end] = True
    return mask


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Jaccard overlap of two ranges."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return max(0, shared) / (max(a[1], b[1]) - min(a[0], b[0]))


def _jaccard(a: set[int], b: set[int]) -> float:
    """Jaccard overlap of two sets of words; 1 where both are empty."""
    return len(a & b) / len(a | b) if a | b else 1.0


def _words(reading: Annotation, places: Sequence[int]) -> set[int]:
    """Words of some of a reading's spans."""
    return {word for place in places for word in range(*reading.spans[place][1:])}


def _relation_hits(gold: Annotation, found: Annotation, *, least: float, speaker: bool) -> int:
    """Attributions found: Content words with Jaccard >= ``least``, each used once.

    With ``speaker`` the Source must be right too: none where there is none, else at least half of
    the words of both together shared.
    """
    wanted = [(_words(gold, c), _words(gold, s)) for s, _, c in gold.relations]
    given = [(_words(found, c), _words(found, s)) for s, _, c in found.relations]
    pairs = sorted(
        (
            (value, i, j)
            for i, (content, _) in enumerate(wanted)
            for j, (other, _) in enumerate(given)
            if (value := _jaccard(content, other)) >= least
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    left, right, hits = set[int](), set[int](), 0
    for _, i, j in pairs:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            hits += not speaker or _jaccard(wanted[i][1], given[j][1]) >= _SAME_SOURCE
    return hits


def _score(name: str, counts: Doubles) -> Doubles:
    """F1 from (hits, found, wanted); the mean overlap for ``jaccard``."""
    hits, found, wanted = np.moveaxis(counts, -1, 0)
    share = hits / found if name.startswith("jaccard") else 2 * hits / (found + wanted)
    return np.asarray(share, dtype=np.float64)
