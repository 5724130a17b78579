"""Documents into sentences with exact offsets; nothing of the text is changed or lost."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pandas as pd
import sentencex

from framing.errors import listing, problem
from framing.furniture import LINE_ENDS, NEWLINE, ends_sentence, find_furniture, title_span

__all__ = ["sentences"]

# The segmenter takes a quotation or a bracket for one piece and looks no further inside. It is
# therefore shown the text without them, character for character, and an ellipsis as a full stop.
_MASK = str.maketrans(dict.fromkeys('"“”„‟«»‹›()「」『』' + LINE_ENDS, " ") | {"…": "."})
_SINGLE_QUOTE = re.compile(r"(?<!\w)['’‘‚]|['’](?!\w)")
# Marks that close what the sentence opened: those that touch it, and clear ones after a space.
_CLOSERS = re.compile(r"""(?:["”’'»)\]}」』]|[“‘«›‹](?!\w)|[^\S\r\n][”»)\]}](?=\s|$))*""")
_UP_TO_WORD = re.compile(r"[\W_]*")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}[.!?]+$")

# Paragraphs end at blank lines; a list item or a Markdown heading is a paragraph of its own.
_PARAGRAPH_BREAK = re.compile(
    rf"{NEWLINE}(?:[^\S{LINE_ENDS}]*{NEWLINE})+|\u2029"
    rf"|{NEWLINE}(?=[ \t]*(?:[•▪◦‣*][ \t]|[#]+[ \t]|[-–—][ \t]+[\"“«(]?[A-ZА-ЯЁІЇЄҐ]))"
)
_HEADING = re.compile(rf"[ \t]*#+[ \t][^{LINE_ENDS}]*")
_LINE = re.compile(f"[^{LINE_ENDS}]+")

# Where the segmenter is known to err: abbreviations that it lacks, and ends that it misses.
_NO_END = {
    "en": re.compile(r"(?<!\w)(?:e\.g|i\.e|approx|Amb|Spc|Assoc)\.$"),
    "ru": re.compile(r"(?<!\w)(?:[Гг]ен|[Пп]олк|[Пп]ос|им|примеч|[Тт]\. ?е|[А-ЯЁ])\.$"),
    "uk": re.compile(r"(?<!\w)(?:[Гг]ен|[Пп]олк|смт|ім|[А-ЯІЇЄҐ])\.$"),
}
_MISSED_END = {
    "en": re.compile(r"(?<!\w)[Nn]o\.(?=\s+[^\W\d_])"),  # "No. 10" is a number, "No. Never." not
    "ru": re.compile(r"(?<!\w)(?:т\. ?[дп]|др|пр)\.(?=\s+[А-ЯЁ])"),
    "uk": re.compile(r"(?<!\w)(?:т\. ?[дп]|ін)\.(?=\s+[А-ЯІЇЄҐ])"),
}
_CLOCK = re.compile(r"(?<!\w)[ap]\.m\.$")
_AFTER_CLOCK = re.compile(r"\s+(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}(?!\w)|\()")
# "Is it so?" Mayor Doe asked.
_SPEECH_TAG = re.compile(
    r"\s+(?:[A-Z][\w.’'-]*\s+){1,4}"
    r"(?:said|says|asked|asks|added|told|wrote|replied|tweeted|exclaimed|shouted|warned)(?!\w)"
)
_WINDOW = 32  # characters before a full stop in which an abbreviation is looked for


