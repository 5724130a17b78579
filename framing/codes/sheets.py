"""Sheets as files: written so that no cell is run as a formula, read with their row numbers."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.codes.cells import guard, tidy, unguard
from framing.errors import listing, problem
from framing.loading import Job, known_encoding, load

__all__ = ["Sheet", "first_few", "read_sheet", "refuse", "write_sheet"]

_SUFFIXES = (".csv", ".xlsx", ".parquet")
_LONGEST, _MOST_ROWS, _LONGEST_LIST = 32_767, 1_048_575, 255  # what a spreadsheet program holds
_NO_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDE, _MIDDLE, _NARROW = 70, 24, 14  # widths of columns, in characters
_DATES = (datetime.date, datetime.time, datetime.timedelta)


@dataclass(frozen=True)
class Sheet:
    """The cells of a file.

    Attributes
    ----------
    cells : DataFrame, shape (n_rows, n_columns)
        Text, or None where a cell is empty.
    places : list of str, length n_rows
        Where each row stands: ``"codes.csv, row 2"`` is the one below the header.
    """

    cells: pd.DataFrame
    places: list[str]


def write_sheet(
    table: pd.DataFrame,
    path: str | Path,
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    overwrite: bool = False,
) -> None:
    """Write text and whole numbers to CSV, XLSX or Parquet, by suffix.

    Text that a spreadsheet program would run as a formula gets an apostrophe before it, which
    `read_sheet` takes away.

    Parameters
    ----------
    table : DataFrame
        Cells are str, int or missing.
    path : str or Path
    choices : mapping of str to sequence of str, optional
        What to choose from in a column; XLSX shows it as a list.
    overwrite : bool, default False

    Raises
    ------
    FramingError
        If the suffix is another, the file exists, or XLSX could not hold a cell as it is.
    """
    path = Path(path)
    if path.suffix.lower() not in _SUFFIXES:
        raise problem(f"a path that ends in {', '.join(_SUFFIXES)}", repr(str(path)), "Rename it")
    if path.exists() and not overwrite:
        raise problem(
            "a path where there is no file yet",
            repr(str(path)),
            "Choose another one, or pass overwrite=True if nobody has filled in that sheet",
        )
    cells = table.astype(object).map(lambda cell: guard(cell) if isinstance(cell, str) else cell)
    header = [str(name) for name in table.columns]
    rows = [[None if pd.isna(cell) else cell for cell in row] for row in cells.to_numpy()]
    if path.suffix.lower() == ".csv":
        # The mark at its head is what tells spreadsheet programs that this is UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    elif path.suffix.lower() == ".parquet":
        whole = [name for name in table.columns if pd.api.types.is_integer_dtype(table[name])]
        kinds = {name: "Int64" if name in whole else "string" for name in table.columns}
        cells.astype(kinds).to_parquet(path, index=False)
    else:
        _write_xlsx(header, rows, path, choices or {})


def read_sheet(path: str | Path, *, encoding: str = "utf-8") -> Sheet:
    """Read a CSV, TSV, XLSX or Parquet file, every cell as text.

    Raises
    ------
    FramingError
        If there is no such file, its suffix is another, two columns have one name, or a
        spreadsheet program turned a cell into a date.
    """
    if Path(path).suffix.lower() not in (*_SUFFIXES, ".tsv"):
        raise problem(f"a file of one of the kinds {', '.join(_SUFFIXES)}", repr(str(path)),
                      "Export it as one of them")  # fmt: skip
    job = Job({}, {}, "en", None, known_encoding(encoding), drop=False)
    part = load(path, job)
    frame = part.frame
    if job.notes["doc_id made from the row number"]:
        frame = frame.drop(columns="doc_id")
    headers = [tidy(str(name)) for name in frame.columns]
    cells = frame.astype(object).set_axis(headers, axis=1)
    stray = [
        name for j, name in enumerate(headers)
        if (not name or name.startswith("Unnamed: ")) and cells.iloc[:, j].isna().all()
    ]  # fmt: skip
    cells = cells.drop(columns=stray)
    twice = cells.columns[cells.columns.duplicated()].tolist()
    if twice:
        raise problem(f"every column of {Path(path).name} once", listing(twice), "Rename one")
    _refuse_dates(cells, part.origin)
    # Not DataFrame.map, which would turn None into NaN.
    rows = [[_text(cell) for cell in row] for row in cells.to_numpy(dtype=object)]
    return Sheet(pd.DataFrame(rows, columns=cells.columns, dtype=object), part.origin)


def refuse(found: Sequence[str], expected: str, fix: str) -> None:
    """Raise an error where anything was found, naming the first few and counting the rest."""
    if found:
        raise problem(expected, first_few(found), fix)


def first_few(found: Sequence[str], limit: int = 5) -> str:
    """Name the first few, and how many more there are; they bring their own quotation marks."""
    more = len(found) - limit
    return ", ".join(found[:limit]) + (f" and {more:,} more" if more > 0 else "")


def _text(cell: Any) -> str | None:
    """A cell as the text that was typed; 1.0 is what a spreadsheet program makes of 1."""
    if isinstance(cell, str):
        return unguard(cell) if cell.strip() else None
    if pd.isna(cell):
        return None
    if isinstance(cell, bool | np.bool_):
        return str(cell).upper()
    if isinstance(cell, _DATES):
        return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
    return tidy(str(cell))


def _refuse_dates(cells: pd.DataFrame, places: list[str]) -> None:
    """A code such as 3-4 that became the third of April cannot be brought back."""
    refuse(
        [
            f"{str(cell)!r} under {name!r} in {place}"
            for name in cells.columns
            if not name.startswith("coded_at")
            for cell, gone, place in zip(cells[name], cells[name].isna(), places, strict=True)
            if isinstance(cell, _DATES) and not gone
        ],
        "cells of text",
        "A spreadsheet program turned them into dates: format the column as text, and type again",
    )


def _write_xlsx(
    header: list[str], rows: list[list[Any]], path: Path, choices: Mapping[str, Sequence[str]]
) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _check_xlsx(header, rows)
    book = Workbook()
    page = book.worksheets[0]
    page.title = "sheet"
    page.freeze_panes = "A2"
    for i, row in enumerate([header, *rows], start=1):
        for j, value in enumerate(row, start=1):
            cell = page.cell(i, j, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if not isinstance(value, int):
                cell.number_format = "@"  # what is typed here stays as it is typed
            if isinstance(value, str):
                cell.data_type = "s"
    for j, name in enumerate(header, start=1):
        longest = max((len(str(row[j - 1] or "")) for row in rows), default=0)
        width = _WIDE if longest > _WIDE else max(longest + 2, _NARROW if rows else _MIDDLE)
        page.column_dimensions[get_column_letter(j)].width = width
        page.cell(1, j).font = Font(bold=True)
        _offer(page, get_column_letter(j), len(rows), choices.get(name, ()))
    book.save(path)


def _offer(page: Any, letter: str, n_rows: int, values: Sequence[str]) -> None:
    """Let people choose from a list, where a spreadsheet program can hold it."""
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(values)
    if not values or len(listed) > _LONGEST_LIST or '"' in listed:
        return
    if any("," in value for value in values):
        return
    offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    page.add_data_validation(offer)
    offer.add(f"{letter}2:{letter}{n_rows + 1}")


def _check_xlsx(header: list[str], rows: list[list[Any]]) -> None:
    if len(rows) > _MOST_ROWS:
        raise problem(f"at most {_MOST_ROWS:,} rows", f"{len(rows):,}", "Write CSV or Parquet")
    refuse(
        [
            f"{len(cell):,} characters under {name!r} in row {i}"
            for i, row in enumerate(rows, start=2)
            for name, cell in zip(header, row, strict=True)
            if isinstance(cell, str) and len(cell) > _LONGEST
        ],
        f"at most {_LONGEST:,} characters in a cell of XLSX",
        "Write CSV or Parquet, where nothing is cut off",
    )
    refuse(
        [
            f"{found[0]!r} under {name!r} in row {i}"
            for i, row in enumerate(rows, start=2)
            for name, cell in zip(header, row, strict=True)
            if isinstance(cell, str) and (found := _NO_XLSX.search(cell) or _changes(name, cell))
        ],
        "characters that XLSX can hold",
        "Write CSV or Parquet, or take them out",
    )


def _changes(name: str, cell: str) -> re.Match[str] | None:
    """A carriage return comes back as a line feed; in the column of the text that does no harm."""
    return None if name == "text" else re.search("\r", cell)
