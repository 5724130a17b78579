"""Hashes by which whoever holds the texts can tell that they are the same."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable, Sequence

import pandas as pd

__all__ = ["OFFSETS", "claims_hash", "loose_hash", "offset_rows", "text_hash"]

OFFSETS = ("start", "end", "speaker_start", "speaker_end", "cue_start", "cue_end")


def text_hash(text: str, key: str | None) -> str:
    """SHA-256 of the exact text in UTF-8; HMAC-SHA-256 where there is a key (RFC 2104).

    Examples
    --------
    >>> text_hash("aid", None)[:8], text_hash("aid", "secret") == text_hash("aid", None)
    ('109d7943', False)
    """
    content = text.encode("utf-8")
    if key is None:
        return hashlib.sha256(content).hexdigest()
    return hmac.new(key.encode("utf-8"), content, hashlib.sha256).hexdigest()


def loose_hash(text: str, key: str | None) -> str:
    r"""The hash of the words alone: spaces, line ends and Unicode forms do not count.

    Examples
    --------
    >>> loose_hash("aid  came", None) == loose_hash("aid\ncame ", None)
    True
    """
    return text_hash(" ".join(unicodedata.normalize("NFKC", text).split()), key)


def claims_hash(text: str, rows: Iterable[Sequence[object]], key: str | None) -> str:
    """One hash over a whole document and all offsets of its claims; no claim has one of its own.

    A hash of a short text can be found by trying candidates, one of a whole article hardly.
    """
    return text_hash(f"{text}\n{json.dumps([list(row) for row in rows])}", key)


def offset_rows(claims: pd.DataFrame) -> dict[str, list[list[object]]]:
    """For each document the ids and offsets of its claims, in their order."""
    columns = [name for name in OFFSETS if name in claims.columns]
    rows: dict[str, list[list[object]]] = {}
    plain = claims[columns].astype("Int64").astype(object)
    plain = plain.where(plain.notna(), None)
    for doc_id, claim_id, *offsets in zip(
        claims["doc_id"], claims["claim_id"], *(plain[name] for name in columns), strict=True
    ):
        held = [None if offset is None else int(offset) for offset in offsets]
        rows.setdefault(str(doc_id), []).append([str(claim_id), *held])
    return {doc_id: sorted(held, key=str) for doc_id, held in rows.items()}
