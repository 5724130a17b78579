"""`sample_for_coding`: claims drawn by chance for people to code, with the chance of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.results import versions

__all__ = ["Allocation", "Unit", "sample_for_coding"]

Unit: TypeAlias = Literal["claims", "documents"]
Allocation: TypeAlias = Literal["proportional", "equal"]
Ints: TypeAlias = npt.NDArray[np.int64]
_ADDED = ("inclusion", "stratum")


def sample_for_coding(
    claims: pd.DataFrame,
    n: int,
    *,
    by: str | Sequence[str] | None = None,
    unit: Unit = "claims",
    per_document: int | None = None,
    cluster: str = "doc_id",
    allocation: Allocation = "proportional",
    seed: int = 0,
) -> pd.DataFrame:
    """Draw claims for people to code, and keep with each how likely it was to be drawn.

    Everything that `framing.correct` computes rests on such a sample: claims picked for being
    clear, striking or at hand correct nothing, however many they are. For a given number of codes
    single claims spread over many documents tell more; whole documents are quicker to code,
    because a coder reads each only once.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With a unique `claim_id`, and the columns named by `by` and `cluster`.
    n : int
        How many to draw: claims, or documents if ``unit="documents"``.
    by : str or sequence of str, optional
        Strata: draw in each combination of these columns' values apart, such as every voice.
    unit : {"claims", "documents"}, default "claims"
        What is drawn. A drawn document brings all its claims, or `per_document` of them.
    per_document : int, optional
        At most so many claims, drawn by chance, of each drawn document.
    cluster : str, default "doc_id"
        The column that says which document a claim stands in.
    allocation : {"proportional", "equal"}, default "proportional"
        Strata get numbers in proportion to their size (at least 1), or the same number each (the
        first in alphabetical order get what is left over), so that small voices are coded too.
    seed : int, default 0

    Returns
    -------
    DataFrame
        The drawn rows by `claim_id`, with the columns `inclusion` (probability of being drawn,
        above 0, at most 1) and `stratum`. Keep both through the coding: estimates need
        `inclusion`. The settings are in ``.attrs["sampling"]``. The same claims in another order
        give the same sample.

    Raises
    ------
    FramingError
        If a column is missing or has gaps, a `claim_id` stands twice, there are fewer units in a
        stratum than it should give, fewer draws than strata, or a document lies in two strata.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": list("abcdef"), "doc_id": ["x"] * 3 + ["y"] * 3,
    ...                        "voice": ["nato"] * 4 + ["un"] * 2})
    >>> sample = sample_for_coding(claims, 4, by="voice", allocation="equal", seed=1)
    >>> sample[["stratum", "inclusion"]].value_counts(sort=False)
    stratum  inclusion
    nato     0.5          2
    un       1.0          2
    Name: count, dtype: int64
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    _check(claims, keys, n, unit, per_document, cluster, allocation)
    rows = claims.sort_values("claim_id", kind="stable").reset_index(drop=True)
    strata = _strata(rows, keys)
    codes, names = pd.factorize(strata, sort=True)
    column = cluster if unit == "documents" else "claim_id"
    units, found = pd.factorize(rows[column], sort=True)
    home = _homes(units, codes, found, names, column)
    sizes = np.bincount(home, minlength=len(names))
    numbers = _allocated(sizes, n, allocation, [str(name) for name in names], unit)

    rng = np.random.default_rng(seed)
    drawn = np.zeros(len(found), dtype=bool)
    for stratum, number in enumerate(numbers):
        drawn[rng.choice(np.flatnonzero(home == stratum), number, replace=False)] = True
    taken, chances = drawn[units], (numbers / sizes)[codes]
    if per_document is not None:
        taken, kept = _some_of_each(taken, units, per_document, rng)
        chances = chances * kept
    sample = rows.assign(inclusion=chances, stratum=strata)[taken].reset_index(drop=True)
    sample.attrs["sampling"] = {
        "n": n,
        "unit": unit,
        "per_document": per_document,
        "by": keys,
        "cluster": cluster,
        "allocation": allocation,
        "seed": seed,
        "n_claims": len(claims),
        "n_drawn": len(sample),
        "strata": {
            str(name): {"units": int(size), "drawn": int(number)}
            for name, size, number in zip(names, sizes, numbers, strict=True)
        },
        "versions": versions("numpy"),
    }
    return sample


def _strata(rows: pd.DataFrame, keys: list[str]) -> pd.Series[str]:
    """The stratum of each claim, as text."""
    if not keys:
        return pd.Series("all", index=rows.index)
    return rows[keys].astype(str).agg(" | ".join, axis=1)


