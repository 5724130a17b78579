"""The committed notebooks are what was run, and they still run."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from notebooks import cells_digest  # noqa: E402

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_outputs_come_from_the_committed_cells(path):
    notebook = read(path)
    assert notebook["metadata"]["framing"]["cells_sha256"] == cells_digest(notebook), (
        "cells and outputs are out of step: run make update-notebooks"
    )
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_curated(path):
    notebook = read(path)
    sizes = [len("".join(cell["source"]).splitlines()) for cell in code_cells(notebook)]
    assert max(sizes) <= 15
    prose = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] != "code"]
    assert "## What this does not show" in prose[-1]
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert ("code", "code") not in set(itertools.pairwise(kinds)), "prose before code"
    outputs = [output for cell in code_cells(notebook) for output in cell["outputs"]]
    kinds = {output.get("name", output["output_type"]) for output in outputs}
    assert kinds <= {"execute_result", "display_data", "stdout"}, "no warnings, no errors"
    assert path.stat().st_size < 1_000_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_in_a_clean_kernel(path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "notebooks.py"), path.stem],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
