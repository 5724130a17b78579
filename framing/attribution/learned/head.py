"""The network on the token states: words to tag scores, and contents to cues and sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from framing.attribution.learned.decoding import LABELS, LabelledSpan, TagChain, to_spans
from framing.attribution.learned.words import Words
from framing.errors import problem

__all__ = ["LINKS", "Head", "small_products"]

LINKS = ("Cue", "Source")
N_PAIR_FEATURES = 36
_ENDS = 7  # feature that marks . ? !
_QUOTES = 4  # feature that marks double quotation marks

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """Weights and settings of the tagger, read from the files that ship with the package."""

    weights: Mapping[str, Floats]
    config: Mapping[str, Any]
    chain: TagChain

    @classmethod
    def load(cls, folder: Path, digest: str) -> Head:
        """Read ``head.safetensors`` and ``head.json``.

        Raises
        ------
        FramingError
            If the weights are not those with this SHA-256.
        """
        from safetensors.numpy import load

        content = (folder / "head.safetensors").read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            raise problem(
                f"head.safetensors of the tagger with SHA-256 {digest[:12]}...",
                f"{found[:12]} in {str(folder)!r}",
                "The file was changed: restore it, or reinstall framing",
            )
        tensors = {name: value.astype(np.float32) for name, value in load(content).items()}
        weights = {name.removeprefix("head."): value for name, value in tensors.items()}
        config = json.loads((folder / "head.json").read_text(encoding="utf-8"))
        steps = (weights[name].astype(np.float64) for name in ("transition", "begin", "end"))
        return cls(weights, config, TagChain.of(config["tags"], *steps))

    def project(self, states: Floats) -> Floats:
        """Narrow word states, (n, n_layers * n_dims) to (n, n_projected)."""
        return _gelu(states @ self.weights["project.weight"].T + self.weights["project.bias"])

    def scores(self, inputs: Floats, lengths: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Score the tags of words in windows.

        Parameters
        ----------
        inputs : ndarray of float32, shape (n_windows, n_words, n_projected + N_FEATURES)
            Projected word states beside the words' features; anything beyond a window's end.
        lengths : ndarray of int, shape (n_windows,)
            Words in each window.

        Returns
        -------
        scores : ndarray of float32, shape (n_windows, n_words, n_tags)
        context : ndarray of float32, shape (n_windows, n_words, 2 * n_hidden)
        """
        w = self.weights
        order = np.argsort(-lengths, kind="stable")
        # The first word of every window, longest window first, then the second, and so on: what
        # lies beyond a window's end is left out, and each step is one block of rows.
        step, row = np.nonzero(lengths[order] > np.arange(inputs.shape[1])[:, None])
        first = np.searchsorted(step, np.arange(inputs.shape[1] + 1))
        turned = first[lengths[order][row] - 1 - step] + row
        place = order[row], step
        x = inputs[place]
        with ThreadPoolExecutor(1) as pool:  # the two directions at once
            for layer in range(self.config["lstm_layers"]):
                onward = pool.submit(_lstm, x, first, w, f"onward.{layer}")
                back = _lstm(x[turned], first, w, f"backward_.{layer}")[turned]
                x = np.concatenate([onward.result(), back], axis=-1)
        scores, context = (
            np.zeros((*inputs.shape[:2], width), np.float32)
            for width in (len(w["emit.bias"]), x.shape[1])
        )
        scores[place], context[place] = x @ w["emit.weight"].T + w["emit.bias"], x
        return scores, context

    def spans(
        self, scores: Floats, lengths: npt.NDArray[np.int64]
    ) -> tuple[list[list[LabelledSpan]], list[list[float]]]:
        """Find the spans of windows, and the log odds of each; `scores` as returned above."""
        exact = scores.astype(np.float64)
        spans = [to_spans(path, self.chain.tags) for path in self.chain.best(exact, lengths)]
        return spans, self.chain.log_odds(exact, lengths, spans)

    def links(
        self, context: Floats, spans: Sequence[LabelledSpan], words: Words, first: int
    ) -> dict[tuple[int, str], int | None]:
        """Find each content's best cue and source in one window; None where it has none.

        Parameters
        ----------
        context : ndarray of float32, shape (n_words, 2 * n_hidden)
            Of the window.
        spans : sequence
            Spans of the window, in words from its start.
        words : Words
            The document.
        first : int
            First word of the window in the document.

        Returns
        -------
        dict
            ``(content, "Cue" or "Source")`` to the place of the linked span.
        """
        w = self.weights
        where = np.array(spans)
        middle = (context[where[:, 1]] + context[where[:, 2] - 1]) / 2
        contents = places_of(spans, "Content")
        none = middle[contents] @ w["link_none.weight"].T + w["link_none.bias"]
        picked: dict[tuple[int, str], int | None] = {}
        for k, label in enumerate(LINKS):
            others = places_of(spans, label)
            pairs = pair_features(where, contents, others, words, first)
            left = middle[contents] @ w[f"link_from.{k}.weight"].T + w[f"link_from.{k}.bias"]
            right = middle[others] @ w[f"link_to.{k}.weight"].T
            hidden = left[:, None] + right[None] + pairs @ w[f"link_pair.{k}.weight"].T
            found = np.maximum(hidden, 0) @ w["link_score"][k]
            rows = np.concatenate([none[:, k : k + 1], found], axis=1)
            for i, best in zip(contents, rows.argmax(1).tolist(), strict=True):
                picked[(i, label)] = others[best - 1] if best else None
        return picked

    def confidence(self, label: int, log_odds: float) -> float:
        """Turn the log odds of a span into the share of such spans that were exactly right."""
        slope, intercept = self.config["confidence"][LABELS[label]]
        return float(_sigmoid(np.float64(slope * np.clip(log_odds, -10, 10) + intercept)))


