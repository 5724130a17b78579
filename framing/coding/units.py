"""What is coded: a claim's id, its place and the digest of its text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import pandas as pd

from framing.columns import check_columns
from framing.errors import listing, problem

__all__ = ["Unit", "check_claims", "claim_units", "text_digest"]


@dataclass(frozen=True)
class Unit:
    """One thing to judge, as a journal registers it; offsets are missing where it has no place."""

    claim_id: str
    digest: str
    doc_id: str | None = None
    start: int | None = None
    end: int | None = None


def claim_units(claims: pd.DataFrame) -> list[Unit]:
    """Read the claims to register, sorted by `claim_id`.

    Raises
    ------
    FramingError
        As `check_claims`.
    """
    check_claims(claims)
    optional = {
        name: claims[name] if name in claims.columns else pd.Series([None] * len(claims))
        for name in ("doc_id", "start", "end")
    }
    rows = zip(claims["claim_id"], claims["text"], *optional.values(), strict=True)
    units = [
        Unit(claim_id, text_digest(text), _text(doc), _whole(start), _whole(end))
        for claim_id, text, doc, start, end in rows
    ]
    return sorted(units, key=lambda unit: unit.claim_id)


def check_claims(claims: pd.DataFrame) -> None:
    """Refuse claims without an id or a text, or with an id that stands twice.

    Raises
    ------
    FramingError
        Naming the rows.
    """
    check_columns(claims, ["claim_id", "text"])
    if claims.empty:
        raise problem("claims to code", "an empty table", "Check how they were selected")
    for name in ("claim_id", "text"):
        wrong = [
            row
            for row, value in zip(claims.index, claims[name], strict=True)
            if not isinstance(value, str) or not value
        ]
        if wrong:
            raise problem(
                f"a text in {name!r} for every claim",
                f"none, or something else, in rows {listing(wrong)}",
                f"Fill it in; numbers become texts with claims[{name!r}].astype(str)",
            )
    twice = claims.loc[claims["claim_id"].duplicated(), "claim_id"].unique().tolist()
    if twice:
        raise problem("each claim_id once", f"twice {listing(twice)}", "Keep one row of each claim")


def text_digest(text: str) -> str:
    """Compute the SHA-256 of a text, exactly as it stands.

    Examples
    --------
    >>> text_digest("Aid came.")[:12]
    'edb7138ee490'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
