"""Texts to unit vectors: `embed` and `Encoder`; the only place that knows a model library."""

from framing.encoder.core import Encoder, TokenStates
from framing.encoder.embedding import embed, window_report

__all__ = ["Encoder", "TokenStates", "embed", "window_report"]
