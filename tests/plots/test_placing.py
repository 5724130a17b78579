"""Names beside points: none on another, the same each time, what has no place counted."""

import numpy as np
from matplotlib import pyplot as plt
from overlap import cut_off, overlaps

from framing.plots.placing import place_texts


def crowd(points, texts, *, size=(4, 3), avoid=None):
    ax = plt.subplots(figsize=size)[1]
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    told = []
    place_texts(ax, points, texts, avoid=avoid, tell=told.append)
    ax.figure.canvas.draw()
    return ax, told


def offsets(ax):
    return [note.xyann for note in ax.texts if note.get_visible()]


def test_a_text_with_room_stands_on_its_point_without_a_line():
    ax, told = crowd([(0.2, 0.2), (0.7, 0.7)], ["one", "two"])
    assert offsets(ax) == [(0, 0), (0, 0)]
    assert not any(note.arrow_patch.get_visible() for note in ax.texts)
    assert told == [0]


def test_texts_of_one_place_move_apart_on_lines():
    ax, told = crowd([(0.5, 0.5)] * 6, [f"pattern {i}" for i in range(6)])
    assert overlaps(ax) == []
    assert offsets(ax)[0] == (0, 0)
    assert [note.arrow_patch.get_visible() for note in ax.texts] == [False] + [True] * 5
    assert set(told) == {0}


def test_places_are_the_same_each_time_and_follow_the_size():
    points = np.random.default_rng(1).uniform(0.3, 0.7, size=(15, 2))
    texts = [f"pattern {i}" for i in range(15)]
    ax, _ = crowd(points, texts)
    again, _ = crowd(points, texts)
    assert offsets(ax) == offsets(again)
    before = offsets(ax)
    ax.figure.set_size_inches(8, 6)
    assert not overlaps(ax)
    assert offsets(ax) != before


def test_what_finds_no_place_is_hidden_and_counted():
    texts = [f"a rather long name {i}" for i in range(40)]
    ax, told = crowd([(0.5, 0.5)] * 40, texts, size=(2.6, 1.6))
    hidden = sum(not note.get_visible() for note in ax.texts)
    assert 0 < hidden < 40
    assert told[-1] == hidden
    assert not overlaps(ax)
    assert not cut_off(ax)
    ax.figure.set_size_inches(9, 9)
    ax.figure.canvas.draw()
    assert told[-1] < hidden  # more room, more names


def test_what_is_to_be_avoided_stays_free():
    boxes = [(0.2, 0.1, 0.2, 0.9), (0.25, 0.1, 0.25, 0.9), (0.6, 0.1, 0.6, 0.9)]
    points = [(0.2, 0.5), (0.25, 0.5), (0.6, 0.5)]
    ax, told = crowd(points, ["10", "20", "30"], avoid=boxes)
    assert told == [0]
    for note in ax.texts:
        extent = note.get_window_extent().transformed(ax.transData.inverted())
        text = (extent.x0 + extent.x1) / 2
        assert all(abs(text - box[0]) > 0.01 for box in boxes), note.get_text()
    assert not ax.texts[2].arrow_patch.get_visible()  # right beside its point
