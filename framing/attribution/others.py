"""Cues that are neither verbs nor nouns: according to, cited by, citing, reportedly, headlines."""

from __future__ import annotations

from framing.attribution.cues import CueMatch
from framing.attribution.line import Head, Line, TokenRange
from framing.attribution.phrases import (
    DETERMINERS,
    PREPOSITIONS,
    is_person_word,
    is_verb_like,
    noun_phrase_right,
    skip_adjuncts,
)
from framing.attribution.verbs import CARRYING

__all__ = [
    "adverb_head",
    "before_head",
    "citing_head",
    "colon_head",
    "phrase_head",
    "quoted_as_saying",
    "trailing_head",
]

_PEOPLE = frozenset(
    "source sources official officials people person diplomat diplomats adviser advisers aide aides"
    " spokesman spokeswoman spokesperson ministry minister data documents document report reports"
    " witnesses residents analysts experts researchers agency agencies police"
    " authorities intelligence"
    " media newspaper officers commander governor statement employees insiders department office"
    " company union institute figures accounts records filings letter memo survey poll".split()
)
_NOT_SPEAKERS = frozenset(
    "war crisis live analysis explained latest update updates opinion editorial explainer watch"
    " breaking video podcast review profile factbox timeline exclusive photos note photo".split()
)


def carriers_after(line: Line, here: int) -> tuple[list[TokenRange], int]:
    """Find "cited by X (and quoted by Y)" from here on; return the links and the token after."""
    found: list[TokenRange] = []
    while True:
        step = here + (line.lower(here) in (",", "and"))
        step += line.lower(step) in ("as", "who", "which")
        while line.lower(step) in ("was", "were", "is", "first"):
            step += 1
        word, following = line.lower(step), line.lower(step + 1)
        if not (word in CARRYING and following in ("by", "in", "on")):
            return found, here
        phrase = noun_phrase_right(line.tokens, step + 2, line.end)
        if phrase is None:
            return found, here
        found.append(phrase)
        here = phrase[1]


def before_head(line: Line, match: CueMatch) -> Head | None:
    """According to X (cited by Y), C; or C, according to X."""
    phrase = noun_phrase_right(line.tokens, match.last, line.end)
    if phrase is None:
        return None
    carriers, here = carriers_after(line, phrase[1])
    last = phrase[1]
    if match.first <= 2 and not carriers and line.tokens[last - 1].is_capital:
        last = _apposition_end(line, last)
        here = max(here, last)
    if match.first <= 2 and not carriers:
        last = _relative_end(line, last)
        here = max(here, last)
    source = (phrase[0], last if not carriers else phrase[1])
    here = skip_adjuncts(line.tokens, here, line.end)
    at_start = match.first == 0 or line.lower(match.first - 1) in (
        "but",
        "and",
        ";",
        "that",
        "–",
        "—",
    )
    if not at_start and line.lower(match.first - 1) == ",":
        at_start = match.first <= 3
    if at_start and line.lower(here) in (",", ":") and here + 1 < line.end:
        return Head(
            match,
            (match.first, match.last),
            source,
            match.first,
            here + 1,
            "right",
            "phrase",
            carriers,
        )
    if match.first == 0:
        return None
    return Head(
        match,
        (match.first, match.last),
        source,
        match.first,
        here,
        "left",
        "phrase",
        carriers,
    )


def _apposition_end(line: Line, here: int) -> int:
    """Go on over "a voter" in "according to Marta Quill, a voter, C"."""
    if line.lower(here) != "," or line.lower(here + 1) not in ("a", "an", "the"):
        return here
    phrase = noun_phrase_right(line.tokens, here + 1, line.end)
    return phrase[1] if phrase is not None and line.lower(phrase[1]) == "," else here


