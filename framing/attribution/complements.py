"""What follows a reporting verb: who was told, where the content starts, if the verb takes it."""

from __future__ import annotations

from framing.attribution.cues import CueMatch
from framing.attribution.line import Head, Line, TokenRange
from framing.attribution.phrases import (
    DETERMINERS,
    HAVE,
    POSSESSIVES,
    PREPOSITIONS,
    is_verb_like,
    noun_phrase_right,
    skip_adjuncts,
)

__all__ = ["accepts", "complement", "interviewer", "that_ahead"]

_HEARING = frozenset(
    "tell inform assure remind notify brief advise warn ask promise write assure text email"
    " inform reply respond".split()
)
_SAYING = frozenset("say tell think believe".split())
_WH = frozenset("how why what whether where when who which if".split())


def complement(line: Line, match: CueMatch) -> tuple[int, list[TokenRange], bool]:
    """Return where content on the right starts, who was told, and if "that" or ":" marks it."""
    here = match.last
    carriers: list[TokenRange] = []
    if match.cue.cue.split()[0] in _HEARING and line.free[here : here + 1] == [True]:
        hearer = _hearer(line, here)
        if hearer is not None:
            carriers.append(hearer)
            here = hearer[1]
    after = skip_adjuncts(line.tokens, here, line.end)
    carriers.extend(interviewer(line, here, after))
    here = after
    if line.lower(here) == "," and that_ahead(line, here) is None and line.opens(here + 1):
        return here + 1, carriers, True
    that = that_ahead(line, here)
    if that is not None:
        return that + 1, carriers, True
    if line.lower(here) == ":" and here < line.end:
        return here + 1, carriers, True
    return here, carriers, line.lower(here) in _WH and here < line.end


def _hearer(line: Line, here: int) -> TokenRange | None:
    """Find who is told: a pronoun, a name, or a noun phrase closed by "that" or a mark."""
    tokens = line.tokens
    if line.lower(here) in (
        "him",
        "her",
        "them",
        "me",
        "us",
        "you",
        "reporters",
        "journalists",
        "lawmakers",
        "parliament",
    ):
        return here, here + 1
    if here < line.end and line.lower(here) in ("that", "how", "why", "what", "of"):
        return None
    if here < line.end and tokens[here].is_capital and line.free[here]:
        last = here
        while (
            last < line.end
            and line.free[last]
            and (tokens[last].is_capital or tokens[last].lower in ("of", "'s", "and", "the"))
        ):
            last += 1
        while last > here and not tokens[last - 1].is_capital:
            last -= 1
        if last < line.end and is_verb_like(tokens[last]) and not line.opens(last):
            return None
        return here, last
    stop = next(
        (k for k in range(here, line.end) if line.lower(k) in PREPOSITIONS - {"of"}), line.end
    )
    phrase = noun_phrase_right(tokens, here, stop)
    if phrase is None:
        return None
    after = skip_adjuncts(tokens, phrase[1], line.end)
    closed = after >= line.end or line.lower(after) in (
        "that",
        ",",
        ":",
        "how",
        "why",
        "what",
        "to",
    )
    if line.lower(after) == "," and line.lower(here) in DETERMINERS:
        named = noun_phrase_right(tokens, after + 1, line.end)
        if named is not None and tokens[named[1] - 1].is_capital and named[1] >= line.end:
            return named  # "told the local paper, the Courier"
    return phrase if closed or line.opens(after) else _employer(line, phrase[1])


def _employer(line: Line, here: int) -> TokenRange | None:
    """Find the outlet in "told a man from the Post,"."""
    if line.lower(here) not in ("from", "at", "of"):
        return None
    named = noun_phrase_right(line.tokens, here + 1, line.end)
    if named is None or not line.tokens[named[1] - 1].is_capital:
        return None
    return named if line.lower(named[1]) in ("that", ",", ":", "") else None


def interviewer(line: Line, first: int, last: int) -> list[TokenRange]:
    """Find the outlet in "in an interview with CNN" and "in comments to Reuters"."""
    for here in range(first, last - 1):
        if line.lower(here) in ("with", "to", "by", "for", "on") and here > first:
            begin = here + 1 + (line.lower(here + 1) in DETERMINERS)
            if begin < last and line.tokens[begin].is_capital:
                return [(here + 1, last)]
    return []


def that_ahead(line: Line, here: int) -> int | None:
    """Find the "that" that opens the content, over a short stretch of adjuncts."""
    if line.lower(here) == "that":
        return here if here + 1 < line.end else None
    if line.lower(here) not in (
        "on",
        "in",
        "at",
        "during",
        "to",
        "after",
        "through",
        "via",
        "before",
        "late",
        "early",
        "last",
        "this",
        ",",
        "with",
        "for",
        "by",
        "from",
        "without",
    ):
        return None
    commas = 0
    for step in range(here, min(line.end, here + 22)):
        if not line.free[step] or line.tokens[step].text in ";:":
            return None
        commas += line.tokens[step].text == ","
        if commas > 2:
            return None
        if (
            line.lower(step) == "that"
            and step > here
            and (commas == 0 or (commas == 2 and line.lower(step - 1) == ","))
            and line.lower(step - 1) not in ("in", "of", "at", "for", "to")
        ):
            return step if step + 1 < line.end else None
    return None


