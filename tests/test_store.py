"""The store of vectors: what it keeps, and what it never returns."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from framing.errors import FramingError
from framing.store import Store, cache_folder

N_DIMS = 8

WRITER = """
import sys
import numpy as np
from hashlib import sha256
from framing.store import Store
store = Store(sys.argv[1])
for start in range(int(sys.argv[2]), int(sys.argv[3]), 10):
    numbers = range(start, start + 10)
    keys = [sha256(str(n).encode()).digest() for n in numbers]
    vectors = np.array([[n] * 8 for n in numbers], dtype=np.float32)
    store.save("abc", keys, vectors, np.ones(10, dtype=np.int64))
"""


def key(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def rows(numbers: list[int]) -> tuple[list[bytes], np.ndarray, np.ndarray]:
    vectors = np.array([[n] * N_DIMS for n in numbers], dtype=np.float32).reshape(-1, N_DIMS)
    return [key(n) for n in numbers], vectors, np.ones(len(numbers), dtype=np.int64)


def filled(folder: Path, n: int = 200) -> Store:
    store = Store(folder)
    store.save("abc", *rows(list(range(n))))
    return store


def assert_all_sound(store: Store, n: int) -> int:
    """Every vector that comes back is the one that was written; return how many come back."""
    found = store.lookup("abc", [key(i) for i in range(n)], n_dims=N_DIMS)
    expected = np.arange(n, dtype=np.float32)[found.known]
    assert np.array_equal(found.vectors[found.known], np.repeat(expected[:, None], N_DIMS, axis=1))
    return int(found.known.sum())


def test_vectors_come_back_bit_equal_in_the_order_asked_for(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    store = Store(tmp_path)
    store.save("abc", [key(1), key(2), key(3)], vectors, np.array([1, 4, 1]))
    found = store.lookup("abc", [key(3), key(9), key(2)], n_dims=5)
    assert found.known.tolist() == [True, False, True]
    assert found.windows.tolist() == [1, 0, 4]
    assert (
        found.vectors.tobytes() == np.stack([vectors[2], np.zeros(5, "f4"), vectors[1]]).tobytes()
    )


def test_files_are_in_wal_mode_which_survives_a_killed_writer(tmp_path: Path) -> None:
    filled(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "abc.0.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_encoders_do_not_see_each_others_vectors(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert not store.lookup("other", [key(1)], n_dims=N_DIMS).known.any()


def test_an_empty_store_makes_no_file_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    assert not Store(folder).lookup("abc", [key(1)], n_dims=N_DIMS).known.any()
    assert not folder.exists()
    assert Store(folder).table.empty


def test_a_vector_of_another_length_is_not_returned(tmp_path: Path) -> None:
    assert not filled(tmp_path).lookup("abc", [key(1)], n_dims=N_DIMS + 1).known.any()


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    orders = [("0", "300"), ("150", "450"), ("300", "600")]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), *order]) for order in orders
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert assert_all_sound(Store(tmp_path), 600) == 600


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_process_killed_while_writing_leaves_a_sound_store(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), "0", "100000"])
    deadline = time.monotonic() + 60
    while assert_all_sound(Store(tmp_path), 100) < 100 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait(60)
    store = Store(tmp_path)
    assert assert_all_sound(store, 100_000) % 10 == 0  # a transaction is kept whole, or not at all
    store.save("abc", *rows([100_001]))
    assert store.lookup("abc", [key(100_001)], n_dims=N_DIMS).known.all()
    assert not store._told


def test_a_flipped_bit_is_reported_and_never_returned(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = filled(tmp_path)
    path = tmp_path / "abc.0.sqlite"
    content = bytearray(path.read_bytes())
    place = content.find(np.full(N_DIMS, 77, dtype=np.float32).tobytes())
    content[place + 3] ^= 4
    path.write_bytes(content)
    assert assert_all_sound(store, 200) == 199
    assert "1 stored vectors failed their checksum" in caplog.text
    store.save("abc", *rows([77]))
    assert assert_all_sound(store, 200) == 200


def test_no_flipped_byte_anywhere_gives_a_wrong_vector(tmp_path: Path) -> None:
    sound = filled(tmp_path / "sound")
    assert assert_all_sound(sound, 200) == 200
    content = (tmp_path / "sound" / "abc.0.sqlite").read_bytes()
    random = np.random.default_rng(1)
    for trial, place in enumerate(random.integers(0, len(content), size=60)):
        folder = tmp_path / str(trial)
        folder.mkdir()
        broken = bytearray(content)
        broken[place] ^= int(random.integers(1, 256))
        (folder / "abc.0.sqlite").write_bytes(broken)
        store = Store(folder)
        assert_all_sound(store, 200)
        store.save("abc", *rows(list(range(200))))
        assert_all_sound(Store(folder), 200)


@pytest.mark.parametrize("kept", [0, 10, 100, 5_000, 9_000])
def test_a_truncated_file_is_set_aside_and_the_texts_stored_again(
    tmp_path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    store = filled(tmp_path)
    path = tmp_path / "abc.0.sqlite"
    path.write_bytes(path.read_bytes()[:kept])
    for _ in range(2):  # damage may show only when the damaged page is written to
        assert_all_sound(store, 200)
        store.save("abc", *rows(list(range(200))))
    assert assert_all_sound(store, 200) == 200
    if kept:
        assert "abc.0.sqlite is damaged" in caplog.text


def test_a_folder_that_cannot_be_written_is_said_once_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "vectors")
    for _ in range(3):
        store.save("abc", *rows([1]))
    assert not store.lookup("abc", [key(1)], n_dims=N_DIMS).known.any()
    assert caplog.text.count("vectors are not stored") == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_stops_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    filled(tmp_path)
    tmp_path.chmod(0o755)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_keeps_what_is_there_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = filled(tmp_path)
    connect = sqlite3.connect

    def on_a_full_disk(*args: object, **settings: object) -> sqlite3.Connection:
        connection = connect(*args, **settings)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", on_a_full_disk)
    store.save("abc", *rows(list(range(200, 2_000))))
    monkeypatch.undo()
    assert "full" in caplog.text
    assert assert_all_sound(store, 2_000) == 200


def test_size_is_shown_and_pruned(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.save("def", *rows([1]))
    assert store.table[["encoder", "n_vectors"]].values.tolist() == [["abc", 200], ["def", 1]]
    assert "201 vectors of 2 encoders" in repr(store)
    assert store.prune("abc") > 0
    assert store.table["encoder"].tolist() == ["def"]
    with pytest.raises(FramingError, match=r"fingerprint to be one of 'def'; got 'abc'"):
        store.prune("abc")
    store.prune()
    assert store.table.empty
    assert not list(tmp_path.iterdir())


def test_the_environment_moves_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMING_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    assert Store().folder == tmp_path / "here" / "vectors"
