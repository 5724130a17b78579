"""Reporting verbs: X said that C; C, said X; C was seen by X as; X, who said; and said, saying."""

from __future__ import annotations

from dataclasses import dataclass

from framing.attribution.complements import accepts, complement, interviewer, that_ahead
from framing.attribution.cues import CueMatch
from framing.attribution.line import Head, Line, TokenRange
from framing.attribution.phrases import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    HAVE,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    is_adverb,
    is_person_word,
    is_verb_like,
    noun_phrase_left,
    noun_phrase_right,
    skip_adjuncts,
)

__all__ = ["verb_head"]

_AFTER_SPEAKER = frozenset(
    "in on at after during as when who while of from about and but with by to".split()
)
_TRANSITIVE = frozenset("tell inform assure remind notify brief".split())
_REPORTING = frozenset("said says reported reports wrote writes according".split())
_CATENATIVES = frozenset(
    "went goes go on continued continues continue sought tried seemed appeared began started"
    " used likes came took hastened rushed kept meant moved".split()
)
_COORDINATORS = frozenset("and but or then also".split())
_PARTICIPLE_OPENERS = frozenset("by while before after when without and in".split())
CARRYING = frozenset(
    "quoted cited reported carried published relayed broadcast interviewed picked-up aired".split()
)
_HEARING = ("hear", "learn", "understand")
_BELIEFS = frozenset("believe think expect see consider feel want know view regard".split())


@dataclass(frozen=True)
class _Group:
    """The verb group that a cue closes: where it starts and what its auxiliaries say."""

    first: int
    passive: bool
    negated: bool
    infinitive: bool
    progressive: bool
    auxiliary: bool
    modal: bool


def _group(line: Line, match: CueMatch) -> _Group:
    """Walk left over adverbs and auxiliaries."""
    here = match.first
    be = have = modal = negated = infinitive = False
    while here > 0 and line.free[here - 1]:
        lower = line.lower(here - 1)
        if lower == "to" and not infinitive:
            infinitive = True
        elif infinitive and lower in _CATENATIVES:
            pass
        elif (
            lower in AUXILIARIES - {"'s"}
            or lower in ("not", "never", "n't")
            or (lower == "no" and line.lower(here) == "longer")
        ):
            be = be or lower in BE
            have = have or lower in HAVE
            modal = modal or lower in MODALS
            negated = negated or lower in NEGATIONS
        elif not is_adverb(line.tokens[here - 1]):
            break
        here -= 1
    # Adverbs that open a sentence belong to it, not to the verb.
    while here < match.first and is_adverb(line.tokens[here]) and here == 0:
        here += 1
    catenative = infinitive and any(
        line.lower(k) in _CATENATIVES - {"on"} for k in range(here, match.first)
    )
    return _Group(
        first=here,
        passive=be and match.form in (2, 4),
        negated=negated,
        infinitive=infinitive and not catenative,
        progressive=be and match.form == 3,
        auxiliary=be or have,
        modal=modal,
    )


def verb_head(line: Line, match: CueMatch, earlier: list[Head]) -> Head | None:
    """Recognise the construction around a reporting verb, or return None."""
    group = _group(line, match)
    if line.lower(match.first - 1) in DETERMINERS | {"of"} and not group.auxiliary:
        return None
    if group.passive:
        return _passive(line, match, group)
    if group.infinitive:
        return None
    if match.form == 3 and not group.progressive:
        return _participle(line, match, earlier)
    if group.negated and match.cue.cue not in _BELIEFS:
        return None
    floor = _floor(earlier, group.first)
    if match.form in (1, 2) and match.cue.cue not in _TRANSITIVE:
        inverted = _inverted(line, match, floor)
        if inverted is not None:
            return inverted
    source = line.subject(group.first, floor)
    if source is not None and line.lower(match.last) == "from":
        return _heard_from(line, match, source)
    if source is None:
        return _coordinated(line, match, group, earlier)
    if match.form == 0 and not group.auxiliary and not group.modal and _singular(line, source):
        return None  # "the state Senate" is no report
    return _finite(line, match, group, source, floor)


def _heard_from(line: Line, match: CueMatch, hearer: TokenRange) -> Head | None:
    """Y heard from X that C: X says it, and Y passes it on."""
    speaker = noun_phrase_right(line.tokens, match.last + 1, line.end)
    if speaker is None or line.lower(speaker[1]) != "that" or match.cue.cue not in _HEARING:
        return None
    start = speaker[1] + 1
    cue = (match.first, match.last)
    return Head(match, cue, speaker, hearer[0], start, "right", "clause", [hearer])


