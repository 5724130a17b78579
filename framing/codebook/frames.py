"""The parts of a codebook: frames, what they are easily confused with, and variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from framing.errors import problem

__all__ = [
    "ELEMENTS",
    "KINDS",
    "Elements",
    "Frame",
    "Kind",
    "NearMiss",
    "Variable",
    "as_texts",
    "frame_content",
    "variable_content",
]

ELEMENTS = ("problem", "cause", "judgement", "remedy")
Kind: TypeAlias = Literal["one", "several", "yes_no", "text"]
KINDS: tuple[str, ...] = get_args(Kind)


class NearMiss(NamedTuple):
    """A frame that is easily taken for another, and what tells the two apart."""

    frame: str
    why: str


@dataclass(frozen=True, eq=False)
class Elements(Mapping[str, str]):
    """The elements of a frame: a mapping that cannot be changed, so that frames can be hashed."""

    pairs: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, key: str) -> str:
        """Look an element up."""
        return dict(self.pairs)[key]

    def __iter__(self) -> Iterator[str]:
        """Name the elements in their order."""
        return (key for key, _ in self.pairs)

    def __len__(self) -> int:
        """Count the elements."""
        return len(self.pairs)

    def __hash__(self) -> int:
        """Hash the pairs whatever their order, since equality does not see it either."""
        return hash(frozenset(self.pairs))

    def __repr__(self) -> str:
        """Show it as the mapping that it is."""
        return repr(dict(self.pairs))


@dataclass(frozen=True)
class Frame:
    """A category that people code: what it means, what counts, and what does not.

    Attributes
    ----------
    id : str
        The code that is stored: ASCII letters, digits and underscores.
    name, definition : str
        As coders read them.
    elements : mapping of str to str
        Any of ``problem, cause, judgement, remedy`` (Entman 1993); empty where they make no sense.
    counts, does_not_count, examples : tuple of str
    near_misses : tuple of NearMiss
        Pairs of a frame's id and why it is another frame.
    parent : str or None
        The id of the wider frame that this one is part of.
    """

    id: str
    name: str
    definition: str
    elements: Mapping[str, str] = Elements()
    counts: tuple[str, ...] = ()
    does_not_count: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    examples: tuple[str, ...] = ()
    parent: str | None = None

    def __post_init__(self) -> None:
        """Store lists and mappings in a form that cannot be changed."""
        object.__setattr__(self, "elements", Elements(tuple(self.elements.items())))
        for name in ("counts", "does_not_count", "examples"):
            object.__setattr__(self, name, as_texts(name, getattr(self, name)))
        object.__setattr__(self, "near_misses", tuple(NearMiss(*near) for near in self.near_misses))


@dataclass(frozen=True)
class Variable:
    """A question that is answered for every claim.

    Attributes
    ----------
    id, name, question : str
    kind : {"one", "several", "yes_no", "text"}
        One value, any number of values (also none), a bool, or free text.
    values : tuple of (id, name)
        The values to choose from; empty for ``yes_no`` and ``text``.
    """

    id: str
    name: str
    question: str
    kind: Kind
    values: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Store the values in a form that cannot be changed."""
        pairs = tuple((value, name) for value, name in self.values)
        object.__setattr__(self, "values", pairs)

    @property
    def ids(self) -> list[str]:
        """The ids of the values, in their order."""
        return [value for value, _ in self.values]


def as_texts(name: str, value: Iterable[str]) -> tuple[str, ...]:
    """Store a list of texts in a form that cannot be changed; one text is not a list of letters."""
    if isinstance(value, str):
        raise problem(f"{name} as a list of texts", repr(value), f"Write [{value!r}]")
    return tuple(value)


def frame_content(frame: Frame) -> dict[str, Any]:
    """All that a frame says, as plain lists and texts; the digest is made from this."""
    return {
        "id": frame.id,
        "name": frame.name,
        "definition": frame.definition,
        "counts": list(frame.counts),
        "does_not_count": list(frame.does_not_count),
        "near_misses": [list(near) for near in frame.near_misses],
        "examples": list(frame.examples),
        "parent": frame.parent,
        "elements": dict(frame.elements),
    }


def variable_content(variable: Variable) -> dict[str, Any]:
    """All that a variable says, as plain lists and texts."""
    return {
        "id": variable.id,
        "name": variable.name,
        "question": variable.question,
        "kind": variable.kind,
        "values": [list(value) for value in variable.values],
    }
