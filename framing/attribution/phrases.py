"""Small grammar over tokens, without a parser: noun phrases, adjuncts and clause boundaries.

Everything here is a closed list of English function words plus a walk over tokens. The walks are
meant to stop early: a missed word costs a little recall, a walk too far names the wrong speaker.
"""

from __future__ import annotations

from collections.abc import Sequence

from framing.attribution.tokens import Token

__all__ = [
    "ADVERBS",
    "AUXILIARIES",
    "BE",
    "DETERMINERS",
    "NEGATIONS",
    "POSSESSIVES",
    "PRONOUNS",
    "is_adverb",
    "is_person_word",
    "is_verb_like",
    "noun_phrase_left",
    "noun_phrase_right",
    "skip_adjuncts",
]


def _words(text: str) -> frozenset[str]:
    """Make a set of the words of a string."""
    return frozenset(text.split())


PRONOUNS = _words(
    "he she they i we you it who which that some others many most several both all everyone few"
    " none one another this these those"
)
POSSESSIVES = _words("his her their its my our your whose")
DETERMINERS = _words("the a an this that these those some any no each every another") | POSSESSIVES
_ARTICLES = _words("the a an") | POSSESSIVES
BE = _words("is are was were be been being am isn't aren't wasn't weren't 's 're it's he's she's")
HAVE = _words("has have had having hasn't haven't hadn't 've 'd he'd she'd")
MODALS = _words(
    "will would can could may might must shall should do does did won't wouldn't can't cannot"
    " couldn't shouldn't don't doesn't didn't 'll"
)
AUXILIARIES = BE | HAVE | MODALS
NEGATIONS = _words(
    "not never n't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't cannot"
    " couldn't shouldn't don't doesn't didn't neither nor nobody nothing none no"
)
ADVERBS = _words(
    "also again later now once even just still already then often always ever earlier today"
    " yesterday tomorrow meanwhile however therefore instead thus soon there here further too"
    " so far rather perhaps maybe simply first twice sometimes moreover nonetheless nevertheless"
    " long longer never not well online"
)
PREPOSITIONS = _words(
    "of in for at from to with on by about over under between against among within into near"
    " including inside outside across around through without behind"
)
SUBORDINATORS = _words(
    "that which who whom whose because although though while when whereas if unless since until"
    " before after as than whether where why how what once but or yet so nor except despite like"
)
WEEKDAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = _words(
    "january february march april may june july august september october november december"
    " jan. feb. aug. sept. oct. nov. dec. jan feb aug sept oct nov dec"
)
_TIMES = (
    WEEKDAYS
    | MONTHS
    | _words(
        "week month year night day morning evening afternoon weekend today yesterday"
        " tonight tomorrow"
    )
)
_COMMON_VERBS = _words(
    "went came made took got gave met left began held sent won lost led brought put set became"
    " kept fell rose ran stood spoke saw found struck broke grew drew flew fled built bought paid"
    " makes takes comes goes gets gives meets leads joins holds remains shows follows visits"
    " wants seeks plans faces continues supports helps includes leaves heads arrives travels"
    " make take go get give meet join seek remain appear appears seem seems show let lets"
)
# Past forms in -ed that are adjectives before a noun far more often than they are verbs.
_ADJECTIVES = _words(
    "united unnamed unidentified retired armed allied elected senior-ranked detained jailed exiled"
    " occupied appointed respected advanced so-called integrated combined associated concerned"
    " unspecified related displaced wounded limited renowned self-proclaimed red sacred hundred"
    " indeed need speed seed bed shed feed breed creed reed unprecedented mixed"
)
_STATEMENT_PLACES = _words(
    "statement interview speech address tweet tweets post posts video message briefing report"
    " article letter conference call press-conference remarks column memo email e-mail blog"
    " bulletin update release commentary editorial podcast broadcast hearing meeting summit rally"
    " debate forum event session telegram twitter facebook x television tv radio parliament"
    " channel note book op-ed phone testimony comments webcast appearance"
)
_ADJUNCT_OPENERS = _words("on in at during via through last this next after to before earlier late")
_HEARERS = _words(
    "reporters journalists lawmakers parliament me us him her them you viewers listeners"
    " supporters residents troops soldiers delegates investors allies voters people"
)
_QUANTIFIERS = _words("some others many most several both all few none one another")
_NUMBERS = _words(
    "one two three four five six seven eight nine ten dozen dozens twenty thirty"
    " forty fifty hundred"
    " hundreds thousand thousands million millions"
)
_PEOPLE = _words(
    "source official person people diplomat aide ministry data document report witness resident"
    " expert agency police authority authorities intelligence media statement clerk spokesman"
    " spokeswoman spokesperson medic guard pilot coach judge chief mayor nurse farmer"
)
_AGENTS = ("er", "or", "ist", "ian", "eer", "ee", "ant")
_NOT_AGENTS = _words(
    "number matter power order weather factor letter error favour terror disorder danger answer"
    " summer winter winner-takes-all chapter border labor manner horror behavior behaviour corner"
    " disaster encounter failure measure figure pressure procedure committee restaurant guarantee"
)
_MAX_PHRASE = 16


