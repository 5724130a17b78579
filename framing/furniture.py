"""Lines of a news text that are no prose: its title, photo credits and bylines.

Recognition is conservative: a credit or byline is a whole line that consists of a label ("Photo:",
"Written by") and names, or a paragraph under the title that is only a short name ("Reuters"). A
caption, or a sentence that happens to begin with "Photo:" or "By", stays in the text. Lines are
recognised from the text alone, so that `read` and `sentences` agree.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

__all__ = ["Furniture", "ends_sentence", "find_furniture", "first_line_title", "title_span"]

LONGEST_TITLE = 200
LONGEST_LINE = 240
# "By Jane Doe" has a weak label, so it counts only near the head or the foot of a text.
HEAD_LINES, FOOT_LINES = 5, 3
LONGEST_BARE_NAME = 3  # words

LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
_LINE = re.compile(f"[^{LINE_ENDS}]+")
# Atomic, so that the two characters of "\\r\\n" are never taken for two line ends.
NEWLINE = f"(?>\r\n|[{LINE_ENDS}])"
_BLANK = re.compile(f"{NEWLINE}[^\\S{LINE_ENDS}]*{NEWLINE}|\u2029")
_ENDS_SENTENCE = re.compile(r"""[.!?…。！？।؟][\s"'”’»“)\]}]*$""")
_HEADING_MARK = re.compile(r"\s*#{1,6}[ \t]+")

