"""`write_codes`: claims and their codes as a sheet that people read and fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from framing.codebook import Codebook, check_labels
from framing.codebook.frames import Kind
from framing.codes.cells import cell_of, kind_of, plain_code, tidy, unwritable
from framing.codes.layout import FIELDS, FIXED, PLACE, choices_of, header_of
from framing.codes.sheets import refuse, write_sheet
from framing.columns import check_columns
from framing.errors import listing, problem, unknown_value

__all__ = ["write_codes"]

_KEYS = ("claim_id", "coder", "variable")


def write_codes(
    codes: pd.DataFrame,
    claims: pd.DataFrame,
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    overwrite: bool = False,
) -> None:
    """Write claims and their codes as a sheet that people can read and fill in.

    There is a row for every claim and coder, and one without a coder for a claim that nobody
    coded; an empty table of codes gives a sheet to fill in. `read_codes` gives back the same codes.
    The sheet shows a claim without what stands around it: let people code with the document at
    hand. It also shows the codes, so pass each coder's own: a coder who sees another's codes does
    not code independently.

    Parameters
    ----------
    codes : DataFrame, shape (n_codes, ...)
        `claim_id, coder, variable, code`, and `comment, coded_at` where there are any. A missing
        code leaves a cell to fill in, under the coder's name. May be empty.
    claims : DataFrame, shape (n_claims, ...)
        `claim_id, doc_id, start, end, text`; rows are written in their order.
    path : str or Path
        Ending in ``.csv`` (UTF-8), ``.xlsx`` or ``.parquet``.
    codebook : Codebook, optional
        Gives the columns to fill in, and lists to choose from in XLSX. Without it the columns are
        the variables of `codes`, or ``frames`` where there are none.
    overwrite : bool, default False
        Whether a sheet that is there already, perhaps filled in, may be lost.

    Raises
    ------
    FramingError
        If a column or value is missing; a claim or coder has no plain name, or stands twice; a
        code belongs to no claim; a cell could not hold a code so that it comes back the same; or
        the file exists.

    Notes
    -----
    In a cell, codes are divided by ``"; "``; ``none`` means coded, and none applies; an empty
    cell was not coded. A text that begins with ``= + - @`` gets an apostrophe before it, so that
    no spreadsheet program runs it.

    Examples
    --------
    >>> import tempfile
    >>> claims = pd.DataFrame({"claim_id": ["c1", "c2"], "doc_id": ["a", "a"], "start": [0, 10],
    ...                        "end": [9, 22], "text": ["Aid came.", "Talks began."]})
    >>> codes = pd.DataFrame({"claim_id": ["c1"], "coder": ["Ann"], "variable": ["frames"],
    ...                       "code": [["aid"]]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_codes(codes, claims, f"{folder}/codes.csv")
    ...     print(Path(folder, "codes.csv").read_text(encoding="utf-8-sig"))
    claim_id,doc_id,start,end,text,frames (several),coder,comment
    c1,a,0,9,Aid came.,aid,Ann,
    c2,a,10,22,Talks began.,,,
    """
    _check_claims(claims)
    long = _checked(codes, claims)
    kinds = _kinds(long, codebook)
    _check_codes(long, kinds, codebook)
    table = _sheet(long, claims, kinds)
    write_sheet(table, path, choices=choices_of(kinds, codebook), overwrite=overwrite)


def _check_claims(claims: pd.DataFrame) -> None:
    if not len(claims):
        raise problem("at least one claim", "none", "Pass the claims to code")
    check_columns(claims, PLACE)
    for name in PLACE:
        check_columns(claims, [], cluster=name)
    odd = [unit for unit in claims["claim_id"] if not isinstance(unit, str) or tidy(unit) != unit]
    if odd:
        raise problem(
            "claim_ids that are text, without spaces at the ends",
            listing(odd),
            'Convert them: claims["claim_id"].astype(str); codes come back under these names',
        )
    twice = claims.loc[claims["claim_id"].duplicated(), "claim_id"].tolist()
    if twice:
        raise problem("every claim_id once", listing(twice), "Make them unique")


def _checked(codes: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """The codes under plain names, each checked; all columns there."""
    if not len(codes):
        return pd.DataFrame(columns=[*_KEYS, "code", *FIELDS], dtype=object)
    for name in (*_KEYS, "code"):
        if name not in codes.columns:
            raise unknown_value("a column of codes", name, codes.columns)
    long = codes.reset_index(drop=True)
    for name in _KEYS:
        odd = [value for value in long[name] if not isinstance(value, str) or tidy(value) != value]
        if odd or (long[name] == "").any():
            raise problem(
                f"a {name} for every code that is text, without spaces at the ends",
                listing(odd or [""]),
                f'Fill it in, or convert it: codes["{name}"].astype(str)',
            )
    bad = sorted({name for name in long["variable"] if name in FIXED or "(" in name})
    if bad:
        raise problem(
            f"variables without brackets, other than {', '.join(FIXED)}",
            listing(bad),
            "Rename them",
        )
    stray = long.loc[~long["claim_id"].isin(claims["claim_id"]), "claim_id"].tolist()
    if stray:
        raise problem("codes of these claims", f"unknown {listing(stray)}", "Pass all the claims")
    twice = long.loc[long.duplicated(list(_KEYS)), list(_KEYS)].to_numpy().tolist()
    refuse(
        [f"several for {unit!r} by {who!r} ({variable})" for unit, who, variable in twice],
        "one code for each claim, coder and variable",
        "Keep one of them; several codes of a coder go into one cell, as a list",
    )
    blank = {name: long[name] if name in long.columns else None for name in FIELDS}
    return long.assign(code=long["code"].map(plain_code).astype(object), **blank)


def _kinds(long: pd.DataFrame, codebook: Codebook | None) -> dict[str, Kind]:
    """The variables in the order of their columns, with their kinds."""
    found: dict[str, Kind] = {}
    if codebook is not None:
        found = {variable.id: variable.kind for variable in codebook.variables}
        for name in long["variable"].unique():
            if name not in found:
                raise unknown_value("a variable of the codebook", name, found)
        return found
    named = sorted(long["variable"].unique(), key=lambda name: (name != "frames", name))
    for name in named or ["frames"]:
        own = long.loc[long["variable"] == name, "code"]
        found[name] = kind_of(name, [plain_code(code) for code in own])
    return found


def _check_codes(long: pd.DataFrame, kinds: dict[str, Kind], codebook: Codebook | None) -> None:
    if codebook is not None:
        for variable, own in long.groupby("variable"):
            check_labels(
                own["code"], codebook, ids=own["claim_id"].tolist(), variable=str(variable)
            )
    columns = long[[*_KEYS, "code"]].to_numpy().tolist()
    refuse(
        [
            f"{code!r} of {unit!r} by {who!r} ({variable}: {kinds[variable]})"
            for unit, who, variable, code in columns
            if plain_code(code) is not None and unwritable(plain_code(code), kinds[variable])
        ],
        "codes that fit the kind of their variable, without semicolons, each once, none called"
        " 'none'",
        "Correct them; [] is coded, none applies, and what was not coded is missing",
    )
    for field in FIELDS:
        odd = [value for value in long[field] if not pd.isna(value) and not isinstance(value, str)]
        if odd:
            raise problem(f"{field} as text", listing(odd), "Convert it")


def _sheet(long: pd.DataFrame, claims: pd.DataFrame, kinds: dict[str, Kind]) -> pd.DataFrame:
    """A row for every claim and coder, in the order of the claims."""
    coders = long[["claim_id", "coder"]].drop_duplicates().sort_values("coder")
    rows = claims[list(PLACE)].merge(coders, on="claim_id", how="left", sort=False)
    keys = list(zip(rows["claim_id"], rows["coder"], strict=True))

    def column(variable: str, name: str) -> list[Any]:
        own = long[long["variable"] == variable]
        cells = dict(zip(zip(own["claim_id"], own["coder"], strict=True), own[name], strict=True))
        return [cells.get(key) for key in keys]

    codes: dict[str, Any] = {
        header_of(variable, kind): [cell_of(plain_code(c)) for c in column(variable, "code")]
        for variable, kind in kinds.items()
    }
    sheet = rows[list(PLACE)].assign(**codes, coder=rows["coder"])
    for name in FIELDS:
        if _same_for_all(long, name):
            given = long.dropna(subset=[name]).drop_duplicates(["claim_id", "coder"])
            if len(given) or name == "comment":
                cells = given.set_index(["claim_id", "coder"])[name].to_dict()
                sheet[name] = [cells.get(key) for key in keys]
            continue
        for variable in kinds:
            sheet[f"{name} ({variable})"] = column(variable, name)
    return sheet


def _same_for_all(long: pd.DataFrame, name: str) -> bool:
    """Whether one cell per claim and coder holds it, rather than one for each variable."""
    said = long[name].notna()
    if (said & long["code"].isna()).any():
        return False
    each = long.assign(**{name: long[name].astype(object).where(said, "")})
    return bool((each.groupby(["claim_id", "coder"])[name].nunique() <= 1).all())
