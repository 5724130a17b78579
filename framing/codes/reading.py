"""`read_codes`: a sheet that people filled in, checked row by row against the texts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from framing.codebook import Codebook, check_labels
from framing.codes.cells import Refused, code_of, tidy
from framing.codes.layout import FIELDS, Layout, layout_of
from framing.codes.sheets import Sheet, read_sheet, refuse
from framing.codes.spans import check_spans, check_units

__all__ = ["read_codes"]

_LONG = ["claim_id", "coder", "variable", "code", "comment", "coded_at"]
_CHANGED = "texts whose quotation marks, dashes or spaces a spreadsheet program changed"


def read_codes(
    path: str | Path,
    documents: pd.DataFrame,
    *,
    codebook: Codebook | None = None,
    claims: pd.DataFrame | None = None,
    encoding: str = "utf-8",
) -> pd.DataFrame:
    """Read a sheet of codes, and check every row against the texts.

    A sheet that went through several hands may have a column sorted alone, a row pasted twice, or
    offsets into an older version of a text. Each of these is an error that names the rows; nothing
    is moved, corrected or dropped unsaid. What cannot be seen here is a code typed into the wrong
    row: compare coders (`framing.agreement.disagreements`).

    Parameters
    ----------
    path : str or Path
        A CSV, TSV, XLSX or Parquet file with the columns of `write_codes`. CSV may be divided by
        semicolons, as spreadsheet programs in much of Europe write it.
    documents : DataFrame
        `doc_id` and `text`, as they were coded: ``text`` in every row must be
        ``document.text[start:end]``.
    codebook : Codebook, optional
        Codes and variables that it does not know are then errors. Without it codes are taken as
        they are written, and kinds from the headers.
    claims : DataFrame, optional
        The claims that were given out: then every row must be one of them, at its place.
    encoding : str, default "utf-8"
        Of CSV and TSV files.

    Returns
    -------
    DataFrame
        `claim_id, coder, variable, code, comment, coded_at`, sorted by the first three. `code` is
        a str, a list of str (``[]``: coded, none applies), or a bool; it is missing where there
        is only a comment. A blank comment is missing. A comment beside several variables belongs
        to each; one in a row without a code, to the sheet's first variable. Cells left empty have
        no row: ``.attrs["set_aside"]`` counts rows without any code, ``.attrs["notes"]`` texts in
        which only quotation marks, dashes or spaces differ.

    Raises
    ------
    FramingError
        If a column is missing; an id, offset, text, coder or code does not fit (first rows named,
        the rest counted); a coder coded a claim twice; or the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> documents = pd.DataFrame({"doc_id": ["a"], "text": ["Aid came. Talks began."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "codes.csv")
    ...     _ = path.write_text('''claim_id,doc_id,start,end,text,frames (several),coder
    ... c1,a,0,9,Aid came.,aid; cost,Ann
    ... c2,a,10,22,Talks began.,none,Ann''')
    ...     read_codes(path, documents)[["claim_id", "coder", "variable", "code"]]
      claim_id coder variable         code
    0       c1   Ann   frames  [aid, cost]
    1       c2   Ann   frames           []
    """
    sheet = read_sheet(path, encoding=encoding)
    layout = layout_of(list(sheet.cells.columns), codebook, Path(path).name)
    n_changed = check_spans(sheet, documents)
    check_units(sheet, claims)
    _check_coders(sheet, layout)
    codes = _codes(sheet, layout, codebook)
    table, set_aside = _long(sheet, layout, codes)
    table.attrs["set_aside"] = {reason: n for reason, n in set_aside.items() if n}
    table.attrs["notes"] = {_CHANGED: n_changed} if n_changed else {}
    return table


def _check_coders(sheet: Sheet, layout: Layout) -> None:
    """Every filled row needs a coder, and a coder fills in one row for each claim."""
    cells = sheet.cells
    to_fill = [*layout.variables, *layout.fields.values()]
    filled = cells[to_fill].notna()
    nameless = cells["coder"].isna() & filled.any(axis=1)
    refuse(
        [
            f"{cells[name].iloc[i]!r} under {name!r} without one in {sheet.places[i]}"
            for i in nameless.to_numpy().nonzero()[0]
            for name in [next(n for n in to_fill if filled[n].iloc[i])]
        ],
        "a coder in every row that is filled in",
        "Write the name into the column 'coder'",
    )
    first: dict[tuple[str, str], str] = {}
    twice = []
    for unit, who, place in zip(cells["claim_id"], cells["coder"], sheet.places, strict=True):
        if who is not None:
            before = first.setdefault((tidy(unit), tidy(who)), place)
            if before != place:
                twice.append(f"{tidy(unit)!r} by {tidy(who)!r} in {before} and {place}")
    refuse(
        twice,
        "one row for each claim and coder",
        "Keep one of them; several codes go into one cell, divided by semicolons",
    )


def _codes(sheet: Sheet, layout: Layout, codebook: Codebook | None) -> dict[tuple[int, str], Any]:
    """The code of every filled cell, by row and variable."""
    found: dict[tuple[int, str], Any] = {}
    for header, (variable, kind) in layout.variables.items():
        filled = [i for i, cell in enumerate(sheet.cells[header]) if cell is not None]
        cells = [sheet.cells[header].iloc[i] for i in filled]
        codes = [code_of(cell, kind) for cell in cells]
        places = [sheet.places[i] for i in filled]
        refuse(
            [
                f"{cell!r} in {place}, which {code}"
                for cell, code, place in zip(cells, codes, places, strict=True)
                if isinstance(code, Refused)
            ],
            f"codes under {header!r}: "
            + ("yes or no" if kind == "yes_no" else "divided by semicolons, or the word none"),
            "Complete or correct them; a cell left empty was not coded",
        )
        if codebook is not None:
            check_labels(codes, codebook, ids=places, variable=variable)
        found |= {(i, variable): code for i, code in zip(filled, codes, strict=True)}
    return found


def _long(
    sheet: Sheet, layout: Layout, codes: dict[tuple[int, str], Any]
) -> tuple[pd.DataFrame, Counter[str]]:
    """One row per claim, coder and variable; and the rows in which nothing was coded."""
    variables = [name for name, _ in layout.variables.values()]
    records: list[dict[str, Any]] = []
    set_aside: Counter[str] = Counter()
    for i, row in enumerate(sheet.cells.to_dict("records")):
        said = {
            (field, name): row[header] for (field, name), header in layout.fields.items()
            if row[header] is not None
        }  # fmt: skip
        own = [
            name for name in variables
            if (i, name) in codes or any((field, name) in said for field in FIELDS)
        ]  # fmt: skip
        if not own and ("comment", None) in said:
            own = variables[:1]
        if not own:
            who = "a coder but no code" if row["coder"] is not None else "neither coder nor code"
            set_aside[f"rows with {who}"] += 1
        for name in own:
            record: dict[str, Any] = {
                "claim_id": tidy(row["claim_id"]),
                "coder": tidy(row["coder"]),
            }
            record |= {"variable": name, "code": codes.get((i, name))}
            for field in FIELDS:
                record[field] = said.get((field, name), said.get((field, None)))
            records.append(record)
    kinds = {name: object if name == "code" else "string" for name in _LONG}
    table = pd.DataFrame(records, columns=_LONG, dtype=object).astype(kinds)
    table = table.sort_values(["claim_id", "coder", "variable"], kind="stable")
    return table.reset_index(drop=True), set_aside