def accepts(line: Line, match: CueMatch, start: int, marked: bool, head: Head) -> bool:
    """Tell whether what follows a verb is something the verb takes as content."""
    takes = match.cue.takes
    if start >= line.end:
        return False
    if line.opens(start):
        head.construction = "quote"
        return True
    if marked:
        return bool(takes & {"clause", "that", "quote"}) and (
            "quote" not in takes or len(takes) > 1 or line.lower(start - 1) == ":"
        )
    after = line.lower(match.last)
    if after == "to" and "to" in takes and match.last + 1 < line.end:
        head.high = head.start = match.last
        head.construction = "infinitive"
        return True
    if "clause" in takes and _opens_clause(line, start):
        return True
    if match.cue.cue in _SAYING and _opens_object(line, start) and line.end - start >= 4:
        return True
    relative = line.lower(head.low - 1) in ("which", "who", "that", "what")
    if "clause" in takes and relative and is_verb_like(line.tokens[start]):
        return True  # "which he said were ready"
    return _takes_object(line, match, head)


def _opens_clause(line: Line, start: int) -> bool:
    """Tell whether a clause without "that" starts here: a subject, then soon a verb."""
    first = line.tokens[start]
    lower = first.lower
    if lower in (
        "it",
        "he",
        "she",
        "they",
        "we",
        "i",
        "there",
        "you",
        "it's",
        "he's",
        "they're",
        "if",
        "although",
        "while",
        "because",
        "when",
    ):
        return True
    if not first.is_word or lower in (
        "of",
        "to",
        "about",
        "for",
        "by",
        "with",
        "as",
        "from",
        "on",
        "at",
        "so",
        "no",
        "yes",
        "nothing",
        "or",
        "and",
        "than",
        "up",
    ):
        return False
    for step in range(start + 1, min(line.end, start + 14)):
        token = line.tokens[step]
        if token.text in ",;:" and step > start + 3:
            return False
        if is_verb_like(token) and token.lower not in HAVE - {"has", "have", "had"}:
            return True
        if token.lower in ("that", "which", "who"):
            return False
    return False


def _takes_object(line: Line, match: CueMatch, head: Head) -> bool:
    """Recognise contents that are no clauses: "denied helping", "accused X of", "called for"."""
    takes, here = match.cue.takes, match.last
    window = [line.lower(step) for step in range(here + 1, min(line.end, here + 14))]
    after = line.lower(here)
    fits = (
        ("ing" in takes and after.endswith("ing"))
        or ("as" in takes and "as" in window)
        or ("of" in takes and "of" in window)
        or ("for" in takes and "for" in window)
        or ("to_object" in takes and "to" in window)
        or ("object" in takes and _opens_object(line, here))
        or (match.cue.denied and after == "as" and _claim_inside(line, here) is not None)
        or (
            "name" in takes
            and after not in ("for", "on", "in", "off", "to", "and", "up", "it", "out")
        )
    )
    if not fits or here >= line.end or line.tokens[here].text in ",.;:)":
        return False
    if "of" in takes and after in ("of", "against") and "object" not in takes:
        head.start = here
    head.high = here
    head.construction = "object"
    head.start = head.start if not match.cue.denied else None
    if match.cue.denied:
        that = _claim_inside(line, here)
        head.high = that if that is not None else here
        head.construction = "clause" if that is not None else "object"
    return True


def _claim_inside(line: Line, here: int) -> int | None:
    """Find the content of "dismissed X's claims that C": the token after that "that"."""
    for step in range(here + 1, min(line.end, here + 14)):
        if line.tokens[step].text in ",;:":
            return None
        if line.lower(step) == "that" and step + 1 < line.end:
            return step + 1
        if line.lower(step) == "of" and line.lower(step - 1) in (
            "reports",
            "claims",
            "accusations",
            "allegations",
            "rumours",
            "rumors",
            "charges",
            "talk",
        ):
            return step + 1
    return None


def _opens_object(line: Line, here: int) -> bool:
    """Tell whether a noun phrase (or a gerund) starts here."""
    token = line.tokens[here] if here < line.end else None
    if token is None or not token.is_word:
        return here < line.end and line.opens(here)
    if token.lower in DETERMINERS | POSSESSIVES or token.lower.endswith("ing"):
        return True
    if token.lower in (
        "to",
        "of",
        "in",
        "on",
        "at",
        "by",
        "as",
        "from",
        "with",
        "up",
        "for",
        "and",
    ):
        return False
    return noun_phrase_right(line.tokens, here, line.end) is not None
