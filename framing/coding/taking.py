"""Codes from a table or a spreadsheet into a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.coding.journal import Journal
from framing.coding.questions import checked_code
from framing.columns import check_columns
from framing.errors import listing, problem

if TYPE_CHECKING:
    from framing.codebook import Codebook

__all__ = ["take_in"]


def take_in(
    journal: Journal,
    codes: pd.DataFrame,
    claims: pd.DataFrame,
    codebook: Codebook,
    *,
    source: str = "table",
) -> pd.Series[int]:
    """Write codes that were given elsewhere, such as in a spreadsheet, into a journal.

    Each becomes an event of its coder, beside what the journal holds already; a code that is
    already there is not written again, and a missing one changes nothing.

    Parameters
    ----------
    journal : Journal
    codes : DataFrame, shape (n_codes, ...)
        The long form, as `framing.codes.read_codes` gives it: `claim_id, coder, variable, code`,
        and `comment`.
    claims : DataFrame, shape (n_claims, ...)
        The claims that were coded.
    codebook : Codebook
    source : str, default "table"
        Where they come from, for the journal.

    Returns
    -------
    Series
        How many codes were ``written``, held ``already``, and were ``missing``.

    Raises
    ------
    FramingError
        If a claim or a code is unknown, or a coder coded a claim twice; nothing is then written.

    Examples
    --------
    >>> import tempfile
    >>> from framing.codebook import read_codebook
    >>> from framing.coding import Journal, take_in
    >>> claims = pd.DataFrame({"claim_id": ["c1"], "text": ["The talks cost time."]})
    >>> codes = pd.DataFrame({"claim_id": ["c1"], "coder": ["Ann"], "variable": ["frames"],
    ...                       "code": [["economic_consequences"]]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(f"{folder}/codes.sqlite")
    ...     take_in(journal, codes, claims, read_codebook("generic_frames")).to_dict()
    {'written': 1, 'already': 0, 'missing': 0}
    """
    check_columns(codes, ["claim_id", "coder", "variable", "code"])
    keys = ["claim_id", "coder", "variable"]
    twice = codes.loc[codes.duplicated(keys), keys].to_numpy().tolist()
    if twice:
        raise problem(
            "each claim, coder and variable once", f"twice {listing(twice)}", "Keep one row of each"
        )
    stray = sorted(set(codes["claim_id"]) - set(claims["claim_id"]), key=str)
    if stray:
        raise problem("codes of these claims", f"unknown {listing(stray)}", "Pass all the claims")
    journal.start(claims, codebook)
    for coder in codes["coder"].unique():
        journal.check_coder("" if pd.isna(coder) else coder)
    held = {coder: journal.of_coder(coder) for coder in codes["coder"].unique()}
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    comments: dict[tuple[str, str], str] = {}
    counts = pd.Series({"written": 0, "already": 0, "missing": 0})
    for row in codes.sort_values(keys).to_dict("records"):
        code = checked_code(codebook.variable(row["variable"]), _plain(row["code"]))
        key = (row["coder"], row["claim_id"])
        comment = row.get("comment")
        said = comment.strip() if isinstance(comment, str) else ""
        before = held[key[0]].get(key[1], {}).get(row["variable"])
        if code is None:
            counts["missing"] += 1
        elif before and (before["code"], before["comment"]) == (code, said):
            counts["already"] += 1
        else:
            counts["written"] += 1
            entries.setdefault(key, {})[row["variable"]] = code
            comments[key] = comments.get(key) or said
    journal.store_all(
        [
            (claim, coder, entry, comments[coder, claim])
            for (coder, claim), entry in entries.items()
        ],
        source=source,
    )
    return counts


def _plain(code: Any) -> Any:
    """A code as the journal keeps it; arrays come from Parquet, NaN from empty cells."""
    if isinstance(code, list | tuple):
        return list(code)
    if hasattr(code, "tolist"):
        return code.tolist()
    return None if pd.isna(code) else code
