"""The groups that speakers belong to: a table the user edits, and the matching of names to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from framing.datasets import data_path
from framing.errors import FramingError, listing, problem, unknown_value

__all__ = ["Voices", "read_voices", "unmatched"]

_DEFAULT = "ukraine_war"
RESERVED = ("narration", "impersonal", "unknown")
_KEYS = ("name", "pattern", "role", "aliases", "from", "to", "priority", "whole", "source")
_TOKEN = re.compile(r"\w+(?:'(?!s\b)\w+)*|'s\b")
_FORMER = re.compile(r"\b(?:former|ex|late|retired|onetime|one-time)\b[\s-]", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:close to|familiar with|briefed (?:on|by)|with knowledge of|critical of|opposed to)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ANONYMOUS = re.compile(
    r"\b(?:sources?|officials?|diplomats?|persons?|people|aides?|insiders?|advisers?|officers?)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One way to recognise a speaker: a name with its aliases, or a pattern."""

    voice: str
    name: str
    pattern: str
    role: str
    aliases: tuple[str, ...]
    since: Date | None
    until: Date | None
    priority: int
    whole: bool
    source: str
    table: str

    def holds_on(self, day: Date | None) -> bool:
        """Tell whether the entry applies on a day; without a day it always does."""
        if day is None:
            return True
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )

    @property
    def described(self) -> str:
        """Say what was matched, for `why`."""
        return f"{self.name} ({self.role})" if self.name and self.role else self.name or self.role


