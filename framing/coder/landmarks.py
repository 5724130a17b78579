"""Tokens of the examples, and how near any token of a text comes to them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from framing.coder.blocks import layer_of
from framing.coder.examples import Floats
from framing.encoder import Encoder

__all__ = ["Landmarks", "landmarks_of"]

N_LANDMARKS = 1_000  # of each layer
_DRAWN = 500  # texts that landmarks are taken from


@dataclass(frozen=True)
class Landmarks:
    """Directions of token states, in a middle layer and in the last.

    A sentence vector is a mean, in which one telling word drowns; the greatest similarity of any
    token keeps it. Landmarks are drawn by chance, without a look at the codes; the examples that
    are held out in turn are among the texts that they are drawn from.

    Attributes
    ----------
    layers : tuple of int
    origins : ndarray of float32, shape (n_layers, n_dims)
        Mean directions of tokens: all states share a direction that says nothing.
    directions : ndarray of float32, shape (n_layers, n_landmarks, n_dims)
    centres : ndarray of float, shape (n_layers, n_landmarks)
        Mean greatest similarities over the examples.
    """

    layers: tuple[int, ...]
    origins: Any
    directions: Any
    centres: Floats

    def features(self, texts: list[str], encoder: Encoder) -> Floats:
        """Greatest similarities to each landmark, shape (n_texts, n_layers * n_landmarks).

        Less their means over the examples, and at length 1 in each layer.
        """
        return self.centred(_greatest(texts, encoder, self))

    def centred(self, greatest: Floats) -> Floats:
        """The features from greatest similarities, shape (n_texts, n_layers, n_landmarks)."""
        found = _unit(greatest - self.centres)
        return np.asarray(found.reshape(len(found), -1))


def landmarks_of(texts: list[str], encoder: Encoder, seed: int) -> tuple[Landmarks, Floats]:
    """Draw tokens of texts by chance, and give the features of these texts."""
    rng = np.random.default_rng(seed)
    layers = (layer_of(encoder), encoder.n_layers)
    drawn = rng.choice(len(texts), min(_DRAWN, len(texts)), replace=False)
    states = [one.states for one in encoder.token_states([texts[i] for i in drawn], layers=layers)]
    tokens = _unit(_by_layer(np.concatenate(states), len(layers)))
    origins = tokens.mean(axis=1)
    picked = rng.choice(tokens.shape[1], min(N_LANDMARKS, tokens.shape[1]), replace=False)
    directions = _unit(tokens[:, picked] - origins[:, None])
    found = Landmarks(layers, origins, directions, np.zeros(directions.shape[:2]))
    greatest = _greatest(texts, encoder, found)
    found = dataclasses.replace(found, centres=greatest.mean(axis=0))
    return found, found.centred(greatest)


def _greatest(texts: list[str], encoder: Encoder, landmarks: Landmarks) -> Floats:
    """Greatest similarity of a token to each landmark, shape (n_texts, n_layers, n_landmarks)."""
    different = sorted(set(texts))
    found = np.zeros((len(different), *landmarks.directions.shape[:2]), dtype=np.float32)
    across = landmarks.directions.transpose(0, 2, 1)
    for row, one in enumerate(encoder.token_states(different, layers=landmarks.layers)):
        if len(one.states):
            tokens = _unit(_by_layer(one.states, len(landmarks.layers)))
            tokens = _unit(tokens - landmarks.origins[:, None])
            found[row] = (tokens @ across).max(axis=1)
    place_of = {text: i for i, text in enumerate(different)}
    return found[[place_of[text] for text in texts]].astype(np.float64)


def _by_layer(states: Any, n_layers: int) -> Any:
    """From layers beside one another to shape (n_layers, n_tokens, n_dims)."""
    return states.reshape(len(states), n_layers, -1).transpose(1, 0, 2)


def _unit(directions: Any) -> Any:
    return directions / np.maximum(np.linalg.norm(directions, axis=-1, keepdims=True), 1e-9)
