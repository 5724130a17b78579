"""Files and tables into one checked table of documents."""

from __future__ import annotations

import numbers
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from framing.dates import AmbiguousDate, moments_of
from framing.errors import problem, unknown_value
from framing.furniture import find_furniture, title_span
from framing.loading import STANDARD, Job, Part, known_encoding, load

__all__ = ["read"]


@dataclass(frozen=True)
class _Fault:
    """Rows that break one rule."""

    reason: str
    expected: str
    fix: str
    rows: list[bool]
    show: list[object] | None = None  # per row, the value to name in the message


def read(
    source: str | Path | pd.DataFrame,
    *,
    text: str = "text",
    title: str = "title",
    doc_id: str = "doc_id",
    outlet: str = "outlet",
    date: str = "date",
    url: str = "url",
    lang_column: str = "lang",
    lang: str = "en",
    date_format: str | None = None,
    encoding: str = "utf-8",
    on_error: Literal["raise", "drop"] = "raise",
) -> pd.DataFrame:
    r"""Read news texts from files or a table into one checked table of documents.

    Nothing is guessed or lost in silence: what cannot be read honestly is an error that names the
    rows, or, where you ask for it, a counted drop. Texts are kept character for character; only a
    title from a column of its own is put before its text, so that offsets point into one string.

    Parameters
    ----------
    source : str, Path or DataFrame
        A file (``.txt``, ``.md``, ``.csv``, ``.tsv``, ``.xlsx``, ``.jsonl``, ``.parquet``), a
        folder of them (read with its subfolders in sorted order; hidden files are left alone), or
        a table. A text file is one document: its id is its path below the folder without suffix,
        its first line is its title where it reads as one (see Notes).
    text, title, doc_id, outlet, date, url, lang_column : str
        Your names of these columns. Only `text` must exist; a name other than the default must.
        Without an id column rows are numbered from 0 (below the file's path in a folder). All
        other columns ride along: as text from CSV and TSV, with their types from the rest.
    lang : str
        Language of documents whose own is missing or not given (ISO 639, such as ``"uk"``).
    date_format : str, optional
        How dates are written, such as ``"%d/%m/%Y"``. By default ISO dates, dates with an English
        month name and unambiguous numeric dates are understood; ``03/04/2023`` is an error.
    encoding : str
        Of text, CSV, TSV and JSONL files. UTF-8 may carry a byte order mark.
    on_error : {"raise", "drop"}
        Whether rows (or files of a folder) that break a rule stop the reading, or are set aside
        and counted by reason in ``attrs["set_aside"]``. Of a repeated id the first row stays.

    Returns
    -------
    DataFrame
        `doc_id, text, title, outlet, date, lang, url, credit, byline`, then your columns, in the
        order of the rows. Missing strings are <NA>, missing dates <NaT>. `date` has no time zone:
        a moment with a zone is turned into UTC. `credit` and `byline` hold the photo credits and
        bylines that stand on lines of their own (several are joined by ``"; "``); they stay in
        `text`, and `framing.sentences` passes over them. Columns of yours with these two names
        stay yours. ``attrs["notes"]`` counts the credits and bylines, exact copies of an earlier
        text (kept: wire copies matter), and ids and dates that were made or turned.

    Raises
    ------
    FramingError
        If the source, a column or an encoding does not exist; a file has an unknown suffix; a
        table has no rows; and, unless dropped: a text is empty, no string, or holds NUL or half
        of a surrogate pair; an id is missing or repeated; a date is ambiguous or cannot be read;
        bytes do not decode (with their position).

    Notes
    -----
    The words "NA", "None" and "null" are words, ids keep their zeros, an empty cell is missing.

    The first line of a text file is its title if it has at most 200 characters, does not end like
    a sentence or a clause (``. , ; :``), is no credit or byline, and is followed by a blank line
    or by a line that does not continue it. In Markdown a heading that opens the text is the title;
    its ``#`` stays in `text`, so offsets stay true to the file, and is in no sentence.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing
    >>> table = pd.DataFrame({"id": ["007"], "head": ["Envoy in Kyiv"], "body": ["She came."]})
    >>> articles = framing.read(table, doc_id="id", title="head", text="body")
    >>> articles.loc[0, "doc_id"], articles.loc[0, "text"]
    ('007', 'Envoy in Kyiv\n\nShe came.')
    """
    if on_error not in ("raise", "drop"):
        raise unknown_value("on_error", on_error, ["raise", "drop"])
    columns = dict(
        zip(STANDARD, (doc_id, text, title, outlet, date, lang_column, url), strict=True)
    )
    argument = {name: "lang_column" if name == "lang" else name for name in STANDARD}
    drop = on_error == "drop"
    job = Job(columns, argument, lang, date_format, known_encoding(encoding), drop)
    return _checked(load(source, job), job)


