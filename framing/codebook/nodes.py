"""YAML as nodes that know their lines, and the values that a codebook takes from them.

Nothing is ever constructed from a YAML tag: nodes are composed and their text is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from framing.codebook.checks import not_among
from framing.errors import FramingError, problem

__all__ = ["compose", "fields", "flag", "items", "place", "text", "texts", "whole_number"]

_TAG = "tag:yaml.org,2002:"
_READ_AS = {"bool": "a truth value", "int": "a number", "float": "a number", "timestamp": "a date"}


def compose(path: Path) -> yaml.Node:
    """Read a file into nodes whose marks carry its name.

    Raises
    ------
    FramingError
        If it is not UTF-8, not YAML, or empty.
    """
    raw = path.read_bytes()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw.count(b"\n", 0, err.start) + 1
        raise problem(
            "a codebook saved as UTF-8 text",
            f"the byte 0x{raw[err.start]:02x} ({path.name}, line {line})",
            "Save the file as UTF-8",
        ) from err
    try:
        loader = yaml.SafeLoader(content)
        loader.name = path.name
        root = loader.get_single_node()
    except RecursionError as err:
        raise problem(
            "a YAML file", f"lists within lists without end ({path.name})", "Mend it"
        ) from err
    except yaml.YAMLError as err:
        raise _syntax_error(err, content, path.name) from err
    if root is None:
        raise problem(
            "a codebook", f"an empty file ({path.name}, line 1)", "Copy a codebook into it"
        )
    return root


def place(node: yaml.Node) -> str:
    """Say where a node starts, ready to stand behind what was got."""
    return f" ({node.start_mark.name}, line {node.start_mark.line + 1})"


def fields(
    node: yaml.Node, what: str, allowed: Iterable[str], *, required: Iterable[str] = ()
) -> dict[str, yaml.Node]:
    """Look up the nodes under the keys of a mapping; keys with nothing behind them are left out.

    Raises
    ------
    FramingError
        If it is no mapping, a key is unknown or stands there twice, or a required one is missing.
    """
    keys = list(allowed)
    if not isinstance(node, yaml.MappingNode):
        raise problem(
            f"{what} as lines of the form key: value, with the keys {', '.join(keys)}",
            f"{_shown(node)}{place(node)}",
            "Write it so",
        )
    lines: dict[str, int] = {}
    found: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else _shown(key_node)
        line = key_node.start_mark.line + 1
        if key in lines:
            raise problem(
                f"every key of {what} once",
                f"{key!r} twice ({node.start_mark.name}, lines {lines[key]} and {line})",
                "Remove one of them, or put their texts together",
            )
        lines[key] = line
        if key not in keys:
            raise _unknown_key(node, key, value, what, keys, place(key_node))
        if not _is_nothing(value):
            found[key] = value
    for key in required:
        if key not in found:
            known = (
                f", line {lines[key]})" if key in lines else f", line {node.start_mark.line + 1})"
            )
            raise problem(
                f"the key {key!r} in {what}",
                f"{'nothing behind it' if key in lines else 'none'} ({node.start_mark.name}{known}",
                f"Add a line {key}: with what it should say",
            )
    return found


def text(node: yaml.Node, what: str) -> str:
    """Read a text, without the white space around it.

    Raises
    ------
    FramingError
        If it is empty, or YAML reads it as something else than text.
    """
    if isinstance(node, yaml.ScalarNode) and node.tag == f"{_TAG}str" and node.value.strip():
        return str(node.value).strip()
    if _is_nothing(node) or (isinstance(node, yaml.ScalarNode) and not node.value.strip()):
        raise problem(f"{what} as text", f"nothing{place(node)}", "Write it, or remove the line")
    if isinstance(node, yaml.ScalarNode):
        fix = f'Put it in quotation marks: "{node.value}"'
    elif isinstance(node, yaml.MappingNode):
        fix = (
            "Put the whole text in quotation marks: a colon followed by a space divides a key"
            " from its value"
        )
    else:
        fix = "Write one text, in quotation marks where it begins with ["
    raise problem(f"{what} as text", f"{_shown(node)}{place(node)}", fix)


def items(node: yaml.Node | None, what: str) -> list[yaml.Node]:
    """List the entries of a list; none where the key is absent.

    Raises
    ------
    FramingError
        If it is not a list.
    """
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise problem(
            f"{what} as a list",
            f"{_shown(node)}{place(node)}",
            "Give each entry a line of its own that begins with a hyphen and a space",
        )
    return list(node.value)


def texts(node: yaml.Node | None, what: str) -> tuple[str, ...]:
    """Read a list of texts; empty where the key is absent."""
    return tuple(text(item, f"each entry of {what}") for item in items(node, what))


def whole_number(node: yaml.Node, what: str) -> int:
    """Read a whole number from 1.

    Raises
    ------
    FramingError
        If it is written otherwise, as 1.0, "1" or 0.
    """
    if (
        isinstance(node, yaml.ScalarNode)
        and node.tag == f"{_TAG}int"
        and re.fullmatch(r"[1-9][0-9]*", node.value)
    ):
        return int(node.value)
    raise problem(
        f"{what} as a whole number from 1, without quotation marks",
        f"{_shown(node)}{place(node)}",
        "Write 1, and count up whenever a change could alter a code",
    )


def flag(node: yaml.Node, what: str) -> bool:
    """Read true or false."""
    if isinstance(node, yaml.ScalarNode) and node.tag == f"{_TAG}bool":
        return node.value.lower() in ("true", "yes", "on")
    raise problem(f"{what} as true or false", f"{_shown(node)}{place(node)}", "Write one of them")


def _is_nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == f"{_TAG}null"


def _shown(node: yaml.Node) -> str:
    """What stands there, and what YAML takes it for."""
    if isinstance(node, yaml.MappingNode):
        first = node.value[0][0].value if node.value else ""
        return f"a mapping that begins with the key {first!r}" if node.value else "an empty mapping"
    if isinstance(node, yaml.SequenceNode):
        n = len(node.value)
        return f"a list of {n} entr{'y' if n == 1 else 'ies'}"
    kind = node.tag.removeprefix(_TAG)
    if kind == "null":
        return "nothing"
    if kind == "str":
        return f"the text {node.value!r}"
    if kind in _READ_AS:
        return f"{node.value!r}, which YAML reads as {_READ_AS[kind]}"
    return f"{node.value!r} with the tag {node.tag!r}"


def _unknown_key(
    mapping: yaml.MappingNode, key: str, value: yaml.Node, what: str, keys: list[str], where: str
) -> FramingError:
    """Name the nearest key; or the comma that cut a text in braces in two."""
    if mapping.flow_style and _is_nothing(value):
        return problem(
            f"keys with values between the braces of {what}",
            f"{key!r} without a value{where}",
            "Put a text that contains a comma in quotation marks",
        )
    return not_among(f"the keys of {what}", key, keys, where)


def _syntax_error(err: yaml.YAMLError, content: str, name: str) -> FramingError:
    """Say at which line YAML breaks, where the broken part began, and what it is mostly due to."""
    if isinstance(err, yaml.reader.ReaderError):
        line = content.count("\n", 0, int(err.position)) + 1
        code = err.character if isinstance(err.character, int) else ord(err.character)
        return problem(
            "a YAML file", f"the control character U+{code:04X} ({name}, line {line})", "Delete it"
        )
    fault, where = "a syntax error", f"({name})"
    if isinstance(err, yaml.MarkedYAMLError) and err.problem_mark is not None:
        said = ", ".join(part for part in (err.context, err.problem) if part)
        fault = f"the error {said!r}"
        begun = err.context_mark.line + 1 if err.context_mark is not None else None
        line = err.problem_mark.line + 1
        since = f", in what begins at line {begun}" if begun not in (None, line) else ""
        where = f"({name}, line {line}{since})"
    return problem(
        "a YAML file",
        f"{fault} {where}",
        "Look at that line and the one before: indent with spaces, the same for every key of a"
        " frame; close quotation marks; put a text that holds a colon, or stands between braces, in"
        " quotation marks",
    )
