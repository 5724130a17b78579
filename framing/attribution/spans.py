"""The seam between a tagger and everything after it: spans and attributions.

A tagger reads one document and says which stretches of text are a source, a reporting cue and the
content that is reported. Whatever comes later (chains, speakers, voices, stance, the table) reads
only these spans and the text, so that cue patterns and a learned tagger are interchangeable.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = [
    "Attribution",
    "Construction",
    "Sentence",
    "Span",
    "Tagger",
    "places_touched",
    "speaker_span",
]

_AFTER_HEAD = re.compile(r"\s*(?:[,;(–—]|--|\s-\s|\bwho\b|\bwhich\b|\bwhose\b)")

Construction = Literal[
    "quote",  # words in quotation marks with a cue and a source
    "floating",  # a quotation without a cue of its own, after a named speaker
    "clause",  # X said (that) C; C, said X
    "phrase",  # according to X, C; X: C
    "passive",  # C is seen (by X) as; C is believed to
    "noun",  # X's claim that C; in his view, C
    "infinitive",  # X vowed to C
    "object",  # X condemned C
    "adverb",  # reportedly C
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text: 0-based, end-exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Read the span from the text it points into."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Tell whether the other lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document, as `framing.sentences` found it."""

    sentence_id: str
    span: Span
    position: str


def places_touched(sentences: Sequence[Sentence], span: Span) -> list[int]:
    """Where in a document's sentences, in the order of the text, those stand that a span overlaps.

    Examples
    --------
    >>> three = [Sentence(f"s{k}", Span(10 * k, 10 * k + 9), "body") for k in range(3)]
    >>> places_touched(three, Span(5, 12))
    [0, 1]
    """
    first = bisect_right(sentences, span.start, key=_start) - 1
    last = bisect_left(sentences, max(span.end, span.start + 1), key=_start)
    return [k for k in range(max(first, 0), last) if sentences[k].span.overlaps(span)]


def _start(sentence: Sentence) -> int:
    """Where a sentence begins."""
    return sentence.span.start


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what by which words: one source, one cue, one or more stretches of content.

    Attributes
    ----------
    cue : Span
        The reporting words ("said", "according to", "claims alleging").
    content : tuple of Span
        What is said; several where a quotation is split or goes on after its cue.
    source : Span or None
        Who says it, with apposition; None where the text names nobody.
    carriers : tuple of Span
        Who passed it on, inner to outer ("cited by Tass", "told Reuters").
    beside : tuple of Span
        Those of the carriers that no construction names, only a preposition in the same sentence.
    construction : str
        The shape that was recognised; it decides the confidence.
    lemma : str
        The entry of the cue lexicon that fits, or "" where a tagger knows none.
    resolved_source : Span or None
        Where the source is a gap ("he came and said"), the subject it is taken from is `source`
        itself; kept apart only for relative pronouns ("who"), whose antecedent stands here.
    whole : bool
        True where the content stands on both sides of the cue and is best read as one stretch.
    confidence : float or None
        How sure the tagger is of these spans, 0 to 1; None leaves it to the construction.
    """

    cue: Span
    content: tuple[Span, ...]
    source: Span | None = None
    carriers: tuple[Span, ...] = ()
    beside: tuple[Span, ...] = ()
    construction: Construction = "clause"
    lemma: str = ""
    resolved_source: Span | None = None
    whole: bool = False
    confidence: float | None = None


def speaker_span(text: str, source: Span) -> Span:
    """Cut an apposition or a relative clause off a source ("Peskov, the Kremlin spokesman")."""
    words = source.of(text)
    cut = _AFTER_HEAD.search(words, 1)
    end = cut.start() if cut is not None and cut.start() > 0 else len(words)
    return Span(source.start, source.start + len(words[:end].rstrip()))


class Tagger(Protocol):
    """Anything that turns texts and their sentences into attributions."""

    def tag_documents(
        self, documents: Sequence[tuple[str, Sequence[Sentence]]]
    ) -> Iterator[list[Attribution]]:
        """Find the attributions of each document, in the order of their cues."""
        ...
