"""Tests by exchanging groups between documents: what is exchanged, and the p that follows."""

from framing.permutation.exchanges import (
    Cells,
    Ints,
    cells_of,
    check_permutations,
    exchange_sentence,
    exchange_settings,
    exchanged,
    n_arrangements,
    obstacle,
)
from framing.permutation.significance import Floats, family_p

__all__ = [
    "Cells",
    "Floats",
    "Ints",
    "cells_of",
    "check_permutations",
    "exchange_sentence",
    "exchange_settings",
    "exchanged",
    "family_p",
    "n_arrangements",
    "obstacle",
]