def _relative_end(line: Line, here: int) -> int:
    """Go on over an apposition or relative clause to the comma that opens the content."""
    if line.lower(here) in (
        "who",
        "that",
        "with",
        "familiar",
        "briefed",
        "close",
        "at",
        "obtained",
        "seen",
        "released",
        "published",
        "conducted",
    ):
        step = here
        while step < line.end and line.tokens[step].text not in ",:;" and line.free[step]:
            step += 1
        return step if step < line.end else here
    return here


def trailing_head(line: Line, match: CueMatch) -> Head | None:
    """C, as reported by X: the source follows, the content precedes."""
    phrase = noun_phrase_right(line.tokens, match.last, line.end)
    if phrase is None or match.first == 0:
        return None
    before = line.lower(match.first - 1)
    if before not in (",", "–", "—", "(") and not match.cue.cue.startswith(("as ", "first ")):
        return None
    later, last = also_by(line, phrase[1])
    after = skip_adjuncts(line.tokens, last, line.end)
    if after < line.end and line.tokens[after].text not in ",;:.)":
        return None
    if not any(is_verb_like(token) for token in line.tokens[: match.first]):
        return None  # "The ministry, quoted by X, said": the verb will ask for it
    cue = (match.first, match.last)
    return Head(match, cue, phrase, match.first, after, "left", "phrase", later)


def also_by(line: Line, here: int) -> tuple[list[TokenRange], int]:
    """Read "and (a few hours later) by Y"; return Y and the token after, or nothing and `here`."""
    step = here + 1
    if line.lower(here) not in ("and", ","):
        return [], here
    while step < min(here + 7, line.end) and line.lower(step) != "by":
        step += 1
    phrase = (
        noun_phrase_right(line.tokens, step + 1, line.end) if line.lower(step) == "by" else None
    )
    return ([], here) if phrase is None else ([phrase], phrase[1])


def citing_head(line: Line, match: CueMatch, earlier: list[Head]) -> Head | None:
    """C, Reuters reported, citing X: X says it, and the source before carries it."""
    phrase = noun_phrase_right(line.tokens, match.last, line.end)
    if phrase is None or not _is_speaker(line, phrase) or match.first == 0:
        return None
    between = line.lower(match.first - 1) == "," and line.lower(phrase[1]) == ","
    if between and not any(is_verb_like(token) for token in line.tokens[: match.first]):
        return None  # "Reuters, citing X, said": the verb will ask for it
    phrase = (phrase[0], knowing_end(line, phrase[1]))
    head = Head(match, (match.first, match.last), phrase, match.first, phrase[1], "left", "phrase")
    head.gap = bool(earlier)
    return head


def knowing_end(line: Line, here: int) -> int:
    """Go on over what somebody without a name knows ("people briefed on the timetable")."""
    if line.lower(here) not in ("briefed", "familiar", "close", "involved", "informed"):
        return here
    while here < line.end and line.free[here] and line.tokens[here].text not in ",;:–—":
        here += 1
    return here


def _is_speaker(line: Line, phrase: TokenRange) -> bool:
    """Tell sources ("citing two officials") from reasons ("citing security concerns")."""
    words = line.tokens[phrase[0] : phrase[1]]
    return any(word.lower in _PEOPLE or is_person_word(word.lower) for word in words) or (
        words[-1].is_capital or (words[0].is_capital and len(words) <= 2)
    )


def phrase_head(line: Line, match: CueMatch) -> Head | None:
    """Rumours have it that C."""
    if match.last + 1 >= line.end:
        return None
    start = match.last + (line.lower(match.last) == "that")
    return Head(match, (match.first, match.last), None, match.first, start, "right", "clause")


def adverb_head(line: Line, match: CueMatch) -> Head | None:
    """C reportedly C: nobody is named, and the cue stands inside the content."""
    if line.end <= 3:
        return None
    return Head(match, (match.first, match.last), None, match.first, match.last, "cover", "adverb")


