"""Words and marks with offsets, and the quotations among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from framing.attribution.spans import Span

__all__ = ["Quotation", "Token", "quotations", "tokenize"]

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}(?:-\w+)*"  # U.S., U.S.-led
    r"|(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sgt|Maj|Prof|Sen|Rep|Gov|St|Adm|Capt|Jr|Sr|No)\.(?=\s)"
    r"|['’]s\b(?!\w)"  # the possessive stands alone
    r"|\w+(?:[-‑]\w+|['’](?!s\b)\w+|[.,]\d+|&\w+)*"
    r"|''|``|\.\.\.|--"
    r"|\S"
)


class Token(NamedTuple):
    """A word or a mark; `lower` has straight apostrophes and is what lexicons are asked with."""

    text: str
    lower: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """True for anything with a letter or digit in it (the possessive 's is one)."""
        return self.text.isalnum() or any(character.isalnum() for character in self.text)

    @property
    def is_capital(self) -> bool:
        """True where the first character is an upper-case letter."""
        return self.text[:1].isupper()


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Split a stretch of text into tokens whose offsets point into the whole text.

    Examples
    --------
    >>> [token.text for token in tokenize("The U.S.-led group didn't back Putin’s claim.")]
    ['The', 'U.S.-led', 'group', "didn't", 'back', 'Putin', '’s', 'claim', '.']
    """
    stop = len(text) if end is None else end
    return [
        Token(word := match.group(), word.lower().replace("’", "'"), match.start(), match.end())
        for match in _TOKEN.finditer(text, start, stop)
    ]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks: `outer` with the marks, `inner` without them."""

    outer: Span
    inner: Span
    closed: bool


_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›"}
_MARK = re.compile("[“„«‹»\"'‘`]")
_LINE = re.compile(r"[^\n]+")
_MAX_SINGLE = 400  # characters; a lone apostrophe must not open a quotation of half a page


def quotations(text: str) -> list[Quotation]:
    """Find the quotations of a document, whatever marks it uses; they never cross a line.

    A mark that is opened and never closed counts only where a paragraph starts with it and the
    next one does too (a quotation over several paragraphs); any other stray mark is ignored.

    Examples
    --------
    >>> text = "He called it „ein Fehler“ and ‘a costly one’; it wasn't, officials’ notes say."
    >>> [quote.inner.of(text) for quote in quotations(text)]
    ['ein Fehler', 'a costly one']
    """
    lines = list(_LINE.finditer(text))
    found: list[Quotation] = []
    for number, line in enumerate(lines):
        follower = lines[number + 1].group().lstrip() if number + 1 < len(lines) else ""
        found.extend(_line_quotations(text, line.start(), line.end(), follower))
    return found


def _line_quotations(text: str, start: int, end: int, follower: str) -> list[Quotation]:
    """Read one line from left to right; nested quotations belong to the outer one."""
    found: list[Quotation] = []
    position = start
    while (mark := _MARK.search(text, position, end)) is not None:
        position = mark.start()
        opening = _opening(text, position, start, end)
        if not opening:
            position += 1
            continue
        closing = _closing(text, position, opening, end)
        if closing is not None:
            close_start, close_end = closing
            found.append(
                Quotation(
                    Span(position, close_end), Span(position + len(opening), close_start), True
                )
            )
            position = close_end
        elif not text[start:position].strip() and follower.startswith(opening):
            stop = start + len(text[start:end].rstrip())
            found.append(
                Quotation(Span(position, stop), Span(position + len(opening), stop), False)
            )
            return found
        else:
            position += len(opening)
    return found


def _opening(text: str, position: int, start: int, end: int) -> str:
    """Return the opening mark that stands here, or an empty string."""
    mark = text[position]
    if mark in "“„«‹":
        return mark
    before = text[position - 1] if position > start else " "
    free = before.isspace() or before in "([{—–-:/"
    if text.startswith(("''", "``"), position):
        after = text[position + 2] if position + 2 < end else " "
        return text[position : position + 2] if free and not after.isspace() else ""
    after = text[position + 1] if position + 1 < end else " "
    if mark in "\"'‘»" and free and not after.isspace():
        return mark
    return ""


def _closing(text: str, position: int, opening: str, end: int) -> tuple[int, int] | None:
    """Find where the mark that closes `opening` starts and ends, on this line."""
    first = position + len(opening)
    if opening in ("''", "``"):
        close = text.find("''", first, end)
        return (close, close + 2) if close > first else None
    if opening in ("'", "‘"):
        marks = "'" if opening == "'" else "’"
        for close in range(first + 1, min(end, first + _MAX_SINGLE)):
            if text[close] in marks and _ends_word(text, close, end):
                return close, close + 1
        return None
    # A straight mark closes itself; inside it another style may be nested freely.
    marks = '"' if opening == '"' else _PAIRS[opening]
    depth = 0
    for close in range(first, end):
        if opening == "“" and text[close] == "“":
            depth += 1
        elif text[close] in marks:
            if depth == 0:
                return (close, close + 1) if close > first else None
            depth -= 1
    return None


def _ends_word(text: str, position: int, end: int) -> bool:
    """Tell a closing single mark from an apostrophe: no letter follows, and no space precedes."""
    after = text[position + 1] if position + 1 < end else " "
    return not after.isalnum() and not text[position - 1].isspace()


def inside(position: int, quotes: Sequence[Quotation]) -> Quotation | None:
    """Return the quotation that a character lies in, if any."""
    for quote in quotes:
        if quote.outer.start <= position < quote.outer.end:
            return quote
    return None
