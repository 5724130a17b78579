"""`Journal`: every code on disk, in the order in which it was given, never changed afterwards."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.coding.storage import (
    Code,
    Kind,
    codes_table,
    current,
    insert,
    next_entry,
    now,
    reading,
    writing,
)
from framing.coding.units import Unit, claim_units
from framing.errors import listing, problem, unknown_value

if TYPE_CHECKING:
    from framing.codebook import Codebook

__all__ = ["Journal"]

_EVENTS = [
    "event", "entry", "kind", "coder", "claim_id", "variable", "code", "comment", "undoes", "seen",
    "source", "digest", "at",
]  # fmt: skip


class Journal:
    """A file that keeps every code, undo and decision as a row of its own.

    Nothing in it is ever changed or deleted (the file itself refuses to): what holds now is the
    last code that was not taken back. One journal belongs to one codebook, since codes given
    under other definitions are not the same measurement, and to one text per `claim_id`.

    Parameters
    ----------
    path : str or Path
        Of the file; `code_claims` starts it.

    Examples
    --------
    >>> import tempfile
    >>> from framing.coding import Journal
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(f"{folder}/codes.sqlite")
    ...     journal.path.exists()
    False
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()

    def __repr__(self) -> str:
        """Say where it lies and what it holds."""
        if not self.path.exists():
            return f"Journal at {str(self.path)!r}: not started"
        codes = self.codes()
        coders = codes["coder"].nunique()
        return f"Journal at {str(self.path)!r}: {len(codes):,} codes by {coders:,} coders"

    def start(self, claims: pd.DataFrame, codebook: Codebook) -> None:
        """Start the journal, or make sure that it belongs to these claims and this codebook.

        Parameters
        ----------
        claims : DataFrame, shape (n_claims, ...)
            With `claim_id` and `text`; `doc_id`, `start` and `end` are kept where present, so
            that codes can be exported with their offsets. Claims may be added later.
        codebook : Codebook

        Raises
        ------
        FramingError
            If the journal was made with another codebook, another version of it or another text
            of a claim, or if the file is no journal.
        """
        self.start_units(
            claim_units(claims),
            name=codebook.name,
            version=codebook.version,
            digest=codebook.digest,
        )

    def start_units(self, units: Sequence[Unit], *, name: str, version: int, digest: str) -> None:
        """Do as `start` for anything that is judged under one set of rules."""
        if not self.path.parent.is_dir():
            raise problem(
                "a folder that exists", f"{str(self.path.parent)!r}", "Create it, or choose another"
            )
        with writing(self.path, create=True) as db:
            at = now()
            self._check_codebook(db, name, version, digest)
            db.execute(
                "INSERT OR IGNORE INTO codebooks VALUES (?, ?, ?, ?)", (digest, name, version, at)
            )
            known = {
                row[0]: row[1] for row in db.execute("SELECT claim_id, text_sha256 FROM claims")
            }
            changed = [u.claim_id for u in units if known.get(u.claim_id, u.digest) != u.digest]
            if changed:
                raise problem(
                    f"claims whose texts are those in the journal {str(self.path)!r}",
                    f"other texts for {listing(changed)}",
                    "Pass the claims that were coded, or start a journal under another path",
                )
            db.executemany(
                "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (u.claim_id, u.doc_id, u.start, u.end, u.digest, at)
                    for u in units
                    if u.claim_id not in known
                ],
            )

    def store(
        self,
        claim_id: str,
        codes: Mapping[str, Code],
        *,
        coder: str,
        comment: str = "",
        kind: Kind = "code",
        seen: Mapping[str, Any] | None = None,
        source: str = "widget",
    ) -> int:
        """Write what a coder says of a claim; when this returns, it is on disk.

        Parameters
        ----------
        claim_id : str
        codes : mapping
            From a variable's id to its code: a list, a value, True or False, or a text; None
            where the coder saw the question and left it open.
        coder : str
            Or who decided, with ``kind="decision"``.
        comment : str
        kind : {"code", "decision"}, default "code"
        seen : mapping, optional
            Which machine values were shown to the coder, and what was hidden.
        source : str, default "widget"
            Where the codes come from.

        Returns
        -------
        int
            The number of the entry, which `undo` takes back as a whole.

        Raises
        ------
        FramingError
            If the claim is not in the journal, or the file cannot be written; nothing is then
            stored.
        """
        with writing(self.path) as db:
            return insert(
                db,
                claim_id,
                codes,
                coder=coder,
                comment=comment,
                kind=kind,
                seen=seen,
                source=source,
            )

    def store_all(
        self, entries: Iterable[tuple[str, str, Mapping[str, Code], str]], *, source: str
    ) -> None:
        """Write many entries (claim, coder, codes, comment): all of them, or none."""
        with writing(self.path) as db:
            for claim_id, coder, codes, comment in entries:
                insert(db, claim_id, codes, coder=coder, comment=comment, source=source)

    def undo(
        self, coder: str, *, kind: Kind = "code", among: Sequence[str] | None = None
    ) -> str | None:
        """Take back a coder's last entry that still holds; calling again goes further back.

        The entry stays in the file, beside a row that says it was taken back.

        Parameters
        ----------
        coder : str
        kind : {"code", "decision"}, default "code"
        among : sequence of str, optional
            Only entries about these claims.

        Returns
        -------
        str or None
            Its `claim_id`; None where there is nothing to take back.
        """
        with writing(self.path) as db:
            rows = db.execute(
                "SELECT DISTINCT entry, claim_id, digest FROM events AS e WHERE coder = ? AND kind"
                " = ? AND NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.entry)"
                " ORDER BY entry DESC",
                (coder, kind),
            )
            wanted = None if among is None else set(among)
            for entry, claim_id, digest in rows.fetchall():
                if wanted is None or claim_id in wanted:
                    values = (next_entry(db), coder, claim_id, entry, digest, now())
                    db.execute(
                        "INSERT INTO events (entry, kind, coder, claim_id, undoes, digest, at)"
                        " VALUES (?, 'undo', ?, ?, ?, ?, ?)",
                        values,
                    )
                    return str(claim_id)
        return None

    def codes(self, codebook: Codebook | None = None) -> pd.DataFrame:
        """Read the codes that hold now, in the long form.

        Parameters
        ----------
        codebook : Codebook, optional
            Make sure that the codes were given under exactly this codebook.

        Returns
        -------
        DataFrame
            `claim_id, coder, variable, code, comment, coded_at` (UTC), sorted by the first three.
            `code` is a list for variables that take several values (``[]``: none applies), True
            or False for yes or no. What a coder left open has no row. ``.attrs["codebook"]``
            says under which codebook they were given.

        Raises
        ------
        FramingError
            If there is no journal, or it was made with another codebook.
        """
        with reading(self.path) as db:
            if codebook is not None:
                self._check_codebook(db, codebook.name, codebook.version, codebook.digest)
            table = codes_table(current(db, "code"))
            made_with = db.execute("SELECT name, version, digest FROM codebooks").fetchone()
        table.attrs["codebook"] = dict(made_with) if made_with else {}
        return table

    def decisions(self) -> pd.DataFrame:
        """Read how disagreements were settled: the last decision on each claim and variable.

        Returns
        -------
        DataFrame
            `claim_id, variable, code, decided_by, comment, decided_at`, sorted.
        """
        with reading(self.path) as db:
            rows = sorted(current(db, "decision"), key=lambda row: int(row["event"]))
        last = codes_table(rows).drop_duplicates(["claim_id", "variable"], keep="last")
        renamed = last.rename(columns={"coder": "decided_by", "coded_at": "decided_at"})
        wanted = ["claim_id", "variable", "code", "decided_by", "comment", "decided_at"]
        return renamed.sort_values(["claim_id", "variable"])[wanted].reset_index(drop=True)

    def events(self) -> pd.DataFrame:
        """Read everything that ever happened, a row per event, as it stands in the file.

        Returns
        -------
        DataFrame
            `event, entry, kind, coder, claim_id, variable, code` (JSON), `comment, undoes, seen`
            (JSON: machine values shown, and what was hidden), `source, digest` (of the codebook)
            and `at`, in UTC.
        """
        with reading(self.path) as db:
            rows = db.execute(f"SELECT {', '.join(_EVENTS)} FROM events ORDER BY event").fetchall()
        table = pd.DataFrame([tuple(row) for row in rows], columns=_EVENTS)
        return table.astype({"undoes": "Int64"})

    def claims(self) -> pd.DataFrame:
        """Read the offsets of the claims, and the digests of their texts.

        Returns
        -------
        DataFrame
            `claim_id, doc_id, start, end, text_sha256`, sorted by `claim_id`.
        """
        columns = ["claim_id", "doc_id", "start", "end", "text_sha256"]
        with reading(self.path) as db:
            quoted = ", ".join(f'"{name}"' for name in columns)
            rows = db.execute(f"SELECT {quoted} FROM claims ORDER BY claim_id").fetchall()
        table = pd.DataFrame([tuple(row) for row in rows], columns=columns)
        return table.astype({"start": "Int64", "end": "Int64"})

    def of_coder(self, coder: str, *, kind: Kind = "code") -> dict[str, dict[str, Any]]:
        """Read what holds of one coder: claim, then variable, to a row of the file.

        Rows whose ``code`` is JSON ``null`` are questions that the coder left open.
        """
        found: dict[str, dict[str, Any]] = {}
        with reading(self.path) as db:
            for row in current(db, kind, coder):
                found.setdefault(row["claim_id"], {})[row["variable"]] = {
                    "code": json.loads(row["code"]),
                    "comment": row["comment"],
                    "at": row["at"],
                }
        return found

    def check_coder(self, coder: str) -> str:
        """Tidy a coder's name, and refuse one that looks like a misspelling of another.

        Raises
        ------
        FramingError
            If it is empty, or differs from a name in the journal only in case or spaces.
        """
        name = unicodedata.normalize("NFC", " ".join(str(coder).split()))
        if not name:
            raise problem("the name of the coder", "an empty one", "Pass coder='Ann', for example")
        if self.path.exists():
            with reading(self.path) as db:
                known = [row[0] for row in db.execute("SELECT DISTINCT coder FROM events")]
            alike = [other for other in known if other.casefold() == name.casefold() != other]
            alike = [other for other in alike if other != name]
            if alike and name not in known:
                raise unknown_value("coder (a name like one in the journal)", name, alike)
        return name

    def _check_codebook(self, db: sqlite3.Connection, name: str, version: int, digest: str) -> None:
        for made in db.execute("SELECT name, version, digest FROM codebooks"):
            if made["digest"] != digest:
                raise problem(
                    f"the codebook that the journal {str(self.path)!r} was made with"
                    f" ({made['name']!r}, version {made['version']}, {made['digest'][:12]})",
                    f"{name!r}, version {version}, {digest[:12]}",
                    "Pass that codebook, or start a journal under another path: codes given"
                    " under other definitions are not the same measurement",
                )
