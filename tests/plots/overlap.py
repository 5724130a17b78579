"""Which texts of a drawn figure cover each other, or are cut off."""

import numpy as np
from matplotlib.legend import Legend
from matplotlib.text import Text

SLACK = 1.5  # pixels that boxes may share: letters do not fill theirs


def overlaps(ax):
    """Pairs of texts of the figure whose boxes meet, turned texts as turned boxes."""
    texts = drawn_texts(ax)
    if not texts:
        return []
    boxes = np.array([corners(text) for text in texts])
    low, high = boxes.min(axis=1), boxes.max(axis=1)
    near = (low[:, None] < high[None]).all(axis=2) & (low[None] < high[:, None]).all(axis=2)
    return [
        (texts[i].get_text(), texts[j].get_text())
        for i, j in np.argwhere(np.tril(near, -1))
        if meet(boxes[i], boxes[j])
    ]


def cut_off(ax):
    """Texts and legends of the figure that leave it."""
    figure = ax.get_figure(root=True)
    found = []
    for text in drawn_texts(ax):
        points = corners(text)
        inside = (points >= -SLACK).all() and (points <= figure.bbox.max + SLACK).all()
        if not inside:
            found.append(text.get_text())
    for legend in figure.findobj(Legend):
        box = legend.get_window_extent()
        if box.x0 < -SLACK or box.x1 > figure.bbox.width + SLACK or box.y0 < -SLACK:
            found.append("the legend")
    return found


def smallest_font(ax):
    return min(text.get_fontsize() for text in drawn_texts(ax))


def drawn_texts(ax):
    figure = ax.get_figure(root=True)
    figure.draw_without_rendering()
    shown = [
        text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()
    ]
    hidden = {text for axes in figure.axes for text in hidden_labels(axes)}
    return [text for text in shown if text not in hidden]


def hidden_labels(axes):
    """Labels of ticks that matplotlib holds ready but does not draw, and those of hidden axes."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            slack = 1e-9 * max(1, abs(high - low))
            seen = (
                axes.axison and axis.get_visible() and low - slack <= tick.get_loc() <= high + slack
            )
            for label in (tick.label1, tick.label2):
                if not seen:
                    yield label
        if not axes.axison:
            yield axis.label


def corners(text):
    """Corners of a text in pixels, shape (4, 2)."""
    middle = np.array(Text.get_window_extent(text).corners()).mean(axis=0)
    turned = text.get_rotation()
    text.set_rotation(0)
    box = Text.get_window_extent(text)
    text.set_rotation(turned)
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (box.width / 2, box.height / 2)
    angle = np.radians(turned)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return middle + half @ turn.T


def meet(one, other):
    """Whether two boxes meet: no side of either has the other beyond it."""
    for box in (one, other):
        for i in range(4):
            side = box[(i + 1) % 4] - box[i]
            length = np.hypot(*side)
            if not length:
                continue
            across = np.array([-side[1], side[0]]) / length
            a, b = one @ across, other @ across
            if a.max() - SLACK <= b.min() or b.max() - SLACK <= a.min():
                return False
    return True
