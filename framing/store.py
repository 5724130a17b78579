"""Vectors on disk, so that no text is encoded twice; every row carries its own checksum.

One SQLite file per encoder fingerprint holds vectors under the SHA-256 of the exact text. The
texts themselves are not kept. SQLite in WAL mode was chosen because it comes with Python, lets
several notebooks read and write at once and leaves no half-written row behind a killed process.
LMDB looked up 100,000 of 300,000 vectors in .4 to .8 s where this took .7 to 1.6 s, but its file
was 1.8 times as large, and it would be one more dependency.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs
from numpy.typing import NDArray

from framing.errors import unknown_value

__all__ = ["Found", "Store", "cache_folder", "store_at", "text_key"]

_LOG = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    windows INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    vector BLOB NOT NULL
)
"""
_PAGE_BYTES = 8192  # five rows of 384 dimensions fill a page to 96 %
_KEYS_AT_ONCE = 1_000
_WAIT_SECONDS = 30.0
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True)
class Found:
    """What the store knows about some texts.

    Attributes
    ----------
    known : array of bool, shape (n_texts,)
        Which texts have a sound vector.
    vectors : array of float32, shape (n_texts, n_dims)
        Their vectors; zeros where `known` is False.
    windows : array of int64, shape (n_texts,)
        In how many token windows the text was read; 0 where `known` is False.
    """

    known: NDArray[np.bool_]
    vectors: NDArray[np.float32]
    windows: NDArray[np.int64]


class Store:
    """Vectors kept between sessions, shared by all notebooks of a user.

    A store that cannot be used (no space, no right to write, locked for too long, damaged) never
    stops the work and never alters its result: texts are encoded again, and one line in the log
    says so. WAL mode needs a local disk: where the home folder is a network drive, point the
    environment variable FRAMING_CACHE to a local folder.

    Parameters
    ----------
    folder : str or Path, optional
        Where the files lie; by default ``vectors`` in `cache_folder()`.

    Examples
    --------
    >>> import tempfile
    >>> from framing.store import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Store(folder).table.columns.tolist()
    ['encoder', 'n_vectors', 'megabytes', 'last_written']
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder).expanduser() if folder else cache_folder() / "vectors"
        self._told: set[str] = set()

    def lookup(self, fingerprint: str, keys: Sequence[bytes], *, n_dims: int) -> Found:
        """Read the vectors of some texts.

        Parameters
        ----------
        fingerprint : str
            `Encoder.fingerprint`.
        keys : sequence of bytes, shape (n_texts,)
            SHA-256 of every text, without duplicates.
        n_dims : int
            Length of a vector; a stored row of another length counts as damaged.
        """
        found = Found(
            np.zeros(len(keys), dtype=bool),
            np.zeros((len(keys), n_dims), dtype=np.float32),
            np.zeros(len(keys), dtype=np.int64),
        )
        if not keys or not self._file(fingerprint).exists():
            return found
        damaged = 0
        with self._guarded(fingerprint), self._open(fingerprint) as connection:
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                damaged += _read(connection, keys[start : start + _KEYS_AT_ONCE], start, found)
        if damaged:
            self._tell(f"{damaged:,} stored vectors failed their checksum and are computed again")
        return found

    def save(
        self,
        fingerprint: str,
        keys: Sequence[bytes],
        vectors: NDArray[np.float32],
        windows: NDArray[np.int64],
    ) -> None:
        """Write vectors in one transaction: all of them are kept, or none.

        Parameters
        ----------
        fingerprint : str
            `Encoder.fingerprint`.
        keys : sequence of bytes, shape (n_texts,)
            SHA-256 of every text.
        vectors : array of float32, shape (n_texts, n_dims)
            Their vectors.
        windows : array of int64, shape (n_texts,)
            In how many token windows each text was read.
        """
        rows = [
            (key, int(count), _checksum(key, int(count), vector), vector)
            for key, count, vector in zip(
                keys, windows, (row.tobytes() for row in vectors), strict=True
            )
        ]
        with self._guarded(fingerprint), self._open(fingerprint) as connection, connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors (key, windows, checksum, vector) "
                "VALUES (?, ?, ?, ?)",
                rows,
            )

    @property
    def table(self) -> pd.DataFrame:
        """One row per encoder: ``encoder, n_vectors, megabytes, last_written``.

        `n_vectors` is <NA> for a file that cannot be read.
        """
        rows = []
        for path in sorted(self.folder.glob("*.sqlite")) if self.folder.is_dir() else []:
            size = sum(part.stat().st_size for part in _parts(path) if part.exists())
            written = pd.Timestamp(path.stat().st_mtime, unit="s").floor("s")
            rows.append((path.name.split(".")[0], _count(path), size / 1e6, written))
        frame = pd.DataFrame(rows, columns=["encoder", "n_vectors", "megabytes", "last_written"])
        return frame.astype({"n_vectors": "Int64", "megabytes": float})

    def prune(self, fingerprint: str | None = None) -> float:
        """Delete the vectors of one encoder, or all, and return the megabytes freed.

        Not to be called while another notebook encodes.

        Raises
        ------
        FramingError
            If the store has no vectors of this encoder.
        """
        table = self.table
        present = sorted(set(table["encoder"]))
        if fingerprint is not None and fingerprint not in present:
            raise unknown_value("fingerprint", fingerprint, present)
        chosen = present if fingerprint is None else [fingerprint]
        for encoder in chosen:
            for path in self.folder.glob(f"{encoder}.*"):
                path.unlink(missing_ok=True)
        return float(table.loc[table["encoder"].isin(chosen), "megabytes"].sum())

    def __repr__(self) -> str:
        """Where it lies and how large it is."""
        table = self.table
        return (
            f"Store({str(self.folder)!r}): {table['n_vectors'].sum():,} vectors of "
            f"{table['encoder'].nunique()} encoders, {table['megabytes'].sum():,.1f} MB"
        )

    def _repr_html_(self) -> str:
        """Its table, under a line that says where it lies."""
        return f"<p><code>{self!r}</code></p>{self.table.to_html(index=False)}"

    def _file(self, fingerprint: str) -> Path:
        """The first file of this encoder that nobody has marked as damaged."""
        number = 0
        while (self.folder / f"{fingerprint}.{number}.damaged").exists():
            number += 1
        return self.folder / f"{fingerprint}.{number}.sqlite"

    @contextlib.contextmanager
    def _open(self, fingerprint: str) -> Iterator[sqlite3.Connection]:
        """A connection for one call: none is kept, so forks and threads share nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file(fingerprint), timeout=_WAIT_SECONDS)
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            _until_free(connection, "PRAGMA journal_mode = WAL")
            # With NORMAL a power cut may lose the last rows but damages nothing.
            connection.execute("PRAGMA synchronous = NORMAL")
            _until_free(connection, _SCHEMA)
            yield connection
        finally:
            connection.close()

    @contextlib.contextmanager
    def _guarded(self, fingerprint: str) -> Iterator[None]:
        """Keep going without the store where it fails, and say why."""
        path = self._file(fingerprint)
        try:
            yield
        except sqlite3.DatabaseError as err:
            if (getattr(err, "sqlite_errorcode", 0) & 0xFF) in _DAMAGE:
                self._give_up(path)
            else:
                self._tell(f"vectors are not stored in {self.folder}: {err}")
        except OSError as err:
            self._tell(f"vectors are not stored in {self.folder}: {err.strerror or err}")

    def _give_up(self, path: Path) -> None:
        """Mark a damaged file, so that every process goes on with a fresh one beside it.

        It is neither renamed nor deleted: another notebook may have it open.
        """
        self._tell(f"the store {path.name} is damaged; its texts are encoded again")
        with contextlib.suppress(OSError):
            path.with_suffix(".damaged").touch()

    def _tell(self, message: str) -> None:
        """Log a line once per store."""
        if message not in self._told:
            self._told.add(message)
            _LOG.warning(message)