def quoted_as_saying(line: Line, match: CueMatch) -> Head | None:
    """RIA quoted X as saying (that) C; X was quoted by RIA as saying C."""
    if line.lower(match.first) not in ("quoted", "quotes", "quote", "cited", "cites"):
        return None
    after = match.first + 1
    says = next(
        (
            k
            for k in range(after, min(line.end, after + 14))
            if line.lower(k) == "as" and _says(line, k + 1) > k + 1
        ),
        None,
    )
    if says is None:
        return None
    ends = _says(line, says + 1)
    start = skip_adjuncts(line.tokens, ends, line.end)
    start = start + 1 if line.lower(start) == "that" else ends
    first = match.first
    while first > 0 and line.lower(first - 1) in (
        "was",
        "were",
        "is",
        "has",
        "been",
        "also",
        "had",
        "even",
    ):
        first -= 1
    before = line.subject(first, 0)
    passive = line.lower(match.first - 1) in ("was", "were", "is", "been")
    if passive:
        carriers = []
        for here in (after, ends):
            if line.lower(here) == "by":
                phrase = noun_phrase_right(line.tokens, here + 1, line.end)
                if phrase is not None:
                    carriers.append(phrase)
                    if here > says:
                        start = phrase[1] + (line.lower(phrase[1]) == "that")
        speaker = before
    else:
        speaker = noun_phrase_right(line.tokens, after, says)
        if speaker is not None and line.lower(speaker[1]) == "," == line.lower(says - 1):
            speaker = (speaker[0], says - 1)  # "the head of the port, Ruslan Tagaev, as saying"
        carriers = [before] if before is not None else []
    if speaker is None:
        return None
    low = before[0] if before is not None else first
    if start >= line.end:
        # "C, X was quoted by Y as predicting"
        after_comma = low > 0 and line.lower(low - 1) == ","
        cue = (match.first, after)
        return (
            Head(match, cue, speaker, low, start, "left", "clause", list(carriers))
            if after_comma
            else None
        )
    start += line.lower(start) in (",", ":")
    kind = "quote" if line.opens(start) else "clause"
    return Head(
        match,
        (match.first, after),
        speaker,
        low,
        start,
        "right",
        "quote" if kind == "quote" else "clause",
        list(carriers),
    )


def _says(line: Line, here: int) -> int:
    """Return the token after "saying", "joking" or "having said", or `here` without any."""
    if line.lower(here).endswith("ing") and line.lower(here) != "having":
        return here + 1
    having = line.lower(here) == "having" and line.lower(here + 1) in ("said", "told", "stated")
    return here + 2 if having else here


def colon_head(line: Line) -> Head | None:
    """X: C and C: X in headlines; X: "C" anywhere."""
    colons = [k for k in range(1, line.end) if line.lower(k) == ":" and line.free[k]]
    if len(colons) != 1:
        return None
    colon = colons[0]
    quoted = line.opens(colon + 1)
    if line.sentence.position != "title" and not quoted:
        return None
    if colon <= 8 and colon + 2 < line.end and _names_speaker(line, (0, colon)):
        return Head(
            None,
            (colon, colon + 1),
            (0, colon),
            0,
            colon + 1,
            "right",
            "quote" if quoted else "phrase",
            lemma=":",
        )
    if 1 <= line.end - colon - 1 <= 4 and _names_speaker(line, (colon + 1, line.end)):
        return Head(
            None,
            (colon, colon + 1),
            (colon + 1, line.end),
            colon,
            line.end,
            "left",
            "phrase",
            lemma=":",
        )
    return None


def _names_speaker(line: Line, phrase: TokenRange) -> bool:
    """Tell a name before a colon from a topic."""
    words = line.tokens[phrase[0] : phrase[1]]
    return (
        all(word.is_word and line.free[phrase[0] + k] for k, word in enumerate(words))
        and words[0].is_capital
        and words[0].lower not in DETERMINERS | PREPOSITIONS | {"how", "why", "what", "when", "who"}
        and not any(word.lower in _NOT_SPEAKERS or is_verb_like(word) for word in words)
        and not words[0].text.isdigit()
    )
