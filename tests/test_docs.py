"""The reference documents every public name, is built without warnings, and needs no network."""

import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import framing

pytest.importorskip("sphinx", reason='the reference needs pip install "framing[docs]"')
pytest.importorskip("furo", reason='the reference needs pip install "framing[docs]"')

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import names  # noqa: E402

PAGES = sorted((ROOT / "docs" / "reference").glob("*.rst"))
# Parts of the machinery, which no reader imports. A new module stands here or on a page.
INTERNAL = {
    "columns",
    "dates",
    "furniture",
    "labels",
    "loading",
    "permutation",
    "progress",
    "vectors",
}


def documented():
    return {
        name: value
        for module in names.documented_modules()
        for name, value in names.shown_names(module).items()
    }


def linked(line, name="framing.discover"):
    lines = [line]
    value = documented()[name]
    names.link_names(None, "", name, value, None, lines)
    return lines[0]


def test_every_module_is_on_a_page_or_internal():
    modules = {module.name for module in pkgutil.iter_modules(framing.__path__)}
    shown = {module.removeprefix("framing.") for module in names.documented_modules()}
    assert shown | INTERNAL == modules
    assert not shown & INTERNAL


def test_every_name_that_the_package_offers_is_on_a_page():
    shown = {*documented(), *names.documented_modules()}
    assert {f"framing.{name}" for name in framing.__all__} <= shown


def test_no_name_is_on_two_pages():
    found = [name for module in names.documented_modules() for name in names.shown_names(module)]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_begins_with_sentences_for_the_reader(page):
    title, bar, prose = page.read_text(encoding="utf-8").split(".. names::")[0].split("\n", 2)
    assert bar == "=" * len(title)
    assert 2 <= len(re.findall(r"[.?](?=\s)", prose)) <= 5


def test_functions_and_classes_say_what_they_do():
    things = {
        name: value
        for name, value in documented().items()
        if inspect.isroutine(value) or inspect.isclass(value)
    }
    assert [name for name, value in things.items() if not value.__doc__] == []


def test_the_word_list_is_that_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("| word | meaning |\n|---|---|\n")[1].split("\n\n")[0]
    rows = [line.strip("| ").split(" | ", 1) for line in table.splitlines()]
    assert len(rows) >= 7
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for word, meaning in rows:
        assert f"\n{word}\n  {meaning}\n" in index, word


def test_names_in_docstrings_become_links():
    assert linked("from `embed`; see `Patterns.save`.") == (
        "from :py:obj:`embed <framing.embed>`; see :py:obj:`Patterns.save <framing.Patterns.save>`."
    )
    assert linked("See `save`.", "framing.Patterns") == (
        "See :py:obj:`save <framing.Patterns.save>`."
    )
    assert linked("path : str, or `framing.words.log_odds`").endswith(
        ":py:obj:`framing.words.log_odds <framing.words.log_odds>`"
    )
    assert linked("encoder : Encoder, optional") == (
        "encoder : :py:obj:`Encoder <framing.Encoder>`, optional"
    )
    # Defined elsewhere than it is shown; and the same word on two pages.
    assert "<framing.settle>" in linked("`framing.codes.settle`")
    assert "<framing.plots.shares>" in linked("`shares`", "framing.plots.heatmap")
    assert "<framing.shares>" in linked("`shares`", "framing.difference")


@pytest.mark.parametrize(
    "line",
    [
        "rows of `claims`",  # a parameter of discover, although framing.claims exists
        "the column `words`",  # a module, although nobody means it
        "``embed`` as it is",
        "`discover` itself",
        ">>> `embed`",
        "`label, name`",
        "`nothing_of_the_kind`",
        "Patterns of claims",
    ],
)
def test_other_words_in_docstrings_stay_as_they_are(line):
    assert linked(line) == line


def test_a_dotted_name_that_does_not_exist_is_reported(monkeypatch):
    told = []
    monkeypatch.setattr(names._LOG, "warning", lambda text, *values: told.append(text % values))
    linked("see `framing.prevalence.counts.count_claims`")  # exists, though on no page
    assert told == []
    linked("see `framing.disclose`")
    assert told == ["framing.discover: the docstring names framing.disclose, which does not exist"]


def test_each_reference_is_a_paragraph_of_its_own():
    lines = [
        "References",
        "----------",
        "Able, A. B., & van der",
        "Baker, C. (2001). One thing. https://doi.org/10.1000/1 (the first)",
        "Charlie, D., & Delta,",
        "Echo, F. (2002). Another.",
        "van den Foxtrot, G. (2003). A third.",
    ]
    first = "\n".join(lines[:4])
    names.part_references(None, "", "", None, None, lines)
    assert "\n".join(lines).split("\n\n") == [
        first,
        "Charlie, D., & Delta,\nEcho, F. (2002). Another.",
        "van den Foxtrot, G. (2003). A third.",
    ]


def test_functions_come_first_and_those_of_the_package_before_others():
    shown = list(names.shown_names("framing.patterns"))
    assert shown[0] == "framing.discover"
    assert shown[-1] == "framing.Patterns"
    assert names.members_of(framing.Patterns)[:2] == ["name", "save_names"]
    assert inspect.isclass(documented()["framing.Patterns"])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs") / "html"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going", "docs", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_built_reference_holds_every_public_name(built):
    from sphinx.util.inventory import InventoryFile

    with (built / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda base, uri: base + uri)
    kinds = [kind for kind in inventory if kind.startswith("py:")]
    assert set(documented()) <= {name for kind in kinds for name in inventory[kind]}


def test_the_built_pages_fetch_nothing(built):
    loads = re.compile(
        r"<(?:script|img|iframe|source|video)[^>]+src=[\"']?(?:https?:)?//[^>]+>"
        r"|<link[^>]+href=[\"']?(?:https?:)?//[^>]+>"
        r"|@import[^;]+//[^;]+;|url\([\"']?(?:https?:)?//[^)]+\)"
    )
    pages = [*built.rglob("*.html"), *built.rglob("*.css")]
    assert len(pages) > len(PAGES)
    found = [(page.name, loads.findall(page.read_text(encoding="utf-8"))) for page in pages]
    assert [entry for entry in found if entry[1]] == []


def test_notebooks_are_pages_with_their_figures(built):
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        page = (built / "copied" / "notebooks" / notebook.stem).with_suffix(".html")
        text = page.read_text(encoding="utf-8")
        assert ("<img" in text) == ("image/png" in notebook.read_text(encoding="utf-8"))
