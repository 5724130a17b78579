"""`embed`: texts of any number to unit vectors, from the store where it has them."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.encoder.core import Encoder
from framing.encoder.texts import Texts, checked, labelled
from framing.errors import unknown_value
from framing.progress import progress_bar
from framing.store import Found, Store, store_at, text_key

__all__ = ["bundled_encoder", "embed", "window_report"]

_LOG = logging.getLogger("framing.encoder")

Vectors: TypeAlias = NDArray[np.floating[Any]]

_FORMATS = ("float32", "float16")
_STREAMED = 65_536  # rows read at a time from an iterable of unknown length
_LOOKED_UP = 16_384  # texts asked from the store at a time
_PIECE_TEXTS = 1_024  # texts encoded, and then stored, at a time
_PIECE_CHARACTERS = 2_000_000


def embed(
    texts: Texts,
    *,
    encoder: Encoder | None = None,
    store: bool | str | Path = True,
    out: str | Path | None = None,
    dtype: Literal["float32", "float16"] = "float32",
    progress: bool | None = None,
) -> Vectors:
    """Turn texts into unit vectors, one row per text.

    The same set of texts gives the same vectors in any row order, and a text that occurs several
    times is encoded once. Near vectors mean the same topic, not the same opinion (see `Encoder`).
    Texts beyond the model's window are averaged over windows; one line in the log says how many,
    and `window_report` says which.

    Parameters
    ----------
    texts : iterable of str, Series, array, or table with a column ``text``
        Such as the sentences or the claims. An iterator is read 65,536 texts at a time.
    encoder : Encoder, optional
        By default the bundled all-MiniLM-L6-v2.
    store : bool, str or Path, default True
        Keep vectors on disk under the SHA-256 of each text and take them from there: in the
        user's cache folder (or FRAMING_CACHE), in a folder of your choice, or not at all. With
        the store, work that was interrupted goes on where it stopped. What it holds changes no
        result by more than 1e-6.
    out : str or Path, optional
        Write the vectors to this ``.npy`` file and return it memory-mapped, for arrays larger
        than memory. The file appears when it is complete.
    dtype : {"float32", "float16"}, default "float32"
        Format of the result; float16 halves it and rounds each element by up to 5e-4 of its size.
    progress : bool, optional
        Show a progress bar; by default only once the work has taken two seconds.

    Returns
    -------
    array of float32 or float16, shape (n_texts, n_dims)
        Rows of length one, in the order of `texts`; never NaN.

    Raises
    ------
    FramingError
        For rows that are missing, no text, empty, or not valid Unicode (all are named), and for a
        model whose files are not the published ones.

    Examples
    --------
    >>> from framing import embed
    >>> vectors = embed(["Shells hit the bridge.", "The bridge was shelled.", "Rain is due."])
    >>> vectors.shape
    (3, 384)
    >>> bool(vectors[0] @ vectors[1] > vectors[0] @ vectors[2])
    True
    """
    if dtype not in _FORMATS:
        raise unknown_value("dtype", dtype, _FORMATS)
    encoder = encoder or bundled_encoder()
    keep = store_at(store)
    pieces, total = _pieces(texts)
    windows: list[NDArray[np.int64]] = []
    with (
        _Rows(out, encoder.n_dims, np.dtype(dtype)) as rows,
        progress_bar(total, progress, unit=" texts", desc="encoding") as bar,
    ):
        for piece in pieces:
            windows.append(_fill(rows.extend(len(piece)), piece, encoder, keep, bar.update))
    _tell_windows(windows, encoder)
    return rows.array()


def window_report(texts: Texts, *, encoder: Encoder | None = None) -> pd.DataFrame:
    """List the texts that are longer than the model's window, with their number of windows.

    Their vector is the average of windows of about equal length, scaled to length one: it says
    what a long text is about on the whole, and blurs what single passages say.

    Parameters
    ----------
    texts : sequence of str, Series, or table with a column ``text``
        What is, or was, given to `embed`.
    encoder : Encoder, optional
        By default the bundled all-MiniLM-L6-v2.

    Returns
    -------
    DataFrame
        One row per long text: ``row`` (its place, from 0), ``n_tokens`` (without special tokens)
        and ``n_windows``. ``attrs["n_texts"]`` is the number of all texts.

    Examples
    --------
    >>> from framing.encoder import window_report
    >>> window_report(["A short text.", "word " * 600])
       row  n_tokens  n_windows
    0    1       600          3
    """
    encoder = encoder or bundled_encoder()
    given, labels = labelled(texts)
    good = checked(list(given), labels)
    counted = [encoder.window_counts(piece) for piece in _limited(good)]
    tokens, windows = (np.concatenate(column) for column in zip(*counted, strict=True))
    rows = np.flatnonzero(windows > 1)
    frame = pd.DataFrame({"row": rows, "n_tokens": tokens[rows], "n_windows": windows[rows]})
    frame.attrs["n_texts"] = len(good)
    return frame


def _pieces(texts: Texts) -> tuple[Iterator[list[str]], int | None]:
    """Checked texts in pieces (one piece where all are in memory), and their number if known."""
    given, labels = labelled(texts)
    if isinstance(given, Sequence):
        return iter([checked(given, labels)]), len(given)
    return _streamed(given), None


def _streamed(texts: Iterable[object]) -> Iterator[list[str]]:
    """Checked texts of an iterable of unknown length."""
    source, first = iter(texts), 0
    while piece := list(islice(source, _STREAMED)):
        yield checked(piece, first=first)
        first += len(piece)


def _fill(
    rows: Vectors,
    texts: list[str],
    encoder: Encoder,
    store: Store | None,
    tick: Callable[[int], object],
) -> NDArray[np.int64]:
    """Write the vectors of some texts into `rows`; return in how many windows each was read."""
    # Canonical order: what a text is computed with must not hang on the row order.
    unique = sorted(set(texts), key=lambda text: (-len(text), text))
    place = {text: number for number, text in enumerate(unique)}
    number = np.fromiter((place[text] for text in texts), dtype=np.int64, count=len(texts))
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(len(unique) + 1))
    windows = np.zeros(len(unique), dtype=np.int64)
    for start in range(0, len(unique), _LOOKED_UP):
        stop = min(start + _LOOKED_UP, len(unique))
        vectors, windows[start:stop] = _vectors(unique[start:stop], encoder, store, tick)
        chosen = order[bounds[start] : bounds[stop]]
        tick(len(chosen) - (stop - start))
        rows[chosen] = vectors[number[chosen] - start]
    return windows[number]


def _vectors(
    texts: list[str], encoder: Encoder, store: Store | None, tick: Callable[[int], object]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Vectors and window counts of distinct texts, from the store or else from the encoder."""
    keys = [text_key(text) for text in texts]
    found = _nothing(len(texts), encoder.n_dims)
    if store:
        found = store.lookup(encoder.fingerprint, keys, n_dims=encoder.n_dims)
    tick(int(found.known.sum()))
    missing = np.flatnonzero(~found.known)
    done = 0
    for piece in _limited([texts[row] for row in missing]):
        rows = missing[done : done + len(piece)]
        done += len(piece)
        found.vectors[rows], found.windows[rows] = encoder.encode(piece, tick=tick)
        if store:
            store.save(
                encoder.fingerprint,
                [keys[row] for row in rows],
                found.vectors[rows],
                found.windows[rows],
            )
    return found.vectors, found.windows


