"""Names of people who hold no public office, left out of what is handed on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pandas as pd

from framing.errors import unknown_value
from framing.voices import Voices

__all__ = [
    "CREDITS", "NAMES", "TEXTS", "Hidden", "People", "check_people", "collect", "names_in",
    "without_people",
]  # fmt: skip

People: TypeAlias = Literal["public", "none", "all"]

NAMES = ("speaker", "speaker_resolved", "chain", "coder", "other")
"""Columns that name speakers or coders; `other` is the second coder of a pair."""
CREDITS = ("byline", "credit", "author", "authors", "why")
"""Columns that name journalists, or quote the words for a speaker; left out as a whole."""
TEXTS = (
    "text", "title", "exemplar", "exemplars", "sentence", "content", "context", "cue", "comment",
)  # fmt: skip
"""Columns that hold the texts' own words."""

_CODERS = ("coder", "other")
_LISTS = ("word", "words")
_WORD = re.compile(r"[^\W\d_]+")
_NEWSROOM = frozenset(("our", "staff", "correspondent", "desk", "wire", "editor", "editors"))
_SMALL = frozenset(("the", "a", "an", "i", "he", "she", "it", "we", "they", "you", "who"))
_NOT_PUBLIC = "civilians"


def check_people(people: str) -> None:
    """Refuse a choice that there is not."""
    if people not in ("public", "none", "all"):
        raise unknown_value("people", people, ["public", "none", "all"])