def _singular(line: Line, source: TokenRange) -> bool:
    """Tell whether a subject does not go with the bare form of a verb."""
    words = [line.lower(k) for k in range(*source)]
    plural = frozenset(
        "people police they we i you who some many most others several both men women half".split()
    )
    return not (
        any(
            word in plural or (word.endswith("s") and not word.endswith(("ss", "'s")))
            for word in words
        )
        or "and" in words
        or any(word.isdigit() for word in words)
    )


def _floor(earlier: list[Head], first: int) -> int:
    """Return the first token a source may reach back to: nothing an earlier head has taken."""
    return max((head.high for head in earlier if head.high <= first), default=0)


def _finite(
    line: Line, match: CueMatch, group: _Group, source: TokenRange, floor: int
) -> Head | None:
    """X said (that) C, or C, X said."""
    start, carriers, marked = complement(line, match)
    low = source[0]
    source, passed, cited = interposed(line, source, floor)
    low = source[0] if cited is None else cited[0]
    head = Head(
        match,
        (group.first, match.last),
        source,
        low,
        start,
        "right",
        "clause",
        [*passed, *carriers],
    )
    if line.lower(source[0]) in ("who", "which", "that") and source[1] - source[0] == 1:
        if line.lower(source[0]) == "that" and line.lower(source[0] - 1) not in (",",):
            return None
        head.antecedent = _antecedent(line, source[0], floor)
        if line.lower(source[0]) != "who" and head.antecedent is None:
            return None
    closes = (
        start >= line.end
        or line.lower(start) in (",", ";", "–", "—", ")")
        or (line.free[start] is True and line.tokens[start].text in ".?!")
    )
    before_comma = low > 0 and line.lower(low - 1) in (",", "–", "—", "?", "!")
    if before_comma and not closes and not marked and _only_adjunct(line, start):
        closes = True
    if line.lower(low - 1) == "as" and line.lower(low - 2) == ",":
        # "C, as X had claimed": the same content, by someone else.
        head.low = low - 2
        head.side = "left"
        ends = closes or _only_adjunct(line, start)
        begin = 0 if floor == head.low else floor  # "C, X said, as Y reported"
        return head if ends and _has_verb(line, begin, head.low) else None
    after_quote = line.quote_before(low) >= 0 and (before_comma or not line.free[low - 1])
    if after_quote and (closes or line.opens(start) or not marked):
        split = line.opens(start) or (_goes_on(line, start) and _quote_after(line, start))
        head.side = "both" if split else "left"
        head.construction = "quote"
        return head
    if closes and not marked:
        if (
            before_comma
            and _has_verb(line, 0, low - 1)
            and "clause" in match.cue.takes | _as_clause(match)
        ):
            head.side = "both" if _goes_on(line, start) else "left"
            if head.side == "both" and not _quote_after(line, start):
                head.side = "cover" if _interrupts(line, start) else "left"
            return head
        if before_comma and low - 1 > floor and _goes_on(line, start):
            head.high = start + 1  # "Without it, she says, C"
            return head
        if line.lower(start) == "," and line.opens(start + 1):
            head.high = start + 1
            return head
        return None
    return head if accepts(line, match, start, marked, head) else None


def _only_adjunct(line: Line, start: int) -> bool:
    """Tell whether nothing but a short "at Ramstein" follows up to a mark or the end."""
    if line.lower(start) not in (
        "at",
        "in",
        "on",
        "before",
        "after",
        "during",
        "ahead",
        "from",
        "to",
    ):
        return False
    step = start
    while step < line.end and line.free[step] and line.tokens[step].text not in ",;:–—.":
        if is_verb_like(line.tokens[step]):
            return False
        step += 1
    return step - start <= 7 and (step >= line.end or not line.opens(step))


def _has_verb(line: Line, first: int, last: int) -> bool:
    """Tell whether words before a cue can be a content and not only "On Monday"."""
    words = line.tokens[first:last]
    return any(is_verb_like(word) for word in words) or (
        bool(words)
        and (
            len(words) > 4
            and words[0].lower
            not in (
                "on",
                "in",
                "at",
                "after",
                "before",
                "during",
                "by",
                "earlier",
                "last",
                "later",
                "from",
                "for",
                "as",
            )
        )
    )


