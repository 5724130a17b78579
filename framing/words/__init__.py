"""The words that set groups of claims apart, and the claims that stand for a group."""

from framing.words.counting import WORD
from framing.words.examples import claims_with, exemplars
from framing.words.odds import log_odds, log_odds_z
from framing.words.shift import WordShift, word_shift

__all__ = [
    "WORD", "WordShift", "claims_with", "exemplars", "log_odds", "log_odds_z", "word_shift",
]  # fmt: skip
