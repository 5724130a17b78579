"""Files, folders and tables into rows under standard column names, every value as it was found."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from framing.errors import FramingError, listing, problem
from framing.furniture import first_line_title

__all__ = ["STANDARD", "Job", "Part", "known_encoding", "load"]

TEXT_FILES = (".txt", ".md")
TABLE_FILES = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")
STANDARD = ("doc_id", "text", "title", "outlet", "date", "lang", "url")
# Column names that often hold what `framing` calls by another name; only used in suggestions.
SYNONYMS = {
    "text": ("body", "content", "article", "fulltext", "full_text", "maintext", "articletext"),
    "title": ("headline", "head"),
    "doc_id": ("id", "uuid", "article_id"),
    "outlet": ("source", "publication", "publisher", "medium"),
    "date": ("published", "publish_date", "pubdate", "published_at", "timestamp"),
    "lang_column": ("language",),
    "url": ("link",),
}
LONGEST_FIELD = 2**31 - 1  # what the csv module accepts on every platform


@dataclass(frozen=True)
class Job:
    """What the caller asked for, and the count of what is set aside on the way."""

    columns: Mapping[str, str]  # standard name -> the user's column
    argument: Mapping[str, str]  # standard name -> the parameter that names it
    lang: str
    date_format: str | None
    encoding: str
    drop: bool
    set_aside: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def refuse(self, error: FramingError, reason: str) -> None:
        """Raise the error, or count its reason where the caller chose to drop."""
        if not self.drop:
            raise error
        self.set_aside[reason] += 1


@dataclass(frozen=True)
class Part:
    """Rows of one file or table, standard columns under their standard names."""

    frame: pd.DataFrame
    origin: list[str]  # per row: where it came from, in words


def load(source: object, job: Job) -> Part:
    """Load a table, a file or a folder."""
    if isinstance(source, pd.DataFrame):
        return _table_part(source, [f"row {i}" for i in range(len(source))], "", job, "the table")
    if not isinstance(source, (str, Path)):
        raise problem(
            "a path or a DataFrame", type(source).__name__, "Put the texts into a DataFrame"
        )
    path = Path(source)
    if path.is_dir():
        return _load_folder(path, job)
    if not path.is_file():
        raise problem("a file or folder that exists", repr(str(path)), _nearest_file(path))
    if path.suffix.lower() not in TEXT_FILES + TABLE_FILES:
        raise _unknown_suffix(path)
    if path.suffix.lower() in TEXT_FILES:
        return _text_part([(path.stem, path)], job)
    return _load_table(path, "", path.name, job)


def _load_folder(folder: Path, job: Job) -> Part:
    """Load every file below a folder, sorted by its path; hidden and lock files are left alone."""
    parts: list[Part] = []
    texts: list[tuple[str, Path]] = []
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        relative = path.relative_to(folder)
        if not path.is_file() or any(p.startswith((".", "~$")) for p in relative.parts):
            continue
        suffix = path.suffix.lower()
        stem = relative.with_suffix("").as_posix()
        if suffix in TEXT_FILES:
            texts.append((stem, path))
        elif suffix in TABLE_FILES:
            parts += [_text_part(texts, job), _load_table(path, f"{stem}/", str(relative), job)]
            texts = []
        else:
            job.refuse(_unknown_suffix(path), "file of unknown kind")
    parts.append(_text_part(texts, job))
    filled = [part for part in parts if len(part.frame)]
    if not filled and not job.set_aside:
        raise problem(
            f"files to read ({', '.join(TEXT_FILES + TABLE_FILES)}) below {str(folder)!r}",
            "none",
            "Check the path",
        )
    if len(filled) < 2:
        return filled[0] if filled else parts[-1]
    frame = pd.concat([part.frame.astype(object) for part in filled], ignore_index=True)
    return Part(frame.infer_objects(), [place for part in filled for place in part.origin])


def _text_part(files: Iterable[tuple[str, Path]], job: Job) -> Part:
    """Text files, one document each."""
    rows: list[tuple[str, str, str | None]] = []
    origin: list[str] = []
    for doc_id, path in files:
        content = _decoded(path, job)
        if content is not None:
            rows.append((doc_id, content, first_line_title(content)))
            origin.append(str(path))
    frame = pd.DataFrame(rows, columns=["doc_id", "text", "title"], dtype=object)
    return Part(frame, origin)


def _load_table(path: Path, prefix: str, name: str, job: Job) -> Part:
    """A table file; row numbers in messages are those that a spreadsheet shows."""
    suffix = path.suffix.lower()
    try:
        if suffix in (".xlsx", ".parquet"):
            frame, places = (_read_excel if suffix == ".xlsx" else _read_parquet)(path)
            job.notes["blank row of a spreadsheet, left out"] += frame.attrs.get("blank", 0)
        elif (content := _decoded(path, job)) is None:
            return _text_part([], job)
        else:
            reader = _read_jsonl if suffix == ".jsonl" else _read_delimited
            frame, places = reader(content, path, job)
    except FramingError:
        raise
    except (csv.Error, KeyError, OSError, ValueError, zipfile.BadZipFile) as err:
        error = problem(
            f"a readable {suffix} file in {str(path)!r}",
            f"{type(err).__name__}: {err}",
            "Open it and save it again with the program that made it",
        )
        if not job.drop:
            raise error from err
        job.refuse(error, "file that cannot be read")
        return _text_part([], job)
    word = "line" if suffix == ".jsonl" else "row"
    return _table_part(frame, [f"{name}, {word} {n}" for n in places], prefix, job, str(path))


def _read_delimited(content: str, path: Path, job: Job) -> tuple[pd.DataFrame, list[int]]:
    """CSV or TSV, every cell as the characters that stand in it, empty cells missing."""
    header_line = content.partition("\n")[0]
    semicolons = ";" in header_line and "," not in header_line  # as spreadsheets in Europe export
    separator = "\t" if path.suffix.lower() == ".tsv" else ";" if semicolons else ","
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
        rows = [(n, row) for n, row in enumerate(reader, start=1) if row]
    finally:
        csv.field_size_limit(limit)
    header = rows[0][1] if rows else []
    good = []
    for n, row in rows[1:]:
        if len(row) == len(header):
            good.append((n, row))
            continue
        error = problem(
            f"{len(header)} cells in every row of {str(path)!r}",
            f"{len(row)} in row {n}",
            "Put quotation marks around cells that hold the separator or a line break",
        )
        job.refuse(error, "row with too many or too few cells")
    cells = [[cell if cell else None for cell in row] for _, row in good]
    return pd.DataFrame(cells, columns=header, dtype="string"), [n for n, _ in good]


def _read_jsonl(content: str, path: Path, job: Job) -> tuple[pd.DataFrame, list[int]]:
    """JSON lines, one object each, values as they are."""
    records: list[dict[str, Any]] = []
    places: list[int] = []
    for n, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as err:
            record = str(err)
        if not isinstance(record, dict):
            error = problem(
                f"one JSON object per line in {str(path)!r}",
                f"{record!r} in line {n}",
                "Write each article as an object on a line of its own",
            )
            job.refuse(error, "line that is no JSON object")
            continue
        records.append(record)
        places.append(n)
    return pd.DataFrame(records, dtype=object).infer_objects(), places


def _read_excel(path: Path) -> tuple[pd.DataFrame, list[int]]:
    """The one filled sheet of a workbook, cells with their types."""
    sheets = pd.read_excel(
        path, sheet_name=None, dtype=object, keep_default_na=False, na_values=[""]
    )
    filled = {name: sheet for name, sheet in sheets.items() if len(sheet.columns)}
    if len(filled) > 1:
        raise problem(
            f"one filled sheet in {str(path)!r}",
            f"{listing(list(filled))}",
            "Read the sheet with pandas.read_excel(..., sheet_name=..., dtype=object, "
            "keep_default_na=False) and pass the table",
        )
    frame = next(iter(filled.values()), pd.DataFrame())
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    n_rows = len(frame)
    frame = frame.dropna(how="all")
    frame.attrs["blank"] = n_rows - len(frame)
    return frame.infer_objects(), list(frame.index)


def _read_parquet(path: Path) -> tuple[pd.DataFrame, list[int]]:
    """A Parquet file; rows are counted from 0."""
    frame = pd.read_parquet(path)
    return frame, list(range(len(frame)))


def _decoded(path: Path, job: Job) -> str | None:
    """The text of a file, line ends as they are; None where it was set aside."""
    raw = path.read_bytes()
    mark = len(codecs.BOM_UTF8) if job.encoding == "utf-8" and raw[:3] == codecs.BOM_UTF8 else 0
    try:
        return raw[mark:].decode(job.encoding)
    except UnicodeDecodeError as err:
        at = err.start + mark
        error = problem(
            f"{str(path)!r} to be {job.encoding} text",
            f"the byte 0x{raw[at]:02x} at position {at:,}",
            'Pass its encoding, such as encoding="cp1252" or "utf-16", or save it as UTF-8',
        )
        job.refuse(error, "file that does not decode")
        return None


def _table_part(table: pd.DataFrame, origin: list[str], prefix: str, job: Job, place: str) -> Part:
    """A table with its columns under the standard names, numbered where it has no ids."""
    if any(name is not None for name in table.index.names):
        table = table.reset_index()  # a named index holds data, often the ids
    names = [str(name) for name in table.columns]
    repeated = sorted(name for name, n in Counter(names).items() if n > 1)
    if repeated:
        raise problem(
            f"every column of {place} to have its own name", listing(repeated), "Rename them"
        )
    used = _used_columns(job)
    for standard, name in used.items():
        if name not in names and (standard == "text" or name != standard):
            raise _missing_column(standard, name, names, place, job)
        if standard in names and standard not in used.values():
            raise problem(
                f"{standard!r} to be free in {place}, because {job.argument[standard]}={name!r}",
                f"columns of both names among {listing(names, limit=20)}",
                f"Rename or drop the column {standard!r}",
            )
    if not len(table):
        error = problem(f"at least one row in {place}", "none", "Check the source")
        job.refuse(error, "table without rows")
    back = {name: standard for standard, name in used.items()}
    frame = table.set_axis([back.get(name, name) for name in names], axis=1)
    frame = frame.reset_index(drop=True)
    frame.attrs = {}
    if "doc_id" not in frame.columns:
        frame["doc_id"] = [f"{prefix}{i}" for i in range(len(frame))]
        job.notes["doc_id made from the row number"] += len(frame)
    return Part(frame, origin)


def _used_columns(job: Job) -> dict[str, str]:
    """The column of each standard name; a default yields where another name claims its column."""
    named = {standard: name for standard, name in job.columns.items() if name != standard}
    if len(set(named.values())) < len(named):
        raise problem(
            "every column named once",
            ", ".join(f"{job.argument[s]}={name!r}" for s, name in named.items()),
            "Leave out one of them",
        )
    taken = set(named.values())
    return {s: name for s, name in job.columns.items() if s in named or name not in taken}


def _missing_column(
    standard: str, name: str, names: list[str], place: str, job: Job
) -> FramingError:
    """Say which columns there are, and which one may be meant."""
    if not names:
        return problem(f"a column {name!r} in {place}", "no columns", "Check that it is not empty")
    argument = job.argument[standard]
    lowered = {other.lower(): other for other in names}
    near = [s for s in SYNONYMS[argument] if s in lowered]
    near += difflib.get_close_matches(name.lower(), lowered, n=1)
    hint = f"{argument}={lowered[near[0]]!r}" if near else f"{argument}=, the name of that column"
    return problem(
        f"a column {name!r} in {place}", f"the columns {listing(names, limit=20)}", f"Pass {hint}"
    )


def _unknown_suffix(path: Path) -> FramingError:
    """Say which kinds of files can be read."""
    return problem(
        f"a file of one of the kinds {', '.join(TEXT_FILES + TABLE_FILES)}",
        repr(str(path)),
        "Export it as one of them",
    )


def _nearest_file(path: Path) -> str:
    """Suggest the file beside the missing one whose name comes nearest."""
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, beside, n=1)
    return f"Did you mean {str(path.parent / near[0])!r}?" if near else "Check the path"


def known_encoding(name: str) -> str:
    """The usual name of an encoding, so that all spellings of UTF-8 are one."""
    try:
        found = codecs.lookup(name).name
    except LookupError as err:
        raise problem("the name of an encoding", repr(name), 'Try "utf-8" or "cp1252"') from err
    return "utf-8" if found in ("utf-8", "utf-8-sig") else found
