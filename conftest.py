"""What every test needs: no network, and a cache of its own instead of the user's."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _offline_and_apart(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[None]:
    cache = tmp_path_factory.mktemp("cache")
    # Converting the bundled model takes ten seconds and its files are checked by digest, so they
    # may stay from one run to the next; vectors may not.
    provider = getattr(pytestconfig, "cache", None)
    kept = Path(provider.mkdir("models")) if provider is not None else cache / "none"
    if kept.is_dir():
        shutil.copytree(kept, cache / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("FRAMING_CACHE", str(cache))
        yield
    for folder in (cache / "models").glob("[!.]*"):
        if kept.is_dir() and not (kept / folder.name).exists():
            _put(folder, kept / folder.name)


def _put(folder: Path, place: Path) -> None:
    """Copy a folder whole or not at all: several processes may do so at a time."""
    made = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.copytree(folder, made)
    try:
        made.rename(place)
    except OSError:  # another process was first
        shutil.rmtree(made)


@pytest.fixture(autouse=True)
def _no_figure_stays_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MPLBACKEND", "agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
