"""Run the curated notebooks offline, each in a clean kernel, from top to bottom.

python tools/notebooks.py            executed copies and figures go to build/notebooks
python tools/notebooks.py --update   and the outputs are stored in notebooks/ too
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
BUILD = ROOT / "build" / "notebooks"
SECONDS = 300  # for one cell; a notebook should take under a minute


def cells_digest(notebook: Any) -> str:
    """SHA-256 of the code cells, in order: what was run, whatever it drew."""
    sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    # On disk a source may be a list of lines; read by nbformat it is one string.
    joined = ["".join(source) for source in sources]
    return hashlib.sha256(json.dumps(joined).encode()).hexdigest()


def execute(path: Path) -> Any:
    """Run one notebook in a clean kernel, and return it with its outputs."""
    import nbclient
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        # The kernel listens on this machine only, and lives for a minute: its note that others
        # on the machine could listen in would stand in every log.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    )
    client.execute()
    # A widget lives only with its kernel: what is stored is the text that stands for it.
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
        "framing": {"cells_sha256": cells_digest(notebook)},
    }
    return notebook


def write_figures(notebook: Any, stem: str) -> list[Path]:
    """Write the pictures that the notebook shows, in order, as PNG files."""
    pictures = [
        output["data"]["image/png"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    paths = [BUILD / f"{stem}_{number}.png" for number in range(1, len(pictures) + 1)]
    for path, picture in zip(paths, pictures, strict=True):
        path.write_bytes(base64.b64decode(picture))
    return paths


def main() -> int:
    """Run all notebooks, or the named ones; return 1 if one fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="such as 01_one_article; all by default")
    parser.add_argument("--update", action="store_true", help="store the outputs in notebooks/")
    options = parser.parse_args()
    os.environ.update(HF_HUB_OFFLINE="1", PYTHONWARNINGS="default", TQDM_DISABLE="1")

    import nbformat
    from nbclient.exceptions import CellExecutionError

    BUILD.mkdir(parents=True, exist_ok=True)
    paths = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    if options.names:
        paths = [path for path in paths if path.stem in options.names]
    if not paths:
        print(f"no notebook of that name in {NOTEBOOKS.name}/", file=sys.stderr)
        return 1
    begin = time.perf_counter()
    for path in paths:
        start = time.perf_counter()
        try:
            notebook = execute(path)
        except CellExecutionError as error:
            print(f"{path.stem} failed:\n{error}", file=sys.stderr)
            return 1
        figures = write_figures(notebook, path.stem)
        targets = [BUILD / path.name, *([path] if options.update else [])]
        for target in targets:
            nbformat.write(notebook, target)
        seconds = time.perf_counter() - start
        print(f"{path.stem}: {seconds:.0f} s, {len(figures)} figures", flush=True)
    print(
        f"{len(paths)} notebooks in {time.perf_counter() - begin:.0f} s. Executed copies and"
        f" figures: {BUILD.relative_to(ROOT)}/"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
