"""The text that a coder reads: a claim in its paragraph, with names taken out for blind coding.

Offsets count characters as Python does; a browser counts otherwise where there are emoji. So the
text is cut into pieces here, and what is hidden never leaves the kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

__all__ = ["Piece", "hidden_spans", "paragraph_bounds", "pieces"]

Piece: TypeAlias = dict[str, Any]
Span: TypeAlias = tuple[int, int]


def paragraph_bounds(text: str, start: int, end: int) -> Span:
    r"""Find the paragraph, or paragraphs, that a span lies in: from line break to line break.

    Examples
    --------
    >>> paragraph_bounds("Title\n\nAid came. Talks went on.\nMore.", 17, 31)
    (7, 31)
    """
    left = text.rfind("\n", 0, start) + 1
    right = text.find("\n", max(end - 1, start))
    return left, len(text) if right == -1 else right


def hidden_spans(text: str, names: Iterable[str]) -> list[Span]:
    """Find every mention of the names, as whole words, whatever their case.

    Examples
    --------
    >>> hidden_spans("Tass said so; tassel did not. TASS again.", ["Tass"])
    [(0, 4), (30, 34)]
    """
    wanted = sorted({" ".join(name.split()) for name in names} - {""}, key=lambda n: (-len(n), n))
    if not wanted:
        return []
    words = (r"\s+".join(map(re.escape, name.split(" "))) for name in wanted)
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", text, re.IGNORECASE)
    return [match.span() for match in found]


def pieces(text: str, bounds: Span, claim: Span, hidden: Sequence[Span]) -> list[Piece]:
    """Cut a part of a text into pieces that are each wholly claim or not, hidden or not.

    Returns
    -------
    list of dict
        ``text``, ``claim`` and ``hidden``; the text of a hidden piece is empty.

    Examples
    --------
    >>> pieces("Tass said aid came.", (0, 19), (10, 18), [(0, 4)])
    [{'text': '', 'claim': False, 'hidden': True},
     {'text': ' said ', 'claim': False, 'hidden': False},
     {'text': 'aid came', 'claim': True, 'hidden': False},
     {'text': '.', 'claim': False, 'hidden': False}]
    """
    low, high = bounds
    cuts = {low, high} | {at for span in (claim, *hidden) for at in span if low < at < high}
    edges = sorted(cuts)
    found = []
    for left, right in pairwise(edges):
        covered = any(start <= left and right <= end for start, end in hidden)
        marked = claim[0] <= left and right <= claim[1]
        found.append(
            {"text": "" if covered else text[left:right], "claim": marked, "hidden": covered}
        )
    return found
