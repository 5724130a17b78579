"""The questions that a coder answers, the keys that answer them, and what counts as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from framing.coding.storage import Code
from framing.errors import listing, problem, unknown_value

if TYPE_CHECKING:
    from framing.codebook import Codebook, Variable

__all__ = ["RESERVED", "checked_code", "choose_variables", "keys", "question", "readable"]

RESERVED = "ctu"
"""Letters that do something else everywhere: comment, whole text, undo."""

_LETTERS = "abdefghijklmnopqrsvwxyz"
_YES_NO = ((True, "Yes", "y"), (False, "No", "n"))


def choose_variables(codebook: Codebook, names: Sequence[str]) -> list[Variable]:
    """Look up the variables to code.

    Raises
    ------
    FramingError
        If one is unknown or named twice, or none is named.
    """
    if isinstance(names, str):
        raise problem("variables as a list", repr(names), f"Write variables=[{names!r}]")
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if not names or twice:
        got = f"twice {listing(twice)}" if twice else "none"
        raise problem("variables to code, each once", got, "Pass variables=['frames'], for example")
    return [codebook.variable(name) for name in names]


def keys(n: int, *, taken: str = "") -> list[str]:
    """Give `n` choices their keys: 1 to 9, then letters; an empty text where none is left.

    Examples
    --------
    >>> keys(11, taken="a")
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'b', 'd']
    """
    free = [*"123456789", *(letter for letter in _LETTERS if letter not in taken)]
    return [*free, *[""] * n][:n]


def question(variable: Variable, *, taken: str = "") -> dict[str, Any]:
    """Put a variable into the form in which the browser asks it."""
    if variable.kind == "yes_no":
        values = [{"id": value, "name": name, "key": key} for value, name, key in _YES_NO]
    else:
        allotted = keys(len(variable.values), taken=taken)
        values = [
            {"id": value, "name": name, "key": key}
            for (value, name), key in zip(variable.values, allotted, strict=True)
        ]
    return {
        "id": variable.id,
        "name": variable.name,
        "question": variable.question,
        "kind": variable.kind,
        "values": values,
    }


def checked_code(variable: Variable, code: Any) -> Code:
    """Check an answer to a question, and bring lists into the order of the codebook.

    Raises
    ------
    FramingError
        If the variable does not take such an answer.

    Examples
    --------
    >>> from framing.codebook import Variable
    >>> cost = Variable("cost", "Cost", "Who pays?", "several", (("us", "US"), ("eu", "EU")))
    >>> checked_code(cost, ["eu", "us"])
    ['us', 'eu']
    """
    if code is None:
        return None
    ids = [value for value, _ in variable.values]
    if variable.kind == "several":
        if not isinstance(code, list | tuple):
            raise problem(f"a list of codes for {variable.id!r}", repr(code), "Write [] for none")
        for value in code:
            if value not in ids:
                raise unknown_value(f"a code of {variable.id!r}", value, ids)
        return [value for value in ids if value in code]
    if variable.kind == "yes_no":
        if not isinstance(code, bool):
            raise unknown_value(f"{variable.id!r}", code, [True, False])
        return code
    if not isinstance(code, str):
        raise problem(f"one text for {variable.id!r}", repr(code), "Pass one code")
    if variable.kind == "one":
        if code not in ids:
            raise unknown_value(f"a code of {variable.id!r}", code, ids)
        return code
    return code.strip() or None


def readable(variable: Variable, code: Any) -> str:
    """Say a code in words.

    Examples
    --------
    >>> from framing.codebook import Variable
    >>> denied = Variable("denied", "Denied", "Is it denied?", "yes_no")
    >>> readable(denied, True)
    'Yes'
    """
    named = dict(variable.values)
    if code is None:
        return "left open"
    if isinstance(code, bool):
        return "Yes" if code else "No"
    if isinstance(code, str):
        return named.get(code, code)
    return ", ".join(named.get(value, str(value)) for value in code) or "none applies"
