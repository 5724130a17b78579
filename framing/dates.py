"""Dates as newspapers and databases write them; only what can be read in one way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem

__all__ = ["AmbiguousDate", "Moments", "moments_of", "read_dates"]

Moments: TypeAlias = npt.NDArray[np.datetime64]

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_CLOCK = (
    r"(?:(?:T|,?\s+)(?:at\s+)?"
    r"(?P<clock>\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|GMT|UTC|[+-]\d\d:?\d\d)?))?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DATE_FORMS = [
    re.compile(form + _CLOCK, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
        _WEEKDAY
        + r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<month>[a-z]{3,9})\.?,?[\s-]+(?P<y>\d{4})",
        _WEEKDAY + r"(?P<month>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})",
    )
]
_NUMERIC = re.compile(r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>\d{4})" + _CLOCK)


class AmbiguousDate(ValueError):
    """A date that reads in two ways."""


def read_dates(values: pd.Series[Any]) -> tuple[Moments, int]:
    """Read a column of dates, written or typed, as `framing.read` does.

    Returns
    -------
    ndarray of datetime64[us], shape (n_rows,)
        In UTC where a time zone is given; NaT where the date is missing.
    int
        How many dates had a time zone.

    Raises
    ------
    FramingError
        If a date cannot be read or reads in two ways.

    Examples
    --------
    >>> read_dates(pd.Series(["20 April 2023", "2023-04-20T01:30+03:00", None]))
    (array(['2023-04-20T00:00:00.000000', '2023-04-19T22:30:00.000000', 'NaT'],
          dtype='datetime64[us]'), 1)
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        zoned = getattr(values.dt, "tz", None) is not None
        plain = values.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else values
        return plain.to_numpy("datetime64[us]"), int(values.notna().sum()) if zoned else 0
    cells = [
        None if gone or (isinstance(value, str) and not value.strip()) else value
        for value, gone in zip(values, values.isna(), strict=True)
    ]
    moments, faults, n_zoned = moments_of(cells)
    _refuse(
        values, [isinstance(fault, AmbiguousDate) for fault in faults],
        "dates that read in one way",
        'Say which comes first when you read the documents: framing.read(date_format="%d/%m/%Y")',
    )  # fmt: skip
    _refuse(
        values, [fault is not None for fault in faults],
        "whole dates such as 2023-04-20 or 20 April 2023",
        "Correct them, leave them empty, or write the first day where only a month is known",
    )  # fmt: skip
    return moments, n_zoned


def moments_of(
    cells: Sequence[Any], date_format: str | None = None
) -> tuple[Moments, list[Exception | None], int]:
    """Read dates one by one, whether or not all of them can be read.

    Parameters
    ----------
    cells : sequence, length n_rows
        Strings, dates or datetimes; None where a date is missing.
    date_format : str, optional
        How strings are written; by default in one of the common forms.

    Returns
    -------
    ndarray of datetime64[us], shape (n_rows,)
        In UTC where a time zone is given; NaT where the date is missing or cannot be read.
    list of Exception or None
        Why a date cannot be read: an `AmbiguousDate` where it reads in two ways.
    int
        How many dates had a time zone.
    """
    texts = {cell for cell in cells if isinstance(cell, str)}
    known = {text: _moment_or_error(text, date_format) for text in texts}
    found = [
        known[cell] if isinstance(cell, str) else _moment_or_error(cell, date_format)
        for cell in cells
    ]
    moments = [moment if isinstance(moment, dt.datetime) else None for moment in found]
    zoned = [moment is not None and moment.tzinfo is not None for moment in moments]
    plain = [
        moment.astimezone(dt.UTC).replace(tzinfo=None) if moment and has_zone else moment
        for moment, has_zone in zip(moments, zoned, strict=True)
    ]
    faults = [moment if isinstance(moment, Exception) else None for moment in found]
    return np.array(plain, dtype="datetime64[us]"), faults, sum(zoned)


def _refuse(values: pd.Series[Any], bad: list[bool], expected: str, fix: str) -> None:
    """Raise for the rows that are marked."""
    if any(bad):
        found = values[np.array(bad)]
        written, rows = list(dict.fromkeys(map(str, found))), found.index.tolist()
        raise problem(
            f"{expected} in {values.name!r}", f"{listing(written)} in rows {listing(rows)}", fix
        )


def _moment_or_error(value: Any, date_format: str | None) -> dt.datetime | Exception | None:
    """A cell as a moment, None where it is missing, or the reason why it is neither."""
    try:
        if value is None:
            return None
        if isinstance(value, dt.datetime):  # a pandas Timestamp is one too
            return value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
        if isinstance(value, dt.date):
            return dt.datetime(value.year, value.month, value.day)
        if not isinstance(value, str):
            return ValueError("a number is no date")
        if date_format is not None:
            return dt.datetime.strptime(value.strip(), date_format)
        return _moment(value.strip())
    except ValueError as err:
        return err


def _moment(text: str) -> dt.datetime:
    """Read a date that is written in one of the common forms."""
    for form in _DATE_FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = int(parts["m"]) if "m" in parts else _month_number(parts["month"])
            return _at_clock(int(parts["y"]), month, int(parts["d"]), parts["clock"])
    if found := _NUMERIC.fullmatch(text):
        a, b = int(found["a"]), int(found["b"])
        if a != b and max(a, b) <= 12:
            raise AmbiguousDate(text)
        day, month = (a, b) if a > 12 else (b, a)
        return _at_clock(int(found["y"]), month, day, found["clock"])
    raise ValueError(text)


def _month_number(name: str) -> int:
    """1 to 12 for an English month name or its first three or more letters."""
    return 1 + next((i for i, m in enumerate(_MONTHS) if m.startswith(name.lower())), 12)


def _at_clock(year: int, month: int, day: int, clock: str | None) -> dt.datetime:
    """Join a day and a time of day, which may carry an offset."""
    if year < 1000:
        raise ValueError(year)
    moment = dt.datetime(year, month, day)
    if not clock:
        return moment
    clock = re.sub(r"(?:GMT|UTC)$", "Z", clock.upper()).replace(" ", "")
    return dt.datetime.combine(
        moment, dt.time.fromisoformat(f"0{clock}" if clock[1] == ":" else clock)
    )
