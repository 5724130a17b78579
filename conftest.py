"""What every test needs: no network, and a cache of its own instead of the user's."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _offline_and_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("FRAMING_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
