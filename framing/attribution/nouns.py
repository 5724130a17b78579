"""Reporting nouns: X's claim that C; made a statement that C; in his view, C; fears that C."""

from __future__ import annotations

from framing.attribution.cues import CueMatch, Cues
from framing.attribution.line import Head, Line, TokenRange
from framing.attribution.phrases import (
    AUXILIARIES,
    DETERMINERS,
    POSSESSIVES,
    is_adverb,
    is_verb_like,
    noun_phrase_left,
    noun_phrase_right,
)

__all__ = ["noun_head"]

_LIGHT_VERBS = frozenset(
    "make makes made making issue issues issued issuing repeat repeats repeated repeating release"
    " releases released give gives gave given giving spread spreads spreading push pushes pushed"
    " promote promotes promoted disseminate disseminates disseminated disseminating peddle peddles"
    " peddled circulate circulates circulated amplify amplifies amplified voice voices voiced raise"
    " raises raised express expresses expressed expressing publish publishes published send sends"
    " sent deliver delivers delivered echo echoes echoed reiterate reiterates reiterated air aired"
    " have has had hold holds held share shares shared level levelled leveled offer offers offered"
    " draw drew reach reached come came float floated advance advanced".split()
)
_RELAYS = frozenset(
    "passed passes brought brings delivered delivers conveyed conveys relayed relays carried"
    " carries".split()
)
_BE_OF = frozenset("is was remains".split())
_MAX_MODIFIERS = 4
_NOT_SOURCES = frozenset("new recent previous similar such same false other more earlier".split())


def noun_head(line: Line, match: CueMatch, earlier: list[Head], cues: Cues) -> Head | None:
    """Recognise the construction around a reporting noun, or return None."""
    here = match.last
    cue = (match.first, match.last)
    maker = _maker_after(line, here)
    if maker is not None:
        here = maker[1]
    if line.lower(match.last) == "," and line.lower(0) in ("in", "by", "on", "at"):
        return _in_his_view(line, match)
    if match.cue.cue == "word" and maker is None and line.lower(match.first - 1) in DETERMINERS:
        return None  # "the word that everybody avoids"
    relayed = None if maker is None else _relayer(line, match.first)
    start = _content_start(line, here, cues)
    if start is None and relayed is not None and line.lower(here) == ":" and here + 1 < line.end:
        start = here + 1
    if start is None:
        return None
    floor = max((head.high for head in earlier if head.high <= match.first), default=0)
    source, low = _owner(line, match, floor)
    if maker is not None:
        source = maker
    if source is None:
        source, low = _maker_before(line, low, floor, earlier)
    if source is None and any(head.high == start for head in earlier):
        return None  # "denied reports that C": the denial has the content already
    if maker is None and line.lower(here) != "that":
        cue = (match.first, start - (line.lower(start - 1) == "that"))
    return Head(
        match,
        (min(low, cue[0]) if source is None else cue[0], cue[1]),
        source,
        low,
        start,
        "right",
        "noun",
        [relayed] if relayed is not None else [],
    )


def _relayer(line: Line, noun: int) -> TokenRange | None:
    """Find who "brought a message" or "passed on word" from somebody else."""
    here = noun - (line.lower(noun - 1) in DETERMINERS) - 1
    here -= line.lower(here) in ("on", "along")
    return line.subject(here, 0) if line.lower(here) in _RELAYS else None


def _content_start(line: Line, here: int, cues: Cues) -> int | None:
    """Return where the content starts: after "that", or after "alleging that"."""
    if line.lower(here) == "that" and here + 1 < line.end:
        return here + 1 if line.lower(here + 1) not in AUXILIARIES else None
    forms = cues.by_first.get(line.lower(here), ())
    if any(cue.kind == "verb" and form == 3 and len(words) == 1 for words, cue, form in forms):
        start = here + 1 + (line.lower(here + 1) == "that")
        return start if start < line.end else None
    return None


def _maker_after(line: Line, here: int) -> TokenRange | None:
    """Find the source in "the claim by X that C" or "a statement from X that C"."""
    if line.lower(here) not in ("by", "from", "of"):
        return None
    phrase = noun_phrase_right(line.tokens, here + 1, line.end)
    if phrase is not None and line.lower(phrase[1]) in ("that", ":"):
        return phrase
    return None


def _owner(line: Line, match: CueMatch, floor: int) -> tuple[TokenRange | None, int]:
    """Find whose claim it is ("Putin's", "his", "Russian"), and where the noun phrase starts."""
    first = match.first
    for _ in range(_MAX_MODIFIERS):
        before = line.lower(first - 1)
        if first - 1 < floor or not line.free[first - 1] or not line.tokens[first - 1].is_word:
            break
        if before in ("'s",) or before in POSSESSIVES:
            break
        if before in DETERMINERS or before in AUXILIARIES or before in _LIGHT_VERBS:
            break
        if line.tokens[first - 1].is_capital and first - 1 > floor:
            owner = noun_phrase_left(line.tokens, first, floor)
            if owner is not None and line.lower(owner[0]) not in _NOT_SOURCES:
                return owner, owner[0]
        if is_verb_like(line.tokens[first - 1]) or before in (
            "of",
            "to",
            "by",
            "with",
            "and",
            "that",
        ):
            break
        first -= 1
    before = line.lower(first - 1)
    if before in POSSESSIVES - {"its", "whose"} and first - 1 >= floor:
        return (first - 1, first), first - 1
    if before == "'s" and first - 1 > floor:
        owner = noun_phrase_left(line.tokens, first - 1, floor)
        if owner is not None:
            return owner, owner[0]
    if first == match.first and before.endswith("s'") and first - 1 >= floor:
        owner = noun_phrase_left(line.tokens, first, floor)
        return owner, owner[0] if owner is not None else first
    return None, first


def _maker_before(
    line: Line, first: int, floor: int, earlier: list[Head]
) -> tuple[TokenRange | None, int]:
    """Find who "made a bold statement that" or "has spread claims that"."""
    here = first
    while here > floor and line.lower(here - 1) in DETERMINERS:
        here -= 1
    verb = here - 1
    if verb <= floor - 1 or verb < 0 or line.lower(verb) not in _LIGHT_VERBS:
        return None, first
    while verb > floor and (
        is_adverb(line.tokens[verb - 1]) or line.lower(verb - 1) in AUXILIARIES
    ):
        verb -= 1
    source = line.subject(verb, floor)
    if source is not None:
        return source, source[0]
    if line.lower(verb - 1) in ("and", "but") and earlier and earlier[-1].source is not None:
        return earlier[-1].source, verb
    return None, first


def _in_his_view(line: Line, match: CueMatch) -> Head | None:
    """In his view, C; in Peskov's opinion, C."""
    owner: TokenRange | None = None
    if line.lower(match.first - 1) in POSSESSIVES and match.first == 2:
        owner = (1, 2)
    elif line.lower(match.first - 1) == "'s" and match.first > 2:
        owner = (1, match.first - 1)
    if owner is None or match.last + 1 >= line.end:
        return None
    return Head(match, (0, match.last), owner, 0, match.last + 1, "right", "phrase")
