"""`check_bundle`: whether one's own texts are those that a bundle was made from."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pandas as pd

from framing.columns import check_columns
from framing.errors import listing, problem, unknown_value
from framing.pages.bundling import SCHEMA
from framing.pages.hashing import OFFSETS, claims_hash, loose_hash, offset_rows, text_hash
from framing.results import Result, versions

__all__ = ["BundleCheck", "check_bundle"]

_VERDICTS = ("matches", "differs in spaces or Unicode form", "differs", "missing")


class BundleCheck(Result):
    """Which documents are those of a bundle; returned by `check_bundle`."""

    def methods(self) -> str:
        """Describe the check in a paragraph for a paper."""
        s = self.settings
        counts = "; ".join(f"{n:,} {verdict}" for verdict, n in s["counts"].items())
        aside = "; ".join(f"{n:,} {what}" for what, n in s["set_aside"].items() if n)
        return (
            f"The texts were compared with those of a replication bundle ({s['n_documents']:,}"
            f" documents, {s['n_claims']:,} claims; bundle digest {s['digest'][:12]}) by"
            f" {s['hash']} of each whole text: {counts}. {s['n_fit']:,} documents hold all their"
            f" claims at the recorded offsets. Set aside: {aside or 'nothing'}."
            f" framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what was found."""
        counts = ", ".join(f"{n:,} {verdict}" for verdict, n in self.settings["counts"].items())
        return f"Check of {self.settings['n_documents']:,} documents: {counts}"


def check_bundle(
    path: str | Path, documents: pd.DataFrame, *, key: str | None = None
) -> BundleCheck:
    """Compare your texts with those that a bundle was made from.

    Where a document "differs in spaces or Unicode form" its words are the same and its offsets
    are not to be used; where it "differs", correct it or find the version that was used. A match
    says that the texts are the same, not that the labels are right.

    Parameters
    ----------
    path : str or Path
        What `write_bundle` wrote.
    documents : DataFrame
        Your texts, with `doc_id` and `text`; others than those of the bundle are counted.
    key : str, optional
        The secret, where the hashes are keyed.

    Returns
    -------
    BundleCheck
        Its `table` has `doc_id, verdict` (matches, differs in spaces or Unicode form, differs,
        missing), `n_claims, n_outside` (claims that do not lie inside the text), `offsets` ("fit"
        where text and offsets of all claims are those that were hashed) and `note`.

    Raises
    ------
    FramingError
        If there is no such bundle, a file is missing, changed or of another schema, a column is
        missing, ids repeat, or the key is missing or another one.

    Examples
    --------
    >>> import tempfile, framing.pages
    >>> own = pd.DataFrame({"doc_id": ["a"], "text": ["Aid came."]})
    >>> claims = own.assign(claim_id="a.0", start=0, end=8, text="Aid came")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     bundle = framing.pages.write_bundle(folder, documents=own, claims=claims)
    ...     check_bundle(bundle, own.assign(text="Aid  came."))
    Check of 1 documents: 0 matches, 1 differs in spaces or Unicode form, 0 differs, 0 missing
    """
    check_columns(documents, ["doc_id", "text"])
    twice = documents["doc_id"][documents["doc_id"].duplicated()].tolist()
    if twice:
        raise problem("every doc_id once", f"{listing(twice)} again", "Make the ids unique")
    files = _read(Path(path))
    manifest = json.loads(files["manifest.json"])
    _check_key(manifest, key)
    listed = _table(files["documents.csv"])
    claims = _table(files["claims.csv"])
    rows = offset_rows(claims)
    own = dict(zip(documents["doc_id"].astype(str), documents["text"].astype(str), strict=True))
    found = [
        _verdict(row, own.get(row["doc_id"]), rows.get(row["doc_id"], []), key)
        for row in listed.to_dict("records")
    ]
    table = pd.DataFrame(
        found, columns=["doc_id", "verdict", "n_claims", "n_outside", "offsets", "note"]
    )
    extra = len(set(own) - set(listed["doc_id"]))
    counts = {verdict: int((table["verdict"] == verdict).sum()) for verdict in _VERDICTS}
    settings = {
        "n_documents": len(listed),
        "n_claims": len(claims),
        "digest": hashlib.sha256(files["manifest.json"]).hexdigest(),
        "hash": manifest["hash"],
        "counts": counts,
        "n_fit": int((table["offsets"] == "fit").sum()),
        "set_aside": {"documents that are not in the bundle": extra},
        "versions": versions("pandas"),
    }
    return BundleCheck(table, settings)


