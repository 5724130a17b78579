"""The tables of a journal; triggers refuse to change or delete what was written."""

from __future__ import annotations

__all__ = ["FORMAT", "SCHEMA", "SELECT_CURRENT"]

FORMAT = 1
"""Kept in the file; another number is a journal of another version of the package."""

_TABLES = (
    """
CREATE TABLE codebooks (
    digest TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, added_at TEXT NOT NULL
)""",
    """
CREATE TABLE claims (
    claim_id TEXT PRIMARY KEY, doc_id TEXT, "start" INTEGER, "end" INTEGER,
    text_sha256 TEXT NOT NULL, added_at TEXT NOT NULL
)""",
    """
CREATE TABLE events (
    event INTEGER PRIMARY KEY AUTOINCREMENT,
    entry INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('code', 'decision', 'undo')),
    coder TEXT NOT NULL,
    claim_id TEXT NOT NULL REFERENCES claims,
    variable TEXT,
    code TEXT,
    comment TEXT NOT NULL DEFAULT '',
    undoes INTEGER,
    seen TEXT NOT NULL DEFAULT '{}',
    source TEXT NOT NULL DEFAULT 'widget',
    digest TEXT NOT NULL REFERENCES codebooks,
    at TEXT NOT NULL
)""",
    "CREATE INDEX events_undoes ON events (undoes) WHERE undoes IS NOT NULL",
    "CREATE INDEX events_coder ON events (coder, kind)",
)
_GUARDS = tuple(
    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} BEGIN"
    " SELECT RAISE(ABORT, 'a journal is only ever added to'); END"
    for table in ("codebooks", "claims", "events")
    for verb in ("UPDATE", "DELETE")
)
SCHEMA = (*_TABLES, *_GUARDS, f"PRAGMA user_version = {FORMAT}")

# SQLite takes the other columns from the row that holds the maximum.
SELECT_CURRENT = """
SELECT claim_id, coder, variable, code, comment, at, max(event) AS event FROM events AS e
WHERE kind = :kind AND (:coder IS NULL OR coder = :coder)
    AND NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.entry)
GROUP BY claim_id, coder, variable
ORDER BY claim_id, coder, variable
"""
