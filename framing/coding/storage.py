"""The file of a journal: opened, read and written in whole transactions.

SQLite comes with Python, several notebooks may write at once, and a killed process leaves no half
of a code behind. The rollback journal was preferred to WAL: a journal is then one file that can be
copied or mailed at any time, and lies as well on a shared drive. ``synchronous = EXTRA`` also
syncs the folder, without which a loss of power could bring back the state before the last code.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pandas as pd

from framing.coding.schema import FORMAT, SCHEMA, SELECT_CURRENT
from framing.errors import problem, unknown_value

__all__ = [
    "KINDS", "Code", "Kind", "codes_table", "current", "insert", "next_entry", "now", "reading",
    "writing",
]  # fmt: skip

Code: TypeAlias = "list[str] | str | bool | None"
Kind: TypeAlias = Literal["code", "decision"]

KINDS = ("code", "decision")
_WAIT_SECONDS = 30.0


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a journal to read it."""
    if not path.exists():
        raise problem(f"a journal at {str(path)!r}", "no file", "Start it with code_claims(...)")
    with _connected(path, "rw") as db:
        _check_format(db, path)
        yield db


@contextlib.contextmanager
def writing(path: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """One transaction, on disk when it ends; taken back where anything goes wrong."""
    with _connected(path, "rwc" if create else "rw") as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            # Two notebooks may start a journal at once: the second waits, then finds tables.
            if create and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                for statement in SCHEMA:
                    db.execute(statement)
            _check_format(db, path)
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


@contextlib.contextmanager
def _connected(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection of its own for each step: nothing is shared with a thread or a fork."""
    try:
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        opened = sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
        with contextlib.closing(opened) as db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = EXTRA")
            db.execute("PRAGMA foreign_keys = ON")
            yield db
    except sqlite3.Error as error:
        raise problem(
            f"a journal that can be read and written at {str(path)!r}",
            f"the error {str(error)!r}",
            "Nothing was stored. Check the file, the rights to its folder, and the space left",
        ) from error


def _check_format(db: sqlite3.Connection, path: Path) -> None:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found != FORMAT:
        raise problem(
            f"a journal of format {FORMAT} at {str(path)!r}",
            f"format {found}" if found else "a file that is no journal",
            "Choose another path, or the version of framing that wrote it",
        )


def insert(
    db: sqlite3.Connection,
    claim_id: str,
    codes: Mapping[str, Code],
    *,
    coder: str,
    comment: str = "",
    kind: Kind = "code",
    seen: Mapping[str, Any] | None = None,
    source: str,
) -> int:
    """Write an entry, a row for each variable, and give its number."""
    if kind not in KINDS:
        raise unknown_value("kind", kind, KINDS)
    if not db.execute("SELECT 1 FROM claims WHERE claim_id = ?", (claim_id,)).fetchone():
        raise problem(
            "a claim of the journal", f"{claim_id!r}", "Add it with Journal.start(claims, codebook)"
        )
    (digest,) = db.execute("SELECT digest FROM codebooks").fetchone()
    entry = next_entry(db)
    shared = (entry, kind, coder, claim_id, comment, _json(seen or {}), source, digest, now())
    db.executemany(
        "INSERT INTO events (entry, kind, coder, claim_id, comment, seen, source, digest, at,"
        " variable, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*shared, name, _json(code)) for name, code in codes.items()],
    )
    return entry


def current(db: sqlite3.Connection, kind: Kind, coder: str | None = None) -> list[sqlite3.Row]:
    """Read the rows that hold now; also the questions left open, whose code is JSON null."""
    return db.execute(SELECT_CURRENT, {"kind": kind, "coder": coder}).fetchall()


def codes_table(rows: Sequence[sqlite3.Row]) -> pd.DataFrame:
    """Bring rows of the file into the long form; codes keep their types (lists, bools)."""
    given = [row for row in rows if row["code"] != "null"]
    plain = ("claim_id", "coder", "variable")
    cells: dict[str, Any] = {name: [row[name] for row in given] for name in plain}
    cells["code"] = pd.Series([json.loads(row["code"]) for row in given], dtype=object)
    cells["comment"] = pd.Series([row["comment"] or None for row in given], dtype=object)
    cells["coded_at"] = [row["at"] for row in given]
    return pd.DataFrame(cells)


def next_entry(db: sqlite3.Connection) -> int:
    """Number the next entry, by its first event."""
    (last,) = db.execute("SELECT coalesce(max(event), 0) FROM events").fetchone()
    return int(last) + 1


def now() -> str:
    """Say the time in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
