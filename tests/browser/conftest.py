"""A headless browser and a JupyterLab of their own, on this machine only.

`browser` alone serves plain pages; `lab` starts JupyterLab. Both skip, saying so, where Chromium
or a package is missing.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; ask it for a context or a page of your own, and close that."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="tests in the browser need the package playwright"
    )
    if not Path(CHROMIUM).exists():
        pytest.skip("tests in the browser need Chromium (apt-get install chromium)")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab; notebooks lie in `folder`."""

    url: str
    token: str
    folder: Path
    settings: Path

    def use_theme(self, name):
        """Choose a theme for pages that are opened from now on."""
        place = self.settings / "@jupyterlab" / "apputils-extension"
        (place / "themes.jupyterlab-settings").write_text(json.dumps({"theme": name}))

    def notebook(self, name, *cells):
        """Write a notebook with these cells of code, and give its place."""
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"cell{i}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [],
                    "source": cell,
                }
                for i, cell in enumerate(cells)
            ],
        }
        (self.folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")

    def address(self, name, *, app="doc"):
        """Where a notebook opens: alone in JupyterLab ("doc"), or in Notebook 7 ("notebooks")."""
        tree = f"{app}/tree" if app == "doc" else app
        return f"{self.url}{tree}/{name}.ipynb?token={self.token}"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on a free port of 127.0.0.1, with settings of its own and no news from outside."""
    pytest.importorskip("jupyterlab", reason="tests of widgets need the package jupyterlab")
    pytest.importorskip("anywidget", reason="tests of widgets need the package anywidget")
    home, folder = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    news = home / "lab" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    settings = {"fetchNews": "false", "checkForUpdates": False}
    (news / "notification.jupyterlab-settings").write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, url = secrets.token_hex(16), f"http://127.0.0.1:{port}/"
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
    ]
    places = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "lab",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    environment = os.environ | {name: str(value) for name, value in places.items()}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"{url}api/status?token={token}", server, home / "server.log")
            yield Lab(url, token, folder, home / "lab")
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=10)
            server.kill()
            server.wait()


def _wait_for(address, server, log):
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