def _verdict(
    row: Mapping[Any, Any], text: str | None, rows: list[list[object]], key: str | None
) -> dict[str, Any]:
    """What can be said of one document."""
    found: dict[str, Any] = {"doc_id": row["doc_id"], "n_claims": len(rows)}
    if text is None:
        return found | {"verdict": "missing", "n_outside": pd.NA, "offsets": "", "note": ""}
    same = text_hash(text, key) == row["sha256"]
    alike = same or loose_hash(text, key) == row["sha256_words"]
    verdict = _VERDICTS[0] if same else _VERDICTS[1] if alike else _VERDICTS[2]
    outside = sum(not _inside(held[1:], len(text)) for held in rows)
    fit = claims_hash(text, rows, key) == row["sha256_claims"] and not outside
    size, length = int(row["n_characters"]), len(text)
    note = "" if same else f"{length:,} characters, {size:,} in the bundle"
    if same and not fit:
        note = "the offsets of its claims are not those that were hashed"
    return found | {
        "verdict": verdict,
        "n_outside": outside,
        "offsets": "fit" if fit else "do not fit",
        "note": note,
    }


def _inside(offsets: Sequence[object], length: int) -> bool:
    """Whether every span of a claim lies inside the text and is not turned round."""
    pairs = [(offsets[k], offsets[k + 1]) for k in range(0, len(offsets), 2)]
    return all(
        start is None or (isinstance(end, int) and isinstance(start, int) and 0 <= start < end
                          and end <= length)
        for start, end in pairs
    )  # fmt: skip


def _check_key(manifest: Mapping[str, Any], key: str | None) -> None:
    """Refuse a key that is missing, not needed, or another one."""
    if manifest["key_check"] != (None if key is None else text_hash("framing", key)):
        keyed = manifest["key_check"] is not None
        raise problem(
            "the key that the bundle was written with" if keyed else "no key: none was used",
            "none" if key is None else "another one" if keyed else "one",
            "Ask the authors of the bundle for it" if keyed else "Leave it out",
        )


def _read(path: Path) -> dict[str, bytes]:
    """The files of a bundle, each as the manifest says; nothing is unpacked to disk."""
    try:
        if path.is_file():
            with ZipFile(path) as archive:
                held = {name: archive.read(name) for name in archive.namelist()}
        else:
            held = {
                file.relative_to(path).as_posix(): file.read_bytes()
                for file in sorted(path.rglob("*"))
                if file.is_file()
            }
    except BadZipFile as error:
        raise problem("a bundle in a zip file", f"{path.name!r}", "Fetch it again") from error
    if "manifest.json" not in held:
        raise problem(
            "a bundle written by write_bundle", f"no manifest.json in {str(path)!r}",
            "Check the path",
        )  # fmt: skip
    manifest = json.loads(held["manifest.json"])
    if manifest.get("schema") != SCHEMA:
        raise unknown_value("the schema of the bundle", manifest.get("schema"), [SCHEMA])
    wrong = [
        name
        for name, digest in manifest["files"].items()
        if hashlib.sha256(held.get(name, b"")).hexdigest() != digest
    ]
    if wrong:
        raise problem(
            "the files that the manifest lists, unchanged", f"others for {listing(wrong)}",
            "Fetch the bundle again",
        )  # fmt: skip
    return held


def _table(content: bytes) -> pd.DataFrame:
    """A table of a bundle: ids are text, the word NA is a word, offsets whole numbers."""
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    for name in OFFSETS:
        if name in table.columns:
            table[name] = pd.to_numeric(table[name].replace("", None)).astype("Int64")
    return table
