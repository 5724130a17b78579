"""The README's first screen is short, and its code prints what it says."""

import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_code_prints_what_the_readme_shows_and_goes_on_to_compare():
    code, shown = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", README, re.DOTALL).groups()
    assert len([line for line in code.splitlines() if line.strip()]) <= 9
    printed, names = io.StringIO(), {}
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), names)
    assert printed.getvalue() == shown
    section = README.split("## Comparing sources")[1]
    exec(
        compile(re.search(r"```python\n(.*?)```", section, re.DOTALL)[1], "README.md", "exec"),
        names,
    )
    assert len(names["sample"]) == 100


def test_the_first_screen_has_fewer_than_40_lines():
    first = README.split("\n## ")[0].splitlines()
    assert len(first) < 40


def test_every_file_that_the_readme_links_to_exists():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (Path(__file__).parent.parent / target).exists(), target
