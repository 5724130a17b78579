"""Who said it and who carried it: the links of each attribution, inner to outer."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from framing.attribution.outlets import is_no_link, is_outlet, may_be_outlet, whole_name
from framing.attribution.spans import Attribution, Span, speaker_span

__all__ = ["Chain", "chains"]

_CARRIED = re.compile(r"\bby\s(?:the\s)?$")
_PIECE = re.compile(
    r"(?:an?|the)\s(?:[a-z-]+\s)?(?:report|exclusive|article|story|dispatch|scoop)\s"
    r"(?:in|by|from|on)\s(?:the\s)?(?=[A-Z])"
)
_SLACK = 2  # characters, such as a mark and a space, that a report may differ by at its edges
_LEADING = re.compile(r"(?:with|to|by|from)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chain:
    """One attribution with its speaker and the links that passed its content on.

    `beside` are those of the links that are known only by where they stand.
    """

    attribution: Attribution
    speaker: Span | None
    carriers: tuple[Span, ...]
    beside: tuple[Span, ...]


def chains(text: str, found: Sequence[Attribution], voice_of: Callable[[str], str]) -> list[Chain]:
    """Order the links of every attribution inner to outer, and drop what only passes on.

    An attribution whose content is itself attributed ("Reuters reported that Peskov said C") is a
    link of the inner one; it is a claim of its own only where its source is not an outlet.
    """
    around, within = _enclosing(found), _relayed(found)
    result = []
    for k, item in enumerate(found):
        if k in within and item.source is not None and is_outlet(item.source.of(text), voice_of):
            continue
        outwards = around.get(k, [])
        carriers = [*_links(text, item, voice_of)]
        for outer in outwards:
            if outer.source is not None:
                carriers.append(_publisher(text, speaker_span(text, outer.source)))
            carriers.extend(_links(text, outer, voice_of))
        speaker = item.resolved_source or item.source
        kept = tuple(_distinct(text, speaker, carriers))
        near = {span for one in (item, *outwards) for span in one.beside}
        result.append(Chain(item, speaker, kept, tuple(span for span in kept if span in near)))
    return result


def _links(text: str, item: Attribution, voice_of: Callable[[str], str]) -> list[Span]:
    """Return the carriers that are links: outlets told or cited, and sources that passed it on."""
    links = []
    for carrier in item.carriers:
        opening = _LEADING.match(carrier.of(text))
        span = Span(carrier.start + (opening.end() if opening else 0), carrier.end)
        span = _publisher(text, speaker_span(text, span))
        name = span.of(text)
        named = any(letter.isupper() for letter in name)
        if is_no_link(name) and not (named and is_outlet(name, voice_of)):
            continue  # "a packed news conference"
        if is_outlet(name, voice_of):
            links.append(whole_name(text, span) if named else span)
            continue
        between = text[item.cue.end : span.start] if item.cue.end <= span.start else ","
        told = "," not in between and not _CARRIED.search(between)
        if told and item.construction != "phrase" and not may_be_outlet(text, span, voice_of):
            continue  # "told Biden that": a hearer, not a carrier
        links.append(span)
    return links


def _publisher(text: str, source: Span) -> Span:
    """The outlet of "an exclusive in the Daily Post", as which it carries a claim."""
    opening = _PIECE.match(source.of(text))
    return source if opening is None else Span(source.start + opening.end(), source.end)


def _enclosing(found: Sequence[Attribution]) -> dict[int, list[Attribution]]:
    """List the attributions in whose content each stands, nearest first."""
    by_cue = sorted(range(len(found)), key=lambda k: found[k].cue.start)
    starts = [found[k].cue.start for k in by_cue]
    around: dict[int, list[Attribution]] = {}
    for other in found:
        if other.construction in ("adverb", "passive", "floating"):
            continue
        inside: set[int] = set()
        for part in other.content:
            first, last = bisect_left(starts, part.start), bisect_right(starts, part.end)
            inside.update(k for k in by_cue[first:last] if _stands_in(found[k], other, part))
        for k in inside:
            if found[k] is not other and found[k].source != other.source:
                around.setdefault(k, []).append(other)
    for outer in around.values():
        outer.sort(key=lambda other: other.content[0].end - other.content[0].start)
    return around


def _stands_in(item: Attribution, other: Attribution, part: Span) -> bool:
    """Tell whether one attribution stands in a stretch of the other's content."""
    if not part.contains(item.cue):
        return False
    if other.construction == "phrase":
        return True
    return part.contains(item.content[0]) and part != item.content[0]


def _relayed(found: Sequence[Attribution]) -> set[int]:
    """Tell whose whole content is the report of another attribution."""
    begins = [
        min(item.source.start, item.cue.start, item.content[0].start) if item.source else -1
        for item in found
    ]
    by_begin = sorted(range(len(found)), key=begins.__getitem__)
    ordered = [begins[k] for k in by_begin]
    relayed = set()
    for k, item in enumerate(found):
        start = item.content[0].start
        near = by_begin[bisect_left(ordered, start) : bisect_right(ordered, start + _SLACK)]
        if any(_passes_on(item, found[other]) for other in near):
            relayed.add(k)
    return relayed


def _passes_on(item: Attribution, other: Attribution) -> bool:
    """Tell whether the content of `item`, from its start, ends with the report of `other`."""
    if other is item or other.source is None or item.source == other.source:
        return False
    if other.construction in ("adverb", "passive"):
        return False
    whole = Span(item.content[0].start, item.content[-1].end)
    told = [carrier.end for carrier in other.carriers if whole.contains(carrier)]
    end = max(other.source.end, other.cue.end, other.content[-1].end, *told)
    return abs(end - whole.end) <= _SLACK


def _distinct(text: str, speaker: Span | None, carriers: Sequence[Span]) -> list[Span]:
    """Drop links that name the speaker or an earlier link again."""
    seen = {speaker_span(text, speaker).of(text).lower()} if speaker is not None else set()
    kept = []
    for carrier in carriers:
        name = carrier.of(text).lower()
        if name not in seen:
            kept.append(carrier)
            seen.add(name)
    return kept
