"""One look for every figure, and figures as files whose text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from framing.errors import problem, unknown_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["save", "style"]

_WIDTHS = {"one": 8.0, "two": 17.0}  # cm, and the letters in points for each
_FONTS = {"one": 7.5, "two": 8.0}
_CM = 2.54
# DejaVu Sans comes with matplotlib: Latin, Cyrillic, Greek, Arabic and Hebrew. The rest stand in,
# as far as they are installed, for letters that it lacks.
_SCRIPTS = (
    "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC",
    "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans Ethiopic", "Arial Unicode MS",
    "PingFang SC", "Hiragino Sans", "Microsoft YaHei", "Nirmala UI", "Malgun Gothic",
)  # fmt: skip
_AS_TEXT: Any = {"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "framing"}
_METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None, "ModDate": None},
}


@contextmanager
def style(*, column: Literal["one", "two"] = "one") -> Iterator[None]:
    """Give every figure drawn inside one look, for print in one column or across the page.

    Letters are at least 6 points high, lines thin, and nothing depends on colour alone. Figures
    are as wide as the column; those of this package arrange themselves for it. Outside, nothing
    changes. Letters that no installed font has are boxes, and matplotlib warns of them.

    Parameters
    ----------
    column : {"one", "two"}, default "one"
        8 cm, or 17 cm for two columns.

    Raises
    ------
    FramingError
        If there is no such column.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> with style(column="one"):
    ...     width, _ = plt.figure().get_size_inches()
    >>> round(float(width) * 2.54, 1)
    8.0
    """
    if column not in _WIDTHS:
        raise unknown_value("column", column, _WIDTHS)
    import matplotlib.pyplot as plt
    import matplotlib.style

    # Loads the backend. Jupyter's switches on the showing of figures as it loads; were that to
    # happen inside, it would be undone at the end, and no later figure would show.
    plt.draw_if_interactive()  # type: ignore[no-untyped-call]
    width = _WIDTHS[column] / _CM
    with matplotlib.style.context(["default", _look(width, _FONTS[column])]):
        yield


def save(
    drawn: Axes | Figure | tuple[Axes, ...], path: str | Path, *, width_cm: float | None = None
) -> Path:
    """Write a figure to a file; the same figure gives the same bytes.

    Text stays text in SVG and PDF, to be searched and edited; an SVG shows it in a font of the
    reader's machine. PNG has 300 dots per inch.

    Parameters
    ----------
    drawn : Axes, tuple of Axes or Figure
        What a function of `framing.plots` returned.
    path : str or Path
        Ending in .png, .svg or .pdf; folders are made.
    width_cm : float, optional
        Width of the file instead of the figure's own. Letters keep their size and the figure its
        height, so draw it for about this width (see `style`).

    Returns
    -------
    Path

    Raises
    ------
    FramingError
        If the path ends otherwise, or the width is not positive.

    Examples
    --------
    >>> import tempfile
    >>> import matplotlib.pyplot as plt
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(plt.figure(), f"{folder}/figure.svg", width_cm=8).name
    'figure.svg'
    """
    import matplotlib as mpl

    path = Path(path)
    if path.suffix.lower() not in _METADATA:
        raise unknown_value("the end of path", path.suffix, _METADATA)
    if width_cm is not None and not 0 < width_cm < float("inf"):
        raise problem("width_cm above 0", repr(width_cm), "8 is one column of most journals")
    figure = _figure_of(drawn)
    width, height = figure.get_size_inches()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if width_cm is not None:
            figure.set_size_inches(width_cm / _CM, height, forward=False)
        with mpl.rc_context(_AS_TEXT):
            figure.savefig(path, dpi=300, metadata=_METADATA[path.suffix.lower()])
    finally:
        figure.set_size_inches(width, height, forward=False)
    return path


def _figure_of(drawn: Axes | Figure | tuple[Axes, ...]) -> Figure:
    first = drawn[0] if isinstance(drawn, tuple) else drawn
    figure = first.get_figure(root=True)
    assert figure is not None
    return figure


def _look(width: float, font: float) -> dict[str, Any]:
    """Settings of matplotlib for figures of this width in inches, with letters in points."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return {
        **_AS_TEXT,
        "figure.figsize": (width, 0.75 * width),
        "figure.constrained_layout.use": True,
        "figure.dpi": 150,
        "savefig.dpi": 300,
        "font.family": [name for name in _SCRIPTS if name in installed],
        "font.size": font,
        "axes.titlesize": "medium",
        "axes.labelsize": "medium",
        "xtick.labelsize": "small",
        "ytick.labelsize": "small",
        "legend.fontsize": "small",
        "legend.frameon": False,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "lines.linewidth": 1.2,
        "hatch.linewidth": 0.6,
    }
