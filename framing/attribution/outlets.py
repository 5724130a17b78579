"""Which names are those of news outlets: by the voice table, by a word in them, or by exclusion."""

from __future__ import annotations

import re
from collections.abc import Callable

from framing.attribution.resolve import is_place_or_body, names_in
from framing.attribution.spans import Span
from framing.attribution.tokens import tokenize

__all__ = ["is_no_link", "is_outlet", "may_be_outlet", "outlet_before", "whole_name"]

# Places of speaking that carry nothing on: audiences, platforms, the speaker's own channels.
_NO_LINK = re.compile(
    r"\b(reporters?|journalists?|lawmakers|parliament|viewers|telegram|twitter|x|"
    r"facebook|instagram|"
    r"youtube|tiktok|truth social|social media|website|channel|account|address|me|us|"
    r"him|her|them|you|"
    r"supporters|newsmen|delegates|council|assembly|congress|senate|people|allies|counterpart|"
    r"conference|briefing|crowd|rally|jury|court|hearing|audience|congregation|shareholders|"
    r"voters|students|newsletter|statement)\b",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(news|times|post|tv|television|radio|press|agency|newspaper|daily|journal|"
    r"magazine|media|outlet|"
    r"broadcaster|gazette|herald|tribune|telegraph|mail|weekly|today|network|observer|"
    r"chronicle|courier|courant|ledger|fm|"
    r"monitor|bulletin|dispatch|wire|reuters|bloomberg)\b",
    re.IGNORECASE,
)
# Words of titles, which are something else in lower case ("a record", "the standard").
_TITLE = re.compile(
    r"\b(?:Messenger|Beacon|Echo|Standard|Record|Quarterly|Monthly|Review|Examiner|Guardian|Mirror"
    r"|Express|Sentinel|Argus|Advertiser|Inquirer|Globe|Spiegel|Monde|Pravda|Zeitung|Visnyk)\b"
    r"|(?:[Kk]urier|zeitung|blatt|portal|post|news|visnyk)\b"
)
_MORE = re.compile(
    r"(?:\s+(?:state|news|service|agency|newspaper|paper|daily|weekly|magazine|broadcaster|channel"
    r"|tv|television|radio|network|outlet|site|tabloid|press|business|online))+\s+"
)
_GENERIC = re.compile(
    r"[Tt]he (?:(?:news|state|press) )?(?:agency|newspaper|paper|daily|weekly|magazine|broadcaster"
    r"|channel|network|station|outlet|tabloid|site|website)"
)
_NEAR = 400  # characters in which an outlet is looked for that "the agency" may stand for
_POSSESSIVE = re.compile(r"['’]s?$|['’]s\s.*$")
_WORD = r"(?:[\w’'&-]|\.(?=\w))*"
_NAME = re.compile(rf"[A-Z]{_WORD}(?:\s+(?:(?:of|et|and|de|du|der|des|la|le)\s+)?[A-Z0-9]{_WORD})*")
_GIVEN = frozenset(
    "adam alan alex alexander alexei ali amy anders andrea andrei andrew angela ann anna anne"
    " anthony antonio barack ben benjamin bernie bill bob boris brian carl carlos carol charles"
    " chris christian christine christopher claire daniel david dmitry donald edward elena"
    " elizabeth emily emma emmanuel eric erik eva francis frank fred george giorgia greg hans helen"
    " henry hillary hugo igor ivan jack jacob james jane jean jeff jennifer jens jim joe john"
    " jonas jonathan jose joseph juan julia karen kate kevin larry laura lisa luis maria marie"
    " mario mark martin mary matt maxim megan michael michelle mike mikhail mitch mohammed nancy"
    " nicolas nikolai oleg olaf olena oliver paul pavel pedro peter petra philip rachel ralph"
    " rebecca richard rishi rob robert roger ron rosa russell ruth sam samuel sarah scott sean"
    " sergei sergey simon sofia stephen steve steven susan thomas tim tom tony ursula victor viktor"
    " vladimir volodymyr walter william yulia yuri".split()
)


def is_no_link(name: str) -> bool:
    """Tell audiences, platforms and own channels, which carry nothing on."""
    return _NO_LINK.search(name) is not None


def is_outlet(name: str, voice_of: Callable[[str], str]) -> bool:
    """Tell whether a name is that of a news outlet, by the voice table or by its words."""
    return (
        voice_of(name).endswith("_media")
        or _OUTLET.search(name) is not None
        or _TITLE.search(name) is not None
    )


def whole_name(text: str, place: Span) -> Span:
    """Read the name in a stretch of text to its end, and drop what follows it.

    Examples
    --------
    >>> text = "in a talk with the Green Monthly published on Sunday"
    >>> whole_name(text, Span(15, 43)).of(text)
    'the Green Monthly'
    """
    first = next((k for k in range(place.start, place.end) if text[k].isupper()), place.end)
    name = _NAME.match(text, first)
    if name is None:
        return place
    while (more := _MORE.match(text, name.end())) and (after := _NAME.match(text, more.end())):
        name = after  # "Russian state news service Tass"
    return Span(place.start, name.start() + len(_POSSESSIVE.sub("", name[0])))


def outlet_before(text: str, place: Span, voice_of: Callable[[str], str]) -> str | None:
    """Name the outlet that "the agency" stands for: the only one that was named shortly before.

    Examples
    --------
    >>> text = "Reuters saw the memo. It is long, the agency said."
    >>> outlet_before(text, Span(34, 44), lambda name: "unknown")
    'Reuters'
    """
    if _GENERIC.fullmatch(place.of(text)) is None:
        return None
    near = text[max(0, place.start - _NEAR) : place.start]
    runs = [_POSSESSIVE.sub("", match[0]) for match in _NAME.finditer(near)]
    found = {name.removeprefix("The ") for name in runs if is_outlet(name, voice_of)}
    return found.pop() if len(found) == 1 else None


def may_be_outlet(text: str, place: Span, voice_of: Callable[[str], str]) -> bool:
    """Tell whether a capitalised name that was told something is probably no person.

    A voice that is known not to be a medium, a place, a public body, a title, a common given name,
    or the same surname with another name elsewhere in the text all speak against an outlet.
    """
    written = place.of(text)
    words = written.split()
    first = next((k for k, word in enumerate(words) if word[:1].isupper()), None)
    if first is None or is_no_link(written) or any(w in ("and", "for") for w in words):
        return False
    name = " ".join(words[first:])
    if voice_of(name) != "unknown" or is_place_or_body(name):
        return False
    if words[0].lower() == "the":
        return True
    found = names_in(tokenize(name))
    if not found or any(mention.titled for mention in found) or words[first].lower() in _GIVEN:
        return False
    own = found[-1]
    return not any(
        mention.surname == own.surname and mention.words != own.words
        for mention in names_in(tokenize(text))
    )
