"""What must hold between the parts of a codebook, wherever it came from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from framing.codebook.frames import ELEMENTS, KINDS, Frame, Variable
from framing.errors import FramingError, problem

__all__ = ["Where", "check_frames", "check_variables", "not_among", "nowhere"]

# Says where a part stands, such as " (my.yml, line 12)": what ("frames" or "variables"), which one,
# under which key, and which entry of the list there.
Where: TypeAlias = Callable[[str, int, str, int], str]

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
# Programs that read tables take these words for an empty cell, and the code would be lost.
_LOST = ("na", "nan", "none", "null")


def nowhere(part: str, index: int, key: str, entry: int) -> str:  # noqa: ARG001
    """Name no place: the codebook was made by a program."""
    return ""


def not_among(what: str, value: str, options: Iterable[str], where: str) -> FramingError:
    """Build the error for a word outside a list, with its place and the nearest word."""
    allowed = list(options)
    near = difflib.get_close_matches(value.lower(), allowed, n=1)
    listed = ", ".join(repr(option) for option in allowed)
    fix = f"Write {near[0]!r}, if you mean that" if near else "Choose one of these"
    return problem(f"{what} to be one of {listed}", f"{value!r}{where}", fix)


def check_frames(frames: Sequence[Frame], where: Where = nowhere) -> None:
    """Refuse ids that are not plain or not unique, and frames that refer to what is not there.

    Raises
    ------
    FramingError
        Also for parents that form a circle, naming it.
    """
    if not frames:
        raise problem(
            "at least one frame",
            f"none{where('frames', -1, '', -1)}",
            "List the frames under frames:",
        )
    ids = [frame.id for frame in frames]
    _check_ids("frame", ids, partial(_id_at, where, "frames"))
    for i, frame in enumerate(frames):
        for element in frame.elements:
            if element not in ELEMENTS:
                what = f"an element of the frame {frame.id!r}"
                raise not_among(what, element, ELEMENTS, where("frames", i, "elements", -1))
        if frame.parent is not None and frame.parent not in ids:
            what = f"the parent of the frame {frame.id!r}"
            raise not_among(what, frame.parent, ids, where("frames", i, "parent", -1))
        _check_near_misses(frame, ids, partial(where, "frames", i, "near_misses"))
    _check_circles(frames, where)


def check_variables(variables: Sequence[Variable], where: Where = nowhere) -> None:
    """Refuse variables of an unknown kind, or whose values do not fit their kind."""
    ids = [variable.id for variable in variables]
    _check_ids("variable", ids, partial(_id_at, where, "variables"))
    for i, variable in enumerate(variables):
        of = f"the variable {variable.id!r}"
        if variable.kind not in KINDS:
            raise not_among(
                f"the kind of {of}", variable.kind, KINDS, where("variables", i, "kind", -1)
            )
        place = where("variables", i, "values", -1)
        chosen = variable.kind in ("one", "several")
        if chosen and not variable.values:
            raise problem(f"values for {of} (kind {variable.kind})", f"none{place}", "List them")
        if variable.values and not chosen:
            raise problem(
                f"no values for {of} (kind {variable.kind})",
                f"{len(variable.values)}{place}",
                "Leave them out, or choose the kind one or several",
            )
        _check_ids(
            f"value of {of}",
            variable.ids,
            partial(where, "variables", i, "values"),
        )


def _id_at(where: Where, part: str, index: int) -> str:
    """Name the place of an id."""
    return where(part, index, "id", -1)


def _check_ids(what: str, ids: Sequence[str], place: Callable[[int], str]) -> None:
    """Refuse ids that a file of codes could not hold, or that two things share."""
    first: dict[str, int] = {}
    for i, value in enumerate(ids):
        if not _PLAIN.fullmatch(value):
            plain = re.sub(r"\W+", "_", value, flags=re.ASCII).strip("_").lower()
            raise problem(
                f"the id of a {what} as letters a to z, digits and underscores, a letter first",
                f"{value!r}{place(i)}",
                f"Write {plain!r}, for example; the name may be any text"
                if _PLAIN.fullmatch(plain)
                else "Write it like public_health; the name may be any text",
            )
        if value.lower() in _LOST:
            raise problem(
                f"the id of a {what} that no program takes for an empty cell",
                f"{value!r}{place(i)}",
                "Choose another id, such as 'other' or 'no_frame'",
            )
        if value.lower() in first:
            earlier = first[value.lower()]
            raise problem(
                f"every {what} to have an id of its own, whatever its case",
                f"{ids[earlier]!r}{place(earlier)} and {value!r}{place(i)}",
                "Rename one of them, or remove it",
            )
        first[value.lower()] = i


def _check_near_misses(frame: Frame, ids: Sequence[str], place: Callable[[int], str]) -> None:
    """Refuse near misses that are no other frame of the codebook, or are named twice."""
    seen: set[str] = set()
    others = [name for name in ids if name != frame.id]
    for entry, near in enumerate(frame.near_misses):
        if near.frame not in others:
            raise not_among(
                f"a near miss of the frame {frame.id!r}", near.frame, others, place(entry)
            )
        if near.frame in seen:
            raise problem(
                f"each near miss of the frame {frame.id!r} once",
                f"{near.frame!r} again{place(entry)}",
                "Put both reasons into one text",
            )
        seen.add(near.frame)


def _check_circles(frames: Sequence[Frame], where: Where) -> None:
    """Refuse frames that are parts of themselves."""
    parent = {frame.id: frame.parent for frame in frames}
    for i, frame in enumerate(frames):
        path = [frame.id]
        above = frame.parent
        while above is not None and above not in path:
            path.append(above)
            above = parent[above]
        if above == frame.id:
            raise problem(
                "parents that lead to a frame without one",
                f"the circle {' -> '.join([*path, above])}{where('frames', i, 'parent', -1)}",
                "Remove one of these parents",
            )
