"""The data that ships with the package, found in a checkout or in an installed wheel."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from framing.errors import problem, unknown_value

__all__ = ["Corpus", "data_path", "load_corpus"]

_PACKAGE = Path(__file__).resolve().parent
# The codebook that each bundled corpus was coded with.
_CODEBOOKS = {"kyiv_visit": "codebooks/ukraine_war.yml"}
_TABLES = ("documents", "sentences", "codes", "second_codes", "outlets", "sources")
_LISTS = ("chain", "chain_voices", "frames", "frames_alt")
_FLAGS = ("negated", "denied", "ambiguous", "synthetic")
_OFFSETS = tuple(f"{part}{end}" for part in ("", "speaker_", "cue_") for end in ("start", "end"))


@dataclass(frozen=True)
class Corpus:
    """A bundled corpus: texts, what a person coded in them, and where all of it comes from.

    Attributes
    ----------
    name, version : str
        As the datasheet gives them.
    documents : pandas.DataFrame
        One row per text: ``doc_id, text, title, outlet, date, lang, url`` and more. `text` is the
        string that every offset points into.
    sentences : pandas.DataFrame
        The sentence boundaries set by the author: ``sentence_id, doc_id, start, end, text,
        position``.
    codes : pandas.DataFrame
        One row per claim with its attribution, stance and denial, and ``frames`` (a list, several
        are possible). ``frames_alt`` is a second defensible list where ``ambiguous`` is true.
    second_codes : pandas.DataFrame
        The same claims coded again without sight of the first codes: ``claim_id, attribution,
        voice, stance, negated, denied, frames, comment``.
    outlets, sources : pandas.DataFrame
        Ownership of the outlets; the public source of each statement by a real person.
    codebook_path, voices_path, datasheet_path : pathlib.Path
        The frames, the speakers invented for the corpus, and the datasheet to read first.
    """

    name: str
    version: str
    documents: pd.DataFrame
    sentences: pd.DataFrame
    codes: pd.DataFrame
    second_codes: pd.DataFrame
    outlets: pd.DataFrame
    sources: pd.DataFrame
    codebook_path: Path
    voices_path: Path
    datasheet_path: Path


def data_path(relative: str) -> Path:
    """Locate a bundled file or folder, such as ``"voices/ukraine_war.yml"``.

    Parameters
    ----------
    relative : str
        Path below the repository's ``data/`` folder, with forward slashes.

    Raises
    ------
    FramingError
        If nothing of that name ships with the package.

    Examples
    --------
    >>> from framing.datasets import data_path
    >>> data_path("voices/ukraine_war.yml").name
    'ukraine_war.yml'
    """
    # A wheel carries data/ inside the package; a checkout (or an editable install) beside it.
    for root in (_PACKAGE / "_data", _PACKAGE.parent / "data"):
        if (root / relative).exists():
            return root / relative
    raise problem("a file that ships with framing", repr(relative), "See the folder data/")


def load_corpus(name: str = "kyiv_visit") -> Corpus:
    """Load a bundled corpus after checking every file against its datasheet.

    The bundled corpora are written for the project and marked ``synthetic``: they serve to learn
    and to test the tools with, and say nothing about the events they are set in.

    Parameters
    ----------
    name : str, default "kyiv_visit"
        A folder below ``data/`` that holds a corpus.

    Returns
    -------
    Corpus
        Frozen; missing values are ``<NA>``, offsets are 0-based and end-exclusive.

    Raises
    ------
    FramingError
        If no corpus has that name, or if a file differs from the one that the datasheet describes.

    Examples
    --------
    >>> corpus = load_corpus()
    >>> row = corpus.codes.iloc[0]
    >>> text = corpus.documents.set_index("doc_id").loc[row["doc_id"], "text"]
    >>> text[row["start"] : row["end"]] == row["text"]
    True
    """
    if name not in _CODEBOOKS:
        raise unknown_value("name", name, _CODEBOOKS)
    return _corpus_from(data_path(name), codebook=data_path(_CODEBOOKS[name]))


def _corpus_from(folder: Path, *, codebook: Path) -> Corpus:
    """Read the corpus that lies in a folder with its datasheet."""
    sheet = folder / "DATASHEET.md"
    meta: dict[str, Any] = yaml.safe_load(sheet.read_text(encoding="utf-8").split("---\n")[1])
    tables = {
        table: _typed(pd.read_csv(io.BytesIO(_checked(folder / f"{table}.csv", meta)), dtype=str))
        for table in _TABLES
    }
    _checked(folder / "voices.yml", meta)
    return Corpus(
        name=str(meta["name"]),
        version=str(meta["version"]),
        **tables,
        codebook_path=codebook,
        voices_path=folder / "voices.yml",
        datasheet_path=sheet,
    )


def _checked(path: Path, meta: Mapping[str, Any]) -> bytes:
    """Give a file's bytes if their SHA-256 is the one in the datasheet."""
    content = path.read_bytes()
    expected, found = meta["files"][path.name], hashlib.sha256(content).hexdigest()
    if found != expected:
        raise problem(
            f"{path.name} of the corpus {meta['name']!r} with SHA-256 {expected}",
            found,
            "The file was changed: restore it, or reinstall framing",
        )
    return content


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Turn the text of a CSV into strings, dates, whole numbers, flags and lists."""
    typed = {}
    for column in table.columns:
        values = table[column]
        if column in _LISTS:
            typed[column] = values.map(json.loads)
        elif column in _FLAGS:
            typed[column] = values.eq("true")
        elif column in _OFFSETS:
            missing = values.isna().any()
            typed[column] = pd.to_numeric(values).astype("Int64" if missing else "int64")
        elif column == "date":
            typed[column] = pd.to_datetime(values, format="%Y-%m-%d")
        else:
            typed[column] = values.astype("string")
    return pd.DataFrame(typed)
