"""Text on figures."""

import unicodedata

import pytest
from matplotlib import pyplot as plt

from framing.plots.text import is_narrow, label_below, room, shortened

FSI, PDI = "\u2068", "\u2069"


def test_texts_are_cut_at_words_and_long_words_within():
    assert shortened("aid for the towns", 40) == "aid for the towns"
    assert shortened("aid for the towns", 13) == "aid for the …"
    assert shortened("aid for the towns", 12) == "aid for …"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
    assert shortened("  aid\n\tfor ", 10) == "aid for"
    assert shortened("", 10) == ""


def test_accents_stay_with_their_letters_and_take_no_room():
    text = "e\u0301" * 12
    assert shortened(text, 12) == text
    assert shortened(text, 5) == "e\u0301" * 4 + "…"
    for width in range(4, 12):
        cut = shortened("и\u0306a\u0300\u0323" * 9, width)
        assert not unicodedata.combining(cut[0])
        assert cut.rstrip("…")[-1] in "\u0306\u0323"


def test_wide_letters_count_twice():
    assert shortened("侵" * 9, 9) == "侵" * 4 + "…"


@pytest.mark.parametrize("text", ["שלום", "سلام", "NATO קבע", "\u202eabc"])
def test_right_to_left_text_is_set_apart(text):
    assert shortened(text, 40) == f"{FSI}{text}{PDI}"


def test_left_to_right_text_is_left_alone_and_control_characters_are_shown():
    assert shortened("Київ e\u0301 $5", 40) == "Київ e\u0301 \\$5"
    assert shortened("a\x07b", 40) == "a\ufffdb"


def test_room_follows_the_width_of_the_figure_and_of_the_axes():
    assert room(plt.subplots(figsize=(6.4, 4))[1], 32) == 32
    assert room(plt.subplots(figsize=(20, 4))[1], 32) == 32
    assert room(plt.subplots(figsize=(3.2, 4))[1], 32) == 16
    assert room(plt.subplots(figsize=(0.2, 4))[1], 32) == 8
    left, _ = plt.subplots(1, 2)[1]
    assert is_narrow(left)
    assert not is_narrow(plt.subplots()[1])


def test_a_label_beside_long_names_ends_where_the_axis_does():
    ax = plt.subplots()[1]
    label_below(ax, "share of claims")
    assert ax.xaxis.label.get_position()[0] == 0.5
    ax.set_yticks([0], ["a name of some length"])
    label_below(ax, "share of claims " * 5)
    assert ax.xaxis.label.get_position()[0] == 1
    assert max(map(len, ax.get_xlabel().split("\n"))) <= 60
