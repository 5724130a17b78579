"""The one exception of the package, and the sentences its messages are built from.

Every message has three parts: what was expected, what came instead (with the value and the rows),
and what to do about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

__all__ = ["FramingError", "listing", "missing_extra", "problem", "unknown_value"]


class FramingError(ValueError):
    """Raised when `framing` is given something it cannot work with honestly."""


def problem(expected: str, got: str, fix: str) -> FramingError:
    """Build an error from its three parts; each is a clause without a final full stop.

    Examples
    --------
    >>> print(problem("a share between 0 and 1", "1.7", "Divide by the number of claims"))
    Expected a share between 0 and 1; got 1.7. Divide by the number of claims.
    """
    return FramingError(f"Expected {expected}; got {got}. {fix}.")


def unknown_value(name: str, value: object, allowed: Iterable[object]) -> FramingError:
    """Build the error for a value outside a closed list, naming all of them and the nearest.

    Examples
    --------
    >>> print(unknown_value("stance", "reprot", ["report", "distance"]))
    Expected stance to be one of 'report', 'distance'; got 'reprot'. Did you mean 'report'?
    """
    options = list(allowed)
    close = difflib.get_close_matches(str(value), [str(option) for option in options], n=1)
    hint = f"Did you mean {close[0]!r}?" if close else "Choose one of these."
    listed = ", ".join(repr(option) for option in options) or "nothing (the list is empty)"
    return FramingError(f"Expected {name} to be one of {listed}; got {value!r}. {hint}")


def listing(items: Sequence[object], *, limit: int = 5) -> str:
    """Name the first few items and how many more there are.

    Examples
    --------
    >>> listing(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    shown = ", ".join(repr(item) for item in items[:limit])
    more = len(items) - limit
    return f"{shown} and {more:,} more" if more > 0 else shown


def missing_extra(package: str, extra: str, purpose: str) -> FramingError:
    """Build the error for an optional dependency that is not installed."""
    return FramingError(
        f"{purpose} needs the package {package!r}, which is not installed. "
        f'Install it with: pip install "framing[{extra}]"'
    )