def sentences(documents: pd.DataFrame) -> pd.DataFrame:
    r"""Cut documents into sentences that can be found again in the text, character by character.

    Boundaries come from `sentencex`, by the language of each document, with repairs: sentences
    inside quotations and brackets are told apart, closing marks stay with the sentence that they
    close, and a title, a paragraph, a list item and a Markdown heading end where they end. Line
    breaks inside a paragraph do not count (hard-wrapped text). The cut misleads where a text has
    no full stops (social media), and in headings within the text, which count as sentences. One
    quotation of several sentences gives several rows.

    Parameters
    ----------
    documents : DataFrame
        As `framing.read` returns it: needs `doc_id` and `text`. `title` says what of the text is
        its title (none where absent); `lang`, an ISO 639 code such as ``"en"`` or ``"pt-BR"``,
        picks the rules (English where absent or missing). A language unknown to `sentencex` is
        cut by its fallback, the English rules.

    Returns
    -------
    DataFrame
        One row per sentence, in text order: `sentence_id` (``"{doc_id}:{n:03d}"``, n from 0),
        `doc_id`, `start` and `end` (0-based, end-exclusive, into the document's text), `text`
        (``document.text[start:end]``, without white space around it) and `position`: ``title``,
        ``lead`` (the first paragraph; the first line in a text of one paragraph per line) or
        ``body``. Every character but white space is in exactly one sentence, except photo credit
        and byline lines and the ``#`` of a Markdown title: ``attrs["set_aside"]`` counts those,
        and the documents that had no sentence at all.

    Raises
    ------
    FramingError
        If a column is missing, a `doc_id` is missing or stands twice, or a text is no string.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing
    >>> text = "Envoy in Kyiv\n\nPhoto: AP\n\nShe met Gen. Roe. “Why now?” he asked."
    >>> articles = framing.read(pd.DataFrame({"title": ["Envoy in Kyiv"], "text": [text]}))
    >>> table = framing.sentences(articles)
    >>> print(table[["sentence_id", "start", "end", "text", "position"]].to_string(index=False))
    sentence_id  start  end                  text position
          0:000      0   13         Envoy in Kyiv    title
          0:001     26   43     She met Gen. Roe.     lead
          0:002     44   64 “Why now?” he asked.     lead
    >>> table.attrs["set_aside"]
    {'photo credit line': 1}
    """
    _check(documents)
    set_aside: Counter[str] = Counter()
    rows: list[tuple[str, str, int, int, str, str]] = []
    for doc_id, text, title, lang in zip(
        documents["doc_id"],
        documents["text"],
        _optional(documents, "title"),
        _optional(documents, "lang"),
        strict=True,
    ):
        before = len(rows)
        for n, (start, end, position) in enumerate(_spans(text, title, lang or "en", set_aside)):
            rows.append((f"{doc_id}:{n:03d}", doc_id, start, end, text[start:end], position))
        set_aside["document without a sentence"] += len(rows) == before
    table = pd.DataFrame(
        rows, columns=["sentence_id", "doc_id", "start", "end", "text", "position"]
    ).astype(
        dict.fromkeys(["sentence_id", "doc_id", "text", "position"], "string")
        | dict.fromkeys(["start", "end"], "int64")
    )
    table.attrs["set_aside"] = {reason: n for reason, n in set_aside.items() if n}
    return table


def _check(documents: pd.DataFrame) -> None:
    """Refuse a table that is no table of documents."""
    if not isinstance(documents, pd.DataFrame):
        raise problem(
            "a table of documents", type(documents).__name__, "Make one with framing.read"
        )
    missing = [name for name in ("doc_id", "text") if name not in documents.columns]
    if missing:
        raise problem(
            "a table of documents with the columns 'doc_id' and 'text'",
            f"no {listing(missing)} among {listing(list(documents.columns), limit=20)}",
            "Make the table with framing.read, which also takes a DataFrame",
        )
    ids = documents["doc_id"]
    if ids.isna().any():
        raise problem(
            "a doc_id in every row",
            f"none in {int(ids.isna().sum()):,} rows",
            "Fill the column, or leave it out and let framing.read number the rows",
        )
    if ids.duplicated().any():
        raise problem(
            "every doc_id once",
            f"more than one row for {listing(list(ids[ids.duplicated()].unique()))}",
            "Make the ids unique",
        )
    wrong = [doc_id for doc_id, text in zip(ids, documents["text"], strict=True)
             if not isinstance(text, str)]  # fmt: skip
    if wrong:
        raise problem(
            "a string as the text of every document",
            f"something else in {listing(wrong)}",
            "Read the texts with framing.read",
        )


def _optional(documents: pd.DataFrame, name: str) -> list[str | None]:
    """The strings of a column, None where missing or where there is no such column."""
    if name not in documents.columns:
        return [None] * len(documents)
    return [value if isinstance(value, str) and value else None for value in documents[name]]


def _spans(
    text: str, title: str | None, lang: str, set_aside: Counter[str]
) -> Iterator[tuple[int, int, str]]:
    """Start, end and position of each sentence of one document."""
    at = 0
    if title is not None and (found := title_span(text, title)) is not None:
        yield (*found, "title")
        set_aside["Markdown mark of a title"] += bool(text[: found[0]].strip())
        rest_of_line = _LINE.match(text, found[1])
        at = rest_of_line.end() if rest_of_line else found[1]
    lead_end = _end_of_first_line(text, at)
    in_lead = True
    for start, end in _prose(text, at, set_aside):
        for a, b in _paragraphs(text, start, end):
            if not text[a:b].strip():
                continue
            for first, last in _sentences_of(text, a, b, lang):
                in_lead = in_lead and (lead_end is None or first < lead_end)
                yield first, last, "lead" if in_lead else "body"
            in_lead = False


