"""The cue patterns and the network's readings of one text, made into one list.

Patterns know carriers, claims within claims and phrases that name nobody, none of which the
training data teach; the network knows better where a speaker and a content begin and end, and
attributions that no pattern foresees. What is taken from which was settled on the dev part of the
network's corpus and of `data/chains`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from framing.attribution.cues import Cues
from framing.attribution.spans import Attribution, Span
from framing.attribution.tokens import tokenize

__all__ = ["Reading", "merged"]

_SURE = 0.5  # confidence from which the network's span replaces a pattern's
_ALONE = 0.3  # confidence from which a reading needs no pattern to agree
# Of patterns that the network did not read, so many were right on dev; quotations were too few.
_UNCONFIRMED = 0.25
_RELATIVE = ("which", "who", "whom", "that")
_POSSESSIVE = re.compile(r"['’]s?$")
_QUOTES = "“”„«»\"‘’'"
_HEARSAY = re.compile(
    r"(?:(?:some|several|unconfirmed|unverified|new|various|early)\b ?)?"
    r"(?:allegations?|rumou?rs?|speculation|gossip|hearsay|reports|claims|accusations)?",
    re.IGNORECASE,
)
_POINTERS = frozenset("which that this these those there what".split())
# What is done says nothing: where a visit "shows" something, the outlet itself infers it.
_INFERRING = frozenset("show demonstrate underscore signal prove mean reflect illustrate".split())
_GUESSING = ("may ", "might ", "could ")  # "which Russia may seek to use": a guess of the outlet's
_DEEDS = frozenset(
    "visit visits trip trips meeting meetings move moves step steps decision decisions attack"
    " attacks strike strikes offensive war invasion conflict victory win defeat loss losses vote"
    " arrival departure presence absence silence success failure delay shift gesture reaction"
    " behaviour behavior actions conduct".split()
)


@dataclass(frozen=True)
class Reading:
    """One attribution as the network reads it: character spans, each with its confidence.

    Attributes
    ----------
    sources, cues, contents : tuple of Span
        In text order; a content without a cue or source has none here.
    confidence : mapping of Span to float
        Share of such spans, on held-out articles, that were exactly right.
    """

    sources: tuple[Span, ...]
    cues: tuple[Span, ...]
    contents: tuple[Span, ...]
    confidence: Mapping[Span, float]

    @property
    def sure(self) -> float:
        """Confidence of its least sure span."""
        return min(self.confidence.values())


def merged(
    text: str, readings: Sequence[Reading], patterns: Sequence[Attribution], cues: Cues
) -> list[Attribution]:
    """Join readings and patterns, in the order of their cues."""
    twins: dict[int, Reading] = {}
    alone: list[Attribution] = []
    for reading in readings:
        place = _twin(reading, patterns)
        if place is not None:
            if place not in twins or reading.sure > twins[place].sure:
                twins[place] = reading
        elif reading.sure >= _ALONE and _can_stand(reading, patterns):
            made = _alone(text, reading, cues)
            if _speaks(text, made):
                alone.append(made)
    both = [
        _agreed(text, pattern, twins[place]) if place in twins else _doubted(pattern, patterns)
        for place, pattern in enumerate(patterns)
    ]
    found = [_unnamed(text, item) for item in (*both, *alone)]
    return sorted(found, key=lambda item: (item.cue.start, item.content[0].start))


def _twin(reading: Reading, patterns: Sequence[Attribution]) -> int | None:
    """The pattern with the cue of a reading or, for a reading without one, most of its content."""
    for place, pattern in enumerate(patterns):
        if any(cue.overlaps(pattern.cue) for cue in reading.cues):
            return place
    size = sum(span.end - span.start for span in reading.contents)
    for place, pattern in enumerate(patterns if not reading.cues else ()):
        shared = sum(_shared(a, b) for a in reading.contents for b in pattern.content)
        if 2 * shared > size:
            return place
    return None


def _shared(one: Span, two: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(one.end, two.end) - max(one.start, two.start))


def _agreed(text: str, pattern: Attribution, reading: Reading) -> Attribution:
    """A pattern with those spans of the network's that are sure and fit with the rest of it."""
    found = replace(pattern, confidence=reading.sure)
    if not any(cue.overlaps(pattern.cue) for cue in reading.cues):
        return found
    if any(span.contains(pattern.cue) for span in pattern.content):
        return found  # "C is seen as C" is one claim, which the network cuts in two
    said = _contents(text, reading)
    kept = [span for span in (pattern.cue, pattern.source, *pattern.carriers) if span is not None]
    if (
        min(reading.confidence[span] for span in reading.contents) >= _SURE
        and not any(span.overlaps(other) for span in said for other in kept)
    ):  # fmt: skip
        quoted = text[said[0].start] in _QUOTES and pattern.construction != "floating"
        shape = "quote" if quoted else pattern.construction
        found = replace(found, content=said, construction=shape, whole=False)
    source = _named(text, reading)
    if (
        source is not None
        and pattern.source is not None
        and source.overlaps(pattern.source)
        and reading.confidence[reading.sources[0]] >= _SURE
        and not any(source.overlaps(other) for other in (*pattern.carriers, *found.content))
    ):
        found = replace(found, source=source, resolved_source=None)
    return found


