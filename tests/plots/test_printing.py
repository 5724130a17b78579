"""One look, and files that hold text and come out the same."""

import os
import subprocess
import sys

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import image
from matplotlib import pyplot as plt
from overlap import drawn_texts

import framing
from framing import FramingError, plots

IN_JUPYTER = """
import matplotlib as mpl
from framing import plots
with plots.style():
    pass
import matplotlib.pyplot as plt
print(mpl.get_backend(), plt.isinteractive())
"""


def test_jupyter_shows_figures_after_a_style_too():
    # Jupyter's backend switches on the showing of figures when it is loaded; it must not be
    # loaded inside, where all settings end with the style.
    environment = os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    code = f"import IPython\nIPython.InteractiveShell.instance()\n{IN_JUPYTER}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == "True", done.stdout


def some_shares(label="aid"):
    claims = pd.DataFrame({"voice": ["nato", "nato", "un"], "doc_id": ["a", "b", "b"]})
    return framing.shares([label, "war", label], claims, cluster="doc_id")


def test_style_holds_inside_and_nowhere_else():
    before = dict(mpl.rcParams)
    with plots.style(column="one"):
        assert plt.figure().get_figwidth() == pytest.approx(8 / 2.54)
        assert plt.figure().get_layout_engine() is not None
        assert (mpl.rcParams["svg.fonttype"], mpl.rcParams["pdf.fonttype"]) == ("none", 42)
    assert dict(mpl.rcParams) == before
    with pytest.raises(RuntimeError, match="inside"), plots.style():
        raise RuntimeError("inside")
    assert dict(mpl.rcParams) == before


def test_style_starts_from_the_same_whatever_was_set():
    with plots.style():
        plain = dict(mpl.rcParams)
    odd = {"lines.linewidth": 9, "font.size": 30, "axes.facecolor": "black"}
    with mpl.rc_context(odd), plots.style():
        assert dict(mpl.rcParams) == plain


def test_letters_can_be_read_in_print():
    for column, width in (("one", 8), ("two", 17)):
        with plots.style(column=column):
            ax = plots.shares(some_shares())
            assert ax.figure.get_figwidth() * 2.54 == pytest.approx(width)
            assert min(text.get_fontsize() for text in drawn_texts(ax)) >= 6


def test_style_refuses_other_columns():
    wrong = plots.style(column="three")
    with pytest.raises(FramingError, match=r"column to be one of 'one', 'two'; got 'three'"), wrong:
        pass


@pytest.mark.parametrize("end", [".png", ".svg", ".pdf"])
def test_the_same_figure_gives_the_same_bytes(end, tmp_path):
    paths = [plots.save(plots.shares(some_shares()), tmp_path / f"{i}{end}") for i in range(2)]
    assert [path.name for path in paths] == [f"0{end}", f"1{end}"]
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert b"CreationDate" not in first
    assert b"dc:date" not in first


def test_text_stays_text(tmp_path):
    ax = plots.shares(some_shares("Киев & שלום"))
    text = plots.save(ax, tmp_path / "new" / "folder" / "a.svg").read_text(encoding="utf-8")
    assert "Киев &amp; שלום" in text
    pdf = plots.save(ax, tmp_path / "a.PDF").read_bytes()
    assert b"/Type3" not in pdf
    assert b"/FontFile2" in pdf


def test_width_is_that_of_the_file_and_the_figure_keeps_its_own(tmp_path):
    ax = plots.shares(some_shares())
    size = ax.figure.get_size_inches().tolist()
    path = plots.save(ax, tmp_path / "a.png", width_cm=8)
    assert image.imread(path).shape[1] == pytest.approx(8 / 2.54 * 300, abs=1)
    assert ax.figure.get_size_inches().tolist() == size
    assert image.imread(plots.save(ax, path)).shape[1] == pytest.approx(size[0] * 300, abs=1)


def test_save_takes_axes_pairs_of_axes_and_figures(tmp_path):
    figure, axes = plt.subplots(2, 1)
    for drawn in (figure, axes[0], tuple(axes)):
        assert plots.save(drawn, tmp_path / "a.png").is_file()


def test_save_refuses_other_ends_and_widths(tmp_path):
    ax = plt.subplots()[1]
    with pytest.raises(FramingError, match=r"'.png', '.svg', '.pdf'; got '.jpg'"):
        plots.save(ax, tmp_path / "a.jpg")
    with pytest.raises(FramingError, match="got ''"):
        plots.save(ax, tmp_path / "a")
    for width in (0, -3, float("nan"), float("inf")):
        with pytest.raises(FramingError, match="width_cm above 0"):
            plots.save(ax, tmp_path / "a.png", width_cm=width)
    assert list(tmp_path.iterdir()) == []


def test_letters_that_no_font_has_are_warned_of(tmp_path):
    with plots.style():
        family = mpl.rcParams["font.family"]
        assert family[0] == "DejaVu Sans"
        with pytest.warns(UserWarning, match="missing from font"):
            plots.save(plots.shares(some_shares("\U0001e900")), tmp_path / "a.png")  # Adlam
