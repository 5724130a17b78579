"""Which names are those of news outlets: by the voice table, by a word in them, or by exclusion."""

from __future__ import annotations

import re
from collections.abc import Callable

from framing.attribution.resolve import is_place_or_body, names_in
from framing.attribution.spans import Span
from framing.attribution.tokens import tokenize

__all__ = ["is_no_link", "is_outlet", "may_be_outlet"]

# Places of speaking that carry nothing on: audiences, platforms, the speaker's own channels.
_NO_LINK = re.compile(
    r"\b(reporters?|journalists?|lawmakers|parliament|viewers|telegram|twitter|x|"
    r"facebook|instagram|"
    r"youtube|tiktok|truth social|social media|website|channel|account|address|me|us|"
    r"him|her|them|you|"
    r"supporters|newsmen|delegates|council|assembly|congress|senate|people|allies|counterpart)\b",
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
    return voice_of(name).endswith("_media") or _OUTLET.search(name) is not None


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
