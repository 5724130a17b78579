"""Which claims a coder is shown, and in which order."""

from __future__ import annotations

import math
import zlib
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from framing.columns import check_columns
from framing.errors import problem, unknown_value

__all__ = ["Order", "claims_in_order", "second_share"]

Order: TypeAlias = Literal["document", "random"]


def second_share(claims: pd.DataFrame, share: float, *, seed: int = 0) -> pd.DataFrame:
    """Draw whole documents for a second coder: everybody with the same seed gets the same ones.

    Reliability computed on them speaks for all the claims, because chance chose them. It misleads
    where the second coder sees only what the first found clear.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With `doc_id`.
    share : float
        Of the documents, above 0, at most 1; rounded up to whole documents.
    seed : int, default 0

    Returns
    -------
    DataFrame
        Their claims, in the order given.

    Raises
    ------
    FramingError
        If the share is out of range, or a claim has no `doc_id`.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": list("abcdef"), "doc_id": list("xxyyzz")})
    >>> second_share(claims, 0.3, seed=1)["claim_id"].tolist()
    ['a', 'b']
    """
    check_columns(claims, ["doc_id"], cluster="doc_id")
    if not 0 < share <= 1:
        raise problem(
            "a share of the documents above 0 and at most 1", repr(share), "Pass 0.2, for example"
        )
    documents = sorted(claims["doc_id"].astype(str).unique())
    n_drawn = math.ceil(round(share * len(documents), 9))
    rng = np.random.default_rng(seed)
    drawn = {documents[place] for place in rng.permutation(len(documents))[:n_drawn]}
    return claims.loc[claims["doc_id"].astype(str).isin(drawn)]


def claims_in_order(claims: pd.DataFrame, order: Order, *, seed: int, coder: str) -> list[str]:
    """Put the claims' ids into the order in which a coder reads them.

    Documents stay together, so that each is read once. With ``"random"`` their order depends on
    the seed and the coder's name, so that fatigue does not fall on the same claims for all.
    """
    if order not in ("document", "random"):
        raise unknown_value("order", order, ["document", "random"])
    known = [name for name in ("doc_id", "start", "claim_id") if name in claims.columns]
    table = claims.sort_values(known, kind="stable")
    groups = table["doc_id"].astype(str) if "doc_id" in known else table["claim_id"]
    documents = list(dict.fromkeys(groups))
    if order == "random":
        rng = np.random.default_rng([seed, zlib.crc32(coder.encode())])
        documents = [documents[place] for place in rng.permutation(len(documents))]
    rank = {name: i for i, name in enumerate(documents)}
    return list(table["claim_id"].iloc[np.argsort(groups.map(rank).to_numpy(), kind="stable")])