def interposed(
    line: Line, source: TokenRange, floor: int
) -> tuple[TokenRange, list[TokenRange], TokenRange | None]:
    """Tell a speaker from the links named between speaker and verb.

    "X quoted by Y said", "X, as Y reported, expects" and "Y, citing X, said" all name two. Returns
    the speaker, the links, and the subject where that is not the speaker ("citing").
    """
    here = source[0]
    if line.lower(here - 1) in ("by", "in") and line.lower(here - 2) in CARRYING:
        last = here - 2 - (line.lower(here - 3) in (",", "as"))
        named = noun_phrase_left(line.tokens, last, floor)
        if named is not None:
            return named, [source], None
    links: list[TokenRange] = []
    first_cut = source[1]
    for step in range(source[0] + 1, source[1]):
        lower, before = line.lower(step), line.lower(step - 1)
        if lower in CARRYING and line.lower(step + 1) in ("by", "in"):
            phrase = noun_phrase_right(line.tokens, step + 2, source[1])
        elif lower in ("citing", "quoting") and before == ",":
            phrase = noun_phrase_right(line.tokens, step + 1, source[1])
            if phrase is not None:
                return phrase, [(source[0], step - 1)], (source[0], step - 1)
        elif lower == "as" and before == ",":
            phrase = noun_phrase_right(line.tokens, step + 1, source[1])
        else:
            continue
        if phrase is not None:
            links.append(phrase)
            first_cut = min(first_cut, step)
    if links:
        comma = next((k for k in range(source[0], first_cut) if line.lower(k) == ","), first_cut)
        return (source[0], max(comma, source[0] + 1)), links, None
    return source, [], None


def _as_clause(match: CueMatch) -> frozenset[str]:
    """Let verbs that take only "that" clauses follow their content too ("C, he argued")."""
    return frozenset({"clause"}) if "that" in match.cue.takes else frozenset()


def _goes_on(line: Line, start: int) -> bool:
    """Tell whether something follows the comma after a cue."""
    return start < line.end - 1 and line.lower(start) in (",", "–", "—")


def _quote_after(line: Line, start: int) -> bool:
    """Tell whether a quotation opens after the comma."""
    return line.opens(start + 1) or line.opens(start)


def _interrupts(line: Line, start: int) -> bool:
    """Tell ", he said, " inside a clause from the end of one (", he said, adding that")."""
    after = line.lower(start + 1)
    rest = [token for token in line.tokens[start + 1 : line.end] if token.is_word]
    if len(rest) <= 9 and any(token.lower in _REPORTING for token in rest[1:]):
        return False  # ", an official said, Z reported"
    return not (
        after in _COORDINATORS | {"while", "as", "who", "which", "citing", "referring", "whose"}
        or after.endswith("ing")
        or after in ("according", "a", "an", "the")
    )


def _antecedent(line: Line, relative: int, floor: int) -> TokenRange | None:
    """Find what "who" or "which" refers to: the noun phrase before it."""
    last = relative - 1 if line.lower(relative - 1) in (",", "–", "—") else relative
    return noun_phrase_left(line.tokens, last, floor) if last > floor else None


def _inverted(line: Line, match: CueMatch, floor: int) -> Head | None:
    """C, said X: the cue follows a comma or a quotation, and its subject comes after it."""
    before = match.first - 1
    if is_adverb(line.tokens[before]) and before > 0:
        before -= 1
    if before < floor or before < 0:
        return None
    quoted = line.quote_before(match.first) >= 0
    if not quoted and line.tokens[before].text not in (",", "?", "!", "–", "—"):
        return None
    if not match.cue.takes & {"clause", "that", "quote"}:
        return None
    if not quoted and not any(is_verb_like(token) for token in line.tokens[:before]):
        return None  # "Peskov, the spokesman, said": no content before the comma
    phrase = noun_phrase_right(line.tokens, match.last, line.end)
    if phrase is None or line.opens(match.last):
        return None
    if line.lower(phrase[0]) in PRONOUNS - {"he", "she", "they", "some", "many", "others", "one"}:
        return None
    last = _apposition_end(line, phrase[1])
    after = skip_adjuncts(line.tokens, last, line.end)
    ends = after >= line.end or line.tokens[after].text in ",;:–—.?!(" or line.opens(after)
    if not ends and not (quoted and line.lower(after) in _AFTER_SPEAKER):
        return None
    carriers = interviewer(line, last, after)
    side = "left"
    if after < line.end and (line.opens(after) or line.opens(after + 1)):
        side = "both"
        after += not line.opens(after)
    return Head(
        match,
        (match.first, match.last),
        (phrase[0], last),
        match.first,
        after,
        "both" if side == "both" else "left",
        "quote" if quoted else "clause",
        carriers,
    )


def _apposition_end(line: Line, here: int) -> int:
    """Return where an apposition after an inverted speaker ends ("said X, the mayor of Y")."""
    person = is_person_word(line.lower(here - 1)) or line.lower(here - 2) in ("a", "an")
    if person and line.lower(here) in ("who", "whose"):  # "said a locksmith who gave no name"
        while here < line.end and line.free[here] and line.tokens[here].text not in ",;:–—":
            here += 1
        return here
    if line.lower(here) != "," or here + 1 >= line.end or not line.free[here + 1]:
        return here
    after = line.lower(here + 1)
    step = here + 1
    while step < line.end and line.free[step] and line.tokens[step].text not in ",;:–—":
        step += 1
    if after in ("who", "whose", "which"):
        return step
    words = line.tokens[here + 1 : step]
    if after in SUBORDINATORS | PRONOUNS - DETERMINERS | PREPOSITIONS or after.endswith("ing"):
        return here
    return here if any(is_verb_like(word) for word in words[:4]) or after in ("and",) else step