def small_products() -> threadpool_limits:
    """Keep BLAS to one thread while the network runs: it is thousands of small products.

    Sharing out each of them costs more than it gives, and very much more where other threads or
    programs use the cores. The limit holds for the whole process, so whoever starts the threads
    sets it once for all of them.
    """
    return threadpool_limits(limits=1, user_api="blas")


def places_of(spans: Sequence[LabelledSpan], label: str) -> list[int]:
    """Where the spans with a label stand in the list."""
    return [i for i, span in enumerate(spans) if span[0] == LABELS.index(label)]


def pair_features(
    table: npt.NDArray[np.int64],
    contents: Sequence[int],
    others: Sequence[int],
    words: Words,
    first: int,
) -> Floats:
    """How two spans of a window stand to each other: side, distance, and what lies between.

    Returns
    -------
    ndarray of float32, shape (n_contents, n_others, N_PAIR_FEATURES)
        Zeros and ones.
    """
    end_of = int(table[:, 2].max()) + 1
    marks = words.features[first : first + end_of]
    stops, quotes = (
        np.append(0, np.cumsum(marks[:, column].astype(np.int64))) for column in (_ENDS, _QUOTES)
    )
    paragraph = words.paragraph[first : first + end_of]
    _, start, end = table[list(contents)].reshape(-1, 3).T[:, :, None]
    _, other_start, other_end = table[list(others)].reshape(-1, 3).T[:, None, :]
    after = other_start >= end
    low, high = np.where(after, end, other_end), np.where(after, other_start, start)
    distance = np.frexp(np.maximum(high - low, 0).astype(float))[1]
    columns = [8 * after + np.minimum(distance, 7)]
    for label in range(len(LABELS)):
        starts = np.sort(table[table[:, 0] == label, 1])
        between = np.searchsorted(starts, high) - np.searchsorted(starts, low)
        columns.append(16 + 4 * label + np.clip(between, 0, 3))
    low, high = np.minimum(low, high), np.maximum(low, high)
    columns.append(28 + np.minimum(stops[high] - stops[low], 2))
    columns.append(31 + np.minimum(quotes[high] - quotes[low], 2))
    columns.append(34 + (paragraph[start] != paragraph[other_start]))
    features = np.zeros((*after.shape, N_PAIR_FEATURES), dtype=np.float32)
    np.put_along_axis(features, np.stack(columns, axis=-1), 1, axis=-1)
    return features


def _lstm(x: Floats, first: npt.NDArray[np.int64], w: Mapping[str, Floats], prefix: str) -> Floats:
    """One direction of an LSTM layer; gates i, f, g, o.

    The rows of `x` are the words, step by step; `first` has the first row of each step, and the
    number of rows. Windows that end early are the last rows of a step.
    """
    w_in, w_back = w[f"{prefix}.weight_ih_l0"], w[f"{prefix}.weight_hh_l0"]
    size = w_back.shape[1]
    # tanh(x) is 2 / (1 + exp(-2 x)) - 1: with the factors in the weights, one logistic function
    # serves all four gates; by exp, which numpy computes faster than tanh. Everything is computed
    # in place, since the steps are many and small.
    factor = np.full(4 * size, -1, dtype=np.float32)
    factor[2 * size : 3 * size] = -2
    back = np.ascontiguousarray(w_back.T * factor)
    gates = x @ (w_in.T * factor)
    gates += (w[f"{prefix}.bias_ih_l0"] + w[f"{prefix}.bias_hh_l0"]) * factor
    out = np.empty((len(x), size), dtype=np.float32)
    hidden, cells = np.zeros((2, first[1], size), dtype=np.float32)
    products = np.empty((first[1], 4 * size), dtype=np.float32)
    with np.errstate(over="ignore"):  # exp may be infinite: the gate is then shut
        for begin, end in pairwise(first.tolist()):
            step, found = gates[begin:end], out[begin:end]
            cell, product = cells[: end - begin], products[: end - begin]
            np.matmul(hidden[: end - begin], back, out=product)
            step += product
            _logistic(step)
            add, keep, new, show = (step[:, k * size : (k + 1) * size] for k in range(4))
            new *= 2
            new -= 1
            new *= add
            cell *= keep
            cell += new
            hidden = np.multiply(cell, -2, out=found)
            _logistic(hidden)
            hidden *= 2
            hidden -= 1
            hidden *= show
    return out


def _logistic(x: Floats) -> None:
    """Put 1 / (1 + exp(x)) in the place of x."""
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def _sigmoid(x: Any) -> Any:
    """Logistic function by tanh, which cannot overflow."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def _gelu(x: Floats) -> Floats:
    """Exact GELU."""
    from scipy.special import erf

    return np.asarray(0.5 * x * (1 + erf(x * np.float32(2**-0.5))), dtype=np.float32)
