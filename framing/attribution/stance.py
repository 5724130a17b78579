"""How far the outlet commits itself, and whether the content is negated or denied."""

from __future__ import annotations

import re

from framing.attribution.cues import Cues
from framing.attribution.phrases import SUBORDINATORS
from framing.attribution.spans import Attribution, Span
from framing.attribution.tokens import tokenize

__all__ = ["is_denied", "is_negated", "stance"]

_REJECTING = re.compile(
    r"\b(falsely|wrongly|untruthfully|erroneously|mendaciously|debunked|disproven|disproved|discredited"
    r"|untrue|bogus|fabricated|false|fake|a lie|no truth)\b",
    re.IGNORECASE,
)
_DISTANCING = re.compile(
    r"\b(without (?:providing |offering |giving |presenting |citing |any |further )*"
    r"(?:evidence|proof|substantiation)|no evidence|unproven|unsubstantiated|unverified|unconfirmed"
    r"|unfounded|baseless|groundless|so-called|supposed|alleged|purported|dubious|disputed"
    r"|propaganda|could not be (?:independently )?(?:verified|confirmed)"
    r"|not (?:been )?independently (?:verified|confirmed))\b",
    re.IGNORECASE,
)
_ENDORSING = re.compile(r"\b(rightly|correctly|truthfully|accurately)\b", re.IGNORECASE)
_NEGATORS = frozenset(
    "not never no nobody nothing none neither nor cannot isn't aren't wasn't weren't hasn't haven't"
    " hadn't won't wouldn't can't couldn't shouldn't don't doesn't didn't".split()
)
_NO_NEGATION = re.compile(
    r"\b(?:not only|no doubt|not just|no matter|no fewer|no less|not least)\b"
)
_NEGATED_CUE = re.compile(r"\b(?:not|never|n['’]t)\b|n['’]t\b", re.IGNORECASE)
_WINDOW = 32  # characters around a cue in which a modifier still belongs to it


def stance(text: str, item: Attribution, sentence: Span, cues: Cues) -> str:
    """Return endorse, report, distance or reject for one attribution.

    The lexicon gives the default for the cue; words beside the cue ("falsely", "unproven",
    "without evidence") override it. Quotation marks around two or three words of the content
    ("the ‘special operation’") are distance, too, unless the marks hold the whole content.
    """
    base = _lexical(text, item, cues)
    beside = _beside(text, item, sentence)
    if _REJECTING.search(beside):
        return "reject"
    if _DISTANCING.search(beside):
        return "reject" if base == "reject" else "distance"
    if _ENDORSING.search(beside):
        return "endorse"
    return base


def _lexical(text: str, item: Attribution, cues: Cues) -> str:
    """Return the stance that the lexicon gives the cue: the least committed of its words."""
    order = ("reject", "distance", "endorse", "report")
    entry = cues.stance_of(item.lemma)
    values = {entry.stance} if entry is not None else set()
    tokens = tokenize(text, item.cue.start, item.cue.end)
    for readings in cues.find(tokens, [True] * len(tokens)):
        values.update(match.cue.stance for match in readings if match.cue.kind in ("verb", "noun"))
    return next((name for name in order if name in values), "report")


def _beside(text: str, item: Attribution, sentence: Span) -> str:
    """Read the words next to a cue that may qualify it, and never the content itself."""
    left = max(sentence.start, item.cue.start - _WINDOW)
    right = min(sentence.end, item.cue.end + _WINDOW)
    blocked = [*item.content] if not item.whole else []
    if item.source is not None:
        blocked.append(item.source)
    for span in blocked:
        if span.end <= item.cue.start:
            left = max(left, span.end)
        elif span.start >= item.cue.end:
            right = min(right, span.start)
    words = text[left:right]
    # "..., he said without evidence": what follows the last of cue, source and content.
    tail = max([item.cue.end, *(span.end for span in blocked)])
    after = text[tail : min(sentence.end, tail + 60)]
    if item.whole:
        words, after = item.cue.of(text), ""
    if item.construction == "noun" and re.match(r"[,\s]*(?:was|were|is|are|has|have)\b", after):
        return f"{words} {text[tail : sentence.end]}"
    return f"{words} {after}" if re.match(r"[,\s”\"]*without\b", after) else words


def is_negated(content: str) -> bool:
    """Tell whether the main clause of a content is negated.

    Looks for a negator before the first subordinate clause; "not only" and the like do not count.
    It misleads with double negation and with negation inside a long subject.

    Examples
    --------
    >>> is_negated("NATO is not directly involved in the conflict")
    True
    >>> is_negated("the alliance will help because it cannot look away")
    False
    """
    plain = _NO_NEGATION.sub("", content.lower().replace("’", "'"))
    for number, token in enumerate(tokenize(plain)):
        if token.lower in _NEGATORS:
            return True
        if number > 0 and (
            token.lower in SUBORDINATORS - {"so", "than", "but"} or token.text == ";"
        ):
            return False
    return False


def is_denied(text: str, item: Attribution, cues: Cues) -> bool:
    """Tell whether the speaker denies the content ("denied that", "does not believe")."""
    entry = cues.stance_of(item.lemma)
    if entry is None:
        return False
    if entry.denied:
        return True
    return entry.kind == "verb" and _NEGATED_CUE.search(item.cue.of(text)) is not None
