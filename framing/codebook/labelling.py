"""`check_labels`: codes that the codebook does not have are refused, with their claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing.codebook.book import Codebook
from framing.codebook.checks import not_among
from framing.codebook.frames import Variable
from framing.errors import listing, problem

__all__ = ["check_labels"]


def check_labels(
    labels: Iterable[Any],
    codebook: Codebook,
    *,
    ids: Sequence[Any] | None = None,
    variable: str = "frames",
) -> None:
    """Refuse codes that are not in the codebook, naming the claims that carry them.

    It finds misspelt codes and codes of another version; a code that is in the codebook and
    wrong for its claim it cannot find.

    Parameters
    ----------
    labels : Series, array or list, shape (n_claims,)
        A code, a list (tuple, set, array) of codes, or missing (None, NaN, <NA>) per claim. An
        empty list is a claim that was coded and carries none. Codes of a variable of kind
        ``yes_no`` are bools, of kind ``text`` texts; only kind ``several`` takes lists.
    codebook : Codebook
    ids : sequence, shape (n_claims,), optional
        Claim ids for the message; by default rows are counted from 0.
    variable : str, default "frames"

    Raises
    ------
    FramingError
        If a code is not in the codebook or not of the variable's kind, the codebook has no such
        variable, there are not as many ids as labels, or `labels` is a single text.

    Examples
    --------
    >>> from framing.codebook import check_labels, read_codebook
    >>> book = read_codebook("generic_frames")
    >>> check_labels([["conflict"], [], None], book)
    >>> check_labels(["conflict", "moralty"], book, ids=["c1", "c2"])
    Traceback (most recent call last):
    framing.errors.FramingError: Expected every code of 'frames' (codebook generic_frames,
    version 1) to be one of 'conflict', 'human_interest', 'economic_consequences', 'morality',
    'attribution_of_responsibility'; got 'moralty' for the claims 'c2'. Write 'morality', if you
    mean that.
    """
    asked = codebook.variable(variable)
    if isinstance(labels, str):
        raise problem("labels of all claims", f"the text {labels!r}", f"Pass [{labels!r}]")
    entries = list(labels)
    if ids is not None and len(ids) != len(entries):
        raise problem(
            f"an id for each of {len(entries):,} labels", f"{len(ids):,} ids", "Pass equal rows"
        )
    names = list(range(len(entries))) if ids is None else list(ids)
    wrong: dict[str, tuple[Any, list[Any]]] = {}
    for name, entry in zip(names, entries, strict=True):
        for code in _wrong_codes(entry, asked):
            wrong.setdefault(f"{type(code).__name__} {code!r}", (code, []))[1].append(name)
    if wrong:
        code, claims = wrong[min(wrong)]
        more = f", and {len(wrong) - 1:,} more such codes" if len(wrong) > 1 else ""
        where = f" for the {'rows' if ids is None else 'claims'} {listing(claims)}{more}"
        raise _refusal(asked, code, where, f"codebook {codebook.name}, version {codebook.version}")


def _wrong_codes(entry: Any, variable: Variable) -> list[Any]:
    """The codes of a claim that the variable does not take; an unwanted list counts as one."""
    if isinstance(entry, list | tuple | set | frozenset | np.ndarray):
        if variable.kind != "several":
            return [list(entry)]
        return [code for code in entry if code not in variable.ids]
    if entry is None or entry is pd.NaT or entry is pd.NA or entry != entry:
        return []
    if variable.kind == "yes_no":
        return [] if isinstance(entry, bool | np.bool_) else [entry]
    if variable.kind == "text":
        return [] if isinstance(entry, str) else [entry]
    return [] if isinstance(entry, str) and entry in variable.ids else [entry]


def _refusal(variable: Variable, code: Any, where: str, book: str) -> Exception:
    """Say what the variable takes."""
    codes = f"every code of {variable.id!r} ({book})"
    if isinstance(code, list):
        return problem(
            f"{codes} to be one value (kind {variable.kind})",
            f"the list {code!r}{where}",
            "Take the code out of its list, or make the variable one of several",
        )
    if variable.kind in ("yes_no", "text"):
        wanted = "True or False" if variable.kind == "yes_no" else "text"
        return problem(f"{codes} to be {wanted}", f"{code!r}{where}", "Convert the column")
    if isinstance(code, str):
        return not_among(codes, code, variable.ids, where)
    return problem(
        f"{codes} to be one of {', '.join(repr(id) for id in variable.ids)}",
        f"{code!r}{where}",
        "Name the frame: a number is no code, and a pattern no frame until a person says which",
    )
