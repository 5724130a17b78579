"""Texts beside the points that they name, so placed that none covers another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Annotation, Text

__all__ = ["place_texts"]

_RINGS, _ANGLES = 10, 16
_PAD = 2.0  # points around each text
_MARK = 2.5  # points around what is to be avoided

_Box = tuple[float, float, float, float]  # left, bottom, right, top


def place_texts(
    ax: Axes,
    points: npt.ArrayLike,
    texts: Sequence[str],
    *,
    avoid: Sequence[_Box] | None = None,
    tell: Callable[[int], None],
) -> None:
    """Write each text at its point, or as near to it as no other text is, with a line to it.

    Places are found anew whenever the figure is drawn, so they fit whatever its size; the same
    figure has the same places. The first texts are placed first; those without a place are hidden.

    Parameters
    ----------
    ax : Axes
    points : array_like, shape (n_texts, 2)
        In data coordinates.
    texts : sequence of str
    avoid : sequence of (left, bottom, right, top), optional
        What texts must not cover, in data coordinates; without it they may stand on their points.
    tell : callable
        Called with the number of texts that are hidden, before anything is drawn.
    """
    annotations = [
        ax.annotate(
            text, point, xytext=(0, 0), textcoords="offset points", ha="center", va="center",
            fontsize="small", annotation_clip=False, zorder=5,
            bbox={"boxstyle": f"square,pad={_PAD / 10}", "facecolor": "white", "alpha": 0.75,
                  "linewidth": 0},
            arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": "#505050", "shrinkA": 0,
                        "shrinkB": 0},
        )
        for text, point in zip(texts, np.asarray(points, dtype=float), strict=True)
    ]  # fmt: skip
    for annotation in annotations:
        annotation.set_in_layout(False)
    ax.add_artist(_Placing(annotations, avoid=avoid, tell=tell))


class _Placing(Artist):
    """Draws nothing: moves the texts of its Axes, before they are drawn."""

    def __init__(
        self,
        annotations: list[Annotation],
        *,
        avoid: Sequence[_Box] | None,
        tell: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._annotations, self._avoid, self._tell = annotations, avoid, tell
        self.set_zorder(-100)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Find a place for each text, the first ones first."""
        assert self.axes is not None
        pixels = float(np.real(renderer.points_to_pixels(1.0)))
        frame, transform = self.axes.get_window_extent(), self.axes.transData.transform
        whole = (frame.x0, frame.y0, frame.x1, frame.y1)
        taken = [
            (
                left - _MARK * pixels,
                low - _MARK * pixels,
                right + _MARK * pixels,
                top + _MARK * pixels,
            )
            for box in self._avoid or ()
            for (left, low), (right, top) in [transform(np.reshape(box, (2, 2)))]
        ]
        hidden = 0
        for note in self._annotations:
            note.set_visible(True)  # hidden text has no size
            x, y = (float(place) for place in transform(np.array(note.xy, dtype=float)))
            size = Text.get_window_extent(note, renderer)
            width, height = size.width / 2 + _PAD * pixels, size.height / 2 + _PAD * pixels
            for dx, dy, apart in _offsets(width, height, centred=self._avoid is None):
                box = (x + dx - width, y + dy - height, x + dx + width, y + dy + height)
                if _is_inside(box, whole) and not any(_meet(box, other) for other in taken):
                    taken.append(box)
                    _move(note, dx / pixels, dy / pixels, line=apart)
                    break
            else:
                note.set_visible(False)
                hidden += 1
        self._tell(hidden)


def _move(note: Annotation, dx: float, dy: float, *, line: bool) -> None:
    """Put a text so many points from its point."""
    note.xyann = (dx, dy)
    assert note.arrow_patch is not None
    note.arrow_patch.set_visible(line)


def _offsets(width: float, height: float, *, centred: bool) -> Iterator[tuple[float, float, bool]]:
    """Where the middle of a text may stand from its point, nearest first, right before left.

    With each, whether it is so far away that it takes a line.
    """
    if centred:
        yield 0.0, 0.0, False
    for ring in range(_RINGS):
        away = height * (0.6 + ring)
        for turn in range(_ANGLES):
            angle = 2 * np.pi / _ANGLES * ((turn + 1) // 2) * (-1) ** turn
            x, y = float(np.cos(angle)), float(np.sin(angle))
            yield x * (width + away), y * (height + away), centred or ring > 0


def _is_inside(box: _Box, frame: _Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
