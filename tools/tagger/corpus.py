"""PolNeAR as the head reads it: words by the package's own code, and what annotators marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import Encoder
from framing.attribution.learned.decoding import LABELS, LabelledSpan, Relation
from framing.attribution.learned.states import passages_of, sentence_states
from framing.attribution.learned.words import N_FEATURES, Words, words_of
from framing.attribution.spans import Span
from framing.errors import problem
from framing.segmentation import sentences

__all__ = [
    "Annotation",
    "Article",
    "Relation",
    "Window",
    "encoded",
    "in_batches",
    "padded",
    "read_annotation",
    "read_article",
    "read_corpus",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

_SPECIAL = 2  # pieces of a window that begin and end it


@dataclass(frozen=True)
class Annotation:
    """One annotator's reading of an article, in words.

    Parts of a discontinuous span are spans of their own unless only white space or punctuation
    stands between them.

    Attributes
    ----------
    spans : list of tuple of int
        Place of the label in `LABELS`, first word, word after the last.
    relations : list of tuple
        Per attribution, the places in `spans` of its sources, its cues and its contents.
    """

    spans: list[LabelledSpan]
    relations: list[Relation]


@dataclass(frozen=True)
class Article:
    """An article in words, with all its annotations.

    Attributes
    ----------
    name : str
    text : str
    words : Words
        Bounds, features, paragraphs and windows, as at inference.
    n_pieces : ndarray of int, shape (n_words,)
        Word pieces in each word.
    sentences : list of Span
        In characters; the encoder reads them one by one.
    annotations : list of Annotation
        One per annotator; most articles have one.
    """

    name: str
    text: str
    words: Words
    n_pieces: Ints
    sentences: list[Span]
    annotations: list[Annotation]


@dataclass(frozen=True)
class Window:
    """A stretch of an article that is read at once.

    Attributes
    ----------
    article : Article
    start, end : int
        First word, and word after the last.
    states : ndarray of float16, shape (end - start, n_layers * n_dims)
        Normalised word states; half precision so that the whole corpus fits into memory.
    """

    article: Article
    start: int
    end: int
    states: npt.NDArray[np.float16]


def read_corpus(folder: Path, encoder: Encoder, *, window: int) -> list[Article]:
    """Read one compartment (``data/train`` or ``data/dev``), sorted by file name.

    Parameters
    ----------
    folder : Path
        Holds ``text`` and ``attributions``.
    encoder : Encoder
        Cuts texts into word pieces.
    window : int
        Most word pieces in a window, special tokens included.

    Raises
    ------
    FramingError
        If the folder holds no annotations.
    """
    by_article: dict[str, list[Path]] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        by_article.setdefault(path.stem.rsplit("_", 1)[0], []).append(path)
    if not by_article:
        raise problem(
            "a compartment of PolNeAR with text/*.txt and attributions/*.ann",
            repr(str(folder)),
            "Pass the folder that holds data/train and data/dev",
        )
    return [
        read_article(folder / "text" / f"{name}.txt", paths, encoder, window=window)
        for name, paths in by_article.items()
    ]


def read_article(
    text_path: Path, annotation_paths: Sequence[Path], encoder: Encoder, *, window: int
) -> Article:
    """Cut a text into words and place its annotators' spans on them."""
    text = text_path.read_text(encoding="utf-8")
    offsets, word = encoder.word_pieces(text)
    words = words_of(text, offsets, word, window=window - _SPECIAL)
    return Article(
        name=text_path.stem,
        text=text,
        words=words,
        n_pieces=np.bincount(word),
        sentences=_sentences(text),
        annotations=[read_annotation(path, text, words.bounds) for path in annotation_paths],
    )


def read_annotation(path: Path, text: str, bounds: Ints) -> Annotation:
    """Read one annotator's brat file.

    Parameters
    ----------
    path : Path
    text : str
        The article.
    bounds : ndarray of int, shape (n_words, 2)
        Character offsets of its words.
    """
    marked, events = _read_brat(path, text)
    spans: list[LabelledSpan] = []
    places: dict[str, list[int]] = {}
    taken = np.zeros(len(bounds), dtype=bool)
    for key, (label, parts) in marked.items():
        for start, end in parts:
            span = _to_words(bounds, start, end)
            # The corpus promises one label per word; the few overlaps keep the first span.
            if span is not None and not taken[slice(*span)].any():
                taken[slice(*span)] = True
                places.setdefault(key, []).append(len(spans))
                spans.append((LABELS.index(label), *span))
    relations = []
    for event in events:
        sources, cues, contents = (
            sorted(
                place
                for role, key in event
                if role == label and key in marked and marked[key][0] == label
                for place in places.get(key, [])
            )
            for label in LABELS
        )
        if cues and contents:
            relations.append((sources, cues, contents))
    return Annotation(spans, relations)


