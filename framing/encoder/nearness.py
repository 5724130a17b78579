"""What tuning makes small: how far texts with a code in common lie apart, beside all others."""

from __future__ import annotations

from typing import Any

import torch

__all__ = ["Nearness", "nearness_loss"]

_TEMPERATURE = 0.1
_PART = 8  # texts that are read at once: a whole step would be padded to its longest text
_NEVER = -1e9  # finite, since the gradient of infinity is no number


class Nearness(torch.nn.Module):
    """`nearness_loss` as the trainer of sentence-transformers asks for it."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: Any, labels: torch.Tensor) -> torch.Tensor:
        """The loss of one step."""
        (texts,) = features
        order = texts["attention_mask"].sum(dim=1).argsort(stable=True)
        parts = [self.model(_part(texts, rows)) for rows in order.split(_PART)]
        vectors = torch.cat([part["sentence_embedding"] for part in parts])
        return nearness_loss(torch.nn.functional.normalize(vectors, dim=1), labels[order])


def _part(texts: dict[str, Any], rows: torch.Tensor) -> dict[str, Any]:
    """Some texts of a step, without the places that are padding in all of them."""
    whole = texts["attention_mask"]
    filled = whole[rows].any(dim=0)
    return {
        name: value[rows][:, filled] if getattr(value, "shape", None) == whole.shape else value
        for name, value in texts.items()
    }


def nearness_loss(vectors: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Supervised contrastive loss (Khosla et al. 2020, arXiv:2004.11362, equation 2).

    Of every text, the mean surprise at each text with a code in common, where the nearer of the
    other texts are the likelier; texts that have nothing in common with any are left out.

    Parameters
    ----------
    vectors : tensor of float, shape (n_texts, n_dims)
        At length 1.
    target : tensor of float, shape (n_texts, n_classes)
        1 where a text carries the code, else 0.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool)
    near = (vectors @ vectors.T / _TEMPERATURE).masked_fill(itself, _NEVER)
    surprise = near.logsumexp(dim=1, keepdim=True) - near
    alike = (target @ target.T > 0) & ~itself
    counts = alike.sum(dim=1)
    means = surprise.masked_fill(~alike, 0).sum(dim=1) / counts.clamp(min=1)
    return means.sum() / (counts > 0).sum().clamp(min=1)
