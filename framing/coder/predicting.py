"""What a fitted coder says of texts."""

from __future__ import annotations

import dataclasses

from framing.coder.blocks import RECIPES, Raw, check_width
from framing.coder.engines import Fitted, Tools
from framing.coder.examples import Content, Floats
from framing.encoder import Encoder

__all__ = ["predicted"]


def predicted(fitted: Fitted, content: Content, tools: Tools, multi: bool) -> tuple[Floats, Floats]:
    """Vectors of texts, and the calibrated probabilities of their codes."""
    raw = _raw(fitted, content, tools)
    learned = fitted.learned
    features = learned.blocks.features(raw, RECIPES[learned.recipe])
    shares = learned.calibration.shares(learned.head.logits(features), multi)
    if fitted.second is not None:
        shares = fitted.second.averaged(shares, raw, multi)
    if fitted.frozen is not None:
        shares = (shares + predicted(fitted.frozen, content, tools, multi)[1]) / 2
    return raw.meaning, shares


def _raw(fitted: Fitted, content: Content, tools: Tools) -> Raw:
    """What the learners look at; only what they need is computed."""
    wording = "wording" in RECIPES[fitted.learned.recipe]
    if fitted.tuned is not None:
        tools = dataclasses.replace(tools, encoder=fitted.tuned, store=False)
    raw = tools.raw(content, wording=wording)
    check_width(raw, fitted.known.shape[1])
    if fitted.second is None:
        return raw
    tokens = fitted.second.landmarks.features(raw.texts or [], tools.encoder or Encoder())
    return dataclasses.replace(raw, tokens=tokens)
