"""`read_codebook`: a YAML file into a checked codebook, faults with their lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

from framing.codebook.book import Codebook
from framing.codebook.checks import Where, check_frames, check_variables, not_among
from framing.codebook.frames import ELEMENTS, Frame, Kind, NearMiss, Variable
from framing.codebook.nodes import compose, fields, flag, items, place, text, texts, whole_number
from framing.codebook.variables import frames_variable
from framing.datasets import data_path
from framing.errors import FramingError, problem, unknown_value

__all__ = ["copy_codebook", "read_codebook"]

_BOOK = ("name", "version", "synthetic", "rules", "references", "frames_per_claim", "frames",
         "variables")  # fmt: skip
_FRAME = ("id", "name", "definition", "elements", "counts", "does_not_count", "near_misses",
          "examples", "parent")  # fmt: skip
_VARIABLE = ("id", "name", "question", "kind", "values")
_PER_CLAIM = ("several", "one")
_SUFFIXES = (".yml", ".yaml")


def read_codebook(source: str | Path) -> Codebook:
    """Read a codebook that ships with the package, or your own from a YAML file.

    Everything is checked and every fault names its line. What cannot be checked is whether the
    definitions can be coded by: that shows in the agreement of coders. Begin your own with
    `copy_codebook`, or with the few lines that a codebook needs::

        name: harbour
        version: 1
        frames:
          - id: cost
            name: Cost
            definition: The harbour is presented as a matter of money.

    A frame may also have ``elements`` (``problem, cause, judgement, remedy``), the lists
    ``counts``, ``does_not_count`` and ``examples``, ``near_misses`` (each with ``frame`` and
    ``why``) and ``parent``, the id of the frame it is part of. The codebook may have
    ``references``, ``rules`` (what holds for every frame), ``synthetic`` (true where the examples
    were written for it), ``frames_per_claim`` (``several``, the default, or ``one``; then a claim
    that fits no frame needs a frame of its own, such as ``other``), and ``variables``, further
    questions with ``id, name, question, kind`` (``one, several, yes_no, text``) and ``values``
    (each with ``id`` and ``name``).

    Parameters
    ----------
    source : str or Path
        A shipped name: ``"ukraine_war"`` (8 frames), ``"policy_frames"`` (the 15 of Boydstun et
        al. 2014), ``"generic_frames"`` (the 5 of Semetko and Valkenburg 2000),
        ``"entman_functions"`` (the 4 of Entman 1993), ``"propaganda_techniques"`` (the 14 of
        SemEval-2020 task 11; for every voice alike, and no verdict on truth). Or the path of a
        ``.yml`` or ``.yaml`` file, UTF-8.

    Returns
    -------
    Codebook

    Raises
    ------
    FramingError
        If the name or file is unknown, or anything in the file is not as described; the message
        gives file, line, what was expected, what was got and what to do.

    References
    ----------
    Matthes, J., & Kohring, M. (2008). The content analysis of media frames: Toward improving
    reliability and validity. Journal of Communication, 58(2), 258-279.
    https://doi.org/10.1111/j.1460-2466.2008.00384.x

    Examples
    --------
    >>> from framing.codebook import read_codebook
    >>> book = read_codebook("generic_frames")
    >>> book.ids
    ['conflict', 'human_interest', 'economic_consequences', 'morality',
    'attribution_of_responsibility']
    """
    root = compose(_located(source))
    top = fields(root, "the codebook", _BOOK, required=("name", "version", "frames"))
    frames = _frames(top["frames"])
    per_claim = (
        text(top["frames_per_claim"], "frames_per_claim")
        if "frames_per_claim" in top
        else "several"
    )
    if per_claim not in _PER_CLAIM:
        raise not_among("frames_per_claim", per_claim, _PER_CLAIM, place(top["frames_per_claim"]))
    first = frames_variable(frames, cast(Kind, per_claim))
    return Codebook(
        name=text(top["name"], "the name of the codebook"),
        version=whole_number(top["version"], "the version"),
        frames=frames,
        variables=(first, *_variables(top.get("variables"))),
        references=texts(top.get("references"), "references"),
        synthetic="synthetic" in top and flag(top["synthetic"], "synthetic"),
        rules=texts(top.get("rules"), "rules"),
    )


def copy_codebook(name: str, path: str | Path) -> Path:
    """Copy a shipped codebook, comments and all, to a file of your own to edit.

    The copy is named after its file, so that codes made by the two cannot be confused. Raise its
    version whenever you change it after coding has begun.

    Parameters
    ----------
    name : str
        A shipped name; see `read_codebook`.
    path : str or Path
        A ``.yml`` or ``.yaml`` file that does not exist yet.

    Returns
    -------
    Path

    Raises
    ------
    FramingError
        If the name is unknown, the path has another suffix, or something lies there.

    Examples
    --------
    >>> import tempfile
    >>> from framing.codebook import copy_codebook, read_codebook
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     own = copy_codebook("generic_frames", f"{folder}/harbour.yml")
    ...     read_codebook(own).name
    'harbour'
    """
    target = Path(path)
    if target.suffix.lower() not in _SUFFIXES:
        raise problem("a path that ends in .yml", repr(str(path)), "Add .yml")
    if target.exists():
        raise problem("a path where nothing lies yet", repr(str(path)), "Choose another name")
    content = _shipped(name).read_text(encoding="utf-8")
    named = f"name: {json.dumps(target.stem, ensure_ascii=False)}"
    target.write_text(re.sub(r"(?m)^name:.*$", lambda _: named, content, count=1), encoding="utf-8")
    return target


def _located(source: str | Path) -> Path:
    """The file that a source means."""
    if not isinstance(source, str | Path):
        raise problem(
            "the name of a codebook or a path", type(source).__name__, "Pass 'ukraine_war', say"
        )
    path = Path(source)
    if path.suffix.lower() not in _SUFFIXES:
        return _shipped(str(source))
    if not path.is_file():
        raise problem("the path of a codebook", repr(str(source)), "Check the path")
    return path


def _shipped(name: str) -> Path:
    """The file of a codebook that ships with the package."""
    names = sorted(file.stem for file in data_path("codebooks").glob("*.yml"))
    if name not in names:
        raise FramingError(
            f"{unknown_value('codebook', name, names)} Or pass the path of a .yml file."
        )
    return data_path(f"codebooks/{name}.yml")


def _frames(node: yaml.Node) -> tuple[Frame, ...]:
    """Read and check the frames."""
    entries = items(node, "frames")
    nodes = [
        fields(entry, f"frame {i}", _FRAME, required=("id", "name", "definition"))
        for i, entry in enumerate(entries, start=1)
    ]
    frames = tuple(_frame(found) for found in nodes)
    check_frames(frames, _places(node, nodes))
    return frames


def _frame(found: Mapping[str, yaml.Node]) -> Frame:
    """Read a frame from its nodes."""
    id = text(found["id"], "the id of a frame")
    of = f"of the frame {id!r}"
    elements = (
        fields(found["elements"], f"the elements {of}", ELEMENTS) if "elements" in found else {}
    )
    return Frame(
        id=id,
        name=text(found["name"], f"the name {of}"),
        definition=text(found["definition"], f"the definition {of}"),
        elements={key: text(value, f"the element {key!r} {of}") for key, value in elements.items()},
        counts=texts(found.get("counts"), f"'counts' {of}"),
        does_not_count=texts(found.get("does_not_count"), f"'does_not_count' {of}"),
        near_misses=tuple(
            _near_miss(near, of) for near in items(found.get("near_misses"), f"near_misses {of}")
        ),
        examples=texts(found.get("examples"), f"'examples' {of}"),
        parent=text(found["parent"], f"the parent {of}") if "parent" in found else None,
    )


def _near_miss(node: yaml.Node, of: str) -> NearMiss:
    """Read a near miss."""
    found = fields(node, f"a near miss {of}", NearMiss._fields, required=NearMiss._fields)
    frame = text(found["frame"], f"the frame of a near miss {of}")
    return NearMiss(frame, text(found["why"], f"the reason of a near miss {of}"))


def _variables(node: yaml.Node | None) -> tuple[Variable, ...]:
    """Read and check the further variables."""
    if node is None:
        return ()
    nodes = [
        fields(entry, f"variable {i}", _VARIABLE, required=("id", "name", "question", "kind"))
        for i, entry in enumerate(items(node, "variables"), start=1)
    ]
    variables = tuple(_variable(found) for found in nodes)
    for variable, found in zip(variables, nodes, strict=True):
        if variable.id == "frames":
            raise problem(
                "a variable other than 'frames', which is made from the frames",
                f"'frames'{place(found['id'])}",
                "Rename it; for one frame per claim write frames_per_claim: one",
            )
    check_variables(variables, _places(node, nodes))
    return variables


def _variable(found: Mapping[str, yaml.Node]) -> Variable:
    """Read a variable from its nodes."""
    id = text(found["id"], "the id of a variable")
    of = f"of the variable {id!r}"
    return Variable(
        id=id,
        name=text(found["name"], f"the name {of}"),
        question=text(found["question"], f"the question {of}"),
        kind=cast(Kind, text(found["kind"], f"the kind {of}")),
        values=tuple(_value(item, of) for item in items(found.get("values"), f"the values {of}")),
    )


def _value(node: yaml.Node, of: str) -> tuple[str, str]:
    """Read a value to choose from."""
    pair = fields(node, f"a value {of}", ("id", "name"), required=("id", "name"))
    return text(pair["id"], f"the id of a value {of}"), text(pair["name"], f"its name, {of}")


def _places(whole: yaml.Node, nodes: Sequence[Mapping[str, yaml.Node]]) -> Where:
    """Name the line of each part; of the nearest thing around it, where a key is absent."""

    def where(part: str, index: int, key: str, entry: int) -> str:  # noqa: ARG001
        if index < 0:
            return place(whole)
        found = nodes[index]
        node = found.get(key, found["id"])
        if entry >= 0 and isinstance(node, yaml.SequenceNode):
            node = node.value[entry]
        return place(node)

    return where
