"""What is left: sentences and clauses that nobody is named for are the outlet's own claims."""

from __future__ import annotations

import re
from collections.abc import Sequence

from framing.attribution.phrases import AUXILIARIES, is_verb_like
from framing.attribution.spans import Attribution, Sentence, Span
from framing.attribution.tokens import Token, tokenize

__all__ = ["narration"]

_MIN_WORDS = 4
_CONCESSIVE = re.compile(r"(?:Although|Though|While|Whereas|Even though)\s")
_LINKS = re.compile(
    r"^(?:[\s,;:–—-]|\b(?:but|and|while|although|which|yet|as|though|whereas|so)\b)+|"
    r"(?:[\s,;:–—-]|\b(?:but|and|while|although|which|yet|as|though)\b)+$",
    re.IGNORECASE,
)


def narration(text: str, sentence: Sentence, found: Sequence[Attribution]) -> list[Span]:
    """Return the stretches of one sentence that the outlet says in its own voice.

    A sentence without an attribution is narration as a whole; if it opens with "Although A, B" the
    two clauses stand apart, since one may be negated and the other not. Of a sentence with an
    attribution only a clause before it is kept, and only where it has a subject, a finite verb and
    a comma, semicolon or conjunction that sets it off.
    """
    taken = [
        span
        for item in found
        for span in (item.cue, *item.content, *item.carriers)
        if span.overlaps(sentence.span)
    ]
    if not taken:
        return _clauses(text, sentence.span)
    first = min(span.start for span in taken)
    lead = Span(sentence.span.start, max(first, sentence.span.start))
    sources = [item.source for item in found if item.source is not None]
    for source in sources:
        if lead.start <= source.start < lead.end and source.end <= first:
            between = text[source.end : first]
            # The subject of the reporting verb is no narration; that of an earlier verb is.
            if not any(is_verb_like(token) for token in tokenize(between)[:-1]):
                lead = Span(lead.start, source.start)
    return [span for span in [_independent(text, lead)] if span is not None]


def _clauses(text: str, sentence: Span) -> list[Span]:
    """Split "Although A, B" in two; any other sentence stays whole."""
    words = sentence.of(text)
    opening = _CONCESSIVE.match(words)
    if opening is None:
        return [sentence]
    tokens = tokenize(text, sentence.start, sentence.end)
    for position, token in enumerate(tokens):
        if token.text != "," or position < _MIN_WORDS:
            continue
        left = Span(sentence.start + opening.end(), token.start)
        right = Span(
            tokens[position + 1].start if position + 1 < len(tokens) else sentence.end, sentence.end
        )
        if _is_clause(tokens[1:position]) and _is_clause(tokens[position + 1 :]):
            return [left, right]
    return [sentence]


def _is_clause(tokens: Sequence[Token]) -> bool:
    """Tell whether there is a subject and, after it, a finite verb."""
    words = [token for token in tokens if token.is_word]
    return (
        len(words) >= _MIN_WORDS
        and any(is_verb_like(token) for token in words[1:8])
        and words[0].lower not in AUXILIARIES
        and not is_verb_like(words[0])
    )


def _independent(text: str, lead: Span) -> Span | None:
    """Return the clause before an attribution without its linking words, or None."""
    words = lead.of(text)
    closing = _LINKS.search(words, max(0, len(words) - 14))
    if closing is None or not words.strip():
        return None
    stripped = _LINKS.sub("", _LINKS.sub("", words))
    offset = words.find(stripped)
    span = Span(lead.start + offset, lead.start + offset + len(stripped))
    linked = re.search(
        r"(?:;|[,–—]\s*(?:but|and|while|although|which|yet|as|though|\w+ing)?|\band|\bbut)\s*$",
        words,
    )
    tokens = tokenize(text, span.start, span.end)
    return span if linked and _is_clause(tokens) and span.of(text).strip() else None
