"""From scores of tags to spans, with the probability that each span is exactly right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LABELS", "LabelledSpan", "Relation", "TagChain", "relations", "to_spans", "to_tags"]

LABELS = ("Source", "Cue", "Content")
LabelledSpan = tuple[int, int, int]
"""Place in `LABELS`, first word, word after the last."""

Relation = tuple[list[int], list[int], list[int]]
"""Places, in a list of spans, of the sources, cues and contents of one attribution."""

FORBIDDEN = -1e4

Doubles = npt.NDArray[np.float64]


def to_spans(row: Sequence[int], tags: Sequence[str]) -> list[LabelledSpan]:
    """Read tags per word, which obey their scheme, as spans.

    Examples
    --------
    >>> tags = ["O", "B-Cue", "E-Cue", "S-Source"]
    >>> to_spans([3, 0, 1, 2], tags)
    [(0, 0, 1), (1, 2, 4)]
    """
    spans: list[LabelledSpan] = []
    for i, tag in enumerate(row):
        name = tags[tag]
        if name[0] in "BS":
            spans.append((LABELS.index(name[2:]), i, i + 1))
        elif name[0] in "IE":
            label, start, _ = spans[-1]
            spans[-1] = (label, start, i + 1)
    return spans


def to_tags(span: LabelledSpan, tags: Sequence[str]) -> list[int]:
    """Tags (begin, inside, end, single) of the words of one span."""
    label, start, end = span
    shape = ["S"] if end == start + 1 else ["B", *["I"] * (end - start - 2), "E"]
    return [tags.index(f"{letter}-{LABELS[label]}") for letter in shape]


def relations(
    spans: Sequence[LabelledSpan], picked: Mapping[tuple[int, str], int | None]
) -> list[Relation]:
    """Gather linked spans into attributions: contents that share a cue are parts of one.

    Examples
    --------
    >>> spans = [(0, 0, 1), (1, 1, 2), (2, 2, 9), (2, 12, 15)]
    >>> links = {(2, "Cue"): 1, (2, "Source"): 0, (3, "Cue"): 1, (3, "Source"): 0}
    >>> relations(spans, links)
    [([0], [1], [2, 3])]
    """
    found: dict[int, Relation] = {}
    for place, (label, _, _) in enumerate(spans):
        if LABELS[label] != "Content":
            continue
        cue, source = picked[(place, "Cue")], picked[(place, "Source")]
        # A content without a cue stands alone: its own negative number keeps it apart.
        key = -1 - place if cue is None else cue
        relation = found.setdefault(key, ([], [] if cue is None else [cue], []))
        relation[2].append(place)
        if source is not None and source not in relation[0]:
            relation[0].append(source)
    return list(found.values())


@dataclass(frozen=True)
class TagChain:
    """A linear chain over tags (a conditional random field), with impossible steps forbidden.

    Attributes
    ----------
    tags : tuple of str
        Begin, inside, end and single tags of each label, and O.
    transition : ndarray of float, shape (n_tags, n_tags)
    begin, end : ndarray of float, shape (n_tags,)

    References
    ----------
    Lafferty, J., McCallum, A., & Pereira, F. (2001). Conditional random fields. ICML.
    """

    tags: tuple[str, ...]
    transition: Doubles
    begin: Doubles
    end: Doubles

    @classmethod
    def of(cls, tags: Sequence[str], transition: Doubles, begin: Doubles, end: Doubles) -> TagChain:
        """Forbid what the scheme does not allow, such as an end without a beginning."""
        opens = np.array([tag[0] in "OBS" for tag in tags])
        closes = np.array([tag[0] in "OES" for tag in tags])
        goes_on = np.array([[a[0] in "BI" and a[2:] == b[2:] for b in tags] for a in tags])
        allowed = np.where(opens[None, :], closes[:, None], goes_on)
        return cls(
            tuple(tags),
            transition + ~allowed * FORBIDDEN,
            begin + ~opens * FORBIDDEN,
            end + ~closes * FORBIDDEN,
        )

    def best(self, scores: Doubles, lengths: npt.NDArray[np.int64]) -> list[list[int]]:
        """Find the best tags of windows (Viterbi); `scores` is (n_windows, n_words, n_tags)."""
        value = self.begin + scores[:, 0]
        last = value
        back = np.zeros(scores.shape, dtype=np.int64)
        for t in range(1, scores.shape[1]):
            total = value[:, :, None] + self.transition
            back[:, t] = total.argmax(1)
            value = total.max(1) + scores[:, t]
            last = np.where((lengths > t)[:, None], value, last)
        tag = (last + self.end).argmax(1)
        paths = np.zeros(scores.shape[:2], dtype=np.int64)
        for t in range(scores.shape[1] - 1, -1, -1):
            paths[:, t] = tag
            tag = np.where(lengths > t, np.take_along_axis(back[:, t], tag[:, None], 1)[:, 0], tag)
        return [path[:length].tolist() for path, length in zip(paths, lengths, strict=True)]

    def log_odds(
        self,
        scores: Doubles,
        lengths: npt.NDArray[np.int64],
        spans: Sequence[Sequence[LabelledSpan]],
    ) -> list[list[float]]:
        """Log odds that exactly this span stands in its window, for the spans of each window.

        Parameters
        ----------
        scores : ndarray of float, shape (n_windows, n_words, n_tags)
            Anything beyond a window's end.
        lengths : ndarray of int, shape (n_windows,)
        spans : sequence of sequence, length n_windows

        Examples
        --------
        >>> zero = np.zeros(3)
        >>> chain = TagChain.of(["O", "S-Cue", "S-Source"], np.zeros((3, 3)), zero, zero)
        >>> found = chain.log_odds(np.zeros((1, 2, 3)), np.array([2]), [[(1, 0, 1)]])
        >>> round(found[0][0], 3)  # p = 1/3
        -0.693
        """
        forward, backward = self._forward(scores), self._backward(scores, lengths)
        return [
            self._of_window(scores[row], forward[row], backward[row], int(length), spans[row])
            for row, length in enumerate(lengths)
        ]

    def _forward(self, scores: Doubles) -> Doubles:
        """Log weight of all paths up to each word that end in each tag."""
        found, step = np.empty_like(scores), np.exp(self.transition)
        found[:, 0] = self.begin + scores[:, 0]
        for t in range(1, scores.shape[1]):
            found[:, t] = _through(found[:, t - 1], step) + scores[:, t]
        return found

    def _backward(self, scores: Doubles, lengths: npt.NDArray[np.int64]) -> Doubles:
        """Log weight of all paths after each word that begin behind each tag."""
        found, step = np.empty_like(scores), np.exp(self.transition.T)
        found[:, -1] = self.end
        for t in range(scores.shape[1] - 2, -1, -1):
            going_on = _through(scores[:, t + 1] + found[:, t + 1], step)
            found[:, t] = np.where((lengths > t + 1)[:, None], going_on, self.end)
        return found

    def _of_window(
        self,
        scores: Doubles,
        forward: Doubles,
        backward: Doubles,
        length: int,
        spans: Sequence[LabelledSpan],
    ) -> list[float]:
        """Log odds that exactly this span stands in a window, one per span."""
        end = forward[length - 1] + self.end
        whole = float(end.max() + math.log(np.exp(end - end.max()).sum()))
        result = []
        for span in spans:
            _, start, stop = span
            row = to_tags(span, self.tags)
            inside = np.arange(start + 1, stop)
            value = (
                forward[start, row[0]]
                + self.transition[row[:-1], row[1:]].sum()
                + scores[inside, row[1:]].sum()
                + backward[stop - 1, row[-1]]
            )
            log_p = min(float(value) - whole, -1e-6)
            result.append(log_p - math.log(-math.expm1(log_p)))
        return result


def _through(values: Doubles, step: Doubles) -> Doubles:
    """Log of what one step of the chain carries on: products of weights, scaled to the largest."""
    top = values.max(axis=1, keepdims=True)
    # A step that is forbidden has the weight 0; its log is kept finite.
    carried = np.maximum(np.exp(values - top) @ step, 1e-300)
    return np.asarray(np.log(carried) + top, dtype=np.float64)