def _passive(line: Line, match: CueMatch, group: _Group) -> Head | None:
    """C is seen (by X) as C; C is believed to C; it was reported by X that C."""
    here = match.last
    source: TokenRange | None = None
    last = match.last
    while last < line.end and is_adverb(line.tokens[last]):
        last += 1
    if line.lower(last) == "by":
        source = noun_phrase_right(line.tokens, last + 1, line.end)
        here = source[1] if source is not None else here
    elif line.lower(last) in ("as", "to"):
        here = last
    here = skip_adjuncts(line.tokens, here, line.end)
    after, takes = line.lower(here), match.cue.takes
    if group.negated and match.cue.cue not in _BELIEFS:
        return None
    that = that_ahead(line, here)
    if (
        that is not None
        and line.lower(group.first - 1) in ("it", "there")
        and takes & {"clause", "that"}
    ):
        here = that
        return Head(
            match, (group.first - 1, here), source, group.first - 1, here + 1, "right", "passive"
        )
    fits = (
        (after == "as" and "as" in takes)
        or (
            after == "to"
            and "to" in takes
            and match.cue.cue not in ("offer", "plan", "ask", "want")
        )
        or (after == "of" and "of" in takes)
        or (after == "for" and "for" in takes)
        or (source is not None and takes & {"object"} and match.cue.cue not in ("support", "back"))
    )
    if not fits:
        return None
    return Head(match, (group.first, match.last), source, group.first, here, "cover", "passive")


def _participle(line: Line, match: CueMatch, earlier: list[Head]) -> Head | None:
    """Recognise ", saying that C": the source is that of the clause before."""
    before = line.lower(match.first - 1)
    adverb = match.first
    if match.first > 0 and is_adverb(line.tokens[match.first - 1]):
        adverb -= 1
        before = line.lower(adverb - 1)
    quoted = line.quote_before(match.first) >= 0
    if not (before in ("", ",", "–", "—") or before in _PARTICIPLE_OPENERS or quoted):
        return None
    start, carriers, marked = complement(line, match)
    head = Head(match, (adverb, match.last), None, adverb, start, "right", "clause", carriers)
    head.gap = True
    if quoted and (start >= line.end or line.tokens[start].text in ",;"):
        return None
    if start < line.end and line.lower(start) == "," and line.opens(start + 1):
        head.high = start + 1
        marked = True
    if not accepts(line, match, head.high, marked, head):
        return None
    return _with_gap(line, head, earlier)


def _coordinated(line: Line, match: CueMatch, group: _Group, earlier: list[Head]) -> Head | None:
    """Recognise "... and said that C": the source is the subject of the clause before."""
    before = line.lower(group.first - 1)
    if match.form not in (1, 2) and not group.auxiliary:
        return None
    if before not in _COORDINATORS:
        return None
    start, carriers, marked = complement(line, match)
    head = Head(
        match, (group.first, match.last), None, group.first, start, "right", "clause", carriers
    )
    head.gap = True
    if start < line.end and line.lower(start) == "," and line.opens(start + 1):
        head.high, marked = start + 1, True
    if not accepts(line, match, head.high, marked, head):
        return None
    return _with_gap(line, head, earlier)


def _with_gap(line: Line, head: Head, earlier: list[Head]) -> Head | None:
    """Fill a missing subject from the head before, or from the subject of the sentence."""
    for before in reversed(earlier):
        if before.source is not None and before.low < head.low and before.construction != "noun":
            head.source = before.source
            head.antecedent = before.antecedent
            return head
    head.source = main_subject(line, head.low)
    return head if head.source is not None else None


def main_subject(line: Line, stop: int) -> TokenRange | None:
    """Guess the subject of a sentence: the noun phrase right before its first finite verb."""
    for here in range(1, stop):
        token = line.tokens[here]
        if line.free[here] and is_verb_like(token) and not token.lower.endswith("ing"):
            first = here
            while first > 1 and (
                is_adverb(line.tokens[first - 1]) or line.lower(first - 1) in AUXILIARIES
            ):
                first -= 1
            found = line.subject(first, 0)
            if found is not None and line.lower(found[0]) not in ("it", "that", "which", "who"):
                return found
            return None
    return None
