"""Documents that claims stand in, and offsets that hold in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from framing.columns import check_columns
from framing.errors import listing, problem

__all__ = ["Offsets", "check_spans", "days", "documents_of", "in_browser"]

Offsets: TypeAlias = Mapping[str, Sequence[int | None]]


def documents_of(claims: pd.DataFrame, documents: pd.DataFrame | None) -> pd.DataFrame:
    """The documents that hold a claim, in the claims' order: `doc_id, text, title, outlet, date`.

    Dates are ISO days, everything is text, and what is not known is empty.

    Raises
    ------
    FramingError
        If `documents` lack a column or a document of the claims, or hold an id twice.
    """
    ids = list(dict.fromkeys(claims["doc_id"].astype(str)))
    first = claims.drop_duplicates("doc_id")
    known = first.assign(doc_id=first["doc_id"].astype(str)).set_index("doc_id")
    if documents is not None:
        check_columns(documents, ["doc_id", "text"])
        own = documents.assign(doc_id=documents["doc_id"].astype(str))
        twice = own["doc_id"][own["doc_id"].duplicated()].unique().tolist()
        if twice:
            raise problem("every doc_id once", f"{listing(twice)} again", "Make the ids unique")
        own = own.set_index("doc_id")
        absent = [doc_id for doc_id in ids if doc_id not in own.index]
        if absent:
            raise problem(
                "the document of every claim", f"none for {listing(absent)}",
                "Pass the documents that the claims were made from",
            )  # fmt: skip
        own = own.loc[ids]
    else:
        own = pd.DataFrame({"text": ""}, index=pd.Index(ids))
    held = pd.DataFrame({"doc_id": ids, "text": own["text"].astype(str).to_numpy()})
    for name in ("title", "outlet", "date"):
        source = own if name in own.columns else known if name in known.columns else None
        if source is None or (source is known and name == "title"):
            held[name] = ""
        else:
            column = source.loc[ids, name]
            plain = days(column) if name == "date" else column.astype("string").fillna("")
            held[name] = plain.astype(object).to_numpy()
    return held


def check_spans(claims: pd.DataFrame, held: pd.DataFrame) -> None:
    """Refuse claims whose text is not what their document holds at their offsets."""
    text = dict(zip(held["doc_id"], held["text"], strict=True))
    wrong = [
        str(claim_id)
        for claim_id, doc_id, start, end, said in zip(
            *(claims[name] for name in ("claim_id", "doc_id", "start", "end", "text")), strict=True
        )
        if not 0 <= start < end or text[str(doc_id)][start:end] != said
    ]
    if wrong:
        raise problem(
            "claims whose text stands at their offsets in the document",
            f"another text for {listing(wrong)}",
            "Pass the documents that the claims were made from, unchanged",
        )


def days(column: pd.Series) -> pd.Series:
    """Days as ISO text; empty where there is none."""
    moments = pd.to_datetime(column, format="ISO8601", errors="coerce")
    return moments.dt.strftime("%Y-%m-%d").astype(object).where(moments.notna(), "")


def in_browser(spans: Offsets, document: Sequence[int], texts: Sequence[str]) -> Offsets:
    """Offsets as a browser counts: characters beyond U+FFFF, such as emoji, take two places.

    Examples
    --------
    >>> in_browser({"start": [1], "end": [None]}, [0], ["🙂 aid"])
    {'start': [2], 'end': [None]}
    """
    shifts: dict[int, np.ndarray] = {}
    for row, text in enumerate(texts):
        wide = [place for place, character in enumerate(text) if character > "\uffff"]
        if wide:
            shifts[row] = np.array(wide)
    if not shifts:
        return spans
    return {
        name: [
            offset
            if offset is None or row not in shifts
            else offset + int(np.searchsorted(shifts[row], offset))
            for offset, row in zip(offsets, document, strict=True)
        ]
        for name, offsets in spans.items()
    }
