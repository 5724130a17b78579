"""Texts that are copies of one another: wire copy, trimmed or with a word changed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["copy_groups", "copy_table"]

SAME = 0.85  # share of common words from which two texts may be copies
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# Words that turn a claim round: texts that differ in one of them are never copies.
_TURNS = frozenset(
    "not no never none nor neither without denies denied deny rejects rejected reject refuses"
    " refused false falsely hardly cannot".split()
)


def copy_groups(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Group texts that are copies, exact or near, of one another.

    Two texts are copies when they share 85 % of their words, in the same order, and do not differ
    in a number, in a name (a capitalised word inside) or in a word that turns the meaning round
    ("not", "denied"). Similar vectors would not tell a claim from its denial; equal words do.

    Parameters
    ----------
    texts : sequence of str
        In an order that does not depend on the user's rows; a group is led by its first text, and
        every other text of it is a copy of the leader.

    Returns
    -------
    ndarray of int, shape (n_texts,)
        Position of the leader of each text's group; its own position where it is no copy.

    References
    ----------
    Xiao, C., et al. (2011). Efficient similarity joins for near-duplicate detection. ACM TODS
    36(3). https://doi.org/10.1145/2000824.2000825 (the prefix filter)

    Examples
    --------
    >>> copy_groups(["the city needs many more shells before May",
    ...              "The city needs many more shells even before May",
    ...              "the city needs no more shells before May"])
    array([0, 0, 2])
    """
    words = [_words(text) for text in texts]
    sets = [frozenset(sequence) for sequence in words]
    frequency = Counter(word for own in sets for word in own)
    by_rarity = sorted(frequency, key=lambda word: (frequency[word], word))
    rarity = {word: place for place, word in enumerate(by_rarity)}
    leaders: dict[str, list[int]] = defaultdict(list)
    group = np.arange(len(texts))
    for place, own in enumerate(sets):
        # Two sets that share that much share one of the rarest words of either.
        rare = sorted(own, key=rarity.__getitem__)
        prefix = rare[: len(rare) - int(np.ceil(SAME * len(rare))) + 1]
        met = {leader for word in prefix for leader in leaders[word]}
        alike = sorted(leader for leader in met if _overlaps(sets[leader], own))
        found = next((leader for leader in alike if _is_copy(words[leader], words[place])), None)
        if found is not None:
            group[place] = found
            continue
        for word in prefix:
            leaders[word].append(place)
    return group


def _words(text: str) -> list[str]:
    """Words in lower case, but for names: capitalised words that do not open the text."""
    words = _WORD.findall(text.replace("’", "'"))
    return [
        word if place and word[0].isupper() else word.lower() for place, word in enumerate(words)
    ]


def copy_table(claims: pd.DataFrame, group: npt.NDArray[np.int64]) -> pd.DataFrame:
    """List the texts that stand in more than one claim, with where they stand.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With `text`; `doc_id` and `outlet` are used where they exist.
    group : ndarray of int, shape (n_claims,)
        The copy group of each claim.

    Returns
    -------
    DataFrame
        `copy_id, n_claims, n_documents, outlets, text`, most frequent first; `outlets` is a list,
        `text` the shortest wording.
    """
    rows: list[dict[str, Any]] = []
    frame = claims.assign(copy_id=group)
    for copy_id, same in frame[frame["copy_id"].duplicated(keep=False)].groupby("copy_id"):
        outlets = same["outlet"].dropna() if "outlet" in same.columns else pd.Series([], dtype=str)
        documents = same["doc_id"].nunique() if "doc_id" in same.columns else pd.NA
        rows.append(
            {
                "copy_id": copy_id,
                "n_claims": len(same),
                "n_documents": documents,
                "outlets": sorted(outlets.unique()),
                "text": min(same["text"], key=lambda text: (len(text), text)),
            }
        )
    columns = ["copy_id", "n_claims", "n_documents", "outlets", "text"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values(["n_claims", "text"], ascending=[False, True], ignore_index=True)
    return table.assign(copy_id=np.arange(len(table)))


def _overlaps(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two sets have enough words in common."""
    if not SAME * len(a) <= len(b) <= len(a) / SAME:
        return False
    shared = len(a & b)
    return shared >= SAME * (len(a) + len(b) - shared)


def _is_copy(one: list[str], two: list[str]) -> bool:
    """Whether texts that share most words have them in the same order, and turn nothing round."""
    if one == two:
        return True
    a, b = set(one), set(two)
    shared, different = a & b, a ^ b
    turned = any(word in _TURNS or word.endswith("n't") or not word.islower() for word in different)
    return not turned and [w for w in one if w in shared] == [w for w in two if w in shared]