def text_key(text: str) -> bytes:
    """SHA-256 of the exact text, under which its vector is kept."""
    return hashlib.sha256(text.encode()).digest()


def cache_folder() -> Path:
    """Folder for what can be computed again: FRAMING_CACHE if set, else the user's cache."""
    chosen = os.environ.get("FRAMING_CACHE")
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("framing")


def _read(connection: sqlite3.Connection, keys: Sequence[bytes], first: int, found: Found) -> int:
    """Fill in the sound rows of some keys; return how many are damaged."""
    place = {key: first + row for row, key in enumerate(keys)}
    marks = ",".join("?" * len(keys))
    size = found.vectors.shape[1] * found.vectors.itemsize
    damaged = 0
    rows = connection.execute(
        f"SELECT key, windows, checksum, vector FROM vectors WHERE key IN ({marks})", keys
    )
    for key, windows, checksum, vector in rows:
        row = place.get(key)
        if row is None or _unsound(key, windows, checksum, vector, size):
            damaged += 1
            continue
        found.vectors[row] = np.frombuffer(vector, dtype=np.float32)
        found.windows[row] = windows
        found.known[row] = True
    return damaged


def _unsound(key: bytes, windows: object, checksum: object, vector: object, size: int) -> bool:
    """Whether a stored row is not what was written."""
    if not (isinstance(windows, int) and isinstance(vector, bytes) and len(vector) == size):
        return True
    return checksum != _checksum(key, windows, vector)


def _checksum(key: bytes, windows: int, vector: bytes) -> int:
    """CRC-32 over all that a row says."""
    return zlib.crc32(vector, zlib.crc32(key, windows & 0xFFFFFFFF))


def _until_free(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement for which SQLite does not wait by itself while another process sets up."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as err:
            busy = (err.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _count(path: Path) -> int | None:
    """How many vectors a file holds; None where it cannot be read."""
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
        with contextlib.closing(connection):
            return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def _parts(path: Path) -> tuple[Path, Path, Path]:
    """The database and the two files that WAL mode puts beside it."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def store_at(place: bool | str | Path) -> Store | None:
    """The store that `store=` asks for: True the user's own, a folder, or False for none."""
    return None if place is False else Store(None if place is True else place)
