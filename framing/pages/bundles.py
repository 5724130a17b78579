"""`write_bundle`: a study without its texts, for others who hold them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from framing.codebook import Codebook
from framing.columns import check_columns
from framing.errors import listing, problem
from framing.labels import Labels
from framing.pages.bundling import (
    SCHEMA,
    claim_table,
    code_table,
    codebook_text,
    document_table,
    label_table,
    packed,
    pattern_table,
    result_files,
)
from framing.pages.hashing import offset_rows, text_hash
from framing.pages.people import Hidden, collect
from framing.pages.spans import check_spans, documents_of
from framing.patterns import Patterns
from framing.results import Result, versions
from framing.voices import read_voices

__all__ = ["write_bundle"]

_SHORT = 200


def write_bundle(
    path: str | Path,
    *,
    documents: pd.DataFrame,
    claims: pd.DataFrame,
    patterns: Labels | None = None,
    codes: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    results: Mapping[str, Result] | None = None,
    columns: Sequence[str] = (),
    key: str | None = None,
) -> Path:
    """Write what others need to repeat a study from their own copies of the texts.

    The bundle holds ids, offsets, hashes, labels, codes, the codebook, results and settings, in
    CSV and JSON; no text, no speaker, no cue, no byline, no comment. It misleads about privacy if
    texts are short: a hash of a few words is found by trying candidates. Hashes are therefore of
    whole documents only, and those under 200 characters are counted in the manifest; with a `key`
    that you hand out apart from the bundle, nobody without it can try at all. Ids, and the columns
    that you name, stand as they are: see that they hold no names.

    Parameters
    ----------
    path : str or Path
        A folder (new, or one that holds this bundle only), or a file ending in ``.zip``. The same
        input gives the same bytes; zip files are not compressed, because compressors differ.
    documents, claims : DataFrame
        As `framing.read` and `framing.claims` return them.
    patterns : Patterns, Series, array or list, one entry per claim, optional
        Labels of the claims; words and exemplars of `Patterns` stay out.
    codes : DataFrame, optional
        A row per `claim_id, coder, variable` with `code` (and `coded_at`). Coders become
        "coder 1"; free text (`comment`, the variable "speaker", variables of kind text, anything
        that is no id) stays out and is counted.
    codebook : Codebook, optional
    results : mapping of name to Result, optional
        Their tables without columns of texts, their settings and methods. Names of speakers become
        numbers; in lists of words the names of listed public figures stay.
    columns : sequence of str
        More columns of `documents` to write; `outlet, date, lang, url, synthetic` always are.
    key : str, optional
        A secret for keyed hashes (HMAC).

    Returns
    -------
    Path

    Raises
    ------
    FramingError
        If a column is missing, ids repeat, labels do not match the claims, a claim's text does
        not stand at its offsets, a column to write holds texts or names, or the folder holds
        other files.

    Examples
    --------
    >>> import tempfile, framing.pages
    >>> documents = pd.DataFrame({"doc_id": ["a"], "text": ["The mayor said aid came."]})
    >>> claims = pd.DataFrame({"claim_id": ["a.0"], "doc_id": ["a"], "start": [15], "end": [23],
    ...     "text": ["aid came"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     bundle = write_bundle(f"{folder}/study.zip", documents=documents, claims=claims)
    ...     framing.pages.check_bundle(bundle, documents).table[["doc_id", "verdict"]]
      doc_id  verdict
    0      a  matches
    """
    check_columns(claims, ["claim_id", "doc_id", "start", "end", "text"])
    check_columns(documents, ["doc_id", "text", *columns])
    twice = claims["claim_id"][claims["claim_id"].duplicated()].tolist()
    if twice:
        raise problem("every claim_id once", f"{listing(twice)} again", "Make the ids unique")
    check_spans(claims.reset_index(drop=True), documents_of(claims, documents))
    hidden = Hidden("none", read_voices(), _outlets(documents))
    collect([table for table in (claims, documents, codes) if table is not None], hidden)
    aside: Counter[str] = Counter()
    short = int((documents["text"].astype(str).str.len() < _SHORT).sum())
    aside[f"documents under {_SHORT} characters, whose hash could be guessed"] = short
    rows = offset_rows(claims)
    tables = {
        "documents.csv": document_table(documents, rows, columns, key),
        "claims.csv": claim_table(claims),
    }
    if patterns is not None:
        tables["labels.csv"] = label_table(patterns, claims)
    if isinstance(patterns, Patterns):
        tables["patterns.csv"] = pattern_table(patterns, hidden)
    if codes is not None:
        tables["codes.csv"] = code_table(codes, codebook, aside)
    files = {name: _csv(table) for name, table in tables.items()}
    if codebook is not None:
        files["codebook.json"] = codebook_text(codebook)
    files |= result_files(results or {}, hidden, aside)
    files["manifest.json"] = _manifest(files, documents, claims, patterns, codebook, key, aside)
    return packed(Path(path), files)


def _manifest(
    files: Mapping[str, bytes], documents: pd.DataFrame, claims: pd.DataFrame,
    patterns: Labels | None, codebook: Codebook | None, key: str | None, aside: Counter[str],
) -> bytes:  # fmt: skip
    """What the bundle is, what each file must be, and what is not in it."""
    content = {
        "schema": SCHEMA,
        "about": "A study without its texts: framing.check_bundle compares your texts with it.",
        "n_documents": len(documents),
        "n_claims": len(claims),
        "synthetic": "synthetic" in documents.columns and bool(documents["synthetic"].any()),
        "hash": "SHA-256" if key is None else "HMAC-SHA-256",
        "hashed": "the exact text in UTF-8 (sha256); its words, NFKC, one space apart"
        " (sha256_words); the text, a line feed and the JSON of its claims' ids and offsets"
        " (sha256_claims). No claim is hashed alone.",
        "key_check": None if key is None else text_hash("framing", key),
        "offsets": "0-based, end-exclusive, in Unicode characters of the exact text",
        "not_in_it": "texts, titles, speakers, cues, bylines, credits, comments, names of coders",
        "set_aside": {why: n for why, n in sorted(aside.items()) if n},
        "codebook": None
        if codebook is None
        else {"name": codebook.name, "version": codebook.version, "digest": codebook.digest},
        "patterns": dict(patterns.settings) if isinstance(patterns, Patterns) else None,
        "versions": versions("pandas", "numpy"),
        "files": {name: hashlib.sha256(held).hexdigest() for name, held in sorted(files.items())},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _outlets(documents: pd.DataFrame) -> frozenset[str]:
    if "outlet" not in documents.columns:
        return frozenset()
    return frozenset(documents["outlet"].dropna().astype(str))
