"""From scores of tags to spans, with the probability that each span is exactly right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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

    def best(self, scores: Doubles) -> list[int]:
        """Find the best tags of a window (Viterbi); `scores` is (n_words, n_tags)."""
        value = self.begin + scores[0]
        back = np.zeros(scores.shape, dtype=np.int64)
        for t in range(1, len(scores)):
            total = value[:, None] + self.transition
            back[t] = total.argmax(0)
            value = total.max(0) + scores[t]
        row = [int((value + self.end).argmax())]
        for t in range(len(scores) - 1, 0, -1):
            row.append(int(back[t, row[-1]]))
        return row[::-1]

    def log_odds(self, scores: Doubles, spans: Sequence[LabelledSpan]) -> list[float]:
        """Log odds that exactly this span stands in the window, one per span.

        Examples
        --------
        >>> zero = np.zeros(3)
        >>> chain = TagChain.of(["O", "S-Cue", "S-Source"], np.zeros((3, 3)), zero, zero)
        >>> [round(v, 3) for v in chain.log_odds(np.zeros((2, 3)), [(1, 0, 1)])]  # p = 1/3
        [-0.693]
        """
        n = len(scores)
        alpha, beta = np.empty_like(scores), np.empty_like(scores)
        alpha[0] = self.begin + scores[0]
        for t in range(1, n):
            alpha[t] = _log_sum(alpha[t - 1][:, None] + self.transition, 0) + scores[t]
        beta[-1] = self.end
        for t in range(n - 2, -1, -1):
            beta[t] = _log_sum(self.transition + (scores[t + 1] + beta[t + 1])[None], 1)
        whole = float(_log_sum(alpha[-1] + self.end, 0))
        result = []
        for span in spans:
            _, start, _ = span
            row = to_tags(span, self.tags)
            value = alpha[start, row[0]]
            for t, (left, right) in enumerate(pairwise(row), start=start + 1):
                value = value + self.transition[left, right] + scores[t, right]
            log_p = min(float(value + beta[span[2] - 1, row[-1]]) - whole, -1e-6)
            result.append(log_p - math.log(-math.expm1(log_p)))
        return result


def _log_sum(values: Doubles, axis: int) -> Doubles:
    """Log of the sum of exponentials along one axis."""
    top = values.max(axis=axis, keepdims=True)
    total = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return np.asarray(total, dtype=np.float64)
