"""Settings of the documentation: `python -m sphinx -W -n --keep-going docs build/docs`.

Nothing is fetched, neither while it is built nor while it is read: no links to other projects'
inventories, no fonts, no scripts from elsewhere. Notebooks are shown as they were committed.
"""

import shutil
import sys
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS), str(ROOT)]

import framing  # noqa: E402

project = "framing"
author = "The framing developers"
copyright = author
version = release = framing.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_nb", "names"]
exclude_patterns = ["README.md"]
default_role = "literal"
highlight_language = "none"  # what is not marked as code, such as YAML, is no Python

autosummary_generate = False
autodoc_typehints = "none"  # the docstrings give types in words, with shapes and units
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # myst-nb would load them from a CDN
nb_merge_streams = True
suppress_warnings = ["myst-nb.lexer"]  # a notebook that was never run does not name its language

html_theme = "furo"
html_title = f"framing {release}"
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which a browser refuses for local files
html_static_path = ["static"]
html_css_files = ["framing.css"]
toc_object_entries_show_parents = "hide"

# What lies elsewhere in the repository and is a page here, too. Sphinx reads only its own folder.
COPIED = (
    "notebooks/*.ipynb",
    "data/*/DATASHEET.md",
    "data/*/MODEL_CARD.md",
    "docs/figures/*.png",
    "benchmarks/README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
)


def copy_pages(_app, _config):
    """Bring the pages that lie elsewhere into `copied/`, and remove those that are gone."""
    wanted = {path.relative_to(ROOT) for pattern in COPIED for path in ROOT.glob(pattern)}
    folder = DOCS / "copied"
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder) not in wanted:
            path.unlink()
    for path in wanted:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)  # the time too: unchanged pages are not read again


def show_facts(_app, docname, source):
    """Show the facts at the head of a datasheet, which Sphinx would take for its own metadata."""
    if docname.endswith("/DATASHEET") and source[0].startswith("---\n"):
        _, facts, text = source[0].split("---\n", 2)
        source[0] = f"{text.lstrip()}\n## Counts and digests\n\n```yaml\n{facts}```\n"


def setup(app):
    """Register the two steps above."""
    app.connect("config-inited", copy_pages)
    app.connect("source-read", show_facts)