def is_adverb(token: Token) -> bool:
    """Tell whether a token may stand between a subject and its verb."""
    return token.lower in ADVERBS or (
        token.lower.endswith("ly") and len(token.lower) > 4 and not token.is_capital
    )


def is_person_word(word: str) -> bool:
    """Tell whether a lower-case noun probably names people, by list and by ending."""
    single = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    return (
        word in _PEOPLE
        or single in _PEOPLE
        or (len(single) > 5 and single.endswith(_AGENTS) and single not in _NOT_AGENTS)
    )


def is_verb_like(token: Token) -> bool:
    """Tell whether a lower-case token is probably a finite verb, by list and by -ed."""
    lower = token.lower
    if lower == "'s":
        return False
    if token.is_capital or lower in _ADJECTIVES:
        return lower in AUXILIARIES
    return (
        lower in AUXILIARIES or lower in _COMMON_VERBS or (lower.endswith("ed") and len(lower) > 4)
    )


def _is_nominal(token: Token) -> bool:
    """Tell whether a token may be inside a noun phrase (and is not a boundary)."""
    return (
        token.is_word
        and token.lower not in SUBORDINATORS
        and token.lower not in PREPOSITIONS
        and token.lower not in AUXILIARIES - {"'s", "may"}
        and token.lower not in PRONOUNS - DETERMINERS
        and not is_verb_like(token)
        and (token.is_capital or token.lower not in ADVERBS)
    )


def _modifies(tokens: Sequence[Token], here: int) -> bool:
    """Tell the participle in "a leaked memo" from a verb: an article stands before it."""
    return here > 0 and tokens[here].lower.endswith("ed") and tokens[here - 1].lower in _ARTICLES


def noun_phrase_left(tokens: Sequence[Token], last: int, floor: int) -> tuple[int, int] | None:
    """Find the noun phrase that ends right before token `last`, not reaching below `floor`.

    Returns its first token and `last`, or None where no noun phrase stands there.
    """
    here = last - 1
    if here < floor:
        return None
    if tokens[here].lower in PRONOUNS and tokens[here].lower not in ("this", "these", "those"):
        if (
            tokens[here].lower in _QUANTIFIERS
            and here > floor
            and tokens[here - 1].lower in PREPOSITIONS
        ):
            return None
        return here, last
    if tokens[here].lower == "'s":
        return None
    first = last
    while here >= floor and last - here <= _MAX_PHRASE:
        token = tokens[here]
        if token.lower in PREPOSITIONS:
            # A preposition belongs to the phrase only if a noun stands before it.
            part = token.lower == "of" and here > floor and tokens[here - 1].lower in _QUANTIFIERS
            if first == last or here == floor or not (part or _is_nominal(tokens[here - 1])):
                break
            if token.lower == "to" and not tokens[here + 1].is_capital:
                break
        elif token.lower in ("and", "&"):
            if not _joins(tokens, here, floor, last):
                break
        elif token.text in "-–/&." or (first < last and _owns(tokens, here, floor)):
            pass
        elif token.lower in _QUANTIFIERS and first < last:
            first = here
            break
        elif not (_is_nominal(token) or (first < last and _modifies(tokens, here))):
            break
        else:
            first = here
            if token.lower in DETERMINERS and not _goes_on_left(tokens, here, floor):
                break
        here -= 1
    return _trimmed(tokens, first, last)


def _owns(tokens: Sequence[Token], here: int, floor: int) -> bool:
    """Tell the mark in "the workers’ leader" from one that closes a quotation."""
    if tokens[here].text not in ("'", "’") or here <= floor:
        return False
    before = tokens[here - 1]
    return before.end == tokens[here].start and before.lower.endswith("s")


def _goes_on_left(tokens: Sequence[Token], here: int, floor: int) -> bool:
    """Tell whether a phrase reaches over its determiner ("a spokesman for the ministry")."""
    return here - 2 >= floor and tokens[here - 1].lower in PREPOSITIONS | {"and"}


def _joins(tokens: Sequence[Token], here: int, floor: int, last: int) -> bool:
    """Tell whether "and" joins two names or nouns rather than two clauses."""
    if here - 1 < floor or here + 1 >= last or not _is_nominal(tokens[here - 1]):
        return False
    after = tokens[here + 1]
    if after.lower in DETERMINERS:
        after = tokens[min(here + 2, last - 1)]
    left_side = tokens[floor:here]
    return (
        tokens[here - 1].is_capital == after.is_capital
        and not any(is_verb_like(token) for token in left_side)
        and len(left_side) <= 6
    )


