"""`LearnedTagger`: spans from the network, constructions and carriers from the cue patterns."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from framing.attribution.cues import Cues
from framing.attribution.learned.decoding import LABELS, LabelledSpan, Relation, relations
from framing.attribution.learned.head import Head, small_products
from framing.attribution.learned.merging import Reading, merged
from framing.attribution.learned.states import SentenceStates, passages_of, sentence_states
from framing.attribution.learned.words import Words, words_of
from framing.attribution.spans import Attribution, Sentence, Span
from framing.attribution.tagger import CueTagger
from framing.datasets import data_path
from framing.encoder import Encoder
from framing.encoder.embedding import bundled_encoder
from framing.store import Store, text_key

__all__ = ["LearnedTagger", "Reading"]

_DIGEST = "d45732eb35cd670f93ebd953453ec7affa5a59005f94deb53d5e5014655e5ac9"
_DOCUMENTS = 32  # read at a time
_AHEAD = 2  # groups of documents under way
_SENTENCES = 64  # projected at a time
_WINDOWS = 64  # in one pass of the network, of about equal length

Floats = npt.NDArray[np.float32]
Documents: TypeAlias = "Sequence[tuple[str, Sequence[Sentence]]]"
Encoded: TypeAlias = "tuple[list[Words], list[Floats]]"


class LearnedTagger:
    """Finds attributions with a network trained on annotated news articles.

    The network marks sources, cues and contents and links them, over whole paragraphs. It reads
    the states of the pass that also gives the sentences their vectors. The cue
    patterns come first, because they know what it was never taught: who carried a claim on, and
    claims inside claims; the network says how sure it is of each, and adds the attributions that
    no pattern knows. Trained on US political news of 2016: expect less of it on other
    kinds of text. The model card beside its weights gives scores and limits.

    Parameters
    ----------
    cues : Cues
        The lexicon, see `read_cues`.
    encoder : Encoder, optional
        The bundled model; no other fits the weights.
    store : Store, optional
        Where to keep the vectors of the sentences, which come from the same pass.
    """

    def __init__(
        self, cues: Cues, *, encoder: Encoder | None = None, store: Store | None = None
    ) -> None:
        self._cues = cues
        self._store = store
        self._patterns = CueTagger(cues)
        self._encoder = encoder or bundled_encoder()
        self._head = _head()

    def tag_documents(self, documents: Documents) -> Iterator[list[Attribution]]:
        """Find the attributions of each document, in the order of their cues."""
        groups = (
            documents[start : start + _DOCUMENTS] for start in range(0, len(documents), _DOCUMENTS)
        )
        coming: deque[tuple[Documents, Future[list[list[Reading]]]]] = deque()
        # A line of three: while some documents go through the patterns, the next go through the
        # network, and those after them through the encoder.
        with small_products(), ThreadPoolExecutor(1) as encoding, ThreadPoolExecutor(1) as reading:
            for group in groups:
                encoded = encoding.submit(self._encoded, group)
                coming.append((group, reading.submit(self._read_when_encoded, encoded)))
                if len(coming) > _AHEAD:
                    yield from self._merged(*coming.popleft())
            while coming:
                yield from self._merged(*coming.popleft())

    def read(self, documents: Documents) -> list[list[Reading]]:
        """Read documents by the network alone."""
        with small_products():
            return self._read(self._encoded(documents))

    def _read_when_encoded(self, job: Future[Encoded]) -> list[list[Reading]]:
        """What the network finds, as soon as the encoder is through."""
        return self._read(job.result())

    def _merged(
        self, documents: Documents, readings: Future[list[list[Reading]]]
    ) -> Iterator[list[Attribution]]:
        """The network's readings with those of the patterns."""
        for (text, sentences), found in zip(documents, readings.result(), strict=True):
            [patterns] = self._patterns.tag_documents([(text, sentences)])
            yield merged(text, found, patterns, self._cues)

    def _encoded(self, documents: Documents) -> Encoded:
        """The words of each document, and what the network reads of them."""
        window = int(self._head.config["window"]) - 2  # less the special tokens
        words = [
            words_of(text, *self._encoder.word_pieces(text), window=window) for text, _ in documents
        ]
        return words, self._inputs(documents, words)

    def _read(self, encoded: Encoded) -> list[list[Reading]]:
        """What the network finds in each document, windows of about equal length together."""
        words, inputs = encoded
        jobs = [
            (end - start, n, start) for n, own in enumerate(words) for start, end in own.windows
        ]
        jobs.sort()
        found: list[list[Reading]] = [[] for _ in words]
        for at in range(0, len(jobs), _WINDOWS):
            group = jobs[at : at + _WINDOWS]
            lengths = np.array([length for length, _, _ in group])
            block = np.zeros((len(group), int(lengths.max()), inputs[0].shape[1]), np.float32)
            for row, (length, number, start) in enumerate(group):
                block[row, :length] = inputs[number][start : start + length]
            scores, context = self._head.scores(block, lengths)
            spans, odds = self._head.spans(scores, lengths)
            for row, (_, number, start) in enumerate(group):
                found[number].extend(
                    self._relations(spans[row], odds[row], context[row], words[number], start)
                )
        return [sorted(own, key=lambda reading: reading.contents[0]) for own in found]

    def _inputs(self, documents: Documents, words: Sequence[Words]) -> list[Floats]:
        """What the network reads of each word: its state in the sentence, and how it looks."""
        layers = tuple(self._head.config["layers"])
        # Words outside any sentence (a byline, a caption) have the state 0.
        void = self._head.project(np.zeros((1, self._encoder.n_dims * len(layers)), np.float32))
        states = [np.repeat(void, len(own.bounds), axis=0) for own in words]
        passages = [
            passage
            for number, (text, sentences) in enumerate(documents)
            for passage in passages_of(number, text, words[number], [s.span for s in sentences])
        ]
        reads = sentence_states(self._encoder, passages, layers)
        while some := list(islice(reads, _SENTENCES)):
            projected = self._head.project(np.concatenate([read.states for read in some]))
            ends = np.cumsum([len(read.words) for read in some])[:-1]
            for read, part in zip(some, np.split(projected, ends), strict=True):
                states[read.passage.document][read.words] = part
            self._remember(some)
        return [np.hstack([one, own.features]) for one, own in zip(states, words, strict=True)]

    def _remember(self, reads: Sequence[SentenceStates]) -> None:
        """Put the sentences' vectors into the store, where `embed` will look for them."""
        if self._store is None:
            return
        kept = {read.passage.text: read for read in reads if read.n_windows == 1}
        self._store.save(
            self._encoder.fingerprint,
            [text_key(text) for text in kept],
            np.stack([read.vector for read in kept.values()]),
            np.ones(len(kept), dtype=np.int64),
        )

    def _relations(
        self,
        spans: Sequence[LabelledSpan],
        odds: Sequence[float],
        context: Floats,
        words: Words,
        first: int,
    ) -> list[Reading]:
        """Spans of a window, linked; contents that share a cue are one attribution."""
        if not any(LABELS[label] == "Content" for label, _, _ in spans):
            return []
        picked = self._head.links(context, spans, words, first)
        places = [
            Span(int(words.bounds[first + a, 0]), int(words.bounds[first + b - 1, 1]))
            for _, a, b in spans
        ]
        sure = [
            self._head.confidence(label, value)
            for (label, _, _), value in zip(spans, odds, strict=True)
        ]
        return [_reading(relation, places, sure) for relation in relations(spans, picked)]


def _reading(relation: Relation, places: Sequence[Span], sure: Sequence[float]) -> Reading:
    """Linked spans as one attribution."""
    sources, cues, contents = (tuple(sorted(places[i] for i in part)) for part in relation)
    confidence = {places[i]: sure[i] for part in relation for i in part}
    return Reading(sources, cues, contents, confidence)


@functools.cache
def _head() -> Head:
    """The weights that ship, loaded once per session."""
    return Head.load(data_path("tagger"), _DIGEST)