def _prose(text: str, at: int, set_aside: Counter[str]) -> Iterator[tuple[int, int]]:
    """The stretches of text between the title, the photo credits and the bylines."""
    for line in find_furniture(text, title_end=at):
        set_aside["photo credit line" if line.kind == "credit" else "byline line"] += 1
        yield at, line.start
        at = line.end
    yield at, len(text)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch of text into paragraphs; their white space is not trimmed."""
    for match in _PARAGRAPH_BREAK.finditer(text, start, end):
        yield from _heading_apart(text, start, match.start())
        start = match.end()
    yield from _heading_apart(text, start, end)


def _heading_apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a Markdown heading from the line that follows it at once."""
    if heading := _HEADING.match(text, start, end):
        yield start, heading.end()
        start = heading.end()
    yield start, end


def _end_of_first_line(text: str, at: int) -> int | None:
    """Where the first paragraph ends in a text of one paragraph per line; None in other texts."""
    body = text[at:].strip()
    lines = _LINE.findall(body)
    if len(lines) < 2 or _PARAGRAPH_BREAK.search(body) or not all(map(ends_sentence, lines)):
        return None
    return text.index(lines[0], at) + len(lines[0])


def _sentences_of(text: str, start: int, end: int, lang: str) -> Iterator[tuple[int, int]]:
    """The trimmed spans of the sentences of one paragraph."""
    paragraph = text[start:end]
    at = 0
    for cut in [*_cuts(paragraph, lang), len(paragraph)]:
        piece = paragraph[at:cut]
        if stripped := piece.strip():
            first = start + at + len(piece) - len(piece.lstrip())
            yield first, first + len(stripped)
        at = cut


def _cuts(paragraph: str, lang: str) -> list[int]:
    """Where the sentences of a paragraph end, its own end aside."""
    lang = lang.partition("-")[0].lower()
    masked = _SINGLE_QUOTE.sub(" ", paragraph.translate(_MASK))
    ends = {piece["end_index"] for piece in sentencex.get_sentence_boundaries(lang, masked)}
    if lang in _MISSED_END:
        ends |= {match.end() for match in _MISSED_END[lang].finditer(masked)}
    last_word = next((i for i in reversed(range(len(masked))) if masked[i].isalnum()), -1)
    cuts = []
    at = 0
    for end in sorted(ends):
        stop = len(masked[at:end].rstrip()) + at
        cut = _CLOSERS.match(paragraph, stop).end()  # type: ignore[union-attr]
        # A sentence has a letter or a digit; a run of marks belongs to the sentence before it.
        if (
            any(map(str.isalnum, paragraph[at:cut]))
            and cut <= last_word
            and not _runs_on(paragraph, masked, stop, cut, lang)
        ):
            cuts.append(cut)
            at = cut
    return cuts


def _runs_on(paragraph: str, masked: str, stop: int, cut: int, lang: str) -> bool:
    """Whether the sentence goes on after the mark that ends at `stop` and its closers at `cut`."""
    mark = masked[stop - 1]
    tail = masked[max(0, stop - _WINDOW) : stop]
    word = _UP_TO_WORD.match(paragraph, cut).end()  # type: ignore[union-attr]
    between, following = paragraph[cut:word], paragraph[word : word + 1]
    if not between[:1].isspace():
        if unicodedata.category(paragraph[cut])[0] == "M":
            return True  # the next character is an accent or a variant of the mark itself
        if mark in ".!?" and not (_TWO_LETTERS.search(tail) and paragraph[cut].isupper()):
            return True  # 3.5, U.S.-led, kyiv.ua
    if following.islower():
        ellipsis = tail.endswith("..") or paragraph[stop - 1] == "…"
        if cut > stop or ellipsis or between.strip()[:1] in tuple("-–—"):
            return True  # "Why?" she asked; so ... it was; "Now!" - she said
    if mark in "?!" and cut > stop and _SPEECH_TAG.match(paragraph, cut):
        return True
    if _CLOCK.search(tail) and _AFTER_CLOCK.match(paragraph, cut):
        return True
    return lang in _NO_END and _NO_END[lang].search(tail) is not None
