"""States of words, read sentence by sentence: the same pass that gives the sentences' vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.attribution.learned.words import Words
from framing.attribution.spans import Span
from framing.encoder import Encoder

__all__ = ["Passage", "SentenceStates", "passages_of", "sentence_states"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Passage:
    """One sentence of one document."""

    document: int
    text: str
    start: int
    words: Words


@dataclass(frozen=True)
class SentenceStates:
    """What one pass through the encoder tells of a sentence.

    Attributes
    ----------
    passage : Passage
    words : ndarray of int, shape (n,)
        The document's words that begin in the sentence.
    states : ndarray of float32, shape (n, width)
        Mean state of the pieces of each, brought to mean 0 and variance 1.
    vector : ndarray of float32, shape (n_dims,)
        The unit vector of the sentence.
    n_windows : int
        In how many windows the encoder read it.
    """

    passage: Passage
    words: Ints
    states: Floats
    vector: Floats
    n_windows: int


def passages_of(
    number: int, text: str, words: Words, sentences: Sequence[Span]
) -> Iterator[Passage]:
    """The sentences of a document that hold a word."""
    for span in sentences:
        first, last = np.searchsorted(words.bounds[:, 0], [span.start, span.end])
        if last > first:
            yield Passage(number, span.of(text), span.start, words)


def sentence_states(
    encoder: Encoder, passages: Sequence[Passage], layers: Sequence[int]
) -> Iterator[SentenceStates]:
    """Read sentences one after the other, in the order given.

    Parameters
    ----------
    encoder : Encoder
    passages : sequence of Passage
    layers : sequence of int
        Layers of the encoder whose states stand side by side.
    """
    texts = [passage.text for passage in passages]
    for passage, read in zip(passages, encoder.token_states(texts, layers=layers), strict=True):
        begins = passage.words.bounds[:, 0]
        # A piece belongs to the last word that has begun, wherever the sentence was cut.
        owner = np.searchsorted(begins, read.offsets[:, 0] + passage.start, side="right") - 1
        inside = owner >= 0
        present, first = np.unique(owner[inside], return_index=True)
        states = _pooled(read.states[inside], first)
        yield SentenceStates(passage, present, states, read.vector, read.n_windows)


def _pooled(states: Floats, first: Ints) -> Floats:
    """Mean of the pieces of each word, brought to mean 0 and variance 1."""
    if not len(first):
        return states[:0]
    count = np.diff(np.append(first, len(states)))
    mean = states[first]
    for place in range(1, int(count.max())):  # most words are one piece
        longer = np.flatnonzero(count > place)
        mean[longer] += states[first[longer] + place]
    mean /= count[:, None].astype(np.float32)
    mean -= mean.mean(axis=1, keepdims=True)
    mean /= np.sqrt(np.square(mean).mean(axis=1, keepdims=True) + 1e-5)
    return np.asarray(mean, dtype=np.float32)