_CREDIT = re.compile(
    r"""(?: (?:photo(?:graph)?|image|picture|illustration|video|map|graphic)s?
            (?:\s+(?:credit|source)s?)?\s*:
          | credits?\s*: | (?:foto|bild)(?:s|quelle|credits?)?\s*:
          | (?:фото|світлина|изображение|зображення|источник\sфото|джерело\sфото)\s*:
          | (?:photo(?:graph)?|image|illustration)s?\s+(?:by|courtesy\s+of|via)\s
          | © | (?:ap|afp|epa|reuters)(?:\s+photo)?\s?/ )\s*(?P<names>\S.*)""",
    re.IGNORECASE | re.VERBOSE,
)
_BYLINE = re.compile(
    r"""(?: (?:written|reported|story|text|words|analysis|edited|compiled)\s+by\s
          | (?:additional\s+)?(?:reporting|writing|editing)\s+by\s
          | (?:authors?|autor(?:en)?|автор[иы]?)\s*: )\s*(?P<names>\S.*)""",
    re.IGNORECASE | re.VERBOSE,
)
_BY = re.compile(r"(?:By|BY)\s+(?P<names>[^\W\d_].*)")
_ASIDE = re.compile(r"(?<=\w)\s*\([^()]{1,30}\)$")  # "(archive)", "(screenshot)"
_WORD = re.compile(r"[^\s,;:/&()|+·•–—\[\]\"“”-]+")
# Words that may stand in lower case between the names of a credit or byline.
_SMALL = frozenset(
    """and in at of for the via by from with courtesy handout staff writer writers reporter
    correspondent correspondents editor editing reporting writing additional file pool press
    office service agency images fair use public domain de del della van von der den la le di da
    bin al el y und e et и та й в у dpa afp ap epa imago unsplash wikimedia commons""".split()
)
_DATES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december""".split()
)


class Furniture(NamedTuple):
    """One recognised line: its span in the text, and whether it is a credit or a byline."""

    start: int
    end: int
    kind: Literal["credit", "byline"]


def ends_sentence(line: str) -> bool:
    """Whether a line ends in a mark that ends sentences, closing quotes and brackets aside."""
    return _ENDS_SENTENCE.search(line) is not None


def find_furniture(text: str, *, title_end: int = 0) -> list[Furniture]:
    r"""Find the photo credits and bylines that stand on a line of their own.

    Parameters
    ----------
    text : str
        A whole document.
    title_end : int
        Where the title ends; nothing before it is looked at.

    Returns
    -------
    list of Furniture
        In text order, without the white space around the line.

    Examples
    --------
    >>> text = "Envoy in Kyiv\n\nPhoto: AP (Fair Use)\n\nPhoto: she came.\n\nWritten by staff"
    >>> [(text[f.start : f.end], f.kind) for f in find_furniture(text, title_end=13)]
    [('Photo: AP (Fair Use)', 'credit'), ('Written by staff', 'byline')]
    """
    lines = [m.span() for m in _LINE.finditer(text, title_end) if not m.group().isspace()]
    kinds = [
        _kind(text[start:end].strip(), weak=i < HEAD_LINES or i >= len(lines) - FOOT_LINES)
        for i, (start, end) in enumerate(lines)
    ]
    if title_end and kinds and kinds[0] is None and _bare_name(text, title_end, lines):
        kinds[0] = "byline"
    found = []
    for i, kind in enumerate(kinds):
        if kind is not None and _stands_alone(text, lines, kinds, i):
            line = text[slice(*lines[i])]
            start = lines[i][0] + len(line) - len(line.lstrip())
            found.append(Furniture(start, start + len(line.strip()), kind))
    return found


def first_line_title(text: str) -> str | None:
    """Read the title off the first line of a plain text, or None where that line reads as prose.

    The first line that is not blank is the title when all of this holds: it has at most 200
    characters and at least one letter; it does not end in a full stop, comma, colon, semicolon or
    ellipsis; it is no photo credit or byline; more text follows; and after it comes a blank line,
    or a line that does not continue it (one that starts with a capital, a digit or a quotation
    mark, where the first line was not filled up to the width of its neighbours). A Markdown
    heading that opens the text (``# Title``) is the title, without its marks.
    """
    heading = _HEADING_MARK.match(text)
    first = _LINE.search(text, heading.end() if heading else len(text) - len(text.lstrip()))
    if first is None or not text[first.end() :].strip():
        return None
    line = first.group().strip()
    if heading is not None:
        return line.rstrip("#").rstrip() or None
    if (
        len(line) > LONGEST_TITLE
        or not any(map(str.isalpha, line))
        or line[-1] in ".,:;…。"
        or _kind(line, weak=True) is not None
        or (not _BLANK.match(text, first.end()) and _continues(text, first.span()))
    ):
        return None
    return line


def title_span(text: str, title: str) -> tuple[int, int] | None:
    """Find the title at the head of a text, with or without a Markdown heading mark before it."""
    mark = _HEADING_MARK.match(text)
    for start in {len(text) - len(text.lstrip()), mark.end() if mark else 0}:
        if text.startswith(title, start):
            end = start + len(title)
            rest_of_line = _LINE.match(text, end)
            if rest_of_line is None or not rest_of_line.group().strip(" \t#"):
                return start, end
    return None


def _kind(line: str, *, weak: bool) -> Literal["credit", "byline"] | None:
    """What a line is by its wording; `weak` allows the bare "By Jane Doe"."""
    if len(line) > LONGEST_LINE:
        return None
    if line[0] in "([" and line[-1] in ")]":
        line = line[1:-1].strip()
    if (match := _CREDIT.fullmatch(line)) and _only_names(_ASIDE.sub("", match["names"])):
        return "credit"
    if (match := _BYLINE.fullmatch(line)) and _only_names(match["names"]):
        return "byline"
    if weak and (match := _BY.fullmatch(line)) and _only_names(match["names"], least=2):
        return "byline"
    return None


def _bare_name(text: str, title_end: int, lines: list[tuple[int, int]]) -> bool:
    """Whether the paragraph under the title is nothing but a name, as of a wire service."""
    words = text[slice(*lines[0])].split()
    return (
        len(lines) > 1
        and len(words) <= LONGEST_BARE_NAME
        and all(word.isalpha() and word[0].isupper() for word in words)
        and not any(word.lower() in _DATES for word in words)
        and _BLANK.search(text, title_end, lines[0][0]) is not None
        and _BLANK.search(text, lines[0][1], lines[1][0]) is not None
    )


def _only_names(words: str, *, least: int = 1) -> bool:
    """Whether a phrase consists of capitalised words and the small words between names."""
    tokens = [word.strip(".'’") for word in _WORD.findall(words)]
    named = sum(token[:1].isupper() or token == "staff" for token in tokens)
    agency = any(token in ("dpa", "afp", "ap", "epa", "imago", "unsplash") for token in tokens)
    return (
        (named >= least or (agency and least == 1))
        and all(
            token[:1].isupper() or token in _SMALL or not any(map(str.isalpha, token))
            for token in tokens
        )
        and not (least > 1 and any(token.lower() in _DATES for token in tokens))
    )


def _stands_alone(
    text: str, lines: list[tuple[int, int]], kinds: list[Literal["credit", "byline"] | None], i: int
) -> bool:
    """Whether the prose around line `i` neither runs into it nor out of it."""
    before = (
        i == 0
        or kinds[i - 1] is not None
        or i == 1
        or _BLANK.search(text, lines[i - 1][1], lines[i][0]) is not None
        or ends_sentence(text[slice(*lines[i - 1])])
    )
    after = (
        i + 1 == len(lines)
        or kinds[i + 1] is not None
        or _BLANK.search(text, lines[i][1], lines[i + 1][0]) is not None
        or not text[slice(*lines[i + 1])].lstrip()[0].islower()
    )
    return before and after


def _continues(text: str, first: tuple[int, int]) -> bool:
    """Whether the line after the first one carries on its sentence (hard-wrapped prose)."""
    block_end = _BLANK.search(text, first[1])
    block = _LINE.findall(text, first[0], block_end.start() if block_end else len(text))
    if len(block) < 2:
        return False
    following = block[1].lstrip()
    if not following or following[0].islower() or following[0] in ",;:)-–—":
        return True
    # A wrapped line is full: the first word of the next one would not have fitted any more.
    width = max(map(len, block))
    return len(block) > 2 and len(block[0].rstrip()) + 1 + len(following.split()[0]) > width
