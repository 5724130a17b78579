"""A code as the cell of a spreadsheet, and back, so that nothing changes on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from framing.codebook.frames import Kind
from framing.errors import problem

__all__ = [
    "NONE", "Refused", "cell_of", "code_of", "guard", "kind_of", "plain_code", "tidy",
    "unguard", "unwritable",
]  # fmt: skip

NONE = "none"  # coded, and none applies; an empty cell was not coded
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
# What spreadsheet programs take for a formula, or cut off, at the head of a cell; the full-width
# signs count as formulas in East Asian settings.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_WHOLE = re.compile(r"-?\d+\.0+")


class Refused(str):
    """Why a cell is no code."""

    __slots__ = ()


def guard(text: str) -> str:
    """Put an apostrophe before what a spreadsheet program would run as a formula.

    Examples
    --------
    >>> guard("=1+1"), unguard(guard("=1+1")), unguard(guard("'=1")), guard("'tis")
    ("'=1+1", '=1+1', "'=1", "'tis")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that `guard` put there, and no other."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def tidy(text: str) -> str:
    r"""A name without the spaces and the ``.0`` that spreadsheet programs leave.

    Examples
    --------
    >>> tidy(" Ann\xa0Lee "), tidy("12.0")
    ('Ann Lee', '12')
    """
    joined = " ".join(text.split())
    return joined.partition(".")[0] if _WHOLE.fullmatch(joined) else joined


def plain_code(value: Any) -> Any:
    """A code as a str, a list, a bool or None, whatever a table made of it."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else value


def kind_of(variable: str, codes: Iterable[Any]) -> Kind:
    """The kind of a variable, read off its codes (None is no code).

    Raises
    ------
    FramingError
        If they are of several kinds, or neither text, nor lists of text, nor True and False.
    """
    given = [code for code in codes if code is not None]
    names = {str: "text", list: "lists", bool: "True and False"}
    kinds = {type(code) for code in given}
    if len(kinds) > 1 or not kinds <= names.keys():
        raise problem(
            f"codes of {variable!r} that are all text, all lists of text, or all True and False",
            ", ".join(sorted(names.get(kind, kind.__name__) for kind in kinds)),
            "Convert them; what was not coded is missing, and [] is coded, none applies",
        )
    if not kinds:
        return "several" if variable == "frames" else "one"
    if str in kinds:
        return "one" if all(tidy(code) == code for code in given) else "text"
    return "several" if list in kinds else "yes_no"


def unwritable(code: Any, kind: Kind) -> bool:
    """Whether a cell could not hold this code so that it comes back the same."""
    if kind == "several":
        if not isinstance(code, list) or len(set(map(str, code))) < len(code):
            return True
        return any(
            not isinstance(one, str) or tidy(one) != one or one == NONE or ";" in one or not one
            for one in code
        )
    if kind == "yes_no":
        return not isinstance(code, bool)
    if not isinstance(code, str) or not code.strip():
        return True
    return kind == "one" and tidy(code) != code


def cell_of(code: Any) -> str | None:
    """The cell for a code; None where nothing was coded.

    Examples
    --------
    >>> [cell_of(code) for code in (["aid", "cost"], [], True, "report", None)]
    ['aid; cost', 'none', 'yes', 'report', None]
    """
    if isinstance(code, list):
        return "; ".join(code) if code else NONE
    if isinstance(code, bool):
        return "yes" if code else "no"
    return None if code is None else str(code)


def code_of(cell: str, kind: Kind) -> Any:
    """The code in a filled cell, or why it is none (`Refused`).

    Examples
    --------
    >>> code_of(" aid;cost ", "several"), code_of("TRUE", "yes_no"), code_of("aid;", "several")
    (['aid', 'cost'], True, 'has an empty place between semicolons')
    """
    if kind == "text":
        return cell
    word = tidy(cell)
    if kind == "one":
        return word
    if kind == "yes_no":
        return _YES_NO.get(word.casefold(), Refused("is neither yes nor no"))
    codes = [tidy(part) for part in word.split(";")]
    if len(codes) == 1 and codes[0].casefold() == NONE:
        return []
    if not all(codes):
        return Refused("has an empty place between semicolons")
    if NONE in [code.casefold() for code in codes]:
        return Refused("says none beside other codes")
    if len(set(codes)) < len(codes):
        return Refused("names a code twice")
    return codes
