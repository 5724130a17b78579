"""One colour per voice or pattern, the same in every figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["GREY", "colours"]

GREY = "#9a9a9a"
"""What is set aside, unknown, or not of interest."""

# Okabe and Ito's colours, which the colour-blind can tell apart, and darker ones of the same hues.
_CYCLE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#7a6a00",
    "#003f63",
    "#004d38",
    "#7a3a5e",
)
_KNOWN = {
    "narration": "#d9d9d9",
    "impersonal": "#b3b3b3",
    "unknown": "#808080",
    "-1": GREY,
    "russian_state": "#d55e00",
    "russian_state_media": "#f0a060",
    "nato": "#0072b2",
    "ukraine": "#e6b800",
    "ukrainian_media": "#8a6d00",
    "us": "#003f63",
    "allied_governments": "#56b4e9",
    "eu": "#5a7fc0",
    "un": "#009e73",
    "western_media": "#cc79a7",
    "other_governments": "#7a3a5e",
    "experts": "#004d38",
    "civilians": "#66c2a5",
}


def colours(names: Iterable[Any]) -> dict[Any, str]:
    """Give every name its colour.

    The voices that ship with the package, and -1 (set aside), have fixed colours, whatever else
    is drawn. Whole numbers take theirs from their value; other names in alphabetical order, so
    pass all the names of a study once, and use the result in every figure.

    Parameters
    ----------
    names : iterable
        Voices, pattern labels or codes.

    Returns
    -------
    dict
        Hex colours; beyond ten names of one's own they repeat.

    Examples
    --------
    >>> colours(["nato", "russian_state", -1])
    {'nato': '#0072b2', 'russian_state': '#d55e00', -1: '#9a9a9a'}
    """
    names = list(dict.fromkeys(names))
    own = sorted((name for name in names if str(name) not in _KNOWN), key=str)
    place = {name: int(name) if _is_whole(name) else i for i, name in enumerate(own)}
    return {
        name: _KNOWN[str(name)] if str(name) in _KNOWN else _CYCLE[place[name] % len(_CYCLE)]
        for name in names
    }


def _is_whole(name: Any) -> bool:
    return str(name).isdecimal()
