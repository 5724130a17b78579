"""The first tagger: reporting cues and the patterns around them, over tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from framing.attribution.contents import attributions
from framing.attribution.cues import CueMatch, Cues
from framing.attribution.line import Head, Line, line_of
from framing.attribution.nouns import noun_head
from framing.attribution.others import (
    adverb_head,
    before_head,
    citing_head,
    colon_head,
    phrase_head,
    quoted_as_saying,
    trailing_head,
)
from framing.attribution.passing import asides, with_asides, without
from framing.attribution.phrases import (
    AUXILIARIES,
    DETERMINERS,
    PRONOUNS,
    SUBORDINATORS,
    is_adverb,
)
from framing.attribution.spans import Attribution, Sentence, Span
from framing.attribution.tokens import Quotation, quotations
from framing.attribution.verbs import verb_head

__all__ = ["CueTagger"]

_MIN_FLOATING_WORDS = 4


class CueTagger:
    """Finds attributions by reporting cues; made once from a lexicon, used for many documents.

    Parameters
    ----------
    cues : Cues
        The lexicon, see `read_cues`.
    """

    def __init__(self, cues: Cues) -> None:
        self._cues = cues

    def tag_documents(
        self, documents: Sequence[tuple[str, Sequence[Sentence]]]
    ) -> Iterator[list[Attribution]]:
        """Find the attributions of each document, in the order of their cues."""
        for text, sentences in documents:
            yield self.tag(text, sentences)

    def tag(self, text: str, sentences: Sequence[Sentence]) -> list[Attribution]:
        """Find the attributions of one document, in the order of their cues."""
        quotes = quotations(text)
        found: list[Attribution] = []
        for sentence in sentences:
            near = [quote for quote in quotes if quote.outer.overlaps(sentence.span)]
            found.extend(self._of_line(line_of(text, sentence, near)))
        found.sort(key=lambda item: (item.cue.start, item.content[0].start))
        return _with_floating(text, found, quotes, sentences)

    def _of_line(self, line: Line) -> list[Attribution]:
        """Find the attributions of one sentence, read without its asides.

        An aside that turns out to be part of what is said is put back, and the sentence read anew.
        """
        noted = asides(line)
        while noted:
            bare = without(line, noted)
            found, used = with_asides(line, attributions(bare, self._heads(bare)), noted)
            if len(used) == len(noted):
                return found
            noted = used
        return attributions(line, self._heads(line))

    def _heads(self, line: Line) -> list[Head]:
        """Recognise the constructions of one sentence, from left to right."""
        heads: list[Head] = []
        if line.sentence.position == "title":
            colon = colon_head(line)
            if colon is not None:
                return [colon]
        for readings in self._cues.find(line.tokens[: line.end], line.free):
            first = readings[0].first
            if any(_takes_up(head, first) for head in heads) or _is_name(line, first):
                continue
            for match in _likely_first(line, readings):
                head = self._head(line, match, heads)
                if head is not None:
                    heads.append(head)
                    break
        if not heads:
            colon = colon_head(line)
            heads.extend([colon] if colon is not None else [])
        return heads

    def _head(self, line: Line, match: CueMatch, earlier: list[Head]) -> Head | None:
        """Ask the recogniser that belongs to the kind of cue."""
        kind = match.cue.kind
        quoted = quoted_as_saying(line, match)
        if quoted is not None:
            return quoted
        if kind == "verb":
            return verb_head(line, match, earlier)
        if kind == "noun":
            return noun_head(line, match, earlier, self._cues)
        if kind == "before":
            return before_head(line, match)
        if kind == "by":
            return trailing_head(line, match)
        if kind == "citing":
            return citing_head(line, match, earlier)
        return phrase_head(line, match) if kind == "phrase" else adverb_head(line, match)


def _takes_up(head: Head, position: int) -> bool:
    """Tell whether a word belongs to the source or carriers of "according to X cited by Y,"."""
    return head.construction == "phrase" and head.low <= position < head.high


def _is_name(line: Line, position: int) -> bool:
    """Tell whether a capitalised word inside a sentence is part of a name ("New York Post")."""
    return (
        position > 0
        and line.tokens[position].is_capital
        and line.sentence.position != "title"
        and line.tokens[position - 1].is_word
    )


def _likely_first(line: Line, readings: list[CueMatch]) -> list[CueMatch]:
    """Order the readings of one form: "citing" before "cite", a noun after its owner or article."""
    first = readings[0].first
    nominal = False
    for back in range(1, 5):
        before = line.lower(first - back)
        if before in DETERMINERS or before == "'s":
            nominal = True
            break
        if not before or is_adverb(line.tokens[first - back]) or not before.isalpha():
            break
        if line.tokens[first - back].is_capital or before in PRONOUNS | AUXILIARIES | SUBORDINATORS:
            break
    if (
        nominal
        and line.lower(readings[0].last) not in ("that", "by", "from", "of", ",")
        and back > 1
    ):
        nominal = False
    order = {"citing": 0, "by": 0, "noun": 1 if nominal else 3}
    return sorted(readings, key=lambda match: order.get(match.cue.kind, 2))


def _with_floating(
    text: str,
    found: list[Attribution],
    quotes: Sequence[Quotation],
    sentences: Sequence[Sentence],
) -> list[Attribution]:
    """Give quotations without a cue to the speaker named before them."""
    result = list(found)
    covered = [span for item in found for span in item.content]
    for quote in quotes:
        if any(quote.outer.overlaps(span) for span in covered) or any(
            item.cue.overlaps(quote.outer) for item in found
        ):
            continue
        if not _stands_alone(text, quote, sentences):
            half = _other_half(quote, result, sentences)
            if half is not None:
                split = result[half]
                result[half] = replace(split, content=(*split.content, quote.outer))
            continue
        host = _speaker_before(text, quote.outer, result, sentences)
        if host is None:
            result.append(_unspoken(text, quote, found))
            continue
        earlier = result[host]
        near = "\n" not in text[earlier.cue.end : quote.outer.start]
        if near and earlier.construction in ("quote", "floating"):
            result[host] = replace(earlier, content=(*earlier.content, quote.outer))
        else:
            result.append(
                replace(earlier, content=(quote.outer,), construction="floating", whole=False)
            )
    result.sort(key=lambda item: (item.cue.start, item.content[0].start))
    return result


def _other_half(
    quote: Quotation, found: Sequence[Attribution], sentences: Sequence[Sentence]
) -> int | None:
    """Return the quotation, by its attribution, that goes on after its cue, or None.

    Whatever stands between a cue and this quotation, nothing else in the sentence says it.
    """
    home = next((s.span for s in sentences if s.span.overlaps(quote.outer)), None)
    near = [
        index
        for index, item in enumerate(found)
        if home is not None and home.overlaps(item.cue) and item.cue.end <= quote.outer.start
    ]
    if len(near) != 1 or found[near[0]].construction != "quote":
        return None
    said = found[near[0]].content
    return near[0] if all(span.end <= found[near[0]].cue.start for span in said) else None


def _unspoken(text: str, quote: Quotation, found: Sequence[Attribution]) -> Attribution:
    """Attribute a quotation without a speaker to whoever says the same words elsewhere."""
    words = quote.inner.of(text).strip(" .,!?").lower()
    for item in found:
        if item.source is not None and any(words in part.of(text).lower() for part in item.content):
            return replace(item, content=(quote.outer,), construction="floating", whole=False)
    nothing = Span(quote.outer.start, quote.outer.start)
    return Attribution(cue=nothing, content=(quote.outer,), construction="floating")


def _stands_alone(text: str, quote: Quotation, sentences: Sequence[Sentence]) -> bool:
    """Tell whether the sentences a quotation lies in hold (next to) nothing else."""
    if len(quote.inner.of(text).split()) < _MIN_FLOATING_WORDS:
        return False
    around = [s.span for s in sentences if s.span.overlaps(quote.outer)]
    if not around:
        return False
    outside = text[around[0].start : quote.outer.start] + text[quote.outer.end : around[-1].end]
    return not any(character.isalnum() for character in outside)


def _speaker_before(
    text: str, quote: Span, found: Sequence[Attribution], sentences: Sequence[Sentence]
) -> int | None:
    """Return the index of the attribution whose speaker goes on, or None.

    The last attribution before the quotation counts if nothing but its own sentence stands
    between, in the same paragraph or the one before.
    """
    best: int | None = None
    for index, item in enumerate(found):
        if item.source is None or _last(item) > quote.start or item.construction == "noun":
            continue
        if best is None or _last(item) >= _last(found[best]):
            best = index
    if best is None:
        return None
    end = _last(found[best])
    end = next((s.span.end for s in sentences if s.span.start < end <= s.span.end), end)
    between = text[end : quote.start]
    said = any(character.isalnum() for character in between)
    return None if said or between.count("\n") > 2 else best


def _last(item: Attribution) -> int:
    """Return where an attribution ends."""
    return max(
        item.cue.end,
        *(span.end for span in item.content),
        *([item.source.end] if item.source else []),
    )
