"""The committed notebooks as a reader meets them in JupyterLab: all pictures there, no error.

Screenshots go to build/screenshots, to be looked at.
"""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
SHOTS = ROOT / "build" / "screenshots"


@pytest.fixture(scope="module")
def shelf(lab):
    """The notebooks in JupyterLab's folder, with the figures they point to."""
    shutil.copytree(ROOT / "notebooks", lab.folder / "notebooks", dirs_exist_ok=True)
    shutil.copytree(ROOT / "docs" / "figures", lab.folder / "docs" / "figures", dirs_exist_ok=True)
    SHOTS.mkdir(parents=True, exist_ok=True)
    return lab


@pytest.fixture(scope="module")
def tall(browser):
    """A page so tall that JupyterLab draws every cell at once."""
    context = browser.new_context(viewport={"width": 1100, "height": 12_000})
    yield context
    context.close()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_shows_all_its_pictures(path, shelf, tall):
    stored = path.read_text(encoding="utf-8").count('"image/png":')
    page = tall.new_page()
    page.goto(shelf.address(f"notebooks/{path.stem}"))
    page.locator(".jp-Notebook h2", has_text="What this does not show").wait_for(timeout=60_000)
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-OutputArea img').length == n", arg=stored
    )
    page.wait_for_function("() => [...document.images].every(image => image.naturalWidth > 0)")
    faults = page.locator(".jp-OutputArea-output[data-mime-type*=error]")
    assert faults.count() == 0, faults.all_inner_texts()
    assert "Error displaying widget" not in page.locator(".jp-Notebook").inner_text()
    height = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.jp-Cell')]"
        ".map(cell => cell.getBoundingClientRect().bottom))"
    )
    clip = {"x": 0, "y": 0, "width": 1100, "height": min(height + 40, 12_000)}
    page.screenshot(path=SHOTS / f"{path.stem}.png", clip=clip)
    page.close()


def test_the_fifth_notebook_opens_a_desk_to_code_at(shelf, browser):
    context = browser.new_context(viewport={"width": 1180, "height": 1000})
    page = context.new_page()
    page.goto(shelf.address("notebooks/05_code_and_correct"))
    page.get_by_text("| Idle").first.wait_for(state="attached", timeout=60_000)
    cells = page.locator(".jp-CodeCell .cm-content")
    for n in (0, 1):
        cells.nth(n).click()
        page.keyboard.press("Control+Enter")
    store = page.get_by_role("button", name="Store")
    store.wait_for(timeout=60_000)
    desk = page.locator(".jp-OutputArea-child", has=store)
    desk.scroll_into_view_if_needed()
    desk.screenshot(path=SHOTS / "coding_desk.png")
    assert "0 of 615" in desk.inner_text() or "1 of 615" in desk.inner_text()
    context.close()