def _checked(part: Part, job: Job) -> pd.DataFrame:
    """Check the rows, set faulty ones aside or raise, and lay out the columns."""
    raw = part.frame
    if not len(raw) and not job.set_aside:
        raise problem("at least one document", "a table without rows", "Check the source")
    own = {name: raw[name] for name in raw.columns if name not in STANDARD}
    values = {name: _cells(raw, name) for name in STANDARD}
    dates, date_faults = _dates(values["date"], job)
    values["doc_id"] = [_as_id(value) for value in values["doc_id"]]
    faults = [*_string_faults(values), *date_faults, *_id_faults(values["doc_id"])]
    faults.append(_repeated_ids(values["doc_id"], faults))
    keep = _kept(faults, part.origin, job)
    if not any(keep):
        raise problem(
            "at least one document without a fault",
            ", ".join(f"{n:,} x {reason}" for reason, n in job.set_aside.items()),
            'Read with on_error="raise" to see the first fault',
        )
    clean = {
        name: [value for value, good in zip(values[name], keep, strict=True) if good]
        for name in STANDARD
    }
    frame = _laid_out(clean, job)
    frame["date"] = dates[keep].reset_index(drop=True)
    for name, column in own.items():
        frame[name] = column[keep].reset_index(drop=True)
    copies = int(frame["text"].duplicated().sum())
    job.notes["exact copy of an earlier text, kept"] += copies
    frame.attrs["set_aside"] = {reason: n for reason, n in job.set_aside.items() if n}
    frame.attrs["notes"] = {note: n for note, n in job.notes.items() if n}
    return frame


def _laid_out(clean: dict[str, list[Any]], job: Job) -> pd.DataFrame:
    """Titles put before their texts, credits and bylines found, columns in their order."""
    titles = [value.strip() if value else None for value in clean["title"]]
    texts = [_whole(text, title) for text, title in zip(clean["text"], titles, strict=True)]
    found: dict[str, list[str | None]] = {"credit": [], "byline": []}
    for text, title in zip(texts, titles, strict=True):
        span = title_span(text, title) if title else None
        lines = find_furniture(text, title_end=span[1] if span else 0)
        for kind, column in found.items():
            spans = [line for line in lines if line.kind == kind]
            column.append("; ".join(text[line.start : line.end] for line in spans) or None)
            job.notes["photo credit line" if kind == "credit" else "byline line"] += len(spans)
    langs = [value or job.lang for value in clean["lang"]]
    strings = {**clean, "text": texts, "title": titles, "lang": langs, **found}
    order = (*STANDARD, "credit", "byline")
    return pd.DataFrame({name: pd.array(strings[name], dtype="string")
                         if name != "date" else None for name in order})  # fmt: skip


def _whole(text: str, title: str | None) -> str:
    """The title, a blank line and the text, or the text alone where its first line is the title."""
    return text if title is None or title_span(text, title) else f"{title}\n\n{text}"


def _kept(faults: list[_Fault], origin: list[str], job: Job) -> pd.Series[bool]:
    """Raise for the first fault, or count each row under the first rule that it breaks."""
    keep = [True] * len(origin)
    for fault in faults:
        rows = [i for i, bad in enumerate(fault.rows) if bad and keep[i]]
        if rows and not job.drop:
            shown = [
                origin[i] if fault.show is None else f"{fault.show[i]!r} in {origin[i]}"
                for i in rows
            ]
            raise problem(fault.expected, f"{fault.reason}: {_plain_listing(shown)}", fault.fix)
        for i in rows:
            job.set_aside[fault.reason] += 1
            keep[i] = False
    return pd.Series(keep, dtype=bool)


