"""The learned tagger: a small network on the encoder's token states, in numpy."""

from framing.attribution.learned.tagger import LearnedTagger

__all__ = ["LearnedTagger"]