def _homes(
    units: npt.NDArray[np.intp],
    codes: npt.NDArray[np.intp],
    found: Any,
    names: Any,
    column: str,
) -> npt.NDArray[np.intp]:
    """The stratum of each unit; a document must not lie in two."""
    home = np.full(len(found), -1, dtype=np.intp)
    home[units] = codes
    split = np.flatnonzero(home[units] != codes)
    if split.size:
        unit = units[split[0]]
        both = sorted({str(names[code]) for code in codes[units == unit]})
        raise problem(
            f"every {column} in one stratum",
            f"{listing(both)} in {found[unit]!r}",
            'Draw claims (unit="claims"), or stratify by a column of documents such as "outlet"',
        )
    return home


def _allocated(sizes: Ints, n: int, allocation: str, names: list[str], unit: str) -> Ints:
    """How many units to draw from each stratum."""
    if n > sizes.sum():
        raise problem(f"at most {sizes.sum():,} {unit} to draw", f"n={n:,}", "Draw fewer")
    if n < len(sizes):
        raise problem(
            f"at least one draw for each of {len(sizes):,} strata",
            f"n={n:,}",
            "Draw more, or use fewer strata: a stratum without a draw cannot be spoken for",
        )
    if allocation == "equal":
        numbers = np.full(len(sizes), n // len(sizes))
        numbers[: n % len(sizes)] += 1
    else:
        numbers = _proportional(sizes, n)
    small = [f"{names[i]}: {sizes[i]:,}" for i in np.flatnonzero(numbers > sizes)]
    if small:
        raise problem(
            f"strata of at least {numbers.max():,} {unit} each",
            listing(small),
            'Draw fewer, merge strata, or use allocation="proportional"',
        )
    return numbers


def _proportional(sizes: Ints, n: int) -> Ints:
    """Largest remainders; a stratum that would get nothing takes one from the largest."""
    quotas = n * sizes / sizes.sum()
    numbers: Ints = np.floor(quotas).astype(np.int64)
    most = np.argsort(-(quotas - numbers), kind="stable")
    numbers[most[: n - numbers.sum()]] += 1
    for empty in np.flatnonzero(numbers == 0):
        numbers[empty] += 1
        numbers[np.argmax(numbers)] -= 1
    return numbers


def _some_of_each(
    taken: npt.NDArray[np.bool_],
    units: npt.NDArray[np.intp],
    per_document: int,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Of each drawn document a few claims, and the chance of each claim once it is drawn."""
    chosen = np.zeros(len(taken), dtype=bool)
    size = np.bincount(units)
    for unit in np.unique(units[taken]):
        members = np.flatnonzero(units == unit)
        chosen[rng.choice(members, min(per_document, len(members)), replace=False)] = True
    return chosen, (np.minimum(per_document, size) / size)[units]


def _check(
    claims: pd.DataFrame,
    keys: list[str],
    n: int,
    unit: str,
    per_document: int | None,
    cluster: str,
    allocation: str,
) -> None:
    if unit not in ("claims", "documents"):
        raise unknown_value("unit", unit, ["claims", "documents"])
    if allocation not in ("proportional", "equal"):
        raise unknown_value("allocation", allocation, ["proportional", "equal"])
    needed = ["claim_id", *keys, *([cluster] if unit == "documents" else [])]
    for name in needed:
        if name not in claims.columns:
            raise unknown_value("a column of claims", name, claims.columns)
        missing = claims.index[claims[name].isna()].tolist()
        if missing:
            raise problem(
                f"a value of {name!r} for every claim",
                f"none in rows {listing(missing)}",
                "Fill it in; claims that cannot be drawn cannot be spoken for",
            )
    twice = claims.loc[claims["claim_id"].duplicated(), "claim_id"].tolist()
    if twice:
        raise problem("every claim_id once", f"twice or more: {listing(twice)}", "Make them unique")
    taken = [name for name in _ADDED if name in claims.columns]
    if taken:
        raise problem(
            "claims that were not yet sampled", f"the column {taken[0]!r}", "Rename or drop it"
        )
    if n < 1:
        raise problem("at least 1 to draw", f"n={n}", "Say how many you can code")
    if per_document is not None and (unit == "claims" or per_document < 1):
        raise problem(
            'per_document of 1 or more with unit="documents"',
            f"per_document={per_document} with unit={unit!r}",
            "Leave it out to take all claims of each drawn document",
        )