def _limited(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Runs of texts that are small enough to be tokenized at once."""
    start = characters = 0
    for stop, text in enumerate(texts):
        full = stop - start == _PIECE_TEXTS or characters + len(text) > _PIECE_CHARACTERS
        if full and stop > start:
            yield texts[start:stop]
            start, characters = stop, 0
        characters += len(text)
    if start < len(texts):
        yield texts[start:]


def _nothing(n_texts: int, n_dims: int) -> Found:
    """What a store without vectors would answer."""
    return Found(
        np.zeros(n_texts, dtype=bool),
        np.zeros((n_texts, n_dims), dtype=np.float32),
        np.zeros(n_texts, dtype=np.int64),
    )


class _Rows:
    """Rows that grow piece by piece, in memory or in a ``.npy`` file that appears when complete."""

    def __init__(self, path: str | Path | None, n_dims: int, dtype: np.dtype[Any]) -> None:
        self._path = Path(path).expanduser() if path is not None else None
        self._n_dims, self._dtype = n_dims, dtype
        self._parts: list[Vectors] = []
        self._n_rows = 0

    def __enter__(self) -> _Rows:
        if self._path:
            self._partial = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
            self._partial.touch()
            self._first = self._write_header()
        return self

    def extend(self, n_rows: int) -> Vectors:
        """Return the next rows, to be written into."""
        if not self._path:
            self._parts.append(np.empty((n_rows, self._n_dims), dtype=self._dtype))
            return self._parts[-1]
        start = self._first + self._n_rows * self._n_dims * self._dtype.itemsize
        self._n_rows += n_rows
        if not n_rows:
            return np.empty((0, self._n_dims), dtype=self._dtype)
        shape = (n_rows, self._n_dims)
        if hasattr(os, "posix_fallocate"):
            # A full disk is an error here; under a memory map it would end the process.
            with self._partial.open("r+b") as handle:
                n_bytes = n_rows * self._n_dims * self._dtype.itemsize
                os.posix_fallocate(handle.fileno(), start, n_bytes)
        return np.memmap(self._partial, dtype=self._dtype, mode="r+", offset=start, shape=shape)

    def __exit__(self, kind: object, *_: object) -> None:
        if not self._path:
            return
        if kind is None:
            self._write_header()
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)

    def array(self) -> Vectors:
        """All rows."""
        if self._path:
            mapped: Vectors = np.load(self._path, mmap_mode="r" if self._n_rows else None)
            return mapped
        if not self._parts:
            return np.empty((0, self._n_dims), dtype=self._dtype)
        return self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)

    def _write_header(self) -> int:
        """Write the header for the rows so far; numpy leaves room in it for more. Its length."""
        description = {
            "descr": np.lib.format.dtype_to_descr(self._dtype),
            "fortran_order": False,
            "shape": (self._n_rows, self._n_dims),
        }
        with self._partial.open("r+b") as handle:
            np.lib.format.write_array_header_1_0(handle, description)
            return handle.tell()


def _tell_windows(windows: list[NDArray[np.int64]], encoder: Encoder) -> None:
    """Say in the log how many texts were averaged over windows."""
    counts = np.concatenate(windows) if windows else np.zeros(0, dtype=np.int64)
    long = int((counts > 1).sum())
    if long:
        _LOG.warning(
            "%s of %s texts exceed the model's window of %s tokens; their vectors are averages "
            "over up to %s windows (framing.encoder.window_report lists them)",
            f"{long:,}",
            f"{len(counts):,}",
            encoder.max_tokens,
            int(counts.max()),
        )


@functools.cache
def bundled_encoder() -> Encoder:
    """The bundled model, loaded once per session."""
    return Encoder()
