"""Offsets held against the texts: a code belongs to the words that were read."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping

import pandas as pd

from framing.codes.cells import tidy
from framing.codes.sheets import Sheet, refuse
from framing.columns import check_columns
from framing.errors import listing, problem

__all__ = ["check_spans", "check_units"]

_SHOWN = 40  # characters of a text in a message
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "..."}
)


def check_spans(sheet: Sheet, documents: pd.DataFrame) -> int:
    """Compare every row's text with the text at its offsets.

    Parameters
    ----------
    sheet : Sheet
        With `doc_id, start, end, text`.
    documents : DataFrame
        With `doc_id` and `text`.

    Returns
    -------
    int
        How many texts differ in nothing but quotation marks, dashes and spaces, which spreadsheet
        programs change of themselves.

    Raises
    ------
    FramingError
        If a document is unknown, an offset is no whole number, or a text stands elsewhere: where
        it stands once, the message says where. Nothing is ever moved.
    """
    texts = _texts(documents)
    cells = sheet.cells
    rows = list(zip(cells["doc_id"], sheet.places, strict=True))
    unknown = [(doc, place) for doc, place in rows if _document(doc, texts) is None]
    refuse(
        [
            f"{doc!r} in {place}{_nearest(doc, texts) if i < 5 else ''}"
            for i, (doc, place) in enumerate(unknown)
        ],
        "documents that are among those passed",
        "Pass the documents that were coded; a spreadsheet program takes zeros off the head of ids"
        " unless the column is formatted as text",
    )
    spans = [
        (_whole(start), _whole(end))
        for start, end in zip(cells["start"], cells["end"], strict=True)
    ]
    refuse(
        [
            f"start {start!r}, end {end!r} in {place}"
            for (a, b), start, end, place in zip(
                spans, cells["start"], cells["end"], sheet.places, strict=True
            )
            if a is None or b is None or not 0 <= a < b
        ],
        "offsets that are whole numbers, start before end",
        "Restore both columns from the sheet that was given out",
    )
    moved, n_changed = [], 0
    for doc, (start, end), text, place in zip(
        cells["doc_id"], spans, cells["text"], sheet.places, strict=True
    ):
        whole = texts[str(_document(doc, texts))]
        found = whole[start:end]
        if found == text:
            continue
        if text is not None and _bare(found) == _bare(text):
            n_changed += 1
        else:
            moved.append(f"{_short(text)} in {place} ({_where(text, whole)})")
    refuse(
        moved,
        "every text at its offsets",
        "Pass the documents as they were coded; or, where the place is given and is right, correct"
        " start and end in the sheet. Nothing was moved",
    )
    return n_changed


def check_units(sheet: Sheet, claims: pd.DataFrame | None) -> None:
    """Refuse rows whose claim is missing, stands at two places, or is none of the claims given.

    Raises
    ------
    FramingError
        With the rows.
    """
    cells, places = sheet.cells, sheet.places
    none = [place for unit, place in zip(cells["claim_id"], places, strict=True) if unit is None]
    refuse(none, "a claim_id in every row", "Restore it from the sheet that was given out")
    at = [
        (tidy(unit), f"{tidy(doc)}:{tidy(start)}-{tidy(end)}")
        for unit, doc, start, end in cells[["claim_id", "doc_id", "start", "end"]].to_numpy()
    ]
    first: dict[str, tuple[str, str]] = {}
    apart = []
    for (unit, span), place in zip(at, places, strict=True):
        before, there = first.setdefault(unit, (span, place))
        if before != span:
            apart.append(f"{unit!r} at {before} in {there} and at {span} in {place}")
    refuse(
        apart, "each claim_id at one place", "Restore the columns; was one of them sorted alone?"
    )
    if claims is None:
        return
    check_columns(claims, ["claim_id", "doc_id", "start", "end"])
    known = {
        str(unit): f"{doc}:{start}-{end}"
        for unit, doc, start, end in claims[["claim_id", "doc_id", "start", "end"]].to_numpy()
    }
    refuse(
        [
            f"{unit!r} at {span} in {place} (a claim at {known[unit]})"
            if unit in known
            else f"{unit!r} in {place} (no such claim)"
            for (unit, span), place in zip(at, places, strict=True)
            if known.get(unit) != span
        ],
        "rows of these claims, each at its place",
        "Pass the claims that were given out; was one of the columns sorted alone?",
    )


def _texts(documents: pd.DataFrame) -> dict[str, str]:
    check_columns(documents, ["doc_id", "text"])
    twice = documents.loc[documents["doc_id"].duplicated(), "doc_id"].tolist()
    if twice:
        raise problem("every doc_id once among the documents", listing(twice), "Keep one of each")
    return dict(zip(documents["doc_id"].astype(str), documents["text"].astype(str), strict=True))


def _document(doc: str | None, texts: Mapping[str, str]) -> str | None:
    """The id among the documents; as it stands, or without what a spreadsheet program added."""
    if doc is None:
        return None
    return next((name for name in (doc, tidy(doc)) if name in texts), None)


def _nearest(doc: str | None, texts: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(doc or "", list(texts), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _whole(cell: str | None) -> int | None:
    found = re.fullmatch(r"\d+", tidy(cell or ""))
    return int(found[0]) if found else None


def _bare(text: str) -> str:
    """A text without what spreadsheet programs change of themselves."""
    plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return " ".join(plain.replace("--", "-").split())


def _where(text: str | None, whole: str) -> str:
    """Where a text stands now, in words."""
    if text is None:
        return "no text in the row"
    at = whole.find(text)
    if at < 0:
        return "nowhere in the document"
    if whole.find(text, at + 1) >= 0:
        return "elsewhere in the document, more than once"
    return f"it stands at {at}:{at + len(text)} now"


def _short(text: str | None) -> str:
    return repr(text if text is None or len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
