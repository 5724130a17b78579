"""What changed from one codebook to another, part by part and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from framing.codebook.frames import frame_content, variable_content

if TYPE_CHECKING:
    from framing.codebook.book import Codebook

__all__ = ["differences"]

_COLUMNS = ("part", "id", "change", "field", "old", "new")
_Row: TypeAlias = tuple[str, str | None, str, str, str | None, str | None]
_Fields: TypeAlias = Mapping[str, Any]


def differences(old: Codebook, new: Codebook) -> pd.DataFrame:
    """List what was added, removed and changed; see `Codebook.compare`."""
    rows = [
        *_changed("codebook", None, _book_fields(old, new), _book_fields(new, old)),
        *_parts("frame", _frame_fields(old), _frame_fields(new), "definition"),
        *_parts("variable", _variable_fields(old), _variable_fields(new), "question"),
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype("string")
    return table.assign(
        version_raised=pd.Series([new.version > old.version] * len(rows), dtype=bool)
    )


def _book_fields(book: Codebook, other: Codebook) -> _Fields:
    """What the codebook as a whole says, with the order of what both have."""
    return {
        "name": book.name,
        "version": str(book.version),
        "synthetic": "true" if book.synthetic else "false",
        "rules": list(book.rules),
        "references": list(book.references),
        "frames_per_claim": book.variables[0].kind,
        "order of frames": [id for id in book.ids if id in other.ids],
        "order of variables": [v.id for v in book.variables if v.id in _variable_fields(other)],
    }


def _frame_fields(book: Codebook) -> dict[str, _Fields]:
    """The fields of each frame, each element a field of its own."""
    found: dict[str, _Fields] = {}
    for frame in book.frames:
        content = frame_content(frame)
        elements = content.pop("elements")
        content |= {f"elements: {name}": text for name, text in elements.items()}
        found[frame.id] = content
    return found


def _variable_fields(book: Codebook) -> dict[str, _Fields]:
    """The fields of each variable but the first, which only repeats the frames."""
    return {variable.id: variable_content(variable) for variable in book.variables[1:]}


def _parts(
    part: str, old: Mapping[str, _Fields], new: Mapping[str, _Fields], main: str
) -> Iterator[_Row]:
    """Compare frames or variables by their ids: first the old ones in order, then the added."""
    for id, fields in old.items():
        if id in new:
            yield from _changed(part, id, fields, new[id])
        else:
            yield part, id, "removed", main, _text(fields[main]), None
    for id, fields in new.items():
        if id not in old:
            yield part, id, "added", main, None, _text(fields[main])


def _changed(part: str, id: str | None, old: _Fields, new: _Fields) -> Iterator[_Row]:
    """Compare two versions of one thing, field by field."""
    for field in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(field), new.get(field)
        if before != after:
            yield part, id, "changed", field, _text(before), _text(after)


def _text(value: str | Sequence[Any] | None) -> str | None:
    """Write a value as text, a list with an entry per line."""
    if value is None or isinstance(value, str):
        return value
    return "\n".join(
        entry if isinstance(entry, str) else ": ".join(str(part) for part in entry)
        for entry in value
    )