def _trimmed(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int] | None:
    """Drop leading adverbs and days; refuse what has no name or noun in it."""
    while first < last and (
        is_adverb(tokens[first])
        or tokens[first].lower in WEEKDAYS | ADVERBS | {"-", "–", "and", "&", "."}
    ):
        first += 1
    nouns = [
        token
        for token in tokens[first:last]
        if any(character.isalpha() for character in token.text)
        and token.lower not in DETERMINERS | _NUMBERS | {"'s"}
    ]
    if not nouns or tokens[last - 1].lower in WEEKDAYS | MONTHS - {"may"}:
        return None
    return first, last


def noun_phrase_right(tokens: Sequence[Token], first: int, end: int) -> tuple[int, int] | None:
    """Find the noun phrase that starts at token `first` and ends before `end` at the latest."""
    here = first
    if here < end and tokens[here].lower in PRONOUNS and tokens[here].lower not in DETERMINERS:
        one = tokens[here].lower == "one" and here + 2 < end
        if not (one and (tokens[here + 1].lower == "of" or _is_nominal(tokens[here + 1]))):
            return here, here + 1
        here += 2  # "one of the directors", "one senior official"
    while here < end and here - first < _MAX_PHRASE:
        token = tokens[here]
        if token.lower in PREPOSITIONS:
            after = tokens[here + 1] if here + 1 < end else None
            if here == first or after is None or _is_adjunct(tokens, here, end):
                break
            if not (_is_nominal(after) or after.lower in DETERMINERS):
                break
        elif token.lower in ("and", "&"):
            after = tokens[here + 1] if here + 1 < end else None
            if (
                after is None
                or not _is_nominal(after)
                or after.is_capital != tokens[here - 1].is_capital
            ):
                break
        elif token.text in "-–/&." and here > first:
            pass
        elif (
            (here > first and is_adverb(token))
            or not (_is_nominal(token) or (here + 1 < end and _modifies(tokens, here)))
            or token.lower in WEEKDAYS
            or (
                here > first
                and token.lower in DETERMINERS
                and tokens[here - 1].lower not in PREPOSITIONS | {"and"}
            )
        ):
            break
        here += 1
    while here > first and not tokens[here - 1].is_word:
        here -= 1
    return _trimmed(tokens, first, here) if here > first else None


def _is_adjunct(tokens: Sequence[Token], here: int, end: int) -> bool:
    """Tell whether a preposition opens "on Monday", "in a statement" and the like."""
    return skip_adjunct(tokens, here, end) > here


def skip_adjunct(tokens: Sequence[Token], here: int, end: int) -> int:
    """Return the token after one adjunct of time or place, or `here` if none is there."""
    if here >= end:
        return here
    lower = tokens[here].lower
    if here + 1 < end and tokens[here + 1].lower == "'s":
        return here
    if lower in WEEKDAYS or lower in ("today", "yesterday", "tonight", "earlier", "later"):
        return here + 1
    if lower == "to" and here + 1 < end and tokens[here + 1].lower in _HEARERS:
        return here + 2
    if lower not in _ADJUNCT_OPENERS:
        return here
    for step in range(here + 1, min(end, here + 9)):
        word = tokens[step].lower
        if (
            not tokens[step].is_word
            or word in SUBORDINATORS - {"that"}
            or word in PRONOUNS - DETERMINERS
        ):
            break
        if word in _TIMES or (
            word.isdigit() and step > here + 1 and tokens[step - 1].lower in MONTHS
        ):
            here_after = step + 1
            if here_after < end and tokens[here_after].lower == "'s":
                continue
            while here_after < end and (
                tokens[here_after].lower in _TIMES or tokens[here_after].text.isdigit()
            ):
                here_after += 1
            return here_after
        if word in _STATEMENT_PLACES:
            return _after_place(tokens, step + 1, end)
    return here


def _after_place(tokens: Sequence[Token], here: int, end: int) -> int:
    """Go on over "conference", "with CNN", "to parliament", "on Telegram" after a place."""
    while here < end and tokens[here].lower in _STATEMENT_PLACES:
        here += 1
    if here + 1 < end and tokens[here].lower in (
        "with",
        "to",
        "on",
        "for",
        "by",
        "from",
        "in",
        "of",
        "at",
    ):
        step = here + 1
        if tokens[step].lower in DETERMINERS:
            step += 1
        begin = step
        while step < end and (tokens[step].is_capital or tokens[step].lower in ("'s", "of")):
            step += 1
        if step < end and step == begin and tokens[step].lower in _HEARERS | _STATEMENT_PLACES:
            step += 1
        if step > begin:
            return step
    return here


def skip_adjuncts(tokens: Sequence[Token], here: int, end: int) -> int:
    """Return the token after any run of adjuncts and adverbs."""
    while here < end:
        after = skip_adjunct(tokens, here, end)
        if after == here and is_adverb(tokens[here]) and tokens[here].lower not in NEGATIONS:
            after = here + 1
        if after == here:
            return here
        here = after
    return here