@dataclass
class Hidden:
    """Who is hidden behind which number, the same in everything that one call writes.

    Attributes
    ----------
    people : {"public", "none", "all"}
        Whose names may stand: those of the voice table, nobody's, everybody's.
    voices : Voices
        The table of public figures.
    outlets : frozenset of str
        Names of outlets, which are no people and always stand.
    numbers : dict
        The stand-in of each hidden name, in the order in which they were met.
    """

    people: People
    voices: Voices = field(repr=False)
    outlets: frozenset[str] = field(default=frozenset(), repr=False)
    numbers: dict[str, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter, repr=False)
    _known: dict[str, bool] = field(default_factory=dict, repr=False)
    _listed: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _words: set[str] = field(default_factory=set, repr=False)
    _looked_for: dict[str, str] = field(default_factory=dict, repr=False)
    _pattern: re.Pattern[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Fold the words of every listed name and role once."""
        for entry in self.voices.entries:
            if entry.voice == _NOT_PUBLIC:
                continue
            role = frozenset(word.casefold() for word in _WORD.findall(entry.role))
            for name in (entry.name, *entry.aliases):
                if name:
                    key = " ".join(word.casefold() for word in _WORD.findall(name))
                    self._listed[key] = self._listed.get(key, frozenset()) | role
                    self._words |= {*key.split(), *role}

    def is_public(self, name: str) -> bool:
        """Whether a speaker is a public figure, or described without any name.

        Every word with a capital letter must belong to a listed name or to the offices of it:
        "NATO Secretary General Jens Stoltenberg", but not "Putin's neighbour Ada Example".
        """
        if self.people != "public" or name in self.outlets:
            return self.people == "all" or name in self.outlets
        if name not in self._known:
            self._known[name] = self._is_listed(name)
        return self._known[name]

    def _is_listed(self, name: str) -> bool:
        words = _WORD.findall(re.sub(r"['’]s\b", "", name))
        folded = f" {' '.join(word.casefold() for word in words)} "
        known: set[str] = set(_SMALL)
        for listed, role in self._listed.items():
            if f" {listed} " in folded:
                known |= {*listed.split(), *role}
        named = [word for word in words if not word[0].islower()]
        return all(word.casefold() in known for word in named)

    def shown(self, name: str, voice: str = "", *, coder: bool = False) -> str:
        """A name as it may stand: itself, or its stand-in, such as "speaker 2 (experts)"."""
        if self.people == "all" or (not coder and self.is_public(name)):
            return name
        if name not in self.numbers:
            kind = "coder" if coder else "speaker"
            self._counts[kind] += 1
            self.numbers[name] = f"{kind} {self._counts[kind]}" + (f" ({voice})" if voice else "")
            self._pattern = None
        return self.numbers[name]

    def without_names(self, text: str) -> str:
        """A text with every hidden name that was met replaced by its stand-in."""
        if self._pattern is None:
            self._looked_for = self._stands()
            longest = sorted(self._looked_for, key=lambda name: (-len(name), name))
            self._pattern = re.compile(
                rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)" if longest else r"(?!)"
            )
        return self._pattern.sub(lambda found: self._looked_for[found.group()], text)

    def without_words(self, text: str) -> str:
        """Words of a list, in small letters, without those of hidden names."""
        named = {word for name in self._stands() for word in _WORD.findall(name)}
        own = {word.casefold() for word in named if not word[0].islower()} - self._words
        return _WORD.sub(
            lambda found: "[name]" if found.group().casefold() in own else found.group(), text
        )

    def _stands(self) -> dict[str, str]:
        """What is looked for in other texts: hidden names that no table lists, and surnames.

        What may as well be a common word at the head of a sentence is not: pronouns, plurals.
        """
        stands: dict[str, str] = {}
        for name, stand in self.numbers.items():
            named = [
                word
                for word in _WORD.findall(name)
                if not word[0].islower() and word.casefold() not in _SMALL
            ]
            if not named or stand.startswith("coder") or self._is_listed(name):
                continue
            if len(named) > 1:
                stands[name] = stand
                if len(named[-1]) > 2 and named[-1].casefold() not in self._words:
                    stands.setdefault(named[-1], stand)
            elif len(named[0]) > 2 and not named[0].endswith("s"):
                stands[name] = stand
        return stands


def collect(tables: Iterable[pd.DataFrame], hidden: Hidden) -> None:
    """Meet every name in the columns of these tables, in their order."""
    for table in tables:
        voices = table["voice"].tolist() if "voice" in table.columns else [""] * len(table)
        for column in _name_columns(table):
            for value, voice in zip(table[column], voices, strict=True):
                stated = voice if column.startswith("speaker") and isinstance(voice, str) else ""
                for name in names_in(value):
                    hidden.shown(name, stated, coder=column in _CODERS)
        for column in ("byline", "author", "authors"):
            for value in table[column].dropna() if column in table.columns else ():
                name = re.sub(r"^(?:written\s+)?by\s+", "", str(value), flags=re.IGNORECASE)
                for part in re.split(r";|,|\band\b", name):
                    words = set(re.findall(r"\w+", part.casefold()))
                    if words and not words & _NEWSROOM and part.strip() not in hidden.outlets:
                        hidden.shown(part.strip())


def names_in(value: Any) -> list[str]:
    """The names in a cell: one, a list of them, or none."""
    if isinstance(value, (list, tuple)):
        return [str(name) for name in value]
    return [] if value is None or value is pd.NA or value != value else [str(value)]


def _name_columns(table: pd.DataFrame) -> list[str]:
    """The columns of names that a table has; `other` is one only beside `coder`."""
    found = [name for name in NAMES if name in table.columns]
    return [name for name in found if name != "other" or "coder" in found]


def without_people(table: pd.DataFrame, hidden: Hidden) -> pd.DataFrame:
    """The table with names replaced and the columns of `CREDITS` left out."""
    if hidden.people == "all":
        return table
    kept = table.drop(columns=[name for name in CREDITS if name in table.columns])
    named = _name_columns(kept)
    made = {
        column: [_cell(str(column), value, hidden, column in named) for value in kept[column]]
        if kept[column].dtype == object or isinstance(kept[column].dtype, pd.StringDtype)
        else kept[column]
        for column in kept.columns
    }
    return pd.DataFrame(made, index=kept.index)


def _cell(column: str, value: Any, hidden: Hidden, named: bool) -> Any:
    """One cell as it may stand: stand-ins for names, and no hidden name in any other text."""
    if named:
        shown = [hidden.shown(name, coder=column in _CODERS) for name in names_in(value)]
        return shown if isinstance(value, (list, tuple)) else shown[0] if shown else value
    if isinstance(value, (list, tuple)):
        return [_cell(column, part, hidden, named) for part in value]
    if column in _LISTS and isinstance(value, str):
        return hidden.without_words(value)
    return hidden.without_names(value) if isinstance(value, str) else value
