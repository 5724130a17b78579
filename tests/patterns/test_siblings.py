"""Words that set a pattern apart from its siblings."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from planted import planted

from framing import FramingError, discover
from framing.patterns import sibling_words

TEXTS = ["aid flows east", "aid flows west", "war goes north", "war goes south"]


@pytest.fixture(scope="module")
def found():
    """Four patterns under two: what they share with a sibling must not be listed."""
    vectors, _, labels = planted((50, 50, 50, 50))
    claims = pd.DataFrame({"text": [f"{TEXTS[k]} n{i}" for i, k in enumerate(labels)]})
    patterns = discover(vectors, claims, n_samples=0)
    levels = np.stack([labels // 2, labels])
    settings = {**patterns.settings, "level": 1}
    return (
        dataclasses.replace(patterns, labels=labels, level_labels=levels, settings=settings),
        claims,
    )


def test_only_what_differs_from_the_siblings_is_listed(found):
    patterns, claims = found
    table = sibling_words(patterns, claims)
    best = table.groupby("label")["word"].first()
    assert best.to_dict() == {0: "east", 1: "west", 2: "north", 3: "south"}
    assert not set(table["word"]) & {"aid", "war", "flows", "goes"}
    assert table.groupby("label")["parent"].first().to_dict() == {0: 0, 1: 0, 2: 1, 3: 1}


def test_at_the_top_all_patterns_are_siblings(found):
    patterns, claims = found
    top = sibling_words(patterns, claims, level=0)
    assert set(top["parent"]) == {-1}
    assert {"aid", "war"} <= set(top["word"])


def test_other_claims_and_levels_are_refused(found):
    patterns, claims = found
    with pytest.raises(FramingError, match=r"the 200 claims.*got 199 claims"):
        sibling_words(patterns, claims.head(199))
    with pytest.raises(FramingError, match=r"level to be one of 0, 1; got 7"):
        sibling_words(patterns, claims, level=7)
