"""The lexicon of reporting words: read, checked and matched against tokens."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from framing.attribution.tokens import Token, tokenize
from framing.datasets import data_path
from framing.errors import FramingError, listing, problem, unknown_value

__all__ = ["Cue", "CueMatch", "Cues", "read_cues"]

KINDS = ("verb", "noun", "before", "by", "citing", "adverb", "phrase")
STANCES = ("endorse", "report", "distance", "reject")
TAKES = ("clause", "that", "to", "to_object", "as", "of", "for", "object", "name", "ing", "quote")
COLUMNS = ("cue", "kind", "forms", "takes", "stance", "denied", "impersonal")


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of the lexicon."""

    cue: str
    kind: str
    forms: tuple[str, ...]
    takes: frozenset[str]
    stance: str
    denied: bool
    impersonal: bool


@dataclass(frozen=True, slots=True)
class CueMatch:
    """An entry found in a sentence, at tokens `first` to `last` (exclusive).

    `form` counts the forms of a verb: 0 base, 1 third person, 2 past, 3 -ing, 4 participle.
    """

    first: int
    last: int
    cue: Cue
    form: int


@dataclass(frozen=True)
class Cues:
    """A checked lexicon, with its forms sorted by first word so that matching is quick."""

    entries: tuple[Cue, ...]
    by_first: dict[str, tuple[tuple[tuple[str, ...], Cue, int], ...]]

    def find(self, tokens: Sequence[Token], free: Sequence[bool]) -> Iterator[list[CueMatch]]:
        """Yield, from left to right, the readings of each longest form outside quotations.

        A form may have two readings ("claims" the verb, "claims" the noun); both are yielded
        together, and the sentence around them decides.
        """
        position = 0
        while position < len(tokens):
            readings = self._readings(tokens, free, position)
            if readings:
                yield readings
            position = readings[0].last if readings else position + 1

    def _readings(
        self, tokens: Sequence[Token], free: Sequence[bool], position: int
    ) -> list[CueMatch]:
        """List the entries whose longest form starts at this token."""
        best: list[CueMatch] = []
        for words, cue, form in self.by_first.get(tokens[position].lower, ()):
            last = position + len(words)
            if last > len(tokens) or not all(free[position:last]):
                continue
            if best and last < best[0].last:
                break  # sorted by length: what follows is shorter
            if all(tokens[position + k].lower == word for k, word in enumerate(words)):
                best.append(CueMatch(position, last, cue, form))
        return best

    def stance_of(self, name: str) -> Cue | None:
        """Return the first entry of that name."""
        return next((cue for cue in self.entries if cue.cue == name), None)


def read_cues(table: str | Path | pd.DataFrame | None = None) -> Cues:
    """Read the reporting words that the cue patterns look for, from the bundle or your own table.

    The bundled list (`data/cues/en.csv`) holds verbs, nouns and phrases with all their forms. To
    change it, copy the file, edit it and pass its path, or pass a DataFrame.

    Parameters
    ----------
    table : str, Path or DataFrame, optional
        Columns `cue` (the entry's name), `kind` (verb, noun, before, by, citing, adverb or
        phrase), `forms` (spelled out, separated by ``|``; for a verb in the order base, third
        person, past, -ing, participle), `takes` (what may follow: clause, that, to, to_object,
        as, of, for, object, name, ing, quote), `stance` (endorse, report, distance, reject),
        `denied` and `impersonal` (yes or no). Default: the bundled list.

    Returns
    -------
    Cues
        The checked lexicon.

    Raises
    ------
    FramingError
        If a column is missing or a value is outside its list; the message names the row.

    Examples
    --------
    >>> from framing.attribution import read_cues
    >>> cues = read_cues()
    >>> [cue.stance for cue in cues.entries if cue.cue == "claim"]
    ['distance', 'distance']
    """
    if table is None:
        return _bundled()
    if isinstance(table, pd.DataFrame):
        frame = table.fillna("").astype(str)
        return _checked(
            [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")],
            "the DataFrame",
        )
    path = Path(table)
    if not path.exists():
        raise problem("the path of a CSV file of cues", repr(str(table)), "Check the path")
    return _checked(_rows(path), path.name)


@lru_cache(maxsize=1)
def _bundled() -> Cues:
    """Read the list that ships with the package once."""
    return _checked(_rows(data_path("cues/en.csv")), "data/cues/en.csv")


def _rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with every value as text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(handle)]


def _checked(rows: Sequence[dict[str, str]], where: str) -> Cues:
    """Turn rows into entries, or say which row is wrong."""
    missing = [name for name in COLUMNS if rows and name not in rows[0]]
    if not rows or missing:
        got = "no rows" if not rows else f"no column {listing(missing)} in {where}"
        raise problem(f"the columns {listing(COLUMNS, limit=9)}", got, "Copy data/cues/en.csv")
    entries = tuple(_entry(row, f"{where}, row {n}") for n, row in enumerate(rows, start=2))
    by_first: dict[str, list[tuple[tuple[str, ...], Cue, int]]] = {}
    for cue in entries:
        for form, spelled in enumerate(cue.forms):
            words = tuple(token.lower for token in tokenize(spelled))
            by_first.setdefault(words[0], []).append((words, cue, form))
    ordered = {
        first: tuple(sorted(forms, key=lambda item: -len(item[0])))
        for first, forms in by_first.items()
    }
    return Cues(entries, ordered)


def _entry(row: dict[str, str], where: str) -> Cue:
    """Check one row."""
    takes = frozenset(part.strip() for part in row["takes"].split("|") if part.strip())
    forms = tuple(part.strip().lower() for part in row["forms"].split("|") if part.strip())
    if not row["cue"].strip() or not forms:
        raise problem("a cue and at least one form", f"{row!r} ({where})", "Fill both in")
    for name, value, allowed in (
        ("kind", row["kind"], KINDS),
        ("stance", row["stance"], STANCES),
        ("denied", row["denied"], ("yes", "no")),
        ("impersonal", row["impersonal"], ("yes", "no")),
        *(("takes", part, TAKES) for part in sorted(takes)),
    ):
        if value not in allowed:
            error = unknown_value(name, value, allowed)
            raise FramingError(f"{error} (in {where}, cue {row['cue']!r})")
    return Cue(
        row["cue"].strip(),
        row["kind"],
        forms,
        takes,
        row["stance"],
        row["denied"] == "yes",
        row["impersonal"] == "yes",
    )
