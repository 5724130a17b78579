"""One sentence as the cue patterns see it, and what they find in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from framing.attribution.cues import CueMatch
from framing.attribution.phrases import (
    noun_phrase_left,
)
from framing.attribution.spans import Construction, Sentence, Span
from framing.attribution.tokens import Quotation, Token, tokenize

__all__ = ["Head", "Line", "TokenRange", "line_of"]

TokenRange = tuple[int, int]
Side = Literal["left", "right", "both", "cover"]
_CLOSERS = frozenset(".!?…,;:)]}\"'”’»“‘") | {"''", "..."}


@dataclass(frozen=True)
class Line:
    """Tokens of one sentence, with the quotations they lie in.

    `quote[k]` is the index of the quotation token k lies in, or -1; `end` is the first token of
    the sentence's closing punctuation.
    """

    sentence: Sentence
    tokens: list[Token]
    quotes: list[Quotation]
    quote: list[int]
    free: list[bool]
    end: int

    def lower(self, position: int) -> str:
        """Read a token in lower case; an empty string outside the sentence."""
        return self.tokens[position].lower if 0 <= position < len(self.tokens) else ""

    def span(self, tokens: TokenRange) -> Span:
        """Turn tokens into characters."""
        return Span(self.tokens[tokens[0]].start, self.tokens[tokens[1] - 1].end)

    def opens(self, position: int) -> bool:
        """Tell whether a quotation starts at this token."""
        return (
            0 <= position < len(self.tokens)
            and self.quote[position] >= 0
            and self.quotes[self.quote[position]].outer.start == self.tokens[position].start
        )

    def quote_before(self, position: int) -> int:
        """Return the quotation that ends right before this token (a comma may intervene), or -1."""
        before = position - 1
        if before >= 0 and self.quote[before] < 0 and self.tokens[before].text in ",.":
            before -= 1
        return self.quote[before] if before >= 0 else -1

    def after_quote(self, position: int) -> int:
        """Return the first token after the quotation that starts here."""
        number = self.quote[position]
        while position < len(self.tokens) and self.quote[position] == number:
            position += 1
        return position

    def subject(self, last: int, floor: int) -> TokenRange | None:
        """Find the noun phrase right before token `last`, looking past an apposition."""
        if self.lower(last - 1) in (",", "–", "—", "-", ")") and last - 1 > floor:
            mark = {")": "("}.get(self.lower(last - 1), self.tokens[last - 1].text)
            for left in range(last - 3, max(floor, last - 28), -1):
                if self.tokens[left].text == mark and self.quote[left] < 0:
                    named = noun_phrase_left(self.tokens, self._before_bracket(left), floor)
                    if named is None or not self._can_be_named(named, left + 1, floor):
                        return None
                    return named[0], last - 1 if mark != "(" else last
            return None
        if not (last > floor and self.quote[last - 1] < 0):
            return None
        return noun_phrase_left(self.tokens, last, floor)

    def _before_bracket(self, last: int) -> int:
        """Step over "(D-Md.)" between a name and what follows it."""
        if self.lower(last - 1) != ")":
            return last
        opening = [k for k in range(max(0, last - 8), last) if self.tokens[k].text == "("]
        return opening[-1] if opening else last

    def _can_be_named(self, named: TokenRange, apposition: int, floor: int) -> bool:
        """Tell "Peskov, the spokesman, said" from "In Kyiv, the spokesman, ..."."""
        begins_phrase = named[0] > floor and self.lower(named[0] - 1) in (
            "in",
            "on",
            "at",
            "after",
            "before",
            "during",
            "since",
            "by",
        )
        clause = self.lower(apposition) in ("but", "and", "while", "although", "because")
        return not begins_phrase and not clause


@dataclass
class Head:
    """A recognised cue with its source, before the content around it is measured out.

    `low` to `high` are the tokens the construction takes up besides its content: content on the
    right starts at `high`, content on the left ends before `low`.
    """

    match: CueMatch | None
    cue: TokenRange
    source: TokenRange | None
    low: int
    high: int
    side: Side
    construction: Construction
    carriers: list[TokenRange] = field(default_factory=list)
    antecedent: TokenRange | None = None
    start: int | None = None  # first token of the content, where it is not `high`
    lemma: str = ""
    gap: bool = False  # the source is taken over from the head or subject before


def line_of(text: str, sentence: Sentence, quotes: Sequence[Quotation]) -> Line:
    """Tokenize a sentence and mark the tokens in quotations."""
    tokens = tokenize(text, sentence.span.start, sentence.span.end)
    near = [quote for quote in quotes if quote.outer.overlaps(sentence.span)]
    marks = []
    for token in tokens:
        inside = [
            number
            for number, quote in enumerate(near)
            if quote.outer.start <= token.start < quote.outer.end
        ]
        marks.append(inside[0] if inside else -1)
    end = len(tokens)
    while end > 0 and tokens[end - 1].text in _CLOSERS and marks[end - 1] < 0:
        end -= 1
    return Line(sentence, tokens, near, marks, [mark < 0 for mark in marks], end)