def _doubted(pattern: Attribution, patterns: Sequence[Attribution]) -> Attribution:
    """A pattern that the network did not read; claims within claims it was never taught."""
    nested = any(
        span.contains(pattern.cue)
        for other in patterns
        if other is not pattern
        for span in other.content
    )
    return pattern if nested else replace(pattern, confidence=_UNCONFIRMED)


def _can_stand(reading: Reading, patterns: Sequence[Attribution]) -> bool:
    """Whether a reading is whole, and takes nobody's name that a pattern read for its content."""
    if not (reading.cues and reading.sources):
        return False
    named = [
        span
        for pattern in patterns
        if not any(said.contains(pattern.cue) for said in reading.contents)
        for span in (pattern.source, *pattern.carriers)
        if span is not None
    ]
    return not any(said.overlaps(span) for said in reading.contents for span in named)


def _alone(text: str, reading: Reading, cues: Cues) -> Attribution:
    """A reading that no pattern knows."""
    contents = _contents(text, reading)
    quoted = any(text[span.start] in _QUOTES for span in contents)
    return Attribution(
        cue=reading.cues[0],
        content=contents,
        source=_named(text, reading),
        construction="quote" if quoted else "clause",
        lemma=_lemma(text, reading.cues[0], cues),
        confidence=reading.sure,
    )


def _speaks(text: str, item: Attribution) -> bool:
    """Tell speakers from words that point at what was said, from deeds, and from guesses."""
    words = item.source.of(text).lower().split() if item.source is not None else []
    if len(words) == 1 and words[0] in _POINTERS:
        return False
    if item.lemma in _INFERRING and not _DEEDS.isdisjoint(words):
        return False
    return not item.cue.of(text).lower().startswith(_GUESSING)


def _unnamed(text: str, item: Attribution) -> Attribution:
    """Name nobody where hearsay speaks ("Allegations have surfaced that C")."""
    if item.source is not None and _HEARSAY.fullmatch(item.source.of(text)):
        return replace(item, source=None, resolved_source=None)
    return item


def _named(text: str, reading: Reading) -> Span | None:
    """The first source without a possessive ending; None for "it has been claimed"."""
    if not reading.sources or reading.sources[0].of(text).lower() == "it":
        return None
    source = reading.sources[0]
    ending = _POSSESSIVE.search(source.of(text))
    return Span(source.start, source.start + ending.start()) if ending else source


def _contents(text: str, reading: Reading) -> tuple[Span, ...]:
    """Contents without the "that" which the training data count as part of them."""
    spans = [
        Span(span.start + 5, span.end) if span.of(text)[:5].lower() == "that " else span
        for span in reading.contents
    ]
    said = tuple(span for span in spans if span.of(text).lower() not in _RELATIVE)
    return said or (spans[0],)


def _lemma(text: str, cue: Span, cues: Cues) -> str:
    """The first entry of the lexicon that stands in a cue."""
    tokens = tokenize(text, cue.start, cue.end)
    for readings in cues.find(tokens, [True] * len(tokens)):
        return readings[0].cue.cue
    return ""