def encoded(encoder: Encoder, articles: Sequence[Article], layers: Sequence[int]) -> list[Window]:
    """Read the word states of all windows of some articles, in their order.

    A word's state is the mean over its pieces, brought to mean 0 and variance 1.
    """
    passages = [
        passage
        for number, article in enumerate(articles)
        for passage in passages_of(number, article.text, article.words, article.sentences)
    ]
    width = encoder.n_dims * len(layers)
    # Words outside any sentence (a byline, a caption) keep the state 0.
    states = [
        np.zeros((len(article.words.bounds), width), dtype=np.float16) for article in articles
    ]
    for read in sentence_states(encoder, passages, layers):
        states[read.passage.document][read.words] = read.states
    return [
        Window(article, start, end, own[start:end])
        for article, own in zip(articles, states, strict=True)
        for start, end in article.words.windows
    ]


def in_batches(
    windows: Sequence[Window], size: int, rng: np.random.Generator | None = None
) -> list[list[Window]]:
    """Put windows of like length together; shuffled where a generator is given."""
    noise = np.zeros(len(windows)) if rng is None else rng.uniform(0, 40, len(windows))
    order = np.argsort([w.end - w.start for w in windows] + noise, kind="stable")
    batches = [
        [windows[place] for place in order[at : at + size]] for at in range(0, len(order), size)
    ]
    if rng is not None:
        rng.shuffle(batches)
    return batches


def padded(windows: Sequence[Window]) -> tuple[Floats, Floats, Ints]:
    """Bring windows to one length with zeros.

    Returns
    -------
    states : ndarray of float32, shape (n_windows, n_words, n_layers * n_dims)
    features : ndarray of float32, shape (n_windows, n_words, N_FEATURES)
    lengths : ndarray of int, shape (n_windows,)
    """
    lengths = np.array([window.end - window.start for window in windows])
    shape = (len(windows), int(lengths.max()))
    states = np.zeros((*shape, windows[0].states.shape[1]), dtype=np.float32)
    features = np.zeros((*shape, N_FEATURES), dtype=np.float32)
    for row, window in enumerate(windows):
        states[row, : lengths[row]] = window.states
        features[row, : lengths[row]] = window.article.words.features[window.start : window.end]
    return states, features, lengths


def _sentences(text: str) -> list[Span]:
    """Cut an article as the package cuts its documents."""
    title = text.split("\n", 1)[0]
    split = sentences(pd.DataFrame({"doc_id": ["a"], "text": [text], "title": [title]}))
    return [Span(int(a), int(b)) for a, b in zip(split["start"], split["end"], strict=True)]


def _read_brat(
    path: Path, text: str
) -> tuple[dict[str, tuple[str, list[tuple[int, int]]]], list[list[tuple[str, str]]]]:
    """Labels and character ranges by key, and the (role, key) pairs of each event.

    The free-text lines of annotators' notes match no pattern and fall out.
    """
    marked: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    events: list[list[tuple[str, str]]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if match := re.match(rf"(T\d+)\t({'|'.join(LABELS)}) ([\d ;]+)\t", line):
            parts = [tuple(map(int, part.split())) for part in match[3].split(";")]
            marked[match[1]] = (match[2], _merged(text, parts))
        elif re.match(r"E\d+\t", line):
            roles = [role.partition(":") for role in line.split("\t")[1].split()]
            events.append([(role.rstrip("0123456789"), key) for role, _, key in roles])
    return marked, events


def _merged(text: str, parts: Sequence[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Parts of a span, joined where only white space or punctuation separates them."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((part[0], part[1]) for part in parts):
        if merged and not re.search(r"\w", text[merged[-1][1] : start]):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _to_words(bounds: Ints, start: int, end: int) -> tuple[int, int] | None:
    """Words that the characters ``start:end`` touch, or None where there is no word."""
    first = int(np.searchsorted(bounds[:, 1], start, side="right"))
    after = int(np.searchsorted(bounds[:, 0], end, side="left"))
    return (first, after) if after > first else None
