"""The tables of a replication bundle: what goes in, sorted, without texts and names."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pandas as pd

from framing.codebook import Codebook
from framing.columns import check_columns
from framing.errors import listing, problem
from framing.labels import Labels, membership
from framing.pages.hashing import OFFSETS, claims_hash, loose_hash, text_hash
from framing.pages.people import CREDITS, NAMES, TEXTS, Hidden, without_people
from framing.patterns import Patterns
from framing.results import Result

__all__ = [
    "SCHEMA", "claim_table", "code_table", "codebook_text", "document_table", "label_table",
    "packed", "pattern_table", "result_files",
]  # fmt: skip

SCHEMA = 1
_DOCUMENT = ("outlet", "date", "lang", "url", "synthetic")
_CLAIM = (
    "claim_id", "doc_id", "sentence_id", *OFFSETS, "attribution", "voice", "chain_voices",
    "stance", "negated", "denied", "confidence", "synthetic",
)  # fmt: skip
_PATTERN = (
    "label", "name", "n_claims", "n_texts", "n_documents", "n_outlets", "n_voices", "strength",
    "verdict",
)  # fmt: skip
_ID = re.compile(r"[\w.:+/-]{1,64}")


def document_table(
    documents: pd.DataFrame, rows: Mapping[str, list[list[object]]], columns: Sequence[str],
    key: str | None,
) -> pd.DataFrame:  # fmt: skip
    """Ids, hashes, lengths and where the documents are from, by id."""
    forbidden = [name for name in columns if name in (*TEXTS, *NAMES, *CREDITS)]
    if forbidden:
        raise problem(
            "columns without texts and names", listing(forbidden), "Leave these out of columns"
        )
    ids = documents["doc_id"].astype(str).tolist()
    texts = documents["text"].astype(str).tolist()
    made: dict[str, Any] = {
        "doc_id": ids,
        "n_characters": [len(text) for text in texts],
        "sha256": [text_hash(text, key) for text in texts],
        "sha256_words": [loose_hash(text, key) for text in texts],
        "sha256_claims": [
            claims_hash(text, rows.get(doc_id, []), key)
            for doc_id, text in zip(ids, texts, strict=True)
        ],
    }
    for name in dict.fromkeys((*_DOCUMENT, *columns)):
        if name in documents.columns and name not in made:
            made[name] = documents[name].to_numpy()
    return pd.DataFrame(made).sort_values("doc_id", ignore_index=True)


def claim_table(claims: pd.DataFrame) -> pd.DataFrame:
    """Where each claim stands and what was found of it, by document and place."""
    table = claims[[name for name in _CLAIM if name in claims.columns]].copy()
    for name in OFFSETS:
        if name in table.columns:
            table[name] = table[name].astype("Int64")
    if "chain_voices" in table.columns:
        table["chain_voices"] = [json.dumps(list(held)) for held in table["chain_voices"]]
    order = ["doc_id", "start", "end", "claim_id"]
    return table.sort_values(order, ignore_index=True)


def label_table(labels: Labels, claims: pd.DataFrame) -> pd.DataFrame:
    """A row per claim and label; a claim that was labelled with nothing has an empty label."""
    found = membership(labels, len(claims))
    strengths = labels.strengths if isinstance(labels, Patterns) else None
    rows = []
    for row, claim_id in enumerate(claims["claim_id"].astype(str)):
        held = [found.names[j] for j in found.member[row].nonzero()[0]]
        strength = None if strengths is None else round(float(strengths[row]), 6)
        if found.labelled[row]:
            rows += [(claim_id, str(label), strength) for label in held or [""]]
    table = pd.DataFrame(rows, columns=["claim_id", "label", "strength"])
    table = table.drop(columns=[] if strengths is not None else ["strength"])
    return table.sort_values(["claim_id", "label"], ignore_index=True)


def pattern_table(patterns: Patterns, hidden: Hidden) -> pd.DataFrame:
    """The patterns with the names people gave them, without their words and exemplars."""
    table = patterns.table[[name for name in _PATTERN if name in patterns.table.columns]]
    return without_people(table, hidden)


def code_table(codes: pd.DataFrame, codebook: Codebook | None, aside: Counter[str]) -> pd.DataFrame:
    """The codes by claim, variable and coder; free text is left out and counted."""
    check_columns(codes, ["claim_id", "coder", "variable", "code"])
    free = {"speaker", *(v.id for v in (codebook.variables if codebook else ())
                         if v.kind == "text")}  # fmt: skip
    kept = [
        variable not in free and _is_code(code)
        for variable, code in zip(codes["variable"], codes["code"], strict=True)
    ]
    aside["codes that are free text, left out"] += len(kept) - sum(kept)
    if "comment" in codes.columns:
        aside["comments on codes, left out"] += int(codes["comment"].fillna("").ne("").sum())
    table = codes.loc[kept, ["claim_id", "variable", "coder", "code"]].copy()
    names = sorted(codes["coder"].dropna().astype(str).unique())
    number = {name: f"coder {place}" for place, name in enumerate(names, start=1)}
    table["coder"] = table["coder"].astype(str).map(number)
    table["code"] = [json.dumps(_plain(code), ensure_ascii=False) for code in table["code"]]
    if "coded_at" in codes.columns:
        table["coded_at"] = codes.loc[kept, "coded_at"].astype(str)
    order = ["claim_id", "variable", "coder", *(["coded_at"] if "coded_at" in table else [])]
    return table.sort_values(order, ignore_index=True)


def codebook_text(codebook: Codebook) -> bytes:
    """The codebook as JSON, whose digest is the one in the manifest."""
    content = {
        "name": codebook.name,
        "version": codebook.version,
        "digest": codebook.digest,
        "synthetic": codebook.synthetic,
        "rules": list(codebook.rules),
        "references": list(codebook.references),
        "frames": json.loads(codebook.table.to_json(orient="records")),
        "variables": [dataclasses.asdict(variable) for variable in codebook.variables],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8")


def result_files(
    results: Mapping[str, Result], hidden: Hidden, aside: Counter[str]
) -> dict[str, bytes]:
    """Each result as a table and a file of settings and methods."""
    files = {}
    for name, result in sorted(results.items()):
        if not re.fullmatch(r"[\w-]{1,64}", name):
            raise problem(
                "names of results that can be names of files", repr(name),
                "Use letters, digits, _ and -",
            )  # fmt: skip
        texts = [column for column in result.table.columns if column in TEXTS]
        aside["columns of results with texts, left out"] += len(texts)
        table = without_people(result.table.drop(columns=texts), hidden)
        facts = {
            "kind": type(result).__name__,
            "settings": result.settings,
            "methods": result.methods(),
        }
        written = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True, default=str)
        files[f"results/{name}.csv"] = table.to_csv(index=False, lineterminator="\n").encode()
        files[f"results/{name}.json"] = hidden.without_names(written).encode()
    return files


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write the files to a folder, or to a zip whose bytes depend on nothing else."""
    if path.suffix.lower() != ".zip":
        found = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
        others = sorted(set(found) - set(files))
        if others:
            raise problem(
                "a new folder, or one that holds this bundle only", listing(others),
                "Name another folder, so that nothing else is handed on with the bundle",
            )  # fmt: skip
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            archive.writestr(entry, files[name])
    return path


def _is_code(code: Any) -> bool:
    """Whether a code is a flag, a number or ids, not free text."""
    if isinstance(code, (list, tuple)):
        return all(_is_code(part) for part in code)
    return not isinstance(code, str) or _ID.fullmatch(code) is not None


def _plain(code: Any) -> Any:
    """A code as JSON writes it."""
    if isinstance(code, (list, tuple)):
        return [_plain(part) for part in code]
    if code is None or code is pd.NA or code != code:
        return None
    return code.item() if hasattr(code, "item") else code
