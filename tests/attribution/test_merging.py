"""What of the network's readings is kept beside the patterns. Invented text."""

from __future__ import annotations

import pytest

from framing.attribution import Attribution, Span, read_cues
from framing.attribution.learned.merging import Reading, merged


def span(text: str, words: str) -> Span:
    """Where some words stand in a text."""
    start = text.index(words)
    return Span(start, start + len(words))


def reading(text: str, source: str, cue: str, *contents: str, sure: float = 0.9) -> Reading:
    """A reading of the network that is equally sure of all its spans."""
    sources, cues = (span(text, source),), (span(text, cue),)
    said = tuple(span(text, words) for words in contents)
    return Reading(sources, cues, said, dict.fromkeys((*sources, *cues, *said), sure))


def alone(text: str, *parts: str) -> list[Attribution]:
    """What becomes of a reading that no pattern agrees with."""
    return merged(text, [reading(text, *parts)], [], read_cues())


def test_a_speaker_that_no_pattern_knows_is_kept() -> None:
    [item] = alone("Ada Holt is a proponent of lifts.", "Ada Holt", "is a proponent of", "lifts")
    assert (item.source, item.lemma) == (Span(0, 8), "")


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("Her visit to the lifts shows a new care.", "Her visit", "shows", "a new care"),
        ("They met, which supports Holt’s claim.", "which", "supports", "Holt’s claim"),
        ("It is a lift that Holt may seek to sell.", "Holt", "may seek", "to sell"),
    ],
)
def test_deeds_pointers_and_guesses_say_nothing(
    text: str, source: str, cue: str, content: str
) -> None:
    assert alone(text, source, cue, content) == []


def test_a_document_that_shows_something_says_it() -> None:
    [item] = alone("A survey shows a new care.", "A survey", "shows", "a new care")
    assert item.lemma == "show"


def test_hearsay_is_nobodys() -> None:
    text = "Unconfirmed reports have surfaced that the lift is old."
    [item] = alone(text, "Unconfirmed reports", "have surfaced", "the lift is old")
    assert item.source is None


def test_a_claim_around_its_cue_stays_whole() -> None:
    text = "The lift is seen as old."
    pattern = Attribution(
        cue=span(text, "is seen"), content=(Span(0, len(text) - 1),), construction="passive"
    )
    cut = Reading((), (pattern.cue,), (Span(0, 8), Span(16, 22)),
                  dict.fromkeys((pattern.cue, Span(0, 8), Span(16, 22)), 0.9))  # fmt: skip
    [item] = merged(text, [cut], [pattern], read_cues())
    assert item.content == pattern.content
    assert item.confidence == 0.9
