"""Asides that name who passed a claim on: carried by X, in an interview with X, citing X.

An aside may stand almost anywhere around an attribution. It is found first and taken out of the
line, so that the other recognisers read "a draft law [seen by X] shows that" as "a draft law shows
that"; its outlets then become carriers of the attribution it stands beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from framing.attribution.line import Line, TokenRange
from framing.attribution.phrases import (
    AUXILIARIES,
    DETERMINERS,
    PRONOUNS,
    is_adverb,
    is_person_word,
    is_verb_like,
    noun_phrase_right,
    skip_adjuncts,
)
from framing.attribution.spans import Attribution, Span

__all__ = ["Aside", "asides", "with_asides", "without"]

Role = Literal["carrier", "cited", "states"]
_PASSED = frozenset(
    "quoted cited reported carried published relayed broadcast aired printed run streamed seen"
    " obtained reviewed viewed released leaked repeated summarised summarized republished"
    " televised shared posted interviewed".split()
)
_TAKEN_UP = frozenset("picked taken".split())  # picked up by, taken up by
_SEEN = frozenset("seen obtained reviewed viewed read published".split())
_PLACES = frozenset(
    "interview conversation chat talk discussion statement remarks comments speech lecture letter"
    " message article essay column address broadcast".split()
)
_TALKS = frozenset("interview conversation chat talk discussion exchange".split())
_TALKING = frozenset("speaking talking".split())
_UNNAMED = frozenset("named identified withheld anonymity anonymous publicly".split())
_BETWEEN = frozenset("a the and then later day days week weeks month months also soon , in".split())
_CITING = {  # each opener's first word, and the words that must follow
    "citing": (),
    "quoting": (),
    "relying": ("on",),
    "drawing": ("on",),
    "referring": ("to",),
    "with": ("reference", "to"),
    "in": ("reference", "to"),
}


@dataclass(frozen=True, slots=True)
class Aside:
    """Tokens `first` to `last` name links of a chain, or ask for anonymity and name nobody.

    The links carry a claim; or the first of them is cited, and so the speaker; or it states what
    nobody else is named for ("the claim that C was published by X").
    """

    first: int
    last: int
    links: tuple[TokenRange, ...] = ()
    role: Role = "carrier"


def asides(line: Line) -> list[Aside]:
    """Find the asides of a sentence outside quotations, left to right."""
    found: list[Aside] = []
    here = 0
    while here < line.end:
        aside = None
        if line.free[here]:
            aside = (
                _unnamed(line, here)
                or _citing(line, here)
                or _talking(line, here)
                or _place(line, here)
                or _passed(line, here)
                or _seen_clause(line, here)
                or _to_outlet(line, here)
            )
        if aside is not None:
            found.append(aside)
        here = aside.last if aside is not None else here + 1
    return found


def without(line: Line, found: Sequence[Aside]) -> Line:
    """Take asides out of a line; the tokens that stay keep their places in the text."""
    out = {k for aside in found for k in range(aside.first, aside.last)}
    kept = [k for k in range(len(line.tokens)) if k not in out]
    return replace(
        line,
        tokens=[line.tokens[k] for k in kept],
        quote=[line.quote[k] for k in kept],
        free=[line.free[k] for k in kept],
        end=sum(k < line.end for k in kept),
    )


def with_asides(
    line: Line, found: Sequence[Attribution], noted: Sequence[Aside]
) -> tuple[list[Attribution], list[Aside]]:
    """Give each aside to the attribution it stands beside; return those that found one too."""
    result, used = list(found), []
    for aside in noted:
        place = line.span((aside.first, aside.last))
        hosts = [
            k for k, item in enumerate(result) if aside.role == "states" or _beside(item, place)
        ]
        if not hosts:
            continue
        best = min(hosts, key=lambda k: _distance(result[k], place))
        if aside.role == "cited" and result[best].source is None:
            continue
        result[best] = _joined(result[best], [line.span(link) for link in aside.links], aside)
        used.append(aside)
    return result, used


def _joined(item: Attribution, links: list[Span], aside: Aside) -> Attribution:
    """Add the links of one aside to an attribution, in the order of the chain."""
    if aside.role == "states" and item.source is None:
        return replace(item, source=links[0], carriers=(*links[1:], *item.carriers))
    if aside.role == "cited" and item.source is not None:
        carriers = (*links[1:], *item.carriers, item.source)
        return replace(item, source=links[0], resolved_source=None, carriers=carriers)
    new = tuple(link for link in links if link not in item.carriers)
    later = bool(item.carriers) and item.carriers[-1].end <= new[0].start if new else False
    carriers = (*item.carriers, *new) if later else (*new, *item.carriers)
    return replace(item, carriers=carriers)


def _beside(item: Attribution, place: Span) -> bool:
    """Tell an aside of the attribution from one that belongs to what is said."""
    if item.construction in ("adverb", "passive", "floating"):
        return False
    for said in item.content:
        inside = said.start < place.start and place.end <= said.end
        trails = said.end <= place.start and said.start > item.cue.start
        if inside or (trails and item.construction != "quote"):
            return False
    return True


def _distance(item: Attribution, place: Span) -> int:
    """Count the characters between an aside and the nearest of source and cue."""
    parts = [item.cue, *([item.source] if item.source is not None else [])]
    return min(max(part.start - place.end, place.start - part.end, 0) for part in parts)


def _name(line: Line, here: int) -> TokenRange | None:
    """Read a name of an outlet ("the Ledger of Sarn", "the local paper, the Courier")."""
    phrase = noun_phrase_right(line.tokens, here, line.end)
    if phrase is None:
        return None
    named = _capital_part(line, phrase)
    if named is not None:
        return named
    if line.lower(phrase[1]) == "," and line.lower(phrase[0]) in DETERMINERS:
        named = noun_phrase_right(line.tokens, phrase[1] + 1, line.end)
        if named is not None and line.tokens[named[1] - 1].is_capital:
            return _capital_part(line, named)
    return None


def _capital_part(line: Line, phrase: TokenRange) -> TokenRange | None:
    """Drop lower-case words around a name ("the television channel Buran 5 suggest")."""
    first = next((k for k in range(*phrase) if line.tokens[k].is_capital), None)
    if first is None:
        return None
    last = phrase[1]
    while not (line.tokens[last - 1].is_capital or line.tokens[last - 1].text.isdigit()):
        last -= 1
    return first, last


def _by(line: Line, here: int) -> tuple[TokenRange, int] | None:
    """Read "seen by X" or "picked up by X" from its participle; the outlet and the token after."""
    word, step = line.lower(here), here + 1
    if word in _TAKEN_UP and line.lower(step) == "up":
        step += 1
    elif word not in _PASSED:
        return None
    while step < line.end and (
        is_adverb(line.tokens[step]) or line.lower(step) in ("live", "online")
    ):
        step += 1
    if line.lower(step) not in ("by", "on") or (line.lower(step) == "on" and word != "interviewed"):
        return None
    named = _name(line, step + 1)
    return None if named is None else (named, named[1])


def _run(line: Line, here: int) -> tuple[list[TokenRange], int] | None:
    """Read "published by X (and (a day later) picked up by Y)": the outlets, the token after."""
    one = _by(line, here)
    if one is None:
        return None
    links, last = [one[0]], one[1]
    while True:
        step = last
        if line.lower(step) == "," and line.lower(step + 1) == "whose":
            step += 2
            while step < line.end and step < last + 5 and line.lower(step) not in _TAKEN_UP:
                step += 1
        else:
            while step < line.end and (
                line.lower(step) in _BETWEEN or is_adverb(line.tokens[step])
            ):
                step += 1
            if step == last:
                break
        more = _by(line, step)
        if more is None and line.lower(step) == "by" and line.lower(last) in ("and", ","):
            named = _name(line, step + 1)
            more = None if named is None else (named, named[1])
        if more is None:
            break
        links.append(more[0])
        last = more[1]
    return links, skip_adjuncts(line.tokens, last, line.end)


def _passed(line: Line, here: int) -> Aside | None:
    """Read ", first published by X and picked up by Y," and "seen by X" after a noun."""
    read = _run(line, here)
    if read is None:
        return None
    first = here
    while first > 0 and (is_adverb(line.tokens[first - 1]) or line.lower(first - 1) == "as"):
        first -= 1
    before = line.lower(first - 1)
    if before in AUXILIARIES and line.lower(0) in DETERMINERS and read[1] >= line.end:
        # "The claim that C was first published by X": the predicate names who states it.
        stated = line.lower(2) == "that"
        return Aside(first - 1, read[1], tuple(read[0]), "states") if stated else None
    if before in AUXILIARIES or line.lower(here - 1) == "as":
        return None
    if before in (",", "–", "—"):
        # Not "C, reported by X": that has no noun of its own to carry.
        return Aside(first - 1, _closing(line, read[1]), tuple(read[0]))
    if first == 0:
        closed = line.lower(here) == "interviewed" and line.lower(read[1]) == ","
        return Aside(0, read[1] + 1, tuple(read[0])) if closed else None
    if before in PRONOUNS | {"that", "and"} or not line.tokens[first - 1].is_word:
        return None
    return Aside(first, read[1], tuple(read[0]))


def _closing(line: Line, last: int) -> int:
    """Step over the comma that closes an aside, unless another aside or the content follows."""
    closes = line.lower(last) in (",", "–", "—") and line.lower(last + 1) != "as"
    return last + closes


def _place(line: Line, here: int) -> Aside | None:
    """Read "in remarks carried by X" and, where a sentence opens with it, "in an interview with".

    After a verb "in an interview with X" is an adjunct like others, which that verb reads.
    """
    if line.lower(here) not in ("in", "during"):
        return None
    noun = next((k for k in range(here + 1, min(here + 5, line.end)) if line.lower(k) in _PLACES),
                None)  # fmt: skip
    if noun is None or any(line.tokens[k].is_capital for k in range(here + 1, noun)):
        return None
    step = noun + 1
    while step < line.end and (
        is_adverb(line.tokens[step]) or line.lower(step) in ("that", "which", "was", "were")
    ):
        step += 1
    read = _run(line, step)
    if read is None and line.lower(noun) in _TALKS and line.lower(step) in ("with", "to"):
        named = _name(line, step + 1)
        fronted = here == 0 or line.lower(here - 1) == ","
        if named is not None and fronted:
            read = [named], skip_adjuncts(line.tokens, named[1], line.end)
    return None if read is None else _set_off(line, here, read[1], read[0])


def _talking(line: Line, here: int) -> Aside | None:
    """Read "Speaking to X," where a sentence opens with it or a comma stands before."""
    if line.lower(here) not in _TALKING or line.lower(here + 1) not in ("to", "with"):
        return None
    named = _name(line, here + 2)
    if named is None or not (here == 0 or line.lower(here - 1) == ","):
        return None
    last = skip_adjuncts(line.tokens, named[1], line.end)
    closed = last >= line.end or line.lower(last) == ","
    return _set_off(line, here, last, [named]) if closed else None


def _set_off(line: Line, first: int, last: int, links: Sequence[TokenRange]) -> Aside:
    """Take the commas around an aside with it: both, or the one after it at the start."""
    if first == 0 and line.lower(last) == ",":
        return Aside(first, last + 1, tuple(links))
    if line.lower(first - 1) == "," and line.lower(last) == ",":
        return Aside(first - 1, last + 1, tuple(links))
    return Aside(first, last, tuple(links))


def _seen_clause(line: Line, here: int) -> Aside | None:
    """Read "that X has seen" and ", which X obtained,"."""
    if line.lower(here) not in ("that", "which") or here == 0:
        return None
    named = _name(line, here + 1)
    if named is None:
        return None
    step = named[1]
    while line.lower(step) in AUXILIARIES or line.lower(step) == "first":
        step += 1
    closed = step + 1 >= line.end or line.lower(step + 1) == ","
    if line.lower(step) not in _SEEN or not closed:
        return None
    comma = line.lower(here - 1) == ","
    return Aside(here - comma, step + 1 + comma, (named,))


def _unnamed(line: Line, here: int) -> Aside | None:
    """Read "who asked not to be named" between a speaker and the verb."""
    if line.lower(here) not in ("who", "whose") or here == 0 or line.lower(here - 1) == ",":
        return None
    for step in range(here + 1, min(here + 14, line.end - 1)):
        if line.tokens[step].text in ",;:" or not line.free[step]:
            return None
        if line.lower(step) in _UNNAMED:
            return Aside(here, step + 1) if is_verb_like(line.tokens[step + 1]) or line.lower(
                step + 1) in ("told", "said") else None  # fmt: skip
    return None


def _citing(line: Line, here: int) -> Aside | None:
    """Read "Citing X," at the start and ", with reference to X," before the verb."""
    following = _CITING.get(line.lower(here))
    if following is None or any(
        line.lower(here + k) != word for k, word in enumerate(following, 1)
    ):
        return None
    between = here > 0 and line.lower(here - 1) == ","
    if not (here == 0 or between):
        return None
    if any(is_verb_like(token) for token in line.tokens[:here]):
        return None  # "Reuters reported, citing X": read where the verb is known
    phrase = noun_phrase_right(line.tokens, here + 1 + len(following), line.end)
    if phrase is None or not _is_cited(line, phrase):
        return None
    last = phrase[1]
    if line.lower(last) in ("who", "whose", "that"):
        while last < line.end and line.lower(last) != ",":
            last += 1
    if line.lower(last) != "," or last + 2 >= line.end:
        return None
    return Aside(here - between, last + 1, (phrase,), "cited")


def _is_cited(line: Line, phrase: TokenRange) -> bool:
    """Tell sources ("court clerks", "Jon Aasen") from reasons ("security concerns")."""
    words = line.tokens[phrase[0] : phrase[1]]
    head = next(
        (k for k, w in enumerate(words) if k and w.lower in ("of", "at", "in", "for", "from")),
        len(words),
    )
    return words[head - 1].is_capital or is_person_word(words[head - 1].lower)


def _to_outlet(line: Line, here: int) -> Aside | None:
    """Read "to X" in "leaked to X that C" and "insisted Abel Montes to X."."""
    if line.lower(here) != "to" or here < 2:
        return None
    named = _name(line, here + 1)
    if named is None or named[1] - here > 7:
        return None
    after = line.lower(named[1])
    verb = is_verb_like(line.tokens[here - 1])
    if verb and after == "that":
        return Aside(here, named[1], (named,))
    if after not in ("", ",", ".") or not line.tokens[here - 1].is_capital:
        return None
    quoted = any(
        line.quote_before(k) >= 0 and k + 1 < here and is_verb_like(line.tokens[k])
        for k in range(max(1, here - 7), here)
    )
    return Aside(here, named[1], (named,)) if quoted else None
