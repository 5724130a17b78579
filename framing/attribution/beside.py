"""Outlets named beside an attribution, by a preposition and outside of what is said.

Carriers are named in more ways than can be listed ("let slip to a reporter of X", "in an op-ed
for X", "asked by X", "on X's morning programme"). Whatever the wording, an outlet that a
preposition ties to the words of saying has carried them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from framing.attribution.outlets import is_no_link, is_outlet, whole_name
from framing.attribution.resolve import is_place_or_body
from framing.attribution.spans import Attribution, Sentence, Span, places_touched, speaker_span

__all__ = ["with_outlets_beside"]

_THE = r"(?:(?:the|an?|its|his|her|their)\s+)?"
_KIND = (
    r"(?:[a-z-]+\s+){0,2}(?:daily|weekly|monthly|newspaper|paper|magazine|tabloid|journal|agency"
    r"|broadcaster|channel|station|network|programme|program|podcast|portal|site|website|outlet)\s+"
)
_STAFF = (
    r"(?:[\w-]+\s+){0,2}(?:reporter|correspondent|journalist|interviewer|man|woman|crew|team"
    r"|edition|issue|pages|readers|listeners|viewers)\s+(?:of|from|for|at|with)\s+"
)
_PIECE = r"(?:op-ed|column|article|essay|commentary|piece|interview|blog|report)\s+(?:for|of)\s+"
_BESIDE = re.compile(
    rf"\b(?:(?:[Tt]o|[Ii]n|[Oo]n|[Bb]y|[Ww]ith|via)\s+(?:{_THE}{_STAFF})?|{_PIECE})"
    rf"(?P<place>{_THE}(?P<kind>{_KIND})?[A-Z])"
)
# Where somebody denies, the outlet is mostly the one whose report is denied.
_DENIES = re.compile(r"den(?:y|ie)|dismiss|refut|reject|rebut|contradict|disput|debunk", re.I)
_EMPLOYED = re.compile(r"\b(?:time|job|career|role|years)\s+$")  # "in his time on X"
_REACH = 30  # characters before an outlet in which a denial is looked for
_ROOMS = re.compile(r"\b(?:Cent(?:er|re)|Building|Club|House|Tower|Conference|Awards?|Prize)\b")
_MEDIA = frozenset({"TV", "TELEVISION", "RADIO", "PRESS", "NEWS"})  # "said to the TV"
_NOBODYS = frozenset({"adverb", "passive", "floating"})  # nobody is named, or only elsewhere


def with_outlets_beside(
    text: str,
    found: Sequence[Attribution],
    sentences: Sequence[Sentence],
    voice_of: Callable[[str], str],
) -> list[Attribution]:
    """Give each outlet that stands beside attributions to the nearest of them, as a carrier."""
    result = list(found)
    cued: dict[int, list[int]] = {}
    for k, item in enumerate(found):
        for number in places_touched(sentences, item.cue):
            cued.setdefault(number, []).append(k)
    for number, near in sorted(cued.items()):
        sentence = sentences[number]
        hosts = [k for k in near if _carries(text, result[k])]
        if not hosts:
            continue
        taken = [span for k in near for span in _spans(text, result[k])]
        for place in _named(text, sentence.span, voice_of):
            if not any(place.overlaps(span) for span in taken):
                k = min(hosts, key=lambda k: _distance(result[k], place))
                result[k] = _joined(result[k], place)
    return result


def _carries(text: str, item: Attribution) -> bool:
    """Whether what an attribution reports can have been carried by an outlet beside it."""
    denies = _DENIES.search(f"{item.lemma} {item.cue.of(text)}")
    named = item.source is not None or item.construction == "clause"  # "rumours have it that"
    return named and item.construction not in _NOBODYS and not denies


def _spans(text: str, item: Attribution) -> list[Span]:
    """All that an attribution has made something of; an apposition to its source is free."""
    source = [] if item.source is None else [speaker_span(text, item.source)]
    return [*item.content, *item.carriers, *source]


def _named(text: str, sentence: Span, voice_of: Callable[[str], str]) -> list[Span]:
    """Outlets that a preposition names, with the word for their kind, in the order of the text."""
    places = []
    for match in _BESIDE.finditer(text, sentence.start, sentence.end):
        place = whole_name(text, Span(*match.span("place")))
        name = text[match.end() - 1 : place.end]
        of_kind = match["kind"] is not None and not is_place_or_body(name)
        before = text[max(sentence.start, match.start() - _REACH) : match.start()]
        if (
            (of_kind or is_outlet(name, voice_of))
            and not (_DENIES.search(before) or _EMPLOYED.search(before))
            and not (is_no_link(name) or name.upper() in _MEDIA or _ROOMS.search(name))
        ):
            places.append(place)
    return places


def _distance(item: Attribution, place: Span) -> int:
    """Characters between an outlet and the reporting words."""
    return max(item.cue.start - place.end, place.start - item.cue.end, 0)


def _joined(item: Attribution, place: Span) -> Attribution:
    """Add an outlet to the carriers, in the order of the text."""
    outer = [carrier for carrier in item.carriers if carrier.start > place.start]
    inner = [carrier for carrier in item.carriers if carrier.start <= place.start]
    return replace(item, carriers=(*inner, place, *outer), beside=(*item.beside, place))
