"""A document as the learned tagger reads it: words, their shapes, and windows of paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["N_FEATURES", "Words", "words_of"]

N_FEATURES = 18
_DOUBLE, _SINGLE = '"“”„«»', "'‘’`"
_FAR = 64  # words since the start of the paragraph, at which counting stops

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Words:
    """The words of one document.

    Attributes
    ----------
    bounds : ndarray of int, shape (n_words, 2)
        Character offsets, 0-based and end-exclusive.
    features : ndarray of float32, shape (n_words, N_FEATURES)
        What an uncased encoder cannot see: case, quotation marks, spacing, paragraphs; 0 to 1.
    paragraph : ndarray of int, shape (n_words,)
        Number of the paragraph, from 0.
    windows : list of tuple of int
        First word and word after the last of each window: whole paragraphs, as many as fit.
    """

    bounds: Ints
    features: Floats
    paragraph: Ints
    windows: list[tuple[int, int]]


def words_of(text: str, offsets: Ints, word: Ints, *, window: int) -> Words:
    """Gather word pieces into words, describe them, and cut them into windows.

    Parameters
    ----------
    text : str
    offsets : ndarray of int, shape (n_pieces, 2)
        Character offsets of the word pieces.
    word : ndarray of int, shape (n_pieces,)
        The word that each piece belongs to, rising from 0.
    window : int
        Most pieces in a window, special tokens left out.
    """
    if not word.size:
        none = np.zeros((0, 2), dtype=np.int64)
        return Words(none, np.zeros((0, N_FEATURES), np.float32), none[:, 0], [])
    first = np.flatnonzero(np.diff(word, prepend=-1))
    last = np.append(first[1:], word.size) - 1
    bounds = np.stack([offsets[first, 0], offsets[last, 1]], axis=1)
    features, paragraph = _features(text, bounds)
    n_pieces = np.diff(np.append(first, word.size))
    return Words(bounds, features, paragraph, _windows(n_pieces, paragraph, window))


def _windows(n_pieces: Ints, paragraph: Ints, limit: int) -> list[tuple[int, int]]:
    """Ranges of words: whole paragraphs, as many as fit in `limit` pieces; long ones are cut."""
    starts = np.flatnonzero(np.diff(paragraph, prepend=-1))
    windows: list[tuple[int, int]] = []
    begin, size = 0, 0
    for start, end in zip(starts, np.append(starts[1:], len(paragraph)), strict=True):
        length = int(n_pieces[start:end].sum())
        if size and size + length > limit:
            windows.append((begin, int(start)))
            begin, size = int(start), 0
        size += length
        while size > limit:
            room = np.cumsum(n_pieces[begin:end])
            cut = begin + max(1, int(np.searchsorted(room, limit, side="right")))
            windows.append((begin, cut))
            size -= int(n_pieces[begin:cut].sum())
            begin = cut
    if begin < len(paragraph):
        windows.append((begin, len(paragraph)))
    return windows


def _features(text: str, bounds: Ints) -> tuple[Floats, Ints]:
    """Features and paragraph number of each word."""
    features = np.zeros((len(bounds), N_FEATURES), dtype=np.float32)
    paragraph = np.zeros(len(bounds), dtype=np.int64)
    double = single = False
    after_stop, since, number, previous_end = True, 0, 0, 0
    for i, (start, end) in enumerate(bounds.tolist()):
        word, gap = text[start:end], text[previous_end:start]
        following = text[end : end + 1]
        new_paragraph = i == 0 or "\n" in gap
        if new_paragraph:
            number, since = number + (i > 0), 0
            double = single = False
        glued = not gap and i > 0
        is_double, is_single = word in _DOUBLE, word in _SINGLE
        opens_single = is_single and not glued and following.strip() != ""
        closes_single = is_single and glued and not following.isalnum()
        inside = double or single
        if is_double:
            double = word in "“„«" or (word == '"' and not double)
        if opens_single:
            single = True
        elif closes_single:
            single = False
        features[i] = (
            word[0].isupper(),
            len(word) > 1 and word.isupper(),
            any(letter.isdigit() for letter in word),
            word[0].isalnum(),
            is_double,
            is_single,
            word == ",",
            word in ".?!",
            word in ":;-–—",
            glued,
            new_paragraph,
            after_stop or new_paragraph,
            inside or is_double or opens_single,
            number == 0,
            opens_single or closes_single,
            min(since, _FAR) / _FAR,
            following.isspace(),
            "\n" in text[end : end + 2],
        )
        paragraph[i] = number
        after_stop = word in ".?!" or (after_stop and not word[0].isalnum())
        since, previous_end = since + 1, end
    return features, paragraph