def _string_faults(values: dict[str, list[Any]]) -> list[_Fault]:
    """Values that are no strings, empty texts, and characters that no text can hold."""
    faults = []
    for name in ("text", "title", "outlet", "lang", "url"):
        column = values[name]
        faults.append(
            _Fault(
                f"a {name} that is no string",
                f"strings in the column of the {name}",
                "Format the column as text, or name another one",
                [value is not None and not isinstance(value, str) for value in column],
                column,
            )
        )
    texts = values["text"]
    faults.append(
        _Fault(
            "empty text",
            "a text in every row",
            'Remove these rows, or pass on_error="drop" to set them aside',
            [text is None or (isinstance(text, str) and not text.strip()) for text in texts],
        )
    )
    for reason, pattern in (("NUL character", "\0"), ("lone surrogate", "[\ud800-\udfff]")):
        search = re.compile(pattern).search
        faults.append(
            _Fault(
                reason,
                "texts, titles and ids of valid Unicode",
                'Repair the export, or pass on_error="drop" to set the rows aside',
                [
                    any(isinstance(v, str) and search(v) for v in row)
                    for row in zip(*(values[n] for n in STANDARD if n != "date"), strict=True)
                ],
            )
        )
    return faults


def _id_faults(ids: list[Any]) -> list[_Fault]:
    """Ids that are missing, or neither text nor whole numbers."""
    fix = 'Correct the ids, or pass on_error="drop" to set the rows aside'
    blank = [value is None or (isinstance(value, str) and not value.strip()) for value in ids]
    odd = [value is not None and not isinstance(value, str) for value in ids]
    return [
        _Fault("missing doc_id", "a doc_id in every row", fix, blank),
        _Fault("odd doc_id", "ids that are text or whole numbers", fix, odd, ids),
    ]


def _repeated_ids(ids: list[Any], others: list[_Fault]) -> _Fault:
    """Ids that an earlier row has, rows that are faulty anyway aside."""
    seen: set[Any] = set()
    repeated = []
    for i, value in enumerate(ids):
        sound = not any(fault.rows[i] for fault in others)
        repeated.append(sound and value in seen)
        if sound:
            seen.add(value)
    fix = 'Make the ids unique, or pass on_error="drop" to keep the first row of each'
    return _Fault("repeated doc_id", "every doc_id once", fix, repeated, ids)


def _as_id(value: Any) -> Any:
    """An id as a string: whole numbers are written out, anything else is left to be refused."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))  # whole numbers in a column with gaps
    return value


def _cells(frame: pd.DataFrame, name: str) -> list[Any]:
    """The values of a column, None for missing ones and, but for text and id, for blank ones."""
    if name not in frame.columns:
        return [None] * len(frame)
    column = frame[name]
    cells = [None if gone else value for value, gone in zip(column, column.isna(), strict=True)]
    if name in ("text", "doc_id"):
        return cells
    return [None if isinstance(value, str) and not value.strip() else value for value in cells]


def _dates(values: list[Any], job: Job) -> tuple[pd.Series[Any], list[_Fault]]:
    """Moments without zone (UTC where they had one), and the rows that could not be read."""
    moments, faults, n_zoned = moments_of(values, job.date_format)
    job.notes["date with a time zone, turned into UTC"] += n_zoned
    ambiguous = [isinstance(fault, AmbiguousDate) for fault in faults]
    unread = [fault is not None and not a for fault, a in zip(faults, ambiguous, strict=True)]
    form = 'date_format="%d/%m/%Y" or "%m/%d/%Y"'
    return pd.Series(moments), [
        _Fault("ambiguous date", "dates that read in one way",
               f"Say which comes first: pass {form}", ambiguous, values),
        _Fault("date that cannot be read", "dates such as 2023-04-20 or 20 April 2023"
               if job.date_format is None else f"dates written as {job.date_format!r}",
               'Pass date_format= as they are written, or on_error="drop"', unread, values),
    ]  # fmt: skip


def _plain_listing(places: list[str], limit: int = 5) -> str:
    """Name the first few places, without quotation marks, and how many more there are."""
    more = len(places) - limit
    return ", ".join(places[:limit]) + (f" and {more:,} more" if more > 0 else "")