@dataclass(frozen=True)
class Voices:
    """A checked table of voices; made by `read_voices`.

    Examples
    --------
    >>> from framing import read_voices
    >>> read_voices("ukraine_war").match("NATO Secretary-General Jens Stoltenberg")[0]
    'nato'
    """

    entries: tuple[_Entry, ...]
    labels: Mapping[str, str]
    roles: Mapping[str, str]
    _index: Mapping[str, tuple[tuple[tuple[str, ...], _Entry], ...]] = field(repr=False)
    _patterns: tuple[tuple[re.Pattern[str], _Entry], ...] = field(repr=False)
    _memory: dict[tuple[str, Date | None], tuple[str, str]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def table(self) -> pd.DataFrame:
        """All entries as a tidy table: one row per speaker, with the label of its voice."""
        rows = [
            {
                "voice": entry.voice,
                "label": self.labels.get(entry.voice, entry.voice),
                "name": entry.name or None,
                "pattern": entry.pattern or None,
                "role": entry.role or None,
                "aliases": "|".join(entry.aliases) or None,
                "from": entry.since.isoformat() if entry.since else None,
                "to": entry.until.isoformat() if entry.until else None,
                "priority": entry.priority,
                "source": entry.source or None,
                "table": entry.table,
            }
            for entry in self.entries
        ]
        columns = ("voice", "label", "name", "pattern", "role", "aliases", "from", "to",
                   "priority", "source", "table")  # fmt: skip
        return pd.DataFrame(rows, columns=list(columns))

    def match(self, speaker: str, *, date: object = None) -> tuple[str, str]:
        """Find the voice of a speaker, and say why.

        Names match on whole words, whatever their case, diacritics and the usual
        transliterations (Zelensky, Zelenskyy, Zelenskiy). Where several entries match, a higher
        `priority` wins, then the longer match, then the one that stands first in the words. It
        misleads for namesakes: a bare surname goes to whoever bears it in the table.

        Parameters
        ----------
        speaker : str
            The words for who speaks, best resolved to a full name.
        date : date, datetime or str, optional
            Day of the document; entries outside their `from` and `to` do not count on it.

        Returns
        -------
        tuple of str
            The voice key, or ``"unknown"``; and a readable reason.
        """
        day = _day(date)
        key = (speaker, day)
        if key not in self._memory:
            self._memory[key] = self._matched(speaker, day)
        return self._memory[key]

    def _matched(self, speaker: str, day: Date | None) -> tuple[str, str]:
        """Rank everything that matches."""
        shown = _ABOUT.sub("", speaker) if _ANONYMOUS.search(speaker) else speaker
        hits = [*self._named(shown), *self._patterned(shown)]
        valid = [hit for hit in hits if hit[2].holds_on(day)]
        if not valid:
            return "unknown", _no_match(speaker, [entry for _, _, entry in hits], day)
        valid.sort(key=lambda hit: (-hit[2].priority, -hit[0], hit[1]))
        length, _, best = valid[0]
        why = f"{speaker!r} matches {best.described or best.pattern!r} in {best.voice}"
        rivals = {
            entry.voice
            for size, _, entry in valid[1:]
            if entry.voice != best.voice and (entry.priority == best.priority and size == length)
        }
        weaker = {entry.voice for _, _, entry in valid if entry.voice != best.voice} - rivals
        if rivals:
            why += f"; ambiguous: as good a match in {', '.join(sorted(rivals))}"
        elif weaker:
            why += f"; preferred to a weaker match in {', '.join(sorted(weaker))}"
        return best.voice, why

    def _named(self, speaker: str) -> list[tuple[int, int, _Entry]]:
        """List the names found in a speaker: length, place, entry."""
        words = [match.group() for match in _TOKEN.finditer(_folded(speaker))]
        whole = [word for word in words if word not in _ARTICLES and word != "'s"]
        found = []
        for place, word in enumerate(words):
            for name, entry in self._index.get(word, ()):
                if tuple(words[place : place + len(name)]) != name:
                    continue
                if entry.whole and list(name) != whole:
                    continue
                found.append((len(" ".join(name)), place, entry))
        return found

    def _patterned(self, speaker: str) -> list[tuple[int, int, _Entry]]:
        """List the patterns found in a speaker, unless it is about a former holder of an office."""
        if _FORMER.search(speaker):
            return []
        plain = _plain(speaker)
        found = []
        for pattern, entry in self._patterns:
            hit = pattern.search(plain)
            if hit is not None and hit.group():
                found.append((len(hit.group()), hit.start(), entry))
        return found


def read_voices(*tables: str | Path | pd.DataFrame) -> Voices:
    """Read the groups of speakers from bundled, own or several tables; later ones win.

    A voice is a role ("Russian state": officials and bodies of the federation), never a verdict.
    Add your own speakers in a second, short table rather than editing the bundled one.

    Parameters
    ----------
    *tables : str, Path or DataFrame
        Names of bundled tables (``"ukraine_war"``), paths of YAML or CSV files, or DataFrames
        with the columns `voice` and `name` or `pattern`, and as you like `role, aliases`
        (separated by ``|``), `from, to` (ISO dates), `priority` (default 0), `whole` (match only
        where the name is all there is, as for "Moscow") and `source`. Default: ukraine_war.

    Returns
    -------
    Voices
        With `match` and `table`.

    Raises
    ------
    FramingError
        If a table is not found or an entry is wrong; the message names the line.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import read_voices
    >>> own = pd.DataFrame({"voice": ["experts"], "name": ["Ada Example"]})
    >>> read_voices("ukraine_war", own).match("Ada Example")[0]
    'experts'
    """
    if not tables or (len(tables) == 1 and isinstance(tables[0], str) and tables[0] == _DEFAULT):
        return _bundled()
    return _read(tables)


@lru_cache(maxsize=1)
def _bundled() -> Voices:
    """Read the default table once."""
    return _read((_DEFAULT,))


def _read(tables: Sequence[str | Path | pd.DataFrame]) -> Voices:
    """Read tables in order; a later one replaces what an earlier one says of a name."""
    entries: list[_Entry] = []
    labels: dict[str, str] = {}
    roles: dict[str, str] = {}
    for rank, table in enumerate(tables):
        new = (
            _from_frame(table, labels)
            if isinstance(table, pd.DataFrame)
            else _from_file(str(table), labels, roles)
        )
        # A later table replaces what an earlier one says about the same name or pattern.
        said = {_identity(entry) for entry in new}
        entries = [entry for entry in entries if _identity(entry) not in said] if rank else entries
        entries.extend(new)
    return _indexed(tuple(entries), labels, roles)


def unmatched(claims: pd.DataFrame) -> pd.DataFrame:
    r"""List the speakers that belong to no voice yet, the most frequent first.

    Parameters
    ----------
    claims : DataFrame
        As `framing.claims` returns it.

    Returns
    -------
    DataFrame
        `speaker` (as resolved), `n_claims`, `n_documents`, `claim_id` (an example) and `why`.

    Raises
    ------
    FramingError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing
    >>> documents = pd.DataFrame({"doc_id": ["a"], "text": ["News\n\nAda Example said it rained."]})
    >>> framing.unmatched(framing.claims(documents))[["speaker", "n_claims"]].values.tolist()
    [['Ada Example', 1]]
    """
    needed = ("claim_id", "doc_id", "speaker_resolved", "voice", "why")
    missing = [name for name in needed if name not in claims.columns]
    if missing:
        raise problem(
            "a table of claims", f"no column {listing(missing)}", "Make it with framing.claims"
        )
    left = claims[(claims["voice"] == "unknown") & claims["speaker_resolved"].notna()]
    table = (
        left.groupby("speaker_resolved", sort=False)
        .agg(
            n_claims=("claim_id", "size"),
            n_documents=("doc_id", "nunique"),
            claim_id=("claim_id", "first"),
            why=("why", "first"),
        )
        .reset_index()
        .rename(columns={"speaker_resolved": "speaker"})
    )
    return table.sort_values(["n_claims", "speaker"], ascending=[False, True], ignore_index=True)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Drop diacritics and straighten apostrophes and hyphens; keep the case."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return bare.replace("’", "'").replace("‘", "'").replace("‑", "-")


def _folded(text: str) -> str:
    """Fold case and transliteration: y, yy, iy, yi, ij and i at the end of a name are one sound."""
    lower = _plain(text).casefold().replace("-", " ").replace(".", "")
    return re.sub(r"i+", "i", lower.replace("y", "i").replace("ij", "i"))


def _day(value: object) -> Date | None:
    """Read a day from whatever a table of documents may hold."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Date):
        return value
    try:
        read = pd.Timestamp(str(value))
    except (ValueError, TypeError):
        return None
    return None if pd.isna(read) else read.date()


def _no_match(speaker: str, out_of_office: Sequence[_Entry], day: Date | None) -> str:
    """Say why nobody fits."""
    if out_of_office:
        entry = out_of_office[0]
        span = f"{entry.since or 'the beginning'} to {entry.until or 'now'}"
        return (
            f"{speaker!r} matches {entry.described} only from {span}, and the document is of {day}"
        )
    if _ANONYMOUS.search(speaker):
        return f"{speaker!r} is not named, and the words do not give a side"
    return f"{speaker!r} is in no group of the table"


def _identity(entry: _Entry) -> tuple[str, str]:
    """Return what makes two entries speak of the same speaker."""
    return _folded(entry.name), entry.pattern


def _from_frame(
    frame: pd.DataFrame, labels: dict[str, str], table: str = "the DataFrame"
) -> list[_Entry]:
    """Read entries from a table with one speaker per row."""
    if "voice" not in frame.columns or not {"name", "pattern"} & set(frame.columns):
        raise problem(
            "a table of voices with the columns 'voice' and 'name' or 'pattern'",
            f"the columns {listing(list(frame.columns))}",
            "Name the columns so",
        )
    found = []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        entry = {
            str(key): value
            for key, value in row.items()
            if str(key) in _KEYS and not _missing(value)
        }
        voice = row["voice"]
        if "label" in row and not _missing(row["label"]):
            labels[str(voice)] = str(row["label"])
        if isinstance(entry.get("aliases"), str):
            entry["aliases"] = [part.strip() for part in entry["aliases"].split("|")]
        found.append(_entry(voice, entry, f"{table}, row {number}", table))
    return found


def _missing(value: object) -> bool:
    """Tell an empty cell."""
    return value is None or value is pd.NA or value is pd.NaT or value != value or value == ""


def _from_file(table: str, labels: dict[str, str], roles: dict[str, str]) -> list[_Entry]:
    """Read entries from a bundled table, a YAML file or a CSV file."""
    path = Path(table)
    if path.suffix.lower() == ".csv" and path.exists():
        return _from_frame(pd.read_csv(path), labels, path.name)
    if path.suffix.lower() not in (".yml", ".yaml"):
        bundled = sorted(file.stem for file in data_path("voices").glob("*.yml"))
        if table not in bundled:
            raise FramingError(
                f"{unknown_value('voices', table, bundled)} Or pass the path of a YAML or CSV file."
            )
        path = data_path(f"voices/{table}.yml")
    if not path.exists():
        raise problem("the path of a table of voices", repr(table), "Check the path")
    return _from_yaml(path, labels, roles)


class _LineLoader(yaml.SafeLoader):
    """Loads YAML safely and keeps the line of every mapping under the key ``__line__``."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping and note where it starts."""
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


def _from_yaml(path: Path, labels: dict[str, str], roles: dict[str, str]) -> list[_Entry]:
    """Read entries from a YAML file."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "an unknown line"
        raise problem(
            "a YAML file", f"a syntax error at {where} of {path.name}", "Mend that line"
        ) from err
    voices = content.get("voices") if isinstance(content, dict) else None
    if not isinstance(voices, dict):
        raise problem(
            "a YAML file with a mapping 'voices'", f"none in {path.name}", "See data/voices"
        )
    found = []
    for voice, body in voices.items():
        if voice == "__line__":
            continue
        if not isinstance(body, dict) or not isinstance(body.get("speakers"), list):
            raise problem(
                f"a list 'speakers' under the voice {voice!r}", f"none in {path.name}", "Add it"
            )
        # The first table that names a voice labels it; a later one may rename it.
        labels[str(voice)] = str(body.get("label", labels.get(str(voice), voice)))
        roles[str(voice)] = str(body.get("role", roles.get(str(voice), "")))
        for speaker in body["speakers"]:
            line = speaker.get("__line__") if isinstance(speaker, dict) else None
            where = f"{path.name}, line {line}" if line else f"{path.name}, voice {voice!r}"
            found.append(_entry(voice, speaker, where, path.stem))
    return found


def _entry(voice: object, raw: object, where: str, table: str) -> _Entry:
    """Check one speaker."""
    if not isinstance(voice, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", voice):
        raise problem(
            "a voice key in snake_case", f"{voice!r} ({where})", "Write it like russian_state"
        )
    if voice in RESERVED:
        raise problem(
            "a voice of your own", f"the reserved word {voice!r} ({where})", "Choose another key"
        )
    if not isinstance(raw, dict):
        raise problem(
            "a speaker with a name or a pattern", f"{raw!r} ({where})", "Write {name: ...}"
        )
    for key in raw:
        if key not in _KEYS and key != "__line__":
            raise FramingError(f"{unknown_value('key', key, _KEYS)} (in {where})")
    name, pattern = str(raw.get("name") or ""), str(raw.get("pattern") or "")
    if bool(name) == bool(pattern):
        raise problem(
            "either a name or a pattern",
            f"{'both' if name else 'neither'} ({where})",
            "Give each its own entry",
        )
    return _Entry(
        voice=voice,
        name=name,
        pattern=pattern,
        role=str(raw.get("role") or ""),
        aliases=_aliases(raw.get("aliases"), where),
        since=_checked_day(raw.get("from"), "from", where),
        until=_checked_day(raw.get("to"), "to", where),
        priority=_priority(raw.get("priority"), where),
        whole=str(raw.get("whole", "")).lower() in ("true", "yes", "1"),
        source=str(raw.get("source") or ""),
        table=table,
    )


def _aliases(value: object, where: str) -> tuple[str, ...]:
    """Check a list of aliases."""
    if value is None:
        return ()
    if not isinstance(value, Iterable) or isinstance(value, (str, dict)):
        raise problem("aliases as a list", f"{value!r} ({where})", "Write [one, two]")
    return tuple(str(alias) for alias in value)


def _checked_day(value: object, key: str, where: str) -> Date | None:
    """Check a date."""
    if value is None:
        return None
    day = _day(value)
    if day is None:
        raise problem(f"{key!r} as a date like 2014-10-01", f"{value!r} ({where})", "Mend it")
    return day


def _priority(value: object, where: str) -> int:
    """Check a priority."""
    try:
        return int(str(value)) if value is not None else 0
    except ValueError as err:
        raise problem("'priority' as a whole number", f"{value!r} ({where})", "Mend it") from err


def _indexed(
    entries: tuple[_Entry, ...], labels: Mapping[str, str], roles: Mapping[str, str]
) -> Voices:
    """Sort names by their first word and compile the patterns."""
    index: dict[str, list[tuple[tuple[str, ...], _Entry]]] = {}
    patterns = []
    for entry in entries:
        if entry.pattern:
            try:
                patterns.append((re.compile(entry.pattern, re.IGNORECASE), entry))
            except re.error as err:
                raise problem(
                    "a regular expression", f"{entry.pattern!r} in {entry.table}: {err}", "Mend it"
                ) from err
            continue
        for name in (entry.name, *entry.aliases):
            words = tuple(match.group() for match in _TOKEN.finditer(_folded(name)))
            if words:
                index.setdefault(words[0], []).append((words, entry))
    return Voices(
        entries,
        dict(labels),
        dict(roles),
        {word: tuple(names) for word, names in index.items()},
        tuple(patterns),
    )
