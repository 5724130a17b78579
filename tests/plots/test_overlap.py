"""The helper that looks for texts on texts sees them."""

from matplotlib import pyplot as plt
from overlap import cut_off, overlaps


def test_it_sees_texts_on_each_other_and_texts_cut_off():
    ax = plt.subplots()[1]
    ax.set_axis_off()
    ax.text(0.5, 0.5, "one text")
    ax.text(0.52, 0.5, "another")
    ax.text(0.5, 0.9, "alone")
    assert overlaps(ax) == [("another", "one text")]
    assert cut_off(ax) == []
    ax.text(0.99, 0.1, "beyond the right edge")
    assert cut_off(ax) == ["beyond the right edge"]


def test_turned_texts_beside_each_other_do_not_meet():
    ax = plt.subplots()[1]
    ax.set_axis_off()
    for x in (0.4, 0.46):
        ax.text(x, 0.5, "a long slanted text", rotation=45, rotation_mode="anchor")
    assert overlaps(ax) == []
    ax.text(0.41, 0.5, "a long slanted text", rotation=45, rotation_mode="anchor")
    assert overlaps(ax)
