"""The columns of a sheet of codes: which hold what, and what kind of code goes into them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from framing.codebook import Codebook
from framing.codebook.frames import Kind
from framing.errors import listing, problem, unknown_value

__all__ = ["FIELDS", "FIXED", "PLACE", "Layout", "choices_of", "header_of",
           "layout_of"]  # fmt: skip

PLACE = ("claim_id", "doc_id", "start", "end", "text")
FIELDS = ("comment", "coded_at")
FIXED = (*PLACE, "coder", *FIELDS)
# What the header says after the variable's name, so that people know what to fill in and the
# sheet can be read without a codebook.
_MARKS: dict[Kind, str] = {"one": "", "several": "several", "yes_no": "yes/no", "text": "text"}
_MARKED = re.compile(r"(.+) \((several|yes/no|text)\)")
_OF_VARIABLE = re.compile(rf"({'|'.join(FIELDS)}) \((.+)\)")


@dataclass(frozen=True)
class Layout:
    """Which column of a sheet holds what.

    Attributes
    ----------
    variables : dict of str to (str, Kind)
        By header: the variable and its kind.
    fields : dict of (str, str or None) to str
        The header of a comment or time; of one variable, or of all of them (None).
    """

    variables: dict[str, tuple[str, Kind]]
    fields: dict[tuple[str, str | None], str]


def header_of(variable: str, kind: Kind) -> str:
    """The header of a variable's column.

    Examples
    --------
    >>> header_of("frames", "several"), header_of("stance", "one")
    ('frames (several)', 'stance')
    """
    return f"{variable} ({_MARKS[kind]})" if _MARKS[kind] else variable


def layout_of(headers: Sequence[str], codebook: Codebook | None, place: str) -> Layout:
    """Read the headers of a sheet.

    Raises
    ------
    FramingError
        If a column is missing, no variable of the codebook, or of another kind than it says.
    """
    for name in (*PLACE, "coder"):
        if name not in headers:
            raise unknown_value(f"a column of {place}", name, headers)
    fields: dict[tuple[str, str | None], str] = {
        (name, None): name for name in FIELDS if name in headers
    }
    variables: dict[str, tuple[str, Kind]] = {}
    for header in headers:
        if header in FIXED:
            continue
        of = _OF_VARIABLE.fullmatch(header)
        if of:
            fields[of[1], of[2]] = header
        else:
            variables[header] = _variable(header, codebook, place)
    _check_fields(variables, fields, place)
    return Layout(variables, fields)


def choices_of(
    variables: Mapping[str, Kind], codebook: Codebook | None
) -> dict[str, Sequence[str]]:
    """What to choose from under each header that takes one value."""
    found: dict[str, Sequence[str]] = {}
    for name, kind in variables.items():
        if kind == "yes_no":
            found[header_of(name, kind)] = ["yes", "no"]
        elif kind == "one" and codebook is not None:
            found[header_of(name, kind)] = codebook.variable(name).ids
    return found


def _variable(header: str, codebook: Codebook | None, place: str) -> tuple[str, Kind]:
    marked = _MARKED.fullmatch(header)
    name = marked[1] if marked else header
    kind: Kind = "one"
    if marked:
        kind = next(kind for kind, mark in _MARKS.items() if mark == marked[2])
    if not name or name.startswith("Unnamed: "):
        raise problem(f"a name for every filled column of {place}", "none", "Name or empty it")
    if codebook is None:
        return name, kind
    known = {variable.id: variable.kind for variable in codebook.variables}
    if name not in known:
        raise unknown_value(f"the columns of {place}", header, [*known, *FIXED])
    if marked and kind != known[name]:
        raise problem(
            f"the kind {known[name]!r} of {name!r}, as the codebook says",
            f"{header!r} in {place}",
            "Pass the codebook that the sheet was made with, or correct the header",
        )
    return name, known[name]


def _check_fields(
    variables: dict[str, tuple[str, Kind]],
    fields: dict[tuple[str, str | None], str],
    place: str,
) -> None:
    names = [name for name, _ in variables.values()]
    if not names:
        raise problem(f"a column for a variable in {place}", "none", "Add one, such as 'frames'")
    if len(set(names)) < len(names):
        raise problem(f"every variable of {place} once", listing(sorted(names)), "Remove one")
    for field, of in fields:
        if of is not None and of not in names:
            raise unknown_value(f"the variable of a column {field!r} in {place}", of, names)
        if of is not None and (field, None) in fields:
            raise problem(
                f"one column {field!r} in {place}, or one for each variable",
                listing([field, fields[field, of]]),
                "Keep one of the two forms",
            )
