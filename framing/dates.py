"""Dates as newspapers and databases write them; only what can be read in one way."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pandas as pd

__all__ = ["AmbiguousDate", "moment_or_error"]

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


def moment_or_error(value: Any, date_format: str | None) -> dt.datetime | Exception | None:
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
