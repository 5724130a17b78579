"""`settle`: from what several people coded to one gold code for each claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any, Literal, TypeAlias

import pandas as pd

from framing.codes.cells import kind_of, plain_code
from framing.codes.gold import HOW, Gold
from framing.columns import check_columns
from framing.errors import listing, problem, unknown_value
from framing.results import versions

__all__ = ["Rule", "settle"]

Rule: TypeAlias = Literal["agreed", "majority"]

_KEYS = ["claim_id", "variable"]
_GOLD = ["claim_id", "coder", "variable", "code", "how", "n_coders", "n_different", "decided_by",
         "comment"]  # fmt: skip
_CARRIED = ("inclusion", "stratum")  # of the sample, which corrections need


def settle(
    codes: pd.DataFrame,
    decisions: pd.DataFrame | None = None,
    *,
    claims: pd.DataFrame | None = None,
    rule: Rule = "agreed",
) -> Gold:
    """Settle what people coded into one gold code for each claim and variable.

    A gold code is what all coders gave, or what was decided in discussion; everything else stays
    missing and is counted, unless you ask for a majority. It misleads where it is taken for truth:
    a discussion may follow the loudest voice, and a claim on which trained coders differ may well
    have two readings. Compute reliability on the original codes, never on these.

    Parameters
    ----------
    codes : DataFrame, shape (n_codes, ...)
        `claim_id, coder, code`, and `variable` where there are several. A missing code was not
        coded. Lists of codes agree where they hold the same codes, in whatever order.
    decisions : DataFrame, optional
        `claim_id, code, decided_by` (or `coder`), and `variable`, `comment`; once per claim and
        variable. They hold over every rule. A decision on a claim on which nobody differed is
        taken, and said.
    claims : DataFrame, optional
        The claims that were drawn to be coded: those without a code get a row, and `inclusion` and
        `stratum` ride along, as `framing.corrected_shares` needs them.
    rule : {"agreed", "majority"}, default "agreed"
        ``"majority"`` also takes what more than half of a claim's coders gave; of lists, the
        whole list.

    Returns
    -------
    Gold
        A code that only one person gave counts as settled, marked ``single``: nobody checked it.

    Raises
    ------
    FramingError
        If a column or value is missing, a coder coded a claim twice, a variable has codes of
        several kinds, or a decision stands twice or is about a claim that nobody coded.

    References
    ----------
    Krippendorff, K. (2019). Content analysis: An introduction to its methodology (4th ed.), ch. 12.
    SAGE. https://doi.org/10.4135/9781071878781 (reliability data come before any reconciling)

    Examples
    --------
    >>> codes = pd.DataFrame({"claim_id": ["c1", "c1", "c2", "c2"], "coder": ["Ann", "Ben"] * 2,
    ...                       "code": ["aid", "aid", "aid", "cost"]})
    >>> settle(codes).codes[["claim_id", "code", "how"]]
      claim_id  code        how
    0       c1   aid     agreed
    1       c2  None  unsettled
    >>> decided = pd.DataFrame({"claim_id": ["c2"], "code": ["cost"], "decided_by": ["Ann, Ben"]})
    >>> settle(codes, decided).codes["how"].tolist()
    ['agreed', 'decided']
    """
    if rule not in ("agreed", "majority"):
        raise unknown_value("rule", rule, ["agreed", "majority"])
    originals = _ordered(codes, "codes", person="coder")
    made = _decisions(decisions, originals)
    coded = originals[originals["code"].notna()]
    for variable, own in originals.groupby("variable"):
        both = [*own["code"], *made.loc[made["variable"] == variable, "code"]]
        kind_of(str(variable), both)
    units = _units(originals, claims)
    table = _settled(units, coded, made[made["code"].notna()], rule)
    if claims is not None:
        carried = [name for name in _CARRIED if name in claims.columns]
        table = table.merge(claims[["claim_id", *carried]], on="claim_id", how="left")
        table.attrs["sampling"] = claims.attrs.get("sampling")
    settings = {
        "rule": rule,
        "decided_by": dict(sorted(Counter(table["decided_by"].dropna()).items())),
        "set_aside": {
            "rows of codes without a code": int(originals["code"].isna().sum()),
            "decisions without a code": int(made["code"].isna().sum()),
        },
        "versions": versions("pandas"),
    }
    return Gold(_summary(table, coded), settings, table, originals, made)


def _ordered(table: pd.DataFrame, name: str, *, person: str) -> pd.DataFrame:
    """The rows sorted, codes as plain values, with a column `variable`; each key once."""
    if "variable" not in table.columns:
        table = table.assign(variable="code")
    for column in ("claim_id", person, "code"):
        if column not in table.columns:
            raise unknown_value(f"a column of {name}", column, table.columns)
    keys = [*_KEYS, *([person] if name == "codes" else [])]
    for column in dict.fromkeys([*keys, person]):
        missing = table.index[table[column].isna()].tolist()
        if missing:
            raise problem(f"a value of {column!r} for every row of {name}",
                          f"none in rows {listing(missing)}", "Fill it in")  # fmt: skip
    twice = table.loc[table.duplicated(keys), keys].drop_duplicates().to_numpy().tolist()
    if twice:
        raise problem(f"one row of {name} for each {', '.join(keys)}",
                      f"several for {listing([', '.join(map(str, key)) for key in twice])}",
                      "Keep one of them")  # fmt: skip
    rows = table.sort_values(keys).reset_index(drop=True)
    return rows.assign(code=pd.Series([plain_code(code) for code in rows["code"]], dtype=object))


def _decisions(decisions: pd.DataFrame | None, originals: pd.DataFrame) -> pd.DataFrame:
    columns = [*_KEYS, "code", "decided_by", "comment"]
    if decisions is None or not len(decisions):
        return pd.DataFrame(columns=columns, dtype=object)
    if "decided_by" not in decisions.columns and "coder" in decisions.columns:
        decisions = decisions.rename(columns={"coder": "decided_by"})
    variables = originals["variable"].unique().tolist()
    if "variable" not in decisions.columns and len(variables) == 1:
        decisions = decisions.assign(variable=variables[0])
    made = _ordered(decisions, "decisions", person="decided_by")
    known = set(zip(originals["claim_id"], originals["variable"], strict=True))
    stray = [
        f"{variable} of {unit}"
        for unit, variable in made[_KEYS].to_numpy()
        if (unit, variable) not in known
    ]
    if stray:
        raise problem("decisions on claims that were coded", listing(stray),
                      "Correct the claim_id or the variable, or leave them out")  # fmt: skip
    return made if "comment" in made.columns else made.assign(comment=None)


def _units(originals: pd.DataFrame, claims: pd.DataFrame | None) -> pd.DataFrame:
    """Every claim with every variable, sorted; without claims, those that have a row."""
    if claims is None:
        return originals[_KEYS].drop_duplicates().reset_index(drop=True)
    check_columns(claims, ["claim_id"])
    twice = claims.loc[claims["claim_id"].duplicated(), "claim_id"].tolist()
    if twice:
        raise problem("every claim_id once among the claims", listing(twice), "Make them unique")
    stray = originals.loc[~originals["claim_id"].isin(claims["claim_id"]), "claim_id"].unique()
    if len(stray):
        raise problem("codes of these claims", f"unknown {listing(stray.tolist())}",
                      "Pass the claims that were coded")  # fmt: skip
    variables = pd.DataFrame({"variable": originals["variable"].unique()})
    every = claims[["claim_id"]].merge(variables, how="cross")
    return every.sort_values(_KEYS).reset_index(drop=True)


def _settled(
    units: pd.DataFrame, coded: pd.DataFrame, made: pd.DataFrame, rule: str
) -> pd.DataFrame:
    """The gold code of every claim and variable, missing where there is none."""
    given: dict[tuple[Any, Any], list[Any]] = {}
    for unit, variable, code in coded[[*_KEYS, "code"]].to_numpy():
        given.setdefault((unit, variable), []).append(code)
    decided = {(row["claim_id"], row["variable"]): row for row in made.to_dict("records")}
    rows: list[tuple[Any, ...]] = []
    for unit, variable in units[_KEYS].itertuples(index=False, name=None):
        codes = given.get((unit, variable), [])
        decision = decided.get((unit, variable))
        if decision is None:
            code, how = _ruled(codes, rule)
            who, comment = None, None
        else:
            code, how = decision["code"], "decided"
            who, comment = decision["decided_by"], decision["comment"]
        n_different = len({_alike(one) for one in codes})
        rows.append((unit, "gold", variable, code, how, len(codes), n_different, who, comment))
    table = pd.DataFrame(rows, columns=_GOLD)
    return table.assign(code=pd.Series([row[3] for row in rows], dtype=object))


def _ruled(codes: list[Any], rule: str) -> tuple[Any, str]:
    """The code that a rule finds among those that coders gave, and how."""
    if not codes:
        return None, "uncoded"
    (most, n), *others = Counter(_alike(code) for code in codes).most_common()
    first = next(code for code in codes if _alike(code) == most)
    if not others:
        return first, "agreed" if len(codes) > 1 else "single"
    if rule == "majority" and n > len(codes) / 2:
        return first, "majority"
    return None, "unsettled"


def _alike(code: Any) -> Hashable:
    """The same for codes that agree: lists do in whatever order."""
    return frozenset(code) if isinstance(code, list) else (type(code).__name__, code)


def _summary(table: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for variable, own in table.groupby("variable", sort=True):
        counts = own["how"].value_counts()
        idle = int(((own["how"] == "decided") & (own["n_different"] < 2)).sum())
        rows.append(
            {"label": variable, "n_claims": len(own)}
            | {"n_coders": coded.loc[coded["variable"] == variable, "coder"].nunique()}
            | {f"n_{how}": int(counts.get(how, 0)) for how in HOW}
            | {"note": f"{idle:,} decided though nobody differed" if idle else ""}
        )
    columns = ["label", "n_claims", "n_coders", *(f"n_{how}" for how in HOW), "note"]
    return pd.DataFrame(rows, columns=columns)
