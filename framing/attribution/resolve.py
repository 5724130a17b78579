"""Who "he", "the source" or "Peskov" is: antecedents inside one document, or nobody."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from framing.attribution.spans import Sentence, Span, speaker_span
from framing.attribution.tokens import Token, tokenize

__all__ = ["Mention", "Resolver", "bare_name", "is_place_or_body", "names_in"]

_HE_SHE = frozenset("he she his her him".split())
_THEY = frozenset("they their them".split())
_IT = frozenset("it its".split())
_OPEN = frozenset(
    "i we you my our some many others most several both one who which that all".split()
)
_HONORIFICS = frozenset("mr mr. mrs mrs. ms ms. dr dr. sir dame lord lady prof. prof".split())
# Words that name a role and may stand before a name or alone after "the".
_ROLES = frozenset(
    "president minister premier chancellor secretary secretary-general chief spokesman spokeswoman"
    " spokesperson envoy ambassador governor mayor general colonel commander adviser advisor aide"
    " diplomat official source analyst expert professor senator lawmaker leader head"
    " director deputy"
    " chairman chairwoman candidate king prince pope correspondent journalist soldier"
    " officer resident"
    " witness economist researcher lawyer prosecutor judge volunteer teacher doctor"
    " admiral lieutenant"
    " commentator host anchor blogger captain major sergeant representative"
    " commissioner coordinator founder activist historian coach curator vet striker goalkeeper"
    " astronomer chemist physicist biologist surgeon nurse bishop archbishop cardinal rector"
    " sheriff detective inspector trader farmer engineer manager trainer novelist councillor"
    " councilor alderman rabbi imam superintendent constable brigadier corporal dean provost"
    " principal headmaster treasurer magistrate librarian attorney congressman congresswoman"
    " undersecretary ombudsman registrar sen. rep. gov. gen. col. lt. maj. sgt. capt.".split()
)
_BODIES = frozenset(
    "ministry government kremlin alliance agency department administration bloc union commission"
    " council office embassy parliament newspaper broadcaster outlet company group army military"
    " organisation organization service committee court staff police institute report"
    " statement".split()
)
_NOT_PERSONS = frozenset(
    "ministry department house union nations council agency news times post commission army forces"
    " university street sea ocean europe america asia africa group front party committee institute"
    " bank court office pentagon kremlin nato eu un us uk usa ukraine russia kyiv kiev moscow"
    " washington brussels london berlin paris warsaw china poland germany france britain states"
    " kingdom federation republic world war week summit square palace press association service"
    " television tv radio telegraph guardian reuters tass interfax monday tuesday"
    " wednesday thursday"
    " friday saturday sunday january february march april may june july august september october"
    " november december western eastern northern southern central north south east west crimea"
    " donbas donetsk luhansk kherson kharkiv mariupol odesa bakhmut ramstein vilnius security"
    " defence defense foreign state international european american russian ukrainian"
    " british german"
    " french polish atomic energy treaty organization organisation parliament congress senate cross"
    " company corporation ltd inc center centre school airport region oblast city river island city"
    " district province academy society museum theatre theater church intelligence contact".split()
)
_KINDS = frozenset(
    "group agency newspaper broadcaster channel station outlet company firm charity website"
    " magazine daily weekly paper organisation organization site portal tabloid journal network"
    " programme program podcast monthly".split()
)
_COUNTRIES = frozenset(
    "israel iran iraq syria turkey india japan korea taiwan pakistan egypt brazil mexico"
    " canada australia spain italy portugal greece hungary romania bulgaria serbia sweden norway"
    " finland denmark estonia latvia lithuania belarus moldova georgia armenia azerbaijan"
    " kazakhstan"
    " netherlands belgium austria switzerland ireland scotland wales england nigeria kenya"
    " beijing tehran tokyo delhi ankara jerusalem madrid rome vienna geneva minsk budapest prague"
    " court house chamber inquiry tribunal jury bench board panel committee cabinet".split()
)
_PARTICLES = frozenset("de von van der den la le al bin ben el di da du".split())
_NEVER_NAMES = frozenset(
    "the a an this that these those in on at for from with by to of and but or as if"
    " when while after"
    " before although though because since however meanwhile he she they it we i you"
    " his her their its"
    " our there here what who why how where which yesterday today also according"
    " asked earlier later"
    " under over during despite no not yes so then now once still yet speaking citing".split()
)
_PREPOSITIONS = frozenset(
    "with beside to by of for from alongside near about against behind after before"
    " like under on at"
    " in including than between joined towards toward over".split()
)
_SKIPPED = frozenset(
    "the a an ukrainian russian american british german french polish his her former"
    " us u.s.".split()
)
_NEAR_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as written, with the words of office before it."""

    span: Span
    words: tuple[str, ...]
    person: bool
    titled: bool

    @property
    def surname(self) -> str:
        """The last word, without diacritics folded."""
        return self.words[-1].lower()


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A speaker met earlier in the document."""

    span: Span
    resolved: str
    described: str


class Resolver:
    """Resolves the speakers of one document in reading order.

    Rules are conservative: a pronoun takes the only person who spoke, or the only person named, in
    this sentence or the last two; with two candidates it stays what it is. Names take the fullest
    earlier form with the same surname; "the source" the only earlier source.
    """

    def __init__(self, text: str, sentences: Sequence[Sentence]) -> None:
        self._text = text
        self._sentences = sentences
        self._starts = [s.span.start for s in sentences]
        self._titles = [s.span for s in sentences if s.position == "title"]
        self._spoken: list[_Spoken] = []

    @cached_property
    def _mentions(self) -> list[Mention]:
        """List all names of the document, in order."""
        found: list[Mention] = []
        for line in re.finditer(r"[^\n]+", self._text):
            found.extend(names_in(tokenize(self._text, line.start(), line.end())))
        return found

    @cached_property
    def _surnames(self) -> frozenset[str]:
        """Collect the surnames of all persons named in full."""
        return frozenset(mention.surname for mention in self._mentions if mention.person)

    def resolve(self, speaker: Span) -> tuple[str, str, str]:
        """Return who a speaker is: the bare name, the name with its office, and how it was found.

        Words of office in an apposition ("X, a deputy spokesman") are kept with the name.
        """
        name = _name_in(self._text, speaker)
        resolved, how = self._antecedent(name.of(self._text), name)
        self._spoken.append(_Spoken(speaker, resolved, f"{resolved}, {speaker.of(self._text)}"))
        return bare_name(resolved), resolved, how

    def peek(self, carrier: Span) -> str:
        """Return the fullest name of somebody who passed it on, without making them a speaker."""
        name = _name_in(self._text, carrier)
        return self._antecedent(name.of(self._text), name)[0]

    def descriptions(self, resolved: str) -> list[str]:
        """List what the document has called a speaker so far, apposition included."""
        return [
            spoken.described
            for spoken in self._spoken
            if bare_name(spoken.resolved) == resolved and len(resolved.split()) > 1
        ]

    def _antecedent(self, written: str, speaker: Span) -> tuple[str, str]:
        """Choose the rule by the kind of words."""
        words = written.split()
        lower = written.lower()
        if lower in _HE_SHE:
            return self._person(written, speaker)
        if lower in _THEY | _IT:
            return self._body(written, speaker)
        if lower in _OPEN or not words:
            return written, ""
        if words[0].lower() in ("the", "this", "that") and not words[-1][:1].isupper():
            return self._definite(written, speaker)
        return self._name(written, speaker)

    def _sentence_index(self, position: int) -> int:
        """Return the number of the sentence that a character lies in or after."""
        return max(bisect_right(self._starts, position) - 1, 0)

    def _in_title(self, span: Span) -> bool:
        """Tell whether a stretch of text lies in the headline."""
        return any(title.overlaps(span) for title in self._titles)

    def _person(self, written: str, speaker: Span) -> tuple[str, str]:
        """Resolve he or she by the nearest sentence that names anybody, if it names one."""
        here = self._sentence_index(speaker.start)
        for back in range(_NEAR_SENTENCES + 1):
            if here - back < 0:
                break
            sentence = self._sentences[here - back]
            if sentence.position == "title" and back > 0:
                break  # a headline is no sentence of the running text
            stop = min(speaker.start, sentence.span.end)
            window = Span(sentence.span.start, stop)
            speakers = self._speakers_in(window)
            named = self._persons_in(window)
            others = [name for name in named if not _same_person(name, speakers)]
            if len(speakers) == 1 and (back > 0 or not others):
                return speakers[0], f"{written!r} taken as {speakers[0]!r}, who spoke last"
            if not speakers and len(named) == 1:
                return named[0], f"{written!r} taken as {named[0]!r}, the only person named before"
            if speakers or named:
                return written, f"{written!r} has more than one possible antecedent"
        return written, f"{written!r} has no clear antecedent"

    def _speakers_in(self, window: Span) -> list[str]:
        """List the distinct persons who spoke in a stretch of text."""
        found: list[str] = []
        for spoken in self._spoken:
            if window.contains(spoken.span) and self._is_person(spoken.resolved):
                found.append(spoken.resolved)
            # A quotation that began in this sentence may be spoken by words after it.
        return list(dict.fromkeys(found))

    def _is_person(self, name: str) -> bool:
        """Tell whether a resolved speaker can be "he" or "she"."""
        words = [word.lower().strip(".,’'") for word in name.split()]
        if not words or words[-1] in _BODIES or (words[0] in _THEY | _IT | _OPEN | _HE_SHE):
            return False
        if any(word in _ROLES for word in words) and not words[-1].endswith("s"):
            return True
        names = names_in(tokenize(name))
        return any(mention.person for mention in names) or words[-1] in self._surnames

    def _oblique(self, mention: Mention) -> bool:
        """Tell whether a name stands after a preposition or is a possessor: no subject."""
        before = self._text[max(0, mention.span.start - 20) : mention.span.start].lower().split()
        while before and before[-1] in _SKIPPED:
            before.pop()
        after = self._text[mention.span.end : mention.span.end + 2].replace("’", "'")
        return after == "'s" or (bool(before) and before[-1] in _PREPOSITIONS)

    def _persons_in(self, window: Span) -> list[str]:
        """List the distinct persons named in a stretch of text, each by the fullest form so far."""
        found: list[str] = []
        for mention in self._mentions:
            if not window.contains(mention.span) or self._oblique(mention):
                continue
            if mention.person or mention.surname in self._surnames:
                found.append(self._name(mention.span.of(self._text), mention.span)[0])
        return list(dict.fromkeys(found))

    def _name(self, written: str, speaker: Span) -> tuple[str, str]:
        """Resolve a surname or a titled name to the fullest earlier form of the same name."""
        own = names_in(tokenize(written))
        if not own or not _is_name(own[-1], written):
            return written, ""
        surname = own[-1].surname
        given = _given(own[-1])
        same = [
            mention
            for mention in self._mentions
            if mention.surname == surname
            and (mention.span.end <= speaker.start or self._in_title(speaker))
            and (not given or not _given(mention) or _given(mention) == given)
            and mention.person
        ]
        if len({_given(mention) for mention in same if _given(mention)}) > 1:
            return written, f"more than one {own[-1].words[-1]} in the text"
        fuller = [mention for mention in same if len(mention.words) > len(written.split())]
        if not fuller:
            return written, ""
        best = max(fuller, key=lambda mention: (len(mention.words), -mention.span.start))
        name = best.span.of(self._text)
        return name, f"{written!r} taken as {name!r}, named in full elsewhere"

    def _definite(self, written: str, speaker: Span) -> tuple[str, str]:
        """Resolve "the source", "the minister", "the ministry" to the only one met before."""
        words = written.lower().split()
        head = _head_noun(words)
        if head not in _ROLES | _BODIES:
            return written, ""
        met = [
            (spoken.resolved, spoken.described)
            for spoken in self._spoken
            if spoken.resolved.lower() != written.lower() and not self._in_title(spoken.span)
        ]
        met += [
            (mention.span.of(self._text), mention.span.of(self._text))
            for mention in self._mentions
            if mention.span.end <= speaker.start and not self._in_title(mention.span)
        ]
        modifiers = [word for word in words[1:] if word not in (head, "same", "latter")]
        found = [
            name
            for name, described in met
            if head in _role_words(described)
            and all(word in described.lower() for word in modifiers)
        ]
        found = list({bare_name(name): name for name in found}.values())
        found = _without_shorter(found)
        if len(found) == 1:
            return found[0], f"{written!r} taken as {found[0]!r}, the only {head} before"
        if len(found) > 1:
            return written, f"{written!r} has more than one possible antecedent"
        return written, ""

    def _body(self, written: str, speaker: Span) -> tuple[str, str]:
        """Resolve they or it to the only speaker of the last sentence, if that fits the number."""
        here = self._sentence_index(speaker.start)
        for back in (0, 1):
            if here - back < 0:
                break
            window = Span(
                self._sentences[here - back].span.start,
                min(speaker.start, self._sentences[here - back].span.end),
            )
            near = {
                spoken.resolved
                for spoken in self._spoken
                if window.contains(spoken.span)
                and spoken.resolved.lower() not in _THEY | _IT | _HE_SHE | _OPEN
            }
            if len(near) == 1:
                name = next(iter(near))
                plural = name.split()[-1].lower().endswith("s") or " and " in name
                fits = plural if written.lower() in _THEY else not self._is_person(name)
                if fits:
                    return name, f"{written!r} taken as {name!r}, who spoke last"
            if near:
                break
        return written, f"{written!r} has no clear antecedent"


@lru_cache(maxsize=8192)
def bare_name(speaker: str) -> str:
    """Take the office off a person ("Defence Minister X"), and lower-case words off a name.

    Examples
    --------
    >>> bare_name("NATO Secretary General Jens Stoltenberg")
    'Jens Stoltenberg'
    >>> bare_name("a diplomatic source")
    'a diplomatic source'
    """
    words = _undescribed(speaker.split())
    speaker = " ".join(words)
    stop = next(
        (k for k, word in enumerate(words) if k > 0 and word in ("of", "from", "at", "in")), None
    )
    head = speaker if stop is None else " ".join(words[:stop])
    names = names_in(tokenize(head))
    if names and names[-1].person and head.endswith(names[-1].words[-1]):
        name = names[-1].words
        offices = [k for k, w in enumerate(name) if w.lower() in _ROLES | _HONORIFICS]
        proper = name[offices[-1] + 1 :] if offices else name
        if len(proper) >= 2 or (offices and len(proper) == 1):
            return head[head.rfind(" ".join(proper)) :] if " ".join(proper) in head else head
    return speaker


def _undescribed(words: list[str]) -> list[str]:
    """Drop "the relief group" before the name of a group, an agency or a firm."""
    for k in range(2, len(words)):
        if words[k - 1] in _KINDS and words[0].lower() in ("the", "a", "an"):
            name = [word for word in words[k:] if word not in ("of", "and", "et", "de", "du")]
            return words[k:] if all(word[:1].isupper() for word in name) else words
    return words


def is_place_or_body(name: str) -> bool:
    """Tell whether a name ends in a word for a place, a country or a public body."""
    last = name.split()[-1].lower().strip(".,’'")
    return last in _NOT_PERSONS | _BODIES | _COUNTRIES


def _name_in(text: str, source: Span) -> Span:
    """Find the name in a source with apposition: "the minister, X, " or "X, the minister"."""
    head = speaker_span(text, source)
    rest = text[head.end : source.end]
    names = names_in(tokenize(head.of(text)))
    if rest[:1] == "," and not any(name.person for name in names):
        after = Span(head.end + len(rest) - len(rest.lstrip(", ")), source.end)
        second = speaker_span(text, after)
        found = names_in(tokenize(second.of(text)))
        if len(found) == 1 and found[0].person and len(second.of(text).split()) <= 5:
            return second
    return head


def names_in(tokens: Sequence[Token]) -> list[Mention]:
    """Find runs of capitalised words with the words of office inside or before them."""
    found: list[Mention] = []
    here = 0
    while here < len(tokens):
        if not _starts_name(tokens, here):
            here += 1
            continue
        last = here
        while last < len(tokens) and (_in_name(tokens[last]) or _particle(tokens, last)):
            last += 1
        while last > here and not tokens[last - 1].is_capital:
            last -= 1
        if last > here:
            found.append(_mention(tokens[here:last]))
        here = max(last, here + 1)
    return found


def _starts_name(tokens: Sequence[Token], here: int) -> bool:
    """Tell whether a name may start at this token."""
    token = tokens[here]
    return token.is_capital and token.lower not in _NEVER_NAMES and token.is_word


def _in_name(token: Token) -> bool:
    """Tell whether a token may be part of a name with its office."""
    return token.is_word and (
        (token.is_capital and token.lower not in _NEVER_NAMES - {"us"}) or token.lower in _ROLES
    )


def _particle(tokens: Sequence[Token], here: int) -> bool:
    """Tell "von" in "von der Leyen" from a stray word."""
    return (
        tokens[here].lower in _PARTICLES
        and here + 1 < len(tokens)
        and (tokens[here + 1].is_capital or tokens[here + 1].lower in _PARTICLES)
    )


def _mention(tokens: Sequence[Token]) -> Mention:
    """Describe a run of tokens: whether it is a person, and whether it carries a title."""
    lowers = [token.lower for token in tokens]
    offices = [k for k, word in enumerate(lowers) if word in _ROLES | _HONORIFICS]
    titled = bool(offices) and offices[-1] < len(tokens) - 1
    proper = lowers[offices[-1] + 1 :] if titled else lowers
    person = bool(proper) and proper[-1] not in _NOT_PERSONS and proper[-1] not in _ROLES
    if not titled:
        person = person and 2 <= len(proper) <= 4 and not any(w in _NOT_PERSONS for w in proper)
        person = person and not all(token.text.isupper() for token in tokens)
    return Mention(
        Span(tokens[0].start, tokens[-1].end),
        tuple(token.text for token in tokens),
        person,
        titled,
    )


def _given(mention: Mention) -> str:
    """Return the given name of a person, or an empty string."""
    proper = [
        word
        for word in mention.words
        if word.lower() not in _ROLES | _HONORIFICS | _PARTICLES | _NOT_PERSONS
        and word[:1].isupper()
    ]
    return proper[-2].lower() if len(proper) >= 2 else ""


def _is_name(mention: Mention, written: str) -> bool:
    """Tell whether a written speaker ends with this name (and is no longer description)."""
    return written.endswith(mention.words[-1]) and mention.surname not in _NOT_PERSONS


def _same_person(name: str, others: Sequence[str]) -> bool:
    """Compare two persons by their last word."""
    return any(name.split()[-1].lower() == other.split()[-1].lower() for other in others)


def _head_noun(words: Sequence[str]) -> str:
    """Return the head of a noun phrase: the last word before a preposition."""
    for number, word in enumerate(words):
        if word in ("of", "in", "for", "at", "from") and number > 1:
            return words[number - 1]
    return words[-1]


def _role_words(name: str) -> set[str]:
    """Return the words of a speaker that may name its role."""
    lowers = [word.lower().strip(',.“”"') for word in name.split()]
    head = _head_noun(lowers)
    return {head} | {word for word in lowers if word in _ROLES}


def _without_shorter(names: Sequence[str]) -> list[str]:
    """Drop names that a longer one ends with ("Holm" beside "Anna Holm")."""
    return [
        name
        for name in names
        if not any(other != name and other.endswith(f" {name}") for other in names)
    ]
