"""The head as torch trains it; `as_head` turns it into the one that the package runs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from framing.attribution.learned.decoding import LABELS, LabelledSpan, TagChain
from framing.attribution.learned.head import LINKS, N_PAIR_FEATURES, Head, pair_features, places_of
from framing.attribution.learned.words import N_FEATURES, Words
from framing.encoder.models import BUNDLED, find_model

__all__ = ["TAGS", "LinkScores", "Network", "Settings", "as_head", "chain_loss"]

TAGS = ("O", *(f"{letter}-{label}" for label in LABELS for letter in "BIES"))
_WIDTH = 384  # dimensions of a layer of the bundled encoder

LinkScores = dict[str, tuple[list[int], list[int], Tensor]]
"""Per kind: contents, candidates, and (contents, 1 + candidates) scores, no link first."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides a training run; written into ``head.json``.

    Attributes
    ----------
    layers : tuple of int
        Layers of the encoder that are read side by side.
    window : int
        Most word pieces that are read at once, special tokens included.
    projection, hidden, lstm_layers, link_hidden : int
        Widths and depth of the network.
    epochs, batch : int
        Passes through the articles, and windows in a step.
    rate, weight_decay : float
        Of AdamW; the rate falls along a cosine.
    state_dropout, dropout : float
        Share of the encoder's and of the network's dimensions left out in training.
    link_weight : float
        Weight of the loss of the links beside that of the tags.
    ema : float
        How much of the averaged weights each step keeps.
    bf16 : bool
        Multiply in bfloat16 while training.
    seed : int
    hold_out : int
        Training articles kept aside and scored as well.
    articles : int
        Training articles used; 0 for all.
    """

    layers: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    window: int = 256
    projection: int = 256
    hidden: int = 192
    lstm_layers: int = 2
    link_hidden: int = 64
    epochs: int = 8
    batch: int = 16
    rate: float = 1.5e-3
    weight_decay: float = 0.01
    state_dropout: float = 0.3
    dropout: float = 0.4
    link_weight: float = 0.3
    ema: float = 0.995
    bf16: bool = True
    seed: int = 7
    hold_out: int = 0
    articles: int = 0


class Network(nn.Module):
    """Word states and features to tag scores, and pairs of spans to link scores."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        both, width = 2 * settings.hidden, settings.link_hidden
        inputs = [settings.projection + N_FEATURES, *[both] * (settings.lstm_layers - 1)]
        self.project = nn.Linear(_WIDTH * len(settings.layers), settings.projection)
        self.onward = nn.ModuleList(nn.LSTM(n, settings.hidden, batch_first=True) for n in inputs)
        self.backward_ = nn.ModuleList(
            nn.LSTM(n, settings.hidden, batch_first=True) for n in inputs
        )
        self.emit = nn.Linear(both, len(TAGS))
        self.transition = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.begin = nn.Parameter(torch.zeros(len(TAGS)))
        self.end = nn.Parameter(torch.zeros(len(TAGS)))
        self.link_from = nn.ModuleList(nn.Linear(both, width) for _ in LINKS)
        self.link_to = nn.ModuleList(nn.Linear(both, width, bias=False) for _ in LINKS)
        self.link_pair = nn.ModuleList(nn.Linear(N_PAIR_FEATURES, width, bias=False) for _ in LINKS)
        self.link_score = nn.Parameter(torch.randn(len(LINKS), width) / math.sqrt(width))
        self.link_none = nn.Linear(both, len(LINKS))
        none = np.zeros(len(TAGS))
        closed = TagChain.of(TAGS, np.zeros((len(TAGS), len(TAGS))), none, none)
        self.closed_transition: Tensor
        self.closed_begin: Tensor
        self.closed_end: Tensor
        for name in ("transition", "begin", "end"):
            forbidden = torch.from_numpy(getattr(closed, name)).float()
            self.register_buffer(f"closed_{name}", forbidden, persistent=False)

    def forward(self, states: Tensor, features: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Score the tags of words in windows.

        Parameters
        ----------
        states : Tensor, shape (n_windows, n_words, n_layers * n_dims)
        features : Tensor, shape (n_windows, n_words, N_FEATURES)
        lengths : Tensor of int, shape (n_windows,)

        Returns
        -------
        scores : Tensor, shape (n_windows, n_words, n_tags)
        context : Tensor, shape (n_windows, n_words, 2 * hidden)
        """
        x = nn.functional.gelu(self.project(self._drop(states, self.settings.state_dropout)))
        x = torch.cat([self._drop(x, self.settings.dropout), features], dim=-1)
        # Turning each row around within its own length keeps padding out of the backward pass.
        steps = torch.arange(x.shape[1], device=x.device)
        turned = lengths[:, None] - 1 - steps
        turned = torch.where(turned >= 0, turned, steps)[..., None]
        for layer, (onward, backward) in enumerate(zip(self.onward, self.backward_, strict=True)):
            if layer:
                x = self._drop(x, self.settings.dropout)
            reverse = backward(x.gather(1, turned.expand_as(x)))[0]
            x = torch.cat([onward(x)[0], reverse.gather(1, turned.expand_as(reverse))], dim=-1)
        x = self._drop(x, self.settings.dropout)
        return self.emit(x).float(), x.float()

    def chain(self) -> tuple[Tensor, Tensor, Tensor]:
        """Transition, begin and end scores with what the scheme forbids."""
        return (
            self.transition + self.closed_transition,
            self.begin + self.closed_begin,
            self.end + self.closed_end,
        )

    def links(
        self, context: Tensor, spans: Sequence[LabelledSpan], words: Words, first: int
    ) -> LinkScores:
        """Score, for the contents of one window, each cue and each source, and no link.

        Parameters
        ----------
        context : Tensor, shape (n_words, 2 * hidden)
            Of the window.
        spans : sequence
            Spans of the window, in words from its start.
        words : Words
            The document.
        first : int
            First word of the window in the document.
        """
        scores: LinkScores = {}
        table = np.array(spans)
        where = torch.from_numpy(table).to(context.device)
        middle = (context[where[:, 1]] + context[where[:, 2] - 1]) / 2
        contents = places_of(spans, "Content")
        none = self.link_none(middle[contents])
        for k, label in enumerate(LINKS):
            others = places_of(spans, label)
            pairs = torch.from_numpy(pair_features(table, contents, others, words, first))
            hidden = (
                self.link_from[k](middle[contents])[:, None]
                + self.link_to[k](middle[others])[None]
                + self.link_pair[k](pairs.to(context.device))
            )
            found = torch.relu(hidden) @ self.link_score[k]
            scores[label] = (contents, others, torch.cat([none[:, k : k + 1], found], dim=1))
        return scores

    def _drop(self, x: Tensor, share: float) -> Tensor:
        """Dropout of whole dimensions of a window (the same ones at every word)."""
        if not self.training or not share:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= share
        return x * (kept / (1 - share)).to(x.dtype)


def chain_loss(
    chain: tuple[Tensor, Tensor, Tensor], scores: Tensor, tags: Tensor, lengths: Tensor
) -> Tensor:
    """Negative log-likelihood of rows of tags under a linear chain, summed.

    Parameters
    ----------
    chain : tuple of Tensor
        Transition, begin and end scores.
    scores : Tensor, shape (n_windows, n_words, n_tags)
    tags : Tensor of int, shape (n_windows, n_words)
    lengths : Tensor of int, shape (n_windows,)
        Words in each window; what stands beyond is left out.
    """
    transition, begin, end = chain
    mask = torch.arange(scores.shape[1], device=scores.device) < lengths[:, None]
    gold = begin[tags[:, 0]] + scores[:, 0].gather(1, tags[:, :1])[:, 0]
    steps = scores.gather(2, tags[..., None])[..., 0][:, 1:] + transition[tags[:, :-1], tags[:, 1:]]
    gold = gold + (steps * mask[:, 1:]).sum(1) + end[tags.gather(1, lengths[:, None] - 1)[:, 0]]
    alpha = begin + scores[:, 0]
    for t in range(1, scores.shape[1]):
        moved = torch.logsumexp(alpha[:, :, None] + transition, dim=1) + scores[:, t]
        alpha = torch.where(mask[:, t, None], moved, alpha)
    return (torch.logsumexp(alpha + end, dim=1) - gold).sum()


def as_head(network: Network, confidence: Mapping[str, Sequence[float]]) -> Head:
    """Turn a network into the head that the package runs, its weights rounded as they ship.

    Parameters
    ----------
    network : Network
    confidence : mapping of str to sequence of float
        Slope and intercept of each label's curve; empty before they are fitted.
    """
    weights = {
        name: value.detach().cpu().half().float().numpy()
        for name, value in network.named_parameters()
    }
    config = {
        "schema": 1,
        "encoder_sha256": find_model(BUNDLED).published["model.safetensors"],
        "labels": LABELS,
        "tags": TAGS,
        "links": LINKS,
        "confidence": confidence,
        **dataclasses.asdict(network.settings),
    }
    steps = (weights[name].astype(np.float64) for name in ("transition", "begin", "end"))
    return Head(weights, config, TagChain.of(TAGS, *steps))
