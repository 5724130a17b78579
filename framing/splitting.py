"""`split_documents`: one half to discover patterns in, the other to test what was found."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import listing, problem, unknown_value

__all__ = ["split_documents"]


def split_documents(
    table: pd.DataFrame,
    *,
    by: str = "doc_id",
    share: float = 0.5,
    stratify: str | None = None,
    seed: int = 0,
) -> pd.Series[str]:
    """Divide documents into those to discover patterns in and those to test what was found.

    A difference that is tested on the texts in which its categories were found is overstated:
    the categories were fitted to these very texts. So discover on one half, fix names and
    hypotheses, then compute shares and differences once on the other. The split protects nothing
    where copies of a text lie in both halves (split by story then), or where the test half is
    looked at before the hypotheses stand.

    Parameters
    ----------
    table : DataFrame
        Documents, or claims; one row per document or claim.
    by : str, default "doc_id"
        The column of what must stay together, such as a story or a wire text. A row without a
        value stays together with its document alone.
    share : float, default 0.5
        Share of the documents (or stories) to discover in, between 0 and 1.
    stratify : str, optional
        A column such as ``"outlet"``: each of its groups is divided in this share, up to one
        document. A story that stands in several groups counts in the one with most of its rows.
    seed : int, default 0
        Another seed gives another division.

    Returns
    -------
    Series of str, shape (n_rows,)
        "discovery" or "test", with the index of `table`. It depends on the ids and the seed, not
        on the order of the rows; other documents in the table change it, so keep it with the data.

    Raises
    ------
    FramingError
        If a column is missing, a row has neither a value in `by` nor a document, the share is not
        between 0 and 1, or there are too few documents for two halves.

    References
    ----------
    Egami, N., Fong, C. J., Grimmer, J., Roberts, M. E., & Stewart, B. M. (2022). How to make
    causal inferences using texts. Science Advances, 8(42). https://doi.org/10.1126/sciadv.abg2652

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcd"), "outlet": ["Post", "Times"] * 2})
    >>> half = split_documents(documents, stratify="outlet")
    >>> sorted(half[documents["outlet"] == "Post"])
    ['discovery', 'test']
    """
    if not 0 < share < 1:
        raise problem("a share between 0 and 1", repr(share), "Pass 0.5, for example")
    for name in (by, *([stratify] if stratify is not None else [])):
        if name not in table.columns:
            raise unknown_value("a column", name, table.columns)
    units = _units(table, by)
    strata = _strata(units, None if stratify is None else table[stratify])
    # Strata one after the other in an order by chance, and chance within them; taking the share
    # evenly along this line gives every stratum its share, and small ones theirs together.
    line = sorted(strata, key=lambda u: (_chance(strata[u], seed), strata[u], _chance(u, seed), u))
    taken = np.floor(np.arange(1, len(line) + 1) * share + 1e-9)
    chosen = {unit for unit, more in zip(line, np.diff(taken, prepend=0), strict=True) if more}
    if not 0 < len(chosen) < len(line):
        raise problem(
            f"enough different values of {by!r} for two parts",
            f"{len(line):,} with a share of {share:g}",
            "Add documents, or choose another share or column",
        )
    halves = ["discovery" if unit in chosen else "test" for unit in units]
    return pd.Series(halves, index=table.index, name="half", dtype="str")


def _units(table: pd.DataFrame, by: str) -> list[str]:
    """What each row must stay together with; a row without a value, with its document."""
    missing = table[by].isna().to_numpy()
    lost = missing & table["doc_id"].isna().to_numpy() if "doc_id" in table.columns else missing
    if lost.any():
        raise problem(
            f"a value of {by!r} or a doc_id in every row",
            f"none in rows {listing(table.index[lost].tolist())}",
            "Fill it in",
        )
    if not missing.any():
        return [f"{by}:{value}" for value in table[by]]
    return [
        f"doc_id:{document}" if gone else f"{by}:{value}"
        for value, document, gone in zip(table[by], table["doc_id"], missing, strict=True)
    ]


def _strata(units: list[str], groups: pd.Series[Any] | None) -> dict[str, str]:
    """The stratum of each unit: the group with most of its rows, the first by name among equals."""
    if groups is None:
        return dict.fromkeys(units, "")
    named = groups.astype("string").fillna("").to_list()
    counts = pd.DataFrame({"unit": units, "group": named}).value_counts().reset_index()
    counts = counts.sort_values(["count", "group"], ascending=[False, True])
    first = counts.drop_duplicates("unit")
    return dict(zip(first["unit"], first["group"], strict=True))


def _chance(text: str, seed: int) -> str:
    """A number by chance that belongs to this text and seed on every machine."""
    return hashlib.sha256(f"{seed}\x1f{text}".encode()).hexdigest()
